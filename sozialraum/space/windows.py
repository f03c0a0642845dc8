"""Zonal statistics of rasters larger than memory: strip after strip, the same sums."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.windows import Window

from sozialraum.errors import DataError
from sozialraum.model.raster import Raster
from sozialraum.space.areas import same_crs, shapes_of
from sozialraum.space.rings import rings_of
from sozialraum.space.zonal import ring_sums
from sozialraum.texts import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

STRIP_CELLS = 8_000_000


def zonal_statistics_of_file(
    areas: gpd.GeoDataFrame,
    path: str | Path,
    *,
    nodata: float | None = None,
    strip_cells: int = STRIP_CELLS,
) -> pd.DataFrame:
    """Return ``sum``, ``count`` and ``mean`` of a GeoTIFF's cells per area, reading it in strips.

    Parameters
    ----------
    areas : areas in any CRS
    path : GeoTIFF, north up, first band
    nodata : value that means "no data"; None takes what the file says, if it says anything
    strip_cells : cells held in memory at a time

    Returns
    -------
    (n_areas, 3), index as `areas`; the same as `zonal_statistics` of the whole raster.
    """
    total = np.zeros((len(areas), 2))
    with rasterio.open(path) as file:
        if file.crs is None:
            name = Path(path).name
            raise DataError(problem("space.raster_no_crs", file=name, what=name))
        shapes = shapes_of(same_crs(areas, file.crs.to_wkt()))
        boxes = shapely.bounds(shapes)
        missing = file.nodata if nodata is None else nodata
        for strip in _strips(file, missing, strip_cells):
            bottom = strip.top - strip.values.shape[0] * strip.cell_height
            met = np.flatnonzero((boxes[:, 1] < strip.top) & (boxes[:, 3] > bottom))
            if len(met):
                total[met] += ring_sums(rings_of(shapes[met]), strip)[:, :2]
    table = pd.DataFrame(total, index=areas.index, columns=["sum", "count"])
    table["mean"] = table["sum"] / table["count"].where(table["count"] > 0)
    return table


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
