"""``[[targets]]``: where each goal stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
        sentences=tuple(map(_sentence, table.to_dict("records"))),
        figures={light: float((table["light"] == light).sum()) for light in LIGHTS},
        classes=table["light"],
        table=table,
    )
    return [variant], {}


def _sentence(row: Mapping[str, Any]) -> str:
    """Return where a goal stands, who answers for it, and what is done."""
    more = [
        text(f"planning.target.{name}", found=row[name])
        for name in ("responsible", "measures")
        if row[name]
    ]
    return " ".join([row["sentence"], *more])
