"""Street lists for a Satzung: said briefly, read back whole, or not written."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from street_lists import differences, nasty_town

from sozialraum.space.addressing.house_numbers import assign_by_rules, read_house_number_rules
from sozialraum.space.addressing.rule_words import parse_rule
from sozialraum.space.addressing.street_list import street_list


def listed(numbers, schools, street="Hauptstraße"):
    houses = pd.DataFrame({"street": street, "house_number": numbers})
    return street_list(houses, pd.Series(list(schools)))


def rules(*given):
    return dict(listed(*given).table[["area", "rule"]].to_numpy().tolist())


def test_a_number_without_its_letters_is_said_as_such():
    assert rules(["45", "47", "47 a", "49"], "AABB") == {
        "A": "ungerade 1–45; 47 (ohne Zusatz)",
        "B": "ungerade 47 a–Ende",
    }
    bare = parse_rule("47 (ohne Zusatz)")[0]
    assert bare.holds(47, "") and not bare.holds(47, "a") and not bare.holds(45, "")


@pytest.mark.parametrize(
    ("numbers", "schools", "expected"),
    [
        (["1", "2", "3"], "AAA", {"A": "gesamt"}),
        (["1", "2", "3", "4"], "ABAB", {"A": "ungerade gesamt", "B": "gerade gesamt"}),
        # a run ends just before the next begins, so that a house 9 built later has a school
        (["1", "5", "11", "21"], "AABB", {"A": "ungerade 1–9", "B": "ungerade 11–Ende"}),
        (
            ["1", "3", "5", "7"],
            "ABBA",
            {"A": "ungerade 1; ungerade 7–Ende", "B": "ungerade 3–5"},
        ),
        (
            ["2", "2 a", "2 b", "4"],
            "AABB",
            {"A": "gerade 2–2 a", "B": "gerade 2 b–Ende"},
        ),
        (["1", "", "2"], "ABB", {"A": "ungerade gesamt", "B": "gerade gesamt; ohne HNr."}),
    ],
)
def test_streets_are_said_by_sides_and_runs(numbers, schools, expected):
    found = listed(numbers, schools)
    assert dict(found.table[["area", "rule"]].to_numpy().tolist()) == expected
    assert not found.unlike.any()


def test_a_house_listed_twice_with_two_schools_is_named_and_an_unreadable_number_too():
    found = listed(["1", "1", "3"], "ABB")
    assert found.unlike.tolist() == [True, True, False]
    odd = listed(["1", "Hinterhaus", "3"], "ABB")
    assert odd.unreadable.tolist() == [False, True, False] and not odd.unlike.any()


def town(seed):
    """Return about 23,000 houses of 600 streets, letters of one number split between schools."""
    rng = np.random.default_rng(seed)
    rows = []
    for street in range(600):
        code = ["00971", "00973", "00975"][rng.integers(3)]
        x, y, turn = *rng.uniform(0, 6000, 2), rng.uniform(0, 6.28)
        for place in range(rng.integers(3, 60)):
            number = 2 * place + 1 + (rng.random() < 0.5)
            letters = list("abc")[: rng.integers(1, 4)] if rng.random() < 0.12 else []
            for letter in ["", *letters]:
                at = x + 14 * place * np.cos(turn), y + 14 * place * np.sin(turn)
                rows.append((f"Straße {street % 550}", str(number), letter, code, *at))
    names = ["street", "house_number", "suffix", "postcode", "x", "y"]
    houses = pd.DataFrame(rows, columns=names).drop_duplicates(names[:4]).reset_index(drop=True)
    place = houses[["x", "y"]].to_numpy() + rng.normal(0, 6, (len(houses), 2))
    seats = rng.uniform(0, 6000, (20, 2))
    nearest = np.hypot(*(place[:, None] - seats[None]).transpose(2, 0, 1)).argmin(axis=1)
    return houses, pd.Series([f"S{k:02d}" for k in nearest])


def test_the_list_of_a_town_reads_back_whole_with_split_letters_and_streets_of_one_name():
    houses, school = town(1)
    found = street_list(houses, school, suffix="suffix", postcode="postcode")
    assert len(houses) > 20_000 and not found.unlike.any() and not found.unreadable.any()
    assert found.table["rule"].str.contains("ohne Zusatz").any()
    assert len(found.table) < len(houses) / 20


def test_a_house_of_several_numbers_lies_whole_in_the_runs_of_both_sides():
    found = listed(["10", "12", "15-16", "18", "19", "20"], "AABAAA")
    assert not found.unlike.any()
    assert dict(found.table[["area", "rule"]].to_numpy().tolist()) == {
        "A": "ungerade 19–Ende; gerade 2–14; gerade 18–Ende",
        "B": "ungerade 1–17; gerade 16",
    }


def test_letters_from_one_on_are_said_forward():
    found = rules(*(["8", "10", "10 a", "10 b", "12"], "AABBA"))
    assert found == {"A": "gerade 2–8; 10 (ohne Zusatz); gerade 12–Ende", "B": "gerade 10 a–10 z"}


def test_two_districts_of_one_number_are_named_and_never_one_of_them_silently():
    houses, school = nasty_town(3)
    # the streets of one name are thrown together: some numbers are in two districts now
    made = street_list(houses, school, suffix="suffix")
    assert 0 < made.unlike.sum() < len(houses) / 10
    rules_ = read_house_number_rules(made.table, area="area")
    back = assign_by_rules(
        houses, rules_, street="street", house_number="house_number", suffix="suffix"
    )
    assert (back.area[~made.unlike] == school[~made.unlike]).all()


def test_nasty_street_names_ranges_letters_and_houses_without_number_read_back_whole():
    houses, school = nasty_town(1)
    assert len(houses) > 10_000
    assert houses["house_number"].str.contains("-").sum() > 200
    assert {"Straße des 17. Juni", "C 4"} <= set(houses["street"])
    assert (houses["house_number"] == "").sum() > 50
    twice = houses.groupby("street")["postcode"].nunique()
    assert (twice > 1).sum() == 30
    assert differences(houses, school) == (0, 0)
