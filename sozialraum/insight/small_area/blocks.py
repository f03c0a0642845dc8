"""Indicators that are estimated together: all of them, or each alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.small_area.cells import Cells
from sozialraum.insight.small_area.expectation import Common, fit_common, sampled
from sozialraum.insight.small_area.field import Graph
from sozialraum.insight.small_area.posterior import Posterior
from sozialraum.insight.small_area.quadrature import log_odds_of
from sozialraum.insight.small_area.scales import believed
from sozialraum.insight.small_area.trust import left_out_loss
from sozialraum.model.learnt import Strength

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class IndicatorBlock:
    """Some indicators, by their places among all."""

    indicators: NDArray[np.int64]
    cells: Cells


@dataclass(frozen=True, eq=False)
class BlockStrength:
    """What a block teaches, one entry per indicator."""

    mean: tuple[tuple[float, ...], ...]
    common: tuple[tuple[float, ...], ...]
    persistence: tuple[float, ...]
    spatial: tuple[tuple[float, float], ...]
    trust: tuple[float, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class BlockEstimate:
    """Estimates of a block at the last Stichtag, arrays (areas, J); `score` (2, J)."""

    mean: Array
    var: Array
    cov: Array
    own: Array
    contradicts: NDArray[np.bool_]
    score: Array


def blocks_of(cells: Cells, together: bool) -> list[IndicatorBlock]:
    """Return one block of all indicators, or one per indicator."""
    every = np.arange(cells.indicators)
    if together:
        return [IndicatorBlock(every, cells)]
    return [IndicatorBlock(every[j : j + 1], cells.block(every[j : j + 1])) for j in every]


def learnt_block(block: IndicatorBlock, graph: Graph | None) -> BlockStrength:
    """Learn S, φ, τ, a and κ of a block, and which of its indicators stay raw."""
    cells, J = block.cells, block.cells.indicators
    common = fit_common(sampled(cells))
    trusted, field = believed(cells, common, graph)
    estimated, raw = _scored(cells, trusted.posterior)
    return BlockStrength(
        mean=_tuples(trusted.posterior.level.reshape(J, cells.periods)),
        common=_tuples(common.between),
        persistence=(common.persistence,) * J,
        spatial=(field,) * J,
        trust=tuple(trusted.trust.tolist()),
        kept=tuple("smoothed" if e < r else "raw" for e, r in zip(estimated, raw, strict=True)),
    )


def estimated_block(
    block: IndicatorBlock, strength: Strength, graph: Graph | None, *, limit: float
) -> BlockEstimate:
    """Estimate a block with what was learnt; a cell further off than `limit` contradicts."""
    at = block.indicators
    between = np.array(strength.common)[np.ix_(at, at)]
    common = Common(between, strength.persistence[at[0]])
    trusted, _ = believed(
        block.cells, common, graph, field=strength.spatial[at[0]],
        trust=np.array(strength.trust)[at], limit=limit,
    )  # fmt: skip
    found = trusted.posterior
    own = np.where(np.isfinite(found.s2), found.var / found.s2, 0.0)
    return BlockEstimate(
        found.mean, found.var, found.cov, np.minimum(own, 1.0), trusted.contradicts,
        np.stack(_scored(block.cells, found)),
    )  # fmt: skip


def raw_shares(cells: Cells) -> tuple[Array, Array, Array]:
    """Return counted shares of the last Stichtag, their log odds with ½ added, and the variance."""
    now = cells.current
    x, n, w, rate = cells.count[:, now], cells.base[:, now], cells.window[:, now], cells.rate[now]
    seen = n > 0
    share = np.where(seen, x / np.where(seen, n, 1.0), np.nan)
    near = (x + 0.5) / (n + np.where(rate, 0.5, 1.0))
    near = np.where(rate, near, np.clip(near, 1e-9, 1 - 1e-9))
    information = np.maximum(n, 1e-9) * near * np.where(rate, 1.0, 1.0 - near)
    variance = (information + w) / information**2
    return share, np.where(seen, log_odds_of(near, rate), np.nan), variance


def _scored(cells: Cells, posterior: Posterior) -> tuple[Array, Array]:
    now = cells.current
    return left_out_loss(cells.count[:, now], cells.base[:, now], cells.rate[now], posterior)


def _tuples(table: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, table.tolist()))
