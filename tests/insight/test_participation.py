"""Who takes part: rates, expectation, reach; children, bookings and places never mixed."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.insight.participation import (
    Bookings,
    EligibleChildren,
    OfferedPlaces,
    Participants,
    burdened_and_unreached,
    by_group,
    equal_participation_test,
    expected_participation,
    participation_rate,
    programme_reach,
    rate_difference,
    use_quotient,
)

KEYS = ["01", "02", "03", "04", "05", "06"]
CHILDREN = EligibleChildren(pd.Series([100.0, 200, 100, 50, 50, 0], KEYS))
PARTICIPANTS = Participants(pd.Series([10.0, 60, 40, 5, 35, 0], KEYS))  # 150 of 500 = 30 %


def test_rates_of_areas_and_none_where_no_child_lives():
    table = participation_rate(PARTICIPANTS, CHILDREN)
    assert table["rate"].dropna().tolist() == [0.1, 0.3, 0.4, 0.1, 0.7]
    assert table.loc["06"].isna().tolist() == [False, False, True, True, True]
    assert ((table["rate_low"] < table["rate"]) & (table["rate"] < table["rate_high"]))[:5].all()


def test_bookings_and_places_never_make_a_rate():
    for wrong in (Bookings, OfferedPlaces, EligibleChildren):
        with pytest.raises(TypeError, match="never mixed"):
            participation_rate(wrong(PARTICIPANTS.number), CHILDREN)
    with pytest.raises(TypeError, match="never mixed"):
        participation_rate(PARTICIPANTS, Participants(CHILDREN.number))
    with pytest.raises(TypeError, match="never mixed"):
        participation_rate(PARTICIPANTS.number, CHILDREN)
    with pytest.raises(TypeError, match="Bookings or OfferedPlaces"):
        use_quotient(PARTICIPANTS, CHILDREN)


def test_a_quotient_may_exceed_100_and_says_what_it_counts():
    table = use_quotient(Bookings(pd.Series([150.0] * 6, KEYS)), CHILDREN)
    assert table.loc["01", "bookings_per_100"] == 150.0 and "rate" not in table
    assert np.isnan(table.loc["06", "bookings_per_100"])
    assert "places_per_100" in use_quotient(OfferedPlaces(pd.Series([1.0] * 6, KEYS)), CHILDREN)


def test_more_participants_than_children_is_refused_and_names_the_area():
    with pytest.raises(ValueError, match="more participants than children in 02"):
        participation_rate(Participants(pd.Series([1.0, 300, 1, 1, 1, 0], KEYS)), CHILDREN)
    with pytest.raises(ValueError, match="keys of 'participants'"):
        participation_rate(Participants(pd.Series([1.0], ["99"])), CHILDREN)


def test_groups_add_up_and_stay_what_they_are():
    types = pd.Series([1, 1, 2, 2, 2, np.nan], KEYS)
    children, taking_part = by_group(CHILDREN, types), by_group(PARTICIPANTS, types)
    assert isinstance(taking_part, Participants)
    table = participation_rate(taking_part, children)
    assert table["rate"].to_dict() == {1.0: 70 / 300, 2.0: 80 / 200}
    gap, low, high = rate_difference(taking_part, children, 2.0, 1.0)
    assert gap == pytest.approx(0.4 - 70 / 300) and 0 < low < gap < high


def test_expected_participation_adds_up_and_names_the_sure_ones():
    table = expected_participation(PARTICIPANTS, CHILDREN)
    assert table["expected"].tolist() == [30, 60, 30, 15, 15, 0]
    assert table["difference"].sum() == pytest.approx(0)
    # Wilson of 40/100: .309 .. .498 against .3: above; of 5/50: .043 .. .214: below
    assert table["finding"].tolist()[:5] == ["below", "open", "above", "below", "above"]
    assert pd.isna(table.loc["06", "finding"])
    assert equal_participation_test(PARTICIPANTS, CHILDREN) < 1e-6


def test_reach_and_leakage_of_a_place_based_programme():
    # planning.md: the worst 20 % of the children hold 35 % of the poor ones
    inside = Participants(pd.Series([30.0, 5], ["01", "02"]))
    everyone = Participants(pd.Series([60.0, 40], ["01", "02"]))
    poor = EligibleChildren(pd.Series([70.0, 30], ["01", "02"]))
    found = programme_reach(everyone, inside, poor)
    assert found.reached == 0.35 and found.leakage == pytest.approx(0.65)
    assert found.reached_low < 0.35 < found.reached_high
    with pytest.raises(ValueError, match="of the target group among"):
        programme_reach(inside, everyone, poor)


def test_bad_index_and_low_participation_are_listed_with_the_missing_children():
    burden = pd.Series([5.0, 2, 1, 4, 0, np.nan], KEYS)
    table = burdened_and_unreached(burden, participation_rate(PARTICIPANTS, CHILDREN), worst=0.4)
    # burden: 01 and 04 are the two most burdened of five; rates .1 and .1 the two lowest
    assert table.index[:2].tolist() == ["01", "04"] and table["listed"].sum() == 2
    assert table["sure"][:2].all()
    # for 30 %: 30 - 10 and 15 - 5 children
    assert table["missing"][:2].tolist() == [20.0, 10.0]
    assert pd.isna(table.loc["06", "burden_third"])
    with pytest.raises(ValueError, match="worst"):
        burdened_and_unreached(burden, participation_rate(PARTICIPANTS, CHILDREN), worst=0.9)
