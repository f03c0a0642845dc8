"""Polygons as flat arrays: against shapely's own ragged arrays."""

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, box
from space.areas_on_paper import mosaic

from sozialraum.space.grids import labelgrid
from sozialraum.space.grids.labelgrid import outlines_of
from sozialraum.space.ring_arrays import rings_of

HOLED = Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 2, 2).exterior, box(4, 4, 6, 6).exterior])


def test_rings_of_every_kind_of_shape_come_as_shapely_tells_them():
    shapes = np.array(
        [
            box(0, 0, 1, 1), HOLED, Polygon(), MultiPolygon([HOLED, box(20, 20, 21, 21)]),
            MultiPolygon(), box(5, 5, 6, 6),
        ]
    )  # fmt: skip
    rings = rings_of(shapes)
    _, xy, (ring, part, area) = shapely.to_ragged_array(shapes)
    np.testing.assert_array_equal(rings.xy, xy)
    np.testing.assert_array_equal(rings.ring, ring)
    # shapely counts parts per shape, then rings per part; ours counts rings per shape
    np.testing.assert_array_equal(rings.area, part[area])
    assert rings.exterior.tolist() == [True, True, False, False, True, False, False, True, True]


def test_heights_are_no_coordinates():
    flat = box(0, 0, 1, 1)
    np.testing.assert_array_equal(
        rings_of(np.array([shapely.force_3d(flat, 7.0)])).xy, rings_of(np.array([flat])).xy
    )


def test_no_shapes_have_no_rings():
    assert rings_of(np.array([], dtype=object)).ring.tolist() == [0]
    assert outlines_of(np.array([Polygon()]), (0.0, 0.0)).ring.tolist() == [0]


def test_shapes_read_a_few_at_a_time_are_the_same(monkeypatch):
    shapes = np.concatenate([mosaic(80, seed=3), [HOLED]])
    whole = outlines_of(shapes, (0.0, 0.0))
    monkeypatch.setattr(labelgrid, "READ_AT_ONCE", 50)
    parts = outlines_of(shapes, (0.0, 0.0))
    for name in ("x", "y", "ring", "owner", "area", "box"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
