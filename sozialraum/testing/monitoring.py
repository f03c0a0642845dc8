"""What the example city watches over time: stations of education, arrivals, children."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
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
LAST, PAST = 2024, 9  # years before the last one
AGES, GRADES = 11, 4
_COHORTS = 49  # of the random numbers, too
_STAY = 0.99  # of the children of an area who are still there a year later
_UNDER3 = 0.3  # of the places of a Kita


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


def count_cohorts(city: City) -> pd.DataFrame:
    """Return the children of each Sprengel by Stichtag and age: stichtag, gebiet, alter, anzahl.

    The last year is that of the persons of the city; earlier ones follow from the same cohorts, who
    were younger then, with moves.
    """
    children, rng = city.people.children, np.random.default_rng([city.seed, _COHORTS])
    here = children[children[f"here_{LAST}"]]
    keys = sorted(city.sprengel.index)
    home = city.addresses["sprengel"].map({k: n for n, k in enumerate(keys)}).to_numpy()
    now = np.zeros((len(keys), 18), dtype=np.int64)
    np.add.at(now, (home[here["address"]], here[f"age_{LAST}"].clip(upper=17)), 1)
    rows = []
    for back in range(PAST, -1, -1):
        older = now[:, back : back + AGES].astype(float)
        older = np.pad(older, ((0, 0), (0, AGES - older.shape[1])), mode="edge")
        there = older / _STAY**back
        counted = older if back == 0 else rng.normal(there, np.sqrt(0.05 * back * there + 0.01))
        rows.append(np.maximum(np.round(counted), 0).astype(np.int64))
    names = ["stichtag", "gebiet", "alter"]
    days = [f"{LAST - back}-12-31" for back in range(PAST, -1, -1)]
    index = pd.MultiIndex.from_product([days, keys, range(AGES)], names=names)
    return pd.DataFrame({"anzahl": np.stack(rows).ravel()}, index=index).reset_index()


def count_pupils(city: City, register: pd.DataFrame) -> pd.DataFrame:
    """Return the pupils of each school by school year and class: schuljahr, schule, klasse, anzahl.

    Parameters
    ----------
    city : its persons give the last year
    register : of `count_cohorts`
    """
    children, rng = city.people.children, np.random.default_rng([city.seed, _COHORTS, 1])
    grade, at = school_years(children, LAST), children[f"school_{LAST}"]
    schools = list(city.schools.index)
    now = np.zeros((len(schools), GRADES), dtype=np.int64)
    pupil = (at >= 0) & grade.between(0, GRADES - 1)
    np.add.at(now, (at[pupil], grade[pupil]), 1)
    wide = register.pivot_table("anzahl", "gebiet", ["stichtag", "alter"])
    last = wide[f"{LAST}-12-31"].reindex(city.schools["sprengel"]).to_numpy(float)
    tables = []
    for back in range(PAST, -1, -1):
        ages = wide[f"{LAST - back}-12-31"].reindex(city.schools["sprengel"]).to_numpy(float)
        shares = now / np.maximum(last[:, 6 : 6 + GRADES], 1.0)
        usual = shares * ages[:, 6 : 6 + GRADES]
        drawn = now if back == 0 else rng.normal(usual, np.sqrt(0.15 * usual + 0.01))
        tables.append(np.maximum(np.round(drawn), 0).astype(np.int64))
    years = [f"{LAST - back}/{(LAST - back + 1) % 100:02d}" for back in range(PAST, -1, -1)]
    names = ["schuljahr", "schule", "klasse"]
    index = pd.MultiIndex.from_product([years, schools, range(1, GRADES + 1)], names=names)
    return pd.DataFrame({"anzahl": np.stack(tables).ravel()}, index=index).reset_index()


def make_kitas(city: City) -> gpd.GeoDataFrame:
    """Return a Kita beside each school: name, plaetze, plaetze_u3; in some areas too few."""
    rng = np.random.default_rng([city.seed, _COHORTS, 2])
    truth = city.truth.loc[f"{LAST}-12-31"].reindex(city.schools["sprengel"])
    wanted = (truth["kinder_u3"] * 0.4 + truth["kinder_3_5"] * 0.95).to_numpy(float)
    share = wanted / city.schools.groupby("sprengel")["name"].transform("size").to_numpy()
    places = np.ceil(share * rng.uniform(0.75, 1.1, len(share)) / 5) * 5
    table = {
        "name": "Kita " + city.schools["name"],
        "plaetze": places.astype(int),
        "plaetze_u3": (np.round(places * _UNDER3 / 5) * 5).astype(int),
    }
    moved = city.schools.geometry.translate(40.0, 30.0)
    index = pd.Index([f"K{n:02d}" for n in range(1, len(share) + 1)], name="kita")
    frame = pd.DataFrame(table).set_axis(index)
    return gpd.GeoDataFrame(frame, geometry=moved.to_numpy(), crs=city.schools.crs)


def with_all_day(city: City) -> gpd.GeoDataFrame:
    """Return the schools with ``ganztagsplaetze``: for about half of their pupils."""
    rng = np.random.default_rng([city.seed, _COHORTS, 3])
    there = _all_day(city.schools[f"schueler_{LAST}"].to_numpy(float), rng)
    return city.schools[["name", "sprengel", "geometry"]].assign(ganztagsplaetze=there)[
        ["name", "sprengel", "ganztagsplaetze", "geometry"]
    ]


def _all_day(pupils: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    return (np.round(pupils * rng.uniform(0.4, 0.75, len(pupils)) / 5) * 5).astype(np.int64)


# kind -> ages and weekdays it is offered for, one after the other
_OFFERED = {
    "ferienangebot": (("6", "10"), ("8", "14")),
    "jugendzentrum": (("12", "17"), ("14", "18")),
    "familienzentrum": (("0", "3"), ("", "6")),
}
_WEEKS = ("Mo-Fr", "Mo, Mi", "dienstags und donnerstags", "täglich", "Fr, Sa")
_LANGUAGES = ("Deutsch", "Deutsch, Türkisch", "Deutsch, Ukrainisch, Arabisch")
_FOR = ("alle", "Familien", "Alleinerziehende")


def list_offers(city: City) -> pd.DataFrame:
    """Return the offers as a town lists them, index angebot: ages, days, address, link, place."""
    offers = city.offers
    rows = []
    for n, (key, offer) in enumerate(offers.iterrows()):
        low, high = _OFFERED[offer["art"]][n % 2]
        rows.append({
            "angebot": key, "name": offer["name"], "art": offer["art"].capitalize(),
            "alter_von": low, "alter_bis": high, "tage": _WEEKS[n % len(_WEEKS)],
            "adresse": offer["name"].partition(" ")[2], "fuer_wen": _FOR[n % len(_FOR)],
            "sprachen": _LANGUAGES[n % len(_LANGUAGES)],
            "link": f"https://musterstadt.example/angebote/{key}",
            "ost": round(offer.geometry.x, 1), "nord": round(offer.geometry.y, 1),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("angebot")
