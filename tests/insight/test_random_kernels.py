"""Random numbers of kernels: the right distributions, reproducible, counter-based."""

import numpy as np
import pytest
from scipy import stats

from sozialraum.insight.monte_carlo.ordering import ranks_ascending, ranks_descending
from sozialraum.kernels import random
from sozialraum.model.deciding import decided


def stream(seed=1, draw=0, purpose=0):
    state = np.empty(4, np.uint64)
    random.open_stream(state, seed, draw, purpose)
    return state


def test_normals_are_normal_also_in_the_tails():
    x = np.empty(2_000_000)
    random.fill_normals(stream(), x)
    assert stats.kstest(x[:200_000], "norm").pvalue > 1e-3
    assert x.mean() == pytest.approx(0, abs=0.004) and x.var() == pytest.approx(1, abs=0.006)
    beyond = (np.abs(x) > 3.6541528853610088).mean()  # where the tail begins
    assert beyond == pytest.approx(2 * stats.norm.sf(3.6541528853610088), rel=0.15)


@pytest.mark.parametrize("shape", [0.1, 1 / 3, 0.999, 1.0, 2.5, 80.0])
def test_gammas_follow_their_distribution(shape):
    x = np.empty(100_000)
    shapes = np.full(len(x), shape)
    random.fill_gammas(stream(purpose=3), shapes, np.full(len(x), random.gamma_spread(shape)), x)
    assert stats.kstest(x, "gamma", (shape,)).pvalue > 1e-3
    assert (x > 0).all()


def test_a_nan_shape_gives_nan_and_uses_no_random_number():
    shapes = np.array([2.0, np.nan, 2.0])
    spread = np.full(3, random.gamma_spread(2.0))
    with_gap, without = np.empty(3), np.empty(2)
    random.fill_gammas(stream(), shapes, spread, with_gap)
    random.fill_gammas(stream(), shapes[[0, 2]], spread[[0, 2]], without)
    assert np.isnan(with_gap[1]) and with_gap[[0, 2]].tolist() == without.tolist()


def test_streams_of_other_draws_seeds_and_purposes_are_independent():
    streams = [stream(s, d, p) for s in range(3) for d in range(3) for p in range(3)]
    x = np.empty((len(streams), 2_000))
    for row, state in zip(x, streams, strict=True):
        random.fill_normals(state, row)
    correlation = np.corrcoef(x)[np.triu_indices(len(x), 1)]
    assert np.abs(correlation).max() < 5 / np.sqrt(2_000)
    assert stream(1, 2, 3).tolist() == stream(1, 2, 3).tolist()


def test_whole_numbers_are_even_and_permutations_whole():
    state = stream()
    counts = np.bincount([random.below(state, 7) for _ in range(14_000)], minlength=7)
    assert stats.chisquare(counts).pvalue > 1e-3
    first = np.zeros(5)
    order = np.empty(5, np.int64)
    for _ in range(5_000):
        random.fill_permutation(state, order)
        assert sorted(order) == [0, 1, 2, 3, 4]
        first[order[0]] += 1
    assert stats.chisquare(first).pvalue > 1e-3


VALUES = {
    "plain": [3.0, 1.0, 2.0],
    "ties": [2.0, 1.0, 2.0, 1.0, 1.0],
    "one": [5.0],
    "missing": [np.nan, 2.0, np.nan, 1.0],
    "only missing": [np.nan, np.nan],
    "outlier": [1e300, *np.linspace(0, 1, 200)],
    "all equal": [7.0] * 100,
    "large offset": list(1e9 + np.random.default_rng(0).normal(size=300)),
}


@pytest.mark.parametrize("name", VALUES)
def test_order_and_rank_equal_scipy(name):
    values = np.array(VALUES[name])
    rows = np.stack([values, values[::-1]])
    rank, ascending = ranks_descending(rows)
    known = ~np.isnan(rows)
    for r in range(2):
        expected = stats.rankdata(-decided(rows[r][known[r]]), "min")
        assert rank[r][known[r]].tolist() == expected.tolist()
        assert (rank[r][~known[r]] == 0).all()
        assert ascending[r][: known[r].sum()].tolist() == sorted(rows[r][known[r]])
    if known.all():
        for ties in ("average", "min"):
            expected = [stats.rankdata(decided(row), ties) for row in rows]
            np.testing.assert_array_equal(ranks_ascending(rows, ties=ties), expected)
