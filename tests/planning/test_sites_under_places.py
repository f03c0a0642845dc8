"""Sites under places: exact flows, plans as good as trying all, and figures counted from the flow."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from sozialraum.kernels.optimisation.knapsacks import bound_under_places, gains
from sozialraum.kernels.optimisation.transport import transport
from sozialraum.model.errors import DataError
from sozialraum.planning import checks
from sozialraum.planning.facility_location import places
from sozialraum.planning.facility_location.alternatives import (
    next_best,
    plan_b,
    selection_frequency,
)
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.place_search import best_under_places
from sozialraum.planning.facility_location.sites import site_task


def solved(cost, amount, room):
    """Return the value of the linear program of `transport`."""
    j, i = np.nonzero(np.isfinite(cost))
    pairs, ones = np.arange(len(i)), np.ones(len(i))
    q, n = cost.shape
    out = sp.csr_array((ones, (i, pairs)), shape=(n, len(i)))
    into = sp.csr_array((ones, (j, pairs)), shape=(q, len(i)))
    limited = np.isfinite(room)
    found = linprog(
        cost[j, i], A_ub=into[limited], b_ub=room[limited], A_eq=out, b_eq=amount, method="highs"
    )
    return found.fun


def test_fifteen_places_each_make_8500_child_metres_and_thirteen_leave_two_children():
    cost = np.array([[100.0, 200, 400], [300, 300, 500], [5000, 5000, 5000]])
    ten = np.full(3, 10.0)
    value, flow, _, _ = transport(cost, ten, np.array([15.0, 15, np.inf]))
    assert value == 8500 and flow[2].sum() == 0
    value, flow, price, _ = transport(cost, ten, np.array([15.0, 13, np.inf]))
    assert value == 17500 and flow[2].sum() == 2
    assert price.tolist() == [4600, 4500, 0]  # one place at X saves 5000 - 400, at Y 5000 - 500


def test_the_mean_way_is_that_of_the_flow_not_of_the_nearest_site():
    metres = pd.DataFrame({"X": [100.0, 200, 400], "Y": [300.0, 300, 500]}, index=list("ABC"))
    persons, room = pd.Series(10.0, index=list("ABC")), pd.Series(15.0, index=["X", "Y"])
    plan = locate(site_task(metres, persons, model="pmedian", number=2, capacity=room))
    assert plan.value == 8500
    assert plan.figures["mean_metres"] == pytest.approx(8500 / 30)  # nearest alone: 233.3
    assert plan.table["persons_assigned"].to_dict() == {"X": 15, "Y": 15}
    assert "283\u00a0m" in plan.sentences[0]
    assert "In 1 Gebiet" in " ".join(plan.sentences)  # C goes to both


def random_flow(seed):
    rng = np.random.default_rng(seed)
    q, n = int(rng.integers(2, 7)), int(rng.integers(1, 15))
    ties = seed % 2 == 0
    cost = rng.integers(0, 8, (q, n)) * 1.0 if ties else rng.random((q, n)) * 100
    cost[rng.random((q, n)) < 0.2] = np.inf
    cost[-1] = rng.integers(8, 20, n) if ties else 1000.0
    room = rng.integers(0, 12, q) * 1.0
    room[-1] = np.inf
    return cost, rng.integers(0, 5, n) * 1.0, room


def test_flows_cost_what_the_linear_program_says_with_ties_nobody_and_too_few_places():
    for seed in range(200):
        cost, amount, room = random_flow(seed)
        value, flow, price, dual = transport(cost, amount, room)
        assert value == pytest.approx(solved(cost, amount, room), rel=1e-9, abs=1e-9), seed
        assert flow.sum(axis=0) == pytest.approx(amount) and (flow >= 0).all()
        assert (flow.sum(axis=1) <= room + 1e-9).all()
        paid = (amount * dual).sum() - (room[:-1] * price[:-1]).sum()
        assert paid == pytest.approx(value, rel=1e-9, abs=1e-9), seed


def test_compiled_and_plain_flows_and_bounds_agree():
    cost, amount, room = random_flow(7)
    for a, b in zip(
        transport(cost, amount, room), transport.py_func(cost, amount, room), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    none, price = np.zeros(len(cost), bool), np.full(len(amount), 50.0)
    room = np.full(len(cost), 9.0)
    arguments = (cost, amount, room, price, 2, none, none, price.copy(), 500.0, 30, 1.0)
    found, plain = bound_under_places(*arguments), bound_under_places.py_func(*arguments)
    np.testing.assert_allclose(found[0], plain[0], rtol=1e-12)
    np.testing.assert_array_equal(found[3], plain[3])
    np.testing.assert_allclose(
        gains(cost, amount, room, price, none), gains.py_func(cost, amount, room, price, none)
    )


def small_town(seed):
    """Return a small question with places, sometimes too few, with islands and areas of nobody."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 12)), int(rng.integers(2, 7))
    a, b = rng.uniform(0, 2000, (n, 2)), rng.uniform(0, 2000, (m, 2))
    metres = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    if seed % 5 == 0:
        metres[rng.random((n, m)) < 0.2] = np.inf
    keys, names = [f"{i:02d}" for i in range(n)], [f"S{j}" for j in range(m)]
    persons = pd.Series(rng.integers(0, 9, n) * 1.0, index=keys)
    number = int(rng.integers(1, m + 1))
    tight = rng.uniform(0.6, 1.6) * persons.sum() / number
    room = pd.Series(np.round(rng.uniform(0.5, 1.5, m) * tight), index=names)
    need = pd.Series(rng.uniform(0.1, 1.0, n), index=keys)
    return pd.DataFrame(metres, keys, names), persons, need, room, number


