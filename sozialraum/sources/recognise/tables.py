"""One table, seen: its keys among the layers, its head, rows, days, columns and pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.recognise.column_kinds import kind_of_numbers, personal_titles
from sozialraum.sources.recognise.data_block import data_end, data_start, head_of, title_above
from sozialraum.sources.recognise.denominators import pairs_of
from sozialraum.sources.recognise.key_forms import Keyring, Layers
from sozialraum.sources.recognise.long_forms import across_measures, head_form, parts_by_day
from sozialraum.sources.recognise.official import official_kind
from sozialraum.sources.recognise.periods import holds_days, period_of
from sozialraum.sources.recognise.seen import LongForm, SeenColumn, SeenPeriod, SeenTable
from sozialraum.sources.tabular.assembly import columns_of
from sozialraum.sources.tabular.cells import looks_like_number, tidy
from sozialraum.sources.tabular.columns import ReadColumns, read_columns
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.sources.tabular.headers import Header, is_total_word, is_value
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
    path: Path, written: str, layers: Layers, sheet: str = "", layer: str | None = None
) -> SeenTable:
    """Return what a table is; nothing is raised for what is wrong with it.

    Parameters
    ----------
    path : csv, workbook, dbf or parquet
    written : its name as the build file would have it
    layers : of the same folder
    sheet : name of the sheet, "" where there is only one
    layer : whose attributes are the table; "" where the file has one. None = no layer
    """
    grid = read_grid(path, sheet=sheet or None, layer=layer or None)
    problems = tuple(replace(p, file=written) for p in grid.problems)
    if not any(any(tidy(c) for c in row) for row in grid.rows[:1000]):
        return SeenTable(written, sheet, "unreadable", problems=problems)
    lines = [[tidy(c) for c in row] for row in grid.rows[:2]]
    kind = official_kind(lines[0], lines[-1])
    seen = SeenTable(written, sheet, kind, layer=layer or "", problems=problems)
    personal = personal_titles(tidy(c) for row in grid.rows[:_HEAD_ROWS] for c in row)
    if personal:
        return _personal(seen, personal, len(grid.rows))
    if not any(map(is_value, (c for row in grid.rows[:1000] for c in row))):
        return replace(seen, kind="words", rows=len(grid.rows), problems=())
    block = _block(grid)
    match, rivals = layers.best([_ring(texts) for texts in block.texts])
    place = match.place if match is not None else _likely_key(block)
    if place is None:
        return replace(
            seen, problems=(*problems, problem("recognise.no_key", "warning", file=written))
        )
    header, key = head_of(grid.rows, block.start, place)
    if header is None:
        return replace(
            seen, match=match,
            problems=(*problems, problem("recognise.no_head", "warning", file=written)),
        )  # fmt: skip
    rows = sort_rows(grid, header, place, written)
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


def _with_columns(seen: SeenTable, grid: Grid, header: Header, place: int, rows: Rows) -> SeenTable:
    """Return a table with everything that stands below and above its head."""
    titles = _titles(header, place)
    keyed = _keyed_rows(grid, rows, place)
    texts = {p: _texts(_cells(grid, keyed, p)) for p in titles}
    days = {titles[p]: texts[p] for p in titles if holds_days(texts[p])}
    keys = _texts(_cells(grid, keyed, place))
    long_by = _long_by(keys, texts, titles, list(days))
    plain = {t: p for p, t in titles.items() if t not in long_by and t not in days}
    read = read_columns(
        columns_of(grid, rows.data, plain), rows=[i + 1 for i in rows.data], file=seen.file
    )
    columns = tuple(_column(title, read) for title in plain)
    period = _period_of(seen, grid, header, days, long_by)
    problems = (*seen.problems, *_notes(seen.file, rows, read))
    form = _form(seen, columns, long_by, period)
    parts: list[Opened] = []
    if form is not None:
        parts, twice = parts_by_day(Opened(seen.file, grid, header, place), form)
        problems += (_names_twice(seen.file, form, twice),) if parts and twice else ()
    columns, numbers = _columns_of_parts(parts, seen.file) if parts else (columns, read.numbers)
    kinds = {c.title: c.kind for c in columns}
    pairs = _pairs(numbers, kinds, days=len(parts)) if _has_pairs(seen, long_by, parts) else {}
    return replace(
        seen,
        rows=len(rows.data),
        header=(header.first + 1, header.last + 1),
        period=period,
        long_by=long_by,
        form=form if parts else None,
        columns=columns,
        pairs=across_measures(pairs, form.values if form and parts else ()),
        totals=tuple(i + 1 for i in rows.totals),
        problems=problems,
    )


def _period_of(
    seen: SeenTable,
    grid: Grid,
    header: Header,
    days: dict[str, list[str]],
    long_by: tuple[str, ...],
) -> SeenPeriod | None:
    """Return the Stichtag of a table: of its columns of days first, of what it is called last."""
    return period_of(
        columns=sorted(days.items(), key=lambda column: column[0] not in long_by),
        title=title_above(grid.rows, header),
        sheet=seen.sheet,
        stem=Path(seen.file).stem,
        heads=" | ".join(t for t in header.paths if t),
    )


def _columns_of_parts(
    parts: list[Opened], file: str
) -> tuple[tuple[SeenColumn, ...], dict[str, NDArray[np.float64]]]:
    """Return the columns of a table that holds several days, and their numbers below each other."""
    read = [_read_part(part, file) for part in parts]
    columns = tuple(_column(title, read[-1]) for title in _titles_of(parts[-1]))
    return columns, _below_each_other(read, {c.title: c.kind for c in columns})


def _form(
    seen: SeenTable,
    columns: Sequence[SeenColumn],
    long_by: tuple[str, ...],
    period: SeenPeriod,
) -> LongForm | None:
    """Return how rows or heads of several days and names become one row per area; None = as is."""
    numbers = tuple(c.title for c in columns if c.kind in {"count", "share", "amount"})
    if seen.kind == "zensus" or not numbers:
        return None
    if not long_by:
        heads = head_form(numbers)
        return LongForm(heads=heads) if heads else None
    day = period.column if period.source == "column" and period.column in long_by else ""
    names = tuple(title for title in long_by if title != day)
    return LongForm(names, numbers if names else (), day)


def _names_twice(file: str, form: LongForm, twice: Sequence[str]) -> Problem:
    """Tell of entries that one area has several times on one day: they become no column."""
    column = ", ".join(form.names)
    said = {"n": len(twice), "found": ", ".join(f"„{n}“" for n in twice[:_NAMES_SHOWN])}
    return problem("recognise.names_twice", "warning", file=file, column=column, **said)


def _titles_of(part: Opened) -> dict[str, int]:
    """Return title -> column of a reshaped table."""
    assert part.header is not None
    return {title: place for place, title in _titles(part.header, part.place).items()}


def _read_part(part: Opened, file: str) -> ReadColumns:
    """Return the columns of one day of a reshaped table."""
    assert part.header is not None
    rows = sort_rows(part.grid, part.header, part.place, file)
    lines = [part.grid.line(i) for i in rows.data]
    return read_columns(columns_of(part.grid, rows.data, _titles_of(part)), rows=lines, file=file)


def _below_each_other(
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


def _has_pairs(seen: SeenTable, long_by: tuple[str, ...], parts: Sequence[Opened]) -> bool:
    """Tell whether there is one row per area, or becomes one."""
    return seen.kind != "zensus" and (bool(parts) or not long_by)


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


def _titles(header: Header, place: int) -> dict[int, str]:
    """Return column -> title, of those that the reader finds by it."""
    named = zip(header.paths, header.titles(), strict=True)
    found = {
        i: next((name for name in names if name and header.find(name) == [i]), "")
        for i, names in enumerate(named)
        if i != place
    }
    return {i: name for i, name in found.items() if name}


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
        best = max(gains, key=lambda t: gains[t])
        if gains[best] <= 1.02 * apart(chosen):
            break
        used.append(best)
        chosen.append(pool.pop(best))
    return tuple(used)


def _column(title: str, read: ReadColumns) -> SeenColumn:
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


def _pairs(
    numbers: Mapping[str, NDArray[np.float64]], kinds: Mapping[str, str], *, days: int
) -> dict:
    counts = {t: v for t, v in numbers.items() if kinds[t] == "count"}
    shares = {t: v for t, v in numbers.items() if kinds[t] == "share"}
    # of many days a few larger parts are no slip: the groups overlap
    return pairs_of(counts, shares, always=days > 1)


def _notes(file: str, rows: Rows, read: ReadColumns) -> list[Problem]:
    return [replace(p, file=file) for p in (*rows.problems, *read.problems)]
