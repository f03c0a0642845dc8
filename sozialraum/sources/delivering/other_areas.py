"""Rows of areas outside the set, where a delivery covers more than the city: counted, left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from sozialraum.sources.delivering.notes import note
from sozialraum.sources.plausibility.left_out import persons_in, persons_words
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import TableSection
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery
    from sozialraum.sources.tabular.assembly import ReadTable


def leave_others(
    table: ReadTable,
    section: TableSection,
    keys: Collection[str] | None,
    delivery: Delivery,
    plan: Plan,
) -> ReadTable:
    """Return a table without rows of other areas, where its section says so; how many is noted."""
    if section.others != "leave_out" or keys is None:
        return table
    other = ~table.frame.index.isin(list(keys))
    if not other.any():
        return table
    persons = float(persons_in(table.frame.loc[other], plan).sum(min_count=1))
    said = {"n": int(other.sum()), "areas": section.areas}
    who = persons_words(persons, float("nan"))
    found = problem("sources.others_left_out", "note", who=who, **said)
    note(delivery, section.written, [found])
    return replace(
        table,
        frame=table.frame.loc[~other],
        status=table.status.loc[~other],
        text=table.text.loc[~other],
    )
