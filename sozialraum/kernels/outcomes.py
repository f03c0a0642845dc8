"""Counting what came out of many draws, where there are so many that array operations are slow.

Below a few million ranks `insight.monte_carlo.counting` does the same with NumPy, and nothing is
compiled.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_BLOCK = 64


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
