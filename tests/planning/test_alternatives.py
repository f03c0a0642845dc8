"""Plan B, next best plans and selection frequency against trying all plans."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from sozialraum.kernels.optimisation.interchange import greedy_cover
from sozialraum.model.errors import DataError
from sozialraum.planning.facility_location.alternatives import (
    frequency_sentence,
    next_best,
    plan_b,
    selection_frequency,
    sweep,
)
from sozialraum.planning.facility_location.coverage import cover_lists
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import site_task


def town(seed=1, areas=30, sites=7):
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0, 3000, (areas, 2)), rng.uniform(0, 3000, (sites, 2))
    keys, names = [f"{i:02d}" for i in range(areas)], [f"S{j}" for j in range(sites)]
    metres = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    persons = pd.Series(rng.integers(1, 40, areas) * 1.0, index=keys)
    return (
        pd.DataFrame(metres, index=keys, columns=names),
        persons,
        pd.Series(rng.random(areas), index=keys),
    )


def covered(distance, persons, sites, radius=800):
    return persons[(distance[list(sites)] <= radius).any(axis=1)].sum()


def test_plan_b_says_what_each_site_costs_to_lose_or_to_force():
    distance, persons, _ = town()
    task = site_task(distance, persons, radius=800, number=3)
    plan = locate(task)
    table = plan_b(task, plan)
    everything = list(combinations(distance.columns, 3))
    for site, row in table.iterrows():
        allowed = [c for c in everything if (site in c) == (row["change"] == "force")]
        best = max(covered(distance, persons, c) for c in allowed)
        assert row["value"] == best, site
        assert row["loss"] == pytest.approx((plan.value - best) / plan.value)
        assert (site in row["sites"]) == (row["change"] == "force")


def test_fixed_and_banned_sites_are_left_as_they_are_in_plan_b():
    distance, persons, _ = town()
    task = site_task(distance, persons, radius=800, number=3, fixed=["S1"], banned=["S2"])
    table = plan_b(task)
    assert table.loc[["S1", "S2"], "change"].tolist() == ["keep", "keep"]


def test_plan_b_with_a_budget_says_what_is_too_dear():
    distance, persons, _ = town()
    cost = pd.Series(2.0, index=distance.columns)
    cost["S6"] = 99.0
    table = plan_b(site_task(distance, persons, radius=800, budget=4, cost=cost))
    assert table.loc["S6", "change"] == "too_dear"


def test_the_next_best_plans_are_the_best_of_all_plans_in_order():
    distance, persons, _ = town(2)
    values = sorted(
        (covered(distance, persons, c) for c in combinations(distance.columns, 3)), reverse=True
    )
    plans = next_best(site_task(distance, persons, radius=800, number=3), plans=5)
    assert [plan.value for plan in plans] == values[:5]
    assert len({plan.sites for plan in plans}) == 5


def test_the_next_best_medians_too_and_no_more_plans_than_there_are():
    distance, persons, _ = town(3, 12, 4)
    values = sorted(
        (distance[list(c)].min(axis=1) * persons).sum() for c in combinations(distance.columns, 2)
    )
    plans = next_best(site_task(distance, persons, model="pmedian", number=2), plans=9)
    assert [plan.value for plan in plans[:6]] == pytest.approx(values)
    assert len(plans) == 6


def test_how_often_a_site_is_chosen_is_counted_over_the_draws():
    # two sites, one to choose: A in the two draws where a is needier, B in the other two
    distance = pd.DataFrame({"A": [0.0, 9e3], "B": [9e3, 0.0]}, index=["a", "b"])
    persons = pd.Series({"a": 10, "b": 10})
    draws = pd.DataFrame([[0.9, 0.8, 0.1, 0.2], [0.5, 0.5, 0.5, 0.5]], index=["a", "b"])
    for model in ("mclp", "pmedian"):
        task = site_task(distance, persons, radius=100, number=1, model=model)
        share = selection_frequency(task, draws)
        assert share.to_dict() == {"A": 0.5, "B": 0.5}
        assert frequency_sentence(locate(task), share).endswith("frei zu wählen sind: A (50\xa0%).")


def test_where_greed_is_worse_the_best_plan_counts():
    # B alone reaches most (60), then A or C only 20 more; A and C together reach all 100
    within = {"A": [1, 1, 0, 0], "B": [0, 1, 1, 0], "C": [0, 0, 1, 1]}
    distance = pd.DataFrame({s: [10.0 if k else 9e3 for k in row] for s, row in within.items()})
    distance.index = list("wxyz")
    persons = pd.Series([20, 30, 30, 20], index=distance.index)
    task = site_task(distance, persons, radius=100, number=2)
    assert locate(task).sites == ("A", "C")
    share = selection_frequency(task, pd.DataFrame(1.0, index=distance.index, columns=range(3)))
    assert share.to_dict() == {"A": 1.0, "C": 1.0, "B": 0.0}


def test_a_fixed_site_is_chosen_always_and_a_banned_one_never():
    distance, persons, need = town()
    draws = pd.DataFrame(
        {k: need.sample(frac=1, random_state=k).to_numpy() for k in range(20)}, index=need.index
    )
    for model in ("mclp", "pmedian"):
        task = site_task(
            distance, persons, radius=800, number=3, fixed=["S1"], banned=["S2"], model=model
        )
        share = selection_frequency(task, draws)
        assert (share["S1"], share["S2"]) == (1.0, 0.0)
        assert share.sum() == pytest.approx(3)


def test_the_greedy_kernel_chooses_as_the_plain_greedy_does():
    distance, persons, need = town(4)
    within = (distance <= 800).to_numpy()
    weights = np.column_stack([persons * need, persons, persons * 0])
    got = greedy_cover(*cover_lists(within), weights, np.zeros(7, bool), 3)
    plain = greedy_cover.py_func(*cover_lists(within), weights, np.zeros(7, bool), 3)
    for d in range(3):
        left, chosen = weights[:, d].copy(), []
        for _ in range(3):
            gains = [-1.0 if j in chosen else left[within[:, j]].sum() for j in range(7)]
            chosen.append(int(np.argmax(gains)))
            left[within[:, chosen[-1]]] = 0
        assert np.flatnonzero(got[d]).tolist() == sorted(chosen)
    np.testing.assert_array_equal(got, plain)


def test_a_sweep_tells_coverage_for_each_radius_and_number():
    distance, persons, _ = town()
    table = sweep(
        site_task(distance, persons, radius=800, number=3), radius=[500, 800], number=[1, 2]
    )
    assert list(table.index) == [(500, 1), (500, 2), (800, 1), (800, 2)]
    for (radius, number), row in table.iterrows():
        best = max(
            covered(distance, persons, c, radius) for c in combinations(distance.columns, number)
        )
        assert row["persons_covered"] == best


def test_draws_for_unknown_areas_or_a_question_without_draws_are_told():
    distance, persons, need = town()
    task = site_task(distance, persons, radius=800, number=3)
    with pytest.raises(DataError, match="Ziehungen"):
        selection_frequency(task, pd.DataFrame({0: [1.0]}, index=["99"]))
    with pytest.raises(ValueError, match="selection_frequency"):
        selection_frequency(site_task(distance, persons, radius=800, model="lscp"), need.to_frame())
