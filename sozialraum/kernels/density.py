"""Weighted sums around points: ``Σ w K(d / h)`` over all points within the reach of a kernel."""

from __future__ import annotations

import numpy as np
from numba import njit

UNIFORM, LINEAR, EPANECHNIKOV, QUARTIC, GAUSSIAN = range(5)


@njit(cache=True, nogil=True)
def kernel_weight(square, kind):
    """Return K(u) for ``square = u²``, with K(0) = 1."""
    if kind == GAUSSIAN:
        return np.exp(-0.5 * square) if square <= 9.0 else 0.0
    if square > 1.0:
        return 0.0
    if kind == UNIFORM:
        return 1.0
    if kind == LINEAR:
        return 1.0 - np.sqrt(square)
    if kind == EPANECHNIKOV:
        return 1.0 - square
    return (1.0 - square) * (1.0 - square)


@njit(cache=True, nogil=True)
def bin_points(x, y, w, left, bottom, per_cell, columns, rows):
    """Return start, x, y and w by cell: cell c holds the points ``start[c]:start[c + 1]``."""
    start = np.zeros(columns * rows + 1, np.int64)
    cell = np.empty(x.size, np.int32)
    for k in range(x.size):
        column = min(int((x[k] - left) * per_cell), columns - 1)
        row = min(int((y[k] - bottom) * per_cell), rows - 1)
        cell[k] = row * columns + column
        start[cell[k] + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    end = start[:-1].copy()
    sorted_x, sorted_y, sorted_w = np.empty(x.size), np.empty(x.size), np.empty(w.shape)
    for k in range(x.size):
        q = end[cell[k]]
        end[cell[k]] += 1
        sorted_x[q] = x[k]
        sorted_y[q] = y[k]
        for v in range(w.shape[1]):
            sorted_w[q, v] = w[k, v]
    return start, sorted_x, sorted_y, sorted_w


@njit(cache=True, nogil=True)
def _range(centre, reach, low, per_cell, n):
    """Return the first and last cell that can hold points within reach; empty if last < first."""
    first = max(0.0, (centre - reach - low) * per_cell)
    last = min(n - 1.0, (centre + reach - low) * per_cell)
    if last < 0.0 or first > n:
        return 0, -1
    return int(first), int(last)


@njit(cache=True, nogil=True)
def density_sums(
    start, x, y, w, left, bottom, per_cell, columns, rows, sx, sy, bandwidth, reach, kind, lo, hi,
    out,
):  # fmt: skip
    """Fill ``out[s, v] = Σ_k w[k, v] K(|s - k| / bandwidth)``; x, y, w sorted by cell."""
    per_square = 1.0 / (bandwidth * bandwidth)
    for s in range(lo, hi):
        c0, c1 = _range(sx[s], reach, left, per_cell, columns)
        r0, r1 = _range(sy[s], reach, bottom, per_cell, rows)
        for v in range(w.shape[1]):
            out[s, v] = 0.0
        if c1 < c0:
            continue
        for row in range(r0, r1 + 1):
            first = row * columns
            for k in range(start[first + c0], start[first + c1 + 1]):
                dx = x[k] - sx[s]
                dy = y[k] - sy[s]
                weight = kernel_weight((dx * dx + dy * dy) * per_square, kind)
                if weight > 0.0:
                    for v in range(w.shape[1]):
                        out[s, v] += weight * w[k, v]
