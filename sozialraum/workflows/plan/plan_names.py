"""What a plan names of its build: areas, goals, groups and class numbers, held against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.config.further import layer_of
from sozialraum.config.names import named_in
from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.index.classes import fit_breaks
from sozialraum.model.learnt import Breaks
from sozialraum.model.problem import Problem
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.texts import problem


def names_unknown_to_build(plan: PlanFile, build: Plan, file: str) -> Iterator[Problem]:
    """Yield every name of a plan that its build does not define, with the one meant.

    Parameters
    ----------
    plan : the plan
    build : the build it stands on, as understood
    file : name of the plan file
    """
    breaks = planned_classes(build)
    known = {
        "areas": sorted(build.areas),
        "goals": goals_of(build),
        "groups": None if breaks is None else list(breaks.labels),
    }
    for place, kind, name in named_in(plan):
        words = known[kind]
        if words is None or name in words or (kind == "groups" and name == ""):
            continue
        code = "config.unknown_areas" if kind == "areas" else "planning.unknown_name"
        shown, hint = name if kind == "areas" else f"„{name}“", did_you_mean(name, words)
        yield problem(code, file=file, key=place, found=shown, known=", ".join(words), hint=hint)
    if breaks is not None and plan.demand is not None:
        yield from _unknown_classes(plan.demand.needy, breaks, file)


def goals_of(build: Plan) -> list[str]:
    """Return what a goal can be about: indicators with cases, and what is counted beside them."""
    return [i.id for i in build.indicators] + [layer_of(name) for name in build.beside]


def planned_classes(build: Plan) -> Breaks | None:
    """Return classes with the names and numbers of a build; None where only its data tell them."""
    if build.reference is not None:
        return None
    section = build.axis(build.axis_names[0]).classes
    cut = section.model_dump() | ({"weights": None} if section.weights is not None else {})
    ramp = pd.Series(np.linspace(-2.0, 2.0, 40), [f"{n:02d}" for n in range(40)])
    try:
        return fit_breaks(ramp, **cut)
    except Exception:  # what is wrong with the classes is told by the check of the build file
        return None


def _unknown_classes(needy: tuple[int, ...], breaks: Breaks, file: str) -> Iterator[Problem]:
    for n, number in enumerate(needy, 1):
        if number not in breaks.numbers:
            known = ", ".join(map(str, breaks.numbers))
            said: dict[str, Any] = {"found": f"{number}", "known": known, "hint": ""}
            yield problem("planning.unknown_name", file=file, key=f"demand.needy[{n}]", **said)
