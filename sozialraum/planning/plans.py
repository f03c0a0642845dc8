"""From a plan file and frames to scenarios: one function per verb, no file touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sozialraum.errors import DataError
from sozialraum.planning.access import duplicates, empty_places, floating_catchments, gaps
from sozialraum.planning.allocation import (
    cliff_list,
    compare_rules,
    gains_and_losses,
    gains_sentence,
)
from sozialraum.planning.alternatives import (
    frequency_sentence,
    next_best,
    plan_b,
    selection_frequency,
)
from sozialraum.planning.details import PERSON_COUNTS
from sozialraum.planning.inputs import SMALL_COUNT, children, counts_told
from sozialraum.planning.plan_file import Allocate, Catchments, Gap, Locate, PlanFile
from sozialraum.planning.redrawing.catchment_task import (
    CatchmentCosts,
    CatchmentTask,
    catchment_task,
)
from sozialraum.planning.redrawing.catchments import CatchmentPlan, present_plan, redraw
from sozialraum.planning.scenario import Scenario, Variant
from sozialraum.planning.siting.location import locate
from sozialraum.planning.siting.sites import SiteTask, site_task
from sozialraum.planning.targets import judge_all
from sozialraum.texts import problem, text


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanInputs:
    """The frames a plan works on; each verb uses some of them.

    Parameters
    ----------
    demand : per area key ``persons``, ``need`` (0..1, high = need) and, where known, ``in_need``
        (children in need), ``pupils`` (those whose school is planned) and ``needy``
        (True: areas of highest need)
    offer_distance, offers : (areas, offers) metres; per offer ``capacity``
    site_distance, sites : (areas, sites) metres; per site ``capacity`` and ``cost``, as far as
        known
    school_distance, schools : (areas, schools) metres; per school ``capacity``, ``size`` (pupils),
        ``need`` of its catchment and ``in_need``, as far as known
    neighbours : pairs of touching areas
    current : present school per area
    crossings : (areas, schools) unsafe crossings on the way
    need_draws : (areas, draws) need of the demand areas under the index's uncertainty
    unit_draws : (schools, draws) the same for schools
    counts : index (indicator, group), columns ``cases`` and ``base``, for targets
    day : Stichtag of the counts
    facts : plain values for the manifest (index build, kind of distance, …)
    """

    demand: pd.DataFrame | None = None
    offer_distance: pd.DataFrame | None = None
    offers: pd.DataFrame | None = None
    site_distance: pd.DataFrame | None = None
    sites: pd.DataFrame | None = None
    school_distance: pd.DataFrame | None = None
    schools: pd.DataFrame | None = None
    neighbours: tuple[tuple[str, str], ...] = ()
    current: pd.Series | None = None
    crossings: pd.DataFrame | None = None
    need_draws: pd.DataFrame | None = None
    unit_draws: pd.DataFrame | None = None
    counts: pd.DataFrame | None = None
    day: dt.date | None = None
    facts: dict[str, object] = field(default_factory=dict)


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


def need_from_index(index: pd.Series, *, orientation: str) -> pd.Series:
    """Return the need 0..1 of an index: 1 = most need among the areas; NaN stays NaN.

    Examples
    --------
    >>> need_from_index(pd.Series([2.0, 3.0, 4.0]), orientation="participation").tolist()
    [1.0, 0.5, 0.0]
    """
    burden = -index if orientation == "participation" else index
    spread = burden.max() - burden.min()
    return (burden - burden.min()) / spread if spread > 0 else burden * 0.0 + 0.5


def run_plan(
    plan: PlanFile,
    inputs: PlanInputs,
    *,
    multiple: int = 1,
    fewest: int = SMALL_COUNT,
    zeros: bool = True,
) -> PlanResult:
    """Compute every decision a plan file asks for.

    Parameters
    ----------
    plan : read by `read_plan`
    inputs : the frames it needs
    multiple, fewest, zeros : how sentences tell children, see `counts_told`; figures and tables
        stay exact

    Raises
    ------
    DataError
        If a frame is missing that a verb needs, or its data cannot be used.
    """
    verbs = {
        "gap": run_gap,
        "locate": run_locate,
        "allocate": run_allocate,
        "catchments": run_catchments,
        "targets": run_targets,
    }
    scenarios, details = {}, {}
    with counts_told(multiple=multiple, fewest=fewest, zeros=zeros):
        for verb in plan.verbs:
            scenarios[verb], details[verb] = verbs[verb](plan, inputs)
    return PlanResult(scenarios, details)


def _require(inputs: PlanInputs, verb: str, names: Iterable[str]) -> None:
    missing = [name for name in names if getattr(inputs, name) is None]
    if missing:
        raise DataError(problem("planning.missing_input", verb=verb, names=", ".join(missing)))


def _scenario(plan: PlanFile, inputs: PlanInputs, verb: str, variants: list[Variant]) -> Scenario:
    limits = (text("planning.limits.all"), text(f"planning.limits.{verb}"))
    return Scenario(
        verb=verb,  # type: ignore[arg-type]
        title=f"{plan.title}: {text(f'planning.verb.{verb}')}",
        variants=tuple(variants),
        limits=limits,
        facts=dict(inputs.facts),
        counts=PERSON_COUNTS,
    )


def _column(frame: pd.DataFrame | None, name: str) -> pd.Series | None:
    return frame[name] if frame is not None and name in frame else None


def run_locate(plan: PlanFile, inputs: PlanInputs) -> tuple[Scenario, dict[str, pd.DataFrame]]:
    """Place sites: a variant per table of ``[[locate.variants]]``, Plan B for the first."""
    _require(inputs, "locate", ("demand", "site_distance"))
    sections = plan.locate.each()  # type: ignore[union-attr]
    tasks = [question(section, inputs) for section in sections]
    plans = [locate(task) for task in tasks]
    variants = []
    for section, site_plan in zip(sections, plans, strict=True):
        needy = _column(inputs.demand, "needy")
        lacking = ~site_plan.areas["covered"]
        worst = lacking & (False if needy is None else needy.reindex(lacking.index) == True)  # noqa: E712
        kinds = ["nobody", "uncovered_needy", "uncovered"]
        nobody = site_plan.areas["persons"] == 0
        classes = np.select([nobody, worst, lacking], kinds, "covered")
        variants.append(
            Variant(
                name=section.name or text("planning.sentence.variant"),
                sentences=site_plan.sentences,
                figures=site_plan.figures,
                classes=pd.Series(classes, index=site_plan.areas.index),
                points=site_plan.sites,
                table=site_plan.table,
                arguments=section.model_dump(exclude={"variants"}),
            )
        )
    details = {}
    first = sections[0]
    if first.plan_b:
        details["plan_b"] = plan_b(tasks[0], plans[0])
    if first.next_best > 1:
        details["next_best"] = pd.DataFrame(
            [
                {"plan": p.sites, "value": p.value, **p.figures}
                for p in next_best(tasks[0], plans=first.next_best)
            ]
        )
    if inputs.need_draws is not None and first.model in ("mclp", "pmedian") and first.number:
        share = selection_frequency(tasks[0], inputs.need_draws, need_power=first.need_power)
        details["frequency"] = share.to_frame()
        sure = frequency_sentence(plans[0], share, names=_column(inputs.sites, "name"))
        variants[0] = replace(variants[0], sentences=(*variants[0].sentences, sure))
    return _scenario(plan, inputs, "locate", variants), details


def question(section: Locate, inputs: PlanInputs) -> SiteTask:
    """Return the question about sites of one variant."""
    demand = inputs.demand
    return site_task(
        inputs.site_distance,  # type: ignore[arg-type]
        demand["persons"],  # type: ignore[index]
        need=demand["need"],  # type: ignore[index]
        need_power=section.need_power,
        model=section.model,
        radius=section.radius,
        number=section.number,
        budget=section.budget,
        cost=_column(inputs.sites, "cost"),
        capacity=_column(inputs.sites, "capacity"),
        fixed=section.fixed,
        banned=section.banned,
        group=_column(demand, "needy"),
        equity=section.equity,
        time_limit=section.time_limit,
        gap=section.gap,
    )


def run_gap(plan: PlanFile, inputs: PlanInputs) -> tuple[Scenario, dict[str, pd.DataFrame]]:
    """Lay offers against need."""
    _require(inputs, "gap", ("demand", "offer_distance", "offers"))
    sections = plan.gap.each()  # type: ignore[union-attr]
    variants = [_gap_variant(section, inputs) for section in sections]
    demand, first = inputs.demand, sections[0]
    details = {
        "duplicates": duplicates(
            inputs.offer_distance,  # type: ignore[arg-type]
            demand["persons"],  # type: ignore[index]
            demand["need"],  # type: ignore[index]
            radius=first.radius,
            times=first.times,
            low_need=first.low_need,
        )
    }
    return _scenario(plan, inputs, "gap", variants), details


def _gap_variant(section: Gap, inputs: PlanInputs) -> Variant:
    demand = inputs.demand
    access = floating_catchments(
        inputs.offer_distance,  # type: ignore[arg-type]
        demand["persons"],  # type: ignore[index]
        inputs.offers["capacity"],  # type: ignore[index]
        rings=section.rings,
        need=demand["need"],  # type: ignore[index]
        need_power=section.need_power,
    )
    table = gaps(
        access,
        demand["need"],
        needy=_column(demand, "needy"),
        low_access=section.low_access,  # type: ignore[index]
    )
    persons, empty = table["persons"], table["kind"] == "empty"
    deserts = table["access_class"] == "none"
    everyone = persons.sum()
    names = _column(inputs.offers, "name")
    shown = (
        table if names is None else table.assign(nearest=table["nearest"].replace(names.to_dict()))
    )
    lines = empty_places(shown, count=10)
    figures = {
        "persons": float(everyone),
        "mean_access": float((table["access"] * persons).sum() / everyone)
        if everyone
        else float("nan"),
        "persons_in_deserts": float(persons[deserts].sum()),
        "empty_areas": float(empty.sum()),
        "persons_in_empty": float(persons[empty].sum()),
    }
    summary = text(
        "planning.gap.summary",
        empty=int(empty.sum()),
        persons=children(figures["persons_in_empty"]),
        deserts=children(figures["persons_in_deserts"]),
    )
    return Variant(
        name=section.name or text("planning.sentence.variant"),
        sentences=(summary, *lines),
        figures=figures,
        classes=table["kind"].mask(persons == 0, "nobody").sort_index(),
        table=shown.loc[
            table["kind"] == "empty", ["persons", "need", "access", "nearest", "metres"]
        ],
        arguments=section.model_dump(exclude={"variants"}),
    )


def run_allocate(plan: PlanFile, inputs: PlanInputs) -> tuple[Scenario, dict[str, pd.DataFrame]]:
    """Divide posts or money: a variant per rule, the cliff list where draws are given."""
    _require(inputs, "allocate", ("schools",))
    section: Allocate = plan.allocate  # type: ignore[assignment]
    schools = inputs.schools
    size, need = schools["size"], schools["need"]  # type: ignore[index]
    last = _last_year(section, inputs)
    bounds = {
        "total": section.total,
        "unit": section.unit,
        "method": section.method,
        "floors": _bound(section.floors),
        "ceilings": _bound(section.ceilings),
        "last_year": last,
        "max_change": section.max_change,
    }
    rules = [rule.rule() for rule in section.rules]
    shares = compare_rules(size, need, rules=rules, **bounds)
    before = shares.iloc[:, 0] if last is None else last
    variants, details = [], {}
    for rule in rules:
        first = last is None and rule is rules[0]
        compared = text("planning.sentence.compared") if first else ""
        table = gains_and_losses(
            shares[rule.name], last_year=before, size=size, in_need=_column(schools, "in_need")
        )
        change = np.sign(table["change"].where(table["change"].abs() > 1e-9, 0.0))
        classes = change.map({1.0: "gain", 0.0: "same", -1.0: "loss"}).fillna("new")
        variants.append(
            Variant(
                name=rule.name,
                sentences=(rule.sentence(), compared or gains_sentence(table)),
                figures={
                    "total": float(shares[rule.name].sum()),
                    "largest": float(shares[rule.name].max()),
                    "smallest": float(shares[rule.name].min()),
                    "gaining": float((change > 0).sum()),
                    "losing": float((change < 0).sum()),
                },
                classes=classes.sort_index(),
                table=table,
                arguments={"rule": rule.__dict__, **section.model_dump(exclude={"rules"})},
            )
        )
        if inputs.unit_draws is not None:
            details[f"cliffs_{rule.name}"] = cliff_list(
                size, need, inputs.unit_draws, rule=rule, **bounds
            )
    return _scenario(plan, inputs, "allocate", variants), details


def _last_year(section: Allocate, inputs: PlanInputs) -> pd.Series | None:
    given = _column(inputs.schools, "last_year")
    return given if section.last_year is None else pd.Series(section.last_year, dtype=float)


def _bound(bound: float | dict[str, float] | None) -> float | pd.Series | None:
    return pd.Series(bound, dtype=float) if isinstance(bound, dict) else bound


def run_catchments(plan: PlanFile, inputs: PlanInputs) -> tuple[Scenario, dict[str, pd.DataFrame]]:
    """Redraw catchments: today, and a variant per weighing."""
    _require(inputs, "catchments", ("demand", "school_distance", "schools"))
    sections = plan.catchments.each()  # type: ignore[union-attr]
    task = catchment_question(sections[0], inputs)
    variants = []
    today = None
    pupils, _ = _pupils(inputs.demand)  # type: ignore[arg-type]
    empty = pupils.index[pupils == 0]
    if inputs.current is not None:
        today = present_plan(task)
        variants.append(_catchment_variant(today, today, {}, empty))
    for section in sections:
        drawn = redraw(
            catchment_question(section, inputs),
            name=section.name or text("planning.sentence.variant"),
            method=section.method,
            proposals=section.proposals,
            seed=section.seed,
            time_limit=section.time_limit,
        )
        arguments = section.model_dump(exclude={"variants"})
        variants.append(_catchment_variant(drawn, today, arguments, empty))
    return _scenario(plan, inputs, "catchments", variants), {}


def catchment_question(section: Catchments, inputs: PlanInputs) -> CatchmentTask:
    """Return the question about catchments of one variant."""
    pupils, in_need = _pupils(inputs.demand)  # type: ignore[arg-type]
    costs = {name: getattr(section, name) for name in CatchmentCosts.__dataclass_fields__}
    return catchment_task(
        inputs.school_distance,  # type: ignore[arg-type]
        pupils,
        inputs.neighbours,
        in_need=in_need,
        capacity=inputs.schools["capacity"],  # type: ignore[index]
        minimum=_column(inputs.schools, "minimum"),
        siblings=_column(inputs.demand, "siblings"),
        crossings=inputs.crossings,
        current=inputs.current,
        limit=section.limit,
        costs=CatchmentCosts(**costs),
    )


def _pupils(demand: pd.DataFrame) -> tuple[pd.Series, pd.Series | None]:
    """Return the pupils per area and those in need, in the share of all children there."""
    pupils = demand["pupils"] if "pupils" in demand else demand["persons"]
    if "in_need" not in demand:
        return pupils, None
    share = (demand["in_need"] / demand["persons"].where(lambda p: p > 0)).fillna(0.0).clip(upper=1)
    return pupils, pupils * share


def _catchment_variant(
    plan: CatchmentPlan,
    today: CatchmentPlan | None,
    arguments: dict[str, object],
    empty: pd.Index,
) -> Variant:
    moved = (
        pd.Series(False, index=plan.school.index) if today is None else plan.school != today.school
    )
    classes = moved.map({True: "moved", False: "same"})
    return Variant(
        name=plan.name,
        sentences=plan.sentences,
        figures=plan.figures,
        classes=classes.mask(classes.index.isin(empty), "nobody"),
        table=plan.table,
        arguments=arguments,
    )


def run_targets(plan: PlanFile, inputs: PlanInputs) -> tuple[Scenario, dict[str, pd.DataFrame]]:
    """Judge the goals."""
    _require(inputs, "targets", ("counts", "day"))
    table = judge_all([t.target() for t in plan.targets], inputs.counts, day=inputs.day)  # type: ignore[arg-type]
    lights = ("green", "yellow", "red", "grey")
    variant = Variant(
        name=text("planning.verb.targets"),
        sentences=tuple(table["sentence"]),
        figures={light: float((table["light"] == light).sum()) for light in lights},
        classes=table["light"],
        table=table,
    )
    return _scenario(plan, inputs, "targets", [variant]), {}
