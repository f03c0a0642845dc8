"""Kernels alone, each beside its formula in NumPy, or beside its own loops in plain Python.

Kernels that stand beside NumPy, pandas or another library in a bench module of their room (Jenks,
Copeland, simulation, exact zonal sums, overlay, points, density, re-zoning) are not repeated here.
Where a search has no array form (exchange in catchments, a flow), the peer is the same source run
without compiling it.
"""

from __future__ import annotations

import importlib
import sys

import numba
import numpy as np
import pytest
from measure import Case

from sozialraum.kernels.catchment_access import floating_catchment
from sozialraum.kernels.moran import permuted_products
from sozialraum.kernels.optimisation.anneal import anneal
from sozialraum.kernels.optimisation.interchange import greedy_cover, interchange
from sozialraum.kernels.optimisation.lagrange import lagrangian_bound
from sozialraum.kernels.optimisation.mincut import arc_extremes
from sozialraum.kernels.outcomes import histogram_quantiles
from sozialraum.kernels.outranking import kemeny_order
from sozialraum.kernels.places import places
from sozialraum.kernels.random import fill_normals, open_stream

RINGS, WEIGHTS = np.array([500.0, 1000.0, 2000.0]), np.array([1.0, 0.6, 0.2])


def in_python(module, name):
    """Return a kernel as plain Python: its module and those it uses, read again uncompiled."""
    compiled = {k: sys.modules.pop(k) for k in list(sys.modules) if "sozialraum.kernels" in k}
    numba.config.DISABLE_JIT = 1
    try:
        plain = getattr(importlib.import_module(f"sozialraum.kernels.{module}"), name)
    finally:
        numba.config.DISABLE_JIT = 0
        for key in [k for k in sys.modules if "sozialraum.kernels" in k]:
            del sys.modules[key]
        sys.modules.update(compiled)
    return plain


# --- ranks and random numbers ---------------------------------------------------------------------


def ranks(n):
    rng = np.random.default_rng(1)
    values, reference = (np.sort(rng.integers(0, n, n).astype(float)) for _ in range(2))
    sides = ("left", "right")
    return Case(
        "places among a reference",
        lambda: places(values, reference),
        {"NumPy": lambda: tuple(np.searchsorted(reference, values, side) for side in sides)},
        size=f"{n:,} among {n:,}",
    )


def normals(n):
    out = np.empty(n)

    def ours():
        state = np.empty(4, np.uint64)
        open_stream(state, 1, 0, 1)
        fill_normals(state, out)
        return out

    peer = {"NumPy": lambda: np.random.default_rng(1).standard_normal(n)}
    return Case("normal numbers", ours, peer, size=f"{n:,}")


def quantiles(n, bins):
    rng = np.random.default_rng(2)
    histogram = rng.multinomial(1000, np.full(bins, 1 / bins), n).astype(np.int32)
    count, chances = histogram.sum(axis=1).astype(float), np.array([0.05, 0.5, 0.95])
    out = np.empty((n, chances.size))

    def ours():
        histogram_quantiles(histogram, count, chances, 1, out)
        return out

    def array_form():
        seen = histogram.cumsum(axis=1)
        return np.stack([(seen < c * count[:, None] - 1e-9).sum(axis=1) + 1.0 for c in chances], 1)

    return Case("rank quantiles", ours, {"NumPy": array_form}, size=f"{n:,} areas × {bins}")


def orders(n):
    rng = np.random.default_rng(3)
    support = np.triu(rng.integers(0, 10, (n, n)).astype(float), 1)
    support += np.tril(10 - support.T, -1)
    plain = in_python("outranking", "kemeny_order")
    return Case(
        "best common order (Kemeny)",
        lambda: kemeny_order(support),
        {"Python": lambda: plain(support)},
        size=f"{n} areas",
    )


def permutations(side, times):
    rng = np.random.default_rng(4)
    n = side * side
    x = rng.normal(size=n)
    here = np.arange(n).reshape(side, side)
    pairs = np.concatenate(
        [np.stack([here[:, :-1].ravel(), here[:, 1:].ravel()], 1),
         np.stack([here[:-1].ravel(), here[1:].ravel()], 1)]
    )  # fmt: skip
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    i, j = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
    start = np.searchsorted(i, np.arange(n + 1))
    weight, other = np.ones(len(i)), np.ascontiguousarray(j)
    out, squares = np.empty(times), np.empty(times)

    def ours():
        permuted_products(x, start, other, weight, 1, 0, out, squares)
        return out

    def array_form():
        draw = np.random.default_rng(5)
        made = np.empty(times)
        for p in range(times):
            y = draw.permutation(x)
            made[p] = (y[i] * y[j]).sum()
            _ = ((y[i] - y[j]) ** 2).sum()
        return made

    size = f"{n:,} areas × {times:,}"
    return Case("permuted cross products (Moran)", ours, {"NumPy": array_form}, size=size)


