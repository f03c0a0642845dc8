"""A proposed build file: what goes into it, why, and what is still open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sozialraum.model.problem import Plain

OPEN = "???"
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST = 40


@dataclass(frozen=True)
class ProposedAreas:
    """``[areas.NAME]``; `crs` is only there where the file does not say it.

    `far` are the names of areas that lie far from all others; their keys stand under `apart` once
    the office has said that they truly do. `grid` tells that they are the cells of a census.
    """

    name: str
    label: str
    file: str
    layer: str
    key: str
    title: str | None = None
    crs: str | None = None
    width: int | None = None
    prefix: str = ""
    suffix: str = ""
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    merge: tuple[tuple[tuple[str, ...], str], ...] = ()
    grid: bool = False


@dataclass(frozen=True)
class ProposedTable:
    """``[[tables]]``: `columns` is name -> title in the file; `doubt` is printed beside it.

    `files` is a pattern where there is one file per year.
    `others` tells that it has rows of other places, which are left out.
    `names`, `values` and `stichtag` reshape a table with several rows or columns per area.
    """

    label: str
    file: str
    sheet: str
    areas: str
    key: str | int
    width: int | None
    columns: Mapping[str, str]
    by: str = "key"
    doubt: str = ""
    layer: str = ""
    prefix: str = ""
    suffix: str = ""
    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    files: str = ""
    stichtag: Mapping[str, Plain] = field(default_factory=dict)
    decimal: str | None = None
    others: bool = False


@dataclass(frozen=True)
class Base:
    """A possible denominator: its column, its title, and why it may be one."""

    column: str
    title: str
    why: str
    proved: bool


@dataclass(frozen=True)
class ProposedIndicator:
    """``[[indicators]]``; `used` tells whether it is switched on.

    Either `bases` holds possible denominators, the chosen one first, or `unit` the notation of a
    delivered value.
    """

    id: str
    label: str
    column: str
    bases: tuple[Base, ...] = ()
    unit: str = ""
    direction: str = OPEN
    used: bool = True


@dataclass(frozen=True)
class Question:
    """Something that only the office knows.

    Parameters
    ----------
    id : key of the answer
    text : in German
    choices : answer -> what it means; empty where any text is one
    proposal : the answer that is taken where nobody replies; "" where there is none
    """

    id: str
    text: str
    choices: Mapping[str, str] = field(default_factory=dict)
    proposal: str = ""


@dataclass(frozen=True)
class ProposedOffers:
    """``[offers]``: a list, and which of its columns is what.

    Parameters
    ----------
    file, layer : where the list is
    columns : key of ``[offers]`` -> column of the list
    crs : of its coordinates; "" where the layer says it, or there are none
    """

    file: str
    layer: str
    columns: Mapping[str, str]
    crs: str = ""


@dataclass(frozen=True)
class Proposal:
    """A build file as proposed; `classes` is there where areas are too few for the method.

    `raster` is the census grid whose persons are weights where areas cross.
    """

    name: str
    title: str
    place: str
    recipe: str
    orientation: str
    ags: str
    stichtag: dt.date | None
    crs: str
    area_word: str
    data: str
    sources: tuple[str, ...]
    areas: tuple[ProposedAreas, ...]
    tables: tuple[ProposedTable, ...]
    target: str
    source: str
    method: str
    indicators: tuple[ProposedIndicator, ...]
    classes: Mapping[str, Plain] = field(default_factory=dict)
    population: str = ""
    raster: str = ""
    published: bool = False
    reason: str = ""
    ledger: str = ""
    key: str = ""
    left_out: tuple[str, ...] = ()
    offers: ProposedOffers | None = None
    questions: tuple[Question, ...] = ()

    @property
    def used(self) -> tuple[ProposedIndicator, ...]:
        """The indicators that are switched on."""
        return tuple(i for i in self.indicators if i.used)

    @property
    def open(self) -> tuple[Question, ...]:
        """Questions for which there is no proposal either."""
        return tuple(q for q in self.questions if not q.proposal)


def slug_of(title: str, taken: Iterable[str] = ()) -> str:
    """Return a short name for a title, unlike all that are taken.

    Examples
    --------
    >>> slug_of("Einwohner unter 15 Jahren"), slug_of("Größe", ["groesse"])
    ('einwohner_unter_15_jahren', 'groesse_2')
    """
    plain = re.sub(r"[^0-9a-z]+", "_", title.casefold().translate(_LETTERS)).strip("_")
    name = plain[:_LONGEST].strip("_") or "spalte"
    name = f"n_{name}" if name[0].isdigit() else name
    used, n = set(taken), 1
    wanted = name
    while wanted in used:
        n += 1
        wanted = f"{name}_{n}"
    return wanted
