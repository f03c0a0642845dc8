"""Rates that may be shown: counts go through windows first, and no attacker gets behind these."""

import numpy as np
import pandas as pd
import pytest
from participation.attack import Attack, given_away, true_cells
from random_programmes import DAY, counted_of, random_programme

from sozialraum.insight.take_up.reach import Astray, reach
from sozialraum.model import ParticipationRelease
from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.participation.protecting import quality_windows
from sozialraum.workflows.participation.releasing import release_programme


@pytest.mark.parametrize("seed", range(24))
def test_nobody_with_all_windows_totals_and_bookings_is_certain_of_a_small_group(seed):
    truth, more, units, children = random_programme(seed, sets=1 + seed % 3)
    rules = DisclosureRules(minimum=(3, 5)[seed % 2])
    made = release_programme(counted_of(truth, units, more), children, rules=rules, stichtag=DAY)
    attack = Attack(made, units, children, truth, more)
    assert given_away(attack, truth, rules.k) == []


@pytest.mark.parametrize("seed", range(40))
def test_every_true_number_lies_in_its_window_and_every_true_rate_between_its_bounds(seed):
    truth, more, units, children = random_programme(seed, sets=1 + seed % 3)
    made = release_programme(
        counted_of(truth, units, more), children, rules=DisclosureRules(), stichtag=DAY
    )
    cells = made.release.areas[made.release.areas["area_set"] != "city"]
    cells = cells.set_index(["area_set", "key", "age"])
    true = true_cells(truth, units, children).reindex(cells.index)
    told = cells["status"] == "ok"
    assert true[told].between(cells["taking_low"][told], cells["taking_high"][told]).all()
    rate = true[told] / cells["children"][told]
    assert rate.between(cells["rate_low"][told] - 1e-9, cells["rate_high"][told] + 1e-9).all()
    assert cells["taking_low"][~told].isna().all() and cells["rate"][~told].isna().all()


def test_programmes_are_told_as_a_rule():
    """Those of enough areas and children; of others nothing is told whatever their counts are."""
    shown = total = 0
    for seed in range(60):
        truth, more, units, children = random_programme(seed, sets=1)
        areas = len(children["bezirke"])
        if areas < 5 or min(truth.sum()) < 12 * 5:
            continue
        made = release_programme(
            counted_of(truth, units, more), children, rules=DisclosureRules(), stichtag=DAY
        )
        large = made.release.areas["children"] >= 12
        shown += (made.release.areas["status"] == "ok")[large].sum()
        total += large.sum()
    assert shown > 0.6 * total > 100


def many_areas(taking=20, living=100.0):
    """Return twenty-four areas of one set, with one age group."""
    keys = [f"{k:02d}" for k in range(1, 25)]
    units = pd.DataFrame({"bezirke": keys}, keys, dtype=object)
    truth = pd.DataFrame({"6-14": [taking] * 24}, keys)
    return truth, units, {"bezirke": pd.DataFrame({"6-14": [living] * 24}, keys)}


def cells_of(truth, units, children, **rules):
    made = release_programme(
        counted_of(truth, units), children, rules=DisclosureRules(**rules), stichtag=DAY
    )
    return made, made.release.areas.set_index(["area_set", "key", "age"])


def test_a_rate_is_the_middle_of_its_window():
    truth, units, children = many_areas()
    truth.loc["01", "6-14"] = 3
    _, cells = cells_of(truth, units, children)
    # windows of 100 children, k = 5, width 3: 0 · 1-5 · 6-8 · … · 18-20 · 21-23
    few = cells.loc[("bezirke", "01", "6-14")]
    assert (few["taking_low"], few["taking_high"], few["rate"]) == (1, 5, 0.03)
    usual = cells.loc[("bezirke", "02", "6-14")]
    assert (usual["taking_low"], usual["taking_high"], usual["rate"]) == (18, 20, 0.19)


def test_bookings_per_child_are_told_where_more_than_the_lowest_window_takes_part():
    truth, units, children = many_areas()
    truth.loc["01", "6-14"] = 3
    more = pd.Series(30.0, truth.index)
    made = release_programme(
        counted_of(truth, units, more), children, rules=DisclosureRules(), stichtag=DAY
    )
    cells = made.release.areas.set_index(["area_set", "key", "age"])["bookings_per_child"]
    # 18-20 children and 30-32 further bookings of 100 children: (19 + 31)/100
    assert cells["bezirke", "02", "all"] == 0.5
    assert np.isnan(cells["bezirke", "01", "all"])


