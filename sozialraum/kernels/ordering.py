"""Order and ranks of many numbers, again and again: O(n) by bins, exact."""

from __future__ import annotations

import numpy as np
from numba import njit

_CROWDED = 32  # a bin with more numbers than this would make insertion slow: sort instead


@njit(cache=True, nogil=True)
def order_ascending(values, first, last, order, bin_of, start):
    """Write the positions of ``values[first:last]`` in ascending order to ``order[first:]``.

    NaN is left out; the number of values is returned. `bin_of` (n) and `start` (n + 2) are
    scratch. Equal values stand in the order in which they came.
    """
    low, high, count = np.inf, -np.inf, 0
    for i in range(first, last):
        v = values[i]
        if v == v:
            count += 1
            low = min(low, v)
            high = max(high, v)
    if count == 0:
        return 0
    spread = high - low
    scale = (count - 1) / spread if spread > 0.0 else 0.0
    if not np.isfinite(scale):
        scale = 0.0
    for b in range(count + 1):
        start[b] = 0
    for i in range(first, last):
        v = values[i]
        if v == v:
            b = min(np.int64((v - low) * scale), count - 1)
            bin_of[i] = b
            start[b + 1] += 1
    crowded = 0
    for b in range(count):
        crowded = max(crowded, start[b + 1])
        start[b + 1] += start[b]
    for i in range(first, last):
        if values[i] == values[i]:
            b = bin_of[i]
            order[first + start[b]] = i
            start[b] += 1
    if crowded > _CROWDED:
        return _sort(values, first, count, order)
    for q in range(first + 1, first + count):
        i = order[q]
        v = values[i]
        t = q
        while t > first and values[order[t - 1]] > v:
            order[t] = order[t - 1]
            t -= 1
        order[t] = i
    return count


@njit(cache=True, nogil=True)
def _sort(values, first, count, order):
    known = order[first : first + count].copy()
    sorted_positions = np.argsort(values[known], kind="mergesort")
    for q in range(count):
        order[first + q] = known[sorted_positions[q]]
    return count


@njit(cache=True, nogil=True)
def rank_descending(values, first, count, order, rank):
    """Write rank 1 to the highest value; equal values share the better rank."""
    q = first + count - 1
    place = 1
    shared = 1
    while q >= first:
        if q < first + count - 1 and values[order[q]] != values[order[q + 1]]:
            shared = place
        rank[order[q]] = shared
        place += 1
        q -= 1
