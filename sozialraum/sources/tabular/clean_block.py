"""The clean part of a text table at once: whole numbers and words under keys of digits.

Most deliveries hold nothing else below their head. Such a block is read in one go, without looking
at single cells; whatever is not exactly so (signs, decimals, gaps, sums, remarks) is read cell by
cell as before, and both ways find the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.tabular.cells import tidy_column
from sozialraum.sources.tabular.headers import Header, is_total_word
from sozialraum.sources.tabular.table_rows import Rows
from sozialraum.sources.text_lines import Lines

# From here on not every whole number has a float64 of its own.
_EXACT = 2**53
_WHOLE = "^(?:0|-?[1-9][0-9]{0,15})$"


@dataclass(frozen=True)
class CleanBlock:
    """What stands below the head of a clean table.

    Parameters
    ----------
    keys : the key of each row, digits only
    columns : column -> (n_rows,) float64 where all cells are whole numbers, else its tidy cells
    """

    keys: list[str]
    columns: dict[int, NDArray[np.float64] | Sequence[object]]

    def named(self, places: Mapping[str, int]) -> dict[str, NDArray[np.float64] | Sequence[object]]:
        """Return the columns by name."""
        return {name: self.columns[place] for name, place in places.items()}

    def rows(self, first: int) -> Rows:
        """Return the rows of the grid it stands in, from `first` on: all of them are data."""
        return Rows(list(range(first, first + len(self.keys))), [], [])


def clean_block(grid: Grid, header: Header, places: Collection[int], key: int) -> CleanBlock | None:
    """Return the rows below a head at once; None where one of them needs a closer look.

    Parameters
    ----------
    grid, header : a table with its head
    places : columns that are asked for
    key : column of the keys
    """
    if not isinstance(grid.rows, Lines) or grid.lines is not None:
        return None
    lines, width = grid.rows.lines[header.last + 1 :], len(header.names)
    if not lines or width < 2 or not all(lines) or not 0 <= key < width:
        return None
    read = _read(lines, grid.rows.delimiter, width, key)
    if read is None or not _all(pc.match_substring_regex(read[key], "^[0-9]+$")):
        return None
    beside = [j for j in range(key + 1, min(key + 4, width)) if pa.types.is_string(read[j].type)]
    # a word of a sum stands between borders of words: lines of one text are searched at once
    if any(is_total_word("\n".join(read[j].to_pylist())) for j in beside):
        return None
    columns = {j: _column(read[j]) for j in places}
    return CleanBlock(read[key].to_pylist(), columns)


def _read(lines: list[str], delimiter: str, width: int, key: int) -> list[pa.ChunkedArray] | None:
    """Return all columns, as int64 where all cells are whole numbers, else as text."""
    block = "\n".join(lines).encode()
    if b"0x" in block or b"0X" in block or len(delimiter) > 1:
        return None
    names = [str(j) for j in range(width)]
    try:
        table = _parse(block, delimiter, names, {str(key): pa.string()})
        told = {n: pa.string() for n in names if table[n].type != pa.int64()}
        if any(table[n].type != pa.string() for n in told):  # dates, decimals: as they are written
            table = _parse(block, delimiter, names, told)
        written = sum(_letters(table[n]) for n in names) + len(lines) * width - 1
        if written != len(block):  # somewhere "007" or " 7"
            table = _parse(block, delimiter, names, dict.fromkeys(names, pa.string()))
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(lines):
        return None
    return [_whole(table[n]) if j != key else table[n] for j, n in enumerate(names)]


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of text as int64 where every cell is a whole number as Python writes it."""
    if column.type == pa.int64() or not _all(pc.match_substring_regex(column, _WHOLE)):
        return column
    return column.cast(pa.int64())


def _parse(
    block: bytes, delimiter: str, names: list[str], kinds: dict[str, pa.DataType]
) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(
            use_threads=False, column_names=names, block_size=len(block) + 1
        ),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(
            column_types=kinds, strings_can_be_null=False, null_values=[]
        ),
    )


def _letters(column: pa.ChunkedArray) -> int:
    """Return how many bytes a column takes as Python writes it: any other spelling is longer."""
    if column.type != pa.int64():
        return int(pc.sum(pc.binary_length(column)).as_py())
    values = column.to_numpy()
    size, ten = np.abs(values), 10
    letters = len(values) + int(np.count_nonzero(values < 0))
    while ten <= _EXACT and (more := int(np.count_nonzero(size >= ten))):
        letters, ten = letters + more, 10 * ten
    return letters


def _column(column: pa.ChunkedArray) -> NDArray[np.float64] | Sequence[object]:
    values = column.to_numpy() if column.type == pa.int64() else None
    if values is not None and np.abs(values).max() < _EXACT:
        return values.astype(np.float64)
    return tidy_column(column.cast(pa.string()).to_pylist())


def _all(found: pa.ChunkedArray) -> bool:
    return bool(pc.all(found).as_py())
