"""What changed, and against whom: before and after with comparison areas, additive and relative.

The two measures can disagree, so both are always told. The wording is modest on purpose: "change
against the comparison areas", not "effect"; areas are chosen because they are bad, and bad values
get better by themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.texts import number, problem, signed, text

GROUPS, PERIODS = ("programme", "comparison"), ("before", "after")
SEED = 2024
_WAYS = 9999  # of naming programme areas that are tried at most


@dataclass(frozen=True, kw_only=True)
class ChangeComparison:
    """Change of the programme against the comparison, additive and relative, with 95 % intervals.

    Parameters
    ----------
    rates : (group, period) shares
    difference, low, high : change of shares minus change of shares, in 0..1 (percentage points/100)
    ratio, ratio_low, ratio_high : ratio of the two ratios; NaN where a cell has no case
    sentences : German
    """

    rates: pd.DataFrame
    difference: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    sentences: tuple[str, ...]


def compare_change(counts: pd.DataFrame, *, level: float = 0.95) -> ChangeComparison:
    """Compare before and after between programme and comparison, from counts.

    ``(p11 - p10) - (p01 - p00)`` with ``SE = sqrt(Σ p q / n)``, and
    ``(p11 / p10) / (p01 / p00)`` with ``SE(log) = sqrt(Σ 1/x - 1/n)``.

    Parameters
    ----------
    counts : columns ``group`` ("programme", "comparison"), ``period`` ("before", "after"),
        ``cases``, ``base``; several rows of one cell are added up
    level : of the intervals

    Raises
    ------
    DataError
        If a cell is missing or has no persons, or more cases than persons.
    """
    cells = counts.groupby(["group", "period"])[["cases", "base"]].sum()
    order = pd.MultiIndex.from_product([GROUPS, PERIODS])
    cells = cells.reindex(order)
    bad = cells[cells.isna().any(axis=1) | (cells["base"] <= 0) | (cells["cases"] > cells["base"])]
    if len(bad):
        raise DataError(problem("planning.bad_cell", cells=", ".join(map("/".join, bad.index))))
    x, n = cells["cases"].to_numpy(float), cells["base"].to_numpy(float)
    p = x / n
    sign = np.array([-1, 1, 1, -1])
    z = NormalDist().inv_cdf(0.5 + level / 2)
    difference = float(sign @ p)
    spread = z * math.sqrt((p * (1 - p) / n).sum())
    ratio = ratio_low = ratio_high = float("nan")
    if (x > 0).all():
        log = float(sign @ np.log(p))
        width = z * math.sqrt((1 / x - 1 / n).sum())
        ratio, ratio_low, ratio_high = (math.exp(v) for v in (log, log - width, log + width))
    rates = pd.DataFrame(p.reshape(2, 2), index=GROUPS, columns=PERIODS)
    low, high = difference - spread, difference + spread
    return ChangeComparison(
        rates=rates,
        difference=difference,
        low=low,
        high=high,
        ratio=ratio,
        ratio_low=ratio_low,
        ratio_high=ratio_high,
        sentences=_sentences(difference, low, high, ratio, ratio_low, ratio_high),
    )


def _sentences(
    difference: float,
    low: float,
    high: float,
    ratio: float,
    ratio_low: float,
    ratio_high: float,
) -> tuple[str, ...]:
    shown = low > 0 or high < 0
    additive = text(
        f"planning.change.{'shown' if shown else 'not_shown'}",
        points=signed(100 * difference, 1),
        low=signed(100 * low, 1),
        high=signed(100 * high, 1),
    )
    if math.isnan(ratio):
        return additive, text("planning.change.no_ratio")
    both = (ratio_low > 1 or ratio_high < 1) == shown
    relative = text(
        "planning.change.ratio",
        ratio=number(ratio, 2),
        low=number(ratio_low, 2),
        high=number(ratio_high, 2),
    )
    return (additive, relative) if both else (additive, relative, text("planning.change.disagree"))


@dataclass(frozen=True)
class AreaChange:
    """Mean change of programme areas minus that of comparison areas, and its permutation p."""

    difference: float
    p: float
    programme: float
    comparison: float


def compare_areas(
    before: pd.Series,
    after: pd.Series,
    programme: pd.Series,
    *,
    permutations: int = 9999,
    seed: int = SEED,
) -> AreaChange:
    """Compare the change of values between programme and comparison areas.

    p is the share of all ways to name as many programme areas whose difference is at least as
    large; all ways are tried where there are at most `permutations` of them.

    Parameters
    ----------
    before, after : value per area; areas where one of them is NaN are left out
    programme : True for programme areas
    permutations : ways that are tried at most
    seed : of the ways that are drawn, where there are more

    Raises
    ------
    ValueError
        If keys differ.
    DataError
        If there are no programme areas, or no others.

    Examples
    --------
    >>> before, after = pd.Series({"NJ": 20.44, "PA": 23.33}), pd.Series({"NJ": 21.03, "PA": 21.17})
    >>> round(compare_areas(before, after, pd.Series({"NJ": True, "PA": False})).difference, 2)
    2.75
    """
    before, after, programme = aligned(
        "compare_areas", before=before, after=after, programme=programme
    )
    change = (after - before).sort_index().dropna()
    treated = programme[change.index] == True  # noqa: E712
    k, n = int(treated.sum()), len(change)
    if k == 0 or k == n:
        raise DataError(problem("planning.no_comparison", programme=k, comparison=n - k))
    values = change.to_numpy(float)
    own = values[treated].mean() - values[~treated].mean()
    drawn = _differences(values, k, permutations, seed)
    as_large = (np.abs(drawn) >= abs(own) - 1e-12).sum()
    exact = math.comb(n, k) <= permutations
    p = as_large / len(drawn) if exact else (as_large + 1) / (len(drawn) + 1)
    return AreaChange(
        float(own), float(p), float(values[treated].mean()), float(values[~treated].mean())
    )


def _differences(values: np.ndarray, k: int, permutations: int, seed: int) -> np.ndarray:
    n = len(values)
    if math.comb(n, k) <= permutations:
        sets = np.array(list(combinations(range(n), k)))
    else:
        order = np.random.default_rng(seed).random((permutations, n)).argsort(axis=1)
        sets = order[:, :k]
    inside = values[sets].sum(axis=1)
    return inside / k - (values.sum() - inside) / (n - k)


def changes_by_year(
    panel: pd.DataFrame, programme: pd.Series, *, base_year: object
) -> pd.DataFrame:
    """Return the difference in change of every year against a base year.

    Years before the programme should be near 0, else the areas moved apart already before it
    (placebo years).

    Parameters
    ----------
    panel : (areas, years) values; an area with a NaN is left out of that year
    programme : True for programme areas
    base_year : column the others are compared with
    """
    panel, programme = aligned("changes_by_year", panel=panel, programme=programme)
    rows = {}
    for year in panel.columns:
        if year != base_year:
            change = compare_areas(panel[base_year], panel[year], programme)
            rows[year] = {"difference": change.difference, "p": change.p}
    return pd.DataFrame.from_dict(rows, orient="index")


def nearest_comparison(need: pd.Series, programme: pd.Series, *, count: int = 1) -> list[str]:
    """Return comparison areas as needy as the programme areas: `count` for each, none twice.

    Programme areas choose in the order of their need, the highest first; ties by key. An area whose
    need is NaN chooses nobody and is not chosen.
    """
    need, programme = aligned("nearest_comparison", need=need, programme=programme)
    need = need.dropna()
    treated = programme.reindex(need.index) == True  # noqa: E712
    free = need[~treated].sort_index()
    chosen: list[str] = []
    for _, own in need[treated].sort_index().sort_values(ascending=False, kind="stable").items():
        distance = (free.drop(chosen) - own).abs().sort_values(kind="stable")
        chosen += list(distance.index[:count])
    return sorted(chosen)


def pre_trend(panel: pd.DataFrame, programme: pd.Series, *, base_period: object) -> float:
    """Return how likely areas would differ as much before the programme if they moved alike.

    The statistic is the largest difference in change of any earlier period against the base period;
    p is the share of ways to name as many programme areas whose largest one is as large.

    Parameters
    ----------
    panel : (areas, periods) values; areas where one is NaN are left out
    programme : True for programme areas
    base_period : column the earlier ones are compared with; later ones are left out

    Returns
    -------
    p, 0..1; NaN with fewer than two earlier periods.
    """
    panel, programme = aligned("pre_trend", panel=panel, programme=programme)
    place = list(panel.columns).index(base_period)
    earlier = list(panel.columns)[:place]
    if len(earlier) < 2:
        return float("nan")
    known = panel[[*earlier, base_period]].dropna().sort_index()
    treated = (programme[known.index] == True).to_numpy()  # noqa: E712
    order = np.argsort(~treated, kind="stable")
    k, largest = int(treated.sum()), np.zeros(0)
    for period in earlier:
        change = (known[base_period] - known[period]).to_numpy(float)[order]
        own = change[:k].mean() - change[k:].mean()
        drawn = np.abs(np.append(_differences(change, k, _WAYS, SEED), own))
        largest = drawn if largest.size == 0 else np.maximum(largest, drawn)
    as_large = int((largest[:-1] >= largest[-1] - 1e-12).sum())
    exact = math.comb(len(known), k) <= _WAYS
    return as_large / (len(largest) - 1) if exact else (as_large + 1) / len(largest)


def staggered_change(
    panel: pd.DataFrame, starts: pd.Series, *, persons: pd.Series | None = None
) -> pd.DataFrame:
    """Return the change since the start of programmes that began at different times.

    ATT(g, t): mean change of the areas that began in period g since the period before, minus that
    of the areas that have not begun by t (Callaway and Sant'Anna 2021); no two-way fixed effects.

    Parameters
    ----------
    panel : (areas, periods) values, periods in order
    starts : first period of each area's programme, one of the columns; missing for never
    persons : weight of each area in the mean of a group; None = all alike

    Returns
    -------
    One row per start and period from it on: ``start``, ``period``, ``change``, ``weight`` (persons
    of the group); NaN where nobody is left to compare with. The mean over all rows, by weight, is
    the change since the start.
    """
    panel, starts, persons = aligned(
        "staggered_change", panel=panel, starts=starts, persons=persons
    )
    weight = pd.Series(1.0, panel.index) if persons is None else persons
    periods = list(panel.columns)
    if unknown := sorted(set(starts.dropna()) - set(periods), key=str):
        message = (
            "The 'starts' parameter of staggered_change must be of the columns of 'panel', or "
            f"missing. Got {unknown} instead."
        )
        raise ValueError(message)
    place = starts.map({p: n for n, p in enumerate(periods)}).astype(float)
    rows = []
    for g in sorted({int(n) for n in place.dropna() if n > 0}):
        own = place == g
        for t in range(g, len(periods)):
            change = panel[periods[t]] - panel[periods[g - 1]]
            others = place.isna() | (place > t)
            found = _mean(change[own], weight) - _mean(change[others], weight)
            rows.append((periods[g], periods[t], found, float(weight[own].sum())))
    return pd.DataFrame(rows, columns=["start", "period", "change", "weight"])


def _mean(values: pd.Series, weight: pd.Series) -> float:
    known = values.dropna()
    return float(np.average(known, weights=weight[known.index])) if len(known) else float("nan")
