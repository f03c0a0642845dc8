"""What the XML of an ods sheet says about its cells; repeated rows and cells are counted once."""

from __future__ import annotations

import zipfile
from pathlib import Path

from sozialraum.sources.workbooks.remarks import CellBlock, Remarks, spelled_out
from sozialraum.sources.workbooks.xlsx import local, parse_xml

_VALUES = {"value", "string-value", "date-value", "time-value", "boolean-value"}


def ods_remarks(path: Path, sheet: str) -> Remarks:
    """Return what an ods workbook says about the cells of a sheet.

    Raises
    ------
    ValueError, KeyError
        If its content is not that of a workbook.
    """
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    reader = _Sheet(sheet)
    parse_xml(content, reader.start, reader.end, reader.text)
    return reader.remarks


class _Sheet:
    """The cells of one sheet of the document, as they pass by."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.remarks = Remarks()
        self.depth = 0  # of tables inside the one that is wanted
        self.row = self.rows = self.column = 0
        self.given: dict[str, str] | None = None
        self.shown = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        kind, plain = local(name), {local(k): v for k, v in given.items()}
        if kind == "table" and (self.depth or plain.get("name") == self.sheet):
            self.depth += 1
        elif self.depth != 1:
            return
        elif kind == "table-row":
            self.row, self.column = self.row + self.rows, 0
            self.rows = int(plain.get("number-rows-repeated", 1))
        elif kind in {"table-cell", "covered-table-cell"}:
            self.given, self.shown = plain, ""

    def text(self, data: str) -> None:
        if self.given is not None:
            self.shown += data

    def end(self, name: str) -> None:
        kind = local(name)
        if kind == "table" and self.depth:
            self.depth -= 1
        elif self.depth == 1 and kind in {"table-cell", "covered-table-cell"}:
            self._leave(self.given or {})
            self.given = None

    def _leave(self, given: dict[str, str]) -> None:
        times = int(given.get("number-columns-repeated", 1))
        rows = int(given.get("number-rows-spanned", 1))
        columns = int(given.get("number-columns-spanned", 1))
        place = (self.row, self.column)
        if rows > 1 or columns > 1:
            last = self.row + rows - 1, self.column + columns - 1
            self.remarks.joined.append(CellBlock(*place, *last))
        if given.get("value-type") == "percentage":
            last = self.row + self.rows - 1, self.column + times - 1
            self.remarks.percent.append(CellBlock(*place, *last))
        if "formula" in given and not self.shown.strip() and not _VALUES & given.keys():
            self._without_result(place, given["formula"], times)
        if "formula" in given and self.shown.startswith(("#", "Err:")):
            self.remarks.faulty.append((*place, self.shown.strip()))
        self.column += times

    def _without_result(self, place: tuple[int, int], formula: str, times: int) -> None:
        """Keep a formula whose result was never stored: what it spells out, else that it lacks."""
        said = spelled_out(formula)
        if said is None:
            self.remarks.unworked.append(place)
            return
        row, column = place
        cells = [(row + i, column + j) for i in range(self.rows) for j in range(times)]
        self.remarks.spelled += [(*cell, said) for cell in cells]
