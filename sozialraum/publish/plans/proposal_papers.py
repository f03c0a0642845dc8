"""The Vorlage of a plan: ``vorlage.docx`` to go on writing in, ``vorlage.pdf``, maps on A3."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.publish.papers.documents import typeset
from sozialraum.publish.papers.office_files import describe_document, open_document, packed
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
from sozialraum.publish.plans.proposal_data import proposal_data

PAPERS = ("vorlage.docx", "vorlage.pdf", "karten_a3.pdf")


def proposal_papers(release: PlanRelease) -> dict[str, Callable[[Path], None]]:
    """Return what writes each paper, by name.

    Parameters
    ----------
    release : with the proposal of the office; the maps are left out where it has none

    Raises
    ------
    ConfigError
        On writing, if ``python-docx`` or ``typst`` is not installed.
    """
    data = proposal_data(release)
    papers: dict[str, Callable[[Path], None]] = {
        "vorlage.docx": lambda path: _write_word(data, path),
        "vorlage.pdf": lambda path: _write(path, typeset("planvorlage.typ", data)),
    }
    if data["maps"]:
        papers["karten_a3.pdf"] = lambda path: _write(path, typeset("plankarten.typ", data))
    return papers


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _write_word(data: dict[str, Any], path: Path) -> None:
    document = open_document("docx", None)
    make_a4(document)
    remove_body(document)
    words = data["words"]
    if data["intern"]:
        add_paragraph(document, data["intern"], strong=True)
    add_heading(document, data["title"], 0)
    add_paragraph(document, data["place"])
    add_heading(document, words["decision"], 1)
    add_paragraph(document, data["decision"], strong=True)
    add_heading(document, words["reasons"], 1)
    for heading, said in data["lines"]:
        add_heading(document, heading, 2)
        add_paragraph(document, said)
    for one in data["maps"]:
        add_heading(document, one["heading"], 2)
        png = typeset("lagekarte.typ", {"map": one["svg"]}, kind="png")
        add_picture(document, png, one["alt"])
        if one["direction"]:
            add_paragraph(document, one["direction"])
        _add_legend(document, one["legend"], words)
        for line in one["notes"]:
            add_paragraph(document, line)
    add_heading(document, words["figures"], 1)
    append_table(document, data["figures"]["heads"], data["figures"]["rows"])
    add_list(document, words["legal"], data["legal"])
    if data["costs"]:
        add_heading(document, words["costs"], 1)
        add_paragraph(document, data["costs"])
    add_list(document, words["doubt"], data["doubt"])
    add_list(document, words["limits"], data["limits"])
    add_list(document, words["annexes"], data["annexes"])
    add_paragraph(document, data["foot"])
    describe_document(document, title=data["title"], author=data["author"], day=data["day"])
    path.write_bytes(packed(document))


def _add_legend(document: Any, legend: Sequence[Mapping[str, str]], words: Any) -> None:
    """Add a table of signs and what they mean; colours as the ground of a cell."""
    rows = [
        [_sign(row["swatch"], words) if not row["colour"] else "", row["words"]] for row in legend
    ]
    table = append_table(document, [words["sign"], words["meaning"]], rows)
    for row, line in zip(table.rows[1:], legend, strict=True):
        shade_cell(row.cells[0], line["colour"])


def _sign(swatch: str, words: Mapping[str, str]) -> str:
    return next((words[n] for n in ("dot", "square", "offer") if f"mark {n}" in swatch), "")
