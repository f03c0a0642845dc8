"""Filling what is missing, never silently: every function also returns which values were filled.

Leaving an area out is a decision too: an area with one missing value of ten would have no index. A
filled value is a guess; `impute_multiple` repeats the guess, so that its uncertainty reaches ranks
and classes.

References: OECD/JRC Handbook (2008) ch. 4; Rubin (1987); van Buuren (2018) for chained equations
and predictive mean matching.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.model.options import AtLeastOne, ImputationMethod, IndicatorId, option_words
from sozialraum.texts import problem

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]
FillMethod = Literal["mean", "median", "group_mean", "group_median"]
DONORS = 5


def impute(
    value: pd.DataFrame, *, method: FillMethod = "median", groups: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill missing values of one Stichtag.

    Parameters
    ----------
    value : (n_areas, n_indicators)
    method : "mean" or "median" of the areas, or of the area's group
    groups : group of each area (Stadtteil), for "group_…"

    Returns
    -------
    filled : same shape; NaN only where a column, or a group, has no value at all
    imputed : bool, same shape; which values were filled

    Examples
    --------
    >>> filled, imputed = impute(pd.DataFrame({"a": [1.0, np.nan, 5.0]}), method="mean")
    >>> filled.a.tolist(), imputed.a.tolist()
    ([1.0, 3.0, 5.0], [False, True, False])
    """
    by = {"mean": "mean", "median": "median", "group_mean": "mean", "group_median": "median"}
    if method not in by:
        message = (
            f"The 'method' parameter of impute must be one of {list(by)}. Got {method!r} instead."
        )
        raise ValueError(message)
    if method.startswith("group") != (groups is not None):
        message = (
            "The 'groups' parameter of impute must be given for 'group_…' methods and only there."
        )
        raise ValueError(message)
    _, groups = aligned("impute", value=value, groups=groups)
    if groups is None:
        filled = value.fillna(value.agg(by[method]))
    else:
        filled = value.fillna(value.groupby(groups).transform(by[method]))
    return filled, value.isna() & filled.notna()


