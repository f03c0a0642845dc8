"""Rows of a table that stand for several areas at once: "Moorburg und Altenwerder"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sozialraum.sources.recognise.seen import SeenTable

_BETWEEN = re.compile(r"\s+und\s+|\s*[/+&]\s*")


def merged_areas(tables: Iterable[SeenTable]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return parts and name of each row whose parts are all areas without a row of their own."""
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        match = table.match
        if match is None:
            continue
        alone = set(match.left_layer)
        for name in match.left_table:
            parts = tuple(p.strip() for p in _BETWEEN.split(name))
            if len(parts) > 1 and set(parts) <= alone:
                found[name] = parts
    return tuple((parts, name) for name, parts in found.items())
