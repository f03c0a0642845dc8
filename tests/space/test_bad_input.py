"""What a town hall may send by mistake: refused in words, or listed; nothing lost."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Polygon, box
from space.areas_on_paper import CRS, EAST, NORTH, areas, chequer, keyed, persons

from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.space.grids.cells import cells_crosswalk
from sozialraum.space.grids.zonal import zonal_statistics
from sozialraum.space.making import make_crosswalk

GOALS = keyed(chequer(2, 500.0), prefix="t")


def codes(error) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_degrees_in_a_file_that_says_metres():
    degrees = areas(a=box(13.3, 52.4, 13.5, 52.6))  # no reader can know; but it meets nothing
    with pytest.raises(DataError) as error:
        make_crosswalk(degrees, GOALS)
    assert codes(error) == {"space.no_overlap"}


def test_metres_of_the_neighbouring_zone():
    shifted = keyed(chequer(2, 500.0)).set_crs("EPSG:25832", allow_override=True)
    with pytest.raises(DataError) as error:
        make_crosswalk(shifted, GOALS)
    assert codes(error) == {"space.no_overlap"}


@pytest.mark.parametrize("method", ["areal", "dasymetric", "points"])
def test_areas_whose_boxes_meet_but_not_their_ground(method):
    # two triangles in opposite corners of one square
    here = areas(a=Polygon([(EAST, NORTH), (EAST + 400, NORTH), (EAST, NORTH + 400)]))
    there = areas(b=Polygon([(EAST + 500, NORTH + 500), (EAST + 500, NORTH), (EAST, NORTH + 500)]))
    cells = Raster(np.ones((5, 5)), EAST, NORTH + 500, 100.0, 100.0, CRS)
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([EAST + 50], [NORTH + 50]), crs=CRS)
    with pytest.raises(DataError, match=r"Abstand 71 m") as error:
        make_crosswalk(here, there, method=method, raster=cells, points=homes)
    assert codes(error) == {"space.no_overlap"}


def test_an_empty_file_of_either_side_is_named():
    nothing = gpd.GeoDataFrame(geometry=[], crs=CRS)
    with pytest.raises(DataError) as error:
        make_crosswalk(nothing, nothing)
    assert [p.code for p in error.value.problems] == ["space.empty", "space.empty"]
    assert "source" in error.value.problems[0].message
    with pytest.raises(DataError) as error:
        cells_crosswalk(pd.DataFrame({"x": [], "y": []}), GOALS, crs=CRS)
    assert codes(error) == {"space.empty"}


def test_an_empty_table_moves_nothing_and_says_so():
    moved = make_crosswalk(GOALS, GOALS).apply(pd.DataFrame({"n": []}, dtype=float))
    assert moved["n"].isna().all() and list(moved.index) == list(GOALS.index)


def test_a_polygon_over_the_date_line():
    strip = gpd.GeoDataFrame(index=["p"], geometry=[box(179, 52, 181, 53)], crs="EPSG:4326")
    with pytest.raises(DataError) as error:
        make_crosswalk(strip, GOALS)
    assert codes(error) == {"space.not_projected"}
    with pytest.raises(DataError) as error:
        make_crosswalk(strip.to_crs(CRS), GOALS)
    assert codes(error) <= {"space.no_overlap", "space.not_finite"}


def test_half_of_the_blocks_in_another_town_are_listed_and_counted():
    blocks = keyed(chequer(4, 500.0))
    walk = make_crosswalk(blocks, GOALS)
    counts = persons(blocks)
    assert len(walk.unmatched_source) == 12 and (walk.unmatched_source == 1.0).all()
    both = walk.apply(counts).sum() + walk.outside(counts)
    np.testing.assert_allclose(both, counts.sum(), rtol=1e-12)


def test_a_raster_that_forgot_its_nodata_value():
    holes = Raster(np.full((10, 10), -9999.0), EAST, NORTH + 1000, 100.0, 100.0, CRS, "kinder.tif")
    with pytest.raises(DataError, match=r"kinder\.tif.*nodata"):
        make_crosswalk(GOALS, GOALS, method="dasymetric", raster=holes)


def test_every_problem_of_every_raster_at_once():
    one = Raster(np.array([[-1.0]]), EAST, NORTH, 1.0, 1.0, CRS, "a.tif")
    two = Raster(np.array([[1.0]]), EAST, NORTH, 1.0, 1.0, "", "b.tif")
    with pytest.raises(DataError) as error:
        make_crosswalk(GOALS, GOALS, method="dasymetric", raster=[one, two])
    assert codes(error) == {"space.raster_negative", "space.raster_no_crs"}


def test_numbers_of_all_kinds_at_once():
    counts = pd.DataFrame(
        {"kinder": [-9.0, 3.0, 1.0, 1.0, 2.0], "quote": [0.1, 0.2, 0.3, 0.4, 0.5], "n": 1.0},
        index=[*GOALS.index, "x"],
    )
    with pytest.raises(DataError) as error:
        make_crosswalk(GOALS, GOALS).apply(counts)
    assert codes(error) == {"space.unknown_keys", "space.not_a_count", "space.rate"}


def test_a_table_with_a_key_twice_is_refused():
    counts = pd.DataFrame({"n": [1.0, 2.0]}, index=["t000", "t000"])
    with pytest.raises(DataError) as error:
        make_crosswalk(GOALS, GOALS).apply(counts)
    assert codes(error) == {"space.duplicate_keys"}


def test_a_border_of_ten_million_vertices_is_cut_exactly():
    angle = np.linspace(0, 2 * np.pi, 10_000_000, endpoint=False)
    rim = np.column_stack([EAST + 500 + 400 * np.cos(angle), NORTH + 500 + 400 * np.sin(angle)])
    lake = keyed([Polygon(rim)])
    # four quarters of a circle, and each square holds a quarter of the circle's ground
    np.testing.assert_allclose(make_crosswalk(lake, GOALS).matrix.toarray(), 0.25, rtol=1e-6)
    cells = Raster(np.ones((20, 20)), EAST, NORTH + 1000, 50.0, 50.0, CRS)
    found = zonal_statistics(lake, cells, statistics=("sum", "area")).iloc[0]
    np.testing.assert_allclose(found, np.pi * 400**2 * np.array([1 / 2500, 1.0]), rtol=1e-6)


def test_heights_in_the_coordinates_are_ignored():
    flat, high = keyed(chequer(2, 500.0)), keyed(shapely.force_3d(chequer(2, 500.0), 34.0))
    assert (make_crosswalk(high, GOALS).matrix != make_crosswalk(flat, GOALS).matrix).nnz == 0
