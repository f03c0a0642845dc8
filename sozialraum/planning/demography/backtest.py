"""How good the forecast would have been: made in past years, held against what came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.planning.demography.class_rules import usual_classes
from sozialraum.planning.demography.cohorts import LEAST_YEARS, YearTable
from sozialraum.planning.demography.entry import due_by_year
from sozialraum.planning.demography.projection import SEED, EntryRule, Projection, project

LEAST_YEARS_TO_TEST, ORIGINS = 6, 5
DRAWS = 200


def backtest(
    register: YearTable,
    rolls: YearTable | None = None,
    home: np.ndarray | None = None,
    *,
    rule: EntryRule,
    types: np.ndarray | None = None,
    class_rule: str | None = None,
    stages: np.ndarray | None = None,
    seed: int = SEED,
) -> pd.DataFrame | None:
    """Return the errors of forecasts made at the end of each of the last five years.

    Parameters
    ----------
    register, rolls, home, rule, types, seed : as of `project`
    class_rule, stages : law of class sizes, as of `usual_classes`

    Returns
    -------
    Per horizon in years: ``error`` (mean absolute error of grade 1 per school, as share of its
    children), ``unchanged`` (the same where each year is as the last), ``own_quotas`` (by the own
    quotas of each area, unpooled), ``whole`` (of the city), ``bias`` (too many > 0), ``inside``
    (share of years and schools within the corridor of 80 of 100 draws), ``right_classes`` and
    ``right_classes_unchanged``, ``forecasts`` (how many were held against the truth). Without
    `rolls`: of the children due per area. None with fewer than six years.
    """
    table = register if rolls is None else rolls
    if len(register.years) < LEAST_YEARS_TO_TEST or len(table.years) < LEAST_YEARS_TO_TEST:
        return None
    truth = due_by_year(register.counts, month=rule.month, early=rule.early, late=rule.late)
    truth = truth if rolls is None else rolls.counts[:, :, 0]
    last = min(register.years[-1], table.years[-1])
    rows = []
    for origin in range(last - ORIGINS, last):
        past = register.since(register.years[0], origin)
        if len(past.years) < LEAST_YEARS or origin not in table.years:
            continue
        seen = None if rolls is None else rolls.since(rolls.years[0], origin)
        if seen is not None and len(seen.years) < 2:
            continue
        asked = {"horizon": last - origin, "rule": rule, "types": types, "seed": seed}
        made = project(past, seen, home, draws=DRAWS, **asked)
        own = project(past, seen, home, draws=DRAWS, pooled=False, **asked)
        before = truth[table.years.index(origin)]
        for step in range(last - origin):
            came = truth[table.years.index(origin + step + 1)]
            if np.isfinite(came).all() and np.isfinite(before).all():
                drawn = (_entries(made)[step], _entries(own)[step])
                rows.append((step + 1, *_missed(came, before, *drawn, class_rule, stages)))
    return _by_horizon(rows) if rows else None


def is_better(errors: pd.DataFrame) -> bool:
    """Return whether the forecast missed by less than to leave all as it is."""
    weight = errors["forecasts"]
    return bool((errors["error"] * weight).sum() < (errors["unchanged"] * weight).sum())


def _entries(made: Projection) -> np.ndarray:
    return made.due if made.pupils is None else made.pupils[:, :, :, 0]


def _missed(
    came: np.ndarray,
    before: np.ndarray,
    drawn: np.ndarray,
    own: np.ndarray,
    class_rule: str | None,
    stages: np.ndarray | None,
) -> tuple[float, ...]:
    """Return sums over schools: truth, four errors, signed error, inside, right classes, count."""
    low, _, high = np.quantile(np.round(drawn), [0.1, 0.5, 0.9], axis=0)
    middle = drawn.mean(axis=0)
    right = unchanged_right = np.nan
    if class_rule is not None:
        counts = [
            usual_classes(part, rule=class_rule, stages=stages) for part in (came, middle, before)
        ]
        right, unchanged_right = (counts[0] == counts[1]).sum(), (counts[0] == counts[2]).sum()
    return (
        came.sum(),
        np.abs(middle - came).sum(),
        np.abs(before - came).sum(),
        np.abs(own.mean(axis=0) - came).sum(),
        abs(middle.sum() - came.sum()),
        middle.sum() - came.sum(),
        ((low <= came) & (came <= high)).sum(),
        right,
        unchanged_right,
        len(came),
    )


def _by_horizon(rows: list[tuple[float, ...]]) -> pd.DataFrame:
    names = ("horizon", "came", "error", "unchanged", "own_quotas", "whole", "bias")
    names = (*names, "inside", "right_classes", "right_classes_unchanged", "forecasts")
    sums = pd.DataFrame(rows, columns=names).groupby("horizon").sum(min_count=1)
    for name in ("error", "unchanged", "own_quotas", "whole", "bias"):
        sums[name] /= sums["came"]
    for name in ("inside", "right_classes", "right_classes_unchanged"):
        sums[name] /= sums["forecasts"]
    return sums.drop(columns="came")
