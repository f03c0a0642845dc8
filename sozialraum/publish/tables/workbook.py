"""``index.xlsx`` as a statistics office sends it: title, notes, signs, one sheet per theme."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.figures import index_digits, indicator_figures, shown_contributions
from sozialraum.publish.tables.table_columns import SIGN_SUFFIX, flat_table
from sozialraum.publish.views import MARKS
from sozialraum.publish.wording import direction_words
from sozialraum.texts import catalogue, date, text

_FIRST_ROW = 4


class Book:
    """A workbook with the formats all sheets share."""

    def __init__(self, path: Path, release: Release) -> None:
        self.book = xlsxwriter.Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.book.set_properties({
            "title": visible(release.facts.title),
            "author": visible(release.facts.department or release.facts.place),
            "created": dt.datetime.fromisoformat(release.facts.stichtag),
        })  # fmt: skip
        self.release = release
        self.words = catalogue("publish")["book"]
        add = self.book.add_format
        self.title = add({"bold": True, "font_size": 14})
        self.note = add({"font_color": "#444444", "italic": True})
        self.head = add(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#dceaf6"}
        )
        self.key = add({"num_format": "@"})
        self.text = add({"valign": "top", "text_wrap": True})
        self.sign = add({"align": "right", "font_color": "#444444"})
        self._numbers: dict[str, Any] = {}

    def number(self, pattern: str) -> Any:
        """Return the format for a number pattern; Excel shows it in the language of the reader."""
        if pattern not in self._numbers:
            self._numbers[pattern] = self.book.add_format({"num_format": pattern})
        return self._numbers[pattern]

    def sheet(self, name: str, heading: str, widths: list[float]) -> Any:
        """Add a sheet with title, source line, frozen head and A4 landscape print."""
        facts = self.release.facts
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, visible(f"{facts.title} – {heading}"), self.title)
        sheet.write_string(
            1,
            0,
            visible(f"{facts.place}, {text('publish.book.as_of')} {date(facts.stichtag)}"),
            self.note,
        )
        sheet.write_string(2, 0, visible(direction_words(self.release)), self.note)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_FIRST_ROW)
        sheet.set_footer("&L&F – &A&RSeite &P von &N")
        return sheet

    def table(self, sheet: Any, heads: list[str], rows: int, frozen: int) -> int:
        """Write the head of a table, freeze and filter it; return its first data row."""
        for column, head in enumerate(heads):
            sheet.write_string(_FIRST_ROW, column, visible(head), self.head)
        sheet.freeze_panes(_FIRST_ROW + 1, frozen)
        if rows:
            sheet.autofilter(_FIRST_ROW, 0, _FIRST_ROW + rows, len(heads) - 1)
        return _FIRST_ROW + 1


def number_pattern(digits: int, unit: str = "number") -> str:
    """Return the number format of Excel for so many decimals.

    Examples
    --------
    >>> number_pattern(2), number_pattern(1, "percent"), number_pattern(0)
    ('#,##0.00', '0.0%', '#,##0')
    """
    tail = "." + "0" * digits if digits else ""
    return f"0{tail}%" if unit == "percent" else f"#,##0{tail}"


def write_xlsx(release: Release, path: str | Path) -> None:
    """Write the workbook: Index, Indikatoren, Beiträge, Methode, Quellen, Zeichenerklärung.

    Keys are text cells, numbers are numbers with a format, signs of the statistical offices stand
    as text where there is no value. The date of creation is the Stichtag, so two builds give the
    same bytes.
    """
    book = Book(Path(path), release)
    _index_sheet(book)
    _indicator_sheet(book)
    _contribution_sheet(book)
    _years_sheet(book)
    _lines_sheet(book, "columns", _column_rows(release))
    _lines_sheet(book, "method", _method_rows(release))
    _lines_sheet(book, "sources", [(line, "") for line in release.facts.sources])
    _lines_sheet(book, "signs", _sign_rows())
    book.book.close()


def _index_sheet(book: Book) -> None:
    release, words = book.release, book.words
    table = release.current.table
    names = [
        c for c in table.columns if c not in ("index", "class", "class_label", "rank", "status")
    ]
    heads = [
        words[h] for h in ("key", "name", "index", "class", "class_label", "rank", "remark")
    ] + names
    sheet = book.sheet(
        words["index_sheet"], words["index_heading"], [12, 30, 10, 8, 20, 8, 34] + [14] * len(names)
    )
    row = book.table(sheet, heads, len(table), 2)
    number = book.number(number_pattern(index_digits(release)))
    for key, name, values in zip(
        table.index, release.areas["name"], table.to_dict("records"), strict=True
    ):
        sheet.write_string(row, 0, str(key), book.key)
        sheet.write_string(row, 1, visible(name))
        _write(sheet, row, 2, values["index"], number, _table_sign(values["status"]), book)
        _write(
            sheet, row, 3, values["class"], book.number("0"), _table_sign(values["status"]), book
        )
        sheet.write_string(
            row, 4, "" if pd.isna(values["class_label"]) else visible(values["class_label"])
        )
        _write(sheet, row, 5, values["rank"], book.number("0"), _table_sign(values["status"]), book)
        sheet.write_string(row, 6, _remark(values["status"], values["class"]))
        for column, extra in enumerate(names, 7):
            _write(sheet, row, column, values[extra], number, "", book)
        row += 1


def _remark(status: object, number: object) -> str:
    if str(status) == "ok":
        return ""
    if not pd.isna(number):
        return str(text("publish.page.class_only"))
    return str(text(f"publish.page.mark_{MARKS[str(status)]}"))


def _table_sign(status: object) -> str:
    return str(catalogue("publish")["signs"].get(str(status), "."))


def _write(
    sheet: Any, row: int, column: int, value: object, number: Any, sign: str, book: Book
) -> None:
    if value is None or pd.isna(value):
        sheet.write_string(row, column, sign, book.sign)
    elif isinstance(value, str):
        sheet.write_string(row, column, visible(value))
    else:
        sheet.write_number(row, column, float(value), number)


def _indicator_sheet(book: Book) -> None:
    release, words, edition = book.release, book.words, book.release.current
    figures, signs = indicator_figures(release), catalogue("publish")["signs"]
    heads = [words["key"], words["name"], *(i.label for i in release.indicators)]
    sheet = book.sheet(
        words["indicator_sheet"],
        words["indicator_heading"],
        [12, 30] + [16] * len(release.indicators),
    )
    row = book.table(sheet, heads, len(edition.values), 2)
    formats = [
        book.number(number_pattern(figures[i.id].digits, figures[i.id].unit))
        for i in release.indicators
    ]
    for key, name in zip(edition.values.index, release.areas["name"], strict=True):
        sheet.write_string(row, 0, str(key), book.key)
        sheet.write_string(row, 1, visible(name))
        for column, indicator in enumerate(release.indicators):
            sign = signs.get(str(edition.signs.at[key, indicator.id]), "…")
            _write(
                sheet,
                row,
                column + 2,
                edition.values.at[key, indicator.id],
                formats[column],
                sign,
                book,
            )
        row += 1
    sheet.write_string(row, 1, words["city"], book.head)
    for column, indicator in enumerate(release.indicators):
        _write(sheet, row, column + 2, edition.city.get(indicator.id), formats[column], ".", book)


def _contribution_sheet(book: Book) -> None:
    release, words, edition = book.release, book.words, book.release.current
    digits = index_digits(release)
    parts = shown_contributions(edition, digits=digits + 1)
    heads = [
        words["key"],
        words["name"],
        *(i.label for i in release.indicators),
        words["rest"],
        words["index"],
    ]
    sheet = book.sheet(
        words["contribution_sheet"],
        words["contribution_heading"],
        [12, 30] + [16] * (len(heads) - 2),
    )
    row = book.table(sheet, heads, len(parts), 2)
    fine, index = book.number(number_pattern(digits + 1)), book.number(number_pattern(digits))
    for key, name in zip(parts.index, release.areas["name"], strict=True):
        sheet.write_string(row, 0, str(key), book.key)
        sheet.write_string(row, 1, visible(name))
        for column, part in enumerate(parts.columns, 2):
            _write(sheet, row, column, parts.at[key, part], fine, ".", book)
        _write(
            sheet,
            row,
            len(heads) - 1,
            edition.table.at[key, "index"],
            index,
            _table_sign(edition.table.at[key, "status"]),
            book,
        )
        row += 1


def _years_sheet(book: Book) -> None:
    """Index and class of every Stichtag side by side, where there are several."""
    release, words = book.release, book.words
    if len(release.editions) < 2:
        return
    days = [date(edition.stichtag) for edition in release.editions]
    heads = [words["key"], words["name"]]
    heads += [f"{word} {day}" for word in (words["index"], words["class"]) for day in days]
    widths = [12, 30] + [12] * (len(heads) - 2)
    sheet = book.sheet(words["years_sheet"], words["years_heading"], widths)
    row = book.table(sheet, heads, len(release.areas), 2)
    formats = [book.number(number_pattern(index_digits(release))), book.number("0")]
    for key, name in zip(release.areas.index, release.areas["name"], strict=True):
        sheet.write_string(row, 0, str(key), book.key)
        sheet.write_string(row, 1, visible(name))
        column = 2
        for what, pattern in zip(("index", "class"), formats, strict=True):
            for edition in release.editions:
                sign = _table_sign(edition.table.at[key, "status"])
                _write(sheet, row, column, edition.table.at[key, what], pattern, sign, book)
                column += 1
        row += 1


def _column_rows(release: Release) -> list[tuple[str, str]]:
    """Say what each column of index.csv and index.parquet means (data dictionary)."""
    words = catalogue("publish")["columns"]
    labels = {i.id: i.label for i in release.indicators}
    rows = []
    for column in flat_table(release).columns:
        base = str(column).removesuffix(SIGN_SUFFIX)
        if column in words:
            rows.append((str(column), words[column]))
        elif base in labels:
            is_sign = base != column
            said = words["sign_of"].format(label=labels[base]) if is_sign else labels[base]
            rows.append((str(column), said))
        else:
            rows.append((str(column), words["further"]))
    return rows


def _lines_sheet(book: Book, name: str, rows: list[tuple[str, str]]) -> None:
    sheet = book.sheet(book.words[f"{name}_sheet"], book.words[f"{name}_heading"], [60, 70])
    for row, (left, right) in enumerate(rows, _FIRST_ROW):
        sheet.write_string(row, 0, visible(left), book.text)
        sheet.write_string(row, 1, visible(right), book.text)


def _method_rows(release: Release) -> list[tuple[str, str]]:
    words, facts = catalogue("publish")["book"], release.facts
    rows = [(facts.method, ""), *((line, "") for line in facts.changed), ("", "")]
    rows += [
        (
            i.label,
            " · ".join(
                p
                for p in (text(f"publish.page.dir_{i.direction}"), i.dimension, i.source, i.note)
                if p
            ),
        )
        for i in release.indicators
    ]
    rows += [
        ("", ""),
        *((line, "") for line in facts.limits),
        *((line, "") for line in release.notes),
    ]
    return [*rows, ("", ""), (words["rounding"], "")]


def _sign_rows() -> list[tuple[str, str]]:
    words = catalogue("publish")
    rows = [
        (words["signs"][s], words["page"][f"mark_{MARKS[s]}"])
        for s in ("suppressed", "small_base", "missing", "no_base")
    ]
    return [*rows, ("0", words["book"]["zero"])]
