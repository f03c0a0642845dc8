"""From linked registrations to counts per area, age and offer: two measures, never mixed.

``distinct_children`` counts each child once, where it lives; ``bookings`` counts registrations, and
one child may have many. Both come with the area of the child, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.participation_release import CITY
from sozialraum.privacy.participation.duplicates import Children
from sozialraum.privacy.participation.pseudonyms import most_frequent
from sozialraum.privacy.participation.reach import Astray, Shares, share_moved
from sozialraum.privacy.raw_counts import RawCounts

_MEASURES = ["distinct_children", "low", "high", "bookings"]


@dataclass(frozen=True, eq=False)
class Counted:
    """What is left of the registrations: counts, and nothing about a child.

    Parameters
    ----------
    units : raw counts per combination of the area sets and age group: one column per area set and
        ``age`` (None = not known or of no group), ``distinct_children``, ``low``, ``high``,
        ``bookings``; low and high enclose the number of children as far as spelling leaves doubt
    offers : raw counts per offer, of children of the age groups: ``distinct_children``,
        ``bookings``
    area_sets : names of the area sets
    astray : (area set, whether by age) -> shares of the children that are counted in a wrong cell
        or in none
    """

    units: RawCounts
    offers: RawCounts
    area_sets: tuple[str, ...]
    astray: Shares


def age_groups(
    birth_date: pd.Series, day: pd.Timestamp, groups: Mapping[str, tuple[int, int]]
) -> pd.Series:
    """Return the age group of each birthday on `day`; "" outside all groups, None for no birthday.

    Parameters
    ----------
    groups : name -> first and last age in completed years

    Examples
    --------
    >>> birth = pd.Series(pd.to_datetime(["2018-12-31", "2019-01-01", None]))
    >>> age_groups(birth, pd.Timestamp("2024-12-31"), {"6-9": (6, 9), "3-5": (3, 5)}).tolist()
    ['6-9', '3-5', None]
    >>> age_groups(birth, pd.Timestamp("2024-12-31"), {"6-9": (6, 9)}).tolist()
    ['6-9', '', None]
    """
    before = (birth_date.dt.month * 100 + birth_date.dt.day) > day.month * 100 + day.day
    age = day.year - birth_date.dt.year - before
    found = np.where(birth_date.isna(), None, "").astype(object)
    for name, (first, last) in groups.items():
        found[((age >= first) & (age <= last)).to_numpy()] = name
    return pd.Series(found, birth_date.index, dtype=object)


def count_participation(
    children: Children, areas: pd.DataFrame, age_group: pd.Series, offer: pd.Series
) -> Counted:
    """Count children and bookings; names, birthdays and addresses are not asked for any more.

    Parameters
    ----------
    children : of `find_children`
    areas : (n_records, n_area_sets) area key, None where the address has no area
    age_group : (n_records,) of `age_groups`
    offer : (n_records,) key of the offer

    Returns
    -------
    Counted. A child whose registrations name several areas or ages counts where most of them say.
    """
    areas, likely, lenient, strict, age_group, offer = aligned(
        "count_participation", areas=areas, likely=children.likely, lenient=children.lenient,
        strict=children.strict, age_group=age_group, offer=offer,
    )  # fmt: skip
    keys = [*areas.columns, "age"]
    place = areas.assign(age=age_group.to_numpy())
    # all columns of a child must come from one place: combinations are numbered
    code = place.groupby(keys, dropna=False, sort=True).ngroup()
    combination = place.assign(code=code).drop_duplicates("code").set_index("code").sort_index()
    known = place[keys].notna().all(axis=1) & (place["age"] != "")
    views = {
        name: _homes(labels, code, known)
        for name, labels in (
            ("distinct_children", likely),
            ("low", lenient),
            ("high", strict),
        )
    }
    units = pd.DataFrame({name: home.value_counts() for name, home in views.items()})
    at_home = likely.map(views["distinct_children"])
    units["bookings"] = at_home.value_counts()
    units = units.reindex(combination.index).fillna(0.0).astype(float)
    units["low"] = np.minimum(units["low"], units["distinct_children"])
    units["high"] = np.maximum(units["high"], units["distinct_children"])
    told = pd.concat([combination[keys].replace("", None), units[_MEASURES]], axis=1)
    return Counted(
        units=RawCounts(told.reset_index(drop=True)),
        offers=RawCounts(_by_offer(likely, offer, at_home.map(told["age"]).notna())),
        area_sets=tuple(map(str, areas.columns)),
        astray=_astray(likely, place, combination, units["distinct_children"]),
    )


def _astray(
    child: pd.Series, place: pd.DataFrame, combination: pd.DataFrame, counted: pd.Series
) -> Shares:
    """Return the shares of children in a wrong cell or in none, per area set and with ages."""
    found = {}
    for name in (CITY, *place.columns.drop("age")):
        for by_age in (False, True):
            moved = share_moved(child, _cells(place, name, by_age=by_age))
            cell = _cells(combination, name, by_age=by_age)
            of_age = counted[cell != ""]
            absent = of_age[cell[of_age.index].isna()].sum() / max(of_age.sum(), 1.0)
            found[name, by_age] = Astray(moved, float(absent))
    return found


def _cells(place: pd.DataFrame, area_set: str, *, by_age: bool) -> pd.Series:
    """Return the cell of each row; None where area or age is not known, "" outside the ages."""
    area = pd.Series("", place.index, dtype=object) if area_set == CITY else place[area_set]
    inside = area + "|" + (place["age"] if by_age else "")
    return inside.where(place["age"].notna(), None).mask(place["age"] == "", "")


def _homes(child: pd.Series, code: pd.Series, known: pd.Series) -> pd.Series:
    """Return the combination of each child, from its registrations with area and age if any."""
    best = most_frequent(child, code.where(known).astype("Int64").astype(object))
    rest = most_frequent(child, code.astype(object))
    return best.where(best.notna(), rest.reindex(best.index)).astype(int)


def _by_offer(child: pd.Series, offer: pd.Series, of_age: pd.Series) -> pd.DataFrame:
    """Return children and bookings per offer, of the children that belong to an age group."""
    frame = pd.DataFrame({"child": child.to_numpy(), "offer": offer.to_numpy()})
    groups = frame[of_age.to_numpy()].groupby("offer", sort=True)["child"]
    found = pd.DataFrame({"distinct_children": groups.nunique(), "bookings": groups.size()})
    return found.astype(float)
