"""From sorted rows and named columns to a table: numbers with status, areas apart from sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
import pandas as pd

from sozialraum.model import STATUS, Problem
from sozialraum.model.keys import restore_key
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.clean_block import CleanBlock
from sozialraum.sources.tabular.columns import ReadColumns, read_columns
from sozialraum.sources.tabular.key_column import key_text, read_keys
from sozialraum.sources.tabular.key_translation import Translation
from sozialraum.sources.tabular.sums import find_levels
from sozialraum.sources.tabular.table_rows import Rows, cell_of, unplaced_label
from sozialraum.sources.tabular.totals import check_total_rows, hidden_total
from sozialraum.texts import problem

_SHOWN = 10


@dataclass(frozen=True)
class ReadTable:
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
    unplaced : rows of people who belong to no area ("nicht zuzuordnen"), index = key or label
    """

    frame: pd.DataFrame
    status: pd.DataFrame
    text: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    recognised: dict[str, str] = field(default_factory=dict)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    unplaced: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def errors(self) -> list[Problem]:
        """The problems that forbid using the table."""
        return [p for p in self.problems if p.severity == "error"]


@dataclass(frozen=True)
class Asked:
    """How a table is to be read.

    Parameters
    ----------
    file : its name, for messages
    key : name of the key column, for messages
    width, decimal, sentinels : as of `read_table`
    areas : keys of the areas, if they are known
    translate : what makes a delivered key one of the areas
    """

    file: str
    key: str
    width: int | None = None
    decimal: str | None = None
    sentinels: Sequence[object] | Mapping[str, Sequence[object]] = ()
    areas: Collection[str] | None = None
    translate: Translation | None = None

    def keys_of(self, written: Sequence[str]) -> list[str]:
        """Return the keys of a column as the areas have them."""
        plain = [restore_key(key, self.width or 0) for key in written]
        if self.translate is None:
            return plain
        made = self.translate.made(plain)
        return [made[key] for key in plain]


@dataclass(frozen=True)
class _Kinds:
    """Positions of the rows of areas, of totals, and of people of no area with their key."""

    areas: list[int]
    totals: list[int]
    unplaced: dict[int, str]
    problems: list[Problem]


def assemble_table(
    grid: Grid,
    places: Mapping[str, int],
    words: Collection[str],
    key: int,
    rows: Rows,
    asked: Asked,
    block: CleanBlock | None = None,
) -> ReadTable:
    """Return a table from the rows of its grid.

    Parameters
    ----------
    places : name -> column
    words : names of columns that hold words
    key : column of the keys
    rows : of `sort_rows`
    block : the same rows, where they were read at once
    """
    listed = [*rows.data, *rows.totals, *rows.unplaced]
    read = read_columns(
        columns_of(grid, listed, places) if block is None else block.named(places),
        rows=_lines_of(grid, listed, places),
        file=asked.file,
        decimal=asked.decimal,
        sentinels=asked.sentinels,
        text=words,
    )
    written = [cell_of(grid.rows[i], key) for i in rows.data] if block is None else block.keys
    kinds = _kinds(grid, written, key, rows, read, asked)
    keys = read_keys(
        [written[at] for at in kinds.areas],
        [grid.line(listed[at], key) for at in kinds.areas],
        file=asked.file,
        column=asked.key,
        width=asked.width,
        translate=asked.translate,
    )
    numbers = pd.DataFrame(read.numbers, index=pd.RangeIndex(len(listed)), dtype=float)
    totals, unplaced = _set_apart(numbers, kinds, grid, listed)
    frame, status, texts = _by_key(numbers, read, keys.keys, kinds.areas)
    ordered = numbers.loc[kinds.areas]
    unnamed = {grid.line(i) for i in rows.unnamed}
    problems = [*kinds.problems, *keys.problems, *read.problems]
    problems += check_total_rows(
        ordered, totals, file=asked.file, unnamed=unnamed, unplaced=unplaced
    )
    sum_row = hidden_total(frame) if totals.empty else None
    if sum_row is not None:
        problems.append(problem("sources.hidden_total", "warning", file=asked.file, key=sum_row))
    if not rows.data:
        problems.append(problem("sources.no_rows", file=asked.file))
    recognised = {"decimal": read.decimal}
    return ReadTable(frame, status, texts, problems, recognised, totals, unplaced)


