"""Cells of a statistical grid, listed in a table by the coordinates of their centres, as areas."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from sozialraum.model.errors import DataError
from sozialraum.sources.tabular.tables import read_plain
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import CellColumns


def read_squares(path: Path, cells: CellColumns, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the cells that a table lists as squares, in the coordinate system of the grid.

    Parameters
    ----------
    path : csv, xlsx, ods, dbf or parquet
    cells : which columns hold the centres, side and coordinate system of the grid
    columns : further columns that are kept, as words

    Raises
    ------
    DataError
        If the table cannot be read, lists no cell, or one without coordinates.
    """
    table = read_plain(path, columns=list(columns), numbers=[cells.x, cells.y])
    if table.empty:
        raise DataError(problem("sources.no_areas", file=path.name))
    x, y = table[cells.x].to_numpy(float), table[cells.y].to_numpy(float)
    lost = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(lost):
        values = {"n": len(lost), "row": int(table.index[lost[0]])}
        raise DataError(problem("sources.cell_without_place", file=path.name, **values))
    half = cells.size / 2
    squares = shapely.box(x - half, y - half, x + half, y + half)
    return gpd.GeoDataFrame(table[list(columns)], geometry=squares, crs=cells.crs)
