"""Exchange and Lagrangian bound against brute force; a bound is never above a plan."""

from itertools import combinations

import numpy as np
import pytest

from sozialraum.kernels.optimisation.interchange import interchange, interchange_draws
from sozialraum.kernels.optimisation.lagrange import lagrangian_bound
from sozialraum.planning.facility_location.median import CLOSED, OPEN, median_by_exchange


def instance(seed, sites=9, areas=25):
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0, 100, (areas, 2)), rng.uniform(0, 100, (sites, 2))
    return np.hypot(*(b[:, None] - a[None]).transpose(2, 0, 1)) * rng.integers(0, 9, areas)


def brute(cost, number, forced=()):
    plans = [c for c in combinations(range(len(cost)), number) if set(forced) <= set(c)]
    return min(cost[list(c)].min(axis=0).sum() for c in plans)


@pytest.mark.parametrize("seed", range(8))
def test_the_best_of_several_exchanges_is_the_best_plan_and_no_bound_is_above_it(seed):
    cost = instance(seed)
    for number, kept in ((1, []), (3, []), (3, [2, 5]), (9, [])):
        forced = np.isin(np.arange(9), kept)
        found = median_by_exchange(cost, number, forced)
        value, bound, sites = found.value, found.bound, found.sites
        assert value == pytest.approx(brute(cost, number, kept))
        assert bound <= value + 1e-9
        assert value == pytest.approx(cost[sites].min(axis=0).sum())
        assert set(kept) <= set(sites.tolist())
        assert (found.settled[sites] != CLOSED).all()
        assert set(np.flatnonzero(found.settled == OPEN).tolist()) <= set(sites.tolist())


def test_compiled_and_plain_kernels_agree_with_ties_and_one_area():
    for cost in (instance(1), instance(1, 4, 1), np.ones((4, 6))):
        start, forced = np.array([0, 1]), np.zeros(len(cost), bool)
        for kernel, arguments in (
            (interchange, (cost, start, forced, 50)),
            (lagrangian_bound, (cost, 2, forced, 1e9, start, 60)),
        ):
            for a, b in zip(kernel(*arguments), kernel.py_func(*arguments), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-12)


def test_exchange_never_gets_worse_and_keeps_forced_sites():
    cost = instance(3)
    forced = np.isin(np.arange(9), [4])
    before = cost[[4, 0]].min(axis=0).sum()
    value, sites = interchange(cost, np.array([4, 0]), forced, 100)
    assert value <= before and 4 in sites


def test_each_draw_is_its_own_exchange():
    distance = np.abs(np.subtract.outer(np.arange(5.0), np.arange(8.0)))
    weights = np.random.default_rng(0).random((8, 3))
    chosen = interchange_draws(distance, weights, np.array([0, 1]), np.zeros(5, bool), 50)
    plain = interchange_draws.py_func(distance, weights, np.array([0, 1]), np.zeros(5, bool), 50)
    np.testing.assert_array_equal(chosen, plain)
    for d in range(3):
        cost = np.ascontiguousarray(distance * weights[:, d])
        _, sites = interchange(cost, np.array([0, 1]), np.zeros(5, bool), 50)
        assert np.flatnonzero(chosen[d]).tolist() == sorted(sites.tolist())
