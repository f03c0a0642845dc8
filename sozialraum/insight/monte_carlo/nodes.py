"""Going up the tree of an index for many draws at once; rows are draws, columns areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.columns import ColumnRule, standardise_draws

Array = NDArray[np.float64]
MEANS = ("mean", "sum", "geometric", "harmonic", "power", "mpi")
_NEEDS_POSITIVE = ("geometric", "harmonic", "power")


class TreeNode(Protocol):
    """One node of an index as the index room makes it: children before parents, the root last."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of its children."""

    @property
    def weights(self) -> tuple[float, ...]:
        """Weight of each child."""

    @property
    def method(self) -> str:
        """Way of averaging."""

    @property
    def min_available(self) -> float:
        """Smallest share of children that must be there."""


@dataclass(frozen=True, eq=False)
class DrawnNode:
    """One node of the tree under one way of aggregating.

    Parameters
    ----------
    id, parts, min_available : as in `TreeNode`
    method : a mean of `MEANS`
    power : exponent of the power mean
    rule : puts the node on a scale of its own before it goes further up
    """

    id: str
    parts: tuple[str, ...]
    method: str
    min_available: float
    power: float = 2.0
    penalty: str = "add"
    rule: ColumnRule | None = None


def aggregate_draws(
    columns: Mapping[str, Array], weights: Mapping[str, Array], tree: Sequence[DrawnNode]
) -> Array:
    """Return the index of every draw.

    Parameters
    ----------
    columns : standardised indicators by id, each (draws, n)
    weights : per indicator and node its weight within its parent: (draws, 1), or a number for all
        draws; NaN where it is left out
    tree : children before parents, the root last

    Examples
    --------
    >>> z = {"a": np.array([[0.0, 1.0]]), "b": np.array([[1.0, 1.0]])}
    >>> root = DrawnNode("index", ("a", "b"), "mean", 1.0)
    >>> aggregate_draws(z, {"a": 1.0, "b": 3.0}, [root]).tolist()
    [[0.75, 1.0]]
    """
    known = dict(columns)
    for node in tree:
        value = _combine([known[p] for p in node.parts], [weights[p] for p in node.parts], node)
        known[node.id] = value if node.rule is None else standardise_draws(value, node.rule)
    return known[tree[-1].id]


def _combine(parts: list[Array], stated: list[Array], node: DrawnNode) -> Array:
    """Return ``Σ w x`` or another mean; what is missing takes no part, if enough is there."""
    used = [np.isnan(w) for w in stated]
    if not any(gone.any() for gone in used) and not np.isnan(sum(x.sum() for x in parts)):
        whole = sum(np.abs(w) for w in stated)
        with np.errstate(invalid="ignore", divide="ignore"):
            return _mean(parts, [w / whole for w in stated], node, whole)
    size = [np.where(gone, 0.0, np.abs(w)) for w, gone in zip(stated, used, strict=True)]
    signed = [np.where(gone, 0.0, w) for w, gone in zip(stated, used, strict=True)]
    whole = sum(size)
    there = [~np.isnan(x) & ~gone for x, gone in zip(parts, used, strict=True)]
    asked = sum((~gone).astype(float) for gone in used)
    with np.errstate(invalid="ignore", divide="ignore"):
        enough = sum(t.astype(float) for t in there) / asked >= node.min_available - 1e-9
        share = sum(np.where(t, s, 0.0) for t, s in zip(there, size, strict=True))
        weights = [np.where(t, w, 0.0) / share for t, w in zip(there, signed, strict=True)]
        filled = [np.where(t, x, 0.0) for t, x in zip(there, parts, strict=True)]
        value = _mean(filled, weights, node, whole)
    return np.where(enough & (share > 0), value, np.nan)


def _mean(x: list[Array], w: list[Array], node: DrawnNode, whole: Array) -> Array:
    """Return the mean of parts whose weights add up to 1; NaN where it is not defined."""
    if node.method in _NEEDS_POSITIVE:
        return _of_positive(x, w, node)
    mean = _dot(w, x)
    if node.method == "sum":
        return np.asarray(mean * whole)
    if node.method == "mpi":
        spread = _dot(w, [(v - mean) ** 2 for v in x])
        value = mean + (1.0 if node.penalty == "add" else -1.0) * spread / mean
        # as `index.means.mazziotta_pareto`: 0 where all parts are, undefined at another mean of 0
        return np.where((mean == 0) & (spread == 0), 0.0, np.where(mean > 0, value, np.nan))
    return mean


def _of_positive(x: list[Array], w: list[Array], node: DrawnNode) -> Array:
    negative = np.logical_or.reduce([v < 0 for v in x])
    if node.method == "geometric":
        logs = [np.log(v) for v in x]
        value = np.exp(_dot_used(w, logs))
    else:
        power = -1.0 if node.method == "harmonic" else node.power
        value = _dot_used(w, [v**power for v in x]) ** (1.0 / power)
    return np.where(negative, np.nan, value)


def _dot_used(w: list[Array], x: list[Array]) -> Array:
    """Return ``Σ w x`` over the parts with a weight: 0 · ∞ is no contribution."""
    if all((u > 0).all() for u in w):
        return _dot(w, x)
    return _dot(w, [np.where(u > 0, v, 0.0) for u, v in zip(w, x, strict=True)])


def _dot(w: list[Array], x: list[Array]) -> Array:
    out = w[0] * x[0]
    for weight, value in zip(w[1:], x[1:], strict=True):
        out += weight * value
    return np.asarray(out)
