"""One build, from the build file to a result that may be published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from sozialraum.config import Plan, read_build
from sozialraum.config.plan import speaking
from sozialraum.errors import ConfigError, DataError
from sozialraum.model import Problem
from sozialraum.pipeline.alternatives import problems_of
from sozialraum.pipeline.assembling import disclosure_rules, make_release, with_certainty
from sozialraum.pipeline.certainty import certainty
from sozialraum.pipeline.disclosing import releasing
from sozialraum.pipeline.disclosing.standing_in import publicly_measured
from sozialraum.pipeline.inspecting import inspect
from sozialraum.pipeline.joining import join
from sozialraum.pipeline.measuring import Measured, measure
from sozialraum.pipeline.reading import read
from sozialraum.pipeline.result import Result
from sozialraum.pipeline.saved import open_saved
from sozialraum.pipeline.scoring import Scored, Yardstick, learn, public_name, score
from sozialraum.pipeline.splitting import compare_masks
from sozialraum.privacy.edition import Withheld
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import Delivery
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import problem

Progress = Callable[[str], None]


def build(
    plan: Plan | str | Path,
    *,
    data: str | Path | None = None,
    lang: str | None = None,
    progress: Progress = lambda step: None,
) -> Result:
    """Run every step of a build and return its result; nothing is written.

    Parameters
    ----------
    plan : a build file, or what `read_build` made of it
    data : folder below which the delivered files lie, instead of the one the build file names
    lang : language of the committee page, "de" or "en", instead of the build file's
    progress : told the name of each step as it begins

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem of the step that failed.
    """
    plan = plan if isinstance(plan, Plan) else read_build(plan, data=data)
    if lang is not None:
        plan = speaking(plan, lang)
    if wrong := problems_of(plan):
        raise ConfigError(wrong)
    progress("read")
    delivery = read(plan)
    progress("check")
    problems = tuple(delivery.problems) + tuple(check_delivery(delivery, plan))
    stop_on_errors(problems)
    progress("join")
    joined = join(plan, delivery)
    stop_on_errors(joined.problems)
    crosswalk = joined.crosswalk
    problems += joined.problems
    progress("indicators")
    stichtage = sorted(delivery.tables)
    measured = {day: measure(plan, delivery, crosswalk, day) for day in stichtage}
    today = plan.stichtag.isoformat()
    measured[today] = compare_masks(plan, delivery, measured[today])
    progress("index")
    rules = disclosure_rules(plan)
    current = measured[plan.stichtag.isoformat()]
    yardsticks, scored = _weighed(plan, measured, rules)
    inspected = inspect(plan, current, scored[current.stichtag])
    stop_on_errors(tuple(inspected))
    progress("protect")
    audited = partial(_audited, plan, delivery, crosswalk, measured, rules)
    try:
        made = audited(yardsticks, scored)
    except releasing.TooFine:
        yardsticks, scored = _weighed(plan, measured, rules, coarse=True)
        made = audited(yardsticks, scored)
        problems += (problem("privacy.constants_coarse", "note"),)
    release_for = partial(make_release, plan, delivery, crosswalk, measured, scored, yardsticks)
    release, sure, main = made.release, None, plan.axis_names[0]
    if plan.uncertainty is not None:
        progress("certainty")
        known = publicly_measured(plan, current, yardsticks[main], release)
        sure = certainty(plan, known, scored[current.stichtag][main], yardsticks[main], rules)
        held = made.held.get(current.stichtag, Withheld())
        release = with_certainty(release, sure, plan, yardsticks[main], held)
    return Result(
        plan=plan,
        delivery=delivery,
        crosswalk=crosswalk,
        measured=measured,
        yardsticks=yardsticks,
        scored=scored,
        certainty=sure,
        release=release,
        release_for=release_for,
        problems=tuple(_placed(p, plan) for p in (*problems, *inspected, *made.problems)),
        reasons=made.reasons,
        # what a simulation tells is among the rows of the audit before it is run
        audited=None if made.told is None else releasing.Audited(release, made.told),
    )


def stop_on_errors(problems: tuple[Problem, ...]) -> None:
    """Raise `DataError` with all problems if one of them is an error."""
    if any(p.severity == "error" for p in problems):
        raise DataError(problems)


def _placed(found: Problem, plan: Plan) -> Problem:
    """Return a finding with a place: the build file, where it is about the build as a whole."""
    return found if found.place else replace(found, file=plan.file.name)


def _weighed(
    plan: Plan, measured: dict[str, Measured], rules: DisclosureRules, *, coarse: bool = False
) -> tuple[dict[str, Yardstick], dict[str, dict[str, Scored]]]:
    """Return what every axis is measured with, and its index per Stichtag."""
    current = measured[plan.stichtag.isoformat()]
    yardsticks = _yardsticks(plan, current, rules, coarse=coarse)
    scored = {
        day: {axis: score(plan, axis, m.value, yardsticks[axis]) for axis in plan.axis_names}
        for day, m in measured.items()
    }
    return yardsticks, scored


def _audited(
    plan: Plan,
    delivery: Delivery,
    crosswalk: Crosswalk | None,
    measured: dict[str, Measured],
    rules: DisclosureRules,
    yardsticks: dict[str, Yardstick],
    scored: dict[str, dict[str, Scored]],
) -> releasing.Made:
    """Return the release that gives nothing away, before anything is simulated."""
    given = (plan, delivery, crosswalk, measured, scored, yardsticks)
    return releasing.make(
        lambda held: make_release(*given, rules, withheld=held),
        releasing.told_by(*given, rules),
        releasing.ledger_of(plan),
    )


def _yardsticks(
    plan: Plan, current: Measured, rules: DisclosureRules, *, coarse: bool = False
) -> dict[str, Yardstick]:
    if plan.reference is None:
        return {axis: learn(plan, axis, current, rules, coarse=coarse) for axis in plan.axis_names}
    saved = open_saved(plan.file.parent / plan.reference)
    ids = [i.id for i in plan.indicators]
    frozen = {axis: saved.yardstick(public_name(plan, axis)) for axis in plan.axis_names}
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
