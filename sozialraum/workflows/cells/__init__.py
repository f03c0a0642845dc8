"""``cells``: what a grid of a whole country counts, summed for any areas, piece by piece."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
