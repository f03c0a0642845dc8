"""For the office alone: the same build from true counts, and what the protection cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.model import Problem
from sozialraum.texts import problem
from sozialraum.workflows.build.finishing import internal
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.build.saving import OfficeCopy
from sozialraum.workflows.error_boundary import own_errors


@own_errors
def office_copy(
    office: Office,
    public: Result,
    folder: str | Path,
    *,
    progress: Callable[[str], None] = lambda step: None,
) -> OfficeCopy:
    """Return a build from true counts with all findings, for `Result.save`.

    Parameters
    ----------
    office, public : as `build_for_office` returns them
    folder : of the office; neither in the public folder nor around it
    progress : told the name of each step as it begins
    """
    true = internal(office, progress)
    found = (*public.problems, *moved_classes(office, public, true))
    return OfficeCopy(Path(folder), true, true.release, found, true.manifest_facts())


@own_errors
def moved_classes(office: Office, public: Result, true: Result | None = None) -> list[Problem]:
    """Return how many areas have another class than by true counts; nothing of open data.

    Parameters
    ----------
    office : the true numbers of a build
    public : what may be published of it
    true : the build from true counts; made here if None
    """
    plan = office.plan
    if plan.disclosure.published_input or not plan.axis_names:
        return []
    if true is None:  # without the simulation: only classes are compared
        quick = plan.model_copy(update={"uncertainty": None})
        true = internal(replace(office, plan=quick))
    shown, exact = public.current.table["class"], true.current.table["class"]
    both = shown.notna() & exact.notna()
    moved = int((shown[both].astype(int) != exact[both].astype(int)).sum())
    counts: dict[str, Any] = {
        "moved": moved,
        "all": int(both.sum()),
        "none": int((exact.notna() & ~both).sum()),
    }
    return [problem("pipeline.classes_moved", "note", file=plan.file.name, **counts)]
