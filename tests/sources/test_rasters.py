"""Rasters are read in windows of whole cells; no data is NaN, zero stays zero."""

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.rasters import read_raster

VALUES = np.arange(12, dtype="float32").reshape(3, 4)


def written(path, values=VALUES, crs="EPSG:25832", transform=None, nodata=None, count=1):
    grid = transform or Affine(100, 0, 1000, 0, -100, 2000)
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": count,
    }
    with rasterio.open(
        path, "w", dtype=values.dtype, crs=crs, transform=grid, nodata=nodata, **profile
    ) as file:
        for band in range(1, count + 1):
            file.write(values, band)
    return path


def test_a_whole_raster_is_read_north_first(tmp_path):
    raster = read_raster(written(tmp_path / "a.tif"))
    np.testing.assert_array_equal(raster.values, VALUES)
    assert (raster.left, raster.top, raster.cell_width, raster.cell_height) == (
        1000,
        2000,
        100,
        100,
    )
    assert raster.crs == "EPSG:25832"


def test_a_window_holds_every_cell_that_is_touched(tmp_path):
    raster = read_raster(written(tmp_path / "a.tif"), bounds=(1150, 1750, 1250, 1850))
    # columns 1 and 2, rows 1 and 2
    np.testing.assert_array_equal(raster.values, [[5, 6], [9, 10]])
    assert (raster.left, raster.top) == (1100, 1900)


def test_bounds_on_cell_borders_do_not_pull_in_the_next_cell(tmp_path):
    raster = read_raster(written(tmp_path / "a.tif"), bounds=(1100, 1800, 1200, 1900))
    np.testing.assert_array_equal(raster.values, [[5]])


def test_no_data_of_the_file_and_stated_marks_become_nan_and_zero_stays(tmp_path):
    values = np.array([[0, -1], [-9, 7]], dtype="int32")
    raster = read_raster(written(tmp_path / "a.tif", values, nodata=-1), nodata=(-9,))
    np.testing.assert_array_equal(raster.values, [[0, np.nan], [np.nan, 7]])


def test_bounds_in_another_system_cover_the_same_ground():
    path = shared("data/zensus2011_grid/berlin_u10_100m.tif")
    whole = read_raster(path)
    part = read_raster(
        path, bounds=(390_000, 5_815_000, 395_000, 5_820_000), bounds_crs="EPSG:25833"
    )
    row = round((whole.top - part.top) / 100)
    column = round((part.left - whole.left) / 100)
    height, width = part.values.shape
    np.testing.assert_array_equal(
        part.values, whole.values[row : row + height, column : column + width]
    )
    assert 50 <= height <= 60
    assert 50 <= width <= 60


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"crs": None}, "raster_crs"),
        ({"count": 2}, "raster_bands"),
        ({"transform": Affine(100, 20, 1000, 0, -100, 2000)}, "raster_rotated"),
        ({"transform": Affine(100, 0, 1000, 0, 100, 2000)}, "raster_rotated"),
    ],
)
def test_a_raster_that_cannot_be_laid_over_areas_is_refused(tmp_path, options, code):
    path = written(tmp_path / "a.tif", **options)
    with pytest.raises(DataError) as raised:
        read_raster(path)
    assert [p.code for p in raised.value.problems] == [f"sources.{code}"]


def test_a_raster_elsewhere_is_refused(tmp_path):
    with pytest.raises(DataError, match="keine gemeinsame Fläche"):
        read_raster(written(tmp_path / "a.tif"), bounds=(5000, 5000, 6000, 6000))


def test_what_is_no_geotiff_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0 nothing of the kind")
    with pytest.raises(DataError, match="lässt sich nicht lesen"):
        read_raster(path)
