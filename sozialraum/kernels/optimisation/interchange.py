"""Sites by exchange: vertex substitution for the p-median, greedy choice for coverage."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def interchange(cost, start, forced, most_swaps):
    """Return (value, sites): swap one site at a time while Σ_i min_{j open} cost[j, i] falls.

    cost : (sites, demand) weighted cost, finite; start : indices of the open sites; forced :
    (sites,) never closed. Whitaker's fast interchange with the bookkeeping of Hansen & Mladenović
    (1997): one pass over the matrix prices all p swaps of an incoming site. Ties keep the smaller
    index.
    """
    m, n = cost.shape
    p = start.size
    sites = start.copy()
    is_open = np.zeros(m, np.bool_)
    for q in range(p):
        is_open[sites[q]] = True
    best, second = np.empty(n), np.empty(n)
    owner = np.empty(n, np.int64)
    loss = np.empty(p)
    value = 0.0
    for _ in range(most_swaps + 1):
        value = 0.0
        for i in range(n):
            b1, b2, k = np.inf, np.inf, 0
            for q in range(p):
                c = cost[sites[q], i]
                if c < b1:
                    b1, b2, k = c, b1, q
                elif c < b2:
                    b2 = c
            best[i], second[i], owner[i] = b1, b2, k
            value += b1
        top, enters, leaves = 1e-9 * value, -1, -1
        for j in range(m):
            if is_open[j]:
                continue
            gain = 0.0
            loss[:] = 0.0
            for i in range(n):
                c = cost[j, i]
                if c < best[i]:
                    gain += best[i] - c
                else:
                    loss[owner[i]] += min(c, second[i]) - best[i]
            for q in range(p):
                if gain - loss[q] > top and not forced[sites[q]]:
                    top, enters, leaves = gain - loss[q], j, q
        if enters < 0:
            break
        is_open[sites[leaves]] = False
        is_open[enters] = True
        sites[leaves] = enters
    return value, sites


@njit(cache=True)
def interchange_draws(distance, weights, start, forced, most_swaps):
    """Return (draws, sites) True where a site is open after `interchange`, a draw per column."""
    m, n = distance.shape
    draws = weights.shape[1]
    chosen = np.zeros((draws, m), np.bool_)
    cost = np.empty((m, n))
    for d in range(draws):
        for j in range(m):
            for i in range(n):
                cost[j, i] = distance[j, i] * weights[i, d]
        _, sites = interchange(cost, start, forced, most_swaps)
        for q in range(sites.size):
            chosen[d, sites[q]] = True
    return chosen


@njit(cache=True)
def greedy_cover(site_start, site_demand, demand_start, demand_site, weights, forced, number):
    """Return (draws, sites) True where the greedy choice opens a site; a draw per weight column.

    The two CSR lists say which demand a site reaches and which sites reach a demand. Each step
    opens the site with the largest uncovered weight; ties keep the smaller index. When a demand is
    covered for the first time its weight is taken off all sites that reach it, so a draw costs one
    pass over the pairs.
    """
    m = site_start.size - 1
    n, draws = weights.shape
    chosen = np.zeros((draws, m), np.bool_)
    gain = np.empty(m)
    covered = np.empty(n, np.bool_)
    for d in range(draws):
        covered[:] = False
        for j in range(m):
            gain[j] = 0.0
            for k in range(site_start[j], site_start[j + 1]):
                gain[j] += weights[site_demand[k], d]
        dust = 1e-12 * gain.sum()
        opened = 0
        for step in range(m + number):
            pick = -1
            if step < m:
                if forced[step]:
                    pick = step
            elif opened < number:
                top = -np.inf
                for j in range(m):
                    if not chosen[d, j] and gain[j] > top + dust:
                        top, pick = gain[j], j
            if pick < 0:
                continue
            chosen[d, pick] = True
            opened += 1
            for k in range(site_start[pick], site_start[pick + 1]):
                i = site_demand[k]
                if not covered[i]:
                    covered[i] = True
                    for s in range(demand_start[i], demand_start[i + 1]):
                        gain[demand_site[s]] -= weights[i, d]
    return chosen
