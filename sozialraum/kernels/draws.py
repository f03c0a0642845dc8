"""The loop over draws of one simulated index, and the counting of what came out."""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.ordering import order_ascending, rank_descending
from sozialraum.kernels.random import below, open_stream
from sozialraum.kernels.simulate import (
    AGGREGATION,
    AS_IT_IS,
    CONSTANTS,
    CUT,
    DATA,
    DEVIATIONS,
    DROP,
    EQUAL,
    FROZEN_RANK,
    NTILE,
    QUANTILE,
    RANK,
    SAMPLING,
    SCALING,
    TO_AFFINE,
    TO_MINMAX,
    TO_SD,
    WEIGHTS,
    aggregate_areas,
    apply_line,
    copy_into,
    draw_shares,
    draw_weights,
    learn_column,
    leave_out,
    rank_column,
    rank_in_reference,
)

_BLOCK = 64


@njit(cache=True, nogil=True, error_model="numpy")
def choose_stream(seed, draw, purpose, count):
    """Return one of `count` alternatives, the same for the same draw."""
    if count <= 1:
        return 0
    state = np.empty(4, np.uint64)
    open_stream(state, seed, draw, purpose)
    return below(state, count)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def choose(seed, ids, purpose, count):
    """Choose by the stream that `ids` names for this purpose.

    Numba compiles a function anew for every literal number it is called with: np.int64 makes the
    purposes plain numbers, which halves the first call.
    """
    return choose_stream(seed, ids[purpose], np.int64(purpose), np.int64(count))


@njit(cache=True, nogil=True, error_model="numpy")
def draw_table(seed, draw, exact, cells, out):
    """Draw all shares of one version; rows are indicators."""
    kind, first, first_spread, second, second_spread, unit = cells
    state = np.empty(4, np.uint64)
    open_stream(state, seed, draw, np.int64(SAMPLING))
    work = np.empty(exact.shape[1])
    draw_shares(state, exact, kind, first, first_spread, second, second_spread, unit, out, work)


@njit(cache=True, nogil=True, error_model="numpy")
def weights_of_draw(seed, draw, weight, concentration, width, child_start, child):
    """Return the weights of all nodes in one version."""
    state = np.empty(4, np.uint64)
    out = np.empty(weight.size)
    open_stream(state, seed, draw, np.int64(WEIGHTS))
    draw_weights(state, weight, concentration, width, child_start, child, out)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _moments(values):
    base = np.nan
    count, total = 0, 0.0
    low, high = np.inf, -np.inf
    for v in values:
        if v == v:
            if base != base:
                base = v
            count += 1
            total += v - base
            low = min(low, v)
            high = max(high, v)
    mean = base + total / count if count else np.nan
    squares = 0.0
    for v in values:
        if v == v:
            squares += (v - mean) * (v - mean)
    return count, mean, squares, low, high


@njit(cache=True, nogil=True, error_model="numpy")
def restandardise(values, code, par):
    """Bring an index to a standard again: ``y = location + step · (v - centre)/spread``.

    par: centre, spread (used by TO_AFFINE, else learnt), ddof, location, step.
    """
    if code == AS_IT_IS:
        return
    centre, spread = par[0], par[1]
    if code != TO_AFFINE:
        count, mean, squares, low, high = _moments(values)
        if code == TO_MINMAX:
            centre, spread = low, high - low
        else:
            centre = 0.0 if code == TO_SD else mean
            spread = np.sqrt(squares / (count - par[2])) if count > par[2] else np.nan
    if spread == 0.0:
        spread = np.nan
    for i in range(values.size):
        values[i] = par[3] + par[4] * ((values[i] - centre) / spread)


