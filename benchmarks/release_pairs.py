"""Two releases of one city, one after the other with a ledger, attacked together."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from highs_attack import leaks
from random_cities import DAY, City, random_city

from sozialraum.model.protected import ProtectedTable
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import new_ledger, open_ledger
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recording import recording

FRAMES = ("middle", "low", "high", "base", "status")


def crossing_city(seed: int, *, parts: bool) -> City:
    """Return a random city of two sets of areas; with `parts` of a sum and its two parts alone."""
    for n in range(1000):
        city = random_city(1000 * (seed + 1) + n)
        if len(city.places) == 2 and (not parts or "sum" in city.sums):
            break
    if not parts:
        return city
    names = ["v0", "v1", "sum"]
    return replace(
        city, cases=city.cases[names], base=city.base[names], sums={"sum": city.sums["sum"]}
    )


def leaks_of_two(city: City, first: list[str], second: list[str]) -> list[str]:
    """Return what two releases tell: `first` on the one set of areas, `second` on the other.

    The second time columns have other names.
    """
    told: dict[tuple[str, str], ProtectedTable] = {}
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "freigaben.jsonl", Path(folder) / "geheim.key"
        new_ledger(*files)
        for place, names, mark in (("a", first, ""), ("b", second, "_neu")):
            ledger = open_ledger(*files)
            made = protect(
                [CaseCounts(DAY, *(f[names].add_suffix(mark) for f in (city.cases, city.base)))],
                city.places,
                publish=[place],
                rules=city.rules,
                ledger=ledger,
                accepted=[name + mark for name in names],
            )
            recording(ledger, made.draft.statements, title=place, date=DAY).record()
            told[DAY, place] = _under_first_names(
                made.protected.tables[DAY, place], city, names, mark
            )
    return leaks(city, SimpleNamespace(tables=told), totals=True)


def _under_first_names(
    table: ProtectedTable, city: City, names: list[str], mark: str
) -> ProtectedTable:
    called = {name + mark: name for name in names}
    frames = {
        frame: getattr(table, frame).rename(columns=called).reindex(columns=city.cases.columns)
        for frame in FRAMES
    }
    return replace(table, **frames)
