"""An attacker who knows all that is published, the rules and how many children live where.

Whole-number programmes over children, their upper bound and bookings of every smallest group at
once; nothing of the audit of the package is used.
"""

import itertools

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sozialraum.privacy.rounding import rounding_grid

MEASURES = ("children", "high", "bookings")


def fitting(shown, base, column, rules, raised):
    """Return smallest and largest count whose published value is `shown`, by trying all."""
    top = 4 * int(base) + 40
    if column == "bookings_per_child":
        fits = [n for n in range(top) if abs(round(n / base, 1) - shown) < 1e-9]
        return min(fits), max(fits)
    step, lowest, highest = rounding_grid(
        round(base), minimum=rules.minimum, candidates=rules.candidates
    )

    def published(n):
        share = n / base if column == "rate" else min(n * raised / base, 1.0)
        if share == 0:
            return 0.0
        return min(max(np.floor(round(share / step, 9) + 0.5), lowest), highest) * step

    fits = [n for n in range(top) if abs(published(n) - shown) < 1e-9]
    if column == "rate" and shown > 0:  # the rule: at least so many in it, and outside it
        fits = [n for n in fits if rules.minimum <= n <= base - rules.minimum]
    at_end = column == "rate_high" and published(top) == published(max(fits))
    return min(fits), np.inf if at_end else max(fits)


class Attack:
    """All that a release tells, as one system.

    Parameters
    ----------
    release : published
    units : columns of area sets, ``age``: the smallest groups (that some child of it takes part is
        known to the attacker)
    children : per area set (n_areas, n_ages) children who live there
    """

    def __init__(self, release, units, children, rules, *, raised=1.0, zeros_shown=True):
        self.units, self.rules = units.reset_index(drop=True), rules
        n = len(self.units)
        base = {
            (s, key, age): frame.at[key, age] if age != "all" else frame.loc[key].sum()
            for s, frame in children.items()
            for key, age in itertools.product(frame.index, [*frame.columns, "all"])
        }
        first = next(iter(children.values()))
        base |= {("city", "city", age): first[age].sum() for age in first.columns}
        base["city", "city", "all"] = first.to_numpy().sum()
        rows, low, high = [], [], []
        for cell in release.areas.itertuples(index=False):
            inside = self.members(cell.area_set, cell.key, cell.age)
            people = base[cell.area_set, cell.key, cell.age]
            told = {"children": (0.0, people)}
            if cell.status == "ok":
                names = ("rate", "rate_high", "bookings_per_child")
                for measure, column in zip(MEASURES, names, strict=True):
                    told[measure] = fitting(getattr(cell, column), people, column, rules, raised)
            elif cell.status == "suppressed" and zeros_shown and people >= rules.minimum:
                told["children"] = (1.0, people)
            elif cell.status == "missing":
                told = {}
            for measure, (least, most) in told.items():
                row = np.zeros(3 * n)
                row[MEASURES.index(measure) * n + inside] = 1.0
                rows.append(row)
                low.append(least)
                high.append(most)
        totals = {"children": "distinct_children", "high": "high", "bookings": "bookings"}
        for measure, name in totals.items():
            row = np.zeros(3 * n)
            row[MEASURES.index(measure) * n + np.arange(n)] = 1.0
            rows.append(row)
            told = release.totals[name]  # in tens; 0 is told of all below ten
            low.append(max(told - 5, 0))
            high.append(told + 5 if told else 9)
        for k, other in itertools.product(range(n), (1, 2)):  # children ≤ high, children ≤ bookings
            row = np.zeros(3 * n)
            row[k], row[other * n + k] = -1.0, 1.0
            rows.append(row)
            low.append(0.0)
            high.append(np.inf)
        self.rows = LinearConstraint(np.array(rows), low, high)

    def living(self, group, children):
        """Return how many children live, at most, where a smallest group does; that is public."""
        unit = self.units.loc[group]
        return min(frame.at[unit[name], unit["age"]] for name, frame in children.items())

    def members(self, area_set, key, age):
        """Return the numbers of the groups in a cell."""
        inside = self.units["age"].notna()
        if area_set != "city":
            inside &= self.units[area_set] == key
        if age != "all":
            inside &= self.units["age"] == age
        return np.flatnonzero(inside)

    def extreme(self, groups, *, most=True):
        """Return the largest (smallest) number of children that some groups can have together."""
        n = len(self.units)
        cost = np.zeros(3 * n)
        cost[groups] = -1.0 if most else 1.0
        found = milp(
            cost, constraints=self.rows, integrality=np.ones(3 * n), bounds=Bounds(0, 10_000)
        )
        assert found.status == 0, found.message
        return abs(round(found.fun))
