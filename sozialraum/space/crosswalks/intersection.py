"""Square metres of every pair of a source and a target area, for large inputs: by kernel.

`overlay.intersection_areas` is the door; it takes GEOS for small inputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sozialraum.kernels.spatial.edgegrid import EdgeGrid
from sozialraum.kernels.spatial.overlay import find_crossings, order_along, walk_rings
from sozialraum.kernels.spatial.point_in_polygon import file_points, find_holders
from sozialraum.space.crosswalks.assembly import Pieces
from sozialraum.space.grids.labelgrid import (
    OutlineArrays,
    edge_grid,
    in_chunks,
    outlines_of,
    usable_threads,
    whole_origin,
)

# The targets are shifted by a tenth of a micrometre, so that no vertex of one side lies on an edge
# of the other: shared borders are the normal case of official areas. Error: shift x border < 1e-3
# m².
SHIFT = (1.234567e-7, 0.87654321e-7)


@dataclass(frozen=True, eq=False)
class Crossings:
    """All crossings of source edges with target edges; see `kernels.overlay.find_crossings`."""

    source_edge: NDArray[np.int64]
    target_edge: NDArray[np.int64]
    at: NDArray[np.float64]
    leaves: NDArray[np.bool_]


def kernel_pieces(
    source: NDArray[np.object_], target: NDArray[np.object_], *, threads: int | None = None
) -> Pieces:
    """Return all pieces without building any intersection; polygons of one side may overlap.

    Pairs whose area is impossible (negative, or larger than one of the two) are computed again by
    GEOS.
    """
    ox, oy = whole_origin(shapely.total_bounds(target))
    ours = outlines_of(source, (ox, oy))
    threads = threads or usable_threads(len(ours.x))
    theirs = outlines_of(target, (ox - SHIFT[0], oy - SHIFT[1]))
    grid = edge_grid(theirs, labelled=False)
    crossings = _crossings(ours, grid, threads)
    s, t, area = _walk(
        ours, crossings, crossings.source_edge, 0, theirs.edge_owner[crossings.target_edge],
        len(target), _containers(ours, theirs), threads,
    )  # fmt: skip
    t2, s2, area2 = _walk(
        theirs, crossings, crossings.target_edge, 1, ours.edge_owner[crossings.source_edge],
        len(source), _containers(theirs, ours), threads,
    )  # fmt: skip
    pieces = _added_up(
        np.concatenate([s, s2]), np.concatenate([t, t2]), np.concatenate([area, area2]), len(source)
    )
    return _certified(pieces, source, target, ours, theirs)


def _chunks(ring: NDArray[np.int64], threads: int) -> NDArray[np.int64]:
    """Cut rings into chunks of about as many vertices."""
    if threads == 1:
        return np.array([0, len(ring) - 1])
    cuts = np.searchsorted(ring, np.linspace(0, ring[-1], threads * 2 + 1))
    return np.unique(np.clip(cuts, 0, len(ring) - 1))


def _crossings(ours: OutlineArrays, grid: EdgeGrid, threads: int) -> Crossings:
    def find(lo: int, hi: int) -> Crossings:
        capacity = 1024 + int(ours.ring[hi] - ours.ring[lo]) // 4
        while True:
            found = Crossings(
                np.empty(capacity, np.int64), np.empty(capacity, np.int64),
                np.empty((capacity, 4)), np.empty((capacity, 2), bool),
            )  # fmt: skip
            seen = np.full(len(grid.x), -1, np.int32)
            n = find_crossings(
                ours.x, ours.y, ours.ring, ours.box, lo, hi, grid, seen,
                found.source_edge, found.target_edge, found.at, found.leaves,
            )  # fmt: skip
            if n <= capacity:
                return Crossings(*(a[:n] for a in vars(found).values()))
            capacity = n

    parts = in_chunks(find, _chunks(ours.ring, threads), threads)
    if len(parts) == 1:
        return parts[0]
    return Crossings(*map(np.concatenate, zip(*(vars(p).values() for p in parts), strict=True)))


def _walk(
    own: OutlineArrays,
    crossings: Crossings,
    edge: NDArray[np.int64],
    which: int,
    other: NDArray[np.int32],
    n_other: int,
    containers: tuple[NDArray[np.int64], NDArray[np.int64]],
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Walk along one side's rings; return (own area, other area, contribution)."""
    order = np.argsort(edge, kind="stable")
    order_along(edge, np.ascontiguousarray(crossings.at[:, which]), order)
    first = np.searchsorted(edge, own.ring, sorter=order)
    container_start, container = containers
    leaves = np.ascontiguousarray(crossings.leaves[:, which])

    def walk(lo: int, hi: int) -> tuple[NDArray[np.int64], ...]:
        most = int(first[hi] - first[lo] + container_start[hi] - container_start[lo])
        out = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
        n = walk_rings(
            own.x, own.y, own.ring, own.owner, lo, hi, edge, order, first, other, crossings.at,
            leaves, n_other, container_start, container, *out,
        )  # fmt: skip
        return tuple(a[:n] for a in out)

    parts = in_chunks(walk, _chunks(own.ring, threads), threads)
    return tuple(map(np.concatenate, zip(*parts, strict=True)))


