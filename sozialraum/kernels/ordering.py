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
        _sort(values, first, count, order)
        return count
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
def _before(values, i, j):
    return values[i] < values[j] or (values[i] == values[j] and i < j)


@njit(cache=True, nogil=True)
def _sort(values, first, count, order):
    """Sort ``order[first:first + count]`` by value, then by position (heapsort).

    Written out because numba's own argsort takes 3 seconds to compile.
    """
    start, end = count // 2, count
    while end > 1:
        if start > 0:
            start -= 1
        else:
            end -= 1
            order[first + end], order[first] = order[first], order[first + end]
        root = start
        child = 2 * root + 1
        while child < end:
            if child + 1 < end and _before(values, order[first + child], order[first + child + 1]):
                child += 1
            if not _before(values, order[first + root], order[first + child]):
                break
            order[first + root], order[first + child] = order[first + child], order[first + root]
            root = child
            child = 2 * root + 1


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
