"""Census cells as a table: every inhabited 100 m cell is a small area, cut exactly at borders.

The grid of Germany has 55 million cells, of which 3 million are inhabited and listed. Only those
are looked at: no raster is laid out, and no square becomes an object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.kernels.spatial.zonal import listed_cells, ring_signs
from sozialraum.model.errors import DataError
from sozialraum.model.options import Overlaps
from sozialraum.space.areas import area_keys, name_keys, refuse_unusable, same_crs, shapes_of
from sozialraum.space.crosswalks.assembly import Pieces, assemble_crosswalk
from sozialraum.space.grids.labelgrid import in_chunks, usable_threads
from sozialraum.space.ring_arrays import rings_of
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.space.crosswalk import Crosswalk

# A centre may miss its place in the grid by this share of a cell: files round to whole metres.
OFF_GRID = 0.01


@dataclass(frozen=True, eq=False)
class GridCells:
    """Listed cells of a grid, row by row from the south, each row from the west.

    Parameters
    ----------
    row_start : (n_rows + 1,) where each row of the grid starts in `column`
    column : (n_cells,) column of each cell
    order : (n_cells,) which row of the table each cell was
    left, bottom : coordinates of the south-west corner of the grid
    size : metres
    """

    row_start: NDArray[np.int64]
    column: NDArray[np.int64]
    order: NDArray[np.int64]
    left: float
    bottom: float
    size: float


def cells_crosswalk(
    cells: pd.DataFrame,
    target: gpd.GeoDataFrame,
    *,
    x: str = "x",
    y: str = "y",
    size: float = 100.0,
    crs: str = "EPSG:3035",
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
) -> Crosswalk:
    """Make the crosswalk from census cells to areas: ``share[t, c]`` = part of cell c in t.

    Parameters
    ----------
    cells : one row per cell, index = cell key, with the coordinates of the centres (the census
        calls them ``x_mp_100m`` and ``y_mp_100m``)
    target : areas in any CRS; they are brought into that of the cells
    x, y : columns with the coordinates, metres
    size : side of a cell, metres
    crs : CRS of the cells
    border, overlaps : as of `make_crosswalk`

    Returns
    -------
    `Crosswalk` of method "cells". Cells that lie in no target, or in part, are in
    ``unmatched_source``. A cell withheld by the census is NaN in the counts and makes the areas it
    gives to NaN: see `Crosswalk.missing_share`.

    Raises
    ------
    DataError
        If targets cannot be used, centres are missing, twice, or not on one grid.

    Notes
    -----
    Conservation: columns add up to 1, less the part of a cell outside all targets. Unit of
    ``mass``: cells, 1 each. NaN: a cell without a count makes the targets it gives to NaN. Error:
    `Crosswalk.split_share` is the part that rests on cells cut by a border.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> two = pd.DataFrame({"x": [50, 150], "y": [50, 50]}, index=["c1", "c2"])
    >>> goal = gpd.GeoDataFrame(index=["A"], geometry=[box(0, 0, 125, 100)], crs=3035)
    >>> cells_crosswalk(two, goal).matrix.toarray()
    array([[1.  , 0.25]])
    """
    refuse_unusable(target=target)
    keys = tuple(cells.index.astype(str).tolist())
    grid = grid_of(cells[x].to_numpy(float), cells[y].to_numpy(float), size, keys)
    shapes = shapes_of(same_crs(target, crs))
    lost = ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    if lost.any():
        named = name_keys(list(target.index[lost].astype(str)))
        raise DataError(problem("space.not_finite", found=named, what="target"))
    pieces = cell_pieces(grid, shapes)
    covered = np.bincount(pieces.target, pieces.mass, minlength=len(shapes))
    alone = np.flatnonzero(covered == 0)
    goals = area_keys(target)
    return assemble_crosswalk(
        pieces,
        np.ones(len(keys)),
        target_keys=goals,
        source_keys=keys,
        method="cells",
        border=border,
        overlaps=overlaps,
        unmatched_target=pd.Series(1.0, index=[goals[k] for k in alone], dtype=float),
        details={"size": size, "crs": crs},
    )


def grid_of(
    x: NDArray[np.float64], y: NDArray[np.float64], size: float, keys: tuple[str, ...]
) -> GridCells:
    """Return the cells in the order of their grid, refusing what is no grid."""
    if len(x) == 0:
        raise DataError(problem("space.empty", what="cells"))
    left, bottom = np.min(x) - size / 2, np.min(y) - size / 2
    column, off_column = _steps(x, left, size)
    row, off_row = _steps(y, bottom, size)
    if off_column.any() or off_row.any():
        off = [keys[k] for k in np.flatnonzero(off_column | off_row)]
        raise DataError(problem("space.cells_off_grid", found=name_keys(off), size=f"{size:g}"))
    place = row * (column.max() + 1) + column
    order = np.arange(len(place))
    if (place[1:] < place[:-1]).any():
        order = np.argsort(place)
        place, column = place[order], column[order]
    twice = order[1:][place[1:] == place[:-1]]
    if len(twice):
        found = name_keys(sorted(keys[k] for k in twice))
        raise DataError(problem("space.duplicate_keys", found=found, what="cells"))
    row_start = np.zeros(row.max() + 2, np.int64)
    np.cumsum(np.bincount(row), out=row_start[1:])
    return GridCells(row_start, column, order, float(left), float(bottom), size)


def _steps(
    x: NDArray[np.float64], low: float, size: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the number of each column (or row), and which centres are unknown or off the grid."""
    if not np.isfinite(low):
        return np.zeros(len(x), np.int64), ~np.isfinite(x)
    steps = (x - low) / size
    if not np.isfinite(steps.max()):
        return np.zeros(len(x), np.int64), ~np.isfinite(x)
    number = steps.astype(np.int64)
    steps -= number
    # the centre of a cell is half a step on
    return number, np.abs(steps - 0.5) > OFF_GRID


def cell_pieces(cells: GridCells, shapes: NDArray[np.object_]) -> Pieces:
    """Return the covered part (0..1) of every listed cell in every area."""
    rings = rings_of(shapes)
    # the kernel counts rows downwards: the plane is turned upside down for it
    xy = rings.xy * [1.0, -1.0]
    sign = ring_signs(xy, rings.ring, rings.exterior)
    scale = 1.0 / cells.size
    given = (xy, rings.ring, sign, rings.area, cells.left, -cells.bottom, scale, scale)

    def cut(lo: int, hi: int) -> tuple[NDArray[np.int64], ...]:
        capacity = 1024 + 2 * len(cells.column) * (hi - lo) // len(shapes)
        while True:
            out = np.empty(capacity, np.int32), np.empty(capacity, np.int32), np.empty(capacity)
            n = listed_cells(*given, cells.row_start, cells.column, lo, hi, *out)
            if n <= capacity:
                return tuple(a[:n] for a in out)
            capacity = n

    threads = usable_threads(len(cells.column))
    cuts = np.unique(np.linspace(0, len(shapes), threads * 4 + 1 if threads > 1 else 2).astype(int))
    area, cell, part = map(np.concatenate, zip(*in_chunks(cut, cuts, threads), strict=True))
    return Pieces(area, cells.order[cell], part)
