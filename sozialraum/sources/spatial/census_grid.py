"""The grid of the census (Zensus 2022 and 2011): cells as areas, as a table, as weights.

A national file of 3 million rows is read in pieces; only the rows within a box are kept. A dash is
a withheld number, a cell that is not in the file has no people.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from sozialraum.model import Problem, Raster
from sozialraum.model.errors import DataError
from sozialraum.texts import problem

CRS = "EPSG:3035"
DASHES = frozenset("–-—")
UNCERTAIN = "werterlaeuternde_zeichen"
GRID_HEAD = re.compile(r"(?i)\ufeff?gitter_id_(100m|1km|10km)")
SIDES = {"100m": 100, "1km": 1000, "10km": 10_000}
_NEW_ID = re.compile(r"CRS3035RES(?P<size>\d+)mN(?P<n>\d+)E(?P<e>\d+)")
_OLD_ID = re.compile(r"(?P<size>100m|1km|10km)N(?P<n>\d+)E(?P<e>\d+)")
_BLOCK = 1 << 24  # bytes read at a time
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class CensusCells:
    """Cells of a census grid within a box.

    Parameters
    ----------
    ids : (n_cells,) str
    x, y : (n_cells,) metres in EPSG:3035, middle of the cell
    size : metres, side of a cell
    columns : name -> (n_cells,) texts as in the file
    lines : (n_cells,) row in the file, from 1
    total : rows of the whole file
    file : its name, for messages
    """

    ids: NDArray[np.object_]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    size: int
    columns: dict[str, NDArray[np.object_]]
    lines: NDArray[np.int64]
    total: int
    file: str

    def middle(self, at: int) -> tuple[float, float]:
        """Return the middle of a cell, metres; NaN where the file does not say it."""
        return float(self.x[at]), float(self.y[at])


def read_cells(
    path: str | Path, *, bounds: Box | None = None, bounds_crs: str = CRS, key: str = ""
) -> CensusCells:
    """Return the cells of a census grid that meet a box.

    Parameters
    ----------
    path : csv, or a zip with one csv per level
    bounds : west, south, east, north; None = all of Germany
    bounds_crs : coordinate system of `bounds`
    key : name of the column of the cells, which tells the level in a zip

    Raises
    ------
    DataError
        If the file is no census grid, a cell stands in two rows, or its number and its middle do
        not agree.
    """
    path = Path(path)
    box = None if bounds is None else _box_on_the_grid(bounds, bounds_crs)
    pieces, total, names, size = [], 0, [], 0
    for batch in grid_batches(path, key):
        names = batch.schema.names
        size = SIDES[GRID_HEAD.match(names[0])[1].lower()]  # type: ignore[index]
        x, y = (batch.column(at).to_numpy(zero_copy_only=False) for at in (1, 2))
        keep = _meets(x, y, size, box)
        kept = batch.filter(keep).to_pandas()
        kept["\x00line"] = np.flatnonzero(keep) + total + 2
        total += batch.num_rows
        pieces.append(kept)
    if not pieces:
        raise DataError(problem("sources.census_empty", file=path.name))
    cells = _cells_of(pd.concat(pieces, ignore_index=True), names, size, total, path.name)
    found = [*_disagreeing(cells), *_doubled(cells)]
    if found:
        raise DataError(found)
    return cells


def _cells_of(
    frame: pd.DataFrame, names: list[str], size: int, total: int, file: str
) -> CensusCells:
    texts = {n: frame[n].fillna("").to_numpy(dtype=object) for n in names[3:] if n}
    return CensusCells(
        ids=frame[names[0]].to_numpy(dtype=object),
        x=frame[names[1]].to_numpy(dtype=float),
        y=frame[names[2]].to_numpy(dtype=float),
        size=size,
        columns=texts,
        lines=frame["\x00line"].to_numpy(dtype=np.int64),
        total=total,
        file=file,
    )


def _box_on_the_grid(bounds: Box, crs: str) -> Box:
    way = Transformer.from_crs(crs, CRS, always_xy=True)
    return way.transform_bounds(*bounds, densify_pts=21)


def _meets(
    x: NDArray[np.float64], y: NDArray[np.float64], size: int, box: Box | None
) -> NDArray[np.bool_]:
    """Tell which cells touch a box with more than their border, or do not say where they lie."""
    if box is None:
        return np.ones(len(x), dtype=bool)
    half = size / 2
    across = (x + half > box[0]) & (x - half < box[2])
    return across & (y + half > box[1]) & (y - half < box[3]) | np.isnan(x + y)


def _opened(path: Path, key: str) -> IO[bytes]:
    """Return the csv of a level, from a file or a zip."""
    if path.suffix.lower() != ".zip":
        return path.open("rb")
    with zipfile.ZipFile(path) as archive:
        tables = [m.filename for m in archive.infolist() if m.filename.lower().endswith(".csv")]
    level = key.rpartition("_")[2].lower()
    ends = re.compile(rf"(?i)(?:^|[_/-]){re.escape(level)}(?:[_.-]|$)") if level in SIDES else None
    fits = [t for t in tables if ends is None or ends.search(t)]
    if len(fits) != 1:
        found = ", ".join(tables) or "–"
        raise DataError(problem("sources.census_levels", file=path.name, found=found))
    return zipfile.ZipFile(path).open(fits[0])


def grid_batches(path: Path, key: str, *, numbers: bool = False) -> Iterator[Any]:
    """Yield pieces of the file: number and middle of each cell, the others as text or numbers."""
    import pyarrow as pa
    from pyarrow import csv

    with _opened(path, key) as stream:
        start = stream.readline(100_000)
        names = start.decode("utf-8-sig", "replace").rstrip("\r\n").split(";")
        if not GRID_HEAD.match(names[0]) or len(names) < 4:
            raise DataError(problem("sources.no_census_grid", file=path.name, found=names[0][:40]))
        counted = [n for n in names[3:] if numbers and n != UNCERTAIN]
        kinds = {n: pa.string() for n in names}
        kinds |= dict.fromkeys([*names[1:3], *counted], pa.float64())
        reading = csv.ReadOptions(block_size=_BLOCK, column_names=names)
        converting = csv.ConvertOptions(
            column_types=kinds,
            strings_can_be_null=False,
            null_values=["", *DASHES] if numbers else None,
            decimal_point="," if numbers else ".",
        )
        parsing = csv.ParseOptions(delimiter=";")
        try:
            batches = csv.open_csv(stream, reading, parsing, converting)
            yield from batches
        except pa.ArrowInvalid as error:
            found = str(error).splitlines()[0][:120]
            if found == "Empty CSV file":  # a head, and no row below it
                return
            raise DataError(problem("sources.census_broken", file=path.name, found=found)) from None


def corners_of(ids: NDArray[np.object_]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return east, north and side (metres) that the numbers of cells say; NaN where none is said.

    Examples
    --------
    >>> corners_of(np.array(["CRS3035RES100mN2689100E4337000", "1kmN2689E4337"], dtype=object))
    (array([4337000., 4337000.]), array([2689100., 2689000.]), array([ 100., 1000.]))
    """
    texts = pd.Series(ids, dtype="string")
    new, old = texts.str.extract(f"^{_NEW_ID.pattern}$"), texts.str.extract(f"^{_OLD_ID.pattern}$")
    size = (
        pd.to_numeric(new["size"]).fillna(old["size"].map(SIDES)).to_numpy(float, na_value=np.nan)
    )
    factor = np.where(new["size"].notna(), 1.0, size)
    east, north = (
        pd.to_numeric(new[name].fillna(old[name])).to_numpy(float, na_value=np.nan) * factor
        for name in ("e", "n")
    )
    return east, north, size


