"""What the XML of an xlsx sheet says about its cells: in any spelling, read by an XML parser."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from sozialraum.sources.workbooks.remarks import CellBlock, Remarks, spelled_out

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# what has to be there for a sheet to be worth a second reading
_NEEDS_READING = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[\s/>]|\st\s*=\s*[\"']e[\"']")
_STYLED = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_BUILT_IN_PERCENT = {9, 10}
# text in quotes, a sign after a backslash, colours and conditions in brackets
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def xlsx_remarks(path: Path, sheet: str) -> Remarks:
    """Return what an xlsx workbook says about the cells of a sheet.

    Raises
    ------
    ValueError, KeyError
        If its parts are not those of a workbook.
    """
    with zipfile.ZipFile(path) as archive:
        book = _Book(archive)
        content = archive.read(book.part_of(sheet))
    styled = {int(n) for n in set(_STYLED.findall(content))}
    percent = book.percent_styles & styled
    if not percent and not _NEEDS_READING.search(content):
        return Remarks()
    reader = _Sheet(percent)
    parse_xml(content, reader.start, reader.end, reader.text)
    remarks = reader.remarks
    if book.works_out_later and reader.formulas and reader.formulas == reader.zeros:
        # programs that write formulas without working them out store 0 and leave it to Excel
        remarks.unworked = [*remarks.unworked, *reader.zeros]
    return remarks


def parse_xml(content: bytes, start: object, end: object = None, text: object = None) -> None:
    """Walk through XML, names without their prefix; entities of its own are refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        message = "a workbook declares no entities"
        raise ValueError(message)

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    parser.CharacterDataHandler = text  # type: ignore[assignment]
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None


def local(name: str) -> str:
    """Return the name of an element without its prefix.

    Examples
    --------
    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return name.rpartition(":")[2]


def cell_of_reference(reference: str) -> tuple[int, int]:
    """Return row and column, from 0, of a cell.

    Examples
    --------
    >>> cell_of_reference("B7"), cell_of_reference("$AB$10")
    ((6, 1), (9, 27))
    """
    found = _REFERENCE.fullmatch(reference.replace("$", ""))
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]) - 1, column - 1


class _Book:
    """The parts of a workbook that say where a sheet is and which styles are per cent."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        root = _relations(archive, "_rels/.rels", "")
        self.place = next((p for p, kind in root.values() if kind == "officeDocument"), "")
        self.place = self.place or "xl/workbook.xml"
        folder, name = posixpath.split(self.place)
        self.targets = _relations(archive, f"{folder}/_rels/{name}.rels", folder)
        self.sheets: dict[str, str] = {}
        self.works_out_later = False
        parse_xml(archive.read(self.place), self._start)
        self.percent_styles = self._percent_styles(archive)

    def _start(self, name: str, given: dict[str, str]) -> None:
        plain = {local(k): v for k, v in given.items()}
        if local(name) == "sheet":
            self.sheets[plain["name"]] = plain["id"]
        elif local(name) == "calcPr":
            self.works_out_later = plain.get("fullCalcOnLoad") in {"1", "true"}

    def part_of(self, sheet: str) -> str:
        return self.targets[self.sheets[sheet]][0]

    def _percent_styles(self, archive: zipfile.ZipFile) -> set[int]:
        place = next((p for p, kind in self.targets.values() if kind == "styles"), None)
        if place is None or place not in archive.namelist():
            return set()
        formats, used, inside = set(_BUILT_IN_PERCENT), [], []

        def start(name: str, given: dict[str, str]) -> None:
            inside.append(local(name))
            if inside[-1] == "numFmt" and is_percent_format(given.get("formatCode", "")):
                formats.add(int(given["numFmtId"]))
            elif inside[-2:] == ["cellXfs", "xf"]:
                used.append(int(given.get("numFmtId", 0)))

        parse_xml(archive.read(place), start, lambda _: inside.pop())
        return {n for n, number_format in enumerate(used) if number_format in formats}


def is_percent_format(code: str) -> bool:
    """Tell whether a number format shows a number as per cent.

    Examples
    --------
    >>> [is_percent_format(c) for c in ("0.0 %", '0.0" %"', "[Red]0%", "0.0")]
    [True, False, True, False]
    """
    return "%" in _LITERAL.sub("", code)


def _relations(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return id -> place and kind of the parts a part refers to."""
    found: dict[str, tuple[str, str]] = {}
    if part.lstrip("/") not in archive.namelist():
        return found

    def start(name: str, given: dict[str, str]) -> None:
        if local(name) == "Relationship":
            target = given["Target"]
            place = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = given["Type"].rpartition("/")[2]
            found[given["Id"]] = posixpath.normpath(place), kind

    parse_xml(archive.read(part.lstrip("/")), start)
    return found


class _Sheet:
    """The cells of a sheet, as they pass by."""

    def __init__(self, percent: set[int]) -> None:
        self.remarks = Remarks()
        self.percent = percent
        self.formulas: list[tuple[int, int]] = []
        self.zeros: list[tuple[int, int]] = []
        self.row = self.column = -1
        self.given: dict[str, str] = {}
        self.formula = self.value_there = False
        self.value: list[str] | None = None
        self.shown = self.spelled = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        kind = local(name)
        if kind == "row":
            self.row = int(given["r"]) - 1 if "r" in given else self.row + 1
            self.column = -1
        elif kind == "c":
            self._enter(given)
        elif kind == "f":
            self.formula, self.value = True, []
        elif kind in {"v", "t"}:
            self.value_there, self.value = True, []
        elif kind == "mergeCell":
            first, _, last = given["ref"].partition(":")
            self.remarks.joined.append(
                CellBlock(*cell_of_reference(first), *cell_of_reference(last or first))
            )

    def _enter(self, given: dict[str, str]) -> None:
        if "r" in given:
            self.row, self.column = cell_of_reference(given["r"])
        else:
            self.column += 1
        self.given, self.shown, self.spelled = given, "", ""
        self.formula = self.value_there = False

    def text(self, data: str) -> None:
        if self.value is not None:
            self.value.append(data)

    def end(self, name: str) -> None:
        kind = local(name)
        if kind == "f" and self.value is not None:
            self.spelled, self.value = "".join(self.value), None
        elif kind in {"v", "t"} and self.value is not None:
            self.shown, self.value = self.shown + "".join(self.value), None
        elif kind == "c":
            self._leave()

    def _leave(self) -> None:
        place, kind = (self.row, self.column), self.given.get("t", "n")
        if self.formula:
            self.formulas.append(place)
            # an empty text is a result: =IF(A1="";"";A1)
            if not self.shown.strip() and not (kind == "str" and self.value_there):
                self._without_result(place)
            elif kind == "n" and self.shown.strip() == "0":
                self.zeros.append(place)
        if kind == "e":
            self.remarks.faulty.append((*place, self.shown.strip()))
        if kind == "n" and self.shown and int(self.given.get("s", 0)) in self.percent:
            self.remarks.percent.append(CellBlock(*place, *place))

    def _without_result(self, place: tuple[int, int]) -> None:
        """Keep a formula whose result was never stored: what it spells out, else that it lacks."""
        said = spelled_out(self.spelled)
        if said is None:
            self.remarks.unworked.append(place)
        else:
            self.remarks.spelled.append((*place, said))
