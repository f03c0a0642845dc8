import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic

from sozialraum.kernels.spatial import zonal as kernels
from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.space.grids.zonal import ring_sums, zonal_statistics, zone_sums
from sozialraum.space.ring_arrays import rings_of


def grid(values, side=100.0, left=EAST, top=NORTH + 1000.0, crs=CRS) -> Raster:
    return Raster(np.asarray(values, float), left, top, side, side, crs)


def by_boxes(shape, raster: Raster) -> np.ndarray:
    """Oracle: every cell as a box, intersected with the shape by GEOS."""
    rows, columns = raster.values.shape
    j, i = np.meshgrid(np.arange(columns), np.arange(rows))
    x0 = raster.left + j * raster.cell_width
    y1 = raster.top - i * raster.cell_height
    cells = shapely.box(x0, y1 - raster.cell_height, x0 + raster.cell_width, y1)
    f = shapely.area(shapely.intersection(cells, shape)) / (raster.cell_width * raster.cell_height)
    known = ~np.isnan(raster.values)
    return np.array([(f * np.where(known, raster.values, 0)).sum(), f[known].sum()])


def test_half_a_cell_gives_half_its_persons():
    raster = grid([[8.0, 4.0]], top=NORTH + 100)
    half = keyed([box(EAST + 50, NORTH, EAST + 150, NORTH + 100)])
    assert zone_sums(half, raster).tolist() == [4.0 + 2.0]


def test_a_triangle_covers_half_of_the_cell():
    raster = grid([[8.0]], top=NORTH + 100)
    corner = keyed([Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST, NORTH + 100)])])
    assert zone_sums(corner, raster).tolist() == [4.0]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.sampled_from([37.0, 100.0, 250.0]))
def test_coverage_equals_boxes_cut_by_geos(seed, n, side):
    rng = np.random.default_rng(seed)
    raster = grid(np.where(rng.random((9, 11)) < 0.1, np.nan, rng.integers(0, 50, (9, 11))), side)
    shapes = mosaic(n, seed=seed, left=EAST + rng.uniform(-300, 300))
    found = ring_sums(rings_of(shapes), raster)
    expected = np.array([by_boxes(s, raster) for s in shapes])
    np.testing.assert_allclose(found[:, :2], expected, rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(found[:, 2] * side * side, shapely.area(shapes), rtol=1e-9)


def test_holes_islands_and_edges_on_cell_borders():
    rng = np.random.default_rng(5)
    raster = grid(rng.integers(0, 50, (10, 10)))
    ring = Polygon(
        box(EAST, NORTH, EAST + 1000, NORTH + 1000).exterior.coords,
        [box(EAST + 200, NORTH + 200, EAST + 450, NORTH + 500).exterior.coords],
    )
    two = shapely.MultiPolygon(
        [
            box(EAST + 100, NORTH + 100, EAST + 200, NORTH + 200),
            box(EAST + 730, NORTH, EAST + 765, NORTH + 990),
        ]
    )
    shapes = np.array([ring, two, Polygon()], dtype=object)
    found = ring_sums(rings_of(shapes), raster)
    for k, shape in enumerate(shapes):
        np.testing.assert_allclose(found[k, :2], by_boxes(shape, raster), rtol=1e-9, atol=1e-9)


def test_persons_under_a_mosaic_add_up_to_the_raster():
    rng = np.random.default_rng(6)
    raster = grid(rng.integers(0, 50, (10, 10)))
    shapes = keyed(mosaic(40, seed=7))
    assert zone_sums(shapes, raster).sum() == pytest.approx(raster.values.sum(), rel=1e-11)


def test_it_agrees_with_exactextract():
    exactextract = pytest.importorskip("exactextract")
    from exactextract.raster import NumPyRasterSource

    rng = np.random.default_rng(8)
    raster = grid(rng.integers(0, 6, (10, 10)))
    shapes = keyed(mosaic(25, seed=10))  # no majority is tied here
    wanted = ("sum", "count", "mean", "min", "max", "majority")
    source = NumPyRasterSource(raster.values, EAST, NORTH, EAST + 1000, NORTH + 1000)
    table = exactextract.exact_extract(source, shapes, list(wanted), output="pandas")
    found = zonal_statistics(shapes, raster, statistics=wanted)
    for name in wanted:  # exactextract keeps coverage as float32
        np.testing.assert_allclose(found[name], table[name], rtol=1e-5, atol=1e-5)


def test_a_raster_in_another_crs_is_met_in_its_own():
    raster = grid(np.ones((400, 400)), 10.0, left=EAST - 1500, top=NORTH + 2500)
    here = keyed(mosaic(5, seed=11))
    there = here.to_crs("EPSG:3035")
    np.testing.assert_allclose(zone_sums(there, raster), zone_sums(here, raster), rtol=1e-4)


def test_an_area_outside_the_raster_has_no_cells():
    raster = grid([[1.0]])
    far = keyed([box(EAST + 5000, NORTH, EAST + 5100, NORTH + 100)])
    row = zonal_statistics(far, raster, statistics=("sum", "count", "mean", "min")).iloc[0]
    assert row["sum"] == 0 and row["count"] == 0
    assert np.isnan(row["mean"]) and np.isnan(row["min"])


def test_an_unknown_statistic_is_told_the_known_ones():
    with pytest.raises(ValueError, match=r"Got \['mode', 'q101'\] instead"):
        zonal_statistics(
            keyed([box(0, 0, 1, 1)]), grid([[1.0]]), statistics=("median", "mode", "q101")
        )


def test_the_kernel_computes_what_its_python_says():
    rng = np.random.default_rng(3)
    raster = grid(rng.integers(0, 9, (10, 10)))
    rings = rings_of(mosaic(4, seed=3))
    out = np.zeros((4, 3))
    kernels.zonal_sums.py_func(
        rings.xy,
        rings.ring,
        kernels.ring_signs(rings.xy, rings.ring, rings.exterior),
        rings.area,
        raster.left,
        raster.top,
        0.01,
        0.01,
        raster.values,
        0,
        4,
        out,
    )
    np.testing.assert_allclose(out, ring_sums(rings, raster, threads=1), rtol=1e-14)


def test_a_border_of_many_edges_in_one_row_of_cells_is_no_slower_than_its_length():
    # 200,000 edges in four rows: sorted one by one this would take minutes
    angle = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    rim = np.column_stack([EAST + 500 + 400 * np.cos(angle), NORTH + 500 + 400 * np.sin(angle)])
    lake = keyed([Polygon(rim)])
    raster = grid(np.arange(16.0).reshape(4, 4), 250.0)
    expected = by_boxes(lake.geometry.iloc[0], raster)
    found = ring_sums(rings_of(lake.geometry.to_numpy()), raster)[0, :2]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_threads_change_nothing():
    rng = np.random.default_rng(4)
    raster = grid(rng.integers(0, 9, (40, 40)), 25.0)
    rings = rings_of(mosaic(200, seed=4))
    one, four = ring_sums(rings, raster, threads=1), ring_sums(rings, raster, threads=4)
    assert np.array_equal(one, four)


def test_no_areas_no_sums():
    nothing = gpd.GeoDataFrame(geometry=[], crs=CRS)
    assert zone_sums(nothing, grid([[1.0]])).shape == (0,)


def test_areas_that_do_not_exist_in_the_crs_of_the_raster_are_refused():
    pole = gpd.GeoDataFrame(index=["p"], geometry=[box(0, 0, 1e9, 1e9)], crs=CRS)
    raster = grid([[1.0]], crs="EPSG:3857")
    with pytest.raises(DataError, match="1 Gebiet"):
        zone_sums(pole, raster)
