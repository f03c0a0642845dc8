"""What is believed of every area once its own cells and all others are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.small_area.cells import Cells
from sozialraum.insight.small_area.expectation import (
    Common,
    Pseudo,
    fit_level,
    over_areas,
    sampled,
    settled,
    without,
)
from sozialraum.insight.small_area.field import Graph, area_terms, factors_of
from sozialraum.kernels import small_area as kernels

Array = NDArray[np.float64]

ROUNDS = 3


@dataclass(frozen=True, eq=False)
class Posterior:
    """θ of the last Stichtag.

    Parameters
    ----------
    mean, var : (areas, J)
    cov : (areas, J, J), of the indicators of an area
    z, s2 : (areas, J), the pseudo data; s² infinite where nothing is counted
    level : μ over all columns
    """

    mean: Array
    var: Array
    cov: Array
    z: Array
    s2: Array
    level: Array


def observe(cells: Cells, common: Common) -> tuple[Pseudo, Array]:
    """Return the pseudo data of all areas and the level μ, without neighbours."""
    few = sampled(cells)
    pseudo, mu = fit_level(few, common)
    return (pseudo if few is cells else settled(cells, common, mu, rounds=ROUNDS - 1)), mu


def believe(
    pseudo: Pseudo,
    mu: Array,
    common: Common,
    graph: Graph | None,
    field: tuple[float, float],
) -> Posterior:
    """Return the posterior; pseudo data, field and areas take turns."""
    cells = pseudo.cells
    n, M = cells.count.shape
    now, (taken, amount) = cells.current, field
    with_field = graph is not None and amount > 0
    factors = factors_of(common, n) if with_field else np.zeros((cells.indicators, 0))
    load = np.sqrt(amount) * np.repeat(factors, cells.periods, axis=0)
    Psi = without(common, taken, factors).covariance(cells.periods)
    K = load.shape[1]
    mean, spread = np.zeros((n, K)), np.zeros((n, K, K))
    cov = np.zeros((n, len(now), len(now)))
    for done in range(ROUNDS):
        if done:
            pseudo.renew()
        if graph is not None and K:
            A, b, _ = area_terms(pseudo, mu, Psi, load)
            factor = graph.joined(A)
            mean, spread = graph.solve(factor, b), factor.blocks(K, graph.order)
        last = done == ROUNDS - 1
        kept = (now, cov) if last else (np.zeros(0, np.int64), np.zeros((n, 0, 0)))
        over_areas(
            kernels.area_posterior, n, M, pseudo.z, pseudo.s2, mu, Psi, load, mean, spread,
            pseudo.mean, pseudo.var, *kept,
        )  # fmt: skip
    at = [a[:, now].copy() for a in (pseudo.mean, pseudo.var)]
    seen = [a[:, now].copy() for a in (pseudo.z, pseudo.s2)]
    return Posterior(*at, cov, *seen, mu)
