"""How sure the classes of a build are: the simulation fed with what the build knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.errors import ConfigError
from sozialraum.index.hierarchy import make_tree
from sozialraum.pipeline.measuring import Measured
from sozialraum.pipeline.scoring import Scored, Yardstick, learn, score
from sozialraum.privacy.publishable import UNIT_FACTOR
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty

_TREE = ("method", "dimension_method", "dimension_weights", "nodes", "min_available")


def certainty(
    plan: Plan, measured: Measured, scored: Scored, yardstick: Yardstick, rules: DisclosureRules
) -> Certainty | None:
    """Simulate the main index as ``[uncertainty]`` says; None where the build has no such section.

    The counts behind a share are its value times its base; a delivered value without a base is
    taken as exact.
    """
    if plan.uncertainty is None:
        return None
    if yardstick.weights or yardstick.node_scale or yardstick.treatment:
        raise ConfigError(problem("pipeline.no_certainty", file=plan.file.name, key="uncertainty"))
    from sozialraum.insight.uncertainty import simulate_index

    axis = plan.axis_names[0]
    steps, indicators = plan.axis(axis), plan.indicators_of(axis)
    how = steps.aggregation.model_dump()
    ids = [i.id for i in indicators]
    value, base = measured.value[ids], measured.base[ids]
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in indicators})
    counted = [i.id for i in indicators if i.value is None]
    frozen = plan.reference is not None

    def recompute(shares: pd.DataFrame, choice: dict[str, Any]) -> tuple[pd.Series, pd.Series]:
        """Return index and class position for recipes that no kernel knows."""
        if choice:
            found = ", ".join(sorted(choice))
            raise ConfigError(problem("pipeline.cannot_vary", file=plan.file.name, found=found))
        used = yardstick if frozen else learn(plan, axis, measured, rules, value=shares)
        one = score(plan, axis, shares, used)
        order = {n: k for k, n in enumerate(used.breaks.numbers or range(1, used.breaks.k + 1))}
        return one.index, one.classes.map(order)

    return simulate_index(
        value,
        (value / factors * base)[counted],
        base[counted],
        indicators,
        scale=yardstick.scale,
        tree=make_tree(indicators, **{k: how[k] for k in _TREE}),
        breaks=yardstick.breaks,
        index=scored.index,
        restandard=yardstick.restandard,
        weights=_weights(plan, axis, measured),
        power=how["power"],
        frozen=frozen,
        recompute=recompute,
        **plan.uncertainty.model_dump(),
    )


def _weights(plan: Plan, axis: str, measured: Measured) -> pd.Series | None:
    if plan.axis(axis).scaling.weights is None or plan.population is None:
        return None
    return measured.counts[plan.population.variable]
