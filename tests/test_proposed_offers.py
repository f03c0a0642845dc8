"""``new --aus`` recognises a list of offers by its heads, and proposes ``[offers]`` that works."""

import tomllib

import geopandas as gpd
import pandas as pd
import pytest
from invented_city import delivery
from test_new_from_folder import answered, errors

from sozialraum.config import read_build
from sozialraum.sources.delivery import read_delivery

LIST = pd.DataFrame({
    "Nr": ["A1", "A2", "A3"], "Bezeichnung": ["Lesepaten", "Hausaufgabenhilfe", "Fußball"],
    "Kategorie": ["Bildung", "Bildung", "Sport"], "Alter von": [6, 10, 8], "Alter bis": [10, 16, 14],
    "Wochentage": ["Mo", "Di, Do", "Mi"], "Zielgruppe": ["alle", "alle", "Mädchen"],
})  # fmt: skip
ROLES = {"name": "Bezeichnung", "kind": "Kategorie", "age_from": "Alter von",
         "age_to": "Alter bis", "days": "Wochentage", "group": "Zielgruppe"}  # fmt: skip


def city(folder):
    delivery(folder)
    layer = next(p for p in sorted(folder.iterdir()) if p.suffix in {".gpkg", ".geojson", ".shp"})
    return gpd.read_file(layer)


def proposed(folder):
    path = folder.parent / "config" / "Neuburg.toml"
    answered(folder, path).save(path.parent)
    return path, tomllib.loads(path.read_text(encoding="utf-8"))


def placed(areas):
    spots = areas.geometry.representative_point()[:3]
    return LIST.assign(Ost=spots.x.round(1).tolist(), Nord=spots.y.round(1).tolist())


def test_a_table_with_coordinates_is_proposed_and_every_offer_is_read(tmp_path):
    folder = tmp_path / "daten"
    table = placed(city(folder))
    table.to_csv(folder / "angebote.csv", sep=";", decimal=",", index=False, encoding="utf-8")
    path, given = proposed(folder)
    assert {k: given["offers"][k] for k in ROLES} == ROLES
    assert (given["offers"]["x"], given["offers"]["y"]) == ("Ost", "Nord")
    assert errors(path) == []
    plan = read_build(path)
    offers = read_delivery(plan, plan.root).offers
    assert sorted(offers["name"]) == sorted(LIST["Bezeichnung"])
    assert offers.set_index("name")["age_to"].to_dict() == {
        "Lesepaten": 10, "Hausaufgabenhilfe": 16, "Fußball": 14
    }  # fmt: skip


def test_a_layer_of_points_is_proposed(tmp_path):
    folder = tmp_path / "daten"
    areas = city(folder)
    spots = areas.geometry.representative_point()[:3]
    gpd.GeoDataFrame(LIST, geometry=spots.tolist(), crs=areas.crs).to_file(folder / "Angebote.gpkg")
    path, given = proposed(folder)
    assert given["offers"]["file"] == "Angebote.gpkg"
    assert {k: given["offers"][k] for k in ROLES} == ROLES
    assert errors(path) == []


@pytest.mark.parametrize("lost", [["Alter von", "Alter bis", "Wochentage"], ["Bezeichnung"]])
def test_what_says_neither_age_nor_day_or_has_no_name_is_no_list_of_offers(tmp_path, lost):
    folder = tmp_path / "daten"
    table = placed(city(folder)).drop(columns=lost)
    table.to_csv(folder / "liste.csv", sep=";", decimal=",", index=False, encoding="utf-8")
    assert "offers" not in proposed(folder)[1]


def test_one_column_of_ages_is_both_ends(tmp_path):
    folder = tmp_path / "daten"
    table = placed(city(folder)).drop(columns=["Alter von", "Alter bis"])
    table["Alter"] = ["6-10", "ab 10", "8-14"]
    table.to_csv(folder / "angebote.csv", sep=";", decimal=",", index=False, encoding="utf-8")
    path, given = proposed(folder)
    assert given["offers"]["age_from"] == given["offers"]["age_to"] == "Alter"
    assert errors(path) == []


def test_a_folder_without_a_list_has_no_section(tmp_path):
    folder = tmp_path / "daten"
    city(folder)
    assert "offers" not in proposed(folder)[1]
