"""Runs simulated versions of an index, many draws at once, in batches of bounded memory.

A batch is an array (draws, indicators, areas): each step of the method is a few NumPy operations on
it. Random numbers come from streams numbered by (seed, draw, purpose), so that a draw is the same
on any thread and in any batch, and one assumption can be exchanged while all others stay
(`variance`).
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

from sozialraum.insight.monte_carlo import draw_rules as blueprint
from sozialraum.insight.monte_carlo.class_limits import CutRule, cut_draws
from sozialraum.insight.monte_carlo.columns import ColumnRule, standardise_draws
from sozialraum.insight.monte_carlo.draw_rules import BuildRounding
from sozialraum.insight.monte_carlo.draws import Batch, Draws
from sozialraum.insight.monte_carlo.nodes import DrawnNode, TreeNode, aggregate_draws
from sozialraum.insight.monte_carlo.ordering import ranks_descending
from sozialraum.insight.monte_carlo.threading import in_threads, threads
from sozialraum.model import Breaks, Scale

CHUNK_CELLS = 2**18  # shares worked on at a time by one thread: they stay in its cache

_WORTH_THREADS = 2**12  # shares per draw

# (rows = draws × areas, indicators) -> the same, transformed and with outliers treated
Ready = Callable[[pd.DataFrame], pd.DataFrame]


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
    trees: Sequence[tuple[DrawnNode, ...]]
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
            aggregate_draws(columns, of_part, self.trees[0]), (len(weights), self.draws.areas)
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
            out[rows] = aggregate_draws(columns, of_part, self.trees[a])
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
    stated, assumptions = rounding or BuildRounding(), draws.assumptions
    return Simulation(
        draws,
        blueprint.column_rules(
            scale, assumptions, draws.keys, frozen=frozen, base=base, weights=weights,
            rounding=stated,
        ),
        blueprint.tree_rules(
            tree, assumptions, node_scale=node_scale, frozen=frozen, rounding=stated, power=power,
            penalty=penalty,
        ),
        blueprint.cut_rules(breaks, assumptions, frozen=frozen, decimals=stated.limit_decimals),
        blueprint.index_rule(
            restandard, draws.keys, frozen=frozen, weights=weights, rounding=stated
        ),
        ready,
    )  # fmt: skip


def _chunks(count: int, step: int) -> Iterator[tuple[int, int]]:
    """Yield start and size of chunks of at most `step`, one per thread where there is enough."""
    size = max(1, min(step, max(16, -(-count // threads()))))
    for first in range(0, count, size):
        yield first, min(size, count - first)
