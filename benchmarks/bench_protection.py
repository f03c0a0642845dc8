"""Counts protected first: the city of the design, 2,000 blocks, 60 + 40 crossing areas."""

from __future__ import annotations

from functools import partial

import pandas as pd
from design_city import design_city
from measure import Case
from random_cities import DAY

from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import Protection, protect
from sozialraum.privacy.rules import DisclosureRules


def run(
    counts: list[CaseCounts], places: dict[str, pd.Series], names: list[str], k: int
) -> Protection:
    """Protect the counts on the named sets of areas."""
    return protect(
        counts,
        {name: places[name] for name in names},
        publish=names,
        rules=DisclosureRules(minimum=k),
    )


def cases(small: bool = False) -> list[Case]:
    """Return the pieces of work of the design."""
    places, counted, base = design_city(blocks=200 if small else 2000)
    units = counted.index
    places["Zone"] = pd.Series([f"{n % 100:03d}" for n in range(len(units))], units)
    counts = [CaseCounts(DAY, counted, base)]
    work = {
        "100 zones × 10": (["Zone"], "≤ 0.5 s"),
        "60 + 40 crossing zones × 10": (["Bezirk", "Sprengel"], "≤ 0.5 s"),
        "2,000 blocks × 10": (["Block"], "≤ 3 s"),
        "2,000 blocks + 100 crossing zones × 10": (["Block", "Bezirk", "Sprengel"], "≤ 3 s"),
    }
    found = [
        Case(f"protect, k={k}", partial(run, counts, places, names, k), size=size, goal=goal)
        for k in ((5,) if small else (3, 5, 10))
        for size, (names, goal) in work.items()
    ]
    return [*found, _years(counted, base, places)]


def _years(counted: pd.DataFrame, base: pd.DataFrame, places: dict[str, pd.Series]) -> Case:
    """Return ten years of 60 districts: 6,000 cells."""
    x, b = (frame.groupby(places["Bezirk"]).sum() for frame in (counted, base))
    years = [CaseCounts(f"20{n}-12-31", (x * (1 - n / 100)).round(), b) for n in range(15, 25)]
    own = {"Bezirk": pd.Series(x.index, x.index)}
    cells = 10 * x.size
    return Case(
        "protect, ten years",
        partial(run, years, own, ["Bezirk"], 5),
        size=f"{cells} cells",
        goal=f"≤ {cells * 0.05:.0f} ms, ≤ {cells * 0.5 / 1e3:.0f} MB",
    )
