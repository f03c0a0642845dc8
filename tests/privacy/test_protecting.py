"""Counts are protected first: what is told, what follows, what is not told, and that nobody leaks."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from highs_attack import leaks
from random_cities import DAY, random_city
from rerun_attack import attack, random_table

from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.model.protected import Partition, Protected
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import new_ledger, open_ledger
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.statements import statements_of

UNITS = [f"{n:02d}" for n in range(24)]
RULES = DisclosureRules()


def frame(**columns):
    return pd.DataFrame(columns, index=UNITS).astype(float)


def door(cases, base, *, rules=RULES, places=None, publish=("g",), **more):
    places = places or {"g": pd.Series(UNITS, UNITS)}
    return protect([CaseCounts(DAY, cases, base)], places, publish=publish, rules=rules, **more)


@pytest.fixture
def city():
    rng = np.random.default_rng(7)
    base = frame(u6=rng.integers(40, 200, 24), ab6=rng.integers(40, 200, 24))
    cases = base.apply(lambda b: rng.binomial(b.astype(int), 0.2)).astype(float)
    return cases, base


@pytest.mark.parametrize("seed", range(20))
def test_no_exact_attack_finds_a_small_count(seed):
    """A seeded slice of the thousand cities of benchmarks/attack_counts."""
    found = random_city(seed)
    protected = found.protect().protected
    assert leaks(found, protected, totals=False) == []
    assert leaks(found, protected, totals=True) == []


def test_the_attack_finds_what_is_not_protected():
    """Exact tables: the attack must see every small count, or it proves nothing."""
    found = random_city(5)
    open_rules = DisclosureRules(minimum=found.rules.minimum, published_input=True, reason="Test")
    counts = CaseCounts(DAY, found.cases, found.base)
    exact = protect([counts], found.places, publish=[*found.places], rules=open_rules)
    assert leaks(found, exact.protected, totals=False)


def test_who_runs_the_program_on_every_count_learns_nothing_more(monkeypatch):
    """A seeded slice of benchmarks/attack_counts: by tables published, and by tables refused."""
    monkeypatch.setattr("rerun_attack.MOST_VECTORS", 30_000)
    tried = [attack(*random_table(seed)) for seed in range(60)]
    published = [a for a in tried if not a.reason and a.vectors]
    refused = [a for a in tried if a.reason == "audit" and a.vectors]
    assert len(published) > 15 and len(refused) > 5
    assert sum(a.few for a in tried) == 0


@pytest.mark.parametrize(
    ("base", "total", "reason"),
    [
        ([400, 400], 300, "few_areas"),
        ([400] * 3, 4, "small_total"),
        ([60, 70, 80], 100, ""),
        ([12, 70, 80], 11, "refusal"),
        ([21, *[400] * 9], 60, ""),
        ([21, *[400] * 19], 12, ""),
    ],
)
def test_whether_few_areas_or_few_persons_are_told_follows_from_public_figures(base, total, reason):
    """With k = 5: below three areas; below 5 persons; where all refused counts lie in one area."""
    keys = [f"{n:02d}" for n in range(len(base))]
    for spread in (1, 2, len(base) - 1):  # all in one area, in two, or in all but the first
        counts = np.zeros(len(base))
        counts[-spread:] = total // spread
        counts[-1] += total - counts.sum()
        frames = [pd.DataFrame({"x": v}, keys, dtype=float) for v in (counts, base)]
        found = protect(
            [CaseCounts(DAY, *frames)], {"g": pd.Series(keys, keys)}, publish=["g"],
            rules=DisclosureRules(),
        ).protected.unpublished  # fmt: skip
        if reason:
            assert set(found.values()) == {reason}
        else:
            assert not set(found.values()) & {"few_areas", "small_total", "refusal"}


def test_the_middle_goes_on_with_its_window(city):
    cases, base = city
    table = door(cases, base).protected.tables[DAY, "g"]
    assert (table.status == "ok").all(axis=None)
    assert ((table.low <= cases) & (cases <= table.high)).all(axis=None)
    assert table.middle.equals((table.low + table.high) / 2)
    assert table.base.equals(base)
    assert table.half_width.equals((table.high - table.low) / 2)
    wide = (table.high - table.low).to_numpy()
    assert table.variance.to_numpy() == pytest.approx(((wide + 1) ** 2 - 1) / 12)
    assert table.total.to_dict() == cases.sum().to_dict()


def test_two_deliveries_with_equal_windows_and_totals_are_the_same(city):
    cases, base = city
    first = door(cases, base).protected
    low, high = (getattr(first.tables[DAY, "g"], end) for end in ("low", "high"))
    down = next(u for u in UNITS if cases.u6[u] > low.u6[u])
    up = next(u for u in UNITS if cases.u6[u] < high.u6[u] and u != down)
    moved = cases.copy()
    moved.loc[down, "u6"] -= 1
    moved.loc[up, "u6"] += 1
    second = door(moved, base).protected
    assert not moved.equals(cases)
    assert second.equals(first)
    moved.loc[up, "u6"] += 1
    assert not door(moved, base).protected.equals(first)


def test_every_cell_says_why_it_has_no_value(city):
    cases, base = city
    cases.loc["00", "u6"] = np.nan
    base.loc["01", "u6"] = cases.loc["01", "u6"] = 0
    base.loc["02", "u6"], cases.loc["02", "u6"] = 11, 3
    cases.loc["03", "u6"] = 0
    table = door(cases, base).protected.tables[DAY, "g"]
    assert table.status.u6.iloc[:4].tolist() == ["missing", "no_base", "small_base", "ok"]
    assert table.middle.u6.iloc[:3].isna().all()
    assert table.middle.at["03", "u6"] == 0


def test_a_small_total_is_not_told(city):
    cases, base = city
    cases["u6"] = 0.0
    cases.loc["05", "u6"] = 4
    made = door(cases, base)
    assert made.protected.unpublished == {("u6", DAY, "g"): "small_total"}
    table = made.protected.tables[DAY, "g"]
    assert (table.status.u6 == "suppressed").all()
    assert table.middle.u6.isna().all()
    assert np.isnan(table.total.u6)
    assert (table.status.ab6 == "ok").all()
    assert [p.code for p in made.problems] == ["privacy.not_told.small_total"]


def test_a_table_that_windows_and_total_give_away_is_not_told_as_a_whole():
    """k = 5, 24 areas: all counts at the low ends of their windows, one of them 1."""
    cases = frame(x=[1] + [6] * 23)
    base = frame(x=[100] * 24)
    made = door(cases, base)
    assert made.protected.unpublished == {("x", DAY, "g"): "audit"}
    assert made.protected.tables[DAY, "g"].middle.x.isna().all()
    outsider = door(cases, base, rules=DisclosureRules(attacker="outsider"))
    assert not outsider.protected.unpublished
    assert outsider.protected.tables[DAY, "g"].total.x == 3 + 23 * 7


def test_a_sum_follows_from_its_parts(city):
    cases, base = city
    both = cases.assign(alle=cases.u6 + cases.ab6), base.assign(alle=base.u6 + base.ab6)
    made = door(*both).protected
    table = made.tables[DAY, "g"]
    assert table.middle.alle.equals(table.middle.u6 + table.middle.ab6)
    assert set(made.partitions) == {("u6", "g"), ("ab6", "g")}


def test_those_not_counted_follow_from_those_counted(city):
    cases, base = city
    made = door(cases.assign(rest=base.u6 - cases.u6), base.assign(rest=base.u6)).protected
    table = made.tables[DAY, "g"]
    assert table.low.rest.equals(base.u6 - table.high.u6)
    assert table.high.rest.equals(base.u6 - table.low.u6)
    # nobody may be shown to be everybody: 0 poor would be 100 % not poor
    assert made.partitions["u6", "g"].zeros == "suppress"


def test_a_copy_under_another_name_has_the_same_windows(city):
    cases, base = city
    made = door(cases.assign(wie_u6=cases.u6), base.assign(wie_u6=base.u6 + 300)).protected
    table = made.tables[DAY, "g"]
    assert table.low.wie_u6.equals(table.low.u6.rename("wie_u6"))
    assert table.high.wie_u6.equals(table.high.u6.rename("wie_u6"))


def test_a_stated_sum_with_other_factors_is_refused(city):
    cases, base = city
    both = cases.assign(s=cases.u6 + cases.ab6), base.assign(s=base.u6 + base.ab6)
    with pytest.raises(ValueError, match="must have factors of 1 and -1"):
        door(*both, stated={"s": {"u6": 2, "ab6": 1}})


def test_open_data_is_told_as_it_is(city):
    cases, base = city
    made = door(cases, base, rules=DisclosureRules(published=("u6",))).protected
    table = made.tables[DAY, "g"]
    assert table.middle.u6.equals(cases.u6)
    assert table.exact == {"u6"}
    assert not table.middle.ab6.equals(cases.ab6)


def test_a_confidential_base_is_told_as_a_window(city):
    cases, base = city
    table = door(cases, base, confidential=["u6"]).protected.tables[DAY, "g"]
    assert not table.base.u6.equals(base.u6)
    assert ((table.base.u6 - base.u6).abs() <= 1).all()
    assert (table.share.u6 <= 1).all()


def test_sums_of_euros_have_windows_of_many_persons():
    cases, base = frame(euro=np.arange(24) * 137.5), frame(euro=[40] * 24)
    counts = CaseCounts(DAY, cases, base, most={"euro": 100.0})
    made = protect([counts], {"g": pd.Series(UNITS, UNITS)}, publish=["g"], rules=RULES)
    table = made.protected.tables[DAY, "g"]
    assert ((table.high - table.low).euro == 500).all()
    assert table.total.euro == table.middle.euro.sum()


def test_more_cases_than_persons_have_no_complement():
    """Prescriptions per 1,000: 80 cases among 50 persons."""
    cases, base = frame(x=[80] * 24), frame(x=[50] * 24)
    table = door(cases, base).protected.tables[DAY, "g"]
    assert table.low.x.iloc[0] <= 80 <= table.high.x.iloc[0]
    assert (table.high - table.low).x.iloc[0] == 2


def test_moved_counts_are_rounded_to_persons(city):
    cases, base = city
    counts = CaseCounts(DAY, cases + 0.3, base + 0.4, whole=False)
    made = protect([counts], {"g": pd.Series(UNITS, UNITS)}, publish=["g"], rules=RULES)
    assert (made.protected.tables[DAY, "g"].middle % 0.5 == 0).all(axis=None)
    with pytest.raises(ValueError, match="whole"):
        CaseCounts(DAY, cases + 0.3, base)


def test_of_crossing_areas_the_set_with_more_areas_goes():
    """Three areas crossed by six: the windows together tell, one set alone does not."""
    found = next(
        made
        for seed in range(300)
        if len((city := random_city(seed)).places) == 2
        and "audit" in (made := city.protect().protected).unpublished.values()
        and any(p == "a" for _, _, p in made.unpublished)
    )
    gone = [key for key, why in found.unpublished.items() if why == "audit"]
    kept = {(v, p) for v, p in found.partitions}
    assert any((variable, "b") in kept for variable, _, place in gone if place == "a")


def test_every_day_of_a_series_has_the_same_partition(city):
    """24 areas with a base on one day and 12 on the other: the wider windows hold for both."""
    cases, base = city
    fewer = base.copy()
    fewer.loc[UNITS[12:], :] = 0
    days = [
        CaseCounts(DAY, cases, base),
        CaseCounts("2023-12-31", cases.where(fewer > 0, 0), fewer),
    ]
    made = protect(days, {"g": pd.Series(UNITS, UNITS)}, publish=["g"], rules=RULES).protected
    assert made.partitions["u6", "g"] == Partition(5, 9, "suppress")
    assert [*made.on("g")] == ["2023-12-31", DAY]


def test_only_disclosure_control_makes_protected_counts():
    with pytest.raises(DisclosureError, match="by hand"):
        Protected(seal=object(), tables={}, partitions={}, unpublished={}, rules={})


def test_neither_counts_nor_windows_show_in_a_repr(city):
    cases, base = city
    counts = CaseCounts(DAY, cases, base)
    made = door(cases, base)
    for thing in (counts, made, made.protected, made.protected.tables[DAY, "g"]):
        assert str(cases.u6.iloc[0]) not in repr(thing)
        assert "DataFrame" not in repr(thing)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"publish": ["nichts"]}, "'publish' parameter of protect"),
        ({"publish": []}, "'publish' parameter of protect"),
        ({"places": {"g": pd.Series(["a"], ["fremd"])}}, "units"),
    ],
)
def test_a_wrong_call_is_told_in_english(city, change, message):
    with pytest.raises(ValueError, match=message):
        door(*city, **change)


def test_protected_tables_can_be_saved_but_not_forged(city):
    made = door(*city).protected
    table = pickle.loads(pickle.dumps(made.tables[DAY, "g"]))
    assert table.middle.equals(made.tables[DAY, "g"].middle)


CKM = DisclosureRules(minimum=3, noise="cellkey", deviation=5, variance=2.0)


def test_noise_needs_a_secret_and_must_hide_the_minimum(city, tmp_path):
    with pytest.raises(ConfigError, match="Schlüssel"):
        door(*city, rules=CKM)
    new_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger = open_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    with pytest.raises(ConfigError, match="Abweichung"):
        door(*city, rules=replace(CKM, deviation=2, variance=1.0), ledger=ledger)


def test_counts_with_noise_go_through_the_same_door(city, tmp_path):
    new_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger = open_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    cases, base = city
    made = door(cases, base, rules=CKM, ledger=ledger).protected
    table = made.tables[DAY, "g"]
    assert ((table.low <= cases) & (cases <= table.high)).all(axis=None)
    assert not table.middle.equals(cases)
    assert ((table.middle - cases).abs() <= 5).all(axis=None)
    again = door(cases.iloc[::-1], base.iloc[::-1], rules=CKM, ledger=ledger).protected
    assert again.tables[DAY, "g"].middle.equals(table.middle)
    assert "deviation" not in made.rules


def test_all_that_is_told_is_a_list_of_statements(city):
    cases, base = city
    base.loc["02", "u6"], cases.loc["02", "u6"] = 11, 3
    made = door(cases, base).protected
    told = statements_of(made)
    assert len(told) == 2 * 24 - 1
    table = made.tables[DAY, "g"]
    for row in told.itertuples():
        assert row.low == table.low.at[row.key, row.variable]
        assert row.high == table.high.at[row.key, row.variable]
    assert not ((told.key == "02") & (told.variable == "u6")).any()


def test_of_the_same_counts_among_two_bases_the_smaller_base_sets_the_windows(city):
    """49 of 49 and 49 of 98: windows of the larger base would tell that it is everybody."""
    cases, base = city
    cases = cases.assign(a_doppelt=cases.u6)
    base = base.assign(a_doppelt=2 * base.u6)
    cases.loc["00", :], base.loc["00", :] = 49, [49, 60, 98]
    made = door(cases, base).protected
    assert set(made.partitions) == {("u6", "g"), ("ab6", "g")}
    assert made.tables[DAY, "g"].low.a_doppelt["00"] == 44
