"""What a result depends on: Sobol indices, leaving out, weights at which a class turns, what-if.

An uncentred estimator makes first-order indices of an output with mean 20 scatter 24 times as much;
all estimators here use differences or centred values only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import ranks

Array = NDArray[np.float64]
# recompute the build: without one indicator (None: with all), or from another value table
WithoutIndicator = Callable[[str | None], tuple[pd.Series, pd.Series]]
ClassesAtWeight = Callable[[float], pd.Series]
ClassesOfValue = Callable[[pd.DataFrame], pd.Series]


def sobol(
    function: Callable[[Array], Array],
    names: Sequence[str],
    *,
    n: int = 1000,
    seed: int = 1,
    replicates: int = 1000,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Estimate first-order and total Sobol indices of a function of independent inputs.

    With sample matrices A and B and :math:`A_B^{(i)}` = A with column i from B:

    .. math::
        S_i = \frac{1}{V} \frac{1}{n} \sum (y_B - \bar y)(y_{AB_i} - y_A), \qquad
        T_i = \frac{1}{2V} \frac{1}{n} \sum (y_A - y_{AB_i})^2

    (Saltelli et al. 2010, Comput. Phys. Commun. 181, table 2 b and f), V from all values of A and
    B.

    Parameters
    ----------
    function : takes (n, d) numbers of 0..1, returns (n,) results; called d + 2 times
    names : the d inputs
    n : rows of A and of B
    seed : of the samples and the bootstrap
    replicates, level : of the bootstrap intervals (0 replicates = none)

    Returns
    -------
    DataFrame by input: ``first``, ``first_low``, ``first_high``, ``total``, ``total_low``,
    ``total_high``; NaN if the result does not vary.

    Examples
    --------
    >>> table = sobol(lambda u: 20 + u @ [1.0, 2.0, 3.0], ["a", "b", "c"], n=4000)
    >>> table["first"].round(1).tolist()
    [0.1, 0.3, 0.6]
    """
    if n < 2 or not names:
        message = f"The 'n' parameter of sobol must be at least 2, with at least one name. Got {n}."
        raise ValueError(message)
    rng = np.random.default_rng(seed)
    a, b = rng.random((n, len(names))), rng.random((n, len(names)))
    y_a, y_b = np.asarray(function(a), float), np.asarray(function(b), float)
    mean = np.concatenate([y_a, y_b]).mean()
    y_a, y_b = y_a - mean, y_b - mean
    first, total = np.empty((n, len(names))), np.empty((n, len(names)))
    for i in range(len(names)):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        gap = np.asarray(function(mixed), float) - mean - y_a
        first[:, i], total[:, i] = y_b * gap, 0.5 * gap**2
    counts = np.ones((1, n))
    if replicates:
        counts = np.vstack([counts, _resampled(rng, n, replicates)])
    variance = (counts @ (y_a**2 + y_b**2)) / (2 * n) - (counts @ (y_a + y_b) / (2 * n)) ** 2
    # rounding leaves a spread of about 1e-16 of the mean where nothing varies
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(variance > (1e-14 * abs(mean)) ** 2, variance, np.nan)[:, None] * n
    columns = {}
    for name, terms in {"first": first, "total": total}.items():
        estimates = counts @ terms / scale
        ends = estimates[1:] if replicates else estimates[:0].reshape(0, len(names))
        low, high = _interval(ends, level, len(names))
        columns |= {name: estimates[0], f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(columns, index=list(names))


def _resampled(rng: np.random.Generator, n: int, replicates: int) -> Array:
    """Return how often each row stands in each bootstrap sample, (replicates, n)."""
    rows = rng.integers(0, n, (replicates, n)) + n * np.arange(replicates)[:, None]
    return np.bincount(rows.ravel(), minlength=n * replicates).reshape(replicates, n).astype(float)


def _interval(estimates: Array, level: float, inputs: int) -> tuple[Array, Array]:
    if not len(estimates):
        return np.full(inputs, np.nan), np.full(inputs, np.nan)
    low, high = np.quantile(estimates, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def leave_one_out(without: WithoutIndicator, indicators: Sequence[str]) -> pd.DataFrame:
    """Tell what happens to ranks and classes if one indicator (or dimension) is left out.

    Parameters
    ----------
    without : recomputes the build without the named indicator (None = with all) and returns index
        and class; the pipeline gives it
    indicators : what is left out, one after the other

    Returns
    -------
    DataFrame by indicator: ``class_changes`` (areas), ``rank_shift`` (mean absolute change of
    rank), ``rank_shift_most``, ``most_moved`` (key of that area), ``rank_correlation`` (Spearman).
    """
    index, classes = without(None)
    rank = ranks(index, ascending=False, ties="average")
    rows = {}
    for name in indicators:
        other, other_classes = without(name)
        new = ranks(other.reindex(index.index), ascending=False, ties="average")
        shift = (new - rank).abs()
        changed = classes.ne(other_classes.reindex(index.index)) & classes.notna()
        rows[name] = {
            "class_changes": int(changed.fillna(False).sum()),
            "rank_shift": float(shift.mean()),
            "rank_shift_most": float(shift.max()),
            "most_moved": shift.idxmax() if shift.notna().any() else None,
            "rank_correlation": float(rank.corr(new)),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def turning_weights(
    classes_at: ClassesAtWeight, stated: float, *, steps: int = 100, digits: int = 3
) -> pd.DataFrame:
    """Find for every area the weight of one indicator at which its class first changes.

    Parameters
    ----------
    classes_at : classes of all areas if the indicator has this share (0..1) of the whole weight
        and the others keep their proportions; the pipeline gives it
    stated : the share it has in the build
    steps : share of weight is searched in this many steps, then halved down to 10**-digits. A class
        that turns twice within one step stays unseen
    digits : of the shares found

    Returns
    -------
    DataFrame by area key: ``class``; ``below`` and ``class_below`` (largest smaller share with
    another class, and that class), ``above`` and ``class_above``; missing where the class never
    changes.
    """
    if not 0 <= stated <= 1:
        message = f"The 'stated' parameter of turning_weights must be 0..1. Got {stated} instead."
        raise ValueError(message)
    now = classes_at(stated)
    table = pd.DataFrame({"class": now})
    for side, end in (("below", 0.0), ("above", 1.0)):
        shares = np.linspace(stated, end, steps + 1)
        found, turned = _first_change(classes_at, now, shares, 10.0**-digits)
        table[side] = found.round(digits)
        table[f"class_{side}"] = turned
    return table


def _first_change(
    classes_at: ClassesAtWeight, now: pd.Series, shares: Array, precision: float
) -> tuple[pd.Series, pd.Series]:
    found = pd.Series(np.nan, index=now.index)
    turned = pd.Series(pd.NA, index=now.index, dtype="Int64")
    open_areas = now.notna()
    for inner, outer in itertools.pairwise(shares):
        there = classes_at(float(outer)).reindex(now.index)
        for key in now.index[open_areas & there.notna() & (there != now).fillna(False)]:
            near, far = float(inner), float(outer)
            while abs(far - near) > precision / 2:
                middle = (near + far) / 2
                other = classes_at(middle)[key] != now[key]
                near, far = (near, middle) if other else (middle, far)
            found[key], turned[key] = far, classes_at(far)[key]
            open_areas[key] = False
        if not open_areas.any():
            break
    return found, turned


@dataclass(frozen=True)
class WhatIf:
    """How far one value would have to move for an area to come into another class.

    `needed` is NaN if no value of the range does it; `persons` is the difference in persons,
    rounded away from zero, where the base is known.
    """

    area: str
    indicator: str
    value: float
    needed: float
    class_now: int
    class_then: int | None
    persons: int | None = None


def what_if(
    classes_of: ClassesOfValue,
    value: pd.DataFrame,
    *,
    area: str,
    indicator: str,
    towards: float,
    base: pd.DataFrame | None = None,
    unit: float = 1.0,
    steps: int = 200,
) -> WhatIf:
    """Tell how far one indicator of one area would have to move until the area changes class.

    Everything else stays; the build is recomputed, so that the scale and the limits move with it.

    Parameters
    ----------
    classes_of : classes of all areas for a table of shares; the pipeline gives it
    value : (n_areas, n_indicators); the one that moves must not be NaN
    area, indicator : which value moves
    towards : end of the range that is searched, for example 0 ("how far would it have to fall")
    base : persons behind the values, for the number of persons
    unit : factor of the indicator's unit (percent: 100)
    steps : see `turning_weights`
    """
    _, base = aligned("what_if", value=value, base=base)
    if area not in value.index or indicator not in value.columns:
        message = (
            "The 'area' and 'indicator' parameters of what_if must name a row and a column of "
            f"'value'. Got {area!r} and {indicator!r} instead."
        )
        raise ValueError(message)
    now = float(value.loc[area, indicator])
    if np.isnan(now):
        message = (
            f"The 'area' parameter of what_if must name an area with a value of {indicator!r}. Got "
            f"{area!r} instead."
        )
        raise ValueError(message)

    def classes_at(v: float) -> pd.Series:
        moved = value.copy()
        moved.loc[area, indicator] = v
        return classes_of(moved).loc[[area]]

    stated = classes_at(now)
    precision = max(abs(towards - now), 1e-12) * 1e-4
    found, turned = _first_change(
        classes_at, stated, np.linspace(now, towards, steps + 1), precision
    )
    needed, then = float(found[area]), turned[area]
    persons = None
    if base is not None and not np.isnan(needed):
        gap = (needed - now) / unit * float(base.loc[area, indicator])
        persons = int(np.sign(gap) * np.ceil(abs(gap) - 1e-9))
    class_then = None if pd.isna(then) else int(then)
    return WhatIf(area, indicator, now, needed, int(stated[area]), class_then, persons)
