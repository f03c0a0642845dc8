"""Official lists without a head: houses where they stand, streets under their rules."""

import pandas as pd
import pytest
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.sources.official.headless import read_headless
from sozialraum.sources.official.house_coordinates import read_house_coordinates
from sozialraum.sources.official.street_grid import read_street_grid
from sozialraum.sources.tabular.lists import read_list
from sozialraum.sources.tabular.tables import read_table
from sozialraum.space.addressing.house_numbers import assign_by_rules, read_house_number_rules

SAMPLES = "sketches/turn2/forms/samples/"


def house(i, east="32640001,500", quality="A", number="1", suffix=""):
    return (
        f"N;DEBYBYGA{i:08d};{quality};09;7;61;000;0000;00010;{number};{suffix};{east};5358001,250;"
        "Lindenallee;86150;Augsburg;;\n"
    )


def test_the_sample_of_house_coordinates():
    houses, crs, notes = read_house_coordinates(shared(SAMPLES + "hk-de.txt"))
    assert crs == "EPSG:25832"
    assert houses["OST"].tolist() == [640001.5, 640002.5, 640003.5]
    assert houses["NORD"].tolist() == [5358001.25, 5358002.25, 5358003.25]
    assert houses["STN"].tolist() == ["Lindenallee", "Lindenallee", "Hafenstraße"]
    assert (houses["HNR"] + houses["ADZ"]).tolist() == ["1", "1a", "12"]
    assert set(houses["AGS"]) == {"09761000"}
    assert "3 Häuser" in notes[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_house_coordinates_are_a_list_of_a_join_with_their_own_system(tmp_path, encoding):
    text = (house(1) + house(2, quality="B") + house(3, quality="C")).replace("Linden", "Löwen")
    (tmp_path / "hk.txt").write_bytes(text.encode(encoding))
    listed, notes = read_list(
        tmp_path / "hk.txt",
        columns=["STN", "HNR", "ADZ", "PLZ"],
        x="OST",
        y="NORD",
        target_crs="EPSG:25832",
    )
    assert listed.geometry.x.tolist() == [640001.5] * 3
    assert set(listed["STN"]) == {"Löwenallee"}
    (note,) = [p for p in notes if p.code == "sources.houses_read"]
    assert "1 mit der Lage nur im Grundstück (B) und 1 geschätzt (C)" in note.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (house(1) + house(2, east="33400001,500"), "sources.houses_in_zones"),
        (house(1, east="31400001,500"), "sources.houses_in_zones"),
        (house(1) + house(2, east="viel"), "sources.no_number"),
        (house(1) + "N;x;A\n", "sources.ragged"),
    ],
)
def test_house_coordinates_that_cannot_be_placed_are_refused(tmp_path, text, code):
    (tmp_path / "hk.txt").write_text(text, "utf-8")
    with pytest.raises(DataError) as raised:
        read_headless(tmp_path / "hk.txt")
    assert [p.code for p in raised.value.problems] == [code]


def test_a_column_that_the_format_does_not_have_is_named(tmp_path):
    (tmp_path / "hk.txt").write_text(house(1), "utf-8")
    with pytest.raises(DataError) as raised:
        read_list(tmp_path / "hk.txt", columns=["STRN"])
    assert "STN" in raised.value.problems[0].found


def test_the_sample_of_the_street_grid_gives_each_house_its_area():
    frame, _ = read_street_grid(shared(SAMPLES + "ba_strassenraster_ra.csv"))
    assert frame["REGEL"].tolist() == [
        "ung. ab 1; ger. ab 2",
        "ung. 1-49; ger. 2-50",
        "ung. ab 51; ger. ab 52",
    ]
    rules = read_house_number_rules(frame, area="SCHLUESSEL", street="STRASSE", rule="REGEL")
    assert rules.problems == ()
    houses = pd.DataFrame(
        [("Lindenallee", 7), ("Lindenallee", 800), ("Hafenstr.", 49), ("Hafenstraße", 50),
         ("Hafenstr.", 51), ("Hafenstr.", 52), ("Hafenstr.", 400)],
        columns=["street", "house_number"],
    )  # fmt: skip
    assert assign_by_rules(houses, rules).area.tolist() == [
        "100100100", "100100100", "100200100", "100200100", "100200200", "100200200", "100200200",
    ]  # fmt: skip


def ra(street, key, odd, even, postcode="12345"):
    first, last = odd
    return f"12345678;{postcode};{street};{key};{first};;{last};;{even[0]};;{even[1]};;\n"


def test_the_columns_of_a_street_grid_are_told_by_what_they_hold(tmp_path):
    rows = ra("Am Markt", "100100100", (1, 997), (2, 998)) + ra(
        "B-Weg", "100100200", (1, 9), (2, 8)
    )
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    straight, _ = read_street_grid(tmp_path / "a.csv")
    turned = "".join(
        ";".join([*r.split(";")[2:4], *r.split(";")[:2], *r.split(";")[4:]]) + "\n"
        for r in rows.splitlines()
    )
    (tmp_path / "b.csv").write_text(turned, "utf-8")
    other, _ = read_street_grid(tmp_path / "b.csv")
    pd.testing.assert_frame_equal(straight, other)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (ra("Am Markt", "100100100", (2, 998), (1, 997)), "sources.street_grid_order"),
        (
            ra("Am Markt", "100100100", (1, 997), (2, 998), postcode="?"),
            "sources.street_grid_order",
        ),
        (ra("Am Markt", "100100100", (1, 997), (2, 998)) + "a;b\n", "sources.ragged"),
    ],
)
def test_a_street_grid_whose_order_is_open_is_refused(tmp_path, rows, code):
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    with pytest.raises(DataError) as raised:
        read_street_grid(tmp_path / "a.csv")
    assert [p.code for p in raised.value.problems] == [code]


def test_the_areas_of_the_sample_are_a_table_with_the_head_it_lacks():
    path = shared(SAMPLES + "ba_strassenraster_zu.csv")
    table = read_table(path, key="SCHLUESSEL", columns={"personen": "EINWOHNER"})
    assert table.errors == []
    assert table.frame["personen"].dropna().to_dict() == {
        "100100100": 2150, "100100200": 1480, "100200100": 1010, "100200200": 990,
    }  # fmt: skip


def test_a_wrong_cell_of_a_table_without_head_is_told_where_it_stands(tmp_path):
    text = "100100100;A;12345678;2150\n100100200;B;12345678;viele\n100100300;C;12345678;7\n"
    (tmp_path / "zu.csv").write_text(text, "utf-8")
    table = read_table(tmp_path / "zu.csv", key="SCHLUESSEL", columns={"personen": "EINWOHNER"})
    assert [(p.code, p.row) for p in table.errors] == [("sources.no_number", 2)]


def test_any_other_list_has_a_head(tmp_path):
    (tmp_path / "a.csv").write_text("strasse;nr\nAm Markt;1\n", "utf-8")
    assert read_headless(tmp_path / "a.csv") is None
