"""What the report for a committee says, as plain values for typst."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.graphics.drawing import draw_map, draw_swatch, make_canvas
from sozialraum.publish.graphics.ranking import last_place, shared_place
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.larger_areas import levels_of
from sozialraum.publish.layer_facts import rank_interval
from sozialraum.publish.map_layers import MARKS, make_views
from sozialraum.publish.papers.charts import charts
from sozialraum.publish.papers.paper_data import class_on_paper, common_data, legend, small_maps
from sozialraum.publish.periods import as_of
from sozialraum.publish.published_numbers import index_digits, indicator_figures
from sozialraum.publish.view import View
from sozialraum.publish.wording import shown_number
from sozialraum.texts import catalogue, number, text

_COMPACT_FROM = 120
_MAP_WIDTH = 166  # millimetres: the whole width between the margins of A4


def report_data(
    release: Release, *, accent: str = "#0c4a8d", logo: str | None = None
) -> dict[str, Any]:
    """Return the report for a committee."""
    words, facts, told = catalogue("publish")["paper"], release.facts, headline_of(release)
    canvas, views = make_canvas(release, printed=_MAP_WIDTH), make_views(release)
    small = make_canvas(release, width=450, printed=55)
    compact = len(release.areas) >= _COMPACT_FROM
    return common_data(release, accent=accent, logo=logo) | {
        "title": visible(facts.title),
        "headline": [visible(line) for line in told.plain()],
        "summary": summary_sentences(release),
        "map": draw_map(canvas, views[0], release, names=True, focus=told.letters),
        "map_alt": words["map_alt_all"].format(
            title=visible(facts.title), place=visible(facts.place)
        ),
        "map_caption": f"{visible(facts.title)}, {words['as_of']} {as_of(release)}",
        "legend": legend(views[0], release),
        "rows": _ranking_rows(release, views[0], compact=compact),
        "compact": compact,
        "last": str(last_place(release)),
        "interval_head": "" if rank_interval(release).empty else words["interval"],
        "indicators": _indicator_rows(release),
        "multiples": small_maps(small, views, release),
        "charts": charts(release, views[0]),
        "levels": [
            {"label": one.label, "heads": one.heads, "rows": one.rows} for one in levels_of(release)
        ],
        "findings": [visible(line) for line in facts.findings],
        "changed": [visible(line) for line in facts.changed],
        "certainty": certainty_sentences(release),
        "notes": [visible(line) for line in release.notes],
    }


def summary_sentences(release: Release) -> list[str]:
    """Return the result in a few sentences: how many areas, how many per end, who stands there."""
    table, breaks = release.current.table, release.breaks["index"]
    known = table[table["class"].notna()]
    found = [
        text(
            "publish.paper.summary_all"
            if len(known) == len(table)
            else "publish.paper.summary_areas",
            n=len(known),
            of=len(table),
            area_word=release.facts.areas_called,
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


def _ranking_rows(release: Release, view: View, *, compact: bool) -> list[dict[str, str]]:
    table, interval, digits = release.current.table, rank_interval(release), index_digits(release)
    letters = headline_of(release).letters
    order = table.sort_values(["rank", "class"], kind="stable", na_position="last").index
    painted = dict(zip(table.index, view.codes[-1], strict=True))
    rows = []
    for key in order:
        row = table.loc[key]
        ends = interval.loc[key] if key in interval.index else pd.Series(dtype=float)
        rows.append(
            {
                "rank": "" if pd.isna(row["rank"]) else str(int(row["rank"])),
                "letter": letters.get(str(key), ""),
                "name": visible(release.areas.at[key, "name"]),
                "key": str(key),
                "swatch": draw_swatch(view, painted[key]),
                "class": _class_sign(row) if compact else class_on_paper(release, row),
                "index": "" if pd.isna(row["index"]) else number(float(row["index"]), digits),
                "interval": ""
                if ends.empty or ends.isna().any()
                else f"{int(ends.iloc[0])}–{int(ends.iloc[1])}",
                **_strip(release, str(key), ends),
            }
        )
    return rows


def _strip(release: Release, key: str, ends: pd.Series) -> dict[str, Any]:
    """Return dot and bar of an area in per cent of the strip from rank 1 to the last."""
    rank, last = release.current.table["rank"], last_place(release)
    if pd.isna(rank[key]):
        return {"dot": None, "bar": [0, None]}
    where = [
        (float(r) - 1) / (last - 1) * 100
        for r in (shared_place(rank, key, ends if len(ends) else None), *ends.dropna())
    ]
    dot, *bar = [round(place, 2) for place in where]
    return {"dot": dot, "bar": [bar[0], round(bar[1] - bar[0], 2)] if len(bar) == 2 else [0, None]}


def _class_sign(row: pd.Series) -> str:
    if pd.isna(row["class"]):
        return text(f"publish.page.sign_{MARKS[str(row['status'])]}")
    return str(int(row["class"]))


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
