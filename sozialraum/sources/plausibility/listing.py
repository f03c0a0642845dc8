"""How findings about a whole delivery are listed: how many, and under which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan

# Findings of one kind that are listed one by one; the rest is told as a number.
SHOWN = 10


def files_of(plan: Plan, areas: str, day: str) -> str:
    """Return the files behind one set of areas and Stichtag, for messages."""
    stichtag = plan.stichtag
    files = [
        t.file
        for t in plan.tables
        if t.areas == areas and (t.stichtag or stichtag).isoformat() == day
    ]
    return ", ".join(dict.fromkeys(files))
