"""``[[goals]]``: what an indicator is to reach, and until when; nothing else has a light."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sozialraum.config.deliveries import PeriodText
from sozialraum.config.sections import Section
from sozialraum.model.dates.period import Period
from sozialraum.model.options import Better, IndicatorId, NotNegative


class Goal(Section):
    """``[[goals]]``: a goal of all areas together; arguments of `sozialraum.planning.Target`.

    `value` is told as the indicator is: a share 0 to 1, a rate per 1,000, a count. `baseline` is
    the Stichtag from which the straight way to the goal is drawn; without it the first that is
    counted as today. `better` follows from the direction of the indicator unless it is stated.
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
