"""The build file: TOML in, a checked plan out, all problems at once."""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Plan": "sozialraum.config.plan",
    "read_build": "sozialraum.config.reading",
    "build_schema": "sozialraum.config.reading",
}

__all__ = ["Plan", "build_schema", "read_build"]


def __getattr__(name: str) -> Any:
    """Load pydantic only when a build file is read."""
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    message = f"module 'sozialraum.config' has no attribute {name!r}"
    raise AttributeError(message)
