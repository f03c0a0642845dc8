"""From the words of a build (scale, tree, breaks, assumptions) to the rules of one draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo import columns, cutting, nodes
from sozialraum.insight.monte_carlo.assumptions import Assumptions, Choice, Weighting
from sozialraum.insight.monte_carlo.columns import ColumnRule, Rounding
from sozialraum.insight.monte_carlo.cutting import CutRule
from sozialraum.insight.monte_carlo.nodes import Node, TreeNode
from sozialraum.model import Breaks, Scale

Array = NDArray[np.float64]


class NotNative(Exception):
    """No rule is known for a step of this recipe: `recompute` has to do it."""


@dataclass(frozen=True, eq=False)
class BuildRounding:
    """How the build rounds what it learns, before it uses it.

    Parameters
    ----------
    units : per indicator id the values per share (percent: 100), None for values that are no share;
        an indicator that is not named is not rounded
    steps, persons : (n_areas, n_indicators) rounding step of each area's share, and its base, for
        the ends of a range
    minimum : see `columns.Rounding`
    decimals : of the constants of dimensions and index; None = not rounded
    limit_decimals : of learnt class limits; None = not rounded
    """

    units: Mapping[str, float | None] = field(default_factory=dict)
    steps: pd.DataFrame = field(default_factory=pd.DataFrame)
    persons: pd.DataFrame = field(default_factory=pd.DataFrame)
    minimum: float = 0.0
    decimals: int | None = None
    limit_decimals: int | None = None

    def of(self, name: str, keys: pd.Index) -> Rounding | None:
        """Return how the constants of one indicator are rounded."""
        if name not in self.units:
            return None
        if name not in self.steps:
            return Rounding(self.units[name])
        steps, persons = (f[name].reindex(keys).to_numpy(float) for f in (self.steps, self.persons))
        return Rounding(self.units[name], steps, persons, self.minimum)

    def of_node(self) -> Rounding | None:
        """Return how the constants of a dimension or of the index are rounded."""
        return None if self.decimals is None else Rounding(decimals=self.decimals)


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

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Return the arrays in the order of `kernels.draws.weights_of_draw`."""
        return self.weight, self.concentration, self.width, self.child_start, self.child

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
        message = f"There is no other part beside {name!r}."
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
    tree: Sequence[TreeNode], ids: Sequence[str], how: Weighting | None
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


def tree_rules(
    tree: Sequence[TreeNode],
    assumptions: Assumptions,
    *,
    node_scale: Scale | None,
    frozen: bool,
    rounding: BuildRounding,
    power: float = 2.0,
    penalty: str = "add",
) -> list[tuple[Node, ...]]:
    """Return the tree under every alternative of the aggregation."""
    alternatives = assumptions.aggregation or (Choice(""),)
    made = []
    for choice in alternatives:
        laid = []
        for node in tree:
            name = choice.method if choice.method not in ("", tree[-1].method) else node.method
            if name not in nodes.MEANS:
                raise NotNative(name)
            rule = None
            if node_scale is not None and node.id in node_scale.ids:
                rule = _of_scale(node_scale, node.id, frozen=frozen, rounding=rounding)
            exponent = dict(choice.options).get("power", power)
            laid.append(
                Node(node.id, node.parts, name, node.min_available, exponent, penalty, rule)
            )
        made.append(tuple(laid))
    return made


def column_rules(
    scale: Scale,
    assumptions: Assumptions,
    keys: pd.Index,
    *,
    frozen: bool,
    base: pd.DataFrame | None,
    weights: pd.Series | None,
    rounding: BuildRounding,
) -> list[tuple[ColumnRule, ...]]:
    """Return the rule of every indicator under every alternative of the standardisation.

    Frozen scales keep their constants in every draw; the others are learnt again in every draw, and
    rounded, as the build learns and rounds them.
    """
    made = []
    for choice in assumptions.scaling or (Choice(scale.method),):
        learnt = choice.learnt if isinstance(choice.learnt, Scale) else scale
        other = choice.learnt is None and choice.method != scale.method
        if other and frozen:
            raise NotNative(choice.method)
        rules = []
        for name, sign in zip(scale.ids, scale.sign, strict=True):
            params = {} if other else dict(learnt.params.get(name, {}))
            method = choice.method if other else str(params.get("method", learnt.method))
            if method not in columns.NORMALISERS:
                raise NotNative(method)
            options = dict(learnt.options) | dict(choice.options)
            persons = _persons(name, options, keys, base)
            spread = _spread(options, keys, weights)
            told = None if frozen else rounding.of(name, keys)
            given = params | dict(choice.options)
            rules.append(ColumnRule(method, sign, given, options, frozen, persons, spread, told))
        made.append(tuple(rules))
    return made


def index_rule(
    restandard: Scale | None,
    keys: pd.Index,
    *,
    frozen: bool,
    weights: pd.Series | None,
    rounding: BuildRounding,
) -> ColumnRule | None:
    """Return how the index is brought to a standard again; None = it stays as it is."""
    if restandard is None or restandard.method == "none":
        return None
    (name,) = restandard.ids
    spread = None if frozen else _spread(restandard.options, keys, weights)
    return _of_scale(restandard, name, frozen=frozen, rounding=rounding, spread=spread)


def cut_rules(
    breaks: Breaks, assumptions: Assumptions, *, frozen: bool, decimals: int | None
) -> list[CutRule]:
    """Return the stated way of cutting and its alternatives."""
    made = []
    for choice in assumptions.cut or (Choice("frozen" if frozen else breaks.method),):
        given = choice.learnt if isinstance(choice.learnt, Breaks) else None
        stated = given or breaks
        if given is not None or frozen or choice.method in ("fixed", "frozen"):
            made.append(CutRule("fixed", breaks.k, stated.inner, stated.right))
            continue
        options = dict(breaks.options) | dict(choice.options)
        kind = options.get("quantile_type", 7)
        if choice.method not in cutting.CUTS or options.get("weights") or kind not in range(1, 10):
            raise NotNative(choice.method)
        made.append(CutRule(choice.method, breaks.k, (), breaks.right, options, decimals))
    return made


def _of_scale(
    scale: Scale,
    name: str,
    *,
    frozen: bool,
    rounding: BuildRounding,
    spread: Array | None = None,
) -> ColumnRule:
    params = scale.params[name]
    method = str(params.get("method", scale.method))
    if method not in columns.NORMALISERS:
        raise NotNative(method)
    sign = scale.sign[scale.ids.index(name)]
    told = None if frozen else rounding.of_node()
    return ColumnRule(method, sign, params, scale.options, frozen, spread, spread, told)


def _spread(options: Mapping[str, Any], keys: pd.Index, weights: pd.Series | None) -> Array | None:
    """Return the persons under mean and SD, where the scale was learnt with them.

    Raises
    ------
    ValueError
        If they are not given.
    """
    named = options.get("weights")
    if not named:
        return None
    if weights is None:
        message = f"The 'weights' parameter must be given: the scale was learnt with {named!r}."
        raise ValueError(message)
    return weights.reindex(keys).to_numpy(float)


def _persons(
    name: str, options: Mapping[str, Any], keys: pd.Index, base: pd.DataFrame | None
) -> Array | None:
    """Return the persons behind the values, where a scale is centred on the rate of the city."""
    if options.get("centre") != "city_rate":
        return None
    if base is None:
        message = "The 'base' parameter must be given: the scale is centred on the city's rate."
        raise ValueError(message)
    return base[name].reindex(keys).to_numpy(float)
