"""Layers as delivered: attributes as a table, VG250, downloads that were cut off, split cities."""

import json

import geopandas as gpd
import pytest
from shapely import box
from shared_data import shared
from sources.small_build import small_build, squares
from sources.test_reshaping import NUMBERS, holds, table

from sozialraum.model.errors import DataError
from sozialraum.sources.delivery import read_delivery
from sozialraum.sources.spatial.geometry import load_areas


def test_the_attributes_of_the_layer_of_the_areas_are_a_table(tmp_path):
    layer = squares(["01", "02", "03", "04"], "block", 100)
    plan = small_build(tmp_path, tables=table("").replace("zahlen.csv", "bloecke.gpkg"))
    for at, word in enumerate(("kinder", "arm")):
        layer[word] = [n[at] for n in NUMBERS[2024].values()]
    layer.to_file(tmp_path / "bloecke.gpkg")
    holds(read_delivery(plan, plan.root), {2024: NUMBERS[2024]})
    # without a key it is that of the areas
    text = plan.file.read_text("utf-8").replace(
        'areas = "bloecke"\nkey = "block"\n', 'areas = "bloecke"\n'
    )
    plan.file.write_text(text, "utf-8")
    from sozialraum.config import read_build

    plan = read_build(plan.file)
    assert plan.tables[0].key is None
    holds(read_delivery(plan, plan.root), {2024: NUMBERS[2024]})


def test_nulls_of_a_geojson_are_missing_and_no_zeros(tmp_path):
    layer = squares(["01", "02", "03", "04"], "block", 100)
    layer["kinder"], layer["arm"] = [100, 200, None, 50], [10, 30, None, 5]
    layer.to_file(tmp_path / "zahlen.geojson")
    plan = small_build(tmp_path, tables=table("", "zahlen.geojson"))
    delivery = read_delivery(plan, plan.root)
    assert [p.code for p in delivery.problems if p.severity == "error"] == []
    status = delivery.status["2024-12-31"]["bloecke"]
    assert status["arm"].astype(str).to_dict() == {
        "01": "ok",
        "02": "ok",
        "03": "missing",
        "04": "ok",
    }


def test_a_city_in_several_files_is_one_table(tmp_path):
    rows = [f"{key};{a};{b}\n" for key, (a, b) in NUMBERS[2024].items()]
    (tmp_path / "nord.csv").write_text("block;kinder;arm\n" + "".join(rows[:2]), "utf-8")
    (tmp_path / "sued.csv").write_text("block;kinder;arm\n" + "".join(rows[2:]), "utf-8")
    tables = table("").replace('file = "zahlen.csv"', 'files = ["nord.csv", "s*d.csv"]')
    plan = small_build(tmp_path, tables=tables)
    holds(read_delivery(plan, plan.root), {2024: NUMBERS[2024]})
    # the same areas in two files are counted twice: refused
    (tmp_path / "sued.csv").write_text("block;kinder;arm\n" + "".join(rows[1:]), "utf-8")
    found = [p.code for p in read_delivery(plan, plan.root).problems if p.severity == "error"]
    assert found == ["sources.variable_twice"]


@pytest.mark.parametrize("pattern", ["../*.csv", "/etc/*", "C:/*.csv", "fehlt_*.csv", "~/*"])
def test_patterns_that_find_nothing_or_lead_elsewhere_are_refused(tmp_path, pattern):
    plan = small_build(
        tmp_path, tables=table("").replace('file = "zahlen.csv"', f'files = ["{pattern}"]')
    )
    found = [p.code for p in read_delivery(plan, plan.root).problems if p.severity == "error"]
    assert found == ["sources.no_files"]


# --- VG250 ----------------------------------------------------------------------------------------


def vg250(folder):
    units = gpd.GeoDataFrame(
        {"AGS": ["09761000", "09762000", "09762000"], "GEN": ["Augsburg", "Kaufbeuren", "Kaufbeuren"],
         "GF": [4, 4, 2]},
        geometry=[box(i * 1000, 0, i * 1000 + 1000, 1000) for i in range(3)], crs="EPSG:25832",
    )  # fmt: skip
    units.to_file(folder / "vg250.gpkg", layer="vg250_gem")
    return folder / "vg250.gpkg"


