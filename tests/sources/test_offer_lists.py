"""Lists of offers as towns send them: ages, weekdays, places, links, and nobody's telephone."""

import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from sozialraum.model.errors import DataError
from sozialraum.publish.escape import safe_link
from sozialraum.sources.spatial.offer_cells import age_span, weekdays, without_contacts
from sozialraum.sources.spatial.offers import read_offers

COLUMNS = {"name": "name", "age_from": "von", "age_to": "bis"}


def written(folder, **columns):
    path = folder / "angebote.csv"
    pd.DataFrame(
        {"name": ["Treff", "Kurs"], "von": ["6", ""], "bis": ["10", ""], **columns}
    ).to_csv(path, sep=";", index=False)
    return path


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("6-10", 6, 10), ("6 – 10 Jahre", 6, 10), ("von 6 bis 10 Jahren", 6, 10), ("ab 12", 12, None),
        ("12+", 12, None), ("bis 3 Jahre", None, 3), ("unter 3", None, 2), ("7", 7, 7),
        ("alle", None, None), ("0,5 bis 3", 0, 3),
    ],
)  # fmt: skip
def test_both_ages_may_stand_in_one_cell(cell, low, high):
    wanted = [math.nan if x is None else float(x) for x in (low, high)]
    assert age_span(cell) == pytest.approx(tuple(wanted), nan_ok=True)


@pytest.mark.parametrize(
    ("cell", "week"),
    [
        ("Mo", "1000000"), ("Mo-Fr", "1111100"), ("Mo, Mi-Fr", "1011100"), ("Fr bis Mo", "1000111"),
        ("samstags und sonntags", "0000011"), ("Sonnabend", "0000010"), ("täglich", "1111111"),
        ("Di./Do.", "0101000"), ("", ""), ("nach Absprache", None), ("Modern Dance", None),
    ],
)  # fmt: skip
def test_weekdays_are_read_as_they_are_written(cell, week):
    assert weekdays(cell) == week


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "data:text/html,x", "//fremd.example", "www.stadt.example", "https://",
        'https://a.example/"onclick="x', "https://a.example/ b", "ftp://a.example", "https://ich@a.example",
        " https://a.example", "https://a.example\n", "vbscript:x", "HTTPS:a",
    ],
)  # fmt: skip
def test_only_whole_addresses_of_the_web_are_links(link):
    assert not safe_link(link)
    assert safe_link("https://stadt.example/angebote?nr=1#hier")


@pytest.mark.parametrize(
    "told", ["Treff a.b@stadt.example", "Treff 0821 / 123 45-67", "Treff +49 821 123456"]
)
def test_what_leads_to_a_person_is_left_out(told):
    assert without_contacts(told) == "Treff"


def test_postcodes_and_house_numbers_stay():
    assert without_contacts("Am Wehr 12, 01067 Musterstadt") == "Am Wehr 12, 01067 Musterstadt"


def test_a_table_with_areas_instead_of_coordinates(tmp_path):
    path = written(tmp_path, gebiet=["1", "02"])
    offers = read_offers(
        path, columns={**COLUMNS, "area": "gebiet"}, target_crs="EPSG:25833", width=2
    )
    assert offers["area"].tolist() == ["01", "02"]
    assert offers.geometry.is_empty.all()
    assert offers["age_from"].tolist()[0] == 6.0 and math.isnan(offers["age_from"].tolist()[1])


def test_a_table_and_a_layer_say_the_same(tmp_path):
    path = written(tmp_path, x=["690000,5", "691000"], y=["5340000", "5341000"])
    table = read_offers(
        path, columns=COLUMNS, x="x", y="y", crs="EPSG:25832", target_crs="EPSG:25832"
    )
    frame = gpd.GeoDataFrame(
        {"name": ["Treff", "Kurs"], "von": [6, None], "bis": [10, None]},
        geometry=[Point(690000.5, 5340000), Point(691000, 5341000)], crs=25832,
    )  # fmt: skip
    frame.to_file(tmp_path / "a.gpkg")
    layer = read_offers(tmp_path / "a.gpkg", columns=COLUMNS, target_crs="EPSG:25832")
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(layer))


def test_a_row_without_coordinates_is_kept_without_a_place(tmp_path):
    path = written(tmp_path, x=["690000", ""], y=["5340000", ""])
    offers = read_offers(
        path, columns=COLUMNS, x="x", y="y", crs="EPSG:25832", target_crs="EPSG:25832"
    )
    assert offers.geometry.is_empty.tolist() == [False, True]


@pytest.mark.parametrize(
    ("von", "bis", "code"),
    [("sechs", "10", "sources.offer_age"), ("130", "", "sources.offer_age"), ("12", "6", "sources.offer_age_turned")],
)  # fmt: skip
def test_an_age_that_cannot_be_names_its_row(tmp_path, von, bis, code):
    path = written(tmp_path, gebiet=["1", "2"], von=["6", von], bis=["10", bis])
    with pytest.raises(DataError) as told:
        read_offers(path, columns={**COLUMNS, "area": "gebiet"})
    assert [(p.code, "Zeile 3" in p.message) for p in told.value.problems] == [(code, True)]


def test_contacts_are_told_by_row_and_never_repeated(tmp_path):
    path = written(tmp_path, gebiet=["1", "2"], name=["Treff", "Kurs bei k.muster@stadt.example"])
    offers = read_offers(path, columns={**COLUMNS, "area": "gebiet"})
    (told,) = [p for p in offers.attrs["problems"] if p.code == "sources.offer_contact"]
    assert "Zeile 3" in told.message and "muster" not in str(told)
    assert offers["name"].tolist() == ["Treff", "Kurs bei"]
