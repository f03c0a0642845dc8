"""Runs simulated versions of an index in batches of bounded memory, on any number of threads."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight import blueprint
from sozialraum.insight.assumptions import Assumptions
from sozialraum.insight.sampling import Cells
from sozialraum.kernels import draws, simulate
from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.ordering import order_ascending, rank_descending
from sozialraum.model import Breaks, Scale

BATCH_BYTES = 64 * 2**20  # index, ranks and classes of one batch of draws
CELL_BYTES = 8 + 4 + 1
PURPOSE = {
    "sampling": simulate.SAMPLING,
    "data": simulate.DATA,
    "scaling": simulate.SCALING,
    "weights": simulate.WEIGHTS,
    "aggregation": simulate.AGGREGATION,
    "drop": simulate.DROP,
    "cut": simulate.CUT,
}

Batch = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int8]]
# recompute(value, choice) -> (index, class position); choice: the alternatives of this draw
Recompute = Callable[[pd.DataFrame, dict[str, Any]], tuple[pd.Series, pd.Series]]


@dataclass(frozen=True, eq=False)
class Simulation:
    """Everything a draw needs, as arrays; rows are sorted by (Stichtag and) area key.

    Parameters
    ----------
    keys : row labels
    data : (variants, p, n) complete tables of shares, one chosen per draw
    cells, scales, weights_of, tree, finish : arguments of `kernels.draws.simulate_draws`
    groups : first row of each Stichtag, and the number of rows
    k : number of classes
    seed : of all streams
    """

    keys: pd.Index
    data: NDArray[np.float64]
    cells: Cells
    scales: tuple[Any, ...]
    weights_of: tuple[Any, ...]
    tree: tuple[Any, ...]
    finish: tuple[Any, ...]
    groups: NDArray[np.int64]
    k: int
    seed: int

    @property
    def areas(self) -> int:
        """Number of rows."""
        return len(self.keys)

    def run(self, ids: NDArray[np.int64]) -> Batch:
        """Simulate the versions `ids` (draws × purposes): index, rank, class position."""
        shape = (len(ids), self.areas)
        out = np.empty(shape), np.empty(shape, np.int32), np.empty(shape, np.int8)
        fixed = self.data, self.cells.arrays(), self.scales, self.weights_of, self.tree
        parts = _parts(len(ids))
        tasks = [
            (self.seed, ids[a:b], *fixed, self.finish, self.groups, *(o[a:b] for o in out))
            for a, b in parts
        ]
        _in_threads(draws.simulate_draws, tasks)
        return out

    def batches(self, ids: NDArray[np.int64]) -> Iterator[Batch]:
        """Simulate many versions, never more than `BATCH_BYTES` of results at a time."""
        size = max(16, BATCH_BYTES // (CELL_BYTES * max(self.areas, 1)))
        for first in range(0, len(ids), size):
            yield self.run(ids[first : first + size])


def plain_ids(count: int, *, first: int = 0) -> NDArray[np.int64]:
    """Number the draws: every purpose of a draw takes the draw's own stream."""
    numbers = np.arange(first, first + count, dtype=np.int64)
    return np.ascontiguousarray(np.repeat(numbers[:, None], simulate.PURPOSES, axis=1))


def exchanged_ids(ids: NDArray[np.int64], other: NDArray[np.int64], name: str) -> NDArray[np.int64]:
    """Take one assumption from `other` draws, all others from `ids`."""
    mixed = ids.copy()
    mixed[:, PURPOSE[name]] = other[:, PURPOSE[name]]
    return mixed


def prepare(
    variants: Sequence[pd.DataFrame],
    cells: Cells,
    *,
    base: pd.DataFrame | None,
    weights: pd.Series | None,
    scale: Scale,
    restandard: Scale | None,
    tree: Sequence[blueprint.TreeNode],
    breaks: Breaks,
    assumptions: Assumptions,
    power: float,
    frozen: bool,
    seed: int,
) -> Simulation:
    """Lay a build out for the kernel.

    Raises
    ------
    NotNative
        If the kernel does not know a step of the recipe.
    """
    value = variants[0]
    laid = blueprint.tree_arrays(tree, scale.ids, assumptions, power=power)
    cut_code, cut_par, cut_right = blueprint.cut_arrays(breaks, assumptions, frozen=frozen)
    redo = blueprint.restandard_arrays(restandard, frozen=frozen)
    droppable = np.array([scale.ids.index(i) for i in assumptions.drop], np.int64)
    return Simulation(
        keys=value.index,
        data=np.stack([as_kernel_array(v.T) for v in variants]),
        cells=cells,
        scales=blueprint.scale_arrays(scale, assumptions, frozen=frozen).arrays(),
        weights_of=blueprint.moment_weights(value, scale, base, weights),
        tree=laid.arrays(),
        finish=(*redo, cut_code, cut_par, cut_right, droppable),
        groups=group_starts(value.index),
        k=breaks.k,
        seed=seed,
    )


