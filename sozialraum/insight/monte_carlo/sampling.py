"""How far a share could lie from what it stands for, because few persons are behind it.

The counts are complete, yet a small quarter's share moves from year to year by chance alone. The
model: the persons counted are one realisation of the conditions in the area. Given x of n, the
share those conditions stand for follows Beta(x + 1/3, n - x + 1/3); a rate (events that may happen
more than once per person) follows Gamma(x + 1/3)/n. The thirds are Kerman's neutral prior (2011,
Electron. J. Statist. 5): the median of the distribution is the observed share. Shrunken, the prior
is the distribution over all areas instead (empirical Bayes, moments as in Marshall 1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.counter_streams import gammas, normals, open_streams
from sozialraum.insight.monte_carlo.streams import PURPOSE
from sozialraum.kernels.random_constants import BETA, EXACT, GAMMA, NORMAL
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError
from sozialraum.model.units import SHARE_FACTOR
from sozialraum.texts import problem

NEUTRAL = 1.0 / 3.0
UNIT = {**SHARE_FACTOR, "points": 100.0, "number": 1.0}
SHARES = ("share", "percent", "points")
CERTAIN = 1e6  # persons a prior weighs at most: beyond, all areas have the same share

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CellDistributions:
    """How every cell of the value table is drawn; arrays as `kernels.draws.draw_shares` wants.

    Parameters
    ----------
    kind : (p,) EXACT, BETA, GAMMA or NORMAL
    first, second : (p, n) shapes of the two gammas (GAMMA: second = persons; NORMAL: first =
        standard error); NaN = exact
    first_spread, second_spread : (p, n) constants of the gamma sampler
    unit : (p,) factor from share to value
    """

    kind: NDArray[np.int64]
    first: Array
    first_spread: Array
    second: Array
    second_spread: Array
    unit: Array

    @property
    def numbers(self) -> int:
        """Random shares and rates per draw; a share of persons takes two numbers."""
        drawn = np.count_nonzero(~np.isnan(self.first), axis=1)
        return int((drawn * np.where(self.kind == BETA, 2, 1)).sum())

    def arrays(self) -> tuple[NDArray[np.int64], Array, Array, Array, Array, Array]:
        """Return the arrays in the kernel's order."""
        return (
            self.kind,
            self.first,
            self.first_spread,
            self.second,
            self.second_spread,
            self.unit,
        )


def _widened(
    first: Array, second: Array, beyond: Array, persons: Array, *, rate: bool
) -> tuple[Array, Array]:
    """Return the shapes with the same mean share, and a variance larger by that of the counts."""
    wide = beyond > 0
    if not wide.any():
        return first, second
    with np.errstate(invalid="ignore", divide="ignore"):
        if rate:
            kept = first / (first + beyond)
            return np.where(wide, first * kept, first), np.where(wide, second * kept, second)
        strength = first + second
        mean = first / strength
        chance = mean * (1 - mean) / (strength + 1)
        kept = (mean * (1 - mean) / (chance + beyond / persons**2) - 1) / strength
    kept = np.where(wide, np.maximum(kept, 1e-3), 1.0)
    return first * kept, second * kept


def shrinking_prior(
    counted: Array, persons: Array, *, rate: bool = False, beyond: Array | None = None
) -> tuple[float, float]:
    """Return the prior of one indicator over all areas, by moments.

    With m = Σx/Σn and A the variance of the true shares (Marshall 1991; at least 0), a share has
    the prior Beta(m φ, (1 - m) φ), φ = m(1 - m)/A - 1, and a rate Gamma(m²/A) with m/A persons.

    Parameters
    ----------
    counted, persons : (n_areas,); NaN is disregarded
    rate : events per person instead of a share of persons
    beyond : (n_areas,) variance of each count beyond chance, persons²

    Examples
    --------
    >>> a, b = shrinking_prior(np.array([10.0, 30.0]), np.array([100.0, 100.0]))
    >>> print(round(a / (a + b), 3))
    0.2
    """
    known = ~np.isnan(counted) & (persons > 0)
    x, n = counted[known], persons[known]
    if not known.any() or x.sum() == 0:
        return NEUTRAL, NEUTRAL
    m = x.sum() / n.sum()
    noise = (m if rate else m * (1 - m)) / n.mean()
    if beyond is not None:
        noise += (beyond[known] / n).sum() / n.sum()
    variance = max((n * (x / n - m) ** 2).sum() / n.sum() - noise, 0.0)
    if rate:
        strength = min(m / variance, CERTAIN) if variance > 0 else CERTAIN
        return m * strength, strength
    strength = min(m * (1 - m) / variance - 1, CERTAIN) if variance > 0 else CERTAIN
    return max(m * strength, 1e-3), max((1 - m) * strength, 1e-3)


