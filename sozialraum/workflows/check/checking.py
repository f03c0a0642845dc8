"""``check``: read everything, compute nothing, list every problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.config import read_build
from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivery import Delivery


def check_build(
    path: str | Path,
    *,
    data: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Problem]:
    """Return everything there is to say about a build file and its data; never raises for them.

    Parameters
    ----------
    path : build file
    data : folder below which the delivered files lie, instead of the one the build file names
    progress : told the name of each step as it begins
    """
    try:
        plan = read_build(path, data=data)
        from sozialraum.sources.checks import check_delivery
        from sozialraum.workflows.build.delivery_reading import read
        from sozialraum.workflows.certainty.alternatives import problems_of

        progress("read")
        delivery = read(plan)
        progress("check")
        found = [*problems_of(plan), *delivery.problems, *check_delivery(delivery, plan)]
        return [*found, *_neighbours(plan, delivery)]
    except SozialraumError as error:
        return list(error.problems)


def _neighbours(plan: Plan, delivery: Delivery) -> list[Problem]:
    """Return who is whose neighbour in a build that asks for it, once its areas are sound."""
    stated = "neighbours" in plan.model_fields_set
    asked = stated or plan.clusters is not None or plan.space_statistics is not None
    areas = delivery.areas.get(plan.join.target)
    if not asked or areas is None:
        return []
    from sozialraum.space.neighbour_findings import neighbour_findings
    from sozialraum.space.neighbours import find_neighbours

    section, file = plan.neighbours, plan.areas[plan.join.target].file
    try:
        graph = find_neighbours(areas, **section.model_dump())
    except SozialraumError as error:
        return [replace(p, file=file) for p in error.problems]
    how = {"method": section.method, "tolerance": section.tolerance}
    return neighbour_findings(graph, **how, file=file)


def write_check_report(problems: list[Problem], folder: Path) -> None:
    """Write ``pruefbericht.html`` and ``pruefbericht.json``."""
    from sozialraum.publish.page.report_check import write_check_report as write

    folder.mkdir(parents=True, exist_ok=True)
    write(problems, folder / "pruefbericht.html")
