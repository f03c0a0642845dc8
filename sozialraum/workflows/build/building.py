"""One build, from the build file to a result that may be published."""

from __future__ import annotations

from pathlib import Path

from sozialraum.config import Plan, read_build
from sozialraum.config.plan import speaking
from sozialraum.model.errors import ConfigError
from sozialraum.texts import speaking_of
from sozialraum.workflows.build.computing import compute
from sozialraum.workflows.build.file_problems import problems_of_files
from sozialraum.workflows.build.finishing import finished
from sozialraum.workflows.build.outcome import BuildOutcome
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Progress, no_progress


@own_errors
def build(
    plan: Plan | str | Path,
    *,
    data: str | Path | None = None,
    lang: str | None = None,
    progress: Progress = no_progress,
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
    return build_for_office(plan, data=data, lang=lang, progress=progress).result


@own_errors
def build_for_office(
    plan: Plan | str | Path,
    *,
    data: str | Path | None = None,
    lang: str | None = None,
    progress: Progress = no_progress,
) -> BuildOutcome:
    """Return the result of `build`, and beside it the true numbers for the office.

    Parameters and errors as for `build`.
    """
    plan = plan if isinstance(plan, Plan) else _read(plan, data)
    if lang is not None:
        plan = speaking(plan, lang)
    with speaking_of(plan.place_kind):
        computed, office, problems = compute(plan, progress)
    result = finished(computed, problems, progress, safe=office.safe)
    return BuildOutcome(result, office)


def _read(path: str | Path, data: str | Path | None) -> Plan:
    """Return a build file; its mistakes are told with those of its data."""
    try:
        return read_build(path, data=data)
    except ConfigError as error:
        problems = [*error.problems, *problems_of_files(path, error.problems, data=data)]
        raise ConfigError(problems) from None
