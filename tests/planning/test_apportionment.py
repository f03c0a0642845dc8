"""Rounding to whole units against published seats, paradoxes and laws."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.planning.allocation.apportionment import METHODS, apportion

# Census of 1790, House of 105 seats; Balinski & Young (2001), Fair Representation.
US_1790 = pd.Series(
    {"CT": 236841, "DE": 55540, "GA": 70835, "KY": 68705, "MD": 278514, "MA": 475327, "NH": 141822, "NJ": 179570,
     "NY": 331589, "NC": 353523, "PA": 432879, "RI": 68446, "SC": 206236, "VT": 85533, "VA": 630560}
)  # fmt: skip


def test_the_house_of_1790_is_divided_as_jefferson_hamilton_webster_and_hill_would():
    same = {
        "CT": 7,
        "GA": 2,
        "KY": 2,
        "MD": 8,
        "MA": 14,
        "NH": 4,
        "NJ": 5,
        "NY": 10,
        "NC": 10,
        "RI": 2,
        "SC": 6,
    }
    expected = {
        "dhondt": same | {"DE": 1, "PA": 13, "VT": 2, "VA": 19},
        "largest_remainder": same | {"DE": 2, "PA": 13, "VT": 2, "VA": 18},
        "sainte_lague": same | {"DE": 2, "PA": 13, "VT": 2, "VA": 18},
        "huntington_hill": same | {"DE": 2, "PA": 12, "VT": 3, "VA": 18},
    }
    for method, seats in expected.items():
        assert apportion(US_1790, total=105, method=method).astype(int).to_dict() == seats, method


def test_the_alabama_paradox_takes_a_seat_away_when_the_house_grows():
    weight = pd.Series({"A": 6, "B": 6, "C": 2})
    ten = apportion(weight, total=10, method="largest_remainder")
    eleven = apportion(weight, total=11, method="largest_remainder")
    assert ten.to_dict() == {"A": 4, "B": 4, "C": 2}
    assert eleven.to_dict() == {"A": 5, "B": 5, "C": 1}
    assert apportion(weight, total=11)["C"] >= apportion(weight, total=10)["C"]


def test_austria_2019_sends_7_5_3_2_1_members():
    votes = pd.Series(
        {"ÖVP": 1305956, "SPÖ": 903151, "FPÖ": 650114, "GRÜNE": 532193, "NEOS": 319024}
    )
    assert apportion(votes, total=18, method="dhondt").tolist() == [7, 5, 3, 2, 1]


def test_six_parties_and_ten_seats_come_out_as_in_the_textbook_for_all_five_methods():
    case = pd.read_csv(shared("cases/apportion_wiki6.csv")).set_index("party")
    columns = {
        "largest_remainder": "hare_lr_10", "sainte_lague": "sainte_lague_10", "dhondt": "dhondt_10",
        "huntington_hill": "huntington_hill_10", "adams": "adams_10",
    }  # fmt: skip
    for method, column in columns.items():
        seats = apportion(case["votes"], total=10, method=method)
        assert seats.astype(int).to_dict() == case[column].to_dict(), method


def test_bounds_hold_and_the_rest_is_shared_in_proportion():
    # 50:30:15:5 of 20 with at most 8 and at least 2: A is capped at 8, D raised to 2, B and C share 10 as 30:15.
    weight = pd.Series({"A": 50, "B": 30, "C": 15, "D": 5})
    high = pd.Series({"A": 8})
    for method in ("largest_remainder", "sainte_lague"):
        assert apportion(weight, total=20, method=method, floors=2, ceilings=high).tolist() == [
            8,
            7,
            3,
            2,
        ]


def test_an_equal_claim_goes_to_the_smaller_key_in_whatever_order_the_rows_come():
    weight = pd.Series({"b": 1.0, "a": 1.0, "c": 1.0})
    for method in METHODS:
        shuffled = apportion(weight.loc[["c", "b", "a"]], total=4, method=method)
        assert shuffled.to_dict() == {"a": 2.0, "b": 1.0, "c": 1.0}, method


def test_floating_point_dust_decides_nothing():
    assert apportion(pd.Series({"b": 0.1 + 0.2, "a": 0.3}), total=1).to_dict() == {
        "b": 0.0,
        "a": 1.0,
    }


def test_a_million_euros_in_cents_adds_up_to_the_cent():
    weight = pd.Series(range(1, 41), index=[f"{i:02d}" for i in range(40)], dtype=float)
    for method in METHODS:
        cents = (
            (apportion(weight, total=1_000_000, unit=0.01, method=method) * 100).round().astype(int)
        )
        assert cents.sum() == 100_000_000
        assert abs(cents / 1e8 - weight / weight.sum()).max() < 1e-7


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"total": 3, "floors": 2}, "floors_exceed_total"),
        ({"total": 10, "ceilings": 2}, "ceilings_below_total"),
        (
            {"total": 5, "floors": pd.Series({"a": 3.0}), "ceilings": pd.Series({"a": 2.0})},
            "floor_above_ceiling",
        ),
        ({"total": 1.1, "unit": 0.25}, "total_not_in_units"),
        ({"total": 3, "floors": pd.Series({"x": 1.0})}, "unknown_key"),
    ],
)
def test_guarantees_that_leave_no_room_are_named(arguments, code):
    with pytest.raises(DataError) as raised:
        apportion(pd.Series({"a": 1.0, "b": 2.0, "c": 0.0}), **arguments)
    assert raised.value.problems[0].code == f"planning.{code}"


def test_weights_that_are_missing_negative_or_all_zero_are_told_together_or_alone():
    with pytest.raises(DataError) as raised:
        apportion(pd.Series({"a": float("nan"), "b": -1.0}), total=1)
    assert {p.code for p in raised.value.problems} == {
        "planning.missing_number",
        "planning.negative_number",
    }
    with pytest.raises(DataError, match="keine Einheit Bedarf"):
        apportion(pd.Series({"a": 0.0}), total=1)
    with pytest.raises(DataError, match="höchstens 2 erhalten"):
        apportion(pd.Series({"a": 1.0, "b": 0.0}), total=3, ceilings=2)


def test_a_wrong_method_is_answered_with_the_list_of_methods():
    with pytest.raises(ValueError, match=r"The 'method' parameter of apportion must be one of"):
        apportion(pd.Series({"a": 1.0}), total=1, method="hare")
    with pytest.raises(ValueError, match="greater than 0"):
        apportion(pd.Series({"a": 1.0}), total=1, unit=0)


claims = st.lists(
    st.tuples(st.integers(1, 1000), st.integers(0, 3), st.integers(3, 12)), min_size=1, max_size=8
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(claims, st.integers(0, 100), st.sampled_from(METHODS), st.integers(1, 500), st.randoms())
def test_laws_of_every_method(claim, share, method, more, random):
    keys = [f"{i:02d}" for i in range(len(claim))]
    weight, low, high = (
        pd.Series(column, index=keys, dtype=float) for column in zip(*claim, strict=True)
    )
    total = int(low.sum() + share / 100 * (high.sum() - low.sum()))
    units = apportion(weight, total=total, method=method, floors=low, ceilings=high)
    assert units.sum() == total
    assert ((units >= low) & (units <= high)).all()
    shuffled = random.sample(keys, len(keys))
    again = apportion(weight.loc[shuffled], total=total, method=method, floors=low, ceilings=high)
    assert again.to_dict() == units.to_dict()
    raised = weight.copy()
    raised[keys[0]] += more
    after = apportion(raised, total=total, method=method, floors=low, ceilings=high)
    assert after[keys[0]] >= units[keys[0]]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 99999), min_size=2, max_size=8, unique=True), st.integers(1, 60))
def test_without_bounds_the_seats_are_those_of_the_apportionment_package(votes, seats):
    package = pytest.importorskip("apportionment.methods")
    names = {
        "largest_remainder": "largest_remainder",
        "sainte_lague": "saintelague",
        "dhondt": "dhondt",
    }
    for ours, theirs in names.items():
        try:
            expected = package.compute(theirs, votes, seats, tiesallowed=False)
        except package.TiesException:
            continue
        got = apportion(
            pd.Series(votes, index=[f"{i}" for i in range(len(votes))]), total=seats, method=ours
        )
        assert got.astype(int).tolist() == list(expected), ours
