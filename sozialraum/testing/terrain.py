"""The ground of the example city: a coverage of blocks between streets, with a river through it.

Blocks are Voronoi cells of sites that stand in rotated lattices, one lattice per quarter, so that
the streets of a quarter run parallel and bend at its seams. All cells share their corners by
number; corners lie on a grid of 0.1 m, which makes the coverage free of gaps by construction and
its bytes the same on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from sozialraum.testing.layout import CENTRE, KINDS, QUARTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORT_EDGE = 14.0  # metres; corners closer than this become one crossing
RIVER_HALF_WIDTH = 45.0
RIVER_STATION = 135.0
CELLS_BETWEEN_BRIDGES = 9


@dataclass(frozen=True, eq=False)
class Terrain:
    """Blocks as faces of a planar graph.

    Parameters
    ----------
    polygons : (n,) shapely polygons, one per block
    kind, quarter : (n,) kind of land use, row in `QUARTERS` (-1 = open land)
    sites : (n, 2) a point inside each block, metres
    corners : (c, 2) corners of the blocks, metres
    edges : (e, 4) int: first corner, last corner, block on either side (-1 = outside)
    """

    polygons: NDArray[np.object_]
    kind: NDArray[np.str_]
    quarter: NDArray[np.int64]
    sites: NDArray[np.float64]
    corners: NDArray[np.float64]
    edges: NDArray[np.int64]

    @property
    def length(self) -> NDArray[np.float64]:
        """Length of each edge in metres."""
        return np.hypot(*(self.corners[self.edges[:, 0]] - self.corners[self.edges[:, 1]]).T)


def river_x(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far east of the market square the middle of the river runs, in metres."""
    return -850.0 + 520.0 * np.sin(y / 2400.0) + 150.0 * np.sin(y / 870.0 + 0.8)


