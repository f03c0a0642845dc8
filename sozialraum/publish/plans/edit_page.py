"""``bearbeiten.html``: catchments changed by hand, offline, with figures that follow at once.

The numbers of blocks are in the page: it is for the office, unless the input is published already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import shapely

from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup, script_json
from sozialraum.publish.page.policy import policy
from sozialraum.texts import catalogue, text

WIDTH = 900.0
SEAT = 13  # half the width of the sign of a school
COLOURS = 8  # of schools on the map; neighbours never share one where that is possible


def edit_page(
    data: Mapping[str, Any],
    blocks: gpd.GeoDataFrame,
    schools: gpd.GeoSeries,
    *,
    title: str,
    place: str,
    intern: bool,
) -> str:
    """Return the whole page.

    Parameters
    ----------
    data : what the script works on: ``plan`` (hash), ``blocks`` (keys), ``schools``, ``start``,
        ``pupils``, … as `sozialraum.workflows.plan.edit_data` makes them
    blocks, schools : their shapes and points, in the order of ``data["blocks"]`` and of
        ``data["schools"]``
    title, place : German
    intern : say first that only the office may see it
    """
    words = catalogue("publish")["edit"]
    style, script = asset("bearbeiten.css"), asset("bearbeiten_zahlen.js") + asset("bearbeiten.js")
    band = f'<p class="intern">{markup(text("publish.plan.intern"))}</p>' if intern else ""
    options = "".join(
        f'<option value="{i}">{markup(k)}</option>' for i, k in enumerate(data["blocks"])
    )
    names = [str(school["name"]) for school in data["schools"]]
    menu = "".join(
        f'<option value="{j}">{j + 1} {markup(name)}</option>' for j, name in enumerate(names)
    )
    parts = {
        "band": band,
        "title": markup(title),
        "place": markup(place),
        "map": _drawing(blocks, schools, names, words),
        "blocks": options,
        "schools": menu,
        "data": script_json({**data, "words": words["live"]}),
        "script": script,
        "style": style,
    } | {f"w_{name}": markup(word) for name, word in words.items() if isinstance(word, str)}
    # what may run are the page's own script and style, whatever stands in a name
    parts["policy"] = policy(f"<script>{script}</script><style>{style}</style>")
    # in one go: a name that looks like a place to be filled stays a name
    return re.sub(r"\$(\w+)\$", lambda m: parts.get(m[1], m[0]), asset("bearbeiten.html"))


def _drawing(
    blocks: gpd.GeoDataFrame, schools: gpd.GeoSeries, names: Sequence[str], words: Mapping[str, str]
) -> str:
    """Return the blocks as one path each and the schools with their numbers, north up."""
    left, bottom, right, top = blocks.total_bounds
    scale = WIDTH / max(right - left, 1e-9)
    shapes = shapely.coverage_simplify(blocks.geometry.to_numpy(), 1.0 / scale)
    paths = "".join(
        f'<path data-block="{i}" d="{_path(shape, left, top, scale)}"/>'
        for i, shape in enumerate(shapes)
    )
    seats = "".join(
        f'<g transform="translate({(x - left) * scale:.1f} {(top - y) * scale:.1f})">'
        f'<title>{markup(name)}</title><circle r="{SEAT}"/><text y="5">{number}</text></g>'
        for number, (x, y, name) in enumerate(zip(schools.x, schools.y, names, strict=True), 1)
    )
    height = (top - bottom) * scale + 2 * SEAT  # a school at the edge is seen, too
    return (
        f'<svg viewBox="{-SEAT} {-SEAT} {WIDTH + 2 * SEAT:.0f} {height:.0f}" role="img" '
        f'aria-label="{markup(words["map"])}">{paths}<g id="seats">{seats}</g></svg>'
    )


def _path(shape: shapely.Geometry, left: float, top: float, scale: float) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    lines = (
        "L".join(f"{(x - left) * scale:.1f} {(top - y) * scale:.1f}" for x, y in ring.coords)
        for ring in rings
    )
    return "".join(f"M{line}Z" for line in lines)
