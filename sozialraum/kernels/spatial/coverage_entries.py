"""Entries of polygon edges in raster cells, row by row: what exact coverage is summed from."""

from __future__ import annotations

import numpy as np
from numba import njit

# Rows up to this many entries are sorted by insertion.
_FEW = 256


@njit(cache=True, nogil=True)
def _entries_bound(u0: float, v0: float, u1: float, v1: float) -> int:
    """Return an upper bound of the entries `_emit_edge` writes: columns + 3 per row."""
    return int(abs(u1 - u0)) + 3 * (int(abs(v1 - v0)) + 2) + 2


@njit(cache=True, nogil=True)
def _emit_edge(row, col, part, n, last_row, sign, u0, v0, u1, v1):
    """Write (row, col, signed part) of one edge; the prefix sum over columns is the coverage."""
    if v0 == v1:
        return n
    if v0 > v1:
        sign = -sign
        u0, v0, u1, v1 = u1, v1, u0, v0
    slope = (u1 - u0) / (v1 - v0)
    entry = u0
    for r in range(int(v0), min(last_row, int(v1)) + 1):
        upper = max(v0, float(r))
        lower = min(v1, r + 1.0)
        if lower <= upper:
            continue
        leave = u1 if lower >= v1 else u0 + (lower - v0) * slope
        height = sign * (lower - upper)
        a = max(0.0, min(entry, leave))
        b = max(a, max(entry, leave))
        first = int(a)
        final = int(b)
        if first == final:
            right = 0.5 * (a + b) - first
            row[n], col[n], part[n] = r, first, height * (1.0 - right)
            row[n + 1], col[n + 1], part[n + 1] = r, first + 1, height * right
            n += 2
        else:
            per_column = 1.0 / (b - a)
            head = first + 1.0 - a
            before = 0.5 * head * head * per_column
            row[n], col[n], part[n] = r, first, height * before
            n += 1
            for c in range(first + 1, final):
                covered = (c + 0.5 - a) * per_column
                row[n], col[n], part[n] = r, c, height * (covered - before)
                n += 1
                before = covered
            tail = b - final
            covered = 1.0 - 0.5 * tail * tail * per_column
            row[n], col[n], part[n] = r, final, height * (covered - before)
            row[n + 1], col[n + 1], part[n + 1] = r, final + 1, height * (1.0 - covered)
            n += 2
        entry = leave
    return n


@njit(cache=True, nogil=True)
def _order_by_row(row, n, rows, start, order):
    """Fill `order` with the entries of row 0, 1, …: row r is ``start[r]:start[r + 1]``."""
    start[: rows + 1] = 0
    for k in range(n):
        start[row[k] + 1] += 1
    for r in range(rows):
        start[r + 1] += start[r]
    for k in range(n - 1, -1, -1):
        r = row[k]
        start[r + 1] -= 1
        order[start[r + 1]] = k
    for r in range(rows):
        start[r] = start[r + 1]
    start[rows] = n


@njit(cache=True, nogil=True)
def _sort_columns(order, col, lo, hi):
    """Sort one row's entries by column; edges follow each other, so they come almost sorted.

    Long rows do not: where a border has thousands of edges per row, those of its other side come
    after all of the first, and moving them one by one would take the square of their number. They
    are sorted over falling gaps first (Shell 1959, gaps 1, 4, 13, …).
    """
    gap = 1
    while hi - lo > _FEW * gap:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(lo + gap, hi):
            entry = order[k]
            c = col[entry]
            q = k
            while q >= lo + gap and col[order[q - gap]] > c:
                order[q] = order[q - gap]
                q -= gap
            order[q] = entry
        gap //= 3


@njit(cache=True, nogil=True)
def _window(xy, ring, first, last, left, top, per_width, per_height):
    """Return the box in cell units: first column, first row, columns, rows, entry bound."""
    umin, umax, vmin, vmax = np.inf, -np.inf, np.inf, -np.inf
    bound = 0
    for k in range(ring[first], ring[last]):
        u = (xy[k, 0] - left) * per_width
        v = (top - xy[k, 1]) * per_height
        umin = min(umin, u)
        umax = max(umax, u)
        vmin = min(vmin, v)
        vmax = max(vmax, v)
        if k + 1 < ring[last]:
            bound += _entries_bound(
                u, v, (xy[k + 1, 0] - left) * per_width, (top - xy[k + 1, 1]) * per_height
            )
    c0 = int(np.floor(umin))
    r0 = int(np.floor(vmin))
    return c0, r0, int(np.floor(umax)) - c0 + 1, int(np.floor(vmax)) - r0 + 1, bound


@njit(cache=True, nogil=True)
def _emit_rings(
    xy, ring, sign, first, last, left, top, per_width, per_height, c0, r0, rows, row, col, part
):
    """Write the entries of all edges of some rings, in window cells; return their number."""
    n = 0
    for r in range(first, last):
        k = ring[r]
        u = (xy[k, 0] - left) * per_width - c0
        v = (top - xy[k, 1]) * per_height - r0
        for k in range(ring[r] + 1, ring[r + 1]):
            u1 = (xy[k, 0] - left) * per_width - c0
            v1 = (top - xy[k, 1]) * per_height - r0
            n = _emit_edge(row, col, part, n, rows - 1, sign[r], u, v, u1, v1)
            u, v = u1, v1
    return n
