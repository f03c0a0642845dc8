"""Beispiel: Gezähltes wandert, Anteile folgen."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

import sozialraum as sr

CRS = "EPSG:25832"


def areas(**shapes):
    return gpd.GeoDataFrame(geometry=[*shapes.values()], index=[*shapes], crs=CRS)


def test_counts_are_divided_by_the_ground_and_the_sum_stays(spec):
    """Block B liegt je zur Hälfte in beiden Sprengeln, also wird er geteilt. Die Summe der Stadt
    bleibt gleich.
    """
    blocks = areas(A=box(0, 0, 100, 100), B=box(100, 0, 200, 100), C=box(200, 0, 300, 100))
    districts = areas(West=box(0, 0, 150, 100), Ost=box(150, 0, 300, 100))
    counts = pd.DataFrame({"arm": [30.0, 10.0, 5.0], "Kinder": [60.0, 40.0, 50.0]}, index=[*"ABC"])
    spec.shows("Block", counts)
    moved = sr.space.make_crosswalk(blocks, districts, method="areal").apply(counts)
    spec.shows("Sprengel", moved.round(9))
    assert moved.loc["West"].round(9).tolist() == [35.0, 80.0]
    assert moved.loc["Ost"].round(9).tolist() == [10.0, 70.0]


def test_a_mean_is_moved_with_the_persons_behind_it(spec):
    """Ein Mittel wandert mit den Menschen, über die es gebildet ist. Das Mittel der Mittel wäre 45;
    gewichtet mit den Menschen ist es 50.
    """
    blocks = areas(A=box(0, 0, 100, 100), B=box(100, 0, 200, 100))
    city = areas(Stadt=box(0, 0, 200, 100))
    ages = pd.DataFrame({"Alter": [30.0, 60.0], "Menschen": [100.0, 200.0]}, index=[*"AB"])
    spec.shows("Block", ages)
    walk = sr.space.make_crosswalk(blocks, city, method="areal")
    moved = sr.space.move_means(walk, ages[["Alter"]], ages["Menschen"])
    spec.shows("Gebiet", moved.round(9))
    # (100 * 30 + 200 * 60) / 300
    assert round(moved.loc["Stadt", "Alter"], 9) == 50.0
