"""Bounds of single arcs in a circulation: how much more, or less, can flow there.

Nodes are published zones, arcs the smallest areas and the totals; the true counts are one
circulation. The largest flow an arc can have is its present flow plus a maximum flow from its head
back to its tail in the residual network (Ford & Fulkerson 1956; for tables Gusfield 1988, SIAM J.
Comput. 17(3)).
"""

from __future__ import annotations

import numpy as np
from numba import njit

EPS = 1e-7


@njit(cache=True)
def find_path(source, sink, skip, tail, head, room, back, start, arcs, via, queue):
    """Search breadth first over residual arcs; True if `sink` is reached, `via` holds the way.

    via[node] = arc + 1 if it was entered forwards, −(arc + 1) backwards, 0 if not reached.
    """
    via[:] = 0
    via[source] = tail.size + 1
    queue[0] = source
    first, last = 0, 1
    while first < last:
        node = queue[first]
        first += 1
        for position in range(start[node], start[node + 1]):
            arc = arcs[position]
            if arc == skip:
                continue
            if tail[arc] == node:
                other, free, mark = head[arc], room[arc], arc + 1
            else:
                other, free, mark = tail[arc], back[arc], -(arc + 1)
            if free > EPS and via[other] == 0:
                via[other] = mark
                if other == sink:
                    return True
                queue[last] = other
                last += 1
    return False


@njit(cache=True)
def push_along(source, sink, limit, tail, head, room, back, via):
    """Push as much as fits, at most `limit`, along the way that `find_path` marked; return it."""
    amount, node = limit, sink
    while node != source:
        arc = abs(via[node]) - 1
        amount = min(amount, room[arc] if via[node] > 0 else back[arc])
        node = tail[arc] if via[node] > 0 else head[arc]
    node = sink
    while node != source:
        arc = abs(via[node]) - 1
        sign = 1.0 if via[node] > 0 else -1.0
        room[arc] -= sign * amount
        back[arc] += sign * amount
        node = tail[arc] if via[node] > 0 else head[arc]
    return amount


@njit(cache=True)
def arc_extremes(targets, goal, upward, tail, head, flow, low, high, start, arcs, use_pool):
    """Return per target arc ``max f_e`` (or ``min f_e``) up to `goal`, and the cut that stops it.

    Parameters
    ----------
    targets : arcs to bound
    goal : per target, the search stops once this flow is reached (inf: exact bound)
    upward : True maximum, False minimum
    tail, head, flow, low, high : per arc; flow is a circulation within [low, high]
    start, arcs : incident arcs of each node, compressed
    use_pool : a circulation met on the way that lifts another target to its goal spares its search
        (maximum only)

    Returns
    -------
    bound : per target; at least the goal where the goal was reached
    cut : (targets, nodes) 1 = on the source side of the cut where the goal was not reached
    searches : number of path searches made
    """
    nodes = start.size - 1
    bound = flow[targets].copy()
    cut = np.zeros((targets.size, nodes), dtype=np.uint8)
    best = flow.copy()
    via, queue = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    room, back = high - flow, flow - low
    searches = 0
    for t in range(targets.size):
        e = targets[t]
        if use_pool and best[e] >= goal[t] - EPS:
            bound[t] = best[e]
            continue
        room[:] = high - flow
        back[:] = flow - low
        source, sink = (head[e], tail[e]) if upward else (tail[e], head[e])
        free = high[e] - flow[e] if upward else flow[e] - low[e]
        free = min(free, abs(goal[t] - flow[e]))
        if source == sink:
            bound[t] = flow[e] + (free if upward else -free)
            continue
        moved, open_way = 0.0, True
        while free - moved > EPS:
            searches += 1
            open_way = find_path(source, sink, e, tail, head, room, back, start, arcs, via, queue)
            if not open_way:
                break
            step = push_along(source, sink, free - moved, tail, head, room, back, via)
            moved += step
            if step == np.inf:
                break
        bound[t] = flow[e] + (moved if upward else -moved)
        if not open_way:
            cut[t] = via != 0
        if use_pool and moved != np.inf:
            for a in range(best.size):
                best[a] = max(best[a], low[a] + back[a])
            best[e] = max(best[e], bound[t])
    return bound, cut, searches
