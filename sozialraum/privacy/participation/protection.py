"""From raw counts to rates that may be shown: primary and complementary suppression, rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import ParticipationRelease, Problem, status_frame
from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.model.release import _SEAL
from sozialraum.privacy.audit.complementary import protect_tables
from sozialraum.privacy.audit.rows import Row
from sozialraum.privacy.participation.counting import Counted
from sozialraum.privacy.participation.ground import (
    CHILDREN,
    Ground,
    as_children,
    chosen_rows,
    known_rows,
    lay_ground,
    offer_rows,
    published_rows,
    total_rows,
)
from sozialraum.privacy.participation.reach import reach, reach_of_total
from sozialraum.privacy.participation.windows import (
    MEASURES,
    TENS,
    cell_windows,
    shifted_window,
    total_window,
)
from sozialraum.privacy.rounding import round_shares
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.suppression import suppression_status
from sozialraum.texts import problem, text

_COUNTS = ["distinct_children", "low", "high", "bookings"]
_SHOWN = ["rate", "rate_low", "rate_high", "bookings_per_child"]


@dataclass(frozen=True, eq=False, repr=False)
class Protected:
    """A release, and what of it the ledger records.

    Parameters
    ----------
    release : fit to be shown
    rows : what it tells, as windows of counts
    ground : the counts that `rows` are audited against; stays inside
    problems : areas with more participants than children
    """

    release: ParticipationRelease
    rows: tuple[Row, ...]
    ground: Ground
    problems: tuple[Problem, ...]


def protect_participation(
    counted: Counted,
    children: Mapping[str, pd.DataFrame],
    *,
    rules: DisclosureRules,
    title: str = "",
    stichtag: str = "",
    programme: str = "",
    labels: Mapping[str, str] | None = None,
    meaning: Mapping[str, str] | None = None,
    earlier: Sequence[Row] = (),
    **about: Any,
) -> Protected:
    """Return rates of all areas and age groups such that none gives a small group away.

    It is the only maker of a `ParticipationRelease`.

    Parameters
    ----------
    counted : of `count_participation`; children outside the age groups are in no number
    children : per area set (n_areas, n_age_groups) children who could take part
    rules : what may be told about few persons
    title, stichtag : of the release
    programme : what the registrations are of; the title if it is empty
    labels : area set -> what one of its areas is called
    meaning : as of `sozialraum.privacy.participation.ground.lay_ground`
    earlier : published rows of the same programme (of the ledger)
    about : further fields of the release that hold no number of persons

    Returns
    -------
    Protected. Every area and age group, their sums, the city and all that was published earlier are
    one system of what the rounded values tell: what could be found by subtracting is withheld too
    (`sozialraum.privacy.audit.complementary`), for those who take part and for those who do not.
    Rates are rounded so that no count follows from them, bookings per child to one decimal.

    Raises
    ------
    NotProtectable
        If no choice of withheld values protects everybody, with the German proof.
    """
    units = counted.units.inside()
    units = units[units["age"].notna()]
    labels = {**{name: name for name in children}, **(labels or {})}
    cells = _cells(units, children, labels)
    cells["status"] = _primary(cells, rules)
    cells = _with_rounded(cells, rules)
    windows = cell_windows(cells, rules)
    named = {"programme": programme or title, "meaning": meaning or {}}
    ground = lay_ground(units, cells, counted.area_sets, rules=rules, **named)
    tens = _in_tens(units, rules)
    told = {m: total_window(tens[m], rules) for m in MEASURES.values()}
    cells["status"] = _complementary(cells, windows, ground, told, rules, earlier)
    rows = published_rows(cells, windows, ground, rules)
    rows += total_rows(told, ground, label=text("participation.words.programme"))
    more = sorted({str(k) for k in cells.loc[cells[CHILDREN] > cells["base"], "key"]})
    found = (problem("participation.more_than_children", "warning", keys=", ".join(more[:5])),)
    release = ParticipationRelease(
        seal=_SEAL,
        title=title,
        stichtag=stichtag,
        areas=_shown(cells, reach(cells, windows, counted.astray)),
        offers=_offers(counted.offers.inside(), units, rules),
        totals=reach_of_total(tens, counted.astray),
        area_sets=labels,
        details={"disclosure": rules.public()},
        **about,
    )
    return Protected(release, tuple(rows), ground, found if more else ())


def _cells(
    units: pd.DataFrame, children: Mapping[str, pd.DataFrame], labels: Mapping[str, str]
) -> pd.DataFrame:
    """Return every cell of the publication with its raw counts and its base."""
    first = next(iter(children.values()))
    tables = {**children, CITY: first.sum(min_count=1).to_frame(CITY).T}
    places = units.assign(**{CITY: CITY})
    found = []
    for name, table in tables.items():
        base = table.assign(**{ALL_AGES: table.sum(axis=1, min_count=table.shape[1])})
        long = base.rename_axis(index="key", columns="age").stack().rename("base").reset_index()
        counts = places.groupby([name, "age"])[_COUNTS].sum()
        whole = pd.concat({ALL_AGES: counts.groupby(level=0).sum()}).swaplevel()
        both = pd.concat([counts, whole]).rename_axis(["key", "age"])
        cell = long.join(both, on=["key", "age"])
        cell[_COUNTS] = cell[_COUNTS].fillna(0.0)
        found.append(cell.assign(area_set=name, label=_labels(cell, name, labels)))
    return pd.concat(found, ignore_index=True)


def _labels(cell: pd.DataFrame, name: str, labels: Mapping[str, str]) -> list[str]:
    """Return what readers call each cell: "Bezirk 0401, 6-9"."""
    city = text("participation.words.city")
    where = [city if name == CITY else f"{labels[name]} {key}" for key in cell["key"]]
    return [w if a == ALL_AGES else f"{w}, {a}" for w, a in zip(where, cell["age"], strict=True)]


def _primary(cells: pd.DataFrame, rules: DisclosureRules) -> pd.Series:
    """Return the status of each cell by its own count and base."""
    base = cells[["base"]].set_axis(["rate"], axis=1)
    value = cells[[CHILDREN]].set_axis(["rate"], axis=1) / base.where(base > 0)
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
    return status["rate"].astype(object)


def _with_rounded(cells: pd.DataFrame, rules: DisclosureRules) -> pd.DataFrame:
    """Return the cells with what would be shown of each that is "ok"; the others are blank."""
    base = cells["base"].where(cells["status"] == "ok")
    shares = pd.DataFrame(
        {
            "rate": cells[CHILDREN] / base,
            "rate_low": cells["low"] / base,
            "rate_high": (cells["high"] / base).clip(upper=1.0),
        }
    )
    bases = pd.DataFrame(dict.fromkeys(shares, base))
    rounded = round_shares(shares, bases, minimum=rules.minimum, candidates=rules.candidates)
    quotient = (cells["bookings"] / base).round(1)
    rounded["bookings_per_child"] = quotient.where(rounded["rate"].notna())
    blank = (cells["status"] == "ok") & rounded["rate"].isna()
    return cells.join(rounded).assign(status=cells["status"].mask(blank, "small_base"))


def _complementary(
    cells: pd.DataFrame,
    windows: pd.DataFrame,
    ground: Ground,
    totals: Mapping[str, tuple[float, float]],
    rules: DisclosureRules,
    earlier: Sequence[Row],
) -> pd.Series:
    """Return the status after withholding what could be found from other cells."""
    low, high = shifted_window(windows, cells)
    rows, positions = chosen_rows(cells, low, high, ground, rules)
    whole = total_rows(totals, ground, label=text("participation.words.programme"))
    fixed = [*as_children((*whole, *earlier), ground), *known_rows(cells, ground)]
    protection = protect_tables(
        rows,
        ground.truth([CHILDREN, "others"]),
        ground.geographies,
        earlier=fixed,
        minimum=rules.minimum,
        insiders=rules.insiders,
        may_hide_zeros=True,
    )
    status = cells["status"].copy()
    for position, row in zip(positions, protection.rows, strict=True):
        if status.iloc[position] == "ok" and row.forms[0].kind == "suppressed":
            status.iloc[position] = "suppressed_secondary"
    return status


def _shown(cells: pd.DataFrame, bounds: pd.DataFrame) -> pd.DataFrame:
    """Return the cells without counts, blank unless their status is "ok"."""
    told = cells.assign(**bounds)[["area_set", "key", "age", *_SHOWN]].copy()
    told[_SHOWN] = told[_SHOWN].where(cells["status"] == "ok")
    # to readers both kinds of suppression look alike: who can tell them apart knows more
    status = cells[["status"]].replace("suppressed_secondary", "suppressed")
    return told.assign(status=status_frame(status)["status"])


def _offers(offers: pd.DataFrame, units: pd.DataFrame, rules: DisclosureRules) -> pd.DataFrame:
    """Return the shares of the offers; small ones, and what would give them away, are withheld."""
    kept = offers[CHILDREN] >= rules.minimum
    places = {
        "offer": offers.index.to_series().rename_axis(None),
        "all": pd.Series("all", offers.index).rename_axis(None),
    }
    # where no offer is small, none can be found from the others
    for measure in ("bookings", CHILDREN) if not kept.all() else ():
        safe = protect_tables(
            offer_rows(offers, kept, measure, rules), {(measure, ""): offers[measure]}, places,
            minimum=rules.minimum, insiders=rules.insiders,
        )  # fmt: skip
        kept &= np.array([row.forms[0].kind == "exact" for row in safe.rows[1:]])
    base = pd.DataFrame(
        {
            "share_of_children": units[CHILDREN].sum(),
            "share_of_bookings": offers["bookings"].sum(),
        },
        offers.index,
    )
    shares = offers.set_axis(list(base), axis=1) / base
    rounded = round_shares(
        shares.mask(~kept), base, minimum=rules.minimum, candidates=rules.candidates
    )
    status = pd.Series(np.where(rounded.notna().all(axis=1), "ok", "suppressed"), offers.index)
    return rounded.mask(status != "ok").assign(status=status)


def _in_tens(units: pd.DataFrame, rules: DisclosureRules) -> dict[str, int]:
    """Return the numbers of the programme in tens; 0 where they are below the minimum."""
    sums = units[_COUNTS].sum()
    sums = sums.where(sums >= max(rules.minimum, TENS), 0)
    return {name: int(TENS * round(n / TENS)) for name, n in sums.items()}
