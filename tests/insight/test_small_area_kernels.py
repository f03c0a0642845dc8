"""Kernels of the small-area model against plain NumPy."""

import numpy as np
import pytest
import scipy.sparse as sp

from sozialraum.insight.small_area.field import Factor, Graph
from sozialraum.insight.small_area.quadrature import NODES, WEIGHTS, expected_share
from sozialraum.kernels import small_area as kernels

SIZES = [(7, 1, 1), (5, 6, 2), (1, 3, 1)]


def a_task(areas, columns, factors, seed=0):
    rng = np.random.default_rng(seed)
    z = rng.normal(-1, 1, (areas, columns))
    s2 = rng.uniform(0.05, 0.6, (areas, columns))
    if columns > 1:
        s2[rng.random(s2.shape) < 0.25] = np.inf
        s2[0] = np.inf  # an area that nothing is known of
    root = rng.normal(size=(columns, columns))
    load = rng.normal(size=(columns, factors))
    return (
        z,
        s2,
        rng.normal(-1, 0.2, columns),
        root @ root.T / columns + 0.1 * np.eye(columns),
        load,
    )


def positive(n, K, rng):
    root = rng.normal(size=(n, K, K))
    return root @ root.transpose(0, 2, 1) + 0.1 * np.eye(K)


@pytest.mark.parametrize(("areas", "columns", "factors"), SIZES)
def test_what_an_area_says_is_that_of_dense_algebra(areas, columns, factors):
    z, s2, mu, Psi, load = a_task(areas, columns, factors)
    A, b, loglik = np.zeros((areas, factors, factors)), np.zeros((areas, factors)), np.zeros(areas)
    kernels.area_information(0, areas, z, s2, mu, Psi, load, A, b, loglik)
    for i in range(areas):
        o = np.isfinite(s2[i])
        C = Psi[np.ix_(o, o)] + np.diag(s2[i, o])
        r = z[i, o] - mu[o]
        assert A[i] == pytest.approx(load[o].T @ np.linalg.solve(C, load[o]), abs=1e-12)
        assert b[i] == pytest.approx(load[o].T @ np.linalg.solve(C, r), abs=1e-12)
        expected = -0.5 * (np.linalg.slogdet(C)[1] + r @ np.linalg.solve(C, r))
        assert loglik[i] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("areas", "columns", "factors"), SIZES)
def test_the_posterior_of_an_area_is_that_of_dense_algebra(areas, columns, factors):
    z, s2, mu, Psi, load = a_task(areas, columns, factors)
    rng = np.random.default_rng(1)
    field, spread = rng.normal(size=(areas, factors)), positive(areas, factors, rng)
    mean, var = np.zeros_like(z), np.zeros_like(z)
    kept = np.arange(0, columns, 2)
    cov = np.zeros((areas, len(kept), len(kept)))
    kernels.area_posterior(0, areas, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov)
    for i in range(areas):
        o = np.isfinite(s2[i])
        G = np.zeros((columns, columns))
        G[:, o] = Psi[:, o] @ np.linalg.inv(Psi[np.ix_(o, o)] + np.diag(s2[i, o]))
        r = np.where(o, z[i] - mu - load @ field[i], 0.0)
        assert mean[i] == pytest.approx(mu + load @ field[i] + G @ r, abs=1e-12)
        H = load - G @ load
        V = Psi - G @ Psi + H @ spread[i] @ H.T
        assert var[i] == pytest.approx(np.diag(V), abs=1e-12)
        assert cov[i] == pytest.approx(V[np.ix_(kept, kept)], abs=1e-12)


@pytest.mark.parametrize(("areas", "columns"), [(7, 1), (6, 5)])
def test_expected_squares_are_those_of_dense_algebra(areas, columns):
    z, s2, mu, Psi, _ = a_task(areas, columns, 1)
    squares, mean, var = np.zeros((columns, columns)), np.zeros_like(z), np.zeros_like(z)
    kernels.expected_squares(0, areas, z, s2, mu, Psi, squares, mean, var)
    expected = np.zeros((columns, columns))
    for i in range(areas):
        o = np.isfinite(s2[i])
        G = Psi[:, o] @ np.linalg.inv(Psi[np.ix_(o, o)] + np.diag(s2[i, o]))
        e = G @ (z[i, o] - mu[o])
        expected += Psi - G @ Psi[o] + np.outer(e, e)
        assert mean[i] == pytest.approx(mu + e, abs=1e-12)
    assert np.triu(squares) == pytest.approx(np.triu(expected), abs=1e-11)


def test_pseudo_data_are_the_moments_of_a_fine_integral():
    x, n, w = np.array([[3.0, 9.0, 2.0]]), np.array([[20.0, 4.0, 0.0]]), np.array([[2.0, 0.0, 0.0]])
    mean, var = np.array([[-1.2, 0.4, 0.0]]), np.array([[0.3, 0.2, 1.0]])
    rate = np.array([False, True, False])
    z, s2 = np.zeros((1, 3)), np.zeros((1, 3))
    kernels.pseudo_data(x, n, w, mean, var, rate, NODES, WEIGHTS, z, s2)
    grid = np.linspace(-8, 8, 20_001)
    density = np.exp(-(grid**2) / 2) / np.exp(-(grid**2) / 2).sum()
    p = 1 / (1 + np.exp(-(mean[0, 0] + np.sqrt(0.3) * grid)))
    g, h = 20 * (density * p).sum(), 20 * (density * p * (1 - p)).sum()
    assert z[0, 0] == pytest.approx(-1.2 + (3 - g) / h, rel=1e-6)
    assert s2[0, 0] == pytest.approx((h + 2) / h**2, rel=1e-6)
    h = 4 * np.exp(0.4 + 0.1)  # mean of a lognormal
    assert z[0, 1] == pytest.approx(0.4 + (9 - h) / h, rel=1e-6)
    assert s2[0, 1] == pytest.approx(1 / h, rel=1e-6)
    assert s2[0, 2] == np.inf
    assert expected_share(mean, var, rate)[0, 1] == pytest.approx(np.exp(0.5), rel=1e-6)


