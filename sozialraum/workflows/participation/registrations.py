"""Registrations to counts: read, placed, linked, counted and forgotten, inside the shield."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sozialraum.config.participation import ParticipationPlan
from sozialraum.model import Problem
from sozialraum.model.addresses import normalise_postcode, normalise_street, split_house_number
from sozialraum.model.errors import DataError
from sozialraum.sources.registrations.counting import (
    CountedChildren,
    age_groups,
    count_participation,
)
from sozialraum.sources.registrations.duplicates import find_children
from sozialraum.sources.registrations.pseudonyms import PseudonymKey, make_pseudonyms
from sozialraum.space.addressing.address_register import make_register
from sozialraum.space.addressing.addresses import AddressMatch, match_addresses
from sozialraum.texts import problem
from sozialraum.workflows.participation.record_rows import read_text, row_words

_TUPLE = "\x1f"  # between the areas of one house; in no key
_OLDEST = 80  # years; "16" read as 1916 is a child of more than a hundred


@dataclass(frozen=True, eq=False, repr=False)
class Inside:
    """What leaves the shield: counts and notes, no record.

    Parameters
    ----------
    counted : raw counts
    matching : reason -> number of registrations
    problems : without cells of any record
    pseudonyms : per child, if a key was given
    """

    counted: CountedChildren
    matching: pd.Series
    problems: tuple[Problem, ...]
    pseudonyms: pd.Series | None


def count_registrations(
    plan: ParticipationPlan,
    children: Mapping[str, pd.DataFrame],
    offers: Mapping[str, str],
    key: PseudonymKey | None,
    progress: Callable[[str], None],
) -> Inside:
    """Read, place, link, count; every record is gone when this returns."""
    progress("read")
    records = _records(plan)
    progress("match")
    match, units, notes = _match(plan, records)
    areas = _area_columns(plan, match.area)
    _expect_areas(areas, children)
    progress("children")
    birth = _birth_dates(records["birth_date"])
    address = _address_keys(records)
    linked = find_children(records["given_name"], records["surname"], birth, address)
    groups = age_groups(birth, pd.Timestamp(plan.stichtag), plan.ages)
    progress("count")
    pseudonyms = None
    if key is not None:
        names = (records["given_name"], records["surname"], birth)
        pseudonyms = make_pseudonyms(linked.likely, *names, key=key)
    return Inside(
        counted=count_participation(
            linked,
            areas,
            groups,
            records["offer"].where(records["offer"].isin([*offers]), ""),
            units=_with_lone_areas(units, children),
            ages=[*plan.ages],
        ),
        matching=match.counts(),
        problems=(*notes, *_notes(records, birth, groups, offers, plan.stichtag)),
        pseudonyms=pseudonyms,
    )


def _records(plan: ParticipationPlan) -> pd.DataFrame:
    """Return the registrations as text under our names; index = row of the file."""
    columns = {k: v for k, v in plan.records.columns.model_dump().items() if v is not None}
    table = read_text(plan, plan.records, list(columns.values()))
    if table.empty:
        raise DataError(problem("participation.no_records", file=Path(plan.records.file).name))
    return pd.DataFrame({ours: table[theirs] for ours, theirs in columns.items()})


def _match(
    plan: ParticipationPlan, records: pd.DataFrame
) -> tuple[AddressMatch, pd.DataFrame, tuple[Problem, ...]]:
    """Place every registration; a house that lies in other areas than its twin is ambiguous.

    Returns
    -------
    The match, every combination of areas in which a house lies, and notes on the register.
    """
    columns = plan.register_.columns.model_dump()
    keys = [areas.column for areas in plan.areas.values()]
    wanted = [c for c in columns.values() if c is not None] + keys
    houses = read_text(plan, plan.register_, list(dict.fromkeys(wanted)))
    zones = zip(*(houses[k] for k in keys), strict=True)
    places = [_TUPLE.join(row) if all(row) else "" for row in zones]
    houses = houses.assign(**{_TUPLE: places})
    register = make_register(houses, area=_TUPLE, **columns)
    has = {c: c for c in ("suffix", "postcode") if c in records}
    match = match_addresses(records, register, threshold=plan.register_.threshold, **has)
    units = sorted({place for place in places if place})
    inside = _area_columns(plan, pd.Series(units, units, dtype=object))
    return match, inside, register.problems


def _with_lone_areas(units: pd.DataFrame, children: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the units with one for every area in which no house lies; it is in no other set."""
    lone = [
        pd.DataFrame({name: keys}, [f"{name}{_TUPLE}{key}" for key in keys], dtype=object)
        for name, table in children.items()
        if (keys := [str(k) for k in table.index if str(k) not in set(units[name])])
    ]
    return pd.concat([units, *lone])[list(units.columns)] if lone else units


