"""Oracles: every possible world of a tiny city, listed one by one."""

import itertools

import numpy as np
import pandas as pd

from sozialraum.privacy.audit.atoms import refine
from sozialraum.privacy.audit.rows import Term, count_row
from sozialraum.privacy.audit.system import build_system


def tiny_system(seed, *, geographies=2, units=5, zones=3, most=3, minimum=3, hide=0.2):
    """Return a random city: system, truth, population, rows, geographies, counts."""
    rng = np.random.default_rng(seed)
    keys = [f"u{n}" for n in range(units)]
    places = {
        f"G{g}": pd.Series([f"z{z}" for z in rng.integers(0, zones, units)], keys)
        for g in range(geographies)
    }
    people = pd.Series(rng.integers(0, most + 1, units).astype(float), keys)
    counts = pd.Series(rng.binomial(people.astype(int), 0.6).astype(float), keys)
    rows = []
    for name, zone_of in places.items():
        for zone, total in counts.groupby(zone_of).sum().items():
            row = count_row(Term("armut", name, zone), total, minimum=minimum)
            if len(row.forms) > 1 and rng.random() < hide:
                row = row.weakened(1)
            rows.append(row)
    atoms = refine(places)
    system = build_system(rows, atoms)
    return system, atoms.totals(counts), atoms.totals(people), rows, places, counts


def worlds(matrix, low, high, cap):
    """Return every whole-numbered vector within `cap` that fits all rows."""
    grid = np.array(list(itertools.product(*[range(int(c) + 1) for c in cap])), dtype=float)
    told = grid @ matrix.toarray().T
    return grid[((told >= low - 1e-9) & (told <= high + 1e-9)).all(axis=1)]


def breach_atoms(possible, truth, minimum):
    """Return the atoms of every union with 1..minimum-1 persons that is below the minimum in every world."""
    flagged = set()
    for size in range(1, truth.size + 1):
        for union in itertools.combinations(range(truth.size), size):
            total = truth[list(union)].sum()
            if 1 <= total < minimum and possible[:, union].sum(axis=1).max() < minimum:
                flagged |= {a for a in union if truth[a] >= 1}
    return flagged
