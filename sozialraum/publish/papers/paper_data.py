"""What all papers print: head, legend, small maps, class words. Plain values for typst."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.grammar import legend_words
from sozialraum.publish.graphics.drawing import (
    MapCanvas,
    draw_map,
    draw_swatch,
    legend_rows,
    plain_colour,
)
from sozialraum.publish.map_layers import MARKS, make_views
from sozialraum.publish.page.page_data import subtitle
from sozialraum.publish.periods import as_of
from sozialraum.publish.view import View
from sozialraum.texts import catalogue, text


def common_data(release: Release, *, accent: str, logo: str | None) -> dict[str, Any]:
    """Return what every paper prints on each page."""
    words, facts = catalogue("publish")["paper"], release.facts
    return {
        "words": words,
        "accent": accent,
        "logo": logo,
        "author": visible(facts.department or facts.place),
        "department": visible(facts.department),
        "place": visible(facts.place),
        "subtitle": visible(subtitle(release, "de")),
        "direction": visible(legend_words(make_views(release)[0])),
        "foot": visible(" · ".join([facts.title, facts.place, as_of(release)])),
        "intern": catalogue("publish")["head"]["intern"] if release.level == "intern" else "",
        "method": visible(facts.method),
        "limits": [visible(line) for line in facts.limits],
        "sources": [visible(line) for line in facts.sources],
    }


def legend(view: View, release: Release) -> list[dict[str, Any]]:
    """Return swatch, colour, words and number of areas per class, the strong end first."""
    return [
        {
            "swatch": draw_swatch(view, c),
            "colour": plain_colour(view, c),
            "words": words,
            "n": str(n),
        }
        for c, words, n in legend_rows(view, release)
    ]


def small_maps(canvas: MapCanvas, views: list[View], release: Release) -> list[dict[str, Any]]:
    """Return one small map per indicator, with its direction and its legend."""
    return [
        {
            "label": visible(view.label),
            "direction": legend_words(view),
            "map": draw_map(canvas, view, release),
            "alt": map_alt(view, release),
            "legend": legend(view, release),
        }
        for view in views
        if view.group == "indicators"
    ]


def map_alt(view: View, release: Release) -> str:
    """Return the words for those who do not see a map."""
    return visible(text("publish.paper.map_alt_all", title=view.label, place=release.facts.place))


def class_on_paper(release: Release, row: pd.Series) -> str:
    """Return number and label of a class, or why there is none."""
    if pd.isna(row["class"]):
        return text(f"publish.page.mark_{MARKS[str(row['status'])]}")
    label = row["class_label"]
    number = str(int(row["class"]))
    return f"{number} {visible(label)}" if isinstance(label, str) else number
