"""folium's maps: one view over a background map in a second page, and the drawing of a notebook.

The committee page loads nothing and has its own map. Where a build names a background map,
``hintergrundkarte.html`` stands beside it: the classes of the index over tiles that the reader's
browser fetches, in folium's map and without the rest of the committee page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from sozialraum.model import Release
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup, script_json, visible
from sozialraum.publish.grammar import legend_order, legend_words
from sozialraum.publish.map_layers import UNKNOWN, make_views
from sozialraum.publish.page.folium_maps.basemaps import Basemap, find_basemap
from sozialraum.publish.page.folium_maps.offline_map import OfflineMap
from sozialraum.publish.page.map_data import encode_areas, simplify_areas
from sozialraum.publish.wording import class_in_legend
from sozialraum.texts import catalogue
from sozialraum.texts.periods import day_label

NAME = "hintergrundkarte.html"
_UNKNOWN_GREY = "#d0d0d0"


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawing:
    """What a folium page shows.

    Parameters
    ----------
    areas : in the order of `fills`
    fills : a colour per area
    words : per area what is shown under the mouse
    legend : colour, label and number of areas per entry
    title, sentence : above the map
    """

    areas: gpd.GeoDataFrame
    fills: Sequence[str]
    words: Sequence[str]
    legend: Sequence[tuple[str, str, int]]
    title: str
    sentence: str = ""


def write_background(release: Release, path: str | Path, *, basemap: str, lang: str = "de") -> None:
    """Write the classes of the index over a background map.

    Parameters
    ----------
    release : what may leave the house
    path : file to write
    basemap : name of a background of `BASEMAPS`
    lang : "de" or "en"
    """
    html = drawing_html(drawing_of(release, lang), basemap=find_basemap(basemap), lang=lang)
    Path(path).write_bytes(html.encode("utf-8"))


def drawing_of(release: Release, lang: str = "de") -> Drawing:
    """Return the first view of a release on its last day."""
    view, words = make_views(release, lang)[0], catalogue("publish", lang)["page"]
    codes = view.codes[-1]
    labels = {f"{i:x}": class_in_legend(view, release, i) for i in range(len(view.colours))}
    labels |= {mark: words[f"mark_{mark}"] for mark in UNKNOWN}
    colours = {f"{i:x}": colour for i, colour in enumerate(view.colours)}
    order = [*(f"{i:x}" for i in legend_order(view)), *(m for m in UNKNOWN if m in codes)]
    names = release.areas["name"].astype(str)
    day = day_label(view.days[-1], release.facts.spans, lang)
    return Drawing(
        areas=release.areas,
        fills=[colours.get(code, _UNKNOWN_GREY) for code in codes],
        words=[visible(f"{n}: {labels[c]}") for n, c in zip(names, codes, strict=True)],
        legend=[(colours.get(c, _UNKNOWN_GREY), labels[c], codes.count(c)) for c in order],
        title=f"{release.facts.title} – {release.facts.place}, {day}",
        sentence=legend_words(view, lang),
    )


def drawing_html(drawing: Drawing, *, basemap: Basemap | None = None, lang: str = "de") -> str:
    """Return a page with folium's map in it; without a background it loads nothing.

    Parameters
    ----------
    drawing : what is shown
    basemap : a background service, or None
    lang : "de" or "en"
    """
    hosts = () if basemap is None else (basemap.host,)
    page = OfflineMap(title=drawing.title, lang=lang, images_from=hosts)
    return page.page(
        style=asset("hintergrund.css"),
        body=_body(drawing, basemap, lang),
        script=asset("hintergrund.js"),
    )


def _body(drawing: Drawing, basemap: Basemap | None, lang: str) -> str:
    words = catalogue("publish", lang)["head"]
    entries = "".join(_entry(*entry) for entry in drawing.legend)
    told = f"<p>{markup(drawing.sentence)}</p>" if drawing.sentence else ""
    foot = f"<footer><p>{markup(words['credit_basemap'])}</p></footer>" if basemap else ""
    data = script_json(_data(drawing, basemap, lang))
    return (
        f"<header><h1>{markup(drawing.title)}</h1>{told}<ul>{entries}</ul></header>"
        f'<main id="karte"></main>{foot}'
        f'<script type="application/json" id="daten">{data}</script>'
    )


def _entry(colour: str, label: str, n: int) -> str:
    box = f'<rect width="20" height="14" fill="{colour}" stroke="#333"/>'
    sign = f'<svg width="20" height="14" aria-hidden="true">{box}</svg>'
    return f"<li>{sign}{markup(label)} ({n})</li>"


def _data(drawing: Drawing, basemap: Basemap | None, lang: str) -> dict[str, Any]:
    words = catalogue("publish", lang)
    return {
        "shapes": encode_areas(simplify_areas(drawing.areas).geometry),
        "fills": list(drawing.fills),
        "said": list(drawing.words),
        "label": words["head"]["map_word"],
        "zoomIn": words["page"]["zoom_in"],
        "zoomOut": words["page"]["zoom_out"],
        "basemap": None if basemap is None else {"url": basemap.url, "credit": basemap.credit},
    }
