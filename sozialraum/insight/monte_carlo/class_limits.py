"""Cutting many drawn versions of an index into classes: limits per draw, class positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.kernels.order_statistics import sorted_quantiles
from sozialraum.model.deciding import half_up, thresholds

Array = NDArray[np.float64]
CUTS = ("fixed", "equal", "sd", "quantile", "ntile", "top_share")
_MOST_DECIMALS = 9


@dataclass(frozen=True, eq=False)
class CutRule:
    """How an index is cut.

    Parameters
    ----------
    method : of the catalogue; "fixed": the limits stay as they are in every draw
    k : number of classes
    inner : the limits of "fixed"
    right : a value on a limit belongs to the class below
    options : arguments of `fit_breaks`
    decimals : learnt limits are rounded to so many, more only where two would become one; None =
        not rounded
    """

    method: str
    k: int
    inner: tuple[float, ...] = ()
    right: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    decimals: int | None = None


def cut_draws(index: Array, ascending: Array, rule: CutRule) -> NDArray[np.int8]:
    """Return the class position of each value, 0 = lowest index values, -1 = no value.

    Parameters
    ----------
    index : (draws, n)
    ascending : the same sorted by rows, NaN last

    Examples
    --------
    >>> drawn = np.array([[0.0, 0.4, 1.0]])
    >>> cut_draws(drawn, drawn, CutRule("equal", 2)).tolist()
    [[0, 0, 1]]
    """
    inner, right = _limits(ascending, rule)
    above = thresholds(inner, _largest(ascending), right=right)
    place = np.zeros(index.shape, np.int8)
    for c in range(rule.k - 1):
        place += index >= above[:, c : c + 1]
    place[np.isnan(index) | np.isnan(inner).any(axis=1)[:, None]] = -1
    return place


def _largest(ascending: Array) -> Array:
    """Return per row the largest number without its sign, (rows, 1)."""
    size = np.abs(ascending)
    return np.where(np.isfinite(size), size, 0.0).max(axis=1, initial=0.0, keepdims=True)


def _limits(ascending: Array, rule: CutRule) -> tuple[Array, bool]:
    if rule.method == "fixed":
        return np.asarray(rule.inner, float)[None, :], rule.right
    count = np.count_nonzero(ascending == ascending, axis=1)
    several = np.flatnonzero(np.diff(count))
    if len(several):
        parts = [_limits(row[None, :], rule) for row in ascending]
        return np.vstack([inner for inner, _ in parts]), parts[0][1]
    n = int(count[0]) if len(count) else 0
    if n < 2:
        return np.full((len(ascending), rule.k - 1), np.nan), rule.right
    inner, right = _learnt(ascending[:, :n], rule)
    return (inner if rule.decimals is None else _rounded(inner, rule.decimals)), right


def _learnt(x: Array, rule: CutRule) -> tuple[Array, bool]:
    options, k = rule.options, rule.k
    if rule.method == "equal":
        return _equal(*_ends(x, options), k), rule.right
    if rule.method == "sd":
        mean, sd = x.mean(axis=1), x.std(axis=1, ddof=options.get("ddof", 0))
        return mean[:, None] + sd[:, None] * np.asarray(options["limits"], float), rule.right
    if rule.method == "ntile":
        n = x.shape[1]
        sizes = np.full(k, n // k) + (np.arange(k) < n % k)
        return x[:, np.minimum(np.cumsum(sizes)[:-1], n - 1)], rule.right
    if rule.method == "quantile":
        steps = np.array([step / k for step in range(1, k)])
        return sorted_quantiles(x, steps, options.get("quantile_type", 7)), rule.right
    high = options.get("top", "high") == "high"
    inner = _top_share(x if high else -x[:, ::-1], k, options.get("share", 0.05))
    return (inner, False) if high else (-inner[:, ::-1], True)


def _ends(x: Array, options: Mapping[str, Any]) -> tuple[Array, Array]:
    lower, upper = options.get("lower"), options.get("upper")
    low = x[:, 0] if lower is None else np.full(len(x), lower)
    high = x[:, -1] if upper is None else np.full(len(x), upper)
    return low, high


def _equal(low: Array, high: Array, k: int) -> Array:
    return np.asarray(low[:, None] + (high - low)[:, None] * np.arange(1, k) / k)


def _top_share(x: Array, k: int, share: float) -> Array:
    n = x.shape[1]
    limit = x[:, n - max(1, int(np.floor(share * n + 0.5)))]
    below = np.count_nonzero(x < thresholds(limit[:, None], _largest(x)), axis=1)
    last = x[np.arange(len(x)), np.maximum(below - 1, 0)]
    inner = np.column_stack([_equal(x[:, 0], last, k - 1), limit])
    inner[below == 0] = np.nan
    return inner


def _rounded(inner: Array, decimals: int) -> Array:
    ordered = np.sort(inner, axis=1)
    different = np.count_nonzero(np.diff(ordered, axis=1) != 0, axis=1)
    out = half_up(inner, decimals)
    for digits in range(decimals + 1, _MOST_DECIMALS + 1):
        merged = np.count_nonzero(np.diff(np.sort(out, axis=1), axis=1) != 0, axis=1) < different
        if not merged.any():
            break
        out[merged] = half_up(inner[merged], digits)
    return out
