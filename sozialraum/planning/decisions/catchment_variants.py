"""``[catchments]``: who goes to which school, today and in a variant per weighing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sozialraum.planning.districting.catchment_task import (
    CatchmentCosts,
    CatchmentTask,
    catchment_task,
)
from sozialraum.planning.districting.catchments import CatchmentPlan, present_plan, redraw
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.plan_sections import Catchments
from sozialraum.planning.scenario import Variant


def catchment_variants(section: Catchments, inputs: PlanInputs) -> Drafted:
    """Redraw catchments as each variant asks, beside today's where they are known."""
    sections = section.each()
    pupils, _ = _pupils(inputs.demand)
    closed = inputs.closed
    today = None if inputs.current is None else present_plan(_question(sections[0], inputs))
    unknown = _unknown_figures(inputs)
    variants = (
        [] if today is None else [_variant(today, today, pupils, closed, unknown, arguments={})]
    )
    for one in sections:
        plan = redraw(
            _question(one, inputs),
            name=one.label,
            method=one.method,
            proposals=one.proposals,
            seed=one.seed,
            time_limit=one.time_limit,
        )
        variants.append(_variant(plan, today, pupils, closed, unknown, arguments=one.arguments()))
    return variants, {}


def _question(section: Catchments, inputs: PlanInputs) -> CatchmentTask:
    pupils, in_need = _pupils(inputs.demand)
    costs = {name: getattr(section, name) for name in CatchmentCosts.__dataclass_fields__}
    return catchment_task(
        inputs.school_distance,
        pupils,
        inputs.neighbours,
        in_need=in_need,
        capacity=inputs.schools["capacity"],
        names=known_column(inputs.schools, "name"),
        minimum=known_column(inputs.schools, "minimum"),
        siblings=known_column(inputs.demand, "siblings"),
        crossings=inputs.crossings,
        current=inputs.current,
        closed=inputs.closed,
        limit=section.limit,
        costs=CatchmentCosts(**costs),
    )


def _pupils(demand: pd.DataFrame) -> tuple[pd.Series, pd.Series | None]:
    """Return the pupils per area and those in need, in the share of all children there."""
    pupils = demand["pupils"] if "pupils" in demand else demand["persons"]
    if "in_need" not in demand:
        return pupils, None
    persons = demand["persons"].where(demand["persons"] > 0)
    share = (demand["in_need"] / persons).fillna(0.0).clip(upper=1)
    return pupils, pupils * share


def _unknown_figures(inputs: PlanInputs) -> set[str]:
    """Return the figures that nothing was delivered for: a 0 would say that it was counted."""
    mixed, moves = "in_need" in inputs.demand, inputs.current is not None
    is_known = {
        "dissimilarity": mixed,
        "dissimilarity_by_chance": mixed,
        "pupils_moved": moves,
        "blocks_moved": moves,
        "siblings_moved": moves and "siblings" in inputs.demand,
        "below_minimum": "minimum" in inputs.schools,
        "crossings": inputs.crossings is not None,
    }
    return {figure for figure, known in is_known.items() if not known}


def _variant(
    plan: CatchmentPlan,
    today: CatchmentPlan | None,
    pupils: pd.Series,
    closed: pd.Series | None,
    unknown: set[str],
    *,
    arguments: dict[str, Any],
) -> Variant:
    moved = plan.school != (plan if today is None else today).school
    if closed is not None:
        moved |= closed.reindex(moved.index)
    classes = moved.map({True: "moved", False: "same"})
    return Variant(
        name=plan.name,
        sentences=plan.sentences,
        figures={name: number for name, number in plan.figures.items() if name not in unknown},
        classes=classes.mask(classes.index.isin(pupils.index[pupils == 0]), "nobody"),
        table=plan.table,
        arguments=arguments,
        assignment=plan.school,
    )
