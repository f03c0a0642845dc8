"""One build, from the build file to a result that may be published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from sozialraum.config import Plan, read_build
from sozialraum.config.plan import speaking
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.computing import Progress, compute, computed_from
from sozialraum.workflows.build.counts.protecting import Safe, exact_counts
from sozialraum.workflows.build.file_problems import problems_of_files
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.release_draft import draft_release, with_certainty
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.certainty.simulation import certainty
from sozialraum.workflows.error_boundary import own_errors


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
    plan = plan if isinstance(plan, Plan) else _read(plan, data)
    if lang is not None:
        plan = speaking(plan, lang)
    computed, office, problems = compute(plan, progress)
    result = finished(computed, problems, progress, safe=office.safe)
    return result, office


def _read(path: str | Path, data: str | Path | None) -> Plan:
    """Return a build file; its mistakes are told with those of its data."""
    try:
        return read_build(path, data=data)
    except ConfigError as error:
        problems = [*error.problems, *problems_of_files(path, error.problems, data=data)]
        raise ConfigError(problems) from None


@own_errors
def internal(office: Office, progress: Progress = lambda step: None) -> Result:
    """Return the build from true counts, for the office alone; every page of it says so.

    Parameters
    ----------
    office : of `build_for_office`
    progress : told the name of each step as it begins
    """
    exact = {day: exact_counts(office.plan, one) for day, one in office.counted.items()}
    computed, problems = computed_from(office.plan, office, exact, progress)
    return finished(replace(computed, protected=None), problems, progress, level="intern")


def finished(
    computed: Computed,
    problems: tuple[Problem, ...],
    progress: Progress,
    *,
    level: Literal["public", "intern"] = "public",
    safe: Safe | None = None,
) -> Result:
    """Return the result of what was computed: its release, and how sure it is."""
    plan, release, sure = computed.plan, draft_release(computed, level), None
    if plan.uncertainty is not None:
        progress("certainty")
        fitted = computed.fitted_by_day[computed.main]
        today, scored = computed.measured[computed.day], computed.scored[computed.day]
        sure = certainty(computed.scoring, today, scored[computed.main], fitted)
        if sure is not None:
            release = with_certainty(release, sure, computed.scoring, fitted)
    return Result(
        **vars(computed),
        certainty=sure,
        release=release,
        problems=tuple(_placed(p, plan) for p in problems),
        safe=safe,
    )


def _placed(found: Problem, plan: Plan) -> Problem:
    """Return a finding with a place: the build file, where it is about the build as a whole."""
    return found if found.place else replace(found, file=plan.file.name)
