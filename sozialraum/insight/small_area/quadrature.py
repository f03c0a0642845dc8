"""Means of a share over the uncertainty of its log odds: nine-point Gauss–Hermite."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NODES, _weights = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = _weights / _weights.sum()


def inverse_log_odds(log_odds: Array, rate: NDArray[np.bool_]) -> Array:
    """Return ``1/(1 + exp(-θ))``, in the columns of `rate` ``exp θ``."""
    with np.errstate(over="ignore"):
        return np.where(rate, np.exp(log_odds), 1.0 / (1.0 + np.exp(-log_odds)))


def expected_share(mean: Array, var: Array, rate: NDArray[np.bool_]) -> Array:
    """Return E p(θ), θ ~ N(mean, var); in the columns of `rate` E exp θ = exp(m + v/2)."""
    sd = np.sqrt(var)
    found = np.zeros_like(mean)
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        found += weight * inverse_log_odds(mean + sd * node, rate)
    return found


def log_odds_of(share: Array, rate: NDArray[np.bool_]) -> Array:
    """Return the log odds of shares strictly between 0 and 1, the log of rates above 0."""
    return np.log(share) - np.where(rate, 0.0, np.log1p(-np.where(rate, 0.0, share)))


def lasting(persistence: float, periods: int) -> Array:
    """Return the correlation of Stichtage, ``φ^|t - u|``."""
    t = np.arange(periods)
    return persistence ** np.abs(t[:, None] - t[None])
