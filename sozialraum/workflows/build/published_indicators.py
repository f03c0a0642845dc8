"""The index of a build when the table of an indicator is not told: without it, for all areas.

Which tables are told is decided with the counts. So the whole table leaves the index, in every area
alike, and the weights of the others are made to add up again; never single cells.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sozialraum.config import Plan
from sozialraum.config.steps import Axis
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.privacy.partitions import FEWEST_AREAS
from sozialraum.texts import problem
from sozialraum.workflows.build.measuring import Measured

_ANCHORED = ("methods", "goalposts", "targets", "references")


def refuse_without_index(plan: Plan) -> None:
    """Refuse a build whose indicators are all layers, where an index is asked for.

    Raises
    ------
    ConfigError
        If no indicator is part of an index.
    """
    if not plan.axis_names:
        raise ConfigError(problem("pipeline.no_index", found=plan.file.name))


def scoring_plan(plan: Plan, measured: Measured) -> Plan:
    """Return the build with the indicators its index is made of.

    Raises
    ------
    DisclosureError
        If a recipe, a hierarchy or an earlier result prescribes an indicator that is not told, or
        an axis has none left.
    """
    plan = index_alone(plan)
    lost = [i.id for i in plan.indicators if i.id in measured.unpublished]
    if not lost:
        return plan
    left = [axis for axis in plan.axis_names if all(i.id in lost for i in plan.indicators_of(axis))]
    fixed = plan.recipe_facts.get("roles") or plan.reference is not None
    if fixed or left or any(_needs(plan.axis(axis)) for axis in plan.axis_names):
        raise DisclosureError(_why_no_index(plan, lost, len(measured.value), none_left=bool(left)))
    return without_indicators(plan, lost)


def _why_no_index(plan: Plan, lost: Collection[str], areas: int, *, none_left: bool) -> Problem:
    """Say why there is no index without some indicators; merging two areas would not help."""
    if areas < FEWEST_AREAS:
        place: dict[str, Any] = {"file": plan.file.name, "key": "disclosure.attacker"}
        return problem("privacy.few_areas", **place, expected=FEWEST_AREAS, found=areas)
    labels = ", ".join(f"„{i.label}“" for i in plan.indicators if i.id in lost)
    why = "none_told" if none_left else "fixed_not_told"
    return problem(f"privacy.{why}", file=plan.file.name, labels=labels)


def index_alone(plan: Plan) -> Plan:
    """Return the build with the indicators that are meant for its index, without layers."""
    layers = [i.id for i in plan.indicators if i.use == "layer"]
    return without_indicators(plan, layers) if layers else plan


def without_indicators(plan: Plan, ids: Collection[str]) -> Plan:
    """Return the build without some indicators, and without what is stated for them alone."""
    rest = tuple(i for i in plan.indicators if i.id not in ids)
    axes = {name: _only(plan.axis(name), rest, ids) for name in plan.axis_names}
    update: dict[str, Any] = {"indicators": rest, "axes": {**plan.axes, **axes}}
    other = plan.model_copy(update=update)
    other._file, other._root, other._recipe = plan._file, plan._root, plan._recipe
    other._changed, other._altered = plan._changed, plan._altered
    return other


def _needs(steps: Axis) -> bool:
    """Tell whether the steps name their indicators one by one."""
    return bool(steps.aggregation.nodes or (steps.weighting and steps.weighting.judgements))


def _only(steps: Axis, rest: tuple[Any, ...], lost: Collection[str]) -> Axis:
    ids, dimensions = {i.id for i in rest}, {i.dimension for i in rest}
    weighting, weights = steps.weighting, steps.aggregation.dimension_weights
    if weighting is not None and weighting.anchor not in (None, *ids):
        weighting = weighting.model_copy(update={"anchor": None})
    if isinstance(weights, dict):
        weights = {d: w for d, w in weights.items() if d in dimensions | ids}
    anchored = {}
    for key in _ANCHORED:
        named = getattr(steps.scaling, key, None)
        if isinstance(named, dict) and set(named) & set(lost):
            anchored[key] = {i: v for i, v in named.items() if i not in lost}
    return steps.model_copy(
        update={
            "weighting": weighting,
            "scaling": steps.scaling.model_copy(update=anchored),
            "transform": {i: how for i, how in steps.transform.items() if i not in lost},
            "aggregation": steps.aggregation.model_copy(update={"dimension_weights": weights}),
        }
    )
