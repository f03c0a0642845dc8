"""Rows of registrations as text; rows in which two records may have run together are refused.

A lost line end makes one row of two children, a torn one two of one. Either would be counted as a
child with the name of one and the address of another; messages hold numbers of rows only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum.config.participation import ParticipationPlan, Records, Register
from sozialraum.model.errors import DataError
from sozialraum.sources.paths import resolve
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.texts import problem

ROWS_TOLD = 20
_DAY = re.compile(r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{2,4})(?!\d)")
_MAY_HOLD_A_DAY = ("birth_date", "offer")


def read_text(plan: ParticipationPlan, table: Any, columns: list[str]) -> pd.DataFrame:
    """Return columns of a table as text; index = row of the file as a spreadsheet shows it.

    Raises
    ------
    DataError
        If the file cannot be read or lacks a column, or if in registrations records have run
        together.
    """
    path = resolve(table.file, plan.root)
    options = {}
    if isinstance(table, Records | Register):
        options = {k: getattr(table, k) for k in ("sheet", "encoding", "delimiter")}
    grid = read_grid(path, key=columns[0], **options)
    broken = [p for p in grid.problems if p.severity == "error"]
    if broken:
        raise DataError(broken)
    heads = [[str(c).strip() for c in cells] for cells in grid.rows[:20]]
    start = next((row for row, head in enumerate(heads) if set(columns) <= set(head)), None)
    if start is None:
        lacking = [c for c in columns if not heads or c not in heads[0]]
        raise DataError(
            [problem("participation.no_column", file=path.name, column=c) for c in lacking]
        )
    head, rows = heads[start], [[_plain(c) for c in cells] for cells in grid.rows[start + 1 :]]
    if isinstance(table, Records):
        _refuse_run_together(table, head, rows, start, path)
    places = [head.index(column) for column in columns]
    body = [[cells[p] if p < len(cells) else "" for p in places] for cells in rows]
    index = pd.RangeIndex(start + 2, start + 2 + len(body))
    found = pd.DataFrame(body, columns=columns, index=index, dtype=object)
    return found[(found != "").any(axis=1)]


def row_words(rows: Sequence[int] | pd.Index) -> str:
    """Return numbers of rows as messages list them."""
    return ", ".join(map(str, rows[:ROWS_TOLD])) + (", …" if len(rows) > ROWS_TOLD else "")


def _refuse_run_together(
    table: Records, head: list[str], rows: list[list[str]], start: int, path: Path
) -> None:
    wrong = [start + 2 + n for n in _run_together(table, head, rows)]
    if _head_too_long(head, rows):
        wrong.insert(0, start + 1)
    if wrong:
        raise DataError(
            problem(
                "participation.run_together", file=path.name, row=wrong[0], n=len(wrong),
                rows=row_words(wrong),
            )
        )  # fmt: skip


def _run_together(table: Records, head: list[str], rows: list[list[str]]) -> Iterator[int]:
    """Yield the rows that hold more or less than one record."""
    named = {k: head.index(v) for k, v in table.columns.model_dump().items() if v is not None}
    last = max(named.values())
    for n, cells in enumerate(rows):
        if not any(cells):
            continue
        too_many = any(cells[len(head) :])
        torn = len(cells) <= last
        if too_many or torn or _days_elsewhere(cells, named) or any(map(_two_records, cells)):
            yield n


def _days_elsewhere(cells: list[str], named: dict[str, int]) -> bool:
    """Tell whether a name or an address holds a day, or the offer is nothing but a day."""
    offer = cells[named["offer"]]
    others = (cells[place] for word, place in named.items() if word not in _MAY_HOLD_A_DAY)
    return bool(_DAY.fullmatch(offer)) or any(_DAY.search(cell) for cell in others)


def _two_records(cell: str) -> bool:
    """Tell whether a cell holds two days, or a day and the end of a line."""
    days = len(_DAY.findall(cell))
    return days > 1 or (days == 1 and "\n" in cell.replace("\r", "\n"))


def _head_too_long(head: list[str], rows: list[list[str]]) -> bool:
    """Tell whether the first record stands in the line of the column names."""
    widths = Counter(len(cells) for cells in rows if any(cells))
    usual = widths.most_common(1)[0][0] if widths else len(head)
    return usual < len(head) and any(_DAY.search(word) for word in head)


def _plain(value: object) -> str:
    return "" if value is None else str(value).strip()
