"""Streams side by side: the numbers of the kernels, and weights drawn from them."""

import numpy as np
import pytest

from sozialraum.insight.monte_carlo import counter_streams as counters
from sozialraum.insight.monte_carlo import sampling
from sozialraum.insight.monte_carlo.streams import PURPOSE
from sozialraum.insight.monte_carlo.weighting import DrawnWeights
from sozialraum.kernels import draws as kernel
from sozialraum.kernels import random
from sozialraum.kernels.random_constants import BETA, EXACT, GAMMA, NORMAL

# enough to meet the tail of the ziggurat (3 in 10,000 numbers) and every kind of rejection
IDS = np.r_[np.arange(1500), 2**40 + np.arange(100)]


@pytest.mark.parametrize("shape", [None, 0.1, 0.999, 1.0, 4 / 3, 80.0])
def test_a_lane_gives_the_numbers_of_the_kernel(shape):
    side_by_side = counters.open_streams(7, IDS, 3)
    found = np.empty((len(IDS), 30))
    for i in range(30):
        drawn = (
            counters.normals(side_by_side)
            if shape is None
            else counters.gammas(side_by_side, shape)
        )
        found[:, i] = drawn
    expected, state = np.empty(found.shape), np.empty(4, np.uint64)
    for row, draw in enumerate(IDS):
        random.open_stream(state, 7, draw, 3)
        if shape is None:
            random.fill_normals(state, expected[row])
        else:
            shapes = np.full(30, shape)
            spread = np.full(30, random.gamma_spread(shape))
            random.fill_gammas(state, shapes, spread, expected[row])
        assert side_by_side[:, row].tolist() == state.tolist()
    # u**(1/shape) may differ in the last digit
    np.testing.assert_allclose(
        found, expected, rtol=1e-15 if shape is None or shape >= 1 else 1e-14
    )


def test_shares_drawn_side_by_side_are_those_of_the_kernel():
    rng, n = np.random.default_rng(3), 7
    first, second = rng.uniform(0.2, 50, (4, n)), rng.uniform(0.2, 90, (4, n))
    first[0] = np.nan
    first[1:, 2] = second[1:, 2] = np.nan
    exact = rng.uniform(size=(2, 4, n))
    exact[1, 2, 4] = np.nan
    with np.errstate(invalid="ignore"):
        spread = [np.vectorize(random.gamma_spread)(shape) for shape in (first, second)]
    cells = sampling.CellDistributions(
        np.array([EXACT, BETA, GAMMA, NORMAL]), first, spread[0], second, spread[1],
        np.array([1.0, 100.0, 1000.0, 1.0]),
    )  # fmt: skip
    assert cells.numbers == (n - 1) * (2 + 1 + 1)
    tables = exact[np.arange(200) % 2]
    found = sampling.drawn_side_by_side(5, np.arange(200), tables, cells)
    expected = np.empty_like(tables)
    for draw, table in enumerate(tables):
        kernel.draw_table(5, draw, table, cells.arrays(), expected[draw])
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def weights_of(concentration, width):
    """One node of three weighted parts."""
    weight = np.array([1.0, 1.0, 2.0, 1.0])
    start, child = np.array([0, 3]), np.array([0, 1, 2])
    names = ("a", "b", "c", "index")
    return DrawnWeights(names, weight, np.array(concentration), np.array(width), start, child)


def test_drawn_weights_have_the_dirichlet_moments():
    drawn = weights_of([20.0, 20, 20, 0], np.zeros(4)).drawn(1, np.arange(20_000))
    np.testing.assert_allclose(drawn[:, :3].sum(axis=1), 4.0)
    assert (drawn[:, 3] == 1).all()
    share, error = drawn[:, :3] / 4, 4 / np.sqrt(len(drawn))
    expected = np.array([0.25, 0.25, 0.5])
    sd = np.sqrt(expected * (1 - expected) / 21)
    np.testing.assert_allclose(share.mean(axis=0), expected, atol=sd.max() * error)
    np.testing.assert_allclose(share.std(axis=0), sd, rtol=error)


def test_drawn_weights_lie_evenly_within_their_width():
    drawn = weights_of(np.zeros(4), [0.25, 0.25, 0.25, 0]).drawn(1, np.arange(20_000))
    away = drawn[:, :3] / [1.0, 1.0, 2.0] - 1
    assert np.abs(away).max() <= 0.25 and (drawn[:, 3] == 1).all()
    np.testing.assert_allclose(away.std(axis=0), 0.25 / np.sqrt(3), rtol=0.02)
    assert np.abs(np.corrcoef(away.T)[np.triu_indices(3, 1)]).max() < 0.03


def test_a_draw_has_its_weights_in_any_company():
    weights = weights_of([20.0, 20, 20, 0], np.zeros(4))
    every, some = weights.drawn(1, np.arange(50)), weights.drawn(1, np.array([49, 3]))
    np.testing.assert_array_equal(some, every[[49, 3]])
    assert PURPOSE["weights"] == 3  # a stored seed keeps its meaning
