"""``check`` of a file of ``participation``: what is wrong with it and its data; writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd

from sozialraum.config.participation import ParticipationPlan, read_participation
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, SozialraumError
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.participation.preparing import (
    children_per_area,
    ledger_asked_for,
    names_of_offers,
    rules_asked_for,
    shapes_of_areas,
)
from sozialraum.workflows.participation.record_stage import shielded
from sozialraum.workflows.participation.registrations import count_registrations

T = TypeVar("T")
# what goes on where a step refused: nobody, no offer, nothing found
_NO_CHILDREN: dict[str, pd.DataFrame] = {}
_NO_OFFERS: dict[str, str] = {}
_NOTHING: tuple[Problem, ...] = ()


@own_errors
def check_participation(
    path: str | Path,
    *,
    data: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Problem]:
    """Return everything there is to say about a file of ``participation`` and its data.

    The registrations are read, placed and counted as a run does, and forgotten; nothing is
    protected or written. No problem quotes a cell of them.

    Parameters
    ----------
    path : the TOML file
    data : folder below which the data lie, instead of the one the file names
    progress : told the name of each step as it begins
    """
    try:
        plan = read_participation(path, data=data)
    except ConfigError as error:
        return list(error.problems)
    found: list[Problem] = []
    _attempt(lambda: rules_asked_for(plan), found, None)
    _attempt(lambda: ledger_asked_for(plan), found, None)
    children, told = _attempt(lambda: _children(plan), found, (_NO_CHILDREN, _NOTHING))
    unfit = _attempt(lambda: _shapes(plan, children), found, _NOTHING)
    offers = _attempt(lambda: _offers(plan), found, _NO_OFFERS)
    counted = _attempt(lambda: _counted(plan, children, offers, progress), found, _NOTHING)
    return list(dict.fromkeys([*found, *told, *unfit, *counted]))


def _children(plan: ParticipationPlan) -> tuple[dict[str, pd.DataFrame], tuple[Problem, ...]]:
    children, _, told = children_per_area(plan)
    return children, tuple(told)


def _shapes(plan: ParticipationPlan, children: dict[str, pd.DataFrame]) -> tuple[Problem, ...]:
    return tuple(shapes_of_areas(plan, children)[1])


def _offers(plan: ParticipationPlan) -> dict[str, str]:
    return shielded(lambda: names_of_offers(plan), stage="offers")


def _attempt(work: Callable[[], T], found: list[Problem], instead: T) -> T:
    """Return what a step gives; where it refuses, keep its problems and go on."""
    try:
        return work()
    except SozialraumError as error:
        found += error.problems
        return instead


def _counted(
    plan: ParticipationPlan,
    children: dict[str, pd.DataFrame],
    offers: dict[str, str],
    progress: Callable[[str], None],
) -> tuple[Problem, ...]:
    """Return what is to be said of the registrations: rows and numbers, no cell."""
    file = Path(plan.records.file).name
    inside = shielded(
        lambda: count_registrations(plan, children, offers, None, progress),
        stage="count",
        file=file,
    )
    return inside.problems
