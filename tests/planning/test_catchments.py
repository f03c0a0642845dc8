"""Catchments on a grid: one piece each, places kept, the bound below every plan, brute force where it can."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning.block_grid import KEYS, grid, least_of_all_plans, whole
from scipy.sparse.csgraph import connected_components
from shared_data import shared

from sozialraum.kernels.optimisation.anneal import anneal, stays_whole
from sozialraum.model.errors import DataError
from sozialraum.planning.districting.catchment_program import lower_bound
from sozialraum.planning.districting.catchment_task import (
    CatchmentCosts,
    catchment_task,
)
from sozialraum.planning.districting.catchments import (
    changed_blocks,
    difference_sentence,
    frontier,
    present_plan,
    redraw,
)
from sozialraum.planning.districting.description import (
    chance_dissimilarity,
    describe_catchments,
    extra_pieces,
)
from sozialraum.planning.districting.growing import grown_start


def places_of(task, plan):
    return np.array([task.schools.index(s) for s in plan.school])


def test_a_small_city_comes_out_as_trying_all_plans_says():
    task = grid(4, 2, ((0, 0), (3, 1)), seed=3)
    best = least_of_all_plans(task)
    found = redraw(task, proposals=20_000)
    assert found.value == pytest.approx(best)
    assert found.bound <= best + 1e-9


@pytest.mark.parametrize("costs", [{}, {"mix": 3.0}, {"mix": 30.0}, {"stay": 0.5}, {"over": 0.1}])
@pytest.mark.parametrize("method", ["anneal", "highs"])
def test_every_catchment_is_one_piece_and_no_bound_is_above_a_plan(costs, method):
    rng = np.random.default_rng(1)
    task = grid(
        8,
        6,
        ((1, 1), (6, 1), (3, 4)),
        seed=2,
        capacity=pd.Series({"S0": 70.0, "S1": 70.0, "S2": 70.0}),
    )
    poor = pd.Series(
        rng.binomial(task.pupils.astype(int), np.linspace(0.1, 0.6, 48)) * 1.0, index=task.blocks
    )
    task = grid(
        8, 6, ((1, 1), (6, 1), (3, 4)), seed=2, in_need=poor, costs=CatchmentCosts(**costs),
        capacity=pd.Series({"S0": 70.0, "S1": 70.0, "S2": 70.0}),
    )  # fmt: skip
    plan = redraw(task, method=method, proposals=100_000)
    assert whole(task, places_of(task, plan))
    assert plan.figures["extra_pieces"] == 0
    assert plan.bound <= plan.value + 1e-9
    assert plan.table["pupils"].sum() == task.pupils.sum()


def test_the_dissimilarity_of_four_schools_by_hand():
    # shared case: four units of 50 with 10, 20, 30, 40 of 100 in need: D = .4
    case = pd.read_csv(shared("cases/dissimilarity_hand.csv"))
    task = grid(4, 1, ((0, 0), (1, 0), (2, 0), (3, 0)))
    keys = task.blocks
    pupils = pd.Series((case["group_a"] + case["group_b"]).to_numpy(), index=keys)
    poor = pd.Series(case["group_a"].to_numpy(), index=keys)
    distance = pd.DataFrame(task.metres, keys, task.schools)
    task = catchment_task(distance, pupils, [("b00", "b10"), ("b10", "b20"), ("b20", "b30")],
                          capacity=pd.Series(60.0, index=task.schools), in_need=poor)  # fmt: skip
    assert describe_catchments(task, np.arange(4)).figures["dissimilarity"] == pytest.approx(0.4)


def test_chance_alone_makes_small_cohorts_look_segregated():
    # design notes: 40 cohorts of 50 with 20 % in need 0.138, of 25 0.198
    assert chance_dissimilarity(np.full(40, 50), 400) == pytest.approx(0.138, abs=0.004)
    assert chance_dissimilarity(np.full(40, 25), 200) == pytest.approx(0.198, abs=0.005)
    assert np.isnan(chance_dissimilarity(np.full(3, 10), 0))


def test_a_price_on_moving_keeps_children_where_they_are():
    today = pd.Series({f"b{x}{y}": "S0" if x < 4 else "S1" for x in range(6) for y in range(5)})
    free = redraw(grid(current=today), proposals=50_000)
    kept = redraw(grid(current=today, costs=CatchmentCosts(stay=50.0)), proposals=50_000)
    assert kept.figures["pupils_moved"] < free.figures["pupils_moved"]
    assert present_plan(grid(current=today)).figures["pupils_moved"] == 0


def test_brothers_and_sisters_and_unsafe_crossings_cost_what_is_said():
    today = pd.Series({f"b{x}{y}": "S0" for x in range(6) for y in range(5)})
    siblings = pd.Series({"b54": 2.0}).reindex(KEYS, fill_value=0.0)
    crossings = pd.DataFrame({"S0": 0.0, "S1": [3.0 * (key == "b54") for key in KEYS]}, KEYS)
    task = grid(current=today, siblings=siblings, crossings=crossings,
                costs=CatchmentCosts(stay=1.0, sibling=5.0, crossing=0.25))  # fmt: skip
    block, pupils = task.blocks.index("b54"), task.pupils[task.blocks.index("b54")]
    stays, moves = task.pair_cost()[block]
    assert stays == pytest.approx(pupils * 2.7)
    assert moves == pytest.approx(pupils * (0.0 + 0.25 * 3) + pupils * 1.0 + 2 * 5.0)


def test_too_few_places_are_told_in_children_and_not_refused():
    task = grid(capacity=pd.Series({"S0": 30.0, "S1": 40.0}))
    plan = redraw(task, proposals=50_000)
    missing = task.pupils.sum() - 70
    assert plan.slacks["over_capacity"] == pytest.approx(missing)
    assert f"Über die Plätze hinaus: {10 * round(missing / 10)} Kinder (S0, S1)" in " ".join(
        plan.sentences
    )


def test_a_walking_limit_nobody_can_keep_is_told():
    plan = redraw(grid(limit=500), proposals=20_000)
    assert plan.slacks["pupils_beyond_limit"] > 0
    assert "Weg von mehr als 500\u00a0m" in " ".join(plan.sentences)


def test_named_plans_stand_side_by_side_with_today():
    rng = np.random.default_rng(5)
    today = pd.Series({f"b{x}{y}": "S0" if x < 4 else "S1" for x in range(6) for y in range(5)})
    poor = pd.Series({key: float(rng.integers(0, 3)) for key in today.index})
    task = grid(current=today, in_need=poor)
    table, plans = frontier(task, {"kurze Wege": {}, "gemischt": {"mix": 50.0}}, proposals=50_000)
    assert list(table.index) == ["heute", "kurze Wege", "gemischt"]
    assert table.loc["gemischt", "dissimilarity"] <= table.loc["kurze Wege", "dissimilarity"]
    assert table.loc["kurze Wege", "mean_metres"] <= table.loc["gemischt", "mean_metres"]
    blocks = changed_blocks(plans["heute"], plans["gemischt"])
    assert f"{len(blocks)} Blöcke ändern die Schule" in difference_sentence(
        plans["heute"], plans["gemischt"]
    )


def test_the_same_seed_and_any_order_of_rows_give_the_same_plan():
    task = grid(seed=4)
    distance = pd.DataFrame(task.metres, task.blocks, task.schools)
    pupils = pd.Series(task.pupils, index=task.blocks)
    ends = np.argwhere(np.triu(task.graph.toarray()))
    pairs = [(task.blocks[a], task.blocks[b]) for a, b in ends]
    one, two = (
        redraw(
            catchment_task(
                d,
                pupils.sample(frac=1, random_state=1),
                p,
                capacity=pd.Series(task.capacity, index=task.schools),
            ),
            proposals=30_000,
        )
        for d, p in (
            (distance, pairs),
            (distance.sample(frac=1, random_state=2)[["S1", "S0"]], pairs[::-1]),
        )
    )
    assert one.school.to_dict() == two.school.to_dict()


def test_an_island_goes_to_its_nearest_school_and_stays():
    distance = pd.DataFrame(
        {"S": [0.0, 300.0, 900.0], "T": [600.0, 300.0, 800.0]}, index=list("abc")
    )
    task = catchment_task(
        distance,
        pd.Series(5.0, index=list("abc")),
        [("a", "b")],
        capacity=pd.Series({"S": 99.0, "T": 99.0}),
    )
    plan = redraw(task, proposals=1000)
    assert plan.school["c"] == "T"
    assert plan.figures["extra_pieces"] == 0
    assert extra_pieces(task, places_of(task, plan)) == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"capacity": pd.Series({"S0": 10.0})}, "missing_number"),
        ({"capacity": pd.Series({"S0": -1.0, "S1": 5.0})}, "negative_number"),
        ({"current": pd.Series({"b00": "nirgends"})}, "unknown_key"),
        ({"in_need": pd.Series({"zz": 1.0})}, "unknown_key"),
        ({"in_need": pd.Series({"b00": 1.0})}, "missing_number"),
    ],
)
def test_wrong_data_is_told(change, code):
    with pytest.raises(DataError) as raised:
        grid(**change)
    assert f"planning.{code}" in {p.code for p in raised.value.problems}


def test_ways_without_end_and_more_schools_than_blocks_are_told():
    distance = pd.DataFrame({"S": [np.inf], "T": [3.0]}, index=["a"])
    with pytest.raises(DataError) as raised:
        catchment_task(
            distance, pd.Series({"a": 1.0}), [("a", "x")], capacity=pd.Series({"S": 1.0, "T": 1.0})
        )
    assert [p.code for p in raised.value.problems] == [
        "planning.bad_way", "planning.too_few_blocks", "planning.unknown_key",
    ]  # fmt: skip


def test_a_city_without_pupils_still_has_an_answer():
    task = grid()
    nobody = catchment_task(
        pd.DataFrame(task.metres, task.blocks, task.schools), pd.Series(0.0, index=task.blocks), [("b00", "b10")],
        capacity=pd.Series({"S0": 0.0, "S1": 0.0}),
    )  # fmt: skip
    assert redraw(nobody, proposals=1000).figures["over_capacity"] == 0


def test_negative_costs_and_unknown_methods_are_value_errors():
    with pytest.raises(ValueError, match="The 'mix' parameter of CatchmentCosts"):
        CatchmentCosts(mix=-1)
    with pytest.raises(ValueError, match="The 'method' parameter of redraw"):
        redraw(grid(), method="best")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 500))
def test_the_check_of_one_piece_agrees_with_counting_pieces(seed):
    rng = np.random.default_rng(seed)
    task = grid(5, 4, ((0, 0), (4, 3)), seed=seed)
    own = [int(rng.integers(20))]
    while len(own) < rng.integers(2, 16):  # a catchment in one piece, grown block by block
        rim = np.setdiff1d(task.graph[own].indices, own)
        own.append(int(rng.choice(rim)))
    plan = np.isin(np.arange(20), own).astype(int)
    indptr, indices = task.graph.indptr.astype(np.int64), task.graph.indices.astype(np.int64)
    for check in (stays_whole, stays_whole.py_func):
        stack, mark = np.empty(20, np.int64), np.zeros(20, np.int64)
        for turn, block in enumerate(own):
            rest = np.array([other for other in own if other != block], dtype=int)
            pieces = connected_components(task.graph[rest][:, rest], directed=False)[0]
            got = check(block, 1, plan, indptr, indices, stack, mark, 2 * turn + 2)
            assert got == (pieces == 1), (seed, block)


def test_compiled_and_plain_annealer_agree_and_the_value_is_the_plans():
    task = grid(
        seed=7,
        minimum=pd.Series({"S0": 60.0, "S1": 60.0}),
        in_need=pd.Series({"b00": 2.0, "b54": 1.0}).reindex(KEYS, fill_value=0.0),
    )
    start, held = grown_start(task)
    c = task.costs
    arguments = (
        task.pair_cost(), task.graph.indptr.astype(np.int64), task.graph.indices.astype(np.int64), start, task.loads.T.copy(),
        task.tilt, task.capacity, task.minimum, held, 2.0, c.over, c.under, 3000, 5.0, 0.02, 1,
    )  # fmt: skip
    plan, value = anneal(*arguments)
    with np.errstate(over="ignore"):
        plain, same = anneal.py_func(*arguments)
    np.testing.assert_array_equal(plan, plain)
    assert value == pytest.approx(same)
    weighed = task.weighing(mix=2.0 / task.pupils.sum())
    assert describe_catchments(weighed, plan).value == pytest.approx(value)
    assert lower_bound(weighed) <= value + 1e-9
