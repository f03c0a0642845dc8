"""The score interval of a share, for every room that needs one."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def score_interval(counted: ArrayLike, persons: ArrayLike, level: float) -> tuple[Array, Array]:
    """Return low and high of ``x/n`` (Wilson 1927); NaN, no persons or x > n give NaN."""
    x, n = np.asarray(counted, float), np.asarray(persons, float)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.where((n > 0) & (x <= n) & (x >= 0), x / n, np.nan)
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    return np.where(p == 0, 0.0, low), np.where(p == 1, 1.0, high)
