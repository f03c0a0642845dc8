"""What a number refers to in time: a day, a month, a school year; ordered by time, not by text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal, get_args

Grain = Literal["day", "month", "quarter", "half", "year", "school_year", "two_years"]
GRAINS: tuple[Grain, ...] = get_args(Grain)

# grain -> parts of a year
_PARTS = {
    "day": 366, "month": 12, "quarter": 4, "half": 2, "year": 1, "school_year": 1, "two_years": 1,
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_WRITTEN = (
    ("day", re.compile(r"(?a)(\d{4})-(\d\d)-(\d\d)")),
    ("month", re.compile(r"(?a)(\d{4})-(\d\d)")),
    ("quarter", re.compile(r"(?a)(\d{4})-Q([1-4])")),
    ("half", re.compile(r"(?a)(\d{4})-H([12])")),
    ("year", re.compile(r"(?a)(\d{4})")),
    ("school_year", re.compile(r"(?a)(\d{4})/(\d\d)")),
    ("two_years", re.compile(r"(?a)(\d{4})-(\d{4})")),
)


@total_ordering
@dataclass(frozen=True)
class Period:
    """A span of time of one grain.

    Parameters
    ----------
    grain : "day", "month", "quarter", "half", "year", "school_year" (1 August to 31 July) or
        "two_years"
    year : year in which it begins, 1900..2199; of a day any
    part : which month, quarter or half of the year, from 1; of a day its number in the year; 1 for
        whole years

    Raises
    ------
    ValueError
        If there is no such period.

    Examples
    --------
    >>> month = Period("month", 2024, 2)
    >>> str(month), month.start.isoformat(), month.end.isoformat()
    ('2024-02', '2024-02-01', '2024-02-29')
    >>> Period.parse("2023/24").end.isoformat()
    '2024-07-31'
    >>> Period.parse("2024-02-29") < Period.parse("2024-04-30") < Period.parse("2024")
    True
    """

    grain: Grain
    year: int
    part: int = 1

    def __post_init__(self) -> None:
        """Refuse a period that no calendar has."""
        if self.grain not in _PARTS:
            raise ValueError(_message("grain", f"one of {GRAINS}", self.grain))
        if self.grain != "day":  # a day may be one of another century; a build says so by itself
            _refuse_other_century(self.year)
        most = 365 + _is_leap(self.year) if self.grain == "day" else _PARTS[self.grain]
        if not 1 <= self.part <= most:
            raise ValueError(_message("part", f"1..{most} for a {self.grain}", self.part))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that a text names.

        The forms are ``2024-12-31``, ``2024-12``, ``2024-Q3``, ``2024-H1``, ``2024``, ``2023/24``
        (school year) and ``2023-2024`` (two years).

        Raises
        ------
        ValueError
            If the text has none of these forms, or names a day that no calendar has.
        """
        for grain, form in _WRITTEN:
            found = form.fullmatch(text)
            if found:
                _refuse_other_century(int(found.group(1)))
                return _from_numbers(cls, grain, [int(part) for part in found.groups()], text)
        raise ValueError(_message("text", "a period like '2024-12', '2024-Q3' or '2023/24'", text))

    @classmethod
    def of(cls, day: dt.date, grain: Grain = "day") -> Period:
        """Return the period of a grain in which a day lies; two years begin with the day's year.

        Examples
        --------
        >>> str(Period.of(dt.date(2024, 5, 7), "school_year"))
        '2023/24'
        """
        if grain == "day":
            return cls("day", day.year, day.timetuple().tm_yday)
        if grain == "school_year":
            return cls("school_year", day.year - (day.month < 8))
        parts = _PARTS.get(grain, 1)
        return cls(grain, day.year, (day.month - 1) * parts // 12 + 1)

    @classmethod
    def closed_by(cls, day: dt.date, grain: Grain) -> Period | None:
        """Return the period of a grain whose last day a day is; None where it is no last day.

        Of a day of another century None, too.

        Examples
        --------
        >>> str(Period.closed_by(dt.date(2024, 3, 31), "quarter"))
        '2024-Q1'
        >>> str(Period.closed_by(dt.date(2024, 12, 31), "two_years"))
        '2023-2024'
        >>> Period.closed_by(dt.date(2024, 3, 30), "quarter") is None
        True
        """
        if not _FIRST_YEAR < day.year <= _LAST_YEAR:
            return None
        found = cls.of(day, grain)
        if grain == "two_years":
            found = cls(grain, day.year - 1)
        return found if found.end == day else None

    @property
    def start(self) -> dt.date:
        """The first day."""
        if self.grain == "day":
            return dt.date(self.year, 1, 1) + dt.timedelta(days=self.part - 1)
        if self.grain == "school_year":
            return dt.date(self.year, 8, 1)
        months = 12 // _PARTS[self.grain]
        return dt.date(self.year, (self.part - 1) * months + 1, 1)

    @property
    def end(self) -> dt.date:
        """The last day: where a stock of the period stands."""
        return self.start if self.grain == "day" else self.shift(1).start - dt.timedelta(days=1)

    def shift(self, steps: int) -> Period:
        """Return the period `steps` later; earlier, where it is negative.

        Examples
        --------
        >>> str(Period.parse("2024-Q4").shift(1)), str(Period.parse("2023-2024").shift(-1))
        ('2025-Q1', '2021-2022')
        """
        if self.grain == "day":
            return Period.of(self.start + dt.timedelta(days=steps))
        if self.grain == "two_years":
            return Period(self.grain, self.year + 2 * steps)
        parts = _PARTS[self.grain]
        year, part = divmod(self.year * parts + self.part - 1 + steps, parts)
        return Period(self.grain, year, part + 1)

    def steps_to(self, other: Period) -> int:
        """Return how many periods later `other` begins.

        Raises
        ------
        ValueError
            If the other one has another grain, or two spans of two years overlap.

        Examples
        --------
        >>> Period.parse("2023-11").steps_to(Period.parse("2024-02"))
        3
        """
        if other.grain != self.grain:
            raise ValueError(_message("other", f"a period of grain {self.grain}", str(other)))
        if self.grain == "day":
            return (other.start - self.start).days
        parts, width = _PARTS[self.grain], 2 if self.grain == "two_years" else 1
        apart = (other.year - self.year) * parts + other.part - self.part
        if apart % width:
            raise ValueError(_message("other", f"whole steps from {self}", str(other)))
        return apart // width

    def holds(self, day: dt.date) -> bool:
        """Tell whether a day lies in the period."""
        return self.start <= day <= self.end

    def __lt__(self, other: Period) -> bool:
        """Order by the last day, then by the first."""
        return (self.end, self.start) < (other.end, other.start)

    def __str__(self) -> str:
        """Return the text that `Period.parse` reads."""
        return {
            "day": self.start.isoformat() if self.grain == "day" else "",
            "month": f"{self.year}-{self.part:02}",
            "quarter": f"{self.year}-Q{self.part}",
            "half": f"{self.year}-H{self.part}",
            "year": f"{self.year}",
            "school_year": f"{self.year}/{(self.year + 1) % 100:02}",
            "two_years": f"{self.year}-{self.year + 1}",
        }[self.grain]


def note_span(spans: MutableMapping[str, str], period: Period | None) -> None:
    """Add what a day closes: a month, a quarter, …; of several the shortest.

    Days and whole years add nothing: a year is told by its last day.

    Examples
    --------
    >>> spans: dict[str, str] = {}
    >>> for text in ("2024-Q4", "2024-12", "2024", "2024-H2", "2023/24"):
    ...     note_span(spans, Period.parse(text))
    >>> spans
    {'2024-12-31': '2024-12', '2024-07-31': '2023/24'}
    """
    if period is None or period.grain in ("day", "year"):
        return
    day = period.end.isoformat()
    known = spans.get(day)
    if known is None or Period.parse(known).start < period.start:
        spans[day] = str(period)


def _from_numbers(cls: type[Period], grain: str, numbers: list[int], text: str) -> Period:
    """Return a period from the numbers of its text."""
    year, rest = numbers[0], numbers[1:]
    if grain == "day":
        try:
            return cls.of(dt.date(*numbers))
        except ValueError:
            raise ValueError(_message("text", "a day of the calendar", text)) from None
    if grain == "school_year" and rest[0] != (year + 1) % 100:
        raise ValueError(_message("text", "a school year like '2023/24'", text))
    if grain == "two_years" and rest[0] != year + 1:
        raise ValueError(_message("text", "two years like '2023-2024'", text))
    whole = grain in ("year", "school_year", "two_years")
    return cls(grain, year, 1 if whole else rest[0])  # type: ignore[arg-type]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _refuse_other_century(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(_message("year", f"{_FIRST_YEAR}..{_LAST_YEAR}", year))


def _message(name: str, expected: str, found: object) -> str:
    return f"The '{name}' parameter of Period must be {expected}. Got {found!r} instead."
