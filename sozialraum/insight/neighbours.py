"""Who is whose neighbour: by common border, by distance, or the k nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy
import shapely
from numpy.typing import NDArray

from sozialraum.errors import DataError
from sozialraum.texts import problem


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Neighbours of every area, with weights.

    Parameters
    ----------
    keys : area keys, in order
    start, other, weight : neighbours of area i are ``other[start[i]:start[i + 1]]``, their weights
        likewise
    kind : how they were found, for the manifest ("queen", "rook", "distance 1000 m", "6 nearest")
    """

    keys: pd.Index
    start: NDArray[np.int64]
    other: NDArray[np.int64]
    weight: NDArray[np.float64]
    kind: str

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of neighbours of each area."""
        return np.diff(self.start)

    @property
    def islands(self) -> list[str]:
        """Keys of the areas without a neighbour."""
        return [str(k) for k in self.keys[self.counts == 0]]

    @property
    def equal_weights(self) -> bool:
        """True if within each area all neighbours weigh the same."""
        owner = np.repeat(np.arange(len(self.keys)), self.counts)
        first = self.weight[self.start[owner]] if len(owner) else self.weight
        return bool(np.array_equal(first, self.weight))

    def row_standardised(self) -> Neighbours:
        """Return the same neighbours with weights that add up to 1 in every area."""
        owner = np.repeat(np.arange(len(self.keys)), self.counts)
        total = np.bincount(owner, self.weight, minlength=len(self.keys))
        return Neighbours(self.keys, self.start, self.other, self.weight / total[owner], self.kind)

    def subset(self, keep: NDArray[np.bool_]) -> Neighbours:
        """Return the neighbours among the areas marked in `keep` only."""
        owner = np.repeat(np.arange(len(self.keys)), self.counts)
        both = keep[owner] & keep[self.other]
        new = np.cumsum(keep) - 1
        pairs = new[owner[both]], new[self.other[both]]
        return _from_pairs(self.keys[keep], *pairs, self.weight[both], self.kind)


def contiguity(areas: gpd.GeoDataFrame, *, rook: bool = False) -> Neighbours:
    """Return the areas that share a border: at least a point (queen) or a line (rook).

    A valid coverage (neighbours have the same vertices on their border) is read off its vertices;
    any other is asked pair by pair, where areas that overlap count as neighbours too.

    Parameters
    ----------
    areas : polygons, index area key
    rook : True: a common point is not enough

    Raises
    ------
    DataError
        If an area has no geometry.
    """
    shapes = _shapes(areas)
    if shapely.coverage_is_valid(shapes):
        i, j = _pairs_by_edge(shapes) if rook else _pairs_by_vertex(shapes)
    else:
        i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        if rook:
            common = shapely.intersection(shapes[i], shapes[j])
            line = shapely.get_dimensions(common) >= 1
            i, j = i[line], j[line]
    different = i != j
    i, j = i[different], j[different]
    return _from_pairs(areas.index, i, j, np.ones(len(i)), "rook" if rook else "queen")


def within_distance(areas: gpd.GeoDataFrame, *, metres: float, decay: str = "binary") -> Neighbours:
    """Return all areas whose representative points lie at most `metres` apart.

    Parameters
    ----------
    areas : polygons or points, projected CRS
    metres : radius, the distance itself included
    decay : "binary" (weight 1) or "inverse" (1/distance, at least 1 m)
    """
    if decay not in ("binary", "inverse") or metres <= 0:
        message = (
            "The 'decay' parameter of within_distance must be 'binary' or 'inverse' and 'metres' "
            f"positive. Got {decay!r} and {metres} instead."
        )
        raise ValueError(message)
    points = _points(areas)
    pairs = scipy.spatial.cKDTree(points).query_pairs(metres, output_type="ndarray")
    i, j = np.concatenate([pairs, pairs[:, ::-1]]).T
    gap = np.hypot(*(points[i] - points[j]).T)
    weight = np.ones(len(i)) if decay == "binary" else 1.0 / np.maximum(gap, 1.0)
    return _from_pairs(areas.index, i, j, weight, f"distance {metres:g} m, {decay}")


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
    return _from_pairs(areas.index, i, near[~own], np.ones(len(i)), f"{k} nearest")


def from_pairs(keys: Sequence[str], pairs: pd.DataFrame, *, kind: str = "given") -> Neighbours:
    """Return neighbours listed as pairs of keys.

    Parameters
    ----------
    keys : area keys, in order
    pairs : columns ``area``, ``neighbour`` and, if there, ``weight``
    kind : how they were found
    """
    index = pd.Index(keys)
    i, j = index.get_indexer(pairs["area"]), index.get_indexer(pairs["neighbour"])
    if (i < 0).any() or (j < 0).any():
        unknown = set(pairs["area"][i < 0]) | set(pairs["neighbour"][j < 0])
        raise DataError(problem("insight.data.unknown_area", found=", ".join(sorted(unknown)[:5])))
    weight = pairs["weight"].to_numpy(float) if "weight" in pairs else np.ones(len(pairs))
    return _from_pairs(index, i, j, weight, kind)


def _shapes(areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    shapes = np.asarray(areas.geometry.array)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if empty.any():
        keys = ", ".join(str(k) for k in areas.index[empty][:5])
        raise DataError(problem("insight.data.no_geometry", key=keys))
    return shapes


def _points(areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return shapely.get_coordinates(shapely.point_on_surface(_shapes(areas)))


def _from_pairs(
    keys: pd.Index,
    i: NDArray[np.int64],
    j: NDArray[np.int64],
    weight: NDArray[np.float64],
    kind: str,
) -> Neighbours:
    order = np.lexsort((j, i))
    i, j, weight = i[order], j[order], weight[order]
    counts = np.bincount(i, minlength=len(keys))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Neighbours(keys, start, j.astype(np.int64), weight.astype(float), kind)


def _pairs_by_vertex(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    return _sharing(points + 0.0, owner)


def _pairs_by_edge(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    parts, area = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[1:] == ring[:-1]
    a, b = points[:-1][follows], points[1:][follows]
    turned = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a, b = np.where(turned[:, None], b, a), np.where(turned[:, None], a, b)
    return _sharing(np.hstack([a, b]) + 0.0, area[part[ring[:-1][follows]]])


def _sharing(
    things: NDArray[np.float64], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of owners that have a thing (row) in common."""
    # a row's bytes, mixed to 64 bits: equal rows get equal numbers; checked below
    bits = np.ascontiguousarray(things).view(np.uint64)
    code = np.zeros(len(things), np.uint64)
    for column in bits.T:
        code = (code ^ column) * np.uint64(0x9E3779B97F4A7C15)
        code ^= code >> np.uint64(29)
    order = np.argsort(code, kind="stable")
    things, owner, code = things[order], owner[order], code[order]
    group = np.concatenate([[0], np.cumsum(code[1:] != code[:-1])])
    first = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))
    if not np.array_equal(things, things[first[group]]):
        message = "two different borders got the same number"
        raise AssertionError(message)
    n = int(owner.max()) + 1
    found = []
    size = np.bincount(group)
    place = np.arange(len(owner)) - first[group]
    for step in range(1, int(size.max(initial=1))):
        near = np.flatnonzero(place + step < size[group])
        found.append(owner[near] * n + owner[near + step])
        found.append(owner[near + step] * n + owner[near])
    pairs = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    return pairs // n, pairs % n