def _set_apart(
    numbers: pd.DataFrame, kinds: _Kinds, grid: Grid, listed: Sequence[int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of totals, by their line, and those of persons without an area, by key."""
    totals = numbers.loc[kinds.totals].set_axis(
        pd.Index([grid.line(listed[at]) for at in kinds.totals], name="row")
    )
    unplaced = numbers.loc[list(kinds.unplaced)].set_axis(
        pd.Index(list(kinds.unplaced.values()), dtype=str, name="key")
    )
    return totals, unplaced


def _kinds(
    grid: Grid,
    written: Sequence[object],
    key: int,
    rows: Rows,
    read: ReadColumns,
    asked: Asked,
) -> _Kinds:
    """Tell rows of areas from those of other levels and of nobody's; without areas as they are."""
    n = len(rows.data)
    totals = list(range(n, n + len(rows.totals)))
    unplaced = {
        n + len(totals) + at: unplaced_label(grid.rows[i], key)
        for at, i in enumerate(rows.unplaced)
    }
    problems = _unplaced_note(unplaced, asked.file)
    if asked.areas is None:
        return _Kinds(list(range(n)), totals, unplaced, problems)
    raw = [key_text(cell) for cell in written]
    known = set(asked.areas)
    pairs = zip(raw, asked.keys_of(raw), strict=True)
    is_area = np.array([made in known or key in known for key, made in pairs], bool)
    for at in np.flatnonzero(~is_area):
        if unplaced_label(grid.rows[rows.data[at]], key):
            unplaced[int(at)] = raw[at]
    rest = [at for at in range(n) if at not in unplaced]
    values = np.column_stack([v[rest] for v in read.numbers.values()]) if read.numbers else None
    if values is None:
        return _Kinds(rest, totals, unplaced, problems)
    found = find_levels(values, [raw[at] for at in rest], is_area[rest])
    sums, parts = {rest[at] for at in found.sums}, {rest[at] for at in found.parts}
    if sums | parts:
        shown = [f"„{raw[at]}“" for at in sorted(sums | parts)]
        keys = ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")
        problems.append(
            problem("sources.levels_found", "note", file=asked.file, n=len(shown), keys=keys)
        )
    areas = [at for at in rest if at not in sums | parts]
    return _Kinds(areas, [*sorted(sums), *totals], unplaced, problems)


def _unplaced_note(unplaced: Mapping[int, str], file: str) -> list[Problem]:
    if not unplaced:
        return []
    keys = ", ".join(f"„{label}“" for label in unplaced.values())
    return [problem("sources.unplaced_found", "note", file=file, n=len(unplaced), keys=keys)]


def _by_key(
    numbers: pd.DataFrame, read: ReadColumns, keys: Sequence[str], at: Sequence[int]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return numbers, status and words of the areas; doubled keys nowhere."""
    index = pd.Index(list(keys), dtype=str, name="key")
    single = np.flatnonzero(~index.duplicated(keep=False) & (index != ""))
    order = single[index[single].argsort()]
    take = np.array(at, dtype=np.intp)[order]
    whole = cells.all_ok(len(numbers))
    labels = {c: _categories(v, take, whole) for c, v in read.status.items()}
    texts = {c: np.array(v, dtype=object)[take] for c, v in read.words.items()}
    return (
        numbers.iloc[take].set_axis(index[order]).astype(float),
        pd.DataFrame(labels, index=index[order]),
        pd.DataFrame(texts, index=index[order], dtype=str),
    )


def columns_of(
    grid: Grid, rows: Sequence[int], places: Mapping[str, int]
) -> dict[str, list[object]]:
    """Return the tidy cells of the named columns; cells a short row lacks are empty."""
    turned = list(zip_longest(*(grid.rows[i] for i in rows), fillvalue=""))
    empty = ("",) * len(rows)
    return {
        name: cells.tidy_column(turned[place] if place < len(turned) else empty)
        for name, place in places.items()
    }


def _lines_of(
    grid: Grid, rows: Sequence[int], places: Mapping[str, int]
) -> Sequence[int] | dict[str, list[int]]:
    """Return the rows of the file that cells come from, by column where they differ."""
    if grid.lines is None or grid.lines.ndim == 1:
        return [grid.line(i) for i in rows]
    return {name: [grid.line(i, place) for i in rows] for name, place in places.items()}


def _categories(labels: np.ndarray, take: np.ndarray, whole: np.ndarray) -> pd.Categorical:
    """Return some labels as categories; most columns are there in every row, and pass at once.

    Parameters
    ----------
    whole : the labels of a column that is all there
    """
    if labels is whole or (labels[take] == STATUS[0]).all():
        codes = np.zeros(len(take), dtype=np.int8)
        return pd.Categorical.from_codes(codes, categories=STATUS)  # type: ignore[arg-type]
    return pd.Categorical(labels[take], categories=STATUS)
