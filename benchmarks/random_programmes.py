"""Random programmes: who takes part, in crossing areas; and pairs that are protected alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.model.participation_release import CHILDREN, MORE, CountedChildren
from sozialraum.model.protected import RawCounts
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.participation.releasing import ReleasedProgramme, release_programme

DAY = "2024-12-31"
OFFERS = [f"A{n:02d}" for n in range(24)]
_TRIES = 60
Programme = tuple[pd.DataFrame, pd.Series, pd.DataFrame, dict[str, pd.DataFrame]]


def random_programme(
    seed: int, sets: int = 2, ages: tuple[str, ...] = ("6-9", "10-14")
) -> Programme:
    """Return true children, further bookings, areas of the units, children who live there."""
    rng = np.random.default_rng(seed)
    names = ["bezirke", "sprengel", "viertel"][:sets]
    number = [int(rng.integers(3, 9)) for _ in names]
    n = int(rng.integers(6, 22))
    places = {
        s: [f"{s[0]}{rng.integers(m)}" for _ in range(n)]
        for s, m in zip(names, number, strict=True)
    }
    units = pd.DataFrame(places).drop_duplicates().astype(object)
    units.index = [f"u{k}" for k in range(len(units))]
    size = rng.choice([3, 8, 15, 30, 60, 90], (len(units), len(ages)))
    share = rng.choice([0.02, 0.1, 0.3, 0.6, 0.97], (len(units), 1))
    truth = pd.DataFrame(rng.binomial(size, share), units.index, list(ages))
    often = rng.choice([0.1, 0.8, 2.0])
    more = pd.Series(rng.poisson(truth.sum(axis=1) * often), units.index)
    living = pd.DataFrame(size, units.index, list(ages)).astype(float)
    return truth, more, units, {s: living.groupby(units[s]).sum() for s in names}


def counted_of(
    truth: pd.DataFrame,
    units: pd.DataFrame,
    more: pd.Series | None = None,
    offers: dict[str, float] | None = None,
) -> CountedChildren:
    """Return counts as registrations leave them: (n_units, n_ages) children, further bookings."""
    further = pd.DataFrame(0.0, truth.index, truth.columns)
    further[truth.columns[0]] = 0.0 if more is None else more
    cases = pd.concat({CHILDREN: truth.astype(float), MORE: further}, axis=1)
    told = pd.Series(offers or {}, dtype=float).to_frame(CHILDREN)
    quality = quality_of(truth, list(units.columns))
    return CountedChildren(RawCounts(cases), units, RawCounts(told), RawCounts(quality))


def quality_of(truth: pd.DataFrame, sets: list[str]) -> pd.DataFrame:
    """Return numbers about a programme in which nothing went wrong."""
    n = float(truth.to_numpy().sum())
    found = {"merged": 0.0, "split": 0.0, "absent_all": 0.0, "absent_age": 0.0}
    for kind in (f"{name}_{k}" for name in sets for k in ("all", "age")):
        found |= {f"pairs_{kind}": n, f"differs_{kind}": 0.0, f"seen_{kind}": n, f"few_{kind}": n}
    return pd.Series(found).to_frame(CHILDREN)


def alike(seed: int) -> tuple[ReleasedProgramme, ReleasedProgramme] | None:
    """Return two programmes whose protected counts are equal though their counts are not.

    One child, one booking and one visitor of an offer are somewhere else. None where no such pair
    is found.
    """
    rng = np.random.default_rng((seed, 3))
    truth, more, units, children = random_programme(seed, sets=1 + seed % 2)
    rules = DisclosureRules(minimum=(3, 5)[seed % 2])
    total = float(truth.to_numpy().sum())
    offers = {key: float(rng.integers(0, max(total / 3, 2))) for key in [*OFFERS, ""]}

    def made(t: pd.DataFrame, m: pd.Series, o: dict[str, float]) -> ReleasedProgramme:
        return release_programme(
            counted_of(t, units, m, o), children, rules=rules, stichtag=DAY, title="Probe",
            offers=OFFERS,
        )  # fmt: skip

    first = made(truth, more, offers)
    for _ in range(_TRIES):
        moved, booked, visited = truth.copy(), more.copy(), dict(offers)
        age = str(rng.choice(truth.columns))
        one, other = rng.choice(truth.index, 2, replace=False)
        moved.loc[one, age] -= 1
        moved.loc[other, age] += 1
        booked[rng.choice(more.index)] += 1
        booked[rng.choice(more.index)] -= 1
        visited[str(rng.choice(OFFERS))] += 1
        visited[str(rng.choice(OFFERS))] -= 1
        if (moved < 0).any(axis=None) or (booked < 0).any() or min(visited.values()) < 0:
            continue
        second = made(moved, booked, visited)
        if _equal(first, second):
            return first, second
    return None


def _equal(one: ReleasedProgramme, other: ReleasedProgramme) -> bool:
    both = one.offers, other.offers
    offers = both[0] is both[1] is None or (None not in both and both[0].equals(both[1]))
    return one.protected.equals(other.protected) and offers and one.quality == other.quality
