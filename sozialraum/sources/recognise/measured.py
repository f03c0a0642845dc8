"""The numbers of a table that was recognised: per column, of its newest day and of all days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.recognise.column_kinds import kind_of_numbers
from sozialraum.sources.recognise.denominators import pairs_of
from sozialraum.sources.recognise.seen import Pair, SeenColumn
from sozialraum.sources.tabular.assembly import columns_of
from sozialraum.sources.tabular.cells import tidy
from sozialraum.sources.tabular.columns import ReadColumns, read_columns
from sozialraum.sources.tabular.headers import Header
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.sources.tabular.shared_titles import shared_title, without_title
from sozialraum.sources.tabular.table_rows import cell_of, sort_rows
from sozialraum.sources.tabular.tables import Opened

_SAMPLE_ROWS, _SAMPLE_COLUMNS = 5, 16
_FEW_HUNDREDS, _MANY_POINTS = 3, 8
_THOUSANDS = re.compile(r"(?a)[1-9]\d{0,2}(?:\.\d{3})+")
_HUNDREDS = re.compile(r"(?a)[1-9]\d\d")
_FRACTION = re.compile(r"(?a)\d+[.,](?:\d{1,2}|\d{4,})|0?\.\d+|\d+,\d+")
_NO_MEASURE = re.compile(r"(tabelle|blatt|sheet|daten|export|stadt|amt|auswertung)\b", re.I)


@dataclass(frozen=True, eq=False)
class Numbers:
    """Keys and numbers of the newest day of a table, to be set beside those of other tables.

    Parameters
    ----------
    keys : (n_rows,) as written
    columns : title -> (n_rows,) numbers, NaN where there is none
    """

    keys: tuple[str, ...] = ()
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


def measure_in(title: str, sheet: str, stem: str) -> str:
    """Return what a table counts, by its title, its sheet or its file; "" where none says it.

    Examples
    --------
    >>> measure_in("Arbeitslose nach Stadtteilen, Monatswerte 2024", "Tabelle1", "bericht_24")
    'Arbeitslose'
    >>> measure_in("", "Tabelle1", "arbeitslose_2024"), measure_in("", "2024", "2024")
    ('arbeitslose', '')
    """
    for text in (title.partition(" | ")[0], sheet, stem.replace("_", " ")):
        words = re.split(r"\s+(?:nach|in den|am|im|je)\s+|[,;:(|–]|[0-9]", text)[0].strip(" -.")
        if re.search(r"[A-Za-zÄÖÜäöü]{4,}", words) and not _NO_MEASURE.match(words):
            return words
    return ""


def legible(cells: Sequence[str]) -> float:
    """Return the share of entries that are words and no codes."""
    entries = {c for c in cells if c}
    return sum(any(x.islower() for x in c) for c in entries) / max(1, len(entries))


def sample_of(grid: Grid, header: Header, rows: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Return the head and the first rows of areas, to be looked at; few columns of many."""
    shown = range(min(len(header.paths), _SAMPLE_COLUMNS))
    cells = ([cell_of(grid.rows[i], j) for j in shown] for i in rows[:_SAMPLE_ROWS])
    first = (tuple(key_text(c) if isinstance(c, float) else tidy(c) for c in row) for row in cells)
    return (tuple(header.paths[j] for j in shown), *first)


def titles_of(header: Header, place: int) -> dict[int, str]:
    """Return column -> title, of those that the reader finds by it; without that of the keys."""
    named = zip(header.paths, header.titles(), strict=True)
    found = {
        i: next((name for name in names if name and header.find(name) == [i]), "")
        for i, names in enumerate(named)
        if i != place
    }
    return {i: name for i, name in found.items() if name}


def decimal_in(cells: Mapping[str, Sequence[object]]) -> str | None:
    """Return the decimal mark that the build file has to state; None where the cells tell it."""
    return decimal_by_others(cells) or decimal_by_counts(cells) or None


def decimal_by_counts(columns: Mapping[str, Sequence[object]]) -> str:
    """Return "," where points in columns of counts can only stand between thousands.

    Either whole hundreds stand beside them ("872", "1.204": no count falls from 872 to 1), or many
    numbers have exactly three digits behind the point.

    Examples
    --------
    >>> [decimal_by_counts({"a": cells}) for cells in (["872", "1.204", "640", "955"], ["1.204"])]
    [',', '']
    """
    texts = {t: [c.strip() for c in cells if isinstance(c, str)] for t, cells in columns.items()}
    if any(_FRACTION.fullmatch(c) for column in texts.values() for c in column):
        return ""
    for title, column in texts.items():
        pointed = sum(map(bool, map(_THOUSANDS.fullmatch, column)))
        hundreds = sum(map(bool, map(_HUNDREDS.fullmatch, column)))
        enough = hundreds >= _FEW_HUNDREDS or pointed >= _MANY_POINTS
        if pointed and enough and kind_of_numbers(title, np.ones(1)) == "count":
            return ","
    return ""


