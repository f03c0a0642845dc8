"""From delivered files to the index: read, checked, joined, measured, scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sozialraum.config import Plan
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.privacy.reasons import uncounted_warnings
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import Delivery
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import problem
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.imputing import filled_in, learning_ground
from sozialraum.workflows.build.inspecting import inspect
from sozialraum.workflows.build.joining import join
from sozialraum.workflows.build.measuring import Measured, measure
from sozialraum.workflows.build.release_draft import disclosure_rules
from sozialraum.workflows.build.scoring import FittedMethod, Scored, learn, public_name, score
from sozialraum.workflows.build.split_areas import compare_masks
from sozialraum.workflows.build.trial import trial_run
from sozialraum.workflows.show.saved import open_result

Progress = Callable[[str], None]


def compute(plan: Plan, progress: Progress) -> tuple[Computed, tuple[Problem, ...]]:
    """Run every step before the gate; return its results, and the findings that did not stop it.

    Raises
    ------
    ConfigError, DataError
        With every problem of the step that failed.
    """
    if wrong := trial_run(plan):
        raise ConfigError(wrong)
    progress("read")
    delivery = read(plan)
    progress("check")
    uncounted = uncounted_warnings(plan.indicators, disclosure_rules(plan), file=plan.file.name)
    problems = (*plan.findings, *delivery.problems, *check_delivery(delivery, plan), *uncounted)
    stop_on_errors(problems)
    progress("join")
    joined = join(plan, delivery)
    stop_on_errors(joined.problems)
    progress("indicators")
    measured, guesses = filled_in(plan, _measured(plan, delivery, joined.crosswalk))
    progress("index")
    fitted_by_day, scored = _weighed(plan, measured)
    today = plan.stichtag.isoformat()
    inspected = tuple(inspect(plan, measured[today], scored[today]))
    stop_on_errors(inspected)
    computed = Computed(plan, delivery, joined.crosswalk, measured, fitted_by_day, scored)
    return computed, (*problems, *joined.problems, *guesses, *inspected)


def coarser(computed: Computed) -> Computed:
    """Return the same build measured with constants that are rounded further."""
    fitted_by_day, scored = _weighed(computed.plan, computed.measured, coarse=True)
    return replace(computed, fitted_by_day=fitted_by_day, scored=scored)


def stop_on_errors(problems: tuple[Problem, ...]) -> None:
    """Raise `DataError` with all problems if one of them is an error."""
    if any(p.severity == "error" for p in problems):
        raise DataError(problems)


def _measured(plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None) -> dict[str, Measured]:
    """Return values and bases per Stichtag; the build's own compared with other masks."""
    measured = {day: measure(plan, delivery, crosswalk, day) for day in sorted(delivery.tables)}
    today = plan.stichtag.isoformat()
    return measured | {today: compare_masks(plan, delivery, measured[today])}


def _weighed(
    plan: Plan, measured: dict[str, Measured], *, coarse: bool = False
) -> tuple[dict[str, FittedMethod], dict[str, dict[str, Scored]]]:
    """Return what every axis is measured with, and its index per Stichtag."""
    ground = learning_ground(plan, measured)
    fitted_by_day = _fitted_by_day(plan, ground, disclosure_rules(plan), coarse=coarse)
    scored = {
        day: {axis: score(plan, axis, m.used, fitted_by_day[axis]) for axis in plan.axis_names}
        for day, m in measured.items()
    }
    return fitted_by_day, scored


def _fitted_by_day(
    plan: Plan, ground: Measured, rules: DisclosureRules, *, coarse: bool = False
) -> dict[str, FittedMethod]:
    if plan.reference is None:
        return {axis: learn(plan, axis, ground, rules, coarse=coarse) for axis in plan.axis_names}
    return frozen_methods(plan)


def frozen_methods(plan: Plan) -> dict[str, FittedMethod]:
    """Return what every axis was measured with in the earlier result that a build refers to.

    Raises
    ------
    ConfigError, DataError
        If there is no such result, or it has other indicators.
    """
    assert plan.reference is not None
    saved = open_result(plan.file.parent / plan.reference)
    ids = [i.id for i in plan.indicators]
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
