import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine
from shared_data import shared
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic

from sozialraum.errors import DataError
from sozialraum.model import Raster
from sozialraum.space.windows import zonal_statistics_of_file
from sozialraum.space.zonal import zonal_statistics


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
