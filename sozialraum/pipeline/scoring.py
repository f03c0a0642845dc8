"""What is learnt from the values of one Stichtag, and the index it gives for any Stichtag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.sections import Axis
from sozialraum.index.aggregation import (
    aggregate,
    contributions,
    fit_restandard,
    restandardise,
)
from sozialraum.index.classes import class_labels, classify, fit_breaks
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.pipeline.measuring import Measured
from sozialraum.privacy.publishable import publishable_breaks, publishable_scale
from sozialraum.privacy.rules import DisclosureRules

MAIN = "index"
_ADDITIVE = ("mean", "sum")


@dataclass(frozen=True)
class Yardstick:
    """What one axis is measured with: scale, scale of the index itself, class limits."""

    scale: Scale
    restandard: Scale | None
    breaks: Breaks


@dataclass(frozen=True, eq=False)
class Scored:
    """The index of one axis: standardised values, nodes and index, contributions, classes."""

    z: pd.DataFrame
    nodes: pd.DataFrame
    index: pd.Series
    contributions: pd.DataFrame
    classes: pd.Series
    labels: pd.Series


def learn(plan: Plan, axis: str, measured: Measured, rules: DisclosureRules) -> Yardstick:
    """Fit scale, scale of the index and class limits of one axis, rounded to what may be told."""
    return learn_axis(plan, axis, measured.value, measured, rules)


def learn_axis(
    plan: Plan, axis: str, value: pd.DataFrame, measured: Measured, rules: DisclosureRules
) -> Yardstick:
    """Learn from other values than the measured ones (a draw), with the same bases and persons."""
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    value, base = value[ids], measured.base[ids]
    scale = fit_scale(
        value,
        indicators,
        orientation=plan.orientation,
        base=base,
        **_arguments(steps.scaling, plan, measured),
    )
    scale = publishable_scale(scale, value, base, rules, indicators=indicators)
    index = _nodes(steps, indicators, standardise(value, scale))[MAIN]
    restandard = None
    if steps.restandardise is not None and steps.restandardise.method != "none":
        restandard = fit_restandard(index, **_arguments(steps.restandardise, plan, measured))
        index = restandardise(index, scale=restandard)
    breaks = fit_breaks(index, **_arguments(steps.classes, plan, measured))
    return Yardstick(scale, restandard, publishable_breaks(breaks, rules))


def score(plan: Plan, axis: str, value: pd.DataFrame, yardstick: Yardstick) -> Scored:
    """Give every area its index, contributions and class under a yardstick.

    Parameters
    ----------
    plan, axis : which steps
    value : (n_areas, n_indicators), columns of other axes are not looked at
    yardstick : from `learn`, or of a reference build
    """
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    z = standardise(value[[i.id for i in indicators]], yardstick.scale)
    nodes = _nodes(steps, indicators, z)
    index = nodes[MAIN]
    if yardstick.restandard is not None:
        index = restandardise(index, scale=yardstick.restandard)
    classes = classify(index, yardstick.breaks)
    how = steps.aggregation.model_dump()
    parts = contributions(z, indicators, restandard=yardstick.restandard, **how)
    return Scored(z, nodes, index, parts, classes, class_labels(classes, yardstick.breaks))


def contributor(
    plan: Plan, axis: str, yardstick: Yardstick
) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the function from values to contributions; rows add up to the index."""
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    how = steps.aggregation.model_dump()

    def contribute(value: pd.DataFrame) -> pd.DataFrame:
        own = value[[i.id for i in indicators]]
        z = standardise(own, yardstick.scale)
        if steps.aggregation.method in _ADDITIVE:
            # each part stands for itself: a value that is not shown must not hide the others
            parts = contributions(z.fillna(0.0), indicators, restandard=yardstick.restandard, **how)
            return parts.where(own.notna())
        return contributions(z, indicators, restandard=yardstick.restandard, **how)

    return contribute


def _nodes(steps: Axis, indicators: tuple[Indicator, ...], z: pd.DataFrame) -> pd.DataFrame:
    return aggregate(z, indicators, **steps.aggregation.model_dump())


def _arguments(section: Any, plan: Plan, measured: Measured) -> dict[str, Any]:
    """Return a section as function arguments; "population" becomes the persons per area."""
    arguments = section.model_dump()
    if arguments.get("weights") == "population":
        if plan.population is None:
            message = "weights = 'population' needs the section [population]."
            raise ValueError(message)
        arguments["weights"] = measured.counts[plan.population.variable]
    return dict(arguments)
