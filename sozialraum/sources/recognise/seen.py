"""What was recognised in files: frozen values, nothing but texts, numbers and findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sozialraum.model import Problem

# from here on a key is taken and shown; below it is asked
SURE = 0.95


@dataclass(frozen=True)
class SeenLayer:
    """A layer of areas, points or lines.

    Parameters
    ----------
    file, layer : where it is; `layer` is "" where the file holds only one
    features : how many there are
    crs : code of its coordinate system; "" where the file states none that can be right
    geometry : "areas", "points", "lines" or "mixed"
    columns : attribute -> one text per feature, of those that are filled and no fractions
    keys : attributes that name each feature once, codes before names
    apart : places of areas that lie far from all others, from 0
    rows : attribute -> entries of the features that are areas, where others are their waters
    longitude : of its middle in degrees; None where it is not known
    problems : what a reader of it must know
    """

    file: str
    layer: str
    features: int
    crs: str
    geometry: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: tuple[int, ...] = ()
    longitude: float | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """File and layer, for people."""
        return f"{self.file}:{self.layer}" if self.layer else self.file

    def width(self, attribute: str) -> int | None:
        """Return how many digits the keys of an attribute have; None where they are no codes."""
        keys = self.columns.get(attribute, ())
        lengths = {len(k) for k in keys}
        return lengths.pop() if len(lengths) == 1 and all(k.isdigit() for k in keys) else None


@dataclass(frozen=True)
class KeyMatch:
    """A column of a table that holds the keys of a layer.

    Parameters
    ----------
    place : column, from 0
    layer, attribute : label of the layer, and which of its attributes
    way : "equal", "zeros" (lost), "ars" (12 digits for 8), "names", "part" (of a cell) or "affix"
    score : 0..1, how many keys stand on both sides; from `SURE` on it is taken
    matched, areas : keys on both sides, keys of the layer
    left_table, left_layer : keys that stand on one side only
    prefix, suffix, side : of "affix": what "table" or "areas" lacks around its keys
    elsewhere : keys of the table that are official and of other places or levels
    """

    place: int
    layer: str
    attribute: str
    way: str
    score: float
    matched: int
    areas: int
    left_table: tuple[str, ...] = ()
    left_layer: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""
    side: str = ""
    elsewhere: int = 0

    @property
    def sure(self) -> bool:
        """Whether nobody has to be asked."""
        return self.score >= SURE


@dataclass(frozen=True)
class SeenPeriod:
    """For when numbers stand.

    Parameters
    ----------
    days : the days, in order; a year alone is its last day
    source : "column", "sheet", "title", "file" or "heads"
    column : title of the column, where it is one
    """

    days: tuple[dt.date, ...] = ()
    source: str = ""
    column: str = ""

    @property
    def sure(self) -> bool:
        """Whether it is stated with the numbers; the year in a name may be that of printing."""
        return self.source in {"column", "title"}


@dataclass(frozen=True)
class LongForm:
    """How a table with several rows or columns per area is read, as ``[[tables]]`` states it.

    Parameters
    ----------
    names : columns whose entries become names of columns
    values : columns with the numbers; () where `names` is ()
    column : column that says the Stichtag, by its number where the head has no title for it; ""
        where none does
    heads : the form of heads that say it, ``"{name} {yyyy}"``; "" where they do not
    """

    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    column: str | int = ""
    heads: str = ""


@dataclass(frozen=True)
class SeenColumn:
    """A column of a table.

    Parameters
    ----------
    title : as the reader finds it
    kind : "count", "share", "amount", "code" or "text"
    filled : cells with a value
    status : why others have none -> how many
    total, smallest, largest : of its numbers; None where it holds none
    label : what it counts, where its title does not say it
    """

    title: str
    kind: str
    filled: int
    status: Mapping[str, int] = field(default_factory=dict)
    total: float | None = None
    smallest: float | None = None
    largest: float | None = None
    label: str = ""

    @property
    def words(self) -> str:
        """What it counts, for people."""
        return self.label or self.title


@dataclass(frozen=True)
class Pair:
    """A count and what it may be a part of.

    Parameters
    ----------
    score : above 10 it is proved by a delivered share
    share : title of that share; "" where only name and size speak for it
    table : label of the table that holds the denominator; "" where it is the same
    """

    numerator: str
    denominator: str
    score: float
    share: str = ""
    table: str = ""


@dataclass(frozen=True)
class SeenTable:
    """A table: one file, or one sheet of it.

    Parameters
    ----------
    file, sheet : where it is; `sheet` is "" where the file has one
    kind : name of the official format, "table", "words", "personal" or "unreadable"
    rows : rows of areas
    header : rows of the head as the spreadsheet shows them; (0, 0) where there is none
    key : name of the key column, or its number from 1 where it has no title; "" where none is known
    match, rivals : the best layer for it, and others as good
    period : for when the numbers stand
    long_by : titles of columns that make rows of one area differ
    layer : of a file with several, whose attributes are the table
    form : how it becomes one row per area; None where it is that, or cannot become it
    columns : without the key; of a table with a `form` those of its newest day
    pairs : numerator -> what it may be a part of, best first
    totals : rows of sums in the file
    sample : head and first rows, as they stand in the file; () of a list of single persons
    decimal : its decimal mark, where only another column tells what "1.234" means
    problems : what was noticed
    """

    file: str
    sheet: str
    kind: str
    rows: int = 0
    header: tuple[int, int] = (0, 0)
    key: str | int = ""
    match: KeyMatch | None = None
    rivals: tuple[KeyMatch, ...] = ()
    period: SeenPeriod = SeenPeriod()
    long_by: tuple[str, ...] = ()
    layer: str = ""
    form: LongForm | None = None
    columns: tuple[SeenColumn, ...] = ()
    pairs: Mapping[str, tuple[Pair, ...]] = field(default_factory=dict)
    totals: tuple[int, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    decimal: str | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """File and sheet, for people."""
        if self.layer:
            return f"{self.file}:{self.layer}"
        return f"{self.file}, Blatt „{self.sheet}“" if self.sheet else self.file

    def words_of(self, title: str) -> str:
        """Return what a column counts, for people."""
        return next((c.words for c in self.columns if c.title == title), title)

    def titles(self, kind: str) -> list[str]:
        """Return the titles of all columns of one kind."""
        return [c.title for c in self.columns if c.kind == kind]


@dataclass(frozen=True)
class SeenFolder:
    """Several files seen together: tables know the layers beside them."""

    layers: tuple[SeenLayer, ...] = ()
    tables: tuple[SeenTable, ...] = ()
    others: tuple[str, ...] = ()

    def layer(self, label: str) -> SeenLayer | None:
        """Return the layer of a label."""
        return next((x for x in self.layers if x.label == label), None)
