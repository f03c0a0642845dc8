"""Catchments by annealing: block after block changes its school, none falls apart."""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.random import below, open_stream, uniform

ANNEALING = 1  # purpose of the random stream


@njit(cache=True)
def stays_whole(block, school, plan, start, neighbour, stack, mark, tick):
    """Tell whether a connected catchment stays connected without `block`.

    It does if those neighbours of the block that belong to it can still reach each other: search
    from one of them until all are found.
    """
    wanted, first = 0, -1
    for k in range(start[block], start[block + 1]):
        if plan[neighbour[k]] == school:
            wanted += 1
            first = neighbour[k]
    if wanted <= 1:
        return True
    mark[block] = tick
    mark[first] = tick
    # neighbours of `block` carry tick + 1 until found
    for k in range(start[block], start[block + 1]):
        if plan[neighbour[k]] == school and neighbour[k] != first:
            mark[neighbour[k]] = tick + 1
    left, top = wanted - 1, 1
    stack[0] = first
    while top > 0:
        top -= 1
        here = stack[top]
        for k in range(start[here], start[here + 1]):
            there = neighbour[k]
            if plan[there] != school or mark[there] == tick:
                continue
            if mark[there] == tick + 1:
                left -= 1
                if left == 0:
                    return True
            mark[there] = tick
            stack[top] = there
            top += 1
    return False


@njit(cache=True)
def _burden(load, added, tilt, capacity, minimum, mix, over, under):
    """Return what a catchment costs beyond its ways: its part of D, too many, too few pupils.

    Too many and too few are those of its worst years: load[t] + added[t].
    """
    cost = mix * abs(tilt)
    most, least = load[0] + added[0], load[0] + added[0]
    for t in range(1, len(load)):
        most = max(most, load[t] + added[t])
        least = min(least, load[t] + added[t])
    if most > capacity:
        cost += over * (most - capacity)
    if least < minimum:
        cost += under * (minimum - least)
    return cost


@njit(cache=True)
def anneal(
    cost, start, neighbour, plan, pupils, tilt, capacity, minimum, fixed, mix, over, under,
    proposals, hot, cold, seed,
):  # fmt: skip
    """Return (plan, value): Σ cost[i, plan_i] + Σ_j burden_j, lowered by simulated annealing.

    `pupils` is (blocks, years). An infinite cost is a pair that must not be.

    A proposal gives a block at a border to the neighbouring catchment; it must leave its old one in
    one piece. The temperature falls geometrically from `hot` to `cold`.
    """
    n, m = cost.shape
    years = pupils.shape[1]
    state = np.empty(4, np.uint64)
    open_stream(state, seed, 0, ANNEALING)
    plan, best = plan.copy(), plan.copy()
    load, lean = np.zeros((m, years)), np.zeros(m)
    nobody, gone = np.zeros(years), np.zeros(years)
    value = 0.0
    for i in range(n):
        load[plan[i]] += pupils[i]
        lean[plan[i]] += tilt[i]
        value += cost[i, plan[i]]
    for j in range(m):
        value += _burden(load[j], nobody, lean[j], capacity[j], minimum[j], mix, over, under)
    least = value
    stack, mark = np.empty(n, np.int64), np.zeros(n, np.int64)
    tick, warmth = 1, hot
    cooling = (cold / hot) ** (1.0 / max(proposals / 1000, 1.0))
    for step in range(proposals):
        if step % 1000 == 0 and step > 0:
            warmth *= cooling
        i = below(state, n)
        degree = start[i + 1] - start[i]
        if fixed[i] or degree == 0:
            continue
        old, new = plan[i], plan[neighbour[start[i] + below(state, degree)]]
        if new == old:
            continue
        p, t = pupils[i], tilt[i]
        for year in range(years):
            gone[year] = -p[year]
        full, small = capacity, minimum
        change = cost[i, new] - cost[i, old]
        change -= _burden(load[old], nobody, lean[old], full[old], small[old], mix, over, under)
        change -= _burden(load[new], nobody, lean[new], full[new], small[new], mix, over, under)
        change += _burden(load[old], gone, lean[old] - t, full[old], small[old], mix, over, under)
        change += _burden(load[new], p, lean[new] + t, full[new], small[new], mix, over, under)
        if change > 0 and uniform(state) >= np.exp(-change / warmth):
            continue
        tick += 2
        if not stays_whole(i, old, plan, start, neighbour, stack, mark, tick):
            continue
        plan[i] = new
        for year in range(years):
            load[old, year] -= p[year]
            load[new, year] += p[year]
        lean[old] -= t
        lean[new] += t
        value += change
        if value < least - 1e-9:
            least = value
            best[:] = plan
    return best, least
