"""Refusing what would compare figures before and after a new definition of an indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sozialraum.model.errors import ConfigError
from sozialraum.publish.periods import break_words
from sozialraum.texts import problem
from sozialraum.texts.periods import day_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sozialraum.config import Plan
    from sozialraum.model import Indicator


def counted_otherwise(indicators: Iterable[Indicator], then: str, now: str) -> list[str]:
    """Return of the indicators whose definition changed between two Stichtage label and change."""
    return [
        f"„{i.label}“ ({', '.join(break_words(i))})"
        for i in indicators
        if not i.comparable(then, now)
    ]


def refuse_old_count(plan: Plan, then: str) -> None:
    """Refuse a scale learnt from figures that were counted by another definition.

    Raises
    ------
    ConfigError
        Where a break lies between the Stichtag of the scale and that of the build.
    """
    own = (i for i in plan.indicators if i.use == "index")
    labels = counted_otherwise(own, then, plan.stichtag.isoformat())
    if labels:
        where: dict[str, Any] = {"file": plan.file.name, "key": "reference"}
        found = day_label(then, plan.spans)
        told = problem("pipeline.reference_break", **where, labels=", ".join(labels), found=found)
        raise ConfigError(told)
