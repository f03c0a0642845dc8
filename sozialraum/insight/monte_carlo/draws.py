"""What is random in a simulation, numbered so that one assumption can be exchanged at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.assumptions import Assumptions
from sozialraum.insight.monte_carlo.sampling import CellDistributions, drawn_side_by_side
from sozialraum.insight.monte_carlo.streams import PURPOSE, PURPOSES, draw_choices
from sozialraum.insight.monte_carlo.weighting import DrawnWeights

# random numbers per draw up to which NumPy is as fast as a kernel from the cache (0.1 s for 2,000
# draws), so that nothing has to be compiled
FEW_NUMBERS = 400

BATCH_BYTES = 64 * 2**20  # index, ranks and classes of one batch of draws
CELL_BYTES = 8 + 4 + 1

Batch = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int8]]


@dataclass(frozen=True, eq=False)
class Draws:
    """What is random in a simulation: shares, alternatives, weights.

    Parameters
    ----------
    keys : row labels, sorted by (Stichtag and) area key
    columns : indicator ids
    data : (variants, p, n) complete tables of shares, one chosen per draw
    cells : how each share is drawn
    assumptions : what else is varied
    weights : of the tree
    groups : first row of each Stichtag, and the number of rows
    k : number of classes
    seed : of all streams
    """

    keys: pd.Index
    columns: tuple[str, ...]
    data: NDArray[np.float64]
    cells: CellDistributions
    assumptions: Assumptions
    weights: DrawnWeights
    groups: NDArray[np.int64]
    k: int
    seed: int

    @property
    def areas(self) -> int:
        """Number of rows."""
        return len(self.keys)

    def shares(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the shares of the draws `ids` (draws × purposes), (draws, p, n)."""
        variant = self.chosen(ids, "data", len(self.data))
        draws = ids[:, PURPOSE["sampling"]]
        if not self.cells.kind.any():
            return self.data[variant]
        if self.cells.numbers <= FEW_NUMBERS:
            return drawn_side_by_side(self.seed, draws, self.data[variant], self.cells)
        # compiled on first use, and only where it is worth it
        from sozialraum.kernels.draws import draw_table

        out, cells = self.data[variant], self.cells.arrays()
        for d, draw in enumerate(draws):
            draw_table(self.seed, draw, self.data[variant[d]], cells, out[d])
        return out

    def chosen(self, ids: NDArray[np.int64], purpose: str, count: int) -> NDArray[np.int64]:
        """Return which alternative each draw takes."""
        return draw_choices(self.seed, ids[:, PURPOSE[purpose]], purpose, count)

    def drawn_weights(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weight of every part of the tree, (draws or 1, parts)."""
        if self.assumptions.weights is None:
            return self.weights.weight[None, :]
        return self.weights.drawn(self.seed, ids[:, PURPOSE["weights"]])

    def left_out(self, ids: NDArray[np.int64]) -> list[str | None]:
        """Return the indicator each draw leaves out."""
        drop = self.assumptions.drop
        which = self.chosen(ids, "drop", len(drop) + 1)
        return [drop[w] if w < len(drop) else None for w in which]


class Model(Protocol):
    """What makes index, rank and class position of draws."""

    @property
    def draws(self) -> Draws:
        """What is random."""

    def run(self, ids: NDArray[np.int64]) -> Batch:
        """Make the versions `ids` (draws × purposes)."""


def batches(model: Model, ids: NDArray[np.int64]) -> Iterator[Batch]:
    """Simulate many versions, never more than `BATCH_BYTES` of results at a time."""
    size = max(16, BATCH_BYTES // (CELL_BYTES * max(model.draws.areas, 1)))
    for first in range(0, len(ids), size):
        yield model.run(ids[first : first + size])


def plain_ids(count: int, *, first: int = 0) -> NDArray[np.int64]:
    """Number the draws: every purpose of a draw takes the draw's own stream."""
    numbers = np.arange(first, first + count, dtype=np.int64)
    return np.ascontiguousarray(np.repeat(numbers[:, None], len(PURPOSES), axis=1))


def exchanged_ids(ids: NDArray[np.int64], other: NDArray[np.int64], name: str) -> NDArray[np.int64]:
    """Take one assumption from `other` draws, all others from `ids`."""
    mixed = ids.copy()
    mixed[:, PURPOSE[name]] = other[:, PURPOSE[name]]
    return mixed


def group_starts(keys: pd.Index) -> NDArray[np.int64]:
    """Return the first row of each Stichtag of a sorted index, and the number of rows."""
    if not isinstance(keys, pd.MultiIndex):
        return np.array([0, len(keys)], np.int64)
    changes = np.flatnonzero(np.diff(keys.codes[0])) + 1
    return np.concatenate([[0], changes, [len(keys)]]).astype(np.int64)
