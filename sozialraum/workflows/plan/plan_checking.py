"""``check`` of a plan file: everything wrong with it, its build and its data, nothing computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sozialraum.config.plan import Plan
from sozialraum.config.reading import read_build
from sozialraum.config.toml_text import read_toml
from sozialraum.model.errors import ConfigError, SozialraumError
from sozialraum.model.options import usable_path
from sozialraum.model.problem import Problem
from sozialraum.planning.plan_file import understood_plan
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.texts import problem
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.plan.plan_data import data_problems
from sozialraum.workflows.plan.plan_names import names_unknown_to_build
from sozialraum.workflows.plan.plan_trial import trial_decisions
from sozialraum.workflows.plan.plan_words import unread_sections


@own_errors
def check_plan(
    path: str | Path,
    *,
    data: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Problem]:
    """Return everything there is to say about a plan file, on its build and its data.

    Parameters
    ----------
    path : plan file
    data : folder below which the delivered files lie, instead of the one the build file names
    progress : told the name of each step as it begins

    Returns
    -------
    Problems of the plan, and what keeps its build file from being read; never raises for them.
    What is wrong with the build beside that, `check_build` tells.
    """
    file = Path(path)
    try:
        plan, found = understood_plan(read_toml(file), file.name)
    except ConfigError as error:
        return list(error.problems)
    if plan is None or any(p.key == "build" for p in found):
        return found
    try:
        build = read_build(file.parent / plan.build, data=data)
        found += plan_problems(plan, build, file.name, whole=not found)
        progress("read")
        found += data_problems(plan, build, read(build), file.name)
    except SozialraumError as error:
        found += error.problems
    return list(dict.fromkeys(found))


def plan_problems(plan: PlanFile, build: Plan, file: str, *, whole: bool = True) -> list[Problem]:
    """Return what is wrong with a plan on its build, before any data are read.

    Parameters
    ----------
    plan, build : as understood
    file : name of the plan file
    whole : whether the plan is all there, so that its decisions can be tried
    """
    if not build.axis_names:
        return [problem("pipeline.no_index", file=file, key="build", found=build.file.name)]
    names = list(names_unknown_to_build(plan, build, file))
    if not whole:  # what reads a section may be what is not understood
        return names
    return [*names, *unread_sections(plan, file), *trial_decisions(plan, file)]


@own_errors
def build_of(path: str | Path) -> Path | None:
    """Return the build file that a plan names, where it is there."""
    file = Path(path)
    try:
        named = read_toml(file).get("build")
    except ConfigError:
        return None
    build = file.parent / named if isinstance(named, str) and usable_path(named) else None
    return build if build is not None and build.is_file() else None
