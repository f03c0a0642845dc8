"""Which rows of a table are equal: a hash table for millions of vertices or edges."""

from __future__ import annotations

import numpy as np
from numba import njit

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def number_rows(bits, slots, number):
    """Give equal rows the same number, 0, 1, … in order of appearance; return how many there are.

    `bits` (rows, columns) uint64; `slots` int32, all -1, a power of two and larger than the number
    of rows; `number` (rows,) is filled.
    """
    last, count = np.uint64(slots.size - 1), 0
    for r in range(bits.shape[0]):
        code = np.uint64(0)
        for c in range(bits.shape[1]):
            code = (code ^ bits[r, c]) * _GOLDEN
            code ^= code >> np.uint64(29)
        place = code & last
        while slots[place] >= 0:
            same = True
            for c in range(bits.shape[1]):
                same = same and bits[slots[place], c] == bits[r, c]
            if same:
                break
            place = (place + np.uint64(1)) & last
        if slots[place] < 0:
            slots[place] = r
            number[r] = count
            count += 1
        else:
            number[r] = number[slots[place]]
    return count


@njit(cache=True, nogil=True)
def order_by_number(number, first, order):
    """Fill `order` with the rows of number 0, then of 1, …; ``first[k]`` is where k begins.

    `first` has one more entry than there are numbers, all 0.
    """
    for r in range(number.size):
        first[number[r] + 1] += 1
    for k in range(1, first.size):
        first[k] += first[k - 1]
    for r in range(number.size):
        order[first[number[r]]] = r
        first[number[r]] += 1
    for k in range(first.size - 1, 0, -1):
        first[k] = first[k - 1]
    first[0] = 0
