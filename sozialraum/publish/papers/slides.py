"""``folien.pptx``: the result on a few slides for the session, in the looks of the town's template.

Map, table and sentences are PowerPoint's own and can be changed; each picture has its words.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
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

_MOST_ROWS = 8
_TITLE_ONLY, _TITLE_AND_TEXT = 5, 1  # places of the layouts in PowerPoint's own template


def write_slides(release: Release, path: str | Path, *, template: bytes | None = None) -> None:
    """Write the result as slides.

    Parameters
    ----------
    release : what may leave the house
    path : pptx to write
    template : a presentation of the town, whose layouts are used and whose slides go; None = plain

    Raises
    ------
    ConfigError
        If ``python-pptx`` or ``typst``, which draws the map, is not installed.
    """
    report, show = report_data(release), open_document("pptx", template)
    _remove_slides(show)
    _title_slide(show, report)
    _bullets(show, text("publish.office.glance"), report["headline"])
    _map_slide(show, report)
    for chart in report["charts"]:
        _chart_slide(show, chart)
    _worst_slide(show, report)
    _bullets(show, report["words"]["indicators"], _indicators(report))
    sure = report["certainty"]
    if sure:
        _bullets(show, report["words"]["certainty"], sure)
    _bullets(show, report["words"]["limits"], report["limits"])
    describe_document(
        show, title=report["title"], author=report["author"], day=release.facts.stichtag
    )
    Path(path).write_bytes(packed(show))


def _remove_slides(show: Any) -> None:
    """Take the slides of the template out; its layouts and master stay."""
    listed = show.slides._sldIdLst
    for entry in list(listed):
        show.part.drop_rel(entry.rId)
        listed.remove(entry)


def _slide(show: Any, layout: int, title: str) -> Any:
    layouts = show.slide_layouts
    slide = show.slides.add_slide(layouts[min(layout, len(layouts) - 1)])
    if slide.shapes.title is not None:
        slide.shapes.title.text = writable(title)
    else:
        _text_box(show, slide, [title], top=0.04, height=0.12)
    return slide


def _title_slide(show: Any, report: dict[str, Any]) -> None:
    slide = _slide(show, 0, report["title"])
    lines = [report["subtitle"], report["department"], report["intern"]]
    _fill(show, slide, [line for line in lines if line])


def _bullets(show: Any, title: str, lines: Sequence[str]) -> None:
    _fill(show, _slide(show, _TITLE_AND_TEXT, title), lines)


def _fill(show: Any, slide: Any, lines: Sequence[str]) -> None:
    """Write lines into the first place for text of a slide, or into a box of our own."""
    places = [p for p in slide.placeholders if p.placeholder_format.idx != 0 and p.has_text_frame]
    if not places:
        _text_box(show, slide, lines, top=0.2, height=0.7)
        return
    frame = places[0].text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = writable(line)
    _fit(frame, lines)


def _fit(frame: Any, lines: Sequence[str], *, most: int = 24) -> None:
    """Set long text smaller, so that it stays on its slide."""
    from pptx.util import Pt

    signs = sum(map(len, lines))
    size = next((pt for up_to, pt in ((250, 24), (450, 20), (800, 16)) if signs <= up_to), 13)
    for paragraph in frame.paragraphs:
        paragraph.font.size = Pt(min(size, most))


def _text_box(
    show: Any, slide: Any, lines: Sequence[str], *, top: float, height: float, size: int = 24
) -> None:
    """Add a box of text; places in parts of the slide, `size` in points at most."""
    width, tall = show.slide_width, show.slide_height
    box = slide.shapes.add_textbox(
        int(width * 0.06), int(tall * top), int(width * 0.88), int(tall * height)
    )
    box.text_frame.word_wrap = True
    box.text_frame.text = writable("\n".join(lines))
    _fit(box.text_frame, lines, most=size)


def _map_slide(show: Any, report: dict[str, Any]) -> None:
    """Add the map on the left and its legend on the right."""
    slide = _slide(show, _TITLE_ONLY, text("publish.office.map"))
    width, tall = show.slide_width, show.slide_height
    png = typeset("lagekarte.typ", {"map": report["map"]}, kind="png")
    top, room = int(tall * 0.2), int(tall * 0.74)
    picture = slide.shapes.add_picture(io.BytesIO(png), int(width * 0.04), top, height=room)
    picture._element.nvPicPr.cNvPr.set("descr", writable(report["map_alt"]))
    most = int(width * 0.6)
    if picture.width > most:
        picture.height = int(picture.height * most / picture.width)
        picture.width = most
    words = report["words"]
    rows = [[row["words"], row["n"]] for row in report["legend"]]
    colours = [row["colour"] for row in report["legend"]]
    place = (int(width * 0.66), top, int(width * 0.3))
    _table(slide, [words["class"], words["areas"]], rows, place=place, colours=colours)


def _chart_slide(show: Any, chart: dict[str, Any]) -> None:
    """Add a chart under its question, over the whole width."""
    slide = _slide(show, _TITLE_ONLY, chart["title"])
    width, tall = show.slide_width, show.slide_height
    if slide.shapes.title is not None:
        _fit(slide.shapes.title.text_frame, [chart["title"]])
    png = typeset("lagekarte.typ", {"map": chart["drawing"]}, kind="png")
    place = (int(width * 0.06), int(tall * 0.25))
    picture = slide.shapes.add_picture(io.BytesIO(png), *place, width=int(width * 0.88))
    picture._element.nvPicPr.cNvPr.set("descr", writable(chart["alt"]))


def _worst_slide(show: Any, report: dict[str, Any]) -> None:
    """Add the areas with the highest burden as a table."""
    words, rows = report["words"], report["rows"]
    slide = _slide(show, _TITLE_ONLY, text("publish.office.worst"))
    width, tall = show.slide_width, show.slide_height
    shown = [[r["rank"], _named(r), r["class"], r["index"]] for r in rows[:_MOST_ROWS]]
    place = (int(width * 0.06), int(tall * 0.2), int(width * 0.88))
    heads = [words["rank"], words["area"], words["class"], words["index"]]
    _table(slide, heads, shown, place=place)
    more = len(rows) - len(shown)
    if more:
        _text_box(show, slide, [text("publish.office.more", n=more)], top=0.9, height=0.07, size=14)


def _named(row: dict[str, Any]) -> str:
    return f"{row['letter']}  {row['name']}" if row["letter"] else str(row["name"])


def _indicators(report: dict[str, Any]) -> list[str]:
    city = report["words"]["city"]
    shown = report["indicators"][:_MOST_ROWS]
    more = len(report["indicators"]) - len(shown)
    lines = [f"{i['label']} – {i['direction']}, {city} {i['city']}" for i in shown]
    return [*lines, text("publish.office.more_indicators", n=more)] if more else lines


def _table(
    slide: Any,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    place: tuple[int, int, int],
    colours: Sequence[str] = (),
) -> None:
    """Add a table of PowerPoint, its columns as wide as their words; one colour per row."""
    from pptx.util import Pt

    left, top, width = place
    height = int(Pt(26)) * (len(rows) + 1)
    table = slide.shapes.add_table(len(rows) + 1, len(heads), left, top, width, height).table
    for n, words in enumerate([heads, *rows]):
        for m, word in enumerate(words):
            cell = table.cell(n, m)
            cell.text = writable(word)
            cell.text_frame.paragraphs[0].font.size = Pt(12)
    shares = column_shares([heads, *rows])
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(width * share)
    for n, colour in enumerate(colours, 1):
        _paint(table.cell(n, 0), colour)


def _paint(cell: Any, colour: str) -> None:
    from pptx.dml.color import RGBColor

    from sozialraum.publish.graphics.colours import ink

    if not colour:
        return
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    written = cell.text_frame.paragraphs[0].font
    written.color.rgb = RGBColor.from_string(ink(colour).lstrip("#").upper())
