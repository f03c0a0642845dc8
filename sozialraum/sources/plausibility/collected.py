"""Indicators and the Stichtage at which they are collected, against the columns delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Indicator, Problem
from sozialraum.model.problem import Severity
from sozialraum.sources.plausibility.listing import files_of, listing
from sozialraum.texts import date, problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

Frames = dict[str, dict[str, pd.DataFrame]]


def check_collected(delivery: Delivery, plan: Plan, frames: Frames) -> Iterator[Problem]:
    """Yield per Stichtag, once, indicators without columns, and columns nobody was to collect.

    Parameters
    ----------
    delivery, plan : of a build
    frames : Stichtag -> set of areas -> table with the derived counts
    """
    if any(p.severity == "error" for p in delivery.problems):
        return
    for day, sets in frames.items():
        known = {str(column) for frame in sets.values() for column in frame.columns}
        files = ", ".join(dict.fromkeys(files_of(plan, name, day) for name in sets))
        collected = plan.on_day(day).indicators
        if day != plan.stichtag.isoformat():
            yield from _absent(collected, known | plan.released_columns, day, files)
        outside = [i for i in plan.indicators if i not in collected]
        yield from _unexpected(outside, collected, sets, day, files)


def _absent(
    indicators: tuple[Indicator, ...], known: set[str], day: str, file: str
) -> Iterator[Problem]:
    """Yield the indicators that the tables of an earlier Stichtag do not know.

    They are missing for that Stichtag in all areas; the build's own must have them all.
    """
    absent = {
        variable: i.label for i in indicators for variable in i.columns if variable not in known
    }
    if absent:
        labels = list(dict.fromkeys(absent.values()))
        yield _finding("not_collected", "warning", file, day, labels, list(absent))


def _unexpected(
    outside: list[Indicator],
    collected: tuple[Indicator, ...],
    sets: dict[str, pd.DataFrame],
    day: str,
    file: str,
) -> Iterator[Problem]:
    """Yield indicators with numbers at a Stichtag at which they are said not to be collected."""
    used = {c for i in collected for c in i.columns}
    own = {i.label: i.value or i.numerator or i.columns[0] for i in outside}
    found = {
        label: column
        for label, column in own.items()
        if column not in used
        and any(column in one and one[column].notna().any() for one in sets.values())
    }
    if found:
        columns = [str(column) for column in found.values()]
        yield _finding("collected_outside", "note", file, day, list(found), columns)


def _finding(
    code: str, severity: Severity, file: str, day: str, labels: list[str], columns: list[str]
) -> Problem:
    """Tell what a Stichtag has or lacks, by indicator and column."""
    return problem(
        f"check.{code}",
        severity,
        file=file,
        date=date(day),
        n=len(labels),
        labels=listing([f"„{label}“" for label in labels]),
        columns=listing(columns),
    )
