"""Random shares and weights of one simulated version of an index.

Everything is drawn from streams numbered by (seed, draw, purpose), so that a draw is the same on
any thread and one assumption can be exchanged while all others stay. These loops are all that has
to be compiled; the rest is a few array operations (`insight.monte_carlo.simulation`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.random import (
    fill_gammas,
    fill_normals,
    gamma_spread,
    open_stream,
    uniform,
)

# purposes of the streams, see `insight.monte_carlo.streams`
SAMPLING, WEIGHTS = 0, 3
# how a cell is drawn
EXACT, BETA, GAMMA, NORMAL = range(4)


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
def weights_of_draw(seed, draw, weight, concentration, width, child_start, child):
    """Return the weights of all nodes in one version."""
    state = np.empty(4, np.uint64)
    out = np.empty(weight.size)
    open_stream(state, seed, draw, np.int64(WEIGHTS))
    draw_weights(state, weight, concentration, width, child_start, child, out)
    return out