# --- planning -------------------------------------------------------------------------------------


def access(areas, offers):
    rng = np.random.default_rng(6)
    metres = rng.uniform(0, 9000, (areas, offers))
    persons, seats = rng.integers(10, 200, areas).astype(float), np.full(offers, 40.0)

    def array_form():
        near = np.zeros_like(metres)
        for outer, weight in zip(RINGS[::-1], WEIGHTS[::-1], strict=True):
            near[metres <= outer] = weight
        demand = persons @ near
        ratio = np.divide(seats, demand, out=np.zeros(offers), where=demand > 0)
        return near @ ratio

    return Case(
        "places in reach",
        lambda: floating_catchment(metres, persons, persons, seats, RINGS, WEIGHTS)[0],
        {"NumPy": array_form},
        size=f"{areas:,} × {offers}",
    )


def _ways(sites, demand):
    rng = np.random.default_rng(7)
    here, there = rng.uniform(0, 9000, (sites, 2)), rng.uniform(0, 9000, (demand, 2))
    metres = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    return metres, metres * rng.integers(1, 40, demand)


def exchange(sites, demand, number):
    _, cost = _ways(sites, demand)
    start, forced = np.arange(number), np.zeros(sites, bool)

    def array_form():
        chosen = list(range(number))
        while True:
            value = cost[chosen].min(axis=0).sum()
            best = (value * (1 - 1e-9), -1, -1)
            for q in range(number):
                rest = cost[chosen[:q] + chosen[q + 1 :]].min(axis=0)
                tried = np.minimum(cost, rest).sum(axis=1)
                tried[chosen] = np.inf
                j = int(tried.argmin())
                best = min(best, (tried[j], q, j))
            if best[1] < 0:
                return value
            chosen[best[1]] = best[2]

    return Case(
        "exchange of sites (p-median)",
        lambda: interchange(cost, start, forced, 1000)[0],
        {"NumPy": array_form},
        size=f"{demand:,} × {sites}, {number} open",
    )


def greedy(sites, demand, number):
    metres, _ = _ways(sites, demand)
    reaches = metres <= 1500
    weights = np.random.default_rng(8).integers(1, 40, (demand, 1)).astype(float)
    lists = []
    for matrix in (reaches, reaches.T):
        rows, columns = np.nonzero(matrix)
        lists += [np.searchsorted(rows, np.arange(matrix.shape[0] + 1)), columns]
    forced = np.zeros(sites, bool)

    def array_form():
        left, chosen = weights[:, 0].copy(), np.zeros(sites, bool)
        for _ in range(number):
            gain = reaches @ left
            gain[chosen] = -np.inf
            j = int(gain.argmax())
            chosen[j] = True
            left[reaches[j]] = 0.0
        return chosen

    return Case(
        "greedy coverage",
        lambda: greedy_cover(*lists, weights, forced, number)[0],
        {"NumPy": array_form},
        size=f"{demand:,} × {sites}, {number} open",
    )


def bound(sites, demand, number, steps):
    _, cost = _ways(sites, demand)
    forced = np.zeros(sites, bool)
    value, chosen = interchange(cost, np.arange(number), forced, 1000)

    def array_form():
        multiplier = np.partition(cost, 1, axis=0)[1]
        top, theta, stuck, best_value = -np.inf, 1.5, 0, value
        for _ in range(steps):
            rho = np.minimum(0.0, cost - multiplier).sum(axis=1)
            picked = np.argsort(rho)[:number]
            level = multiplier.sum() + rho[picked].sum()
            best_value = min(best_value, cost[picked].min(axis=0).sum())
            slope = 1.0 - (cost[picked] < multiplier).sum(axis=0)
            top, stuck = (level, 0) if level > top else (top, stuck + 1)
            if stuck >= 20:
                theta, stuck = theta * 0.7, 0
            length = slope @ slope
            if length == 0 or theta < 1e-4 or best_value - top <= 1e-9 * best_value:
                break
            multiplier = multiplier + theta * (best_value - level) / length * slope
        return top

    return Case(
        "proof for sites (Lagrange)",
        lambda: lagrangian_bound(cost, number, forced, value, chosen, steps)[0],
        {"NumPy": array_form},
        size=f"{demand:,} × {sites}, {steps} steps",
    )


