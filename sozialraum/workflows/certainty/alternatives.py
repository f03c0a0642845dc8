"""The same build under other choices: what a draw of the certainty would have published.

Also says what is wrong with the choices that a build file names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from sozialraum.config.plan import Plan
from sozialraum.config.steps import Axis
from sozialraum.index.fitted_index import FittedIndex
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.weighting.weights import Weights
from sozialraum.insight.monte_carlo.assumptions import read_assumptions
from sozialraum.model import Breaks, Indicator, Problem, Scale
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.texts import problem
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import learn, score

if TYPE_CHECKING:
    from sozialraum.insight.monte_carlo.assumptions import Assumptions, Choice

FROM_DATA = ("pca", "factor", "entropy", "critic", "optimised")
_TREE = ("method", "dimension_method", "dimension_weights", "nodes", "min_available")
_SECTIONS = {"scaling": "scaling", "aggregation": "aggregation", "cut": "classes"}


def recompute(
    plan: Plan,
    axis: str,
    measured: Measured,
    fitted: FittedIndex,
    again: bool,
    shares: pd.DataFrame,
    choice: dict[str, Any],
) -> tuple[pd.Series, pd.Series]:
    """Return index and class position of one draw, as a build with these choices would have them.

    Where the build would stop (nothing tells the areas apart, weights against the declared
    direction) the draw has no value.

    Parameters
    ----------
    plan, axis, measured, fitted : the build
    again : whether the draw learns weights and treatments again
    shares : (n_areas, n_indicators) as drawn
    choice : alternatives by name, ``drop`` and ``weights``
    """
    other, weights = _chosen(plan, axis, choice, fitted.weights, fitted.limits.k)
    cut = choice.get("cut")
    frozen = plan.frozen
    keep: dict[str, Any] = {"weights": weights}
    if not again:
        keep = {"weights": weights or fitted.weights, "treatment": fitted.treatment}
    try:
        used = fitted
        if not frozen:
            used = learn(other, axis, measured, value=shares, keep=keep)
        elif choice.get("drop") or weights is not None:
            kept = weights or fitted.weights
            used = replace(_without(fitted, choice.get("drop")), weights=kept)
        if frozen or (cut is not None and cut.method in ("fixed", "frozen")):
            used = replace(used, breaks=fitted.breaks)
        one = score(other, axis, shares, used)
    except DataError:
        nothing = pd.Series(np.nan, shares.index)
        return nothing, nothing
    order = {n: k for k, n in enumerate(used.limits.numbers or range(1, used.limits.k + 1))}
    return one.index, one.classes.map(order)


def _without(fitted: FittedIndex, dropped: str | None) -> FittedIndex:
    """Return a frozen yardstick without one indicator."""
    scale = fitted.scale
    kept = [j for j, name in enumerate(scale.ids) if name != dropped]
    ids, sign = tuple(scale.ids[j] for j in kept), tuple(scale.sign[j] for j in kept)
    return replace(fitted, scale=replace(scale, ids=ids, sign=sign))


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
        weights = learnt if steps.weighting.method not in FROM_DATA else None
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


def problems_of(plan: Plan) -> list[Problem]:
    """Return what is wrong with ``[uncertainty.vary]``, as far as the build file alone tells."""
    if plan.uncertainty is None or not plan.uncertainty.vary:
        return []
    axis = plan.axis_names[0]
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    classes, ids = steps.classes, tuple(i.id for i in indicators)
    inner = classes.limits or tuple(range(1, classes.k))
    stated = {"limits": classes.limits} if classes.limits else {}
    try:
        found = read_assumptions(
            plan.uncertainty.stated_choices() or {},
            indicators=indicators,
            scale=Scale(steps.scaling.method, ids, (1,) * len(ids)),
            breaks=Breaks(classes.method, inner, options=stated),
            aggregation=steps.aggregation.method,
            frozen=plan.frozen,
        )
        problems = _values(steps, found)
    except ConfigError as error:
        problems = list(error.problems)
    return [replace(p, file=plan.file.name, key="uncertainty.vary") for p in problems]


def _values(steps: Axis, assumptions: Assumptions) -> list[Problem]:
    """Return the arguments of alternatives that the section of their step would not take."""
    found = []
    for name, section in _SECTIONS.items():
        for choice in getattr(assumptions, name):
            given = {k: tuple(v) if isinstance(v, list) else v for k, v in choice.options}
            try:
                type(getattr(steps, section)).model_validate({"method": choice.method, **given})
            except ValidationError as error:
                wrong = ", ".join(f"{e['loc'][0]} = {e['input']}" for e in error.errors())
                values = {"column": name, "method": choice.method, "found": wrong}
                found.append(problem("insight.vary.value", **values))
    return found


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
        nodes = tuple(n.model_copy(update={"method": None}) for n in section.nodes)
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


def tree_arguments(steps: Axis) -> dict[str, Any]:
    """Return the arguments of `make_tree`."""
    return {k: v for k, v in steps.aggregation.model_dump().items() if k in _TREE}
