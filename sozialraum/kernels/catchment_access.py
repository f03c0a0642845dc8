"""Two-step floating catchment: places per child, shared among all who can come."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def floating_catchment(metres, claims, persons, places, rings, weights):
    """Return (access, ratio, offers, reach): R_j = S_j / Σ_i P_i W(d_ij),  A_i = Σ_j R_j W(d_ij).

    metres : (areas, offers); W(d) is the weight of the first ring whose outer limit is not below d,
    0 beyond the last. An offer nobody reaches has ratio 0, an area that reaches none has access 0.
    P are the claims; offers counts those within the last ring, reach the persons.
    """
    n, m = metres.shape
    demand, ratio, access = np.zeros(m), np.zeros(m), np.zeros(n)
    offers, reach = np.zeros(n, np.int64), np.zeros(m)
    last = rings[rings.size - 1]
    for i in range(n):
        for j in range(m):
            d = metres[i, j]
            if d <= last:
                k = 0
                while d > rings[k]:
                    k += 1
                demand[j] += claims[i] * weights[k]
                reach[j] += persons[i]
                offers[i] += 1
    for j in range(m):
        if demand[j] > 0:
            ratio[j] = places[j] / demand[j]
    for i in range(n):
        if offers[i] == 0:
            continue
        for j in range(m):
            d = metres[i, j]
            if d <= last:
                k = 0
                while d > rings[k]:
                    k += 1
                access[i] += ratio[j] * weights[k]
    return access, ratio, offers, reach
