"""A workbook in the house style: title, source line, frozen head, widths, print set-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.periods import as_of
from sozialraum.publish.wording import direction_words
from sozialraum.texts import catalogue, text

FIRST_ROW = 4


class PlainBook:
    """A workbook with the formats all sheets share; its date of creation is a given day.

    Parameters
    ----------
    path : of the file
    title, author : of the document
    day : ISO date it is said to be created at, so that two runs give the same bytes
    """

    def __init__(self, path: Path, *, title: str, author: str, day: str) -> None:
        self.book = xlsxwriter.Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.book.set_properties({
            "title": visible(title),
            "author": visible(author),
            "created": dt.datetime.fromisoformat(day),
        })  # fmt: skip
        add = self.book.add_format
        self.title = add({"bold": True, "font_size": 14})
        self.note = add({"font_color": "#444444", "italic": True})
        self.head = add(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#dceaf6"}
        )
        self.key = add({"num_format": "@"})
        self.text = add({"valign": "top", "text_wrap": True})
        self.warning = add({"bold": True, "font_color": "#8a1c0b"})
        self.strong = add({"bold": True, "valign": "top"})
        self.sign = add({"align": "right", "font_color": "#444444"})
        self._numbers: dict[str, Any] = {}

    def number(self, pattern: str) -> Any:
        """Return the format for a number pattern; Excel shows it in the language of the reader."""
        if pattern not in self._numbers:
            self._numbers[pattern] = self.book.add_format({"num_format": pattern})
        return self._numbers[pattern]

    def plain_sheet(
        self, name: str, heading: str, notes: Sequence[str], widths: Sequence[float]
    ) -> Any:
        """Add a sheet with title, up to two notes, set up for A4 landscape.

        Parameters
        ----------
        name, heading : of the sheet, and above its table
        notes : lines below the heading
        widths : of the columns, in characters
        """
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, visible(heading), self.title)
        for row, line in enumerate(notes[:2], 1):
            sheet.write_string(row, 0, visible(line), self.note)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST_ROW)
        sheet.set_footer("&L&F – &A&RSeite &P von &N")
        return sheet

    def warn(self, sheet: Any, warning: str) -> None:
        """Write what must not be overlooked above the table, and on every printed page."""
        sheet.write_string(3, 0, warning, self.warning)
        sheet.set_header(f"&C{warning}")

    def table(self, sheet: Any, heads: Sequence[str], rows: int, frozen: int) -> int:
        """Write the head of a table, freeze and filter it; return its first data row."""
        for column, head in enumerate(heads):
            sheet.write_string(FIRST_ROW, column, visible(head), self.head)
        sheet.freeze_panes(FIRST_ROW + 1, frozen)
        if rows:
            sheet.autofilter(FIRST_ROW, 0, FIRST_ROW + rows, len(heads) - 1)
        return FIRST_ROW + 1


class Book(PlainBook):
    """The workbook of a release."""

    def __init__(self, path: Path, release: Release) -> None:
        facts = release.facts
        author = facts.department or facts.place
        super().__init__(path, title=facts.title, author=author, day=facts.stichtag)
        self.release = release
        self.words = catalogue("publish")["book"]
        self.written: list[str] = []
        self.area_heads = [self.words["key"], self.words["name"]]

    def sheet(self, name: str, widths: list[float]) -> Any:
        """Add a sheet with title, source line, frozen head and A4 landscape print.

        Parameters
        ----------
        name : key of its name and heading in the texts
        widths : of the columns, in characters
        """
        facts, heading = self.release.facts, self.words[f"{name}_heading"]
        self.written.append(name)
        source = f"{facts.place}, {text('publish.book.as_of')} {as_of(self.release)}"
        notes = (source, direction_words(self.release))
        title = f"{facts.title} – {heading}"
        sheet = self.plain_sheet(self.words[f"{name}_sheet"], title, notes, widths)
        if self.release.level == "intern":
            self.warn(sheet, catalogue("publish")["head"]["intern"])
        return sheet


def number_pattern(digits: int, unit: str = "number") -> str:
    """Return the number format of Excel for so many decimals.

    Examples
    --------
    >>> number_pattern(2), number_pattern(1, "percent"), number_pattern(0)
    ('#,##0.00', '0.0%', '#,##0')
    """
    tail = "." + "0" * digits if digits else ""
    return f"0{tail}%" if unit == "percent" else f"#,##0{tail}"


def write_value(
    sheet: Any, row: int, column: int, value: object, number: Any, sign: str, book: PlainBook
) -> None:
    """Write a number, a word, or the sign for why there is none."""
    if value is None or pd.isna(value):
        sheet.write_string(row, column, sign, book.sign)
    elif isinstance(value, str):
        sheet.write_string(row, column, visible(value))
    else:
        sheet.write_number(row, column, float(value), number)
