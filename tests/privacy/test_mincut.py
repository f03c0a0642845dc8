"""The kernel that bounds single arcs, against a listing of all circulations and against scipy's maximum flow."""

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from sozialraum.kernels.optimisation import mincut
from sozialraum.kernels.optimisation.mincut import arc_extremes
from sozialraum.privacy.audit.network import _incidence, as_network

BOTH = pytest.mark.parametrize("compiled", [True, False])


def _kernel(compiled, monkeypatch):
    if compiled:
        return arc_extremes
    # the plain function calls its parts by name: those must be plain, too
    monkeypatch.setattr(mincut, "find_path", mincut.find_path.py_func)
    monkeypatch.setattr(mincut, "push_along", mincut.push_along.py_func)
    return arc_extremes.py_func


def _circulation(rng):
    """Return a random small network with a circulation: 3 nodes, 5 arcs, flows 0..2 within bounds."""
    tail, head = rng.integers(0, 3, 5), rng.integers(0, 3, 5)
    flows = np.array(list(itertools.product(range(4), repeat=5)), float)
    balance = np.zeros((len(flows), 3))
    for arc in range(5):
        balance[:, tail[arc]] -= flows[:, arc]
        balance[:, head[arc]] += flows[:, arc]
    closed = flows[(balance == 0).all(axis=1)]
    flow = closed[rng.integers(len(closed))]
    low = np.maximum(flow - rng.integers(0, 3, 5), 0)
    high = np.minimum(flow + rng.integers(0, 3, 5), 3)
    possible = closed[((closed >= low) & (closed <= high)).all(axis=1)]
    return tail, head, flow, low, high, possible


@BOTH
def test_bounds_equal_those_of_all_circulations(compiled, monkeypatch):
    kernel, rng = _kernel(compiled, monkeypatch), np.random.default_rng(4)
    moved = 0
    for _ in range(150 if compiled else 40):
        tail, head, flow, low, high, possible = _circulation(rng)
        start, arcs = _incidence(tail, head, 3)
        every = np.arange(5)
        for upward, extreme in ((True, possible.max(axis=0)), (False, possible.min(axis=0))):
            goal = np.full(5, np.inf if upward else -np.inf)
            bound, _, _ = kernel(
                every, goal, upward, tail, head, flow, low, high, start, arcs, False
            )
            assert bound.tolist() == extreme.tolist()
            moved += int((bound != flow).sum())
    assert moved > 20


@BOTH
def test_the_search_stops_at_the_goal_and_the_cut_proves_the_rest(compiled, monkeypatch):
    kernel, rng = _kernel(compiled, monkeypatch), np.random.default_rng(8)
    for _ in range(60 if compiled else 20):
        tail, head, flow, low, high, possible = _circulation(rng)
        start, arcs = _incidence(tail, head, 3)
        goal = np.full(5, 2.0)
        bound, _, _ = kernel(
            np.arange(5), goal, True, tail, head, flow, low, high, start, arcs, True
        )
        assert ((bound >= 2) == ((possible.max(axis=0) >= 2) | (flow >= 2))).all()


def test_two_districts_and_two_catchments_by_scipys_maximum_flow():
    """hi(atom) = its count + what can be rerouted from its catchment back to its district."""
    rng = np.random.default_rng(2)
    for _ in range(40):
        counts = rng.integers(0, 9, (3, 4))
        rows = np.vstack([np.kron(np.eye(3), np.ones(4)), np.kron(np.ones(3), np.eye(4))])
        network = as_network(csr_array(rows))
        atoms = counts.ravel().astype(float)
        totals = rows @ atoms
        bound, _ = network.extremes(
            np.arange(12), np.full(12, np.inf), atoms, totals, totals, np.full(12, np.inf)
        )
        for atom in range(12):
            district, catchment = divmod(atom, 4)
            room = np.zeros((7, 7), int)
            room[:3, 3:] = 1000  # more may always flow from district to catchment
            room[3:, :3] = counts.T  # less, as far as there are children
            room[district, 3 + catchment] = room[3 + catchment, district] = 0
            rerouted = maximum_flow(csr_array(room), 3 + catchment, district).flow_value
            assert bound[atom] == counts[district, catchment] + rerouted


def test_one_area_alone_and_equal_zones_are_no_special_case():
    single = as_network(csr_array(np.ones((1, 1))))
    bound, proofs = single.extremes(
        np.array([0]),
        np.array([5.0]),
        np.array([3.0]),
        np.array([3.0]),
        np.array([3.0]),
        np.array([np.inf]),
    )
    assert bound.tolist() == [3.0] and proofs == [{0: 1.0}]
    twice = as_network(csr_array(np.ones((2, 2))))  # the same zone published by two offices
    bound, _ = twice.extremes(
        np.arange(2), np.full(2, np.inf), np.array([1.0, 4.0]), np.array([5.0, 5.0]), np.array([5.0, 5.0]),
        np.full(2, np.inf),
    )  # fmt: skip
    assert bound.tolist() == [5.0, 5.0]


def test_an_unbounded_area_is_unbounded():
    network = as_network(csr_array(np.ones((1, 2))))
    low, high = np.array([1.0]), np.array([np.inf])
    bound, _ = network.extremes(
        np.arange(2), np.full(2, np.inf), np.array([1.0, 2.0]), low, high, np.full(2, np.inf)
    )
    assert np.isinf(bound).all()


def test_three_crossing_geographies_and_weighted_rows_are_no_network():
    rows = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0]])
    assert as_network(csr_array(rows.astype(float))) is None
    assert as_network(csr_array(np.array([[0.5, 1.0]]))) is None
