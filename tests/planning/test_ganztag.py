"""The claim to all-day care: who is entitled, places by hand, and what is told of them."""

import numpy as np
import pandas as pd
import pytest
from invented_people import PAST, known_town, table

from sozialraum.model.errors import ConfigError
from sozialraum.planning.demography.all_day import (
    groups_for,
    missing,
    places_needed,
    rooms_for,
    whole_up,
)
from sozialraum.planning.plan_file import parse_plan
from sozialraum.planning.plan_inputs import PeopleInputs, PlanInputs
from sozialraum.planning.plans import run_plan

PUPILS = np.array([60.0, 58, 57, 55])
PLAN = {
    "title": "Probe",
    "build": "stadt.toml",
    "schools": {"file": "schulen.gpkg", "key": "id", "name": "name", "all_day": "ogs"},
    "forecast": {"register": "register.csv", "rolls": "schueler.csv", "draws": 200},
    "ganztag": {"today": 0.55, "variants": [{"name": "80 von 100", "take_up": 0.8}]},
}


def test_the_claim_grows_by_a_grade_a_year_and_so_do_places_gaps_and_groups():
    told = []
    for year in (2026, 2027, 2028, 2029):
        entitled, need = places_needed(PUPILS, year, take_up=0.8, today=0.55)
        gap = float(missing(need, np.array(140.0)))
        told.append((float(entitled), float(whole_up(need)), gap, float(groups_for(need, 25))))
    assert told == [(60, 142, 2, 6), (118, 156, 16, 7), (175, 171, 31, 7), (230, 184, 44, 8)]


def test_rooms_follow_the_norm_and_unknown_places_are_no_gap():
    # 7 groups of 25 children, 3 m² each, rooms of 60 m²: 525 m² are 8.75 rooms; half shared: 4.375
    assert float(rooms_for(np.array(7.0), size=25, area_per_child=3, room=60)) == 9
    assert float(rooms_for(np.array(7.0), size=25, area_per_child=3, room=60, shared=0.5)) == 5
    assert np.isnan(missing(np.array([10.0]), np.array([np.nan]))[0])


def decided(plan, places):
    register, rolls = (table(part[:PAST], 2017) for part in known_town(5))
    schools = pd.DataFrame(
        {"all_day": places, "area": list(register.units), "name": [f"Schule {u}" for u in register.units]},
        index=list(rolls.units),
    )  # fmt: skip
    inputs = PlanInputs(schools=schools, people=PeopleInputs(register=register, rolls=rolls))
    return run_plan(parse_plan(plan), inputs).scenarios["ganztag"]


def test_a_plan_says_where_places_are_missing_how_sure_that_is_and_what_it_rests_on():
    places = np.full(40, 100.0)
    places[0], places[1] = np.nan, 1000.0
    (variant,) = decided(PLAN, places).variants
    figures = variant.figures
    assert (
        figures["places_missing_low"] <= figures["places_missing"] <= figures["places_missing_high"]
    )
    assert figures["places_there"] == 38 * 100 + 1000
    assert variant.classes.iloc[0] == "unknown" and variant.classes.iloc[1] == "enough"
    rows = variant.table[variant.table["school_year"] == "2029/30"]
    assert rows["places_missing"].isna().sum() == 1
    assert (rows["places_needed_low"] <= rows["places_needed_high"]).all()
    said = " ".join(variant.sentences)
    assert "Im Schuljahr 2029/30 fehlen an" in variant.sentences[0]
    assert "nicht bekannt: Schule 00" in said and "§ 24 Abs. 4 SGB VIII" in said
    assert "groups" not in variant.table  # no norm was stated, so none is used


def test_schools_whose_places_are_not_known_are_not_counted_among_the_others():
    few = np.full(40, 10_000.0)
    few[0], few[1] = np.nan, 0.0
    (variant,) = decided(PLAN, few).variants
    assert "fehlen an 1 von 39 Schulen" in variant.sentences[0]
    (variant,) = decided(PLAN, np.full(40, np.nan)).variants
    figures = variant.figures
    missing_ones = ("places_there", "places_missing", "schools_short")
    assert all(np.isnan(figures[name]) for name in missing_ones)
    assert not any("reichen" in s or "fehlen an" in s for s in variant.sentences)


def test_without_variants_the_published_expectations_stand_side_by_side_with_their_source():
    section = {"today": 0.55, "norms": {"group": 25, "hours": 20, "citation": "Ratsbeschluss"}}
    variants = decided(PLAN | {"ganztag": section}, np.full(40, 100.0)).variants
    assert [v.arguments["take_up"] for v in variants] == [None, 0.64, 0.80, 0.92]
    assert all("stammt aus" in " ".join(v.sentences) for v in variants[1:])
    needed = [v.figures["places_needed"] for v in variants]
    assert needed == sorted(needed)
    row = variants[0].table.iloc[-1]
    assert row["staff_hours"] == 20 * row["groups"] and "group_rooms" not in variants[0].table


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forecast": None}, r"\[ganztag\] braucht den Abschnitt \[forecast\]"),
        ({"forecast": {"register": "r.csv"}}, r"„rolls“ in \[forecast\]"),
        ({"schools": {"file": "s", "key": "k"}}, r"„all_day“ in \[schools\]"),
        ({"ganztag": {"today": 0.5, "norms": {"group": 25}}}, "citation"),
        ({"ganztag": {"today": 0.5, "variants": [{"name": "a"}] * 2}}, "eigenen Namen"),
        ({"ganztag": {"today": 1.5}}, "today"),
    ],
)
def test_a_question_that_cannot_be_is_refused_with_a_reason(change, words):
    with pytest.raises(ConfigError, match=words):
        parse_plan({k: v for k, v in (PLAN | change).items() if v is not None})
