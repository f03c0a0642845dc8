"""Places before school: need by age by hand, who finds a place, and the fewest groups."""

import numpy as np
import pandas as pd
import pytest
from invented_people import PAST, known_town, table

from sozialraum.model.errors import ConfigError
from sozialraum.planning.demography.early_care import (
    least_groups,
    need_by_age,
    staff_hours,
    without_place,
)
from sozialraum.planning.plan_file import parse_plan
from sozialraum.planning.plan_inputs import PeopleInputs, PlanInputs
from sozialraum.planning.plans import run_plan

QUOTAS = {"0": 0.05, "1": 0.50, "2": 0.75, "3-6": 0.98}
PLAN = {
    "title": "Probe",
    "build": "stadt.toml",
    "offers": {"file": "kitas.gpkg", "key": "id", "capacity": "plaetze", "under3": "u3"},
    "forecast": {"register": "register.csv", "draws": 200},
    "kita": {"quotas": QUOTAS, "groups": "nw_kibiz"},
}


def test_need_is_counted_by_single_age():
    under, over = need_by_age(np.array([40.0, 38, 41]), {0: 0.05, 1: 0.50, 2: 0.75})
    assert (float(under), float(over)) == (51.75, 0.0)
    assert round(float(under) / 119, 3) == 0.435


def test_two_groups_of_form_i_at_45_hours_need_256_hours_of_staff_198_of_them_skilled():
    assert staff_hours({"I": 2}, rule="nw_kibiz", hours=45) == (256.0, 198.0)


@pytest.mark.parametrize(
    ("under", "over", "hours", "groups"),
    [
        (0, 0, 45, (0, 0, 0)),
        (6, 14, 45, (1, 0, 0)),
        (7, 14, 45, (0, 1, 1)),  # two groups in any case: II and III need 251.5 hours, 2 × I 256
        (10, 0, 35, (0, 1, 0)),
        (0, 26, 25, (0, 0, 2)),
        (0.2, 0, 25, (1, 0, 0)),  # one child: form I has least staff
    ],
)
def test_the_fewest_groups_take_all_who_have_no_place(under, over, hours, groups):
    found = least_groups(under, over, rule="nw_kibiz", hours=hours)
    assert tuple(found.values()) == groups


def test_children_cross_borders_but_not_the_radius():
    metres = np.array([[100.0, 900.0], [900.0, 100.0], [5000.0, 5000.0]])
    need, places = np.array([30.0, 10.0, 5.0]), np.array([20.0, 15.0])
    assert without_place(need, places, metres, 1000).sum() == pytest.approx(45 - 35)
    near = without_place(need, places, metres, 500)
    assert near.tolist() == pytest.approx([10, 0, 5])
    assert without_place(need, places, metres, 50).tolist() == [30, 10, 5]


def decided(plan):
    register = table(known_town(5)[0][:PAST], 2017)
    areas = list(register.units)
    offers = pd.DataFrame({"capacity": 300.0, "under3": 60.0}, index=[f"k{a}" for a in areas])
    line = np.arange(len(areas)) * 1500.0
    metres = pd.DataFrame(np.abs(line[:, None] - line[None]), areas, offers.index)
    home = pd.Series(areas, index=offers.index)
    people = PeopleInputs(register=register, metres=metres, offer_area=home)
    return run_plan(parse_plan(plan), PlanInputs(offers=offers, people=people))


def test_both_gaps_stand_side_by_side_and_groups_follow_from_the_reachable_one():
    result = decided(PLAN)
    (variant,) = result.scenarios["kita"].variants
    for kind in ("under3", "over3"):
        table_ = variant.table
        assert (table_[f"left_{kind}"] <= table_[f"need_{kind}"] + 1e-6).all()
        # whoever may go elsewhere finds a place at least as often
        by_year = table_.groupby("year")[[f"short_{kind}", f"left_{kind}"]].sum()
        assert (by_year[f"left_{kind}"] <= by_year[f"short_{kind}"] + 1e-6).all()
    said = " ".join(variant.sentences)
    assert "2025 fehlen für Kinder unter drei Jahren rechnerisch etwa" in variant.sentences[0]
    assert "KiBiz" in said and "§ 24 Abs. 2" in said
    groups = result.details["kita"]["kita_groups"]
    assert set(groups.index) == set(variant.classes.index[variant.classes == "short"])


def test_without_places_under_three_all_places_are_one_kind():
    offers = {k: v for k, v in PLAN["offers"].items() if k != "under3"}
    plan = parse_plan(PLAN | {"offers": offers, "kita": {"quotas": QUOTAS}})
    assert plan.verbs == ("forecast", "kita")
    with pytest.raises(ConfigError, match=r"„under3“ in \[offers\]"):
        parse_plan(PLAN | {"offers": offers})
    with pytest.raises(ConfigError, match="das jüngste und das älteste"):
        parse_plan(PLAN | {"kita": {"quotas": {"klein": 0.5}}})
    with pytest.raises(ConfigError, match=r"\[kita\] braucht den Abschnitt \[forecast\]"):
        parse_plan({k: v for k, v in PLAN.items() if k != "forecast"})
