"""Indicators and the Stichtage at which they are collected, against the columns delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Indicator, Problem
from sozialraum.model.problem import Severity
from sozialraum.sources.plausibility.listing import files_of, listing
from sozialraum.texts import problem, text
from sozialraum.texts.periods import day_label

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

Frames = dict[str, dict[str, pd.DataFrame]]
_Kind = tuple[str, Severity, tuple[str, ...], tuple[str, ...]]  # code, severity, labels, columns


def check_collected(delivery: Delivery, plan: Plan, frames: Frames) -> Iterator[Problem]:
    """Yield indicators without columns, and columns nobody was to collect, once for all Stichtage.

    A yearly table beside a monthly one is one finding, not one of each month.

    Parameters
    ----------
    delivery, plan : of a build
    frames : Stichtag -> set of areas -> table with the derived counts
    """
    if any(p.severity == "error" for p in delivery.problems):
        return
    found: dict[_Kind, list[str]] = {}
    for day, sets in frames.items():
        known = {str(column) for frame in sets.values() for column in frame.columns}
        collected = plan.on_day(day).indicators
        if day != plan.stichtag.isoformat():
            for kind in _absent(collected, known | plan.released_columns):
                found.setdefault(kind, []).append(day)
        outside = [i for i in plan.indicators if i not in collected]
        for kind in _unexpected(outside, collected, sets):
            found.setdefault(kind, []).append(day)
    for kind, days in found.items():
        files = [files_of(plan, name, day) for day in days for name in frames[day]]
        yield _finding(kind, days, delivery, listing(list(dict.fromkeys(files))))


def _absent(indicators: tuple[Indicator, ...], known: set[str]) -> Iterator[_Kind]:
    """Yield the indicators that the tables of an earlier Stichtag do not know.

    They are missing for that Stichtag in all areas; the build's own must have them all.
    """
    absent = {
        variable: i.label for i in indicators for variable in i.columns if variable not in known
    }
    if absent:
        yield "not_collected", "warning", tuple(dict.fromkeys(absent.values())), tuple(absent)


def _unexpected(
    outside: list[Indicator], collected: tuple[Indicator, ...], sets: dict[str, pd.DataFrame]
) -> Iterator[_Kind]:
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
        yield "collected_outside", "note", tuple(found), tuple(str(c) for c in found.values())


def _finding(kind: _Kind, days: list[str], delivery: Delivery, file: str) -> Problem:
    """Tell what Stichtage have or lack, by indicator and column."""
    code, severity, labels, columns = kind
    first, last = (day_label(day, delivery.spans) for day in (days[0], days[-1]))
    one = text("check.at_day", day=first)
    return problem(
        f"check.{code}",
        severity,
        file=file,
        when=one if len(days) == 1 else text("check.at_days", n=len(days), first=first, last=last),
        n=len(labels),
        labels=listing([f"„{label}“" for label in labels]),
        columns=listing(list(columns)),
        more=text("check.seldom") if len(days) > 1 and code == "not_collected" else "",
    )
