"""``[areas]`` and ``[[tables]]``: what was delivered, and how it is reshaped before it is used."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal, LiteralString, NamedTuple

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sozialraum.config.sections import Section
from sozialraum.config.toml_text import as_tuples
from sozialraum.model.dates.period import Period
from sozialraum.model.indicator import Indicator
from sozialraum.model.options import AreaSetName, NotNegative, Parts, Sign, Winner
from sozialraum.model.units import SHARE_FACTOR

_PERIOD: LiteralString = "period"
_ONE_WAY: LiteralString = "one_stichtag"
_ONE_FILE: LiteralString = "one_file"
_DAY: LiteralString = "month_and_day"


def period_text(given: Any) -> Any:
    """Return a day or a period of a build file as the text of `Period`.

    Raises
    ------
    PydanticCustomError
        If it is neither.
    """
    if isinstance(given, dt.datetime) or not isinstance(given, dt.date | str):
        raise PydanticCustomError(_PERIOD, _PERIOD)
    try:
        return str(Period.of(given) if isinstance(given, dt.date) else Period.parse(given))
    except ValueError:
        raise PydanticCustomError(_PERIOD, _PERIOD) from None


def last_day(given: Any) -> Any:
    """Return the last day of a period written as text; anything else as it is."""
    try:
        return Period.parse(given).end if isinstance(given, str) else given
    except ValueError:
        return given


class CountedShare(NamedTuple):
    """A delivered share whose base is named: its cases are counted from both.

    Parameters
    ----------
    label : of the indicator
    value, base : columns of the share and of the persons it refers to
    factor : 1, 100 or 1000: how the share is written
    cases : name of the column of cases that is made of them
    """

    label: str
    value: str
    base: str
    factor: float
    cases: str


def counted_share(indicator: Indicator) -> CountedShare | None:
    """Return how the cases of an indicator are counted from its share; None where it is no share.

    Examples
    --------
    >>> names = {"value": "quote", "denominator": "kinder", "unit": "percent"}
    >>> share = Indicator(id="a", label="A", direction="burden", **names)
    >>> counted_share(share).cases, counted_share(share).factor
    ('quote × kinder', 100.0)
    """
    if indicator.value is None or indicator.denominator is None:
        return None
    if indicator.unit not in SHARE_FACTOR or indicator.kind not in ("share", "rate"):
        return None
    names = indicator.value, indicator.denominator
    return CountedShare(indicator.label, *names, SHARE_FACTOR[indicator.unit], " × ".join(names))


def _several(given: Any) -> Any:
    return (given,) if isinstance(given, str) else as_tuples(given)


PeriodText = Annotated[str, BeforeValidator(period_text)]
Entries = dict[str, Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]]
Place = str | Annotated[int, Field(ge=1)]


class Repair(Section):
    """``[areas.NAME.repair]``: arguments of `sozialraum.space.repair.repair_areas`."""

    function: ClassVar[str] = "sozialraum.space.repair:repair_areas"

    invalid: bool = False
    overlaps: Winner | None = None
    parts_below: NotNegative = 0.0
    gaps_below: NotNegative = 0.0


class Merge(Section):
    """One entry of ``merge`` in ``[areas.NAME]``: areas that are one, under a key of its own."""

    keys: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=2)]
    key: Annotated[str, Field(min_length=1)]


class NamesFile(Section):
    """``[areas.NAME.names]``: the names of the areas from another file, by key.

    Areas the file does not name, or names twice in two ways, keep the name of their own layer.
    """

    function: ClassVar[str] = "sozialraum.sources.delivering.area_names:read_names"

    file: str
    key: str
    name: str
    layer: str | None = None


class AreaSet(Section):
    """``[areas.NAME]``: one set of areas (Gebiete) with its own keys.

    `schools` is a column with the school of each area, or several with a comma between them where
    they share it. `prefix` and `suffix` are put around the keys of the layer, the prefix "ags" is
    the column of that name; `rows` keeps only
    shapes with these entries; `grid` is a table of the cells of a census grid instead of a layer,
    ``[join] method = "cells"`` cuts them at borders; `aliases` are other words for areas in tables:
    word -> key. `apart` are areas that truly lie far from all others: an island, an exclave.
    """

    function: ClassVar[str] = "sozialraum.sources.spatial.geometry:read_areas"

    file: str
    key: str
    name: str | None = None
    layer: str | None = None
    crs: str | None = None
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    label: str = ""
    parents: dict[str, str] = {}
    drop: tuple[str, ...] = ()
    merge: tuple[Merge, ...] = ()
    parts: Parts = "error"
    repair: Repair | None = None
    names: NamesFile | None = None
    schools: str | None = None
    rows: Entries = {}
    prefix: str = ""
    suffix: str = ""
    aliases: dict[str, str] = {}
    apart: tuple[str, ...] = ()
    grid: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _cells(cls, given: Any) -> Any:
        """Read the table of a census grid as the file of the areas."""
        given = as_tuples(given)  # a saved build holds lists; pydantic no longer sees it is JSON
        if isinstance(given, dict) and isinstance(given.get("grid"), str):
            return {"file": given["grid"], "key": "GITTER_ID", **given}
        return given


class Stichtag(Section):
    """``stichtag`` of a table: a day or period, or where the delivery says it.

    Exactly one of `at`, `column` (name or number of a column), `sheets` (sheet -> day or period),
    `name` (the name of the file with ``{yyyy}``, ``{mm}``, ``{dd}``, ``{q}`` or ``{h}`` in it) and
    `columns` (heads with these in them, and ``{name}`` for the rest of the head). `day` is month
    and day within whole years, "10-15".
    """

    at: PeriodText | None = None
    column: Place | None = None
    sheets: dict[str, PeriodText] | None = None
    name: str | None = None
    columns: str | None = None
    day: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        """Read a day or a period without a table as that."""
        return as_tuples(given) if isinstance(given, dict) else {"at": period_text(given)}

    @field_validator("day")
    @classmethod
    def _day_of_a_year(cls, day: str | None) -> str | None:
        try:
            if day is not None:
                dt.date.fromisoformat(f"2001-{day}")
        except ValueError:
            raise PydanticCustomError(_DAY, _DAY) from None
        return day

    @model_validator(mode="after")
    def _one_way(self) -> Stichtag:
        ways = (self.at, self.column, self.sheets, self.name, self.columns)
        if sum(way is not None for way in ways) != 1:
            raise PydanticCustomError(_ONE_WAY, _ONE_WAY)
        return self

    @property
    def periods(self) -> tuple[Period, ...] | None:
        """The periods that the build file itself says; None where the delivery says them."""
        stated = (self.at,) if self.at is not None else tuple((self.sheets or {}).values())
        return tuple(Period.parse(one) for one in stated) or None

    @property
    def days(self) -> tuple[dt.date, ...] | None:
        """The days that the build file itself says; None where the delivery says them."""
        stated = self.periods
        return None if stated is None else tuple(period.end for period in stated)


def _or_text(schema: dict[str, Any]) -> None:
    """Let an editor accept a period as text, which becomes a Stichtag on reading."""
    schema["anyOf"].append({"type": "string"})


class TableSection(Section):
    """``[[tables]]``: one delivered table, or several files of one form.

    `files` are names with ``*``; the `key` may be left out where the file is that of the areas,
    whose attributes are the table then. `rows`, `names` and `values` reshape a long table: rows
    that are kept (column -> entries), columns whose entries become the names of columns, columns
    with the numbers. `prefix` and `suffix` are put around its keys; the prefix "ags" is the key of
    the Gemeinde, from the column of that name or from the name of the file; `by` "name" says that
    its keys are the names of the areas, "ars" that they are Regionalschlüssel of twelve digits,
    "part" that key and name stand in one cell ("11 Aegidii", "Bezirk 112 – Altstadt"). `others`
    "leave_out" leaves out rows of areas outside the set, counted. `to` tells its months or quarters
    as longer spans, as ``[[counts]]`` says of each column.
    """

    function: ClassVar[str] = "sozialraum.sources.tabular.tables:read_counts"

    file: str | None = None
    files: tuple[str, ...] = ()
    areas: AreaSetName
    key: Place | None = None
    stichtag: Stichtag | None = Field(default=None, json_schema_extra=_or_text)
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    prefix: str = ""
    suffix: str = ""
    by: Literal["key", "name", "ars", "part"] = "key"
    to: Literal["quarter", "half", "year", "school_year"] | None = None
    others: Literal["refuse", "leave_out"] = "refuse"
    rows: Entries = {}
    names: tuple[Place, ...] = ()
    values: tuple[Place, ...] = ()
    sheet: str | None = None
    layer: str | None = None
    encoding: str | None = None
    delimiter: Sign | None = None
    decimal: Literal[",", "."] | None = None
    sentinels: tuple[str, ...] | dict[str, tuple[str, ...]] = ()
    columns: dict[str, str] | None = None
    text: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_source(self) -> TableSection:
        if (self.file is None) == (not self.files):
            raise PydanticCustomError(_ONE_FILE, _ONE_FILE)
        return self

    @property
    def written(self) -> str:
        """The file, or the first of the patterns, as messages name it."""
        return self.file or self.files[0]

    def days(self, own: dt.date) -> tuple[dt.date, ...] | None:
        """Return the Stichtage that the build file says; None where the delivery says them.

        Parameters
        ----------
        own : the Stichtag of the build
        """
        return (own,) if self.stichtag is None else self.stichtag.days
