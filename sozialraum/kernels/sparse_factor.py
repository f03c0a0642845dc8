"""Kernels of a sparse symmetric factor ``P = L D L'`` and of its selected inverse.

The factor by groups of columns with the same rows (supernodes) along the elimination tree (Davis
2006, "Direct Methods for Sparse Linear Systems", chapter 4); entries of the inverse on the pattern
of L by the equations of Takahashi, Fagan and Chen (1973). Sequential: the same bytes everywhere. A
matrix is given by compressed columns; entries below the diagonal are not read.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def elimination_tree(start, row, parent, count):
    """Fill the parent of every column, and the entries of L below its diagonal."""
    n = parent.size
    seen = np.empty(n, np.int64)
    for k in range(n):
        parent[k] = -1
        seen[k] = k
        count[k] = 0
        for p in range(start[k], start[k + 1]):
            i = row[p]
            while i < k and seen[i] != k:
                if parent[i] == -1:
                    parent[i] = k
                count[i] += 1
                seen[i] = k
                i = parent[i]


@njit(cache=True, nogil=True)
def _laid_out(start, row, value, parent, L_start, L_row, L_value, d):
    """Fill the rows of L, ascending, and lay the entries of P in their places."""
    n = d.size
    filled = L_start[:n].copy()
    seen = np.empty(n, np.int64)
    for k in range(n):
        seen[k] = k
        for p in range(start[k], start[k + 1]):
            i = row[p]
            while i < k and seen[i] != k:
                L_row[filled[i]] = k
                L_value[filled[i]] = 0.0
                filled[i] += 1
                seen[i] = k
                i = parent[i]
        for p in range(start[k], start[k + 1]):
            i = row[p]
            if i == k:
                d[k] = value[p]
            elif i < k:
                L_value[filled[i] - 1] = value[p]


@njit(cache=True, nogil=True)
def _last_of_group(L_start, L_row, first):
    """Return the last of the columns from `first` on that have the same rows below them."""
    last = first
    while last + 2 < L_start.size:
        rows = L_start[last + 1] - L_start[last]
        below = L_start[last + 2] - L_start[last + 1]
        if rows != below + 1 or L_row[L_start[last]] != last + 1:
            break
        last += 1
    return last


@njit(cache=True, nogil=True)
def _factorise_group(L_start, L_value, d, first, last):
    """Factorise the columns of a group, from which all earlier ones are taken."""
    for j in range(first, last + 1):
        entry = L_value[L_start[j] : L_start[j + 1]]
        for b in range(entry.size):
            entry[b] /= d[j]
        for c in range(j + 1, last + 1):
            at = c - j - 1
            f = entry[at] * d[j]
            d[c] -= f * entry[at]
            other = L_value[L_start[c] : L_start[c + 1]]
            rest = entry[at + 1 :]
            for b in range(other.size):
                other[b] -= f * rest[b]


@njit(cache=True, nogil=True)
def _take_from_later(L_start, L_row, L_value, d, first, last, sums):
    """Subtract a finished group from every column that it has a row of."""
    rows = L_row[L_start[last] : L_start[last + 1]]
    m = rows.size
    for a in range(m):
        w = sums[: m - a]
        w[:] = 0.0
        for j in range(first, last + 1):
            entry = L_value[L_start[j] + last - j + a : L_start[j + 1]]
            f = entry[0] * d[j]
            for b in range(m - a):
                w[b] += f * entry[b]
        d[rows[a]] -= w[0]
        t = L_start[rows[a]]
        for b in range(1, m - a):
            while L_row[t] != rows[a + b]:
                t += 1
            L_value[t] -= w[b]


@njit(cache=True, nogil=True)
def factorise(start, row, value, parent, L_start, L_row, L_value, d):
    """Fill L (without its unit diagonal, rows ascending) and D of ``P = L D L'``."""
    _laid_out(start, row, value, parent, L_start, L_row, L_value, d)
    sums = np.empty(d.size)
    first = 0
    while first < d.size:
        last = _last_of_group(L_start, L_row, first)
        _factorise_group(L_start, L_value, d, first, last)
        _take_from_later(L_start, L_row, L_value, d, first, last, sums)
        first = last + 1


