"""A census grid as numbers, some rows at a time: nothing of a file larger than memory is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.census_grid import GRID_HEAD, SIDES, UNCERTAIN, grid_batches
from sozialraum.texts import problem

_ROWS = 65_536  # of Parquet that are read at once


@dataclass(frozen=True, eq=False)
class NumberedCells:
    """Some rows of a grid file as numbers.

    Parameters
    ----------
    columns : names of what is counted
    x, y : (n_cells,) metres in EPSG:3035, middle of the cell
    size : metres, side of a cell
    counts : (n_cells, n_columns) persons; NaN where withheld
    first : number of the first row in its file, from 0
    """

    columns: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    size: int
    counts: NDArray[np.float64]
    first: int

    def rows(self) -> range:
        """Return the numbers of the rows."""
        return range(self.first, self.first + len(self.x))


def number_batches(path: Path, group: int | None = None) -> Iterator[NumberedCells]:
    """Yield a grid file as numbers, some rows at a time; of Parquet one group of rows, or all.

    Raises
    ------
    DataError
        If the file is no census grid or has no cells, a cell does not say where it lies, or a
        count is neither a number nor a dash.
    """
    parquet = path.suffix.lower() == ".parquet"
    batches = _of_parquet(path, group) if parquet else grid_batches(path, "", numbers=True)
    first = 0
    for batch in batches:
        if batch.num_rows:
            cells = _numbered(batch, first)
            _refuse_placeless(cells, path.name)
            yield cells
        first += batch.num_rows
    if not first:
        raise DataError(problem("sources.census_empty", file=path.name))


def _refuse_placeless(cells: NumberedCells, file: str) -> None:
    """Refuse cells whose middle is not told: their people would be in no area."""
    lost = np.flatnonzero(~np.isfinite(cells.x + cells.y))
    if lost.size:
        row = int(lost[0]) + cells.first + 2  # after the head, from 1
        where = {"file": file, "row": row, "found": "–"}
        raise DataError(problem("sources.census_place", n=len(lost), **where))  # type: ignore[arg-type]


def groups_of(path: Path) -> int:
    """Return how many groups of rows a Parquet file has.

    Raises
    ------
    DataError
        If it is none.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with path.open("rb") as stream, parquet.ParquetFile(stream) as file:
            return int(file.num_row_groups)
    except pa.ArrowInvalid as error:
        found = str(error).splitlines()[0][:120]
        raise DataError(problem("sources.broken_parquet", file=path.name, found=found)) from None


def _of_parquet(path: Path, group: int | None) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if not GRID_HEAD.match(names[0]) or len(names) < 4:
                found = names[0][:40]
                raise DataError(problem("sources.no_census_grid", file=path.name, found=found))
            groups = range(file.num_row_groups) if group is None else [group]
            yield from file.iter_batches(batch_size=_ROWS, row_groups=list(groups))
    except pa.ArrowInvalid as error:
        found = str(error).splitlines()[0][:120]
        raise DataError(problem("sources.broken_parquet", file=path.name, found=found)) from None


def _numbered(batch: Any, first: int) -> NumberedCells:
    names = batch.schema.names
    counted = [n for n in names[3:] if n and n != UNCERTAIN]
    columns = [batch.column(names.index(n)).to_numpy(zero_copy_only=False) for n in counted]
    counts = np.column_stack(columns).astype(float) if counted else np.zeros((batch.num_rows, 0))
    counts[counts == -1] = np.nan  # how the census of 2011 writes a withheld number
    x, y = (batch.column(at).to_numpy(zero_copy_only=False).astype(float) for at in (1, 2))
    size = SIDES[GRID_HEAD.match(names[0])[1].lower()]  # type: ignore[index]
    return NumberedCells(tuple(counted), x, y, size, counts, first)
