"""Synthetic data and assertions for tests: of this package, and of those who use it.

`synthetic_city` makes an invented municipality from a seed, `write_city` delivers it as files,
`synthetic_registrations` makes records for the participation pipeline; `assert_…` compare results
by key and look for withheld numbers.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "City": "sozialraum.testing.city",
    "Slips": "sozialraum.testing.registrations",
    "address_register": "sozialraum.testing.registrations",
    "assert_conserved": "sozialraum.testing.asserts",
    "assert_release_holds_no": "sozialraum.testing.asserts",
    "assert_same_by_key": "sozialraum.testing.asserts",
    "count_by": "sozialraum.testing.truth",
    "disclosure_city": "sozialraum.testing.truth",
    "synthetic_city": "sozialraum.testing.city",
    "synthetic_registrations": "sozialraum.testing.registrations",
    "write_city": "sozialraum.testing.delivery",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    message = f"module 'sozialraum.testing' has no attribute {name!r}"
    raise AttributeError(message)
