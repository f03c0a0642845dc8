"""Children to come: ageing, entry, housing and classes by hand, pooling, and a corridor that holds."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from invented_people import FUTURE, PAST, known_town, long, table

from sozialraum.model.errors import ConfigError, DataError
from sozialraum.planning.demography.backtest import backtest, is_better
from sozialraum.planning.demography.class_rules import class_rule_names, classes_of, usual_classes
from sozialraum.planning.demography.cohorts import remarks_on, year_table
from sozialraum.planning.demography.entry import due_by_year, due_children, entry_cohort
from sozialraum.planning.demography.housing import HousingType, children_of_dwellings
from sozialraum.planning.demography.one_catchment import forecast_pupils
from sozialraum.planning.demography.pooling import learn_quotas
from sozialraum.planning.demography.projection import EntryRule, project
from sozialraum.planning.plan_file import parse_plan
from sozialraum.workflows.plan.decision import decide, verify_decision

ROOT = Path(__file__).parents[2]
PLAIN = EntryRule()


def certain_town():
    """Three years in which every quota is exact: 0.98, 0.98, 0.99, 0.99, 1, 1; entry 0.95."""
    quotas = np.array([0.98, 0.98, 0.99, 0.99, 1.0, 1.0])
    last = np.array([50, 48, 52, 55, 60, 58, 60.0])
    years = [last]
    for _ in range(2):  # backwards: whoever is there was there before
        before = np.r_[years[0][1:] / quotas, 50.0]
        years.insert(0, before)
    register = np.array(years)[:, None, :]
    rolls = (0.95 * register[:, :, 6])[..., None]
    return table(register), table(rolls)


def test_children_age_by_quotas_and_enter_by_the_entry_quota():
    register, rolls = certain_town()
    made = project(register, rolls, np.array([0]), horizon=6, rule=PLAIN, draws=100)
    sixes = [58.00, 60.00, 54.45, 50.97, 46.10, 47.06]
    assert made.due.mean(axis=1)[:, 0] == pytest.approx(sixes, abs=0.006)
    entries = [55.10, 57.00, 51.73, 48.42, 43.80, 44.71]
    assert made.pupils[:, :, 0, 0].mean(axis=1) == pytest.approx(entries, abs=0.006)
    assert made.unborn == (False,) * 6


def test_the_cut_off_mixes_two_ages_and_early_and_late_children_move():
    assert entry_cohort(np.array(40.0), np.array(60.0), 9) == 55
    before, now, after = (np.array(c) for c in (60.0, 50.0, 55.0))
    assert due_children(before, now, after, early=0.02, late=0.08) == pytest.approx(50.884)
    assert due_children(now, now, now, early=0.02, late=0.08) == pytest.approx(50.0)
    counts = np.zeros((3, 1, 7))
    counts[:, 0, 5], counts[:, 0, 6] = [60, 70, 80], [40, 50, 60]
    due = due_by_year(counts, month=9, early=0.0, late=0.0)
    assert np.isnan(due[0, 0]) and due[1:, 0].tolist() == [55.0, 0.25 * 50 + 0.75 * 70]


def test_new_dwellings_bring_children_by_the_years_since_moving_in():
    shares = (0.009, 0.010, 0.011, 0.0115, 0.012, 0.012)
    kind = HousingType(persons=2.06, profile={6: shares}, citation="Melderegister")
    found = children_of_dwellings([40, 40, 40, 0, 0, 0], kind, 6)
    assert found == pytest.approx([0.74, 1.57, 2.47, 2.68, 2.84, 2.93], abs=0.006)
    slow = HousingType(persons=2.0, occupancy=(0.5, 0.5), profile={6: (0.1,)}, citation="x")
    assert children_of_dwellings([10, 0, 0], slow, 6) == pytest.approx([1.0, 2.0, 2.0])
    assert children_of_dwellings([10], kind, 3).tolist() == [0.0]


@pytest.mark.parametrize(
    ("rule", "pupils", "expected"),
    [
        ("ni", 26, (1, 1, 1)), ("ni", 27, (2, 2, 2)), ("ni", 53, (3, 3, 3)),
        ("rp", 24, (1, 1, 1)), ("rp", 25, (2, 2, 2)),
        ("he", 25, (1, 1, 1)), ("he", 26, (1, 2, 2)), ("he", 28, (1, 2, 2)), ("he", 29, (2, 2, 2)),
        ("bw", 28, (1, 1, 1)), ("bw", 29, (2, 2, 2)), ("bw", 15, (0, 1, 1)),
        ("sn", 14, (0, 0, 0)), ("sn", 15, (1, 1, 1)), ("sn", 28, (1, 1, 1)), ("sn", 29, (2, 2, 2)),
        ("sn", 42, (2, 2, 2)), ("sn", 43, (2, 2, 3)), ("sn", 57, (3, 3, 4)),
        ("nw_6a", 29, (1, 1, 1)), ("nw_6a", 30, (2, 2, 2)), ("nw_6a", 176, (8, 8, 8)),
    ],
)  # fmt: skip
def test_classes_follow_the_laws_of_the_laender(rule, pupils, expected):
    assert classes_of(pupils, rule=rule) == expected


def test_hamburg_counts_by_the_social_index_and_unknown_laws_are_refused():
    assert classes_of(20, rule="hh", stage=1)[1] == 2 and classes_of(20, rule="hh", stage=3)[1] == 1
    with pytest.raises(ValueError, match="'stage' parameter of classes_of"):
        classes_of(20, rule="hh")
    assert "by" not in class_rule_names()  # not read in its own text
    whole = usual_classes(np.array([[23.4, 23.6], [46.0, 0.0]]), rule="rp")
    assert whole.tolist() == [[1, 1], [2, 0]]


def test_equal_local_quotas_are_the_city_s_and_a_single_area_keeps_its_own():
    old = np.array([[100.0, 50.0, 20.0], [90.0, 60.0, 30.0]])
    assert learn_quotas(old, 0.9 * old).rate == pytest.approx([0.9] * 3)
    alone = learn_quotas(old[:, :1], np.array([[80.0], [85.0]]))
    assert alone.rate[0] == pytest.approx(165 / 190)


def test_quotas_of_small_areas_go_to_their_type_and_large_differences_stay():
    rng = np.random.default_rng(3)
    truth = np.repeat([0.8, 1.2], 20)
    old = rng.integers(20, 60, (6, 40)) * 1.0
    new = rng.poisson(old * truth).astype(float)
    kinds = np.repeat(["west", "ost"], 20)
    by_type = learn_quotas(old, new, kinds).rate
    own = new.sum(axis=0) / old.sum(axis=0)
    assert np.abs(by_type - truth).mean() < 0.5 * np.abs(own - truth).mean()
    straight = learn_quotas(old, new).rate
    assert np.abs(straight - truth).mean() < np.abs(own - truth).mean() * 1.05


def test_the_corridor_of_80_of_100_holds_80_of_100_in_every_year():
    inside = []
    for seed in range(10):
        register, rolls = known_town(seed)
        made = project(
            table(register[:PAST]), table(rolls[:PAST]), np.arange(40),
            horizon=FUTURE, rule=PLAIN, draws=300,
        )  # fmt: skip
        low, high = np.quantile(np.round(made.pupils[:, :, :, 0]), [0.1, 0.9], axis=1)
        came = rolls[PAST:, :, 0]
        inside.append(((low <= came) & (came <= high)).mean(axis=1))
    # 10 towns of 40 schools: a standard error of about 2 points; the benchmark counts more towns
    assert np.mean(inside, axis=0) == pytest.approx(np.full(FUTURE, 0.80), abs=0.06)


def test_the_backtest_is_made_where_six_years_are_there_and_says_when_nothing_is_gained():
    register, rolls = known_town(1)
    errors = backtest(table(register), table(rolls), np.arange(40), rule=PLAIN, class_rule="nw_6a")
    assert list(errors.index) == [1, 2, 3, 4, 5]
    assert errors["forecasts"].tolist() == [200, 160, 120, 80, 40]
    assert is_better(errors) and errors["inside"].between(0.65, 0.95).all()
    assert (errors["whole"] < errors["error"]).all()  # a city is easier than a school
    assert backtest(table(register[:5]), table(rolls[:5]), np.arange(40), rule=PLAIN) is None
    assert not is_better(errors.assign(unchanged=errors["error"]))


def test_nothing_but_the_seed_decides_the_draws():
    register, rolls = (table(part[:PAST]) for part in known_town(2))
    one, two = (
        project(register, rolls, np.arange(40), horizon=3, rule=PLAIN, draws=100) for _ in range(2)
    )
    np.testing.assert_array_equal(one.pupils, two.pupils)


def test_years_may_come_in_any_order_and_none_may_be_missing():
    register = pd.Series({2022: 200, 2023: 100, 2024: 50})
    rolls = pd.DataFrame({1: [200, 100, 50], 2: [100, 50, 0]}, index=[2022, 2023, 2024])
    coming = pd.Series({2025: 100})
    for table_ in (rolls, rolls.iloc[::-1]):
        found = forecast_pupils(register, table_, coming).expected
        assert found.loc[2025].tolist() == pytest.approx([100.0, 5.0])  # (2·½·½ + 3·0)/5 of 50
    with pytest.raises(DataError, match="2023"):
        forecast_pupils(register.drop(2023), rolls.drop(2023), coming)


def rows(years=(2021, 2022, 2023), ages=range(8), areas=("A", "B")):
    counts = np.full((len(years), len(areas), len(ages)), 31.0)
    return long(counts, years, areas, ages, ["jahr", "gebiet", "alter"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f[f["jahr"] != 2022], "2022"),
        (lambda f: f[f["alter"] != 3], "3"),
        (lambda f: f.drop(index=0), "2021/A/0"),
        (lambda f: f.assign(anzahl=f["anzahl"].where(f["alter"] > 0, -1)), "unter 0"),
        (lambda f: f[f["jahr"] > 2021], "mindestens 3"),
    ],
)
def test_gaps_of_a_register_are_told(change, words):
    given = {"file": "register.csv", "year": "jahr", "unit": "gebiet", "step": "alter"}
    assert year_table(rows().iloc[::-1], **given).counts.shape == (3, 2, 8)
    with pytest.raises(DataError, match=words):
        year_table(change(rows()), **given)


def test_jumps_and_rounded_counts_are_said():
    counts = np.full((3, 4, 8), 30.0)
    counts[2, :, 3] = 45
    found = " ".join(remarks_on(table(counts), file="register.csv"))
    assert "Alter von 3 haben sich 2012" in found and "um 50\u00a0%" in found
    assert "Vielfache von 5" in found
    counts[0, 0, 0] = 31
    assert "Vielfache" not in " ".join(remarks_on(table(counts), file="register.csv"))


PLAN = """
title = "Kinder"
build = "{build}"
draws = 0
[schools]
file = "schulen.gpkg"
key = "schule"
name = "name"
current = "sprengel"
[forecast]
register = "register.csv"
rolls = "schueler.csv"
classes = "nw_6a"
horizon = 8
draws = 200
"""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    """A plan for the example city with an invented register and rolls of eight years."""
    folder = tmp_path_factory.mktemp("kinder")
    data = folder / "daten"
    shutil.copytree(ROOT / "shapes" / "musterstadt", data)
    schools = gpd.read_file(data / "schulen.gpkg")
    areas = sorted(gpd.read_file(data / "sprengel.gpkg")["sprengel"])
    register, rolls = known_town(5)
    years = range(2017, 2017 + PAST)
    people = long(
        register[:PAST, : len(areas)], years, areas, range(7), ["stichtag", "gebiet", "alter"]
    )
    people["stichtag"] = people["stichtag"].map("31.12.{}".format)
    people["anzahl"] = people["anzahl"].astype(int)
    people.sample(frac=1, random_state=1).to_csv(data / "register.csv", sep=";", index=False)
    pupils = long(
        rolls[:PAST, : len(schools)], years, sorted(schools["schule"]), range(1, 5),
        ["schuljahr", "schule", "klasse"],
    )  # fmt: skip
    pupils["schuljahr"] = pupils["schuljahr"].map(lambda y: f"{y}/{(y + 1) % 100:02d}")
    pupils["anzahl"] = pupils["anzahl"].astype(int)
    pupils.to_csv(data / "schueler.csv", sep=";", index=False)
    build = (ROOT / "config" / "musterstadt.toml").as_posix()
    path = folder / "plan.toml"
    path.write_text(PLAN.format(build=build), encoding="utf-8")
    return path, data


def test_a_plan_tells_pupils_classes_doubt_and_how_good_such_forecasts_were(delivered, tmp_path):
    path, data = delivered
    decision = decide(path, data=data)
    decision.save(tmp_path / "eins")
    decide(path, data=data).save(tmp_path / "zwei")
    for file in ("szenarien.html", "szenarien.json", "karte.html"):
        assert (tmp_path / "eins" / file).read_bytes() == (tmp_path / "zwei" / file).read_bytes()
    assert verify_decision(tmp_path / "eins", path, data=data) == []
    told = json.loads((tmp_path / "eins" / "szenarien.json").read_text(encoding="utf-8"))[
        "forecast"
    ]
    variant = told["variants"][0]
    first = " ".join(variant["sentences"])
    assert "Im Schuljahr 2025/26 werden wahrscheinlich" in variant["sentences"][0]
    assert "Schuljahr 2031/32 eingeschult wird, ist noch nicht geboren" in first
    assert "versprochen sind 80 %" in first and "§ 6a" in first
    assert {row["school_year"] for row in variant["table"]} == {
        f"{y}/{y - 1999}" for y in range(2025, 2033)
    }
    assert all(
        row["entry_expected"] is None or row["entry_expected"] % 10 == 0 for row in variant["table"]
    )
    unborn = {row["school_year"] for row in variant["table"] if row["unborn"]}
    assert unborn == {"2031/32", "2032/33"}
    assert [row["key"] for row in told["details"][0]["rows"]] == ["1", "2", "3", "4", "5"]
    page = (tmp_path / "eins" / "szenarien.html").read_text(encoding="utf-8")
    assert "mittlere Abweichung je Schule" in page


def test_all_day_care_alone_rests_on_the_forecast_and_is_computed_again(delivered, tmp_path):
    path, data = delivered
    schools = gpd.read_file(data / "schulen.gpkg")
    plan = tmp_path / "plan.toml"
    asked = 'current = "sprengel"\nall_day = "kapazitaet"'
    text = path.read_text(encoding="utf-8").replace('current = "sprengel"', asked)
    plan.write_text(text + "[ganztag]\ntoday = 0.5\n", encoding="utf-8")
    decide(plan, verb="ganztag", data=data).save(tmp_path / "eins")
    told = json.loads((tmp_path / "eins" / "szenarien.json").read_text(encoding="utf-8"))
    assert list(told) == ["ganztag"]
    assert len(told["ganztag"]["variants"][0]["classes"]) == len(schools)
    assert verify_decision(tmp_path / "eins", plan, data=data) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2024;", "2024;99;0;5\n31.12.2024;", "99"),
        ("31.12.2020", "30.06.2020", "vom 31.12."),
    ],
)
def test_a_register_of_other_areas_or_days_is_refused(delivered, tmp_path, old, new, words):
    path, data = delivered
    other = tmp_path / "daten"
    shutil.copytree(data, other)
    text = (other / "register.csv").read_text(encoding="utf-8")
    count = -1 if old.startswith("31") else 1
    (other / "register.csv").write_text(text.replace(old, new, count), encoding="utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(path.read_text(encoding="utf-8") + 'cutoff = "09-30"\n', encoding="utf-8")
    with pytest.raises(DataError, match=words):
        decide(plan, data=other)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"classes": "by"}, "eines von: nw_6a"),
        ({"classes": "ni", "rolls": None}, "nur zusammen mit rolls"),
        ({"classes": "hh"}, r"braucht den Abschnitt \[schools\]"),
        ({"cutoff": "31.09."}, "letzte Tag"),
        ({"housing": [{"file": "neubau.csv"}]}, "housing_types"),
        (
            {"housing_types": {"haus": {"persons": 2.0, "profile": {"0-9": 0.2}, "citation": "x"}}},
            "höchstens 1",
        ),
    ],
)
def test_a_forecast_that_cannot_be_is_refused_with_a_reason(change, words):
    section = {"register": "register.csv", "rolls": "schueler.csv"} | change
    asked = {k: v for k, v in section.items() if v is not None}
    with pytest.raises(ConfigError, match=words):
        parse_plan({"title": "x", "build": "b.toml", "forecast": asked})


def test_places_before_school_are_told_for_a_build_and_computed_again(delivered, tmp_path):
    path, data = delivered
    plan = tmp_path / "plan.toml"
    asked = """
[offers]
file = "angebote.gpkg"
key = "angebot"
name = "name"
capacity = "plaetze"
[kita]
quotas = { "0" = 0.05, "1" = 0.5, "2" = 0.75, "3-5" = 0.98 }
radius = 1500
year = 2028
"""
    plan.write_text(path.read_text(encoding="utf-8") + asked, encoding="utf-8")
    decide(plan, verb="kita", data=data).save(tmp_path / "eins")
    told = json.loads((tmp_path / "eins" / "szenarien.json").read_text(encoding="utf-8"))["kita"]
    (variant,) = told["variants"]
    assert variant["sentences"][0].startswith("2028 fehlen für Kinder vor der Schule")
    assert variant["figures"]["left_all"] % 10 == 0
    assert set(variant["classes"].values()) <= {"short", "enough", "nobody"}
    assert len(variant["classes"]) == 26
    assert verify_decision(tmp_path / "eins", plan, data=data) == []
