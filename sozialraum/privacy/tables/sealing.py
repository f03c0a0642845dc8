"""The sealed counts of a release, as frames per Stichtag and set of areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model.protected import Protected, ProtectedTable
from sozialraum.model.release import _SEAL
from sozialraum.model.status import STATUS
from sozialraum.privacy.case_counts import Floats, Id
from sozialraum.privacy.tables.recoded_tables import Table, status_codes

if TYPE_CHECKING:
    from sozialraum.privacy.tables.release_work import Tables, Work


def sealed(
    work: Work, tables: Tables, unpublished: Mapping[tuple[str, str, str], str]
) -> Protected:
    """Return what goes on to indices, plans and pages."""
    days = sorted({stichtag for _, stichtag in work.columns.ids})
    made = {
        (day, place): _table(work, tables, day, place) for day in days for place in work.publish
    }
    partitions = {
        (name[0], place): table.partition
        for (name, place), table in sorted(tables.items())
        if table.partition is not None
    }
    return Protected(
        seal=_SEAL,
        tables=made,
        partitions=partitions,
        unpublished=dict(sorted(unpublished.items())),
        rules=work.rules.public(),
    )


def _table(work: Work, tables: Tables, day: str, place: str) -> ProtectedTable:
    here, number = work.sums[place], work.columns.number()
    own = {name: n for name, n in number.items() if name[1] == day}
    found = {name: tables.get((name, place)) for name in own}
    empty = np.full(len(here.place.keys), np.nan)
    names = [name[0] for name in own]

    def frame(columns: list[Floats]) -> pd.DataFrame:
        return pd.DataFrame(np.column_stack(columns), here.place.keys, names)

    ends = {
        end: frame([empty if t is None else getattr(t.window, end) for t in found.values()])
        for end in ("middle", "low", "high")
    }
    base = [
        _base(np.where(here.known[:, n], here.base[:, n], np.nan), found[name], work, name)
        for name, n in own.items()
    ]
    return ProtectedTable(
        stichtag=day,
        geography=place,
        **ends,
        base=frame(base),
        status=_statuses(work, place, own, found),
        total=_totals(work, place, own, found),
        total_base=pd.Series([np.nansum(b) for b in base], names),
        exact=frozenset(name[0] for name in own if work.is_open(name)),
    )


def _base(base: Floats, table: Table | None, work: Work, name: Id) -> Floats:
    if name[0] not in work.confidential or work.is_open(name):
        return base
    return np.full(base.size, np.nan) if table is None or table.base is None else table.base.middle


def _statuses(
    work: Work, place: str, own: Mapping[Id, int], found: Mapping[Id, Table | None]
) -> pd.DataFrame:
    here, dtype = work.sums[place], pd.CategoricalDtype(list(STATUS))
    columns = {}
    for name, n in own.items():
        table = found[name]
        told = np.zeros(len(here.base), bool) if table is None else ~np.isnan(table.window.middle)
        empty = here.base_whole[:, n] == 0
        if name[0] in work.confidential and not work.is_open(name):
            empty = told & False if table is None or table.base is None else table.base.high == 0
        codes = status_codes(here, n, told, suppressed=table is None, empty=empty)
        columns[name[0]] = pd.Categorical.from_codes(codes, dtype=dtype)
    return pd.DataFrame(columns, index=here.place.keys)


def _totals(
    work: Work, place: str, own: Mapping[Id, int], found: Mapping[Id, Table | None]
) -> pd.Series:
    """Return per variable the exact total, or the sum of the middles; NaN where not told."""
    totals = {}
    for name, n in own.items():
        table = found[name]
        exact = work.is_open(name) or (work.rules.prints_totals and np.isnan(work.columns.most[n]))
        if table is None:
            totals[name[0]] = np.nan
        elif exact:
            totals[name[0]] = work.sums[place].cases[:, n].sum()
        else:
            totals[name[0]] = np.nansum(table.window.middle)
    return pd.Series(totals, dtype=float)
