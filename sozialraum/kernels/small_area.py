"""Kernels of the small-area model: pseudo data, and the small dense system of every area.

Columns are indicator × Stichtag. An area sees some of them; over these its system is ``C = Psi +
diag(s2)`` with ``C = U'U``. A kernel works on the areas ``first:last``; areas are independent
outputs, so that no sum depends on how many threads share them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.eight_areas import (
    LANES,
    eight_from,
    information_of_eight,
    posterior_of_eight,
    squares_of_eight,
    whole_areas,
)

SMALLEST = 1e-12
FARTHEST = 4.0  # a step of the pseudo data on the log odds
SURE = 300.0  # log odds beyond which a share is 0 or 1 in every digit


@njit(cache=True, nogil=True)
def _means(m, sd, rate, nodes, weights):
    """Return the means of p and p(1-p), of a rate twice that of exp θ, over θ ~ N(m, sd²)."""
    at_mean = np.exp(-min(max(m, -SURE), SURE))
    g = 0.0
    h = 0.0
    for q in range(nodes.size // 2 + 1):
        away = np.exp(-min(sd * nodes[nodes.size - 1 - q], SURE))
        for odds in (at_mean * away, at_mean / away):
            weight = weights[q]
            if nodes[q] == 0.0:
                weight *= 0.5  # both sides are the middle
            if rate:
                p = 1.0 / odds
                h += weight * p
            else:
                p = 1.0 / (1.0 + odds)
                h += weight * p * (1.0 - p)
            g += weight * p
    return g, h


@njit(cache=True, nogil=True)
def pseudo_data(x, n, window, mean, var, rate, nodes, weights, z, s2):
    """``z = m + (x - n g)/h``, ``s² = (h + w)/h²``; g, h/n: means of p and p(1-p), θ ~ N(m, v).

    `x`, `n`, `window` (w, variance of the count itself), `mean`, `var`, `z`, `s2` (areas, columns);
    a column of `rate` has mean and variance exp θ. Where n is 0, s² is infinite. The nodes are
    symmetric around a middle one of 0.
    """
    for i in range(x.shape[0]):
        for c in range(x.shape[1]):
            if not n[i, c] > 0:
                s2[i, c] = np.inf
                z[i, c] = 0.0
                continue
            g, h = _means(mean[i, c], np.sqrt(var[i, c]), rate[c], nodes, weights)
            h = max(n[i, c] * h, 1e-6)
            step = (x[i, c] - n[i, c] * g) / h
            z[i, c] = mean[i, c] + min(max(step, -FARTHEST), FARTHEST)
            s2[i, c] = (h + window[i, c]) / (h * h)


@njit(cache=True, nogil=True)
def _observed(s2, i, seen):
    """List the columns area i has seen; return their number."""
    m = 0
    for c in range(s2.shape[1]):
        if s2[i, c] < np.inf:
            seen[m] = c
            m += 1
    return m


@njit(cache=True, nogil=True)
def _factorise(C, m):
    """Replace C by U with ``U'U = C``, row by row; return log det C."""
    logdet = 0.0
    for k in range(m):
        d = np.sqrt(max(C[k, k], SMALLEST))
        logdet += np.log(d)
        for a in range(k, m):
            C[k, a] /= d
        for i in range(k + 1, m):
            c = C[k, i]
            for a in range(i, m):
                C[i, a] -= c * C[k, a]
    return 2.0 * logdet


@njit(cache=True, nogil=True)
def _halve(C, m, B, width):
    """Replace B by ``U'^-1 B``."""
    for k in range(m):
        d = C[k, k]
        for a in range(width):
            B[k, a] /= d
        for i in range(k + 1, m):
            c = C[k, i]
            for a in range(width):
                B[i, a] -= c * B[k, a]


@njit(cache=True, nogil=True)
def _fill(C, Psi, s2, i, seen, m):
    for a in range(m):
        for c in range(m):
            C[a, c] = Psi[seen[a], seen[c]]
        C[a, a] += s2[i, seen[a]]


@njit(cache=True, nogil=True)
def area_information(first, last, z, s2, mu, Psi, load, A, b, loglik):
    """``A = L'C^-1 L``, ``b = L'C^-1 (z - mu)``, ``loglik = -(log|C| + r'C^-1 r)/2`` per area."""
    M, K = load.shape
    whole, some = whole_areas(first, last, s2, Psi)
    if whole.size:
        U, Y = np.empty((M, M, LANES)), np.empty((K + 1, M, LANES))
        for at in range(0, whole.size, LANES):
            rows, used = eight_from(whole, at), min(LANES, whole.size - at)
            information_of_eight(rows, used, z, s2, mu, Psi, load, A, b, loglik, U, Y)
    for i in some:
        seen = np.empty(M, np.int64)
        m = _observed(s2, i, seen)
        C = np.empty((m, m))
        B = np.empty((m, K + 1))
        _fill(C, Psi, s2, i, seen, m)
        for a in range(m):
            B[a, K] = z[i, seen[a]] - mu[seen[a]]
            for k in range(K):
                B[a, k] = load[seen[a], k]
        logdet = _factorise(C, m)
        _halve(C, m, B, K + 1)
        square = 0.0
        for a in range(m):
            square += B[a, K] ** 2
        loglik[i] = -0.5 * (logdet + square)
        for k in range(K):
            b[i, k] = 0.0
            for other in range(K):
                A[i, k, other] = 0.0
            for a in range(m):
                b[i, k] += B[a, k] * B[a, K]
                for other in range(K):
                    A[i, k, other] += B[a, k] * B[a, other]


