"""No child stays without a place that is there, and what is told where there is none at all."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sozialraum.planning.demography.early_care import without_place
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import site_task
from sozialraum.planning.programs import Program, Solution


def test_no_place_stays_empty_that_a_child_could_have_if_others_moved_up():
    """Twelve sites in a row: for one child at the first to have a place, all must move up."""
    names = [f"{i:02d}" for i in range(12)]
    metres = pd.DataFrame(np.inf, names[:-1], names)
    for here, beyond in pairwise(names):
        metres.loc[here, here], metres.loc[here, beyond] = 0.0, 900.0
    persons = pd.Series([6.0, *[5.0] * 10], index=names[:-1])
    need = pd.Series([0.01, *[1.0] * 10], index=names[:-1])
    given = {"need": need, "number": 12, "capacity": pd.Series(5.0, index=names), "radius": 900}
    for model in ("pmedian", "mclp", "pcenter"):
        plan = locate(site_task(metres, persons, model=model, **given))
        assert plan.figures["persons_without_place"] == pytest.approx(0), model
        assert plan.figures["mean_metres"] == pytest.approx(900 * 11 / 56)
    found = without_place(persons.to_numpy(), np.full(12, 5.0), metres.to_numpy(), 900)
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_children_without_need_have_a_place_too_and_change_no_figure_of_need():
    metres = pd.DataFrame({"A": [0.0, 10.0], "B": [400.0, 500.0]}, index=["x", "y"])
    persons, need = pd.Series(10.0, index=["x", "y"]), pd.Series({"x": 1.0, "y": 0.0})
    room = pd.Series(10.0, index=["A", "B"])
    asked = {"need": need, "model": "pmedian", "number": 2, "capacity": room}
    plan = locate(site_task(metres, persons, **asked))
    assert plan.areas["placed"].to_list() == [10, 10] and plan.value == 0
    assert plan.figures["mean_metres"] == 250


def test_a_budget_whose_search_ran_out_of_time_is_neither_proven_nor_called_too_small(monkeypatch):
    nothing = Solution(np.empty(0), np.inf, -np.inf, np.inf, finished=False)
    monkeypatch.setattr(Program, "solve", lambda *_, **__: nothing)
    metres = pd.DataFrame({"A": [100.0], "B": [300.0]}, index=["x"])
    cost = pd.Series({"A": 3.0, "B": 1.0})
    asked = {"model": "pmedian", "number": 1, "cost": cost, "budget": 3.0}
    plan = locate(site_task(metres, pd.Series({"x": 5.0}), **asked))
    assert plan.gap == np.inf and "time" in plan.slacks
    said = " ".join(plan.sentences)
    assert "das ist bewiesen" not in said and "reicht für keinen" not in said


def test_a_centre_without_any_place_is_told_as_such():
    metres = pd.DataFrame({"A": [100.0], "B": [300.0]}, index=["x"])
    room = pd.Series(0.0, index=["A", "B"])
    asked = {"model": "pcenter", "number": 1, "capacity": room}
    plan = locate(site_task(metres, pd.Series({"x": 5.0}), **asked))
    assert plan.value == plan.figures["largest_metres"] == 0
    assert plan.sentences[0].endswith("findet kein Kind einen Weg und einen Platz.")
