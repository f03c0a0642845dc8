"""Delivered tables: files to frames of counts, keyed by area, with a status per cell.

    file -> grid of cells -> head and rows -> keys -> columns -> Table

Every step says what it recognised. Nothing is repaired silently: what cannot be read exactly is a
`Problem` with row, column, expected and found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.assembly import Asked, ReadTable, assemble_table, columns_of
from sozialraum.sources.tabular.clean_block import clean_block
from sozialraum.sources.tabular.columns import marks_by_column, marks_of_nothing, read_columns
from sozialraum.sources.tabular.encodings import lost_umlaut_head
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.sources.tabular.head_by_place import header_by_place
from sozialraum.sources.tabular.headers import (
    Header,
    find_header,
)
from sozialraum.sources.tabular.key_translation import Translation
from sozialraum.sources.tabular.table_rows import sort_rows
from sozialraum.sources.workbooks.joined import spread_joined
from sozialraum.texts import problem, text

_WORDS = {"\t": "Tabulator", ",": "Komma", ".": "Punkt", ";": "Semikolon", "utf-8-sig": "utf-8"}


def read_counts(path: str | Path, *, key: str | int, **options: object) -> pd.DataFrame:
    """Return the numbers of a delivered table, or raise what is wrong with it.

    Parameters
    ----------
    path : csv (also ``.csv.gz``), xlsx, xls, ods, dbf or parquet
    key : name of the key column
    options : as of `read_table`

    Returns
    -------
    (n_areas, n_columns) float64, index = key. NaN = missing or withheld; `read_table` tells which.

    Raises
    ------
    DataError
        With every error found.
    """
    table = read_table(path, key=key, **options)  # type: ignore[arg-type]
    if table.errors:
        raise DataError(table.errors)
    return table.frame


def read_table(
    path: str | Path,
    *,
    key: str | int,
    width: int | None = None,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sentinels: Sequence[object] | Mapping[str, Sequence[object]] = (),
    columns: Mapping[str, str] | None = None,
    text: Sequence[str] = (),
    areas: Collection[str] | None = None,
    translate: Translation | None = None,
) -> ReadTable:
    """Return a delivered table with status, found total rows and every problem.

    Parameters
    ----------
    path : csv (also ``.csv.gz``), xlsx, xls, ods, dbf or parquet
    key : name of the key column as in the file; heads of two lines are joined, "Einwohner
        insgesamt"; or its number from 1, where the head has no title for it
    width : declared number of characters of a key; lost zeros are put back only with it, and noted
    sheet : name or number of the sheet; None = the one that has the key column
    encoding, delimiter, decimal : None = recognised from the content and reported
    sentinels : stated marks for "not there" (``-9999``, ``"-"``), of all columns or by column (new
        or old name); they go before the statistics signs
    columns : new name -> name in the file; None = all columns, names as they are
    text : columns (new or old name) that hold words
    areas : keys of the areas, if they are known: rows of other levels, recognised by their sums,
        are then no areas
    translate : what makes a delivered key one of the areas

    Returns
    -------
    A `ReadTable`. Problems in the data are listed in it, never raised.
    """
    path = Path(path)
    if decimal not in {None, ",", "."}:
        message = (
            f"The 'decimal' parameter of read_table must be ',' or '.'. Got {decimal!r} instead."
        )
        raise ValueError(message)
    if isinstance(key, int) and (isinstance(key, bool) or key < 1):
        message = (
            f"The 'key' parameter of read_table must be a name or a number from 1. Got {key!r} "
            "instead."
        )
        raise ValueError(message)
    opened = open_table(path, key=key, sheet=sheet, encoding=encoding, delimiter=delimiter)
    asked = {"width": width, "decimal": decimal, "sentinels": sentinels, "columns": columns}
    return table_of(opened, **asked, text=text, areas=areas, translate=translate)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Opened:
    """A table file with its head found.

    Parameters
    ----------
    file : its name, for messages
    grid : its cells
    header : its head; None where there is none, as told in the problems of the grid
    place : column of the keys, from 0
    """

    file: str
    grid: Grid
    header: Header | None
    place: int = -1


def open_table(
    path: str | Path,
    *,
    key: str | int,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    layer: str | None = None,
) -> Opened:
    """Return the cells of a table file with its head found; arguments as of `read_table`.

    The attributes of a `layer` are a table, too.
    """
    path = Path(path)
    stated = {"encoding": encoding, "delimiter": delimiter, "layer": layer}
    grid = read_grid(path, key=key, sheet=sheet, **stated)  # type: ignore[arg-type]
    if any(p.severity == "error" for p in grid.problems) and not grid.rows:
        return Opened(path.name, grid, None)
    by_place = isinstance(key, int)
    header = header_by_place(grid.rows, key - 1) if by_place else find_header(grid.rows, key)
    if header is None:
        told = (*grid.problems, _no_key(grid, path.name, key))
        return Opened(path.name, replace(grid, problems=told), None)
    return Opened(path.name, grid, header, header.place_of(key))


def table_of(
    opened: Opened,
    *,
    width: int | None = None,
    decimal: str | None = None,
    sentinels: Sequence[object] | Mapping[str, Sequence[object]] = (),
    columns: Mapping[str, str] | None = None,
    text: Sequence[str] = (),
    areas: Collection[str] | None = None,
    translate: Translation | None = None,
) -> ReadTable:
    """Return an opened table as read; arguments as of `read_table`."""
    grid, header, place, file = opened.grid, opened.header, opened.place, opened.file
    if header is None:
        return _nothing(grid)
    places, missing = _places(header, columns, file, place)
    block = clean_block(grid, header, places.values(), place)
    rows = sort_rows(grid, header, place, file) if block is None else block.rows(header.last + 1)
    grid, shared = spread_joined(grid, rows.data, places.values(), place, file)
    known = {name: {name, header.names[at], header.paths[at]} for name, at in places.items()}
    marks = marks_by_column(sentinels, known)
    asked = Asked(file, header.title_of(place), width, decimal, marks, areas, translate)
    words = {name for name, names in known.items() if names & set(text)}
    table = assemble_table(grid, places, words, place, rows, asked, block)
    recognised = {**grid.recognised, "header": str(header.last + 1), **table.recognised}
    problems = [
        *grid.problems,
        *missing,
        *marks_of_nothing(sentinels, known, file),
        *shared,
        *rows.problems,
        *table.problems,
        _note(recognised, file),
    ]
    return replace(table, problems=problems, recognised=recognised)


def _note(recognised: Mapping[str, str], file: str) -> Problem:
    """Tell in one sentence how the file was read."""
    parts = [
        text(f"sources.read_as.{what}", value=_WORDS.get(value, value))
        for what, value in recognised.items()
        if value
    ]
    return problem("sources.recognised", "note", file=file, how=", ".join(parts))


def read_plain(
    path: str | Path, *, numbers: Sequence[str] = (), columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return a list without area key, sites or houses: named columns as float64, others as text.

    Parameters
    ----------
    path : csv, xlsx, xls, ods, dbf or parquet
    numbers : names of columns that hold numbers
    columns : the columns wanted; None = all. The first one, or the first of `numbers`, tells where
        the head is

    Returns
    -------
    DataFrame, index ``row`` = row as the spreadsheet shows it.

    Raises
    ------
    DataError
        If the file cannot be read, a column is missing, or a cell of `numbers` is no number.
    """
    path = Path(path)
    anchor = (*numbers, *(columns or ()))[0]
    grid = read_grid(path, key=anchor)
    errors = [p for p in grid.problems if p.severity == "error"]
    header = find_header(grid.rows, anchor)
    if errors or header is None:
        raise DataError(errors or _no_key(grid, path.name, anchor))
    places, problems = _all_places(header, path.name, -1)
    wanted = list(dict.fromkeys([*(places if columns is None else columns), *numbers]))
    problems += [
        problem("sources.no_column", file=path.name, column=n, found=header.near(n))
        for n in wanted
        if n not in places
    ]
    places = {name: place for name, place in places.items() if name in wanted}
    used = [i for i in range(header.last + 1, len(grid.rows)) if any(map(cells.tidy, grid.rows[i]))]
    read = read_columns(
        columns_of(grid, used, places),
        rows=[i + 1 for i in used],
        file=path.name,
        text=set(places) - set(numbers),
    )
    errors = [p for p in (*problems, *read.problems) if p.severity == "error"]
    if errors:
        raise DataError(errors)
    rows = pd.Index([i + 1 for i in used], name="row")
    return pd.DataFrame({**read.words, **read.numbers}, index=rows)[wanted]


