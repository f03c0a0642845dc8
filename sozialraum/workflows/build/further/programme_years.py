"""The years of a programme beside each other, from what was released of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.insight.take_up.years import ENDS, change_of_rates
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.texts import number, signed, text

if TYPE_CHECKING:
    from sozialraum.model.participation_release import ReleasedRates
    from sozialraum.workflows.build.computed import Computed

FILE = "beteiligung_jahre.csv"
_COLUMNS = ("children", *ENDS)
_DIGITS = 3


def programme_years(computed: Computed) -> dict[str, pd.DataFrame]:
    """Return per programme with several released years the change between the last two.

    Returns
    -------
    Name of the programme -> table as of `change_of_rates` on the areas and, with the key "", of all
    areas together; ``attrs["days"]`` holds both Stichtage.
    """
    found = {}
    for n, section in enumerate(computed.plan.participation, 1):
        years = computed.delivery.released.get(section.id or str(n), {})
        days = sorted(day for day in years if day <= computed.day)[-2:]
        if len(days) == 2:
            before, after = (_cells(years[day]) for day in days)
            table = change_of_rates(before.reindex(after.index), after)
            table.attrs["days"] = tuple(days)
            found[section.label] = table
    return found


def _cells(rates: ReleasedRates) -> pd.DataFrame:
    """Return what is told of the areas and, with the key "", of all of them."""
    city = rates.city[[*_COLUMNS, "status"]].to_frame("").T
    cells = pd.concat([city, rates.cells[[*_COLUMNS, "status"]]])
    return cells[list(_COLUMNS)].astype(float).where(cells["status"].eq("ok"))


def programme_files(computed: Computed) -> dict[str, bytes]:
    """Return ``beteiligung_jahre.csv``; empty where no programme has two years."""
    parts = []
    column = computed.plan.areas[computed.plan.join.target].name
    areas = computed.delivery.areas[computed.plan.join.target]
    names = {} if column is None else areas[column].astype(str).to_dict()
    for label, table in programme_years(computed).items():
        before, after = table.attrs["days"]
        part = table.round(_DIGITS).reset_index(names="key")
        part.insert(0, "programme", label)
        part.insert(2, "name", part["key"].map(names).fillna(""))
        parts.append(part.assign(before=before, after=after))
    if not parts:
        return {}
    heads = {c: text(f"pipeline.years.columns.{c}") for c in parts[0].columns}
    table = pd.concat(parts, ignore_index=True)
    table["sure"] = table["sure"].map({True: text("publish.book.yes"), False: ""})
    return {FILE: b"\xef\xbb\xbf" + csv_text(table.rename(columns=heads)).encode("utf-8")}


def programme_sentences(computed: Computed) -> Iterator[str]:
    """Yield what became of each programme since the year before."""
    for label, table in programme_years(computed).items():
        years = [day[:4] for day in table.attrs["days"]]
        row, areas = table.loc[""], table.drop(index="")
        if pd.isna(row["change"]):
            continue
        shares = {n: number(100 * row[n]) for n in ("rate_before", "rate")}
        ends = {n: signed(100 * row[n], 0) for n in ("change_low", "change_high")}
        said = {"label": label, "before": years[0], "after": years[1], **shares, **ends}
        sure = bool(row["change_low"] > 0 or row["change_high"] < 0)
        yield text(f"pipeline.years.{'sure' if sure else 'chance'}", **said)
        yield text(
            "pipeline.years.areas",
            more=int((areas["sure"] & (areas["change"] > 0)).sum()),
            less=int((areas["sure"] & (areas["change"] < 0)).sum()),
            all=int(areas["change"].notna().sum()),
        )
