"""Random small cities: counts, bases, areas, rules, and which columns are sums of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import Protection, protect
from sozialraum.privacy.rules import DisclosureRules

DAY = "2024-12-31"


@dataclass(frozen=True, eq=False)
class City:
    """A city as the office has it.

    Parameters
    ----------
    cases, base : (n_units, n_variables) persons
    places : set of areas -> area of each unit
    rules : of disclosure control
    sums : variable -> parts it is the sum of; "rest" variables are the base less their part
    """

    cases: pd.DataFrame
    base: pd.DataFrame
    places: dict[str, pd.Series]
    rules: DisclosureRules
    sums: dict[str, dict[str, int]]

    def protect(self) -> Protection:
        """Return what disclosure control makes of it."""
        counts = CaseCounts(DAY, self.cases, self.base)
        return protect([counts], self.places, publish=[*self.places], rules=self.rules)


def random_city(seed: int) -> City:
    """Return 3 to 10 areas of few to many children, sometimes with a crossing second set.

    One city in four has a second set of areas, some of them a third; one in three a column that is
    the sum of two others, one in three a column of those not counted in another.
    """
    rng = np.random.default_rng((seed, 14))
    k, areas = int(rng.choice([3, 5, 10])), int(rng.integers(3, 11))
    crossing = rng.random() < 0.25
    units = areas * int(rng.integers(2, 4)) if crossing else areas
    keys = pd.Index([f"{n:03d}" for n in range(units)])
    people = rng.lognormal(rng.uniform(2.5, 4.5), 0.8, units).astype(int) + 1
    cases, base, sums = {}, {}, {}
    for v in range(int(rng.integers(1, 4))):
        rate = rng.beta(1, rng.choice([2, 8, 20]))
        spread = np.clip(rate * rng.lognormal(0, 0.5, units), 0, 1)
        cases[f"v{v}"], base[f"v{v}"] = rng.binomial(people, spread), people
    if len(cases) > 1 and rng.random() < 1 / 3:
        cases["sum"], base["sum"] = cases["v0"] + cases["v1"], 2 * people
        sums["sum"] = {"v0": 1, "v1": 1}
    if rng.random() < 1 / 3:
        cases["rest"], base["rest"] = people - cases["v0"], people
        sums["rest"] = {"v0": -1}
    places = {"a": pd.Series(np.arange(units) % areas, keys)}
    if crossing:
        places["b"] = pd.Series(rng.integers(0, max(2, areas - 2), units), keys)
    if crossing and rng.random() < 0.3:
        places["c"] = pd.Series(rng.integers(0, 3, units), keys)
    places = {name: zones.map("{:02d}".format).astype(object) for name, zones in places.items()}
    frames = [pd.DataFrame(c, keys).astype(float) for c in (cases, base)]
    return City(*frames, places, DisclosureRules(minimum=k), sums)