def _nothing(grid: Grid) -> ReadTable:
    empty = pd.DataFrame(index=pd.Index([], dtype=str))
    return ReadTable(empty, empty, empty, [*grid.problems], grid.recognised, empty)


def _no_key(grid: Grid, file: str, key: str | int) -> Problem:
    if not grid.rows:
        return problem("sources.empty_file", file=file)
    widest = max(grid.rows[:40], key=lambda row: sum(bool(cells.tidy(c)) for c in row))
    known = Header(0, 0, tuple(cells.tidy(c) for c in widest), ())
    if isinstance(key, int):
        said = {"found": len(widest), "n": key}
        return problem("sources.no_key_place", file=file, **said)
    for n, row in enumerate(grid.rows, 1):
        tidied = [cells.tidy(cell) for cell in row]
        if key in tidied and key.isdigit():
            said = {"column": key, "place": tidied.index(key) + 1}
            return problem("sources.key_is_value", file=file, row=n, **said)
    return lost_umlaut_head(file, key, known.names) or problem(
        "sources.no_key_column", file=file, column=key, found=known.near(key)
    )


def _places(
    header: Header, columns: Mapping[str, str] | None, file: str, key: int
) -> tuple[dict[str, int], list[Problem]]:
    """Return new name -> column, and what is wrong with the names."""
    if columns is None:
        return _all_places(header, file, key)
    places, problems = {}, []
    for new, old in columns.items():
        found = header.find(old)
        if len(found) == 1:
            places[new] = found[0]
        elif found:
            paths = ", ".join(dict.fromkeys(header.paths[i] for i in found))
            problems.append(problem("sources.column_twice", file=file, column=old, found=paths))
        else:
            problems.append(
                lost_umlaut_head(file, old, header.names)
                or problem("sources.no_column", file=file, column=old, found=header.near(old))
            )
    return places, problems


def _all_places(header: Header, file: str, key: int) -> tuple[dict[str, int], list[Problem]]:
    places: dict[str, int] = {}
    problems = []
    for i, title in enumerate(header.titles()):
        if i == key or not title:
            continue
        if title in places:
            problems.append(problem("sources.column_twice", file=file, column=title, found=title))
        places.setdefault(title, i)
    return places, problems
