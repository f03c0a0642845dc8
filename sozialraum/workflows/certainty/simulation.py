"""How sure the classes of a build are: the simulation fed with what the build knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.steps import Axis
from sozialraum.index.hierarchy import make_tree
from sozialraum.model import Breaks, Indicator
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import STEPS, rounding_grid
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import FittedMethod, Scored, made_ready
from sozialraum.workflows.certainty.alternatives import FROM_DATA, recompute, tree_arguments

if TYPE_CHECKING:
    from sozialraum.insight.monte_carlo.draw_rules import BuildRounding
    from sozialraum.insight.uncertainty import Certainty

_DECIMALS = 3


def certainty(
    plan: Plan, measured: Measured, scored: Scored, fitted: FittedMethod, rules: DisclosureRules
) -> Certainty | None:
    """Simulate the main index as ``[uncertainty]`` says; None where the build has no such section.

    The counts behind a share are its value times its base; a delivered value without a base is
    taken as exact. Every draw learns what the build learns from its data, and rounds it alike;
    with a reference nothing is learnt again.
    """
    if plan.uncertainty is None:
        return None
    return simulated(plan, measured, scored, fitted, rules, **plan.uncertainty.arguments())


def simulated(
    plan: Plan,
    measured: Measured,
    scored: Scored,
    fitted: FittedMethod,
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
    learnt = None if fitted.weights is None else fitted.weights.by_node
    frozen = plan.frozen
    again = not frozen and how.get("learnt", "again") == "again"
    sure = simulate_index(
        value,
        (value / factors * base)[counted],
        base[counted],
        indicators,
        scale=fitted.scale,
        tree=make_tree(indicators, **tree_arguments(steps), learnt=learnt),
        breaks=fitted.breaks,
        index=scored.index,
        restandard=fitted.restandard,
        weights=_weights(plan, measured),
        power=steps.aggregation.power,
        penalty=steps.aggregation.penalty,
        node_scale=fitted.node_scale,
        rounding=rounding_of(indicators, base, rules, fitted.breaks),
        ready=made_ready_by(steps, fitted, ids),
        learns=_learns(steps),
        frozen=frozen,
        recompute=partial(recompute, plan, axis, measured, rules, fitted, again),
        **how,
    )
    return sure if plan.orientation == "deprivation" else sure.counted_from_lowest()


def rounding_of(
    indicators: Sequence[Indicator],
    base: pd.DataFrame,
    rules: DisclosureRules,
    breaks: Breaks | None = None,
) -> BuildRounding:
    """Return how a build rounds what it learns, see `privacy.publishable`.

    Class limits are rounded to as many decimals as those of the build.
    """
    from sozialraum.insight.monte_carlo.draw_rules import BuildRounding

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
    return measured.counts[plan.population.variable]
