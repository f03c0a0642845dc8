import tracemalloc

import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine
from shared_data import shared
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic

from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.space.grids.windows import zonal_statistics_of_file
from sozialraum.space.grids.zonal import zonal_statistics


def write(path, values, crs=CRS, nodata=None):
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "crs": crs, "nodata": nodata}
    height, width = values.shape
    transform = Affine(25.0, 0.0, EAST, 0.0, -25.0, NORTH + 1000)
    with rasterio.open(
        path, "w", height=height, width=width, transform=transform, **profile
    ) as file:
        file.write(values.astype("float32"), 1)
    return path


def values_with_gaps():
    rng = np.random.default_rng(1)
    return np.where(rng.random((40, 40)) < 0.2, -1, rng.integers(0, 50, (40, 40))).astype(float)


@pytest.mark.parametrize("strip_cells", [1, 40 * 7, 10**6])
@pytest.mark.parametrize("told_by_file", [True, False])
def test_strips_give_what_the_whole_raster_gives(tmp_path, strip_cells, told_by_file):
    values = values_with_gaps()
    path = write(tmp_path / "a.tif", values, nodata=-1 if told_by_file else None)
    shapes = keyed(mosaic(15, seed=2)).to_crs("EPSG:25832")
    found = zonal_statistics_of_file(
        shapes, path, strip_cells=strip_cells, nodata=None if told_by_file else -1
    )
    whole = Raster(np.where(values < 0, np.nan, values), EAST, NORTH + 1000, 25.0, 25.0, CRS)
    expected = zonal_statistics(shapes, whole, statistics=("sum", "count", "mean"))
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9)


def test_a_raster_without_nodata_counts_every_cell(tmp_path):
    path = write(tmp_path / "a.tif", values_with_gaps())
    found = zonal_statistics_of_file(keyed(mosaic(3, seed=2)), path)
    assert found["count"].sum() == pytest.approx(1600, rel=1e-9)


def test_a_raster_without_a_crs_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"a\.tif"):
        zonal_statistics_of_file(
            keyed(mosaic(3, seed=2)), write(tmp_path / "a.tif", values_with_gaps(), crs=None)
        )


def test_the_children_of_berlin_strip_by_strip():
    import geopandas as gpd

    path = shared("data/zensus2011_grid/berlin_u10_100m.tif")
    areas = gpd.read_file(shared("data/berlin_lor/berlin_plr.shp")).set_index("SCHLUESSEL")
    few, many = (zonal_statistics_of_file(areas, path, strip_cells=n) for n in (20_000, 10**9))
    pd.testing.assert_frame_equal(few, many, rtol=1e-9)


ALL = ("sum", "count", "mean", "min", "max", "majority", "median", "q10", "q97.5", "area")


@pytest.mark.parametrize("strip_cells", [1, 40 * 7])
def test_order_statistics_do_not_depend_on_the_strips(tmp_path, strip_cells):
    values = values_with_gaps()
    path = write(tmp_path / "a.tif", values, nodata=-1)
    shapes = keyed(mosaic(15, seed=2))
    found = zonal_statistics_of_file(shapes, path, statistics=ALL, strip_cells=strip_cells)
    whole = Raster(np.where(values < 0, np.nan, values), EAST, NORTH + 1000, 25.0, 25.0, CRS)
    expected = zonal_statistics(shapes, whole, statistics=ALL)
    exact = ["min", "max", "majority", "median", "q10", "q97.5"]
    pd.testing.assert_frame_equal(found[exact], expected[exact], check_exact=True)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9)


def test_extremes_alone_agree_too(tmp_path):
    path = write(tmp_path / "a.tif", values_with_gaps(), nodata=-1)
    shapes = keyed(mosaic(15, seed=2))
    alone = zonal_statistics_of_file(shapes, path, statistics=("max", "min"), strip_cells=80)
    among = zonal_statistics_of_file(shapes, path, statistics=ALL, strip_cells=80)
    pd.testing.assert_frame_equal(alone, among[["max", "min"]], check_exact=True)


def test_an_area_without_cells_has_no_order(tmp_path):
    path = write(tmp_path / "a.tif", values_with_gaps(), nodata=-1)
    far = keyed(mosaic(2, seed=1, left=EAST + 90_000))
    found = zonal_statistics_of_file(far, path, statistics=("sum", "median", "max", "area"))
    assert found["sum"].tolist() == [0.0, 0.0] and found[["median", "max"]].isna().all(axis=None)
    np.testing.assert_allclose(found["area"], far.area, rtol=1e-12)


def test_a_raster_larger_than_the_window_is_never_in_memory_as_a_whole(tmp_path):
    path = tmp_path / "large.tif"
    rng = np.random.default_rng(4)
    rows, columns = 3000, 2000
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "crs": CRS, "compress": "deflate"}
    at = Affine(0.5, 0.0, EAST, 0.0, -0.5, NORTH + 1500)
    values = rng.integers(0, 9, (rows, columns), dtype=np.uint8)
    with rasterio.open(path, "w", height=rows, width=columns, transform=at, **profile) as file:
        file.write(values, 1)
    shapes = keyed(mosaic(9, seed=6))
    zonal_statistics_of_file(shapes.iloc[:1], path, statistics=("sum", "median"))  # compiles
    tracemalloc.start()
    found = zonal_statistics_of_file(
        shapes, path, statistics=("sum", "median", "max"), strip_cells=100_000
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # the mosaic covers the lower 2,000 rows; as numbers they would take 48 MB
    assert peak < 12_000_000
    assert found["sum"].sum() == pytest.approx(values[1000:].sum(dtype=np.int64), rel=1e-9)
    assert found["max"].tolist() == [8.0] * 9


def test_too_many_different_values_are_refused_not_swapped_out(tmp_path):
    noise = np.random.default_rng(8).random((40, 40))
    path = write(tmp_path / "a.tif", noise)
    shapes = keyed(mosaic(3, seed=2))
    with pytest.raises(DataError, match="höchstens 500") as told:
        zonal_statistics_of_file(shapes, path, statistics=("median",), most_values=500)
    assert told.value.problems[0].code == "space.too_many_values"
    # extremes hold two values per area, however many there are
    zonal_statistics_of_file(shapes, path, statistics=("min", "max"), most_values=500)


def test_files_that_are_no_plain_geotiff_are_refused(tmp_path):
    words = tmp_path / "words.tif"
    words.write_text("no raster")
    with pytest.raises(DataError, match="GeoTIFF"):
        zonal_statistics_of_file(keyed(mosaic(3, seed=2)), words)
    two = tmp_path / "two.tif"
    profile = {"driver": "GTiff", "dtype": "float32", "count": 2, "crs": CRS}
    south_up = Affine(25.0, 0.0, EAST, 0.0, 25.0, NORTH)
    with rasterio.open(two, "w", height=2, width=2, transform=south_up, **profile) as file:
        file.write(np.ones((2, 2, 2), "float32"))
    with pytest.raises(DataError) as told:
        zonal_statistics_of_file(keyed(mosaic(3, seed=2)), two)
    codes = [one.code for one in told.value.problems]
    assert codes == ["sources.raster_bands", "sources.raster_rotated"]
