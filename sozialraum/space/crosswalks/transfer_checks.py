"""Moving numbers through a crosswalk: counts as they are, rates only with their denominator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.model.units import UNITS, with_units
from sozialraum.space.areas import name_keys
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from sozialraum.model.problem import Problem

    Move = Callable[["Shares", NDArray[np.float64]], NDArray[np.float64]]


class Shares(Protocol):
    """What moving needs of a crosswalk."""

    matrix: sparse.csr_array
    target_keys: tuple[str, ...]
    source_keys: tuple[str, ...]
    mass: NDArray[np.float64]

    @property
    def conserves(self) -> bool:
        """Whether each person is in one target or outside, never in two."""

    @property
    def source_index(self) -> pd.Index:
        """The source keys as an index."""


# Numbers with a fraction up to here may be per cent.
PER_CENT = 100.0
# A share below this is rounding of a column sum.
NO_SHARE = 1e-9


def move_counts(
    crosswalk: Shares,
    counts: pd.DataFrame,
    *,
    rates: Mapping[str, str],
    units: Mapping[str, str],
) -> pd.DataFrame:
    """Move counts, and rates by way of their counts; see `Crosswalk.apply`."""
    _refuse_unknown_rates(counts, rates)
    plain = counts.drop(columns=list(rates)) if rates else counts
    _refuse_unmovable(crosswalk, plain, {**counts.attrs.get(UNITS, {}), **units})
    moved = _by_key(crosswalk, plain, _matrix_product)
    if not rates:
        return with_units(moved, dict.fromkeys(moved.columns, "count"))
    cases = _by_key(crosswalk, _as_counts(counts, rates), _matrix_product)
    persons = moved[list(rates.values())].to_numpy()
    shares = cases / np.where(persons > 0, persons, np.nan)
    return pd.concat([moved, shares], axis=1)[counts.columns]


def _as_counts(counts: pd.DataFrame, rates: Mapping[str, str]) -> pd.DataFrame:
    """Return rates times their denominators: 0 where there is nobody, whatever the rate."""
    cases = np.empty((len(counts), len(rates)), order="F")
    for k, (rate, base) in enumerate(rates.items()):
        persons = counts[base].to_numpy(dtype=float)
        np.multiply(counts[rate].to_numpy(dtype=float), persons, out=cases[:, k])
        cases[persons == 0, k] = 0.0
    return pd.DataFrame(cases, counts.index, list(rates), copy=False)


def _matrix_product(crosswalk: Shares, wide: NDArray[np.float64]) -> NDArray[np.float64]:
    """``W @ x``; a target is NaN if any source with a weight in it is NaN."""
    if not np.isnan(wide.sum()):
        return _product(crosswalk.matrix, wide)
    missing = np.isnan(wide)
    moved = _product(crosswalk.matrix, np.where(missing, 0.0, wide))
    pattern = crosswalk.matrix.copy()
    pattern.data = (pattern.data != 0).astype(float)
    moved[(pattern @ missing.astype(float)) > 0] = np.nan
    return moved


def _product(matrix: sparse.csr_array, wide: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``matrix @ wide``; columns that lie one after the other are not copied row by row."""
    if wide.flags.c_contiguous or not wide.flags.f_contiguous:
        return matrix @ wide
    moved = np.empty((matrix.shape[0], wide.shape[1]), order="F")
    for k in range(wide.shape[1]):
        moved[:, k] = matrix @ wide[:, k]
    return moved


