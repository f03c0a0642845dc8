"""How sure the classes of a build are: the simulation fed with what the build knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.sections import Axis
from sozialraum.errors import DataError
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.weights import Weights
from sozialraum.model import Breaks, Indicator
from sozialraum.pipeline.measuring import Measured
from sozialraum.pipeline.scoring import Scored, Yardstick, learn, made_ready, score
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import STEPS, rounding_grid
from sozialraum.privacy.rules import DisclosureRules

if TYPE_CHECKING:
    from sozialraum.insight.monte_carlo.assumptions import Choice
    from sozialraum.insight.monte_carlo.blueprint import BuildRounding
    from sozialraum.insight.uncertainty import Certainty

_TREE = ("method", "dimension_method", "dimension_weights", "nodes", "min_available")
_FROM_DATA = ("pca", "factor", "entropy", "critic", "optimised")
_DECIMALS = 3


def certainty(
    plan: Plan, measured: Measured, scored: Scored, yardstick: Yardstick, rules: DisclosureRules
) -> Certainty | None:
    """Simulate the main index as ``[uncertainty]`` says; None where the build has no such section.

    The counts behind a share are its value times its base; a delivered value without a base is
    taken as exact. Every draw learns what the build learns from its data, and rounds it alike;
    with a reference nothing is learnt again.
    """
    if plan.uncertainty is None:
        return None
    return simulated(plan, measured, scored, yardstick, rules, **plan.uncertainty.model_dump())


def simulated(
    plan: Plan,
    measured: Measured,
    scored: Scored,
    yardstick: Yardstick,
    rules: DisclosureRules,
    **how: Any,
) -> Certainty:
    """Simulate the main index with the arguments of ``[uncertainty]``.

    Parameters
    ----------
    plan, measured, scored, yardstick, rules : the build
    how : arguments of `simulate_index`
    """
    from sozialraum.insight.uncertainty import simulate_index

    axis = plan.axis_names[0]
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    value, base = measured.value[ids], measured.base[ids]
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in indicators})
    counted = [i.id for i in indicators if i.value is None]
    learnt = None if yardstick.weights is None else yardstick.weights.by_node
    frozen = plan.reference is not None
    again = not frozen and how.get("learnt", "again") == "again"
    return simulate_index(
        value,
        (value / factors * base)[counted],
        base[counted],
        indicators,
        scale=yardstick.scale,
        tree=make_tree(indicators, **tree_arguments(steps), learnt=learnt),
        breaks=yardstick.breaks,
        index=scored.index,
        restandard=yardstick.restandard,
        weights=_weights(plan, measured),
        power=steps.aggregation.power,
        penalty=steps.aggregation.penalty,
        node_scale=yardstick.node_scale,
        rounding=rounding_of(indicators, base, rules, yardstick.breaks),
        ready=made_ready_by(steps, yardstick, ids),
        learns=_learns(steps),
        frozen=frozen,
        recompute=partial(_recompute, plan, axis, measured, rules, yardstick, again),
        **how,
    )


def rounding_of(
    indicators: Sequence[Indicator],
    base: pd.DataFrame,
    rules: DisclosureRules,
    breaks: Breaks | None = None,
) -> BuildRounding:
    """Return how a build rounds what it learns, see `privacy.publishable`.

    Class limits are rounded to as many decimals as those of the build.
    """
    from sozialraum.insight.monte_carlo.blueprint import BuildRounding

    hidden = [i for i in indicators if not is_published(i, rules)]
    counted = [i.id for i in hidden if i.unit in UNIT_FACTOR]
    decimals = None if rules.published_input else _DECIMALS
    of_limits = decimals if breaks is None else breaks.options.get("decimals", decimals)
    return BuildRounding(
        {i.id: UNIT_FACTOR.get(i.unit) for i in hidden},
        base[counted].map(partial(_step, rules)),
        base[counted],
        rules.minimum,
        decimals,
        None if decimals is None else of_limits,
    )


def _step(rules: DisclosureRules, persons: float) -> float:
    """Return the rounding step of shares of so many persons."""
    if not persons > 0:
        return STEPS[0]
    grid = rounding_grid(round(persons), minimum=rules.minimum, candidates=rules.candidates)
    return STEPS[-1] if grid is None else grid[0]


def _learns(steps: Axis) -> tuple[str, ...]:
    """Return what a recipe learns from its data beyond scales and limits."""
    found = []
    if steps.weighting is not None and steps.weighting.method in _FROM_DATA:
        found.append("weights")
    if steps.treatment is not None and steps.treatment.rule != "none":
        found.append("treatment")
    return tuple(found)


def tree_arguments(steps: Axis) -> dict[str, Any]:
    """Return the arguments of `make_tree`."""
    return {k: v for k, v in steps.aggregation.model_dump().items() if k in _TREE}


def made_ready_by(
    steps: Axis, yardstick: Yardstick, ids: list[str]
) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """Return the function that transforms values and treats outliers as the build did."""
    if yardstick.treatment is None and not set(steps.transform) & set(ids):
        return None
    return partial(made_ready, steps=steps, treatment=yardstick.treatment)


def _recompute(
    plan: Plan,
    axis: str,
    measured: Measured,
    rules: DisclosureRules,
    yardstick: Yardstick,
    again: bool,
    shares: pd.DataFrame,
    choice: dict[str, Any],
) -> tuple[pd.Series, pd.Series]:
    """Return index and class position of one draw, as a build with these choices would have them.

    Where the build would stop (nothing tells the areas apart, weights against the declared
    direction) the draw has no value.
    """
    other, weights = _chosen(plan, axis, choice, yardstick.weights, yardstick.breaks.k)
    cut = choice.get("cut")
    frozen = plan.reference is not None
    keep: dict[str, Any] = {"weights": weights}
    if not again:
        keep = {"weights": weights or yardstick.weights, "treatment": yardstick.treatment}
    try:
        used = yardstick
        if not frozen:
            used = learn(other, axis, measured, rules, value=shares, keep=keep)
        elif choice.get("drop") or weights is not None:
            kept = weights or yardstick.weights
            used = replace(_without(yardstick, choice.get("drop")), weights=kept)
        if frozen or (cut is not None and cut.method in ("fixed", "frozen")):
            used = replace(used, breaks=yardstick.breaks)
        one = score(other, axis, shares, used)
    except DataError:
        nothing = pd.Series(np.nan, shares.index)
        return nothing, nothing
    order = {n: k for k, n in enumerate(used.breaks.numbers or range(1, used.breaks.k + 1))}
    return one.index, one.classes.map(order)


def _without(yardstick: Yardstick, dropped: str | None) -> Yardstick:
    """Return a frozen yardstick without one indicator."""
    scale = yardstick.scale
    kept = [j for j, name in enumerate(scale.ids) if name != dropped]
    ids, sign = tuple(scale.ids[j] for j in kept), tuple(scale.sign[j] for j in kept)
    return replace(yardstick, scale=replace(scale, ids=ids, sign=sign))


def _chosen(
    plan: Plan, axis: str, choice: dict[str, Any], learnt: Weights | None, k: int
) -> tuple[Plan, Weights | None]:
    """Return the build under other choices; weights only where a choice states them."""
    steps = plan.axis(axis)
    dropped, drawn = choice.get("drop"), choice.get("weights")
    changed = {name: _section(steps, name, choice.get(name)) for name in _SECTIONS}
    update = {_SECTIONS[name]: made for name, made in changed.items() if made is not None}
    if "classes" in update:
        update["classes"] = update["classes"].model_copy(update={"k": k})
    kept = tuple(i for i in plan.indicators if i.id != dropped)
    if dropped is not None:
        update |= _without_anchors(update.get("scaling", steps.scaling), steps, dropped)
    weights = None
    if drawn is not None:
        weights = _as_weights(kept, axis, steps, drawn)
    elif dropped is not None and steps.weighting is not None:
        weights = learnt if steps.weighting.method not in _FROM_DATA else None
    if not update and len(kept) == len(plan.indicators):
        return plan, weights
    steps = steps.model_copy(update=update)
    if axis in plan.axes:
        sections: dict[str, Any] = {"axes": {**plan.axes, axis: steps}}
    else:
        sections = update
    other = plan.model_copy(update={**sections, "indicators": kept})
    other._file, other._root, other._recipe = plan._file, plan._root, plan._recipe
    return other, weights


_SECTIONS = {"scaling": "scaling", "aggregation": "aggregation", "cut": "classes"}


def _section(steps: Axis, name: str, choice: Choice | None) -> Any:
    """Return a section with another method; None where the choice is the stated one."""
    if choice is None or (name == "cut" and choice.method in ("fixed", "frozen")):
        return None
    section = getattr(steps, _SECTIONS[name])
    if choice.method == section.method and not choice.options:
        return None
    update = {"method": choice.method, **dict(choice.options)}
    if name == "scaling" and choice.method != section.method:
        update = {**_plain(section), **update}
    if name == "aggregation" and choice.method != section.method:
        nodes = tuple({k: v for k, v in n.items() if k != "method"} for n in section.nodes)
        update |= {"dimension_method": None, "nodes": nodes}
    return section.model_copy(update=update)


def _plain(scaling: Any) -> dict[str, Any]:
    """Return what another normaliser does not take over from the stated one."""
    usual = type(scaling)()
    named = ("methods", "output", "location", "step", "ties", "factor", "cap")
    return {k: getattr(usual, k) for k in named if hasattr(usual, k)}


def _without_anchors(scaling: Any, steps: Axis, dropped: str) -> dict[str, Any]:
    """Return the sections that name an indicator, without the one that is left out."""
    named = {}
    for key in ("methods", "goalposts", "targets", "references"):
        if dropped in (getattr(scaling, key) or {}):
            named[key] = {i: v for i, v in getattr(scaling, key).items() if i != dropped}
    made: dict[str, Any] = {"scaling": scaling.model_copy(update=named)} if named else {}
    if steps.weighting is not None and steps.weighting.anchor == dropped:
        made["weighting"] = steps.weighting.model_copy(update={"anchor": None})
    return made


def _as_weights(
    kept: tuple[Indicator, ...], axis: str, steps: Axis, drawn: dict[str, float]
) -> Weights:
    """Return drawn weights for every node of the tree that is left."""
    own = [i for i in kept if i.axis == axis]
    tree = make_tree(own, **tree_arguments(steps))
    return Weights("drawn", {n.id: {part: drawn[part] for part in n.parts} for n in tree})


def _weights(plan: Plan, measured: Measured) -> pd.Series | None:
    if plan.population is None:
        return None
    return measured.counts[plan.population.variable]
