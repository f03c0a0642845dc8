"""Kernels that compare every area with every other."""

import numpy as np
from numba import njit


@njit(cache=True)
def outranking_matrix(x, weights):  # type: ignore[no-untyped-def]
    """``m[i, j] = Σ_k w_k ([x_ik > x_jk] + ½[x_ik = x_jk]) / Σ_k w_k`` over the parts both have."""
    n, parts = x.shape
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            won, weight = 0.0, 0.0
            for k in range(parts):
                a, b = x[i, k], x[j, k]
                if a != a or b != b:
                    continue
                weight += weights[k]
                if a > b:
                    won += weights[k]
                elif a == b:
                    won += 0.5 * weights[k]
            share = won / weight if weight > 0 else 0.5
            out[i, j] = share
            out[j, i] = 1.0 - share
    return out


@njit(cache=True)
def copeland_scores(x, weights):  # type: ignore[no-untyped-def]
    """``c_i = #{j: i beats j} − #{j: j beats i}``, without holding the n × n matrix.

    The difference ``Σ w ([a > b] − [a < b])`` is compared with zero within rounding, so a tie in
    weight is a tie.
    """
    n, parts = x.shape
    score = np.zeros(n)
    tie = 1e-12 * weights.sum()
    for i in range(n):
        for j in range(i + 1, n):
            lead = 0.0
            for k in range(parts):
                a, b = x[i, k], x[j, k]
                if a > b:
                    lead += weights[k]
                elif a < b:
                    lead -= weights[k]
            if lead > tie:
                score[i] += 1.0
                score[j] -= 1.0
            elif lead < -tie:
                score[i] -= 1.0
                score[j] += 1.0
    return score


@njit(cache=True)
def kemeny_order(support):  # type: ignore[no-untyped-def]
    """Dynamic programming over sets: ``best(S) = max_i best(S∖i) + Σ_{j∈S∖i} support[j, i]``."""
    n = support.shape[0]
    sets = 1 << n
    best = np.full(sets, -np.inf)
    last = np.zeros(sets, dtype=np.int64)
    best[0] = 0.0
    for group in range(1, sets):
        for i in range(n):
            if not (group >> i) & 1:
                continue
            rest = group ^ (1 << i)
            gain = best[rest]
            for j in range(n):
                if (rest >> j) & 1:
                    gain += support[j, i]
            if gain >= best[group] - 1e-12:  # the last place goes to the later row
                best[group] = max(gain, best[group])
                last[group] = i
    order = np.empty(n, dtype=np.int64)
    group = sets - 1
    for place in range(n - 1, -1, -1):
        order[place] = last[group]
        group ^= 1 << order[place]
    return order
