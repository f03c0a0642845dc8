"""Reading TOML that people write: what is none, or made to break a reader, is refused."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem

_LARGEST = 1_000_000  # bytes; the longest build file has 40,000
_DEEPEST = 20
# a backslash within double quotes: in TOML the start of a sign, on Windows that of a folder
_BACKSLASH = re.compile(r'"[^"]*\\[^"]*"')
_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(file: Path, *, text: str | None = None) -> dict[str, Any]:
    """Return a file that people write; what is no TOML, or made to break a reader, is refused.

    Parameters
    ----------
    file : where it lies
    text : what stands in it, where it lies nowhere: a filled template
    """
    raw = _bytes(file) if text is None else text.encode("utf-8")
    if len(raw) > _LARGEST:
        raise ConfigError(problem("config.too_large", file=file.name))
    try:
        given = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(problem("config.not_utf8", file=file.name, row=row)) from None
    except tomllib.TOMLDecodeError as error:
        place = _SYNTAX.search(str(error))
        bad = int(place.group(1)) if place else None
        line = _line(raw, bad)
        code = "config.backslash" if _BACKSLASH.search(line) else "config.syntax"
        found = problem(code, file=file.name, row=bad, line=line, detail=str(error))
        raise ConfigError(found) from None
    except (RecursionError, ValueError):  # brackets in brackets, a number of thousands of digits
        raise ConfigError(problem("config.too_deep", file=file.name)) from None
    if _depth(given) > _DEEPEST:
        raise ConfigError(problem("config.too_deep", file=file.name))
    return given


def _depth(given: dict[str, Any]) -> int:
    """Return how many lists and tables stand in each other, without recursion."""
    depth = 0
    level: list[Any] = [given]
    while level:
        depth += 1
        inside = [v for part in level for v in (part.values() if isinstance(part, dict) else part)]
        level = [v for v in inside if isinstance(v, dict | list)]
    return depth


def _bytes(file: Path) -> bytes:
    """Return the bytes of a file, one more than may be read at most."""
    if not file.is_file():
        raise ConfigError(problem("config.no_file", file=str(file)))
    with file.open("rb") as opened:
        return opened.read(_LARGEST + 1)


def _line(raw: bytes, row: int | None) -> str:
    lines = raw.decode("utf-8-sig").splitlines()
    return lines[row - 1].strip()[:80] if row is not None and row <= len(lines) else ""


def as_tuples(value: Any) -> Any:
    """Return a parsed TOML value with tuples instead of lists: a plan is frozen."""
    if isinstance(value, list):
        return tuple(as_tuples(v) for v in value)
    if isinstance(value, dict):
        return {k: as_tuples(v) for k, v in value.items()}
    return value


def as_written(value: Any) -> str:
    """Return a parsed value as a TOML file has it; of a table only that it is one.

    Examples
    --------
    >>> as_written((True, "a", 0.5))
    "[true, 'a', 0.5]"
    """
    if isinstance(value, dict):
        return "eine Tabelle"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_written, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)
