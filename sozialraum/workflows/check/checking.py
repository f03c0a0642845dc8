"""``check``: read everything, compute nothing, list every problem."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sozialraum.config import read_build
from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError


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
        return [*problems_of(plan), *delivery.problems, *check_delivery(delivery, plan)]
    except SozialraumError as error:
        return list(error.problems)


def write_check_report(problems: list[Problem], folder: Path) -> None:
    """Write ``pruefbericht.html`` and ``pruefbericht.json``."""
    from sozialraum.publish.page.report_check import write_check_report as write

    folder.mkdir(parents=True, exist_ok=True)
    write(problems, folder / "pruefbericht.html")
