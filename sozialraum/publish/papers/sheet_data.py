"""What the sheets of A3 show: one map, all indicators as small maps, the ranking as dots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.grammar import legend_words
from sozialraum.publish.graphics.drawing import MapCanvas, draw_map, make_canvas, written_names
from sozialraum.publish.graphics.ranking import draw_ranking
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.layer_facts import rank_interval
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.page.page_data import subtitle
from sozialraum.publish.papers.paper_data import (
    common_data,
    legend,
    map_alt,
    small_maps,
)
from sozialraum.publish.view import View
from sozialraum.texts import catalogue

_ROWS = 45  # areas per strip
_STRIPS = 2  # strips side by side
_MAPS = 8  # small maps per sheet
_ROOM = (390, 205)  # millimetres of a sheet between its head and its foot
_LEGEND = 48  # millimetres of words over and under a small map
_SHEET = (275, 205)  # millimetres for the map of a sheet
_LETTERS = (1.45, 1.3, 1.15, 1.0)  # times the smallest letters: a sheet is read from further away
_MOST_NAMED = 70  # areas in the list beside the map


def map_sheet(release: Release, view: View, *, accent: str, logo: str | None) -> dict[str, Any]:
    """Return one map for a sheet."""
    facts, notes = release.facts, catalogue("publish")["page"]
    canvas, told = _sheet_canvas(release), headline_of(release)
    heading = visible(facts.title if view.id == "index" else f"{view.label} – {facts.title}")
    return _sheet(release, heading, accent, logo) | {
        "map": draw_map(canvas, view, release, names=True, focus=told.letters),
        "map_alt": map_alt(view, release),
        "direction": visible(legend_words(view)),
        "subtitle": visible(subtitle(release, "de", day=view.days[-1])),
        "legend_head": visible(view.label),
        "legend": legend(view, release),
        "headline": [visible(line) for line in told.plain()],
        "contour": words_of_contour(told.letters),
        "note": notes[view.note] if view.note else "",
        "named": _without_name(release, written_names(canvas, release)),
    }


def _sheet_canvas(release: Release) -> MapCanvas:
    """Return a map for a sheet with letters as large as leave every area its name or its key.

    Where even the smallest leave some without, they are large all the same: the table has them.
    """
    left, bottom, right, top = release.areas.total_bounds
    wide = float(min(_SHEET[0], _SHEET[1] * (right - left) / (top - bottom)))
    found = [make_canvas(release, width=1500, printed=wide / size) for size in _LETTERS]
    return next((one for one in found if all(written_names(one, release))), found[0])


def indicator_sheets(
    release: Release, *, accent: str, logo: str | None
) -> Iterator[dict[str, Any]]:
    """Yield small maps of all indicators, up to eight to a sheet."""
    canvas = make_canvas(release, width=700, printed=110)
    maps = small_maps(canvas, make_views(release), release)
    words = catalogue("publish")["paper"]
    heading = f"{words['multiples']} – {visible(release.facts.title)}"
    for first in range(0, len(maps), _MAPS):
        shown = maps[first : first + _MAPS]
        yield _sheet(release, heading, accent, logo) | {
            "direction": words["multiples_how"],
            "multiples": shown,
            **_placed(len(shown), canvas),
        }


def _placed(maps: int, canvas: MapCanvas) -> dict[str, float]:
    """Return how many maps stand side by side so that they come out large, and how wide (mm)."""
    width, height = canvas.size
    sizes = {}
    for across in range(1, maps + 1):
        room = _ROOM[1] / -(-maps // across) - _LEGEND
        sizes[across] = min(_ROOM[0] / across - 6, room * width / height)
    across = max(sizes, key=lambda n: sizes[n])
    return {"across": across, "wide": round(sizes[across], 1)}


def ranking_sheets(release: Release, *, accent: str, logo: str | None) -> Iterator[dict[str, Any]]:
    """Yield the ranking with its intervals, highest burden first, two strips to a sheet."""
    words = catalogue("publish")["paper"]
    ranked = int(release.current.table["rank"].notna().sum())
    sure = not rank_interval(release).empty
    heading = f"{words['ranks']} – {visible(release.facts.title)}"
    rows = -(-ranked // -(-ranked // _ROWS)) if ranked else _ROWS  # strips of about one length
    for first in range(0, ranked, rows * _STRIPS):
        starts = range(first, min(first + rows * _STRIPS, ranked), rows)
        yield _sheet(release, heading, accent, logo) | {
            "direction": words["rank_direction"],
            "strips": [draw_ranking(release, first=i, rows=rows) for i in starts],
            "ranking_alt": words["ranking_alt"],
            "caption": words["strip_sure" if sure else "strip"],
        }


def _sheet(release: Release, heading: str, accent: str, logo: str | None) -> dict[str, Any]:
    return common_data(release, accent=accent, logo=logo) | {"title": heading, "heading": heading}


def words_of_contour(letters: dict[str, str]) -> str:
    """Return what the orange outline means; empty where no area has one."""
    return str(catalogue("publish")["page"]["contour"]) + "." if letters else ""


def _without_name(release: Release, written: list[str]) -> list[dict[str, str]]:
    """Return the areas that the map names by their key alone."""
    areas = zip(release.areas.index, release.areas["name"], written, strict=True)
    unnamed = [
        {"key": str(key), "name": visible(name)} for key, name, word in areas if word == str(key)
    ]
    return unnamed if len(unnamed) <= _MOST_NAMED else []