@njit(cache=True, nogil=True, error_model="numpy")
def _quantile(values, order, count, probability, a, b):
    """Return an interpolated quantile (Hyndman and Fan 1996, types 4 to 9 by their a and b)."""
    exact = a + probability * (count + 1 - a - b)
    j = np.int64(np.floor(exact + 8.9e-16))
    share = exact - j
    low = values[order[min(max(j - 1, 0), count - 1)]]
    high = values[order[min(max(j, 0), count - 1)]]
    if abs(share) < 8.9e-16:
        return low
    return (1.0 - share) * low + share * high


@njit(cache=True, nogil=True, error_model="numpy")
def _ntile_start(group, count, k):
    """Return the position of the first value of a group; earlier groups are one larger."""
    return group * (count // k) + min(group, count % k)


@njit(cache=True, nogil=True, error_model="numpy")
def class_limits(values, code, par, order, bin_of, start, inner):
    """Write the class limits of one draw to `inner`; par: what the rule needs, one per limit."""
    k = inner.size + 1
    if code == EQUAL:
        count, mean, squares, low, high = _moments(values)
        low = low if par[0] != par[0] else par[0]
        high = high if par[1] != par[1] else par[1]
        for c in range(k - 1):
            inner[c] = low + (high - low) * (c + 1) / k
    elif code == DEVIATIONS:
        count, mean, squares, low, high = _moments(values)
        ddof = par[k - 1]
        sd = np.sqrt(squares / (count - ddof)) if count > ddof else np.nan
        for c in range(k - 1):
            inner[c] = mean + par[c] * sd
    elif code in (QUANTILE, NTILE):
        count = order_ascending(values, np.int64(0), values.size, order, bin_of, start)
        for c in range(k - 1):
            if code == NTILE:
                inner[c] = values[order[_ntile_start(c + 1, count, k)]]
            else:
                inner[c] = _quantile(values, order, count, par[c], par[k - 1], par[k])
    else:
        for c in range(k - 1):
            inner[c] = par[c]


@njit(cache=True, nogil=True, error_model="numpy")
def cut_classes(values, inner, right, out):
    """Write the class position of each value, -1 where there is none."""
    for i in range(values.size):
        v = values[i]
        if v != v:
            out[i] = -1
            continue
        c = 0
        for q in range(inner.size):
            if v > inner[q] or (v == inner[q] and not right):
                c += 1
        out[i] = c


@njit(cache=True, nogil=True, error_model="numpy")
def draw_standardised(seed, ids, data, cells, scales, weights_of, choice, z, line, scratch):
    """Draw the shares of one version and standardise them by the chosen scale."""
    code, par, sign, reference, reference_start = scales
    centre_weight, spread_weight = weights_of
    column, order, bin_of, start = scratch
    exact = data[choose(seed, ids, DATA, data.shape[0])]
    draw_table(seed, ids[SAMPLING], exact, cells, z)
    for j in range(code.shape[1]):
        rule, constants = code[choice, j], par[choice, j]
        if rule == RANK:
            rank_column(z[j], constants, sign[j], column, order, bin_of, start)
        elif rule == FROZEN_RANK:
            at = reference_start[choice, j]
            known = reference[at : at + np.int64(constants[3])]
            rank_in_reference(z[j], constants, sign[j], known)
        else:
            weight = centre_weight[j]
            learn_column(z[j], rule, constants, sign[j], weight, spread_weight, scratch, line)
            apply_line(z[j], line)


@njit(cache=True, nogil=True, error_model="numpy")
def simulate_draws(
    seed, ids, data, cells, scales, weights_of, tree, finish, groups, out_index, out_rank, out_class
):
    """Simulate the versions ``ids`` (draws × purposes) of an index.

    Writes index, rank (1 = highest, 0 = no value) and class position (-1 = no value) of every
    area. `groups` holds the first row of each Stichtag: ranks are given within it.
    """
    weight, concentration, width, child_start, child, available, methods, exponents = tree
    redo_code, redo_par, cut_code, cut_par, cut_right, droppable = finish
    p, n = data.shape[1], data.shape[2]
    values = np.empty((p + child_start.size - 1, n))
    line = np.empty(CONSTANTS)
    inner = np.empty(cut_par.shape[1] - 2)
    order = np.empty(n, np.int64)
    bin_of = np.empty(n, np.int64)
    start = np.empty(n + 2, np.int64)
    scratch = (np.empty(n), order, bin_of, start)
    for r in range(ids.shape[0]):
        draw = ids[r]
        scale = choose(seed, draw, SCALING, scales[0].shape[0])
        draw_standardised(seed, draw, data, cells, scales, weights_of, scale, values, line, scratch)
        w = weights_of_draw(seed, draw[WEIGHTS], weight, concentration, width, child_start, child)
        if droppable.size:
            left = choose(seed, draw, DROP, droppable.size + 1)
            if left < droppable.size:
                leave_out(droppable[left], w, child_start, child, p)
        a = choose(seed, draw, AGGREGATION, methods.shape[0])
        index = out_index[r]
        aggregate_areas(values, p, w, child_start, child, methods[a], exponents[a], available)
        copy_into(values[-1], index)
        restandardise(index, redo_code, redo_par)
        out_rank[r, :] = 0
        for g in range(groups.size - 1):
            count = order_ascending(index, groups[g], groups[g + 1], order, bin_of, start)
            rank_descending(index, groups[g], count, order, out_rank[r])
        c = choose(seed, draw, CUT, cut_code.size)
        class_limits(index, cut_code[c], cut_par[c], order, bin_of, start, inner)
        cut_classes(index, inner, cut_right[c], out_class[r])


@njit(cache=True, nogil=True, error_model="numpy")
def count_outcomes(
    index, rank, position, centre, order, first, last, bin_width, histogram, classes, sums, swaps
):
    """Add a batch of draws to the counters of the areas ``order[first:last]``.

    `histogram` counts ranks in bins of `bin_width`, `classes` class positions, `sums` holds
    Σ (index - centre), its squares, Σ rank and the number of draws with a value; ``swaps[s, q]``
    counts the draws in which the area s + 1 places further down in `order` comes out above the one
    at q.
    """
    for block in range(first, last, _BLOCK):
        # a block's counters stay in the cache while all draws of the batch pass
        for d in range(rank.shape[0]):
            for q in range(block, min(block + _BLOCK, last)):
                i = order[q]
                r = rank[d, i]
                if r == 0:
                    continue
                histogram[i, (r - 1) // bin_width] += 1
                if position[d, i] >= 0:
                    classes[i, position[d, i]] += 1
                away = index[d, i] - centre[i]
                sums[i, 0] += away
                sums[i, 1] += away * away
                sums[i, 2] += r
                sums[i, 3] += 1.0
    window = swaps.shape[0]
    reach = min(last + window, order.size)
    ranked = np.empty(reach - first, np.int32)
    for d in range(rank.shape[0]):
        for q in range(first, reach):
            ranked[q - first] = rank[d, order[q]]
        for s in range(window):
            for q in range(min(last, reach - 1 - s) - first):
                below_it = ranked[q + 1 + s]
                swaps[s, first + q] += below_it != 0 and below_it < ranked[q]


@njit(cache=True, nogil=True, error_model="numpy")
def histogram_quantiles(histogram, count, probabilities, bin_width, out):
    """Write per area the smallest ranks that at least ``probability · count`` draws do not exceed.

    Within a bin of several ranks the draws are taken as evenly spread; `probabilities` ascend.
    """
    for i in range(histogram.shape[0]):
        out[i, :] = np.nan
        seen, b = 0.0, 0
        for k in range(probabilities.size):
            if count[i] <= 0.0:
                break
            needed = max(probabilities[k] * count[i] - 1e-9, 1e-9)
            while seen + histogram[i, b] < needed:
                seen += histogram[i, b]
                b += 1
            inside = (needed - seen) / histogram[i, b]
            out[i, k] = b * bin_width + max(np.ceil(inside * bin_width), 1.0)
