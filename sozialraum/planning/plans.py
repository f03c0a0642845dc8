"""From a plan file and frames to scenarios, verb by verb; no file is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.planning.decisions.catchment_variants import catchment_variants
from sozialraum.planning.decisions.forecast_variants import forecast_variants
from sozialraum.planning.decisions.ganztag_variants import ganztag_variants
from sozialraum.planning.decisions.gap_variants import gap_variants
from sozialraum.planning.decisions.goals import judged_goals
from sozialraum.planning.decisions.kita_variants import kita_variants
from sozialraum.planning.decisions.rule_variants import rule_variants
from sozialraum.planning.decisions.site_variants import site_variants
from sozialraum.planning.plan_inputs import Drafted, PlanInputs
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.planning.scenario import Scenario, Variant, Verb
from sozialraum.texts import problem, text

# verb -> what makes its variants, and the frames it cannot do without
_DECISIONS: dict[Verb, tuple[Callable[..., Drafted], tuple[str, ...]]] = {
    "forecast": (forecast_variants, ("people",)),
    "kita": (kita_variants, ("people", "offers")),
    "ganztag": (ganztag_variants, ("people", "schools")),
    "gap": (gap_variants, ("demand", "offer_distance", "offers")),
    "locate": (site_variants, ("demand", "site_distance")),
    "allocate": (rule_variants, ("schools",)),
    "catchments": (catchment_variants, ("demand", "school_distance", "schools")),
    "targets": (judged_goals, ("counts", "day")),
}

ON_FORECAST = ("kita", "ganztag")  # decisions about the children that [forecast] projects


@dataclass(frozen=True, eq=False)
class PlanResult:
    """What a plan came to.

    Parameters
    ----------
    scenarios : per verb its variants side by side
    details : per verb further tables by name (Plan B, next best plans, how often each site is
        chosen, cliff list, duplicates)
    """

    scenarios: dict[str, Scenario]
    details: dict[str, dict[str, pd.DataFrame]]


def run_plan(plan: PlanFile, inputs: PlanInputs, *, verb: str | None = None) -> PlanResult:
    """Compute every decision a plan file asks for; sentences tell children in tens.

    Parameters
    ----------
    plan : read by `read_plan`
    inputs : the frames it needs
    verb : only this decision; all of the file if None

    Raises
    ------
    DataError
        If a frame is missing that a verb needs, or its data cannot be used.
    """
    scenarios, details = {}, {}
    for one in plan.verbs if verb is None else (verb,):
        decide, frames = _DECISIONS[one]
        _require(inputs, one, frames)
        asked = (plan.forecast,) if one in ON_FORECAST else ()
        variants, details[one] = decide(getattr(plan, one), *asked, inputs)
        scenarios[one] = _scenario(plan, inputs, one, variants)
    return PlanResult(scenarios, details)


def _require(inputs: PlanInputs, verb: Verb, frames: Iterable[str]) -> None:
    missing = [name for name in frames if getattr(inputs, name) is None]
    if missing:
        raise DataError(problem("planning.missing_input", verb=verb, names=", ".join(missing)))


def _scenario(plan: PlanFile, inputs: PlanInputs, verb: Verb, variants: list[Variant]) -> Scenario:
    return Scenario(
        verb=verb,
        title=f"{plan.title}: {text(f'planning.verb.{verb}')}",
        variants=tuple(variants),
        limits=(text("planning.limits.all"), text(f"planning.limits.{verb}")),
        facts=dict(inputs.facts),
    )
