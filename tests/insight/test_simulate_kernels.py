"""Every part of a draw against NumPy, compiled and as plain Python, with gaps, one row, ties."""

import numpy as np
import pytest

from sozialraum.kernels import draws, simulate
from sozialraum.kernels.random import open_stream

X = np.array([0.3, np.nan, 0.1, 0.7, 0.7, 0.2])
KNOWN = X[~np.isnan(X)]


def both(kernel):
    return pytest.mark.parametrize("run", [kernel, kernel.py_func], ids=["compiled", "python"])


def scratch(n):
    return np.empty(n), np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n + 2, np.int64)


def learnt(run, code, x, par, sign=1.0, centre=None, spread=None):
    line = np.empty(simulate.CONSTANTS)
    full = np.array([np.nan, np.nan, sign, 0.0, 1.0, -np.inf, np.inf])
    full[: len(par)] = par
    weight = np.ones(len(x))
    centre = weight if centre is None else centre
    spread = weight if spread is None else spread
    run(x, code, full, sign, centre, spread, scratch(len(x)), line)
    z = x.copy()
    simulate.apply_line(z, line)
    return z


@both(simulate.learn_column)
def test_columns_are_standardised_as_the_formulas_say(run):
    z = learnt(run, simulate.MINMAX, X, [], -1.0)
    np.testing.assert_allclose(z, (0.7 - X) / 0.6)
    z = learnt(run, simulate.ZSCORE, X, [np.nan, 1.0])
    np.testing.assert_allclose(z, (X - KNOWN.mean()) / KNOWN.std(ddof=1))
    z = learnt(run, simulate.ZSCORE, X, [0.0, 0.0])
    np.testing.assert_allclose(z, X / KNOWN.std())
    z = learnt(run, simulate.ROBUST, X, [np.nan, 2.0])
    middle = np.median(KNOWN)
    np.testing.assert_allclose(z, (X - middle) / (2.0 * np.median(np.abs(KNOWN - middle))))


@both(simulate.learn_column)
def test_weights_of_persons_shape_centre_and_spread(run):
    persons = np.array([10.0, 99, 20, 30, 5, 35])
    known = persons[~np.isnan(X)]
    mean = np.average(KNOWN, weights=known)
    sd = np.sqrt(np.average((KNOWN - mean) ** 2, weights=known))
    z = learnt(run, simulate.ZSCORE, X, [np.nan, 0.0], centre=persons, spread=persons)
    np.testing.assert_allclose(z, (X - mean) / sd)
    z = learnt(run, simulate.ZSCORE, X, [np.nan, 0.0], centre=persons)
    np.testing.assert_allclose(z, (X - mean) / KNOWN.std())


@both(simulate.learn_column)
def test_a_constant_column_and_a_single_row_have_no_standardised_value(run):
    for code in (simulate.MINMAX, simulate.ZSCORE, simulate.ROBUST):
        assert np.isnan(learnt(run, code, np.full(4, 0.5), [np.nan, 1.0])).all()
        assert np.isnan(learnt(run, code, np.array([0.5]), [np.nan, 1.0])).all()
    large = 1e6 + X
    z = learnt(run, simulate.ZSCORE, large, [np.nan, 0.0])
    np.testing.assert_allclose(z, (X - KNOWN.mean()) / KNOWN.std(), rtol=1e-8)


TREE = (np.array([0, 2, 4, 6]), np.array([0, 1, 2, 3, 4, 5]))  # d0 = 0, 1; d1 = 2, 3; root
WEIGHT = np.array([1.0, 3.0, 1.0, 1.0, 2.0, 1.0, 1.0])


def aggregated(run, leaves, method, exponent=1.0, least=1.0, weight=WEIGHT):
    values = np.full((7, leaves.shape[1]), np.nan)
    values[:4] = leaves
    nodes = np.full(3, method), np.full(3, exponent), np.full(3, least)
    run(values, 4, weight, *TREE, *nodes)
    return values[-1]


