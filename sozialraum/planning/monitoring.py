"""Rates held against limits: funnel plots for one Stichtag, EWMA charts for a series.

References
----------
Spiegelhalter (2005), Funnel plots for comparing institutional performance; Laney (2002), Improved
control charts for attributes; NIST/SEMATECH e-Handbook 6.3.2.4 for the EWMA.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import scipy

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.planning.checks import listed
from sozialraum.texts import problem

EXACT_BELOW = 20
WINSORISED = 0.1


def funnel(
    cases: pd.Series,
    base: pd.Series,
    *,
    target: float | None = None,
    overdispersion: bool = False,
    exact_below: int = EXACT_BELOW,
) -> pd.DataFrame:
    """Say which areas differ from the city by more than chance allows for their size.

    Limits are ``p0 ± z sqrt(φ p0 (1 - p0) / n)`` with z = 1.96 and 3.09, and quantiles of the
    binomial distribution where fewer than `exact_below` persons are behind an area.

    Parameters
    ----------
    cases, base : persons per area; areas without persons get NaN
    target : p0; None: the rate of all areas whose cases and persons are known
    overdispersion : widen by φ, the mean square of the z-scores winsorised at 10 % (at least 1)

    Returns
    -------
    Per area ``rate``, ``base``, ``low_95``, ``high_95``, ``low_998``, ``high_998`` and ``place``
    ("inside", "high", "low", "very high", "very low", "no base"; "no cases" where they are not
    known).
    """
    cases, base = aligned("funnel", cases=cases, base=base)
    wrong = cases.index[(cases < 0) | (cases > base) | (base < 0)]
    if len(wrong):
        raise DataError(problem("planning.bad_cell", cells=listed(wrong)))
    n = base.astype(float).where(lambda v: v > 0)
    p0 = _rate_of_all(cases, n) if target is None else target
    rate = cases / n
    spread = np.sqrt(p0 * (1 - p0) / n)
    phi = _overdispersion((rate - p0) / spread) if overdispersion and p0 * (1 - p0) > 0 else 1.0
    table = pd.DataFrame({"rate": rate, "base": n})
    for name, level in (("95", 0.95), ("998", 0.998)):
        z = NormalDist().inv_cdf(0.5 + level / 2)
        low, high = p0 - z * spread * math.sqrt(phi), p0 + z * spread * math.sqrt(phi)
        small = n < exact_below
        if small.any() and phi == 1.0:
            tail = (1 - level) / 2
            low = low.mask(small, scipy.stats.binom.ppf(tail, n.fillna(1), p0) / n)
            high = high.mask(small, scipy.stats.binom.ppf(1 - tail, n.fillna(1), p0) / n)
        table[f"low_{name}"], table[f"high_{name}"] = low.clip(lower=0), high.clip(upper=1)
    table["place"] = np.select(
        [
            n.isna(),
            cases.isna(),
            rate > table["high_998"],
            rate < table["low_998"],
            rate > table["high_95"],
            rate < table["low_95"],
        ],
        ["no base", "no cases", "very high", "very low", "high", "low"],
        "inside",
    )
    return table


def _rate_of_all(cases: pd.Series, base: pd.Series) -> float:
    """Return the rate of the areas whose cases are known; NaN where there is none."""
    persons = base[cases.notna()].sum()
    return float(cases[base.notna()].sum() / persons) if persons > 0 else float("nan")


def _overdispersion(z: pd.Series) -> float:
    known = z.dropna().to_numpy()
    if len(known) < 2:
        return 1.0
    low, high = np.quantile(known, [WINSORISED, 1 - WINSORISED])
    return max(float((np.clip(known, low, high) ** 2).mean()), 1.0)


def ewma(
    values: pd.Series, *, centre: float, spread: float, weight: float = 0.3, width: float = 3.0
) -> pd.DataFrame:
    """Return the exponentially weighted mean of a series and its control limits.

    ``z_t = λ x_t + (1 - λ) z_{t-1}`` from ``z_0 = centre``; limits ``centre ± L s sqrt(λ / (2 -
    λ))``. A missing value leaves z as it was.

    Parameters
    ----------
    values : in order of time
    centre, spread : mean and standard deviation while all is well
    weight : λ in (0, 1]
    width : L

    Returns
    -------
    ``ewma``, ``low``, ``high`` and ``outside``.
    """
    if not 0 < weight <= 1:
        message = f"The 'weight' parameter of ewma must be within (0, 1]. Got {weight!r} instead."
        raise ValueError(message)
    level, levels = centre, []
    for value in values.to_numpy(float):
        level = level if math.isnan(value) else weight * value + (1 - weight) * level
        levels.append(level)
    half = width * spread * math.sqrt(weight / (2 - weight))
    table = pd.DataFrame({"ewma": levels}, index=values.index)
    table["low"], table["high"] = centre - half, centre + half
    table["outside"] = (table["ewma"] > table["high"]) | (table["ewma"] < table["low"])
    return table
