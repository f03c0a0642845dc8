"""Gaps by kind, age and group of offers and by the children meant; names instead of keys."""

import pandas as pd
import pytest
from planning.test_plans import PLAN, city, gathered

from sozialraum.model.errors import ConfigError, DataError
from sozialraum.planning.plan_file import parse_plan
from sozialraum.planning.plans import run_plan

OFFERS = PLAN["offers"] | {
    "kind": "art", "age_from": "von", "age_to": "bis", "group": "fuer", "name": "name",
}  # fmt: skip


def offers():
    """S1 in the west for toddlers, S2 in the east for all ages and for girls."""
    return city()[3].assign(
        art=["kita", "treff"], von=[0.0, None], bis=[2.0, None], fuer=["", "maedchen"],
        name=["Krippe", "Treff"],
    )  # fmt: skip


def told(**gap):
    plan = parse_plan(PLAN | {"offers": OFFERS, "gap": {"rings": [[600, 1.0]]} | gap})
    more = {"offers": offers()}
    if "persons" in gap:
        more["block_counts"] = city()[2].assign(kinder_u3=5.0)
    return run_plan(plan, gathered(plan, **more), verb="gap").scenarios["gap"].variants


def nearest(variant):
    return set(variant.table["nearest"])


def test_only_offers_of_a_kind_an_age_or_a_group_are_laid_against_need():
    every = told()[0].figures["persons_in_deserts"]
    assert every == 0.0  # one offer on each side, all blocks within 600 m of one
    kita = told(kinds=["kita"])[0]
    assert kita.figures["persons_in_deserts"] == 60.0  # blocks 21, 30 and 31 lie beyond 600 m
    assert nearest(kita) == {"Krippe"}
    school = told(ages=(6, 9))[0]  # the offer for toddlers is none for them
    assert (
        school.figures["persons_in_deserts"]
        == told(kinds=["treff"])[0].figures["persons_in_deserts"]
    )
    boys = told(groups=["jungen"])[0]
    assert nearest(boys) <= {"Krippe"}  # for girls alone is not for them; no group stated: for all


def test_the_children_meant_are_those_of_the_column():
    variant = told(persons="kinder_u3")[0]
    assert variant.figures["persons"] == 40.0  # five in each of eight blocks


def test_a_variant_without_any_offer_is_an_error_with_its_name():
    with pytest.raises(DataError, match="Variante"):
        told(kinds=["schwimmbad"])
    with pytest.raises(ConfigError, match="group"):
        parse_plan(PLAN | {"gap": {"groups": ["x"]}})


def test_areas_are_called_by_their_names():
    plan = parse_plan(PLAN | {"offers": OFFERS, "gap": {"rings": [[600, 1.0]], "kinds": ["kita"]}})
    areas = city()[1].assign(name=["Westend", "Ostend"])
    made = run_plan(plan, gathered(plan, offers=offers(), index_areas=areas), verb="gap")
    said = made.scenarios["gap"].variants[0].sentences
    assert any("Im Gebiet Ostend (30) " in s for s in said) and not any(
        "Gebiet 30" in s for s in said
    )
    named = city()[0].assign(name=[f"Block {k}" for k in city()[0].index])
    made = run_plan(
        plan, gathered(plan, offers=offers(), index_areas=areas, blocks=named), verb="gap"
    )
    assert any("Im Gebiet Block 30 " in s for s in made.scenarios["gap"].variants[0].sentences)


def test_doubled_offers_are_points_of_the_map():
    two = offers().iloc[[0, 0, 0]].set_axis(["a", "b", "c"])
    two["plaetze"] = 90.0
    index = pd.Series({"W": 1.0, "O": 5.0})
    plan = parse_plan(
        PLAN | {"offers": OFFERS, "gap": {"rings": [[600, 1.0]], "radius": 500, "times": 3}}
    )
    made = run_plan(plan, gathered(plan, offers=two, index=index), verb="gap")
    assert made.scenarios["gap"].variants[0].points == ("a", "b", "c")