@both(simulate.aggregate_areas)
@pytest.mark.parametrize(
    ("method", "exponent", "mean"),
    [
        (simulate.MEAN, 1.0, lambda v, w: np.average(v, weights=w)),
        (simulate.SUM, 1.0, lambda v, w: float(np.dot(v, w))),
        (simulate.GEOMETRIC, 1.0, lambda v, w: np.exp(np.average(np.log(v), weights=w))),
        (simulate.HARMONIC, 1.0, lambda v, w: 1 / np.average(1 / v, weights=w)),
        (simulate.POWER, 3.0, lambda v, w: np.average(v**3, weights=w) ** (1 / 3)),
    ],
)
def test_nodes_are_the_means_their_names_say(run, method, exponent, mean):
    leaves = np.random.default_rng(0).random((4, 5)) + 0.1
    found = aggregated(run, leaves, method, exponent)
    for i in range(5):
        a = mean(leaves[:2, i], np.array([1.0, 3]))
        b = mean(leaves[2:, i], np.array([1.0, 1]))
        assert found[i] == pytest.approx(mean(np.array([a, b]), np.array([2.0, 1])), rel=1e-12)


@both(simulate.aggregate_areas)
def test_gaps_zeros_and_negative_parts(run):
    leaves = np.array([[1.0, np.nan, 0.0, -1.0], [1, 2, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]])
    assert np.isnan(aggregated(run, leaves, simulate.MEAN)[1])
    # with half of the parts enough, dimension 0 is its other indicator: (2 · 2 + 1)/3
    assert aggregated(run, leaves, simulate.MEAN, least=0.5)[1] == pytest.approx(5 / 3)
    geometric = aggregated(run, leaves, simulate.GEOMETRIC)
    assert geometric[0] == pytest.approx(1) and geometric[2] == 0 and np.isnan(geometric[3])
    harmonic = aggregated(run, leaves, simulate.HARMONIC)
    assert harmonic[2] == 0 and np.isnan(harmonic[3])


@both(simulate.leave_out)
def test_a_dimension_without_its_indicators_is_left_out_too(run):
    start, child = np.array([0, 1, 3, 5]), np.array([0, 1, 2, 3, 4])  # d0 = 0; d1 = 1, 2
    weight = np.ones(6)
    run(0, weight, start, child, 3)
    assert np.isnan(weight).tolist() == [True, False, False, True, False, False]
    values = np.array([[9.0], [1.0], [3.0], [np.nan], [np.nan], [np.nan]])
    nodes = np.zeros(3, np.int64), np.ones(3), np.ones(3)
    simulate.aggregate_areas(values, 3, weight, start, child, *nodes)
    assert values[-1, 0] == 2.0


@both(simulate.draw_weights)
def test_drawn_weights_have_the_dirichlet_moments(run):
    start, child = np.array([0, 3]), np.array([0, 1, 2])
    weight = np.array([1.0, 1.0, 2.0, 1.0])
    state, out = np.empty(4, np.uint64), np.empty(4)
    found = np.empty((3000 if run is simulate.draw_weights else 200, 3))
    concentration, width = np.array([20.0, 20, 20, 0]), np.zeros(4)
    for d in range(len(found)):
        open_stream(state, 1, d, 3)
        run(state, weight, concentration, width, start, child, out)
        found[d] = out[:3]
    np.testing.assert_allclose(found.sum(axis=1), 4.0)
    share, error = found / 4, 4 / np.sqrt(len(found))
    expected = np.array([0.25, 0.25, 0.5])
    sd = np.sqrt(expected * (1 - expected) / 21)
    np.testing.assert_allclose(share.mean(axis=0), expected, atol=sd.max() * error)
    np.testing.assert_allclose(share.std(axis=0), sd, rtol=error)
    run(state, weight, np.zeros(4), np.full(4, 0.25), start, child, out)
    assert (np.abs(out[:3] / weight[:3] - 1) <= 0.25).all() and out[3] == 1.0


@both(draws.restandardise)
def test_an_index_is_brought_to_a_standard_again(run):
    cases = {
        draws.TO_SD: X / KNOWN.std(),
        simulate.TO_ZSCORE: (X - KNOWN.mean()) / KNOWN.std(),
        draws.TO_MINMAX: (X - 0.1) / 0.6,
        draws.AS_IT_IS: X,
        draws.TO_AFFINE: (X - 0.4) / 0.2,
    }
    for code, expected in cases.items():
        values = X.copy()
        run(values, code, np.array([0.4, 0.2, 0.0, 0.0, 1.0]))
        np.testing.assert_allclose(values, expected)


