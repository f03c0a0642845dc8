"""Runs simulated versions of an index, many draws at once, in batches of bounded memory.

A batch is an array (draws, indicators, areas): each step of the method is a few NumPy operations on
it. Only the random shares and weights are drawn by kernels, from streams numbered by (seed, draw,
purpose), so that a draw is the same on any thread and in any batch, and one assumption can be
exchanged while all others stay (`variance`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo import blueprint
from sozialraum.insight.monte_carlo.assumptions import Assumptions
from sozialraum.insight.monte_carlo.blueprint import BuildRounding, DrawnWeights
from sozialraum.insight.monte_carlo.columns import ColumnRule, standardise_draws
from sozialraum.insight.monte_carlo.cutting import CutRule, cut_draws
from sozialraum.insight.monte_carlo.nodes import Node, TreeNode, climb
from sozialraum.insight.monte_carlo.ordering import ranks_descending
from sozialraum.insight.monte_carlo.sampling import Cells
from sozialraum.insight.monte_carlo.streams import PURPOSE, PURPOSES, choose
from sozialraum.insight.monte_carlo.threading import in_threads, threads
from sozialraum.model import Breaks, Scale

BATCH_BYTES = 64 * 2**20  # index, ranks and classes of one batch of draws
CELL_BYTES = 8 + 4 + 1
CHUNK_CELLS = 2**18  # shares worked on at a time by one thread: they stay in its cache

_WORTH_THREADS = 2**12  # shares per draw

Batch = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int8]]
# (rows = draws × areas, indicators) -> the same, transformed and with outliers treated
Ready = Callable[[pd.DataFrame], pd.DataFrame]
# recompute(value, choice) -> (index, class position); choice: the alternatives of this draw
Recompute = Callable[[pd.DataFrame, dict[str, Any]], tuple[pd.Series, pd.Series]]


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
    cells: Cells
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
        out = self.data[variant]
        if self.cells.kind.any():
            # compiled on first use, and only where there is something to draw
            from sozialraum.kernels.draws import draw_table

            cells = self.cells.arrays()
            for d, draw in enumerate(ids[:, PURPOSE["sampling"]]):
                draw_table(self.seed, draw, self.data[variant[d]], cells, out[d])
        return out

    def chosen(self, ids: NDArray[np.int64], purpose: str, count: int) -> NDArray[np.int64]:
        """Return which alternative each draw takes."""
        return choose(self.seed, ids[:, PURPOSE[purpose]], purpose, count)

    def drawn_weights(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weight of every part of the tree, (draws or 1, parts)."""
        if self.assumptions.weights is None:
            return self.weights.weight[None, :]
        from sozialraum.kernels.draws import weights_of_draw

        arrays, draws = self.weights.arrays(), ids[:, PURPOSE["weights"]]
        return np.stack([weights_of_draw(self.seed, d, *arrays) for d in draws])

    def left_out(self, ids: NDArray[np.int64]) -> list[str | None]:
        """Return the indicator each draw leaves out."""
        drop = self.assumptions.drop
        which = self.chosen(ids, "drop", len(drop) + 1)
        return [drop[w] if w < len(drop) else None for w in which]


