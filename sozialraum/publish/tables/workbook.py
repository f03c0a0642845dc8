"""``index.xlsx`` as a statistics office sends it: contents, notes, signs, one sheet per theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.map_layers import MARKS
from sozialraum.publish.published_numbers import (
    decimals,
    index_digits,
    indicator_figures,
    shown_contributions,
)
from sozialraum.publish.tables.description import (
    column_rows,
    heading_of,
    method_rows,
    sign_rows,
    value_in_words,
)
from sozialraum.publish.tables.workbook_style import FIRST_ROW, Book, number_pattern, write_value
from sozialraum.texts import catalogue, text
from sozialraum.texts.periods import day_label

_OWN = ("index", "class", "class_label", "rank", "status")
_THEMES = {
    "certainty": ("certainty",),
    "outreach": ("participation", "transitions"),
    "further": ("types", "change", "clusters", "districts", "people", "join", "measures"),
}
_SHARES = ("rate", "rate_low", "rate_high", "class_probability", "split_share", "kept")


def write_xlsx(release: Release, path: str | Path) -> None:
    """Write the workbook: contents, a sheet per theme, columns, method, sources, signs.

    Keys are text cells, numbers are numbers with a format, signs of the statistical offices stand
    as text where there is no value. The date of creation is the Stichtag, so two builds give the
    same bytes.
    """
    book = Book(Path(path), release)
    contents = book.sheet("contents", [24, 90])
    _index_sheet(book)
    _indicator_sheet(book)
    _contribution_sheet(book)
    _years_sheet(book)
    for theme in _THEMES:
        _theme_sheet(book, theme)
    heads = (book.words["column"], book.words["meaning"])
    _lines_sheet(book, "columns", column_rows(release), heads)
    _lines_sheet(book, "method", method_rows(release))
    _lines_sheet(book, "sources", [(line, "") for line in release.facts.sources])
    _lines_sheet(book, "signs", sign_rows(), (book.words["sign"], book.words["meaning"]))
    _contents(book, contents)
    book.book.close()


def _contents(book: Book, sheet: Any) -> None:
    """Say what is where, who sends it, and what the numbers do not say."""
    facts, words = book.release.facts, book.words
    rows = [(words[f"{name}_sheet"], words[f"{name}_heading"]) for name in book.written[1:]]
    if facts.department:
        rows += [("", ""), (words["department"], facts.department)]
    limits = [(words["limits"] if nr == 0 else "", line) for nr, line in enumerate(facts.limits)]
    for row, (left, right) in enumerate([*rows, ("", ""), *limits], FIRST_ROW):
        sheet.write_string(row, 0, visible(left), book.strong)
        sheet.write_string(row, 1, visible(right), book.text)


def _index_sheet(book: Book) -> None:
    table = book.release.current.table
    names = [c for c in table.columns if c not in _OWN]
    heads = ("key", "name", "index", "class", "class_label", "rank", "remark")
    sheet = book.sheet("index", [12, 30, 10, 8, 20, 8, 34] + [16] * len(names))
    titles = [book.words[h] for h in heads] + [heading_of(name) for name in names]
    row = book.table(sheet, titles, len(table), 2)
    number = book.number(number_pattern(index_digits(book.release)))
    whole = book.number("0")
    for key, values in _by_area(book, sheet, row, table.to_dict("records")):
        sign = _table_sign(values["status"])
        known = not pd.isna(values["class_label"])
        write_value(sheet, key, 2, values["index"], number, sign, book)
        write_value(sheet, key, 3, values["class"], whole, sign, book)
        sheet.write_string(key, 4, visible(values["class_label"]) if known else "")
        write_value(sheet, key, 5, values["rank"], whole, sign, book)
        sheet.write_string(key, 6, _remark(values["status"], values["class"]))
        for column, extra in enumerate(names, 7):
            form = whole if str(extra).endswith(("_class", "type")) else number
            shown = sign if str(values["status"]) != "ok" else "."
            write_value(sheet, key, column, values[extra], form, shown, book)


def _by_area(book: Book, sheet: Any, row: int, rows: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    """Write key and name of each area; yield the number of its row, and its values."""
    areas = book.release.areas
    for place, (key, name, values) in enumerate(
        zip(areas.index, areas["name"], rows, strict=True), row
    ):
        sheet.write_string(place, 0, str(key), book.key)
        sheet.write_string(place, 1, visible(name))
        yield place, values


def _remark(status: object, number: object) -> str:
    if str(status) == "ok":
        return ""
    if not pd.isna(number):
        return str(text("publish.page.class_only"))
    return str(text(f"publish.page.mark_{MARKS[str(status)]}"))


def _table_sign(status: object) -> str:
    return str(catalogue("publish")["signs"].get(str(status), "."))


def _indicator_sheet(book: Book) -> None:
    release, edition = book.release, book.release.current
    figures = indicator_figures(release)
    heads = [f"{i.label}\n({text(f'publish.page.dir_{i.direction}')})" for i in release.indicators]
    estimated = [] if edition.estimated is None else list(release.indicators)
    heads += [book.words["estimated"].format(label=i.label) for i in estimated]
    sheet = book.sheet("indicator", [12, 30] + [18] * len(heads))
    row = book.table(sheet, [*book.area_heads, *heads], len(edition.values), 2)
    formats = [
        book.number(number_pattern(figures[i.id].digits, figures[i.id].unit))
        for i in release.indicators
    ]
    for place, key in _by_area(book, sheet, row, edition.values.index):
        for column, i in enumerate(release.indicators):
            sign = _table_sign(edition.signs.at[key, i.id])
            value = edition.values.at[key, i.id]
            write_value(sheet, place, column + 2, value, formats[column], sign, book)
        for nr, i in enumerate(estimated):
            assert edition.estimated is not None
            value, column = edition.estimated.at[key, i.id], len(release.indicators) + nr
            write_value(sheet, place, column + 2, value, formats[nr], "", book)
    total = row + len(edition.values)
    sheet.write_string(total, 1, book.words["city"], book.head)
    for column, i in enumerate(release.indicators):
        write_value(sheet, total, column + 2, edition.city.get(i.id), formats[column], ".", book)


def _contribution_sheet(book: Book) -> None:
    release, words, edition = book.release, book.words, book.release.current
    digits = index_digits(release)
    parts = shown_contributions(edition, digits=digits + 1)
    labels = {i.id: i.label for i in release.indicators} | {"rest": words["rest"]}
    heads = [labels[str(part)] for part in parts.columns]
    sheet = book.sheet("contribution", [12, 30] + [18] * (len(heads) + 1))
    row = book.table(sheet, [*book.area_heads, *heads, words["index"]], len(parts), 2)
    fine, index = book.number(number_pattern(digits + 1)), book.number(number_pattern(digits))
    for place, key in _by_area(book, sheet, row, parts.index):
        status = _table_sign(edition.table.at[key, "status"])
        for column, part in enumerate(parts.columns, 2):
            known = part in edition.signs and edition.signs.at[key, part] != "ok"
            sign = _table_sign(edition.signs.at[key, part]) if known else status
            sign = sign if str(edition.table.at[key, "status"]) != "ok" or known else "."
            write_value(sheet, place, column, parts.at[key, part], fine, sign, book)
        value = edition.table.at[key, "index"]
        write_value(sheet, place, 2 + len(heads), value, index, status, book)


def _years_sheet(book: Book) -> None:
    """Index and class of every Stichtag side by side, where there are several."""
    release, words = book.release, book.words
    if len(release.editions) < 2:
        return
    days = [day_label(e.stichtag, release.facts.spans) for e in release.editions]
    heads = [f"{word} {day}" for word in (words["index"], words["class"]) for day in days]
    sheet = book.sheet("years", [12, 30] + [12] * len(heads))
    row = book.table(sheet, [*book.area_heads, *heads], len(release.areas), 2)
    formats = [book.number(number_pattern(index_digits(release))), book.number("0")]
    for place, key in _by_area(book, sheet, row, release.areas.index):
        column = 2
        for what, pattern in zip(("index", "class"), formats, strict=True):
            for edition in release.editions:
                sign = _table_sign(edition.table.at[key, "status"])
                value = edition.table.at[key, what]
                write_value(sheet, place, column, value, pattern, sign, book)
                column += 1


def _theme_sheet(book: Book, theme: str) -> None:
    """Write the layers of one theme, where the release has them."""
    release = book.release
    columns = {
        (layer, str(column)): release.layers[layer][column].reindex(release.areas.index)
        for word in _THEMES[theme]
        for layer in release.layers
        if layer.partition(".")[0] == word
        for column in release.layers[layer]
    }
    if not columns:
        return
    heads = [heading_of(f"{layer}_{column}", release.facts.called) for layer, column in columns]
    sheet = book.sheet(theme, [12, 30] + [18] * len(heads))
    row = book.table(sheet, [*book.area_heads, *heads], len(release.areas), 2)
    formats = [book.number(_pattern(name, book, values)) for (_, name), values in columns.items()]
    for place, key in _by_area(book, sheet, row, release.areas.index):
        for nr, ((layer, column), values) in enumerate(columns.items()):
            value, sign = (
                value_in_words(layer, column, values[key]),
                _layer_sign(release, layer, key),
            )
            write_value(sheet, place, nr + 2, value, formats[nr], sign, book)


def _pattern(column: str, book: Book, values: pd.Series) -> str:
    if column in _SHARES:
        return number_pattern(max(0, decimals(values.astype(float)) - 2), "percent")
    return number_pattern(index_digits(book.release)) if column == "change" else "0"


def _layer_sign(release: Release, layer: str, key: str) -> str:
    frame = release.layers[layer]
    if "status" in frame:
        return _table_sign(frame["status"].get(key, "missing"))
    return "" if layer in ("districts", "people", "measures", "join") else "."


def _lines_sheet(
    book: Book, name: str, rows: Sequence[tuple[str, str]], heads: Sequence[str] = ()
) -> None:
    sheet = book.sheet(name, [60, 70])
    first = book.table(sheet, heads, 0, 0) if heads else FIRST_ROW
    for row, (left, right) in enumerate(rows, first):
        sheet.write_string(row, 0, visible(left), book.text)
        sheet.write_string(row, 1, visible(right), book.text)
