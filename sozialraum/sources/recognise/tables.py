"""One table, seen: its keys among the layers, its head, rows, days, columns and pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sozialraum.model import Problem
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.recognise.column_kinds import personal_titles
from sozialraum.sources.recognise.data_block import data_end, data_start, head_of, title_above
from sozialraum.sources.recognise.key_forms import Keyring, Layers
from sozialraum.sources.recognise.long_forms import (
    across_measures,
    days_in_rows,
    flat_names,
    head_form,
    parts_by_day,
)
from sozialraum.sources.recognise.measured import (
    Numbers,
    below_each_other,
    column_of,
    columns_seen,
    decimal_in,
    legible,
    measure_in,
    read_part,
    sample_of,
    table_pairs,
    titles_of,
)
from sozialraum.sources.recognise.official import official_kind
from sozialraum.sources.recognise.periods import holds_days, period_of
from sozialraum.sources.recognise.seen import LongForm, SeenPeriod, SeenTable
from sozialraum.sources.reshaping.dating import VALUE
from sozialraum.sources.tabular.assembly import columns_of
from sozialraum.sources.tabular.cells import looks_like_number, tidy
from sozialraum.sources.tabular.columns import ReadColumns, read_columns
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.sources.tabular.headers import Header, find_header, is_total_word, is_value
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.sources.tabular.table_rows import Rows, sort_rows
from sozialraum.sources.tabular.tables import Opened
from sozialraum.texts import problem

SUFFIXES = {
    *(".csv", ".txt", ".tsv", ".gz", ".xlsx", ".xlsm", ".xls", ".ods", ".dbf", ".parquet"),
}
_MOST_WORDS = 200
_HEAD_ROWS = 40
_NAMES_SHOWN = 8
_ROWS_TOLD_APART = 0.97


@dataclass(frozen=True)
class _Block:
    """The cells of a table below its head, as texts by column."""

    rows: list[Sequence[object]]
    start: int
    texts: list[list[str]]


def look_at_table(
    path: Path,
    written: str,
    layers: Layers,
    sheet: str = "",
    layer: str | None = None,
    key: str = "",
) -> tuple[SeenTable, Numbers]:
    """Return what a table is, and its numbers; nothing is raised for what is wrong with it.

    Parameters
    ----------
    path : csv, workbook, dbf or parquet
    written : its name as the build file would have it
    layers : of the same folder
    sheet : name of the sheet, "" where there is only one
    layer : whose attributes are the table; "" where the file has one. None = no layer
    key : title of the key column, where somebody says it; "" = found by its content
    """
    grid = read_grid(path, sheet=sheet or None, layer=layer or None)
    problems = tuple(replace(p, file=written) for p in grid.problems)
    if not any(any(tidy(c) for c in row) for row in grid.rows[:1000]):
        return SeenTable(written, sheet, "unreadable", problems=problems), Numbers()
    lines = [[tidy(c) for c in row] for row in grid.rows[:2]]
    kind = official_kind(lines[0], lines[-1])
    seen = SeenTable(written, sheet, kind, layer=layer or "", problems=problems)
    personal = personal_titles(tidy(c) for row in grid.rows[:_HEAD_ROWS] for c in row)
    if personal:
        return _personal(seen, personal, len(grid.rows)), Numbers()
    if not any(map(is_value, (c for row in grid.rows[:1000] for c in row))):
        return replace(seen, kind="words", rows=len(grid.rows), problems=()), Numbers()
    return _keyed(seen, grid, layers, key)


def _keyed(seen: SeenTable, grid: Grid, layers: Layers, stated: str) -> tuple[SeenTable, Numbers]:
    """Return a table with its keys, its head and all below."""
    block = _block(grid)
    rings = [_ring(texts) for texts in block.texts]
    named = find_header(grid.rows, stated) if stated else None
    if named is not None:
        own = named.find(stated)[:1]
        rings = [ring if j in own else None for j, ring in enumerate(rings)]
    match, rivals = layers.best(rings)
    place = match.place if match is not None else _likely_key(block)
    if place is None:
        told = problem("recognise.no_key", "warning", file=seen.file)
        return replace(seen, problems=(*seen.problems, told)), Numbers()
    header, key = head_of(grid.rows, block.start, place)
    if header is None:
        told = problem("recognise.no_head", "warning", file=seen.file)
        return replace(seen, match=match, problems=(*seen.problems, told)), Numbers()
    rows = sort_rows(grid, header, place, seen.file)
    if match is not None:
        keys = _texts(_cells(grid, rows.data, place))
        match = layers.again(match, keys) or match
    seen = replace(seen, key=key, match=match, rivals=tuple(rivals))
    return _with_columns(seen, grid, header, place, rows)


def _personal(seen: SeenTable, titles: list[str], rows: int) -> SeenTable:
    """Return a list of single persons: counted, and nothing of it shown."""
    found = ", ".join(f"„{t}“" for t in titles[:5])
    note = problem("recognise.personal", "warning", file=seen.file, columns=found)
    return replace(seen, kind="personal", rows=rows, problems=(*seen.problems, note))


def _block(grid: Grid) -> _Block:
    start = data_start(grid.rows)
    rows = [r for r in grid.rows[start : data_end(grid.rows, start)] if any(map(tidy, r))]
    turned = list(zip_longest(*rows, fillvalue=""))
    return _Block(rows, start, [_texts(column) for column in turned])


def _texts(cells: Sequence[object]) -> list[str]:
    """Return cells as keys; each distinct word is looked at once."""
    known = {c: key_text(c) for c in {c for c in cells if isinstance(c, str)}}
    return [known[c] if isinstance(c, str) else key_text(c) for c in cells]


def _ring(texts: Sequence[str]) -> Keyring | None:
    """Return the keys of a column; None where it holds fractions."""
    filled = [t for t in texts if t]
    fractions = sum("," in t and t.replace(".", "").replace(",", "").isdigit() for t in filled)
    return None if not filled or fractions > 0.3 * len(filled) else Keyring(tuple(texts))


def _likely_key(block: _Block) -> int | None:
    """Return the column that names each row once, without any layer to compare with."""
    once = []
    for place, texts in enumerate(block.texts):
        filled = [t for t in texts if t]
        if len(filled) < max(2, 0.8 * len(block.rows)) or len(set(filled)) < 0.98 * len(filled):
            continue
        codes = sum(t.isdigit() and len(t) == len(filled[0]) for t in filled) > 0.8 * len(filled)
        numbers = sum(map(looks_like_number, filled)) > 0.5 * len(filled)
        once.append((not codes and numbers, place))
    return min(once)[1] if once else None


# --- below the head -------------------------------------------------------------------------------


def _with_columns(
    seen: SeenTable, grid: Grid, header: Header, place: int, rows: Rows
) -> tuple[SeenTable, Numbers]:
    """Return a table with everything that stands below and above its head, and its numbers."""
    seen, read = _as_it_stands(seen, grid, header, place, rows)
    opened = Opened(seen.file, grid, header, place)
    form = _form(seen, opened)
    parts, twice = parts_by_day(opened, form) if form is not None else ({}, [])
    if form is not None and parts:
        measure = measure_in(title_above(grid.rows, header), seen.sheet, Path(seen.file).stem)
        return _by_day(seen, form, parts, twice, measure)
    if seen.long_by or seen.kind == "zensus":
        return seen, Numbers()
    kinds = {c.title: c.kind for c in seen.columns}
    own = tuple(_texts(_cells(grid, rows.data, place)))
    return replace(seen, pairs=table_pairs(read.numbers, kinds, days=1)), Numbers(own, read.numbers)


def _as_it_stands(
    seen: SeenTable, grid: Grid, header: Header, place: int, rows: Rows
) -> tuple[SeenTable, ReadColumns]:
    """Return a table with its columns, days and first rows, before it is reshaped."""
    titles = titles_of(header, place)
    keyed = _keyed_rows(grid, rows, place)
    texts = {p: _texts(_cells(grid, keyed, p)) for p in titles}
    days = {titles[p]: texts[p] for p in titles if holds_days(texts[p])}
    keys = _texts(_cells(grid, keyed, place))
    long_by = _long_by(keys, texts, titles, list(days))
    plain = {t: p for p, t in titles.items() if t not in long_by and t not in days}
    cells = columns_of(grid, rows.data, plain)
    decimal = decimal_in(columns_of(grid, sorted([*rows.data, *rows.totals]), plain))
    lines = [i + 1 for i in rows.data]
    read = read_columns(cells, rows=lines, file=seen.file, decimal=decimal)
    made = replace(
        seen,
        rows=len(rows.data),
        header=(header.first + 1, header.last + 1),
        period=_period_of(seen, grid, header, days, long_by),
        long_by=long_by,
        columns=columns_seen(plain, read, header.paths[place]),
        totals=tuple(i + 1 for i in rows.totals),
        sample=sample_of(grid, header, rows.data),
        decimal=decimal,
        problems=(*seen.problems, *_notes(seen.file, rows, read)),
    )
    return made, read


def _period_of(
    seen: SeenTable,
    grid: Grid,
    header: Header,
    days: Mapping[str, Sequence[str]],
    long_by: tuple[str, ...],
) -> SeenPeriod:
    """Return the Stichtag of a table: of its columns of days first, of what it is called last."""
    return period_of(
        columns=sorted(days.items(), key=lambda column: column[0] not in long_by),
        title=title_above(grid.rows, header),
        sheet=seen.sheet,
        stem=Path(seen.file).stem,
        heads=" | ".join(t for t in header.paths if t),
    )


def _by_day(
    seen: SeenTable,
    form: LongForm,
    parts: Mapping[Any, Opened],
    twice: Sequence[str],
    measure: str,
) -> tuple[SeenTable, Numbers]:
    """Return a table with several rows or columns per area as that of its newest day.

    Parameters
    ----------
    measure : what is counted where no head says it
    """
    read = [read_part(part, seen.file, seen.decimal) for part in parts.values()]
    newest, keys, titles = read[-1]
    columns = tuple(column_of(title, newest) for title in titles)
    if len(columns) == 1 and columns[0].title == VALUE:
        columns = (replace(columns[0], label=measure),)
    kinds = {c.title: c.kind for c in columns}
    pairs = table_pairs(
        below_each_other([r for r, _, _ in read], kinds), kinds, days=len(parts)
    )  # fmt: skip
    period = seen.period
    if form.heads or isinstance(form.column, int):
        source = "heads" if form.heads else "rows"
        period = SeenPeriod(tuple(day.end for day in parts), source)
    told = (_names_twice(seen.file, form, twice),) if twice else ()
    made = replace(
        seen,
        form=form,
        period=period,
        columns=columns,
        pairs=across_measures(pairs, () if form.heads else form.values),
        problems=(*seen.problems, *told),
    )
    return made, Numbers(keys, newest.numbers)


def _form(seen: SeenTable, opened: Opened) -> LongForm | None:
    """Return how rows or heads of several days and names become one row per area; None = as is."""
    columns = [c for c in seen.columns if c.kind in {"count", "share", "amount"}]
    numbers = tuple(c.title for c in columns)
    if seen.kind == "zensus" or not numbers:
        return None
    day = seen.period.column if seen.period.source == "column" else ""
    names = tuple(title for title in seen.long_by if title != day)
    heads = head_form(numbers, several=False)
    if heads and day not in seen.long_by:
        return LongForm(names, heads=heads)
    if not seen.long_by:
        return LongForm(column=opened.place + 1) if days_in_rows(opened) else None
    # what is the same in every row counts nothing: the number of a statistic
    varied = tuple(c.title for c in columns if c.smallest != c.largest) or numbers
    names = flat_names(opened, names) if seen.kind == "ffcsv_new" else names
    values = ("value",) if seen.kind == "ffcsv_new" and "value" in varied else varied
    return LongForm(names, values if names else (), day if day in seen.long_by else "")


def _names_twice(file: str, form: LongForm, twice: Sequence[str]) -> Problem:
    """Tell of entries that one area has several times on one day: they become no column."""
    column = ", ".join(form.names)
    said = {"n": len(twice), "found": ", ".join(f"„{n}“" for n in twice[:_NAMES_SHOWN])}
    return problem("recognise.names_twice", "warning", file=file, column=column, **said)


def _keyed_rows(grid: Grid, rows: Rows, place: int) -> list[int]:
    """Return the rows of areas, with those that are a sum over something else than areas.

    "insgesamt" beside "weiblich" is an entry like any other where the row has the key of an area.
    """
    sums = [
        row
        for row, key in zip(rows.totals, _texts(_cells(grid, rows.totals, place)), strict=True)
        if key and not is_total_word(key)
    ]
    return sorted([*rows.data, *sums])


def _cells(grid: Grid, rows: Sequence[int], place: int) -> list[object]:
    return [grid.rows[i][place] if place < len(grid.rows[i]) else "" for i in rows]


def _long_by(
    keys: list[str], texts: dict[int, list[str]], titles: dict[int, str], days: list[str]
) -> tuple[str, ...]:
    """Return the fewest columns that, with the key, make the rows different: years first."""
    rows = [i for i, k in enumerate(keys) if k]

    def apart(columns: list[list[str]]) -> int:
        return len({(keys[i], *(c[i] for c in columns)) for i in rows})

    used: list[str] = []
    chosen: list[list[str]] = []
    pool = {t: texts[p] for p, t in titles.items() if t in days}
    pool |= {
        t: texts[p]
        for p, t in titles.items()
        if t not in days
        and 1 < len(set(texts[p])) <= _MOST_WORDS
        and sum(n for c, n in Counter(texts[p]).items() if is_value(c)) < 0.2 * len(keys)
    }
    while rows and pool and apart(chosen) < _ROWS_TOLD_APART * len(rows):
        gains = {t: apart([*chosen, column]) for t, column in pool.items()}
        # of a code and its words beside it the words
        best = max(gains, key=lambda t: (gains[t], 1.0 if t in days else legible(pool[t])))
        if gains[best] <= 1.02 * apart(chosen):
            break
        used.append(best)
        chosen.append(pool.pop(best))
    return tuple(used)


def _notes(file: str, rows: Rows, read: ReadColumns) -> list[Problem]:
    return [replace(p, file=file) for p in (*rows.problems, *read.problems)]