@njit(cache=True, nogil=True)
def solve(L_start, L_row, L_value, d, x):
    """Replace x by ``P^-1 x``."""
    n = d.size
    for j in range(n):
        for p in range(L_start[j], L_start[j + 1]):
            x[L_row[p]] -= L_value[p] * x[j]
    for j in range(n - 1, -1, -1):
        x[j] /= d[j]
        for p in range(L_start[j], L_start[j + 1]):
            x[j] -= L_value[p] * x[L_row[p]]


@njit(cache=True, nogil=True)
def _first_of_group(L_start, L_row, last):
    """Return the first of the columns up to `last` that have the same rows below them."""
    first = last
    while first > 0:
        rows = L_start[first] - L_start[first - 1]
        below = L_start[first + 1] - L_start[first]
        if rows != below + 1 or L_row[L_start[first - 1]] != first:
            break
        first -= 1
    return first


@njit(cache=True, nogil=True)
def _gather(L_start, L_row, diagonal, below, rows, place, Z, s):
    """Fill ``Z[s:, s:]`` with the inverse at `rows`, both triangles."""
    m = rows.size
    for a in range(m):
        place[rows[a]] = a
    for a in range(m):
        r = rows[a]
        Z[s + a, s + a] = diagonal[r]
        missing = m - 1 - a
        t = L_start[r]
        while missing > 0:
            b = place[L_row[t]]
            if b >= 0:
                Z[s + a, s + b] = below[t]
                Z[s + b, s + a] = below[t]
                missing -= 1
            t += 1
    for a in range(m):
        place[rows[a]] = -1


@njit(cache=True, nogil=True)
def _column_of_inverse(entry, d, Z, at, column):
    """Fill row and column `at` of Z from the rows and columns after it."""
    m = entry.size
    column[:m] = 0.0
    for b in range(m):
        lb = entry[b]
        for a in range(m):
            column[a] -= Z[at + 1 + b, at + 1 + a] * lb
    own = 1.0 / d
    for a in range(m):
        own -= entry[a] * column[a]
        Z[at, at + 1 + a] = column[a]
        Z[at + 1 + a, at] = column[a]
    Z[at, at] = own


@njit(cache=True, nogil=True)
def selected_inverse(L_start, L_row, L_value, d, diagonal, below):
    """Fill the inverse on the pattern of L: its diagonal, and the entries below it.

    Columns of the same pattern are worked on together, in a dense square of their rows.
    """
    n = d.size
    place = np.full(n, -1, np.int64)
    column = np.empty(n)
    last = n - 1
    while last >= 0:
        first = _first_of_group(L_start, L_row, last)
        s = last - first + 1
        rows = L_row[L_start[last] : L_start[last + 1]]
        Z = np.empty((s + rows.size, s + rows.size))
        _gather(L_start, L_row, diagonal, below, rows, place, Z, s)
        for at in range(s - 1, -1, -1):
            j = first + at
            entry = L_value[L_start[j] : L_start[j + 1]]
            _column_of_inverse(entry, d[j], Z, at, column)
            diagonal[j] = Z[at, at]
            below[L_start[j] : L_start[j + 1]] = column[: entry.size]
        last = first - 1


@njit(cache=True, nogil=True)
def diagonal_blocks(L_start, L_row, diagonal, below, place, K, blocks):
    """Fill the K × K diagonal blocks of the inverse; block g goes to ``blocks[place[g]]``."""
    for j in range(diagonal.size):
        g = place[j // K]
        k = j % K
        blocks[g, k, k] = diagonal[j]
        for t in range(L_start[j], L_start[j + 1]):
            i = L_row[t]
            if i // K != j // K:
                break
            blocks[g, i % K, k] = below[t]
            blocks[g, k, i % K] = below[t]
