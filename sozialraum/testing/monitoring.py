"""What the example city watches over time: stations of education by group, arrivals in day care."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.testing.counts import school_years
from sozialraum.testing.people import YEARS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.testing.city import City

MONTHS = 36  # January 2022 to December 2024
# in the last months of this Sprengel twice as many families come: what a warning must find
RISING, RISES_FROM = "11", 33
_YEARLY_SHARE = 0.22  # of the children under 6 who enter a Kita in a year
_STREAM = 48  # of the random numbers: the rest of the city does not depend on them


def count_stations(city: City) -> pd.DataFrame:
    """Return children per station and group, index (stichtag, sprengel).

    Columns end in ``_mit`` (family with migration history) and ``_ohne``: ``u3`` and ``krippe``,
    ``schulanfaenger``, ``kita`` (more than three years of it) and ``deutsch`` (no need of language
    support), ``klasse4`` and ``gymnasium`` (recommended for it).
    """
    keys = sorted(city.sprengel.index)
    of_address = city.addresses["sprengel"].map({key: n for n, key in enumerate(keys)})
    children, tables = city.people.children, []
    home = of_address.to_numpy()[children["address"]]
    for year in YEARS:
        columns = {}
        for group, own in (("mit", children["migration"]), ("ohne", ~children["migration"])):
            for name, there in _stations(children, year).items():
                at = home[(there & own).to_numpy()]
                columns[f"{name}_{group}"] = np.bincount(at, minlength=len(keys))
        tables.append(pd.DataFrame(columns, index=pd.Index(keys, name="sprengel")))
    return pd.concat(tables, keys=[f"{y}-12-31" for y in YEARS], names=["stichtag", "sprengel"])


def _stations(children: pd.DataFrame, year: int) -> dict[str, pd.Series]:
    here = children[f"here_{year}"]
    u3 = here & (children[f"age_{year}"] < 3)
    school = here & (school_years(children, year) == 0)
    recommended = children[f"recommendation_{year}"]
    return {
        "u3": u3,
        "krippe": u3 & children["in_nursery"],
        "schulanfaenger": school,
        "kita": school & ~children["kita_short"],
        "deutsch": school & ~children["needs_german"],
        "klasse4": recommended.ne(""),
        "gymnasium": recommended.eq("gymnasium"),
    }


def count_arrivals(city: City) -> pd.DataFrame:
    """Return how many children entered a Kita, month by month.

    Columns monat ("2024-12"), sprengel, kinder_u6 (children under 6) and zugaenge; in August most
    begin.
    """
    truth = city.truth.loc["2024-12-31"]
    persons = truth["kinder_u3"] + truth["kinder_3_5"]
    rng = np.random.default_rng([city.seed, _STREAM])
    usual = persons.to_numpy(float) * _YEARLY_SHARE * _season()[:, None]
    rising = persons.index.to_numpy() == RISING
    usual[RISES_FROM:, rising] *= 2.0
    arrivals: NDArray[np.int64] = rng.poisson(usual)
    months = [f"{2022 + m // 12}-{m % 12 + 1:02d}" for m in range(MONTHS)]
    rows = [
        {"monat": month, "sprengel": key, "kinder_u6": n, "zugaenge": arrivals[m, a]}
        for m, month in enumerate(months)
        for a, (key, n) in enumerate(persons.items())
    ]
    return pd.DataFrame(rows)


def _season() -> NDArray[np.float64]:
    """Return the share of a year's arrivals that comes in each month."""
    weight = np.ones(12)
    weight[[7, 8]] = 4.0, 2.5
    return np.tile(weight / weight.sum(), MONTHS // 12)
