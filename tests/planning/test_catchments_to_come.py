"""Catchments for children to come: areas to blocks, and places that do for the worst of the years."""

import numpy as np
import pandas as pd
import pytest
from planning.block_grid import grid, least_of_all_plans

from sozialraum.model.errors import DataError
from sozialraum.planning.demography.projection import Projection
from sozialraum.planning.districting.catchment_program import lower_bound
from sozialraum.planning.districting.catchment_task import CatchmentCosts
from sozialraum.planning.districting.catchments import redraw
from sozialraum.planning.districting.children_to_come import children_to_come
from sozialraum.planning.districting.description import describe_catchments, year_loads

SMALL = [f"b{x}{y}" for y in range(2) for x in range(4)]


def projection():
    """Two areas, two years, ages 6 to 9, two draws: A has 40 then 80 children, B 12 in both."""
    children = np.zeros((2, 2, 2, 4))
    children[0, :, 0], children[1, :, 0], children[:, :, 1] = 10.0, 20.0, 3.0
    children[:, 0] -= 1.0
    children[:, 1] += 1.0  # draws differ, their mean is as said
    due = np.stack([np.full((2, 2), 8.0), np.full((2, 2), 12.0)])
    return Projection(
        years=(2026, 2027), areas=("A", "B"), ages=(6, 7, 8, 9), children=children, due=due
    )


def test_children_of_an_area_are_spread_as_those_of_today():
    area, pupils = pd.Series({"x": "A", "y": "A"}), pd.Series({"x": 30.0, "y": 10.0})
    made = children_to_come(projection(), area, pupils, years=None, ages=(6, 9))
    assert made.loads.loc["x"].tolist() == [30.0, 60.0]
    assert made.loads.loc["y"].tolist() == [10.0, 20.0]
    assert made.entering.tolist() == [7.5, 2.5]  # (8 + 12) / 2 = 10, three quarters and one
    assert made.elsewhere == 12.0  # B has no block
    alike = children_to_come(projection(), area, pupils * 0.0, years=(2027, 2030), ages=(6, 9))
    assert list(alike.loads) == ["2027"] and alike.loads["2027"].tolist() == [40.0, 40.0]
    with pytest.raises(DataError, match="keine Vorausberechnung"):
        children_to_come(projection(), area, pupils, years=(2030, 2031), ages=(6, 9))
    with pytest.raises(DataError, match="6 bis 9"):
        children_to_come(projection(), area, pupils, years=None, ages=(5, 9))


def test_places_do_for_the_worst_year_as_trying_all_plans_says():
    rng = np.random.default_rng(5)
    loads = pd.DataFrame(rng.integers(0, 12, (8, 3)) * 1.0, SMALL, ["2026", "2027", "2028"])
    places = pd.Series({"S0": 22.0, "S1": 22.0})
    costs = CatchmentCosts(over=0.3)
    task = grid(4, 2, ((0, 0), (3, 1)), seed=3, loads=loads, capacity=places, costs=costs)
    best = least_of_all_plans(task)
    found = redraw(task, proposals=20_000)
    assert found.value == pytest.approx(best)
    assert lower_bound(task) <= best + 1e-9
    at = np.array([task.schools.index(s) for s in found.school])
    fullest = year_loads(task, at).max(axis=0)
    by_hand = [
        max(loads.loc[found.school == s, year].sum() for year in loads) for s in places.index
    ]
    np.testing.assert_allclose(fullest, by_hand)
    assert found.table["over"].tolist() == [max(load - 22.0, 0.0) for load in by_hand]


def test_who_moves_and_how_schools_are_mixed_is_told_of_one_cohort():
    today = pd.Series(dict.fromkeys(SMALL, "S0"))
    entering = pd.Series(2.0, SMALL)
    task = grid(
        4, 2, ((0, 0), (3, 1)), seed=3, current=today, entering=entering,
        in_need=pd.Series([2.0, 0, 0, 0, 0, 0, 0, 2.0], SMALL),
    )  # fmt: skip
    plan = np.array([0, 0, 1, 1] * 2)
    told = describe_catchments(task, plan)
    assert told.figures["pupils_moved"] == 8.0  # four blocks of two
    # each school has 2 of 4 in need and 6 of 12 others: no dissimilarity
    assert told.figures["dissimilarity"] == pytest.approx(0.0)
