"""Quotas from one year to the next, learnt area by area and pooled as far as they are noise.

Own quotas of small areas are mostly chance. Each is drawn towards that of its type of areas, and
types towards the city, by the share of the differences between areas that chance does not explain.

References
----------
Morris (1983), Parametric empirical Bayes inference; KOSIS-Verbund, SIKURS: quotas by types of
areas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class Quotas:
    """What share of a group is there a year later, per area.

    Parameters
    ----------
    rate : (areas,) pooled quota
    unsure : (areas,) variance that is left of it, ``A(1 - w)``
    noise : v, variance of the next count per child of the last one
    shock : variance of the quota of a whole year, common to all areas
    city : variance of the pooled quota itself
    """

    rate: np.ndarray
    unsure: np.ndarray
    noise: float
    shock: float
    city: float


def learn_quotas(old: np.ndarray, new: np.ndarray, types: np.ndarray | None = None) -> Quotas:
    """Return the quotas ``new / old`` of past years, pooled from area to type to city.

    With r local, n exposure, r̄ pooled: ``v = Σ(new - r·old)²/old / ((T-1)k)``,
    ``A = max(0, (Σn(r-r̄)² - v(k-1)) / (Σn - Σn²/Σn))``, ``w = A/(A + v/n)``, ``q = r̄ + w(r - r̄)``.

    Parameters
    ----------
    old, new : (years, areas) counts; pairs with NaN do not count
    types : (areas,) type of each area; None: straight to the city

    Examples
    --------
    >>> old = np.array([[100.0, 50.0], [100.0, 50.0]])
    >>> learn_quotas(old, 0.9 * old).rate.round(12).tolist()  # equal local rates: A = 0
    [0.9, 0.9]
    """
    known = np.isfinite(old) & np.isfinite(new) & (old > 0)
    before, after = np.where(known, old, 0.0), np.where(known, new, 0.0)
    exposure = before.sum(axis=0)
    pooled = float(after.sum() / exposure.sum()) if exposure.sum() > 0 else 0.0
    local = np.divide(
        after.sum(axis=0), exposure, out=np.full(len(exposure), pooled), where=exposure > 0
    )
    noise = _noise(before, after, known, local, pooled)
    prior, unsure_type = np.full(len(exposure), pooled), np.zeros(len(exposure))
    if types is not None:
        group = pd.factorize(types, sort=True)[0]
        size = np.bincount(group, exposure)
        rate = np.divide(
            np.bincount(group, after.sum(axis=0)),
            size,
            out=np.full(len(size), pooled),
            where=size > 0,
        )
        by_type, left = _drawn_together(rate, size, np.full(len(size), pooled), noise)
        prior, unsure_type = by_type[group], left[group]
    rate, unsure = _drawn_together(local, exposure, prior, noise)
    shock, city = _of_years(before, after, noise, exposure.sum())
    return Quotas(rate=rate, unsure=unsure + unsure_type, noise=noise, shock=shock, city=city)


def _noise(
    before: np.ndarray, after: np.ndarray, known: np.ndarray, local: np.ndarray, pooled: float
) -> float:
    """Return v: around the local quotas; around the pooled one where there is one pair of years."""
    years = known.sum(axis=0)
    own = years > 1
    rate, used = (local, known & own) if own.any() else (np.full(len(local), pooled), known)
    free = (years[own] - 1).sum() if own.any() else known.sum() - 1
    missed = np.where(used, (after - rate * before) ** 2 / np.where(used, before, 1.0), 0.0)
    return float(missed.sum() / free) if free > 0 else 0.0


def _drawn_together(
    local: np.ndarray, exposure: np.ndarray, prior: np.ndarray, noise: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the local quotas drawn towards `prior`, and the variance that is left."""
    k, total = int((exposure > 0).sum()), exposure.sum()
    spread = total - (exposure**2).sum() / total if total > 0 else 0.0
    between = 0.0
    if spread > 0:
        between = max(
            0.0, float(((exposure * (local - prior) ** 2).sum() - noise * (k - 1)) / spread)
        )
    if k == 1:
        return np.where(exposure > 0, local, prior), np.zeros(len(local))
    weight = np.zeros(len(local))
    if between > 0:
        chance = noise / np.where(exposure > 0, exposure, 1e-9)
        weight = between / (between + chance)
    return prior + weight * (local - prior), between * (1 - weight)


def _of_years(
    before: np.ndarray, after: np.ndarray, noise: float, total: float
) -> tuple[float, float]:
    """Return how much the quota of the whole city changes from year to year, and how sure it is."""
    size = before.sum(axis=1)
    there = size > 0
    if total <= 0:
        return 0.0, 0.0
    rates = after.sum(axis=1)[there] / size[there]
    years = len(rates)
    between = float(np.var(rates, ddof=1)) if years > 1 else 0.0
    shock = max(0.0, between - noise / float(size[there].mean()))
    return shock, shock / years + noise / float(total)