def sampling_cells(
    value: pd.DataFrame,
    numerator: pd.DataFrame | None,
    base: pd.DataFrame | None,
    indicators: Sequence[Indicator],
    *,
    counts: str = "binomial",
    shrink: bool = False,
    errors: pd.DataFrame | None = None,
    added_variance: pd.DataFrame | None = None,
) -> CellDistributions:
    """Return how each cell of `value` is drawn.

    Parameters
    ----------
    value : (n_areas, n_indicators) as the index uses it
    numerator, base : counts behind the shares, by indicator id; a column that is not there is exact
    indicators : unit per column; "per_1000" and "number" are rates, the others shares of persons
    counts : "binomial", "poisson" (all as rates) or "none"
    shrink : prior from all areas instead of the neutral one
    errors : standard errors of delivered values, by indicator id
    added_variance : of each count beyond chance, persons²: it stands for all counts of a window

    Raises
    ------
    DataError
        If a share's numerator is larger than its base.
    """
    n, p = value.shape
    kind = np.full(p, EXACT, np.int64)
    first, second = np.full((p, n), np.nan), np.full((p, n), np.nan)
    problems = []
    for j, indicator in enumerate(indicators):
        i = indicator.id
        if errors is not None and i in errors:
            kind[j] = NORMAL
            first[j] = errors[i].reindex(value.index).to_numpy(float)
            continue
        if counts == "none" or numerator is None or base is None or i not in numerator:
            continue
        x, persons = _known_counts(value[i], numerator[i], base[i])
        rate = counts == "poisson" or indicator.unit not in SHARES
        above = np.flatnonzero(x > persons * (1 + 1e-9))
        if not rate and len(above):
            keys = ", ".join(str(k) for k in value.index[above[:5]])
            problems.append(problem("insight.data.above_base", column=i, key=keys))
            continue
        beyond = np.zeros(n)
        if added_variance is not None and i in added_variance:
            beyond = added_variance[i].reindex(value.index).fillna(0.0).to_numpy(float)
        kind[j] = GAMMA if rate else BETA
        first[j], second[j] = _of_counts(x, persons, beyond, rate=rate, shrink=shrink)
    if problems:
        raise DataError(problems)
    unit = np.array([UNIT[i.unit] for i in indicators])
    return CellDistributions(kind, first, _spread(first), second, _spread(second), unit)


def _known_counts(
    value: pd.Series, cases: pd.Series, base: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return cases and persons where a share rests on them; NaN elsewhere."""
    x = cases.reindex(value.index).to_numpy(float)
    persons = base.reindex(value.index).to_numpy(float)
    known = ~np.isnan(x) & (persons > 0) & value.notna().to_numpy()
    return np.where(known, x, np.nan), np.where(known, persons, np.nan)


def _of_counts(
    x: NDArray[np.float64],
    persons: NDArray[np.float64],
    beyond: NDArray[np.float64],
    *,
    rate: bool,
    shrink: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both parameters of what the rate (gamma) or share (beta) could have been."""
    prior = (NEUTRAL, NEUTRAL)
    if shrink:
        prior = shrinking_prior(x, persons, rate=rate, beyond=beyond)
    if rate:
        second = persons + (prior[1] if shrink else 0.0)
    else:
        second = np.maximum(persons - x, 0.0) + prior[1]
    return _widened(x + prior[0], second, beyond, persons, rate=rate)


def _spread(shape: Array) -> Array:
    """Return the sampler's constant for every shape; NaN stays NaN."""
    rest = np.where(shape >= 1.0, shape - 1.0 / 3.0, shape + 2.0 / 3.0)
    with np.errstate(invalid="ignore"):
        return np.ascontiguousarray(1.0 / np.sqrt(9.0 * rest))


def drawn_side_by_side(
    seed: int, draws: NDArray[np.int64], exact: Array, cells: CellDistributions
) -> Array:
    """Draw every share once per draw, as `kernels.draws.draw_table` does, without a kernel.

    Parameters
    ----------
    exact : (draws, p, n) the table of each draw
    cells : how each share is drawn

    Returns
    -------
    (draws, p, n)
    """
    counters, out = open_streams(seed, draws, PURPOSE["sampling"]), exact.copy()
    for j in np.flatnonzero(cells.kind != EXACT):
        if cells.kind[j] == NORMAL:
            for i in range(exact.shape[2]):
                out[:, j, i] += cells.first[j, i] * normals(counters)
            continue
        drawn = np.flatnonzero(~np.isnan(cells.first[j]))
        above = np.stack([gammas(counters, shape) for shape in cells.first[j, drawn]], axis=1)
        below = cells.second[j, drawn]
        if cells.kind[j] == BETA:
            below = above + np.stack([gammas(counters, shape) for shape in below], axis=1)
        out[:, j, drawn] = cells.unit[j] * above / below
    return np.where(np.isnan(exact) | np.isnan(cells.first), exact, out)
