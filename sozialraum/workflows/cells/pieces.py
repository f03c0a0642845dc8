"""One piece of a grid file on its way to sums: the same on this machine and on a cluster's worker.

A piece is as many rows as are read at once. Its crosswalk is made for the areas near it alone, and
only the sums of areas that it reaches go back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.sources.spatial.census_grid import CRS
from sozialraum.sources.spatial.numbered_cells import NumberedCells, groups_of, number_batches
from sozialraum.space.grids.cells import cells_crosswalk

Array = NDArray[np.float64]
_WIDEST = 1 << 24  # more columns than the grid of Europe has


@dataclass(frozen=True)
class GridPart:
    """Rows of a grid file: all of a table, or one group of rows of a Parquet file."""

    path: Path
    group: int | None = None


@dataclass(frozen=True, eq=False)
class PartSums:
    """What some rows give to areas.

    Parameters
    ----------
    columns : names of what is counted
    area : (n_reached,) rows of the areas that get something
    sums : (n_reached, n_columns) persons
    suppressed : (n_reached, n_columns) cells without a number, in parts where a border cuts them
    outside : (n_columns,) persons in cells, or parts of cells, of no area
    places : (n_cells,) one number per cell of the grid, to find a cell that stands twice
    """

    columns: tuple[str, ...]
    area: NDArray[np.int64]
    sums: Array
    suppressed: Array
    outside: Array
    places: NDArray[np.int64]


def part_sums(part: GridPart, areas: gpd.GeoDataFrame) -> PartSums:
    """Return the sums of one part of a file; `areas` are in the CRS of the grid."""
    bounds = shapely.bounds(areas.geometry.to_numpy())
    total = _Totals.empty(len(areas), ())
    for batch in number_batches(part.path, part.group):
        if not total.places:
            total = _Totals.empty(len(areas), batch.columns)
        total.add(batch, areas, bounds)
    return total.reached()


@dataclass(eq=False)
class _Totals:
    """Sums over all areas while batches come in."""

    columns: tuple[str, ...]
    sums: Array
    suppressed: Array
    outside: Array
    touched: NDArray[np.bool_]
    places: list[NDArray[np.int64]]

    @classmethod
    def empty(cls, areas: int, columns: tuple[str, ...]) -> _Totals:
        shape = areas, len(columns)
        outside, touched = np.zeros(len(columns)), np.zeros(areas, bool)
        return cls(columns, np.zeros(shape), np.zeros(shape), outside, touched, [])

    def add(self, batch: NumberedCells, areas: gpd.GeoDataFrame, bounds: Array) -> None:
        """Add a batch of cells."""
        self.places.append(_places(batch))
        known = np.nan_to_num(batch.counts)
        near = np.flatnonzero(_near(batch, bounds))
        if not len(near):
            self.outside += known.sum(axis=0)
            return
        table = pd.DataFrame({"x": batch.x, "y": batch.y}, [f"{n}" for n in batch.rows()])
        walk = cells_crosswalk(table, areas.iloc[near], size=batch.size, crs=CRS)
        given = np.asarray(walk.matrix.sum(axis=0)).ravel()
        self.outside += np.clip(1.0 - given, 0.0, 1.0) @ known
        self.sums[near] += walk.matrix @ known
        self.suppressed[near] += walk.matrix @ np.isnan(batch.counts).astype(float)
        self.touched[near] |= np.asarray(walk.matrix.sum(axis=1)).ravel() > 0

    def reached(self) -> PartSums:
        """Return only the areas that got something."""
        at = np.flatnonzero(self.touched)
        places = np.concatenate([np.zeros(0, np.int64), *self.places])
        sums = self.sums[at], self.suppressed[at]
        return PartSums(self.columns, at, *sums, self.outside, places)


def _places(batch: NumberedCells) -> NDArray[np.int64]:
    row, column = batch.y // batch.size, batch.x // batch.size
    return row.astype(np.int64) * _WIDEST + column.astype(np.int64)


def _near(batch: NumberedCells, bounds: Array) -> NDArray[np.bool_]:
    """Tell which areas' boxes meet the box of the cells."""
    half = batch.size / 2
    west, east = batch.x.min() - half, batch.x.max() + half
    south, north = batch.y.min() - half, batch.y.max() + half
    across = (bounds[:, 0] < east) & (bounds[:, 2] > west)
    return across & (bounds[:, 1] < north) & (bounds[:, 3] > south)


def grid_parts(path: Path) -> Iterator[GridPart]:
    """Yield what a cluster may work on at once: row groups of Parquet, a table as a whole."""
    if path.suffix.lower() != ".parquet":
        yield GridPart(path)
        return
    for group in range(groups_of(path)):
        yield GridPart(path, group)
