"""Who is whose neighbour: by common border, by distance, or the k nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy
import shapely
from numpy.typing import NDArray

from sozialraum.model.errors import DataError
from sozialraum.texts import problem

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LARGE = 300_000  # vertices from which on a hash table is worth compiling


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
    edges = _edges(shapes) if np.isin(shapely.get_type_id(shapes), _POLYGONS).all() else None
    if edges is not None and _is_coverage(shapes, edges):
        i, j = edges.pairs() if rook else edges.pairs_by_vertex()
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


@dataclass(frozen=True, eq=False)
class _Edges:
    """The edges of all rings, equal ones together.

    Parameters
    ----------
    owner : area of each edge, edges sorted so that equal ones follow each other
    forward : the edge runs from its lower to its higher vertex (polygons are turned the same way)
    first : place of the first of each group of equal edges, and the number of edges
    corner, corner_first : area of each vertex of a ring, likewise
    """

    owner: NDArray[np.int64]
    forward: NDArray[np.bool_]
    first: NDArray[np.int64]
    corner: NDArray[np.int64]
    corner_first: NDArray[np.int64]

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the areas that share an edge, in both orders."""
        return _pairs_in_groups(self.owner, self.first)

    def pairs_by_vertex(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the areas that share a vertex, in both orders."""
        return _pairs_in_groups(self.corner, self.corner_first)


def _edges(shapes: NDArray[np.object_]) -> _Edges:
    points, area_of_ring, start, hole = _rings(shapes)
    ring = np.repeat(np.arange(len(area_of_ring)), np.diff(start))
    vertex, order, first = _grouped(points + 0.0)
    follows = ring[1:] == ring[:-1]
    of_edge = ring[:-1][follows]
    a, b = vertex[:-1][follows], vertex[1:][follows]
    # twice the signed area of each ring, about its first vertex: shells turn one way, holes another
    x, y = (points - points[start[:-1]][ring]).T
    cross = (x[:-1] * y[1:] - x[1:] * y[:-1])[follows]
    turned = (np.add.reduceat(cross, start[:-1] - np.arange(len(hole))) < 0) != hole
    ends = np.where(a < b, a, b) * len(points) + np.where(a < b, b, a)
    _, in_order, first_edge = _grouped(ends[:, None])
    of_edge = of_edge[in_order]
    forward = (a < b)[in_order] != turned[of_edge]
    return _Edges(area_of_ring[of_edge], forward, first_edge, area_of_ring[ring[order]], first)


def _rings(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the points of all rings; of each ring its area, its first point, if it is a hole."""
    _, points, offsets = shapely.to_ragged_array(shapes, include_z=False)
    start, of_part = offsets[0].astype(np.int64), offsets[1].astype(np.int64)
    part = np.repeat(np.arange(len(of_part) - 1), np.diff(of_part))
    hole = np.ones(len(part), bool)
    hole[of_part[:-1]] = False
    if len(offsets) == 3:  # areas of several parts
        part = np.repeat(np.arange(len(shapes)), np.diff(offsets[2]))[part]
    return points, part, start, hole


def _is_coverage(shapes: NDArray[np.object_], edges: _Edges) -> bool:
    """Tell whether neighbours have the same vertices on their border, and none overlap.

    An edge inside a coverage belongs to two areas, which lie on its two sides. Only areas with an
    edge of their own, at the rim of the map or of a hole, can touch or overlap another without
    sharing its vertices: these few are asked one by one.
    """
    size = np.diff(edges.first)
    if (size > 2).any():
        return False
    two = edges.first[:-1][size == 2]
    if (edges.forward[two] == edges.forward[two + 1]).any():
        return False
    rim = _distinct(edges.owner[edges.first[:-1][size == 1]])
    if len(rim) > len(shapes) // 2:
        return bool(shapely.coverage_is_valid(shapes))
    _, other = shapely.STRtree(shapes).query(shapes[rim], predicate="intersects")
    near = _distinct(np.append(rim, other))
    return bool(shapely.coverage_is_valid(shapes[near]))


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each number once, in order; several times as fast as `numpy.unique` since 2.3."""
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def _grouped(
    things: NDArray[Any],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each row's group, rows by group, and where each group begins."""
    bits = np.ascontiguousarray(things).view(np.uint64)
    if len(bits) < _LARGE:
        return _grouped_by_sorting(bits)
    # compiled on first use, and only where it is worth it
    from sozialraum.kernels.grouping import number_rows, order_by_number

    slots = np.full(1 << int(1.5 * len(bits)).bit_length(), -1, np.int32)
    number, order = np.empty(len(bits), np.int64), np.empty(len(bits), np.int64)
    first = np.zeros(number_rows(bits, slots, number) + 1, np.int64)
    order_by_number(number, first, order)
    return number, order, first


def _grouped_by_sorting(
    bits: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    # a row's bytes, mixed to 64 bits: equal rows get equal codes; checked below
    code = np.zeros(len(bits), np.uint64)
    for column in bits.T:
        code = (code ^ column) * np.uint64(0x9E3779B97F4A7C15)
        code ^= code >> np.uint64(29)
    order = np.argsort(code, kind="stable")
    code = code[order]
    starts = np.concatenate([[True], code[1:] != code[:-1]])
    same = order[1:][~starts[1:]], order[:-1][~starts[1:]]
    if not np.array_equal(bits[same[0]], bits[same[1]]):
        message = "two different borders got the same code"
        raise AssertionError(message)
    number = np.empty(len(bits), np.int64)
    number[order] = np.cumsum(starts) - 1
    return number, order, np.append(np.flatnonzero(starts), len(order))


def _pairs_in_groups(
    owner: NDArray[np.int64], first: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of owners that stand in one group, in both orders."""
    n, size = int(owner.max()) + 1, np.diff(first)
    found = []
    for step in range(1, int(size.max(initial=1))):
        # groups of at least step + 1: each member with the one `step` places further on
        long = first[:-1][size > step]
        count = size[size > step] - step
        near = np.repeat(long - np.append(0, np.cumsum(count)[:-1]), count) + np.arange(count.sum())
        i, j = owner[near], owner[near + step]
        pair = np.minimum(i, j) * n + np.maximum(i, j)
        # along a border the same pair follows itself
        found.append(pair[np.append(True, pair[1:] != pair[:-1])] if len(pair) else pair)
    pairs = _distinct(np.concatenate(found)) if found else np.empty(0, np.int64)
    i, j = pairs // n, pairs % n
    return np.concatenate([i, j]), np.concatenate([j, i])
