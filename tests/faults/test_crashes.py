"""Inputs that ended in a traceback once, and what could not be kept as a file."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from faults.cases import case, codes, listed, refused
from shapely import LineString, Polygon, box
from shared_data import shared

import sozialraum as sr
from sozialraum.model.errors import SozialraumError

CASES = {
    "attack/C2_prj/x.toml": ["sources.crs_unusable"],
    "attack/C3_sd/b.toml": ["config.needs_limits"],
    "attack/C7_collection/x.toml": ["sources.collection"],
}
WAYS = {
    "attack/C2_prj/x.toml": ('file = "bloecke_shp.shp"', 'file = "bloecke_shp.shp"\ncrs = "EPSG:25833"'),
    "attack/C3_sd/b.toml": ('method="sd"', 'method="sd"\nlimits=[-0.5, 0.5]'),
    "attack/C7_collection/x.toml": ("[[tables]]", "[areas.sprengel.repair]\ninvalid = true\n[[tables]]"),
}  # fmt: skip


def test_every_case_is_tried_here():
    shared("cases/faults")
    assert set(listed("attack/C*/*.toml")) == {*CASES, "attack/C5_toofine/b.toml"}


@pytest.mark.parametrize("name", CASES)
def test_a_crash_is_a_message_now_and_its_way_out_leads_on(name, tmp_path):
    assert codes(case(name, tmp_path / "a")) == CASES[name]
    assert refused(case(name, tmp_path / "b", WAYS[name])) == []


def test_constants_that_would_tell_of_a_few_persons_are_refused_or_protected(tmp_path):
    file = case("attack/C5_toofine/b.toml", tmp_path)
    assert {p.code.split(".")[0] for p in refused(file)} <= {"privacy"}
    stated = file.read_text(encoding="utf-8").replace(
        'method="quantile"\nk=3', 'method="fixed"\nlimits=[0.2, 0.5]'
    )
    file.write_text(stated, encoding="utf-8")
    assert sr.build(file).release is not None


# --- outlines -------------------------------------------------------------------------------------

GRID = "reports_elsewhere/F02_population_missing_quantile/b.toml"
OUTLINE = """
[[outlines]]
file="umriss.geojson"
label="Stadtteile"
name="name"
"""


def with_outline(folder, shapes):
    file = case(GRID, folder, ('weights="population"\n', ""))
    areas = gpd.read_file(folder / "g.gpkg")
    features = [{"type": "Feature", "properties": {"name": f"S{n}"}, "geometry": shape}
                for n, shape in enumerate(shapes)]  # fmt: skip
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{areas.crs.to_epsg()}"}}
    whole = {"type": "FeatureCollection", "crs": crs, "features": features}
    (folder / "umriss.geojson").write_text(json.dumps(whole), encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8") + OUTLINE, encoding="utf-8")
    return file, areas.total_bounds


def shape_of(geometry):
    return json.loads(json.dumps(geometry.__geo_interface__))


@pytest.mark.parametrize("kind", ["null", "nan", "line", "bow-tie", "far away"])
def test_an_outline_that_is_none_is_told_by_check_and_build_alike(kind, tmp_path):
    file, (x0, y0, x1, y1) = with_outline(tmp_path, [])
    sound = shape_of(box(x0, y0, x1, y1))
    broken = {
        "null": None,
        "nan": {"type": "Polygon", "coordinates": [[[float("nan"), y0], [x1, y0], [x1, y1],
                                                    [float("nan"), y0]]]},
        "line": shape_of(LineString([(x0, y0), (x1, y1)])),
        "bow-tie": shape_of(Polygon([(x0, y0), (x1, y1), (x1, y0), (x0, y1)])),
        "far away": shape_of(Polygon([(x0, y0), (1e9, y0), (x1, y1)])),
    }[kind]  # fmt: skip
    file, _ = with_outline(tmp_path, [sound, broken])
    found = [p for p in sr.check_build(file) if p.severity != "note" and p.file == "umriss.geojson"]
    assert found
    if refused(file) == []:  # drawn as the ground it encloses, or not at all, and told
        told = [p for p in sr.build(file).problems if p.severity != "note"]
        assert {str(p) for p in found} <= {str(p) for p in told}


def test_a_corner_at_a_thousand_million_metres_is_found(tmp_path):
    file = case(GRID, tmp_path, ('weights="population"\n', ""))
    areas = gpd.read_file(tmp_path / "g.gpkg")
    x0, y0, x1, y1 = areas.geometry.iloc[3].bounds
    areas.loc[3, "geometry"] = Polygon([(x0, y0), (1e9, y0), (x1, y1), (x0, y1)])
    areas.to_file(tmp_path / "g.gpkg", driver="GPKG", engine="pyogrio")
    assert any(p.key == areas.key[3] or areas.key[3] in str(p) for p in refused(file))


def test_a_point_at_a_thousand_million_metres_is_found(tmp_path):
    file = case(GRID, tmp_path, ('weights="population"\n', ""))
    areas = gpd.read_file(tmp_path / "g.gpkg")
    points = gpd.GeoDataFrame({"name": ["A", "B"]}, crs=areas.crs,
                              geometry=gpd.points_from_xy([areas.total_bounds[0] + 50, 1e9],
                                                          [areas.total_bounds[1] + 50] * 2))  # fmt: skip
    points.to_file(tmp_path / "p.gpkg", driver="GPKG")
    asked = '\n[[points]]\nfile="p.gpkg"\nlabel="Kitas"\nname="name"\n'
    file.write_text(file.read_text(encoding="utf-8") + asked, encoding="utf-8")
    found = [p for p in sr.check_build(file) if p.severity != "note" and p.file == "p.gpkg"]
    assert found
    try:
        sr.build(file).save(tmp_path / "out")
    except SozialraumError as error:
        assert any(p.file == "p.gpkg" for p in error.problems)


# --- tables ---------------------------------------------------------------------------------------


def test_last_years_table_without_one_column_lacks_that_indicator_for_that_day(tmp_path):
    earlier = ('[join]', '[[tables]]\nfile="alt.csv"\nareas="g"\nkey="key"\nwidth=2\n'
               'stichtag=2023-12-31\n[join]')  # fmt: skip
    file = case(GRID, tmp_path, ('weights="population"\n', ""), earlier)
    pd.read_csv(tmp_path / "t.csv", sep=";", dtype=str).drop(columns="b").to_csv(
        tmp_path / "alt.csv", sep=";", index=False
    )
    assert refused(file) == []
    result = sr.build(file)
    told = [p for p in result.problems if p.code == "check.not_collected"]
    assert [p.file for p in told] == ["alt.csv"] and "31.12.2023" in told[0].message
    assert result.measured["2023-12-31"].value["b"].isna().all()
    assert result.measured["2024-12-31"].value["b"].notna().sum() >= 19


@pytest.mark.parametrize("broken", ["negative", "empty"])
def test_columns_of_transitions_that_cannot_be_are_told(broken, tmp_path):
    file = case("deliveries/hagen/gym.toml", tmp_path)
    text = file.read_text(encoding="utf-8")
    column = text.partition("[transitions]")[2].partition('cases="')[2].partition('"')[0]
    rows = pd.read_csv(tmp_path / "hagen.csv", sep=";", dtype=str)
    rows[column] = "-3" if broken == "negative" else np.nan
    if broken == "negative":
        rows[column] = [f"-{n + 1}" for n in range(len(rows))]
    rows.to_csv(tmp_path / "hagen.csv", sep=";", index=False)
    said = [p for p in sr.check_build(file) if p.severity != "note" and p.column == column]
    assert said, column
    try:
        told = sr.build(file).problems
    except SozialraumError as error:
        told = error.problems
    assert [p for p in told if p.severity != "note" and p.column == column]


# --- folders --------------------------------------------------------------------------------------


def test_a_folder_with_somebody_elses_manifest_is_left_alone(tmp_path):
    result = sr.build(case(GRID, tmp_path / "in", ('weights="population"\n', "")))
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text('{"name": "my web app"}', encoding="utf-8")
    (out / "wichtig.txt").write_text("bleibt", encoding="utf-8")
    with pytest.raises(SozialraumError):
        result.save(out)
    assert (out / "wichtig.txt").read_text(encoding="utf-8") == "bleibt"
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8")) == {"name": "my web app"}
