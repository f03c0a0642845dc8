"""Few cells hardly tell how much areas differ: what is believed is averaged over that size.

With 60 areas of 20 persons the likeliest variance between areas is often near 0, and intervals
made with it alone hold 70 of 100 shares instead of 90.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from sozialraum.insight.small_area.cells import Cells
from sozialraum.insight.small_area.expectation import Common, Pseudo
from sozialraum.insight.small_area.field import Graph, choose_field, log_evidence
from sozialraum.insight.small_area.posterior import Posterior, believe, observe
from sozialraum.insight.small_area.quadrature import NODES, WEIGHTS
from sozialraum.insight.small_area.trust import LIMIT, Trusted, loosened

Array = NDArray[np.float64]

FEW_CELLS = 1000
NOTHING_SEEN = 1e8  # a variance of log odds that says nothing
RARE = 1.5  # prior on the standard deviation, exp(-1.5 sd): above 3 one in 100
SIZES = np.geomspace(0.05, 1.6, 11)  # standard deviation of an area's log odds


def believed(
    cells: Cells,
    common: Common,
    graph: Graph | None,
    *,
    field: tuple[float, float] | None = None,
    trust: Array | None = None,
    limit: float = LIMIT,
) -> tuple[Trusted, tuple[float, float]]:
    """Return what is believed at given S and φ, averaged over the size of S where cells are few.

    Parameters
    ----------
    cells, common, graph : what is seen, S and φ, the neighbours
    field : (τ, a); None = chosen by marginal likelihood
    trust, limit : see `loosened`

    Returns
    -------
    The posterior as far as it is trusted, and the field.
    """
    pseudo, mu = observe(cells, common)
    if field is None:
        field = choose_field(pseudo, mu, common, graph)
    if cells.count.size >= FEW_CELLS:
        posterior = believe(pseudo, mu, common, graph, field)
        return loosened(posterior, trust, limit=limit), field
    sizes = [_at_size(cells, common, size, graph, field) for size in SIZES]
    # the grid is even on the log of the standard deviation, its prior exponential
    whole = SIZES * np.sqrt(1 - field[0] + field[1])
    logs = np.array([s.evidence for s in sizes]) + np.log(SIZES) - RARE * whole
    weights = np.exp(logs - logs.max())
    likeliest = sizes[int(weights.argmax())].posterior
    trust = loosened(likeliest).trust if trust is None else trust
    found = [loosened(s.posterior, trust, limit=limit) for s in sizes]
    return _mixed(found, [s.level for s in sizes], weights / weights.sum()), field


@dataclass(frozen=True, eq=False)
class _Size:
    """A posterior at one size of S, its evidence, and what μ being estimated adds to it."""

    posterior: Posterior
    evidence: float
    level: Array


def _at_size(
    cells: Cells, common: Common, size: float, graph: Graph | None, field: tuple[float, float]
) -> _Size:
    larger = size**2 / np.diag(common.between).mean()
    scaled = replace(common, between=common.between * larger)
    pseudo, mu = observe(cells, scaled)
    posterior = believe(pseudo, mu, scaled, graph, field)
    # a field holds the level of the city, too
    level = np.zeros_like(posterior.cov) if field[1] else _of_level(pseudo, scaled)
    return _Size(posterior, _evidence(pseudo, mu, scaled, graph, field), level)


def _mixed(found: list[Trusted], levels: list[Array], weights: Array) -> Trusted:
    """Return mean and covariance over all sizes; the rest as at the likeliest size."""
    each = [t.posterior for t in found]
    mean = np.sum([w * p.mean for p, w in zip(each, weights, strict=True)], axis=0)
    cov = np.zeros_like(each[0].cov)
    for one, level, weight in zip(each, levels, weights, strict=True):
        gap = one.mean - mean
        cov += weight * (one.cov + level + gap[:, :, None] * gap[:, None, :])
    likeliest = found[int(weights.argmax())]
    var = np.einsum("ijj->ij", cov).copy()
    return replace(likeliest, posterior=replace(likeliest.posterior, mean=mean, var=var, cov=cov))


def _of_level(pseudo: Pseudo, common: Common) -> Array:
    """Return ``(I - G) V (I - G)'`` per area, V the covariance of the estimated μ."""
    cells = pseudo.cells
    Psi = common.covariance(cells.periods)
    one = np.eye(len(Psi))
    noise = np.minimum(pseudo.s2, NOTHING_SEEN)
    inverse = np.linalg.inv(Psi + noise[:, :, None] * one)
    level = np.linalg.inv(inverse.sum(axis=0) + one / NOTHING_SEEN)
    rest = (one - np.einsum("ab,ibc->iac", Psi, inverse))[:, cells.current]
    return np.einsum("iab,bc,idc->iad", rest, level, rest)


def _evidence(
    pseudo: Pseudo, mu: Array, common: Common, graph: Graph | None, field: tuple[float, float]
) -> float:
    """Return the evidence lower bound: that of the pseudo data, and what they leave out."""
    cells, seen = pseudo.cells, np.isfinite(pseudo.s2)
    z, s2, mean, var = (a[seen] for a in (pseudo.z, pseudo.s2, pseudo.mean, pseudo.var))
    rate = np.broadcast_to(cells.rate, seen.shape)[seen]
    x, n = cells.count[seen], cells.base[seen]
    theta = mean[:, None] + np.sqrt(var)[:, None] * NODES
    normaliser = np.where(rate[:, None], np.exp(theta), np.logaddexp(0.0, theta))
    curve = np.where(rate[:, None], normaliser, 0.25 / np.cosh(theta / 2) ** 2)
    information = np.maximum(n * (curve * WEIGHTS).sum(axis=1), 1e-6)
    told = x * mean - n * (normaliser * WEIGHTS).sum(axis=1)
    # a window tells 1/(s² h) as much as an exact count, measured from the best possible fit
    best = xlogy(x, x / n) + np.where(rate, -x, xlogy(n - x, 1 - np.minimum(x / n, 1.0)))
    exact = cells.window[seen] == 0
    told = (told - best) * np.where(exact, 1.0, 1.0 / (s2 * information))
    left = told + 0.5 * np.log(s2) + ((z - mean) ** 2 + var) / (2 * s2)
    return log_evidence(pseudo, mu, common, graph, field) + float(left.sum())
