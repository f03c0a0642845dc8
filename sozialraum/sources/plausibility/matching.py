"""Keys of tables against keys of areas: what stands on one side only, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Problem
from sozialraum.sources.plausibility.listing import SHOWN, files_of
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivery import Delivery


def check_keys(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Yield keys that stand on one side only; many on both sides mean another Gebietsstand.

    Keys that are the same but for leading zeros are one error with its way out, and told no more.
    """
    for day in sorted(delivery.tables):
        for name, frame in delivery.tables[day].items():
            areas = delivery.areas.get(name)
            if areas is None:
                continue
            file = files_of(plan, name, day)
            surplus = delivery.surplus.get(day, {}).get(name, pd.DataFrame())
            stated = {e.key for e in plan.exclude} | set(plan.areas[name].drop)
            foreign = [str(k) for k in surplus.index if k not in stated]
            absent = (
                [str(k) for k in frame.index[frame.isna().all(axis=1)]]
                if len(frame.columns)
                else []
            )
            pairs = _apart_by_zeros(foreign, [str(k) for k in areas.index])
            origin = delivery.origins[day][name]
            if pairs:
                yield _zeros(pairs, _files_with(surplus.loc[list(pairs)], origin, file), name)
                foreign = [k for k in foreign if k not in pairs]
                absent = [k for k in absent if k not in pairs.values()]
            unmatched = len(foreign) / max(len(foreign) + len(areas) - len(absent), 1)
            if unmatched > 0.1 and len(absent) > 0.1 * len(areas):
                yield _other_vintage(file, name, foreign, absent)
                continue
            stated_in = _files_with(surplus.loc[foreign], origin, file)
            yield from _foreign_keys(surplus, foreign, stated_in, name)
            yield from _absent_keys(absent, file, name)


def _files_with(rows: pd.DataFrame, origin: dict[str, str], file: str) -> str:
    """Return the files that some rows stand in, by the columns that are filled."""
    named = [origin[c] for c in rows.dropna(axis=1, how="all").columns if c in origin]
    return ", ".join(dict.fromkeys(named)) or file


def _other_vintage(file: str, areas: str, foreign: list[str], absent: list[str]) -> Problem:
    return problem(
        "check.other_vintage",
        file=file,
        areas=areas,
        foreign=len(foreign),
        absent=len(absent),
        found=f"in der Tabelle zum Beispiel {foreign[0]}, bei den Gebieten {absent[0]}",
    )


def _foreign_keys(
    surplus: pd.DataFrame, foreign: list[str], file: str, areas: str
) -> Iterator[Problem]:
    """Yield table rows without an area; an error where persons would get lost."""
    for key in foreign[:SHOWN]:
        row = surplus.loc[key]
        persons = bool((row.fillna(0) != 0).any())
        code, severity = ("foreign_key", "error") if persons else ("foreign_empty_key", "warning")
        yield problem(f"check.{code}", severity, file=file, key=key, areas=areas)
    if len(foreign) > SHOWN:
        yield problem("check.more_foreign_keys", file=file, n=len(foreign) - SHOWN)


def _absent_keys(absent: list[str], file: str, areas: str) -> Iterator[Problem]:
    for key in absent[:SHOWN]:
        yield problem("check.absent_key", "warning", file=file, key=key, areas=areas)
    if len(absent) > SHOWN:
        yield problem("check.more_absent_keys", "warning", file=file, n=len(absent) - SHOWN)


def _apart_by_zeros(foreign: list[str], areas: list[str]) -> dict[str, str]:
    """Return table key -> area key of those that differ by nothing but leading zeros."""
    known = {key.lstrip("0"): key for key in areas if key.isdigit()}
    pairs = {key: known.get(key.lstrip("0")) for key in foreign if key.isdigit()}
    return {key: area for key, area in pairs.items() if area is not None}


def _zeros(pairs: dict[str, str], file: str, areas: str) -> Problem:
    """Tell keys without their zeros, and the width that brings them back on the right side."""
    table, area = next(iter(pairs.items()))
    longer = pairs.values() if len(area) > len(table) else pairs.keys()
    widths = {len(key) for key in longer}
    filled = {"n": len(pairs), "areas": areas, "table": table, "area": area}
    if len(widths) > 1:
        return problem("check.zeros_differ", file=file, **filled)
    code = "zeros_of_table" if len(area) > len(table) else "zeros_of_areas"
    return problem(f"check.{code}", file=file, width=widths.pop(), **filled)
