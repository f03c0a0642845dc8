"""What the report and the profiles say, as plain values for the typst templates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Release
from sozialraum.publish.drawing import (
    draw_highlight,
    draw_map,
    draw_ranking,
    draw_swatch,
    legend_rows,
    make_canvas,
)
from sozialraum.publish.escape import visible
from sozialraum.publish.figures import index_digits, indicator_figures, shown_contributions, year
from sozialraum.publish.layers import layer_facts, layer_lines, rank_interval
from sozialraum.publish.page.page_data import subtitle
from sozialraum.publish.views import MARKS, View, make_views
from sozialraum.publish.wording import (
    area_sentences,
    direction_words,
    shown_number,
    value_words,
    withheld_sentences,
)
from sozialraum.texts import catalogue, date, number, signed, text

_DIGITS = "0123456789abcdef"
_STRIP_ROWS = 30
_MOST_STRIPS = 3
_COMPACT_FROM = 120
_MOST_MULTIPLES = 12


def common_data(release: Release, *, accent: str, logo: str | None) -> dict[str, Any]:
    """Return what both documents print on every page."""
    words, facts = catalogue("publish")["paper"], release.facts
    return {
        "words": words,
        "accent": accent,
        "logo": logo,
        "author": visible(facts.department or facts.place),
        "place": visible(facts.place),
        "subtitle": visible(subtitle(release, "de")),
        "direction": visible(direction_words(release)),
        "foot": visible(" · ".join([facts.title, facts.place, date(facts.stichtag)])),
        "intern": catalogue("publish")["head"]["intern"] if release.level == "intern" else "",
    }


def report_data(
    release: Release, *, accent: str = "#0c4a8d", logo: str | None = None
) -> dict[str, Any]:
    """Return the report for a committee."""
    words, facts = catalogue("publish")["paper"], release.facts
    canvas, views = make_canvas(release, printed=130), make_views(release)
    small = make_canvas(release, width=500, printed=80)
    ranked = int(release.current.table["rank"].notna().sum())
    interval = rank_interval(release)
    return common_data(release, accent=accent, logo=logo) | {
        "title": visible(facts.title),
        "summary": summary_sentences(release),
        "map": draw_map(canvas, views[0], release, names=True),
        "map_alt": words["map_alt_all"].format(
            title=visible(facts.title), place=visible(facts.place)
        ),
        "map_caption": f"{visible(facts.title)}, {words['as_of']} {date(facts.stichtag)}",
        "legend": _legend(views[0], release),
        "rows": _ranking_rows(release, views[0], compact=len(release.areas) >= _COMPACT_FROM),
        "compact": len(release.areas) >= _COMPACT_FROM,
        "interval_head": words["interval"] if len(interval) else "",
        "rankings": [
            draw_ranking(release, first=i, rows=_STRIP_ROWS) for i in range(0, ranked, _STRIP_ROWS)
        ]
        if ranked <= _STRIP_ROWS * _MOST_STRIPS
        else [],
        "ranking_alt": words["ranking_alt"],
        "ranking_caption": words["strip_sure" if len(interval) else "strip"],
        "indicators": _indicator_rows(release),
        "multiples": [_multiple(small, v, release) for v in views if v.group == "indicators"][
            :_MOST_MULTIPLES
        ],
        "findings": [visible(line) for line in facts.findings],
        "method": visible(facts.method),
        "changed": [visible(line) for line in facts.changed],
        "certainty": certainty_sentences(release),
        "limits": [visible(line) for line in facts.limits],
        "notes": [visible(line) for line in release.notes],
        "sources": [visible(line) for line in facts.sources],
    }


def profile_data(
    release: Release, keys: list[str], *, accent: str = "#0c4a8d", logo: str | None = None
) -> dict[str, Any]:
    """Return one page for each of `keys`."""
    canvas, views = make_canvas(release, width=600, printed=62), make_views(release)
    facts, lines = layer_facts(release), [*layer_lines(release), *_points_here(release)]
    parts = shown_contributions(release.current, digits=index_digits(release) + 1)
    place = {key: i for i, key in enumerate(release.areas.index)}
    words = catalogue("publish")["paper"]
    return common_data(release, accent=accent, logo=logo) | {
        "title": f"{words['profiles']}: {visible(release.facts.title)}",
        "map": draw_map(canvas, views[0], release),
        "map_ratio": (canvas.size[1] + 16) / (canvas.size[0] + 16),
        "composition": text("publish.page.composition", date=date(release.current.stichtag)),
        "before": [year(e.stichtag) for e in release.editions[-2:-1]],
        "profiles": [
            _profile(release, key, parts, views[0])
            | {
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


def summary_sentences(release: Release) -> list[str]:
    """Return the result in a few sentences: how many areas, how many per end, who stands there."""
    table, breaks = release.current.table, release.breaks["index"]
    known = table[table["class"].notna()]
    found = [
        text(
            "publish.paper.summary_areas",
            n=len(known),
            of=len(table),
            area_word=release.facts.area_word,
        )
    ]
    numbers = breaks.numbers or tuple(range(1, breaks.k + 1))
    labels = breaks.labels or tuple(str(n) for n in numbers)
    worst = 0 if release.facts.orientation == "participation" else -1
    names = release.areas["name"][known.index[known["class"] == numbers[worst]]]
    if len(names):
        listed = ", ".join(visible(n) for n in names[:8]) + (" …" if len(names) > 8 else "")
        found.append(
            text("publish.paper.summary_worst", n=len(names), label=labels[worst], names=listed)
        )
    missing = len(table) - len(known)
    return [*found, text("publish.paper.summary_missing", n=missing)] if missing else found


def certainty_sentences(release: Release) -> list[str]:
    """Return how sure classes and ranks are over all areas; nothing where it is not known."""
    layer = release.layers.get("certainty")
    if layer is None or "class_probability" not in layer:
        return []
    sure = layer["class_probability"].astype(float).dropna()
    width = (rank_interval(release)["rank_high"] - rank_interval(release)["rank_low"] + 1).dropna()
    return [
        text("publish.paper.sure_classes", n=int((sure >= 0.8).sum()), of=len(sure)),
        text("publish.paper.sure_ranks", n=number(float(width.median()), 0), of=len(width)),
    ]


def _legend(view: View, release: Release) -> list[dict[str, Any]]:
    return [
        {"swatch": draw_swatch(view, c), "words": words, "n": str(n)}
        for c, words, n in legend_rows(view, release)
    ]


def _multiple(canvas: Any, view: View, release: Release) -> dict[str, Any]:
    alt = text("publish.paper.map_alt_all", title=view.label, place=release.facts.place)
    return {
        "label": visible(view.label),
        "map": draw_map(canvas, view, release),
        "alt": visible(alt),
        "legend": _legend(view, release),
    }


def _ranking_rows(release: Release, view: View, *, compact: bool) -> list[dict[str, str]]:
    table, interval, digits = release.current.table, rank_interval(release), index_digits(release)
    order = table.sort_values(["rank", "class"], kind="stable", na_position="last").index
    painted = dict(zip(table.index, view.codes[-1], strict=True))
    rows = []
    for key in order:
        row = table.loc[key]
        ends = interval.loc[key] if key in interval.index else pd.Series(dtype=float)
        rows.append(
            {
                "rank": "" if pd.isna(row["rank"]) else str(int(row["rank"])),
                "name": visible(release.areas.at[key, "name"]),
                "key": str(key),
                "swatch": draw_swatch(view, painted[key]),
                "class": _class_sign(row) if compact else _class_words(release, row),
                "index": "" if pd.isna(row["index"]) else number(float(row["index"]), digits),
                "interval": ""
                if ends.empty or ends.isna().any()
                else f"{int(ends.iloc[0])}–{int(ends.iloc[1])}",
            }
        )
    return rows


def _class_sign(row: pd.Series) -> str:
    if pd.isna(row["class"]):
        return text(f"publish.page.sign_{MARKS[str(row['status'])]}")
    return str(int(row["class"]))


def _class_words(release: Release, row: pd.Series) -> str:
    if pd.isna(row["class"]):
        return text(f"publish.page.mark_{MARKS[str(row['status'])]}")
    label = row["class_label"]
    return (
        f"{int(row['class'])} {visible(label)}"
        if isinstance(label, str)
        else str(int(row["class"]))
    )


def _indicator_rows(release: Release) -> list[dict[str, str]]:
    figures = indicator_figures(release)
    return [
        {
            "label": visible(i.label),
            "direction": text(f"publish.page.dir_{i.direction}"),
            "city": shown_number(release.current.city.get(i.id, np.nan), figures[i.id]),
            "source": visible(i.source),
        }
        for i in release.indicators
    ]


def _facts(release: Release, key: str) -> list[list[str]]:
    row, ranks = release.current.table.loc[key], int(release.current.table["rank"].notna().sum())
    found = []
    if pd.notna(row["index"]):
        found.append(
            [text("publish.page.index"), number(float(row["index"]), index_digits(release))]
        )
    if pd.notna(row["rank"]):
        found.append(
            [
                text("publish.page.rank"),
                text("publish.page.rank_of", rank=int(row["rank"]), of=ranks),
            ]
        )
    return found


def _profile(release: Release, key: str, parts: pd.DataFrame, view: View) -> dict[str, Any]:
    row, place = release.current.table.loc[key], list(release.areas.index).index(key)
    digits = index_digits(release)
    return {
        "key": str(key),
        "name": visible(release.areas.at[key, "name"]),
        "swatch": draw_swatch(view, view.codes[-1][place]),
        "class": text("publish.paper.class_is", words=_class_words(release, row))
        if pd.notna(row["class"])
        else _class_words(release, row),
        "index": "" if pd.isna(row["index"]) else number(float(row["index"]), digits),
        "sentences": [visible(s) for s in area_sentences(release, key)],
        "sure": [visible(s) for s in release.words.get(key, ())],
        "held": [visible(s) for s in withheld_sentences(release, key)],
        "rows": _profile_rows(release, key, parts, digits),
    }


def _profile_rows(
    release: Release, key: str, parts: pd.DataFrame, digits: int
) -> list[dict[str, Any]]:
    figures, edition = indicator_figures(release), release.current
    longest = float(np.nanmax(np.abs(parts.to_numpy(float)), initial=1e-9))
    two_sided = bool((parts.drop(columns="rest") < 0).any().any())
    before = release.editions[-2:-1]
    rows = [
        {
            "label": visible(i.label),
            "direction": text(f"publish.page.dir_{i.direction}"),
            "value": value_words(edition, key, i, figures[i.id]),
            "before": [_value_before(e, key, i, figures) for e in before],
            "city": shown_number(edition.city.get(i.id, np.nan), figures[i.id]),
            **_part(parts.at[key, i.id] if i.id in parts else np.nan, longest, two_sided, digits),
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
        rows.append(blank | _part(rest, longest, two_sided, digits, colour="#767676"))
    return rows


def _value_before(edition: Edition, key: str, indicator: Any, figures: dict[str, Any]) -> str:
    return (
        value_words(edition, key, indicator, figures[indicator.id])
        if key in edition.values.index
        else "–"
    )


def _part(
    value: float, longest: float, two_sided: bool, digits: int, colour: str = ""
) -> dict[str, Any]:
    """Return a contribution as text and as a bar: start, length in per cent of the box, colour."""
    if not np.isfinite(value):
        return {"part": "–", "bar": None}
    length = abs(value) / longest * (50 if two_sided else 100)
    start = (50 if value >= 0 else 50 - length) if two_sided else 0
    fill = colour or ("#2070b1" if value >= 0 else "#b35806")
    return {"part": signed(value, digits + 1), "bar": [round(start, 2), round(length, 2), fill]}


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


def sheet_data(
    release: Release, view: View, *, accent: str = "#0c4a8d", logo: str | None = None
) -> dict[str, Any]:
    """Return one map for a sheet of A3."""
    facts, notes = release.facts, catalogue("publish")["page"]
    heading = visible(facts.title if view.id == "index" else f"{view.label} – {facts.title}")
    return common_data(release, accent=accent, logo=logo) | {
        "title": heading,
        "heading": heading,
        "map": draw_map(make_canvas(release, width=1500, printed=275), view, release, names=True),
        "map_alt": text("publish.paper.map_alt_all", title=view.label, place=facts.place),
        "legend_head": visible(view.label),
        "legend": _legend(view, release),
        "note": notes[view.note] if view.note else "",
        "method": visible(facts.method),
        "limits": [visible(line) for line in facts.limits],
        "sources": [visible(line) for line in facts.sources],
    }
