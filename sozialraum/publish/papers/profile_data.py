"""What the profiles say, one page per area, as plain values for typst."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Indicator, Release
from sozialraum.publish.escape import visible
from sozialraum.publish.graphics.drawing import draw_highlight, draw_map, draw_swatch, make_canvas
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.layer_facts import layer_facts, layer_lines
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.monitoring.offers import offer_lines
from sozialraum.publish.papers.paper_data import class_on_paper, common_data
from sozialraum.publish.periods import as_of, names_of
from sozialraum.publish.published_numbers import (
    Figure,
    burden_bars,
    index_digits,
    indicator_figures,
    shown_contributions,
)
from sozialraum.publish.view import View
from sozialraum.publish.wording import (
    area_sentences,
    rank_words,
    shown_number,
    suppression_sentences,
    value_words,
)
from sozialraum.texts import catalogue, number, signed, text

_BAR = "#2168a8"


def profile_data(
    release: Release, keys: list[str], *, accent: str = "#0c4a8d", logo: str | None = None
) -> dict[str, Any]:
    """Return one page for each of `keys`."""
    canvas, views = make_canvas(release, width=600, printed=62), make_views(release)
    facts, lines = (
        layer_facts(release),
        [*layer_lines(release), *_points_here(release), *offer_lines(release)],
    )
    parts = shown_contributions(release.current, digits=index_digits(release) + 1)
    place = {key: i for i, key in enumerate(release.areas.index)}
    words, told = catalogue("publish")["paper"], headline_of(release)
    return common_data(release, accent=accent, logo=logo) | {
        "title": f"{words['profiles']}: {visible(release.facts.title)}",
        "headline": [visible(line) for line in told.plain()],
        "map": draw_map(canvas, views[0], release),
        "map_ratio": (canvas.size[1] + 16) / (canvas.size[0] + 16),
        "composition": text("publish.page.composition", date=as_of(release)),
        "bars": text("publish.page.bars"),
        "before": names_of(release)[-2:-1],
        "profiles": [
            _profile(release, key, parts, views[0])
            | {
                "letter": told.letters.get(str(key), ""),
                "highlight": draw_highlight(canvas, place[key]),
                "facts": _facts(release, key)
                + [[f["label"], f["values"][place[key]]] for f in facts if f["values"][place[key]]],
                "lists": [
                    [x["label"], x["lines"][place[key]]] for x in lines if x["lines"][place[key]]
                ],
            }
            for key in keys
        ],
    }


def _facts(release: Release, key: str) -> list[list[str]]:
    row = release.current.table.loc[key]
    found = []
    if pd.notna(row["index"]):
        found.append(
            [text("publish.page.index"), number(float(row["index"]), index_digits(release))]
        )
    if pd.notna(row["rank"]):
        found.append([text("publish.page.rank"), rank_words(release.current.table, key)])
    return found


def _profile(release: Release, key: str, parts: pd.DataFrame, view: View) -> dict[str, Any]:
    row, place = release.current.table.loc[key], list(release.areas.index).index(key)
    digits = index_digits(release)
    return {
        "key": str(key),
        "name": visible(release.areas.at[key, "name"]),
        "swatch": draw_swatch(view, view.codes[-1][place]),
        "class": text("publish.paper.class_is", words=class_on_paper(release, row))
        if pd.notna(row["class"])
        else class_on_paper(release, row),
        "index": "" if pd.isna(row["index"]) else number(float(row["index"]), digits),
        "sentences": [visible(s) for s in area_sentences(release, key)],
        "sure": [visible(s) for s in release.words.get(key, ())],
        "held": [visible(s) for s in suppression_sentences(release, key)],
        "rows": _profile_rows(release, key, parts, digits),
    }


def _profile_rows(
    release: Release, key: str, parts: pd.DataFrame, digits: int
) -> list[dict[str, Any]]:
    figures, edition = indicator_figures(release), release.current
    least, longest = burden_bars(release, digits=digits + 1)
    before = release.editions[-2:-1]
    rows = [
        {
            "label": visible(i.label),
            "direction": text(f"publish.page.dir_{i.direction}"),
            "value": value_words(edition, key, i, figures[i.id]),
            "before": [_value_before(release, e, key, i, figures[i.id]) for e in before],
            "city": shown_number(edition.city.get(i.id, np.nan), figures[i.id]),
            **_part(parts.get(i.id, {}).get(key, np.nan), least[i.id], longest, digits),
        }
        for i in release.indicators
    ]
    rest = float(parts.at[key, "rest"])
    if np.isfinite(rest) and rest != 0:
        blank = {
            "label": text("publish.page.rest"),
            "direction": "",
            "value": "",
            "city": "",
            "before": [""] * len(before),
        }
        rows.append(blank | {"part": signed(rest, digits + 1), "bar": None})
    return rows


def _value_before(
    release: Release, edition: Edition, key: str, indicator: Indicator, figure: Figure
) -> str:
    """Return the value of the Stichtag before; not one that was counted otherwise."""
    if not indicator.comparable(edition.stichtag, release.current.stichtag):
        return text("publish.page.counted_otherwise")
    return value_words(edition, key, indicator, figure) if key in edition.values.index else "–"


def _part(value: float, least: float, longest: float, digits: int) -> dict[str, Any]:
    """Return a contribution as text and as a bar: start, length in per cent of the box, colour."""
    if not np.isfinite(value):
        return {"part": "–", "bar": None}
    length = abs(value - least) / longest * 100 if longest else 0.0
    return {"part": signed(value, digits + 1), "bar": [0.0, round(length, 2), _BAR]}


def _points_here(release: Release) -> list[dict[str, Any]]:
    found = []
    for label, layer in release.points.items():
        inside = layer.to_crs(release.areas.crs).geometry
        point, area = release.areas.sindex.query(inside, predicate="intersects")
        lines: list[list[str]] = [[] for _ in release.areas.index]
        for p, a in zip(point.tolist(), area.tolist(), strict=True):
            row = layer.iloc[p]
            kind = row.get("kind", "")
            lines[a].append(visible(f"{row['name']} ({kind})" if kind else row["name"]))
        found.append({"label": visible(label), "lines": lines})
    return found
