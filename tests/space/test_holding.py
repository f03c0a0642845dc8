"""Which polygons hold which points: the sweep against GEOS, point by point."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from space.areas_on_paper import EAST, NORTH, mosaic

from sozialraum.kernels.spatial.point_in_polygon import file_points, find_holders
from sozialraum.space.grids.labelgrid import outlines_of

GRID = (-600.0, -600.0, 0.01, 12, 12)


def holders(shapes, x, y, capacity=10_000):
    outlines = outlines_of(shapes, (EAST, NORTH))
    filed = file_points(x, y, *GRID)
    point, holder = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    n = find_holders(
        outlines.x, outlines.y, outlines.ring, outlines.box, outlines.owner, x, y, *filed, *GRID,
        point, holder,
    )  # fmt: skip
    return n, sorted(zip(point[:n].tolist(), holder[:n].tolist(), strict=True))


def by_geos(shapes, x, y):
    points = shapely.points(x + EAST, y + NORTH)
    point, holder = np.nonzero(shapely.contains(shapes[None, :], points[:, None]))
    return sorted(zip(point.tolist(), holder.tolist(), strict=True))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 100_000), st.integers(2, 40), st.integers(1, 300))
def test_points_lie_in_the_polygons_that_geos_names(seed, n_areas, n_points):
    rng = np.random.default_rng(seed)
    # two mosaics over each other: most points lie in two polygons, some in one, some in none
    shapes = np.concatenate(
        [mosaic(n_areas, seed=seed), mosaic(3, seed=seed + 1, left=EAST + 300, bottom=NORTH - 200)]
    )
    x, y = rng.uniform(-700, 1700, n_points), rng.uniform(-700, 1700, n_points)
    assert holders(shapes, x, y)[1] == by_geos(shapes, x, y)


def test_a_point_in_a_hole_is_not_held_and_one_on_the_island_is():
    ring = box(EAST, NORTH, EAST + 100, NORTH + 100)
    hole = box(EAST + 20, NORTH + 20, EAST + 80, NORTH + 80)
    island = box(EAST + 40, NORTH + 40, EAST + 60, NORTH + 60)
    shapes = np.array([MultiPolygon([Polygon(ring.exterior, [hole.exterior]), island])])
    x = np.array([10.0, 30.0, 50.0, 150.0])
    assert holders(shapes, x, x)[1] == [(0, 0), (2, 0)]


def test_what_finds_no_room_is_counted_on():
    shapes = np.array([box(EAST, NORTH, EAST + 9, NORTH + 9)] * 3)
    x = np.array([1.0, 2.0])
    n, written = holders(shapes, x, x, capacity=6)
    assert n == 6
    # three polygons over two points are six pairs, though only two fit
    outlines = outlines_of(shapes, (EAST, NORTH))
    short = np.full(2, -1)
    told = find_holders(
        outlines.x, outlines.y, outlines.ring, outlines.box, outlines.owner, x, x,
        *file_points(x, x, *GRID), *GRID, short, short.copy(),
    )  # fmt: skip
    assert told == len(written) == 6


def test_overlapping_sources_are_all_found_by_a_target_within_them():
    from sozialraum.space.crosswalks.intersection import kernel_pieces

    source = np.array([box(EAST, NORTH, EAST + 100, NORTH + 100)] * 5)
    target = np.array([box(EAST + 40, NORTH + 40, EAST + 50, NORTH + 50)])
    pieces = kernel_pieces(source, target)
    np.testing.assert_allclose(pieces.mass, [100.0] * 5, atol=1e-4)


def test_rings_along_the_curve_keep_their_owner_and_their_area():
    shapes = mosaic(200, seed=5)
    outlines = outlines_of(shapes, (EAST, NORTH))
    area = np.bincount(outlines.owner, outlines.area, minlength=200)
    np.testing.assert_allclose(area, shapely.area(shapes), rtol=1e-9)
    assert len(outlines.x) == shapely.get_num_coordinates(shapes).sum()