def catchments(side, schools, proposals):
    n = side * side
    rng = np.random.default_rng(9)
    here = np.arange(n).reshape(side, side)
    near = [[] for _ in range(n)]
    for a, b in zip(
        np.concatenate([here[:, :-1].ravel(), here[:-1].ravel()]).tolist(),
        np.concatenate([here[:, 1:].ravel(), here[1:].ravel()]).tolist(),
        strict=True,
    ):
        near[a].append(b)
        near[b].append(a)
    start = np.concatenate([[0], np.cumsum([len(k) for k in near])])
    neighbour = np.concatenate([np.sort(k) for k in near])
    plan = (here % side * schools // side).ravel()  # upright stripes hang together
    pupils = rng.integers(0, 20, n).astype(float)
    centre = np.column_stack([np.arange(schools) * side / schools, np.full(schools, side / 2)])
    xy = np.column_stack([here.ravel() % side, here.ravel() // side])
    cost = np.hypot(*(xy[:, None] - centre[None]).transpose(2, 0, 1)) * pupils[:, None]
    load = pupils.sum() / schools
    arguments = (
        cost, start, neighbour, plan, pupils[:, None], np.zeros(n), np.full(schools, load * 1.05),
        np.full(schools, load * 0.95), np.zeros(n, bool), 0.0, 50.0, 50.0, proposals, 50.0, 0.1, 1,
    )  # fmt: skip
    plain = in_python("optimisation.anneal", "anneal")

    def uncompiled():
        with np.errstate(over="ignore"):  # random bits wrap round
            return plain(*arguments)

    return Case(
        "catchments by annealing",
        lambda: anneal(*arguments),
        {"Python": uncompiled},
        size=f"{n} blocks, {schools} schools, {proposals:,} proposals",
        rounds=3,
    )


# --- disclosure -----------------------------------------------------------------------------------


def flows(rows, columns):
    """A table whose row and column totals are known: how much can stand in each cell?"""
    rng = np.random.default_rng(10)
    cells = rng.integers(0, 9, (rows, columns)).astype(float)
    tail = np.repeat(np.arange(rows), columns)
    head = rows + np.tile(np.arange(columns), rows)
    hub = rows + columns
    tail = np.concatenate([tail, np.full(rows, hub), rows + np.arange(columns)])
    head = np.concatenate([head, np.arange(rows), np.full(columns, hub)])
    totals = np.concatenate([cells.sum(axis=1), cells.sum(axis=0)])
    flow = np.concatenate([cells.ravel(), totals])
    low = np.concatenate([np.zeros(cells.size), totals])
    high = np.concatenate([np.full(cells.size, np.inf), totals])
    ends = np.concatenate([tail, head])
    order = np.argsort(ends, kind="stable")
    start = np.searchsorted(ends[order], np.arange(hub + 2))
    targets = np.arange(cells.size)
    goal = np.full(cells.size, np.inf)
    arguments = (targets, goal, True, tail, head, flow, low, high, start, order % len(tail), False)
    plain = in_python("optimisation.mincut", "arc_extremes")
    return Case(
        "largest content of each cell (min-cut)",
        lambda: arc_extremes(*arguments)[0],
        {"Python": lambda: plain(*arguments)[0]},
        size=f"{rows} × {columns} cells",
        rounds=3,
    )


def cases(small: bool = False) -> list[Case]:
    """Return one case per kernel."""
    if small:
        return [
            ranks(50), normals(500), quantiles(5, 12), orders(5), permutations(6, 40),
            access(30, 8), exchange(15, 60, 4), greedy(15, 60, 4), bound(15, 60, 4, 200),
            catchments(8, 3, 400), flows(4, 5),
        ]  # fmt: skip
    return [
        ranks(100_000), normals(1_000_000), quantiles(5000, 500), orders(9), permutations(70, 999),
        access(5000, 350), exchange(200, 2000, 10), greedy(200, 2000, 20),
        bound(200, 2000, 10, 300), catchments(40, 12, 20_000), flows(14, 14),
    ]  # fmt: skip


SAME = {
    "places among a reference", "rank quantiles", "best common order (Kemeny)", "places in reach",
    "exchange of sites (p-median)", "greedy coverage", "proof for sites (Lagrange)",
    "catchments by annealing", "largest content of each cell (min-cut)",
}  # fmt: skip


@pytest.mark.parametrize("case", cases(small=True), ids=lambda case: case.name)
def test_kernel_and_formula_give_the_same(case):
    ours = case.ours()
    for peer in case.peers.values():
        theirs = peer()
        if case.name in SAME:
            for one, other in zip(_parts(ours), _parts(theirs), strict=True):
                assert one == pytest.approx(other, rel=1e-9, abs=1e-9)
        else:  # other random numbers: the same mean and spread, within five standard errors
            one, other = np.asarray(ours), np.asarray(theirs)
            error = np.hypot(one.std(), other.std()) / np.sqrt(len(one))
            assert abs(one.mean() - other.mean()) < 5 * error
            assert one.std() == pytest.approx(other.std(), rel=0.6)


def _parts(result):
    """Return the arrays of a result, flat."""
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(p, float).ravel() for p in parts]
