"""Early warning for the areas of a city, with one dial: false alarms a year.

A flow (cases of a month) is held against the area's share of the city's cases in its own past, so
that season and trend that all areas have in common cancel; a stock (persons on a day) against the
growth of the other areas. Scores are added up (CUSUM); thresholds are found by running the whole
rule on tables drawn from the months it is learnt from.

References
----------
Page (1954), Continuous inspection schemes; Farrington and others (1996), Noufaily and others (2013)
for the peers it was compared with; beta-binomial: Skellam (1948).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import betabinom, binom, norm

from sozialraum.insight.watching.calibration import (
    Thresholds,
    drawn_from,
    find_thresholds,
    past_of,
    quiet_flows,
    quiet_stocks,
    share_noticed,
)
from sozialraum.insight.watching.scores import (
    ALLOWANCE,
    Scores,
    scores_of_flows,
    scores_of_stocks,
)
from sozialraum.kernels.watching import cusum
from sozialraum.model.alignment import aligned_tables
from sozialraum.model.arguments import checks_options
from sozialraum.model.errors import DataError
from sozialraum.model.learnt import Watch
from sozialraum.model.options import (
    Count,
    Measure,
    Positive,
    WatchDirection,
    WatchDraws,
    WatchMonths,
)
from sozialraum.model.problem import Problem
from sozialraum.texts import percent, problem

Array = NDArray[np.float64]
FEWEST_AREAS = 4
LARGEST_SHARE = 0.5
FRAME = 0.95  # of the cases that are usual
_LEAST_SPREAD = 1e-9


def unwatchable(cases: pd.DataFrame) -> Problem | None:
    """Return why areas cannot be held against each other: too few, or one that holds the most."""
    if cases.shape[1] < FEWEST_AREAS:
        return problem("insight.watch.few_areas", "warning", least=FEWEST_AREAS, n=cases.shape[1])
    total = cases.sum()
    if total.sum() <= 0:
        return problem("insight.watch.no_cases", "warning")
    if total.max() > LARGEST_SHARE * total.sum():
        share = percent(LARGEST_SHARE, 0)
        return problem("insight.watch.one_area", "warning", key=str(total.idxmax()), share=share)
    return None


@checks_options
def fit_watch(
    cases: pd.DataFrame,
    *,
    measure: Measure,
    history: WatchMonths = 24,
    false_alarms: Positive = 1.0,
    guard: Count = 3,
    draws: WatchDraws = 200,
    seed: Count = 2024,
    direction: WatchDirection = "up",
    recoded: pd.DataFrame | None = None,
) -> Watch:
    """Learn from when on a month is an alarm, from months in which things were as usual.

    Parameters
    ----------
    cases : (n_months, n_areas) persons, one row per month in order of time; NaN where not known
    measure : "flow": cases that occur in a month; "stock": persons who are there on a day
    history : months that are needed at least
    false_alarms : expected per year over the whole table: the only dial
    guard : latest months that do not count as usual when a month is judged
    draws : tables of five years that the rule is tried on
    seed : of the draws
    direction : "up": more than usual; "down": fewer
    recoded : (n_counts, n_areas) the number that is told for 0, 1, 2 … cases, where counts are
        recoded before they are watched; drawn tables are recoded alike

    Returns
    -------
    Watch, learnt from all rows of `cases`; `apply_watch` judges the months after them.

    Raises
    ------
    ValueError
        If there are fewer months than `history`.
    DataError
        With fewer than four areas, without cases, where one area has more than half of them, or
        where nothing moves from month to month.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> months = pd.DataFrame(rng.poisson(8, (24, 6)), columns=list("abcdef"))
    >>> watch = fit_watch(months, measure="flow", draws=40)
    >>> watch.promised, watch.months, round(watch.found, 1)
    (1.0, 24, 1.0)
    """
    known = int(cases.notna().all(axis=1).sum())
    if known < history:
        message = (
            f"The 'cases' parameter of fit_watch must be of at least {history} months in which all "
            f"areas are known. Got {known} instead."
        )
        raise ValueError(message)
    cases = cases.sort_index(axis=1)
    if (why := unwatchable(cases)) is not None:
        raise DataError(why)
    counts = cases.to_numpy(float)
    asked: dict[str, Any] = {
        "first": drawn_from(len(counts), guard), "guard": guard, "draws": draws, "seed": seed,
        "direction": direction,
    }  # fmt: skip
    share, phi, noticed = {}, 1.0, float("nan")
    if measure == "stock":
        quiet = quiet_stocks(counts, **asked)
        found = find_thresholds(quiet, measure=measure, false_alarms=false_alarms)
    else:
        asked["recoded"] = _middles(recoded, cases.columns)
        past = past_of(counts)
        found = find_thresholds(
            quiet_flows(past, **asked), measure=measure, false_alarms=false_alarms
        )
        share = dict(zip(map(str, cases.columns), past.share.tolist(), strict=True))
        phi, noticed = past.dispersion, share_noticed(past, found, **asked)
    return _watch(cases, found, measure, direction, share, phi, noticed, false_alarms,
                  {"history": history, "guard": guard, "draws": draws, "seed": seed})  # fmt: skip


def _middles(recoded: pd.DataFrame | None, areas: pd.Index) -> Array | None:
    if recoded is None:
        return None
    lacking = [str(a) for a in areas if a not in recoded.columns]
    if lacking:
        message = (
            "The 'recoded' parameter of fit_watch must have a column for each area of 'cases'. "
            f"Got none of {lacking[:5]} instead."
        )
        raise ValueError(message)
    return recoded[list(areas)].to_numpy(float)


def _watch(
    cases: pd.DataFrame, found: Thresholds, measure: str, direction: str, share: dict[str, float],
    phi: float, noticed: float, promised: float, options: dict[str, Any],
) -> Watch:  # fmt: skip
    return Watch(
        measure=measure, direction=direction, months=len(cases), first=str(cases.index[0]),
        last=str(cases.index[-1]), limit=found.limit, spike=found.spike,
        allowance=ALLOWANCE[measure], share=share, dispersion=phi, promised=promised,
        found=found.found, noticed=noticed, options=options,
    )  # fmt: skip


def apply_watch(
    cases: pd.DataFrame, watches: Watch | Sequence[Watch], *, exposure: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Judge every month that comes after those a watch was learnt from.

    Parameters
    ----------
    cases : (n_months, n_areas) persons in order of time, the months learnt from first
    watches : one, or several of which each judges until the next one begins (learnt once a year)
    exposure : same shape, persons the cases of a flow come from; None where they need no regard

    Returns
    -------
    One row per judged month and area, index "period" and "key": ``cases``, ``z``, ``sum`` (CUSUM),
    ``alarm``, ``begins``, ``months`` the alarm lasts already, ``expected`` cases, and where there
    is an alarm ``low`` and ``high``, between which 95 % of usual months lie. NaN where nothing can
    be said.

    Raises
    ------
    ValueError
        If there is no month to judge, or the watches are of different kinds.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> months = pd.DataFrame(rng.poisson(8, (30, 6)), columns=list("abcdef"))
    >>> months.loc[26:, "c"] += 14
    >>> watch = fit_watch(months.head(24), measure="flow", draws=40)
    >>> judged = apply_watch(months, watch)
    >>> "c" in judged.query("alarm").index.get_level_values("key")
    True
    """
    listed = [watches] if isinstance(watches, Watch) else list(watches)
    first = _refuse_wrong_watches(cases, listed)
    cases, exposure = aligned_tables("apply_watch", cases=cases, exposure=exposure)
    areas = sorted(cases.columns)
    counts = cases[areas].to_numpy(float)
    persons = None if exposure is None else exposure[areas].to_numpy(float)
    scored = _scores(counts, persons, listed[0], first)
    limit, spike = (_per_month(listed, name, len(cases)) for name in ("limit", "spike"))
    sums, alarm, begins = cusum(scored.z[first:], listed[0].allowance, limit[first:], spike[first:])
    rows = pd.MultiIndex.from_product([cases.index[first:], areas], names=["period", "key"])
    flat = {
        "cases": counts[first:], "z": scored.z[first:], "sum": sums, "alarm": alarm,
        "begins": begins, "months": _lasting(alarm), "expected": scored.expected[first:],
    }  # fmt: skip
    table = pd.DataFrame({n: v.ravel() for n, v in flat.items()}, index=rows)
    table["low"], table["high"] = _frame(table, counts[first:], scored.spread[first:], listed[0])
    return table


