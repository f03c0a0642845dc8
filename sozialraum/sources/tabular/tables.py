"""Delivered tables: files to frames of counts, keyed by area, with a status per cell.

    file -> grid of cells -> head and rows -> keys -> columns -> Table

Every step says what it recognised. Nothing is repaired silently: what cannot be read exactly is a
`Problem` with row, column, expected and found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from sozialraum.model import STATUS, Problem
from sozialraum.model.errors import DataError
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.columns import read_columns
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.sources.tabular.headers import (
    Header,
    find_header,
)
from sozialraum.sources.tabular.key_column import read_keys
from sozialraum.sources.tabular.table_rows import Rows, cell_of, sort_rows
from sozialraum.sources.tabular.totals import check_sums, hidden_total
from sozialraum.sources.workbooks.joined import spread_joined
from sozialraum.texts import problem, text

_WORDS = {"\t": "Tabulator", ",": "Komma", ".": "Punkt", ";": "Semikolon", "utf-8-sig": "utf-8"}


@dataclass(frozen=True)
class Table:
    """A delivered table as read.

    Parameters
    ----------
    frame : (n_areas, n_columns) float64, index = key (str, unique, sorted); NaN where `status` is
        not "ok"
    status : same shape, categories of `sozialraum.model.STATUS`
    text : columns of words, same index
    problems : everything that was found; with an error the numbers must not be used
    recognised : encoding, delimiter, sheet, header, decimal style
    totals : total rows found, index = row in the file; never areas
    """

    frame: pd.DataFrame
    status: pd.DataFrame
    text: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    recognised: dict[str, str] = field(default_factory=dict)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def errors(self) -> list[Problem]:
        """The problems that forbid using the table."""
        return [p for p in self.problems if p.severity == "error"]


def read_counts(path: str | Path, *, key: str, **options: object) -> pd.DataFrame:
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
    key: str,
    width: int | None = None,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sentinels: Sequence[object] = (),
    columns: Mapping[str, str] | None = None,
    text: Sequence[str] = (),
) -> Table:
    """Return a delivered table with status, found total rows and every problem.

    Parameters
    ----------
    path : csv (also ``.csv.gz``), xlsx, xls, ods, dbf or parquet
    key : name of the key column as in the file; heads of two lines are joined, "Einwohner
        insgesamt"
    width : declared number of characters of a key; lost zeros are put back only with it, and noted
    sheet : name or number of the sheet; None = the one that has the key column
    encoding, delimiter, decimal : None = recognised from the content and reported
    sentinels : stated marks for "not there" (``-9999``, ``"-"``); they go before the statistics
        signs
    columns : new name -> name in the file; None = all columns, names as they are
    text : columns (new or old name) that hold words

    Returns
    -------
    A `Table`. Problems in the data are listed in it, never raised.
    """
    path = Path(path)
    if decimal not in {None, ",", "."}:
        message = (
            f"The 'decimal' parameter of read_table must be ',' or '.'. Got {decimal!r} instead."
        )
        raise ValueError(message)
    grid = read_grid(path, key=key, sheet=sheet, encoding=encoding, delimiter=delimiter)
    if any(p.severity == "error" for p in grid.problems) and not grid.rows:
        return _nothing(grid)
    header = find_header(grid.rows, key)
    if header is None:
        return _nothing(grid, _no_key(grid, path.name, key))
    places, missing = _places(header, columns, path.name, key)
    key_place = header.find(key)[0]
    rows = sort_rows(grid, header, key_place, path.name)
    grid, shared = spread_joined(grid, rows.data, places.values(), key_place, path.name)
    table = _assemble(grid, header, places, rows, path.name, key, width, decimal, sentinels, text)
    recognised = {**grid.recognised, "header": str(header.last + 1), **table.recognised}
    problems = [
        *grid.problems,
        *missing,
        *shared,
        *rows.problems,
        *table.problems,
        _note(recognised, path.name),
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
        _columns(grid, used, places),
        rows=[i + 1 for i in used],
        file=path.name,
        text=set(places) - set(numbers),
    )
    errors = [p for p in (*problems, *read.problems) if p.severity == "error"]
    if errors:
        raise DataError(errors)
    rows = pd.Index([i + 1 for i in used], name="row")
    return pd.DataFrame({**read.words, **read.numbers}, index=rows)[wanted]


def _nothing(grid: Grid, *problems: Problem) -> Table:
    empty = pd.DataFrame(index=pd.Index([], dtype=str))
    return Table(empty, empty, empty, [*grid.problems, *problems], grid.recognised, empty)


def _no_key(grid: Grid, file: str, key: str) -> Problem:
    if not grid.rows:
        return problem("sources.empty_file", file=file)
    widest = max(grid.rows[:40], key=lambda row: sum(bool(cells.tidy(c)) for c in row))
    known = Header(0, 0, tuple(cells.tidy(c) for c in widest), ())
    return problem("sources.no_key_column", file=file, column=key, found=known.near(key))


def _places(
    header: Header, columns: Mapping[str, str] | None, file: str, key: str
) -> tuple[dict[str, int], list[Problem]]:
    """Return new name -> column, and what is wrong with the names."""
    if columns is None:
        return _all_places(header, file, header.find(key)[0])
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
                problem("sources.no_column", file=file, column=old, found=header.near(old))
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


def _assemble(
    grid: Grid,
    header: Header,
    places: dict[str, int],
    rows: Rows,
    file: str,
    key: str,
    width: int | None,
    decimal: str | None,
    sentinels: Sequence[object],
    text: Sequence[str],
) -> Table:
    key_place = header.find(key)[0]
    both = rows.data + rows.totals
    keys = read_keys(
        [cell_of(grid.rows[i], key_place) for i in rows.data],
        [i + 1 for i in rows.data],
        file=file,
        column=key,
        width=width,
    )
    columns = _columns(grid, both, places)
    words = {
        name
        for name, place in places.items()
        if {name, header.names[place], header.paths[place]} & set(text)
    }
    read = read_columns(
        columns,
        rows=[i + 1 for i in both],
        file=file,
        decimal=decimal,
        sentinels=sentinels,
        text=words,
    )
    frame, status, texts, totals = _split_totals(
        read.numbers, read.status, read.words, keys.keys, rows
    )
    unnamed = {i + 1 for i in rows.unnamed}
    sums = check_sums(frame, totals, file=file, unnamed=unnamed)
    problems = [*keys.problems, *read.problems, *sums]
    sum_row = hidden_total(frame) if totals.empty else None
    if sum_row is not None:
        problems.append(problem("sources.hidden_total", "warning", file=file, key=sum_row))
    if not rows.data:
        problems.append(problem("sources.no_rows", file=file))
    return Table(frame, status, texts, problems, {"decimal": read.decimal}, totals)


def _columns(grid: Grid, rows: Sequence[int], places: Mapping[str, int]) -> dict[str, list[object]]:
    """Return the tidy cells of the named columns; cells a short row lacks are empty."""
    turned = list(zip_longest(*(grid.rows[i] for i in rows), fillvalue=""))
    empty = ("",) * len(rows)
    return {
        name: cells.tidy_column(turned[place] if place < len(turned) else empty)
        for name, place in places.items()
    }


def _categories(labels: np.ndarray) -> pd.Categorical:
    """Return labels as categories; most columns are there in every row, and pass at once."""
    if (labels == STATUS[0]).all():
        codes = np.zeros(len(labels), dtype=np.int8)
        return pd.Categorical.from_codes(codes, categories=STATUS)  # type: ignore[arg-type]
    return pd.Categorical(labels, categories=STATUS)


def _split_totals(
    numbers: dict[str, np.ndarray],
    status: dict[str, np.ndarray],
    words: dict[str, list[str]],
    keys: Sequence[str],
    rows: Rows,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return frame, status and words of the areas, and the total rows; doubled keys nowhere."""
    index = pd.Index(list(keys), dtype=str, name="key")
    single = np.flatnonzero(~index.duplicated(keep=False) & (index != ""))
    take = single[index[single].argsort()]
    total_index = pd.Index([i + 1 for i in rows.totals], name="row")
    frame = pd.DataFrame({c: v[take] for c, v in numbers.items()}, index=index[take])
    labels = {c: _categories(v[take]) for c, v in status.items()}
    texts = {c: np.array(v, dtype=object)[take] for c, v in words.items()}
    totals = {c: v[len(rows.data) :] for c, v in numbers.items()}
    return (
        frame.astype(float),
        pd.DataFrame(labels, index=index[take]),
        pd.DataFrame(texts, index=index[take], dtype=str),
        pd.DataFrame(totals, index=total_index, dtype=float),
    )
