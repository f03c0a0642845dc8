"""From linked registrations to counts per area, age and offer: two measures, never mixed.

Children count once, where they live; bookings count registrations, and one child may have many.
Both come with the area of the child, so that they can be compared: bookings as those beyond the
first of each child, so that neither says how many the other are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.participation_release import CHILDREN, MORE, CountedChildren
from sozialraum.model.protected import RawCounts
from sozialraum.sources.registrations.duplicates import Children
from sozialraum.sources.registrations.pseudonyms import most_frequent

_MOST_LIKELY_WRONG = 2  # with three registrations and more, the others outvote the wrong one


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
    children: Children,
    areas: pd.DataFrame,
    age_group: pd.Series,
    offer: pd.Series,
    *,
    units: pd.DataFrame,
    ages: Sequence[str],
) -> CountedChildren:
    """Count children and bookings; names, birthdays and addresses are not asked for any more.

    Parameters
    ----------
    children : of `find_children`
    areas : (n_records, n_area_sets) area key, None where the address has no area
    age_group : (n_records,) of `age_groups`
    offer : (n_records,) key of the offer; "" of one that is in no list
    units : (n_units, n_area_sets) every combination of areas in which a house lies
    ages : names of the age groups

    Returns
    -------
    Counted. A child whose registrations name several areas or ages counts where most of them say.
    Children whose area or age group is not known are in no unit; `quality` says how many they are.
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
    homes = {
        name: _homes(labels, code, known)
        for name, labels in (("likely", likely), ("lenient", lenient), ("strict", strict))
    }
    counted = combination.index.to_series().map(homes["likely"].value_counts()).fillna(0.0)
    at_home = likely.map(homes["likely"])
    booked = combination.index.to_series().map(at_home.value_counts()).fillna(0.0)
    told = combination.assign(**{CHILDREN: counted, MORE: booked - counted})
    return CountedChildren(
        cases=RawCounts(_by_unit(told, units, ages)),
        units=units,
        offers=RawCounts(
            _by_offer(likely, offer, at_home.map(combination["age"]).isin(ages)).to_frame(CHILDREN)
        ),
        quality=RawCounts(_quality(homes, likely, place, combination, ages).to_frame(CHILDREN)),
    )


def _by_unit(counted: pd.DataFrame, units: pd.DataFrame, ages: Sequence[str]) -> pd.DataFrame:
    """Return the counts of every unit; combinations without area or age group are left out."""
    sets = list(units.columns)
    number = units.dropna().rename_axis("unit").reset_index()
    placed = counted[counted["age"].isin(ages)].merge(number, on=sets, how="inner")
    columns = pd.MultiIndex.from_product([[CHILDREN, MORE], ages])
    sums = placed.groupby(["unit", "age"])[[CHILDREN, MORE]].sum().unstack("age")
    return sums.reindex(index=units.index, columns=columns).fillna(0.0)


def _quality(
    homes: Mapping[str, pd.Series],
    child: pd.Series,
    place: pd.DataFrame,
    combination: pd.DataFrame,
    ages: Sequence[str],
) -> pd.Series:
    """Return numbers of children and registrations that say how well was counted."""
    inside = combination["age"].isin(ages)
    n = {name: float(home.map(inside).sum()) for name, home in homes.items()}
    found = {"merged": n["likely"] - n["lenient"], "split": n["strict"] - n["likely"]}
    home = homes["likely"]
    for by_age in (False, True):
        cell = _cells(combination, by_age=by_age)
        of_age = home.map(cell != "")
        found[f"absent_{_kind(by_age)}"] = float((of_age & home.map(cell).isna()).sum())
    for name in place.columns.drop("age"):
        for by_age in (False, True):
            counts = contradictions(child, _cells(place, by_age=by_age, area_set=name))
            found |= {f"{k}_{name}_{_kind(by_age)}": float(v) for k, v in counts.items()}
    return pd.Series(found).clip(lower=0.0)


def _kind(by_age: bool) -> str:
    return "age" if by_age else "all"


def _cells(place: pd.DataFrame, *, by_age: bool, area_set: str | None = None) -> pd.Series:
    """Return the cell of each row; None where area or age is not known, "" outside the ages."""
    name = next(iter(place.columns)) if area_set is None else area_set
    inside = place[name] + "|" + (place["age"] if by_age else "")
    return inside.where(place["age"].notna(), None).mask(place["age"] == "", "")


def _homes(child: pd.Series, code: pd.Series, known: pd.Series) -> pd.Series:
    """Return the combination of each child, from its registrations with area and age if any."""
    best = most_frequent(child, code.where(known).astype("Int64").astype(object))
    rest = most_frequent(child, code.astype(object))
    return best.where(best.notna(), rest.reindex(best.index)).astype(int)


def _by_offer(child: pd.Series, offer: pd.Series, of_age: pd.Series) -> pd.Series:
    """Return children per offer, of the children that belong to an age group."""
    frame = pd.DataFrame({"child": child.to_numpy(), "offer": offer.to_numpy()})
    groups = frame[of_age.to_numpy()].groupby("offer", sort=True)["child"]
    return groups.nunique().astype(float)


def contradictions(child: pd.Series, cell: pd.Series) -> dict[str, int]:
    """Count how often the registrations of one child contradict each other.

    Parameters
    ----------
    child : (n_records,) number of the child
    cell : (n_records,) cell that each registration names; NaN where it names none

    Returns
    -------
    ``pairs`` of neighbouring registrations of one child, ``differs``: of them, those that name two
    cells, ``seen``: children that name a cell, ``few``: of them, those that register once or twice.

    Examples
    --------
    >>> child = pd.Series([1, 1, 2, 3, 3, 3])
    >>> contradictions(child, pd.Series(["a", "b", "a", "b", "b", "b"]))
    {'pairs': 3, 'differs': 1, 'seen': 3, 'few': 2}
    """
    child, cell = aligned("contradictions", child=child, cell=cell)
    told = pd.DataFrame({"child": child.to_numpy(), "cell": cell.to_numpy()}).dropna()
    told = told.sort_values("child", kind="stable")
    one = told["child"].to_numpy()
    pair = one[1:] == one[:-1]
    differs = pair & (told["cell"].to_numpy()[1:] != told["cell"].to_numpy()[:-1])
    often = told["child"].value_counts()
    few = int((often <= _MOST_LIKELY_WRONG).sum())
    return {
        "pairs": int(pair.sum()), "differs": int(differs.sum()), "seen": len(often), "few": few
    }  # fmt: skip
