"""Plan files a planner of another town would write: what they tell against counting it out."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from unseen_town import (
    ALL_DAY,
    COHORT,
    DEMAND,
    GRADE,
    HEAD,
    KEYS,
    KINDER,
    KITAS,
    MIDDLE,
    OFFERS,
    PLACES,
    SCHOOL_KEYS,
    SCHOOLS,
    SITES,
    metres,
    write_points,
    write_town,
    write_years,
)

from sozialraum.model.errors import DataError
from sozialraum.workflows.plan.decision import decide
from sozialraum.workflows.plan.plan_checking import check_plan

FORECAST = '[forecast]\nregister = "register.csv"\nrolls = "schueler.csv"\nhorizon = 6\n'


def planned(folder, plan):
    """Return what check says, and the scenarios."""
    path = folder / "plan.toml"
    path.write_text(HEAD + plan, encoding="utf-8")
    told = check_plan(path)
    assert [p for p in told if p.severity == "error"] == []
    return told, decide(path).release.scenarios


def refused(folder, plan):
    """Return the codes that check and the plan itself refuse with: the same ones."""
    path = folder / "plan.toml"
    path.write_text(HEAD + plan, encoding="utf-8")
    codes = {p.code for p in check_plan(path) if p.severity == "error"}
    with pytest.raises(DataError) as caught:
        decide(path)
    assert {p.code for p in caught.value.problems} <= codes
    return codes


def test_missing_all_day_places_are_those_counted_by_hand(tmp_path):
    write_town(tmp_path)
    section = '[ganztag]\ntoday = 0.5\n[[ganztag.variants]]\nname = "v"\ntake_up = 0.75\n'
    norms = '[ganztag.norms]\ngroup = 25\ncitation = "Rat"\n'
    _, made = planned(tmp_path, SCHOOL_KEYS + 'all_day = "ganztag"\n' + FORECAST + section + norms)
    (variant,) = made["ganztag"]["variants"]
    need = 4 * GRADE * 3 // 4  # in 2029/30 all four grades have the claim
    gap = {s: max(need - ALL_DAY[s], 0) for s in ("S1", "S2", "S3")}
    assert variant["figures"]["places_missing"] == sum(gap.values()) == 140
    rows = {r["key"]: r for r in variant["table"] if r["school_year"] == "2029/30"}
    assert {k: r["places_missing"] for k, r in rows.items()} == gap
    assert {r["groups"] for r in rows.values()} == {-(-need // 25)}
    first, where = variant["sentences"][:2]
    assert "an 3 von 3 Schulen zusammen etwa 140 Plätze" in first
    assert where.endswith("Schule S3 (60), Schule S2 (50), Schule S1 (30).")
    # 2026/27: the first grade alone has the claim
    early = {r["key"]: r for r in variant["table"] if r["school_year"] == "2026/27"}
    assert {r["places_needed"] for r in early.values()} == {GRADE * 3 // 4 + 3 * GRADE // 2}


def test_a_school_that_closes_moves_all_its_children_and_figures_follow_from_the_map(tmp_path):
    write_town(tmp_path)
    schools = {"id": ["S1", "S3"], "gebiet": ["01", "10"], "plaetze": [300, 300]}
    seats = [MIDDLE["01"], MIDDLE["10"]]
    write_points(tmp_path / "schulen.gpkg", schools, seats)
    plan = SCHOOL_KEYS.replace('name = "name"\n', "") + 'capacity = "plaetze"\n'
    _, made = planned(tmp_path, DEMAND + plan + "[catchments]\nlimit = 1500\n")
    pupils = {k: n // 4 * 2 for k, n in KINDER.items()}
    ways = pd.DataFrame(metres(seats), KEYS, ["S1", "S3"])
    for variant in made["catchments"]["variants"]:
        told, rows = variant["figures"], {r["key"]: r for r in variant["table"]}
        # only the areas of two schools have one today; all others move
        assert told["pupils_moved"] >= sum(n for k, n in pupils.items() if k not in ("01", "10"))
        assert sum(r["pupils"] for r in rows.values()) == sum(pupils.values())
        assert told["over_capacity"] == sum(max(r["pupils"] - 300, 0) for r in rows.values())
        mean = sum(r["mean_metres"] * r["pupils"] for r in rows.values()) / sum(pupils.values())
        assert told["mean_metres"] == pytest.approx(mean)
    # ways told are those of the map: nobody walks less than to the nearest school
    given = decide(tmp_path / "plan.toml").result.scenarios["catchments"].variants[-1].assignment
    walked = sum(ways.at[k, given[k]] * n for k, n in pupils.items()) / sum(pupils.values())
    assert told["mean_metres"] == pytest.approx(walked)
    assert told["largest_metres"] == pytest.approx(max(ways.at[k, given[k]] for k in KEYS))


def test_dwellings_where_no_school_stands_are_told_to_count_nowhere(tmp_path):
    write_town(tmp_path)
    housing = (
        '[[forecast.housing]]\nfile = "neubau.csv"\n[forecast.housing_types.haus]\npersons = 3.0\n'
        'occupancy = [1.0]\nprofile = { "0-6" = 0.1 }\ncitation = "Stadt"\n'
    )
    told = {}
    for area in ("05", "03"):
        (tmp_path / "neubau.csv").write_text(
            f"gebiet;jahr;we;art\n{area};2026;100;haus\n", encoding="utf-8"
        )
        variant = planned(tmp_path, SCHOOL_KEYS + FORECAST + housing)[1]["forecast"]["variants"][0]
        told[area] = variant["figures"]["entry_born"], " ".join(variant["sentences"])
    still = 3 * GRADE
    assert told["05"][0] == still and "Wohnungen, die dort entstehen, bringen" in told["05"][1]
    assert told["03"][0] > still and "9 Gebiete haben keine Schule" in told["03"][1]


def test_two_pots_give_what_dividing_by_hand_gives(tmp_path):
    write_town(tmp_path, schools=4)
    keys = 'size = "kinder"\nshare = "lmb"\nmarked = "aktion"\n'
    pots = (
        '[[allocate]]\nname = "Sozialarbeit"\ntotal = 5.0\nunit = 0.25\n[[allocate.rules]]\n'
        'name = "Köpfe"\nform = "heads"\n[[allocate]]\nname = "Bonus"\ncurrency = "Euro"\n'
        'total = 200000.0\n[[allocate.rules]]\npublished = "be_bonus_2014"\n'
    )
    _, made = planned(tmp_path, DEMAND + SCHOOL_KEYS + keys + pots)
    posts, money = (made[k]["variants"][0] for k in ("allocate", "allocate_2"))
    # 20 quarters by 160, 120, 130, 90 of 500 children: 6.4, 4.8, 5.2, 3.6 → 6, 5, 5, 4
    assert {r["key"]: r["now"] for r in posts["table"]} == {
        "S1": 1.5, "S2": 1.25, "S3": 1.25, "S4": 1.0,
    }  # fmt: skip
    # 80 % → 100,000; 30 % → 0; 55 % in an Aktionsraum → 62,500; 76 % → 100,000
    assert {r["key"]: r["now"] for r in money["table"]} == {
        "S1": 100000, "S2": 0, "S3": 62500, "S4": 100000,
    }  # fmt: skip
    assert "kostet 262.500,00 Euro; beschlossen sind 200.000,00" in " ".join(money["sentences"])


def test_pins_that_contradict_are_all_named_and_others_hold(tmp_path):
    write_town(tmp_path)
    plan = DEMAND + SCHOOL_KEYS + 'capacity = "plaetze"\n[catchments]\nfixed = "fest.csv"\n'
    head = "block;schule;art;grund\n"
    wrong = "01;S2;fest;\n01;S3;fest;\n99;S1;fest;\n04;S1;vielleicht;\n05;S9;fest;\n"
    (tmp_path / "fest.csv").write_text(head + wrong, encoding="utf-8")
    assert refused(tmp_path, plan) == {
        "planning.unknown_key", "planning.stipulation_kind", "planning.fixed_twice",
    }  # fmt: skip
    (tmp_path / "fest.csv").write_text(head + "11;S2;fest;Rat\n06;S1;verboten;Bahn\n", "utf-8")
    scenario = planned(tmp_path, plan)[1]["catchments"]
    last = scenario["variants"][-1]
    assert any("Gründe: Bahn; Rat" in said for said in last["sentences"])
    drawn = decide(tmp_path / "plan.toml").result.scenarios["catchments"].variants[-1].assignment
    assert drawn["11"] == "S2" and drawn["06"] != "S1"


def least_left(need, places, near):
    """Return how many children of all areas at least find no place, by a program of its own."""
    n, m = near.shape
    flow = linprog(
        -np.ones(n * m),
        A_ub=np.vstack([np.kron(np.eye(n), np.ones(m)), np.tile(np.eye(m), n)]),
        b_ub=np.r_[need, places],
        bounds=[(0, None if ok else 0) for ok in near.ravel()],
    )
    return sum(need) + flow.fun


def test_kita_places_by_single_age_and_a_missing_age_is_refused(tmp_path):
    write_town(tmp_path)
    kita = (
        '[forecast]\nregister = "register.csv"\n[kita]\nradius = 1200\n'
        'quotas = { "0" = 0.05, "1" = 0.50, "2" = 0.75, "3-5" = 0.98 }\n'
    )
    plan = OFFERS + 'under3 = "u3"\n' + kita
    (variant,) = planned(tmp_path, plan)[1]["kita"]["variants"]
    told = variant["figures"]
    home = {k: (n - u, u) for k, n, u in KITAS.values()}
    near = metres([MIDDLE[k] for k in home]) <= 1200
    for kind, share, at in (("over3", 3 * 0.98, 0), ("under3", 1.3, 1)):
        need = COHORT * share
        short = sum(max(need - home.get(k, (0, 0))[at], 0) for k in KEYS)
        left = least_left([need] * len(KEYS), [p[at] for p in home.values()], near)
        assert told[f"need_{kind}"] == round(need * len(KEYS))
        assert told[f"short_{kind}"] == round(short) and told[f"left_{kind}"] == round(left)
        assert f"etwa {10 * round(short / 10)} Plätze" in " ".join(variant["sentences"])
    write_years(tmp_path, SCHOOLS, missing={(2023, 2)})
    assert refused(tmp_path, plan) == {"planning.missing_cells"}
    write_years(tmp_path, SCHOOLS, missing={(y, 4) for y in range(2019, 2025)})
    assert refused(tmp_path, plan) == {"planning.gap_in_years"}


def test_a_town_with_one_school_sends_all_children_there(tmp_path):
    write_town(tmp_path, schools=1)
    plan = DEMAND + SCHOOL_KEYS + 'size = "kinder"\ncapacity = "plaetze"\n'
    rest = '[allocate]\ntotal = 2.0\n[[allocate.rules]]\nname = "Bedarf"\n[catchments]\n'
    _, made = planned(tmp_path, plan + rest)
    pupils = np.array([n // 4 * 2 for n in KINDER.values()])
    ways = metres([MIDDLE["01"]])[:, 0]
    for variant in made["catchments"]["variants"]:
        told = variant["figures"]
        assert told["mean_metres"] == pytest.approx((ways * pupils).sum() / pupils.sum())
        assert told["largest_metres"] == pytest.approx(ways.max())
        assert told["over_capacity"] == pupils.sum() - PLACES["S1"]
    assert any("Kein anderer Zuschnitt ist nach diesen Maßstäben besser" in s
               for s in variant["sentences"])  # fmt: skip
    assert made["allocate"]["variants"][0]["figures"]["total"] == 2.0


def places_to_choose(folder, rows):
    made = pd.DataFrame(rows, columns=["id", "plaetze", "x", "y"]).assign(name=lambda t: t["id"])
    write_points(folder / "orte.gpkg", made.drop(columns=["x", "y"]), made[["x", "y"]].to_numpy())
    return made


CHOICES = [
    ("A", 100, 400, 400),
    ("B", 150, 2800, 2000),
    ("C", 80, 1200, 1200),
    ("D", 60, 2000, 400),
]


@pytest.mark.parametrize("zero", [{}, {"04": 0, "07": 0}], ids=["", "areas without children"])
def test_sites_with_too_few_places_reach_as_many_as_any_choice_of_sites_could(tmp_path, zero):
    none = dict.fromkeys(zero, 0)
    write_town(tmp_path, kinder=zero, arm=none, hz=none, schulkinder=none)
    sites = places_to_choose(tmp_path, CHOICES)
    locate = "[locate]\nradius = 1200\nnumber = 2\nneed_power = 0.0\nplan_b = false\n"
    scenario = planned(tmp_path, DEMAND + SITES + locate)[1]["locate"]
    (variant,) = scenario["variants"]
    children = np.array(list((KINDER | zero).values()), float)
    near = metres(sites[["x", "y"]].to_numpy()) <= 1200
    most = max(
        children.sum() - least_left(children, sites["plaetze"].iloc[list(two)], near[:, list(two)])
        for two in combinations(range(len(sites)), 2)
    )
    told = variant["figures"]
    assert told["persons_covered"] == round(most) == 250
    assert told["persons"] == children.sum()
    nobody = children[~near.any(axis=1)].sum()
    assert told["persons_no_site_could_reach"] == nobody
    shown = {k for k, kind in variant["classes"].items() if kind == "nobody"}
    assert shown == set(zero)


@pytest.mark.parametrize("model", ["pmedian", "pcenter"])
def test_who_finds_no_place_is_one_number_in_sentence_and_table_whatever_the_radius(
    tmp_path, model
):
    write_town(tmp_path)
    places_to_choose(tmp_path, CHOICES)
    locate = f'[locate]\nmodel = "{model}"\nradius = 900\nnumber = 2\nplan_b = false\n'
    (variant,) = planned(tmp_path, DEMAND + SITES + locate)[1]["locate"]["variants"]
    left = sum(KINDER.values()) - 250
    assert variant["figures"]["persons_without_place"] == left == 818
    said = " ".join(variant["sentences"])
    assert "An keinem offenen Standort einen Platz: 820 Kinder." in said
    assert "in der Nähe" not in said and "Kein offener Standort" not in said


def test_sites_far_outside_the_town_are_told_and_do_not_stop_the_plan(tmp_path):
    write_town(tmp_path)
    places_to_choose(tmp_path, [*CHOICES, ("Z", 500, 90_000, 90_000)])
    told, made = planned(tmp_path, DEMAND + SITES + "[locate]\nradius = 1200\nnumber = 2\n")
    (far,) = [p for p in told if p.code == "planning.far_points"]
    assert far.severity == "warning" and far.message.endswith("Gebiete: Z.")
    assert "Z" not in made["locate"]["variants"][0]["points"]


def test_a_plan_file_with_a_wrong_word_is_not_told_to_drop_what_the_wrong_section_reads(tmp_path):
    write_town(tmp_path)
    places_to_choose(tmp_path, CHOICES)
    path = tmp_path / "plan.toml"
    path.write_text(HEAD + DEMAND + SITES + '[locate]\nmodel = "median"\n', encoding="utf-8")
    assert {p.code for p in check_plan(path)} == {"config.not_allowed"}


GAP = OFFERS + "[gap]\nrings = [[900, 1.0]]\n"


def test_an_area_too_small_for_an_index_does_not_stop_gap_or_locate(tmp_path):
    small = {"05": 4}
    write_town(tmp_path, published=False, kinder=small, arm={"05": 1}, hz={"05": 1})
    places_to_choose(tmp_path, CHOICES)
    plan = DEMAND + SITES + GAP + "[locate]\nradius = 1200\nnumber = 2\n"
    _, made = planned(tmp_path, plan)
    for verb in ("gap", "locate"):
        (variant,) = made[verb]["variants"]
        assert any(
            "Ohne Indexwert ist 1 Gebiet" in said and "Ort 05; weniger als 10 Kinder" in said
            for said in variant["sentences"]
        )
        everyone = sum((KINDER | small).values())
        assert variant["figures"]["persons"] == 10 * int(everyone / 10 + 0.5)
    assert made["gap"]["variants"][0]["classes"]["05"] == "unknown"
    assert "05" not in {row["key"] for row in made["gap"]["variants"][0]["table"]}


JUGEND = '[[derived]]\nname = "jugend"\nformula = "{}"\nareas = "g"\nwhole = true\n'
OF_JUGEND = DEMAND.replace('persons = "kinder"', 'persons = "jugend"')


@pytest.mark.parametrize("published", [True, False])
def test_a_column_that_the_build_derives_can_be_the_demand_of_a_plan(tmp_path, published):
    write_town(tmp_path, published=published, derived=JUGEND.format("kinder - schulkinder"))
    plan = OF_JUGEND.replace('in_need = "arm"\n', "") + GAP
    (variant,) = planned(tmp_path, plan)[1]["gap"]["variants"]
    heads = sum(n - n // 4 * 2 for n in KINDER.values())
    assert variant["figures"]["persons"] == (heads if published else 10 * int(heads / 10 + 0.5))


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        (None, "planning.unknown_name"),
        ("kinder - arm", "planning.cases_unknown"),  # exact, it would give the poor away
        ("arm + hz", "planning.cases_unknown"),
        ("schulkinder - kinder", "planning.negative_number"),
    ],
)
def test_a_derived_column_that_cannot_be_demand_is_refused_by_check_and_plan(
    tmp_path, formula, code
):
    derived = "" if formula is None else JUGEND.format(formula)
    write_town(tmp_path, published=False, derived=derived)
    plan = OF_JUGEND.replace('in_need = "arm"\n', "") + GAP
    assert refused(tmp_path, plan) == {code}


def test_what_a_derived_column_is_made_of_stays_secret_over_two_formulas(tmp_path):
    twice = JUGEND.format("kinder - arm") + JUGEND.format("jugend + hz").replace(
        '"jugend"', '"beide"', 1
    )
    write_town(tmp_path, published=False, derived=twice)
    plan = OF_JUGEND.replace("jugend", "beide").replace('in_need = "arm"\n', "") + GAP
    assert refused(tmp_path, plan) == {"planning.cases_unknown"}
