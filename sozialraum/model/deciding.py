"""When two numbers are the same: the one rule behind every class, every stage and every rank.

Floating point makes 0.1 + 0.2 larger than 0.3, and 100 · 0.29 smaller than 29. Whether an area lies
on a limit, or shares its place with another, must not hang on that. Numbers are therefore compared
after rounding to `DIGITS` significant digits: far coarser than what computing adds (about 1e-15),
far finer than what any count of persons can tell apart. A number near 0 is mostly a difference of
larger ones; none is looked at more finely than `FINEST` digits of the largest it is compared with.

Only comparisons are rounded: what is computed further is the number itself.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
DIGITS = 10
FINEST = 13
PRINTED = 14
# A half that computing missed by less than this share of the last digit still counts as a half.
_GUARD = 1e-3
_COARSE_GUARD = 1e-6
_MOST_DECIMALS = 300  # a power of ten beyond is no float


def finest_places(*numbers: ArrayLike) -> int:
    """Return the decimals that leave `FINEST` significant digits to the largest of all numbers.

    Parameters
    ----------
    numbers : any shape; NaN and infinite values do not count

    Examples
    --------
    >>> finest_places([0.25, 0.5]), finest_places([3.0], 52.5), finest_places([4e6])
    (13, 11, 6)
    """
    sizes = [np.abs(np.asarray(n, dtype=float)).ravel() for n in numbers]
    size = np.concatenate(sizes) if sizes else np.empty(0)
    return int(_decimals(_largest(size), FINEST))


def decided(values: ArrayLike, places: int | None = None) -> Array:
    """Return the values as they are compared: to `DIGITS` significant digits, halves away from 0.

    Parameters
    ----------
    values : any shape; NaN and infinite values stay
    places : most decimals that are looked at; None = `finest_places` of the values

    Examples
    --------
    >>> decided([0.1 + 0.2, 0.3, float("nan")]).tolist()
    [0.3, 0.3, nan]
    >>> decided([100 * 0.29, 0.1 + 0.2 - 0.3]).tolist()
    [29.0, 0.0]
    """
    x = np.asarray(values, dtype=float)
    most = finest_places(x) if places is None else places
    return _rounded(x, np.minimum(_decimals(np.abs(x), DIGITS), most), _GUARD)


def refuse_infinite(values: ArrayLike, *, parameter: str, caller: str) -> None:
    """Refuse numbers without end: nothing can be scaled or cut with them.

    Raises
    ------
    ValueError
        If a value is infinite.
    """
    found = int(np.isinf(np.asarray(values, dtype=float)).sum())
    if found:
        message = (
            f"The {parameter!r} parameter of {caller} must hold finite numbers or NaN. Got {found} "
            "infinite values instead."
        )
        raise ValueError(message)


def half_up(values: ArrayLike, decimals: int) -> Array:
    """Return the values rounded for the eye, halves away from zero.

    Examples
    --------
    >>> half_up([0.1235, 1.005], 3).tolist(), half_up([1.005, -0.25], 2).tolist()
    ([0.124, 1.005], [1.01, -0.25])
    """
    return _rounded(np.asarray(values, dtype=float), np.asarray(decimals), _COARSE_GUARD)


def without_noise(values: pd.Series) -> pd.Series:
    """Return a column without the last digits that only computing has added.

    `PRINTED` significant digits of the largest number stay: 53 is never written 52.99999999999999.

    Examples
    --------
    >>> without_noise(pd.Series([52.99999999999999, 0.1 + 0.2, 1e-17])).tolist()
    [53.0, 0.3, 0.0]
    """
    x = values.to_numpy(dtype=float, na_value=np.nan)
    places = _decimals(_largest(np.abs(x)), PRINTED)
    return pd.Series(_rounded(x, places, _GUARD), values.index, name=values.name)


def thresholds(limits: Array, largest: Array, *, right: bool = False) -> Array:
    """Return the numbers from which on a value counts as above a limit.

    ``value >= threshold`` says of the numbers themselves what `steps` says after rounding them: a
    value on the limit counts as above it, with `right` as below.

    Parameters
    ----------
    limits : (…,)
    largest : (…,) largest number that is compared, without its sign

    Examples
    --------
    >>> bool(0.1 + 0.2 >= thresholds(np.array(0.3), np.array(1.0), right=True))
    False
    """
    most = _decimals(largest, FINEST)
    on = _rounded(limits, np.minimum(_decimals(np.abs(limits), DIGITS), most), _GUARD)
    # The cell of numbers that round to the limit is finer on the side of 0 where a power of ten is.
    outward = right == (on >= 0)
    size = np.abs(on) * np.where(outward, 1.0, 1.0 - 1e-12)
    cell = 10.0 ** -np.minimum(_decimals(size, DIGITS), most).astype(float)
    beyond = np.where(outward, 0.5 - _GUARD, -0.5 - _GUARD) * np.where(on == 0, 1 - 2 * _GUARD, 1)
    edge = on + np.where(on >= 0, beyond, -beyond) * cell
    return np.asarray(np.where(np.isfinite(edge), edge, limits))


def equal_neighbours(ascending: Array) -> NDArray[np.bool_]:
    """Return per row whether each number is decided like the one before it.

    Parameters
    ----------
    ascending : (rows, n), sorted by rows, NaN last

    Returns
    -------
    (rows, n - 1); NaN is like nothing.

    Examples
    --------
    >>> equal_neighbours(np.array([[0.3, 0.1 + 0.2, 0.4]])).tolist()
    [[True, False]]
    """
    before, after = ascending[:, :-1], ascending[:, 1:]
    same = after == before
    with np.errstate(invalid="ignore"):
        size = np.abs(ascending)
        largest = np.where(np.isfinite(size), size, 0.0).max(axis=1, initial=0.0, keepdims=True)
        gap = np.maximum(10.0 ** (1 - DIGITS) * size[:, 1:], 10.0 ** (1 - FINEST) * largest)
        near = (after - before <= gap) & ~same
    for row in np.flatnonzero(near.any(axis=1)):
        own = decided(ascending[row])
        same[row] = own[1:] == own[:-1]
    return np.asarray(same)


def tied(values: Array) -> Array:
    """Return the values with those that are decided alike made equal, at the smallest of them.

    Parameters
    ----------
    values : (n,), no NaN

    Examples
    --------
    >>> tied(np.array([0.1 + 0.2, 0.3, 0.5])).tolist()
    [0.3, 0.3, 0.5]
    """
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    same = decided(ascending)
    first = np.append(True, same[1:] != same[:-1])[: len(same)]
    out = np.empty_like(values)
    out[order] = ascending[np.flatnonzero(first)[np.cumsum(first) - 1]]
    return out


def steps(
    values: ArrayLike, limits: ArrayLike, *, right: bool = False, places: int | None = None
) -> NDArray[np.int64]:
    """Return between which limits each value lies: 0 below the first, -1 where there is no value.

    Parameters
    ----------
    values : any shape
    limits : (k - 1,), ascending
    right : True puts a value on a limit below it, False above it
    places : most decimals that are looked at; None = those of values and limits together

    Examples
    --------
    >>> steps([0.1 + 0.2, 0.2, float("nan")], [0.3]).tolist()
    [1, 0, -1]
    >>> steps([0.1 + 0.2], [0.3], right=True).tolist()
    [0]
    """
    x = np.asarray(values, dtype=float)
    most = finest_places(x, limits) if places is None else places
    found = np.searchsorted(
        decided(limits, most), decided(x, most), side="left" if right else "right"
    )
    return np.where(np.isnan(x), -1, found).astype(np.int64)


def ranks(
    values: pd.Series, *, ascending: bool, ties: Literal["average", "min", "max"] = "min"
) -> pd.Series:
    """Return the place of each value; values decided alike share one.

    Parameters
    ----------
    values : (n,); NaN has no place
    ascending : True: 1 is the lowest
    ties : the place that equal values share

    Examples
    --------
    >>> ranks(pd.Series([0.1 + 0.2, 0.3, 0.1]), ascending=False).tolist()
    [1.0, 1.0, 3.0]
    """
    compared = pd.Series(decided(values.to_numpy(dtype=float, na_value=np.nan)), values.index)
    return compared.rank(ascending=ascending, method=ties).rename(values.name)


def _largest(size: Array) -> Array:
    return np.asarray(size[np.isfinite(size)].max(initial=0.0))


def _decimals(size: Array, digits: int) -> NDArray[np.int64]:
    """Return the decimals that leave so many significant digits to numbers of this size."""
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.floor(np.log10(size)) + 1
    places = digits - np.where((size > 0) & np.isfinite(size), whole, 0.0)
    return np.asarray(np.clip(places, -_MOST_DECIMALS, _MOST_DECIMALS)).astype(np.int64)


def _rounded(x: Array, decimals: NDArray[Any], guard: float) -> Array:
    # Powers of ten with a whole exponent are exact up to 1e22, and so is the quotient's rounding:
    # the result is the double nearest to the decimal number, as if it had been typed.
    up = 10.0 ** np.maximum(decimals, 0)
    down = 10.0 ** np.maximum(-decimals, 0)
    scaled = np.abs(x) * up / down
    whole = np.copysign(np.floor(scaled + (0.5 + guard)), x) + 0.0
    return np.asarray(np.where(np.isfinite(scaled), whole / up * down, x))
