"""Census cells as a table: against squares cut by GEOS, and against the raster of the same cells."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic

from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.space.grids.cells import cells_crosswalk
from sozialraum.space.grids.zonal import zone_sums
from sozialraum.space.making import make_crosswalk


def listed(seed, n=60, size=100.0):
    """Some of the cells of a grid of 14 by 14 that reaches beyond the mosaic, in any order."""
    rng = np.random.default_rng(seed)
    place = rng.permutation(14 * 14)[:n]
    x, y = EAST - 150 + size * (place % 14), NORTH - 150 + size * (place // 14)
    return pd.DataFrame(
        {"x": x, "y": y, "kinder": rng.integers(0, 30, n).astype(float)},
        index=[f"c{k:03d}" for k in range(n)],
    )


def squares(cells, size=100.0):
    x, y, half = cells["x"], cells["y"], size / 2
    return gpd.GeoDataFrame(
        index=cells.index, geometry=shapely.box(x - half, y - half, x + half, y + half), crs=CRS
    )


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 120), st.integers(1, 20))
def test_shares_equal_squares_cut_by_geos(seed, n, m):
    cells, goals = listed(seed, n), keyed(mosaic(m, seed=seed))
    walk = cells_crosswalk(cells, goals, crs=CRS, border=0.0)
    cut = shapely.intersection(
        goals.geometry.to_numpy()[:, None], squares(cells).geometry.to_numpy()[None, :]
    )
    np.testing.assert_allclose(walk.matrix.toarray(), shapely.area(cut) / 10_000, atol=2e-8)
    counts = cells[["kinder"]]
    both = walk.apply(counts).sum() + walk.outside(counts)
    np.testing.assert_allclose(both, counts.sum(), rtol=1e-9)


def test_the_order_of_the_file_does_not_matter():
    cells, goals = listed(3), keyed(mosaic(9, seed=4))
    one = cells_crosswalk(cells, goals, crs=CRS)
    by_north = cells.sort_values(["y", "x"])
    two = cells_crosswalk(by_north, goals, crs=CRS)
    counts = cells[["kinder"]]
    pd.testing.assert_frame_equal(one.apply(counts), two.apply(counts), rtol=1e-12)


def test_cells_are_small_areas():
    cells, goals = listed(5), keyed(mosaic(9, seed=6))
    as_cells = cells_crosswalk(cells, goals, crs=CRS)
    as_areas = make_crosswalk(squares(cells), goals)
    counts = cells[["kinder"]]
    pd.testing.assert_frame_equal(as_cells.apply(counts), as_areas.apply(counts), rtol=1e-7)
    assert set(as_cells.unmatched_source.index) == set(as_areas.unmatched_source.index)


def test_sums_equal_those_of_the_raster_of_the_same_cells():
    cells = listed(7, 196)
    # row by row from the north, as a raster has them
    by_row = cells.sort_values(["y", "x"], ascending=[False, True])["kinder"].to_numpy()
    raster = Raster(by_row.reshape(14, 14), EAST - 200, NORTH - 200 + 1400, 100.0, 100.0, CRS)
    goals = keyed(mosaic(9, seed=8)).to_crs("EPSG:25832")
    found = cells_crosswalk(cells, goals, crs=CRS, border=0.0).apply(cells[["kinder"]])
    np.testing.assert_allclose(found["kinder"], zone_sums(goals, raster), rtol=1e-9)


def test_a_withheld_cell_makes_its_areas_missing_and_no_others():
    goals = keyed([box(EAST, NORTH, EAST + 150, NORTH + 100), box(EAST + 150, NORTH, EAST + 300, NORTH + 100)])  # fmt: skip
    cells = pd.DataFrame(
        {"x": EAST + np.array([50, 150, 250]), "y": NORTH + 50, "n": [5.0, 6.0, np.nan]},
        index=["a", "b", "c"],
    )
    walk = cells_crosswalk(cells, goals, crs=CRS)
    found = walk.apply(cells[["n"]])["n"]
    assert found["a000"] == pytest.approx(8.0) and np.isnan(found["a001"])
    assert walk.missing_share(cells[["n"]]).loc["a001", "n"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        (lambda c: c.assign(x=c["x"].where(c.index != "c003", c["x"] + 7)), "cells_off_grid", "c003"),
        (lambda c: c.assign(y=c["y"].where(c.index != "c004")), "cells_off_grid", "c004"),
        (lambda c: c.assign(x=np.nan), "cells_off_grid", "60 Gebiete"),
        (lambda c: pd.concat([c, c.iloc[:1].set_axis(["z"])]), "duplicate_keys", "z|c000"),
        (lambda c: c.iloc[:0], "empty", "cells"),
    ],
)  # fmt: skip
def test_what_is_no_grid_is_refused(change, code, named):
    with pytest.raises(DataError, match=named) as told:
        cells_crosswalk(change(listed(3)), keyed(mosaic(4, seed=1)), crs=CRS)
    assert told.value.problems[0].code == f"space.{code}"


def test_areas_that_meet_no_cell_are_listed():
    goals = keyed([*mosaic(2, seed=1), box(EAST + 9000, NORTH, EAST + 9100, NORTH + 100)])
    walk = cells_crosswalk(listed(3), goals, crs=CRS)
    assert walk.unmatched_target.to_dict() == {"a002": 1.0}
    assert walk.apply(listed(3)[["kinder"]]).loc["a002", "kinder"] == 0.0
