"""Which alternative a draw takes: the first number of the stream of each draw and purpose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.counter_streams import open_streams, uniforms

# purposes of the streams = columns of `ids`
PURPOSES = ("sampling", "data", "scaling", "weights", "aggregation", "drop", "cut")
PURPOSE = {name: place for place, name in enumerate(PURPOSES)}


def draw_choices(
    seed: int, draws: NDArray[np.int64], purpose: str, count: int
) -> NDArray[np.int64]:
    """Return one of `count` alternatives per draw, the same for the same draw.

    Examples
    --------
    >>> draw_choices(1, np.arange(6), "cut", 2).tolist()
    [0, 1, 0, 0, 0, 1]
    """
    if count <= 1:
        return np.zeros(len(draws), np.int64)
    unit = uniforms(open_streams(seed, draws, PURPOSE[purpose]))
    return np.minimum((unit * count).astype(np.int64), count - 1)