def _disagreeing(cells: CensusCells) -> list[Problem]:
    """Return the first cell whose number says another place than its middle."""
    east, north, size = corners_of(cells.ids)
    half = cells.size / 2
    fits = (size == cells.size) & (east + half == cells.x) & (north + half == cells.y)
    wrong = np.flatnonzero(~fits)
    if not len(wrong):
        return []
    at = int(wrong[0])
    found = "; ".join([cells.ids[at], *(f"{m:.0f}".replace("nan", "–") for m in cells.middle(at))])
    where = {"file": cells.file, "row": int(cells.lines[at]), "found": found}
    return [problem("sources.census_place", n=len(wrong), **where)]  # type: ignore[arg-type]


def _doubled(cells: CensusCells) -> list[Problem]:
    twice = np.flatnonzero(pd.Index(cells.ids).duplicated())
    if not len(twice):
        return []
    where = {"file": cells.file, "row": int(cells.lines[twice[0]]), "key": str(cells.ids[twice[0]])}
    return [problem("sources.census_twice", n=len(twice), **where)]  # type: ignore[arg-type]


def cells_as_areas(cells: CensusCells, crs: str) -> gpd.GeoDataFrame:
    """Return cells as areas in a coordinate system: index = number of the cell, its name too."""
    half = cells.size / 2
    squares = shapely.box(cells.x - half, cells.y - half, cells.x + half, cells.y + half)
    index = pd.Index(cells.ids, dtype=str, name="key")
    frame = gpd.GeoDataFrame({"name": index.to_numpy()}, index=index, geometry=squares, crs=CRS)
    return frame.to_crs(crs).sort_index()


