"""From what was computed to a result: its release, how sure it is, every finding with a place."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sozialraum.config import Plan
from sozialraum.model import Problem
from sozialraum.texts import speaking_of
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.computing import computed_from
from sozialraum.workflows.build.counts.protecting import Safe, exact_counts
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.release_draft import draft_release, with_certainty
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.certainty.simulation import certainty
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Progress, no_progress


@own_errors
def internal(office: Office, progress: Progress = no_progress) -> Result:
    """Return the build from true counts, for the office alone; every page of it says so.

    Parameters
    ----------
    office : of `build_for_office`
    progress : told the name of each step as it begins
    """
    exact = {day: exact_counts(office.plan, one) for day, one in office.counted.items()}
    with speaking_of(office.plan.place_kind):
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
    with speaking_of(computed.plan.place_kind):
        return _finished(computed, problems, progress, level=level, safe=safe)


def _finished(
    computed: Computed,
    problems: tuple[Problem, ...],
    progress: Progress,
    *,
    level: Literal["public", "intern"],
    safe: Safe | None,
) -> Result:
    plan, release, sure = computed.plan, draft_release(computed, level), None
    if plan.uncertainty is not None and computed.main:
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
