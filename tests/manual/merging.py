"""Pieces of TOML from the handbook, put into the example city's files."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

# what tells two entries of a list of sections apart
_NAMES = ("id", "name", "file", "label", "key")


def merged(whole: str, piece: str) -> str:
    """Return a file with a piece in it: its sections replace those of the same name."""
    given = tomllib.loads(whole)
    for name, value in tomllib.loads(piece).items():
        given[name] = _with(given.get(name), value)
    return dumped(given)


def _with(old: Any, new: Any) -> Any:
    if isinstance(new, dict) and isinstance(old, dict):
        if not any(isinstance(v, dict) for v in new.values()):
            return new
        parts = {k: v for k, v in new.items() if isinstance(v, dict)}
        below = {k: _with(old.get(k), v) for k, v in parts.items() if _has_parts_alone(v)}
        return old | new | below
    if isinstance(new, list) and isinstance(old, list) and all(isinstance(e, dict) for e in new):
        named = [_name(entry) for entry in new]
        return [e for e in old if _name(e) not in named] + new
    return new


def _has_parts_alone(section: dict[str, Any]) -> bool:
    """Tell whether a section is there for what stands below it: [areas.sprengel.names]."""
    return all(isinstance(v, dict) for v in section.values())


def _name(entry: dict[str, Any]) -> Any:
    return next((entry[key] for key in _NAMES if key in entry), None)


def dumped(given: dict[str, Any]) -> str:
    """Return plain values, lists and tables as TOML; tables are written inline."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in given.items())


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else f'"{key}"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return repr(value)
