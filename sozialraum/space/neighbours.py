"""Who is whose neighbour: by contact, across streets, by distance, the k nearest, or Voronoi.

One notion of contact holds everywhere: two areas touch if at most `TOLERANCE` metres lie between
them. In fifteen layers of Berlin, Leipzig, Flensburg and all German Gemeinden (42,000 pairs) no
pair lies between 1 mm and 0.78 m apart: below are borders drawn twice, above are real gaps. Where
streets lie between the areas (blocks), two are neighbours across a gap if nothing lies between.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy
import shapely
from numpy.typing import NDArray

from sozialraum.model.arguments import checks_options
from sozialraum.model.errors import DataError
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.options import Metres, NearestAreas, NeighbourMethod, Radius
from sozialraum.space.areas import name_keys
from sozialraum.space.shared_edges import edges_of, is_coverage
from sozialraum.texts import problem

TOLERANCE = 0.5  # metres between areas that still touch
ACROSS = 50.0  # metres: streets, squares and tracks between blocks; not the rivers of a city
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


@checks_options
def find_neighbours(
    areas: gpd.GeoDataFrame,
    *,
    method: NeighbourMethod = "contact",
    tolerance: Metres = TOLERANCE,
    across: Metres = ACROSS,
    rook: bool = False,
    metres: Radius = 1000.0,
    k: NearestAreas = 6,
) -> Neighbours:
    """Return the neighbours that a build file asks for in ``[neighbours]``.

    Parameters
    ----------
    areas : polygons, index area key, CRS in metres
    method : "contact" (see `contiguity`), "distance" (`within_distance`), "nearest" or "voronoi"
    tolerance, across, rook : of "contact"
    metres : of "distance"
    k : of "nearest"
    """
    if method == "contact":
        return contiguity(areas, rook=rook, tolerance=tolerance, across=across)
    if method == "distance":
        return within_distance(areas, metres=metres)
    if method == "nearest":
        return nearest(areas, k=min(k, len(areas) - 1))
    return voronoi(areas)


@checks_options
def contiguity(
    areas: gpd.GeoDataFrame,
    *,
    rook: bool = False,
    tolerance: Metres = TOLERANCE,
    across: Metres = 0.0,
) -> Neighbours:
    """Return the areas that touch, and on request those that face each other across a gap.

    A valid coverage (neighbours have the same vertices on their border) is read off its vertices,
    any other layer is asked pair by pair; areas that overlap touch.

    Parameters
    ----------
    areas : polygons, index area key, CRS in metres
    rook : True: a common point is not enough; along a gap, the areas must face each other on more
        than four times the tolerance, or more than the gap is wide
    tolerance : metres that may lie between areas that touch; 0 = they must meet exactly
    across : metres; areas at most so far apart are neighbours too if the shortest way between them
        runs through no third area (blocks across a street). 0 = contact only.

    Returns
    -------
    `Neighbours` with ``gap``, the metres between the areas of each pair.

    Raises
    ------
    DataError
        If an area has no geometry, or the coordinate system has degrees instead of metres.
    """
    shapes = _shapes(areas)
    i, j, gap = _contacts(shapes, rook, tolerance, max(tolerance, across))
    kind = f"{'rook' if rook else 'queen'}, {tolerance:g} m"
    kind += f", across {across:g} m" if across > tolerance else ""
    return Neighbours.of_pairs(
        areas.index,
        np.concatenate([i, j]),
        np.concatenate([j, i]),
        kind=kind,
        gap=np.concatenate([gap, gap]),
    )


def within_distance(areas: gpd.GeoDataFrame, *, metres: float, decay: str = "binary") -> Neighbours:
    """Return all areas whose representative points lie at most `metres` apart.

    Parameters
    ----------
    areas : polygons or points, projected CRS
    metres : radius, the distance itself included
    decay : "binary" (weight 1) or "inverse" (1/distance, at least 1 m)
    """
    if decay not in ("binary", "inverse") or not metres > 0:
        message = (
            "The 'decay' parameter of within_distance must be 'binary' or 'inverse' and 'metres' "
            f"positive. Got {decay!r} and {metres} instead."
        )
        raise ValueError(message)
    points = _points(areas)
    pairs = scipy.spatial.cKDTree(points).query_pairs(metres, output_type="ndarray")
    i, j = np.concatenate([pairs, pairs[:, ::-1]]).T
    length = np.hypot(*(points[i] - points[j]).T)
    weight = np.ones(len(i)) if decay == "binary" else 1.0 / np.maximum(length, 1.0)
    kind = f"distance {metres:g} m, {decay}"
    return Neighbours.of_pairs(areas.index, i, j, weight=weight, kind=kind)


def nearest(areas: gpd.GeoDataFrame, *, k: int = 6) -> Neighbours:
    """Return the k nearest areas by representative points; ties by area order."""
    if not 1 <= k < len(areas):
        message = f"The 'k' parameter of nearest must be 1..{len(areas) - 1}. Got {k} instead."
        raise ValueError(message)
    points = _points(areas)
    _, near = scipy.spatial.cKDTree(points).query(points, k=k + 1)
    own = near == np.arange(len(points))[:, None]
    # of several areas at the same point the own one may be missing: then the farthest goes
    own[~own.any(axis=1), -1] = True
    i = np.repeat(np.arange(len(points)), k)
    return Neighbours.of_pairs(areas.index, i, near[~own], kind=f"{k} nearest")


def voronoi(areas: gpd.GeoDataFrame) -> Neighbours:
    """Return the areas whose Voronoi cells, drawn around inner points, share an edge.

    Every area has a neighbour, however far apart they lie. Of points on one circle (a regular
    grid) it is open which diagonal is an edge; areas at the same point are neighbours.

    Parameters
    ----------
    areas : at least two polygons or points, CRS in metres
    """
    points = _points(areas)
    places, first, place = np.unique(points, axis=0, return_index=True, return_inverse=True)
    place = place.ravel()
    twin = first[place] != np.arange(len(points))
    i, j = first[place[twin]], np.flatnonzero(twin)
    if len(places) > 1:
        a, b = _voronoi_edges(places)
        i, j = np.concatenate([i, first[a]]), np.concatenate([j, first[b]])
    both = np.concatenate([i, j]), np.concatenate([j, i])
    return Neighbours.of_pairs(areas.index, *both, kind="voronoi")


def _voronoi_edges(places: NDArray[np.float64]) -> Pairs:
    """Return the pairs of distinct places whose cells meet; places on one line by their order."""
    centred = places - places.mean(axis=0)
    if len(places) < 3 or np.linalg.matrix_rank(centred, tol=1e-9 * np.abs(centred).max()) < 2:
        order = np.lexsort(places.T[::-1])
        return order[:-1], order[1:]
    edges = scipy.spatial.Voronoi(centred).ridge_points
    return edges[:, 0].astype(np.int64), edges[:, 1].astype(np.int64)


def from_pairs(keys: Sequence[str], pairs: pd.DataFrame, *, kind: str = "given") -> Neighbours:
    """Return neighbours listed as pairs of keys.

    Parameters
    ----------
    keys : area keys, in order
    pairs : columns ``area``, ``neighbour`` and, if there, ``weight``
    kind : how they were found

    Raises
    ------
    DataError
        If a pair names an unknown area, an area as its own neighbour, or stands there twice.
    """
    index = pd.Index(keys)
    i, j = index.get_indexer(pairs["area"]), index.get_indexer(pairs["neighbour"])
    unknown = set(pairs["area"][i < 0]) | set(pairs["neighbour"][j < 0])
    own, twice = pairs["area"][i == j], pairs["area"][pairs.duplicated(["area", "neighbour"])]
    found = [
        problem(f"space.neighbours.{code}", found=name_keys(sorted(map(str, set(listed)))))
        for code, listed in (("unknown_area", unknown), ("own_area", own), ("pair_twice", twice))
        if len(listed)
    ]
    if found:
        raise DataError(found)
    weight = pairs["weight"].to_numpy(float) if "weight" in pairs else None
    if weight is not None and not (np.isfinite(weight) & (weight > 0)).all():
        wrong = weight[~(np.isfinite(weight) & (weight > 0))][:5].tolist()
        message = (
            "The 'weight' column of the 'pairs' parameter of from_pairs must hold finite numbers "
            f"above 0. Got {wrong} instead."
        )
        raise ValueError(message)
    return Neighbours.of_pairs(index, i, j, weight=weight, kind=kind)


def _shapes(areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    shapes = np.asarray(areas.geometry.array)
    unusable = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if unusable.any():
        found = name_keys(list(map(str, areas.index[unusable])))
        raise DataError(problem("space.neighbours.no_geometry", found=found))
    if areas.crs is not None and areas.crs.is_geographic:
        raise DataError(problem("space.not_projected", found=areas.crs.name, what="areas"))
    return shapes


def _points(areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return shapely.get_coordinates(shapely.point_on_surface(_shapes(areas)))


def _contacts(
    shapes: NDArray[np.object_], rook: bool, tolerance: float, reach: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return every pair of neighbours once, and the metres between them."""
    edges = edges_of(shapes) if np.isin(shapely.get_type_id(shapes), _POLYGONS).all() else None
    if edges is None or not is_coverage(shapes, edges):
        return _near_pairs(shapes, rook, tolerance, reach)
    i, j = _once(*(edges.pairs() if rook else edges.pairs_by_vertex()))
    # only areas at a rim can look at each other across a gap
    rim = edges.rim() if reach > 0 else np.empty(0, np.int64)
    a, b = _pairs_within(shapes, rim, reach)
    touch = _once(*edges.pairs_by_vertex())
    new = ~np.isin(a * len(shapes) + b, touch[0] * len(shapes) + touch[1])
    a, b = a[new], b[new]
    gap = shapely.distance(shapes[a], shapes[b])
    seen = (gap > 0) & _facing(shapes, a, b, gap, rook, tolerance)
    gaps = np.concatenate([np.zeros(len(i)), gap[seen]])
    return np.concatenate([i, a[seen]]), np.concatenate([j, b[seen]]), gaps


