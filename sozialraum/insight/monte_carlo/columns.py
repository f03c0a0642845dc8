"""Standardising many drawn versions of one column at once: rows are draws, columns are areas.

The formulas are those of the catalogue of normalisers, with constants of shape (draws, 1). They are
learnt again in every draw, and rounded as the build rounds what it publishes, or they stay frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.ordering import ranks_ascending
from sozialraum.model.deciding import decided, finest_places

Array = NDArray[np.float64]
Params = Mapping[str, Any]
RANKS = ("rank", "borda", "percentile", "exponential")
NORMALISERS = (
    "minmax", "goalposts", "zscore", "robust", *RANKS, "target", "distance", "fraction_of_max",
    "base100", "none",
)  # fmt: skip
_MAD_TO_SD = 1.482602218505602  # 1/Φ⁻¹(3/4)
_ATTAINED = 1e-9


@dataclass(frozen=True, eq=False)
class Rounding:
    """How a build rounds the learnt constants of one column before it uses them.

    Parameters
    ----------
    unit : values per share (percent: 100); None for values that are no share of persons: three
        significant digits
    steps : (n,) rounding step of each area's share, for the ends of a range; unit shares
    persons : (n,) base of each area; an end that leaves room for at most `minimum` persons of the
        smallest base becomes 0 or 1
    minimum : see `persons`
    decimals : of the constants of a dimension or of the index; the other fields then do not matter
    """

    unit: float | None = 1.0
    steps: Array | None = None
    persons: Array | None = None
    minimum: float = 0.0
    decimals: int | None = None


@dataclass(frozen=True, eq=False)
class ColumnRule:
    """How one column, one node or the index itself is standardised.

    Parameters
    ----------
    method : of the catalogue
    sign : +1 or -1, as in `Scale`
    params : constants, all of them where `frozen`
    options : ``ddof`` and ``centre`` of `fit_scale`
    frozen : the constants stay as they are in every draw
    centre_weight, spread_weight : (n,) under mean and SD; None = every area counts alike
    rounding : of learnt constants; None = not rounded
    """

    method: str
    sign: int
    params: Params = field(default_factory=dict)
    options: Params = field(default_factory=dict)
    frozen: bool = False
    centre_weight: Array | None = None
    spread_weight: Array | None = None
    rounding: Rounding | None = None


def standardise_draws(x: Array, rule: ColumnRule) -> Array:
    """Standardise every row by the rule; NaN stays NaN.

    Where a row cannot tell areas apart (all the same, nobody known) it becomes NaN.

    Examples
    --------
    >>> standardise_draws(np.array([[1.0, 3.0, 2.0]]), ColumnRule("minmax", -1)).tolist()
    [[1.0, 0.0, 0.5]]
    """
    if not np.isnan(x.sum()):  # one pass; most tables have no gaps
        return _standardise(x, rule)
    missing = np.isnan(x)
    gaps = missing.any(axis=0)
    if not (missing[:, gaps]).all():  # not the same areas in every draw
        return np.vstack([_without_gaps(row[None, :], rule) for row in x])
    return _without_gaps(x, rule)


def _without_gaps(x: Array, rule: ColumnRule) -> Array:
    known = ~np.isnan(x[0])
    out = np.full(x.shape, np.nan)
    if known.any():
        out[:, known] = _standardise(x[:, known], _among(rule, known))
    return out


def _among(rule: ColumnRule, known: NDArray[np.bool_]) -> ColumnRule:
    """Return the rule for the known areas only."""

    def of(a: Array | None) -> Array | None:
        return None if a is None else a[known]

    rounding = rule.rounding
    if rounding is not None:
        rounding = replace(rounding, steps=of(rounding.steps), persons=of(rounding.persons))
    return ColumnRule(
        rule.method, rule.sign, rule.params, rule.options, rule.frozen, of(rule.centre_weight),
        of(rule.spread_weight), rounding,
    )  # fmt: skip


def _standardise(x: Array, rule: ColumnRule) -> Array:
    if rule.method in RANKS:
        return _by_rank(x, rule)
    params = rule.params if rule.frozen else {**rule.params, **_learnt(x, rule)}
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        z = _apply(x, rule.method, params, rule.sign)
    if not np.isfinite(z[:, 0]).all() or not np.isfinite(z[:, -1]).all():
        z[~np.isfinite(z)] = np.nan
    return z


def _learnt(x: Array, rule: ColumnRule) -> dict[str, Array]:
    if rule.method in ("minmax", "target", "distance", "fraction_of_max"):
        found = {"low": x.min(axis=1, keepdims=True), "high": x.max(axis=1, keepdims=True)}
    elif rule.method == "zscore":
        found = _moments(x, rule)
    elif rule.method == "robust":
        median = np.median(x, axis=1, keepdims=True)
        spread = _MAD_TO_SD * np.median(np.abs(x - median), axis=1, keepdims=True)
        found = {"centre": median, "spread": spread}
    else:  # stated constants alone
        return {}
    if rule.rounding is None:
        return found
    return {name: _rounded(name, c, x, rule.rounding) for name, c in found.items()}


def _moments(x: Array, rule: ColumnRule) -> dict[str, Array]:
    """Return centre and SD; the SD is about the mean under `spread_weight`, whatever the centre."""
    weight, ddof, n = rule.spread_weight, rule.options.get("ddof", 0), x.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        if weight is None:
            mean = x.mean(axis=1, keepdims=True)
            away = x - mean
            square = np.einsum("ij,ij->i", away, away)[:, None]
            spread = np.sqrt(square / (n - ddof)) if n > ddof else np.full_like(mean, np.nan)
        else:
            mean = ((weight * x).sum(axis=1) / weight.sum())[:, None]
            variance = ((weight * (x - mean) ** 2).sum(axis=1) / weight.sum())[:, None]
            spread = np.sqrt(variance * n / (n - ddof)) if n > ddof else np.full_like(mean, np.nan)
    # rounding leaves a spread of about 1e-16 of the size where all values are the same
    spread = np.where(spread <= 1e-12 * np.abs(mean), np.nan, spread)
    centre = rule.options.get("centre", "mean")
    if centre == "zero":
        return {"centre": np.zeros_like(mean), "spread": spread}
    if centre == "city_rate":
        persons = rule.centre_weight
        assert persons is not None
        there = ~np.isnan(persons)
        rate = (x[:, there] * persons[there]).sum(axis=1) / persons[there].sum()
        return {"centre": rate[:, None], "spread": spread}
    return {"centre": mean, "spread": spread}


def _rounded(name: str, constant: Array, x: Array, how: Rounding) -> Array:
    """Round a constant as the build does: the ends of a range outwards, others to 0.001."""
    if how.decimals is not None:
        short = np.round(constant, how.decimals)
        return np.where(short == 0, 10.0**-how.decimals, short) if name == "spread" else short
    if how.unit is None:
        return _significant(constant)
    if name in ("centre", "spread") or how.steps is None or how.persons is None:
        return np.round(np.round(constant / how.unit, 3) * how.unit, 6)
    attained = (np.abs(x - constant) <= _ATTAINED) & (how.persons > 0)
    step = np.where(attained, how.steps, 0.001).max(axis=1, keepdims=True)
    fewest = np.where(attained, how.persons, np.inf).min(axis=1, keepdims=True)
    share, low = constant / how.unit, name == "low"
    end = (np.floor if low else np.ceil)(np.round(share / step, 6)) * step
    room = end + step if low else 1 - end + step
    given_away = (room * fewest <= how.minimum) & (share >= 0) & (share <= 1)
    return np.round(np.where(given_away, 0.0 if low else 1.0, end) * how.unit, 6)


def _significant(constant: Array, digits: int = 3) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(constant))))
        return np.where(constant == 0, 0.0, np.round(constant * size) / size)


def _apply(x: Array, method: str, params: Params, sign: int) -> Array:
    if method in ("minmax", "goalposts"):
        low, high = params["low"], params["high"]
        share = (x - low) / (high - low) if sign > 0 else (high - x) / (high - low)
        if params.get("cap"):
            share = np.clip(share, 0.0, 1.0)
        below, above = params.get("output", (0.0, 1.0))
        return np.asarray(share if (below, above) == (0, 1) else below + (above - below) * share)
    if method in ("zscore", "robust"):
        z = sign * (x - params["centre"]) / params["spread"]
        location, step = params.get("location", 0.0), params.get("step", 1.0)
        return np.asarray(z if (location, step) == (0, 1) else location + step * z)
    if method in ("target", "distance"):
        target = params["target"]
        end = params["low"] if sign > 0 else params["high"]
        gap = (target - x) / (target - end) if sign > 0 else (x - target) / (end - target)
        return np.minimum(1.0 - gap, 1.0) if params.get("cap") else 1.0 - gap
    if method == "fraction_of_max":
        high = params["high"]
        return np.asarray(x / high if sign > 0 else 1.0 - (x - params["low"]) / high)
    if method == "base100":
        level = 100.0 * x / params["base"]
        return np.asarray(level if sign > 0 else 200.0 - level)
    return sign * x


def _by_rank(x: Array, rule: ColumnRule) -> Array:
    ties = rule.params.get("ties", "average")
    if rule.frozen:
        reference = np.asarray(rule.params["reference"], float)
        rank = _rank_in(x, reference if rule.sign > 0 else -reference[::-1], ties, rule.sign)
        n = len(reference)
    else:
        rank, n = ranks_ascending(rule.sign * x, ties=ties), x.shape[1]
    if rule.method == "rank":
        return rank
    if rule.method == "borda":
        return rank - 1.0
    if rule.method == "percentile":
        return (rank - 1.0) / (n - 1) if n > 1 else np.full_like(rank, np.nan)
    factor = rule.params.get("factor", 23.0)
    return np.asarray(-factor * np.log1p(np.minimum(rank / n, 1.0) * np.expm1(-100.0 / factor)))


def _rank_in(x: Array, reference: Array, ties: str, sign: int) -> Array:
    """Return the rank among frozen values; between two of them the half rank."""
    places = finest_places(reference)
    known, own = decided(reference, places), decided(sign * x, places)
    below = np.searchsorted(known, own, side="left").astype(float)
    upto = np.searchsorted(known, own, side="right")
    tied = below + 1.0 if ties == "min" else (below + 1 + upto) / 2
    return np.where(upto > below, tied, below + 0.5)
