"""``ledger``: the releases of an office, made, listed and taken over from 0.1."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
