"""The lists a plan projects children from: register, rolls, dwellings, as they are delivered."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import listed
from sozialraum.planning.demography.cohorts import YearTable, year_table
from sozialraum.planning.people_sections import Forecast
from sozialraum.planning.plan_inputs import PeopleInputs
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.sources.paths import resolve
from sozialraum.sources.tabular.lists import read_list
from sozialraum.texts import problem

_DAYS = (
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ].*)?",
    r"(?P<d>\d?\d)\.(?P<m>\d?\d)\.(?P<y>\d{4})",
    r"(?P<y>\d{4})",
)
_SCHOOL_YEAR = r"(\d{4})(?:\s*/\s*(?:\d\d|\d{4}))?"


def people_inputs(plan: PlanFile, build: Plan, delivery: Delivery) -> PeopleInputs | None:
    """Return what ``[forecast]`` works on, read and checked; None without that section.

    Raises
    ------
    DataError
        With every problem of a list: years, ages or areas that are missing, days that are none.
    """
    section = plan.forecast
    areas = people_areas(plan, build, delivery)
    if section is None or areas is None:
        return None
    register = _register(section, build)
    _require_same_areas(register, list(map(str, areas.index)), section.register_)
    return PeopleInputs(
        register=register,
        rolls=None if section.rolls is None else _rolls(section.rolls, build),
        dwellings=_dwellings(section, register, build),
        types=_types(section, areas, register),
    )


def _types(section: Forecast, areas: gpd.GeoDataFrame, register: YearTable) -> np.ndarray | None:
    """Return the type of every area of the register; None where the plan names no column."""
    if section.types is None:
        return None
    if section.types not in areas:
        raise DataError(
            problem("planning.missing_column", section="forecast", columns=section.types)
        )
    return areas[section.types].reindex(register.units).astype(str).to_numpy()


def people_areas(plan: PlanFile, build: Plan, delivery: Delivery) -> gpd.GeoDataFrame | None:
    """Return the areas that the register of ``[forecast]`` counts."""
    if plan.forecast is None:
        return None
    return delivery.areas[plan.forecast.areas or build.join.target]


def people_files(plan: PlanFile) -> list[str]:
    """Return the lists a plan names, for the manifest."""
    section = plan.forecast
    if section is None:
        return []
    named = [section.register_, section.rolls, *(one.file for one in section.housing)]
    return [file for file in named if file is not None]


def _register(section: Forecast, build: Plan) -> YearTable:
    path = resolve(section.register_, build.root)
    rows = _read(path, ["stichtag", "gebiet"], ["alter", "anzahl"])
    days = rows["stichtag"].map(_day)
    _refuse(rows.loc[days.isna(), "stichtag"], path, "stichtag", "planning.no_day")
    if section.month is not None:
        other = days.map(lambda day: day[1:] not in ((12, 31), (None, None)))
        _refuse(rows.loc[other, "stichtag"], path, "stichtag", "planning.day_for_cutoff")
    by_year = days.groupby(days.map(lambda day: day[0])).nunique()
    if (by_year > 1).any():
        years = listed(by_year.index[by_year > 1])
        raise DataError(problem("planning.two_days_in_a_year", file=path.name, keys=years))
    table = rows.assign(jahr=days.map(lambda day: day[0]))
    made = year_table(table, file=path.name, year="jahr", unit="gebiet", step="alter")
    if made.steps[0] != 0 or made.steps[-1] < 6:
        raise DataError(
            problem(
                "planning.ages_short", file=path.name, found=f"{made.steps[0]}–{made.steps[-1]}"
            )
        )
    return made


def _rolls(file: str, build: Plan) -> YearTable:
    path = resolve(file, build.root)
    rows = _read(path, ["schuljahr", "schule"], ["klasse", "anzahl"])
    found = rows["schuljahr"].str.strip().str.fullmatch(_SCHOOL_YEAR)
    _refuse(rows.loc[~found, "schuljahr"], path, "schuljahr", "planning.no_school_year")
    table = rows.assign(schuljahr=rows["schuljahr"].str.strip().str[:4].astype(int))
    return year_table(
        table, file=path.name, year="schuljahr", unit="schule", step="klasse", least=2
    )


def _dwellings(section: Forecast, register: YearTable, build: Plan) -> pd.DataFrame | None:
    frames = []
    for one in section.housing:
        path = resolve(one.file, build.root)
        rows = _read(path, ["gebiet", "art"], ["jahr", "we"])
        wrong: list[Problem] = []
        for column, known in (("gebiet", set(register.units)), ("art", set(section.housing_types))):
            unknown = set(rows[column]) - known
            if unknown:
                words: dict[str, Any] = {"what": f"{path.name}: {column}", "keys": listed(unknown)}
                wrong.append(problem("planning.unknown_key", **words))
        if wrong:
            raise DataError(wrong)
        frames.append(rows.assign(jahr=rows["jahr"].astype(int)))
    return pd.concat(frames) if frames else None


def _read(path: Path, words: list[str], numbers: list[str]) -> pd.DataFrame:
    """Return a list without rows that are empty altogether; no number may be missing."""
    rows, _ = read_list(
        path, columns=words, numbers=numbers, keys=[(w, None) for w in words if w != "stichtag"]
    )
    empty = rows[numbers].isna().any(axis=1)
    if empty.any():
        said: dict[str, Any] = {
            "file": path.name,
            "n": int(empty.sum()),
            "columns": ", ".join(numbers),
        }
        raise DataError(problem("planning.list_without_number", **said))
    return rows


def _day(stated: str) -> tuple[int, int | None, int | None] | None:
    for pattern in _DAYS:
        found = re.fullmatch(pattern, str(stated).strip())
        if found:
            parts = {name: int(word) for name, word in found.groupdict().items() if word}
            month, day = parts.get("m"), parts.get("d")
            if month is not None and not _in_calendar(parts["y"], month, day or 1):
                return None
            return parts["y"], month, day
    return None


def _in_calendar(year: int, month: int, day: int) -> bool:
    """Tell whether there is such a day."""
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _refuse(odd: pd.Series, path: Path, column: str, code: str) -> None:
    if len(odd):
        shown = ", ".join(f"„{value}“" for value in sorted(map(str, odd.unique()))[:5])
        raise DataError(problem(code, file=path.name, column=column, found=shown))


def _require_same_areas(register: YearTable, known: list[str], file: str) -> None:
    """Refuse a register of other areas than those of the build: moves that never happened."""
    unknown, missing = set(register.units) - set(known), set(known) - set(register.units)
    if unknown or missing:
        others = problem(
            "planning.other_areas",
            file=file,
            unknown=listed(unknown) or "–",
            missing=listed(missing) or "–",
        )
        raise DataError(others)