def decimal_by_others(columns: Mapping[str, Sequence[object]]) -> str:
    """Return the decimal mark where one column leaves it open and another of the file tells it.

    "1.234" alone is a thousand or little more than one; beside "8,1" the comma is the mark.

    Examples
    --------
    >>> decimal_by_others({"a": ["1.234", "5.678"], "b": ["8,1", "9,25"]})
    ','
    >>> decimal_by_others({"a": ["1.234"]}), decimal_by_others({"b": ["8,1"]})
    ('', '')
    """
    cells = [c.strip() for column in columns.values() for c in column if isinstance(c, str)]
    for mark, other in ((",", "."), (".", ",")):
        thousands = re.compile(rf"[0-9]{{1,3}}(\{other}[0-9]{{3}})+")
        fraction = re.compile(rf"[0-9]+\{mark}([0-9]{{1,2}}|[0-9]{{4,}})")
        against = re.compile(rf"[0-9]+\{other}([0-9]{{1,2}}|[0-9]{{4,}})")
        if (
            any(map(thousands.fullmatch, cells))
            and any(map(fraction.fullmatch, cells))
            and not any(map(against.fullmatch, cells))
        ):
            return mark
    return ""


def columns_seen(titles: Iterable[str], read: ReadColumns, key: str) -> tuple[SeenColumn, ...]:
    """Return what columns hold; with the title of the sheet before each name, that of `key` too."""
    known = list(titles)
    title = shared_title([key, *known])
    title = title if key.startswith(title) else ""
    made = (column_of(name, read) for name in known)
    return tuple(replace(c, label=without_title(c.title, title)) if title else c for c in made)


def column_of(title: str, read: ReadColumns) -> SeenColumn:
    """Return what a column holds."""
    if title in read.words:
        words = read.words[title]
        filled = [w for w in words if w]
        code = bool(filled) and sum(w.isdigit() for w in filled) > 0.9 * len(filled)
        return SeenColumn(title, "code" if code else "text", len(filled))
    values, status = read.numbers[title], read.status[title]
    there = values[np.isfinite(values)]
    labels, many = np.unique(status.astype(str), return_counts=True)
    why = {s: int(n) for s, n in zip(labels, many, strict=True) if s != "ok"}
    if not len(there):
        return SeenColumn(title, "text", 0, why)
    kind = kind_of_numbers(title, there)
    total = float(there.sum()) if kind == "count" else None
    return SeenColumn(title, kind, len(there), why, total, float(there.min()), float(there.max()))


def read_part(
    part: Opened, file: str, decimal: str | None
) -> tuple[ReadColumns, tuple[str, ...], tuple[str, ...]]:
    """Return the columns of one day of a reshaped table, its keys and its titles."""
    assert part.header is not None
    rows = sort_rows(part.grid, part.header, part.place, file)
    lines = [part.grid.line(i) for i in rows.data]
    titles = {title: place for place, title in titles_of(part.header, part.place).items()}
    cells = columns_of(part.grid, rows.data, titles)
    keys = tuple(key_text(cell_of(part.grid.rows[i], part.place)) for i in rows.data)
    return read_columns(cells, rows=lines, file=file, decimal=decimal), keys, tuple(titles)


def below_each_other(
    days: Sequence[ReadColumns], titles: Iterable[str]
) -> dict[str, NDArray[np.float64]]:
    """Return columns of numbers of all days: what is a part of what must be so on each of them."""
    rows = [
        max((len(c) for c in (*d.numbers.values(), *d.words.values())), default=0) for d in days
    ]
    return {
        title: np.concatenate(
            [d.numbers.get(title, np.full(n, np.nan)) for d, n in zip(days, rows, strict=True)]
        )
        for title in titles
        if title in days[-1].numbers
    }


def table_pairs(
    numbers: Mapping[str, NDArray[np.float64]], kinds: Mapping[str, str], *, days: int
) -> dict[str, tuple[Pair, ...]]:
    """Return what is a part of what within one table."""
    counts = {t: v for t, v in numbers.items() if kinds[t] == "count"}
    shares = {t: v for t, v in numbers.items() if kinds[t] == "share"}
    # of many days a few larger parts are no slip: the groups overlap
    return pairs_of(counts, shares, always=days > 1)
