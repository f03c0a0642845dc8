"""Eight areas side by side that see every column well: their posterior from one inverse root.

With ``C = Psi + D``, ``D = diag(s2)`` and everything seen, ``Psi - Psi C^-1 Psi = D - D C^-1 D``
and ``L - Psi C^-1 L = D C^-1 L``: the rows ``X = U'^-1``, ``C^-1 = X'X``, are all that is needed.
Where s² is large the difference loses digits; such areas go the general way
(`kernels.small_area`). The last axis of every array is the lane; no lane looks at another, so it
does not matter which areas stand together.
"""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 8
SMALLEST = 1e-12
WELL = 100.0  # times the own variance that s² may be; beyond, more than four digits are lost


@njit(cache=True, nogil=True)
def whole_areas(first, last, s2, Psi):
    """Return the areas that have seen every column with ``s² <= WELL·Psi``, and the others."""
    well, some = np.empty(last - first, np.int64), np.empty(last - first, np.int64)
    n = 0
    m = 0
    for i in range(first, last):
        all_seen = True
        for c in range(s2.shape[1]):
            all_seen &= s2[i, c] <= WELL * Psi[c, c]
        if all_seen:
            well[n] = i
            n += 1
        else:
            some[m] = i
            m += 1
    return well[:n], some[:m]


@njit(cache=True, nogil=True)
def eight_from(areas, at):
    """Return the areas of eight lanes from place `at` on; the last one fills up what is left."""
    rows = np.empty(LANES, np.int64)
    for lane in range(LANES):
        rows[lane] = areas[min(at + lane, areas.size - 1)]
    return rows


@njit(cache=True, nogil=True)
def roots(rows, s2, Psi, C):
    """Leave U with ``U'U = Psi + D`` in C, ``C[a, i] = U[i, a]``."""
    M = Psi.shape[0]
    part = np.empty(LANES)
    for i in range(M):
        for a in range(i, M):
            for lane in range(LANES):
                part[lane] = Psi[i, a]
            if a == i:
                for lane in range(LANES):
                    part[lane] += s2[rows[lane], i]
            for k in range(i):
                for lane in range(LANES):
                    part[lane] -= C[i, k, lane] * C[a, k, lane]
            if a == i:
                for lane in range(LANES):
                    C[i, i, lane] = np.sqrt(max(part[lane], SMALLEST))
            else:
                for lane in range(LANES):
                    C[a, i, lane] = part[lane] / C[i, i, lane]


@njit(cache=True, nogil=True)
def inverse_roots(rows, s2, Psi, C, X):
    """Leave U in C, see `roots`, and ``X[a, k]`` = row k, column a of ``U'^-1``."""
    M = Psi.shape[0]
    part = np.empty(LANES)
    roots(rows, s2, Psi, C)
    for a in range(M):
        for lane in range(LANES):
            X[a, a, lane] = 1.0 / C[a, a, lane]
        for k in range(a + 1, M):
            for lane in range(LANES):
                part[lane] = 0.0
            for j in range(a, k):
                for lane in range(LANES):
                    part[lane] += C[k, j, lane] * X[a, j, lane]
            for lane in range(LANES):
                X[a, k, lane] = -part[lane] / C[k, k, lane]


@njit(cache=True, nogil=True)
def information_of_eight(rows, used, z, s2, mu, Psi, load, A, b, loglik, C, Y):
    """Information of `used` areas, see `kernels.small_area.area_information`."""
    M, K = load.shape
    roots(rows, s2, Psi, C)
    for c in range(M):
        for lane in range(LANES):
            Y[K, c, lane] = z[rows[lane], c] - mu[c]
        for k in range(K):
            Y[k, c] = load[c, k]
    for k in range(K + 1):
        for c in range(M):
            for j in range(c):
                for lane in range(LANES):
                    Y[k, c, lane] -= C[c, j, lane] * Y[k, j, lane]
            for lane in range(LANES):
                Y[k, c, lane] /= C[c, c, lane]
    for lane in range(used):
        i = rows[lane]
        logdet, square = 0.0, 0.0
        for c in range(M):
            logdet += np.log(C[c, c, lane])
            square += Y[K, c, lane] ** 2
        loglik[i] = -0.5 * (2.0 * logdet + square)
        for k in range(K):
            b[i, k] = 0.0
            for c in range(M):
                b[i, k] += Y[k, c, lane] * Y[K, c, lane]
            for other in range(K):
                A[i, k, other] = 0.0
                for c in range(M):
                    A[i, k, other] += Y[k, c, lane] * Y[other, c, lane]


