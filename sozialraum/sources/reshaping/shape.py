"""How a delivered table is reshaped, and what comes out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sozialraum.model import Period, Problem
from sozialraum.sources.tabular.tables import Opened


@dataclass(frozen=True)
class Shape:
    """How a table is to be reshaped: ``rows``, then ``stichtag``, then ``names`` and ``values``.

    Parameters
    ----------
    rows : column -> entries of the rows that are kept
    names : columns whose entries become names of columns; several are joined by a blank
    values : columns with the numbers of a long table; () = the only column of numbers
    column : column that says the Stichtag, by name or number; a row of it that holds nothing else
        is the Stichtag of the rows below
    columns : heads with ``{yyyy}``, ``{mm}``, ``{dd}``, ``{q}`` or ``{h}``, and ``{name}``
    day : month and day within whole years, "10-15"; "" = the last day
    wanted : names of columns in use; of others nothing needs to be unique. None = all
    """

    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str | int, ...] = ()
    values: tuple[str | int, ...] = ()
    column: str | int | None = None
    columns: str | None = None
    day: str = ""
    wanted: frozenset[str] | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether a table stays as it is."""
        return not (self.rows or self.names or self.column is not None or self.columns)


@dataclass(frozen=True)
class LeftRows:
    """Rows that `rows` leaves out.

    Parameters
    ----------
    column : the column that decides
    rows : how many
    sums : column of numbers -> their sum, NaN-free; what the rows held
    """

    column: str
    rows: int
    sums: Mapping[str, float]


@dataclass(frozen=True)
class Reshaped:
    """A table after reshaping.

    Parameters
    ----------
    parts : period -> table; None where the file says no Stichtag
    problems : what was found and done
    left : rows left out, per reason
    """

    parts: dict[Period | None, Opened] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left: list[LeftRows] = field(default_factory=list)


def day_of(period: Period, day: str) -> Period:
    """Return a stated day within whole years, another period as it is.

    Examples
    --------
    >>> str(day_of(Period.parse("2023/24"), "10-15")), str(day_of(Period.parse("2023-05"), "10-15"))
    ('2023-10-15', '2023-05')
    """
    if not day or period.grain not in ("year", "school_year"):
        return period
    month, of_month = map(int, day.split("-"))
    year = period.year + (period.grain == "school_year" and month < 8)
    return Period.of(dt.date(year, month, of_month))