def price_of_none(distance, persons, need):
    """Return per area what a child without a place costs: more than all moving up for it."""
    metres = distance.to_numpy()
    longest = metres[np.isfinite(metres)].max(initial=1.0)
    all_move_up = (metres.shape[1] + 1) * longest * need[persons > 0].max()
    return (10 * longest * need + all_move_up).to_numpy()


def best_of_all(distance, persons, need, room, number, *, radius=None):
    """Return (least cost, sites) over all plans, each by the linear program."""
    metres, found = distance.to_numpy(), []
    for plan in combinations(range(metres.shape[1]), number):
        ways = metres[:, list(plan)]
        cost = ways * need.to_numpy()[:, None]
        price = price_of_none(distance, persons, need)
        if radius is not None:
            cost, price = np.where(ways <= radius, 0.0, np.inf), need.to_numpy()
        cost = np.vstack([np.where(np.isfinite(cost), cost, np.inf).T, price])
        limits = np.r_[room.to_numpy()[list(plan)], np.inf]
        found.append((solved(cost, persons.to_numpy(), limits), plan))
    return min(found)


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_what_is_told_is_what_trying_all_plans_finds(start):
    for seed in range(start, start + 20):
        distance, persons, need, room, number = small_town(seed)
        if persons.sum() == 0 or room.max() == 0:
            continue
        given = {"need": need, "number": number, "capacity": room}
        plan = locate(site_task(distance, persons, model="pmedian", **given))
        least, _ = best_of_all(distance, persons, need, room, number)
        price = price_of_none(distance, persons, need)
        left = (plan.areas["persons"] - plan.areas["placed"]) * price
        assert plan.value + left.sum() == pytest.approx(least, rel=1e-8), seed
        assert plan.gap <= 1e-9
        assert (plan.table["persons_assigned"] <= plan.table["capacity"] + 1e-9).all()
        assert plan.table["persons_assigned"].sum() == pytest.approx(plan.areas["placed"].sum())
        cover = locate(site_task(distance, persons, radius=700, **given))
        least, _ = best_of_all(distance, persons, need, room, number, radius=700)
        assert cover.value == pytest.approx((persons * need).sum() - least, rel=1e-8), seed
        assert (cover.areas["reached"] * need).sum() == pytest.approx(cover.value, rel=1e-8)
        assert cover.figures["persons_covered"] == pytest.approx(cover.areas["reached"].sum())


def test_a_site_with_too_few_places_covers_only_who_gets_one():
    metres = pd.DataFrame({"A": [100.0, 200.0], "B": [2000.0, 1000.0]}, index=["x", "y"])
    persons = pd.Series({"x": 100.0, "y": 100.0})
    room = pd.Series({"A": 100.0, "B": 100.0})
    for model in ("pmedian", "mclp"):
        radius = 1000 if model == "mclp" else None
        asked = {"model": model, "number": 2, "radius": radius, "capacity": room}
        plan = locate(site_task(metres, persons, **asked))
        assert plan.figures["mean_metres"] == 550 and plan.figures["largest_metres"] == 1000
    few = locate(site_task(metres, persons, radius=1000, number=1, capacity=room / 2))
    assert few.figures["persons_covered"] == 50 and few.figures["share_covered"] == 0.25
    assert not few.areas["covered"].all() and few.slacks["places"] == 150


