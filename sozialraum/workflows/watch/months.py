"""From the tables of a build to one row per month and area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model.dates.period import Period
from sozialraum.privacy.recoding import recode
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.model import Indicator, Problem
    from sozialraum.model.protected import Partition, ProtectedTable

_KNOWN = 0.8  # share of the months in which an area must be known to be watched
_ROOM = 4  # times the largest count that drawn tables may hold


@dataclass(frozen=True, eq=False, repr=False)
class Months:
    """The counts of one indicator over time; rows are months without a gap, "2024-03".

    Parameters
    ----------
    cases, base : (n_months, n_areas) persons; NaN where nothing is told
    total : (n_months,) persons in all areas together; NaN where it is not told
    left_out : areas that are known in too few months to be watched
    """

    cases: pd.DataFrame
    base: pd.DataFrame
    total: pd.Series
    left_out: tuple[str, ...]


def month_of(day: str) -> Period:
    """Return the month in which a Stichtag lies."""
    return Period.of(Period.parse(day).end, "month")


def doubled_months(days: list[str], file: str) -> list[Problem]:
    """Return months with two Stichtage."""
    months = [str(month_of(day)) for day in days]
    return [
        problem("pipeline.watch.month_twice", file=file, key="tables", found=month)
        for month in sorted({m for m in months if months.count(m) > 1})
    ]


def months_of(tables: Mapping[str, ProtectedTable], indicator: str) -> Months:
    """Return one indicator of all Stichtage; months without a table are missing ones."""
    ordered = sorted(tables, key=month_of)
    first, last = month_of(ordered[0]), month_of(ordered[-1])
    every = [str(first.shift(n)) for n in range(first.steps_to(last) + 1)]
    frames: dict[str, dict[str, pd.Series]] = {"middle": {}, "base": {}}
    totals = {}
    for day in ordered:
        table, month = tables[day], str(month_of(day))
        for name, rows in frames.items():
            if indicator in table.middle:
                rows[month] = getattr(table, name)[indicator]
        totals[month] = float(table.total.get(indicator, np.nan))
    cases, base = (pd.DataFrame(rows).T.reindex(every).astype(float) for rows in frames.values())
    kept = cases.notna().mean() >= _KNOWN * len(frames["middle"]) / max(len(every), 1)
    left_out = tuple(sorted(map(str, cases.columns[~kept])))
    return Months(cases.loc[:, kept], base.loc[:, kept], pd.Series(totals).reindex(every), left_out)


def of_last_count(months: Months, indicator: Indicator) -> Months:
    """Return the months since the definition of an indicator changed; all where it did not."""
    own = [month >= indicator.broken_on[:7] for month in months.cases.index]
    if all(own) or not any(own):
        return months
    return Months(months.cases[own], months.base[own], months.total[own], months.left_out)


def middles(cases: pd.DataFrame, base: pd.Series, partition: Partition) -> pd.DataFrame:
    """Return what is told for 0, 1, 2 … cases in each area: the middle of their window."""
    most = int(np.nanmax(cases.to_numpy(), initial=0.0)) * _ROOM + 10
    counts = np.arange(most + 1.0)[:, None]
    persons = base.to_numpy(float)[None, :]
    known = recode(np.minimum(counts, persons), persons, partition).middle
    return pd.DataFrame(known, columns=cases.columns)
