"""What is learnt from the values of one Stichtag, and the index it gives for any Stichtag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.steps import Axis
from sozialraum.index.aggregation import (
    aggregate,
    contributions,
    fit_node_scale,
    fit_restandard,
    restandardise,
)
from sozialraum.index.classes import class_labels, classify, fit_breaks
from sozialraum.index.preparation.treatment import FittedTreatment, fit_treatment, transform, treat
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.weighting.weights import Weights, fit_weights
from sozialraum.model import Breaks, Scale
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.sources.plausibility.listing import listing
from sozialraum.texts import problem
from sozialraum.workflows.build.measuring import Measured

MAIN = "index"
_ADDITIVE = ("mean", "sum")
# Their places depend on all areas together: no area's index is a sum of its own parts.
_OVER_RANKS = {"rank", "percentile", "normal_scores", "exponential"}
_WITHOUT_PARTS = {"copeland", "kemeny", "bod"}


@dataclass(frozen=True)
class FittedMethod:
    """What one axis is measured with; None where the method has no such step.

    Parameters
    ----------
    scale, breaks : standardisation and class limits
    restandard, node_scale : scale of the index itself, of the dimensions
    treatment, weights : of outliers; found from the data
    """

    scale: Scale
    restandard: Scale | None
    breaks: Breaks
    node_scale: Scale | None = None
    treatment: FittedTreatment | None = None
    weights: Weights | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """The index of one axis: standardised values, nodes and index, contributions, classes.

    `contributions` is empty for methods whose index is no sum of an area's own parts.
    """

    z: pd.DataFrame
    nodes: pd.DataFrame
    index: pd.Series
    contributions: pd.DataFrame
    classes: pd.Series
    labels: pd.Series


def public_name(plan: Plan, axis: str) -> str:
    """Return the name of an axis in a release: the first axis is the index."""
    return MAIN if axis == plan.axis_names[0] else axis


def learn(
    plan: Plan,
    axis: str,
    measured: Measured,
    *,
    value: pd.DataFrame | None = None,
    keep: Mapping[str, Any] | None = None,
) -> FittedMethod:
    """Learn everything one axis is measured with.

    The values are functions of protected counts: what is learnt from them may be told as it is.

    Parameters
    ----------
    plan, axis : which steps
    measured : bases and persons, and the values unless others are given
    value : other values to learn from (a draw of the simulation)
    keep : ``treatment`` and ``weights`` that are not learnt again but stay as they are
    """
    kept = keep or {}
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    raw = (measured.used if value is None else value)[ids]
    base = measured.base[ids]
    treatment = kept.get("treatment")
    if steps.treatment is not None and treatment is None:
        changed = transform(raw, _transforms(steps, ids))
        treatment = fit_treatment(changed, **steps.treatment.model_dump())
    ready = made_ready(raw, steps, treatment)
    how = _arguments(steps.scaling, plan, measured)
    scale = fit_scale(ready, indicators, orientation=plan.orientation, base=base, **how)
    z = standardise(ready, scale)
    weights = kept.get("weights")
    if steps.weighting is not None and weights is None:
        weights = fit_weights(z, indicators, **_arguments(steps.weighting, plan, measured))
    node_scale = None
    if steps.dimension_scaling is not None:
        node_scale = fit_node_scale(
            z,
            indicators,
            aggregation=steps.aggregation.model_dump(),
            weights=weights,
            **steps.dimension_scaling.model_dump(),
        )
    tree = _tree(steps, weights, node_scale)
    index = aggregate(z, indicators, **tree)[MAIN]
    restandard = None
    if steps.restandardise is not None and steps.restandardise.method != "none":
        restandard = fit_restandard(index, **_arguments(steps.restandardise, plan, measured))
        index = restandardise(index, scale=restandard)
    breaks = fit_breaks(index, **_arguments(steps.classes, plan, measured))
    return FittedMethod(scale, restandard, breaks, node_scale, treatment, weights)


def score(plan: Plan, axis: str, value: pd.DataFrame, fitted: FittedMethod) -> Scored:
    """Give every area its index, contributions and class under a yardstick.

    Parameters
    ----------
    plan, axis : which steps
    value : (n_areas, n_indicators), columns of other axes are not looked at
    fitted : from `learn`, or of a reference build
    """
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    raw = value[[i.id for i in indicators]]
    z = standardise(made_ready(raw, steps, fitted.treatment), fitted.scale)
    tree = _tree(steps, fitted.weights, fitted.node_scale)
    nodes = aggregate(z, indicators, **tree)
    index = nodes[MAIN]
    if fitted.restandard is not None:
        index = restandardise(index, scale=fitted.restandard)
    classes = classify(index, fitted.breaks)
    parts = pd.DataFrame(index=z.index)
    if has_parts(plan, axis):
        parts = contributions(z, indicators, restandard=fitted.restandard, **tree)
    labels = class_labels(classes, fitted.breaks)
    return Scored(z, nodes, index, parts, classes, labels)


def has_parts(plan: Plan, axis: str) -> bool:
    """Tell whether the index of an axis is made of its indicators' contributions."""
    steps = plan.axis(axis)
    methods = {steps.aggregation.method, steps.aggregation.dimension_method}
    methods |= {node.method for node in steps.aggregation.nodes}
    ranks = {s.method for s in (steps.dimension_scaling, steps.restandardise) if s is not None}
    return not (methods & _WITHOUT_PARTS or ranks & _OVER_RANKS)


