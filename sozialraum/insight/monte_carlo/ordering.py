"""Order and ranks of many rows at once; rows are draws, columns areas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sozialraum.model.deciding import equal_neighbours

Array = NDArray[np.float64]


def ranks_ascending(x: Array, *, ties: str = "average") -> Array:
    """Return the rank within each row, 1 = lowest; equal values share the mean (or best) rank.

    NaN is not expected.

    Examples
    --------
    >>> ranks_ascending(np.array([[3.0, 1.0, 3.0]])).tolist()
    [[2.5, 1.0, 2.5]]
    """
    order = np.argsort(x, axis=1)
    first, last = _runs(np.take_along_axis(x, order, axis=1))
    place = first + 1.0 if ties == "min" else 0.5 * (first + last) + 1.0
    rank = np.empty(x.shape)
    np.put_along_axis(rank, order, place, axis=1)
    return rank


def ranks_descending(x: Array) -> tuple[NDArray[np.int32], Array]:
    """Return the rank within each row, 1 = highest, and the row sorted.

    Equal values share the best rank. NaN has rank 0 and stands last in the sorted row.
    """
    order = np.argsort(x, axis=1)
    ascending = np.take_along_axis(x, order, axis=1)
    _, last = _runs(ascending)
    count = np.count_nonzero(ascending == ascending, axis=1)[:, None]
    place = np.maximum(count - last, 0).astype(np.int32)
    rank = np.empty(x.shape, np.int32)
    np.put_along_axis(rank, order, place, axis=1)
    return rank, ascending


def _runs(ascending: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return per place the first and the last place with the same value (`model.deciding`)."""
    n = ascending.shape[1]
    place = np.broadcast_to(np.arange(n), ascending.shape)
    changes = ~equal_neighbours(ascending)
    if changes.all():
        return place, place
    first = np.zeros(ascending.shape, np.int64)
    first[:, 1:] = np.where(changes, place[:, 1:], 0)
    last = np.full(ascending.shape, n - 1)
    last[:, :-1] = np.where(changes, place[:, :-1], n - 1)
    return (
        np.maximum.accumulate(first, axis=1),
        np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1],
    )
