"""Months as a year: flows added up, stocks at the last day or as their mean; never by guessing.

A sum is known where every month was delivered. Numbers of different measures are never mixed: what
a column counts is said in ``[[counts]]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Period, Problem, status_frame
from sozialraum.model.dates.period import Grain
from sozialraum.sources.tabular.assembly import ReadTable
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan

Way = str  # "sum", "end" or "mean"


def ways_of(plan: Plan) -> dict[str, Way]:
    """Return how each column that ``[[counts]]`` names is told for a longer span."""
    return {c.name: "sum" if c.measure == "flow" else c.year for c in plan.counts}


def unmeasured(plan: Plan, tables: Mapping[Period, ReadTable], file: str) -> list[Problem]:
    """Return the cases of indicators of which nobody says whether they add up."""
    known, named = {c.name for c in plan.counts}, set[str]()
    for i in plan.indicators:
        named |= {c for c in (i.numerator, i.incoming, i.outgoing) if c is not None}
    there = {str(column) for table in tables.values() for column in table.frame.columns}
    return [
        problem("sources.unmeasured", file=file, column=column, key="counts")
        for column in sorted((named & there) - known)
    ]


def beside(known: ReadTable | None, table: ReadTable) -> ReadTable | None:
    """Return the rows of two files of one period; None where both have the same area."""
    if known is None:
        return table
    if not known.frame.index.intersection(table.frame.index).empty:
        return None
    parts = ("frame", "status", "text", "totals", "unplaced")
    rows = {n: pd.concat([getattr(known, n), getattr(table, n)]) for n in parts}
    rows["status"] = status_frame(rows["status"].astype(object).fillna("missing"))
    return replace(known, **rows, problems=[*known.problems, *table.problems])


def coarser(
    tables: Mapping[Period, ReadTable], to: Grain, ways: Mapping[str, Way], *, file: str
) -> tuple[dict[Period, ReadTable], list[Problem]]:
    """Return one table per longer span, and which spans lack months.

    Parameters
    ----------
    tables : by period, all of one grain that is shorter than `to`
    to : "quarter", "half", "year" or "school_year"
    ways : column -> "sum", "end" or "mean"; other columns stand as at the end
    file : as messages name it

    Returns
    -------
    span -> table. A cell of a sum or mean is known where all parts are; else its status is the
    first that is not "ok", and "missing" where a part was not delivered.
    """
    spans: dict[Period, list[Period]] = {}
    for period in sorted(tables):
        spans.setdefault(Period.of(period.end, to), []).append(period)
    found, lacking = {}, []
    for span, parts in spans.items():
        whole = _whole(span, parts[0])
        if len(parts) < whole:
            lacking.append(f"{span} ({len(parts)}/{whole})")
        found[span] = _one(span, [tables[p] for p in parts], parts, ways, len(parts) == whole)
    if not lacking:
        return found, []
    said = {"n": len(lacking), "found": ", ".join(lacking[:5])}
    return found, [problem("sources.spans_lack", "warning", file=file, **said)]


def _whole(span: Period, part: Period) -> int:
    """Return how many parts of one grain a span has."""
    first = Period.of(span.start, part.grain)
    return first.steps_to(Period.of(span.end, part.grain)) + 1


def _one(
    span: Period,
    tables: Sequence[ReadTable],
    parts: Sequence[Period],
    ways: Mapping[str, Way],
    whole: bool,
) -> ReadTable:
    keys = tables[0].frame.index
    for table in tables[1:]:
        keys = keys.union(table.frame.index)
    columns = list(dict.fromkeys(c for table in tables for c in table.frame.columns))
    frame, status = pd.DataFrame(index=keys), pd.DataFrame(index=keys)
    for column in columns:
        values, signs = _stacked(tables, keys, column)
        way = ways.get(str(column), "end")
        if way == "end":
            there = parts[-1].end == span.end
            frame[column] = values[-1] if there else np.nan
            status[column] = signs[-1] if there else "missing"
        else:
            frame[column] = _added(values, way) if whole else np.nan
            status[column] = _first_sign(signs) if whole else "missing"
    status = status.where(status.ne("ok") | frame.notna(), "missing")
    last = tables[-1]
    problems = [p for table in tables for p in table.problems]
    return ReadTable(
        frame=frame.where(status.eq("ok")).astype(float),
        status=status_frame(status),
        text=last.text.reindex(keys).fillna(""),
        problems=list(dict.fromkeys(problems)),
        recognised=last.recognised,
        unplaced=_unplaced(tables, ways),
    )


def _stacked(
    tables: Sequence[ReadTable], keys: pd.Index, column: object
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    values, signs = [], []
    for table in tables:
        there = column in table.frame
        values.append(
            table.frame[column].reindex(keys).to_numpy(float)
            if there
            else np.full(len(keys), np.nan)
        )
        told = table.status[column].astype(object).reindex(keys) if there else None
        signs.append(
            np.full(len(keys), "missing", dtype=object)
            if told is None
            else told.fillna("missing").to_numpy(object)
        )
    return values, signs


def _added(values: Sequence[np.ndarray], way: Way) -> np.ndarray:
    total = np.sum(values, axis=0)
    # a mean of persons is told in whole persons
    return total if way == "sum" else np.floor(total / len(values) + 0.5)


def _first_sign(signs: Sequence[np.ndarray]) -> np.ndarray:
    found = np.full(len(signs[0]), "ok", dtype=object)
    for sign in reversed(signs):
        found = np.where(sign != "ok", sign, found)
    return found


def _unplaced(tables: Sequence[ReadTable], ways: Mapping[str, Way]) -> pd.DataFrame:
    """Return people of no area: flows added up over the parts, stocks of the last one."""
    last = tables[-1].unplaced
    if not any(len(table.unplaced) for table in tables):
        return last
    every = pd.concat([table.unplaced for table in tables])
    sums = every.groupby(level=0).sum(min_count=1)
    stocks = [c for c in sums if ways.get(str(c), "end") != "sum"]
    sums[stocks] = last.reindex(sums.index)[stocks] if len(last.columns) else np.nan
    return sums
