"""From a plan file and frames to scenarios, verb by verb; no file is touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.planning.checks import listed
from sozialraum.planning.decision_tables import POTS
from sozialraum.planning.decisions.catchment_variants import catchment_variants
from sozialraum.planning.decisions.forecast_variants import forecast_variants
from sozialraum.planning.decisions.ganztag_variants import ganztag_variants
from sozialraum.planning.decisions.gap_variants import gap_variants
from sozialraum.planning.decisions.goals import judged_goals
from sozialraum.planning.decisions.kita_variants import kita_variants
from sozialraum.planning.decisions.rule_variants import pots_side_by_side, rule_variants
from sozialraum.planning.decisions.site_variants import site_variants
from sozialraum.planning.head_counts import children
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.planning.scenario import Scenario, Variant, Verb, pot_keys
from sozialraum.texts import problem, text

_METRES = re.compile(r"(?<=\d)\u00a0m\b(?! Luftlinie)")

# verb -> what makes its variants, and the frames it cannot do without
_DECISIONS: dict[Verb, tuple[Callable[..., Drafted], tuple[str, ...]]] = {
    "forecast": (forecast_variants, ("people",)),
    "kita": (kita_variants, ("people", "offers")),
    "ganztag": (ganztag_variants, ("people", "schools")),
    "gap": (gap_variants, ("demand", "offer_distance", "offers")),
    "locate": (site_variants, ("demand", "site_distance")),
    "allocate": (rule_variants, ()),
    "catchments": (catchment_variants, ("demand", "school_distance", "schools")),
    "targets": (judged_goals, ("counts", "day")),
}
_WEIGHED = ("gap", "locate")  # decisions that weigh children by the need of their area
ON_WAYS = ("kita", "gap", "locate", "catchments")  # decisions that measure ways


def on_forecast(plan: PlanFile, verb: str) -> bool:
    """Tell whether a decision is about the children that ``[forecast]`` projects."""
    if verb == "catchments":
        return plan.catchments is not None and plan.catchments.on_forecast
    return verb in ("kita", "ganztag")


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
    scenarios: dict[str, Scenario] = {}
    details: dict[str, dict[str, pd.DataFrame]] = {}
    for one in plan.verbs if verb is None else (verb,):
        decide, frames = _DECISIONS[one]
        _require(inputs, one, frames)
        if one == "allocate":
            _give(plan, inputs, scenarios, details)
            continue
        if on_forecast(plan, one):
            made = decide(getattr(plan, one), inputs, plan.forecast)
        else:
            made = decide(getattr(plan, one), inputs)
        variants, details[one] = made
        if one in ON_WAYS and plan.distances.method == "luftlinie":
            variants = [_as_the_crow_flies(variant) for variant in variants]
        if one in _WEIGHED:
            variants = [_with_unrated(variant, inputs.demand) for variant in variants]
        scenarios[one] = _scenario(plan, inputs, one, variants)
    return PlanResult(scenarios, details)


def _give(
    plan: PlanFile,
    inputs: PlanInputs,
    scenarios: dict[str, Scenario],
    details: dict[str, dict[str, pd.DataFrame]],
) -> None:
    """Add a scenario per pot; the last one closes with all of them side by side."""
    keys, drafted = pot_keys(len(plan.allocate)), []
    for key, pot in zip(keys, plan.allocate, strict=True):
        _require_units(inputs, pot.units)
        variants, details[key] = rule_variants(pot, inputs, alone=len(keys) == 1)
        drafted.append(variants)
        made = _scenario(plan, inputs, "allocate", variants)
        said = f": {pot.name} ({pot.currency})" if pot.name else ""
        scenarios[key] = replace(made, title=f"{made.title}{said}")
    if len(keys) > 1:
        table, rules = pots_side_by_side(plan.allocate, drafted)
        details[keys[-1]] |= {f"{POTS}{rules}": table}


def _require_units(inputs: PlanInputs, units: str) -> None:
    if (inputs.schools is None) if units == "schools" else (units not in inputs.others):
        raise DataError(problem("planning.missing_input", verb="allocate", names=units))


def _as_the_crow_flies(variant: Variant) -> Variant:
    """Say in every sentence with metres that they are Luftlinie."""
    said = (_METRES.sub(text("planning.metres_luftlinie"), one) for one in variant.sentences)
    return replace(variant, sentences=tuple(said))


def _with_unrated(variant: Variant, demand: pd.DataFrame | None) -> Variant:
    """Say which areas have no value of the index, and how their children count."""
    unrated = None if demand is None else known_column(demand, "unrated")
    if unrated is None:
        return variant
    names = known_column(demand, "name")
    called = unrated.index[unrated] if names is None else names[unrated]
    words = {"n": int(unrated.sum()), "areas": listed(called)}
    amount = children(demand["persons"][unrated].sum())
    said = text("planning.demand.unrated", amount=amount, **words)
    return replace(variant, sentences=(*variant.sentences, said))


def _require(inputs: PlanInputs, verb: Verb, frames: Iterable[str]) -> None:
    missing = [name for name in frames if getattr(inputs, name) is None]
    if missing:
        raise DataError(problem("planning.missing_input", verb=verb, names=", ".join(missing)))


def _scenario(plan: PlanFile, inputs: PlanInputs, verb: Verb, variants: list[Variant]) -> Scenario:
    return Scenario(
        verb=verb,
        title=f"{plan.title}: {text(f'planning.verb.{verb}')}",
        variants=tuple(variants),
        limits=(text("planning.limits.all"), text(f"planning.limits.{_limits(plan, verb)}")),
        facts=dict(inputs.facts),
    )


def _limits(plan: PlanFile, verb: Verb) -> str:
    to_come = verb == "catchments" and on_forecast(plan, verb)
    return "catchments_to_come" if to_come else verb
