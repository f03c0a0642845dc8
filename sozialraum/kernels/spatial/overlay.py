"""Areas of intersection of two sets of polygons without building any intersection.

Green's theorem: ``area(a ∩ b) = ∮ over the part of a's border inside b + ∮ over the part of b's
border inside a``. Every crossing of an a-edge with a b-edge is found once; walking along a ring,
each crossing says by its sign which polygon is entered or left.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.spatial.edgegrid import cell_range, column_range, side

_MARGIN = 1e-6
# Up to so many crossings of one edge are sorted by insertion.
_FEW = 64


@njit(cache=True, nogil=True)
def _is_far(box, ring_edges, grid):
    """Return whether a ring's box touches no cell with an edge (only asked where that is cheap)."""
    c0 = int((box[0] - _MARGIN - grid.left) * grid.per_cell)
    c1 = int((box[2] + _MARGIN - grid.left) * grid.per_cell)
    r0 = int((box[1] - _MARGIN - grid.bottom) * grid.per_cell)
    r1 = int((box[3] + _MARGIN - grid.bottom) * grid.per_cell)
    if c1 < 0 or r1 < 0 or c0 >= grid.columns or r0 >= grid.rows:
        return True
    c0, r0 = max(c0, 0), max(r0, 0)
    c1, r1 = min(c1, grid.columns - 1), min(r1, grid.rows - 1)
    if (c1 - c0 + 1) * (r1 - r0 + 1) >= 4 * ring_edges:
        return False
    for row in range(r0, r1 + 1):
        first = row * grid.columns
        if grid.start[first + c0] != grid.start[first + c1 + 1]:
            return False
    return True


@njit(cache=True, nogil=True)
def find_crossings(x, y, ring, box, lo, hi, grid, seen, edge_a, edge_b, at, leaves):
    """Write all crossings of the rings lo..hi with the grid's edges; return how many there are.

    edge_a, edge_b : the two edges; at : (n, 4) position along a-edge and b-edge (0..1), x, y;
    leaves : (n, 2) whether the a-walk leaves b's polygon, whether the b-walk leaves a's polygon.
    Where the arrays are too short, crossings are counted on but not written.
    """
    n = 0
    capacity = edge_a.size
    for r in range(lo, hi):
        if _is_far(box[r], ring[r + 1] - ring[r], grid):
            continue
        for k in range(ring[r], ring[r + 1] - 1):
            ax, ay, bx, by = x[k], y[k], x[k + 1], y[k + 1]
            xlo, xhi = min(ax, bx), max(ax, bx)
            ylo, yhi = min(ay, by), max(ay, by)
            r0, r1 = cell_range(ay, by, grid.bottom, grid.per_cell, grid.rows)
            c0, c1 = cell_range(ax, bx, grid.left, grid.per_cell, grid.columns)
            slanted = r1 > r0 and c1 > c0
            for row in range(r0, r1 + 1):
                if slanted:
                    c0, c1 = column_range(
                        ax, ay, bx, by, row, grid.left, grid.bottom, grid.per_cell, grid.columns
                    )
                first = row * grid.columns
                for m in range(grid.start[first + c0], grid.start[first + c1 + 1]):
                    e = grid.items[m]
                    if seen[e] == k:
                        continue
                    seen[e] = k
                    px, py, qx, qy = grid.x[e], grid.y[e], grid.x[e + 1], grid.y[e + 1]
                    if max(px, qx) < xlo or min(px, qx) > xhi:
                        continue
                    if max(py, qy) < ylo or min(py, qy) > yhi:
                        continue
                    d0 = side(ax, ay, bx, by, px, py)
                    d1 = side(ax, ay, bx, by, qx, qy)
                    if (d0 > 0) == (d1 > 0):
                        continue
                    f0 = side(px, py, qx, qy, ax, ay)
                    f1 = side(px, py, qx, qy, bx, by)
                    if (f0 > 0) == (f1 > 0):
                        continue
                    if n < capacity:
                        t = f0 / (f0 - f1)
                        edge_a[n] = k
                        edge_b[n] = e
                        at[n, 0] = t
                        at[n, 1] = d0 / (d0 - d1)
                        at[n, 2] = ax + t * (bx - ax)
                        at[n, 3] = ay + t * (by - ay)
                        leaves[n, 0] = f0 > 0
                        leaves[n, 1] = d0 > 0
                    n += 1
    return n


@njit(cache=True, nogil=True)
def order_along(edge, position, order):
    """Sort `order`, which has the crossings edge by edge already, by position within each edge.

    Few crossings are put in place one by one; a long straight edge along a rough coast has many.
    """
    lo = 0
    while lo < order.size:
        hi = lo + 1
        while hi < order.size and edge[order[hi]] == edge[order[lo]]:
            hi += 1
        if hi - lo > _FEW:
            run = order[lo:hi].copy()
            order[lo:hi] = run[np.argsort(position[run], kind="mergesort")]
        else:
            for k in range(lo + 1, hi):
                c = order[k]
                q = k
                while q > lo and position[order[q - 1]] > position[c]:
                    order[q] = order[q - 1]
                    q -= 1
                order[q] = c
        lo = hi


@njit(cache=True, nogil=True)
def walk_rings(
    x, y, ring, owner, lo, hi, edge, order, first, other, at, leaves, n_other, container_start,
    container, out_own, out_other, out_area,
):  # fmt: skip
    """Write ``(own polygon, other polygon, ∮)`` for the rings lo..hi; return how many.

    ``∮ = ½ (Σ at leaving - Σ at entering + whole ring if it begins inside)``, sums of the running
    cross product. order : the crossings along the rings, those of ring r from ``first[r]`` on;
    edge, other : edge of this side and polygon of the other side, per crossing; container :
    polygons that contain the first
    vertex of ring r, ``container[container_start[r]:container_start[r + 1]]``.
    """
    total = np.zeros(n_other)
    begins_inside = np.zeros(n_other, np.bool_)
    met_in = np.full(n_other, -1, np.int64)
    met = np.empty(n_other, np.int64)
    n = 0
    for r in range(lo, hi):
        n_met = 0
        cross = 0.0
        at_crossing = first[r]
        for k in range(ring[r], ring[r + 1] - 1):
            ax, ay = x[k], y[k]
            while at_crossing < order.size and edge[order[at_crossing]] == k:
                c = order[at_crossing]
                at_crossing += 1
                qx, qy = at[c, 2], at[c, 3]
                cross += ax * qy - qx * ay
                ax, ay = qx, qy
                p = other[c]
                if met_in[p] != r:
                    met_in[p] = r
                    met[n_met] = p
                    n_met += 1
                    total[p] = 0.0
                    begins_inside[p] = leaves[c]
                total[p] += cross if leaves[c] else -cross
            cross += ax * y[k + 1] - x[k + 1] * ay
        for m in range(container_start[r], container_start[r + 1]):
            p = container[m]
            if met_in[p] != r:
                met_in[p] = r
                met[n_met] = p
                n_met += 1
                total[p] = 0.0
                begins_inside[p] = True
        for m in range(n_met):
            p = met[m]
            out_own[n] = owner[r]
            out_other[n] = p
            out_area[n] = 0.5 * (total[p] + cross if begins_inside[p] else total[p])
            n += 1
    return n
