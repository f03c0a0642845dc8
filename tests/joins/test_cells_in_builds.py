"""Census cells as the small areas of a build: counted by hand, told in the method, wrong ones refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import sozialraum
from sozialraum import check_build
from sozialraum.model.errors import ConfigError

EAST, NORTH = 4_300_000, 3_100_000
BUILD = """
title = "Zellen"
stichtag = 2024-12-31
crs = "EPSG:{crs}"
orientation = "deprivation"
[areas.gitter]
{cells}
[areas.sprengel]
file = "sprengel.gpkg"
key = "nr"
[[tables]]
file = "zensus.csv"
areas = "gitter"
key = "GITTER_ID_100m"
[join]
source = "gitter"
target = "sprengel"
method = "{method}"
[[indicators]]
id = "arm"
label = "Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"
[classes]
k = 2
[disclosure]
published_input = true
reason = "erfundene Zahlen"
[output]
files = ["csv", "methode"]
"""
CELLS = 'grid = "zensus.csv"'
DRAWN = 'file = "gitter.gpkg"\nkey = "GITTER_ID_100m"'


def listed():
    """Return four rows of four cells: 40 children in each, poor ones by column of the grid."""
    place = [(x, y) for y in range(4) for x in range(4)]
    return pd.DataFrame(
        {
            "GITTER_ID_100m": [f"100mN{NORTH // 100 + y}E{EAST // 100 + x}" for x, y in place],
            "x_mp_100m": [EAST + 100 * x + 50 for x, _ in place],
            "y_mp_100m": [NORTH + 100 * y + 50 for _, y in place],
            "kinder": 40,
            "arm": [8 * x for x, _ in place],
        }
    )


def write(folder, table=None, crs=3035, cells=CELLS, method="cells"):
    (listed() if table is None else table).to_csv(folder / "zensus.csv", sep=";", index=False)
    # the border of A and B cuts the second column of cells in halves
    shapes = [
        box(EAST, NORTH, EAST + 150, NORTH + 400),
        box(EAST + 150, NORTH, EAST + 400, NORTH + 400),
    ]
    areas = gpd.GeoDataFrame({"nr": ["A", "B"]}, geometry=shapes, crs=3035)
    areas.to_crs(crs).to_file(folder / "sprengel.gpkg")
    file = folder / "bau.toml"
    file.write_text(BUILD.format(crs=crs, cells=cells, method=method), "utf-8")
    return file


@pytest.mark.parametrize("crs", [3035, 25832])
def test_cells_give_their_persons_to_the_areas_they_lie_in(tmp_path, crs):
    result = sozialraum.build(write(tmp_path, crs=crs))
    # A: column 0 and half of column 1: (0 + 4) of (40 + 20); B: (4 + 16 + 24) of (20 + 40 + 40)
    shares = result.current.values["arm"]
    assert shares.to_dict() == pytest.approx({"A": 4 / 60, "B": 44 / 100}, abs=1e-4)
    table = result.measured["2024-12-31"].table
    assert table.base["arm"].to_dict() == pytest.approx({"A": 240, "B": 400}, rel=1e-4)
    split = result.release.layers["join"]["split_share"]
    assert split.to_dict() == pytest.approx({"A": 80 / 240, "B": 80 / 400}, abs=0.01)
    result.save(tmp_path / "out", files=("methode",))
    method = (tmp_path / "out" / "methode.md").read_text("utf-8")
    assert "Zelle für Zelle des Gitters" in method and "4 von 16 Ausgangsgebieten" in method


def test_cells_are_those_of_the_same_squares_delivered_as_a_map(tmp_path):
    (tmp_path / "tabelle").mkdir()
    by_table = sozialraum.build(write(tmp_path / "tabelle")).current.values
    (tmp_path / "karte").mkdir()
    file = write(tmp_path / "karte", cells=DRAWN, method="areal")
    table = listed()
    x, y = table["x_mp_100m"], table["y_mp_100m"]
    squares = [box(a - 50, b - 50, a + 50, b + 50) for a, b in zip(x, y, strict=True)]
    drawn = gpd.GeoDataFrame(table[["GITTER_ID_100m"]], geometry=squares, crs=3035)
    drawn.to_file(tmp_path / "karte" / "gitter.gpkg")
    np.testing.assert_allclose(sozialraum.build(file).current.values, by_table, atol=1e-6)


def test_check_says_what_build_would_die_of(tmp_path):
    table = listed().astype({"x_mp_100m": float})
    table.loc[3, "x_mp_100m"] = np.nan
    assert "sources.census_place" in codes(write(tmp_path, table))
    table = listed()
    table.loc[5] = table.loc[4]
    assert "sources.census_twice" in codes(write(tmp_path, table))
    table = listed().rename(columns={"GITTER_ID_100m": "zelle"})
    assert "sources.no_census_grid" in codes(write(tmp_path, table))


def codes(file):
    found = [p.code for p in check_build(file) if p.severity == "error"]
    with pytest.raises(sozialraum.model.errors.SozialraumError):
        sozialraum.build(file)
    return found


@pytest.mark.parametrize(
    ("cells", "method", "key"),
    [
        (DRAWN, "cells", "areas.gitter.grid"),
        (CELLS, "cels", "join.method"),
        (CELLS + "\ngrosse = 1.0", "cells", "areas.gitter.grosse"),
    ],
)
def test_what_is_wrong_with_the_section_is_told_before_anything_is_read(
    tmp_path, cells, method, key
):
    with pytest.raises(ConfigError) as caught:
        sozialraum.read_build(write(tmp_path, cells=cells, method=method))
    assert [p.key for p in caught.value.problems] == [key]