@njit(cache=True, nogil=True)
def solve_eight(X, r, v):
    """``v = X'X r`` in every lane."""
    M = X.shape[0]
    part = np.empty(LANES)
    v[:] = 0.0
    for k in range(M):
        for lane in range(LANES):
            part[lane] = 0.0
        for a in range(k + 1):
            for lane in range(LANES):
                part[lane] += X[a, k, lane] * r[a, lane]
        for a in range(k + 1):
            for lane in range(LANES):
                v[a, lane] += X[a, k, lane] * part[lane]


@njit(cache=True, nogil=True)
def inverse_entry(X, a, b, part):
    """Leave ``(C^-1)_ab`` of every lane in `part`."""
    for lane in range(LANES):
        part[lane] = 0.0
    for k in range(max(a, b), X.shape[0]):
        for lane in range(LANES):
            part[lane] += X[a, k, lane] * X[b, k, lane]


@njit(cache=True, nogil=True)
def posterior_of_eight(rows, used, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov, C, X):
    """Mean, variance and covariance of `used` areas, see `kernels.small_area.area_posterior`."""
    M, K = load.shape
    inverse_roots(rows, s2, Psi, C, X)
    r, v, part = np.empty((M, LANES)), np.empty((M, LANES)), np.empty(LANES)
    H = np.empty((M, K, LANES))
    for k in range(K):
        for c in range(M):
            r[c] = load[c, k]
        solve_eight(X, r, v)
        for c in range(M):
            for lane in range(LANES):
                H[c, k, lane] = s2[rows[lane], c] * v[c, lane]
    for c in range(M):
        for lane in range(LANES):
            r[c, lane] = z[rows[lane], c] - mu[c]
            for k in range(K):
                r[c, lane] -= load[c, k] * field[rows[lane], k]
    solve_eight(X, r, v)
    for c in range(M):
        inverse_entry(X, c, c, part)
        for lane in range(used):
            i = rows[lane]
            mean[i, c] = z[i, c] - s2[i, c] * v[c, lane]
            t = s2[i, c] - s2[i, c] * s2[i, c] * part[lane]
            for k in range(K):
                for other in range(K):
                    t += H[c, k, lane] * H[c, other, lane] * spread[i, k, other]
            var[i, c] = max(t, SMALLEST)
    for p in range(kept.size):
        for q in range(kept.size):
            inverse_entry(X, kept[p], kept[q], part)
            for lane in range(used):
                i = rows[lane]
                t = -s2[i, kept[p]] * s2[i, kept[q]] * part[lane]
                if p == q:
                    t += s2[i, kept[p]]
                for k in range(K):
                    for other in range(K):
                        t += H[kept[p], k, lane] * H[kept[q], other, lane] * spread[i, k, other]
                cov[i, p, q] = t


@njit(cache=True, nogil=True)
def squares_of_eight(rows, used, z, s2, mu, Psi, squares, mean, var, C, X):
    """Add ``E[e e']`` of `used` areas, see `kernels.small_area.expected_squares`."""
    M = Psi.shape[0]
    inverse_roots(rows, s2, Psi, C, X)
    r, g, part = np.empty((M, LANES)), np.empty((M, LANES)), np.empty(LANES)
    for c in range(M):
        for lane in range(LANES):
            r[c, lane] = z[rows[lane], c] - mu[c]
    solve_eight(X, r, g)
    for c in range(M):
        for lane in range(LANES):
            g[c, lane] = r[c, lane] - s2[rows[lane], c] * g[c, lane]
        for lane in range(used):
            mean[rows[lane], c] = mu[c] + g[c, lane]
    for a in range(M):
        for b in range(a, M):
            inverse_entry(X, a, b, part)
            t = 0.0
            for lane in range(used):
                i = rows[lane]
                own = -s2[i, a] * s2[i, b] * part[lane]
                if a == b:
                    own += s2[i, a]
                    var[i, a] = max(own, SMALLEST)
                t += own + g[a, lane] * g[b, lane]
            squares[a, b] += t
