"""Luftlinie and footpaths on a network small enough to walk with a finger."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from sozialraum.errors import DataError
from sozialraum.planning.distances import straight_distances, walking_distances

CRS = "EPSG:25832"
HOMES = gpd.GeoDataFrame(
    {"geometry": [Point(0, 10), Point(500, 0), Point(0, 900)]}, index=["b", "a", "c"], crs=CRS
)
SITES = gpd.GeoDataFrame({"geometry": [Point(300, 400), Point(0, 0)]}, index=["S2", "S1"], crs=CRS)
# a path along the x axis to (300, 0), then north to (300, 400); a second, longer one beside it; an island at c
PATHS = gpd.GeoDataFrame(
    {
        "geometry": [
            LineString([(0, 0), (300, 0)]),
            LineString([(0, 0), (150, 200), (300, 0)]),
            LineString([(300, 0), (300, 400)]),
            LineString([(300, 0), (500, 0)]),
            LineString([(0, 900), (0, 950)]),
        ]
    },
    crs=CRS,
)


def test_the_crows_flight_is_euclid_and_sorted_by_key():
    metres = straight_distances(HOMES, SITES)
    assert list(metres.index) == ["a", "b", "c"] and list(metres.columns) == ["S1", "S2"]
    assert metres.loc["b", "S1"] == 10
    assert metres.loc["a", "S2"] == pytest.approx(np.hypot(200, 400))
    assert straight_distances(HOMES, SITES, detour=1.3).loc["b", "S1"] == 13


def test_the_footpath_goes_along_the_shorter_of_two_parallel_paths():
    metres = walking_distances(HOMES, SITES, PATHS)
    # b walks 10 m to the path, 300 m east, 400 m north
    assert metres.loc["b", "S2"] == 710
    assert metres.loc["a", "S1"] == 500
    assert metres.loc["a", "S2"] == 600


def test_where_there_is_no_path_the_way_is_infinite_and_not_zero():
    metres = walking_distances(HOMES, SITES, PATHS)
    assert np.isinf(metres.loc["c"]).all()
    assert np.isinf(walking_distances(HOMES, SITES, PATHS, limit=550).loc["a", "S2"])


def test_areas_are_measured_from_a_point_inside_them():
    area = gpd.GeoDataFrame({"geometry": [box(-10, -10, 10, 10)]}, index=["x"], crs=CRS)
    assert straight_distances(area, SITES).loc["x", "S1"] == 0


@pytest.mark.parametrize("crs", ["EPSG:4326", None, "EPSG:25833"])
def test_different_or_geographic_systems_are_refused(crs):
    other = (
        SITES.set_crs(crs, allow_override=True)
        if crs
        else gpd.GeoDataFrame(SITES.drop(columns="geometry"), geometry=SITES.geometry.to_numpy())
    )
    with pytest.raises(DataError, match="Koordinatensystem"):
        straight_distances(HOMES, other)
