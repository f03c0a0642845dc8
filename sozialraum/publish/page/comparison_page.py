"""Several methods side by side on one offline page: small maps, sentences, a table of areas.

The page needs no script: maps are SVG drawings, so it opens everywhere, prints as it stands, and
its policy allows nothing from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.graphics.drawing import MapCanvas, make_canvas
from sozialraum.publish.graphics.svg import tag
from sozialraum.publish.page.policy import policy
from sozialraum.texts import date, text

LAYER = "methods"
_WIDTH = 360
_DOTS = tag(
    "defs",
    tag(
        "pattern",
        tag("rect", width=8, height=8, fill="#fff")
        + tag("circle", cx=4, cy=4, r=1.5, fill="#555"),
        id="dots", width=8, height=8, patternUnits="userSpaceOnUse",
    ),
)  # fmt: skip


def comparison_html(
    release: Release, *, cards: Sequence[Mapping[str, Any]], notes: Sequence[str]
) -> str:
    """Return the whole page.

    Parameters
    ----------
    release : its layer "methods" holds a class step per area and variant
    cards : per variant id (column of the layer), name, k, labels (lowest burden first), sentences
    notes : German sentences on how to read it
    """
    canvas, steps = make_canvas(release, width=_WIDTH), release.layers[LAYER].astype("Int64")
    title = text("publish.methods.title", title=release.facts.title)
    drawn = "".join(_card(card, steps, canvas, release) for card in cards)
    listed = "".join(f"<li>{markup(note)}</li>" for note in notes)
    about = f"{release.facts.place}, {date(release.facts.stichtag)}"
    style = asset("methoden.css")
    defs = tag("svg", _DOTS, width=0, height=0, aria_hidden="true")
    body = (
        f"<header><h1>{markup(title)}</h1><p>{markup(about)}</p></header>{defs}"
        f'<main><div class="cards">{drawn}</div>{_table(cards, steps, release)}</main>'
        f"<footer><ul>{listed}</ul></footer>"
    )
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f"{policy(f'<style>{style}</style>')}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>{body}</body>\n</html>\n"
    )


def _card(card: Mapping[str, Any], steps: pd.DataFrame, canvas: MapCanvas, release: Release) -> str:
    first, *more = card["sentences"]
    stated = "".join(f"<p>{markup(sentence)}</p>" for sentence in more)
    colours, step = palette("blues", card["k"]), steps[card["id"]]
    areas = "".join(
        tag("path", f"<title>{markup(name)}: {_words(place, card)}</title>", d=path,
            fill="url(#dots)" if pd.isna(place) else colours[place - 1])
        for path, place, name in zip(canvas.paths, step, release.areas["name"], strict=True)
    )  # fmt: skip
    box = f"0 0 {canvas.width:.0f} {canvas.height:.0f}"
    label = markup(text("publish.methods.map", name=card["name"]))
    return (
        f"<article><h2>{markup(card['name'])}</h2>"
        f"{tag('svg', areas, viewBox=box, role='img', aria_label=label)}"
        f'<p class="lead">{markup(first)}</p>{stated}{_legend(card, step, colours)}</article>'
    )


def _legend(card: Mapping[str, Any], step: pd.Series, colours: Sequence[str]) -> str:
    rows = "".join(
        f"<li>{_swatch(colour)}{markup(label)} ({int((step == n).sum())})</li>"
        for n, (colour, label) in enumerate(zip(colours, card["labels"], strict=True), 1)
    )
    return f"<ul>{rows}</ul>"


def _swatch(colour: str) -> str:
    inside = tag("rect", width=20, height=12, fill=colour)
    return tag("svg", inside, width=20, height=12, aria_hidden="true")


def _words(place: Any, card: Mapping[str, Any]) -> str:
    if pd.isna(place):
        return text("publish.methods.not_compared")
    return markup(card["labels"][place - 1])


def _table(cards: Sequence[Mapping[str, Any]], steps: pd.DataFrame, release: Release) -> str:
    """Return every area with its class under every variant."""
    head = "".join(f'<th scope="col">{markup(card["name"])} (1–{card["k"]})</th>' for card in cards)
    rows = "".join(
        f'<tr><th scope="row">{markup(release.areas["name"][key])} ({markup(key)})</th>'
        + "".join(_cell(steps.at[key, card["id"]]) for card in cards)
        + "</tr>"
        for key in steps.index
    )
    caption, summary = text("publish.methods.caption"), text("publish.methods.areas")
    return (
        f"<details><summary>{summary}</summary><table><caption>{caption}</caption>"
        f"<tr><td></td>{head}</tr>{rows}</table></details>"
    )


def _cell(place: Any) -> str:
    return f"<td>{'.' if pd.isna(place) else place}</td>"
