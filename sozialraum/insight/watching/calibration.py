"""Thresholds that keep a promise: the whole rule is run on tables drawn from a city's own past."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.watching.scores import (
    ALLOWANCE,
    LONGEST,
    movements,
    scores_of_flows,
    scores_of_movements,
)
from sozialraum.kernels.watching import cusum, episodes
from sozialraum.model.errors import DataError
from sozialraum.texts import problem

Array = NDArray[np.float64]
DRAWN_MONTHS = 60
YEAR = 12
_PLANTED_AFTER = 12
_NOTICED_WITHIN = 6
_BISECTIONS = 30
_LOWEST, _HIGHEST = 0.5, 30.0


class Past(NamedTuple):
    """What a city's own months say about months in which nothing happens.

    Parameters
    ----------
    totals : (n_months,) cases of the city
    share : (n_areas,) π
    dispersion : φ
    """

    totals: Array
    share: Array
    dispersion: float


class Thresholds(NamedTuple):
    """h, s, and the false alarms a year that the drawn tables have with them."""

    limit: float
    spike: float
    found: float


def past_of(cases: Array) -> Past:
    """Return totals, shares and overdispersion of the months in which all areas are known."""
    known = cases[~np.isnan(cases).any(axis=1)]
    totals = known.sum(axis=1)
    share = (known.sum(axis=0) + 0.5) / (known.sum() + 0.5 * cases.shape[1])
    usual = totals[:, None] * share
    square = (known - usual) ** 2 / np.maximum(usual * (1 - share), 1e-9)
    freedom = known.size - len(known) - cases.shape[1] + 1
    phi = np.minimum(square, 16.0)[totals > 0].sum() / max(freedom, 1)
    return Past(totals, share, max(1.0, float(phi)))


def drawn_flows(past: Past, rng: np.random.Generator, *, draws: int, months: int) -> Array:
    """Return (draws, months, n_areas) cases: the city's totals, divided by chance alone."""
    total = np.rint(np.resize(past.totals, months)).astype(np.int64)
    share = np.broadcast_to(past.share, (draws, months, past.share.size))
    if past.dispersion > 1.0:
        rho = np.clip((past.dispersion - 1) / np.maximum(total - 1, 1), 1e-6, 0.9)[:, None]
        weight = rng.gamma(np.maximum(share * ((1 - rho) / rho), 1e-6))
        weight = np.maximum(weight, 1e-300)
        share = weight / weight.sum(axis=2, keepdims=True)
    return rng.multinomial(total, share).astype(float)


def as_published(cases: Array, recoded: Array | None) -> Array:
    """Return counts as they are published: the middle of the window of each (n_counts, n_areas)."""
    if recoded is None:
        return cases
    row = np.minimum(cases, len(recoded) - 1).astype(np.int64)
    return recoded[row, np.arange(recoded.shape[1])]


def find_thresholds(z: Array, *, measure: str, false_alarms: float) -> Thresholds:
    """Return h and s with which tables z (draws, months, n_areas) raise `false_alarms` a year.

    s takes half of them: it is the quantile of single scores that is passed so often.

    Raises
    ------
    DataError
        If no table has a score: in the past nothing moves.
    """
    years, allowance = z.shape[0] * z.shape[1] / YEAR, ALLOWANCE[measure]
    known = z[~np.isnan(z)]
    if not known.size:
        raise DataError(problem("insight.watch.still", "warning"))
    spike = float(np.quantile(known, max(1 - false_alarms / 2 * years / max(known.size, 1), 0.5)))
    low, high = _LOWEST, _HIGHEST
    for _ in range(_BISECTIONS):
        limit = (low + high) / 2
        many = episodes(z, allowance, limit, spike) / years > false_alarms
        low, high = (limit, high) if many else (low, limit)
    return Thresholds(high, spike, episodes(z, allowance, high, spike) / years)


def quiet_flows(
    past: Past, *, first: int, guard: int, draws: int, seed: int, direction: str,
    recoded: Array | None,
) -> Array:  # fmt: skip
    """Return z of drawn tables in which nothing happens, the months after `first` alone."""
    rng = np.random.default_rng(seed)
    tables = as_published(drawn_flows(past, rng, draws=draws, months=first + DRAWN_MONTHS), recoded)
    scored = [
        scores_of_flows(one, None, first=first, guard=guard, direction=direction).z[first:]
        for one in tables
    ]
    return np.stack(scored)


def quiet_stocks(
    cases: Array, *, first: int, guard: int, draws: int, seed: int, direction: str
) -> Array:
    """Return z of drawn tables whose months are months of the past, in another order."""
    moves = movements(cases)
    moves = moves[~np.isnan(moves).any(axis=1)]
    rng = np.random.default_rng(seed)
    order = rng.integers(0, len(moves), (draws, first + DRAWN_MONTHS))
    return np.stack(
        [
            scores_of_movements(moves[one], first=first, guard=guard, direction=direction)[0][
                first:
            ]
            for one in order
        ]
    )


def share_noticed(
    past: Past, found: Thresholds, *, first: int, guard: int, draws: int, seed: int,
    direction: str, recoded: Array | None,
) -> float:  # fmt: skip
    """Return in how many drawn tables twice the cases of one area are noticed in six months.

    It is the area of middle size; downwards it is half the cases.
    """
    rng = np.random.default_rng(seed + 1)
    area = int(np.argsort(past.share, kind="stable")[past.share.size // 2])
    start = first + _PLANTED_AFTER
    tables = drawn_flows(past, rng, draws=draws, months=start + _NOTICED_WITHIN)
    if direction == "up":
        usual = np.resize(past.totals, tables.shape[1])[start:] * past.share[area]
        tables[:, start:, area] += rng.poisson(usual, (draws, _NOTICED_WITHIN))
    else:
        tables[:, start:, area] = rng.binomial(tables[:, start:, area].astype(np.int64), 0.5)
    seen = 0
    for one in as_published(tables, recoded):
        z = scores_of_flows(one, None, first=first, guard=guard, direction=direction).z[first:]
        level = np.full(len(z), found.limit), np.full(len(z), found.spike)
        seen += cusum(z, ALLOWANCE["flow"], *level)[1][_PLANTED_AFTER:, area].any()
    return seen / draws


def drawn_from(months: int, guard: int) -> int:
    """Return how many months of the past a drawn table has: no more than are ever looked at."""
    return min(months, LONGEST + guard)
