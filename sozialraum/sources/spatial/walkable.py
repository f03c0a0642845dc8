"""Ways one may walk in an extract of OpenStreetMap (``.osm.pbf``), read from the local file.

References
----------
OpenStreetMap wiki, "OSM tags for routing/Access restrictions" (Germany): what each kind of way
allows on foot where nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from sozialraum.model.errors import DataError
from sozialraum.texts import problem

SUFFIX = ".pbf"
# roads and paths that are walked where nothing else is stated; cycle ways and bridle ways are not
WALKED = {
    "footway", "path", "pedestrian", "steps", "living_street", "residential", "service",
    "unclassified", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary",
    "primary_link", "track", "road", "corridor", "platform",
}  # fmt: skip
# and those that are never walked, whatever is stated
NEVER = {"motorway", "motorway_link", "construction", "proposed", "raceway", "escape", "abandoned"}
ALLOWED = {"yes", "designated", "permissive", "official", "destination", "public"}
REFUSED = {"no", "private", "use_sidepath", "military", "delivery"}
# points of a way that stop who walks; gates, bollards and the like do so only where it is stated
WALLS = {"wall", "fence", "hedge", "retaining_wall", "city_wall", "block_wall", "debris"}
_SHORT = 0.01  # of a piece: so far before a barrier a way ends


def may_walk(tags: Mapping[str, str]) -> bool:
    """Tell whether a way may be walked.

    Parameters
    ----------
    tags : of the way: ``highway``, ``foot``, ``access``, ``motorroad``, …

    Examples
    --------
    >>> may_walk({"highway": "footway"}), may_walk({"highway": "cycleway"})
    (True, False)
    >>> may_walk({"highway": "cycleway", "foot": "yes"})
    True
    >>> may_walk({"highway": "service", "access": "private"})
    False
    """
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    if not kind or kind in NEVER or foot in REFUSED:
        return False
    if foot in ALLOWED:
        return True
    if tags.get("access", "") in REFUSED or tags.get("motorroad") == "yes":
        return False
    return kind in WALKED


def stops_walking(tags: Mapping[str, str]) -> bool:
    """Tell whether a point on a way stops those who walk.

    Parameters
    ----------
    tags : of the point: ``barrier``, ``foot``, ``access``, ``locked``

    Examples
    --------
    >>> stops_walking({"barrier": "bollard"}), stops_walking({"barrier": "fence"})
    (False, True)
    >>> stops_walking({"barrier": "gate", "access": "private"})
    True
    """
    kind, foot = tags.get("barrier", ""), tags.get("foot", "")
    if not kind or foot in ALLOWED:
        return False
    stated = foot in REFUSED or tags.get("access", "") in REFUSED or tags.get("locked") == "yes"
    return stated or kind in WALLS


def read_walkable(path: str | Path, *, target_crs: str) -> gpd.GeoDataFrame:
    """Return the ways of an extract that may be walked, cut where a barrier stops it.

    Ways are joined where they share a point; a bridge over a path does not join it.

    Parameters
    ----------
    path : ``.osm.pbf``
    target_crs : coordinates that are returned, in metres

    Raises
    ------
    DataError
        If it is no such extract, or nothing in it can be walked.
    """
    path = Path(path)
    try:
        lines = _lines(path)
    except (RuntimeError, OSError, ValueError) as error:
        raise DataError(problem("sources.no_extract", file=path.name)) from error
    if not lines:
        raise DataError(problem("sources.nothing_walkable", file=path.name))
    ways = gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs="EPSG:4326")
    return ways.to_crs(target_crs)


def _lines(path: Path) -> list[np.ndarray]:
    import osmium

    read = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway", "barrier"))
    )
    stops: set[int] = set()
    found: list[np.ndarray] = []
    for one in read:
        tags = dict(one.tags)
        if one.is_node() and stops_walking(tags):
            stops.add(one.id)
        elif one.is_way() and may_walk(tags):
            found += _pieces(one.nodes, stops)
    return found


def _pieces(nodes: Iterable[Any], stops: set[int]) -> list[np.ndarray]:
    """Return the line of a way, in pieces where a barrier stands on it; points unknown end it."""
    there = [n for n in nodes if n.location.valid()]
    xy = np.array([(n.lon, n.lat) for n in there], dtype=float).reshape(-1, 2)
    blocked = np.array([n.ref in stops for n in there], dtype=bool)
    pieces, begin = [], 0
    for at in [*np.flatnonzero(blocked).tolist(), len(xy) - 1]:
        piece = xy[begin : at + 1].copy()
        if len(piece) >= 2:
            if blocked[begin]:
                piece[0] += _SHORT * (piece[1] - piece[0])
            if blocked[at]:
                piece[-1] += _SHORT * (piece[-2] - piece[-1])
            pieces.append(piece)
        begin = at
    return pieces
