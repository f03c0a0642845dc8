"""How sure the classes of a build are: the simulation fed with what the build knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.steps import Axis
from sozialraum.index.fitted_index import FittedIndex, Scored
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.indicators import UNIT_FACTOR
from sozialraum.model import Indicator
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import steps_of
from sozialraum.workflows.certainty.alternatives import FROM_DATA, recompute, tree_arguments

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty

MOST_DRAWS = 400  # tables of estimated shares; each draw of the simulation takes one of them


def certainty(
    plan: Plan, measured: Measured, scored: Scored, fitted: FittedIndex
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
    fitted: FittedIndex,
    *,
    axis: str | None = None,
    **how: Any,
) -> Certainty:
    """Simulate an index with the arguments of ``[uncertainty]``.

    Where the build estimates shares, the draws are those of the estimate: all indicators of an area
    together.

    Parameters
    ----------
    plan, measured, scored, fitted : the build, the index and what it is measured with
    axis : which index; None = the main one
    how : arguments of `simulate_index`
    """
    from sozialraum.insight.uncertainty import simulate_index

    axis = axis or plan.axis_names[0]
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    value, base = measured.used[ids], measured.base[ids]
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in indicators})
    counted = [i.id for i in indicators if i.value is None]
    again = not plan.frozen and how.get("learnt", "again") == "again"
    estimated = measured.estimated is not None
    if estimated and how.get("counts") != "none":
        how["variants"] = estimated_draws(measured, factors, ids, how)
    sure = simulate_index(
        value,
        None if estimated else (value / factors * base)[counted],
        base[counted],
        indicators,
        added_variance=_variance(measured, counted),
        index=scored.index,
        weights=_weights(plan, measured),
        ready=preparation(fitted.under(indicators, steps_of(plan, axis))),
        learns=_learns(steps),
        frozen=plan.frozen,
        **_as_learnt(steps, indicators, fitted),
        recompute=partial(recompute, plan, axis, measured, fitted, again),
        **how,
    )
    if estimated:
        sure = _of_stated(sure, scored)
    return sure if plan.orientation == "deprivation" else sure.counted_from_lowest()


def _as_learnt(steps: Axis, indicators: Sequence[Indicator], fitted: FittedIndex) -> dict[str, Any]:
    """Return what the build learnt and stated, as the simulation takes it."""
    weights = None if fitted.weights is None else fitted.weights.by_node
    return {
        "scale": fitted.scale,
        "tree": make_tree(indicators, **tree_arguments(steps), learnt=weights),
        "breaks": fitted.limits,
        "restandard": fitted.restandard,
        "power": steps.aggregation.power,
        "penalty": steps.aggregation.penalty,
        "node_scale": fitted.node_scale,
    }


def estimated_draws(
    measured: Measured, factors: pd.Series, ids: list[str], how: Mapping[str, Any]
) -> list[pd.DataFrame]:
    """Return possible values of a Stichtag, drawn from the model of its estimate.

    Parameters
    ----------
    measured : with an estimate
    factors : by indicator, from share to value
    ids : the indicators of the index
    how : ``draws`` and ``seed`` of the simulation
    """
    found = measured.estimated
    assert found is not None
    drawn_ids = [str(i) for i in found.value.columns if str(i) in ids]
    at = [list(map(str, found.value.columns)).index(i) for i in drawn_ids]
    number = min(how.get("draws") or MOST_DRAWS, MOST_DRAWS)
    made = []
    for shares in found.draws(number, seed=how.get("seed", 1)):
        drawn = pd.DataFrame(shares[:, at], found.value.index, drawn_ids) * factors[drawn_ids]
        table = measured.used[ids].copy()
        table[drawn_ids] = drawn.reindex(table.index).where(table[drawn_ids].notna())
        made.append(table)
    return made


def _of_stated(sure: Certainty, scored: Scored) -> Certainty:
    """Return the certainty of the stated classes; what is drawn are shares, not treatments."""
    table, stated = sure.table.copy(), scored.classes.reindex(sure.table.index)
    table["class"] = pd.array(stated, dtype="Int64")
    table["class_probability"] = [
        sure.probabilities.at[key, int(c)] if pd.notna(c) else float("nan")
        for key, c in stated.items()
    ]
    named = {"data": "sampling"}
    return replace(
        sure,
        table=table,
        variance=sure.variance.rename(index=named),
        drivers=sure.drivers.rename(columns=named),
        details={**sure.details, "varied": [named.get(v, v) for v in sure.details["varied"]]},
    )


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


def preparation(fitted: FittedIndex) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """Return the function that transforms values and treats outliers as the build did."""
    if fitted.treatment is None and not fitted.sections.get("transform"):
        return None
    return fitted.prepared


def _weights(plan: Plan, measured: Measured) -> pd.Series | None:
    if plan.population is None:
        return None
    return measured.persons
