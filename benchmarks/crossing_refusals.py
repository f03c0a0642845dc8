"""What a refusal tells where two sets of areas cross: every count of tiny cities, told and not.

``python benchmarks/crossing_refusals.py [CITIES]`` prints how many counts of how many cities end in
which publication, and how many cells all counts with the same publication have in common.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.model.protected import Partition
from sozialraum.privacy.partitions import choose_partition, reason_against
from sozialraum.privacy.recoding import recode, smallest_base
from sozialraum.privacy.refusals import refuses
from sozialraum.privacy.rules import DisclosureRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BOTH, ONE, NONE = 0, 1, 2


@dataclass(frozen=True)
class Crossing:
    """A tiny city.

    Parameters
    ----------
    zones : per set of areas, the one with fewer first, (n_units,) number of the area of each unit
    base : (n_units,) persons
    total : persons counted, exact and known
    rules : of disclosure control
    """

    zones: tuple[Ints, Ints]
    base: Floats
    total: int
    rules: DisclosureRules


def random_crossing(seed: int) -> Crossing:
    """Return 4 to 6 units in three areas, and in three or four that cross them."""
    rng = np.random.default_rng((seed, 77))
    units, k = int(rng.integers(4, 7)), int(rng.choice([2, 3]))
    while True:
        one = rng.integers(0, 3, units)
        other = rng.integers(0, int(rng.choice([3, 4])), units)
        if np.unique(one).size == 3 and np.unique(other).size >= 3:
            break
    other = np.unique(other, return_inverse=True)[1]
    base = rng.integers(5, 16 if units < 6 else 9, units).astype(float)
    total = int(rng.integers(k, base.sum() * 0.6))
    return Crossing((one, other), base, total, DisclosureRules(minimum=k))


def every_count(city: Crossing) -> Floats:
    """Return (n_units, n) all whole counts of the total."""
    found = np.zeros((0, 1), np.int16)
    for n, b in enumerate(city.base.astype(int)):
        grid = np.vstack(
            [np.repeat(found, b + 1, axis=1), np.tile(np.arange(b + 1), found.shape[1])]
        ).astype(np.int16)
        sums, rest = grid.sum(axis=0), city.base[n + 1 :].sum()
        found = grid[:, (sums <= city.total) & (sums + rest >= city.total)]
    return found.astype(float)


def areas_of(city: Crossing, place: int, per_unit: Floats) -> Floats:
    """Return sums per area of a set."""
    zone = city.zones[place]
    return np.array([per_unit[zone == area].sum(axis=0) for area in range(int(zone.max()) + 1)])


def public_reasons(city: Crossing) -> list[str]:
    """Return per set of areas why nothing of it is told whatever the counts are; "" if it may."""
    return [
        reason_against(
            areas_of(city, p, city.base), city.total, city.base.sum() - city.total, city.rules,
            partition_of(city, p),
        )
        for p in (0, 1)
    ]  # fmt: skip


def partition_of(city: Crossing, place: int) -> Partition:
    """Return how a set is grouped, from public figures."""
    areas = int(city.zones[place].max()) + 1
    return choose_partition(areas, city.total, city.base.sum(), city.rules, linked=True)


def lows(city: Crossing, place: int, counts: Floats) -> Floats:
    """Return (n_areas, n) the low ends of the windows told; -1 where nothing is told."""
    x, b = areas_of(city, place, counts), areas_of(city, place, city.base)
    found = recode(x, np.broadcast_to(b[:, None], x.shape).copy(), partition_of(city, place))
    return np.where(b[:, None] >= smallest_base(city.rules.k), np.nan_to_num(found.low), -1.0)


def given_away(counts: Floats, base: Floats, total: int, k: int, group: Ints) -> NDArray[np.bool_]:
    """Return (n_cells, n) cells that are few in every count of their group.

    Parameters
    ----------
    counts : (n_cells, n) all counts that are possible
    base : (n_cells,) persons
    group : (n,) counts that look alike have one number
    """
    most = np.full((len(base), int(group.max()) + 1), -1.0)
    least = np.full_like(most, np.inf)
    for cell in range(len(base)):
        np.maximum.at(most[cell], group, counts[cell])
        np.minimum.at(least[cell], group, counts[cell])
    goal = np.minimum(np.minimum(k, base), total)[:, None]
    rest = np.minimum(np.minimum(k, base), base.sum() - total)[:, None]
    few = (most[:, group] >= 1) & (most[:, group] < goal)
    others = base[:, None] - least[:, group] < rest
    return few | others


def numbered(*rows: Floats) -> Ints:
    """Return (n,) one number per different column."""
    return np.unique(np.vstack(rows), axis=1, return_inverse=True)[1].ravel()


def outcomes(city: Crossing, counts: Floats) -> tuple[Ints, Ints]:
    """Return per count what is published (`BOTH`, `ONE`, `NONE`), and which counts look alike."""
    k, told = city.rules.k, [lows(city, p, counts) for p in (0, 1)]
    atoms = numbered(np.vstack(city.zones).astype(float))
    units = np.array([counts[atoms == a].sum(axis=0) for a in range(atoms.max() + 1)])
    base = np.array([city.base[atoms == a].sum() for a in range(atoms.max() + 1)])
    both = given_away(units, base, city.total, k, numbered(*told)).any(axis=0)
    x, b = areas_of(city, 0, counts), areas_of(city, 0, city.base)
    b = np.broadcast_to(b[:, None], x.shape)
    window = recode(x, b.copy(), partition_of(city, 0))
    low, high = np.where(told[0] < 0, 0.0, window.low), np.where(told[0] < 0, b, window.high)
    alone = refuses(low, high, b, x.sum(axis=0), k)
    what = np.where(alone, NONE, np.where(both, ONE, BOTH))
    seen = [
        np.where(what <= last, rows, -2.0) for rows, last in zip(told, (ONE, BOTH), strict=True)
    ]
    return what, numbered(what[None].astype(float), *seen)


def leaks(city: Crossing, counts: Floats) -> tuple[Ints, NDArray[np.bool_]]:
    """Return per count what is published, and whether all counts alike give a cell away."""
    what, alike = outcomes(city, counts)
    atoms = numbered(np.vstack(city.zones).astype(float))
    units = np.array([counts[atoms == a].sum(axis=0) for a in range(atoms.max() + 1)])
    base = np.array([city.base[atoms == a].sum() for a in range(atoms.max() + 1)])
    return what, given_away(units, base, city.total, city.rules.k, alike).any(axis=0)


def main() -> int:
    """Try cities in the order of their seeds and print what was found."""
    wanted, seen = int(sys.argv[1]) if len(sys.argv) > 1 else 300, 0
    number, bad, cities = np.zeros(3, int), np.zeros(3, int), np.zeros(3, int)
    for seed in itertools.count():
        city = random_crossing(seed)
        if any(public_reasons(city)):
            continue
        what, leak = leaks(city, every_count(city))
        for kind in (BOTH, ONE, NONE):
            number[kind] += (what == kind).sum()
            bad[kind] += (leak & (what == kind)).sum()
            cities[kind] += int((leak & (what == kind)).any())
        seen += 1
        if seen == wanted:
            break
    for kind, name in ((BOTH, "both told"), (ONE, "one told"), (NONE, "none told")):
        print(f"{name}: {number[kind]} counts, {bad[kind]} give a cell away, {cities[kind]} cities")
    return int(bad.sum() > 0)


if __name__ == "__main__":
    sys.exit(main())
