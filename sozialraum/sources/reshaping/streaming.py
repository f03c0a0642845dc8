"""Tables too large to be held whole: only the rows that ``rows`` keeps are read, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.model import Problem
from sozialraum.model.keys import plain_text
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.file_limits import LIMITS
from sozialraum.sources.reshaping.shape import Shape
from sozialraum.sources.tabular.headers import Header, close_names, header_of_lines
from sozialraum.sources.tabular.tables import Opened
from sozialraum.texts import number, problem

# text files from here on are read piece by piece
STREAMED_BYTES = 200 * 1024 * 1024
_BLOCK = 1 << 24
_MEGABYTE = 1024 * 1024


def is_streamed(path: Path, least: int = STREAMED_BYTES) -> bool:
    """Tell whether a table is so large that only some of its rows can be read."""
    return path.suffix.lower() in {".csv", ".txt"} and path.stat().st_size >= least


def stream_table(path: Path, key: str | int, shape: Shape, delimiter: str | None) -> Opened:
    """Return the rows of a large table that have the stated entries, with their place in the file.

    Parameters
    ----------
    path : UTF-8, its head in the first line, no line breaks within cells
    key : name of the key column, or its number
    shape : its `rows` say which rows are kept; without them the table is refused
    delimiter : as stated; None = the one of ``;``, tab and ``,`` that the head has most of

    Returns
    -------
    An `Opened`; what was left out is a note of its grid.
    """
    with path.open("rb") as file:
        line = plain_text(file.readline(1_000_000).decode("utf-8-sig", "replace").rstrip("\r\n"))
    mark = delimiter or max(";\t,", key=line.count)
    names = [name.strip('"') for name in line.split(mark)]
    header = header_of_lines([names], 0, 0, 0)
    wrong = _problems(path, key, shape, header)
    if wrong:
        return Opened(path.name, Grid(problems=tuple(wrong)), None)
    wanted = {header.find(column)[0]: entries for column, entries in shape.rows.items()}
    rows, lines, total, broken = _kept(path, names, mark, wanted)
    said = {"n": len(rows), "of": total, "size": number(path.stat().st_size / _MEGABYTE)}
    notes = [*broken, problem("sources.streamed", "note", file=path.name, **said)]  # type: ignore[arg-type]
    grid = Grid(
        [names, *rows],
        {"encoding": "utf-8", "delimiter": mark},
        tuple(notes),
        lines=np.concatenate([[1], lines]).astype(np.int64),
    )
    place = key - 1 if isinstance(key, int) else header.find(key)[0]
    return Opened(path.name, grid, None if broken else header, place)


def _problems(path: Path, key: str | int, shape: Shape, header: Header) -> list[Problem]:
    """Return why a large table cannot be read: nothing says which rows, or a column lacks."""
    if not shape.rows:
        found = number(path.stat().st_size / _MEGABYTE)
        return [problem("sources.too_large_whole", file=path.name, found=found)]
    columns = [*shape.rows, *([key] if isinstance(key, str) else [])]
    known = [name for name in header.names if name]
    return [
        problem("sources.no_column", file=path.name, column=c, found=close_names(c, known))
        for c in columns
        if len(header.find(c)) != 1
    ]


def _kept(
    path: Path, names: Sequence[str], mark: str, wanted: Mapping[int, Sequence[str]]
) -> tuple[list[Sequence[object]], np.ndarray, int, list[Problem]]:
    """Return the rows with the wanted entries, their lines, how many there are, and what failed."""
    import pyarrow as pa
    from pyarrow import csv

    labels = [str(n) for n in range(len(names))]
    reading = csv.ReadOptions(block_size=_BLOCK, column_names=labels, skip_rows=1)
    converting = csv.ConvertOptions(
        column_types=dict.fromkeys(labels, pa.string()), strings_can_be_null=False
    )
    rows: list[Sequence[object]] = []
    lines: list[np.ndarray] = []
    total = 0
    try:
        for batch in csv.open_csv(path, reading, csv.ParseOptions(delimiter=mark), converting):
            keep = _is_wanted(batch, wanted)
            chosen = batch.filter(pa.array(keep))
            rows += zip(*(column.to_pylist() for column in chosen.columns), strict=True)
            lines.append(np.flatnonzero(keep) + total + 2)
            total += batch.num_rows
            if len(rows) * len(names) > LIMITS.cells:
                limit = number(LIMITS.cells)
                many = problem("sources.too_many_cells", file=path.name, limit=limit)
                return [], np.array([]), total, [many]
    except pa.ArrowInvalid as error:
        detail = str(error).splitlines()[0][:120]
        broken = problem("sources.streamed_broken", file=path.name, found=detail)
        return [], np.array([]), total, [broken]
    return rows, np.concatenate([*lines, np.array([], dtype=int)]), total, []


def _is_wanted(batch: Any, wanted: Mapping[int, Sequence[str]]) -> np.ndarray:
    """Return which rows of a batch have one of the wanted entries in every column that asks."""
    import pyarrow as pa
    from pyarrow import compute

    keep = np.ones(batch.num_rows, dtype=bool)
    for place, entries in wanted.items():
        found = compute.is_in(batch.column(place), pa.array(list(entries), pa.string()))
        keep &= found.to_numpy(zero_copy_only=False)
    return keep
