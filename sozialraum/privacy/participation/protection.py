"""From raw counts to rates that may be shown: primary and complementary suppression, rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model import Problem, status_frame
from sozialraum.privacy.audit.complementary import protect_tables
from sozialraum.privacy.audit.rows import Row, Term, count_row, withheld
from sozialraum.privacy.participation.counting import Counted
from sozialraum.privacy.rounding import round_shares
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.suppression import suppression_status
from sozialraum.texts import problem

CITY = "city"
ALL_AGES = "all"
TENS = 10


@dataclass(frozen=True, eq=False)
class ProtectedParticipation:
    """What may be told of a programme.

    Parameters
    ----------
    areas : one row per area set, area and age group ("all" = all groups): columns ``area_set``,
        ``key``, ``age``, ``rate`` (distinct children / children), ``rate_low``, ``rate_high``,
        ``bookings_per_child`` (bookings / children) and ``status``; NaN where withheld
    offers : index offer; ``share_of_children`` (of all children that take part), ``share_of_
        bookings``, ``status``
    totals : children and bookings of the programme, rounded to tens; with the bounds of the count
    problems : areas with more participants than children
    """

    areas: pd.DataFrame
    offers: pd.DataFrame
    totals: dict[str, int]
    problems: tuple[Problem, ...]


def protect_participation(
    counted: Counted, children: Mapping[str, pd.DataFrame], *, rules: DisclosureRules
) -> ProtectedParticipation:
    """Return rates of all areas and age groups such that none gives a small group away.

    Parameters
    ----------
    counted : of `count_participation`
    children : per area set (n_areas, n_age_groups) children who could take part
    rules : what may be told about few persons

    Returns
    -------
    ProtectedParticipation. Every area and age group, their sums, and the city are one system: what
    could be found by subtracting is withheld too (`sozialraum.privacy.audit.complementary`), for
    children and for bookings, and both are withheld together. What remains is rounded: rates so
    that no count follows from them, bookings per child to one decimal.

    Raises
    ------
    NotProtectable
        If no choice of withheld values protects everybody.
    """
    units = counted.units.inside()
    cells = _cells(units, children)
    cells["status"] = _primary(cells, rules)
    for measure in ("distinct_children", "bookings"):
        cells["status"] = _complementary(cells, units, counted.area_sets, measure, rules)
    more = sorted({str(k) for k in cells.loc[cells["distinct_children"] > cells["base"], "key"]})
    told = (problem("participation.more_than_children", "warning", keys=", ".join(more[:5])),)
    return ProtectedParticipation(
        areas=_released(cells, rules),
        offers=_offers(counted.offers.inside(), units, rules),
        totals=_totals(units, rules),
        problems=told if more else (),
    )


def _cells(units: pd.DataFrame, children: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every cell of the publication with its raw counts and its base."""
    measures = ["distinct_children", "low", "high", "bookings"]
    first = next(iter(children.values()))
    tables = {**children, CITY: first.sum(min_count=1).to_frame(CITY).T}
    places = units.assign(**{CITY: CITY})
    found = []
    for name, base in tables.items():
        base = base.assign(**{ALL_AGES: base.sum(axis=1, min_count=base.shape[1])})
        counts = places[places["age"].notna()].groupby([name, "age"])[measures].sum()
        whole = counts.groupby(level=0).sum()
        whole.index = pd.MultiIndex.from_product([whole.index, [ALL_AGES]])
        both = pd.concat([counts, whole])
        long = base.rename_axis("key").stack().rename("base")
        cell = pd.DataFrame(long).join(both.rename_axis([long.index.names[0], None]), how="left")
        cell[measures] = cell[measures].fillna(0.0)
        cell.index.names = ["key", "age"]
        found.append(cell.reset_index().assign(area_set=name))
    return pd.concat(found, ignore_index=True)


def _primary(cells: pd.DataFrame, rules: DisclosureRules) -> pd.Series:
    """Return the status of each cell by its own count and base."""
    base = cells[["base"]].set_axis(["rate"], axis=1)
    value = cells[["distinct_children"]].set_axis(["rate"], axis=1) / base.where(base > 0)
    given = pd.DataFrame({"rate": np.where(value["rate"].isna(), "missing", "ok")}, cells.index)
    # more participants than children: the base is wrong, the rate means nothing
    given = given.mask(value > 1.0, "missing").mask(base == 0, "no_base")
    status = suppression_status(
        value,
        base,
        status_frame(given),
        minimum=rules.minimum,
        minimum_base=rules.minimum_base,
        value_base=rules.value_base,
        zeros=rules.zeros,
    )
    return status["rate"]


