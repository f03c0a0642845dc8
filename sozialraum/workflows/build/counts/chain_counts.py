"""What the counts of ``[chain]`` must be: groups that are recorded, a cohort that is followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Problem
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from sozialraum.config import Plan

_TOLERANCE = 0.02  # between the children of a station and those who reached the one before


def not_recorded(plan: Plan, counts: pd.DataFrame) -> set[str]:
    """Return the variables of groups that a station does not record, although it does the other."""
    if plan.chain is None:
        return set()
    recorded = {(cases, base) for _, cases, base in plan.chain.rates(set(counts))}
    told = plan.released_columns
    counted = plan.chain.counted().items()
    return {name for name, pair in counted if pair not in recorded and not told & set(pair)}


def cohort_problems(plan: Plan, counts: pd.DataFrame) -> Iterator[Problem]:
    """Find stations of a cohort whose children are not those who reached the one before."""
    if plan.chain is None or plan.chain.design != "cohort":
        return
    for group in plan.chain.groups:
        before: tuple[str, float] | None = None
        for station in plan.chain.stations:
            reached, eligible = station.columns(group)
            if reached not in counts or eligible not in counts:
                before = None
                continue
            children = float(counts[eligible].sum())
            if before is not None and abs(children - before[1]) > _TOLERANCE * max(before[1], 1):
                yield problem(
                    "pipeline.chain.other_children", column=eligible, other=before[0],
                    found=number(children), n=number(before[1]),
                )  # fmt: skip
            before = reached, float(counts[reached].sum())
