"""Random shares of one simulated version of an index.

Everything is drawn from streams numbered by (seed, draw, purpose), so that a draw is the same on
any thread and one assumption can be exchanged while all others stay. These loops are all that has
to be compiled; the rest is a few array operations (`insight.monte_carlo.simulation`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.random import fill_gammas, fill_normals, open_stream
from sozialraum.kernels.random_constants import BETA, EXACT, GAMMA, NORMAL

SAMPLING = 0  # purpose of the stream, see `insight.monte_carlo.streams`


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
def draw_table(seed, draw, exact, cells, out):
    """Draw all shares of one version; rows are indicators."""
    kind, first, first_spread, second, second_spread, unit = cells
    state = np.empty(4, np.uint64)
    open_stream(state, seed, draw, np.int64(SAMPLING))
    work = np.empty(exact.shape[1])
    draw_shares(state, exact, kind, first, first_spread, second, second_spread, unit, out, work)
