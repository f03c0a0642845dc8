"""For when the numbers of a table stand: column, title, sheet, file name or heads say it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Sequence

from sozialraum.sources.recognise.seen import SeenPeriod

_YEAR = re.compile(r"(?<![0-9])((?:19[89]|20[0-4])[0-9])(?![0-9])")
_DATE = re.compile(r"(?<![0-9])([0-9]{1,2})\.([0-9]{1,2})\.((?:19|20)[0-9]{2})(?![0-9])")
_ISO = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})(?![0-9])")
_MONTH = re.compile(r"(?<![0-9])((?:19[89]|20[0-4])[0-9])[_-](0[1-9]|1[0-2])(?![0-9])")
_NAMED = re.compile(
    r"\b(jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-zä]*\.?\s+((?:19|20)[0-9]{2})",
    re.I,
)
_MONTHS = {
    "jan": 1, "feb": 2, "mär": 3, "mrz": 3, "apr": 4, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "okt": 10, "nov": 11, "dez": 12,
}  # fmt: skip
# when a table was made says nothing about when its numbers stand
_MADE = re.compile(
    r"\b(datenstand|stand der daten|erstell\w*|abruf\w*|ausgegeben|gedruckt)\b[^;|]*", re.I
)
_CELL = re.compile(
    r"(19|20)[0-9]{2}(\.0)?|[0-9]{1,2}\.[0-9]{1,2}\.(19|20)[0-9]{2}|(19|20)[0-9]{2}-[0-9]{2}(-[0-9]{2})?"
)


def holds_days(cells: Sequence[str]) -> bool:
    """Tell whether a column holds years or days.

    Examples
    --------
    >>> holds_days(["2022", "2023"]), holds_days(["31.12.2022"]), holds_days(["2", "3"])
    (True, True, False)
    """
    filled = [c for c in cells if c]
    return bool(filled) and sum(bool(_CELL.fullmatch(c)) for c in filled) > 0.95 * len(filled)


def days_in(text: str) -> tuple[dt.date, ...]:
    """Return the days a text names; a month is its last day, a year too.

    Examples
    --------
    >>> [d.isoformat() for text in ("Stand 30.06.2023", "Monat 2024_02") for d in days_in(text)]
    ['2023-06-30', '2024-02-29']
    """
    said = _MADE.sub(" ", text)
    found = [_day(int(y), int(m), int(d)) for d, m, y in _DATE.findall(said)]
    found += [_day(int(y), int(m), int(d)) for y, m, d in _ISO.findall(said)]
    rest = _ISO.sub(" ", _DATE.sub(" ", said))
    if not any(found):
        found += [_last(int(y), int(m)) for y, m in _MONTH.findall(rest)]
        found += [_last(int(y), _MONTHS[m.casefold()[:3]]) for m, y in _NAMED.findall(rest)]
    if not any(found):
        found += [dt.date(int(y), 12, 31) for y in _YEAR.findall(rest)]
    return tuple(sorted({day for day in found if day is not None}))


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _last(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def period_of(
    *,
    columns: Iterable[tuple[str, Sequence[str]]],
    title: str,
    sheet: str,
    stem: str,
    heads: str,
) -> SeenPeriod:
    """Return for when a table stands: a column before its title, its sheet, its name, its heads.

    Parameters
    ----------
    columns : title and cells of the columns that hold years or days
    title : what stands above the head
    sheet, stem : names of sheet and file
    heads : the head in one line
    """
    for name, cells in columns:
        days = tuple(sorted({day for cell in set(cells) for day in days_in(cell)}))
        if days:
            return SeenPeriod(days, "column", name)
    places = (("title", title), ("sheet", sheet), ("file", stem), ("heads", heads))
    for source, text in places:
        days = days_in(text)
        if days:
            return SeenPeriod(days, source)
    return SeenPeriod()
