"""A proof for sites under places: a knapsack per site, and the Lagrangian bound of all."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def _knapsack(cost, amount, room, multiplier, index, worth, fill):
    """Return max Σ (multiplier - cost)·x with x <= amount, Σ x <= room; add x to `fill`."""
    count, wanted = 0, 0.0
    for i in range(cost.size):
        gain = multiplier[i] - cost[i]
        if gain > 0.0 and amount[i] > 0.0:
            index[count], worth[count] = i, -gain
            count += 1
            wanted += amount[i]
    total = 0.0
    if wanted <= room:
        for w in range(count):
            total -= worth[w] * amount[index[w]]
            if fill.size:
                fill[index[w]] += amount[index[w]]
        return total
    for w in np.argsort(worth[:count]):
        taken = min(amount[index[w]], room)
        total -= worth[w] * taken
        if fill.size:
            fill[index[w]] += taken
        room -= taken
        if room <= 0.0:
            break
    return total


@njit(cache=True)
def gains(cost, amount, places, multiplier, skipped):
    """Return per site what it is worth at these prices of an area: its continuous knapsack."""
    m, n = cost.shape
    index, worth, nothing = np.empty(n, np.int64), np.empty(n), np.empty(0)
    found = np.full(m, -1.0)
    for j in range(m):
        if not skipped[j]:
            found[j] = _knapsack(cost[j], amount, places[j], multiplier, index, worth, nothing)
    return found


@njit(cache=True)
def bound_under_places(
    cost, amount, places, price, number, forced, banned, start, value, steps, theta
):
    """Return (bound, multipliers, gains, plans, theta): no plan of `number` sites costs less.

    L(μ) = Σ a_i μ_i - Σ of the `number` largest knapsacks, μ_i <= price_i, is at most the cost of
    any plan (Lagrangian relaxation of Σ_j x_ij = a_i). Polyak steps, shortened after 15 without a
    better bound; ``plans`` are the sites each step would open.
    """
    m, n = cost.shape
    multiplier = start.copy()
    bound, best, best_gain = -np.inf, start.copy(), np.zeros(m)
    index, worth, fill = np.empty(n, np.int64), np.empty(n), np.zeros(n)
    plans = np.empty((steps, number), np.int64)
    stuck, done = 0, 0
    for t in range(steps):
        for i in range(n):
            multiplier[i] = min(multiplier[i], price[i])
        gain = gains(cost, amount, places, multiplier, banned)
        rank = np.where(forced, -np.inf, np.where(banned, np.inf, -gain))
        chosen = np.sort(np.argsort(rank, kind="mergesort")[:number])
        plans[t], done = chosen, t + 1
        level = (amount * multiplier).sum()
        fill[:] = 0.0
        for j in chosen:
            level -= _knapsack(cost[j], amount, places[j], multiplier, index, worth, fill)
        if level > bound:
            bound, stuck = level, 0
            best[:], best_gain[:] = multiplier, gain
        else:
            stuck += 1
            if stuck >= 15:
                theta, stuck = 0.7 * theta, 0
        length = 0.0
        for i in range(n):
            slope = amount[i] - fill[i]
            if slope < 0.0 or multiplier[i] < price[i]:
                length += slope * slope
        if length == 0.0 or theta < 1e-3 or value - bound <= 1e-9 * abs(value):
            break
        step = theta * (value - level) / length
        for i in range(n):
            multiplier[i] += step * (amount[i] - fill[i])
    return bound, best, best_gain, plans[:done], theta
