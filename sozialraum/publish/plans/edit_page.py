"""``bearbeiten.html``: catchments changed by hand, offline, with figures that follow at once.

The numbers of blocks are in the page: it is for the office, unless the input is published already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import shapely

from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup, script_json
from sozialraum.publish.page.policy import policy
from sozialraum.texts import catalogue, text

WIDTH = 900.0
COLOURS = 8  # of schools on the map; neighbours never share one where that is possible


def edit_page(
    data: Mapping[str, Any], blocks: gpd.GeoDataFrame, *, title: str, place: str, intern: bool
) -> str:
    """Return the whole page.

    Parameters
    ----------
    data : what the script works on: ``plan`` (hash), ``blocks`` (keys), ``schools``, ``start``,
        ``pupils``, … as `sozialraum.workflows.plan.edit_data` makes them
    blocks : their shapes, in the order of ``data["blocks"]``
    title, place : German
    intern : say first that only the office may see it
    """
    words = catalogue("publish")["edit"]
    style, script = asset("bearbeiten.css"), asset("bearbeiten.js")
    band = f'<p class="intern">{markup(text("publish.plan.intern"))}</p>' if intern else ""
    options = "".join(
        f'<option value="{i}">{markup(k)}</option>' for i, k in enumerate(data["blocks"])
    )
    schools = "".join(
        f'<option value="{j}">{markup(s["name"])}</option>' for j, s in enumerate(data["schools"])
    )
    parts = {
        "band": band,
        "title": markup(title),
        "place": markup(place),
        "map": _drawing(blocks, words),
        "blocks": options,
        "schools": schools,
        "data": script_json({**data, "words": words["live"]}),
        "script": script,
        "style": style,
    } | {f"w_{name}": markup(word) for name, word in words.items() if isinstance(word, str)}
    # what may run are the page's own script and style, whatever stands in a name
    parts["policy"] = policy(f"<script>{script}</script><style>{style}</style>")
    # in one go: a name that looks like a place to be filled stays a name
    return re.sub(r"\$(\w+)\$", lambda m: parts.get(m[1], m[0]), asset("bearbeiten.html"))


def _drawing(blocks: gpd.GeoDataFrame, words: Mapping[str, str]) -> str:
    """Return the blocks as one path each, metres to pixels, north up."""
    left, bottom, right, top = blocks.total_bounds
    scale = WIDTH / max(right - left, 1e-9)
    shapes = shapely.coverage_simplify(blocks.geometry.to_numpy(), 1.0 / scale)
    paths = "".join(
        f'<path data-block="{i}" d="{_path(shape, left, top, scale)}"/>'
        for i, shape in enumerate(shapes)
    )
    height = (top - bottom) * scale
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="{markup(words["map"])}">{paths}</svg>'
    )


def _path(shape: shapely.Geometry, left: float, top: float, scale: float) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    lines = (
        "L".join(f"{(x - left) * scale:.1f} {(top - y) * scale:.1f}" for x, y in ring.coords)
        for ring in rings
    )
    return "".join(f"M{line}Z" for line in lines)