def test_more_participants_than_children_is_no_rate_and_is_told():
    truth, units, children = many_areas()
    children["bezirke"].loc["01"] = 15
    made, cells = cells_of(truth, units, children)
    assert cells.loc[("bezirke", "01", "6-14"), "status"] == "missing"
    assert made.problems[0].code == "participation.more_than_children"


def test_areas_without_children_or_with_few_or_without_a_number_say_so():
    truth, units, children = many_areas()
    children["bezirke"].loc["01"] = 0
    children["bezirke"].loc["02"] = 11
    children["bezirke"].loc["03"] = np.nan
    truth.loc[["01", "02"], "6-14"] = [0, 8]
    _, cells = cells_of(truth, units, children)
    status = cells["status"].xs("6-14", level="age")["bezirke"]
    assert status[["01", "02", "03", "04"]].tolist() == ["no_base", "small_base", "missing", "ok"]


def test_the_order_of_areas_and_units_changes_nothing():
    truth, more, units, children = random_programme(3)
    one = release_programme(
        counted_of(truth, units, more), children, rules=DisclosureRules(), stichtag=DAY
    )
    turned = truth.index[::-1]
    other = release_programme(
        counted_of(truth.loc[turned], units.loc[turned], more[turned]), children,
        rules=DisclosureRules(), stichtag=DAY,
    )  # fmt: skip
    pd.testing.assert_frame_equal(one.release.areas, other.release.areas)


def test_offers_are_told_by_the_keys_of_their_list_and_all_others_as_one():
    truth, units, children = many_areas()
    offers = {f"A{k}": 31.0 for k in range(25)} | {"A1": 2.0, "": 7.0}
    made = release_programme(
        counted_of(truth, units, offers=offers), children, rules=DisclosureRules(), stichtag=DAY,
        offers=[f"A{k}" for k in range(25)],
    )  # fmt: skip
    told = made.release.offers
    assert set(told.index) == {f"A{k}" for k in range(25)} | {""}
    # of 480 children: the window 1-5 has the middle 3, 31 lies in 30-32
    assert told.loc["A1", "share_of_children"] == round(3 / 480, 3)
    assert told.loc["A2", "share_low"] == round(30 / 480, 3)


def test_without_a_list_no_offer_is_told():
    truth, units, children = many_areas()
    made = release_programme(
        counted_of(truth, units, offers={"Anna Maier 2016-02-25": 9.0}), children,
        rules=DisclosureRules(), stichtag=DAY,
    )  # fmt: skip
    assert made.release.offers.empty


def test_numbers_about_quality_are_windows_of_four_times_the_minimum():
    told = quality_windows(pd.Series({"a": 1.0, "b": 0.0, "c": 33.0}), DisclosureRules())
    # below 12 one window, then 21 numbers each
    assert told == {"a": (1.0, 11.0), "b": (0.0, 0.0), "c": (33.0, 53.0)}


def test_the_bounds_hold_the_window_doubt_and_children_that_went_astray():
    cells = pd.DataFrame(
        {
            "area_set": "bezirke",
            "age": "6-14",
            "children": [1000.0],
            "taking_low": [98.0],
            "taking_high": [102.0],
        }
    )
    plain = reach(cells, {}).iloc[0].tolist()
    moved = reach(cells, {("bezirke", True): Astray(moved=0.01, absent=0.2)}).iloc[0].tolist()
    assert plain == pytest.approx([0.098, 0.102])
    # of 98 at most 3 are of elsewhere: P(X ≤ 2) is 0.923 and P(X ≤ 3) 0.983 at 0.98; to 102 belong
    # at most 37: 102 × (0.01 + 0.2/0.8) = 26.5, P(X ≤ 36) = 0.969 and P(X ≤ 37) = 0.979
    assert moved == pytest.approx([0.095, 0.139])


def test_only_the_gate_makes_a_release():
    made, _ = cells_of(*many_areas())
    fields = {k: getattr(made.release, k) for k in made.release.__dataclass_fields__}
    ParticipationRelease(**fields)
    with pytest.raises(DisclosureError, match="must come from"):
        ParticipationRelease(**{**fields, "seal": object()})
