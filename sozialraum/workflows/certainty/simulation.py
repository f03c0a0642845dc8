"""How sure the classes of a build are: the simulation fed with what the build knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.steps import Axis
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.indicators import UNIT_FACTOR
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import FittedMethod, Scored, made_ready
from sozialraum.workflows.certainty.alternatives import FROM_DATA, recompute, tree_arguments

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


def certainty(
    plan: Plan, measured: Measured, scored: Scored, fitted: FittedMethod
) -> Certainty | None:
    """Simulate the main index as ``[uncertainty]`` says; None where the build has no such section.

    The counts behind a share are protected: that each may lie anywhere in its window is added to
    its binomial variance. A delivered value without a base is taken as exact. Every draw learns
    what the build learns from its data; with a reference nothing is learnt again.
    """
    if plan.uncertainty is None:
        return None
    return simulated(plan, measured, scored, fitted, **plan.uncertainty.arguments())


def simulated(
    plan: Plan,
    measured: Measured,
    scored: Scored,
    fitted: FittedMethod,
    **how: Any,
) -> Certainty:
    """Simulate the main index with the arguments of ``[uncertainty]``.

    Parameters
    ----------
    plan, measured, scored, fitted : the build
    how : arguments of `simulate_index`
    """
    from sozialraum.insight.uncertainty import simulate_index

    axis = plan.axis_names[0]
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    value, base = measured.value[ids], measured.base[ids]
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in indicators})
    counted = [i.id for i in indicators if i.value is None]
    learnt = None if fitted.weights is None else fitted.weights.by_node
    frozen = plan.frozen
    again = not frozen and how.get("learnt", "again") == "again"
    sure = simulate_index(
        value,
        (value / factors * base)[counted],
        base[counted],
        indicators,
        added_variance=_variance(measured, counted),
        scale=fitted.scale,
        tree=make_tree(indicators, **tree_arguments(steps), learnt=learnt),
        breaks=fitted.breaks,
        index=scored.index,
        restandard=fitted.restandard,
        weights=_weights(plan, measured),
        power=steps.aggregation.power,
        penalty=steps.aggregation.penalty,
        node_scale=fitted.node_scale,
        ready=made_ready_by(steps, fitted, ids),
        learns=_learns(steps),
        frozen=frozen,
        recompute=partial(recompute, plan, axis, measured, fitted, again),
        **how,
    )
    return sure if plan.orientation == "deprivation" else sure.counted_from_lowest()


def _variance(measured: Measured, counted: list[str]) -> pd.DataFrame:
    """Return the variance of each count within its window, persons²; 0 of exact ones."""
    table, ids = measured.table, measured.table.middle.columns.intersection(counted)
    return table.variance[ids].reindex(measured.value.index).fillna(0.0)


def _learns(steps: Axis) -> tuple[str, ...]:
    """Return what a recipe learns from its data beyond scales and limits."""
    found = []
    if steps.weighting is not None and steps.weighting.method in FROM_DATA:
        found.append("weights")
    if steps.treatment is not None and steps.treatment.rule != "none":
        found.append("treatment")
    return tuple(found)


def made_ready_by(
    steps: Axis, fitted: FittedMethod, ids: list[str]
) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """Return the function that transforms values and treats outliers as the build did."""
    if fitted.treatment is None and not set(steps.transform) & set(ids):
        return None
    return partial(made_ready, steps=steps, treatment=fitted.treatment)


def _weights(plan: Plan, measured: Measured) -> pd.Series | None:
    if plan.population is None:
        return None
    return measured.persons
