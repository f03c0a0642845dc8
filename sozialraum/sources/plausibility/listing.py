"""How findings about a whole delivery are listed: how many, and under which files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sozialraum.texts import text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sozialraum.config.plan import Plan
    from sozialraum.model import Problem
    from sozialraum.sources.delivering.delivered import Delivery

# Findings of one kind that are listed one by one; the rest is told as a number.
SHOWN = 10


def files_of(plan: Plan, areas: str, day: str) -> str:
    """Return the files behind one set of areas and Stichtag, for messages."""
    files = [
        t.written
        for t in plan.tables
        if t.areas == areas and _may_be_of(t.days(plan.stichtag), day)
    ]
    return ", ".join(dict.fromkeys(files))


def _may_be_of(days: tuple[dt.date, ...] | None, day: str) -> bool:
    """Tell whether a table has a Stichtag; one whose delivery says its days may have any."""
    return days is None or day in {one.isoformat() for one in days}


def in_their_files(
    found: Iterable[Problem], delivery: Delivery, areas: str, day: str
) -> list[Problem]:
    """Return findings about a column with the one file that delivers it."""
    origin = delivery.origins.get(day, {}).get(areas, {})
    return [replace(p, file=origin[p.column]) if p.column in origin else p for p in found]


def listing(words: Sequence[str], most: int = 5) -> str:
    """Return the first words, and how many more there are.

    Examples
    --------
    >>> listing(["a", "b", "c"], 2)
    'a, b und 1 weitere'
    """
    rest = len(words) - most
    listed = ", ".join(words[:most])
    return listed if rest <= 0 else text("check.and_more", listed=listed, n=rest)
