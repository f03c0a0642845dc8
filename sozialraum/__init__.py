"""Social-space indices and planning for German municipalities.

The public names stand in ``__init__.pyi`` beside this file, for type checkers, the manual and this
module alike; they are loaded when they are used.
"""

import lazy_loader

from sozialraum._former_names import FORMER, load_former

__version__ = "0.2.0"

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*__all__, "__version__"]


def __getattr__(name: str) -> object:
    """Load a public name when it is used."""
    return load_former(name) if name in FORMER else _load(name)
