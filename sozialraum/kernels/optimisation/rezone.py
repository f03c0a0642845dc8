"""Random contiguous zones, and what a relation between two counts looks like in them."""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.random import below, fill_permutation, open_stream

_ZONES = 30  # purpose of the streams


@njit(cache=True, nogil=True)
def grow_zones(state, start, other, component, components, k, zone, order, rim, rim_zone):
    """Grow k contiguous zones from random seeds until every area belongs to one.

    Every connected part of the map gets one seed at least. A random pair of the rim (area, zone
    that wants it) is settled at a time; `rim` needs ``other.size + k`` places.
    """
    n = start.size - 1
    zone[:] = -1
    fill_permutation(state, order)
    seeded = np.zeros(components, np.bool_)
    made = 0
    for turn in range(2):
        for q in range(n):
            i = order[q]
            first = turn == 0 and not seeded[component[i]]
            more = turn == 1 and made < k and zone[i] < 0
            if first or more:
                zone[i] = made
                seeded[component[i]] = True
                made += 1
    size = 0
    for i in range(n):
        if zone[i] >= 0:
            for m in range(start[i], start[i + 1]):
                rim[size] = other[m]
                rim_zone[size] = zone[i]
                size += 1
    while size > 0:
        r = below(state, size)
        i, owner = rim[r], rim_zone[r]
        size -= 1
        rim[r], rim_zone[r] = rim[size], rim_zone[size]
        if zone[i] >= 0:
            continue
        zone[i] = owner
        for m in range(start[i], start[i + 1]):
            if zone[other[m]] < 0:
                rim[size] = other[m]
                rim_zone[size] = owner
                size += 1


@njit(cache=True, nogil=True)
def zone_correlation(zone, k, persons, x, y, sums):
    """Return the correlation of x/persons and y/persons over zones, weighted by persons."""
    sums[:] = 0.0
    for i in range(zone.size):
        q = zone[i]
        sums[0, q] += persons[i]
        sums[1, q] += x[i]
        sums[2, q] += y[i]
    total = mean_x = mean_y = 0.0
    for q in range(k):
        if sums[0, q] > 0.0:
            total += sums[0, q]
            mean_x += sums[1, q]
            mean_y += sums[2, q]
    if total == 0.0:
        return np.nan
    mean_x /= total
    mean_y /= total
    xy = xx = yy = 0.0
    for q in range(k):
        if sums[0, q] > 0.0:
            dx = sums[1, q] / sums[0, q] - mean_x
            dy = sums[2, q] / sums[0, q] - mean_y
            xy += sums[0, q] * dx * dy
            xx += sums[0, q] * dx * dx
            yy += sums[0, q] * dy * dy
    bound = np.sqrt(xx * yy)
    # equal rates in all zones leave rounding only
    if bound <= 1e-14 * total:
        return np.nan
    return xy / bound


@njit(cache=True, nogil=True)
def rezone(seed, first, start, other, component, components, k, persons, x, y, out, zones):
    """Write the correlation under the random zonings ``first, first + 1, …``.

    `zones` (draws × areas) keeps the zonings, or has no rows.
    """
    n = start.size - 1
    state = np.empty(4, np.uint64)
    zone, order = np.empty(n, np.int64), np.empty(n, np.int64)
    room = other.size * 2 + k
    rim, rim_zone = np.empty(room, np.int64), np.empty(room, np.int64)
    sums = np.empty((3, k))
    for d in range(out.size):
        open_stream(state, seed, first + d, _ZONES)
        grow_zones(state, start, other, component, components, k, zone, order, rim, rim_zone)
        out[d] = zone_correlation(zone, k, persons, x, y, sums)
        if zones.shape[0]:
            zones[d] = zone
