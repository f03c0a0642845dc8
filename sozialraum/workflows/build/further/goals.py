"""Where the goals of ``[[goals]]`` stand: from the published values of all areas together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.model.units import SHARE_FACTOR
from sozialraum.planning.targets import PER, Target, judge

if TYPE_CHECKING:
    from sozialraum.config.monitoring.goals import Goal
    from sozialraum.model import Indicator
    from sozialraum.workflows.build.computed import Computed
    from sozialraum.workflows.build.measuring import Measured


def goal_lights(computed: Computed) -> list[dict[str, Any]]:
    """Return every goal with its light and a sentence, in the order of the build file.

    ``light`` is "reached", "on_path" (on or before the straight way to the goal), "open" (the
    interval holds the way, or none is known), "behind", "missed" or "unknown".
    """
    indicators = {i.id: i for i in computed.plan.indicators}
    return [_judged(computed, goal, indicators[goal.indicator]) for goal in computed.plan.goals]


def _judged(computed: Computed, goal: Goal, about: Indicator) -> dict[str, Any]:
    day = dt.date.fromisoformat(computed.day)
    target = _target(computed, goal, about)
    status = judge(target, *_counts(computed.measured[computed.day], about), day=day)
    return {
        "indicator": goal.indicator,
        "light": _light(target, status.status, (status.low, status.high), day),
        "value": goal.value,
        "deadline": goal.due.isoformat(),
        "share": _plain(status.share),
        "low": _plain(status.low),
        "high": _plain(status.high),
        "responsible": goal.responsible,
        "sentence": status.sentence,
    }


def _light(target: Target, status: str, ends: tuple[float, float], day: dt.date) -> str:
    """Return the light: on the way only where the whole interval is."""
    if status != "open" or target.baseline is None or day >= target.deadline:
        return status
    path = target.path(day)
    ahead = ends[1] <= path if target.better == "lower" else ends[0] >= path
    return "on_path" if ahead else "open"


def _target(computed: Computed, goal: Goal, about: Indicator) -> Target:
    better = goal.better or ("lower" if about.direction == "burden" else "higher")
    return Target(
        id=goal.indicator, label=about.label, indicator=goal.indicator, value=_value(goal, about),
        deadline=goal.due, kind=about.kind, better=better,  # type: ignore[arg-type]
        responsible=goal.responsible, **_baseline(computed, goal, about),
    )  # fmt: skip


def _measure(about: Indicator) -> float:
    """Return what a share is multiplied with where goals are judged: rates per 1,000."""
    return PER if about.kind == "rate" else 1.0


def _value(goal: Goal, about: Indicator) -> float:
    """Return a goal as it is judged: a rate per 1,000, however the indicator is told."""
    told = SHARE_FACTOR[about.unit] if about.kind == "rate" else 1.0
    return goal.value / told * _measure(about)


def _baseline(computed: Computed, goal: Goal, about: Indicator) -> dict[str, Any]:
    """Return where the way to the goal begins; nothing where there is no such Stichtag."""
    today = computed.day
    for day in sorted(computed.measured):
        stated = not goal.begun or day == goal.begun
        if not stated or day >= today or day >= goal.due.isoformat():
            continue
        value = float(computed.measured[day].city.get(about.id, float("nan")))
        if about.comparable(day, today) and not pd.isna(value):
            start = value / SHARE_FACTOR.get(about.unit, 1.0) * _measure(about)
            return {"baseline": start, "baseline_date": dt.date.fromisoformat(day)}
    return {}


def _counts(measured: Measured, about: Indicator) -> tuple[float, float]:
    """Return cases and persons behind the published value, persons to tens as they are printed."""
    base = measured.base[about.id].drop(index=measured.excluded.index).sum()
    persons = round(float(base), -1)
    value = float(measured.city.get(about.id, float("nan")))
    if about.kind == "count":
        return value, persons
    return value / SHARE_FACTOR.get(about.unit, 1.0) * persons, persons


def _plain(number: float) -> float | None:
    return None if pd.isna(number) else round(number, 4)
