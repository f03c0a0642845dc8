"""``vorlage.docx``: the report as a document that the office goes on writing in.

Headings, tables and pictures are Word's own, in the styles of the town's template; whatever stands
in the template (letterhead, page numbers) stays.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sozialraum.model import Release
from sozialraum.publish.papers.documents import typeset
from sozialraum.publish.papers.office_files import (
    column_shares,
    describe_document,
    open_document,
    packed,
    writable,
)
from sozialraum.publish.papers.report_data import report_data
from sozialraum.texts import text

_TABLE_STYLES = ("Table Grid", "Tabellenraster")
_MAP_WIDTH = 16.0  # cm, within the margins of an A4 page


def write_word_report(release: Release, path: str | Path, *, template: bytes | None = None) -> None:
    """Write the report for a committee as an editable Word document.

    Parameters
    ----------
    release : what may leave the house
    path : docx to write
    template : a Word document of the town, whose styles, head and foot are kept; None = plain

    Raises
    ------
    ConfigError
        If ``python-docx`` or ``typst``, which draws the map, is not installed.
    """
    report, document = report_data(release), open_document("docx", template)
    if template is None:
        _make_a4(document)
    _remove_body(document)
    _head(document, report)
    _glance(document, report)
    _map(document, report)
    _areas(document, report)
    _indicators(document, report)
    _method(document, report)
    describe_document(
        document, title=report["title"], author=report["author"], day=release.facts.stichtag
    )
    Path(path).write_bytes(packed(document))


def _remove_body(document: Any) -> None:
    """Take out what stands in the template's text, but not its page: size, head and foot."""
    for part in list(document.element.body):
        if not part.tag.endswith("}sectPr"):
            document.element.body.remove(part)


def _make_a4(document: Any) -> None:
    """Give the plain document the paper of this country, and its margins of DIN 5008."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)


def _head(document: Any, report: dict[str, Any]) -> None:
    if report["intern"]:
        _paragraph(document, report["intern"], strong=True)
    _heading(document, report["title"], 0)
    _paragraph(document, report["subtitle"])
    if report["department"]:
        _paragraph(document, report["department"])
    _heading(document, text("publish.office.decision"), 1)
    _paragraph(document, text("publish.office.decision_hint"))


def _glance(document: Any, report: dict[str, Any]) -> None:
    _heading(document, text("publish.office.glance"), 1)
    for number, sentence in enumerate(report["headline"]):
        _paragraph(document, sentence, strong=number == 0)
    for sentence in report["summary"]:
        _paragraph(document, sentence)
    _list(document, report["words"]["findings"], report["findings"])


def _map(document: Any, report: dict[str, Any]) -> None:
    _heading(document, text("publish.office.map"), 1)
    _picture(
        document, typeset("lagekarte.typ", {"map": report["map"]}, kind="png"), report["map_alt"]
    )
    _paragraph(document, report["map_caption"], style="Caption")
    _paragraph(document, report["direction"])
    words = report["words"]
    rows = [[row["words"], row["n"]] for row in report["legend"]]
    table = _table(document, [words["class"], words["areas"]], rows)
    for row, line in zip(table.rows[1:], report["legend"], strict=True):
        _shade(row.cells[0], line["colour"])


def _areas(document: Any, report: dict[str, Any]) -> None:
    words = report["words"]
    _heading(document, words["ranking"], 1)
    _paragraph(document, text("publish.office.ranking"))
    heads = [words["rank"], words["area"], words["class"], words["index"]]
    sure = report["interval_head"] != ""
    rows = [
        [r["rank"], _named(r), r["class"], r["index"], *([r["interval"]] if sure else [])]
        for r in report["rows"]
    ]
    if sure:
        _paragraph(document, text("publish.office.interval"))
    _table(document, [*heads, *([report["interval_head"]] if sure else [])], rows)


def _named(row: dict[str, Any]) -> str:
    letter = f"{row['letter']}  " if row["letter"] else ""
    return f"{letter}{row['name']} ({row['key']})"


def _indicators(document: Any, report: dict[str, Any]) -> None:
    words = report["words"]
    _heading(document, words["indicators"], 1)
    heads = [words["indicator"], words["direction"], words["city"], words["source"]]
    rows = [[i["label"], i["direction"], i["city"], i["source"]] for i in report["indicators"]]
    _table(document, heads, rows)


def _method(document: Any, report: dict[str, Any]) -> None:
    words = report["words"]
    _list(document, words["limits"], report["limits"])
    _heading(document, words["method"], 1)
    _paragraph(document, report["method"])
    for line in report["changed"]:
        _paragraph(document, line)
    _list(document, words["certainty"], report["certainty"])
    _list(document, words["withheld"], report["notes"])
    _list(document, words["sources"], report["sources"])


# --- pieces of a document -------------------------------------------------------------------------


def _style(document: Any, *names: str) -> Any:
    """Return the first style of these names that the template has, or None."""
    for name in names:
        with suppress(KeyError):
            return document.styles[name]
    return None


def _heading(document: Any, words: str, level: int) -> None:
    style = _style(document, "Title" if level == 0 else f"Heading {level}")
    paragraph = document.add_paragraph(writable(words), style=style)
    if style is None:
        paragraph.runs[0].bold = True


def _paragraph(document: Any, words: str, *, strong: bool = False, style: str = "") -> None:
    named = _style(document, style) if style else None
    run = document.add_paragraph(style=named).add_run(writable(words))
    run.bold = True if strong else None


def _list(document: Any, head: str, lines: Sequence[str]) -> None:
    """Add a heading and its lines; nothing where there are none."""
    if not lines:
        return
    _heading(document, head, 1)
    style = _style(document, "List Bullet")
    for line in lines:
        document.add_paragraph(writable(line), style=style)


def _picture(document: Any, png: bytes, words: str) -> None:
    """Add a picture with the words for those who do not see it."""
    from docx.shared import Cm

    section = document.sections[0]
    space = section.page_width - section.left_margin - section.right_margin
    drawn = document.add_picture(io.BytesIO(png), width=min(Cm(_MAP_WIDTH), space))
    drawn._inline.docPr.set("descr", writable(words))


def _table(document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
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


def _shade(cell: Any, colour: str) -> None:
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
