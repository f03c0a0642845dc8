"""A small writer of xlsx workbooks whose bytes depend on their cells alone.

The parts are written by hand (ECMA-376, uncompressed in the container), so that the example files
are the same for everyone who makes them again, with any version of any library.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

_NAMESPACE = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_NAMESPACE}/spreadsheetml/2006/main"'
_RELATIONS = f"{_NAMESPACE}/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = ("plain", "title", "head", "number", "sign", "total")


class Cell(NamedTuple):
    """One cell: a text or a whole number, and one of `STYLES`."""

    value: str | int
    style: str = "plain"


@dataclass
class Sheet:
    """One sheet: cells by (row, column) counted from 0, merged ranges, widths, frozen corner.

    Parameters
    ----------
    name : on the tab
    cells : by row and column
    merged : (first row, first column, last row, last column)
    widths : of the columns, in characters
    frozen : rows and columns that stay in view
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: tuple[float, ...] = ()
    frozen: tuple[int, int] = (0, 0)


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> [column_letters(n) for n in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def workbook_bytes(sheets: list[Sheet], *, title: str, created: str) -> bytes:
    """Return the workbook as the bytes of an xlsx file.

    Parameters
    ----------
    sheets : in order
    title : of the document
    created : ISO time stamp that the document bears
    """
    texts: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{i + 1}.xml": _sheet(s, texts) for i, s in enumerate(sheets)}
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations(
            [
                ("officeDocument/2006/relationships/officeDocument", "xl/workbook.xml"),
                ("package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _core(title, created),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(
                    ("officeDocument/2006/relationships/worksheet", f"worksheets/sheet{i + 1}.xml")
                    for i in range(len(sheets))
                ),
                ("officeDocument/2006/relationships/styles", "styles.xml"),
                ("officeDocument/2006/relationships/sharedStrings", "sharedStrings.xml"),
            ]
        ),
        "xl/styles.xml": _styles(),
        "xl/sharedStrings.xml": _shared(texts),
        **parts,
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as container:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # the same on Windows
            container.writestr(info, (_HEAD + content).encode("utf-8"))
    return memory.getvalue()


def _sheet(sheet: Sheet, texts: dict[str, int]) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        rows.setdefault(row, []).append(_cell(row, column, cell, texts))
    data = "".join(f'<row r="{r + 1}">{"".join(cells)}</row>' for r, cells in rows.items())
    merged = "".join(f'<mergeCell ref="{_range(*m)}"/>' for m in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    widths = "".join(
        f'<col min="{i + 1}" max="{i + 1}" width="{w}" customWidth="1"/>'
        for i, w in enumerate(sheet.widths)
    )
    widths = f"<cols>{widths}</cols>" if widths else ""
    return (
        f"<worksheet {_MAIN}>{_view(sheet)}{widths}"
        f"<sheetData>{data}</sheetData>{merged}</worksheet>"
    )


def _cell(row: int, column: int, cell: Cell, texts: dict[str, int]) -> str:
    place = f'r="{column_letters(column)}{row + 1}" s="{STYLES.index(cell.style)}"'
    if isinstance(cell.value, str):
        return f'<c {place} t="s"><v>{texts.setdefault(cell.value, len(texts))}</v></c>'
    return f"<c {place}><v>{cell.value}</v></c>"


def _range(top: int, left: int, bottom: int, right: int) -> str:
    return f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"


def _view(sheet: Sheet) -> str:
    rows, columns = sheet.frozen
    if not rows and not columns:
        return ""
    corner = f"{column_letters(columns)}{rows + 1}"
    pane = (
        f'<pane xSplit="{columns}" ySplit="{rows}" topLeftCell="{corner}" '
        'activePane="bottomRight" state="frozen"/>'
    )
    return f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'


def _shared(texts: dict[str, int]) -> str:
    words = "".join(f'<si><t xml:space="preserve">{escape(t)}</t></si>' for t in texts)
    return f'<sst {_MAIN} uniqueCount="{len(texts)}">{words}</sst>'


def _styles() -> str:
    """Return the cell formats in the order of `STYLES`; number format 3 is "#,##0"."""
    fonts = '<font><sz val="11"/><name val="Calibri"/></font>'
    fonts += '<font><b/><sz val="12"/><name val="Calibri"/></font>'
    fonts += '<font><b/><sz val="11"/><name val="Calibri"/></font>'
    line = '<{0} style="thin"><color auto="1"/></{0}>'
    box = "".join(line.format(side) for side in ("left", "right", "top", "bottom"))
    borders = "<border/>" + f"<border>{box}</border>"
    fills = '<fill><patternFill patternType="none"/></fill>'
    fills += '<fill><patternFill patternType="gray125"/></fill>'
    middle = '<alignment horizontal="center" vertical="center" wrapText="1"/>'
    right = '<alignment horizontal="right"/>'
    formats = [(0, 0, 0, ""), (0, 1, 0, ""), (0, 2, 1, middle)]
    formats += [(3, 0, 0, ""), (0, 0, 0, right), (3, 2, 0, "")]
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="{border}" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1">{how}</xf>'
        for number, font, border, how in formats
    )
    none = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    return (
        f'<styleSheet {_MAIN}><fonts count="3">{fonts}</fonts><fills count="2">{fills}</fills>'
        f'<borders count="2">{borders}</borders><cellStyleXfs count="1">{none}</cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{cells}</cellXfs><cellStyles count="1">'
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _book(sheets: list[Sheet]) -> str:
    tabs = "".join(
        f'<sheet name="{escape(s.name)}" sheetId="{i + 1}" r:id="rId{i + 1}"/>'
        for i, s in enumerate(sheets)
    )
    return f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{tabs}</sheets></workbook>'


def _relations(targets: list[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{i + 1}" Type="{_NAMESPACE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets)
    )
    return (
        f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">{entries}</Relationships>'
    )


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = [("xl/workbook.xml", f"{kind}sheet.main+xml"), ("xl/styles.xml", f"{kind}styles+xml")]
    parts += [("xl/sharedStrings.xml", f"{kind}sharedStrings+xml")]
    parts += [(f"xl/worksheets/sheet{i + 1}.xml", f"{kind}worksheet+xml") for i in range(sheets)]
    parts += [("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")]
    overrides = "".join(f'<Override PartName="/{p}" ContentType="{t}"/>' for p, t in parts)
    defaults = (
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'<Types xmlns="{_NAMESPACE}/package/2006/content-types">{defaults}{overrides}</Types>'


def _core(title: str, created: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_NAMESPACE}/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
        "</cp:coreProperties>"
    )
