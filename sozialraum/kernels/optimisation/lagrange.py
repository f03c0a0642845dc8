"""A proof for the p-median: Lagrangian lower bound by subgradient steps."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def lagrangian_bound(cost, number, forced, value, sites, steps):
    """Return (bound, value, sites, rho, multipliers) of the p-median with `number` open sites.

    L(λ) = Σ λ_i + Σ of the forced and the smallest further ρ_j with
    ρ_j = Σ_i min(0, cost[j, i] - λ_i) is at most the cost of any plan. The sites with the smallest
    ρ are a plan themselves and replace `sites` when they cost less than `value`. Polyak steps,
    shortened after 20 without a better bound (Beasley 1993).
    """
    m, n = cost.shape
    best_value, best_sites = value, sites.copy()
    multiplier = np.empty(n)
    for i in range(n):
        b1, b2 = np.inf, np.inf
        for j in range(m):
            c = cost[j, i]
            if c < b1:
                b1, b2 = c, b1
            elif c < b2:
                b2 = c
        multiplier[i] = b2 if b2 < np.inf else b1
    bound = -np.inf
    best_rho, best_multiplier = np.zeros(m), multiplier.copy()
    rho, rank, slope = np.empty(m), np.empty(m), np.empty(n)
    theta, stuck = 1.5, 0
    for _ in range(steps):
        for j in range(m):
            total = 0.0
            for i in range(n):
                total += min(0.0, cost[j, i] - multiplier[i])
            rho[j] = total
            rank[j] = -np.inf if forced[j] else total
        chosen = np.argsort(rank)[:number]
        level = multiplier.sum()
        for q in range(number):
            level += rho[chosen[q]]
        plan, length = 0.0, 0.0
        for i in range(n):
            served, least = 0, np.inf
            for q in range(number):
                c = cost[chosen[q], i]
                served += c < multiplier[i]
                least = min(least, c)
            plan += least
            slope[i] = 1.0 - served
            length += slope[i] * slope[i]
        if plan < best_value:
            best_value, best_sites = plan, chosen.copy()
        if level > bound:
            bound, stuck = level, 0
            best_rho[:] = rho
            best_multiplier[:] = multiplier
        else:
            stuck += 1
        if stuck >= 20:
            theta, stuck = theta * 0.7, 0
        if length == 0 or theta < 1e-4 or best_value - bound <= 1e-9 * abs(best_value):
            break
        step = theta * (best_value - level) / length
        for i in range(n):
            multiplier[i] += step * slope[i]
    return bound, best_value, best_sites, best_rho, best_multiplier
