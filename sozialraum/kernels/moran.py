"""Permutation tests of spatial association: global sums and conditional local ones.

References: Anselin (1995), Geographical Analysis 27. Neighbours come as CSR arrays (start, other,
weight). The local test of equal weights per area uses common random numbers: all areas share the
same sampled ids; where an area's own id was sampled, the last id takes its place. The sums of k
sampled values are then the same for all areas with k neighbours up to about P·k/n of them, so they
are sorted once per k; per area remain two searches and those few corrections.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.random import below, fill_permutation, open_stream

_PERMUTE, _SAMPLE = 20, 21  # purposes of the streams
_TIE = 1e-10  # in SD: sums of the same values in another order are equal


@njit(cache=True, nogil=True)
def cross_products(x, start, other, weight):
    """Return Σ w x_i x_j and Σ w (x_i - x_j)²."""
    product = squares = 0.0
    for i in range(x.size):
        for m in range(start[i], start[i + 1]):
            j = other[m]
            product += weight[m] * x[i] * x[j]
            squares += weight[m] * (x[i] - x[j]) * (x[i] - x[j])
    return product, squares


@njit(cache=True, nogil=True)
def permuted_products(x, start, other, weight, seed, first, products, squares):
    """Write `cross_products` of the random orders ``first, first + 1, …`` of `x`."""
    state = np.empty(4, np.uint64)
    order = np.empty(x.size, np.int64)
    shuffled = np.empty(x.size)
    for p in range(products.size):
        open_stream(state, seed, first + p, _PERMUTE)
        fill_permutation(state, order)
        for i in range(x.size):
            shuffled[i] = x[order[i]]
        products[p], squares[p] = cross_products(shuffled, start, other, weight)


@njit(cache=True, nogil=True)
def sample_ids(ids, n, seed, first):
    """Fill each row with different ids of 0..n - 2; row p is the draw ``first + p``."""
    state = np.empty(4, np.uint64)
    for p in range(ids.shape[0]):
        open_stream(state, seed, first + p, _SAMPLE)
        for q in range(ids.shape[1]):
            again = True
            while again:
                new = below(state, n - 1)
                again = False
                for t in range(q):
                    again = again or ids[p, t] == new
            ids[p, q] = new


@njit(cache=True, nogil=True)
def sampled_sums(z, ids, k, out):
    """Write the sum of the first k sampled values of each permutation."""
    for p in range(ids.shape[0]):
        total = 0.0
        for q in range(k):
            total += z[ids[p, q]]
        out[p] = total


@njit(cache=True, nogil=True)
def where_sampled(ids, n, start, permutation, slot):
    """List for every id the permutations and places in which it was sampled (CSR)."""
    start[:] = 0
    for p in range(ids.shape[0]):
        for q in range(ids.shape[1]):
            start[ids[p, q] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    place = start[:-1].copy()
    for p in range(ids.shape[0]):
        for q in range(ids.shape[1]):
            i = ids[p, q]
            permutation[place[i]] = p
            slot[place[i]] = q
            place[i] += 1


@njit(cache=True, nogil=True)
def count_shared(z, areas, k, observed, sums, sums_sorted, start, permutation, slot, above, under):
    """Count permuted sums ≥ and ≤ the observed one, for the areas with k equal neighbours."""
    n, last = z.size, z[z.size - 1]
    total = sums.size
    for i in areas:
        seen = observed[i]
        low, high = seen - _TIE, seen + _TIE
        at_least = total - np.searchsorted(sums_sorted, low)
        at_most = np.searchsorted(sums_sorted, high, side="right")
        for m in range(start[i], start[i + 1]):
            if slot[m] < k and i < n - 1:
                old = sums[permutation[m]]
                new = old + last - z[i]
                at_least += np.int64(new >= low) - np.int64(old >= low)
                at_most += np.int64(new <= high) - np.int64(old <= high)
        above[i] = at_least
        under[i] = at_most


@njit(cache=True, nogil=True)
def count_weighted(z, first, last, start, other, weight, ids, above, under):
    """Count permuted weighted sums ≥ and ≤ the observed one, any weights (O(n · P · k))."""
    end = z.size - 1
    for i in range(first, last):
        begin, k = start[i], start[i + 1] - start[i]
        seen = 0.0
        for m in range(k):
            seen += weight[begin + m] * z[other[begin + m]]
        at_least = at_most = 0
        for p in range(ids.shape[0]):
            total = 0.0
            for m in range(k):
                v = ids[p, m]
                total += weight[begin + m] * (z[end] if v == i else z[v])
            at_least += np.int64(total >= seen - _TIE)
            at_most += np.int64(total <= seen + _TIE)
        above[i] = at_least
        under[i] = at_most
