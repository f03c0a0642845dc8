"""What is wrong with the data of a build file that has mistakes itself: all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.config.salvage import NOWHERE, salvage
from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError
from sozialraum.sources.checks import check_delivery
from sozialraum.workflows.build.delivery_reading import read

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan

# sections without which nobody knows what the files should hold
_OF_DATA = ("areas", "tables", "derived", "join", "reforms", "indicators", "crs", "stichtag")


def problems_of_files(
    path: str | Path, known: Sequence[Problem], *, data: str | Path | None = None
) -> list[Problem]:
    """Return what is wrong with the data of a build file that has mistakes itself.

    Parameters
    ----------
    path, data : build file and folder of its data, as for `check_build`
    known : what is wrong with the build file; where it is about the areas and tables themselves,
        only single files are looked at, not how they fit together
    """
    plan = salvage(path, data=data)
    return [] if plan is None else problems_of_data(plan, known)


def problems_of_data(plan: Plan, known: Sequence[Problem]) -> list[Problem]:
    """Return the errors in the data of a plan; parameters as for `problems_of_files`."""
    try:
        delivery = read(plan)
        found = list(delivery.problems)
        if not any((p.key or "").startswith(_OF_DATA) for p in known):
            found += check_delivery(delivery, plan)
    except SozialraumError as error:
        found = list(error.problems)
    except Exception:
        found = []
    mine = (plan.file.name, NOWHERE)
    return [p for p in found if p.severity == "error" and p.file not in mine]