def group_starts(keys: pd.Index) -> NDArray[np.int64]:
    """Return the first row of each Stichtag of a sorted index, and the number of rows."""
    if not isinstance(keys, pd.MultiIndex):
        return np.array([0, len(keys)], np.int64)
    changes = np.flatnonzero(np.diff(keys.codes[0])) + 1
    return np.concatenate([[0], changes, [len(keys)]]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Recomputation:
    """The same interface for recipes the kernel does not know: the build's own functions.

    The shares, the variants and all choices come from the same streams as in the kernel; only
    standardising, aggregating and cutting are done by `recompute`.
    """

    keys: pd.Index
    data: NDArray[np.float64]
    cells: Cells
    columns: tuple[str, ...]
    recompute: Recompute
    assumptions: Assumptions
    tree: tuple[Any, ...]
    groups: NDArray[np.int64]
    k: int
    seed: int

    @property
    def areas(self) -> int:
        """Number of rows."""
        return len(self.keys)

    def run(self, ids: NDArray[np.int64]) -> Batch:
        """Recompute the versions `ids` one after the other."""
        shape = (len(ids), self.areas)
        out = np.empty(shape), np.zeros(shape, np.int32), np.full(shape, -1, np.int8)
        scratch = np.empty(self.areas, np.int64), np.empty(self.areas + 2, np.int64)
        order = np.empty(self.areas, np.int64)
        for row, draw in enumerate(ids):
            value = pd.DataFrame(self.shares(draw).T, index=self.keys, columns=list(self.columns))
            index, position = self.recompute(value, self.choice(draw))
            out[0][row] = index.reindex(self.keys).to_numpy(float)
            out[2][row] = position.reindex(self.keys).fillna(-1).to_numpy(np.int8)
            for a, b in itertools.pairwise(self.groups):
                count = order_ascending(out[0][row], a, b, order, *scratch)
                rank_descending(out[0][row], a, count, order, out[1][row])
        return out

    def batches(self, ids: NDArray[np.int64]) -> Iterator[Batch]:
        """Recompute many versions, in batches."""
        for first in range(0, len(ids), 256):
            yield self.run(ids[first : first + 256])

    def shares(self, draw: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the shares of one draw, (p, n)."""
        variant = draws.choose_stream(self.seed, draw[simulate.DATA], simulate.DATA, len(self.data))
        out = np.empty(self.data.shape[1:])
        draws.draw_table(
            self.seed, draw[simulate.SAMPLING], self.data[variant], self.cells.arrays(), out
        )
        return out

    def choice(self, draw: NDArray[np.int64]) -> dict[str, Any]:
        """Return what one draw assumes: alternatives by name, ``drop`` and ``weights``."""
        chosen: dict[str, Any] = {}
        for name in ("scaling", "aggregation", "cut"):
            if options := getattr(self.assumptions, name):
                purpose = PURPOSE[name]
                which = draws.choose_stream(self.seed, draw[purpose], purpose, len(options))
                chosen[name] = options[which]
        if self.assumptions.weights is not None:
            names, arrays = self.tree
            drawn = draws.weights_of_draw(self.seed, draw[simulate.WEIGHTS], *arrays)
            chosen["weights"] = dict(zip(names, drawn.tolist(), strict=True))
        if drop := self.assumptions.drop:
            left = draws.choose_stream(self.seed, draw[simulate.DROP], simulate.DROP, len(drop) + 1)
            chosen["drop"] = drop[left] if left < len(drop) else None
        return chosen


def threads() -> int:
    """Return how many threads simulate; the results do not depend on it."""
    return max(1, min(os.cpu_count() or 1, 16))


def _parts(count: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, count, min(threads(), max(count, 1)) + 1).astype(int)
    return [(int(a), int(b)) for a, b in itertools.pairwise(edges)]


def _in_threads(kernel: Callable[..., None], tasks: Sequence[tuple[Any, ...]]) -> None:
    if len(tasks) == 1:
        kernel(*tasks[0])
        return
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(kernel, *task) for task in tasks]:
            done.result()


def count_batch(
    batch: Batch, centre: NDArray[np.float64], order: NDArray[np.int64], counters: Any
) -> None:
    """Add a batch to the counters; areas are shared out among the threads."""
    tasks = [
        (*batch, centre, order, a, b, counters.bin_width, *counters.arrays())
        for a, b in _parts(len(order))
    ]
    _in_threads(draws.count_outcomes, tasks)
