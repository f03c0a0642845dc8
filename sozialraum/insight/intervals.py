"""Intervals of shares, differences and ratios that also hold for small numbers."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sozialraum.kernels.score_interval import score_interval
from sozialraum.model.alignment import aligned

Array = NDArray[np.float64]


def quantile(level: float) -> float:
    """Return the two-sided standard normal quantile: 1.96 for 0.95."""
    if not 0 < level < 1:
        message = f"The 'level' parameter must lie between 0 and 1. Got {level} instead."
        raise ValueError(message)
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(
    counted: pd.Series | ArrayLike, persons: pd.Series | ArrayLike, *, level: float = 0.95
) -> tuple[Array, Array]:
    """Return the score interval of a share (Wilson 1927; Newcombe 1998, method 3).

    Parameters
    ----------
    counted, persons : x of n; NaN, no persons or x > n give NaN; two Series are laid together by
        key, and the limits come in the order of the first
    level : confidence

    Examples
    --------
    >>> low, high = wilson(81, 263)
    >>> print(low.round(4), high.round(4))
    0.2553 0.3662
    """
    quantile(level)  # refuses a level outside 0..1
    counted, persons = _by_key("wilson", counted=counted, persons=persons)
    return score_interval(counted, persons, level)


def byar(counted: ArrayLike, *, level: float = 0.95) -> tuple[Array, Array]:
    """Return Byar's interval of a Poisson count (within 1 % of the exact one from 10 cases on).

    NaN for a count below 0, which is none. The lower limit is never below 0, where the formula
    would be for counts below about 1.

    Parameters
    ----------
    counted : cases; NaN gives NaN
    level : confidence

    Examples
    --------
    >>> low, high = byar(65)
    >>> print(low.round(4), high.round(4))
    50.1632 82.8491
    """
    x, z = np.asarray(counted, float), quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        low = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    up = x + 1
    low, up = np.maximum(np.where(x == 0, 0.0, low), 0.0), np.where(x >= 0, up, np.nan)
    return np.where(x >= 0, low, np.nan), up * (1 - 1 / (9 * up) + z / (3 * np.sqrt(up))) ** 3


def newcombe(
    first: pd.Series | ArrayLike,
    first_persons: pd.Series | ArrayLike,
    second: pd.Series | ArrayLike,
    second_persons: pd.Series | ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Array, Array]:
    """Return the interval of a difference of two shares (Newcombe 1998, method 10).

    ``d - sqrt((p1 - l1)² + (u2 - p2)²)``, ``d + sqrt((u1 - p1)² + (p2 - l2)²)`` with the Wilson
    limits l and u. Series are laid together by key, in the order of the first.

    Examples
    --------
    >>> low, high = newcombe(56, 70, 48, 80)
    >>> print(low.round(4), high.round(4))
    0.0524 0.3339
    """
    given = _by_key(
        "newcombe",
        first=first, first_persons=first_persons, second=second, second_persons=second_persons,
    )  # fmt: skip
    x1, n1, x2, n2 = (np.asarray(a, float) for a in given)
    (l1, u1), (l2, u2) = wilson(x1, n1, level=level), wilson(x2, n2, level=level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = x1 / n1, x2 / n2
    low = p1 - p2 - np.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + np.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return low, high


def _by_key(caller: str, /, **given: Any) -> tuple[Any, ...]:
    """Return what is given with the Series among it laid together by key."""
    keyed = {name: a for name, a in given.items() if isinstance(a, pd.Series)}
    given |= dict(zip(keyed, aligned(caller, **keyed), strict=True))
    return tuple(given.values())


def katz(x1: float, n1: float, x0: float, n0: float, *, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a ratio of shares on the log scale (Katz 1978); NaN with a zero.

    Examples
    --------
    >>> print([round(v, 4) for v in katz(30, 100, 15, 120)])
    [1.3708, 4.2021]
    """
    if min(x1, x0) <= 0:
        return float("nan"), float("nan")
    error = np.sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
    ratio, step = (x1 / n1) / (x0 / n0), quantile(level) * error
    return float(ratio * np.exp(-step)), float(ratio * np.exp(step))


def score_ratio(
    x1: float, n1: float, x0: float, n0: float, *, level: float = 0.95
) -> tuple[float, float]:
    """Return the score interval of a ratio of shares (Miettinen and Nurminen 1985).

    All ratios whose score test does not reject, with their factor N/(N - 1); good for small and for
    zero counts: 0 in the first group gives a lower limit of 0, 0 in the second an upper of
    infinity.

    Examples
    --------
    >>> print([round(v, 4) for v in score_ratio(3, 25, 4, 180)])
    [1.3825, 20.1134]
    """
    _refuse(x1, n1, x0, n0)
    if x1 == 0 and x0 == 0:
        return 0.0, float("inf")
    z = quantile(level)

    def gap(log_ratio: float, bound: float) -> float:
        return _score(x1, n1, x0, n0, float(np.exp(log_ratio))) - bound

    lower, upper = 0.0, float("inf")
    if x1 > 0:
        lower = float(np.exp(_root(lambda t: gap(t, z))))
    if x0 > 0:
        upper = float(np.exp(_root(lambda t: gap(t, -z))))
    return lower, upper


def _score(x1: float, n1: float, x0: float, n0: float, ratio: float) -> float:
    """Return the score statistic of ``p1 = ratio · p0``; falls with the ratio."""
    a = (n1 + n0) * ratio
    b = -(n1 * ratio + x1 + n0 + x0 * ratio)
    # the root below 1, written so that it does not cancel
    p0 = 2 * (x1 + x0) / (-b + np.sqrt(max(b * b - 4 * a * (x1 + x0), 0.0)))
    p1 = min(ratio * p0, 1.0)
    total = n1 + n0
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0) * total / (total - 1)
    away = x1 / n1 - ratio * x0 / n0
    if variance <= 0:
        return float(np.sign(away) * 1e9)
    return float(away / np.sqrt(variance))


def _root(gap: Callable[[float], float]) -> float:
    """Return where a falling `gap` crosses zero, by halving: SciPy takes longer to load."""
    low, high = -40.0, 40.0
    for _ in range(60):  # 80 / 2^60 < 1e-16
        middle = (low + high) / 2
        if gap(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def odds_ratio(
    x1: float, n1: float, x0: float, n0: float, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Return odds ratio and its log interval (Woolf 1955); NaN with a zero.

    Odds ratios are for models. Of frequent events (more than one in five) they overstate the ratio
    of shares, so no sentence is made of them.
    """
    cells = np.array([x1, n1 - x1, x0, n0 - x0], float)
    if (cells <= 0).any():
        return (float("nan"),) * 3
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    step = quantile(level) * np.sqrt((1 / cells).sum())
    return float(ratio), float(ratio * np.exp(-step)), float(ratio * np.exp(step))


def _refuse(x1: float, n1: float, x0: float, n0: float) -> None:
    if not (0 <= x1 <= n1 and 0 <= x0 <= n0 and n1 > 0 and n0 > 0):
        message = (
            "The 'x' parameters of a ratio must lie between 0 and n, with n above 0. Got "
            f"{x1} of {n1} and {x0} of {n0} instead."
        )
        raise ValueError(message)
