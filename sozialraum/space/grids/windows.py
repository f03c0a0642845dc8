"""Zonal statistics of rasters larger than memory: strip after strip, the same answers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import rasterio
import rasterio.errors
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window

from sozialraum.model.errors import DataError
from sozialraum.model.raster import Raster
from sozialraum.space.areas import same_crs, shapes_of
from sozialraum.space.distributions import Distribution, distribution_under
from sozialraum.space.grids.zonal import SUMS, refuse_unknown, ring_sums
from sozialraum.space.ring_arrays import rings_of
from sozialraum.texts import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

STRIP_CELLS = 8_000_000
# Values held for medians and the like, over all areas: 16 bytes each.
MOST_VALUES = 50_000_000


def zonal_statistics_of_file(
    areas: gpd.GeoDataFrame,
    path: str | Path,
    *,
    statistics: tuple[str, ...] = ("sum", "count", "mean"),
    nodata: float | None = None,
    strip_cells: int = STRIP_CELLS,
    most_values: int = MOST_VALUES,
) -> pd.DataFrame:
    """Return statistics of a GeoTIFF's cells per area, reading the file in strips.

    Parameters
    ----------
    areas : areas in any CRS
    path : GeoTIFF, north up, one band
    statistics : as of `zonal_statistics`
    nodata : value that means "no data"; None takes what the file says, if it says anything
    strip_cells : cells held in memory at a time
    most_values : most values that may be held for "majority", "median" and quantiles

    Returns
    -------
    (n_areas, n_statistics), index as `areas`; the same as `zonal_statistics` of the whole raster:
    sums to rounding, all others exactly.

    Notes
    -----
    Memory: one strip (8 bytes a cell, at the default 64 MB, and once more in the file's own
    numbers) and the areas. "majority", "median" and quantiles also hold every different value
    under every area (16 bytes each): next to nothing for counts of persons, up to all cells for
    heights or distances.

    Raises
    ------
    DataError
        If the file is no plain GeoTIFF with a CRS, or if more than `most_values` different values
        would have to be held.
    """
    refuse_unknown(statistics, "zonal_statistics_of_file")
    name = Path(path).name
    extremes = set(statistics) <= {*SUMS, "min", "max"}
    ordered = [s for s in statistics if s not in SUMS]
    with _opened(path) as file:
        shapes = shapes_of(same_crs(areas, file.crs.to_wkt()))
        boxes = shapely.bounds(shapes)
        missing = file.nodata if nodata is None else nodata
        total = np.zeros((len(areas), 2))
        under = [_NOTHING] * len(areas)
        for strip in _strips(file, missing, strip_cells):
            bottom = strip.top - strip.values.shape[0] * strip.cell_height
            met = np.flatnonzero((boxes[:, 1] < strip.top) & (boxes[:, 3] > bottom))
            rings = rings_of(shapes[met])
            total[met] += ring_sums(rings, strip)[:, :2]
            if ordered:
                _add(under, met, distribution_under(rings, strip, np.arange(len(met))), extremes)
                _refuse_too_many(under, most_values, name)
    table = pd.DataFrame(total, index=areas.index, columns=["sum", "count"])
    table["mean"] = table["sum"] / table["count"].where(table["count"] > 0)
    table["area"] = shapely.area(shapes)
    for one in ordered:
        table[one] = [distribution.statistic(one) for distribution in under]
    return table[list(statistics)]


_NOTHING = Distribution(np.empty(0), np.empty(0))


def _add(
    under: list[Distribution],
    met: NDArray[np.int64],
    found: list[Distribution],
    extremes: bool,
) -> None:
    """Add a strip's distributions; where only extremes are asked, no other value is kept."""
    for area, more in zip(met, found, strict=True):
        both = under[area].together(more)
        if extremes and len(both.value) > 2:
            both = Distribution(both.value[[0, -1]], both.covered[[0, -1]])
        under[area] = both


def _refuse_too_many(under: list[Distribution], most: int, name: str) -> None:
    held = sum(len(one.value) for one in under)
    if held > most:
        raise DataError(problem("space.too_many_values", file=name, found=held, most=most))


def _opened(path: str | Path) -> rasterio.DatasetReader:
    """Return an open GeoTIFF of one band that lies north up and says where."""
    name = Path(path).name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            file = rasterio.open(path, driver="GTiff")
        except rasterio.errors.RasterioIOError:
            raise DataError(problem("sources.raster_unreadable", file=name)) from None
    grid = file.transform
    problems = []
    if file.crs is None:
        problems.append(problem("space.raster_no_crs", file=name, what=name))
    if file.count != 1:
        problems.append(problem("sources.raster_bands", file=name, found=file.count))
    if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
        problems.append(problem("sources.raster_rotated", file=name))
    if problems:
        file.close()
        raise DataError(problems)
    return file


def _strips(
    file: rasterio.DatasetReader, missing: float | None, strip_cells: int
) -> Iterator[Raster]:
    left, top = file.transform.c, file.transform.f
    width, height = file.transform.a, -file.transform.e
    rows = max(1, strip_cells // file.width)
    for first in range(0, file.height, rows):
        n = min(rows, file.height - first)
        values = file.read(1, window=Window(0, first, file.width, n)).astype(np.float64)
        if missing is not None:
            values[values == missing] = np.nan
        yield Raster(values, left, top - first * height, width, height, file.crs.to_wkt())
