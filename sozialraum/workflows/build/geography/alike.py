"""Whether the areas of the index can be told apart at all, by the counts that were moved to them.

A large area whose counts are spread over small ones gives all of them the same shares: no step of
an index can order them, and what protection adds on top is chance. Only `check` says so, to the
office: a build that stopped here would tell something about counts that it protects.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.config.plan import Plan
from sozialraum.index.classes import least_values
from sozialraum.model import Problem
from sozialraum.model.problem import Severity
from sozialraum.sources.delivery import Delivery
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import percent, problem, text

ALIKE = 1e-9  # shares that differ by less are one
_COUNTED = ("share", "rate")


def alike_areas(plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None) -> list[Problem]:
    """Return indicators that are the same everywhere, and classes that so few values cannot fill.

    The build stops there only where its input is published as it is; elsewhere it is a warning.

    Parameters
    ----------
    plan, delivery : as read; what takes its scale from elsewhere or from several days is not looked
        at, nor are delivered values and counts that are derived first
    crosswalk : to the areas of the index; None: the counts are delivered for them
    """
    table = delivery.tables.get(plan.stichtag.isoformat(), {}).get(plan.source_areas)
    learnt_elsewhere = plan.frozen or plan.imputation is not None or plan.smoothed
    if table is None or learnt_elsewhere or not table.index.is_unique:
        return []
    return [one for axis in plan.axis_names for one in _of_axis(plan, axis, table, crosswalk)]


def _of_axis(
    plan: Plan, axis: str, table: pd.DataFrame, crosswalk: Crosswalk | None
) -> list[Problem]:
    shares = {}
    for i in plan.indicators_of(axis):
        two = [i.numerator, i.denominator]
        if i.kind in _COUNTED and i.value is None and set(two) <= set(table):
            shares[i.id] = _shares(table[two], plan, crosswalk)
    found = [
        problem(
            "index.constant", _severity(plan), column=i.id, label=i.label, found=_same(shares[i.id])
        )
        for i in plan.indicators_of(axis)
        if i.id in shares and _is_alike(shares[i.id])
    ]
    if found or len(shares) < len(plan.indicators_of(axis)):
        return found
    cut = plan.axis(axis).classes
    k = cut.k if cut.shares is None else len(cut.shares)
    values = _different(np.column_stack(list(shares.values())))
    if not values or values >= least_values(cut.method, k):  # none: no key fits, which is told
        return []
    return [problem("index.too_few_values", _severity(plan), found=values, k=k)]


def _severity(plan: Plan) -> Severity:
    return "error" if plan.disclosure.published_input else "warning"


def _shares(counts: pd.DataFrame, plan: Plan, crosswalk: Crosswalk | None) -> NDArray[np.float64]:
    """Return the share of each area of the index; NaN where it has no base."""
    numbers = counts.apply(pd.to_numeric, errors="coerce")
    known = numbers.where(numbers.notna().all(axis=1))
    if crosswalk is not None:
        rows = known.reindex(crosswalk.source_index).fillna(0.0).to_numpy(float)
        moved = pd.DataFrame(crosswalk.matrix @ rows, list(crosswalk.target_keys))
    else:
        moved = pd.DataFrame(known.to_numpy(float), counts.index)
    cases, base = moved.drop(index=[e.key for e in plan.exclude], errors="ignore").to_numpy().T
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, cases / base, np.nan)


def _is_alike(share: NDArray[np.float64]) -> bool:
    known = share[~np.isnan(share)]
    return len(known) > 1 and bool(np.ptp(known) <= ALIKE * np.abs(known).max())


def _same(share: NDArray[np.float64]) -> str:
    return text("pipeline.alike_everywhere", share=percent(float(np.nanmax(share)), 1))


def _different(rows: NDArray[np.float64]) -> int:
    """Return how many different rows there are, areas without any value left out."""
    there = rows[~np.isnan(rows).all(axis=1)]
    return len(np.unique(np.round(np.nan_to_num(there, nan=-1.0), 9), axis=0))