@njit(cache=True, nogil=True)
def area_posterior(first, last, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov):
    """Mean and variance of θ per area, and the covariance of the columns `kept`.

    ``m = mu + L f + G(r - L f)``, ``V = Psi - G Psi[o] + H F H'``, ``G = Psi[:, o] C^-1``, ``H = L
    - G L[o]``; `field` (areas, K) and `spread` (areas, K, K) are the mean f and covariance F of the
    field.
    """
    M = z.shape[1]
    whole, some = whole_areas(first, last, s2, Psi)
    if whole.size:
        C, X = np.empty((M, M, LANES)), np.empty((M, M, LANES))
        for at in range(0, whole.size, LANES):
            rows, used = eight_from(whole, at), min(LANES, whole.size - at)
            posterior_of_eight(
                rows, used, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov, C, X
            )
    _posterior_of_some(some, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov)


@njit(cache=True, nogil=True)
def _posterior_of_some(areas, z, s2, mu, Psi, load, field, spread, mean, var, kept, cov):
    M = z.shape[1]
    K = load.shape[1]
    for i in areas:
        seen = np.empty(M, np.int64)
        m = _observed(s2, i, seen)
        C = np.empty((m, m))
        B = np.empty((m, M + K + 1))
        _fill(C, Psi, s2, i, seen, m)
        for a in range(m):
            for c in range(M):
                B[a, c] = Psi[seen[a], c]
            B[a, M + K] = z[i, seen[a]] - mu[seen[a]]
            for k in range(K):
                B[a, M + k] = load[seen[a], k]
                B[a, M + K] -= load[seen[a], k] * field[i, k]
        _factorise(C, m)
        _halve(C, m, B, M + K + 1)
        H = load.copy()
        for c in range(M):
            mean[i, c] = mu[c]
            var[i, c] = Psi[c, c]
        for a in range(m):
            for c in range(M):
                t = B[a, c]
                mean[i, c] += t * B[a, M + K]
                var[i, c] -= t * t
                for k in range(K):
                    H[c, k] -= t * B[a, M + k]
        for c in range(M):
            for k in range(K):
                mean[i, c] += load[c, k] * field[i, k]
                for other in range(K):
                    var[i, c] += H[c, k] * H[c, other] * spread[i, k, other]
            var[i, c] = max(var[i, c], SMALLEST)
        for p in range(kept.size):
            for q in range(kept.size):
                t = Psi[kept[p], kept[q]]
                for a in range(m):
                    t -= B[a, kept[p]] * B[a, kept[q]]
                for k in range(K):
                    for other in range(K):
                        t += H[kept[p], k] * H[kept[q], other] * spread[i, k, other]
                cov[i, p, q] = t


@njit(cache=True, nogil=True)
def expected_squares(first, last, z, s2, mu, Psi, squares, mean, var):
    """Add ``E[e e']`` over the areas to `squares` (columns, columns; upper triangle)."""
    M = z.shape[1]
    C = np.empty((M, M))
    B = np.empty((M, M + 1))
    g = np.empty(M)
    seen = np.empty(M, np.int64)
    whole, some = whole_areas(first, last, s2, Psi)
    if whole.size:
        U, X = np.empty((M, M, LANES)), np.empty((M, M, LANES))
        for at in range(0, whole.size, LANES):
            rows, used = eight_from(whole, at), min(LANES, whole.size - at)
            squares_of_eight(rows, used, z, s2, mu, Psi, squares, mean, var, U, X)
    for i in some:
        m = _observed(s2, i, seen)
        _fill(C, Psi, s2, i, seen, m)
        for a in range(m):
            for c in range(M):
                B[a, c] = Psi[seen[a], c]
            B[a, M] = z[i, seen[a]] - mu[seen[a]]
        _factorise(C, m)
        _halve(C, m, B, M + 1)
        g[:] = 0.0
        for c in range(M):
            var[i, c] = Psi[c, c]
        for a in range(m):
            t = B[a, M]
            for c in range(M):
                g[c] += B[a, c] * t
                var[i, c] -= B[a, c] ** 2
            for c in range(M):
                t = B[a, c]
                for d in range(c, M):
                    squares[c, d] -= t * B[a, d]
        for c in range(M):
            mean[i, c] = mu[c] + g[c]
            var[i, c] = max(var[i, c], SMALLEST)
            for d in range(c, M):
                squares[c, d] += Psi[c, d] + g[c] * g[d]
