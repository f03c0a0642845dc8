"""Pieces of a Word document: headings, tables and pictures of its own, in the template's styles."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sozialraum.publish.papers.office_files import column_shares, writable

_TABLE_STYLES = ("Table Grid", "Tabellenraster")
_MAP_WIDTH = 16.0  # cm, within the margins of an A4 page


def remove_body(document: Any) -> None:
    """Take out what stands in the template's text, but not its page: size, head and foot."""
    for part in list(document.element.body):
        if not part.tag.endswith("}sectPr"):
            document.element.body.remove(part)


def make_a4(document: Any) -> None:
    """Give the plain document the paper of this country, and its margins of DIN 5008."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)


def _style(document: Any, *names: str) -> Any:
    """Return the first style of these names that the template has, or None."""
    for name in names:
        with suppress(KeyError):
            return document.styles[name]
    return None


def add_heading(document: Any, words: str, level: int) -> None:
    """Add a heading; level 0 is the title."""
    style = _style(document, "Title" if level == 0 else f"Heading {level}")
    paragraph = document.add_paragraph(writable(words), style=style)
    if style is None:
        paragraph.runs[0].bold = True


def add_paragraph(document: Any, words: str, *, strong: bool = False, style: str = "") -> None:
    """Add a paragraph, bold if it is `strong`, in a style if the template has it."""
    named = _style(document, style) if style else None
    run = document.add_paragraph(style=named).add_run(writable(words))
    run.bold = True if strong else None


def add_runs(document: Any, runs: Sequence[tuple[str, bool, bool]], *, style: str = "") -> None:
    """Add a paragraph of words, each with whether it is strong and whether it is slanted."""
    paragraph = document.add_paragraph(style=_style(document, style) if style else None)
    for words, strong, slanted in runs:
        run = paragraph.add_run(writable(words))
        run.bold, run.italic = strong or None, slanted or None


def add_list(document: Any, head: str, lines: Sequence[str]) -> None:
    """Add a heading and its lines; nothing where there are none."""
    if not lines:
        return
    add_heading(document, head, 1)
    style = _style(document, "List Bullet")
    for line in lines:
        document.add_paragraph(writable(line), style=style)


def add_picture(document: Any, png: bytes, words: str) -> None:
    """Add a picture with the words for those who do not see it."""
    from docx.shared import Cm

    section = document.sections[0]
    space = section.page_width - section.left_margin - section.right_margin
    drawn = document.add_picture(io.BytesIO(png), width=min(Cm(_MAP_WIDTH), space))
    drawn._inline.docPr.set("descr", writable(words))


def append_table(document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Add a table of Word whose first row is a head and comes again on every page."""
    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    table.style = _style(document, *_TABLE_STYLES)
    _set_widths(document, table, column_shares([heads, *rows]))
    for row, words in zip(table.rows, [heads, *rows], strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = writable(word)
    for cell in table.rows[0].cells:
        for run in _runs(cell):
            run.bold = True
    for number, row in enumerate(table.rows):
        _mark(row, "w:tblHeader" if number == 0 else "w:cantSplit")
    return table


def _set_widths(document: Any, table: Any, shares: Sequence[float]) -> None:
    """Give each column its part of the line; Word asks every cell, others the column."""
    section = document.sections[0]
    space = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(space * share)
        for cell in column.cells:
            cell.width = int(space * share)


def _runs(cell: Any) -> Iterator[Any]:
    for paragraph in cell.paragraphs:
        yield from paragraph.runs


def _mark(row: Any, sign: str) -> None:
    """Mark a row as head, read out as such and printed again on the next page, or as whole."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(sign))


def shade_cell(cell: Any, colour: str) -> None:
    """Give a cell the colour of its class, and words that can be read on it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    from sozialraum.publish.graphics.colours import ink

    if not colour:
        return
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour.lstrip("#"))):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)
    for run in _runs(cell):
        run.font.color.rgb = RGBColor.from_string(ink(colour).lstrip("#").upper())
