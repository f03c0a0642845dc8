"""From the words of a build (scale, tree, breaks, assumptions) to the rules of one draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo import class_limits as cutting
from sozialraum.insight.monte_carlo import columns, nodes
from sozialraum.insight.monte_carlo.assumptions import Assumptions, Choice
from sozialraum.insight.monte_carlo.class_limits import CutRule
from sozialraum.insight.monte_carlo.columns import ColumnRule, Rounding
from sozialraum.insight.monte_carlo.nodes import DrawnNode, TreeNode
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


def tree_rules(
    tree: Sequence[TreeNode],
    assumptions: Assumptions,
    *,
    node_scale: Scale | None,
    frozen: bool,
    rounding: BuildRounding,
    power: float = 2.0,
    penalty: str = "add",
) -> list[tuple[DrawnNode, ...]]:
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
                DrawnNode(node.id, node.parts, name, node.min_available, exponent, penalty, rule)
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
            _refuse_other(method, params | dict(choice.options))
            options = dict(learnt.options) | dict(choice.options)
            persons = _persons(name, options, keys, base)
            spread = _spread(options, keys, weights)
            listed = None if frozen else rounding.of(name, keys)
            given = params | dict(choice.options)
            rules.append(ColumnRule(method, sign, given, options, frozen, persons, spread, listed))
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
        other = (
            options.get("weights") or options.get("shares") or options.get("larger", "low") != "low"
        )
        if choice.method not in cutting.CUTS or other or kind not in range(1, 10):
            raise NotNative(choice.method)
        made.append(CutRule(choice.method, breaks.k, (), breaks.right, options, decimals))
    return made


def _refuse_other(method: str, params: Mapping[str, Any]) -> None:
    """Leave to `recompute` what the rules of a draw do not know."""
    unknown = "digits" in params or "rank_share" in params or params.get("ties") == "max"
    if method not in columns.NORMALISERS or unknown:
        raise NotNative(method)


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
    _refuse_other(method, params)
    sign = scale.sign[scale.ids.index(name)]
    listed = None if frozen else rounding.of_node()
    return ColumnRule(method, sign, params, scale.options, frozen, spread, spread, listed)


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
