"""Which polygons hold which points, for many points in many polygons that may overlap.

Even-odd rule: a point is in a polygon if a ray to its right meets the border an odd number of
times. Each ring looks only at the points in its box, and each of its edges only at those between
its two heights, so the work grows with edges plus hits, not with edges times points.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.spatial.edgegrid import cell_range, side


@njit(cache=True, nogil=True)
def file_points(px, py, left, bottom, per_cell, columns, rows):
    """Return ``start, items``: cell c holds the points ``items[start[c]:start[c + 1]]``.

    Points outside the grid go to the nearest cell.
    """
    cell = np.empty(px.size, np.int64)
    start = np.zeros(columns * rows + 1, np.int64)
    for k in range(px.size):
        column = max(0, min(columns - 1, int((px[k] - left) * per_cell)))
        row = max(0, min(rows - 1, int((py[k] - bottom) * per_cell)))
        cell[k] = row * columns + column
        start[cell[k] + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    place = start[:-1].copy()
    items = np.empty(px.size, np.int64)
    for k in range(px.size):
        items[place[cell[k]]] = k
        place[cell[k]] += 1
    return start, items


@njit(cache=True, nogil=True)
def _points_in_box(box, start, items, px, py, left, bottom, per_cell, columns, rows, near):
    """Write the points in a box; return how many there are."""
    c0, c1 = cell_range(box[0], box[2], left, per_cell, columns)
    r0, r1 = cell_range(box[1], box[3], bottom, per_cell, rows)
    n = 0
    for row in range(r0, r1 + 1):
        for m in range(start[row * columns + c0], start[row * columns + c1 + 1]):
            p = items[m]
            if box[0] <= px[p] <= box[2] and box[1] <= py[p] <= box[3]:
                near[n] = p
                n += 1
    return n


@njit(cache=True, nogil=True)
def _toggle(x, y, first, last, by_height, height, px, inside):
    """Turn `inside` of every point once per edge that its ray to the right meets."""
    for k in range(first, last - 1):
        low, high = min(y[k], y[k + 1]), max(y[k], y[k + 1])
        a, b = 0, height.size
        while a < b:
            middle = (a + b) // 2
            if height[middle] < low:
                a = middle + 1
            else:
                b = middle
        up = y[k] < y[k + 1]
        for m in range(a, height.size):
            if height[m] >= high:
                break
            p = by_height[m]
            if (side(x[k], y[k], x[k + 1], y[k + 1], px[p], height[m]) > 0) == up:
                inside[p] = not inside[p]


@njit(cache=True, nogil=True)
def find_holders(
    x, y, ring, box, owner, px, py, start, items, left, bottom, per_cell, columns, rows,
    out_point, out_owner,
):  # fmt: skip
    """Write (point, polygon that holds it); return how many there are.

    The rings of one polygon follow each other. Where the outputs are too short, pairs are counted
    on but not written.
    """
    near = np.empty(px.size, np.int64)
    inside = np.zeros(px.size, np.bool_)
    touched = np.empty(px.size, np.int64)
    was_touched = np.zeros(px.size, np.bool_)
    n_touched, n = 0, 0
    for r in range(ring.size - 1):
        n_near = _points_in_box(
            box[r], start, items, px, py, left, bottom, per_cell, columns, rows, near
        )
        if n_near > 0:
            heights = py[near[:n_near]]
            order = np.argsort(heights)
            _toggle(x, y, ring[r], ring[r + 1], near[:n_near][order], heights[order], px, inside)
            for m in range(n_near):
                p = near[m]
                if inside[p] and not was_touched[p]:
                    was_touched[p] = True
                    touched[n_touched] = p
                    n_touched += 1
        if n_touched and (r + 2 == ring.size or owner[r + 1] != owner[r]):
            for m in range(n_touched):
                p = touched[m]
                if inside[p]:
                    if n < out_point.size:
                        out_point[n], out_owner[n] = p, owner[r]
                    n += 1
                inside[p] = False
                was_touched[p] = False
            n_touched = 0
    return n
