"""Who goes where under places: the cheapest flow of children from areas to sites."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def _witness(cost, inside, size, member, edge, who, j, k):
    """Find the area of j whose children cost least to send on to k."""
    edge[j, k], who[j, k] = np.inf, -1
    for w in range(size[j]):
        i = member[j, w]
        if inside[j, i] and cost[k, i] - cost[j, i] < edge[j, k]:
            edge[j, k], who[j, k] = cost[k, i] - cost[j, i], i


@njit(cache=True)
def _ways(edge, start, dust, dist, back):
    """Fill in the cheapest way from one site to all others along the site graph (Bellman-Ford)."""
    q = edge.shape[0]
    dist[:] = np.inf
    back[:] = -1
    dist[start] = 0.0
    changed = True
    while changed:
        changed = False
        for j in range(q):
            if dist[j] == np.inf:
                continue
            for k in range(q):
                if dist[j] + edge[j, k] < dist[k] - dust:
                    dist[k], back[k] = dist[j] + edge[j, k], j
                    changed = True


@njit(cache=True)
def _prices(edge, full, dust):
    """Return what one more place at each site would save: 0 where there is room."""
    q = edge.shape[0]
    price = np.where(full, np.inf, 0.0)
    changed = True
    while changed:
        changed = False
        for j in range(q):
            if not full[j]:
                continue
            for k in range(q):
                if k != j and edge[j, k] + price[k] < price[j] - dust:
                    price[j] = edge[j, k] + price[k]
                    changed = True
    return price


@njit(cache=True)
def transport(cost, amount, places):
    """Return (value, flow, price, dual) of min Σ cost·flow, Σ_j flow = amount, Σ_i flow <= places.

    cost : (sites, areas) per child, infinite where there is no way; the last site must take
    anybody and as many as come (it stands for "no place"); amount : (areas,) children, 0 allowed;
    places : (sites,). All go to their cheapest site first; sites with too many send children on
    along the cheapest ways of the site graph, whose edge j→k is the least extra cost of a child of
    j at k (successive shortest paths, Ahuja, Magnanti & Orlin 1993, ch. 9). Ties keep the smaller
    index. ``price`` is what one more place would save, ``dual`` the cost of one more child.
    """
    q, n = cost.shape
    total, top = 0.0, 0.0
    for i in range(n):
        total += amount[i]
        for j in range(q):
            if np.isfinite(cost[j, i]):
                top = max(top, abs(cost[j, i]))
    crumb, dust = 1e-13 * total, 1e-12 * top
    flow, load = np.zeros((q, n)), np.zeros(q)
    inside = np.zeros((q, n), np.bool_)
    size, member = np.zeros(q, np.int64), np.empty((q, n), np.int64)
    for i in range(n):
        best, k = np.inf, q - 1
        for j in range(q):
            if cost[j, i] < best:
                best, k = cost[j, i], j
        if amount[i] > 0.0:
            flow[k, i], inside[k, i] = amount[i], True
            load[k] += amount[i]
            member[k, size[k]] = i
            size[k] += 1
    edge, who = np.full((q, q), np.inf), np.full((q, q), -1)
    for j in range(q):
        for k in range(q):
            if k != j:
                _witness(cost, inside, size, member, edge, who, j, k)
    dist, back = np.empty(q), np.empty(q, np.int64)
    path = np.empty(q + 1, np.int64)
    for s in range(q - 1):
        while load[s] - places[s] > crumb:
            _ways(edge, s, dust, dist, back)
            t, least = q - 1, np.inf
            for k in range(q):
                if places[k] - load[k] > crumb and dist[k] < least:
                    least, t = dist[k], k
            length, k = 0, t
            moved = min(load[s] - places[s], places[t] - load[t])
            while k != s:
                path[length] = k
                length += 1
                j = back[k]
                moved = min(moved, flow[j, who[j, k]])
                k = j
            path[length] = s
            for w in range(length):
                k, j = path[w], path[w + 1]
                i = who[j, k]
                flow[k, i] += moved
                flow[j, i] -= moved
                if not inside[k, i]:
                    inside[k, i] = True
                    member[k, size[k]] = i
                    size[k] += 1
                    for z in range(q):
                        if z != k and cost[z, i] - cost[k, i] < edge[k, z]:
                            edge[k, z], who[k, z] = cost[z, i] - cost[k, i], i
            load[s] -= moved
            load[t] += moved
            for w in range(1, length + 1):
                j = path[w]
                kept = 0
                for z in range(size[j]):
                    i = member[j, z]
                    if flow[j, i] > crumb:
                        member[j, kept] = i
                        kept += 1
                    else:
                        flow[j, i], inside[j, i] = 0.0, False
                size[j] = kept
                for k in range(q):
                    if who[j, k] >= 0 and not inside[j, who[j, k]]:
                        _witness(cost, inside, size, member, edge, who, j, k)
    full = places - load <= crumb
    price = _prices(edge, full, dust)
    value, dual = 0.0, np.full(n, np.inf)
    for i in range(n):
        for j in range(q):
            if flow[j, i] > 0.0:
                value += flow[j, i] * cost[j, i]
            dual[i] = min(dual[i], cost[j, i] + price[j])
    for j in range(q):  # nobody is at a site without places: it saves what it would take over
        if price[j] == np.inf:
            price[j] = 0.0
            for i in range(n):
                if amount[i] > 0.0:
                    price[j] = max(price[j], dual[i] - cost[j, i])
    return value, flow, price, dual
