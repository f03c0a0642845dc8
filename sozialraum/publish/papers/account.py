"""``rechenschaft.pdf`` and ``rechenschaft.docx``: one list of blocks, set twice.

Own chapters of the town first, in a small Markdown; what they refer to is taken from the release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.graphics.drawing import draw_map, make_canvas
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.papers.documents import typeset
from sozialraum.publish.papers.office_files import describe_document, open_document, packed
from sozialraum.publish.papers.paper_data import common_data
from sozialraum.publish.papers.word_pieces import (
    add_heading,
    add_picture,
    add_runs,
    append_table,
    make_a4,
    remove_body,
)
from sozialraum.texts import catalogue

_INLINE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)")
_REFERENCE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
MAP = "bild:karte"


class Words(NamedTuple):
    """Words of one look."""

    words: str
    strong: bool = False
    slanted: bool = False


@dataclass(frozen=True)
class Block:
    """A piece of the account.

    Parameters
    ----------
    kind : "heading" (`level` 1 or 2), "paragraph", "list" (`items`), "table" (`rows`, the first is
        the head) or "map"
    """

    kind: Literal["heading", "paragraph", "list", "table", "map"]
    items: tuple[tuple[Words, ...], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = 1


def heading(words: str, level: int = 1) -> Block:
    """Return a heading."""
    return Block("heading", ((Words(words),),), level=level)


def paragraph(words: str, *, strong: bool = False) -> Block:
    """Return a paragraph of one look."""
    return Block("paragraph", ((Words(words, strong),),))


def bullets(lines: Sequence[str]) -> Block:
    """Return a list."""
    return Block("list", tuple((Words(line),) for line in lines))


def markdown_blocks(markdown: str, resolve: Callable[[str], str]) -> Iterator[Block]:
    r"""Yield the blocks of a chapter: headings, paragraphs, lists, emphasis; all else is text.

    Parameters
    ----------
    markdown : of the town
    resolve : gives the words of a reference ("kennzahl:armut"); a picture stands on a line alone

    Examples
    --------
    >>> [b.kind for b in markdown_blocks("# Vorwort\nWir *sind* da.\n\n- eins\n- zwei", str)]
    ['heading', 'paragraph', 'list']
    """
    for part in re.split(r"\n\s*\n", markdown.replace("\r\n", "\n").strip()):
        lines: list[str] = []
        for line in part.split("\n"):
            if line.startswith("#"):
                yield from _flowing(lines, resolve)
                level = len(line) - len(line.lstrip("#"))
                words = _resolved(line.lstrip("#").strip(), resolve)
                yield Block("heading", (runs_of(words),), level=min(level, 2))
                lines = []
            else:
                lines.append(line)
        yield from _flowing(lines, resolve)


def _flowing(lines: Sequence[str], resolve: Callable[[str], str]) -> Iterator[Block]:
    """Yield paragraphs and lists of lines without a blank one between them."""
    items: list[list[str]] = []
    plain: list[str] = []
    for line in lines:
        found = _ITEM.fullmatch(line)
        if found is not None:
            items.append([found[1]])
        elif items:
            items[-1].append(line.strip())
        elif _REFERENCE.fullmatch(line.strip()) and MAP in line:
            yield Block("map")
        else:
            plain.append(line.strip())
    words = " ".join(filter(None, plain))
    if words:
        yield Block("paragraph", (runs_of(_resolved(words, resolve)),))
    if items:
        told = (runs_of(_resolved(" ".join(item), resolve)) for item in items)
        yield Block("list", tuple(told))


def _resolved(words: str, resolve: Callable[[str], str]) -> str:
    return _REFERENCE.sub(lambda found: resolve(found[1]), words)


def runs_of(words: str) -> tuple[Words, ...]:
    """Return words with their emphasis.

    Examples
    --------
    >>> [tuple(run) for run in runs_of("Wir **alle**")]
    [('Wir ', False, False), ('alle', True, False)]
    """
    found, place = [], 0
    for one in _INLINE.finditer(words):
        found.append(Words(words[place : one.start()]))
        found.append(Words(one[1] or one[2], one[1] is not None, one[1] is None))
        place = one.end()
    return tuple(run for run in (*found, Words(words[place:])) if run.words)


def account_pdf(
    release: Release, title: str, blocks: Sequence[Block], *, accent: str, logo: str | None
) -> bytes:
    """Return the account as tagged PDF (PDF/UA-1)."""
    told = [
        {
            "kind": b.kind,
            "level": b.level,
            "items": [[list(_plain(run)) for run in item] for item in b.items],
            "rows": [[visible(cell) for cell in row] for row in b.rows],
        }
        for b in blocks
    ]
    picture, words = _map(release), catalogue("publish")["paper"]
    alt = words["map_alt_all"].format(
        title=visible(release.facts.title), place=visible(release.facts.place)
    )
    data = common_data(release, accent=accent, logo=logo) | {
        "title": visible(title), "blocks": told, "map": picture, "map_alt": alt,
    }  # fmt: skip
    return typeset("rechenschaft.typ", data)


def _plain(run: Words) -> tuple[str, bool, bool]:
    return visible(run.words), run.strong, run.slanted


def _map(release: Release) -> Any:
    return draw_map(make_canvas(release, printed=150), make_views(release)[0], release, names=True)


def account_docx(
    release: Release, title: str, blocks: Sequence[Block], *, template: bytes | None
) -> bytes:
    """Return the account as a Word document in the styles of the town's template."""
    document = open_document("docx", template)
    if template is None:
        make_a4(document)
    remove_body(document)
    data = common_data(release, accent="#000000", logo=None)
    if data["intern"]:
        add_runs(document, [Words(data["intern"], strong=True)])
    add_heading(document, title, 0)
    add_runs(document, [Words(data["subtitle"])])
    for block in blocks:
        _set(document, block, release)
    describe_document(document, title=title, author=data["author"], day=release.facts.stichtag)
    return packed(document)


def _set(document: Any, block: Block, release: Release) -> None:
    if block.kind == "heading":
        add_heading(document, "".join(run.words for run in block.items[0]), block.level)
    elif block.kind == "table":
        append_table(document, block.rows[0], block.rows[1:])
    elif block.kind == "map":
        drawn = typeset("lagekarte.typ", {"map": _map(release)}, kind="png")
        words = catalogue("publish")["paper"]["map_alt_all"]
        facts = release.facts
        add_picture(document, drawn, words.format(title=facts.title, place=facts.place))
    else:
        for item in block.items:
            style = "List Bullet" if block.kind == "list" else ""
            add_runs(document, item, style=style)
