"""Census grids, seen by their first lines and cells; a national file is never read whole."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import numpy as np

from sozialraum.model.errors import DataError
from sozialraum.sources.file_limits import BROKEN_ZIP
from sozialraum.sources.recognise.column_kinds import kind_of_numbers
from sozialraum.sources.recognise.measured import Numbers, table_pairs
from sozialraum.sources.recognise.seen import SeenColumn, SeenPeriod, SeenTable
from sozialraum.sources.spatial.census_grid import GRID_HEAD, SIDES, UNCERTAIN, grid_batches

_DAYS = {True: dt.date(2022, 5, 15), False: dt.date(2011, 5, 9)}
_NEW = "CRS3035RES"
_HEAD_BYTES = 2_000


def census_key(path: Path) -> str:
    """Return the name of the column of cells, of the smallest in a zip; "" where it is no grid."""
    if path.suffix.lower() in {".csv", ".txt"}:
        with path.open("rb") as file:
            return _key_in(file.read(_HEAD_BYTES))
    if path.suffix.lower() != ".zip":
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
            keys = [_key_in(archive.open(m).read(_HEAD_BYTES)) for m in tables]
    except BROKEN_ZIP:
        return ""
    return min(filter(None, keys), key=size_of_cells, default="")


def size_of_cells(key: str) -> int:
    """Return the side of the cells of a column "GITTER_ID_1km": 1000 metres."""
    return SIDES[key.rpartition("_")[2].lower()]


def _key_in(start: bytes) -> str:
    first = start.decode("utf-8-sig", "replace").partition(";")[0]
    return first if GRID_HEAD.fullmatch(first) else ""


def look_at_census(path: Path, written: str, key: str) -> tuple[SeenTable, Numbers]:
    """Return what a census grid holds, by its first cells.

    Parameters
    ----------
    key : of `census_key`
    """
    seen = SeenTable(written, "", "zensus", key=key, header=(1, 1))
    try:
        first = next(grid_batches(path, key, numbers=True), None)
    except DataError as error:
        return SeenTable(written, "", "unreadable", problems=error.problems), Numbers()
    if first is None:
        return seen, Numbers()
    names = [n for n in first.schema.names[3:] if n and n.casefold() != UNCERTAIN]
    numbers = {n: first.column(n).to_numpy(zero_copy_only=False).astype(float) for n in names}
    columns = tuple(_column(name, values) for name, values in numbers.items())
    kinds = {c.title: c.kind for c in columns}
    new = str(first.column(0)[0]).startswith(_NEW)
    return (
        SeenTable(
            written,
            "",
            "zensus",
            rows=first.num_rows,
            header=(1, 1),
            key=key,
            period=SeenPeriod((_DAYS[new],), "title"),
            columns=columns,
            pairs=table_pairs(numbers, kinds, days=1),
            sample=_sample(first),
        ),
        Numbers(),
    )


def _column(title: str, values: np.ndarray) -> SeenColumn:
    there = values[np.isfinite(values)]
    withheld = {"suppressed": len(values) - len(there)} if len(there) < len(values) else {}
    if not len(there):
        return SeenColumn(title, "text", 0, withheld)
    kind = kind_of_numbers(title, there)
    low, high = float(there.min()), float(there.max())
    return SeenColumn(title, kind, len(there), withheld, None, low, high)


def _sample(first: object) -> tuple[tuple[str, ...], ...]:
    frame = first.slice(0, 5).to_pandas()  # type: ignore[attr-defined]
    rows = frame.astype(object).where(frame.notna(), "–").astype(str)
    return (tuple(map(str, frame.columns)), *map(tuple, rows.itertuples(index=False, name=None)))
