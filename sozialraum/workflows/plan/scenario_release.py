"""What may be shown of a computed plan."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from sozialraum.model import PlanRelease
from sozialraum.model.plan_release import OFFERS, PlanFacts, PlanProposal
from sozialraum.planning.decision_tables import DECIMALS, PERSON_COUNTS, RATIOS, detail_tables
from sozialraum.planning.input_assembly import distance_words
from sozialraum.planning.plan_file import plan_hash
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.planning.plans import ON_WAYS, PlanResult
from sozialraum.planning.scenario import Scenario, pot_keys
from sozialraum.privacy.plan_gate import protect_plan
from sozialraum.texts import text
from sozialraum.workflows.build.counts.protecting import disclosure_rules
from sozialraum.workflows.build.result import Result

_POINTS_OF = {
    "forecast": "schools",
    "ganztag": "schools",
    "kita": "offers",
    "locate": "sites",
    "gap": "offers",
    "allocate": "schools",
    "catchments": "schools",
}


def plan_release_of(
    plan: PlanFile, base: Result, result: PlanResult, layers: dict[str, gpd.GeoDataFrame]
) -> PlanRelease:
    """Return the scenarios with heads in tens; cases are protected before a plan sees them.

    Parameters
    ----------
    plan, base : the plan file, and the build it stands on
    result : scenarios, heads exact
    layers : "offers", "sites", "schools": points by key, as far as the plan names them
    """
    rules = disclosure_rules(base.plan)
    points = _named_points(plan, result, layers)
    scenarios = {
        verb: scenario.to_dict()
        | {"details": detail_tables(result.details[verb], names=_names(points, verb))}
        for verb, scenario in result.scenarios.items()
    }
    areas = base.plan.join.target if plan.demand is None else plan.demand.areas
    released = protect_plan(
        scenarios,
        counts=PERSON_COUNTS,
        ratios=RATIOS,
        decimals=DECIMALS | {"need": base.plan.output.decimals},  # no finer than the index itself
        rules=rules,
        title=plan.title,
        place=base.plan.place,
        legends={key: _legend(plan, base, s) for key, s in result.scenarios.items()},
        labels=_labels(plan, next(iter(result.scenarios.values()))),
        areas=base.delivery.areas[areas],
        points=points,
    )
    return replace(
        released,
        facts=_facts(plan, base),
        proposal=_proposal(plan),
        assignments=_assignments(result),
    )


def _assignments(result: PlanResult) -> dict[str, dict[str, dict[str, str]]]:
    """Return which school each area belongs to, per variant that gives one."""
    return {
        verb: {
            variant.name: variant.assignment.astype(str).to_dict()
            for variant in scenario.variants
            if variant.assignment is not None
        }
        for verb, scenario in result.scenarios.items()
    }


def _labels(plan: PlanFile, scenario: Scenario) -> dict[str, str]:
    """Return the labels of figures and columns; ways as the crow flies are called so."""
    if plan.distances.method != "luftlinie":
        return scenario.labels
    said = text("planning.in_metres_luftlinie")
    return {name: re.sub(r"\bin m\b", said, word) for name, word in scenario.labels.items()}


def _legend(plan: PlanFile, base: Result, scenario: Scenario) -> dict[str, str]:
    """Return the legend, with the numbers and names of the classes that count as high need."""
    legend, demand = scenario.legend, plan.demand
    if scenario.verb != "locate" or demand is None or not demand.needy:
        return legend
    breaks = base.fitted_by_day[base.plan.axis_names[0]].limits
    names = dict(zip(breaks.numbers, breaks.labels, strict=True))
    told = [text("planning.class", n=n, label=names[n]) for n in demand.needy if n in names]
    word = f"{legend['uncovered_needy']} ({', '.join(told)})"
    return legend | ({"uncovered_needy": word} if told else {})


def _facts(plan: PlanFile, base: Result) -> PlanFacts:
    """Return where the plan comes from; how ways were measured only where there are any."""
    ways = any(getattr(plan, verb) for verb in ON_WAYS)
    return PlanFacts(
        stichtag=base.plan.stichtag.isoformat(),
        sources=tuple(base.plan.sources),
        department=base.plan.department,
        plan_hash=plan_hash(plan),
        distance=distance_words(plan.distances) if ways else "",
    )


def _proposal(plan: PlanFile) -> PlanProposal | None:
    return None if plan.proposal is None else PlanProposal(**plan.proposal.model_dump())


def _named_points(
    plan: PlanFile, result: PlanResult, layers: dict[str, gpd.GeoDataFrame]
) -> dict[str, gpd.GeoDataFrame]:
    """Return the points of each decision with a column ``name``: theirs, or their key."""
    pots = pot_keys(len(plan.allocate))
    wanted = {key: _POINTS_OF.get(s.verb, "") for key, s in result.scenarios.items()}
    wanted |= {key: pot.units for key, pot in zip(pots, plan.allocate, strict=True)}
    wanted = {key: layer for key, layer in wanted.items() if key in result.scenarios}
    named = {}
    for name, layer in {**wanted, OFFERS: OFFERS}.items():
        if layer in layers:
            points, column = layers[layer], getattr(plan, layer).name
            named[name] = points.assign(name=points[column] if column else points.index)
    return named


def _names(points: dict[str, gpd.GeoDataFrame], verb: str) -> pd.Series | None:
    return points[verb]["name"] if verb in points else None
