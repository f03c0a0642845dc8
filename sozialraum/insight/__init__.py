"""How sure, where, whom it reaches, what changed: what a result means and how far it holds."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
