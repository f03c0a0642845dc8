"""Moving what is no count: means, medians, standard errors, where there is a defined way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.model.status import STATUS, status_frame
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.space.crosswalk import Crosswalk


def move_means(crosswalk: Crosswalk, means: pd.DataFrame, persons: pd.Series) -> pd.DataFrame:
    """Move means (age, school grade) with the number of persons behind them.

    ``mean[t] = Σ W[t, s] n[s] mean[s] / Σ W[t, s] n[s]``. A source without persons needs no mean.
    NaN where a source with persons has no mean, or where nobody lives in the target.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from sozialraum.space.crosswalk import Crosswalk
    >>> walk = Crosswalk(csr_array([[1.0, 0.5]]), ("A",), ("1", "2"), "areal")
    >>> age = pd.DataFrame({"alter": [30.0, 60.0]}, index=["1", "2"])
    >>> move_means(walk, age, pd.Series({"1": 10.0, "2": 20.0})).loc["A", "alter"]
    np.float64(45.0)
    """
    means, persons = aligned("move_means", means=means, persons=persons)
    weighted = means.mul(persons, axis=0)
    weighted[persons == 0] = 0.0
    frame = weighted.assign(_persons=persons)
    moved = crosswalk.apply(frame, units=dict.fromkeys(frame.columns, "count"))
    base = moved.pop("_persons")
    return moved.div(base.where(base > 0), axis=0)


def move_standard_errors(crosswalk: Crosswalk, errors: pd.DataFrame) -> pd.DataFrame:
    """Move the standard errors of counts that were estimated independently in each source.

    ``se[t] = sqrt(Σ W[t, s]² se[s]²)``. The error of the split itself is not in it: see
    `error.mask_interval`.

    Parameters
    ----------
    crosswalk : from source areas to target areas
    errors : (n_sources, n_variables); NaN spreads to every target that shares the area
    """
    squared = crosswalk.matrix.copy()
    squared.data = squared.data**2
    from dataclasses import replace

    moved = replace(crosswalk, matrix=squared).apply(
        errors**2, units=dict.fromkeys(errors.columns, "count")
    )
    return np.sqrt(moved)


def grouped_median(classes: pd.DataFrame, *, edges: Sequence[float]) -> pd.Series:
    """Return the median of each area from counts per class, interpolated within its class.

    Medians cannot be moved; counts per class can. Move those with `Crosswalk.apply`, then ask here:
    ``median = lower + (N/2 - F) / n * width`` with the class's lower edge and width, its count n,
    and the count F below it.

    Parameters
    ----------
    classes : (n_areas, n_classes) counts, columns in ascending order
    edges : (n_classes + 1,) class limits, ascending; an open end is ``inf`` or ``-inf``

    Returns
    -------
    NaN where a count is missing, nobody is counted, or the median falls into an open class.

    Examples
    --------
    >>> ages = pd.DataFrame({"0-6": [10.0], "6-15": [20.0], "15+": [10.0]}, index=["A"])
    >>> grouped_median(ages, edges=[0, 6, 15, float("inf")]).to_dict()
    {'A': 10.5}
    """
    limits = np.asarray(edges, float)
    if len(limits) != classes.shape[1] + 1 or (np.diff(limits) <= 0).any():
        raise DataError(problem("space.classes_unordered", found=", ".join(map(str, edges))))
    counts = classes.to_numpy(float)
    half = counts.sum(axis=1) / 2
    up_to = np.cumsum(counts, axis=1)
    rows = np.arange(len(counts))
    k = (up_to >= half[:, None]).argmax(axis=1)
    below = np.where(k > 0, up_to[rows, k - 1], 0.0)
    inside = np.where(half > 0, counts[rows, k], np.nan)
    width = np.diff(limits)[k]
    width = np.where(np.isfinite(width), width, np.nan)
    lower = np.where(np.isfinite(limits[k]), limits[k], np.nan)
    return pd.Series(lower + (half - below) / inside * width, index=classes.index)


def move_status(crosswalk: Crosswalk, status: pd.DataFrame) -> pd.DataFrame:
    """Return why moved counts are there or are not.

    A target is "ok" if all sources that give to it are; otherwise it takes the first of "missing",
    "suppressed", "small_base", "no_base" and "not_collected" among them. A source without a row is
    "missing".

    Parameters
    ----------
    crosswalk : from source areas to target areas
    status : (n_sources, n_variables), categories of `sozialraum.model.STATUS`
    """
    rank = ("missing", "suppressed", "small_base", "no_base", "not_collected")
    labels = status.astype(object).reindex(list(crosswalk.source_keys)).fillna("missing")
    unknown = set(labels.to_numpy().ravel()) - set(STATUS)
    if unknown:
        message = (
            f"The 'status' parameter of move_status must hold words of {STATUS}. Got "
            f"{sorted(map(str, unknown))} instead."
        )
        raise ValueError(message)
    gives = crosswalk.matrix.copy()
    gives.data = (gives.data > 0).astype(float)
    found = np.full((len(crosswalk.target_keys), labels.shape[1]), "ok", dtype=object)
    for label in reversed(rank):
        found[(gives @ (labels == label).to_numpy(float)) > 0] = label
    return status_frame(
        pd.DataFrame(found, index=list(crosswalk.target_keys), columns=status.columns)
    )
