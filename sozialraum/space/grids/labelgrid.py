"""Polygons prepared for kernels: oriented rings, and the grid that answers where a point lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from sozialraum.kernels.spatial.edgegrid import (
    EdgeGrid,
    centre_labels,
    file_edges,
    lay_out,
    locate_points,
)
from sozialraum.space.ring_arrays import rings_of

# Measured optimum between 2 and 8 cells per edge; above this number of cells the grid itself gets
# slow.
CELLS_PER_EDGE = 2.0
MOST_CELLS = 16_000_000
# Below this many vertices, starting threads takes longer than they save.
WORK_FOR_THREADS = 2_000_000
# Vertices (16 bytes each) read from shapes at once: memory of this size is used again, not fetched.
READ_AT_ONCE = 500_000


@dataclass(frozen=True, eq=False)
class OutlineArrays:
    """Oriented rings as separate x and y, relative to an origin.

    Parameters
    ----------
    x, y : (n_vertices,) metres from the origin; outer rings counterclockwise, holes clockwise
    ring : (n_rings + 1,) where each ring starts
    owner : (n_rings,) area of each ring
    area : (n_rings,) signed area, m²; holes negative
    box : (n_rings, 4) xmin, ymin, xmax, ymax
    origin : coordinates of (0, 0)
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ring: NDArray[np.int64]
    owner: NDArray[np.int32]
    area: NDArray[np.float64]
    box: NDArray[np.float64]
    origin: tuple[float, float]

    @property
    def edge_owner(self) -> NDArray[np.int32]:
        """Area of each edge."""
        return np.repeat(self.owner, np.diff(self.ring))


def outlines_of(shapes: NDArray[np.object_], origin: tuple[float, float]) -> OutlineArrays:
    """Return the oriented rings of polygons; with a whole-number origin the shift is exact.

    Rings come along a curve through the plane, so that neighbours stay together in memory. Shapes
    are read a few at a time: fresh memory costs more than the copying.
    """
    order = along_curve(shapes)
    vertices = shapely.get_num_coordinates(shapes)[order]
    end = np.concatenate([[0], np.cumsum(vertices, dtype=np.int64)])
    x, y = np.empty(end[-1]), np.empty(end[-1])
    ring, owner, area, box = [np.zeros(1, np.int64)], [], [], []
    cuts = np.searchsorted(end, np.arange(0, end[-1], READ_AT_ONCE))
    for lo, hi in pairwise(np.unique(np.append(cuts, len(shapes)))):
        rings = rings_of(shapes[order[lo:hi]])
        a, b = end[lo], end[hi]
        size, extent = np.empty(len(rings.exterior)), np.empty((len(rings.exterior), 4))
        lay_out(rings.xy, rings.ring, rings.exterior, *origin, x[a:b], y[a:b], size, extent)
        ring.append(rings.ring[1:] + a)
        owner.append(np.repeat(order[lo:hi].astype(np.int32), np.diff(rings.area)))
        area.append(size)
        box.append(extent)
    if not owner:
        return OutlineArrays(x, y, ring[0], np.empty(0, np.int32), x, np.empty((0, 4)), origin)
    return OutlineArrays(x, y, *map(np.concatenate, (ring, owner, area, box)), origin)


def along_curve(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return an order of shapes in which neighbours are mostly close (Morton, 1966)."""
    bounds = np.nan_to_num(shapely.bounds(shapes))
    middle = bounds[:, :2] + bounds[:, 2:]
    low = middle.min(axis=0, initial=np.inf)
    across = np.ptp(middle, axis=0).max(initial=0.0) if len(middle) else 0.0
    steps = ((middle - low) * (65_535 / max(across, 1.0))).astype(np.int64)
    # bits of the column and of the row in turn
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        steps = (steps | (steps << shift)) & mask
    return np.argsort(steps[:, 0] | (steps[:, 1] << 1), kind="stable")


def edge_grid(
    outlines: OutlineArrays, *, cells_per_edge: float = CELLS_PER_EDGE, labelled: bool = True
) -> EdgeGrid:
    """Return the grid over the edges of some outlines; only a labelled one can locate points."""
    left, bottom = outlines.box[:, :2].min(axis=0) - 1e-3
    right, top = outlines.box[:, 2:].max(axis=0) + 1e-3
    width, height = right - left, top - bottom
    wanted = max(16, min(MOST_CELLS, int(len(outlines.x) * cells_per_edge)))
    size = np.sqrt(width * height / wanted)
    columns, rows = int(width / size) + 1, int(height / size) + 1
    place = (float(left), float(bottom), float(1.0 / size), columns, rows)
    owner = outlines.edge_owner
    start, items = file_edges(outlines.x, outlines.y, outlines.ring, *place)
    label = np.empty(0, np.int32)
    if labelled:
        label = centre_labels(outlines.x, outlines.y, owner, start, items, *place)
    return EdgeGrid(outlines.x, outlines.y, owner, start, items, label, *place)


@dataclass(frozen=True, eq=False)
class LabelGrid:
    """Point location in a set of areas: make it once, ask it for millions of points."""

    grid: EdgeGrid
    origin: tuple[float, float]

    @classmethod
    def over(cls, shapes: NDArray[np.object_], *, cells_per_edge: float = 4.0) -> LabelGrid:
        """Return the grid over some (Multi)Polygons, at least one of them not empty."""
        origin = whole_origin(shapely.total_bounds(shapes))
        outlines = outlines_of(shapes, origin)
        return cls(edge_grid(outlines, cells_per_edge=cells_per_edge), origin)

    def locate(
        self, x: NDArray[np.float64], y: NDArray[np.float64], *, threads: int = 1
    ) -> NDArray[np.int32]:
        """Return the area of each point, or NOWHERE, SEVERAL, BORDER of `kernels.edgegrid`."""
        out = np.empty(len(x), np.int32)
        x, y = np.ascontiguousarray(x, float), np.ascontiguousarray(y, float)
        in_chunks(
            lambda lo, hi: locate_points(self.grid, x, y, *self.origin, lo, hi, out),
            np.linspace(0, len(x), threads * 4 + 1 if threads > 1 else 2).astype(np.int64),
            threads,
        )
        return out


def whole_origin(bounds: NDArray[np.float64]) -> tuple[float, float]:
    """Return the middle of some bounds in whole metres: subtracting it loses no digit."""
    return float(np.floor((bounds[0] + bounds[2]) / 2)), float(
        np.floor((bounds[1] + bounds[3]) / 2)
    )


def in_chunks(
    work: Callable[[int, int], object], cuts: NDArray[np.int64], threads: int
) -> list[object]:
    """Run ``work(lo, hi)`` over consecutive chunks, results in order."""
    pairs = list(pairwise(cuts))
    if threads == 1 or len(pairs) == 1:
        return [work(int(lo), int(hi)) for lo, hi in pairs]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda pair: work(int(pair[0]), int(pair[1])), pairs))


def usable_threads(work: int) -> int:
    """Return how many threads are worth it for so much work; results never depend on it."""
    return 1 if work < WORK_FOR_THREADS else min(8, os.cpu_count() or 1)
