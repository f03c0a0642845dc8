"""The weights of a tree as arrays, and how they are varied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.assumptions import WeightAssumption
from sozialraum.insight.monte_carlo.counter_streams import gammas, open_streams, uniforms
from sozialraum.insight.monte_carlo.nodes import TreeNode
from sozialraum.insight.monte_carlo.streams import PURPOSE

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnWeights:
    """The weights of the tree as arrays: indicators in order, then the nodes.

    Parameters
    ----------
    names : of the parts
    weight : stated weight of each within its parent
    concentration, width : how each is varied (0 = it is not)
    child_start, child : the parts of node q are ``child[child_start[q]:child_start[q + 1]]``
    """

    names: tuple[str, ...]
    weight: Array
    concentration: Array
    width: Array
    child_start: NDArray[np.int64]
    child: NDArray[np.int64]

    def drawn(self, seed: int, draws: NDArray[np.int64]) -> Array:
        """Return the weights in every draw, (draws, parts): a Dirichlet, or each ± `width`.

        A Dirichlet about the given weights keeps the sum of the varied weights of a node.
        """
        counters = open_streams(seed, draws, PURPOSE["weights"])
        out = np.repeat(self.weight[None, :], len(draws), axis=0)
        for node in range(len(self.child_start) - 1):
            inside = self.child[self.child_start[node] : self.child_start[node + 1]]
            for part in inside[self.width[inside] > 0]:
                away = self.width[part] * (2.0 * uniforms(counters) - 1.0)
                out[:, part] = self.weight[part] * (1.0 + away)
            among = inside[(self.concentration[inside] > 0) & (self.weight[inside] > 0)]
            given = self.weight[among].sum()
            for part in among:
                share = self.weight[part] / given
                out[:, part] = gammas(counters, self.concentration[part] * share)
            if len(among):
                new = out[:, among].sum(axis=1, keepdims=True)
                out[:, among] *= given / np.where(new > 0, new, given)
        return out

    def share(self, name: str) -> float:
        """Return the part a weight has in the whole index: the product of the shares on its way."""
        found, part = 1.0, self.names.index(name)
        for node in range(len(self.child_start) - 1):
            inside = self.child[self.child_start[node] : self.child_start[node + 1]]
            if part in inside:
                found *= abs(self.weight[part]) / np.abs(self.weight[inside]).sum()
                part = len(self.names) - len(self.child_start) + 1 + node
        return float(found)

    def beside(self, name: str) -> tuple[int, list[int], float]:
        """Return the part that is weighed, the parts beside it, and its share among them.

        Where an indicator stands alone in its dimension, the dimension is weighed.

        Raises
        ------
        ValueError
            If nothing stands beside it.
        """
        part = self.names.index(name)
        for node in range(len(self.child_start) - 1):
            inside = self.child[self.child_start[node] : self.child_start[node + 1]]
            if part not in inside:
                continue
            others = [int(c) for c in inside if c != part and self.weight[c] != 0]
            if others:
                own = abs(self.weight[part])
                return part, others, float(own / (own + np.abs(self.weight[others]).sum()))
            part = len(self.names) - len(self.child_start) + 1 + node
        message = (
            "The 'name' parameter of beside must be of a part that has another one beside it. Got "
            f"{name!r} instead."
        )
        raise ValueError(message)

    def with_share(self, name: str, shares: Array) -> Array:
        """Return the weights with which a part has these shares among those `beside` it.

        The others keep their proportions.

        Returns
        -------
        (versions, parts)
        """
        part, others, _ = self.beside(name)
        out = np.repeat(self.weight[None, :], len(shares), axis=0)
        rest = np.abs(self.weight[others]).sum()
        whole = rest + abs(self.weight[part])
        out[:, part] = shares * whole
        out[:, others] = self.weight[others] * ((1 - shares) * whole / rest)[:, None]
        return out

    def without(self, dropped: str) -> set[str]:
        """Return the indicator and every node that is empty without it."""
        gone = {dropped}
        for node in range(len(self.child_start) - 1):
            parts = self.child[self.child_start[node] : self.child_start[node + 1]]
            if all(self.names[c] in gone or self.weight[c] == 0 for c in parts):
                gone.add(self.names[len(self.names) - len(self.child_start) + 1 + node])
        return gone


def drawn_weights(
    tree: Sequence[TreeNode], ids: Sequence[str], how: WeightAssumption | None
) -> DrawnWeights:
    """Lay out the weights and how they are varied."""
    names = (*ids, *(n.id for n in tree))
    place = {name: j for j, name in enumerate(names)}
    weight = np.ones(len(names))
    child, start = [], [0]
    for node in tree:
        for part, w in zip(node.parts, node.weights, strict=True):
            weight[place[part]] = w
            child.append(place[part])
        start.append(len(child))
    concentration, width = np.zeros(len(names)), np.zeros(len(names))
    if how is not None:
        leaves = len(ids)
        reach = {
            "indicators": slice(0, leaves),
            "dimensions": slice(leaves, len(names) - 1),
            "all": slice(0, len(names) - 1),
        }[how.level]
        concentration[reach], width[reach] = how.dirichlet, how.uniform
    return DrawnWeights(names, weight, concentration, width, np.array(start), np.array(child))
