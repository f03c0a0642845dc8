"""A grid over the edges of polygons: each cell knows its edges, and which polygon its centre is in.

Which polygon holds a point is then the label of its cell's centre, corrected for the edges between
the point and the centre: constant work per point, exact, however many polygons there are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Answers of `locate_one` that are no polygon.
NOWHERE = -1
SEVERAL = -2
BORDER = -3
# Edges and points are filed with this margin (metres), so that rounding never loses one.
_MARGIN = 1e-6
_TINY = 1e-300


class EdgeGrid(NamedTuple):
    """Edges k (vertex k to k + 1) by grid cell; ``label`` = polygon + 1, 0, or SEVERAL."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    owner: NDArray[np.int32]
    start: NDArray[np.int64]
    items: NDArray[np.int32]
    label: NDArray[np.int32]
    left: float
    bottom: float
    per_cell: float
    columns: int
    rows: int


@njit(cache=True, nogil=True)
def lay_out(xy, ring, exterior, ox, oy, x, y, area, box):
    """Write x and y from the origin, outer rings counterclockwise, holes clockwise."""
    for r in range(ring.size - 1):
        a, b = ring[r], ring[r + 1]
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        for k in range(a, b):
            u = xy[k, 0] - ox
            v = xy[k, 1] - oy
            x[k] = u
            y[k] = v
            x0 = min(x0, u)
            y0 = min(y0, v)
            x1 = max(x1, u)
            y1 = max(y1, v)
        twice = 0.0
        for k in range(a, b - 1):
            twice += (x[k] - x[a]) * (y[k + 1] - y[a]) - (x[k + 1] - x[a]) * (y[k] - y[a])
        if (twice > 0) != exterior[r]:
            twice = -twice
            i, j = a, b - 1
            while i < j:
                x[i], x[j] = x[j], x[i]
                y[i], y[j] = y[j], y[i]
                i += 1
                j -= 1
        area[r] = 0.5 * twice
        box[r, 0], box[r, 1], box[r, 2], box[r, 3] = x0, y0, x1, y1


@njit(cache=True, nogil=True)
def side(ax, ay, bx, by, px, py):
    """Return > 0 where p is left of a→b, < 0 right; never 0, and the opposite for b→a."""
    if ax < bx or (ax == bx and ay < by):
        v = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        return v if v != 0.0 else _TINY
    v = (ax - bx) * (py - by) - (ay - by) * (px - bx)
    return -v if v != 0.0 else -_TINY


@njit(cache=True, nogil=True)
def _clamp(value, highest):
    return max(0, min(highest, int(value)))


@njit(cache=True, nogil=True)
def cell_range(a, b, low, per_cell, n):
    """Return first and last of n rows (or columns) that an edge from a to b may touch."""
    first = (min(a, b) - _MARGIN - low) * per_cell
    last = (max(a, b) + _MARGIN - low) * per_cell
    return _clamp(first, n - 1), _clamp(last, n - 1)


@njit(cache=True, nogil=True)
def column_range(ax, ay, bx, by, row, left, bottom, per_cell, columns):
    """Return first and last column that an edge may touch in one row."""
    low, high = min(ax, bx), max(ax, bx)
    if abs(by - ay) > 1e-4:
        size = 1.0 / per_cell
        t0 = (bottom + row * size - _MARGIN - ay) / (by - ay)
        t1 = (bottom + (row + 1) * size + _MARGIN - ay) / (by - ay)
        t0 = max(0.0, min(1.0, t0))
        t1 = max(0.0, min(1.0, t1))
        q0 = ax + t0 * (bx - ax)
        q1 = ax + t1 * (bx - ax)
        low, high = min(q0, q1), max(q0, q1)
    return (
        _clamp((low - _MARGIN - left) * per_cell, columns - 1),
        _clamp((high + _MARGIN - left) * per_cell, columns - 1),
    )


@njit(cache=True, nogil=True)
def _file(x, y, ring, left, bottom, per_cell, columns, rows, place, items, write):
    """Count the edges of each cell in ``place[cell + 1]``, or write them from ``place[cell]``."""
    for r in range(ring.size - 1):
        for k in range(ring[r], ring[r + 1] - 1):
            r0, r1 = cell_range(y[k], y[k + 1], bottom, per_cell, rows)
            c0, c1 = cell_range(x[k], x[k + 1], left, per_cell, columns)
            slanted = r1 > r0 and c1 > c0
            for row in range(r0, r1 + 1):
                if slanted:
                    c0, c1 = column_range(
                        x[k], y[k], x[k + 1], y[k + 1], row, left, bottom, per_cell, columns
                    )
                for cell in range(row * columns + c0, row * columns + c1 + 1):
                    if write:
                        items[place[cell]] = k
                        place[cell] += 1
                    else:
                        place[cell + 1] += 1


