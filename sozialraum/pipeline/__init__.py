"""The only room that knows the order of the steps."""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Result": "sozialraum.pipeline.result",
    "build": "sozialraum.pipeline.building",
    "check_build": "sozialraum.pipeline.checking",
    "open_saved": "sozialraum.pipeline.saved",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    """Load a step when it is used."""
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    message = f"module 'sozialraum.pipeline' has no attribute {name!r}"
    raise AttributeError(message)
