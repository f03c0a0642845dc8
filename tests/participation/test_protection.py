"""Rates that may be shown: nothing small by itself, nothing small by subtraction, never a count."""

import numpy as np
import pandas as pd
import pytest
from participation.attack import Attack

from sozialraum.model import ParticipationRelease
from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.bounds import audit_release
from sozialraum.privacy.participation import protection
from sozialraum.privacy.participation.counting import Counted
from sozialraum.privacy.participation.protection import protect_participation
from sozialraum.privacy.participation.reach import Astray
from sozialraum.privacy.participation.windows import MEASURES, cell_windows, shifted_window
from sozialraum.privacy.raw_counts import RawCounts
from sozialraum.privacy.rules import DisclosureRules

# every group of these rows stands for its own area: rates tell the counts to within one or two
FINE = {"candidates": 1}


def counts_of(rows, sets=("bezirke", "sprengel"), bookings=2):
    units = pd.DataFrame(rows, columns=[*sets, "age", "distinct_children"])
    units = units.astype({"distinct_children": float})
    n = units["distinct_children"]
    units = units.assign(low=n, high=n, bookings=bookings * n)
    offers = pd.DataFrame({"distinct_children": [n.sum()], "bookings": [bookings * n.sum()]}, ["A"])
    return Counted(RawCounts(units), RawCounts(offers), tuple(sets), {})


def protected(rows, children, sets=("bezirke", "sprengel"), **rules):
    """Protect units given as (areas…, age, children); each child books twice."""
    return protect_participation(counts_of(rows, sets), children, rules=DisclosureRules(**rules))


def table(**children):
    return pd.DataFrame({"6-14": children}, dtype=float)


def status(made):
    frame = made.release.areas.set_index(["area_set", "key", "age"])["status"]
    return frame.astype(str).to_dict()


def test_a_bezirk_and_a_sprengel_that_differ_by_two_children_do_not_tell_of_the_two():
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
    rules = DisclosureRules(**FINE)
    made = protected(rows, children, **FINE)
    units = pd.DataFrame(rows, columns=["bezirke", "sprengel", "age", "n"])
    # B1 - S1 = 22 - 20: somebody who knows all rates must reckon with five children and more
    assert Attack(made.release, units, children, rules).extreme([1]) >= 5
    assert "suppressed" in status(made).values()


def test_one_withheld_area_is_not_found_from_the_city_and_the_others():
    rows = [("01", "6-14", 3), ("02", "6-14", 20), ("03", "6-14", 30)]
    children = {"bezirke": table(**{"01": 100, "02": 100, "03": 100})}
    made = protected(rows, children, sets=("bezirke",), **FINE)
    found = status(made)
    ok = [key for (s, key, age), told in found.items() if told == "ok" and age == "6-14"]
    assert "01" not in ok and not {"02", "03", "city"} <= set(ok)
    areas = made.release.areas
    withheld = areas[areas["status"] != "ok"]
    assert withheld[["rate", "rate_low", "rate_high", "bookings_per_child"]].isna().all(axis=None)


def random_city(seed):
    """Return units, children per area set, rules: two crossing geographies, two ages."""
    rng = np.random.default_rng(seed)
    ages, rows = ["6-9", "10-14"], []
    people = {"bezirke": {}, "sprengel": {}}
    for b in range(int(rng.integers(2, 4))):
        for s in range(int(rng.integers(2, 4))):
            for age in ages:
                n = int(rng.choice([0, 1, 2, 3, 4, 7, 12, 20, 35]))
                live = n + int(rng.choice([1, 3, 10, 30, 60]))
                for name, key in (("bezirke", f"B{b}"), ("sprengel", f"S{s}")):
                    people[name][key, age] = people[name].get((key, age), 0) + live
                if n:
                    rows.append((f"B{b}", f"S{s}", age, n))
    children = {
        name: pd.Series(counts).unstack(fill_value=0)[ages].astype(float)
        for name, counts in people.items()
    }
    rules = DisclosureRules(
        minimum=int(rng.choice([3, 5])), candidates=int(rng.choice([1, 3])), value_base=20
    )
    return rows, children, rules


