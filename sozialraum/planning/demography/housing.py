"""Children of new dwellings: who moves in, year by year, beside those who live there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class HousingType:
    """What one dwelling brings, as the city has counted it.

    Parameters
    ----------
    persons : per dwelling
    occupancy : share of the dwellings that fill in the 1st, 2nd, … year
    profile : age -> share of the residents of that age by years since moving in; the last one stays
    citation : where that was counted
    """

    persons: float
    occupancy: tuple[float, ...] = (1.0,)
    profile: Mapping[int, tuple[float, ...]]
    citation: str


def children_of_dwellings(
    dwellings: Sequence[float] | np.ndarray, kind: HousingType, age: int
) -> np.ndarray:
    """Return the children of one age in dwellings finished in the years given, per year.

    ``H_t = Σ_s WE_s · Σ_u occupancy_u · persons · profile_age(t - s - u)``.

    Examples
    --------
    >>> kind = HousingType(persons=2.0, profile={6: (0.01, 0.02)}, citation="gezählt")
    >>> children_of_dwellings([50.0, 0.0, 0.0], kind, 6).tolist()
    [1.0, 2.0, 2.0]
    """
    built = np.asarray(dwellings, float)
    shares = kind.profile.get(age, (0.0,))
    by_year = np.zeros(len(built))
    for year in range(len(built)):
        for wait, share in enumerate(kind.occupancy):
            since = year - wait
            for finished in range(since + 1):
                there = shares[min(since - finished, len(shares) - 1)]
                by_year[year] += built[finished] * share * kind.persons * there
    return by_year
