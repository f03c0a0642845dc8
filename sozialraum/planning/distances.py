"""How far it is: along footpaths where a network is given, else as the crow flies, and said so."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely

from sozialraum.errors import DataError
from sozialraum.texts import problem


def straight_distances(
    demand: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, *, detour: float = 1.0
) -> pd.DataFrame:
    """Return distances as the crow flies (Luftlinie), times a detour factor.

    Parameters
    ----------
    demand, sites : points or areas (their inner point counts) in one projected CRS
    detour : footpath over Luftlinie; 1.0 says the Luftlinie itself, 1.3 is a common guess

    Returns
    -------
    (demand, sites) metres; rows and columns sorted by key.

    Raises
    ------
    DataError
        If the CRS are missing, geographic or different.
    """
    _require_one_metric_crs(demand, sites)
    a, b = inner_points(demand), inner_points(sites)
    metres = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]) * detour
    return (
        pd.DataFrame(metres, index=demand.index, columns=sites.index)
        .sort_index()
        .sort_index(axis=1)
    )


def walking_distances(
    demand: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    paths: gpd.GeoDataFrame,
    *,
    limit: float = np.inf,
) -> pd.DataFrame:
    """Return shortest distances along footpaths.

    Every line end is a node; demand and sites walk straight to their nearest node. What is farther
    than `limit` or has no path is infinite, not 0.

    Parameters
    ----------
    demand, sites : points or areas in the CRS of `paths`
    paths : LineStrings, projected CRS, cut at their crossings
    limit : metres after which the search stops

    Returns
    -------
    (demand, sites) metres; rows and columns sorted by key.
    """
    _require_one_metric_crs(demand, sites, paths)
    lines = paths.geometry.explode(ignore_index=True).to_numpy()
    ends = np.vstack(
        [shapely.get_coordinates(shapely.get_point(lines, k)).round(2) for k in (0, -1)]
    )
    nodes, place = np.unique(ends, axis=0, return_inverse=True)
    start, end = place.ravel()[: len(lines)], place.ravel()[len(lines) :]
    graph = _shortest_edges(start, end, shapely.length(lines), len(nodes))
    tree = shapely.STRtree(shapely.points(nodes))
    walks = []
    for points in (demand, sites):
        xy = inner_points(points)
        at = tree.nearest(shapely.points(xy))
        walks.append((at, np.hypot(*(xy - nodes[at]).T)))
    (from_node, to_path), (site_node, from_path) = walks
    along = sp.csgraph.dijkstra(graph, directed=False, indices=site_node, limit=limit)
    metres = along[:, from_node].T + to_path[:, None] + from_path[None, :]
    metres[metres > limit] = np.inf
    return (
        pd.DataFrame(metres, index=demand.index, columns=sites.index)
        .sort_index()
        .sort_index(axis=1)
    )


def unsafe_crossings(
    demand: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, roads: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return how many roads lie between a home and a school: those the Luftlinie meets.

    Pieces of a road count as one from one junction to the next.

    Parameters
    ----------
    demand, sites : points or areas in the CRS of `roads`
    roads : lines that are unsafe to cross

    Returns
    -------
    (demand, sites) roads; rows and columns sorted by key.
    """
    _require_one_metric_crs(demand, sites, roads)
    a, b = inner_points(demand), inner_points(sites)
    home, school = (place.ravel() for place in np.indices((len(a), len(b))))
    ways = shapely.linestrings(np.stack([a[home], b[school]], axis=1))
    merged = shapely.line_merge(shapely.union_all(roads.geometry.to_numpy()))
    crossing, _ = shapely.STRtree(shapely.get_parts(merged)).query(ways, predicate="intersects")
    met = np.bincount(crossing, minlength=len(ways)).reshape(len(a), len(b)).astype(float)
    return pd.DataFrame(met, demand.index, sites.index).sort_index().sort_index(axis=1)


def _shortest_edges(
    start: np.ndarray, end: np.ndarray, length: np.ndarray, nodes: int
) -> sp.csr_array:
    """Return the graph; of parallel paths the shortest counts, a sum would be wrong."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((length, high, low))
    pairs = np.column_stack([low, high])[order]
    first = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)] if len(pairs) else np.zeros(0, bool)
    kept, metres = pairs[first], np.maximum(length[order][first], 1e-9)
    return sp.csr_array((metres, (kept[:, 0], kept[:, 1])), shape=(nodes, nodes))


def inner_points(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return (n, 2) coordinates: of points themselves, of areas a point inside them."""
    geometry = frame.geometry.to_numpy()
    flat = shapely.get_dimensions(geometry) == 0
    points = np.where(flat, geometry, shapely.point_on_surface(geometry))
    return shapely.get_coordinates(points)


def _require_one_metric_crs(*frames: gpd.GeoDataFrame) -> None:
    systems = [frame.crs for frame in frames]
    if any(crs is None or crs.is_geographic for crs in systems) or len(set(map(str, systems))) > 1:
        names = ", ".join("ohne" if crs is None else crs.to_string() for crs in systems)
        raise DataError(problem("planning.crs", found=names))
