"""Which alternative a draw takes: the streams of `kernels.random` for many draws, without a kernel.

A first number of a stream needs a few dozen integer operations; NumPy does them for all draws at
once, and nothing has to be compiled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_WHOLE = 2**64

# purposes of the streams = columns of `ids`
PURPOSES = ("sampling", "data", "scaling", "weights", "aggregation", "drop", "cut")
PURPOSE = {name: place for place, name in enumerate(PURPOSES)}


def choose(seed: int, draws: NDArray[np.int64], purpose: str, count: int) -> NDArray[np.int64]:
    """Return one of `count` alternatives per draw, the same for the same draw.

    Examples
    --------
    >>> choose(1, np.arange(6), "cut", 2).tolist()
    [0, 1, 0, 0, 0, 1]
    """
    if count <= 1:
        return np.zeros(len(draws), np.int64)
    with np.errstate(over="ignore"):
        z = _mix(np.full(len(draws), np.uint64(seed % _WHOLE)) + _GOLDEN)
        z = _mix(z ^ (draws.astype(np.uint64) * _GOLDEN + _MIX_2))
        z = _mix(z ^ (np.uint64(PURPOSE[purpose]) * _MIX_1 + _GOLDEN))
        first = _mix(z + _GOLDEN)
        last = _mix(z + _GOLDEN * np.uint64(4))
        total = first + last
        bits = ((total << np.uint64(23)) | (total >> np.uint64(41))) + first
    unit = ((bits >> np.uint64(11)).astype(float) + 0.5) * _TO_UNIT
    return np.minimum((unit * count).astype(np.int64), count - 1)


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64 bits (the output function of splitmix64)."""
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))
