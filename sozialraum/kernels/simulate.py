"""One random version of an index: shares, scale, weights, aggregation, classes.

Everything is drawn from streams numbered by (seed, draw, purpose), so that a draw is the same on
any thread and one assumption can be exchanged while all others stay (`uncertainty`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.ordering import order_ascending
from sozialraum.kernels.random import fill_gammas, fill_normals, gamma_spread, uniform

# purposes of the streams = columns of `ids`
SAMPLING, DATA, SCALING, WEIGHTS, AGGREGATION, DROP, CUT = range(7)
PURPOSES = 7
# how a cell is drawn
EXACT, BETA, GAMMA, NORMAL = range(4)
# how a column is standardised
AFFINE, MINMAX, ZSCORE, ROBUST, TARGET, FRACTION, RANK, FROZEN_RANK = range(8)
CONSTANTS = 7  # per column
# how a node is aggregated
MEAN, SUM, GEOMETRIC, HARMONIC, POWER = range(5)
# how an index is brought to a standard again
AS_IT_IS, TO_SD, TO_ZSCORE, TO_MINMAX, TO_AFFINE = range(5)
# how classes are cut
FIXED, EQUAL, QUANTILE, NTILE, DEVIATIONS = range(5)


@njit(cache=True, nogil=True, error_model="numpy")
def copy_into(source, target):
    """Copy a row; ``target[:] = source`` would compile its error message for 3 seconds."""
    for i in range(source.size):
        target[i] = source[i]


@njit(cache=True, nogil=True, error_model="numpy")
def draw_shares(state, exact, kind, first, first_spread, second, second_spread, unit, out, work):
    """Draw every share once; rows are indicators, columns areas.

    BETA: ``unit · A/(A + B)``, A ~ Gamma(first), B ~ Gamma(second); GAMMA: ``unit · A/second``;
    NORMAL: ``exact + first · N(0, 1)``. Where `first` is NaN the exact value stays.
    """
    for j in range(exact.shape[0]):
        known, drawn = exact[j], out[j]
        if kind[j] == EXACT:
            copy_into(known, drawn)
            continue
        if kind[j] == NORMAL:
            fill_normals(state, drawn)
        else:
            fill_gammas(state, first[j], first_spread[j], drawn)
            if kind[j] == BETA:
                fill_gammas(state, second[j], second_spread[j], work)
        for i in range(known.size):
            if kind[j] == BETA:
                drawn[i] = unit[j] * drawn[i] / (drawn[i] + work[i])
            elif kind[j] == GAMMA:
                drawn[i] = unit[j] * drawn[i] / second[j, i]
            else:
                drawn[i] = known[i] + first[j, i] * drawn[i]
            if first[j, i] != first[j, i] or known[i] != known[i]:
                drawn[i] = known[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _range(x):
    low, high = np.inf, -np.inf
    for v in x:
        if v == v:
            low = min(low, v)
            high = max(high, v)
    return low, high


@njit(cache=True, nogil=True, error_model="numpy")
def _centre_and_spread(x, centre_weight, spread_weight, ddof):
    """Return mean and SD; the SD is about the mean under `spread_weight`, `ddof` counts areas."""
    n, base = x.size, np.nan
    w_centre = m_centre = w_mean = m_mean = 0.0
    for i in range(n):
        v = x[i]
        if v == v:
            if base != base:
                base = v
            w_mean += spread_weight[i]
            m_mean += spread_weight[i] * (v - base)
            if centre_weight[i] == centre_weight[i]:
                w_centre += centre_weight[i]
                m_centre += centre_weight[i] * (v - base)
    mean = m_mean / w_mean + base
    squares, count = 0.0, 0
    for i in range(n):
        v = x[i]
        if v == v:
            squares += spread_weight[i] * (v - mean) * (v - mean)
            count += 1
    sd = np.sqrt(squares / w_mean * count / (count - ddof)) if count > ddof else np.nan
    return m_centre / w_centre + base, sd


@njit(cache=True, nogil=True, error_model="numpy")
def _median(values, order, bin_of, start):
    count = order_ascending(values, np.int64(0), values.size, order, bin_of, start)
    if count == 0:
        return np.nan
    return 0.5 * (values[order[(count - 1) // 2]] + values[order[count // 2]])


@njit(cache=True, nogil=True, error_model="numpy")
def learn_column(x, code, par, sign, centre_weight, spread_weight, scratch, line):
    """Learn the constants of one column: centre, spread, sign, location, step, lowest, highest.

    ``z = location + step · clip(sign · (x - centre)/spread, lowest, highest)``
    """
    line[2] = sign
    line[3], line[4], line[5], line[6] = par[3], par[4], par[5], par[6]
    if code == AFFINE:
        line[0], line[1], line[2] = par[0], par[1], par[2]
    elif code == MINMAX:
        low, high = _range(x)
        line[0] = low if sign > 0 else high
        line[1] = high - low
    elif code == ZSCORE:
        centre, spread = _centre_and_spread(x, centre_weight, spread_weight, par[1])
        line[0] = centre if par[0] != par[0] else par[0]
        line[1] = spread
    elif code == ROBUST:
        column, order, bin_of, start = scratch
        line[0] = _median(x, order, bin_of, start)
        for i in range(x.size):
            column[i] = abs(x[i] - line[0])
        line[1] = par[1] * _median(column, order, bin_of, start)
    elif code == TARGET:
        low, high = _range(x)
        line[0] = par[0]
        line[1] = par[0] - low if sign > 0 else high - par[0]
        line[2] = -sign
    elif code == FRACTION:
        low, high = _range(x)
        line[0] = 0.0 if sign > 0 else low
        line[1] = high
        line[2] = 1.0
        line[3], line[4] = (0.0, 1.0) if sign > 0 else (1.0, -1.0)
    if line[1] == 0.0:
        line[1] = np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def _from_rank(smaller, up_to, n, par, sign):
    """Return rank, borda, percentile or exponential value; par: kind, ties (1 = min), factor."""
    if up_to > smaller:
        best = smaller + 1.0 if sign > 0 else n - up_to + 1.0
        worst = up_to * 1.0 if sign > 0 else n - smaller * 1.0
        rank = best if par[1] > 0.0 else 0.5 * (best + worst)
    else:
        rank = smaller + 0.5 if sign > 0 else n - smaller + 0.5
    if par[0] == 0.0:
        return rank
    if par[0] == 1.0:
        return rank - 1.0
    if par[0] == 2.0:
        return (rank - 1.0) / (n - 1.0)
    share = min(rank / n, 1.0)
    return -par[2] * np.log1p(share * np.expm1(-100.0 / par[2]))


@njit(cache=True, nogil=True, error_model="numpy")
def apply_line(x, line):
    """Standardise one column by the constants of `learn_column`; NaN stays NaN."""
    centre, spread, sign, location, step = line[0], line[1], line[2], line[3], line[4]
    lowest, highest = line[5], line[6]
    for i in range(x.size):
        x[i] = sign * (x[i] - centre) / spread
    if lowest != -np.inf or highest != np.inf:
        for i in range(x.size):
            if x[i] < lowest:
                x[i] = lowest
            elif x[i] > highest:
                x[i] = highest
    for i in range(x.size):
        x[i] = location + step * x[i]


@njit(cache=True, nogil=True, error_model="numpy")
def rank_column(x, par, sign, column, order, bin_of, start):
    """Replace a column by what its ranks among the areas of this draw say."""
    copy_into(x, column)
    count = order_ascending(column, np.int64(0), x.size, order, bin_of, start)
    q = 0
    while q < count:
        end = q + 1
        while end < count and column[order[end]] == column[order[q]]:
            end += 1
        value = _from_rank(q, end, count, par, sign)
        for t in range(q, end):
            x[order[t]] = value
        q = end


@njit(cache=True, nogil=True, error_model="numpy")
def _count_below(ascending, v, equal_too):
    """Return how many numbers lie below `v`, or at most at it."""
    low, high = 0, ascending.size
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < v or (equal_too and ascending[middle] == v):
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, error_model="numpy")
def rank_in_reference(x, par, sign, reference):
    """Replace a column by the ranks its values take among frozen reference values."""
    for i in range(x.size):
        v = x[i]
        if v == v:
            smaller = _count_below(reference, v, False)
            up_to = _count_below(reference, v, True)
            x[i] = _from_rank(smaller, up_to, reference.size, par, sign)


@njit(cache=True, nogil=True, error_model="numpy")
def draw_weights(state, weight, concentration, width, child_start, child, out):
    """Draw the weights below each node: Dirichlet about the given ones, or each ± `width`.

    `concentration` and `width` are per node (0 = this weight is not varied); a Dirichlet keeps the
    sum of the varied weights of a node.
    """
    copy_into(weight, out)
    shape, spread, drawn = np.empty(1), np.empty(1), np.empty(1)
    for node in range(child_start.size - 1):
        given = new = 0.0
        begin, end = child_start[node], child_start[node + 1]
        for q in range(begin, end):
            c = child[q]
            if concentration[c] > 0.0 and weight[c] > 0.0:
                given += weight[c]
        for q in range(begin, end):
            c = child[q]
            if width[c] > 0.0:
                out[c] = weight[c] * (1.0 + width[c] * (2.0 * uniform(state) - 1.0))
            elif concentration[c] > 0.0 and weight[c] > 0.0:
                shape[0] = concentration[c] * weight[c] / given
                spread[0] = gamma_spread(shape[0])
                fill_gammas(state, shape, spread, drawn)
                out[c] = drawn[0]
                new += drawn[0]
        for q in range(begin, end):
            c = child[q]
            if concentration[c] > 0.0 and weight[c] > 0.0 and width[c] == 0.0 and new > 0.0:
                out[c] *= given / new


@njit(cache=True, nogil=True, error_model="numpy")
def leave_out(dropped, weight, child_start, child, leaves):
    """Mark one indicator, and every node that is empty without it, as not there (weight NaN)."""
    weight[dropped] = np.nan
    for node in range(child_start.size - 2):
        total = 0.0
        for q in range(child_start[node], child_start[node + 1]):
            w = weight[child[q]]
            total += w if w == w else 0.0
        if total == 0.0:
            weight[leaves + node] = np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def _term(v, method, exponent):
    """Return what one part adds to its node's sum; NaN where the mean is not defined."""
    if method <= SUM:
        return v
    if v < 0.0:
        return np.nan
    if method == GEOMETRIC:
        return np.log(v) if v > 0.0 else 0.0
    if method == HARMONIC:
        return 1.0 / v if v > 0.0 else 0.0
    return v**exponent


