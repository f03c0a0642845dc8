"""How far the model is believed: left-out cells, contradictions, a score per person left out.

A cell is left out in closed form: ``1/v₋ = 1/v - 1/s²``, ``m₋ = v₋ (m/v - z/s²)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.small_area.posterior import Posterior
from sozialraum.insight.small_area.quadrature import inverse_log_odds

Array = NDArray[np.float64]

LIMIT = 3.0  # standard deviations from which on a cell contradicts
ROUNDS = 30


@dataclass(frozen=True, eq=False)
class Trusted:
    """A posterior loosened as far as left-out cells ask for.

    Parameters
    ----------
    posterior : of the last Stichtag
    trust : κ per indicator, at least 1
    contradicts : (areas, J), True where the count is further off than `LIMIT`
    """

    posterior: Posterior
    trust: Array
    contradicts: NDArray[np.bool_]


def loosened(posterior: Posterior, trust: Array | None = None, *, limit: float = LIMIT) -> Trusted:
    """Return the posterior with all left-out variances times κ, contradicting ones by more.

    Parameters
    ----------
    posterior : as the model gives it
    trust : κ as learnt before; None = learn it from these cells
    limit : standard deviations from which on a cell contradicts
    """
    n, J = posterior.mean.shape
    kappa = np.ones(J) if trust is None else trust.copy()
    mean, var = posterior.mean.copy(), posterior.var.copy()
    contradicts = np.zeros((n, J), bool)
    for j in range(J):
        seen = np.isfinite(posterior.s2[:, j])
        z, s2 = posterior.z[seen, j], posterior.s2[seen, j]
        out, spread = _left_out(mean[seen, j], var[seen, j], z, s2)
        if trust is None:
            kappa[j] = _kappa((z - out) ** 2, s2, spread)
        own = np.maximum(kappa[j], ((z - out) ** 2 / limit**2 - s2) / spread)
        contradicts[seen, j] = own > kappa[j]
        var[~seen, j] *= kappa[j]
        var[seen, j] = 1 / (1 / s2 + 1 / (own * spread))
        mean[seen, j] = var[seen, j] * (z / s2 + out / (own * spread))
    wider = np.sqrt(var / posterior.var)
    cov = posterior.cov * wider[:, :, None] * wider[:, None, :]
    return Trusted(replace(posterior, mean=mean, var=var, cov=cov), kappa, contradicts)


def _left_out(mean: Array, var: Array, z: Array, s2: Array) -> tuple[Array, Array]:
    """Return mean and variance of θ without the area's own cell."""
    spread = 1 / np.maximum(1 / var - 1 / s2, 1e-6)
    return spread * (mean / var - z / s2), spread


def _kappa(squares: Array, s2: Array, spread: Array) -> float:
    """Return κ = max(1, Σ ω (d² - s²) / Σ ω v₋), ω = v₋/(s² + κ v₋)², large d cut."""
    kappa = 1.0
    for _ in range(ROUNDS if len(squares) else 0):
        total = s2 + kappa * spread
        weight = spread / total**2
        near = np.minimum(squares, LIMIT**2 * total)
        kappa = max(1.0, float((weight * (near - s2)).sum() / (weight * spread).sum()))
    return kappa


def left_out_loss(
    count: Array, base: Array, rate: NDArray[np.bool_], posterior: Posterior
) -> tuple[Array, Array]:
    """Return the mean loss per indicator, estimated and raw, of each person left out in turn.

    Shares: Brier score of a person predicted from all others. Rates: ``p² - 2 (x/n) p₋``, p₋ with
    one case less. Both are the mean squared error of the share but for a constant, so that their
    difference tells the gain without bias. NaN where nobody has two persons.
    """
    x, n = count, base
    with np.errstate(all="ignore"):
        estimated = np.where(
            rate, _rate_loss(x, n, posterior), _share_loss(x, n, posterior.mean, posterior.var)
        )
        without_case, without_other = (x - 1) / (n - 1), x / (n - 1)
        raw = (x * (1 - without_case) ** 2 + (n - x) * without_other**2) / n
        raw = np.where(rate, (x / n) ** 2 - 2 * (x / n) * (x - 1) / n, raw)
    seen = n >= 2
    many = np.maximum(seen.sum(axis=0), 1)
    empty = np.where(seen.any(axis=0), 0.0, np.nan)
    sums = [np.where(seen, loss, 0.0).sum(axis=0) / many + empty for loss in (estimated, raw)]
    return sums[0], sums[1]


def _share_loss(x: Array, n: Array, mean: Array, var: Array) -> Array:
    no_rate = np.zeros(x.shape[1], bool)
    p = inverse_log_odds(mean, no_rate)
    case = inverse_log_odds(mean - var * (1 - p), no_rate)
    other = inverse_log_odds(mean + var * p, no_rate)
    return (x * (1 - case) ** 2 + (n - x) * other**2) / n


def _rate_loss(x: Array, n: Array, posterior: Posterior) -> Array:
    p = np.exp(posterior.mean + posterior.var / 2)
    return p**2 - 2 * (x / n) * p * np.exp(-posterior.var)
