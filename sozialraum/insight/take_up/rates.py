"""Rates of a programme from protected counts: every figure is a function of windows and bases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sozialraum.insight.take_up.reach import Shares, reach
from sozialraum.model.participation_release import CHILDREN, CITY, MORE
from sozialraum.model.protected import ProtectedTable

_SHOWN = ["taking_low", "taking_high", "rate", "rate_low", "rate_high", "bookings_per_child"]
_COLUMNS = ["area_set", "key", "age", "children", *_SHOWN, "status"]
Names = Mapping[tuple[str, str], str]


def rates_of(
    tables: Mapping[str, ProtectedTable],
    children: Mapping[str, pd.DataFrame],
    names: Names,
    astray: Shares,
    *,
    minimum: int,
    exact_totals: bool,
) -> pd.DataFrame:
    """Return the rates of every area and age group, and of the city.

    Parameters
    ----------
    tables : per area set the protected counts
    children : per area set (n_areas, n_age_groups + 1) children who could take part, all of them
        last
    names : (measure, age group) -> column of the tables
    astray : shares of children that were counted wrongly
    minimum : smallest number of persons that may be told
    exact_totals : True where the totals of the city are told as they are

    Returns
    -------
    The table `areas` of a `ParticipationRelease`: the city last.
    """
    found = [
        _of_areas(tables[name], table, names, minimum).assign(area_set=name)
        for name, table in children.items()
    ]
    first = next(iter(children.values()))
    city = _of_city(list(tables.values()), first, names, exact=exact_totals)
    found.append(city.assign(area_set=CITY, key=CITY))
    cells = pd.concat(found, ignore_index=True)
    cells = cells.assign(**reach(cells, astray))
    # a rate is told no finer than its bounds
    unit = np.where(cells["children"] >= 500, 3, 2)
    cells["rate"] = [
        np.nan if np.isnan(r) else round(r, n) for r, n in zip(cells["rate"], unit, strict=True)
    ]
    cells["status"] = cells["status"].astype("category")
    return cells[_COLUMNS]


def _of_areas(
    table: ProtectedTable, children: pd.DataFrame, names: Names, minimum: int
) -> pd.DataFrame:
    """Return the cells of one area set; areas in the order of the table of children."""
    parts = []
    for age in children:
        base = children[age]
        taking, further = names[CHILDREN, age], names[MORE, age]
        middle, low, high = (
            frame[taking].reindex(children.index) for frame in (table.middle, table.low, table.high)
        )
        status = table.status[taking].astype(object).reindex(children.index)
        booked = pd.Series(np.nan, children.index)
        if further in table.middle:
            booked = (middle + table.middle[further].reindex(children.index)) / base
        booked = booked.where(low > minimum).round(1)
        parts.append(
            pd.DataFrame(
                {
                    "key": children.index.astype(str), "age": age, "children": base.to_numpy(),
                    "taking_low": low.to_numpy(), "taking_high": high.to_numpy(),
                    "rate": (middle / base.where(base > 0)).to_numpy(),
                    "bookings_per_child": booked.to_numpy(), "status": status.to_numpy(),
                }
            )
        )  # fmt: skip
    order = np.arange(len(children.index) * len(parts)).reshape(len(parts), -1).T.ravel()
    return pd.concat(parts, ignore_index=True).iloc[order]


def _of_city(
    tables: Sequence[ProtectedTable], children: pd.DataFrame, names: Names, *, exact: bool
) -> pd.DataFrame:
    """Return the cells of the city, from the totals of the first area set that tells them."""
    rows = []
    for age, base in children.sum(min_count=1).items():
        (taking, low, high), (further, *_) = (
            _first_total(tables, names[m, age], exact=exact) for m in (CHILDREN, MORE)
        )
        known = not np.isnan(taking) and base > 0
        rows.append(
            {
                "age": age, "children": base, "taking_low": low, "taking_high": high,
                "rate": taking / base if known else np.nan,
                "bookings_per_child": round((taking + further) / base, 1) if known else np.nan,
                "status": "ok" if known else "suppressed",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _first_total(
    tables: Sequence[ProtectedTable], variable: str, *, exact: bool
) -> tuple[float, float, float]:
    """Return a total with its ends; without ends of its own where it is exact."""
    for table in tables:
        if variable in table.total and not np.isnan(total := float(table.total[variable])):
            ends = (float(table.low[variable].sum()), float(table.high[variable].sum()))
            return (total, total, total) if exact else (total, *ends)
    return (float("nan"),) * 3


def offer_shares(
    table: ProtectedTable | None, offers: Sequence[str], taking: float
) -> pd.DataFrame:
    """Return the shares of the children that take part per offer, with the ends of their windows.

    Parameters
    ----------
    table : protected counts of the offers; None where nothing is told of them
    offers : keys of the listed offers
    taking : children that take part

    Returns
    -------
    Index offer ("" = all that are in no list): ``share_of_children``, ``share_low``,
    ``share_high``, ``status``.
    """
    keys = pd.Index(dict.fromkeys(offers), dtype=object, name="offer")
    if table is None:
        blank = dict.fromkeys(("share_of_children", "share_low", "share_high"), np.nan)
        return pd.DataFrame({**blank, "status": "suppressed"}, index=keys)
    (name,) = table.middle.columns
    unlisted = table.high[name].get("", 0.0)
    if unlisted > 0:
        keys = keys.append(pd.Index([""]))
    ends = (
        (table.middle, "share_of_children"),
        (table.low, "share_low"),
        (table.high, "share_high"),
    )
    shares = {word: (frame[name] / round(taking)).reindex(keys).round(3) for frame, word in ends}
    status = table.status[name].astype(object).reindex(keys)
    return pd.DataFrame({**shares, "status": status})
