"""Goals that cannot be judged, or that say no direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.monitoring.goals import Goal
    from sozialraum.config.plan import Plan
    from sozialraum.model import Indicator, Problem

_KINDS = ("share", "rate", "count")  # whose chance is that of counted persons


def goal_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find goals that cannot be judged, or that say no direction."""
    indicators = {i.id: i for i in plan.indicators}
    for n, goal in enumerate(plan.goals, 1):
        about = indicators.get(goal.indicator)
        if about is not None:  # an unknown one is told with all other names
            yield from _of_one(goal, about, {"file": file, "key": f"goals[{n}]"})


def _of_one(goal: Goal, about: Indicator, where: dict[str, Any]) -> Iterator[Problem]:
    said = {**where, "label": about.label}
    if about.kind not in _KINDS or about.value is not None:
        yield problem("config.goals.kind", **said, found=about.kind)
    elif about.kind == "share" and goal.value > 1:
        yield problem("config.goals.share", **said, found=goal.value)
    if about.direction == "neutral":
        yield problem("config.goals.neutral", **said)
    if goal.begun and goal.begun >= goal.due.isoformat():
        yield problem("config.goals.turned", **said, found=f"{goal.baseline} … {goal.deadline}")
    if goal.begun and not about.comparable(goal.begun, goal.due.isoformat()):
        yield problem("config.goals.broken", **said, found=goal.baseline, broken=about.break_at)
