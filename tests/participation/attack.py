"""An attacker who knows all that is released, the rules, totals and how many children live where.

A whole-number programme over the children of every smallest group and age, and over all further
bookings of every group, at once; nothing of the audit of the package is used.
"""

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from sozialraum.model.participation_release import MORE
from sozialraum.workflows.participation.protecting import variable

MANY = 10_000


class Attack:
    """All that a release tells, as one system.

    Parameters
    ----------
    made : of `release_programme`
    units : (n_units, n_area_sets) area of each smallest group
    children : per area set (n_areas, n_ages) children who live there
    truth : (n_units, n_ages) true numbers; only their sums over the city are used
    more : (n_units,) further bookings; likewise
    """

    def __init__(self, made, units, children, truth, more):
        self.units, self.ages, self.children = units, list(truth.columns), children
        self.n = len(units)
        self.low, self.high, self.rows = [], [], []
        self.totals = truth.sum()
        self.others = {name: table.sum() - self.totals for name, table in children.items()}
        for cell in made.release.areas.itertuples(index=False):
            if cell.area_set != "city" and cell.status == "ok":
                self.tell(
                    self.members(cell.area_set, cell.key, cell.age),
                    cell.taking_low,
                    cell.taking_high,
                )
        name = variable(MORE, "all")
        for place in children:
            (table,) = made.protected.on(place).values()
            for key in table.low.index[table.middle[name].notna()]:
                inside = self.more_of(units[place] == key)
                self.tell(inside, table.low.at[key, name], table.high.at[key, name])
        for age in self.ages:
            self.tell(self.members("", "", age), self.totals[age], self.totals[age])
        self.tell(self.more_of(units.index == units.index), more.sum(), more.sum())
        # who books again takes part
        for u in range(self.n):
            row = self.row([])
            row[[u + a * self.n for a in range(len(self.ages))]] = MANY
            row[len(self.ages) * self.n + u] = -1
            self.rows.append(row)
            self.low.append(0.0)
            self.high.append(np.inf)
        most = [self.living(u, age) for age in self.ages for u in range(self.n)]
        self.bounds = Bounds(0, np.array([*most, *[MANY] * self.n], float))
        self.system = LinearConstraint(np.array(self.rows), self.low, self.high)

    def tell(self, inside, low, high):
        """Add what is told of some unknowns together."""
        self.rows.append(self.row(inside))
        self.low.append(low)
        self.high.append(high)

    def row(self, inside):
        """Return a row of the system with 1 at some unknowns."""
        row = np.zeros((len(self.ages) + 1) * self.n)
        row[inside] = 1.0
        return row

    def members(self, area_set, key, age):
        """Return the numbers of the unknowns in a cell; of the city without an area set."""
        inside = np.ones(self.n, bool) if not area_set else (self.units[area_set] == key).to_numpy()
        ages = range(len(self.ages)) if age == "all" else [self.ages.index(age)]
        return np.concatenate([np.flatnonzero(inside) + a * self.n for a in ages])

    def more_of(self, inside):
        """Return the numbers of the unknown further bookings of some groups."""
        return len(self.ages) * self.n + np.flatnonzero(inside)

    def living(self, unit, age):
        """Return how many children live where a smallest group does, at most; that is public."""
        found = [t.at[self.units[s].iloc[unit], age] for s, t in self.children.items()]
        return np.nanmin([*found, MANY])

    def extreme(self, inside, *, most=True):
        """Return the largest (smallest) number that some unknowns can have together."""
        cost = self.row(inside) * (-1.0 if most else 1.0)
        found = milp(
            cost, constraints=self.system, integrality=np.ones(cost.size), bounds=self.bounds
        )
        assert found.status == 0, found.message
        return abs(round(found.fun))


def given_away(attack, truth, k):
    """Return the groups, and the areas all but few of whose children take part, that are certain."""
    found = []
    for a, age in enumerate(attack.ages):
        for u in np.flatnonzero(truth[age].between(1, k - 1)):
            goal = min(k, attack.living(u, age), attack.totals[age])
            if attack.extreme([u + a * attack.n]) < goal:
                found.append((truth.index[u], age))
        for name, table in attack.children.items():
            sums = truth[age].groupby(attack.units[name]).sum().reindex(table.index).fillna(0)
            for key in table.index[(table[age] - sums < k) & (table[age] > 0)]:
                least = attack.extreme(attack.members(name, key, age), most=False)
                if table.at[key, age] - least < min(
                    k, table.at[key, age], attack.others[name][age]
                ):
                    found.append((name, key, age))
    return found


def true_cells(truth, units, children):
    """Return (area set, key, age) -> true number, for every area and age group and their sums."""
    found = {}
    for name, table in children.items():
        sums = truth.groupby(units[name]).sum().reindex(table.index).fillna(0.0)
        sums["all"] = sums.sum(axis=1)
        found |= {(name, str(key), age): n for (key, age), n in sums.stack().items()}
    return pd.Series(found)