@dataclass(frozen=True, eq=False)
class Simulation:
    """Draws and the rules that make an index of each of them.

    Parameters
    ----------
    draws : what is random
    scales, trees, cuts : per alternative the rules of all columns, the nodes, the class limits
    redo : how the index is brought to a standard again
    ready : transforms shares and treats outliers before they are standardised
    """

    draws: Draws
    scales: Sequence[tuple[ColumnRule, ...]]
    trees: Sequence[tuple[Node, ...]]
    cuts: Sequence[CutRule]
    redo: ColumnRule | None
    ready: Ready | None = None

    def run(self, ids: NDArray[np.int64]) -> Batch:
        """Simulate the versions `ids` (draws × purposes): index, rank, class position."""
        shape = (len(ids), self.draws.areas)
        out = np.empty(shape), np.zeros(shape, np.int32), np.empty(shape, np.int8)
        step = max(1, CHUNK_CELLS // max(self.draws.data[0].size, 1))
        tasks = [
            (ids[a : a + size], *(o[a : a + size] for o in out))
            for a, size in _chunks(len(ids), step)
        ]
        in_threads(self._fill, tasks, worthwhile=self._mostly_drawing())
        return out

    def under_weights(self, weights: NDArray[np.float64]) -> Batch:
        """Return index, rank and class position of the exact shares under other weights.

        Parameters
        ----------
        weights : (versions, parts of the tree), NaN where a part is left out
        """
        z = self._tables[0, 0]
        columns = {name: z[None, j] for j, name in enumerate(self.draws.columns)}
        of_part = {n: weights[:, [q]] for q, n in enumerate(self.draws.weights.names)}
        index = np.broadcast_to(
            climb(columns, of_part, self.trees[0]), (len(weights), self.draws.areas)
        ).copy()
        if self.redo is not None:
            index = standardise_draws(index, self.redo)
        rank, ascending = ranks_descending(index)
        return index, rank, cut_draws(index, ascending, self.cuts[0])

    def _mostly_drawing(self) -> bool:
        """Tell whether most of the time goes to kernels: small array operations only queue up."""
        data = self.draws.data[0]
        return bool(self.draws.cells.kind.any()) and data.size >= _WORTH_THREADS

    def _fill(
        self,
        ids: NDArray[np.int64],
        index: NDArray[np.float64],
        rank: NDArray[np.int32],
        position: NDArray[np.int8],
    ) -> None:
        index[:] = self._index(ids)
        if self.redo is not None:
            index[:] = standardise_draws(index, self.redo)
        for a, b in itertools.pairwise(self.draws.groups):
            rank[:, a:b], ascending = ranks_descending(index[:, a:b])
        if len(self.draws.groups) > 2:
            ascending = np.sort(index, axis=1)
        for a, rows in self._by_choice(ids, "cut", len(self.cuts)):
            position[rows] = cut_draws(index[rows], ascending[rows], self.cuts[a])

    def _index(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        z = self._standardised(ids)
        weights = self.draws.drawn_weights(ids)
        if self.draws.assumptions.drop:
            weights = np.repeat(weights, len(ids) // len(weights), axis=0)
            for row, name in enumerate(self.draws.left_out(ids)):
                if name is not None:
                    gone = self.draws.weights.without(name)
                    weights[row, [n in gone for n in self.draws.weights.names]] = np.nan
        out = np.empty((len(ids), self.draws.areas))
        for a, rows in self._by_choice(ids, "aggregation", len(self.trees)):
            columns = {name: z[rows, j] for j, name in enumerate(self.draws.columns)}
            own = weights if len(weights) == 1 else weights[rows]
            of_part = {n: own[:, [q]] for q, n in enumerate(self.draws.weights.names)}
            out[rows] = climb(columns, of_part, self.trees[a])
        return out

    def _standardised(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        if not self.draws.cells.kind.any():
            # nothing is drawn: every complete table is standardised once in each way
            variant = self.draws.chosen(ids, "data", len(self.draws.data))
            scaling = self.draws.chosen(ids, "scaling", len(self.scales))
            return self._tables[variant, scaling]
        x = self.draws.shares(ids)
        if self.ready is not None:
            x = self._made_ready(x)
        for a, rows in self._by_choice(ids, "scaling", len(self.scales)):
            for j, rule in enumerate(self.scales[a]):
                x[rows, j] = standardise_draws(x[rows, j], rule)
        return x

    @cached_property
    def _tables(self) -> NDArray[np.float64]:
        """Return every complete table in every standardisation, (variants, scalings, p, n)."""
        exact = self.draws.data
        exact = exact if self.ready is None else self._made_ready(exact)
        return np.stack(
            [
                np.stack([standardise_draws(exact[:, j], r) for j, r in enumerate(rules)], axis=1)
                for rules in self.scales
            ],
            axis=1,
        )

    def _made_ready(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        assert self.ready is not None
        draws, p, n = x.shape
        rows = x.transpose(0, 2, 1).reshape(draws * n, p)
        done = self.ready(pd.DataFrame(rows, columns=list(self.draws.columns)))
        made = done.to_numpy(float).reshape(draws, n, p).transpose(0, 2, 1)
        return np.ascontiguousarray(made)

    def _by_choice(
        self, ids: NDArray[np.int64], purpose: str, count: int
    ) -> Iterator[tuple[int, Any]]:
        """Yield each alternative with its draws; all draws as a slice where there is only one."""
        if count == 1:
            yield 0, slice(None)
            return
        chosen = self.draws.chosen(ids, purpose, count)
        for a in range(count):
            rows = np.flatnonzero(chosen == a)
            if len(rows):
                yield a, rows


@dataclass(frozen=True, eq=False)
class Recomputation:
    """The same interface for recipes without rules: the build's own functions, draw by draw.

    The shares, the variants and all choices come from the same streams; only standardising,
    aggregating and cutting are done by `recompute`.
    """

    draws: Draws
    recompute: Recompute

    def run(self, ids: NDArray[np.int64]) -> Batch:
        """Recompute the versions `ids` one after the other."""
        shape = (len(ids), self.draws.areas)
        out = np.empty(shape), np.zeros(shape, np.int32), np.full(shape, -1, np.int8)
        keys, columns = self.draws.keys, list(self.draws.columns)
        shares, choices = self.draws.shares(ids), self.choices(ids)
        for row, choice in enumerate(choices):
            value = pd.DataFrame(shares[row].T.copy(), index=keys, columns=columns)
            index, position = self.recompute(value, choice)
            out[0][row] = index.reindex(keys).to_numpy(float)
            out[2][row] = position.astype("Int64").reindex(keys).fillna(-1).to_numpy(np.int8)
        for a, b in itertools.pairwise(self.draws.groups):
            out[1][:, a:b], _ = ranks_descending(out[0][:, a:b])
        return out

    def choices(self, ids: NDArray[np.int64]) -> list[dict[str, Any]]:
        """Return what each draw assumes: alternatives by name, ``drop`` and ``weights``."""
        draws, assumptions = self.draws, self.draws.assumptions
        made: list[dict[str, Any]] = [{} for _ in ids]
        for name in ("scaling", "aggregation", "cut"):
            if options := getattr(assumptions, name):
                which = draws.chosen(ids, name, len(options))
                for row, w in enumerate(which):
                    made[row][name] = options[w]
        if assumptions.weights is not None:
            for row, drawn in enumerate(draws.drawn_weights(ids)):
                made[row]["weights"] = dict(zip(draws.weights.names, drawn.tolist(), strict=True))
        if assumptions.drop:
            for row, name in enumerate(draws.left_out(ids)):
                made[row]["drop"] = name
        return made


def batches(model: Simulation | Recomputation, ids: NDArray[np.int64]) -> Iterator[Batch]:
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


def prepare(
    draws: Draws,
    *,
    base: pd.DataFrame | None,
    weights: pd.Series | None,
    scale: Scale,
    restandard: Scale | None,
    tree: Sequence[TreeNode],
    breaks: Breaks,
    frozen: bool,
    power: float = 2.0,
    penalty: str = "add",
    node_scale: Scale | None = None,
    rounding: BuildRounding | None = None,
    ready: Ready | None = None,
) -> Simulation:
    """Lay the rules of a build out.

    Raises
    ------
    NotNative
        If no rule is known for a step of the recipe.
    """
    told, assumptions = rounding or BuildRounding(), draws.assumptions
    return Simulation(
        draws,
        blueprint.column_rules(
            scale, assumptions, draws.keys, frozen=frozen, base=base, weights=weights,
            rounding=told,
        ),
        blueprint.tree_rules(
            tree, assumptions, node_scale=node_scale, frozen=frozen, rounding=told, power=power,
            penalty=penalty,
        ),
        blueprint.cut_rules(breaks, assumptions, frozen=frozen, decimals=told.limit_decimals),
        blueprint.index_rule(restandard, draws.keys, frozen=frozen, weights=weights, rounding=told),
        ready,
    )  # fmt: skip


def group_starts(keys: pd.Index) -> NDArray[np.int64]:
    """Return the first row of each Stichtag of a sorted index, and the number of rows."""
    if not isinstance(keys, pd.MultiIndex):
        return np.array([0, len(keys)], np.int64)
    changes = np.flatnonzero(np.diff(keys.codes[0])) + 1
    return np.concatenate([[0], changes, [len(keys)]]).astype(np.int64)


def _chunks(count: int, step: int) -> Iterator[tuple[int, int]]:
    """Yield start and size of chunks of at most `step`, one per thread where there is enough."""
    size = max(1, min(step, max(16, -(-count // threads()))))
    for first in range(0, count, size):
        yield first, min(size, count - first)