@pytest.mark.parametrize("seeds", [range(7), range(7, 14)])
def test_no_attacker_with_all_rates_bounds_and_quotients_is_certain_of_a_small_group(seeds):
    withheld = shown = 0
    for seed in seeds:
        rows, children, rules = random_city(seed)
        counted = counts_of(rows, bookings=1 + seed % 3)
        made = protect_participation(counted, children, rules=rules)
        units = pd.DataFrame(rows, columns=["bezirke", "sprengel", "age", "n"])
        cells = made.release.areas
        truly_zero = [
            c.status == "suppressed" and units[units[c.area_set] == c.key]["n"].sum() == 0
            for c in cells.itertuples()
            if c.area_set != "city"
        ]
        attack = Attack(made.release, units, children, rules, zeros_shown=not any(truly_zero))
        for k in np.flatnonzero(units["n"] < rules.minimum):
            enough = min(rules.minimum, attack.living(k, children))
            assert attack.extreme([k]) >= enough, (seed, rows[k])
        for name, frame in children.items():
            for key, age in ((k, a) for k in frame.index for a in frame.columns):
                inside = attack.members(name, key, age)
                others = frame.at[key, age] - units["n"].iloc[inside].sum()
                if 0 < others < rules.minimum and frame.at[key, age] >= 10 and len(inside):
                    least = attack.extreme(inside, most=False)
                    assert frame.at[key, age] - least >= rules.minimum, (seed, name, key, age)
        withheld += (cells["status"] == "suppressed").sum()
        shown += (cells["status"] == "ok").sum()
    assert withheld > 10 and shown > 10  # both happen


def test_what_is_recorded_tells_of_no_small_group_either():
    rows, children, rules = random_city(7)
    made = protect_participation(counts_of(rows), children, rules=rules)
    ground = made.ground
    counts = ground.truth(list(MEASURES.values()))
    assert not audit_release(made.rows, counts, ground.geographies, minimum=rules.minimum)


def test_windows_hold_the_true_count_and_more_than_one_other():
    base = pd.Series([53.0, 100.0, 753.0])
    cells = pd.DataFrame({"base": base, "status": "ok", "distinct_children": [17.0, 20.0, 90.0]})
    cells = cells.assign(high=[18.0, 22.0, 95.0], bookings=[30.0, 41.0, 200.0])
    # 17 of 53 is 0.32; in steps of 0.1 that is 0.3: 0.25 x 53 = 13.25 and 0.35 x 53 = 18.55
    cells = cells.assign(rate=[0.30, 0.20, 0.12], rate_high=[0.35, 0.20, 0.125])
    cells = cells.assign(rate_low=cells["rate"])
    cells = cells.assign(bookings_per_child=[0.6, 0.4, 0.3])
    windows = cell_windows(cells, DisclosureRules())
    assert windows["distinct_children"].iloc[0].tolist() == [14.0, 18.0]
    # 0.6 x 53 = 31.8; 0.55 x 53 = 29.15, 0.65 x 53 = 34.45
    assert windows["bookings"].iloc[0].tolist() == [30.0, 34.0]
    low, high = shifted_window(windows, cells)
    assert (low <= cells["distinct_children"]).all() and (cells["distinct_children"] <= high).all()


def test_an_area_where_all_but_two_take_part_is_not_given_away_by_its_ages():
    # 6-9: 38 of 40, withheld; 10-14: 30 of 60 and all: 68 of 100 would give the 2 others back
    frame = pd.DataFrame(
        {"6-9": {"B1": 40, "B2": 200}, "10-14": {"B1": 60, "B2": 200}}, dtype=float
    )
    rows = [("B1", "6-9", 38), ("B1", "10-14", 30), ("B2", "6-9", 60), ("B2", "10-14", 70)]
    rules = DisclosureRules(**FINE)
    made = protected(rows, {"bezirke": frame}, sets=("bezirke",), **FINE)
    found = status(made)
    assert found["bezirke", "B1", "6-9"] == "suppressed"
    units = pd.DataFrame(rows, columns=["bezirke", "age", "n"])
    attack = Attack(made.release, units, {"bezirke": frame}, rules)
    assert 40 - attack.extreme([0], most=False) >= 5


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_areas_and_units_does_not_change_what_is_withheld(monkeypatch, seed):
    asked = []
    real = protection.protect_tables

    def keep(rows, *arguments, **options):
        asked.append(rows)
        return real(rows, *arguments, **options)

    monkeypatch.setattr(protection, "protect_tables", keep)
    rows, children, rules = random_city(seed)
    rng = np.random.default_rng(seed)
    mixed = [rows[k] for k in rng.permutation(len(rows))]
    turned = {name: frame.iloc[::-1, ::-1] for name, frame in reversed(children.items())}
    one = protect_participation(counts_of(rows), children, rules=rules)
    other = protect_participation(counts_of(mixed), turned, rules=rules)
    assert status(one) == status(other)
    # each way to withhold has its own cost, so that the solver has no choice
    costs = [form.cost for row in asked[0] for form in row.forms[1:]]
    assert len(set(costs)) == len(costs)


