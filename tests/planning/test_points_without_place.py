"""A school of a plan that lies nowhere is no school that nobody asked for."""

import geopandas as gpd
import pytest
from shapely import Point

from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.keyed_points import read_keyed_points


@pytest.mark.parametrize("nowhere", [None, Point()])
def test_a_point_without_a_place_is_refused_with_its_key(nowhere, tmp_path):
    frame = gpd.GeoDataFrame({"schule": ["01", "02", "03"]}, crs=25832,
                             geometry=[Point(400_000, 5_800_000), nowhere,
                                       Point(400_100, 5_800_000)])  # fmt: skip
    frame.to_file(tmp_path / "schulen.gpkg", driver="GPKG")
    with pytest.raises(DataError) as refused:
        read_keyed_points(tmp_path / "schulen.gpkg", key="schule", target_crs="EPSG:25832")
    (told,) = refused.value.problems
    assert told.code == "sources.point_without_place" and "02" in told.message
    whole = frame.drop(index=1)  # as the advice says
    whole.to_file(tmp_path / "schulen.gpkg", driver="GPKG")
    read = read_keyed_points(tmp_path / "schulen.gpkg", key="schule", target_crs="EPSG:25832")
    assert list(read.index) == ["01", "03"]
