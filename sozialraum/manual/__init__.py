"""The handbook: Markdown pages, tables made from the programme itself, one offline file."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
