"""Counter-based random numbers inside kernels: the same draw gives the same numbers on any thread.

Every stream is xoshiro256++ (Blackman, Vigna 2021) whose state is filled by splitmix64 from
``(seed, draw, purpose)``. Normals come from a 256-layer ziggurat (Marsaglia, Tsang 2000; tail by
Marsaglia 1964), gammas from the squeeze of Marsaglia and Tsang (2000).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sozialraum.kernels.random_constants import (
    DENSITY,
    EDGE,
    GOLDEN,
    MIX_1,
    MIX_2,
    TAIL,
    TO_SIGNED,
    TO_UNIT,
)


@njit(cache=True, nogil=True)
def mix(z):
    """Scramble 64 bits (the output function of splitmix64)."""
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def open_stream(state, seed, draw, purpose):
    """Fill `state` (uint64[4]) for one draw and one purpose; different streams share nothing."""
    z = mix(np.uint64(seed) + GOLDEN)
    z = mix(z ^ (np.uint64(draw) * GOLDEN + MIX_2))
    z = mix(z ^ (np.uint64(purpose) * MIX_1 + GOLDEN))
    for i in range(4):
        z = z + GOLDEN
        state[i] = mix(z)


@njit(cache=True, nogil=True)
def _step(a, b, c, d):
    """Return 64 random bits and the next state: one step of xoshiro256++.

    The state travels as four numbers, not as an array, so that it stays in registers: a gamma then
    costs 7 ns instead of 19.
    """
    total = a + d
    result = ((total << np.uint64(23)) | (total >> np.uint64(41))) + a
    shifted = b << np.uint64(17)
    c = c ^ a
    d = d ^ b
    b = b ^ c
    a = a ^ d
    c = c ^ shifted
    d = (d << np.uint64(45)) | (d >> np.uint64(19))
    return result, a, b, c, d


@njit(cache=True, nogil=True)
def _unit(bits):
    """Return a number of the open interval (0, 1)."""
    return (np.float64(bits >> np.uint64(11)) + 0.5) * TO_UNIT


@njit(cache=True, nogil=True)
def _outside(layer, u, x, a, b, c, d):
    """Decide a ziggurat point that is not inside its layer (2 in 100): kept?, value, next state."""
    if layer == 0:
        while True:
            bits, a, b, c, d = _step(a, b, c, d)
            beyond = -np.log(_unit(bits)) / TAIL
            bits, a, b, c, d = _step(a, b, c, d)
            y = -np.log(_unit(bits))
            # rejection repeats inside the tail, else it would be 7 in 100 too thin
            if y + y > beyond * beyond:
                break
        return True, (TAIL + beyond if u > 0 else -TAIL - beyond), a, b, c, d
    low, high = DENSITY[layer], DENSITY[layer + 1]
    bits, a, b, c, d = _step(a, b, c, d)
    return low + _unit(bits) * (high - low) < np.exp(-0.5 * x * x), x, a, b, c, d


@njit(cache=True, nogil=True)
def _normal(a, b, c, d):
    """Return a standard normal number and the next state."""
    while True:
        bits, a, b, c, d = _step(a, b, c, d)
        layer = np.int64(bits & np.uint64(255))
        u = np.float64(np.int64(bits) >> 11) * TO_SIGNED
        x = u * EDGE[layer]
        if abs(x) < EDGE[layer + 1]:
            return x, a, b, c, d
        kept, x, a, b, c, d = _outside(layer, u, x, a, b, c, d)
        if kept:
            return x, a, b, c, d


@njit(cache=True, nogil=True)
def uniform(state):
    """Return a number of the open interval (0, 1)."""
    bits, state[0], state[1], state[2], state[3] = _step(state[0], state[1], state[2], state[3])
    return _unit(bits)


@njit(cache=True, nogil=True)
def below(state, count):
    """Return an integer of 0..count - 1 (bias below 2**-53 · count)."""
    return min(np.int64(uniform(state) * count), count - 1)


@njit(cache=True, nogil=True)
def fill_normals(state, out):
    """Fill `out` with standard normal numbers."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    for i in range(out.size):
        out[i], a, b, c, d = _normal(a, b, c, d)
    state[0], state[1], state[2], state[3] = a, b, c, d


@njit(cache=True, nogil=True)
def gamma_spread(shape):
    """Return the constant ``1/sqrt(9 d)`` of `fill_gammas`, which many draws share."""
    d = shape - 1.0 / 3.0 if shape >= 1.0 else shape + 2.0 / 3.0
    return 1.0 / np.sqrt(9.0 * d)


@njit(cache=True, nogil=True)
def fill_gammas(state, shape, spread, out):
    """Fill `out` with gamma numbers of scale 1: ``r (1 + s x)**3``, accepted 97 times in 100.

    A NaN shape gives NaN and uses up no random number.
    """
    a, b, c, d = state[0], state[1], state[2], state[3]
    for i in range(out.size):
        k = shape[i]
        if k != k:
            out[i] = np.nan
            continue
        r = k - 1.0 / 3.0 if k >= 1.0 else k + 2.0 / 3.0
        while True:
            x, a, b, c, d = _normal(a, b, c, d)
            v = 1.0 + spread[i] * x
            if v <= 0.0:
                continue
            v = v * v * v
            bits, a, b, c, d = _step(a, b, c, d)
            u = _unit(bits)
            squared = x * x
            if u < 1.0 - 0.0331 * squared * squared:
                break
            if np.log(u) < 0.5 * squared + r * (1.0 - v + np.log(v)):
                break
        out[i] = r * v
        if k < 1.0:
            # below 1 a gamma of shape + 1 is shrunk by u**(1/shape)
            bits, a, b, c, d = _step(a, b, c, d)
            out[i] *= _unit(bits) ** (1.0 / k)
    state[0], state[1], state[2], state[3] = a, b, c, d


@njit(cache=True, nogil=True)
def fill_permutation(state, out):
    """Fill `out` with a random order of 0..n - 1 (Fisher and Yates)."""
    for i in range(out.size):
        out[i] = i
    for i in range(out.size - 1, 0, -1):
        j = below(state, i + 1)
        out[i], out[j] = out[j], out[i]
