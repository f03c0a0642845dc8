"""Counts by year, area and age, and by school year, school and grade, checked for gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.problem import Problem
from sozialraum.planning.checks import listed, raise_problems
from sozialraum.texts import percent, problem, text

LEAST_YEARS = 3
JUMP = 0.30


@dataclass(frozen=True, kw_only=True, eq=False)
class YearTable:
    """Persons by year, unit and step: register by area and age, rolls by school and grade.

    Parameters
    ----------
    years, units, steps : ascending, years and steps without gaps
    counts : (years, units, steps)
    """

    years: tuple[int, ...]
    units: tuple[str, ...]
    steps: tuple[int, ...]
    counts: np.ndarray

    def since(self, first: int, last: int) -> YearTable:
        """Return the years from `first` to `last`, both included."""
        kept = [first <= year <= last for year in self.years]
        years = tuple(y for y, is_kept in zip(self.years, kept, strict=True) if is_kept)
        return YearTable(years=years, units=self.units, steps=self.steps, counts=self.counts[kept])


def year_table(
    rows: pd.DataFrame, *, file: str, year: str, unit: str, step: str, least: int = LEAST_YEARS
) -> YearTable:
    """Return the counts of a long table, whatever the order of its rows.

    Parameters
    ----------
    rows : columns `year` (whole number), `unit`, `step` (age or grade) and "anzahl"; rows of one
        cell are added
    file : where they come from, for messages
    least : years that must be there

    Raises
    ------
    DataError
        With every problem: years or ages missing in between, areas missing in a year, counts below
        0, too few years.
    """
    frame = rows.assign(**{year: rows[year].astype(int), step: rows[step].astype(int)})
    years = sorted(frame[year].unique().tolist())
    steps = sorted(frame[step].unique().tolist())
    units = sorted(frame[unit].astype(str).unique().tolist())
    cube = frame.groupby([year, frame[unit].astype(str), step])["anzahl"].sum()
    full = pd.MultiIndex.from_product([years, units, steps])
    problems = _gaps(years, file, year) + _gaps(steps, file, step) + _negative(frame, file, unit)
    if len(years) < least:
        problems.append(
            problem("planning.too_few_years", file=file, column=year, found=len(years), least=least)
        )
    missing = full.difference(cube.index)
    if len(missing):
        first = ", ".join(f"{y}/{u}/{s}" for y, u, s in missing[:5])
        problems.append(
            problem("planning.missing_cells", file=file, n=len(missing), first=first, step=step)
        )
    raise_problems(problems)
    counts = cube.reindex(full).to_numpy(float).reshape(len(years), len(units), len(steps))
    return YearTable(years=tuple(years), units=tuple(units), steps=tuple(steps), counts=counts)


def _gaps(numbers: list[int], file: str, column: str) -> list[Problem]:
    """Return a problem where whole numbers are left out between the first and the last."""
    if not numbers:
        return [problem("planning.no_rows", file=file)]
    missing = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
    if not missing:
        return []
    return [problem("planning.gap_in_years", file=file, column=column, missing=listed(missing))]


def _negative(frame: pd.DataFrame, file: str, unit: str) -> list[Problem]:
    bad = frame.loc[~(frame["anzahl"] >= 0), unit]
    return (
        [problem("planning.negative_count", file=file, keys=listed(set(bad)))] if len(bad) else []
    )


def remarks_on(register: YearTable, *, file: str) -> list[str]:
    """Say in German what a reader should know of the register: jumps, rounded counts."""
    found = []
    whole = register.counts.sum(axis=1)
    change = np.abs(whole[1:] / np.where(whole[:-1] > 0, whole[:-1], np.nan) - 1)
    for place, step in zip(*np.nonzero(change > JUMP), strict=True):
        words = {"share": percent(float(change[place, step]), 0), "file": file}
        words |= {"age": register.steps[step], "year": register.years[place + 1]}
        found.append(text("planning.forecast.jump", **words))
    for base in (5, 3):
        if _are_multiples(register.counts.ravel(), base):
            found.append(text("planning.forecast.rounded", file=file, base=base))
            break
    return found


def _are_multiples(counts: Iterable[float], base: int) -> bool:
    some = np.asarray([count for count in counts if count > 0])
    return len(some) > 20 and bool((some % base == 0).all())
