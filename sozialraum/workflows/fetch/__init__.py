"""``fetch``: the only verb that goes to a network, and only to what its file names."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
