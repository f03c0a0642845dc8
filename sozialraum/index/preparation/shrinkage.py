"""Empirical-Bayes shrinkage: rates of small areas borrow strength from others.

Two of ten children and two hundred of a thousand are not equally telling. Shrinkage moves an
uncertain rate towards the mean of its reference, and leaves a certain one where it is. It steadies
small numbers; it does not repair wrong ones. One mean for all hardly changes the order of areas:
what does is further information about the same area, see `sozialraum.insight.fit_strength`.

References: Marshall (1991), Applied Statistics 40; Martuzzi & Elliott (1996), Stat. Med. 15
(binomial); Scottish Indices of Deprivation 2003, app. 1 (logit).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.model.neighbours import Neighbours
from sozialraum.texts import problem

Column = NDArray[np.float64]
ShrinkageMethod = Literal["marshall", "binomial", "local", "logit"]


def shrink_rates(
    cases: pd.Series,
    base: pd.Series,
    *,
    method: ShrinkageMethod = "marshall",
    neighbours: Neighbours | None = None,
    groups: pd.Series | None = None,
) -> pd.Series:
    r"""Return shrunken rates.

    With rates :math:`r = x/p`, mean :math:`m = \sum x/\sum p`, and :math:`s^2 = \sum p (r-m)^2 /
    \sum p`:

    ========  ===================================================================================
    marshall  :math:`m + A/(A + m/p)\,(r - m)`, :math:`A = \max(0, s^2 - m/\bar p)`
    binomial  the same for shares, with the binomial variance of Martuzzi & Elliott
    local     "marshall" with m and s² over each area's neighbours and itself (as spdep)
    logit     on the log odds, towards the group's: weight :math:`t^2/(t^2 + s_i^2)`
    ========  ===================================================================================

    Parameters
    ----------
    cases : (n_areas,), counted persons x; NaN stays NaN
    base : (n_areas,), persons p they come from; 0 gives NaN
    method : see the table
    neighbours : "local": which areas touch, by key (`contiguity`); the area itself is always
        added
    groups : name of the reference each area belongs to (Stadtteil); None = the whole city

    Returns
    -------
    (n_areas,), rates between the lowest and highest of the raw rates and the mean they are drawn
    to.

    Raises
    ------
    ValueError
        If an argument is unknown or missing, or keys differ.
    DataError
        If there are more cases than persons ("binomial", "logit") or a count is negative.

    Examples
    --------
    >>> shrink_rates(pd.Series([10.0, 1.0, 3.0]), pd.Series([100.0, 15.0, 20.0])).round(4).tolist()
    [0.1037, 0.1037, 0.1037]
    """
    _refuse_wrong_arguments(method, neighbours, groups)
    _, base, groups = aligned("shrink_rates", cases=cases, base=base, groups=groups)
    _refuse_bad_counts(cases, base, method)
    x, p = cases.to_numpy(dtype=float), base.to_numpy(dtype=float)
    known = ~np.isnan(x) & (p > 0)
    shrunk = np.full(len(x), np.nan)
    if method == "local":
        assert neighbours is not None
        near = neighbours.aligned(cases.index, caller="shrink_rates").subset(known)
        shrunk[known] = _local(x[known], p[known], near.matrix())
        return pd.Series(shrunk, index=cases.index, name=cases.name)
    names = np.zeros(len(x)) if groups is None else pd.factorize(groups)[0]
    for name in np.unique(names[known]):
        rows = known & (names == name)
        shrunk[rows] = _ONE_REFERENCE[method](x[rows], p[rows])
    return pd.Series(shrunk, index=cases.index, name=cases.name)


def _marshall(x: Column, p: Column) -> Column:
    mean, rate = x.sum() / p.sum(), x / p
    spread = (p * (rate - mean) ** 2).sum() / p.sum()
    between = max(spread - mean / p.mean(), 0.0)
    return _drawn(rate, mean, between, mean / p)


def _binomial(x: Column, p: Column) -> Column:
    """``ρ_i = (p s² − p/p̄ b(1−b)) / ((p − 1) s² + (p̄ − p)/p̄ b(1−b))``, cut to 0..1."""
    mean, rate = x.sum() / p.sum(), x / p
    spread = (p * (rate - mean) ** 2).sum() / p.sum()
    chance = mean * (1.0 - mean)
    above = p * spread - p / p.mean() * chance
    below = (p - 1.0) * spread + (p.mean() - p) / p.mean() * chance
    weight = np.divide(above, below, out=np.zeros_like(above), where=(above > 0) & (below > 0))
    return mean + np.clip(weight, 0.0, 1.0) * (rate - mean)


def _local(x: Column, p: Column, neighbours: csr_array) -> Column:
    around = csr_array(neighbours != 0).astype(float) + csr_array(np.eye(len(x)))
    around.data = np.minimum(around.data, 1.0)
    rate, many = x / p, around.sum(axis=1)
    persons = around @ p
    mean = (around @ x) / persons
    # As R's spdep: the spread is that of each neighbour about its own local mean.
    squares = around @ (p * (rate - mean) ** 2)
    between = np.maximum(squares / persons - mean / (persons / many), 0.0)
    return _drawn(rate, mean, between, mean / p)


def _drawn(rate: Column, mean: Column | float, between: Column | float, chance: Column) -> Column:
    total = between + chance
    weight = np.divide(between, total, out=np.zeros_like(rate), where=total > 0)
    return mean + weight * (rate - mean)


def _logit(x: Column, p: Column) -> Column:
    """``z = ln((x+½)/(p−x+½))``, ``s² = (p+1)(p+2)/(p(x+1)(p−x+1))``, ``t² = Σ(z−M)²/(k−1)``."""
    z = np.log((x + 0.5) / (p - x + 0.5))
    s2 = (p + 1) * (p + 2) / (p * (x + 1) * (p - x + 1))
    mean = np.log((x.sum() + 0.5) / (p.sum() - x.sum() + 0.5))
    t2 = ((z - mean) ** 2).sum() / (len(x) - 1) if len(x) > 1 else 0.0
    weight = t2 / (t2 + s2)
    return 1.0 / (1.0 + np.exp(-(weight * z + (1.0 - weight) * mean)))


_ONE_REFERENCE = {"marshall": _marshall, "binomial": _binomial, "logit": _logit}


def _refuse_wrong_arguments(method: str, neighbours: object, groups: object) -> None:
    known = (*_ONE_REFERENCE, "local")
    if method not in known:
        message = (
            f"The 'method' parameter of shrink_rates must be one of {list(known)}. Got {method!r} "
            "instead."
        )
        raise ValueError(message)
    if (method == "local") != (neighbours is not None):
        message = (
            "The 'neighbours' parameter of shrink_rates must be given for method='local' and "
            "only there."
        )
        raise ValueError(message)
    if method == "local" and groups is not None:
        message = "The 'groups' parameter of shrink_rates must not be given for method='local'."
        raise ValueError(message)


def _refuse_bad_counts(cases: pd.Series, base: pd.Series, method: str) -> None:
    bad = (cases < 0) | (base < 0)
    if method in ("binomial", "logit"):
        bad |= cases > base
    if bad.any():
        keys = ", ".join(str(k) for k in cases.index[bad][:5])
        raise DataError(problem("index.more_than_all", found=int(bad.sum()), keys=keys))
