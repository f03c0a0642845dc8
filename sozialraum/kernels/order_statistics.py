"""Sample quantiles of sorted rows by the nine types of R (Hyndman & Fan 1996)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
# m = a + p (1 − a − b); types 4–9 interpolate linearly between order statistics.
_AB = {
    4: (0.0, 1.0), 5: (0.5, 0.5), 6: (0.0, 0.0), 7: (1.0, 1.0), 8: (1 / 3, 1 / 3), 9: (3 / 8, 3 / 8)
}  # fmt: skip
FUZZ = 4 * np.finfo(float).eps


def sorted_quantiles(ascending: Values, p: Values, kind: int) -> Values:
    """Return the quantiles at `p` along the last axis of sorted numbers without NaN.

    kind : 1–3 order statistics, 4–9 interpolated between the two nearest
    """
    n = ascending.shape[-1]
    if kind <= 3:
        exact = n * p - (0.5 if kind == 3 else 0.0)
        j = np.floor(exact + FUZZ)
        whole = np.abs(exact - j) <= FUZZ * np.maximum(1.0, n * p)
        share = {
            1: np.where(whole, 0.0, 1.0),
            2: np.where(whole, 0.5, 1.0),
            3: np.where(whole & (j % 2 == 0), 0.0, 1.0),
        }[kind]
    else:
        a, b = _AB[kind]
        exact = a + p * (n + 1 - a - b)
        j = np.floor(exact + FUZZ)
        share = np.where(np.abs(exact - j) < FUZZ, 0.0, exact - j)
    low = ascending[..., np.clip(j - 1, 0, n - 1).astype(int)]
    high = ascending[..., np.clip(j, 0, n - 1).astype(int)]
    # Not low + share·(high − low): with share 0 or 1 the order statistic itself must come out, to
    # the last bit.
    return np.where(share == 0, low, np.where(share == 1, high, (1 - share) * low + share * high))
