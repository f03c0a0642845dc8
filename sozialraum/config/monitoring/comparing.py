"""``[[compare]]``: two surveys set against each other, category by category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sozialraum.config.sections import Section
from sozialraum.model.options import IndicatorId
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan


class CompareRow(Section):
    """``[[compare.rows]]``: one category and the two shares of it."""

    label: str
    left: IndicatorId
    right: IndicatorId


class Compare(Section):
    """``[[compare]]``: what two groups say on the same categories; arguments of `sample_gap`.

    `left` and `right` are what the groups are called.
    """

    label: str
    left: str
    right: str
    rows: Annotated[tuple[CompareRow, ...], Field(min_length=1)]


def compare_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find shares that are none, and surveys that do not say of whom."""
    kinds = {i.id: i.kind for i in plan.indicators}
    for n, section in enumerate(plan.compare, 1):
        for m, row in enumerate(section.rows, 1):
            for side in ("left", "right"):
                found = getattr(row, side)
                if kinds.get(found, "share") != "share":
                    place: dict[str, Any] = {"key": f"compare[{n}].rows[{m}].{side}"}
                    yield problem("config.compare.no_share", file=file, found=found, **place)
    for i in plan.indicators:
        where: dict[str, Any] = {"file": file, "key": f"indicators.{i.id}", "label": i.label}
        if i.survey and (i.kind != "share" or i.value is not None or i.population is None):
            yield problem("config.kind.survey", **where)
        if i.population is not None and not i.survey:
            yield problem("config.kind.population", **where)
