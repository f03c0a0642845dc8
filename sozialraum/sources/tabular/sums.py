"""Rows that are the sum of other rows: a Bezirk among its Stadtteile, the city among all areas.

Found by their numbers, never by their keys alone. Where a part is missing or withheld, the sum may
be more than the known parts, never less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MANY = 4  # rows; the sum of so many is no chance, even in a single column
_WIDEST = 200  # rows of one subtotal in a table without a complete column
_UNPLACED_SHARE = 0.1  # of a total, that may belong to no area


@dataclass(frozen=True)
class Levels:
    """Rows of a table that are not areas, but levels above or below them.

    Parameters
    ----------
    sums : positions of rows that are the sum of areas, or of the whole city
    parts : positions of rows that add up to an area
    """

    sums: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()


def find_levels(
    values: NDArray[np.float64], keys: Sequence[str], areas: NDArray[np.bool_]
) -> Levels:
    """Return the rows of other levels than the areas.

    Parameters
    ----------
    values : (n_rows, n_columns), rows in the order of the file; NaN where a number is not known
    keys : (n_rows,) keys as delivered
    areas : (n_rows,) True for rows of known areas

    Examples
    --------
    >>> counts = np.array([[7.0, 1], [8, 2], [15, 3], [9, 4], [24, 7]])
    >>> known = np.array([True, True, False, True, False])
    >>> find_levels(counts, ["101", "102", "1", "201", "0"], known)
    Levels(sums=(2, 4), parts=())
    """
    counts = values[:, _are_counts(values)]
    plain = np.flatnonzero(areas)
    others = np.flatnonzero(~areas)
    if not counts.shape[1] or not len(plain) or not len(others):
        return Levels()
    sums = tuple(int(i) for i in others if _is_level(counts, keys, i, plain))
    left = [int(i) for i in others if i not in sums]
    below: list[int] = []
    for i in plain:
        group = [j for j in left if len(keys[j]) > len(keys[i]) and keys[j].startswith(keys[i])]
        if group and _sums_up(counts[i], counts[group]).any():
            below += group
    return Levels(sums, tuple(below))


def _are_counts(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which columns hold whole numbers, none of them negative, some of them above 0."""
    known = np.nan_to_num(values)
    whole = (known >= 0).all(axis=0) & (known == np.floor(known)).all(axis=0)
    return whole & known.any(axis=0)


def _is_level(
    counts: NDArray[np.float64], keys: Sequence[str], i: int, plain: NDArray[np.intp]
) -> bool:
    below = [j for j in plain if len(keys[j]) > len(keys[i]) and keys[j].startswith(keys[i])]
    for group in (plain, np.array(below, dtype=np.intp)):
        if len(group) and _sums_up(counts[i], counts[group]).any():
            return True
    if not keys[i].strip("0") and is_about(counts[i], counts[plain]):
        return True
    before, after = plain[plain < i][::-1], plain[plain > i]
    return any(
        bool(_sums_up(counts[i], counts[group], running=True).any())
        for group in (before, after)
        if len(group) > 1
    )


def is_sum(total: NDArray[np.float64], rows: NDArray[np.float64]) -> bool:
    """Tell whether a total is the sum of some neighbouring rows, in every known column.

    Parameters
    ----------
    total : (n_columns,)
    rows : (n_rows, n_columns), in the order of the file; NaN where a number is not known
    """
    return any(
        bool(_sums_up(total, rows[first:last], running=True, single=True)[-1])
        for first, last in _blocks(total, rows)
    )


def _blocks(total: NDArray[np.float64], rows: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield first and last (beyond) of the neighbouring rows that a complete column allows.

    Without a complete column every block is possible.
    """
    complete = np.flatnonzero(~np.isnan(rows).any(axis=0) & (total > 0))
    if not len(complete):
        n = len(rows)
        yield from ((i, j) for i in range(n) for j in range(i + 1, min(n, i + _WIDEST) + 1))
        return
    column = complete[0]
    reached = np.concatenate([[0.0], rows[:, column].cumsum()])
    wanted = reached[:-1] + total[column]
    lower = np.searchsorted(reached, wanted, side="left")
    upper = np.searchsorted(reached, wanted, side="right")
    for i in np.flatnonzero(lower < upper):
        yield from ((int(i), int(j)) for j in range(max(lower[i], i + 1), upper[i]))


def _sums_up(
    total: NDArray[np.float64],
    rows: NDArray[np.float64],
    *,
    running: bool = False,
    single: bool = False,
) -> NDArray[np.bool_]:
    """Tell whether rows add up to a total: all of them, or (running) the first 1, 2, 3 … of them.

    A single column must agree over many rows: two small numbers add up to a third by chance.
    """
    filled, gaps = np.nan_to_num(rows).cumsum(axis=0), np.isnan(rows).cumsum(axis=0)
    many = np.arange(1, len(rows) + 1)
    if not running:
        filled, gaps, many = filled[-1:], gaps[-1:], many[-1:]
    stated = ~np.isnan(total)
    right = np.where(gaps > 0, filled <= total, filled == total) | ~stated
    exact = ((gaps == 0) & (filled == total) & (total > 0)).sum(axis=1)
    sure = (exact > 1) | ((exact > 0) & ((many >= _MANY) | (not running) | single))
    return right.all(axis=1) & sure & ((many > 1) | (not running) | single)


def is_about(total: NDArray[np.float64], rows: NDArray[np.float64]) -> bool:
    """Tell whether a total is that of all rows and of a few persons beside them."""
    parts, stated = np.nan_to_num(rows).sum(axis=0), ~np.isnan(total)
    near = (total >= parts) & (total * (1 - _UNPLACED_SHARE) <= parts)
    return len(rows) >= _MANY and bool(near[stated].all()) and bool((total[stated] > 0).any())
