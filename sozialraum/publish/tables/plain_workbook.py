"""A workbook of plain tables and lines, in the house style: keys are text, numbers are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sozialraum.publish.escape import visible
from sozialraum.publish.tables.workbook_style import (
    FIRST_ROW,
    PlainBook,
    number_pattern,
    write_value,
)

_UNKNOWN = "."
_WIDTHS = (8, 44)


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainSheet:
    """One sheet: a table, or lines below each other.

    Parameters
    ----------
    name, heading : of the sheet, and above its table
    table : its columns have the headings that are shown; words, numbers or nothing
    lines : instead of a table
    """

    name: str
    heading: str
    table: pd.DataFrame | None = None
    lines: tuple[str, ...] = ()


def write_plain_workbook(
    path: str | Path,
    sheets: Sequence[PlainSheet],
    *,
    title: str,
    author: str,
    day: str,
    notes: Sequence[str] = (),
    warning: str = "",
) -> None:
    """Write sheets; the same ones give the same bytes.

    Parameters
    ----------
    path : of the workbook
    sheets : in their order
    title, author, day : of the document; the day is its date of creation
    notes : up to two lines below each heading
    warning : above each table and on every printed page; empty: none
    """
    book = PlainBook(Path(path), title=title, author=author, day=day)
    for one in sheets:
        widths = [100] if one.table is None else _widths(one.table)
        sheet = book.plain_sheet(one.name, one.heading, notes, widths)
        if warning:
            book.warn(sheet, warning)
        if one.table is not None:
            _write_table(book, sheet, one.table)
        for row, line in enumerate(one.lines, FIRST_ROW):
            sheet.write_string(row, 0, visible(line), book.text)
    book.book.close()


def _widths(table: pd.DataFrame) -> list[int]:
    """Return a width per column that shows nearly all of its words."""
    longest = (table[c].astype(str).str.len().quantile(0.95) for c in table)
    heads = (len(str(c)) / 2 for c in table)
    pairs = zip(longest, heads, strict=True)
    return [int(min(max(words, head, _WIDTHS[0]) + 2, _WIDTHS[1])) for words, head in pairs]


def _write_table(book: PlainBook, sheet: object, table: pd.DataFrame) -> None:
    first = book.table(sheet, list(map(str, table.columns)), len(table), 1)
    for place, column in enumerate(table):
        values = table[column]
        form = book.number(number_pattern(_digits(values)))
        for row, value in enumerate(values.tolist(), first):
            write_value(sheet, row, place, value, form, _UNKNOWN, book)


def _digits(values: pd.Series) -> int:
    """Return the decimals of a column: two where one of its numbers is not whole."""
    numbers = [v for v in values if isinstance(v, float) and v == v]
    return 2 if any(v != round(v) for v in numbers) else 0
