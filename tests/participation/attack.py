"""An attacker who knows all that is published, the rules and how many children live where.

Whole-number programmes over children, their bounds and bookings of every smallest group at once; nothing of the audit of the package is used.
"""

import itertools

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sozialraum.privacy.rounding import rounding_grid

MEASURES = ("children", "low", "high", "bookings")


def nearest(n, base, grid):
    """Return the multiple of the step that a count of `n` is rounded to; 0 for nobody."""
    step, lowest, highest = grid
    share = min(n / base, 1.0)
    return min(max(np.floor(round(share / step, 9) + 0.5), lowest), highest) if n else 0


def published(column, multiple, counts, base, grid):
    """Return what stands in the table for the counts that are rounded to one multiple."""
    step, lowest, highest = grid
    rate, unit = multiple * step, 0.001 if base >= 500 else 0.01
    if column == "rate" or multiple == 0:
        return rate
    if column == "rate_low":
        least = 0 if multiple <= lowest else min(counts)
        return np.floor(round(least / base / unit, 6)) * unit
    most = base if multiple >= highest else max(counts)
    return np.ceil(round(most / base / unit, 6)) * unit


def fitting(shown, base, column, rules, rate):
    """Return smallest and largest count whose published value is `shown`, by trying all."""
    top = 4 * int(base) + 40
    if column == "bookings_per_child":
        fits = [n for n in range(top) if abs(round(n / base, 1) - shown) < 1e-9]
        return min(fits), max(fits)
    # a bound is never on the other side of its rate
    ends = {"rate": (0.0, 1.0), "rate_low": (0.0, rate), "rate_high": (rate, 1.0)}[column]

    def between(value):
        return min(max(value, ends[0]), ends[1])

    grid = rounding_grid(round(base), minimum=rules.minimum, candidates=rules.candidates)
    same = {}
    for n in range(top):
        same.setdefault(nearest(n, base, grid), []).append(n)
    fits = [
        n
        for multiple, counts in same.items()
        for n in counts
        if abs(between(published(column, multiple, counts, base, grid)) - shown) < 1e-6
    ]
    if column == "rate" and shown > 0:  # the rule: at least so many in it, and outside it
        fits = [n for n in fits if rules.minimum <= n <= base - rules.minimum]
    at_end = column == "rate_high" and top - 1 in fits
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

    def __init__(self, release, units, children, rules, *, zeros_shown=True):
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
                names = ("rate", "rate_low", "rate_high", "bookings_per_child")
                for measure, column in zip(MEASURES, names, strict=True):
                    told[measure] = fitting(getattr(cell, column), people, column, rules, cell.rate)
            elif cell.status == "suppressed" and zeros_shown and people >= rules.minimum:
                told["children"] = (1.0, people)
            elif cell.status == "missing":
                told = {}
            for measure, (least, most) in told.items():
                row = np.zeros(4 * n)
                row[MEASURES.index(measure) * n + inside] = 1.0
                rows.append(row)
                low.append(least)
                high.append(most)
        totals = {"children": "distinct_children", "bookings": "bookings"}
        totals |= {"low": "low", "high": "high"}
        # in tens, and bounds a ten further out; 0 is told of all below ten
        ends = {"low": (5, 15), "high": (-15, -5), "children": (-5, 5), "bookings": (-5, 5)}
        for measure, name in totals.items():
            row = np.zeros(4 * n)
            row[MEASURES.index(measure) * n + np.arange(n)] = 1.0
            rows.append(row)
            told = release.totals[name]
            low.append(max(told + ends[measure][0], 0) if told else 0)
            high.append(told + ends[measure][1] if told else 9 + 6 * (measure == "low"))
        # low ≤ children ≤ high, children ≤ bookings
        for k, (less, more) in itertools.product(range(n), ((1, 0), (0, 2), (0, 3))):
            row = np.zeros(4 * n)
            row[less * n + k], row[more * n + k] = -1.0, 1.0
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
        cost = np.zeros(4 * n)
        cost[groups] = -1.0 if most else 1.0
        found = milp(
            cost, constraints=self.rows, integrality=np.ones(4 * n), bounds=Bounds(0, 10_000)
        )
        assert found.status == 0, found.message
        return abs(round(found.fun))