def _refuse_wrong_watches(cases: pd.DataFrame, watches: Sequence[Watch]) -> int:
    """Return the number of the first month that is judged."""
    kinds = {(w.measure, w.direction, w.options.get("guard")) for w in watches}
    if len(kinds) != 1:
        message = (
            "The 'watches' parameter of apply_watch must be of one measure, direction and guard. "
            f"Got {sorted(map(str, kinds))} instead."
        )
        raise ValueError(message)
    first = min(w.months for w in watches)
    if first >= len(cases):
        message = (
            f"The 'cases' parameter of apply_watch must be of more than the {first} months the "
            f"watch was learnt from. Got {len(cases)} instead."
        )
        raise ValueError(message)
    return first


def _scores(counts: Array, persons: Array | None, watch: Watch, first: int) -> Scores:
    asked: dict[str, Any] = {
        "first": first, "guard": watch.options["guard"], "direction": watch.direction
    }  # fmt: skip
    if watch.measure == "stock":
        return scores_of_stocks(counts, **asked)
    return scores_of_flows(counts, persons, **asked)


def _per_month(watches: Sequence[Watch], name: str, months: int) -> Array:
    """Return the threshold of every month: that of the latest watch learnt before it."""
    found = np.full(months, np.nan)
    for watch in sorted(watches, key=lambda w: w.months):
        found[watch.months :] = getattr(watch, name)
    return found


def _lasting(alarm: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many months an alarm lasts already."""
    found = np.zeros(alarm.shape, np.int64)
    for t, now in enumerate(alarm):
        found[t] = np.where(now, (found[t - 1] if t else 0) + 1, 0)
    return found


def _frame(table: pd.DataFrame, counts: Array, spread: Array, watch: Watch) -> tuple[Array, Array]:
    """Return between which numbers 95 % of usual months lie, where there is an alarm."""
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    at = np.flatnonzero(table["alarm"] & table["expected"].notna())
    usual, rho = table["expected"].to_numpy()[at], spread.ravel()[at]
    tail = (1 - FRAME) / 2
    if watch.measure == "stock":
        half = norm.isf(tail) * rho
        low[at], high[at] = np.maximum(usual - half, 0.0), usual + half
        return low, high
    total = np.rint(np.repeat(np.nansum(counts, axis=1), counts.shape[1]))[at]
    share = np.clip(usual / np.maximum(total, 1.0), 1e-12, 1 - 1e-12)
    size = 1 / np.maximum(rho, _LEAST_SPREAD) - 1
    for found, q in ((low, tail), (high, 1 - tail)):
        several = betabinom.ppf(q, total, share * size, (1 - share) * size)
        found[at] = np.where(rho > _LEAST_SPREAD, several, binom.ppf(q, total, share))
    return low, high