def test_rather_an_area_is_withheld_than_the_city_and_rather_an_age_than_a_sum():
    rows = [("01", "6-9", 3), ("01", "10-14", 20), ("02", "6-9", 30), ("02", "10-14", 40)]
    children = {
        "bezirke": pd.DataFrame(
            {"6-9": {"01": 100, "02": 100}, "10-14": {"01": 100, "02": 100}}, dtype=float
        )
    }
    found = status(protected(rows, children, sets=("bezirke",), **FINE))
    assert found["bezirke", "01", "6-9"] == "suppressed"
    # the 3 would follow from 23 - 20, and from 33 of the city - 30
    assert found["city", "city", "all"] == "ok" == found["bezirke", "02", "all"]


def test_both_kinds_of_suppression_look_alike():
    rows = [("01", "6-14", 3), ("02", "6-14", 20), ("03", "6-14", 30)]
    children = {"bezirke": table(**{"01": 100, "02": 100, "03": 100})}
    made = protected(rows, children, sets=("bezirke",), **FINE)
    assert "suppressed_secondary" not in set(status(made).values())


def test_no_count_follows_from_a_rate_and_its_base():
    rows = [("01", "6-14", 17), ("02", "6-14", 20)]
    made = protected(rows, {"bezirke": table(**{"01": 53, "02": 100})}, sets=("bezirke",))
    rate = made.release.areas.set_index(["key", "age"]).loc[("01", "6-14"), "rate"]
    # 17 of 53 is 0.3208; steps of 0.05 leave three counts and more: 15, 16, 17
    assert rate == pytest.approx(0.3)


def test_the_bounds_hold_rounding_doubt_and_children_that_went_astray():
    rows = [("01", "6-14", 100), ("02", "6-14", 100)]
    children = {"bezirke": table(**{"01": 1000, "02": 1000})}
    counted = counts_of(rows, sets=("bezirke",))
    shares = {("bezirke", True): Astray(moved=0.01, absent=0.2)}
    astray = Counted(counted.units, counted.offers, counted.area_sets, shares)
    told = [
        protect_participation(c, children, rules=DisclosureRules()).release.areas
        for c in (counted, astray)
    ]
    bounds = [
        t.set_index(["key", "age"]).loc[("01", "6-14"), ["rate_low", "rate_high"]].tolist()
        for t in told
    ]
    # 10.0 % in steps of 0.5 %: 98 to 102 children. Of 98 at most 3 are of elsewhere: P(X ≤ 2) is
    # 0.923 and P(X ≤ 3) 0.983 at 0.98; to 102 belong at most 37: 102 × (0.01 + 0.2/0.8) = 26.5,
    # P(X ≤ 36) = 0.969 and P(X ≤ 37) = 0.979
    assert bounds[0] == pytest.approx([0.098, 0.102])
    assert bounds[1] == pytest.approx([0.095, 0.139])


def test_more_participants_than_children_is_no_rate_and_is_told():
    rows = [("01", "6-14", 60), ("02", "6-14", 20)]
    made = protected(rows, {"bezirke": table(**{"01": 50, "02": 100})}, sets=("bezirke",))
    assert status(made)[("bezirke", "01", "6-14")] == "missing"
    assert [p.code for p in made.problems] == ["participation.more_than_children"]


def test_an_area_with_few_children_has_no_value():
    rows = [("01", "6-14", 8), ("02", "6-14", 20)]
    made = protected(rows, {"bezirke": table(**{"01": 25, "02": 100})}, sets=("bezirke",))
    assert status(made)[("bezirke", "01", "6-14")] == "small_base"


def test_an_area_without_children_has_no_base_and_one_without_a_number_is_missing():
    rows = [("01", "6-14", 8), ("02", "6-14", 20)]
    children = {"bezirke": table(**{"01": 100, "02": 100, "03": 0, "04": float("nan")})}
    found = status(protected(rows, children, sets=("bezirke",)))
    assert found[("bezirke", "03", "6-14")] == "no_base"
    assert found.get(("bezirke", "04", "6-14"), "missing") == "missing"


def test_only_the_gate_makes_a_release():
    made = protected([("01", "6-14", 8)], {"bezirke": table(**{"01": 100})}, sets=("bezirke",))
    fields = {k: getattr(made.release, k) for k in made.release.__dataclass_fields__}
    ParticipationRelease(**fields)
    with pytest.raises(DisclosureError, match="must come from"):
        ParticipationRelease(**{**fields, "seal": object()})