@njit(cache=True, nogil=True)
def file_edges(x, y, ring, left, bottom, per_cell, columns, rows):
    """Return ``start, items``: cell c holds the edges ``items[start[c]:start[c + 1]]``."""
    start = np.zeros(columns * rows + 1, np.int64)
    nothing = np.empty(0, np.int32)
    _file(x, y, ring, left, bottom, per_cell, columns, rows, start, nothing, False)
    for c in range(columns * rows):
        start[c + 1] += start[c]
    items = np.empty(start[-1], np.int32)
    place = start[:-1].copy()
    _file(x, y, ring, left, bottom, per_cell, columns, rows, place, items, True)
    return start, items


@njit(cache=True, nogil=True)
def centre_labels(x, y, owner, start, items, left, bottom, per_cell, columns, rows):
    """Return per cell the polygon + 1 at its centre, 0 for none, SEVERAL where polygons overlap.

    Walks each row from the left with the predicate of `locate_one`, so that a centre lying exactly
    on an edge is treated alike by both.
    """
    size = 1.0 / per_cell
    label = np.zeros(columns * rows, np.int32)
    seen = np.full(x.size, -1, np.int64)
    for row in range(rows):
        yc = bottom + (row + 0.5) * size
        here, inside, xp = 0, 0, left - size
        for column in range(columns):
            cell = row * columns + column
            xc = left + (column + 0.5) * size
            for m in range(start[cell - 1] if column > 0 else start[cell], start[cell + 1]):
                e = items[m]
                if seen[e] == cell:
                    continue
                seen[e] = cell
                if (y[e] > yc) == (y[e + 1] > yc):
                    continue
                before = side(x[e], y[e], x[e + 1], y[e + 1], xp, yc) > 0
                after = side(x[e], y[e], x[e + 1], y[e + 1], xc, yc) > 0
                if before != after:
                    here ^= owner[e] + 1
                    inside += 1 if after else -1
            label[cell] = here if inside == 1 else (0 if inside == 0 else SEVERAL)
            xp = xc
    return label


@njit(cache=True, nogil=True)
def _touches(ax, ay, bx, by, px, py):
    """Return whether p lies exactly on the segment a-b."""
    if px < min(ax, bx) or px > max(ax, bx) or py < min(ay, by) or py > max(ay, by):
        return False
    return (bx - ax) * (py - ay) == (by - ay) * (px - ax)


@njit(cache=True, nogil=True)
def locate_one(grid, px, py):
    """Return the polygon that holds a point, or NOWHERE, SEVERAL, BORDER."""
    across = (px - grid.left) * grid.per_cell
    up = (py - grid.bottom) * grid.per_cell
    if not (0.0 <= across < grid.columns and 0.0 <= up < grid.rows):
        return NOWHERE
    column = int(across)
    row = int(up)
    cell = row * grid.columns + column
    here = grid.label[cell]
    if here == SEVERAL:
        return SEVERAL
    inside = 1 if here > 0 else 0
    size = 1.0 / grid.per_cell
    cx = grid.left + (column + 0.5) * size
    cy = grid.bottom + (row + 0.5) * size
    for m in range(grid.start[cell], grid.start[cell + 1]):
        e = grid.items[m]
        ax, ay, bx, by = grid.x[e], grid.y[e], grid.x[e + 1], grid.y[e + 1]
        if _touches(ax, ay, bx, by, px, py):
            return BORDER
        if (side(px, py, cx, cy, ax, ay) > 0) == (side(px, py, cx, cy, bx, by) > 0):
            continue
        at_point = side(ax, ay, bx, by, px, py) > 0
        if at_point != (side(ax, ay, bx, by, cx, cy) > 0):
            here ^= grid.owner[e] + 1
            inside += 1 if at_point else -1
    if inside == 0:
        return NOWHERE
    return here - 1 if inside == 1 else SEVERAL


@njit(cache=True, nogil=True)
def locate_points(grid, px, py, ox, oy, lo, hi, out):
    """Fill ``out[lo:hi]`` with `locate_one` of (px - ox, py - oy).

    Works in blocks of 1,024: first the look-up that needs no edges, then only the points in cells
    with edges; one loop over both is three times slower.
    """
    block = 1024
    near = np.empty(block, np.int64)
    for first in range(lo, hi, block):
        n = 0
        for k in range(first, min(first + block, hi)):
            # compared as floats: infinity and NaN have no cell number
            across = (px[k] - ox - grid.left) * grid.per_cell
            up = (py[k] - oy - grid.bottom) * grid.per_cell
            if not (0.0 <= across < grid.columns and 0.0 <= up < grid.rows):
                out[k] = NOWHERE
                continue
            cell = int(up) * grid.columns + int(across)
            label = grid.label[cell]
            out[k] = label - 1 if label >= 0 else SEVERAL
            near[n] = k
            n += grid.start[cell + 1] != grid.start[cell]
        for m in range(n):
            k = near[m]
            out[k] = locate_one(grid, px[k] - ox, py[k] - oy)