@both(draws.class_limits)
def test_class_limits_follow_their_rules(run):
    work = scratch(len(X))[1:]
    inner = np.empty(3)
    par = lambda *v: np.array([*v, *[np.nan] * (5 - len(v))])  # noqa: E731
    run(X, simulate.EQUAL, par(np.nan, np.nan), *work, inner)
    np.testing.assert_allclose(inner, [0.25, 0.4, 0.55])
    run(X, simulate.EQUAL, par(0.0, 1.0), *work, inner)
    np.testing.assert_allclose(inner, [0.25, 0.5, 0.75])
    run(X, simulate.QUANTILE, par(0.25, 0.5, 0.75, 1.0, 1.0), *work, inner)
    np.testing.assert_allclose(inner, np.quantile(KNOWN, [0.25, 0.5, 0.75]))
    run(X, simulate.DEVIATIONS, par(-1.0, 0.0, 1.0, 0.0), *work, inner)
    np.testing.assert_allclose(inner, KNOWN.mean() + KNOWN.std() * np.array([-1.0, 0, 1]))
    run(X, simulate.NTILE, par(), *work, inner)  # 5 values in 4 groups: 2, 1, 1, 1
    np.testing.assert_allclose(inner, [0.3, 0.7, 0.7])
    run(X, simulate.FIXED, par(1.0, 2.0, 3.0), *work, inner)
    assert inner.tolist() == [1, 2, 3]


@both(draws.cut_classes)
def test_a_limit_belongs_where_the_edge_rule_says(run):
    out = np.empty(3, np.int8)
    run(np.array([0.5, 0.4, np.nan]), np.array([0.5]), False, out)
    assert out.tolist() == [1, 0, -1]
    run(np.array([0.5, 0.6, np.nan]), np.array([0.5]), True, out)
    assert out.tolist() == [0, 1, -1]


@both(draws.count_outcomes)
def test_counters_equal_numpy(run):
    rng = np.random.default_rng(0)
    n, m = 130, 25  # more than two blocks
    index = rng.normal(size=(m, n))
    rank = (-index).argsort(axis=1).argsort(axis=1).astype(np.int32) + 1
    rank[:, 7] = 0
    place = rng.integers(0, 3, (m, n)).astype(np.int8)
    order = rng.permutation(n)
    histogram, classes = np.zeros((n, n), np.uint32), np.zeros((n, 3), np.uint32)
    sums, swaps = np.zeros((n, 4)), np.zeros((2, n), np.uint32)
    counters = histogram, classes, sums, swaps
    for first, last in ((0, 70), (70, n)):
        run(index, rank, place, np.zeros(n), order, first, last, 1, *counters)
    for i in range(n):
        seen = rank[:, i][rank[:, i] > 0]
        assert histogram[i].tolist() == np.bincount(seen - 1, minlength=n).tolist()
        assert sums[i, 3] == len(seen) and sums[i, 2] == seen.sum()
        if i != 7:
            assert classes[i].tolist() == np.bincount(place[:, i], minlength=3).tolist()
            assert sums[i, 1] == pytest.approx((index[:, i] ** 2).sum())
    for s in range(2):
        for q in range(n - 1 - s):
            a, b = rank[:, order[q]], rank[:, order[q + 1 + s]]
            assert swaps[s, q] == ((b > 0) & (b < a)).sum()


@both(draws.histogram_quantiles)
def test_quantiles_of_a_histogram_equal_numpy(run):
    ranks = np.random.default_rng(1).integers(1, 40, 501)
    histogram = np.bincount(ranks - 1, minlength=40)[None, :].astype(np.uint32)
    asked, out = np.array([0.05, 0.5, 0.95]), np.empty((1, 3))
    run(histogram, np.array([501.0]), asked, 1, out)
    assert out[0].tolist() == np.quantile(ranks, asked, method="inverted_cdf").tolist()
    run(histogram * 0, np.array([0.0]), asked, 1, out)
    assert np.isnan(out).all()
    # ten ranks per bin: right to within the bin
    coarse = histogram.reshape(1, 4, 10).sum(axis=2).astype(np.uint32)
    run(coarse, np.array([501.0]), asked, 10, out)
    assert np.abs(out[0] - np.quantile(ranks, asked)).max() < 4