def test_places_for_everybody_change_nothing():
    distance, persons, need, _, _ = small_town(11)
    plenty = pd.Series(1e6, index=distance.columns)
    for model in ("pmedian", "mclp", "lscp", "pcenter"):
        radius = 900 if model in ("mclp", "lscp") else None
        asked = {"need": need, "model": model, "radius": radius, "number": 2}
        free = locate(site_task(distance, persons, **asked))
        limited = locate(site_task(distance, persons, capacity=plenty, **asked))
        assert limited.value == pytest.approx(free.value)
        for name, figure in free.figures.items():
            assert limited.figures[name] == pytest.approx(figure, nan_ok=True), (model, name)


def test_fewest_sites_and_shortest_longest_way_count_places():
    metres = pd.DataFrame({"A": [100.0, 200.0], "B": [300.0, 400.0]}, index=["x", "y"])
    persons, room = pd.Series({"x": 10.0, "y": 10.0}), pd.Series({"A": 10.0, "B": 20.0})
    fewest = locate(site_task(metres, persons, model="lscp", radius=500, capacity=room))
    assert fewest.sites == ("B",)
    centre = locate(site_task(metres, persons, model="pcenter", number=2, capacity=room))
    assert centre.value == 300  # x to B and y to A: with 10 places each someone must walk to B
    assert centre.table["persons_assigned"].to_dict() == {"A": 10, "B": 10}


def test_an_equity_floor_under_places_decides_who_gets_one():
    metres = pd.DataFrame({"S": [10.0, 10.0]}, index=["reich", "arm"])
    persons, room = pd.Series({"reich": 30.0, "arm": 30.0}), pd.Series({"S": 40.0})
    need, group = (
        pd.Series({"reich": 0.9, "arm": 0.2}),
        pd.Series({"reich": False, "arm": True}),
    )
    asked = {"need": need, "radius": 500, "number": 1, "capacity": room}
    free = locate(site_task(metres, persons, **asked))
    assert free.areas["reached"].to_dict() == {"reich": 30, "arm": 10}
    kept = locate(site_task(metres, persons, group=group, equity=0.8, **asked))
    assert kept.areas["reached"].to_dict() == pytest.approx({"reich": 16, "arm": 24})
    assert kept.figures["group_covered"] == pytest.approx(0.8)


def larger_town(areas=400, sites=40, number=8, seed=1):
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0, 6000, (areas, 2)), rng.uniform(0, 6000, (sites, 2))
    keys, names = [f"{i:04d}" for i in range(areas)], [f"s{j:02d}" for j in range(sites)]
    distance = pd.DataFrame(np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)), keys, names)
    persons = pd.Series(rng.poisson(8, areas) * 1.0, index=keys)
    need = pd.Series(rng.beta(2, 5, areas), index=keys)
    room = pd.Series(np.round(rng.uniform(0.6, 1.4, sites) * 1.15 * persons.sum() / number), names)
    return distance, persons, need, room


def test_a_town_under_places_is_solved_within_a_percent_nobody_left_and_told_by_the_flow():
    distance, persons, need, room = larger_town(2000, 200, 15, seed=3)
    task = site_task(distance, persons, need=need, model="pmedian", number=15, capacity=room)
    plan = locate(task)
    assert plan.gap <= 0.008 and "places" not in plan.slacks
    assert (plan.table["persons_assigned"] <= plan.table["capacity"] + 1e-9).all()
    assert plan.table["persons_assigned"].sum() == pytest.approx(persons.sum())
    walked = (plan.areas["metres"] * plan.areas["placed"]).sum()
    assert plan.figures["mean_metres"] == pytest.approx(walked / persons.sum(), rel=1e-9)
    assert (plan.areas["sites"] > 1).sum() <= 14  # a basic flow splits fewer areas than sites


