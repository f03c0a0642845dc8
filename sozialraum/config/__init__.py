"""The build file: TOML in, a checked plan out, all problems at once.

Its names are loaded when they are used: pydantic only when a build file is read.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