def a_graph(rows=6, columns=7, seed=3):
    """A grid without some of its areas: parts and islands."""
    rng = np.random.default_rng(seed)
    n = rows * columns
    across = sp.diags_array([1.0] * (n - 1), offsets=1, shape=(n, n)).tolil()
    down = sp.diags_array([1.0] * (n - columns), offsets=columns, shape=(n, n))
    adjacency = (across + down).toarray()
    gone = rng.choice(n, 14, replace=False)
    adjacency[gone], adjacency[:, gone] = 0.0, 0.0
    return sp.csr_array(adjacency + adjacency.T)


def test_the_factor_solves_and_its_selected_inverse_is_the_dense_one():
    graph = Graph.of(a_graph())
    n = graph.precision.shape[0]
    A = positive(n, 2, np.random.default_rng(5))
    factor = graph.joined(A)
    dense = np.kron(graph.precision.toarray(), np.eye(2))
    for place, area in enumerate(graph.order):
        dense[2 * place : 2 * place + 2, 2 * place : 2 * place + 2] += A[area]
    inverse = np.linalg.inv(dense)
    blocks = factor.blocks(2, graph.order)
    for place, area in enumerate(graph.order):
        at = slice(2 * place, 2 * place + 2)
        assert np.abs(blocks[area] - inverse[at, at]).max() <= 1e-12
    right = np.random.default_rng(6).normal(size=2 * n)
    assert np.abs(factor.solve(right) - inverse @ right).max() <= 1e-12
    assert factor.logdet == pytest.approx(np.linalg.slogdet(dense)[1], abs=1e-10)


def test_the_field_has_a_geometric_mean_variance_of_one_in_every_part():
    adjacency = a_graph()
    graph = Graph.of(adjacency)
    covariance = np.linalg.inv(graph.precision.toarray())
    variance = np.empty(len(covariance))
    variance[graph.order] = np.diag(covariance)
    part = sp.csgraph.connected_components(adjacency, directed=False)[1]
    for p in range(part.max() + 1):
        assert np.exp(np.log(variance[part == p]).mean()) == pytest.approx(1.0, abs=1e-10)
    lonely = np.bincount(part)[part] == 1
    assert lonely.sum() >= 14
    assert variance[lonely] == pytest.approx(1.0, abs=1e-12)


def test_a_graph_without_pairs_is_none():
    assert Graph.of(sp.csr_array((4, 4))) is None


def test_factor_of_one_area():
    factor = Factor.of(sp.csc_array(np.array([[4.0]])))
    assert factor.solve(np.array([2.0])).tolist() == [0.5]
    assert factor.blocks(1, np.array([0])).ravel().tolist() == [0.25]


@pytest.mark.parametrize("areas", [1, 8, 11])
def test_areas_that_see_everything_are_those_of_dense_algebra_too(areas):
    z, _, mu, Psi, load = a_task(areas, 6, 2)
    rng = np.random.default_rng(5)
    s2 = rng.uniform(0.05, 0.6, z.shape)
    s2[areas // 2, 0] = 1e7  # this one goes the general way
    field, spread = rng.normal(size=(areas, 2)), positive(areas, 2, rng)
    mean, var, kept = np.zeros_like(z), np.zeros_like(z), np.array([1, 4])
    cov = np.zeros((areas, 2, 2))
    kernels.area_posterior(0, areas, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov)
    A, b, loglik = np.zeros((areas, 2, 2)), np.zeros((areas, 2)), np.zeros(areas)
    kernels.area_information(0, areas, z, s2, mu, Psi, load, A, b, loglik)
    squares, alone, spread_alone = np.zeros((6, 6)), np.zeros_like(z), np.zeros_like(z)
    kernels.expected_squares(0, areas, z, s2, mu, Psi, squares, alone, spread_alone)
    total = np.zeros((6, 6))
    for i in range(areas):
        C = Psi + np.diag(s2[i])
        G = np.linalg.solve(C, Psi).T
        H, r = load - G @ load, z[i] - mu
        V = Psi - G @ Psi + H @ spread[i] @ H.T
        m = mu + load @ field[i] + G @ (r - load @ field[i])
        assert mean[i] == pytest.approx(m, abs=1e-11)
        assert var[i] == pytest.approx(np.diag(V), abs=1e-11)
        assert cov[i] == pytest.approx(V[np.ix_(kept, kept)], abs=1e-11)
        assert A[i] == pytest.approx(load.T @ np.linalg.solve(C, load), abs=1e-11)
        assert b[i] == pytest.approx(load.T @ np.linalg.solve(C, r), abs=1e-11)
        expected = -0.5 * (np.linalg.slogdet(C)[1] + r @ np.linalg.solve(C, r))
        assert loglik[i] == pytest.approx(expected, abs=1e-11)
        assert alone[i] == pytest.approx(mu + G @ r, abs=1e-11)
        total += Psi - G @ Psi + np.outer(G @ r, G @ r)
    assert np.triu(squares) == pytest.approx(np.triu(total), abs=1e-10)
