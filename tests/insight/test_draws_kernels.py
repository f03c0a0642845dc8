"""Random shares: the distributions they should have, compiled and as plain Python."""

import numpy as np
import pytest

from sozialraum.insight.monte_carlo.streams import PURPOSE, draw_choices
from sozialraum.kernels import draws
from sozialraum.kernels.random import below, gamma_spread, open_stream
from sozialraum.kernels.random_constants import BETA, EXACT, GAMMA, NORMAL


def both(kernel):
    return pytest.mark.parametrize("run", [kernel, kernel.py_func], ids=["compiled", "python"])


@both(draws.draw_shares)
def test_shares_are_drawn_as_their_kind_says_and_gaps_stay(run):
    n = 4000
    kind = np.array([EXACT, BETA, GAMMA, NORMAL])
    exact = np.full((4, n), 0.3)
    first = np.vstack([np.full(n, np.nan), np.full(n, 30.0), np.full(n, 30.0), np.full(n, 0.1)])
    second = np.vstack([np.full((1, n), np.nan), np.full((2, n), 70.0), np.full((1, n), np.nan)])
    first[1, 0] = np.nan
    exact[1, 1] = np.nan
    spread = np.full((4, n), gamma_spread(30.0)), np.full((4, n), gamma_spread(70.0))
    state, out, work = np.empty(4, np.uint64), np.empty((4, n)), np.empty(n)
    open_stream(state, 1, 0, draws.SAMPLING)
    unit = np.array([1.0, 100.0, 1000.0, 1.0])
    run(state, exact, kind, first, spread[0], second, spread[1], unit, out, work)
    assert (out[0] == 0.3).all()
    assert out[1, 0] == 0.3 and np.isnan(out[1, 1])  # nothing counted, nothing known
    share = out[1, 2:] / 100
    assert share.mean() == pytest.approx(0.3, abs=0.004)
    assert share.std() == pytest.approx(np.sqrt(0.3 * 0.7 / 101), rel=0.06)
    assert out[2].mean() == pytest.approx(1000 * 30 / 70, rel=0.01)
    assert out[2].std() == pytest.approx(1000 * np.sqrt(30) / 70, rel=0.06)
    assert out[3].mean() == pytest.approx(0.3, abs=0.006)
    assert out[3].std() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("seed", [0, 1, 2024, 2**40])
def test_alternatives_come_from_the_same_streams_as_in_a_kernel(seed):
    ids = np.array([0, 1, 7, 2**40, 2**41 + 5])
    for purpose, number in PURPOSE.items():
        for count in (2, 3, 7):
            expected = []
            for d in ids:
                state = np.empty(4, np.uint64)
                open_stream(state, seed, d, number)
                expected.append(below(state, count))
            assert draw_choices(seed, ids, purpose, count).tolist() == expected
    assert draw_choices(seed, ids, "cut", 1).tolist() == [0] * 5


def test_alternatives_are_equally_likely():
    taken = np.bincount(draw_choices(3, np.arange(30_000), "scaling", 3))
    assert np.abs(taken / 30_000 - 1 / 3).max() < 4 * np.sqrt(2 / 9 / 30_000)
