"""Dates and periods as delivered files write them: 31.01.2023, 01/2023, Januar 2023, SJ 23/24.

What can mean two things (2324, 03.04.23, 1 2024) is no period here: it is told, never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from sozialraum.model.dates.period import Period

_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "januar jan jänner january", "februar feb february", "märz mrz mär maerz march mar",
            "april apr", "mai may", "juni jun june", "juli jul july", "august aug",
            "september sep sept", "oktober okt october oct", "november nov",
            "dezember dez december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_DAY = re.compile(r"(?a)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_TIMED_DAY = re.compile(r"(?a)(\d{4}-\d\d-\d\d)[ T]00:00(?::00)?")
_NAMED_DAY = re.compile(r"(\d{1,2})\. ?([^\W\d_]+)\.? (\d{4})")
_MONTH = re.compile(r"(?a)(\d{1,2})[/.](\d{4})")
_NAMED_MONTH = re.compile(r"([^\W\d_]+)\.? ?(\d{4})")
_QUARTER = re.compile(
    r"(?ai)(?=.*[qv])(?:q|quartal )?([1-4])(?:\. ?(?:quartal|q|vj)\.?)?[ /](\d{4})"
)
_QUARTER_BEHIND = re.compile(r"(?ai)(\d{4})[ /-]?(?:q|quartal ?)([1-4])")
_HALF = re.compile(r"(?ai)([12])\. ?(?:halbjahr|hj\.?)[ /](\d{4})")
_HALF_BEHIND = re.compile(r"(?ai)(\d{4})[ /-]?(?:h|hj\.? ?|halbjahr )([12])")
_SCHOOL = re.compile(r"(?ai)(?:(?:sj\.?|schuljahr)\s*)?((?:\d\d)?\d\d) ?/ ?((?:\d\d)?\d\d)")


class Periods(NamedTuple):
    """What a column of periods holds.

    Parameters
    ----------
    found : cell as written -> its period
    unread : cells that are none, each once, in their order
    grains : grains that occur, in the order they are met
    """

    found: dict[object, Period]
    unread: list[object]
    grains: tuple[str, ...]


def read_periods(cells: Iterable[object]) -> Periods:
    """Return the periods of a column's cells; every distinct cell is read once.

    Examples
    --------
    >>> read = read_periods(["Januar 2023", "02/2023", "2324"])
    >>> [str(p) for p in read.found.values()], read.unread, read.grains
    (['2023-01', '2023-02'], ['2324'], ('month',))
    """
    found: dict[object, Period] = {}
    unread: list[object] = []
    for cell in dict.fromkeys(cells):
        period = read_period(cell)
        if period is None:
            unread.append(cell)
        else:
            found[cell] = period
    return Periods(found, unread, tuple(dict.fromkeys(p.grain for p in found.values())))


def read_period(cell: object) -> Period | None:
    """Return the period a cell names, or None where it names none or could be two.

    Parameters
    ----------
    cell : text, a date of a workbook, or a whole number as a year

    Examples
    --------
    >>> str(read_period("31.01.2023")), str(read_period("SJ 23/24")), str(read_period(2024))
    ('2023-01-31', '2023/24', '2024')
    >>> read_period("31.02.2023"), read_period("2324"), read_period("03.04.23")
    (None, None, None)
    """
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return _made("day", cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    try:
        return Period.parse(text)
    except ValueError:
        return _german(text)


def _german(text: str) -> Period | None:
    """Return the period of a text in a form that only German files have."""
    for mark, first, behind in (("Q", _QUARTER, _QUARTER_BEHIND), ("H", _HALF, _HALF_BEHIND)):
        if found := first.fullmatch(text):
            return _of_iso(f"{found[2]}-{mark}{found[1]}")
        if found := behind.fullmatch(text):
            return _of_iso(f"{found[1]}-{mark}{found[2]}")
    timed, month = _TIMED_DAY.fullmatch(text), _MONTH.fullmatch(text)
    if timed:
        return _of_iso(timed[1])
    if found := _DAY.fullmatch(text):
        return _of_iso(f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}")
    if found := _NAMED_DAY.fullmatch(text):
        name = _MONTHS.get(found[2].casefold(), 0)
        return _of_iso(f"{found[3]}-{name:02}-{int(found[1]):02}")
    if month:
        return _of_iso(f"{month[2]}-{int(month[1]):02}")
    if found := _NAMED_MONTH.fullmatch(text):
        return _of_iso(f"{found[2]}-{_MONTHS.get(found[1].casefold(), 0):02}")
    return _school_year(text)


def _school_year(text: str) -> Period | None:
    """Return a school year; 2023/24, 23/24 or 2023/2024: the second year follows the first."""
    found = _SCHOOL.fullmatch(text)
    if not found or len(found[1]) < len(found[2]):
        return None
    year = int(found[1])
    if len(found[1]) == 2:
        year += 1900 if year >= 70 else 2000
    following = (year + 1) % 100 if len(found[2]) == 2 else year + 1
    return _made("school_year", year) if int(found[2]) == following else None


def _of_iso(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def _made(grain: str, at: dt.date | int) -> Period | None:
    """Return a period, or None outside the years that are read."""
    try:
        return Period.of(at) if isinstance(at, dt.date) else Period(grain, at)  # type: ignore[arg-type]
    except ValueError:
        return None
