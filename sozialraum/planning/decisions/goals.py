"""``[[targets]]``: where each goal stands."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.planning.plan_inputs import Drafted, PlanInputs
from sozialraum.planning.plan_sections import TargetSection
from sozialraum.planning.scenario import Variant
from sozialraum.planning.targets import judge_all
from sozialraum.texts import text

LIGHTS = ("green", "yellow", "red", "grey")


def judged_goals(sections: Sequence[TargetSection], inputs: PlanInputs) -> Drafted:
    """Set the light of every goal."""
    table = judge_all([one.target() for one in sections], inputs.counts, day=inputs.day)
    variant = Variant(
        name=text("planning.verb.targets"),
        sentences=tuple(table["sentence"]),
        figures={light: float((table["light"] == light).sum()) for light in LIGHTS},
        classes=table["light"],
        table=table,
    )
    return [variant], {}