@njit(cache=True, nogil=True, error_model="numpy")
def _combine(values, weight, child, begin, end, method, exponent, min_available):
    """Return the aggregate of one node, NaN if too few of its parts are known."""
    known = total = acc = 0.0
    parts = there = 0
    zero = False
    for q in range(begin, end):
        c = child[q]
        w = weight[c]
        if w != w:
            continue
        parts += 1
        total += w
        v = values[c]
        if v != v:
            continue
        there += 1
        known += w
        zero = zero or (v == 0.0 and w > 0.0)
        if w > 0.0:
            acc += w * _term(v, method, exponent)
    if parts == 0 or known <= 0.0 or there < (min_available - 1e-9) * parts:
        return np.nan
    if method == MEAN:
        return acc / known
    if method == SUM:
        return acc / known * total
    if zero and method != POWER:
        return 0.0 if acc == acc else np.nan
    if method == GEOMETRIC:
        return np.exp(acc / known)
    if method == HARMONIC:
        return known / acc
    return (acc / known) ** (1.0 / exponent)


@njit(cache=True, nogil=True, error_model="numpy")
def _combine_columns(values, weight, child, begin, end, method, out):
    """Aggregate one node for all areas at once; whatever is missing or undefined comes out NaN."""
    total = 0.0
    for q in range(begin, end):
        w = weight[child[q]]
        total += w if w == w else 0.0
    out[:] = 0.0
    for q in range(begin, end):
        w = weight[child[q]] / total
        if w != w:
            continue
        part = values[child[q]]
        if method == GEOMETRIC:
            for i in range(out.size):
                out[i] += w * np.log(part[i])
        else:
            for i in range(out.size):
                out[i] += w * part[i]
    if method == GEOMETRIC:
        for i in range(out.size):
            out[i] = np.exp(out[i])
    elif method == SUM:
        for i in range(out.size):
            out[i] *= total


@njit(cache=True, nogil=True, error_model="numpy")
def aggregate_areas(values, leaves, weight, child_start, child, method, exponent, min_available):
    """Fill the rows of the nodes in `values` (leaves and nodes × areas), the index last.

    Whole rows first; only areas that come out NaN are looked at part by part.
    """
    column = np.empty(leaves + child_start.size - 1)
    for node in range(child_start.size - 1):
        begin, end = child_start[node], child_start[node + 1]
        out = values[leaves + node]
        if method[node] <= GEOMETRIC:
            _combine_columns(values, weight, child, begin, end, method[node], out)
        else:
            out[:] = np.nan
        for i in range(out.size):
            if out[i] != out[i]:
                for q in range(begin, end):
                    column[child[q]] = values[child[q], i]
                out[i] = _combine(
                    column, weight, child, begin, end, method[node], exponent[node],
                    min_available[node],
                )  # fmt: skip
