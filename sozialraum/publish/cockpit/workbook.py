"""``cockpit.xlsx``: a sheet per theme with the Stichtage as columns, one long form, definitions."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.publish.cockpit.comparison import comparison_rows
from sozialraum.publish.cockpit.goals import goal_rows
from sozialraum.publish.cockpit.page import definition
from sozialraum.publish.cockpit.panel import GONE, Panel, PanelRow
from sozialraum.publish.escape import visible
from sozialraum.publish.tables.workbook_style import PlainBook, number_pattern
from sozialraum.texts import catalogue, text

_LONGEST = 31  # signs of the name of a sheet
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']+")
_WIDTHS = (38, 12, 26)


def cockpit_book(panel: Panel) -> bytes:
    """Return the workbook as bytes, the same every time."""
    facts = panel.release.facts
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cockpit.xlsx"
        book = PlainBook(path, title=facts.title, author=facts.department, day=facts.stichtag)
        _Sheets(book, panel).write()
        book.book.close()
        return path.read_bytes()


def sheets_of_themes(themes: tuple[str, ...], taken: tuple[str, ...]) -> list[str]:
    """Return a name for the sheet of each theme that Excel takes, each once.

    Examples
    --------
    >>> sheets_of_themes(("Übergang: Schule/Beruf", "übergang  Schule Beruf", ""), ("Inhalt",))
    ['Übergang Schule Beruf', 'übergang Schule Beruf 2', 'Kennzahlen']
    """
    used, found = {name.casefold() for name in taken}, []
    for theme in themes:
        plain = " ".join(_FORBIDDEN.sub(" ", visible(theme)).split())[:_LONGEST].strip()
        base = name = plain or text("publish.cockpit.no_theme")
        number = 2
        while name.casefold() in used:
            name = f"{base[: _LONGEST - len(str(number)) - 1]} {number}"
            number += 1
        used.add(name.casefold())
        found.append(name)
    return found


class _Sheets:
    """The sheets of the workbook."""

    def __init__(self, book: PlainBook, panel: Panel) -> None:
        self.book, self.panel = book, panel
        self.words = catalogue("publish")["cockpit"]["workbook"]
        self.signs = catalogue("publish")["cockpit"]["signs"]
        self.areas = [(visible(k), visible(n)) for k, n in panel.release.areas["name"].items()]

    def write(self) -> None:
        """Write contents, themes, the long form and the definitions."""
        fixed = tuple(self.words[n] for n in ("contents", "long", "definitions"))
        told = catalogue("publish")["cockpit"]
        fixed += (told["compare"]["sheet"], told["goals"]["sheet"])
        names = sheets_of_themes(self.panel.themes, fixed)
        self._contents(names)
        for theme, name in zip(self.panel.themes, names, strict=True):
            self._theme(name, [row for row in self.panel.rows if row.theme == theme], theme)
        self._goals()
        self._comparisons()
        self._long()
        self._definitions()

    def _sheet(self, name: str, heading: str, widths: tuple[float, ...]) -> Any:
        sheet = self.book.plain_sheet(name, heading, [self.words["note"]], widths)
        if self.panel.release.level == "intern":
            self.book.warn(sheet, text("publish.plain.intern"))
        return sheet

    def _contents(self, names: list[str]) -> None:
        words = self.words
        sheet = self._sheet(words["contents"], self.panel.release.facts.title, (34, 70))
        rows = [(name, self._labels(theme)) for name, theme in
                zip(names, self.panel.themes, strict=True)]  # fmt: skip
        rows += [(words[n], words[f"{n}_what"]) for n in ("long", "definitions")]
        first = self.book.table(sheet, [words["sheet"], words["what"]], len(rows), 1)
        for line, (name, what) in enumerate(rows, first):
            sheet.write_string(line, 0, name, self.book.strong)
            sheet.write_string(line, 1, what, self.book.text)

    def _labels(self, theme: str) -> str:
        return ", ".join(visible(r.indicator.label) for r in self.panel.rows if r.theme == theme)

    def _theme(self, name: str, rows: list[PanelRow], theme: str) -> None:
        widths = (*_WIDTHS, *[13.0] * len(self.panel.periods))
        sheet = self._sheet(name, theme or name, widths)
        heads = [*self.words["heads"], *self.panel.periods]
        line = self.book.table(sheet, heads, len(rows) * (len(self.areas) + 1), 3)
        everyone = (None, ("", text("publish.cockpit.page.all")))
        for row in rows:
            for area, (key, called) in [*enumerate(self.areas), everyone]:
                sheet.write_string(line, 0, visible(row.indicator.label), self.book.text)
                sheet.write_string(line, 1, key, self.book.key)
                sheet.write_string(line, 2, called)
                for n in range(len(self.panel.days)):
                    self._cell(sheet, (line, 3 + n), row, n, area)
                line += 1

    def _cell(
        self, sheet: Any, place: tuple[int, int], row: PanelRow, period: int, area: int | None
    ) -> None:
        """Write a value or the word for why there is none; `area` None = all together."""
        steps = row.city[period] if area is None else row.values[period, area]
        if np.isfinite(steps):
            pattern = number_pattern(row.figure.digits, row.figure.unit)
            sheet.write_number(*place, number_in_book(row, float(steps)), self.book.number(pattern))
        else:
            sheet.write_string(*place, self._sign(row, period, area), self.book.sign)

    def _sign(self, row: PanelRow, period: int, area: int | None) -> str:
        code = 0 if area is None else row.status[period, area]
        return str(self.signs[GONE[code - 1]]) if code else "–"

    def _goals(self) -> None:
        """Write the goals and where they stand; no sheet where there are none."""
        rows, words = goal_rows(self.panel), catalogue("publish")["cockpit"]["goals"]
        if not rows:
            return
        sheet = self._sheet(words["sheet"], words["sheet"], (38, 30, 20, 70, 26))
        first = self.book.table(sheet, words["heads"], len(rows), 0)
        for n, row in enumerate(rows, first):
            for column, word in enumerate(row):
                sheet.write_string(n, column, word, self.book.text)

    def _comparisons(self) -> None:
        """Write surveys set against each other; no sheet where there are none."""
        rows, words = comparison_rows(self.panel), catalogue("publish")["cockpit"]["compare"]
        if not rows:
            return
        sheet = self._sheet(words["sheet"], words["sheet"], (38, 26, 26, 12, 12, 12))
        first = self.book.table(sheet, words["book_heads"], len(rows), 0)
        pattern = self.book.number(number_pattern(1, "percent"))
        for n, (*named, share, low, high) in enumerate(rows, first):
            for column, word in enumerate(named):
                sheet.write_string(n, column, visible(word))
            for column, value in enumerate((share, low, high), len(named)):
                if value is None:
                    sheet.write_string(n, column, words["none"], self.book.sign)
                else:
                    sheet.write_number(n, column, value, pattern)

    def _long(self) -> None:
        words, panel = self.words, self.panel
        sheet = self._sheet(words["long"], words["long_what"], (*_WIDTHS, 26, 12, 12, 10, 10, 16))
        cells = len(panel.rows) * len(panel.days) * len(self.areas)
        line = self.book.table(sheet, words["long_heads"], cells, 0)
        for row in panel.rows:
            unit = text(f"publish.page.unit_{row.figure.unit}", n="").strip()
            for n, day in enumerate(panel.days):
                for area, (key, name) in enumerate(self.areas):
                    told = (visible(row.indicator.label), row.indicator.id, key, name, day)
                    for column, word in enumerate(told):
                        sheet.write_string(line, column, word)
                    if row.status[n, area]:
                        sheet.write_string(line, 8, self._sign(row, n, area))
                    else:
                        self._cell(sheet, (line, 5), row, n, area)
                        sheet.write_string(line, 6, unit)
                        self._half(sheet, line, row, n, area)
                    line += 1

    def _half(self, sheet: Any, line: int, row: PanelRow, period: int, area: int) -> None:
        """Write how far a value may be off; nothing where it is exact."""
        edition = self.panel.release.editions[period]
        wide = 0.0
        if edition.half_width is not None:
            wide = float(edition.half_width[row.indicator.id].iloc[area])
        if wide > 0:
            # below a percent format stands a share
            in_hundred = row.figure.unit == "percent" and row.figure.factor == 1
            pattern = self.book.number(number_pattern(row.figure.digits, row.figure.unit))
            sheet.write_number(line, 7, wide / 100 if in_hundred else wide, pattern)

    def _definitions(self) -> None:
        heads = catalogue("publish")["cockpit"]["definitions"]
        sheet = self._sheet(self.words["definitions"], self.words["definitions_what"],
                            (38, 20, 36, 24, 30, 40))  # fmt: skip
        line = self.book.table(sheet, heads, len(self.panel.rows), 1)
        for row in self.panel.rows:
            for column, word in enumerate((row.indicator.label, *definition(row))):
                sheet.write_string(line, column, visible(word), self.book.text)
            line += 1


def number_in_book(row: PanelRow, steps: float) -> float:
    """Return a number as Excel holds it: a share below its percent format, else as it is shown."""
    found = round(steps / 10**row.figure.digits, row.figure.digits)
    if row.figure.unit == "percent":
        # a share is 0..1 below the percent format, and so is a value delivered in per cent
        return round(found / 100, row.figure.digits + 2)
    return found
