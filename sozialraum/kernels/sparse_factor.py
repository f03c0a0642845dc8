"""Kernels of a sparse symmetric factor ``P = L D L'`` and of its selected inverse.

Up-looking factor with the elimination tree (Davis 2005, "A concise sparse Cholesky factorization
package", ACM TOMS 31); entries of the inverse on the pattern of L by the equations of Takahashi,
Fagan and Chen (1973). Sequential: the same bytes everywhere. A matrix is given by compressed
columns; entries below the diagonal are not read.
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
def factorise(start, row, value, parent, L_start, L_row, L_value, d):
    """Fill L (without its unit diagonal, rows ascending) and D of ``P = L D L'``."""
    n = d.size
    filled = np.zeros(n, np.int64)
    pattern = np.empty(n, np.int64)
    seen = np.empty(n, np.int64)
    y = np.zeros(n)
    for k in range(n):
        top = n
        seen[k] = k
        for p in range(start[k], start[k + 1]):
            i = row[p]
            if i > k:
                continue
            y[i] += value[p]
            length = 0
            while seen[i] != k:
                pattern[length] = i
                length += 1
                seen[i] = k
                i = parent[i]
            while length > 0:
                length -= 1
                top -= 1
                pattern[top] = pattern[length]
        d[k] = y[k]
        y[k] = 0.0
        for t in range(top, n):
            i = pattern[t]
            yi = y[i]
            y[i] = 0.0
            end = L_start[i] + filled[i]
            for p in range(L_start[i], end):
                y[L_row[p]] -= L_value[p] * yi
            entry = yi / d[i]
            d[k] -= entry * yi
            L_row[end] = k
            L_value[end] = entry
            filled[i] += 1


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
def selected_inverse(L_start, L_row, L_value, d, diagonal, below):
    """Fill the inverse on the pattern of L: its diagonal, and the entries below it."""
    n = d.size
    place = np.full(n, -1, np.int64)
    column = np.zeros(n)
    for j in range(n - 1, -1, -1):
        first = L_start[j]
        m = L_start[j + 1] - first
        for a in range(m):
            place[L_row[first + a]] = a
            column[a] = 0.0
        for b in range(m):
            rb = L_row[first + b]
            lb = L_value[first + b]
            own = diagonal[rb] * lb
            for t in range(L_start[rb], L_start[rb + 1]):
                a = place[L_row[t]]
                if a >= 0:
                    column[a] -= below[t] * lb
                    own += below[t] * L_value[first + a]
            column[b] -= own
        diagonal[j] = 1.0 / d[j]
        for a in range(m):
            below[first + a] = column[a]
            diagonal[j] -= L_value[first + a] * column[a]
            place[L_row[first + a]] = -1


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