def centres_of(areas: gpd.GeoDataFrame) -> tuple[pd.DataFrame, float]:
    """Return the middles of cells that became areas, columns ``x`` and ``y``, and their side.

    Metres in EPSG:3035, whole millimetres: a way to another coordinate system and back moves a
    corner by less.
    """
    squares = areas.geometry.to_crs(CRS)
    middle = squares.centroid
    side = float(np.round(np.sqrt(squares.area).median()))
    return pd.DataFrame({"x": middle.x.round(3), "y": middle.y.round(3)}, index=areas.index), side


def cells_as_raster(cells: CensusCells) -> Raster:
    """Return the persons of cells as a raster: 0 where no cell stands, NaN where it is withheld.

    Raises
    ------
    DataError
        If it is open which column counts persons, or there is no cell.
    """
    if not len(cells.ids):
        raise DataError(problem("sources.raster_outside", file=cells.file))
    names = [n for n in cells.columns if n.casefold() != UNCERTAIN]
    counted = [n for n in names if n.casefold().startswith(("einwohner", "insgesamt"))] or names
    if len(counted) != 1:
        raise DataError(problem("sources.census_column", file=cells.file, found=", ".join(names)))
    left, top = cells.x.min() - cells.size / 2, cells.y.max() + cells.size / 2
    column = ((cells.x - left) // cells.size).astype(int)
    row = ((top - cells.y) // cells.size).astype(int)
    values = np.zeros((row.max() + 1, column.max() + 1))
    values[row, column] = cell_persons(cells.columns[counted[0]], cells.file)
    return Raster(values, float(left), float(top), cells.size, cells.size, CRS, cells.file)


def cell_persons(texts: NDArray[np.object_], file: str) -> NDArray[np.float64]:
    """Return counts of cells; NaN where they are withheld (a dash, -1 in 2011)."""
    known = np.array([t not in DASHES and t not in ("", "-1") for t in texts])
    values = np.full(len(texts), np.nan)
    try:
        values[known] = [float(t.replace(",", ".")) for t in texts[known]]
    except ValueError:
        wrong = next(t for t in texts[known] if not re.fullmatch(r"\d+(?:,\d+)?", t))
        raise DataError(problem("sources.census_number", file=file, found=wrong[:40])) from None
    return values
