"""What may be shown of a computed plan."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from sozialraum.model import PlanRelease
from sozialraum.planning.decision_tables import DECIMALS, PERSON_COUNTS, RATIOS, detail_tables
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.planning.plans import PlanResult
from sozialraum.privacy.plan_gate import protect_plan
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
    return protect_plan(
        scenarios,
        counts=PERSON_COUNTS,
        ratios=RATIOS,
        decimals=DECIMALS | {"need": base.plan.output.decimals},  # no finer than the index itself
        rules=rules,
        title=plan.title,
        place=base.plan.place,
        legends={verb: scenario.legend for verb, scenario in result.scenarios.items()},
        labels=next(iter(result.scenarios.values())).labels,
        areas=base.delivery.areas[areas],
        points=points,
    )


def _named_points(
    plan: PlanFile, result: PlanResult, layers: dict[str, gpd.GeoDataFrame]
) -> dict[str, gpd.GeoDataFrame]:
    """Return the points of each decision with a column ``name``: theirs, or their key."""
    named = {}
    for verb in result.scenarios:
        layer = _POINTS_OF.get(verb)
        if layer in layers:
            points, column = layers[layer], getattr(plan, layer).name
            named[verb] = points.assign(name=points[column] if column else points.index)
    return named


def _names(points: dict[str, gpd.GeoDataFrame], verb: str) -> pd.Series | None:
    return points[verb]["name"] if verb in points else None