def test_no_bound_is_above_what_highs_proves(monkeypatch):
    distance, persons, need, room = larger_town(60, 12, 4)
    task = site_task(distance, persons, need=need, model="pmedian", number=4, capacity=room)
    monkeypatch.setattr("sozialraum.planning.facility_location.place_search.MOST_TRIED", 0)
    asked, lived = places.place_question(task)
    found = best_under_places(asked)
    exact, slacks = places._by_program(task, asked, lived)
    assert slacks == {} and exact.bound == pytest.approx(exact.value, rel=1e-9)
    assert found.bound <= exact.value * (1 + 1e-9) <= found.value * (1 + 1e-8)
    assert found.value == pytest.approx(exact.value, rel=1e-6)


def test_an_unattainable_floor_is_not_called_proven_while_a_gap_is_allowed():
    distance, persons, need, _ = larger_town(seed=1)
    group = need > 0.5
    asked = {"need": need, "radius": 700, "number": 6, "group": group, "equity": 0.95}
    exact = locate(site_task(distance, persons, **asked))
    assert "bewiesen" in exact.sentences[-1] and exact.gap == 0
    for gap in (0.2, 0.9):
        plan = locate(site_task(distance, persons, gap=gap, **asked))
        assert plan.bound >= plan.value
        if plan.value < exact.value - 1e-6 or plan.slacks != exact.slacks:
            assert plan.gap > 0, gap


def test_a_centre_that_ran_out_of_time_is_not_called_proven(monkeypatch):
    from sozialraum.planning.facility_location import location

    distance, persons, _, _ = larger_town(60, 20, 4)
    asked = site_task(distance, persons, model="pcenter", number=4)
    best = locate(asked)
    assert best.gap == 0
    real = location.cover_all

    def stopped(task):
        """Answer as HiGHS does whose time is up: all sites, nothing proven."""
        chosen, value, _, _ = real(task)
        everything = list(range(len(task.sites)))
        short = len(chosen) > 4 or task.radius < best.value * 1.5
        return (everything, 20.0, 0.0, {"time": 1.0}) if short else (chosen, value, value, {})

    monkeypatch.setattr(location, "cover_all", stopped)
    cut = locate(asked)
    assert cut.value >= best.value >= cut.bound and cut.gap > 0
    assert "abgebrochen" in " ".join(cut.sentences)
    assert "Kein anderer Plan ist besser" not in " ".join(cut.sentences)


def test_plan_b_and_the_next_plans_count_children_without_a_place():
    metres = pd.DataFrame(
        {"A": [100.0, 200], "B": [150.0, 250], "C": [900.0, 900]}, index=["x", "y"]
    )
    persons = pd.Series({"x": 10.0, "y": 10.0})
    room = pd.Series({"A": 20.0, "B": 5.0, "C": 20.0})
    task = site_task(metres, persons, model="pmedian", number=1, capacity=room)
    table = plan_b(task)
    assert locate(task).sites == ("A",)
    assert table.loc["A", "sites"] == ("C",) and table.loc["A", "loss"] == pytest.approx(5.0)
    assert table.loc["B", "loss"] > table.loc["C", "loss"]  # 15 children would stay without
    assert [plan.sites for plan in next_best(task, plans=3)] == [("A",), ("C",), ("B",)]
    draws = pd.DataFrame(1.0, index=["x", "y"], columns=range(3))
    assert selection_frequency(task, draws)["A"] == 1.0


def test_more_ways_than_fit_into_memory_are_refused_in_words(monkeypatch):
    distance, persons, _, room = larger_town(20, 5, 2)
    monkeypatch.setattr("sozialraum.planning.facility_location.sites.MOST_WAYS", 99)
    with pytest.raises(DataError, match="höchstens 99"):
        site_task(distance, persons, model="pmedian", number=2, capacity=room)
    assert checks.MOST_WAYS >= 33_672 * 500  # a large city, all its schools


def test_variants_of_other_weights_are_told_by_one_measure():
    metres = pd.DataFrame({"A": [100.0, 900.0], "B": [900.0, 100.0]}, index=["reich", "arm"])
    persons, need = pd.Series({"reich": 60, "arm": 50}), pd.Series({"reich": 0.2, "arm": 0.9})
    asked = {"need": need, "radius": 500, "number": 1, "fixed": ["A"]}
    told = [
        locate(site_task(metres, persons, need_power=power, **asked)).figures["need_covered"]
        for power in (0.0, 1.0, 3.0)
    ]
    assert told == pytest.approx([12 / 57] * 3)  # 60 · 0.2 of 60 · 0.2 + 50 · 0.9
