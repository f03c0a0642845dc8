"""Sample quantiles by the nine types of R, and with weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sozialraum.kernels.order_statistics import sorted_quantiles

Values = NDArray[np.float64]


def quantiles(values: Values, at: Sequence[float], *, quantile_type: int = 7) -> Values:
    """Return the quantiles of `values` by one of R's nine types (Hyndman & Fan 1996).

    Parameters
    ----------
    values : no NaN
    at : probabilities 0..1
    quantile_type : 1–3 order statistics, 4–9 interpolated; 7 is R's default, 9 the GISD's

    Examples
    --------
    >>> x = np.array([1.0, 2, 3, 10])
    >>> [float(quantiles(x, [0.25], quantile_type=t)[0]) for t in (1, 2, 6, 7)]
    [1.0, 1.5, 1.25, 1.75]
    """
    if quantile_type not in range(1, 10):
        message = (
            f"The 'quantile_type' parameter must be one of 1 to 9. Got {quantile_type!r} instead."
        )
        raise ValueError(message)
    return sorted_quantiles(np.sort(values), np.asarray(at, dtype=float), quantile_type)


def weighted_quantiles(values: Values, weights: Values, at: Sequence[float]) -> Values:
    """Return the smallest values at or below which the stated shares of all weight lie.

    With equal weights this is R's type 1. The unit of the weights does not matter.

    Examples
    --------
    >>> weighted_quantiles(np.array([1.0, 2, 3]), np.array([0.001, 0.002, 0.001]), [0.25,
    ...     0.5]).tolist()
    [1.0, 2.0]
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    place = np.searchsorted(reached, np.asarray(at) - 1e-12, side="left")
    return values[order][np.minimum(place, len(values) - 1)]
