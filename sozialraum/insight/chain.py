"""Stations of education, reached by two groups: gaps, where most is lost, where the chain breaks.

References
----------
Newcombe (1998), method 10, for differences of shares; Katz and others (1978) for ratios; Benjamini
and Hochberg (1995) for many areas at once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from sozialraum.insight.autocorrelation import benjamini_hochberg
from sozialraum.insight.intervals import newcombe, quantile
from sozialraum.model.alignment import aligned, aligned_tables
from sozialraum.model.arguments import checks_options
from sozialraum.model.options import OpenShare

COUNTS = ("reached_first", "eligible_first", "reached_second", "eligible_second")
_LOG_COLUMNS = ("ratio", "ratio_low", "ratio_high")


@checks_options
def group_gaps(counts: pd.DataFrame, *, level: OpenShare = 0.95) -> pd.DataFrame:
    """Compare how many of two groups reach a station: as a gap, and as a ratio.

    Parameters
    ----------
    counts : one row per station (or area), columns ``reached_first``, ``eligible_first``,
        ``reached_second``, ``eligible_second``, persons; NaN where a group is not recorded
    level : confidence of the intervals

    Returns
    -------
    ``rate_first``, ``rate_second`` (0..1), ``gap`` = first − second with ``gap_low`` and
    ``gap_high`` (Newcombe), ``ratio`` = first / second with ``ratio_low`` and ``ratio_high``
    (``ln RR ± z √(1/x₁ − 1/n₁ + 1/x₂ − 1/n₂)``). NaN where nobody could reach it; no ratio where
    nobody of a group did.

    Raises
    ------
    ValueError
        If a column is missing, or more reached a station than could.

    Examples
    --------
    >>> kita = pd.DataFrame([[300, 400, 540, 600]], ["kita"], list(COUNTS))
    >>> group_gaps(kita)[["gap", "gap_low", "gap_high", "ratio"]].round(4).loc["kita"].tolist()
    [-0.15, -0.1996, -0.102, 0.8333]
    """
    _refuse_wrong(counts, "group_gaps")
    x1, n1, x2, n2 = (counts[c].astype(float).where(counts[c].ge(0)) for c in COUNTS)
    n1, n2 = n1.where(n1 > 0), n2.where(n2 > 0)
    low, high = newcombe(x1, n1, x2, n2, level=level)
    found = pd.DataFrame({"rate_first": x1 / n1, "rate_second": x2 / n2})
    found["gap"], found["gap_low"], found["gap_high"] = x1 / n1 - x2 / n2, low, high
    step = quantile(level) * _log_error(x1, n1, x2, n2)
    log_ratio = np.log((x1 / n1).where(x1 > 0)) - np.log((x2 / n2).where(x2 > 0))
    for name, at in zip(_LOG_COLUMNS, (0.0, -step, step), strict=True):
        found[name] = np.exp(log_ratio + at)
    return found


@checks_options
def cohort_steps(counts: pd.DataFrame, *, level: OpenShare = 0.95) -> pd.DataFrame:
    """Say at which station a cohort loses most: the same children, followed.

    ``ln RR`` of the whole way is the sum of those of its steps.

    Parameters
    ----------
    counts : one row per station in order, as for `group_gaps`; NaN spreads to what follows; who
        reached a station is who could reach the next one
    level : confidence of the intervals

    Returns
    -------
    Per station ``ratio`` with ``ratio_low`` and ``ratio_high``, ``so_far`` (the product of the
    ratios up to it) and ``most``: True for the one step with the largest ``|ln RR|`` among those
    whose interval excludes 1; for none if there is none.

    Examples
    --------
    >>> way = pd.DataFrame(
    ...     [[340, 400, 546, 600], [238, 340, 491, 546], [119, 238, 393, 491]], columns=list(COUNTS)
    ... )
    >>> steps = cohort_steps(way)
    >>> steps["ratio"].round(4).tolist(), steps["so_far"].round(4).tolist()[-1]
    ([0.9341, 0.7784, 0.6247], 0.4542)
    """
    found = group_gaps(counts, level=level)[[*_LOG_COLUMNS]]
    found["so_far"] = found["ratio"].cumprod(skipna=False)
    sure = (found["ratio_low"] > 1) | (found["ratio_high"] < 1)
    size = np.log(found["ratio"]).abs().where(sure)
    found["most"] = size.eq(size.max()) & sure
    return found


@checks_options
def chain_breaks(
    low: pd.DataFrame,
    high: pd.DataFrame,
    base: pd.DataFrame,
    city: pd.Series,
    *,
    q: OpenShare = 0.1,
) -> pd.DataFrame:
    """Say in which areas fewer, or more, reach a station than in the city, beyond chance.

    Exact binomial middle p of the area's count against the city's rate; over all areas and stations
    together at most a share q of the findings is false (Benjamini and Hochberg).

    Parameters
    ----------
    low, high : (n_areas, n_stations) persons who reached it: the ends of the window of each count,
        equal where counts are exact; an area stands out only if it does with both
    base : same shape, persons who could; 0 and NaN give no finding
    city : (n_stations,) rate of all areas together, 0..1
    q : share of false findings that is accepted

    Returns
    -------
    Same shape: "low", "high", "inside", and "unknown" where nothing is known.

    Examples
    --------
    >>> reached = pd.DataFrame({"gym": [31.0, 52, 49]}, ["07", "08", "09"])
    >>> persons = pd.DataFrame({"gym": [120.0, 110, 100]}, reached.index)
    >>> chain_breaks(reached, reached, persons, pd.Series({"gym": 0.48}))["gym"].to_dict()
    {'07': 'low', '08': 'inside', '09': 'inside'}
    """
    low, high, base = aligned_tables("chain_breaks", low=low, high=high, base=base)
    (rate,) = aligned("chain_breaks", city=city)
    rate = rate.reindex(low.columns).to_numpy(float)
    n = np.rint(base.where(base > 0).to_numpy(float))
    above = _upper(np.floor(low.to_numpy(float)), n, rate)
    below = 1 - _upper(np.minimum(np.ceil(high.to_numpy(float)), n), n, rate)
    p = pd.DataFrame(np.minimum(2 * np.minimum(above, below), 1.0), low.index, low.columns)
    sure = benjamini_hochberg(p.stack(), q=q)["reject"].unstack()
    sure = sure.reindex(index=low.index, columns=low.columns).eq(True)
    found = np.where(sure, np.where(below < above, "low", "high"), "inside")
    return pd.DataFrame(np.where(p.isna(), "unknown", found), low.index, low.columns)


def first_break(places: pd.DataFrame, better: pd.Series) -> pd.Series:
    """Return per area the first station at which too few (or too many) arrive; None where none.

    Parameters
    ----------
    places : from `chain_breaks`, columns in the order of the stations
    better : per station "higher" or "lower": which end is good
    """
    bad = better.reindex(places.columns).map({"higher": "low", "lower": "high"})
    hit = places.eq(bad, axis="columns")
    first = pd.Series(hit.to_numpy().argmax(axis=1), places.index)
    names = pd.Series(places.columns[first], places.index, dtype=object)
    return names.where(hit.any(axis=1), None)


def _upper(x: np.ndarray, n: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Return P(X > x) + P(X = x)/2; NaN where one is not known."""
    law = scipy.stats.binom
    known = ~(np.isnan(x) | np.isnan(n) | np.isnan(rate + 0 * n))
    found = np.full(x.shape, np.nan)
    p = (rate + 0 * n)[known]
    found[known] = law.sf(x[known], n[known], p) + law.pmf(x[known], n[known], p) / 2
    return found


def _log_error(x1: pd.Series, n1: pd.Series, x2: pd.Series, n2: pd.Series) -> pd.Series:
    parts = 1 / x1.where(x1 > 0) - 1 / n1 + 1 / x2.where(x2 > 0) - 1 / n2
    return np.sqrt(parts.clip(lower=0))


def _refuse_wrong(counts: pd.DataFrame, caller: str) -> None:
    lacking = [c for c in COUNTS if c not in counts]
    if lacking:
        message = (
            f"The 'counts' parameter of {caller} must have the columns {list(COUNTS)}. "
            f"Got none of {lacking} instead."
        )
        raise ValueError(message)
    for x, n in (COUNTS[:2], COUNTS[2:]):
        wrong = counts.index[(counts[x] > counts[n]) | (counts[x] < 0)]
        if len(wrong):
            message = (
                f"The 'counts' parameter of {caller} must have {x} of 0 to {n}. "
                f"Got others at {list(wrong[:5])} instead."
            )
            raise ValueError(message)
