"""One build, from the build file to a result that may be published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.config import Plan, read_build
from sozialraum.config.plan import speaking
from sozialraum.model import Problem, Release
from sozialraum.privacy.edition import Withheld
from sozialraum.texts import problem
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.computing import Progress, coarser, compute
from sozialraum.workflows.build.disclosing.published_inputs import publicly_measured
from sozialraum.workflows.build.disclosing.releasing import Audited, Made, TooFine, make
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.release_draft import disclosure_rules, with_certainty
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.certainty.simulation import certainty
from sozialraum.workflows.error_boundary import own_errors

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


@own_errors
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
    return build_for_office(plan, data=data, lang=lang, progress=progress)[0]


@own_errors
def build_for_office(
    plan: Plan | str | Path,
    *,
    data: str | Path | None = None,
    lang: str | None = None,
    progress: Progress = lambda step: None,
) -> tuple[Result, Office]:
    """Return the result of `build`, and beside it the true numbers for the office.

    Parameters and errors as for `build`.
    """
    plan = plan if isinstance(plan, Plan) else read_build(plan, data=data)
    if lang is not None:
        plan = speaking(plan, lang)
    computed, problems = compute(plan, progress)
    progress("protect")
    try:
        made = make(computed)
    except TooFine:
        computed = coarser(computed)
        made = make(computed)
        problems = (*problems, problem("privacy.constants_coarse", "note"))
    release, sure = made.release, None
    if plan.uncertainty is not None:
        progress("certainty")
        release, sure = _simulated(computed, made)
    result = Result(
        **vars(computed),
        certainty=sure,
        release=release,
        problems=tuple(_placed(p, plan) for p in (*problems, *made.problems)),
        reasons=made.reasons,
        # what a simulation tells is among the rows of the audit before it is run
        audited=None if made.told is None else Audited(release, made.told),
    )
    return result, Office(plan, computed.delivery, computed.crosswalk, computed.measured)


def _simulated(computed: Computed, made: Made) -> tuple[Release, Certainty]:
    """Return the release with how sure it is, and the simulation."""
    plan, day, axis = computed.plan, computed.day, computed.main
    fitted, rules = computed.fitted_by_day[axis], disclosure_rules(plan)
    known = publicly_measured(plan, computed.measured[day], fitted, made.release)
    sure = certainty(plan, known, computed.scored[day][axis], fitted, rules)
    held = made.held.get(day, Withheld())
    return with_certainty(made.release, sure, plan, fitted, held), sure


def _placed(found: Problem, plan: Plan) -> Problem:
    """Return a finding with a place: the build file, where it is about the build as a whole."""
    return found if found.place else replace(found, file=plan.file.name)
