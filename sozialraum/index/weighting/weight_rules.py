"""Weights that follow from the numbers alone: entropy, CRITIC, optimised importance.

References: OECD/JRC Handbook (2008) ch. 6; Diakoulaki et al. (1995) for CRITIC; Becker et al.
(2017), Ecol. Indic. 80, for weights optimised to a target importance.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from sozialraum.index.weighting.factors import correlation

Matrix = NDArray[np.float64]
Column = NDArray[np.float64]


def entropy_weights(x: Matrix, targets: Column | None = None) -> Column:
    """Return ``w ∝ 1 − e``; x ≥ 0.

    Examples
    --------
    >>> entropy_weights(np.array([[1.0, 1.0], [1.0, 3.0]])).round(4).tolist()
    [0.0, 1.0]
    """
    if (x < 0).any():
        message = (
            "The 'z' parameter must be at least 0 for method='entropy': standardise with 'minmax'."
        )
        raise ValueError(message)
    p = x / x.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=0) / np.log(len(x))
    spread = np.maximum(1.0 - entropy, 0.0)
    return spread / spread.sum() if spread.sum() > 0 else np.full(x.shape[1], 1.0 / x.shape[1])


def critic_weights(x: Matrix, targets: Column | None = None) -> Column:
    """Return ``w ∝ SD · Σ (1 − r)`` of the columns, each first stretched to 0..1."""
    stretched = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    information = stretched.std(axis=0) * (1.0 - correlation(x)).sum(axis=0)
    total = information.sum()
    return information / total if total > 1e-12 else np.full(x.shape[1], 1.0 / x.shape[1])


def optimised_weights(x: Matrix, targets: Column) -> Column:
    """Return weights ≥ 0, adding up to 1, that bring the correlations closest to the targets.

    Minimises ``Σ (t_i − r_i/Σ r)²`` over the simplex; r_i = correlation of part i with ``Σ w x``.
    Starts from equal weights and from each corner's neighbourhood, so the result depends on no
    random number.
    """
    m = x.shape[1]
    wanted = np.asarray(targets, dtype=float) / np.sum(targets)
    scaled = x - x.mean(axis=0)
    spread = scaled.std(axis=0)
    covariance = scaled.T @ scaled / len(x)

    def distance(w: Column) -> float:
        deviation = np.sqrt(max(w @ covariance @ w, 1e-300))
        r = covariance @ w / (spread * deviation)
        total = r.sum()
        return float(((wanted - r / total) ** 2).sum()) if abs(total) > 1e-12 else 1e6

    starts = [np.full(m, 1.0 / m), *(0.5 / m + 0.5 * np.eye(m))]
    simplex = {"type": "eq", "fun": lambda w: w.sum() - 1.0}
    found = [
        scipy.optimize.minimize(
            distance, start, method="SLSQP", bounds=[(0.0, 1.0)] * m, constraints=[simplex],
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        for start in starts
    ]  # fmt: skip
    best = np.clip(min(found, key=lambda result: result.fun).x, 0.0, None)
    return best / best.sum()


RULES = {
    "equal": lambda x, targets: np.full(x.shape[1], 1.0 / x.shape[1]),
    "entropy": entropy_weights,
    "critic": critic_weights,
    "optimised": optimised_weights,
}
