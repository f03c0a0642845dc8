"""The page for changes of catchments by hand: for the office, or where the input is published."""

from __future__ import annotations

from pathlib import Path

from sozialraum.model.plan_release import PlanRelease
from sozialraum.planning.decisions.catchment_variants import catchment_question
from sozialraum.planning.plan_inputs import PlanInputs
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.publish.plans.edit_page import edit_page
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.plan.catchment_files import Writer
from sozialraum.workflows.plan.edit_data import edit_data

PAGE = "bearbeiten.html"


def may_publish_blocks(base: Result) -> bool:
    """Tell whether counts of single blocks may be in a page on this build."""
    return base.release.level == "intern" or base.plan.disclosure.published_input


def edit_files(
    plan: PlanFile, base: Result, inputs: PlanInputs, release: PlanRelease
) -> dict[str, Writer]:
    """Return what writes the page, by name.

    Parameters
    ----------
    plan, base : the plan file with ``[catchments]`` and ``[demand]``, and its build
    inputs : of the plan
    release : title, place, words and level
    """
    if plan.catchments is None or plan.demand is None:
        return {}
    on_forecast = plan.forecast if plan.catchments.on_forecast else None
    task = catchment_question(plan.catchments, inputs, on_forecast)
    blocks = base.delivery.areas[plan.demand.areas].loc[list(task.blocks)]
    page = edit_page(
        edit_data(plan, task, release.labels),
        blocks,
        release.points["catchments"].geometry.loc[list(task.schools)],
        title=release.title,
        place=release.place,
        intern=release.level == "intern",
    )
    return {PAGE: lambda path: _write(path, page)}


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")
