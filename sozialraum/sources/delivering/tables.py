"""The tables of a build, put beside each other on the keys of their areas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.model import Period, Problem, status_frame
from sozialraum.model.dates.period import note_span
from sozialraum.sources.delivering.census import read_cell_table
from sozialraum.sources.delivering.coarser import beside, coarser, unmeasured, ways_of
from sozialraum.sources.delivering.merging import merge_table, merge_tree, merged_keys
from sozialraum.sources.delivering.notes import note
from sozialraum.sources.delivering.other_areas import leave_others
from sozialraum.sources.delivering.tables_asked import asked_shape, translation_of
from sozialraum.sources.reshaping.municipal_keys import AGS
from sozialraum.sources.reshaping.reading import read_tables
from sozialraum.sources.tabular.assembly import ReadTable
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import TableSection
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery


def read_one(
    path: Path, section: TableSection, delivery: Delivery, plan: Plan
) -> dict[Period, ReadTable]:
    """Return the tables of one file by period, on the keys of merged areas.

    A Stichtag whose table must not be used is not there.
    """
    tree = merge_tree(plan.areas[section.areas])
    areas = delivery.areas.get(section.areas)
    if areas is not None and plan.areas[section.areas].grid is not None:
        cells = read_cell_table(path, section, plan, areas, delivery)
        note(delivery, section.written, cells.problems)
        return {} if cells.errors else {Period.of(_day_of(section, plan)): cells}
    keys = None if areas is None else {*areas.index, *tree, *merged_keys(tree)}
    own = _day_of(section, plan)
    tables, problems, left = read_tables(
        path,
        areas=lambda period: None if is_old(plan, section, _day(period, own)) else keys,
        translate=translation_of(section, plan, areas),
        **_asked_of(section, plan),
    )
    written = section.written
    note(delivery, written, problems)
    delivery.left_rows.extend((written, rows) for rows in left)
    found: dict[Period, ReadTable] = {}
    for period, read in tables.items():
        day = _day(period, own)
        if section.to is None:
            note_span(delivery.spans, _span(period, day, plan))
        table = read
        if keys is not None and not is_old(plan, section, day):
            table = merge_table(read, tree, shares=_delivered_shares(plan))
        note(delivery, written, table.problems)
        if not table.errors:
            own_period = _stated(section) if period is None else period
            found[own_period or Period.of(day)] = leave_others(table, section, keys, delivery, plan)
    return found


def _asked_of(section: TableSection, plan: Plan) -> dict[str, Any]:
    """Return how a section says its file is written."""
    return {
        "key": section.key or plan.areas[section.areas].key,
        "shape": asked_shape(section),
        "sheet": section.sheet,
        "layer": section.layer or _layer_of(section, plan),
        "encoding": section.encoding,
        "delimiter": section.delimiter,
        "width": section.width,
        "decimal": section.decimal,
        "sentinels": section.sentinels,
        "columns": section.columns,
        "text": section.text,
        "municipal": plan.ags if section.prefix == AGS else None,
    }


def _delivered_shares(plan: Plan) -> list[str]:
    """Return the columns that are delivered as shares, not as counts."""
    shares = [i.value for i in plan.indicators if i.value is not None]
    return shares + [share.value for share in plan.counted_shares]


def _layer_of(section: TableSection, plan: Plan) -> str | None:
    """Return the layer of the areas, where the table is the attributes of their file."""
    areas = plan.areas[section.areas]
    return areas.layer if areas.file == section.written else None


def _day_of(section: TableSection, plan: Plan) -> dt.date:
    """Return the Stichtag that the build file states for a table."""
    return (section.days(plan.stichtag) or (plan.stichtag,))[0]


def _day(period: Period | None, own: dt.date) -> dt.date:
    return own if period is None else period.end


def _stated(section: TableSection) -> Period | None:
    """Return the one period that the build file states for a table."""
    stated = None if section.stichtag is None else section.stichtag.periods
    return stated[0] if stated is not None and len(stated) == 1 else None


def gather(
    delivery: Delivery,
    known: dict[Period, ReadTable],
    read: dict[Period, ReadTable],
    section: TableSection,
) -> None:
    """Put the periods of one file beside those of the others; the same area twice is told."""
    for period, table in read.items():
        both = beside(known.get(period), table)
        if both is not None:
            known[period] = both
            continue
        columns = [str(c) for c in table.frame.columns]
        note(
            delivery, section.written, [_twice(columns, table, known[period].frame, section.areas)]
        )


def add_coarser(
    delivery: Delivery, tables: dict[Period, ReadTable], section: TableSection, plan: Plan
) -> None:
    """Put the longer spans of a table beside the other tables."""
    assert section.to is not None
    file = section.written
    wrong = unmeasured(plan, tables, file)
    if any(p.grain == "day" or p.grain == section.to for p in tables):
        found = str(next(iter(tables)))
        wrong.append(problem("sources.no_shorter_span", file=file, found=found, to=section.to))
    if wrong:
        note(delivery, file, wrong)
        return
    spans, lacking = coarser(tables, section.to, ways_of(plan), file=file)
    note(delivery, file, lacking)
    for span, table in spans.items():
        note_span(delivery.spans, span)
        add_table(
            delivery, table, section.model_copy(update={"file": file, "files": ()}), plan, span.end
        )


def _span(period: Period | None, day: dt.date, plan: Plan) -> Period | None:
    """Return what a Stichtag closes: as delivered, or in the grain of the build file."""
    if plan.grain is None or (period is not None and period.grain not in ("day", "year")):
        return period
    return Period.closed_by(day, plan.grain) or period


def is_old(plan: Plan, section: TableSection, day: dt.date) -> bool:
    """Tell whether a table is of before a reform of its areas, and has other keys."""
    return any(r.areas == section.areas and day < r.since for r in plan.reforms)


def add_table(
    delivery: Delivery, table: ReadTable, section: TableSection, plan: Plan, day: dt.date
) -> None:
    """Put a table beside the others of its areas and Stichtag, on the keys of the areas.

    A table of before a reform keeps its own keys, until it is carried over to the present ones.
    """
    stichtag, file = day.isoformat(), section.written
    areas = delivery.areas.get(section.areas)
    old = is_old(plan, section, day)
    there = delivery.tables.setdefault(stichtag, {}).get(section.areas, pd.DataFrame())
    keys = there.index.union(table.frame.index) if areas is None or old else areas.index
    twice = [c for c in table.frame.columns if c in there.columns]
    if twice and section.files and _is_apart(twice, table, there):
        _add_rows(delivery, table, section.areas, stichtag)
        return
    if twice:
        note(delivery, file, [_twice(twice, table, there, section.areas)])
        return
    origin = delivery.origins.setdefault(stichtag, {}).setdefault(section.areas, {})
    origin.update(dict.fromkeys((*table.frame.columns, *table.text.columns), file))
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
        known = [sets[section.areas]] if section.areas in sets else []
        sets[section.areas] = pd.concat([*known, frame], axis=1)


def _is_apart(columns: list[str], table: ReadTable, there: pd.DataFrame) -> bool:
    """Tell whether two tables with the same columns have different areas."""
    filled = there[columns].dropna(how="all").index
    return not filled.empty and filled.intersection(table.frame.index).empty


def _add_rows(delivery: Delivery, table: ReadTable, areas: str, stichtag: str) -> None:
    """Put the rows of one of several files below those of the others."""
    for stored, frame in (
        (delivery.tables, table.frame),
        (delivery.status, table.status),
        (delivery.text, table.text),
    ):
        known = stored[stichtag][areas]
        rows, columns = (
            known.index.intersection(frame.index),
            known.columns.intersection(frame.columns),
        )
        known.loc[rows, columns] = frame.loc[rows, columns]
    foreign = table.frame.loc[~table.frame.index.isin(delivery.tables[stichtag][areas].index)]
    surplus = pd.concat([delivery.surplus[stichtag][areas], foreign, table.unplaced])
    delivery.surplus[stichtag][areas] = surplus
    delivery.unplaced[stichtag][areas].update(table.unplaced.index)


def _twice(columns: list[str], table: ReadTable, there: pd.DataFrame, areas: str) -> Problem:
    """Tell of columns that another table of the same areas has, or of a city in two halves."""
    name = (
        "sources.tables_of_parts" if _is_apart(columns, table, there) else "sources.variable_twice"
    )
    said = {"n": len(columns), "columns": "“, „".join(columns), "areas": areas}
    return problem(name, column=columns[0], **said)
