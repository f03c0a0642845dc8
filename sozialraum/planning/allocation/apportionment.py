"""Rounding shares to whole units: quarter posts, hours, euros; with floors and ceilings.

Real shares are ``x_i = clip(t·w_i, floor_i, ceiling_i)`` with one factor t such that they add up to
the total. The methods differ only in how x is rounded. All arithmetic is rational, so neither the
order of the rows nor the dust of floating point decides who gets the last unit; ties go to the
larger weight, then to the smaller key.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from sozialraum.model.options import Rounding, option_words
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import (
    key_problems,
    listed,
    number_problems,
    raise_problems,
    require_one_of,
)
from sozialraum.texts import number, problem

METHODS = option_words(Rounding)

# A unit number s is won at the priority w / (s + offset): Adams rounds up, Webster at the half,
# Jefferson down.
OFFSETS = {"adams": Fraction(0), "sainte_lague": Fraction(1, 2), "dhondt": Fraction(1)}


def apportion(
    weight: pd.Series,
    *,
    total: float,
    unit: float = 1.0,
    method: Rounding = "sainte_lague",
    floors: pd.Series | float | None = None,
    ceilings: pd.Series | float | None = None,
) -> pd.Series:
    """Divide a total by weight into whole units, within floors and ceilings.

    Parameters
    ----------
    weight : (n_units,) at least 0; twelve significant digits count
    total : what is divided, a whole multiple of `unit`
    unit : smallest step: 1 post, 0.25 post, 100 euros
    method : "largest_remainder" (Hare/Niemeyer, Hamilton), or a divisor method: "sainte_lague"
        (Webster), "dhondt" (Jefferson), "huntington_hill", "adams"
    floors, ceilings : guaranteed and greatest amount per unit; a floor between two steps is raised
        to the next one, a ceiling lowered

    Returns
    -------
    Amount per unit in the order of `weight`; adds up to `total`.

    Raises
    ------
    DataError
        If a weight is missing or negative, nobody has weight, or the bounds leave no room for the
        total; the message says which guarantee breaks it.

    References
    ----------
    Balinski & Young (2001), Fair Representation.

    Examples
    --------
    >>> votes = pd.Series({"A": 6, "B": 6, "C": 2})
    >>> apportion(votes, total=10, method="largest_remainder").tolist()
    [4.0, 4.0, 2.0]
    >>> apportion(votes, total=3.5, unit=0.25).tolist()
    [1.5, 1.5, 0.5]
    >>> apportion(votes, total=10, ceilings=3.5, floors=1).sum()
    Traceback (most recent call last):
    ...
    sozialraum.model.errors.DataError: Die Obergrenzen lassen nur 9 zu, verteilt werden ...
    """
    require_one_of(method, METHODS, name="method", caller="apportion")
    claim = _read_claim(weight, total, unit, floors, ceilings)
    units = _largest_remainder(claim) if method == "largest_remainder" else _divisor(claim, method)
    amounts = {key: float(n * claim.unit) for key, n in zip(claim.keys, units, strict=True)}
    return pd.Series([amounts[key] for key in weight.index], index=weight.index, dtype=float)


def bounded_shares(
    weights: Sequence[Fraction], total: int, floors: Sequence[int], ceilings: Sequence[int]
) -> tuple[list[Fraction], Fraction]:
    """Return ``clip(t·w, floor, ceiling)`` that adds up to `total`, and the factor t.

    Examples
    --------
    >>> shares, factor = bounded_shares([Fraction(1), Fraction(3)], 8, [0, 0], [8, 5])
    >>> [int(x) for x in shares], int(factor)
    ([3, 5], 3)
    """
    turns = []
    for w, low, high in zip(weights, floors, ceilings, strict=True):
        if w > 0:
            turns += [(low / w, w, -low), (high / w, -w, high)]
    slope, level, factor = Fraction(0), Fraction(sum(floors)), Fraction(0)
    for turn, more_slope, more_level in sorted(turns):
        if level + slope * turn >= total:
            break
        slope += more_slope
        level += more_level
    if slope > 0:
        factor = (total - level) / slope
    shares = [
        min(max(factor * w, Fraction(low)), Fraction(high))
        for w, low, high in zip(weights, floors, ceilings, strict=True)
    ]
    return shares, factor


@dataclass(frozen=True)
class _Claim:
    """Weights and bounds in whole units, in the order of the keys."""

    keys: tuple[str, ...]
    weights: tuple[Fraction, ...]
    total: int
    unit: Fraction
    floors: tuple[int, ...]
    ceilings: tuple[int, ...]


def _read_claim(
    weight: pd.Series,
    total: float,
    unit: float,
    floors: pd.Series | float | None,
    ceilings: pd.Series | float | None,
) -> _Claim:
    if not unit > 0:
        message = f"The 'unit' parameter of apportion must be greater than 0. Got {unit!r} instead."
        raise ValueError(message)
    given = {"Gewicht": weight, "Mindestmenge": floors, "Obergrenze": ceilings}
    problems = []
    for what, column in given.items():
        if isinstance(column, pd.Series):
            problems += number_problems(column.dropna() if what != "Gewicht" else column, what)
            problems += key_problems(column.index, weight.index, what)
    steps = exact(total) / exact(unit)
    if steps.denominator != 1 or steps < 0:
        problems.append(
            problem("planning.total_not_in_units", found=number(total, 2), unit=number(unit, 2))
        )
    raise_problems(problems)
    ordered = weight.sort_index()
    low = _in_units(floors, ordered, unit, math.ceil, 0)
    high = _in_units(ceilings, ordered, unit, math.floor, int(steps))
    claim = _Claim(
        tuple(ordered.index),
        tuple(exact(w) for w in ordered),
        int(steps),
        exact(unit),
        tuple(low),
        tuple(min(h, int(steps)) for h in high),
    )
    raise_problems(_room_problems(claim))
    return claim


def exact(value: float) -> Fraction:
    """Return a float as the decimal number it shows in twelve significant digits.

    Examples
    --------
    >>> exact(0.1 + 0.2)
    Fraction(3, 10)
    """
    return Fraction(f"{value:.12g}")


def _in_units(
    bound: pd.Series | float | None,
    ordered: pd.Series,
    unit: float,
    rounding: Callable[[Fraction], int],
    default: int,
) -> list[int]:
    """Return a bound per key in whole units; `default` where there is none."""
    if bound is None:
        return [default] * len(ordered)
    values = (
        bound.reindex(ordered.index) if isinstance(bound, pd.Series) else [bound] * len(ordered)
    )
    return [default if math.isnan(v) else rounding(exact(v) / exact(unit)) for v in values]


def _room_problems(claim: _Claim) -> list[Problem]:
    """Say which guarantee leaves no room for the total."""

    def amount(units: int) -> str:
        return number(float(units * claim.unit), 0 if claim.unit.denominator == 1 else 2)

    crossed = [k for k, f, c in zip(claim.keys, claim.floors, claim.ceilings, strict=True) if f > c]
    if crossed and sum(claim.floors) <= claim.total:
        return [problem("planning.floor_above_ceiling", keys=listed(crossed))]
    least, most = sum(claim.floors), sum(claim.ceilings)
    needy = sum(c if w > 0 else f for w, f, c in _rows(claim))
    total = amount(claim.total)
    if least > claim.total:
        return [problem("planning.floors_exceed_total", least=amount(least), total=total)]
    if most < claim.total:
        return [problem("planning.ceilings_below_total", most=amount(most), total=total)]
    if needy < claim.total:
        code = "nobody_has_need" if not any(claim.weights) else "ceilings_of_need_below_total"
        return [problem(f"planning.{code}", most=amount(needy), total=total)]
    return []


def _rows(claim: _Claim) -> Iterator[tuple[Fraction, int, int]]:
    return zip(claim.weights, claim.floors, claim.ceilings, strict=True)


def _largest_remainder(claim: _Claim) -> list[int]:
    shares, _ = bounded_shares(claim.weights, claim.total, claim.floors, claim.ceilings)
    units = [math.floor(x) for x in shares]
    by_remainder = sorted(
        range(len(units)),
        key=lambda i: (units[i] - shares[i], -claim.weights[i], claim.keys[i]),
    )
    for i in by_remainder[: claim.total - sum(units)]:
        units[i] += 1
    return units


def _divisor(claim: _Claim, method: str) -> list[int]:
    """Give unit after unit to the highest priority, starting where all earlier ones are certain.

    With the factor of ``total - n`` units no method has given more than `total` yet, so at most 2n
    steps are left, however small the unit.
    """
    start = max(claim.total - len(claim.keys), sum(claim.floors))
    _, factor = bounded_shares(claim.weights, start, claim.floors, claim.ceilings)
    units = [min(max(_won(w * factor, method), low), high) for w, low, high in _rows(claim)]

    def bid(i: int) -> tuple[bool, Fraction, Fraction, str, int]:
        cost = _cost(units[i], method)
        weight = claim.weights[i] ** 2 if method == "huntington_hill" else claim.weights[i]
        at_once = cost == 0 and weight > 0
        price = Fraction(0) if cost == 0 else weight / cost
        return (not at_once, -price, -claim.weights[i], claim.keys[i], i)

    bids = [
        bid(i) for i in range(len(units)) if units[i] < claim.ceilings[i] and claim.weights[i] > 0
    ]
    heapq.heapify(bids)
    for _ in range(claim.total - sum(units)):
        i = heapq.heappop(bids)[-1]
        units[i] += 1
        if units[i] < claim.ceilings[i]:
            heapq.heappush(bids, bid(i))
    return units


def _cost(seats: int, method: str) -> Fraction:
    """Return the divisor of the next unit; squared for Huntington-Hill, whose divisor is a root."""
    return Fraction(seats * (seats + 1)) if method == "huntington_hill" else seats + OFFSETS[method]


def _won(share: Fraction, method: str) -> int:
    """Count the units whose divisor is below a real share."""
    if share <= 0:
        return 0
    if method != "huntington_hill":
        return max(math.ceil(share - OFFSETS[method]), 0)
    seats = math.isqrt(math.floor(share * share))
    return seats + 1 if seats * (seats + 1) < share * share else seats