def _near_pairs(
    shapes: NDArray[np.object_], rook: bool, tolerance: float, reach: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    i, j = _pairs_within(shapes, np.arange(len(shapes)), reach)
    gap = shapely.distance(shapes[i], shapes[j])
    seen = np.ones(len(i), bool)
    open_ = gap > tolerance if not rook else gap >= 0
    seen[open_] = _facing(shapes, i[open_], j[open_], gap[open_], rook, tolerance)
    return i[seen], j[seen], gap[seen]


def _once(i: NDArray[np.int64], j: NDArray[np.int64]) -> Pairs:
    once = i < j
    return i[once], j[once]


def _pairs_within(shapes: NDArray[np.object_], some: NDArray[np.int64], reach: float) -> Pairs:
    if not len(some):
        return some, some
    near = shapes[some]
    i, j = _once(*shapely.STRtree(near).query(near, predicate="dwithin", distance=reach))
    return some[i], some[j]


def _facing(
    shapes: NDArray[np.object_],
    i: NDArray[np.int64],
    j: NDArray[np.int64],
    gap: NDArray[np.float64],
    rook: bool,
    tolerance: float,
) -> NDArray[np.bool_]:
    """Tell which pairs have no third area between them and, for rook, more than a corner."""
    seen = np.ones(len(i), bool)
    apart = gap > 0
    seen[apart] = _unblocked(shapes, i[apart], j[apart], tolerance)
    if rook:
        seen[seen] = _share_a_line(shapes[i[seen]], shapes[j[seen]], gap[seen], tolerance)
    return seen


def _unblocked(
    shapes: NDArray[np.object_], i: NDArray[np.int64], j: NDArray[np.int64], tolerance: float
) -> NDArray[np.bool_]:
    """Tell which shortest ways run through third areas on no more than the tolerance."""
    ways = shapely.shortest_line(shapes[i], shapes[j])
    way, third = shapely.STRtree(shapes).query(ways, predicate="intersects")
    other = (third != i[way]) & (third != j[way])
    way, third = way[other], third[other]
    inside = shapely.length(shapely.intersection(ways[way], shapes[third]))
    # rounding of a meeting at a point is no way through an area
    return np.bincount(way, inside, minlength=len(ways)) <= max(tolerance, 1e-9)


def _share_a_line(
    here: NDArray[np.object_],
    there: NDArray[np.object_],
    gap: NDArray[np.float64],
    tolerance: float,
) -> NDArray[np.bool_]:
    """Tell which pairs meet, or face each other, on more than a corner."""
    common = shapely.intersection(here, there)
    # common ground may be no more than two corners laid over each other
    line = (shapely.get_dimensions(common) == 1) & ~shapely.is_empty(common)
    open_ = np.flatnonzero(~line)
    facing = shapely.intersection(
        shapely.boundary(here[open_]), shapely.buffer(there[open_], gap[open_] + tolerance)
    )
    line[open_] = shapely.length(facing) > np.maximum(4 * tolerance, gap[open_])
    return line
