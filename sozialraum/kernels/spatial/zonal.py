"""Exact coverage of raster cells by polygons, without sampling and without building geometry.

An edge that crosses a cell covers, to its right, a part of the cell and all cells further right in
the row. Adding these signed parts over all edges of a polygon and summing along each row gives the
covered fraction of every cell: Green's theorem, row by row. Only boundary cells cost work; the
cells between them are one contiguous sum.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.spatial.coverage_entries import (
    _emit_rings,
    _order_by_row,
    _sort_columns,
    _window,
)

# A fraction below this is rounding of the running sum, not coverage.
_NOTHING = 1e-9


@njit(cache=True, nogil=True)
def _span(values):
    """Return sum and number of the known values; four sums side by side do not wait in line."""
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    n0, n1, n2, n3 = 0, 0, 0, 0
    whole = values.size // 4 * 4
    for k in range(0, whole, 4):
        a, b, c, d = values[k], values[k + 1], values[k + 2], values[k + 3]
        s0 += a if a == a else 0.0
        s1 += b if b == b else 0.0
        s2 += c if c == c else 0.0
        s3 += d if d == d else 0.0
        n0 += a == a
        n1 += b == b
        n2 += c == c
        n3 += d == d
    for k in range(whole, values.size):
        if values[k] == values[k]:
            s0 += values[k]
            n0 += 1
    return (s0 + s1) + (s2 + s3), (n0 + n1) + (n2 + n3)


@njit(cache=True, nogil=True)
def _sum_row(order, col, part, lo, hi, left, values, inside):
    """Return ``sum f v``, ``sum f`` over known cells and ``sum f`` over all cells of one row."""
    total, known, area = 0.0, 0.0, 0.0
    coverage = 0.0
    k = lo
    while k < hi:
        c = col[order[k]]
        while k < hi and col[order[k]] == c:
            coverage += part[order[k]]
            k += 1
        f = coverage
        if f <= _NOTHING:
            continue
        # the boundary cell c and the span behind it, up to the next entry, have the same coverage
        stop = col[order[k]] if k < hi else c + 1
        area += f * (stop - c)
        if inside:
            a = max(0, left + c)
            b = min(values.size, left + stop)
            if b > a:
                s, m = _span(values[a:b])
                total += f * s
                known += f * m
    return total, known, area


@njit(cache=True, nogil=True)
def ring_signs(xy, ring, exterior):
    """Return +1 or -1 per ring, so that outer rings count positive and holes negative."""
    sign = np.empty(exterior.size)
    for r in range(exterior.size):
        twice = 0.0
        x0, y0 = xy[ring[r], 0], xy[ring[r], 1]
        for k in range(ring[r], ring[r + 1] - 1):
            twice += (xy[k, 0] - x0) * (xy[k + 1, 1] - y0) - (xy[k + 1, 0] - x0) * (xy[k, 1] - y0)
        sign[r] = -1.0 if (twice > 0) != exterior[r] else 1.0
    return sign


@njit(cache=True, nogil=True)
def zonal_sums(xy, ring, sign, zone, left, top, per_width, per_height, values, lo, hi, out):
    """Fill ``out[z] = (sum f v, sum f over known cells, sum f)``; f = covered fraction.

    xy : (n, 2) vertices, rings closed; ring : start of each ring in xy; sign : see `ring_signs`;
    zone : start of each zone in ring
    """
    capacity = 1024
    row = np.empty(capacity, np.int32)
    col = np.empty(capacity, np.int32)
    part = np.empty(capacity)
    order = np.empty(capacity, np.int32)
    start = np.empty(65, np.int64)
    for z in range(lo, hi):
        first, last = zone[z], zone[z + 1]
        if first == last:
            continue
        c0, r0, _, rows, bound = _window(xy, ring, first, last, left, top, per_width, per_height)
        if bound > capacity:
            capacity = 2 * bound
            row = np.empty(capacity, np.int32)
            col = np.empty(capacity, np.int32)
            part = np.empty(capacity)
            order = np.empty(capacity, np.int32)
        if rows + 1 > start.size:
            start = np.empty(2 * rows + 1, np.int64)
        n = _emit_rings(
            xy,
            ring,
            sign,
            first,
            last,
            left,
            top,
            per_width,
            per_height,
            c0,
            r0,
            rows,
            row,
            col,
            part,
        )
        _order_by_row(row, n, rows, start, order)
        total, known, area = 0.0, 0.0, 0.0
        for r in range(rows):
            _sort_columns(order, col, start[r], start[r + 1])
            inside = 0 <= r0 + r < values.shape[0]
            line = values[r0 + r] if inside else values[0]
            t, k, a = _sum_row(order, col, part, start[r], start[r + 1], c0, line, inside)
            total += t
            known += k
            area += a
        out[z, 0], out[z, 1], out[z, 2] = total, known, area


@njit(cache=True, nogil=True)
def _count_or_fill(order, col, part, lo, hi, left, width, base, n, cell, fraction, fill):
    """Write (cell number, covered fraction) of one row, or only count them."""
    coverage = 0.0
    k = lo
    while k < hi:
        c = col[order[k]]
        while k < hi and col[order[k]] == c:
            coverage += part[order[k]]
            k += 1
        f = coverage
        if f <= _NOTHING:
            continue
        stop = col[order[k]] if k < hi else c + 1
        for q in range(max(0, left + c), min(width, left + stop)):
            if fill:
                cell[n] = base + q
                fraction[n] = f
            n += 1
    return n


@njit(cache=True, nogil=True)
def zone_cells(xy, ring, sign, zone, left, top, per_width, per_height, height, width, z):
    """Return the cells of one zone: cell number ``row * width + column`` and covered fraction."""
    first, last = zone[z], zone[z + 1]
    if first == last:
        return np.empty(0, np.int64), np.empty(0)
    c0, r0, _, rows, bound = _window(xy, ring, first, last, left, top, per_width, per_height)
    row = np.empty(bound, np.int32)
    col = np.empty(bound, np.int32)
    part = np.empty(bound)
    order = np.empty(bound, np.int32)
    start = np.empty(rows + 1, np.int64)
    n = _emit_rings(
        xy, ring, sign, first, last, left, top, per_width, per_height, c0, r0, rows, row, col, part
    )
    _order_by_row(row, n, rows, start, order)
    cell = np.empty(0, np.int64)
    fraction = np.empty(0)
    for fill in (False, True):
        n = 0
        for r in range(rows):
            if 0 <= r0 + r < height:
                _sort_columns(order, col, start[r], start[r + 1])
                n = _count_or_fill(
                    order, col, part, start[r], start[r + 1], c0, width,
                    (r0 + r) * width, n, cell, fraction, fill,
                )  # fmt: skip
        if not fill:
            cell = np.empty(n, np.int64)
            fraction = np.empty(n)
    return cell, fraction


@njit(cache=True, nogil=True)
def listed_cells(
    xy, ring, sign, zone, left, top, per_width, per_height, row_start, column, lo, hi,
    out_zone, out_cell, out_fraction,
):  # fmt: skip
    """Write (zone, cell, covered fraction) of the listed cells only; return how many there are.

    row_start, column : cell k of row r is one of ``row_start[r]:row_start[r + 1]``, by ascending
    column. Where the outputs are too short, cells are counted on but not written.
    """
    n = 0
    height = row_start.size - 1
    for z in range(lo, hi):
        first, last = zone[z], zone[z + 1]
        if first == last:
            continue
        c0, r0, _, rows, bound = _window(xy, ring, first, last, left, top, per_width, per_height)
        row, col, part = np.empty(bound, np.int32), np.empty(bound, np.int32), np.empty(bound)
        order, start = np.empty(bound, np.int32), np.empty(rows + 1, np.int64)
        m = _emit_rings(
            xy, ring, sign, first, last, left, top, per_width, per_height, c0, r0, rows, row, col,
            part,
        )  # fmt: skip
        _order_by_row(row, m, rows, start, order)
        for r in range(max(0, -r0), min(rows, height - r0)):
            cell, end = row_start[r0 + r], row_start[r0 + r + 1]
            if cell == end or start[r] == start[r + 1]:
                continue
            _sort_columns(order, col, start[r], start[r + 1])
            cell += np.searchsorted(column[cell:end], c0 + col[order[start[r]]])
            coverage = 0.0
            k = start[r]
            while k < start[r + 1] and cell < end:
                c = col[order[k]]
                while k < start[r + 1] and col[order[k]] == c:
                    coverage += part[order[k]]
                    k += 1
                stop = col[order[k]] if k < start[r + 1] else c + 1
                while cell < end and column[cell] < c0 + stop:
                    if coverage > _NOTHING:
                        if n < out_zone.size:
                            out_zone[n], out_cell[n], out_fraction[n] = z, cell, coverage
                        n += 1
                    cell += 1
    return n
