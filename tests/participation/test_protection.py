"""Rates that may be shown: nothing small by itself, nothing small by subtraction, never a count."""

import pandas as pd
import pytest

from sozialraum.privacy.participation.counting import Counted
from sozialraum.privacy.participation.protection import protect_participation
from sozialraum.privacy.raw_counts import RawCounts
from sozialraum.privacy.rules import DisclosureRules


def protected(rows, children, sets=("bezirke", "sprengel"), **rules):
    """Protect units given as (areas…, age, children); each child books twice."""
    units = pd.DataFrame(rows, columns=[*sets, "age", "distinct_children"])
    units = units.astype({"distinct_children": float})
    n = units["distinct_children"]
    units = units.assign(low=n, high=n, bookings=2 * n)
    offers = pd.DataFrame({"distinct_children": [n.sum()], "bookings": [2 * n.sum()]}, ["A1"])
    counted = Counted(RawCounts(units), RawCounts(offers), tuple(sets), 0.0)
    return protect_participation(counted, children, rules=DisclosureRules(**rules))


def table(**children):
    return pd.DataFrame({"6-14": children}, dtype=float)


def status(result):
    frame = result.areas.set_index(["area_set", "key", "age"])["status"]
    return frame.astype(str).to_dict()


def test_a_bezirk_and_a_sprengel_that_differ_by_two_children_are_not_both_shown():
    rows = [
        ("B1", "S1", "6-14", 20),
        ("B1", "S2", "6-14", 2),
        ("B2", "S2", "6-14", 30),
        ("B2", "S3", "6-14", 40),
    ]
    children = {
        "bezirke": table(B1=200, B2=300),
        "sprengel": table(S1=180, S2=200, S3=120),
    }
    found = status(protected(rows, children))
    # B1 - S1 = 22 - 20 = 2 children
    shown = {key for (_, key, age), s in found.items() if s == "ok" and age == "6-14"}
    assert not {"B1", "S1"} <= shown
    # and not by the other way round: S2 - (B2 - S3) = 32 - (70 - 40) = 2
    assert not {"S2", "B2", "S3"} <= shown


def test_one_withheld_area_is_not_found_from_the_city_and_the_others():
    rows = [("01", "6-14", 3), ("02", "6-14", 20), ("03", "6-14", 30)]
    children = {"bezirke": table(**{"01": 100, "02": 100, "03": 100})}
    found = protected(rows, children, sets=("bezirke",))
    ok = [key for (s, key, age), told in status(found).items() if told == "ok" and age == "6-14"]
    assert "01" not in ok and not {"02", "03", "city"} <= set(ok)
    withheld = found.areas[found.areas["status"] != "ok"]
    assert withheld[["rate", "rate_low", "rate_high", "bookings_per_child"]].isna().all(axis=None)


def test_both_kinds_of_suppression_look_alike():
    rows = [("01", "6-14", 3), ("02", "6-14", 20), ("03", "6-14", 30)]
    children = {"bezirke": table(**{"01": 100, "02": 100, "03": 100})}
    found = protected(rows, children, sets=("bezirke",))
    assert "suppressed_secondary" not in set(status(found).values())


def test_no_count_follows_from_a_rate_and_its_base():
    rows = [("01", "6-14", 17), ("02", "6-14", 20)]
    found = protected(rows, {"bezirke": table(**{"01": 53, "02": 100})}, sets=("bezirke",))
    rate = found.areas.set_index(["key", "age"]).loc[("01", "6-14"), "rate"]
    # 17 of 53 is 0.3208; steps of 0.05 leave three counts and more: 15, 16, 17
    assert rate == pytest.approx(0.3)


def test_more_participants_than_children_is_no_rate_and_is_told():
    rows = [("01", "6-14", 60), ("02", "6-14", 20)]
    found = protected(rows, {"bezirke": table(**{"01": 50, "02": 100})}, sets=("bezirke",))
    assert status(found)[("bezirke", "01", "6-14")] == "missing"
    assert [p.code for p in found.problems] == ["participation.more_than_children"]


def test_an_area_with_few_children_has_no_value():
    rows = [("01", "6-14", 8), ("02", "6-14", 20)]
    found = protected(rows, {"bezirke": table(**{"01": 25, "02": 100})}, sets=("bezirke",))
    assert status(found)[("bezirke", "01", "6-14")] == "small_base"


def test_an_area_without_children_has_no_base_and_one_without_a_number_is_missing():
    rows = [("01", "6-14", 8), ("02", "6-14", 20)]
    children = {"bezirke": table(**{"01": 100, "02": 100, "03": 0, "04": float("nan")})}
    found = status(protected(rows, children, sets=("bezirke",)))
    assert found[("bezirke", "03", "6-14")] == "no_base"
    assert found.get(("bezirke", "04", "6-14"), "missing") == "missing"
