"""Answers to whole questions, asked with the rows of every table in another order."""

import pandas as pd
import pytest
from laws import city as c
from laws.compare import assert_same, columns_turned, each_keyed, permuted
from laws.makers import NEED, PLACES, arguments_of

from sozialraum import planning
from sozialraum.index import effective_weights
from sozialraum.insight import compare_concentration, concentration_index
from sozialraum.planning.districting.catchment_task import catchment_task
from sozialraum.planning.facility_location.sites import site_task

TABLES = {
    "distance": c.distance, "persons": c.persons, "need": NEED, "capacity": PLACES, "cost": PLACES,
}  # fmt: skip
TURNED = {name: permuted(columns_turned(one)) for name, one in TABLES.items()}


def answers_about_sites(tables: dict, model: str) -> list:
    """Return a plan and a sweep, as told by key."""
    task = site_task(**tables, radius=1500.0, number=2, model=model)
    plan = planning.locate(task)
    wider = planning.sweep(task, radius=(1500.0, 2500.0))
    return [plan.sites, plan.value, plan.bound, plan.areas, plan.table, plan.sentences, wider]


@pytest.mark.parametrize("model", ["mclp", "pmedian", "pcenter"])
def test_where_sites_go_does_not_depend_on_the_order_of_rows(model):
    assert_same(answers_about_sites(TABLES, model), answers_about_sites(TURNED, model), model)


def test_how_catchments_are_drawn_does_not_depend_on_the_order_of_rows():
    given = arguments_of("planning.catchment_task", catchment_task)
    found = []
    for turn in (lambda one: one, lambda one: permuted(columns_turned(one))):
        task = catchment_task(**{name: each_keyed(one, turn) for name, one in given.items()})
        table, plans = planning.frontier(task, {"kurz": {}}, method="highs")
        before, after = plans.values()
        found.append(
            [
                table,
                planning.changed_blocks(before, after),
                planning.difference_sentence(before, after),
                planning.redraw(task, method="highs").figures,
            ]
        )
    assert_same(*found, "catchments")


def test_what_is_forecast_does_not_depend_on_which_table_came_turned():
    given = arguments_of("planning.forecast_pupils", planning.forecast_pupils)
    turned = {
        **given,
        "register": given["register"].iloc[::-1],
        "coming": given["coming"].iloc[::-1],
    }
    one, other = (planning.forecast_pupils(**g) for g in (given, turned))
    assert_same(planning.class_chances(one), planning.class_chances(other), "chances")
    assert planning.forecast_sentence(one, 2025) == planning.forecast_sentence(other, 2025)


def test_two_years_are_compared_whatever_the_order_of_each():
    tables = (c.cases, c.persons, c.burden)
    stated = concentration_index(*tables)
    turned = concentration_index(*(permuted(t, n) for n, t in enumerate(tables)))
    later = concentration_index(c.cases + 20, c.persons, c.burden)
    assert_same(compare_concentration(stated, later), compare_concentration(turned, later), "two")


def test_the_weight_of_an_indicator_does_not_depend_on_its_place_in_the_list():
    one, other = effective_weights(c.indicators), effective_weights(c.indicators[::-1])
    pd.testing.assert_series_equal(one.sort_index(), other.sort_index())
