"""Constants of the random numbers, for the compiled streams and for those of `monte_carlo.lanes`.

Generator: xoshiro256++ (Blackman, Vigna 2021), its state filled by splitmix64. Normals: ziggurat of
256 layers of equal area (Marsaglia, Tsang 2000).
"""

from __future__ import annotations

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53
TO_SIGNED = 1.0 / 4503599627370496.0  # 2**-52

_LAYERS = 256
TAIL = 3.6541528853610088  # start of the tail for 256 layers of equal area
_AREA = 0.00492867323399

# how a cell of the value table is drawn
EXACT, BETA, GAMMA, NORMAL = range(4)


def _layers() -> tuple[np.ndarray, np.ndarray]:
    edge = np.empty(_LAYERS + 1)
    edge[0] = _AREA / np.exp(-0.5 * TAIL**2)
    edge[1] = TAIL
    for i in range(2, _LAYERS):
        edge[i] = np.sqrt(-2.0 * np.log(_AREA / edge[i - 1] + np.exp(-0.5 * edge[i - 1] ** 2)))
    edge[_LAYERS] = 0.0
    return edge, np.exp(-0.5 * edge * edge)


EDGE, DENSITY = _layers()