def _complementary(
    cells: pd.DataFrame,
    units: pd.DataFrame,
    area_sets: tuple[str, ...],
    measure: str,
    rules: DisclosureRules,
) -> pd.Series:
    """Return the status after withholding what could be found from other cells."""
    atoms = units[units["age"].notna() & (units["bookings"] > 0)]
    keys = atoms.index.astype(str)
    geographies = {}
    for name in (*area_sets, CITY):
        zone = atoms[name] if name != CITY else pd.Series(CITY, atoms.index)
        zone = zone.where(zone.notna(), np.nan)
        geographies[name] = zone.set_axis(keys)
        geographies[f"{name}|age"] = (zone + "|" + atoms["age"]).set_axis(keys)
    rows, numbers = [], []
    for number, cell in enumerate(cells.itertuples(index=False)):
        geography = cell.area_set if cell.age == ALL_AGES else f"{cell.area_set}|age"
        zone = cell.key if cell.age == ALL_AGES else f"{cell.key}|{cell.age}"
        if (geographies[geography] == zone).any():
            rows.append(_row(cell, Term(measure, geography, zone), measure, rules))
            numbers.append(number)
    counts = {(measure, ""): atoms[measure].set_axis(keys)}
    protection = protect_tables(
        rows,
        counts,
        geographies,
        minimum=rules.minimum,
        insiders=rules.insiders,
        may_hide_zeros=True,
    )
    status = cells["status"].astype(object).copy()
    for number, row in zip(numbers, protection.rows, strict=True):
        if status.iloc[number] == "ok" and row.forms[0].kind == "suppressed":
            status.iloc[number] = "suppressed_secondary"
    return status_frame(status.to_frame())["status"]


def _row(cell: object, term: Term, measure: str, rules: DisclosureRules) -> Row:
    """Return what is told of a cell: its count, or that it is withheld."""
    if cell.status == "ok":
        return count_row(term, getattr(cell, measure), minimum=rules.minimum, zeros=rules.zeros)
    # a base too small says nothing about the count; a withheld count is at least 1 by the rule
    rule = rules.zeros if cell.status.startswith("suppressed") else "suppress"
    return Row(f"{term.geography} {term.zone}", (term,), (withheld(rule, 0.0),))


def _released(cells: pd.DataFrame, rules: DisclosureRules) -> pd.DataFrame:
    """Return the cells with rates instead of counts, blank unless their status is "ok"."""
    ok = cells["status"] == "ok"
    base = cells["base"].where(ok)
    shares = pd.DataFrame(
        {
            "rate": cells["distinct_children"] / base,
            "rate_low": cells["low"] / base,
            "rate_high": (cells["high"] / base).clip(upper=1.0),
        }
    )
    bases = pd.DataFrame(dict.fromkeys(shares, base))
    rounded = round_shares(shares, bases, minimum=rules.minimum, candidates=rules.candidates)
    status = cells["status"].astype(object).mask(ok & rounded["rate"].isna(), "small_base")
    # to readers both kinds of suppression look alike: who can tell them apart knows more
    status = status.replace("suppressed_secondary", "suppressed")
    told = cells[["area_set", "key", "age"]].join(rounded)
    quotient = (cells["bookings"] / base).round(1)
    told["bookings_per_child"] = quotient.where(rounded["rate"].notna())
    return told.assign(status=status_frame(status.to_frame())["status"])


def _offers(offers: pd.DataFrame, units: pd.DataFrame, rules: DisclosureRules) -> pd.DataFrame:
    """Return the shares of the offers; small ones, and what would give them away, are withheld."""
    kept = offers["distinct_children"] >= rules.minimum
    for measure in ("bookings", "distinct_children"):
        whole = pd.Series("all", offers.index).rename_axis(None)
        places = {"offer": offers.index.to_series().rename_axis(None), "all": whole}
        rows = [count_row(Term(measure, "all", "all"), offers[measure].sum(), protected=True)]
        rows += [
            count_row(Term(measure, "offer", key), n, minimum=rules.minimum)
            if kept[key]
            else Row(key, (Term(measure, "offer", key),), (withheld(cost=0.0),))
            for key, n in offers[measure].items()
        ]
        safe = protect_tables(rows, {(measure, ""): offers[measure]}, places,
                              minimum=rules.minimum, insiders=rules.insiders)  # fmt: skip
        kept &= np.array([row.forms[0].kind == "exact" for row in safe.rows[1:]])
    base = pd.DataFrame(
        {
            "share_of_children": units["distinct_children"].sum(),
            "share_of_bookings": offers["bookings"].sum(),
        },
        offers.index,
    )
    shares = offers.set_axis(list(base), axis=1) / base
    rounded = round_shares(
        shares.mask(~kept),
        base,
        minimum=rules.minimum,
        candidates=rules.candidates,
    )
    status = pd.Series(np.where(rounded.notna().all(axis=1), "ok", "suppressed"), offers.index)
    return rounded.mask(status != "ok").assign(status=status)


def _totals(units: pd.DataFrame, rules: DisclosureRules) -> dict[str, int]:
    """Return the numbers of the programme in tens; 0 where they are below the minimum."""
    sums = units[["distinct_children", "low", "high", "bookings"]].sum()
    sums = sums.where(sums >= max(rules.minimum, TENS), 0)
    return {name: int(TENS * round(n / TENS)) for name, n in sums.items()}
