"""``[[goals]]``: what an indicator is to reach, and until when; nothing else has a light."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from sozialraum.config.deliveries import PeriodText
from sozialraum.config.sections import Section
from sozialraum.model.dates.period import Period
from sozialraum.model.options import Better, IndicatorId, NotNegative
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.model import Indicator, Problem

KINDS = ("share", "rate", "count")  # whose chance is that of counted persons


class Goal(Section):
    """``[[goals]]``: a goal of all areas together; arguments of `sozialraum.planning.Target`.

    `value` is a share 0 to 1, a rate per 1,000 or a count, as the indicator is. `baseline` is the
    Stichtag from which the straight way to the goal is drawn; without it the first that is counted
    as today. `better` follows from the direction of the indicator unless it is stated.
    """

    function: ClassVar[str] = "sozialraum.planning.targets:judge"

    indicator: IndicatorId
    value: NotNegative
    deadline: PeriodText
    baseline: PeriodText | None = None
    better: Better | None = None
    responsible: str = ""

    @property
    def due(self) -> dt.date:
        """The last day of the deadline."""
        return Period.parse(self.deadline).end

    @property
    def begun(self) -> str:
        """The Stichtag of the baseline, ISO; "" where none is stated."""
        return "" if self.baseline is None else Period.parse(self.baseline).end.isoformat()


def goal_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find goals that cannot be judged, or that say no direction."""
    indicators = {i.id: i for i in plan.indicators}
    for n, goal in enumerate(plan.goals, 1):
        about = indicators.get(goal.indicator)
        if about is not None:  # an unknown one is told with all other names
            yield from _of_one(goal, about, {"file": file, "key": f"goals[{n}]"})


def _of_one(goal: Goal, about: Indicator, where: dict[str, Any]) -> Iterator[Problem]:
    said = {**where, "label": about.label}
    if about.kind not in KINDS or about.value is not None:
        yield problem("config.goals.kind", **said, found=about.kind)
    elif about.kind == "share" and goal.value > 1:
        yield problem("config.goals.share", **said, found=goal.value)
    if about.direction == "neutral":
        yield problem("config.goals.neutral", **said)
    if goal.begun and goal.begun >= goal.due.isoformat():
        yield problem("config.goals.turned", **said, found=f"{goal.baseline} … {goal.deadline}")
    if goal.begun and not about.comparable(goal.begun, goal.due.isoformat()):
        yield problem("config.goals.broken", **said, found=goal.baseline, broken=about.break_at)
