"""An attacker of our own: whole counts within everything that is told, by HiGHS; none of our audit.

Unknown is one whole count per unit and variable. Known are the windows of all areas, the bases, the
sums and complements among variables, and, for the stronger attacker, every exact total.
"""

from __future__ import annotations

import numpy as np
import scipy.optimize
import scipy.sparse as sp
from numpy.typing import NDArray
from random_cities import DAY, City

from sozialraum.model.protected import Protected

Floats = NDArray[np.float64]
System = tuple[sp.csr_array, Floats, Floats, Floats]


def leaks(city: City, protected: Protected, *, totals: bool) -> list[str]:
    """Return the cells and unit groups of which too much is told.

    Parameters
    ----------
    city : the true counts
    protected : all that is published of them
    totals : True where exact totals of every variable are known too
    """
    told = _system(city, protected, totals=totals)
    known_before = _system(city, None, totals=totals)
    names = list(city.cases.columns)
    groups = city.cases.groupby([zones.to_numpy() for zones in city.places.values()]).indices
    found, k, units = [], city.rules.k, len(city.cases)
    for v, name in enumerate(names):
        total, people = city.cases[name].sum(), city.base[name].sum()
        known = (total, people - total) if totals else (np.inf, np.inf)
        for group in groups.values():
            x, b = city.cases[name].iloc[group].sum(), city.base[name].iloc[group].sum()
            cost = np.zeros(told[-1].size)
            cost[v * units + group] = 1.0
            few = min(k, b, known[0])
            if 1 <= x < k and _tells(cost, told, known_before, few):
                found.append(f"{name}: few")
            few = min(k, b, known[1])
            if b - x < k and _tells(-cost, told, known_before, few, base=b):
                found.append(f"{name}: few others")
    return found


def _tells(
    cost: Floats, told: System, known_before: System, few: float, *, base: float = 0.0
) -> bool:
    """Tell whether a number of persons is known to be small, and was not before the release.

    Who knows that a part is 0 in the whole city knows that a sum is no more than its other part:
    no release tells that.
    """
    if base + _most(cost, *told) >= few:
        return False
    return base + _most(cost, *told) < min(few, base + _most(cost, *known_before))


def _system(city: City, protected: Protected | None, *, totals: bool) -> System:
    """Return what is told (None: nothing is) as rows over units and variables."""
    names, units = list(city.cases.columns), len(city.cases)
    rows, low, high = [], [], []
    for place, zones in city.places.items() if protected else ():
        table = protected.tables[DAY, place]
        for v, name in enumerate(names):
            for area in table.middle.index:
                if table.status[name].at[area] != "ok":
                    continue
                row = np.zeros(len(names) * units)
                row[v * units : (v + 1) * units] = (zones == area).to_numpy(float)
                rows.append(row)
                low.append(table.low.at[area, name])
                high.append(table.high.at[area, name])
    for v, name in enumerate(names):
        row = np.zeros(len(names) * units)
        row[v * units : (v + 1) * units] = 1.0
        if totals:
            rows.append(row)
            low.append(city.cases[name].sum())
            high.append(low[-1])
        for part in _relation(city, name):
            rows.append(part[0])
            low.append(part[1])
            high.append(part[1])
    cap = city.base[names].to_numpy().T.ravel()
    matrix = sp.csr_array(np.array(rows)) if rows else sp.csr_array((0, cap.size))
    return matrix, np.array(low), np.array(high), cap


def _relation(city: City, name: str) -> list[tuple[Floats, float]]:
    """Return the rows that a sum or a complement fulfils, one per unit."""
    names, units, found = list(city.cases.columns), len(city.cases), []
    for unit in range(units if name in city.sums else 0):
        row = np.zeros(len(names) * units)
        row[names.index(name) * units + unit] = 1.0
        for part, sign in city.sums[name].items():
            row[names.index(part) * units + unit] = -sign
        rest = -1 in city.sums[name].values()
        found.append((row, city.base[name].iloc[unit] if rest else 0.0))
    return found


def _most(cost: Floats, matrix: sp.csr_array, low: Floats, high: Floats, cap: Floats) -> float:
    """Return the largest value of a sum of whole counts."""
    rows = [scipy.optimize.LinearConstraint(matrix, low, high)] if matrix.shape[0] else []
    found = scipy.optimize.milp(
        -cost, constraints=rows, bounds=scipy.optimize.Bounds(0, cap),
        integrality=np.ones(cost.size),
    )  # fmt: skip
    if found.status != 0:
        message = f"The attack did not end: {found.message}"
        raise RuntimeError(message)
    return float(np.round(-found.fun))
