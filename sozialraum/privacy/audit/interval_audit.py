"""The interval audit: what windows, exact totals and crossing areas tell about few persons.

One unknown whole count per atom, the smallest piece that all told sets of areas have in common.
A breach is an atom with few persons in it of which everybody can find out that they are few, or
that all but few are. It is enough to look at atoms: every group of them contains one of which at
least as much is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.privacy.audit.integer_programme import LinearBounds
from sozialraum.privacy.audit.network import as_network
from sozialraum.privacy.case_counts import Floats, Ints

Bools = NDArray[np.bool_]
_CLOSE = 1e-6


class Bounds(Protocol):
    """Tells which atoms can be as large as their goal."""

    def reaches(
        self, targets: Ints, goal: Floats, atoms: Floats, low: Floats, high: Floats, cap: Floats
    ) -> Bools:
        """Return True per target whose goal is within its bounds."""
        ...


ENUMERABLE = 24  # atoms; two counts each are 16 million


@dataclass(frozen=True, eq=False)
class Atoms:
    """The common refinement of sets of areas.

    Parameters
    ----------
    of_unit : (n_units,) atom of each unit; -1 where it lies in no area
    matrix : (n_rows, n_atoms) 0/1: the areas of each set in order, then one row per set: all of it
    start : first row of each set; ``start[-1]`` is the first of the rows of whole sets
    bounds : how its bounds are found
    """

    of_unit: Ints
    matrix: sp.csr_array
    start: tuple[int, ...]
    bounds: Bounds

    @property
    def size(self) -> int:
        """Number of atoms."""
        return self.matrix.shape[1]

    def sums(self, per_unit: Floats) -> Floats:
        """Return the sums of (n_units,) or (n_units, n_columns) numbers per atom."""
        inside = self.of_unit >= 0
        shape = (self.size, *per_unit.shape[1:])
        found = np.zeros(shape)
        np.add.at(found, self.of_unit[inside], np.nan_to_num(per_unit[inside]))
        return found

    def open_rows(self) -> tuple[Floats, Floats]:
        """Return the bounds of rows of which nothing is told."""
        rows = self.matrix.shape[0]
        return np.full(rows, -np.inf), np.full(rows, np.inf)


def refine(zones: Sequence[Ints]) -> Atoms:
    """Return the atoms of sets of areas.

    Parameters
    ----------
    zones : per set (n_units,) number of the area each unit lies in, from 0; -1 in none
    """
    codes = np.column_stack(zones)
    inside = (codes >= 0).any(axis=1)
    _, first, number = np.unique(codes[inside], axis=0, return_index=True, return_inverse=True)
    of_unit = np.full(len(codes), -1)
    of_unit[inside] = number.ravel()
    table = codes[inside][first]
    start = np.concatenate([[0], np.cumsum([int(z.max(initial=-1)) + 1 for z in zones])])
    places = [np.where(c >= 0, c + s, -1) for c, s in zip(table.T, start[:-1], strict=True)]
    places += [np.where(c >= 0, start[-1] + n, -1) for n, c in enumerate(table.T)]
    rows, atoms = np.concatenate(places), np.tile(np.arange(len(table)), len(places))
    matrix = sp.csr_array(
        (np.ones((rows >= 0).sum()), (rows[rows >= 0], atoms[rows >= 0])),
        shape=(int(start[-1]) + len(zones), len(table)),
    )
    matrix.sort_indices()
    bounds = as_network(matrix) or LinearBounds(matrix)
    return Atoms(of_unit, matrix, tuple(int(s) for s in start), bounds)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """Whom the audit reckons with.

    Parameters
    ----------
    k : smallest number of persons that may be told
    bases : True where the bases of the smallest areas are known
    total, base : persons counted and base of all areas, as far as they are known; inf where not
    zeros : True where a counted 0 is to be kept secret as well
    complement : False where those not counted are no group of persons
    """

    k: int
    bases: bool = True
    total: float = np.inf
    base: float = np.inf
    zeros: bool = False
    complement: bool = True


def breaches(
    system: Atoms, cases: Floats, base: Floats, low: Floats, high: Floats, attack: Attack
) -> Ints:
    """Return the atoms that windows and totals give away.

    Parameters
    ----------
    system : atoms of all told sets of areas
    cases, base : (n_atoms,) true counts and bases
    low, high : (n_rows,) what is told of each row; infinite where nothing is
    attack : whom the audit reckons with

    Returns
    -------
    Atoms whose largest possible count is at least 1 and below min(k, base, total), and atoms of
    which the others are known alike, 0 among them. The minimum takes out what the attacker knew
    before. Where there are so few atoms that somebody could try all counts (`ENUMERABLE`), whether
    there are any follows from what is told alone: an atom without a case counts too, if it may have
    some, so that nobody learns more from the fact that a table is told. Of more atoms only those
    with a case count: empty pieces of many crossing areas would leave nothing to tell.
    """
    cap = base if attack.bases else np.full(base.size, np.inf)
    others = attack.base - attack.total if np.isfinite(attack.total) else np.inf
    found = _given_away(system, cases, low, high, cap, base, attack, attack.total)
    if attack.complement:
        rows = system.matrix @ base
        found |= _given_away(
            system, base - cases, rows - high, rows - low, cap, base, attack, others, mirrored=True
        )
    return np.flatnonzero(found)


def _given_away(
    system: Atoms,
    cases: Floats,
    low: Floats,
    high: Floats,
    cap: Floats,
    base: Floats,
    attack: Attack,
    total: float,
    *,
    mirrored: bool = False,
) -> Bools:
    """Return the atoms with few persons whose largest possible count stays below the goal."""
    few = np.rint(cases) < attack.k
    if cases.size > ENUMERABLE and not (mirrored or attack.zeros):
        few &= np.rint(cases) >= 1
    some = np.flatnonzero(few & (np.rint(base) >= 1))
    goal = np.full(some.size, min(attack.k, total))
    if attack.bases:
        goal = np.minimum(goal, base[some])
    found = np.zeros(cases.size, dtype=bool)
    if not some.size:
        return found
    found[some] = ~system.bounds.reaches(some, goal, cases, low, high, cap)
    zero = np.flatnonzero(found & (np.rint(cases) == 0))
    if zero.size and not (mirrored or attack.zeros):
        one = np.ones(zero.size)
        found[zero[~system.bounds.reaches(zero, one, cases, low, high, cap)]] = False
    return found