def _area_columns(plan: ParticipationPlan, place: pd.Series) -> pd.DataFrame:
    """Return the area of each registration in every area set; None without an area."""
    parts = [(p.split(_TUPLE) if p is not None else [None] * len(plan.areas)) for p in place]
    return pd.DataFrame(parts, columns=list(plan.areas), index=place.index, dtype=object)


def _expect_areas(areas: pd.DataFrame, children: Mapping[str, pd.DataFrame]) -> None:
    found = []
    for name, table in children.items():
        unknown = sorted(set(areas[name].dropna()) - set(table.index))
        if unknown:
            keys = ", ".join(unknown[:5])
            found.append(problem("participation.unknown_areas", key=name, keys=keys))
    if found:
        raise DataError(found)


def _address_keys(records: pd.DataFrame) -> pd.Series:
    """Return one text per address, in one spelling; "" where none is stated."""
    letter = records["suffix"] if "suffix" in records else pd.Series("", records.index)
    code = records["postcode"] if "postcode" in records else pd.Series("", records.index)
    houses = zip(records["street"], records["house_number"], letter, code, strict=True)
    streets = {street: normalise_street(street) for street in records["street"].unique()}
    keys = []
    for street, house, suffix, postcode in houses:
        number_ = split_house_number(house, suffix)
        name = streets[street]
        plain = (name, number_.number, number_.suffix, normalise_postcode(postcode))
        keys.append("|".join(map(str, plain)) if name and number_.number else "")
    return pd.Series(keys, records.index)


def _birth_dates(written: pd.Series) -> pd.Series:
    """Return birthdays; NaT for what is neither 2016-05-31 nor 31.05.2016."""
    day = written.str.strip().str.slice(0, 10)
    iso = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    return iso.fillna(pd.to_datetime(day, format="%d.%m.%Y", errors="coerce"))


def _notes(
    records: pd.DataFrame,
    birth: pd.Series,
    groups: pd.Series,
    offers: Mapping[str, str],
    day: dt.date,
) -> list[Problem]:
    """Return what is wrong with the registrations: rows and numbers, no cell."""
    found = []
    nameless = (records["given_name"].str.strip() == "") | (records["surname"].str.strip() == "")
    bad = records.index[nameless | birth.isna()]
    if len(bad):
        rows = row_words(bad)
        found.append(problem("participation.unreadable_rows", "warning", n=len(bad), rows=rows))
    age = day.year - birth.dt.year
    odd = birth.index[(age < 0) | (age > _OLDEST)]
    if len(odd):
        rows = row_words(odd)
        found.append(problem("participation.other_century", "warning", n=len(odd), rows=rows))
    if (groups == "").any():
        found.append(problem("participation.outside_ages", "note"))
    unlisted = records.index[~records["offer"].isin([*offers])]
    if not offers:
        found.append(problem("participation.no_offer_list", "warning"))
    elif len(unlisted):
        found.append(
            problem(
                "participation.unknown_offers", "warning", n=len(unlisted), rows=row_words(unlisted)
            )
        )
    return found
