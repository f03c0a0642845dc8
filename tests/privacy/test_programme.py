"""Bounds by programmes: solutions kept from earlier calls spare programmes and never change bounds."""

import itertools

import numpy as np
import scipy
from scipy.sparse import csr_array

from sozialraum.privacy.audit import programme
from sozialraum.privacy.audit.programme import Pool, Programme

# three crossing geographies of two zones each, and the city
ATOMS = np.array(list(itertools.product((0, 1), repeat=3)))
ROWS = np.vstack([(ATOMS[:, side] == zone) for side in range(3) for zone in (0, 1)] + [np.ones(8)])
EVERY = np.arange(8)
NO_CAP = np.full(8, np.inf)


def test_every_bound_after_many_other_publications_is_that_of_listing_all_counts():
    """Zones of one city are withheld one way after the other; counts of at most 3 are all listed."""
    rng = np.random.default_rng(5)
    listed = np.array(list(itertools.product(range(4), repeat=8)), float)
    pooled, matrix = Programme(csr_array(ROWS.astype(float)), 8), ROWS.astype(float)
    told = listed @ matrix.T
    short = reached = 0
    for _ in range(40):
        truth = rng.integers(0, 3, 8).astype(float)
        exact = matrix @ truth
        width = np.where(rng.random(7) < 0.4, rng.integers(1, 3, 7), 0)
        low, high = np.maximum(exact - width, 0.0), exact + width
        possible = listed[((told >= low) & (told <= high)).all(axis=1)]
        most = possible.max(axis=0)
        bound, proofs = pooled.extremes(
            EVERY, np.full(8, 2.0), truth, low, high, np.full(8, 3.0), use_pool=True
        )
        assert ((bound >= 2 - 1e-6) == (most >= 2)).all()
        few = most < 2
        assert np.allclose(bound[few], most[few])
        assert [bool(p) for p in proofs] == few.tolist()
        short, reached = short + int(few.sum()), reached + int((~few & (truth < 2)).sum())
    assert short > 20 and reached > 20
    assert pooled.pool.atoms


def test_a_second_publication_that_allows_the_same_counts_needs_no_programme(monkeypatch):
    made, solve = [], scipy.optimize.linprog
    monkeypatch.setattr(scipy.optimize, "linprog", lambda *a, **k: made.append(1) or solve(*a, **k))
    method, truth = Programme(csr_array(ROWS.astype(float)), 8), np.full(8, 2.0)
    low = high = ROWS.astype(float) @ truth
    goal = np.full(8, 4.0)
    method.extremes(EVERY, goal, truth, low, high, NO_CAP)
    first = len(made)
    method.extremes(EVERY, goal, truth, low - 1, high + 1, NO_CAP)
    assert 0 < first == len(made)
    method.extremes(EVERY, goal, truth, low, high, NO_CAP, use_pool=False)
    assert len(made) == first + 8


def test_counts_outside_the_bounds_or_above_the_population_prove_nothing():
    pool, matrix = Pool([], []), csr_array(np.ones((1, 2)))
    assert pool.largest(np.zeros(1), np.ones(1), np.full(2, np.inf)).tolist() == [0, 0]
    pool.add(np.array([7.0, 1.0]), matrix)
    pool.add(np.array([2.0, 3.0]), matrix)
    eight, five, no_cap = np.array([8.0]), np.array([5.0]), np.full(2, np.inf)
    assert pool.largest(five, eight, no_cap).tolist() == [7, 3]
    assert pool.largest(five, five, no_cap).tolist() == [2, 3]
    assert pool.largest(eight, eight, no_cap).tolist() == [7, 1]
    assert pool.largest(five, eight, np.array([6.0, 9.0])).tolist() == [2, 3]


def test_the_pool_forgets_the_oldest_counts(monkeypatch):
    monkeypatch.setattr(programme, "_POOL_SIZE", 6)  # two solutions of two atoms and one row
    pool, matrix = Pool([], []), csr_array(np.ones((1, 2)))
    for first in range(4):
        pool.add(np.array([float(first), 0.0]), matrix)
    assert [solution[0] for solution in pool.atoms] == [2.0, 3.0]
    assert [told[0] for told in pool.told] == [2.0, 3.0]


# 7.5 ≤ 3 x + 5 y ≤ 8.5 leaves x = 2.8 to fractions, and to whole persons only x = y = 1
WHOLE = csr_array(np.array([[3.0, 5.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]))
TRUE, LOW, HIGH = np.array([1.0, 1.0, 5.0, 5.0]), np.array([7.5, 2.0]), np.array([8.5, 40.0])


def test_a_leak_that_only_whole_persons_make_is_proven_by_few_rows():
    """The wide second row takes no part: to loosen it would help nobody."""
    given = np.array([0]), np.array([2.0]), TRUE, LOW, HIGH, np.full(4, np.inf)
    bound, proofs = Programme(WHOLE, 4).extremes(*given)
    assert bound.tolist() == [1.0]
    assert set(proofs[0]) == {0}


def test_where_the_search_is_given_up_the_count_is_taken_as_given_away(monkeypatch):
    monkeypatch.setattr(programme._Rows, "nearest", lambda *given: (None, False))
    given = np.array([0]), np.array([2.0]), TRUE, LOW, HIGH, np.full(4, np.inf)
    bound, proofs = Programme(WHOLE, 4).extremes(*given)
    assert bound[0] < 2
    assert set(proofs[0]) == {0, 1}
