"""Exact natural breaks: the classes with the smallest squared deviation within."""

import numpy as np
from numba import njit


@njit(cache=True)
def _cost(weight, first, second, lo, hi):  # type: ignore[no-untyped-def]
    """Squared deviation of the values lo..hi about their mean: ``S₂ − S₁²/W``."""
    w = weight[hi + 1] - weight[lo]
    s = first[hi + 1] - first[lo]
    cost = second[hi + 1] - second[lo] - s * s / w
    return cost if cost > 0.0 else 0.0


@njit(cache=True)
def natural_breaks(values, counts, k):  # type: ignore[no-untyped-def]
    """First position of classes 2..k among the distinct ascending values.

    ``best[c, j] = min_i best[c − 1, i − 1] + cost(i, j)``. The best i never falls as j grows, so
    each row is filled by halving: O(k m log m) instead of O(k m²).
    """
    m = values.shape[0]
    weight, first, second = np.zeros(m + 1), np.zeros(m + 1), np.zeros(m + 1)
    for j in range(m):
        weight[j + 1] = weight[j] + counts[j]
        first[j + 1] = first[j] + counts[j] * values[j]
        second[j + 1] = second[j] + counts[j] * values[j] * values[j]
    start = np.zeros((k, m), dtype=np.int64)
    before = np.empty(m)
    for j in range(m):
        before[j] = _cost(weight, first, second, 0, j)
    here = np.empty(m)
    jobs = np.empty((2 * m + 2, 4), dtype=np.int64)
    for c in range(1, k):
        jobs[0, 0], jobs[0, 1], jobs[0, 2], jobs[0, 3] = c, m - 1, c, m - 1
        open_jobs = 1
        while open_jobs > 0:
            open_jobs -= 1
            lo, hi, from_i, to_i = jobs[open_jobs]
            if lo > hi:
                continue
            j = (lo + hi) // 2
            best, where = np.inf, from_i
            for i in range(max(from_i, c), min(to_i, j) + 1):
                found = before[i - 1] + _cost(weight, first, second, i, j)
                if found < best:
                    best, where = found, i
            here[j] = best
            start[c, j] = where
            jobs[open_jobs, 0], jobs[open_jobs, 1] = lo, j - 1
            jobs[open_jobs, 2], jobs[open_jobs, 3] = from_i, where
            open_jobs += 1
            jobs[open_jobs, 0], jobs[open_jobs, 1] = j + 1, hi
            jobs[open_jobs, 2], jobs[open_jobs, 3] = where, to_i
            open_jobs += 1
        for j in range(c, m):
            before[j] = here[j]
    out = np.empty(k - 1, dtype=np.int64)
    end = m - 1
    for c in range(k - 1, 0, -1):
        out[c - 1] = start[c, end]
        end = out[c - 1] - 1
    return out
