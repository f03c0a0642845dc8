"""Tiny cities of crossing areas, whose windows are attacked by trying every whole count."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.model.protected import Partition
from sozialraum.privacy.audit.interval_audit import Attack
from sozialraum.privacy.recoding import recode


@dataclass(frozen=True)
class TinyCity:
    """Units, the areas they lie in, counts, and what is told of every row.

    Rows are the areas of each set in order, then the total of each set; the oracle knows nothing
    of how the audit lays its rows but this order.
    """

    zones: list[NDArray[np.int64]]
    cases: NDArray[np.float64]
    base: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    attack: Attack


def tiny_city(seed: int, sets: int) -> TinyCity:
    """Return 3 to 6 units of base 1 to 7 in `sets` crossing sets of areas.

    Windows have ends of their own, not those of the product: narrow ones, so that breaches are
    frequent. Totals are exact, known or unknown by the seed.
    """
    rng = np.random.default_rng((seed, sets))
    units, k = int(rng.integers(3, 7)), int(rng.integers(2, 4))
    zones = [_dense(rng.integers(0, rng.integers(2, 4), units)) for _ in range(sets)]
    base = rng.integers(1, 8 if units < 6 else 5, units).astype(float)
    cases = rng.binomial(base.astype(int), rng.choice([0.15, 0.3, 0.8])).astype(float)
    known = bool(rng.random() < 0.7)
    low, high = [], []
    for zone in zones:
        x, b = np.bincount(zone, cases), np.bincount(zone, base)
        if rng.random() < 0.5:
            found = recode(x, b, Partition(k, 3, "show"))
            low += found.low.tolist()
            high += found.high.tolist()
        else:
            down, up = rng.integers(0, 3, x.size), rng.integers(0, 3, x.size)
            low += np.maximum(x - down, 0).tolist()
            high += np.minimum(x + up, b).tolist()
    total = cases.sum()
    low += [total if known else 0.0] * sets
    high += [total if known else base.sum()] * sets
    attack = Attack(k=k, total=total if known else np.inf, base=base.sum() if known else np.inf)
    return TinyCity(zones, cases, base, np.array(low), np.array(high), attack)


def enumerated_breaches(city: TinyCity) -> list[int]:
    """Return the atoms given away, by trying every whole count of every unit.

    Atoms are numbered in the order of their areas' numbers.
    """
    codes = list(zip(*[z.tolist() for z in city.zones], strict=True))
    atoms = sorted(set(codes))
    of_unit = np.array([atoms.index(c) for c in codes])
    grid = np.array(list(itertools.product(*[range(int(b) + 1) for b in city.base])), float)
    fits = np.ones(len(grid), dtype=bool)
    row = 0
    for zone in city.zones:
        for area in range(int(zone.max()) + 1):
            told = grid[:, zone == area].sum(axis=1)
            fits &= (told >= city.low[row]) & (told <= city.high[row])
            row += 1
    for _ in city.zones:
        told = grid.sum(axis=1)
        fits &= (told >= city.low[row]) & (told <= city.high[row])
        row += 1
    found = []
    for atom in range(len(atoms)):
        inside = of_unit == atom
        sums = grid[fits][:, inside].sum(axis=1)
        x, b = city.cases[inside].sum(), city.base[inside].sum()
        if _is_given_away(x, b, sums.max(), sums.min(), city.attack):
            found.append(atom)
    return found


def _is_given_away(x: float, b: float, most: float, least: float, attack: Attack) -> bool:
    k, total, others = attack.k, attack.total, attack.base - attack.total
    if not np.isfinite(attack.total):
        others = np.inf
    few = x < k and 1 <= most < min(k, b, total)
    return few or (b - x < k and b - least < min(k, b, others))


def _dense(zone: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(zone, return_inverse=True)[1]
