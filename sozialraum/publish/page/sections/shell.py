"""One page of questions in the look of the map page: a head, a map per question, a common foot.

Plan, participation in a programme and comparison of methods are data for it. All words stand in the
page itself; the script draws the maps and shows one variant at a time, so without it nothing is
lost but the maps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any

import geopandas as gpd

from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup, visible
from sozialraum.publish.grammar import legend_order, legend_words
from sozialraum.publish.graphics.colours import ink
from sozialraum.publish.page.data_block import data_block, page_script
from sozialraum.publish.page.map_data import (
    encode_areas,
    encode_located,
    label_points,
    simplify_areas,
)
from sozialraum.publish.page.whole_page import whole_page
from sozialraum.publish.view import View
from sozialraum.texts import catalogue, number, text

UNCLASSED = "skmun"


@dataclass(frozen=True, kw_only=True)
class PointLayer:
    """Places on a map that look alike.

    Parameters
    ----------
    label : what they are; "" = they have no line in the legend
    points : columns ``name``, ``kind``, ``geometry``
    sign : "■", "◆", "●" or "▲"
    fill : colour; "" = black
    words : what stands beside each; () = nothing
    sizes : per place 0..1, the share of the largest; () = all alike
    """

    label: str
    points: gpd.GeoDataFrame
    sign: str = "●"
    fill: str = ""
    words: tuple[str, ...] = ()
    sizes: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab of a question.

    Parameters
    ----------
    name : on the tab
    words : markup of its sentences
    view : how the areas are painted; None = they are ground
    unclassed : why an area has no class, by its mark
    places : what stands on the map
    lines : further lines of the legend
    """

    name: str
    words: str = ""
    view: View | None = None
    unclassed: dict[str, str] = field(default_factory=dict)
    places: tuple[PointLayer, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PageSection:
    """One question with its answers.

    Parameters
    ----------
    id, heading : of the section
    variants : at least one
    first : which variant is shown first
    has_map : whether there is anything to draw
    areas : of its map; None = those of the page
    beside, below : markup beside the sentences and below the map
    """

    id: str
    heading: str
    variants: tuple[Tab, ...]
    first: int = 0
    has_map: bool = True
    areas: gpd.GeoDataFrame | None = None
    beside: str = ""
    below: str = ""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above all: title of the page, place and day, band for the office."""

    title: str
    about: str
    headline: str  # markup
    intern: str = ""


def shell_html(
    head: Head,
    sections: Sequence[PageSection],
    areas: gpd.GeoDataFrame | None,
    *,
    after: str,
    foot: str,
) -> str:
    """Return the whole page.

    Parameters
    ----------
    head : its markup comes first
    sections : in their order
    areas : index = key, columns ``name``, ``geometry``; those without a name have their key there;
        None where each section brings its own
    after, foot : markup of what follows the sections, and of the foot
    """
    data = _data(sections, areas)
    body = Template(asset("abschnitte.html")).substitute(
        patterns=asset("muster.html"),
        intern=f'<p class="intern">{markup(head.intern)}</p>' if head.intern else "",
        title=markup(head.title),
        about=markup(head.about),
        print=markup(catalogue("publish")["head"]["print"]),
        headline=head.headline,
        sections="".join(_section(one, alone=len(sections) == 1) for one in sections),
        after=after,
        foot=foot,
        data=data_block(data),
    )
    style = asset("gemeinsam.css") + asset("abschnitte.css")
    script = page_script("sections.js", len(data["keys"]))
    return whole_page(title=head.title, lang="de", style=style, body=body, script=script)


def noted_foot(lines: Sequence[str]) -> str:
    """Return the lines of a foot as markup: notes, day, sources, mark of the file.

    Parameters
    ----------
    lines : plain text
    """
    return f'<ul class="notes">{"".join(f"<li>{markup(line)}</li>" for line in lines)}</ul>'


def _section(one: PageSection, *, alone: bool) -> str:
    several = len(one.variants) > 1
    tabs = "".join(
        f'<button type="button" data-variante="{k}" aria-pressed="{str(k == one.first).lower()}">'
        f"{markup(v.name)}</button>"
        for k, v in enumerate(one.variants)
    )
    label = markup(text("publish.shell.variants", question=one.heading))
    group = f'<div class="reiter" role="group" aria-label="{label}">{tabs}</div>' if several else ""
    legends = [_ends(v) + _legend(v) for v in one.variants]
    figure = _figure(one, [] if alone else legends) if one.has_map else ""
    said = "".join(
        f'<div data-variante="{k}">{v.words}{legends[k] if alone and figure else ""}</div>'
        for k, v in enumerate(one.variants)
    )
    kind = "drei" + ("" if figure else " ohne-karte") + ("" if one.beside else " zwei")
    silent = figure and not any(v.words for v in one.variants)
    kind += " allein" if alone else " rangliste" if silent and one.beside else ""
    return (
        f'<section aria-labelledby="{markup(one.id)}"><div class="kopf">'
        f'<h2 id="{markup(one.id)}">{markup(one.heading)}</h2>{group}</div>'
        f'<div class="{kind}">{figure}<div class="said">{said}</div>{one.beside}</div>'
        f"{one.below}</section>"
    )


def _figure(one: PageSection, legends: Sequence[str]) -> str:
    label = markup(text("publish.shell.map", question=one.heading))
    below = "".join(f'<div data-variante="{k}">{told}</div>' for k, told in enumerate(legends))
    return (
        f'<figure><div class="karte" role="application" tabindex="0" aria-label="{label}"></div>'
        f'<p class="klein getippt"></p>{below}</figure>'
    )


def _ends(variant: Tab) -> str:
    """Return the sentence on which end is which, as the view says it."""
    said = "" if variant.view is None else legend_words(variant.view)
    return f'<p class="richtung">{markup(said)}</p>' if said else ""


def _legend(variant: Tab) -> str:
    """Return the lines of the legend: colours with the areas that have them, then signs."""
    lines: list[tuple[str, str, str]] = []
    view = variant.view
    if view is not None:
        codes = view.codes[-1]
        for place in legend_order(view) if view.classes else ():
            count = codes.count(f"{place:x}")
            lines.append((_swatch(view.colours[place]), view.classes[place], number(count)))
        marks = [("z", view.stripes), ("y", view.dots)]
        lines += [
            (_swatch(f"url(#muster-{sign})"), over.label, number(sum(over.areas)))
            for sign, over in marks
            if over is not None
        ]
        lines += [
            (_swatch(f"url(#muster-{mark})"), why, number(codes.count(mark)))
            for mark, why in variant.unclassed.items()
            if mark in codes
        ]
    signs = [(_sign(p), p.label, number(len(p.points))) for p in variant.places if p.label]
    rows = "".join(
        f'<li>{sign}<span>{markup(words)}</span><span class="zahl">{count}</span></li>'
        for sign, words, count in [*lines, *signs]
    )
    more = "".join(f'<p class="klein">{markup(line)}</p>' for line in variant.lines)
    return f'<ul class="zeichen">{rows}</ul>{more}' if rows else more


def _swatch(fill: str) -> str:
    box = f'<rect x=".75" y=".75" width="28.5" height="14.5" fill="{fill}" stroke="#333"/>'
    return f'<svg width="30" height="16" aria-hidden="true">{box}</svg>'


def _sign(places: PointLayer) -> str:
    shapes = {
        "●": '<circle cx="15" cy="8" r="6" {}/>',
        "■": '<rect x="9" y="2" width="12" height="12" {}/>',
        "◆": '<path d="M15 1l7 7-7 7-7-7z" {}/>',
        "▲": '<path d="M15 1l7 13h-14z" {}/>',
    }
    look = f'fill="{places.fill or "#1a1a1a"}" stroke="#1a1a1a"'
    drawn = shapes[places.sign].format(look)
    return f'<svg width="30" height="16" aria-hidden="true">{drawn}</svg>'


def _data(sections: Sequence[PageSection], areas: gpd.GeoDataFrame | None) -> dict[str, Any]:
    words = catalogue("publish")["page"]
    drawn = [(one, one.areas if one.areas is not None else areas) for one in sections]
    grounds = list({id(a): a for one, a in drawn if one.has_map and a is not None}.values())
    return {
        "lang": "de",
        "locale": "de-DE",
        "texts": {name: words[name] for name in ("zoom_in", "zoom_out", "whole_city")},
        "keys": [visible(key) for ground in grounds for key in ground.index],
        "grounds": [_area_data(one) for one in grounds],
        "sections": [
            _section_data(one, ground)
            | {"ground": next((k for k, g in enumerate(grounds) if g is ground), None)}
            for one, ground in drawn
        ],
    }


def _area_data(areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return areas and their names; one whose name is its key has none."""
    names = ["" if str(name) == str(key) else visible(name) for key, name in areas["name"].items()]
    return {
        "names": names,
        "called": [name or visible(key) for name, key in zip(names, areas.index, strict=True)],
        "letters": [""] * len(areas),
        "unnamed": True,
        "spots": label_points(areas),
        "shapes": encode_areas(simplify_areas(areas).geometry),
        "outlines": [],
    }


def _section_data(one: PageSection, areas: gpd.GeoDataFrame | None) -> dict[str, Any]:
    n = 0 if areas is None else len(areas)
    layers = [p for v in one.variants for p in v.places] if one.has_map else []
    start = 0
    variants = []
    for variant in one.variants:
        end = start + (len(variant.places) if one.has_map else 0)
        variants.append(_variant_data(variant, n) | {"points": list(range(start, end))})
        start = end
    return {
        "id": visible(one.id),
        "first": one.first,
        "points": [_places_data(p, areas) for p in layers],
        "variants": variants,
    }


def _variant_data(variant: Tab, n: int) -> dict[str, Any]:
    view = variant.view
    if view is None:
        return {"codes": "." * n, "fills": {}, "inks": {}, "classes": {}}
    places = {f"{k:x}": k for k in range(len(view.colours))}
    over = {"stripes": view.stripes, "dots": view.dots}
    return {
        "codes": view.codes[-1],
        "fills": {c: view.colours[k] for c, k in places.items()} | {m: m for m in UNCLASSED},
        "inks": {c: ink(view.colours[k]) for c, k in places.items()},
        "classes": {c: visible(view.classes[k]) for c, k in places.items()}
        | {m: visible(why) for m, why in variant.unclassed.items()},
        **{
            name: "".join("01"[one] for one in mark.areas)
            for name, mark in over.items()
            if mark is not None
        },
    }


def _places_data(places: PointLayer, areas: gpd.GeoDataFrame) -> dict[str, Any]:
    shown = [
        [lat, lon, visible(name), visible(kind), home]
        for lat, lon, name, kind, home in encode_located(places.points, areas)
    ]
    found = {"label": visible(places.label), "points": shown, "sign": places.sign, "on": False}
    if places.fill:
        found["fill"] = places.fill
    if places.words:
        found["words"] = [visible(word) for word in places.words]
    if places.sizes:
        found["sizes"] = [round(size, 4) for size in places.sizes]
    return found
