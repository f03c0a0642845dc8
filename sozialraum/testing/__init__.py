"""Synthetic data and assertions for tests: of this package, and of those who use it.

`synthetic_city` makes an invented municipality from a seed, `write_city` delivers it as files,
`synthetic_registrations` makes records for the participation pipeline; `assert_…` compare results
by key and look for withheld numbers.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