def contributor(
    plan: Plan, axis: str, fitted: FittedMethod
) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """Return the function from values to contributions; None where there are none."""
    if not has_parts(plan, axis):
        return None
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    tree = _tree(steps, fitted.weights, fitted.node_scale)
    additive = steps.aggregation.method in _ADDITIVE and (
        steps.aggregation.dimension_method in (None, *_ADDITIVE)
    )

    def contribute(value: pd.DataFrame) -> pd.DataFrame:
        own = value[[i.id for i in indicators]]
        z = standardise(made_ready(own, steps, fitted.treatment), fitted.scale)
        if not additive:
            return contributions(z, indicators, restandard=fitted.restandard, **tree)
        # each part stands for itself: a value that is not shown must not hide the others
        filled = z.fillna(0.0)
        parts = contributions(filled, indicators, restandard=fitted.restandard, **tree)
        return parts.where(own.notna())

    return contribute


def _transforms(steps: Axis, ids: list[str]) -> dict[str, str]:
    return {name: how for name, how in steps.transform.items() if name in ids}


def made_ready(value: pd.DataFrame, steps: Axis, treatment: FittedTreatment | None) -> pd.DataFrame:
    """Return the values as they are standardised: transformed, outliers treated."""
    changed = transform(value, _transforms(steps, list(value.columns)))
    return changed if treatment is None else treat(changed, treatment)


def _tree(steps: Axis, weights: Weights | None, node_scale: Scale | None) -> dict[str, Any]:
    """Return the arguments of `aggregate` and `contributions`."""
    return {**steps.aggregation.model_dump(), "weights": weights, "node_scale": node_scale}


def _arguments(section: Any, plan: Plan, measured: Measured) -> dict[str, Any]:
    """Return a section as function arguments; "population" becomes the persons per area."""
    arguments = section.model_dump()
    if arguments.get("weights") == "population":
        if plan.population is None or measured.persons is None:
            raise ConfigError(problem("pipeline.no_population", file=plan.file.name))
        persons = measured.persons
        _refuse_unknown_weights(plan, persons, measured.value.notna().any(axis=1))
        arguments["weights"] = persons
    return dict(arguments)


def _refuse_unknown_weights(plan: Plan, persons: pd.Series, counted: pd.Series) -> None:
    assert plan.population is not None
    known = persons.reindex(counted.index)
    unknown = counted.index[counted & ~(known >= 0)]
    if len(unknown) or not known[counted].sum() > 0:
        unknown = unknown if len(unknown) else counted.index[counted]
        say = {"n": len(unknown), "keys": listing([str(key) for key in unknown])}
        found = problem("check.weights_unknown", column=plan.population.variable, **say)
        raise DataError(found)