def impute_panel(
    panel: pd.DataFrame,
    *,
    method: ImputationMethod = "linear",
    degree: AtLeastOne = 2,
    regressors: Sequence[IndicatorId] = (),
    floor: float | None = 0.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill missing values from the other areas or from other years of the same area.

    =========== ====================================================================================
    mean,       of the areas on the same day
    median
    last        the newest earlier value
    linear      on the straight line between the years before and after; at the ends the nearest
    regression  one least-squares fit per indicator over all areas and years on the area's own mean
                m times the year and its square: ``y ~ 1 + t · m + t² · m`` (GISD), and on
                `regressors`
    =========== ====================================================================================

    The year t is the calendar year, so that the same delivery gives the same fit under any day of
    the year; where a year has several Stichtage, the part of the year that is over is added.

    Parameters
    ----------
    panel : index (stichtag or year, key); (n_rows, n_indicators)
    method : see the table
    degree : "regression": highest power of the year
    regressors : "regression": further columns that help to predict the others. A row in which one
        of them is missing does not shape the fit; to be filled itself, it borrows its own area's
        mean of that column, or the mean of all
    floor : "regression": lowest value that may be filled in; None = any

    Returns
    -------
    filled, imputed : as for `impute`

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([[2020, 2021, 2022], ["01"]], names=["stichtag", "key"])
    >>> impute_panel(pd.DataFrame({"a": [1.0, np.nan, 3.0]}, index=index))[0].a.tolist()
    [1.0, 2.0, 3.0]
    """
    if method in ("mean", "median"):
        filled = panel.fillna(panel.groupby(level=0).transform(method))
    elif method == "regression":
        filled = _by_regression(panel, degree, regressors, floor)
    elif method in ("last", "linear"):
        key = panel.index.names[1]
        wide = panel.unstack(key)
        if method == "last":
            wide = wide.ffill()
        else:
            years = _years(wide.index)
            wide = (
                wide.set_index(years)
                .interpolate(method="index", limit_direction="both")
                .set_index(wide.index)
            )
        long = wide.stack(key, future_stack=True)
        filled = long.reindex(panel.index)[list(panel.columns)]
    else:
        message = (
            "The 'method' parameter of impute_panel must be one of "
            f"{list(option_words(ImputationMethod))}. Got {method!r} instead."
        )
        raise ValueError(message)
    return filled, panel.isna() & filled.notna()


def impute_multiple(
    value: pd.DataFrame, *, draws: int = 20, seed: int, sweeps: int = 10
) -> Iterator[pd.DataFrame]:
    """Fill missing values several times, each time with another plausible value.

    Chained equations: each column with gaps is regressed on the others; a Bayesian draw of the
    coefficients predicts; the value comes from one of the five areas whose prediction is nearest
    (predictive mean matching), so that only values occur that some area really has.

    Parameters
    ----------
    value : (n_areas, n_indicators)
    draws : how many filled tables
    seed : of the random numbers
    sweeps : rounds over the columns per table

    Raises
    ------
    DataError
        If a column has fewer than two values.

    Examples
    --------
    >>> value = pd.DataFrame({"a": [1.0, 2, 3, 4, np.nan], "b": [1.0, 2, 3, 4, 5]})
    >>> tables = list(impute_multiple(value, draws=3, seed=1))
    >>> all(t.a[4] in (1, 2, 3, 4) for t in tables)
    True
    """
    x = value.to_numpy(dtype=float)
    gaps = np.isnan(x)
    if empty := [str(c) for c, n in zip(value, (~gaps).sum(axis=0), strict=True) if n < 2]:
        raise DataError([problem("index.nothing_to_impute_from", column=c) for c in empty])
    for stream in np.random.SeedSequence(seed).spawn(draws):
        rng = np.random.default_rng(stream)
        filled = x.copy()
        columns: list[int] = np.flatnonzero(gaps.any(axis=0)).tolist()
        for column in columns:
            known = x[~gaps[:, column], column]
            filled[gaps[:, column], column] = rng.choice(known, gaps[:, column].sum())
        for _ in range(sweeps if gaps.any() else 0):
            for column in columns:
                filled[gaps[:, column], column] = _matched(
                    filled, x[:, column], column, gaps[:, column], rng
                )
        yield pd.DataFrame(filled, index=value.index, columns=value.columns)


def _matched(
    filled: Matrix, y: Column, column: int, gap: NDArray[np.bool_], rng: np.random.Generator
) -> Column:
    others = np.delete(filled, column, axis=1)
    spread = others.std(axis=0)
    design = np.column_stack(
        [np.ones(len(filled)), (others - others.mean(axis=0)) / np.where(spread > 0, spread, 1.0)]
    )
    known = design[~gap]
    # A small ridge keeps repeated columns from making the coefficients explode.
    gram = known.T @ known + 1e-5 * np.diag(np.diag(known.T @ known))
    inverse = np.linalg.inv(gram)
    beta = inverse @ known.T @ y[~gap]
    residual = y[~gap] - known @ beta
    freedom = max(len(residual) - known.shape[1], 1)
    sigma2 = (residual @ residual) / rng.chisquare(freedom)
    drawn = beta + np.linalg.cholesky(inverse * sigma2 + 1e-18 * np.eye(len(beta))) @ rng.normal(
        size=len(beta)
    )
    distance = np.abs((design[gap] @ drawn)[:, None] - (known @ beta)[None, :])
    nearest = np.argsort(distance, axis=1, kind="stable")[:, : min(DONORS, distance.shape[1])]
    chosen = rng.integers(0, nearest.shape[1], len(nearest))
    return y[~gap][nearest[np.arange(len(nearest)), chosen]]


def _by_regression(
    panel: pd.DataFrame, degree: int, regressors: Sequence[str], floor: float | None
) -> pd.DataFrame:
    time, key = panel.index.names
    t = _years(panel.index.get_level_values(time)).to_numpy(dtype=float)
    if unknown := [c for c in regressors if c not in panel]:
        message = (
            f"The 'regressors' parameter of impute_panel must name columns. Got {unknown} instead."
        )
        raise ValueError(message)
    if degree < 1:
        message = (
            f"The 'degree' parameter of impute_panel must be at least 1. Got {degree} instead."
        )
        raise ValueError(message)
    helping = panel[list(regressors)]
    borrowed = helping.fillna(helping.groupby(level=key).transform("mean")).fillna(helping.mean())
    filled = panel.copy()
    for name in panel:
        y = panel[name].to_numpy(dtype=float)
        own = panel[name].groupby(level=key).transform("mean").to_numpy(dtype=float)
        others = borrowed.drop(columns=name, errors="ignore").to_numpy(dtype=float)
        stated = helping.drop(columns=name, errors="ignore").notna().all(axis=1).to_numpy()
        filled[name] = _fitted(y, _design(own, t, others, degree), stated, floor)
    return filled


def _design(own: Column, t: Column, others: Matrix, degree: int) -> Matrix:
    """Return the columns 1, ``t·m``, ``t²·m``, … and the regressors, each at most 1 in size.

    ``t·m·(t − t̄)ᵖ`` spans what ``t·m`` … ``tᵖ⁺¹·m`` span, without their near dependence: years
    differ by a hundredth of their size. ``m`` alone is no column, so t must be the year itself.
    """
    away = t - t.mean()
    powers = [np.ones(len(t)), *(own * t * away**p for p in range(degree))]
    design = np.column_stack([*powers, others])
    size = np.nanmax(np.abs(design), axis=0, initial=0.0)
    return np.asarray(design / np.where(size > 0, size, 1.0))


def _fitted(y: Column, design: Matrix, stated: NDArray[np.bool_], floor: float | None) -> Column:
    possible = ~np.isnan(design).any(axis=1)
    gap, known = np.isnan(y) & possible, ~np.isnan(y) & possible & stated
    if not gap.any() or not known.any():
        return y
    coefficients = np.linalg.lstsq(design[known], y[known], rcond=None)[0]
    guess = design[gap] @ coefficients
    filled = y.copy()
    filled[gap] = guess if floor is None else np.maximum(guess, floor)
    return filled


def _years(index: pd.Index) -> pd.Index:
    """Return years as numbers from years or ISO dates; parts of a year only where needed."""
    if pd.api.types.is_numeric_dtype(index):
        return pd.Index(index.to_numpy(dtype=float))
    dates = pd.to_datetime(pd.Series(index.astype(str)))
    year = dates.dt.year.astype(float)
    if dates.nunique() > year.nunique():
        year += (dates.dt.dayofyear - 1) / 365.25
    return pd.Index(year.to_numpy(dtype=float))


def inspect_imputation(imputed: pd.DataFrame, labels: Sequence[str] = ()) -> list:
    """List, per indicator, how many areas got a filled value."""
    names = dict(zip(imputed.columns, labels, strict=True)) if labels else {}
    return [
        problem(
            "index.imputed",
            "note",
            column=str(c),
            label=names.get(c, c),
            found=int(imputed[c].sum()),
        )
        for c in imputed
        if imputed[c].any()
    ]