def _containers(
    points: OutlineArrays, areas: OutlineArrays
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return per ring of `points` the areas that hold its first vertex."""
    first = points.ring[:-1]
    x, y = points.x[first], points.y[first]
    if len(x) == 0:
        return np.zeros(1, np.int64), np.empty(0, np.int64)
    left, bottom = x.min(), y.min()
    width, height = x.max() - left + 1.0, y.max() - bottom + 1.0
    size = np.sqrt(width * height / len(x)) + max(width, height) / 4096
    place = (left, bottom, 1.0 / size, int(width / size) + 1, int(height / size) + 1)
    filed = file_points(x, y, *place)
    capacity = len(x)
    while True:
        container, holder = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
        n = find_holders(
            areas.x, areas.y, areas.ring, areas.box, areas.owner, x, y, *filed, *place,
            container, holder,
        )  # fmt: skip
        if n <= capacity:
            return _by_ring(container[:n], holder[:n], len(x))
        capacity = n


def _by_ring(
    ring: NDArray[np.int64], container: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = np.argsort(ring, kind="stable")
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(ring, minlength=n), out=start[1:])
    return start, np.ascontiguousarray(container[order], dtype=np.int64)


def _added_up(
    s: NDArray[np.int64], t: NDArray[np.int64], area: NDArray[np.float64], n_source: int
) -> Pieces:
    """Add the contributions of each pair, in a fixed order, so that threads change no digit."""
    pair, which = np.unique(t * n_source + s, return_inverse=True)
    return Pieces(pair // n_source, pair % n_source, np.bincount(which, area, minlength=len(pair)))


def _certified(
    pieces: Pieces,
    source: NDArray[np.object_],
    target: NDArray[np.object_],
    ours: OutlineArrays,
    theirs: OutlineArrays,
) -> Pieces:
    """Let GEOS compute the pairs whose area cannot be: a walk went wrong by rounding."""
    own, own_slack = _size(ours, len(source))
    goal, goal_slack = _size(theirs, len(target))
    slack = own_slack[pieces.source] + goal_slack[pieces.target]
    most = np.minimum(own[pieces.source], goal[pieces.target])
    bad = np.flatnonzero((pieces.mass < -slack) | (pieces.mass > most + slack))
    if len(bad) == 0:
        return pieces
    mass = pieces.mass.copy()
    mass[bad] = shapely.area(
        shapely.intersection(source[pieces.source[bad]], target[pieces.target[bad]])
    )
    return Pieces(pieces.target, pieces.source, mass)


def _size(outlines: OutlineArrays, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the area of each polygon and how far a piece may be off: 1 µm along its boxes."""
    area = np.bincount(outlines.owner, outlines.area, minlength=n)
    spans = outlines.box[:, 2:] - outlines.box[:, :2]
    return area, np.bincount(outlines.owner, 4e-6 * spans.sum(axis=1), minlength=n)
