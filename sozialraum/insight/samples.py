"""Shares of a sample from a population that is not much larger: intervals that know its size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.insight.intervals import newcombe, wilson

Array = NDArray[np.float64]


def sample_interval(
    share: ArrayLike, respondents: ArrayLike, population: ArrayLike, *, level: float = 0.95
) -> tuple[Array, Array]:
    """Return the interval of a share of those who answered, for all who were asked or could be.

    Wilson's interval with as many persons as tell as much without the finite population:
    ``n (N - 1) / (N - n)``. Where everybody answered nothing is left to chance.

    Parameters
    ----------
    share : 0..1
    respondents, population : n of N persons; NaN for N: as large as one likes
    level : confidence

    Examples
    --------
    >>> low, high = sample_interval(0.4, 100, 200)
    >>> print(low.round(4), high.round(4))
    0.3344 0.4693
    """
    p, n = np.asarray(share, float), effective_size(respondents, population)
    low, high = wilson(p * n, n, level=level)
    whole = np.isinf(n)
    return np.where(whole, p, low), np.where(whole, p, high)


def sample_gap(
    left: tuple[float, float, float], right: tuple[float, float, float], *, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the difference of two shares of samples with Newcombe's interval.

    Parameters
    ----------
    left, right : share 0..1, respondents, population (NaN: as large as one likes)
    level : confidence

    Returns
    -------
    left less right, low, high.

    Examples
    --------
    >>> gap = sample_gap((0.5, 100, float("nan")), (0.3, 100, float("nan")))
    >>> print(*(round(g, 4) for g in gap))
    0.2 0.0642 0.3258
    """
    (p1, a1, all1), (p2, a2, all2) = left, right
    n1, n2 = (float(min(effective_size(a, n), 1e15)) for a, n in ((a1, all1), (a2, all2)))
    low, high = newcombe(p1 * n1, n1, p2 * n2, n2, level=level)
    return p1 - p2, float(low), float(high)


def effective_size(respondents: ArrayLike, population: ArrayLike) -> Array:
    """Return how many persons of an endless population tell as much; inf where all answered."""
    n, everybody = np.asarray(respondents, float), np.asarray(population, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = n * (everybody - 1) / (everybody - n)
    found = np.where(everybody <= n, np.inf, found)
    return np.where(np.isnan(everybody), n, found)
