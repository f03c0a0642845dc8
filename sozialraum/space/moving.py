"""Moving numbers through a crosswalk: counts as they are, rates only with their denominator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.errors import DataError
from sozialraum.space.areas import name_keys
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from sozialraum.model.problem import Problem
    from sozialraum.space.crosswalk import Crosswalk


def move_counts(
    crosswalk: Crosswalk,
    counts: pd.DataFrame,
    *,
    rates: Mapping[str, str],
    units: Mapping[str, str],
) -> pd.DataFrame:
    """Move counts, and rates by way of their counts; see `Crosswalk.apply`."""
    _refuse_unmovable(crosswalk, counts, rates, units)
    as_counts = counts.astype(float)
    for rate, base in rates.items():
        nobody = counts[base] == 0
        as_counts[rate] = (counts[rate] * counts[base]).mask(nobody, 0.0)
    moved = _by_key(crosswalk, as_counts, _matrix_product)
    for rate, base in rates.items():
        moved[rate] = moved[rate] / moved[base].where(moved[base] > 0)
    return moved


def _matrix_product(crosswalk: Crosswalk, wide: NDArray[np.float64]) -> NDArray[np.float64]:
    """``W @ x``; a target is NaN if any source with a weight in it is NaN."""
    missing = np.isnan(wide)
    if not missing.any():
        return crosswalk.matrix @ wide
    moved = crosswalk.matrix @ np.where(missing, 0.0, wide)
    pattern = crosswalk.matrix.copy()
    pattern.data = (pattern.data != 0).astype(float)
    moved[(pattern @ missing.astype(float)) > 0] = np.nan
    return moved


def missing_share(crosswalk: Crosswalk, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each target's mass that comes from sources without a count."""
    given = crosswalk.matrix.multiply(crosswalk.mass[None, :]).tocsr()
    whole = np.asarray(given.sum(axis=1)).ravel()

    def share(_: Crosswalk, wide: NDArray[np.float64]) -> NDArray[np.float64]:
        lacking = given @ np.isnan(wide).astype(float)
        return np.divide(
            lacking, whole[:, None], out=np.zeros_like(lacking), where=whole[:, None] > 0
        )

    return _by_key(crosswalk, counts.astype(float), share)


def _by_key(crosswalk: Crosswalk, counts: pd.DataFrame, move: object) -> pd.DataFrame:
    """Lay a frame or panel out as one wide array, move it once, and label the result."""
    names = counts.columns
    if not isinstance(counts.index, pd.MultiIndex):
        wide = counts.reindex(list(crosswalk.source_keys)).to_numpy(float)
        moved = move(crosswalk, wide)  # type: ignore[operator]
        index = pd.Index(crosswalk.target_keys, name=counts.index.name)
        return pd.DataFrame(moved, index=index, columns=names)
    times = counts.index.get_level_values(0).unique()
    slices = [counts.xs(time, level=0).reindex(list(crosswalk.source_keys)) for time in times]
    wide = np.concatenate([s.to_numpy(float) for s in slices], axis=1)
    moved = move(crosswalk, wide)  # type: ignore[operator]
    n_target = len(crosswalk.target_keys)
    stacked = moved.reshape(n_target, len(times), len(names)).transpose(1, 0, 2)
    index = pd.MultiIndex.from_product([times, crosswalk.target_keys], names=counts.index.names)
    return pd.DataFrame(stacked.reshape(-1, len(names)), index=index, columns=names)


def _refuse_unmovable(
    crosswalk: Crosswalk,
    counts: pd.DataFrame,
    rates: Mapping[str, str],
    units: Mapping[str, str],
) -> None:
    absent = [c for pair in rates.items() for c in pair if c not in counts.columns]
    if absent:
        message = (
            f"The 'rates' parameter of apply must name columns of counts. Got {absent} instead."
        )
        raise ValueError(message)
    problems = _key_problems(crosswalk, counts)
    for name in counts.columns:
        if name not in rates:
            problems += _column_problems(counts[name], units.get(name))
    if problems:
        raise DataError(problems)


def _key_problems(crosswalk: Crosswalk, counts: pd.DataFrame) -> list[Problem]:
    keys = counts.index.get_level_values(-1)
    found = []
    if counts.index.has_duplicates:
        twice = list(counts.index[counts.index.duplicated()].astype(str))
        found.append(problem("space.duplicate_keys", found=name_keys(twice), what="counts"))
    unknown = list(dict.fromkeys(str(k) for k in keys[~keys.isin(crosswalk.source_keys)]))
    if unknown:
        total = keys.nunique()
        told = name_keys(unknown)
        found.append(problem("space.unknown_keys", found=told, n=len(unknown), total=total))
    return found


def _column_problems(column: pd.Series, unit: str | None) -> list[Problem]:
    """List why a column cannot be moved as a count.

    Shares in 0..1 are recognised by themselves, because averaging them is the commonest mistake
    (Berlin: it changes 32 of 346 catchment classes); a declared unit decides otherwise.
    """
    name = str(column.name)
    if unit is not None and unit != "count":
        return [problem("space.rate", column=name, found=unit)]
    known = column.to_numpy(float)
    known = known[~np.isnan(known)]
    if len(known) == 0 or unit == "count":
        return []
    if known.min() < 0:
        return [problem("space.not_a_count", column=name, found=number(float(known.min())))]
    if len(known) > 1 and known.max() <= 1 and (known % 1 != 0).any():
        span = f"{number(float(known.min()), 3)} bis {number(float(known.max()), 3)}"
        return [problem("space.rate", column=name, found=span)]
    return []
