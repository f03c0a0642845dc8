"""Where sorted values stand among sorted reference values."""

import numpy as np
from numba import njit


@njit(cache=True)
def places(ascending, reference):  # type: ignore[no-untyped-def]
    """Per value how many reference values are lower, and how many are not higher."""
    n, m = ascending.shape[0], reference.shape[0]
    below, upto = np.empty(n), np.empty(n)
    low, high = 0, 0
    for i in range(n):
        value = ascending[i]
        while low < m and reference[low] < value:
            low += 1
        if high < low:
            high = low
        while high < m and reference[high] <= value:
            high += 1
        below[i] = low
        upto[i] = high
    return below, upto
