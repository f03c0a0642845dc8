"""Disclosure control on a synthetic city: 2,000 blocks, 60 districts, 40 crossing catchments.

The peer is the plain way to the same answer: one linear programme (HiGHS) per atom, without
network, witnesses or proofs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from sozialraum.privacy.audit.atoms import refine
from sozialraum.privacy.audit.bounds import audit
from sozialraum.privacy.audit.complementary import Protection, protect_tables
from sozialraum.privacy.audit.programme import Programme
from sozialraum.privacy.audit.rows import Row, Term, count_row
from sozialraum.privacy.audit.system import System, build_system

# mean prevalence, loading on deprivation, share of children it refers to
INDICATORS = {
    "armut": (0.16, 1.0, 1.0),
    "alleinerziehend": (0.17, 0.5, 1.0),
    "migration": (0.45, 0.6, 1.0),
    "hilfen": (0.025, 1.0, 1.0),
    "krise": (0.012, 0.7, 1.0),
    "kita_kurz": (0.11, 0.9, 0.20),
    "sprache": (0.14, 1.0, 0.07),
    "zuschlag": (0.05, 0.5, 1.0),
    "ferien": (0.04, -0.8, 0.60),
    "obhut": (0.004, 1.0, 1.0),
}
Places = dict[str, pd.Series]
Counts = dict[tuple[str, str], pd.Series]


def city(
    blocks: int = 2000, districts: int = 60, catchments: int = 40, seed: int = 20260
) -> tuple[Places, Counts]:
    """Return zones and counts per block; poverty is smooth over the city, counts are binomial."""
    rng = np.random.default_rng(seed)
    points = rng.random((blocks, 2))
    units = pd.Index([f"{n:05d}" for n in range(blocks)])

    def nearest(centres: np.ndarray, letter: str) -> pd.Series:
        distance = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
        return pd.Series([f"{letter}{n:02d}" for n in distance.argmin(axis=1)], units)

    places = {
        "Bezirk": nearest(rng.random((districts, 2)), "D"),
        "Sprengel": nearest(rng.random((catchments, 2)), "C"),
        "Stadt": pd.Series("S", units),
    }
    size = rng.lognormal(0, 0.9, blocks) * (rng.random(blocks) >= 0.06)
    children = rng.multinomial(20 * blocks, size / size.sum())
    peaks, height = rng.random((12, 2)), rng.normal(0, 1, 12)
    field = (height * np.exp(-((points[:, None] - peaks[None]) ** 2).sum(axis=2) / 0.02)).sum(
        axis=1
    )
    field = (field - field.mean()) / field.std()
    counts = {}
    for name, (mean, loading, share) in INDICATORS.items():
        base = rng.binomial(children, share) if share < 1 else children
        logit = np.log(mean / (1 - mean)) + 0.6 * loading * field + rng.normal(0, 0.3, blocks)
        counts[name, ""] = pd.Series(
            rng.binomial(base, 1 / (1 + np.exp(-logit))).astype(float), units
        )
    return places, counts


def zone_rows(
    name: str, counts: pd.Series, places: Places, minimum: int, **weights: float
) -> list[Row]:
    """Return the rows of one indicator for all zones; the city total is protected."""
    return [
        count_row(
            Term(name, geography, zone),
            total,
            minimum=minimum,
            weight=weights.get(geography, 1.0),
            protected=geography == "Stadt",
        )
        for geography, zones in places.items()
        for zone, total in counts.groupby(zones).sum().items()
    ]


def primary_systems(
    places: Places, counts: Counts, minimum: int
) -> list[tuple[System, np.ndarray]]:
    """Return per indicator the system in which only small counts are withheld."""
    atoms = refine(places)
    systems = []
    for (name, _), column in counts.items():
        system = build_system(zone_rows(name, column, places, minimum), atoms)
        systems.append((system, system.truth({(name, ""): column})))
    return systems


def audit_all(systems: list[tuple[System, np.ndarray]], minimum: int) -> int:
    """Return the number of breaches over all indicators."""
    return sum(len(audit(s, truth, minimum=minimum, exact=False)) for s, truth in systems)


def audit_by_programmes(systems: list[tuple[System, np.ndarray]], minimum: int) -> int:
    """Return the same number by one linear programme per atom."""
    breaches = 0
    for system, truth in systems:
        low, high = system.bounds()
        some = np.flatnonzero(truth >= 1)
        plain = Programme(system.matrix, truth.size)
        bound, _ = plain.extremes(
            some,
            np.full(some.size, np.inf),
            truth,
            low,
            high,
            np.full(truth.size, np.inf),
            use_pool=False,
        )
        breaches += int((bound < minimum - 1e-6).sum())
    return breaches


def protect_all(places: Places, counts: Counts, minimum: int, **weights: float) -> list[Protection]:
    """Return the optimal protection of every indicator."""
    return [
        protect_tables(
            zone_rows(name, column, places, minimum, **weights),
            {(name, ""): column},
            places,
            minimum=minimum,
            may_hide_zeros=True,
        )
        for (name, _), column in counts.items()
    ]


def with_blocks(places: Places) -> Places:
    """Return the geographies with every block published too."""
    units = next(iter(places.values())).index
    return {**places, "Block": pd.Series(units, units)}


PRIME = 2_147_483_629  # below 2^31, so that products fit into int64; arithmetic modulo it is exact


def withheld_against_recalculation(rows: list[Row], system: System) -> int:
    """Return how many zones are withheld if only exact recalculation is prevented (Langsrud 2024).

    Zones are published from the largest down, as long as no withheld small zone becomes a linear
    combination of published ones. This is what suppression tools do; slivers between the
    geographies stay open.
    """
    matrix = system.matrix.toarray().astype(np.int64)
    small = [n for n, row in enumerate(rows) if row.forms[0].kind == "suppressed"]
    functionals = matrix[small].copy()
    pivots: list[tuple[np.ndarray, int]] = []
    withheld = len(small)
    size = [-row.forms[0].high if np.isfinite(row.high) else 0.0 for row in rows]
    # what cannot be weakened comes first
    order = sorted(
        set(range(len(rows))) - set(small), key=lambda n: (not rows[n].is_protected, size[n])
    )
    for n in order:
        row = matrix[n].copy()
        for pivot, column in pivots:
            row = (row - row[column] * pivot) % PRIME
        found = np.flatnonzero(row)
        if found.size == 0:
            continue
        column = int(found[0])
        row = row * pow(int(row[column]), -1, PRIME) % PRIME
        reduced = (functionals - functionals[:, [column]] * row) % PRIME
        if len(small) and (~reduced.any(axis=1)).any() and not rows[n].is_protected:
            withheld += 1
            continue
        functionals = reduced
        pivots = [((p - p[column] * row) % PRIME, c) for p, c in pivots] + [(row, column)]
    return withheld


def cases(small: bool = False) -> list:
    """Return what is measured."""
    from measure import Case

    sizes = {"blocks": 60, "districts": 6, "catchments": 5} if small else {}
    places, counts = city(**sizes)
    counts = dict(list(counts.items())[:2]) if small else counts
    blocks = with_blocks(places)
    systems, systems_blocks = primary_systems(places, counts, 3), primary_systems(blocks, counts, 3)
    weights = {"Bezirk": 20.0, "Sprengel": 20.0}

    def zones_both() -> None:
        audit_all(systems, 3)
        protect_all(places, counts, 3)

    def plain(which: list) -> Callable[[], object]:
        return lambda: audit_by_programmes(which, 3)

    n = len(places["Bezirk"])
    return [
        Case("audit of zones", lambda: audit_all(systems, 3), {"one LP per atom": plain(systems)},
             "faster than one programme per atom", f"{n} blocks, {len(counts)} indicators"),
        Case("audit and optimum of zones", zones_both, {}, "≤ 0.5 s", f"{n} blocks, 100 zones"),
        Case("audit with blocks", lambda: audit_all(systems_blocks, 3), {}, "≤ 10 s",
             f"{n} blocks"),
        Case("optimum with blocks", lambda: protect_all(blocks, counts, 3, **weights), {}, "≤ 45 s",
             f"{n} blocks"),
    ]  # fmt: skip


def table_of_suppressions() -> list[tuple[int, ...]]:
    """Return per minimum: small zones, withheld by recalculation, by us, breaches left."""
    places, counts = city()
    atoms, lines = refine(places), []
    for minimum in (3, 5, 10):
        small = against = ours = left = 0
        for (key, column), found in zip(
            counts.items(), protect_all(places, counts, minimum), strict=True
        ):
            rows = zone_rows(key[0], column, places, minimum)
            primary = sum(row.forms[0].kind == "suppressed" for row in rows)
            small += primary
            against += withheld_against_recalculation(rows, build_system(rows, atoms))
            ours += primary + len(found.weakened)
            system = build_system(found.rows, atoms)
            left += len(audit(system, system.truth({key: column}), minimum=minimum, exact=False))
        lines.append((minimum, small, against, ours, left))
    return lines


def test_network_and_programmes_find_the_same_breaches_in_a_small_city():
    places, counts = city(blocks=60, districts=6, catchments=5)
    for geographies in (places, with_blocks(places)):
        systems = primary_systems(geographies, dict(list(counts.items())[:3]), 3)
        assert audit_all(systems, 3) == audit_by_programmes(systems, 3)


def test_the_optimum_of_a_small_city_leaves_no_breach():
    places, counts = city(blocks=60, districts=6, catchments=5)
    places = with_blocks(places)
    atoms = refine(places)
    for (name, _), column in list(counts.items())[:3]:
        given = {(name, ""): column}
        found = protect_tables(
            zone_rows(name, column, places, 3), given, places, minimum=3, may_hide_zeros=True
        )
        system = build_system(found.rows, atoms)
        assert audit(system, system.truth(given), minimum=3) == []


def test_a_zone_known_by_subtraction_is_withheld_by_the_plain_method_too():
    """Two districts of 10 and 2 in a city of 12: the 10 gives the 2 away, one more zone must go."""
    units = ["a", "b"]
    places = {"Bezirk": pd.Series(["A", "B"], units), "Stadt": pd.Series(["S", "S"], units)}
    counts = pd.Series([10.0, 2.0], units)
    rows = zone_rows("x", counts, places, 3)
    assert withheld_against_recalculation(rows, build_system(rows, refine(places))) == 2


if __name__ == "__main__":
    for minimum, small, against, ours, left in table_of_suppressions():
        print(
            f"minimum {minimum}: {small} small zones, {against} withheld against recalculation,",
            end=" ",
        )
        print(f"{ours} by us, {left} breaches left")
