"""Districts by house-number rules: every house once, every doubt listed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.model.errors import DataError
from sozialraum.space.addressing.house_numbers import (
    assign_by_rules,
    read_house_number_rules,
    rules_crosswalk,
)
from sozialraum.space.addressing.rule_words import END, Span, parse_rule

RULES = pd.DataFrame(
    [
        ("Lange Str.", "ung. 1-25; ger. 2-38", "A"),
        ("Lange Straße", "ung. ab 27; ger. ab 40", "B"),
        ("Parkstraße", "gesamt", "A"),
        ("Am Wall", "ohne HNr.", "B"),
    ],
    columns=["street", "rule", "district"],
)


def houses(*rows):
    return pd.DataFrame(rows, columns=["street", "house_number", "block"])


REGISTER = houses(
    ("Lange Straße", "1", "1"),
    ("Lange Straße", "25 b", "1"),  # an end without letter takes in all letters
    ("Lange Straße", "27", "1"),
    ("Lange Straße", "38", "2"),
    ("Lange Straße", "40", "2"),
    ("Parkstraße", "7", "3"),
    ("Am Wall", "", "3"),
    ("Am Wall", "3", "3"),
)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("gesamt", [Span()]),
        ("ungerade", [Span("odd")]),
        ("ger.", [Span("even")]),
        ("1-25", [Span("all", 1, "", 25)]),
        ("ung. 1–25; ger. 2 - 38", [Span("odd", 1, "", 25), Span("even", 2, "", 38)]),
        (
            "ung. 1-5, 9, 13-17 a",
            [Span("odd", 1, "", 5), Span("odd", 9, "", 9), Span("odd", 13, "", 17, "a")],
        ),
        ("gerade Nr. 2 bis Ende", [Span("even", 2, "", END)]),
        ("ger. bis 38; Nr. 41", [Span("even", 0, "", 38), Span("all", 41, "", 41)]),
        ("ohne HNr.", [Span(without_number=True)]),
        ("54-60 ger.", [Span("even", 54, "", 60)]),
        ("1-25 u", [Span("odd", 1, "", 25)]),
        ("2-38 g; 83-95 ung.", [Span("even", 2, "", 38), Span("odd", 83, "", 95)]),
        ("1-25 u, 2-38 g.", [Span("odd", 1, "", 25), Span("even", 2, "", 38)]),
        ("54–60 (gerade)", [Span("even", 54, "", 60)]),
        ("ab 27 u; bis 38 gerade", [Span("odd", 27), Span("even", 0, "", 38)]),
        ("7 ung.", [Span("odd", 7, "", 7)]),
        # a letter that is on the other side than the numbers is a letter of the house
        ("9-11g", [Span("all", 9, "", 11, "g")]),
        ("9 a - 12 g", [Span("all", 9, "a", 12, "g")]),
        ("8 g", [Span("all", 8, "g", 8, "g")]),
        ("ger. 2-8 g", [Span("even", 2, "", 8, "g")]),
    ],
)
def test_a_rule_says_which_houses_it_means(text, spans):
    assert list(parse_rule(text)) == spans


@pytest.mark.parametrize(
    "text",
    ["links", "1-", "ung. 1-25 außer 7", "", "rechts 2-8", "1--3", "1-25 g", "1-5, 9-13 ung."],
)
def test_what_does_not_parse_is_an_error_with_that_part(text):
    with pytest.raises(ValueError):
        parse_rule(text)


@pytest.mark.parametrize("house", ["38-40", "36/40", "37-40", "38 a-40 b"])
def test_a_house_of_the_register_that_straddles_two_rules_is_an_overlap(house):
    register = houses(("Lange Straße", house, "1"), ("Lange Straße", "36-38", "1"))
    done = assign_by_rules(register, read_house_number_rules(RULES, area="district"))
    assert done.reason.tolist() == ["overlap", "assigned"]
    assert done.area.tolist() == [None, "A"]
    assert "addresses.rules_overlap" in [p.code for p in done.problems]


def test_letters_of_one_house_in_two_rules_are_an_overlap():
    stated = pd.DataFrame(
        [("Weg", "1-12 a", "A"), ("Weg", "12 b-20", "B")], columns=["street", "rule", "district"]
    )
    register = houses(("Weg", "12 a-c", "1"), ("Weg", "12 a", "1"), ("Weg", "12 c", "1"))
    done = assign_by_rules(register, read_house_number_rules(stated, area="district"))
    assert done.reason.tolist() == ["overlap", "assigned", "assigned"]
    assert done.area.tolist() == [None, "A", "B"]


def test_rules_that_do_not_parse_are_listed_with_their_row_and_the_others_apply():
    broken = RULES.copy()
    broken.loc[1, "rule"] = "ab da links"
    broken.loc[3, "district"] = None
    rules = read_house_number_rules(broken, area="district", file="regeln.csv")
    assert [(p.code, p.row, p.file) for p in rules.problems] == [
        ("addresses.rule_unreadable", 3, "regeln.csv"),
        ("addresses.rule_incomplete", 5, "regeln.csv"),
    ]
    assert sorted(rules.table["row"].unique()) == [2, 4]


def test_each_house_belongs_to_the_district_of_its_side_and_number():
    found = assign_by_rules(REGISTER, read_house_number_rules(RULES, area="district"))
    assert found.area.tolist() == ["A", "A", "B", "A", "B", "A", "B", None]
    assert found.reason.tolist() == ["assigned"] * 7 + ["uncovered"]
    assert [p.code for p in found.problems] == ["addresses.rules_uncovered"]


def test_a_house_of_two_districts_belongs_to_none_and_is_named():
    double = pd.concat([RULES, pd.DataFrame([("Parkstr.", "7", "B")], columns=RULES.columns)])
    found = assign_by_rules(REGISTER, read_house_number_rules(double, area="district"))
    assert found.area[5] is None and found.reason[5] == "overlap"
    assert "1 Haus gehört" in found.problems[0].message and "A + B" in found.problems[0].message


def test_streets_nobody_knows_and_rules_without_a_house_are_listed_with_their_row():
    more = pd.DataFrame([("Nirgends", "1-3", "A"), ("Parkstr.", "100", "A")], columns=RULES.columns)
    found = assign_by_rules(REGISTER, read_house_number_rules(more, area="district"))
    assert [(p.code, p.row) for p in found.problems[:2]] == [
        ("addresses.rule_street", 2),
        ("addresses.rule_no_house", 3),
    ]


def test_a_range_turned_round_and_a_range_on_the_wrong_side_are_doubted():
    odd = pd.DataFrame([("X", "25-1", "A"), ("X", "ung. 2-8", "A")], columns=RULES.columns)
    assert [
        (p.code, p.severity) for p in read_house_number_rules(odd, area="district").problems
    ] == [
        ("addresses.rule_backwards", "error"),
        ("addresses.rule_parity", "warning"),
    ]


def test_a_postcode_tells_two_streets_of_one_name_apart():
    register = houses(("Parkstr.", "1", "1"), ("Parkstr.", "1", "2")).assign(plz=["86150", "86152"])
    rules = pd.DataFrame(
        {"street": "Parkstr.", "rule": "gesamt", "district": ["A", "B"], "plz": ["86150", "86152"]}
    )
    read = read_house_number_rules(rules, area="district", postcode="plz")
    assert assign_by_rules(register, read, postcode="plz").area.tolist() == ["A", "B"]


def test_the_crosswalk_keeps_every_house_and_says_which_it_could_not_place():
    found = assign_by_rules(REGISTER, read_house_number_rules(RULES, area="district"))
    walk = rules_crosswalk(REGISTER["block"], found)
    # block 1: houses 1, 25 b in A, 27 in B; block 2: one each; block 3: 7 in A, one in B, one in none
    assert walk.target_keys == ("A", "B") and walk.source_keys == ("1", "2", "3")
    assert walk.matrix.toarray().ravel() == pytest.approx(
        [2 / 3, 1 / 2, 1 / 3, 1 / 3, 1 / 2, 1 / 3]
    )
    assert walk.unmatched_source.to_dict() == pytest.approx({"3": 1 / 3})


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="Spalte „bezirk“ fehlt"):
        read_house_number_rules(RULES, area="bezirk")


@settings(derandomize=True, max_examples=50, deadline=None)
@given(cut=st.integers(1, 60), number=st.integers(1, 80), letter=st.sampled_from(["", "a", "c"]))
def test_two_rules_that_meet_leave_no_house_out_and_none_twice(cut, number, letter):
    table = pd.DataFrame({"street": "X", "rule": [f"bis {cut}", f"ab {cut + 1}"], "d": ["A", "B"]})
    register = houses(("X", f"{number}{letter}", "1"))
    found = assign_by_rules(register, read_house_number_rules(table, area="d"))
    assert found.area.tolist() == ["A" if number <= cut else "B"]
