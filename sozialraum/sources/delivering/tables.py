"""The tables of a build, put beside each other on the keys of their areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Problem, status_frame
from sozialraum.sources.delivering.merging import merge_table, merge_tree, merged_keys
from sozialraum.sources.delivering.notes import note
from sozialraum.sources.tabular.assembly import ReadTable
from sozialraum.sources.tabular.tables import read_table
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.config.sections import TableSection as TableSection
    from sozialraum.sources.delivering.delivered import Delivery


def read_one(path: Path, section: TableSection, delivery: Delivery, plan: Plan) -> ReadTable | None:
    """Return one table on the keys of merged areas; None where it must not be used."""
    tree = merge_tree(plan.areas[section.areas])
    areas = delivery.areas.get(section.areas)
    known = areas is not None and not is_old(plan, section)
    table = read_table(
        path,
        key=section.key,
        width=section.width,
        sheet=section.sheet,
        encoding=section.encoding,
        delimiter=section.delimiter,
        decimal=section.decimal,
        sentinels=section.sentinels,
        columns=section.columns,
        text=section.text,
        areas={*areas.index, *tree, *merged_keys(tree)} if known else None,
    )
    if known:
        shares = [i.value for i in plan.indicators if i.value is not None]
        table = merge_table(table, tree, shares=shares)
    note(delivery, section.file, table.problems)
    return None if table.errors else table


def is_old(plan: Plan, section: TableSection) -> bool:
    """Tell whether a table is of before a reform of its areas, and has other keys."""
    day = section.stichtag or plan.stichtag
    return any(r.areas == section.areas and day < r.since for r in plan.reforms)


def add_table(delivery: Delivery, table: ReadTable, section: TableSection, plan: Plan) -> None:
    """Put a table beside the others of its areas and Stichtag, on the keys of the areas.

    A table of before a reform keeps its own keys, until it is carried over to the present ones.
    """
    day = section.stichtag or plan.stichtag
    stichtag = day.isoformat()
    areas = delivery.areas.get(section.areas)
    old = is_old(plan, section)
    there = delivery.tables.setdefault(stichtag, {}).get(section.areas, pd.DataFrame())
    keys = there.index.union(table.frame.index) if areas is None or old else areas.index
    twice = [c for c in table.frame.columns if c in there.columns]
    if twice:
        note(delivery, section.file, [_twice(twice, table, there, section.areas)])
        return
    origin = delivery.origins.setdefault(stichtag, {}).setdefault(section.areas, {})
    origin.update(dict.fromkeys((*table.frame.columns, *table.text.columns), section.file))
    status = status_frame(table.status.astype(object).reindex(keys, fill_value="missing"))
    surplus = pd.concat([table.frame.loc[keys.get_indexer(table.frame.index) < 0], table.unplaced])
    nobodys = delivery.unplaced.setdefault(stichtag, {}).setdefault(section.areas, set())
    nobodys.update(table.unplaced.index)
    for store, frame, nothing in (
        (delivery.tables, table.frame.reindex(keys), np.nan),
        (delivery.status, status, "missing"),
        (delivery.text, table.text.reindex(keys, fill_value=""), ""),
    ):
        sets = store.setdefault(stichtag, {})
        before = sets.get(section.areas, pd.DataFrame(index=keys))
        if not before.index.equals(keys):
            before = before.reindex(keys, fill_value=nothing)
        sets[section.areas] = pd.concat([before, frame], axis=1)
    for store, frame in ((delivery.totals, table.totals), (delivery.surplus, surplus)):
        sets = store.setdefault(stichtag, {})
        sets[section.areas] = pd.concat([sets.get(section.areas, pd.DataFrame()), frame], axis=1)


def _twice(columns: list[str], table: ReadTable, there: pd.DataFrame, areas: str) -> Problem:
    """Tell of columns that another table of the same areas has, or of a city in two halves."""
    filled = there[columns].dropna(how="all").index
    apart = not filled.empty and filled.intersection(table.frame.index).empty
    name = "sources.tables_of_parts" if apart else "sources.variable_twice"
    said = {"n": len(columns), "columns": "“, „".join(columns), "areas": areas}
    return problem(name, column=columns[0], **said)
