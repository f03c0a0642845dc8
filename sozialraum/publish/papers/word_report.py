"""``vorlage.docx``: the report as a document that the office goes on writing in.

Headings, tables and pictures are Word's own, in the styles of the town's template; whatever stands
in the template (letterhead, page numbers) stays.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sozialraum.model import Release
from sozialraum.publish.papers.documents import typeset
from sozialraum.publish.papers.office_files import describe_document, open_document, packed
from sozialraum.publish.papers.report_data import report_data
from sozialraum.publish.papers.word_pieces import (
    add_heading,
    add_list,
    add_paragraph,
    add_picture,
    append_table,
    make_a4,
    remove_body,
    shade_cell,
)
from sozialraum.texts import text


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
        make_a4(document)
    remove_body(document)
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


def _head(document: Any, report: dict[str, Any]) -> None:
    if report["intern"]:
        add_paragraph(document, report["intern"], strong=True)
    add_heading(document, report["title"], 0)
    add_paragraph(document, report["subtitle"])
    if report["department"]:
        add_paragraph(document, report["department"])
    add_heading(document, text("publish.office.decision"), 1)
    add_paragraph(document, text("publish.office.decision_hint"))


def _glance(document: Any, report: dict[str, Any]) -> None:
    add_heading(document, text("publish.office.glance"), 1)
    for number, sentence in enumerate(report["headline"]):
        add_paragraph(document, sentence, strong=number == 0)
    for sentence in report["summary"]:
        add_paragraph(document, sentence)
    for chart in report["charts"]:
        add_heading(document, chart["title"], 2)
        png = typeset("lagekarte.typ", {"map": chart["drawing"]}, kind="png")
        add_picture(document, png, chart["alt"])
    add_list(document, report["words"]["findings"], report["findings"])


def _map(document: Any, report: dict[str, Any]) -> None:
    add_heading(document, text("publish.office.map"), 1)
    add_picture(
        document, typeset("lagekarte.typ", {"map": report["map"]}, kind="png"), report["map_alt"]
    )
    add_paragraph(document, report["map_caption"], style="Caption")
    add_paragraph(document, report["direction"])
    words = report["words"]
    rows = [[row["words"], row["n"]] for row in report["legend"]]
    table = append_table(document, [words["class"], words["areas"]], rows)
    for row, line in zip(table.rows[1:], report["legend"], strict=True):
        shade_cell(row.cells[0], line["colour"])


def _areas(document: Any, report: dict[str, Any]) -> None:
    words = report["words"]
    add_heading(document, words["ranking"], 1)
    add_paragraph(document, text("publish.office.ranking"))
    heads = [words["rank"], words["area"], words["class"], words["index"]]
    sure = report["interval_head"] != ""
    rows = [
        [r["rank"], _named(r), r["class"], r["index"], *([r["interval"]] if sure else [])]
        for r in report["rows"]
    ]
    if sure:
        add_paragraph(document, text("publish.office.interval"))
    append_table(document, [*heads, *([report["interval_head"]] if sure else [])], rows)


def _named(row: dict[str, Any]) -> str:
    letter = f"{row['letter']}  " if row["letter"] else ""
    return f"{letter}{row['name']} ({row['key']})"


def _indicators(document: Any, report: dict[str, Any]) -> None:
    words = report["words"]
    add_heading(document, words["indicators"], 1)
    heads = [words["indicator"], words["direction"], words["city"], words["source"]]
    rows = [[i["label"], i["direction"], i["city"], i["source"]] for i in report["indicators"]]
    append_table(document, heads, rows)


def _method(document: Any, report: dict[str, Any]) -> None:
    words = report["words"]
    add_list(document, words["limits"], report["limits"])
    add_heading(document, words["method"], 1)
    add_paragraph(document, report["method"])
    for line in report["changed"]:
        add_paragraph(document, line)
    add_list(document, words["certainty"], report["certainty"])
    add_list(document, words["withheld"], report["notes"])
    add_list(document, words["sources"], report["sources"])
