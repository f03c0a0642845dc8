"""The audit where bases are known of areas, and of no smaller unit: registrations of a programme.

How many children live in a Bezirk and in a Sprengel is public; how many live where both overlap is
not. So those not counted can be few in an area only, and nobody knows more than the smallest of
these bases of a unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import scipy

from sozialraum.privacy.audit.interval_audit import Atoms, Attack
from sozialraum.privacy.case_counts import Floats, Ints

_CLOSE = 1e-6
_SOLVED = 0


def most_per_atom(
    system: Atoms, units: Floats, bases: Mapping[str, Floats], codes: Mapping[str, Ints]
) -> Floats:
    """Return how many persons an atom can have at most.

    Parameters
    ----------
    system : atoms of all told sets of areas
    units : (n_units,) most persons of each unit
    bases : per set of areas (n_areas,) persons; infinite where not known
    codes : per set of areas (n_units,) number of the area of each unit; -1 in none
    """
    found = system.sums(units)
    for name, code in codes.items():
        inside = (system.of_unit >= 0) & (code >= 0)
        np.minimum.at(found, system.of_unit[inside], bases[name][code[inside]])
    return found


def few_others(
    system: Atoms,
    names: tuple[str, ...],
    cases: Floats,
    bases: Mapping[str, Floats],
    ends: tuple[Floats, Floats],
    cap: Floats,
    attack: Attack,
) -> Iterator[tuple[str, int]]:
    """Yield set and number of the areas of which it is certain that all but few are counted.

    Parameters
    ----------
    system, names : atoms of the sets of areas, in their order
    cases, cap : (n_atoms,) true counts, and how many can be there
    bases : per set of areas (n_areas,) persons; infinite where not known
    ends : (n_rows,) what is told of each row, low and high
    attack : whom the audit reckons with
    """
    rows = system.matrix @ cases
    for place, name in enumerate(names):
        base, start = bases[name], system.start[place]
        counted = rows[start : system.start[place + 1]]
        others = base.sum() - attack.total if np.isfinite(attack.total) else np.inf
        few = (np.rint(base - counted) < attack.k) & (np.rint(base) >= 1) & np.isfinite(base)
        for area in np.flatnonzero(few):
            goal = min(attack.k, base[area], others)
            if base[area] - _least(system, start + int(area), ends, cap) < goal - _CLOSE:
                yield name, int(area)


def _least(system: Atoms, row: int, ends: tuple[Floats, Floats], cap: Floats) -> float:
    """Return the smallest whole count of a row that fits to all that is told."""
    told = np.flatnonzero(np.isfinite(ends[0]) | np.isfinite(ends[1]))
    cost = system.matrix[[row]].toarray().ravel()
    rules = scipy.optimize.LinearConstraint(system.matrix[told], ends[0][told], ends[1][told])
    found = scipy.optimize.milp(
        cost,
        constraints=rules,
        bounds=scipy.optimize.Bounds(0, cap),
        integrality=np.ones(cap.size),
    )
    # what cannot be settled counts as given away
    return float(found.fun) if found.status == _SOLVED else np.inf
