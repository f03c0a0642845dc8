"""What a build would refuse about its join, `check` says; what it takes, check takes."""

import geopandas as gpd
import numpy as np
import pytest
from advice_joins import houses, quarters, raster
from advice_town import Town, also, put
from wrong_values import write_city

import sozialraum
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.error_boundary import FAULT

OTHER_COLUMN = also(houses(), put("join.weight", "personen"))
WRONG = {
    "zero everywhere": (raster(0), "space.raster_nobody"),
    "nothing known": (raster(np.nan), "space.raster_nobody"),
    "all is no data": (raster(255, dtype="uint8", nodata=255), "space.raster_nobody"),
    "nodata hits persons": (also(raster(1), put("join.nodata", 1.0)), "space.raster_nobody"),
    "endless": (raster(np.inf), "space.raster_infinite"),
    "negative": (raster(-1), "space.raster_negative"),
    "no such weight": (OTHER_COLUMN, "sources.no_geometry_column"),
    "negative weight": (houses(-1.0), "addresses.bad_weight"),
    "words as weight": (houses("viele"), "addresses.bad_weight"),
    "no parent": (also(quarters, put("join.method", "nested")), "pipeline.no_parent"),
}  # fmt: skip


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stadt")
    write_city(folder)
    return folder


@pytest.fixture
def town(delivered, tmp_path):
    for name in ("felder.gpkg", "zahlen.csv"):
        (tmp_path / name).write_bytes((delivered / name).read_bytes())
    return Town(tmp_path)


@pytest.mark.parametrize("name", WRONG)
def test_what_the_join_refuses_is_found_by_check(name, town):
    edit, code = WRONG[name]
    edit(town)
    assert [p.code for p in town.check() if p.severity == "error"] == [code]
    with pytest.raises(SozialraumError) as refused:
        sozialraum.build(town.folder / "bau.toml")
    assert {p.code for p in refused.value.problems if p.severity == "error"} == {code}


def test_buildings_delivered_as_outlines_count_where_they_stand(town):
    indices = []
    for outlines in (False, True):
        houses(outlines=outlines)(town)
        told = [p.code for p in town.check() if p.code == "sources.points_inside"]
        assert told == ["sources.points_inside"] * outlines
        indices.append(sozialraum.build(town.folder / "bau.toml").table["index"])
    assert np.abs(indices[0] - indices[1]).max() < 0.02  # a few stand on a border


@pytest.mark.parametrize("method", ["nearest", "density"])
def test_schools_delivered_as_grounds_are_places(method, town):
    quarters(town)
    sites = gpd.read_file(town.folder / "viertel.gpkg").set_index("viertel")
    layer = sites.set_geometry(sites.centroid).reset_index()
    how = {"file": "schulen.gpkg", "key": "viertel"}
    how |= {"bandwidth": 1500.0} if method == "density" else {}
    town.given["join"] |= {"method": method, method: how}
    tables = []
    for shapes in (layer, layer.set_geometry(layer.buffer(40))):
        shapes.to_file(town.folder / "schulen.gpkg")
        assert [p for p in town.check() if p.severity == "error"] == []
        told = [p.code for p in town.check() if p.code == "sources.points_inside"]
        assert told == ["sources.points_inside"] * (shapes is not layer)
        tables.append(sozialraum.build(town.folder / "bau.toml").table["index"])
    assert np.abs(tables[0] - tables[1]).max() < 0.005


@pytest.mark.parametrize("edit", [houses(away=1e6), houses(0.0)])
def test_where_no_building_stands_check_says_that_ground_decided(edit, town):
    edit(town)
    assert "pipeline.join_fallback" in [p.code for p in town.check()]


@pytest.mark.parametrize(
    ("method", "key", "value"),
    [("areal", "parent", "viertel"), ("nested", "border", 0.5), ("areal", "mask", "binary")],
)
def test_a_key_that_the_join_never_reads_is_told_and_changes_nothing(method, key, value, town):
    also(quarters, put("join.method", method))(town)
    if method == "nested":
        put("join.parent", "viertel")(town)
    assert "config.no_effect" not in {p.code for p in town.check()}
    before = sozialraum.build(town.folder / "bau.toml").table
    put(f"join.{key}", value)(town)
    assert [p.key for p in town.check() if p.code == "config.no_effect"] == [f"join.{key}"]
    after = sozialraum.build(town.folder / "bau.toml").table
    assert before.equals(after)


@pytest.mark.parametrize("column", ["arm", "kita"])
def test_an_outcome_that_is_an_input_is_found_by_check(column, town):
    town.given["transitions"] = {"label": "Übergang", "cases": column, "children": "kinder"}
    found = [p.code for p in town.check() if p.severity == "error"]
    assert found == ["index.outcome_as_input"]
    assert FAULT not in found


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("join.raster", 5, "ein Text in Anführungszeichen oder eine Liste in eckigen Klammern"),
        ("join.raster", [], "mindestens 1 Eintrag"),
        ("join.nodata", "x", "eine Zahl oder eine Liste in eckigen Klammern"),
        ("tables.0.key", 0, "mindestens 1"),
        ("tables.0.key", 1.5, "ein Text in Anführungszeichen oder eine ganze Zahl"),
        ("tables.0.sentinels", 5, "eine Liste in eckigen Klammern oder eine Tabelle"),
    ],
)
def test_a_key_of_several_kinds_of_values_is_told_once_and_by_its_name(key, value, expected, town):
    put(key, value)(town)
    (found,) = town.check()
    assert (found.key, found.expected) == (key.replace(".0.", "[1]."), expected)