def missing_share(crosswalk: Shares, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each target's mass that comes from sources without a count."""
    given = crosswalk.matrix.multiply(crosswalk.mass[None, :]).tocsr()
    whole = np.asarray(given.sum(axis=1)).ravel()

    def share(_: Shares, wide: NDArray[np.float64]) -> NDArray[np.float64]:
        lacking = given @ np.isnan(wide).astype(float)
        return np.divide(
            lacking, whole[:, None], out=np.zeros_like(lacking), where=whole[:, None] > 0
        )

    return _by_key(crosswalk, counts, share)


def count_outside(crosswalk: Shares, counts: pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Return the persons that belong to no target; see `Crosswalk.outside`."""
    given = np.asarray(crosswalk.matrix.sum(axis=0)).ravel()
    lost = 1.0 - given if crosswalk.conserves else (given == 0).astype(float)
    lost[np.abs(lost) < NO_SHARE] = 0.0
    nowhere = replace(crosswalk, matrix=sparse.csr_array(lost[None, :]), target_keys=("outside",))
    table = _by_key(nowhere, counts, _matrix_product)
    return table.loc["outside"] if table.index.nlevels == 1 else table.droplevel(-1)


def split_share(crosswalk: Shares, counts: pd.DataFrame, *, whole: float) -> pd.DataFrame:
    """Return the share of each target's count from split sources; see `Crosswalk.split_share`."""
    split = crosswalk.matrix.max(axis=0).toarray().ravel() < whole

    def share(walk: Shares, wide: NDArray[np.float64]) -> NDArray[np.float64]:
        columns = np.tile(split[:, None], (1, wide.shape[1]))
        total = _matrix_product(walk, wide)
        unsure = _matrix_product(walk, np.where(columns, wide, 0.0))
        return np.divide(unsure, total, out=np.full_like(total, np.nan), where=total > 0)

    return _by_key(crosswalk, counts, share)


def _by_key(crosswalk: Shares, counts: pd.DataFrame, move: Move) -> pd.DataFrame:
    """Lay a frame or panel out as one wide array, move it once, and label the result."""
    names = counts.columns
    if not isinstance(counts.index, pd.MultiIndex):
        moved = move(crosswalk, _by_source(crosswalk, counts))
        index = pd.Index(crosswalk.target_keys, name=counts.index.name)
        return pd.DataFrame(moved, index=index, columns=names)
    times = counts.index.get_level_values(0).unique()
    slices = [_by_source(crosswalk, counts.xs(time, level=0)) for time in times]
    moved = move(crosswalk, np.concatenate(slices, axis=1))
    n_target = len(crosswalk.target_keys)
    stacked = moved.reshape(n_target, len(times), len(names)).transpose(1, 0, 2)
    index = pd.MultiIndex.from_product([times, crosswalk.target_keys], names=counts.index.names)
    return pd.DataFrame(stacked.reshape(-1, len(names)), index=index, columns=names)


def _by_source(crosswalk: Shares, counts: pd.DataFrame) -> NDArray[np.float64]:
    """Return the counts in the order of the sources; a source without a row is NaN."""
    values = counts.to_numpy(dtype=float)
    row = counts.index.get_indexer(crosswalk.source_index)
    if np.array_equal(row, np.arange(len(counts))):
        return values
    if len(values) == 0:
        return np.full((len(row), values.shape[1]), np.nan)
    ordered = values[row]
    ordered[row < 0] = np.nan
    return ordered


def _refuse_unknown_rates(counts: pd.DataFrame, rates: Mapping[str, str]) -> None:
    absent = [c for pair in rates.items() for c in pair if c not in counts.columns]
    absent += [base for base in rates.values() if base in rates]
    if absent:
        message = (
            "The 'rates' parameter of apply must name columns of counts: a rate, and a count that "
            f"is no rate. Got {absent} instead."
        )
        raise ValueError(message)


def _refuse_unmovable(crosswalk: Shares, counts: pd.DataFrame, units: Mapping[str, str]) -> None:
    problems = _key_problems(crosswalk, counts)
    values = counts.to_numpy(dtype=float)
    if len(values):
        lowest, highest = np.fmin.reduce(values), np.fmax.reduce(values)
        for k, name in enumerate(counts.columns):
            found = (values[:, k], float(lowest[k]), float(highest[k]))
            problems += _column_problems(str(name), units.get(name), *found)
    if problems:
        raise DataError(problems)


def _key_problems(crosswalk: Shares, counts: pd.DataFrame) -> list[Problem]:
    found = []
    if counts.index.has_duplicates:
        twice = list(counts.index[counts.index.duplicated()].astype(str))
        found.append(problem("space.duplicate_keys", found=name_keys(twice), what="counts"))
    keys = counts.index
    if isinstance(keys, pd.MultiIndex):
        keys = keys.get_level_values(-1).unique()
    known = crosswalk.source_index.get_indexer(keys) >= 0
    if not known.all():
        unknown = list(dict.fromkeys(map(str, keys[~known])))
        total = keys.nunique()
        stated = name_keys(unknown)
        found.append(problem("space.unknown_keys", found=stated, n=len(unknown), total=total))
    return found


def _column_problems(
    name: str, unit: str | None, values: NDArray[np.float64], lowest: float, highest: float
) -> list[Problem]:
    """List why a column cannot be moved as a count.

    Shares in 0..1 are recognised by themselves, because averaging them is the commonest mistake
    (Berlin: it changes 32 of 346 catchment classes), and so are fractions up to 100, which are per
    cent unless somebody says that they are counts: a declared unit decides, and moved counts carry
    theirs.
    """
    if unit is not None and unit != "count":
        return [problem("space.rate", column=name, found=unit)]
    if unit == "count" or np.isnan(lowest):
        return []
    if lowest < 0:
        return [problem("space.not_a_count", column=name, found=number(lowest))]
    if highest > PER_CENT:
        return []
    known = values[~np.isnan(values)]
    if len(known) > 1 and (known % 1 != 0).any():
        span = f"{number(lowest, 3)} bis {number(highest, 3)}"
        return [problem("space.rate", column=name, found=span)]
    return []