def outline_score(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 on the city limit, less inside: a circle of 6.2 km with five bays and tongues."""
    theta = np.arctan2(xy[:, 1], xy[:, 0])
    radius = 6200 * (
        1 + 0.09 * np.cos(2 * theta + 0.6) + 0.07 * np.sin(3 * theta) + 0.04 * np.cos(5 * theta)
    )
    return np.round(np.hypot(xy[:, 0], xy[:, 1]) / radius, 6)


def make_terrain(rng: np.random.Generator, *, blocks: int) -> Terrain:
    """Return a city of exactly `blocks` blocks.

    Raises
    ------
    ValueError
        If fewer than 150 blocks are asked for: the quarters need room.
    """
    if blocks < 150:
        message = (
            f"The 'blocks' parameter of make_terrain must be at least 150. Got {blocks} instead."
        )
        raise ValueError(message)
    phase = rng.random((len(QUARTERS) + 1, 2))
    seed = int(rng.integers(2**31))
    scale = 2.0 * math.sqrt(1600 / blocks)
    for _ in range(90):
        sites = _sites(np.random.default_rng(seed), phase, scale)
        if _faces_inside(sites) >= blocks:
            break
        scale *= 0.985
    return _assemble(_keep(sites, blocks))


@dataclass(eq=False)
class _Sites:
    xy: NDArray[np.float64]
    kind: NDArray[np.str_]
    quarter: NDArray[np.int64]
    face: NDArray[np.int64]  # cells of one face become one block
    score: NDArray[np.float64]


def _sites(rng: np.random.Generator, phase: NDArray[np.float64], scale: float) -> _Sites:
    """Return all sites, those of the countryside around the city included."""
    river = _river_sites(scale)
    middle = cKDTree(river[0])
    parts, kinds, quarters = [], [], []
    for number in [*range(len(QUARTERS)), -1]:
        kind = "feld" if number < 0 else QUARTERS[number].kind
        points = _lattice(rng, number, phase[number], scale)
        points = points[_quarter_of(points) == number]
        room = 2 * RIVER_HALF_WIDTH + 0.45 * KINDS[kind].spacing * scale
        points = points[middle.query(points)[0] > room]
        parts.append(points)
        kinds += [kind] * len(points)
        quarters += [number] * len(points)
    banks = river[1]
    at_bank = _quarter_of(banks)
    kinds += ["feld" if q < 0 else QUARTERS[q].kind for q in at_bank]
    water = river[0]
    xy = np.round(np.vstack([*parts, banks, water]), 2)
    quarter = np.concatenate([np.array(quarters, dtype=np.int64), at_bank, np.full(len(water), -1)])
    kind = np.array(kinds + ["wasser"] * len(water))
    face = np.arange(len(xy))
    first = len(xy) - len(water)
    face[first:] = first + np.arange(len(water)) // CELLS_BETWEEN_BRIDGES * CELLS_BETWEEN_BRIDGES
    for start in (first - len(banks), first - len(water)):
        face[start : start + len(water)] = _meadows(kind[start : start + len(water)], start)
    return _Sites(xy, kind, quarter, face, _score_of_faces(xy, face))


def _meadows(kind: NDArray[np.str_], start: int) -> NDArray[np.int64]:
    """Return one face for up to six cells of open land along the river: no ladder of strips."""
    number = np.arange(len(kind))
    run_starts = np.maximum.accumulate(np.where(kind == "feld", 0, number + 1))
    in_run = number - run_starts
    return start + np.where(kind == "feld", number - in_run % 6, number)


def _score_of_faces(xy: NDArray[np.float64], face: NDArray[np.int64]) -> NDArray[np.float64]:
    score = outline_score(xy)
    best = np.full(len(xy), np.inf)
    np.minimum.at(best, face, score)
    return best[face]


def _river_sites(scale: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the cells of the river (its middle) and the two rows of blocks on its banks."""
    y = np.arange(-9000.0, 9000.0, RIVER_STATION * min(scale, 1.2))
    x = river_x(y)
    slope = (river_x(y + 1.0) - river_x(y - 1.0)) / 2.0
    normal = np.column_stack([np.ones_like(slope), -slope]) / np.hypot(1.0, slope)[:, None]
    middle = np.column_stack([x, y])
    side = 2 * RIVER_HALF_WIDTH * normal
    return middle, np.vstack([middle + side, middle - side])


def _lattice(
    rng: np.random.Generator, number: int, phase: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """Return a rotated, slightly disordered lattice over the quarter's circle, or everything."""
    quarter = None if number < 0 else QUARTERS[number]
    kind = KINDS["feld" if quarter is None else quarter.kind]
    radius = 9500.0 if quarter is None else quarter.radius * 1000 + 900
    # an aspect of a leaves the area of a block as it is: spacing * sqrt(a) by spacing / sqrt(a)
    long_side = kind.spacing * math.sqrt(kind.aspect) * scale
    short_side = kind.spacing / math.sqrt(kind.aspect) * scale
    along = np.arange(-radius, radius, long_side) + phase[0] * long_side
    across = np.arange(-radius, radius, short_side) + phase[1] * short_side
    grid = np.stack(np.meshgrid(along, across), axis=-1).reshape(-1, 2)
    grid = grid + (rng.random(grid.shape) - 0.5) * 2 * kind.disorder * np.array(
        [long_side, short_side]
    )
    angle = math.radians(0.0 if quarter is None else quarter.angle)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    centre = (0.0, 0.0) if quarter is None else (quarter.x * 1000, quarter.y * 1000)
    return grid @ turn + np.array(centre)


def _quarter_of(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the quarter a point lies in: relatively the nearest; -1: open land."""
    centre = np.array([(q.x, q.y) for q in QUARTERS]) * 1000
    radius = np.array([q.radius for q in QUARTERS]) * 1000
    relative = np.round(np.hypot(*(points[:, None, :] - centre).transpose(2, 0, 1)) / radius, 9)
    nearest = relative.argmin(axis=1)
    theta = np.arctan2(points[:, 1] - centre[nearest, 1], points[:, 0] - centre[nearest, 0])
    edge = 1.0 + 0.13 * np.cos(3 * theta + nearest) + 0.07 * np.cos(5 * theta + 2 * nearest)
    return np.where(relative.min(axis=1) < np.round(edge, 9), nearest, -1)


def _faces_inside(sites: _Sites) -> int:
    return len(np.unique(sites.face[sites.score < 1.0]))


def _keep(sites: _Sites, blocks: int) -> _Sites:
    """Move the city limit so that exactly `blocks` faces lie inside (score < 1 afterwards)."""
    faces, first = np.unique(sites.face, return_index=True)
    order = np.lexsort((faces, sites.score[first]))
    inside = np.isin(sites.face, faces[order[:blocks]])
    sites.score = np.where(inside, 0.0, np.maximum(sites.score, 1.0))
    return sites


def _assemble(sites: _Sites) -> Terrain:
    """Build the planar graph: merge near corners, dissolve cells of one face, number the blocks."""
    diagram = Voronoi(sites.xy)
    ridges = np.array(list(diagram.ridge_vertices), dtype=np.int64)
    corners, corner_of = _merge_corners(diagram.vertices, ridges, sites)
    faces, block_of_site = np.unique(
        np.where(sites.score < 1.0, sites.face, -1), return_inverse=True
    )
    block_of_site = block_of_site - 1 if faces[0] == -1 else block_of_site
    edges = np.column_stack([corner_of[ridges], block_of_site[diagram.ridge_points]])
    lost = (ridges < 0).any(axis=1) | (edges[:, 0] == edges[:, 1]) | (edges[:, 2] == edges[:, 3])
    edges = edges[~lost]
    used, renumbered = np.unique(edges[:, :2], return_inverse=True)
    edges[:, :2] = renumbered.reshape(-1, 2)
    edges[:, :2].sort(axis=1)
    edges = edges[np.lexsort((edges[:, 1], edges[:, 0]))]
    corners = corners[used]
    n = int(block_of_site.max()) + 1
    first = np.array([np.flatnonzero(block_of_site == b)[0] for b in range(n)])
    polygons = _polygons(corners, edges, n)
    inside = shapely.point_on_surface(polygons)
    sites_xy = np.round(shapely.get_coordinates(inside), 2)
    return Terrain(polygons, sites.kind[first], sites.quarter[first], sites_xy, corners, edges)


def _merge_corners(
    vertices: NDArray[np.float64], ridges: NDArray[np.int64], sites: _Sites
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Make one crossing of corners joined by a very short edge; corners on a grid of 0.1 m."""
    real = ridges[(ridges >= 0).all(axis=1)]
    gap = np.hypot(*(vertices[real[:, 0]] - vertices[real[:, 1]]).T)
    short = real[gap < SHORT_EDGE]
    n = len(vertices)
    graph = coo_array((np.ones(len(short)), (short[:, 0], short[:, 1])), shape=(n, n))
    count, group = connected_components(graph, directed=False)
    size = np.bincount(group, minlength=count)
    mean = np.column_stack(
        [np.bincount(group, vertices[:, i], minlength=count) / size for i in (0, 1)]
    )
    return np.round(mean + np.array(CENTRE), 1), group.astype(np.int64)


def _polygons(
    corners: NDArray[np.float64], edges: NDArray[np.int64], n: int
) -> NDArray[np.object_]:
    """Close the edges of each block to a polygon in normal form (ring start and turn)."""
    lines = shapely.linestrings(corners[edges[:, :2]])
    block = np.concatenate([edges[:, 2], edges[:, 3]])
    line = np.concatenate([np.arange(len(edges))] * 2)
    order = np.lexsort((line, block))
    block, line = block[order], line[order]
    start = np.searchsorted(block, np.arange(n + 1))
    made = [shapely.polygonize(lines[line[start[b] : start[b + 1]]]).geoms for b in range(n)]
    return np.array(
        [shapely.normalize(max(parts, key=lambda p: p.area)) for parts in made], dtype=object
    )
