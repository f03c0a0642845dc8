"""The streams of `kernels.random` for many draws side by side, with nothing to compile.

A lane is the stream of one draw. NumPy advances all lanes at once, and those whose number is
rejected once more, so a lane gives the numbers the kernel gives. Where few numbers are needed per
draw this is as fast as the kernel, and spares a first user the seconds of compiling it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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

Array = NDArray[np.float64]
CounterStreams = NDArray[np.uint64]
_WHOLE = 2**64


def open_streams(seed: int, draws: NDArray[np.int64], purpose: int) -> CounterStreams:
    """Return the state of the stream of every draw, (4, draws)."""
    with np.errstate(over="ignore"):
        z = _mix(np.full(len(draws), np.uint64(seed % _WHOLE)) + GOLDEN)
        z = _mix(z ^ (draws.astype(np.uint64) * GOLDEN + MIX_2))
        z = _mix(z ^ (np.uint64(purpose) * MIX_1 + GOLDEN))
        return np.stack([_mix(z + GOLDEN * np.uint64(i)) for i in range(1, 5)])


def uniforms(counters: CounterStreams) -> Array:
    """Return a number of the open interval (0, 1) per lane; the lanes go on."""
    return ((_step(counters) >> np.uint64(11)).astype(float) + 0.5) * TO_UNIT


def normals(counters: CounterStreams) -> Array:
    """Return a standard normal number per lane, by the ziggurat of `kernels.random`."""
    bits = _step(counters)
    layer = (bits & np.uint64(255)).astype(np.intp)
    u = (bits.view(np.int64) >> 11) * TO_SIGNED
    x = u * EDGE[layer]
    outside = np.flatnonzero(np.abs(x) >= EDGE[layer + 1])
    if len(outside):
        part = counters[:, outside]
        x[outside] = _outside(layer[outside], x[outside], part)
        counters[:, outside] = part
    return x


def gammas(counters: CounterStreams, shape: float) -> Array:
    """Return a gamma number of scale 1 per lane: ``r (1 + s x)**3`` (Marsaglia, Tsang 2000)."""
    r = shape - 1.0 / 3.0 if shape >= 1.0 else shape + 2.0 / 3.0
    out = r * _cubes(counters, r, 1.0 / np.sqrt(9.0 * r))
    if shape < 1.0:
        # below 1 a gamma of shape + 1 is shrunk by u**(1/shape)
        out *= uniforms(counters) ** (1.0 / shape)
    return out


def _cubes(counters: CounterStreams, r: float, spread: float) -> Array:
    x = normals(counters)
    v = 1.0 + spread * x
    positive = v > 0.0
    held = None if positive.all() else counters[:, ~positive]
    u = uniforms(counters)
    if held is not None:
        counters[:, ~positive] = held  # these try again before they use up a second number
    v = v * v * v
    squared = x * x
    again = np.flatnonzero(~positive | (u >= 1.0 - 0.0331 * squared * squared))
    if len(again):
        w, there = v[again], positive[again]
        log_w = np.log(w, where=there, out=np.zeros(len(w)))
        inside = np.log(u[again]) < 0.5 * squared[again] + r * (1.0 - w + log_w)
        again = again[~(there & inside)]
    if len(again):
        part = counters[:, again]
        v[again] = _cubes(part, r, spread)
        counters[:, again] = part
    return v


def _outside(layer: NDArray[np.intp], x: Array, counters: CounterStreams) -> Array:
    """Decide ziggurat points outside their layer: kept, or another number from the same lane."""
    out, kept = x.copy(), np.zeros(len(x), bool)
    tail, edge = np.flatnonzero(layer == 0), np.flatnonzero(layer > 0)
    if len(tail):
        part = counters[:, tail]
        out[tail] = np.copysign(TAIL + _beyond(part), x[tail])
        counters[:, tail], kept[tail] = part, True
    if len(edge):
        part, at = counters[:, edge], layer[edge]
        low, high = DENSITY[at], DENSITY[at + 1]
        kept[edge] = low + uniforms(part) * (high - low) < np.exp(-0.5 * x[edge] * x[edge])
        counters[:, edge] = part
    if not kept.all():
        part = counters[:, ~kept]
        out[~kept] = normals(part)
        counters[:, ~kept] = part
    return out


def _beyond(counters: CounterStreams) -> Array:
    """Return how far numbers of the tail lie beyond its start (Marsaglia 1964)."""
    beyond = -np.log(uniforms(counters)) / TAIL
    y = -np.log(uniforms(counters))
    again = np.flatnonzero(y + y <= beyond * beyond)
    if len(again):
        part = counters[:, again]
        beyond[again] = _beyond(part)
        counters[:, again] = part
    return beyond


def _step(counters: CounterStreams) -> NDArray[np.uint64]:
    """Return 64 random bits per lane and advance: one step of xoshiro256++."""
    a, b, c, d = counters
    total = a + d
    result = ((total << np.uint64(23)) | (total >> np.uint64(41))) + a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d[:] = (d << np.uint64(45)) | (d >> np.uint64(19))
    return np.asarray(result)


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64 bits (the output function of splitmix64)."""
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    return z ^ (z >> np.uint64(31))
