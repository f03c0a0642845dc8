"""``[catchments]``: who goes to which school, today and in a variant per weighing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sozialraum.planning.decision_tables import LOADS
from sozialraum.planning.decisions.forecast_variants import pupils_to_come
from sozialraum.planning.districting.catchment_costs import CatchmentCosts
from sozialraum.planning.districting.catchment_sections import Catchments
from sozialraum.planning.districting.catchment_task import CatchmentTask, catchment_task
from sozialraum.planning.districting.catchments import present_plan, redraw
from sozialraum.planning.districting.children_to_come import ChildrenToCome, children_to_come
from sozialraum.planning.districting.description import (
    CatchmentPlan,
    describe_catchments,
    year_loads,
)
from sozialraum.planning.districting.edits import edit_sentences, edited_plan
from sozialraum.planning.districting.stipulations import allowed_pairs, stipulation_sentence
from sozialraum.planning.head_counts import children
from sozialraum.planning.people_sections import Forecast
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.scenario import Variant
from sozialraum.texts import text


def catchment_variants(
    section: Catchments, inputs: PlanInputs, forecast: Forecast | None = None
) -> Drafted:
    """Redraw catchments as each variant asks, beside today's where they are known.

    Changes by hand are the last variant. Where children are those to come, a further table tells
    the pupils of each school and year.
    """
    sections = section.each()
    asked = _Asked(inputs, _to_come(section, inputs, forecast))
    today = None if inputs.current is None else present_plan(asked.question(sections[0]))
    plans = [] if today is None else [(today, {}, ())]
    for one in sections:
        plan = redraw(
            asked.question(one),
            name=one.label,
            method=one.method,
            proposals=one.proposals,
            seed=one.seed,
            time_limit=one.time_limit,
        )
        plans.append((plan, one.arguments(), asked.remarks()))
    if inputs.edits is not None:
        plans.append((*_by_hand(asked.question(sections[0]), inputs), asked.remarks()))
    variants = [_variant(asked, plan, today, given, said) for plan, given, said in plans]
    return variants, asked.loads([plan for plan, _, _ in plans], sections[0])


def catchment_question(
    section: Catchments, inputs: PlanInputs, forecast: Forecast | None = None
) -> CatchmentTask:
    """Return the question of the first variant, for changes by hand."""
    return _Asked(inputs, _to_come(section, inputs, forecast)).question(section.each()[0])


@dataclass(frozen=True, eq=False)
class _Asked:
    """The inputs, with the children to come where it is about them."""

    inputs: PlanInputs
    to_come: ChildrenToCome | None

    @property
    def pupils(self) -> pd.Series:
        """Children per block: of today, or the mean of the years to come."""
        if self.to_come is not None:
            return self.to_come.loads.mean(axis=1)
        demand = self.inputs.demand
        return demand["pupils"] if "pupils" in demand else demand["persons"]

    @property
    def deciding(self) -> pd.Series:
        """Children per block whose school the plan decides."""
        return self.pupils if self.to_come is None else self.to_come.entering

    def in_need(self) -> pd.Series | None:
        """Those of them in need, in the share of all children of the block."""
        demand = self.inputs.demand
        if "in_need" not in demand:
            return None
        persons = demand["persons"].where(demand["persons"] > 0)
        return self.deciding * (demand["in_need"] / persons).fillna(0.0).clip(upper=1)

    def question(self, section: Catchments) -> CatchmentTask:
        """Return the question of a variant."""
        inputs, schools = self.inputs, self.inputs.schools
        costs = {name: getattr(section, name) for name in CatchmentCosts.__dataclass_fields__}
        rows, ways = inputs.stipulations, inputs.school_distance
        return catchment_task(
            ways,
            self.pupils,
            inputs.neighbours,
            in_need=self.in_need(),
            entering=None if self.to_come is None else self.to_come.entering,
            loads=None if self.to_come is None else self.to_come.loads,
            allowed=None if rows is None else allowed_pairs(rows, ways.index, ways.columns),
            capacity=schools["capacity"],
            names=known_column(schools, "name"),
            minimum=known_column(schools, "minimum"),
            siblings=known_column(inputs.demand, "siblings"),
            crossings=inputs.crossings,
            current=inputs.current,
            closed=inputs.closed,
            limit=section.limit,
            costs=CatchmentCosts(**costs),
        )

    def remarks(self) -> tuple[str, ...]:
        """Say which children are meant, and what is laid down."""
        found = []
        if self.to_come is not None:
            years = list(self.to_come.loads)
            found.append(text("planning.catchment.to_come", first=years[0], last=years[-1]))
            if self.to_come.elsewhere >= 0.5:
                lost = children(self.to_come.elsewhere)
                found.append(text("planning.catchment.elsewhere", amount=lost))
        if self.inputs.stipulations is not None and len(self.inputs.stipulations):
            found.append(stipulation_sentence(self.inputs.stipulations))
        return tuple(found)

    def loads(self, plans: list[CatchmentPlan], section: Catchments) -> dict[str, pd.DataFrame]:
        """Return the pupils of each school and year to come, a table per plan."""
        if self.to_come is None:
            return {}
        task = self.question(section)
        place = {school: j for j, school in enumerate(task.schools)}
        found = {}
        for plan in plans:
            at = plan.school.reindex(list(task.blocks)).map(place).to_numpy(int)
            table = pd.DataFrame(year_loads(task, at).T, list(task.schools), list(task.years))
            rows = table.stack().rename("pupils").reset_index(names=["school", "year"])
            rows["capacity"] = rows["school"].map(
                dict(zip(task.schools, task.capacity, strict=True))
            )
            rows["over"] = (rows["pupils"] - rows["capacity"]).clip(lower=0.0)
            found[f"{LOADS}{plan.name}"] = rows.set_index("school")
        return found


def _to_come(
    section: Catchments, inputs: PlanInputs, forecast: Forecast | None
) -> ChildrenToCome | None:
    if not section.on_forecast or forecast is None:
        return None
    demand = inputs.demand
    return children_to_come(
        pupils_to_come(forecast, inputs).projection,
        inputs.people.block_area.reindex(demand.index),
        demand["pupils"] if "pupils" in demand else demand["persons"],
        years=section.years,
        ages=section.ages,
    )


def _by_hand(task: CatchmentTask, inputs: PlanInputs) -> tuple[CatchmentPlan, dict[str, Any]]:
    """Return the plan of the changes by hand, its sentences saying what was not applied."""
    edits = inputs.edits
    plan, refused = edited_plan(task, edits)
    made = describe_catchments(task, plan, name=text("planning.edits.name"))
    said = edit_sentences(task, edits, plan, refused)
    return replace(made, sentences=(*made.sentences, *said)), {"edits": edits.file}


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
    asked: _Asked,
    plan: CatchmentPlan,
    today: CatchmentPlan | None,
    arguments: dict[str, Any],
    remarks: tuple[str, ...],
) -> Variant:
    pupils, closed = asked.pupils, asked.inputs.closed
    unknown = _unknown_figures(asked.inputs)
    moved = plan.school != (plan if today is None else today).school
    if closed is not None:
        moved |= closed.reindex(moved.index)
    classes = moved.map({True: "moved", False: "same"})
    return Variant(
        name=plan.name,
        sentences=(*plan.sentences, *remarks),
        figures={name: number for name, number in plan.figures.items() if name not in unknown},
        classes=classes.mask(classes.index.isin(pupils.index[pupils == 0]), "nobody"),
        points=tuple(plan.table.index),
        table=plan.table,
        arguments=arguments,
        assignment=plan.school,
    )
