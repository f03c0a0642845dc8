"""``[locate]``: a variant per question about sites; Plan B and how sure it is for the first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.planning.facility_location.alternatives import (
    frequency_sentence,
    measure_of,
    next_best,
    plan_b,
    selection_frequency,
)
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import SitePlan, SiteTask, site_task
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.plan_sections import Locate
from sozialraum.planning.scenario import Variant


def site_variants(section: Locate, inputs: PlanInputs) -> Drafted:
    """Place sites as each variant asks."""
    sections = section.each()
    tasks = [_question(one, inputs) for one in sections]
    plans = [locate(task) for task in tasks]
    variants = [_variant(*pair, inputs) for pair in zip(sections, plans, strict=True)]
    first = sections[0]
    details = _other_plans(first, tasks[0], plans[0])
    if inputs.need_draws is not None and first.model in ("mclp", "pmedian") and first.number:
        share = selection_frequency(tasks[0], inputs.need_draws, need_power=first.need_power)
        details["frequency"] = share.to_frame()
        sure = frequency_sentence(plans[0], share, names=known_column(inputs.sites, "name"))
        variants[0] = replace(variants[0], sentences=(*variants[0].sentences, sure))
    return variants, details


def _question(section: Locate, inputs: PlanInputs) -> SiteTask:
    demand = inputs.demand
    open_already = _open_already(section, inputs)
    total = section.number if section.new is None else len(open_already) + section.new
    return site_task(
        inputs.site_distance,
        demand["persons"],
        need=demand["need"],
        need_power=section.need_power,
        model=section.model,
        radius=section.radius,
        number=total,
        budget=section.budget,
        cost=known_column(inputs.sites, "cost"),
        capacity=known_column(inputs.sites, "capacity"),
        fixed=open_already,
        banned=section.banned,
        group=known_column(demand, "needy"),
        equity=section.equity,
        time_limit=section.time_limit,
        gap=section.gap,
    )


def _open_already(section: Locate, inputs: PlanInputs) -> tuple[str, ...]:
    """Return the sites that stay open: those named, and those that exist and are not given up."""
    exists = known_column(inputs.sites, "exists")
    there = () if exists is None else exists.index[exists.to_numpy(bool)]
    return tuple(sorted({*section.fixed, *(set(there) - set(section.banned))}))


def _variant(section: Locate, plan: SitePlan, inputs: PlanInputs) -> Variant:
    return Variant(
        name=section.label,
        sentences=plan.sentences,
        figures=plan.figures,
        classes=_classes(plan.areas, known_column(inputs.demand, "needy")),
        points=plan.sites,
        table=plan.table,
        arguments=section.arguments(),
    )


def _classes(areas: pd.DataFrame, needy: pd.Series | None) -> pd.Series:
    """Tell per area whether its children are covered, and whether they are those most in need."""
    lacking = ~areas["covered"]
    partly = lacking & (areas["reached"] > 0)
    in_need = False if needy is None else needy.reindex(areas.index) == True  # noqa: E712
    kinds = {
        "nobody": areas["persons"] == 0,
        "uncovered_needy": lacking & ~partly & in_need,
        "partly": partly,
        "uncovered": lacking,
    }
    return pd.Series(np.select(list(kinds.values()), list(kinds), "covered"), index=areas.index)


def _other_plans(section: Locate, task: SiteTask, plan: SitePlan) -> dict[str, pd.DataFrame]:
    """Return Plan B and the next best plans, as far as they are asked for."""
    details = {}
    if section.plan_b:
        details["plan_b"] = plan_b(task, plan)
    if section.next_best > 1:
        found = next_best(task, plans=section.next_best)
        rows = [
            {"plan": o.sites, "value": measure_of(task, sorted(task.where(o.sites))), **o.figures}
            for o in found
        ]
        details["next_best"] = pd.DataFrame(rows)
    return details
