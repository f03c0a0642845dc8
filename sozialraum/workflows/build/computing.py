"""From delivered files to the index: read, checked, joined, measured, scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sozialraum.config import Plan
from sozialraum.index.fitted_index import FittedIndex, Scored
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.protected import ProtectedTable
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import Delivery
from sozialraum.sources.plausibility.left_out import left_out, left_out_words
from sozialraum.texts import problem
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.counts.counted_heads import counted_head_problems
from sozialraum.workflows.build.counts.counting import count
from sozialraum.workflows.build.counts.protecting import (
    disclosure_rules,
    ledger_of,
    protected_counts,
)
from sozialraum.workflows.build.counts.released import refuse_unrecorded, with_released
from sozialraum.workflows.build.counts.scaled_counts import scaled_count_problems
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.file_problems import problems_of_data
from sozialraum.workflows.build.further.area_types import area_types
from sozialraum.workflows.build.further.otherwise_counted import refuse_old_count
from sozialraum.workflows.build.further.screening import screened
from sozialraum.workflows.build.further.smoothing import smoothed
from sozialraum.workflows.build.geography.joining import join
from sozialraum.workflows.build.imputing import filled_in, learning_sample
from sozialraum.workflows.build.inspecting import inspect
from sozialraum.workflows.build.measuring import Measured, measure, not_collected_in
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.published_indicators import index_alone, scoring_plan
from sozialraum.workflows.build.scoring import fewer_areas_than_classes, learn, public_name, score
from sozialraum.workflows.build.trial import trial_run
from sozialraum.workflows.build.words.protection_words import uncounted_warnings
from sozialraum.workflows.certainty.likely_classes import likely_classes
from sozialraum.workflows.show.saved import open_result

Progress = Callable[[str], None]
_COUNTED = ("tables", "status", "totals", "origins", "surplus", "unplaced", "text")


def compute(plan: Plan, progress: Progress) -> tuple[Computed, Office, tuple[Problem, ...]]:
    """Run every step before the release; return its results, true numbers, and findings.

    The findings did not stop it. What follows `protected_counts` sees protected counts alone.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem of the step that failed.
    """
    office, problems = counted_and_protected(plan, progress)
    computed, found = computed_from(plan, office, office.safe.tables, progress)
    return computed, office, (*problems, *found)


def counted_and_protected(plan: Plan, progress: Progress) -> tuple[Office, tuple[Problem, ...]]:
    """Read, check, join, count and protect; return the counts, and findings that did not stop it.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem of the step that failed.
    """
    if wrong := trial_run(plan):
        raise ConfigError([*wrong, *problems_of_data(plan, wrong)])
    progress("read")
    delivery = read(plan)
    progress("check")
    uncounted = uncounted_warnings(plan.indicators, disclosure_rules(plan), file=plan.file.name)
    problems = (
        *plan.findings,
        *delivery.problems,
        *check_delivery(delivery, plan),
        *fewer_areas_than_classes(plan, delivery),
        *scaled_count_problems(plan),
        *counted_head_problems(plan, delivery),
        *uncounted,
    )
    stop_on_errors(problems)
    progress("join")
    joined = join(plan, delivery)
    stop_on_errors(joined.problems)
    counted = {d: count(plan, delivery, joined.crosswalk, d) for d in sorted(delivery.tables)}
    progress("protect")
    if plan.disclosure.ledger is not None and delivery.released:
        refuse_unrecorded(delivery, ledger_of(plan))
    safe = protected_counts(plan, delivery, joined.crosswalk, counted)
    office = Office(plan, delivery, joined.crosswalk, counted, safe)
    return office, (*problems, *joined.problems, *safe.problems)


def computed_from(
    plan: Plan,
    office: Office,
    tables: Mapping[str, ProtectedTable],
    progress: Progress = lambda step: None,
) -> tuple[Computed, tuple[Problem, ...]]:
    """Return indicators and index of protected tables (or, for the office, of exact ones)."""
    progress("indicators")
    tables = with_released(plan, office.delivery, tables)
    today, counted = plan.stichtag.isoformat(), office.counted
    measured = {day: measure(plan, counted[day], tables[day]) for day in sorted(counted)}
    feeding = index_alone(plan)
    measured = {day: screened(feeding, m) for day, m in measured.items()}
    measured, guesses = filled_in(feeding, measured)
    measured, estimates = smoothed(feeding, measured, office.delivery.areas[plan.join.target])
    scoring = scoring_plan(plan, measured[today])
    progress("index")
    fitted_by_day, scored = _weighed(scoring, measured)
    inspected = tuple(inspect(scoring, measured[today], scored[today]))
    stop_on_errors(inspected)
    types, odd_types = area_types(scoring, scored, office.delivery.areas[plan.join.target])
    computed = Computed(
        plan=plan,
        scoring=scoring,
        delivery=without_tables(office.delivery),
        crosswalk=office.crosswalk,
        protected=office.safe.protected,
        measured=measured,
        fitted_by_day=fitted_by_day,
        scored=scored,
        left_out=[
            left_out_words(rows, disclosure_rules(plan).minimum)
            for rows in left_out(office.delivery, plan, dropped=False)
            if rows.day == today
        ],
        types=types,
    )
    return computed, (*guesses, *estimates, *inspected, *odd_types)


def without_tables(delivery: Delivery) -> Delivery:
    """Return a delivery without anything that was counted."""
    nothing: dict[str, Any] = {name: {} for name in _COUNTED}
    return replace(delivery, **nothing)


def stop_on_errors(problems: tuple[Problem, ...]) -> None:
    """Raise `DataError` with all problems if one of them is an error."""
    if any(p.severity == "error" for p in problems):
        raise DataError(problems)


def _weighed(
    plan: Plan, measured: dict[str, Measured]
) -> tuple[dict[str, FittedIndex], dict[str, dict[str, Scored]]]:
    """Return what every axis is measured with, and its index per Stichtag.

    A Stichtag at which an indicator of the index is not told, or not collected, has no index: with
    others it would not be the same index.
    """
    fitted_by_day = _fitted_by_day(plan, learning_sample(plan, measured))
    ids = {i.id for i in plan.indicators}
    scored: dict[str, dict[str, Scored]] = {}
    for day, m in measured.items():
        untold = bool(ids & set(m.unpublished))
        scored[day] = {}
        for axis in plan.axis_names:
            lost = untold or not_collected_in(plan, axis, m)
            value = m.used * np.nan if lost else m.used
            scored[day][axis] = score(plan, axis, value, fitted_by_day[axis])
    return fitted_by_day, likely_classes(plan, measured, scored, fitted_by_day)


def _fitted_by_day(plan: Plan, sample: Measured) -> dict[str, FittedIndex]:
    if plan.reference is None:
        return {axis: learn(plan, axis, sample) for axis in plan.axis_names}
    return frozen_methods(plan)


def frozen_methods(plan: Plan) -> dict[str, FittedIndex]:
    """Return what every axis was measured with in the earlier result that a build refers to.

    Raises
    ------
    ConfigError, DataError
        If there is no such result, or it has other indicators.
    """
    assert plan.reference is not None
    saved = open_result(plan.file.parent / plan.reference)
    if saved.plan.smoothed != plan.smoothed:
        kind = "smoothed" if saved.plan.smoothed else "counted"
        where: dict[str, Any] = {"file": plan.file.name, "key": "reference"}
        raise ConfigError(problem(f"pipeline.reference_{kind}", **where, folder=plan.reference))
    refuse_old_count(plan, saved.plan.stichtag.isoformat())
    ids = [i.id for i in plan.indicators if i.use == "index"]
    frozen = {axis: saved.fitted(public_name(plan, axis)) for axis in plan.axis_names}
    known = [i for y in frozen.values() for i in y.scale.ids]
    if sorted(known) != sorted(ids):
        raise ConfigError(
            problem(
                "pipeline.keys_of_reference",
                file=plan.file.name,
                key="reference",
                folder=plan.reference,
                expected=", ".join(sorted(known)),
                found=", ".join(sorted(ids)),
            )
        )
    return frozen
