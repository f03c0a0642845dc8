"""A delivery is read as a whole: every file once, every problem at once, nothing lost."""

import hashlib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon
from shared_data import shared
from sources.small_build import NUMBERS, TABLE, X, Y, small_build, squares

from sozialraum.config import read_build
from sozialraum.sources.delivery import read_delivery

REPO = Path(__file__).parents[2]


def errors(delivery):
    return [(p.code, p.file) for p in delivery.problems if p.severity == "error"]


def test_a_delivery_holds_areas_tables_and_the_hash_of_each_file(tmp_path):
    plan = small_build(tmp_path)
    delivery = read_delivery(plan, plan.root)
    assert errors(delivery) == []
    assert list(delivery.areas["bloecke"].index) == ["01", "02", "03", "04"]
    counts = delivery.tables["2024-12-31"]["bloecke"]
    assert counts["arm"].to_dict() == {"01": 10.0, "02": 30.0, "03": 15.0, "04": 5.0}
    expected = hashlib.sha256((tmp_path / "zahlen.csv").read_bytes()).hexdigest()
    assert delivery.files["zahlen.csv"] == expected
    assert sorted(delivery.files) == ["bloecke.gpkg", "sprengel.gpkg", "zahlen.csv"]


def test_several_bad_files_are_told_together(tmp_path):
    plan = small_build(tmp_path, numbers="block;kinder;arm\n01;7;1\n02;viele;2\n")
    (tmp_path / "bloecke.gpkg").unlink()
    (tmp_path / "sprengel.gpkg").write_bytes(b"nothing")
    delivery = read_delivery(plan, plan.root)
    assert errors(delivery) == [
        ("sources.path_absent", "bloecke.gpkg"),
        ("sources.broken_geopackage", "sprengel.gpkg"),
        ("sources.no_number", "zahlen.csv"),
    ]
    # a message names files as the build file does, never where they lie on this machine
    assert all(str(tmp_path) not in str(p) for p in delivery.problems)


def test_wrong_rings_stop_a_build_until_it_asks_for_their_repair(tmp_path):
    plan = small_build(tmp_path)
    bow = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    gpd.GeoDataFrame({"nr": ["A"]}, geometry=[bow], crs="EPSG:25833").to_file(
        tmp_path / "sprengel.gpkg"
    )
    assert errors(read_delivery(plan, plan.root)) == [("sources.invalid_ring", "sprengel.gpkg")]


def test_parents_become_columns_named_as_in_the_build_file(tmp_path):
    plan = small_build(tmp_path)
    blocks = squares(["01", "02", "03", "04"], "block", 100)
    blocks["BEZ"] = [1, 1, 2, 12]
    blocks.to_file(tmp_path / "bloecke.gpkg")
    section = plan.areas["bloecke"].model_copy(update={"parents": {"bezirk": "BEZ"}})
    with_parents = plan.model_copy(update={"areas": {**plan.areas, "bloecke": section}})
    areas = read_delivery(with_parents, plan.root).areas["bloecke"]
    assert areas["bezirk"].tolist() == ["1", "1", "2", "12"]
    sets = {**with_parents.areas, "bezirk": section.model_copy(update={"width": 2, "parents": {}})}
    padded = read_delivery(plan.model_copy(update={"areas": sets}), plan.root)
    assert padded.areas["bloecke"]["bezirk"].tolist() == ["01", "01", "02", "12"]
    assert "sources.key_padded" in [p.code for p in padded.problems]
    section = section.model_copy(update={"parents": {"bezirk": "BZR"}})
    wrong = plan.model_copy(update={"areas": {**plan.areas, "bloecke": section}})
    assert errors(read_delivery(wrong, plan.root)) == [
        ("sources.no_geometry_column", "bloecke.gpkg")
    ]


def test_two_tables_of_one_set_stand_side_by_side(tmp_path):
    tables = TABLE + TABLE.replace("zahlen", "mehr")
    plan = small_build(tmp_path, tables=tables, mehr="block;hunde\n04;1\n01;2\n02;3\n03;4\n")
    counts = read_delivery(plan, plan.root).tables["2024-12-31"]["bloecke"]
    assert list(counts.columns) == ["kinder", "arm", "hunde"]
    assert counts["hunde"].to_dict() == {"01": 2.0, "02": 3.0, "03": 4.0, "04": 1.0}


def test_the_same_column_from_two_tables_is_refused(tmp_path):
    tables = TABLE + TABLE.replace("zahlen", "mehr")
    plan = small_build(tmp_path, tables=tables, mehr="block;arm\n01;2\n02;3\n03;4\n04;1\n")
    assert errors(read_delivery(plan, plan.root)) == [("sources.variable_twice", "mehr.csv")]


def test_rows_without_an_area_are_kept_apart(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS + "99;7;3\n")
    delivery = read_delivery(plan, plan.root)
    assert "99" not in delivery.tables["2024-12-31"]["bloecke"].index
    assert delivery.surplus["2024-12-31"]["bloecke"].loc["99"].to_dict() == {
        "kinder": 7.0,
        "arm": 3.0,
    }


def test_withheld_and_missing_stay_apart_in_the_status(tmp_path):
    plan = small_build(
        tmp_path, numbers=NUMBERS.replace("01;100;10", "01;100;.").replace("04;50;5\n", "")
    )
    status = read_delivery(plan, plan.root).status["2024-12-31"]["bloecke"]["arm"]
    assert status.to_dict() == {"01": "suppressed", "02": "ok", "03": "ok", "04": "missing"}


def test_reading_twice_gives_the_same_delivery(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS + "99;7;3\n")
    one, two = (read_delivery(plan, plan.root) for _ in range(2))
    assert one.problems == two.problems
    assert one.files == two.files
    pd.testing.assert_frame_equal(
        one.tables["2024-12-31"]["bloecke"], two.tables["2024-12-31"]["bloecke"]
    )


def test_all_parts_of_a_shapefile_are_hashed():
    path = REPO / "config" / "berlin_mss_2015.toml"
    plan = read_build(path, data=shared("data"))
    files = read_delivery(plan, plan.root).files
    assert {
        f"berlin_lor/berlin_plr{end}" for end in (".shp", ".dbf", ".shx", ".prj", ".cpg")
    } <= set(files)


@pytest.mark.parametrize(
    "name", ["berlin_einschulung", "berlin_mss_2013", "berlin_mss_2015", "berlin_mss_2017"]
)
def test_the_builds_of_berlin_are_read_without_error(name):
    plan = read_build(REPO / "config" / f"{name}.toml", data=shared("data"))
    delivery = read_delivery(plan, plan.root)
    assert errors(delivery) == []
    assert len(delivery.areas["planungsraeume"]) == 447
