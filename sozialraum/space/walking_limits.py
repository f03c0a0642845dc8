"""Walking limits to school per Land, with citation and date; what was not checked says so."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sozialraum.model.options import SchoolLevel, option_words

LEVELS = option_words(SchoolLevel)


@dataclass(frozen=True)
class WalkingLimit:
    """From which length the way to school is paid for.

    Parameters
    ----------
    metres : one way; None where the Land leaves it to local statutes
    level : "primary", "secondary" or "upper" school
    land : code of the Land ("NW"), "" for the default
    citation, source, as_of : where it is written, where it was read, the date of that text
    verified : True only if the text was read for this collection
    """

    metres: float | None
    level: str
    land: str
    citation: str
    source: str = ""
    as_of: dt.date | None = None
    verified: bool = False


@cache
def _collection() -> dict[str, Any]:
    path = resources.files("sozialraum.space").joinpath("walking_limits.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def walking_limit(place: str, *, level: SchoolLevel = "primary") -> WalkingLimit:
    """Return the walking limit of a Land or municipality.

    Parameters
    ----------
    place : code of the Land ("NW") or an AGS or ARS that begins with its two digits ("05…")
    level : "primary", "secondary" or "upper"

    Returns
    -------
    The Land's entry; where the collection has none, the planning default of 2,000 m (3,500 m),
    unverified.

    Examples
    --------
    >>> limit = walking_limit("05914000")
    >>> limit.metres, limit.citation, limit.verified
    (2000.0, '§ 5 Abs. 2 SchfkVO NRW', True)
    >>> walking_limit("11000000").verified
    False
    """
    if level not in LEVELS:
        message = (
            f"The 'level' parameter of walking_limit must be one of {list(LEVELS)}. "
            f"Got {level!r} instead."
        )
        raise ValueError(message)
    entries = _collection()
    land = next(
        (code for code, entry in entries.items() if code == place or entry.get("ags") == place[:2]),
        "default",
    )
    entry = entries[land]
    metres = entry.get(level)
    return WalkingLimit(
        metres=None if metres is None else float(metres),
        level=level,
        land="" if land == "default" else land,
        citation=entry["citation"],
        source=entry.get("source", ""),
        as_of=entry.get("as_of"),
        verified=bool(entry["verified"]),
    )