def test_a_layer_of_the_bkg_says_how_its_doubled_keys_are_meant(tmp_path):
    read = load_areas(vg250(tmp_path), key="AGS", name="GEN")
    (found,) = [p for p in read.problems if p.severity == "error"]
    assert found.code == "sources.area_twice_of_bkg"
    assert 'rows = { GF = "4" }' in found.action
    read = load_areas(vg250(tmp_path), key="AGS", name="GEN", rows={"GF": ["4"]})
    assert [p for p in read.problems if p.severity == "error"] == []
    assert read.areas["name"].to_dict() == {"09761000": "Augsburg", "09762000": "Kaufbeuren"}
    (told,) = [p for p in read.problems if p.code == "sources.shapes_left_out"]
    assert "1 Fläche bleibt weg (von 3)" in told.message


def test_an_entry_that_no_shape_has_is_told(tmp_path):
    read = load_areas(vg250(tmp_path), key="AGS", rows={"GF": ["5"]})
    assert [p.code for p in read.problems if p.severity == "error"] == ["sources.no_such_entry"]


def test_the_invented_vg250_is_read(tmp_path):
    file = shared("sketches/turn2/forms/samples/DE_VG250.gpkg")
    read = load_areas(file, key="AGS", name="GEN", layer="vg250_gem", rows={"GF": ["4"]})
    assert read.areas["name"].to_dict() == {
        "09761000": "Augsburg", "09762000": "Kaufbeuren", "09763000": "Kempten",
    }  # fmt: skip
    # one square kilometre each, as drawn
    assert read.areas.area.round().tolist() == [1e6, 1e6, 1e6]


# --- downloads ------------------------------------------------------------------------------------


def ring(x, y=5_358_000):
    return [[[x, y], [x + 100, y], [x + 100, y + 100], [x, y + 100], [x, y]]]


def collection(n, **more):
    shapes = [
        {"type": "Feature", "properties": {"k": f"{i:03}"}, "geometry": {"type": "Polygon",
         "coordinates": ring(640_000 + 100 * i)}}
        for i in range(n)
    ]  # fmt: skip
    system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    return {"type": "FeatureCollection", "crs": system, "features": shapes, **more}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"numberMatched": 1873, "numberReturned": 12}, "sources.cut_off"),
        ({"numberMatched": "1873"}, "sources.cut_off"),
        ({"totalFeatures": 13}, "sources.cut_off"),
        ({"links": [{"rel": "self"}, {"rel": "next", "href": "x"}]}, "sources.cut_off_unknown"),
        ({"exceededTransferLimit": True}, "sources.cut_off_unknown"),
        ({"properties": {"exceededTransferLimit": True}}, "sources.cut_off_unknown"),
    ],
)
def test_a_download_that_was_cut_off_is_refused_with_the_way_out(tmp_path, more, code):
    file = tmp_path / "wfs.geojson"
    file.write_text(json.dumps(collection(12, **more)), "utf-8")
    with pytest.raises(DataError) as raised:
        load_areas(file, key="k")
    (found,) = raised.value.problems
    assert found.code == code
    assert "GeoPackage" in found.action


def test_the_invented_cut_off_download_names_both_numbers():
    with pytest.raises(DataError) as raised:
        load_areas(shared("sketches/turn2/forms/samples/wfs_abgeschnitten.geojson"), key="blk")
    assert "12 von 1873" in str(raised.value.problems[0].message).replace(".", "")


@pytest.mark.parametrize(
    ("n", "more", "asked"),
    [
        (50, {"numberMatched": "unknown", "numberReturned": 50}, True),
        (50, {"numberMatched": 50, "numberReturned": 50}, False),
        (50, {}, False),  # a city may have exactly fifty districts
        (49, {"numberMatched": "unknown", "numberReturned": 49}, False),
    ],
)
def test_a_round_number_of_shapes_is_a_question_only_where_nothing_else_tells(
    tmp_path, n, more, asked
):
    file = tmp_path / "wfs.geojson"
    file.write_text(json.dumps(collection(n, **more)), "utf-8")
    found = [p for p in load_areas(file, key="k").problems if p.code == "sources.perhaps_cut_off"]
    assert [p.severity for p in found] == (["warning"] if asked else [])
