"""The columns of points that a plan names, read as numbers and as yes or no."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.planning.plan_sections import PlanPoints
from sozialraum.texts import problem

NUMBERS = (
    "share", "capacity", "minimum", "cost", "size", "stage", "all_day", "under3",
    "age_from", "age_to",
)  # fmt: skip
COLUMNS = ("name", "kind", "group", "current", "exists", "marked", *NUMBERS)
YES, NO = (
    {"ja", "j", "x", "true", "wahr", "1", "1.0"},
    {"nein", "n", "", "false", "falsch", "0", "0.0"},
)


def point_columns(
    section: PlanPoints | None, points: gpd.GeoDataFrame | None
) -> pd.DataFrame | None:
    """Return the columns a plan names, under the names of the functions."""
    if section is None or points is None:
        return None
    wanted = {n: getattr(section, n) for n in COLUMNS}
    named = {ours: theirs for ours, theirs in wanted.items() if theirs is not None}
    require_plan_columns(points, list(named.values()), section.file)
    table = pd.DataFrame({ours: points[theirs] for ours, theirs in named.items()}, points.index)
    for name in set(NUMBERS) & set(table):
        table[name] = _numbers(table[name], section, named[name])
    for name in {"exists", "marked"} & set(table):
        table[name] = _is_yes(table[name], section, named[name])
    return table


def require_plan_columns(frame: pd.DataFrame, names: list[str], section: str) -> None:
    """Refuse a table without columns that a section of a plan names."""
    missing = sorted(set(names) - set(frame.columns))
    if missing:
        found = ", ".join(missing)
        raise DataError(problem("planning.missing_column", section=section, columns=found))


def _numbers(column: pd.Series, section: PlanPoints, name: str) -> pd.Series:
    """Return a column of numbers; text that is none is told, nothing stays missing."""
    values = pd.to_numeric(column, errors="coerce")
    odd = column[values.isna() & column.notna()]
    if len(odd):
        found = ", ".join(f"„{value}“" for value in sorted(map(str, odd.unique()))[:5])
        raise DataError(problem("planning.not_numbers", file=section.file, key=name, found=found))
    return values.astype(float)


def _is_yes(column: pd.Series, section: PlanPoints, name: str) -> pd.Series:
    """Return True for "ja" and its like, False for "nein" and where nothing stands."""
    words = column.astype(object).where(column.notna(), "").map(lambda v: str(v).strip().lower())
    odd = sorted(set(words) - YES - NO)
    if odd:
        found = ", ".join(f"„{word}“" for word in odd[:5])
        raise DataError(problem("planning.not_yes_or_no", file=section.file, key=name, found=found))
    return words.isin(YES)
