"""The edges that areas share, found by grouping equal vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_LARGE = 300_000  # vertices from which on a hash table is worth compiling


@dataclass(frozen=True, eq=False)
class Edges:
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

    def rim(self) -> NDArray[np.int64]:
        """Return the areas with an edge of their own: at the rim of the map or of a hole."""
        return _distinct(self.owner[self.first[:-1][np.diff(self.first) == 1]])


def edges_of(shapes: NDArray[np.object_]) -> Edges:
    """Return the edges of all rings of (n_areas,) polygons."""
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
    return Edges(area_of_ring[of_edge], forward, first_edge, area_of_ring[ring[order]], first)


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


def is_coverage(shapes: NDArray[np.object_], edges: Edges) -> bool:
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
    rim = edges.rim()
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
