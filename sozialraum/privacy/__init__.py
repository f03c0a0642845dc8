"""Disclosure control: what may leave the house, and the gate it leaves through."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
