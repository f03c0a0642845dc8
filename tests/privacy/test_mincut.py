"""The kernel that bounds single arcs, against a listing of all circulations and against scipy's maximum flow."""

import itertools

import numpy as np
import pytest

from sozialraum.kernels.optimisation import mincut
from sozialraum.kernels.optimisation.mincut import arc_extremes
from sozialraum.privacy.audit.network import _incidence

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
