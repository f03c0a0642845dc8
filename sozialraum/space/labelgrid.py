"""Polygons prepared for kernels: oriented rings, and the grid that answers where a point lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sozialraum.kernels.edgegrid import (
    EdgeGrid,
    centre_labels,
    file_edges,
    lay_out,
    locate_points,
)
from sozialraum.space.rings import rings_of

# Measured optimum between 2 and 8 cells per edge; above this number of cells the grid itself gets
# slow.
CELLS_PER_EDGE = 2.0
MOST_CELLS = 16_000_000
# Below this many vertices, starting threads takes longer than they save.
WORK_FOR_THREADS = 2_000_000


@dataclass(frozen=True, eq=False)
class Outlines:
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


def outlines_of(shapes: NDArray[np.object_], origin: tuple[float, float]) -> Outlines:
    """Return the oriented rings of polygons; with a whole-number origin the shift is exact."""
    rings = rings_of(shapes)
    n = len(rings.xy)
    x, y = np.empty(n), np.empty(n)
    area, box = np.empty(len(rings.ring) - 1), np.empty((len(rings.ring) - 1, 4))
    xy = np.ascontiguousarray(rings.xy)
    lay_out(xy, rings.ring, rings.exterior, *origin, x, y, area, box)
    owner = np.repeat(np.arange(len(shapes), dtype=np.int32), np.diff(rings.area))
    return Outlines(x, y, rings.ring, owner, area, box, origin)


def edge_grid(outlines: Outlines, *, cells_per_edge: float = CELLS_PER_EDGE) -> EdgeGrid:
    """Return the grid over the edges of some outlines."""
    left, bottom = outlines.box[:, :2].min(axis=0) - 1e-3
    right, top = outlines.box[:, 2:].max(axis=0) + 1e-3
    width, height = right - left, top - bottom
    wanted = max(16, min(MOST_CELLS, int(len(outlines.x) * cells_per_edge)))
    size = np.sqrt(width * height / wanted)
    columns, rows = int(width / size) + 1, int(height / size) + 1
    place = (float(left), float(bottom), float(1.0 / size), columns, rows)
    owner = outlines.edge_owner
    start, items = file_edges(outlines.x, outlines.y, outlines.ring, *place)
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
        import shapely

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
