"""Statistics of raster cells over areas, with exactly covered fractions, in any CRS."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.spatial.zonal import ring_signs, zonal_sums
from sozialraum.kernels.uncompiled import uncompiled
from sozialraum.model.errors import DataError
from sozialraum.space.areas import name_keys, same_crs, shapes_of
from sozialraum.space.distributions import distribution_under, quantile_of
from sozialraum.space.ring_arrays import Rings, rings_of
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model.raster import Raster

STATISTICS = ("sum", "count", "mean", "min", "max", "majority", "median", "area")
SUMS = ("sum", "count", "mean", "area")
# Up to so many steps Python is done before the kernel would be compiled (about 3 µs a step).
_LITTLE = 200_000


def zonal_statistics(
    areas: gpd.GeoDataFrame,
    raster: Raster,
    *,
    statistics: tuple[str, ...] = ("sum",),
) -> pd.DataFrame:
    """Return statistics of the cells under each area.

    With the covered fraction f and the value v of each cell that is not NaN:
    ``sum = Σ f v``, ``count = Σ f``, ``mean = sum / count``; ``min`` and ``max`` over cells with f
    > 0; ``majority`` the value with the largest Σ f (the smallest value at a tie); ``median`` the
    value up to which half of Σ f lies, and ``"q25"`` that for a quarter (see
    `distributions.Distribution.quantile`); ``area`` the covered area in the raster's units, cells
    without data and outside the raster included.

    Parameters
    ----------
    areas : areas in any CRS; they are brought into the raster's CRS
    raster : grid of numbers, NaN where there are none
    statistics : which, of "sum", "count", "mean", "min", "max", "majority", "median", "area", or
        "q" and a percentage: "q10", "q97.5"

    Returns
    -------
    (n_areas, n_statistics), index as `areas`. ``sum`` and ``count`` are 0 and all else NaN where no
    cell with data is covered.

    Notes
    -----
    Memory: the raster, and the cells of one area at a time. For a raster that does not fit, see
    `windows.zonal_statistics_of_file`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from sozialraum.model import Raster
    >>> grid = Raster(np.array([[1.0, 3.0]]), 0, 100, 100, 100, "EPSG:25833")
    >>> half = gpd.GeoDataFrame(index=["A"], geometry=[box(0, 0, 150, 100)], crs="EPSG:25833")
    >>> zonal_statistics(half, grid, statistics=("sum", "mean", "max"))
       sum      mean  max
    A  2.5  1.666667  3.0
    """
    refuse_unknown(statistics, "zonal_statistics")
    shapes = _in_raster_crs(areas, raster)
    rings = rings_of(shapes)
    sums = ring_sums(rings, raster)
    table = pd.DataFrame(
        {
            "sum": sums[:, 0],
            "count": sums[:, 1],
            "area": sums[:, 2] * raster.cell_width * raster.cell_height,
        },
        index=areas.index,
    )
    table["mean"] = table["sum"] / table["count"].where(table["count"] > 0)
    ordered = [name for name in statistics if name not in SUMS]
    if ordered:
        under = distribution_under(rings, raster, np.arange(len(areas)))
        for name in ordered:
            table[name] = [one.statistic(name) for one in under]
    return table[list(statistics)]


def refuse_unknown(statistics: tuple[str, ...], caller: str) -> None:
    """Raise a `ValueError` that names the known statistics."""
    unknown = [s for s in statistics if s not in STATISTICS and np.isnan(quantile_of(s))]
    if unknown:
        message = (
            f"The 'statistics' parameter of {caller} must be of {[*STATISTICS, 'q25', '…']}. "
            f"Got {unknown} instead."
        )
        raise ValueError(message)


def zone_sums(areas: gpd.GeoDataFrame, raster: Raster) -> NDArray[np.float64]:
    """Return ``Σ f v`` per area; cells without data add nothing."""
    return ring_sums(rings_of(_in_raster_crs(areas, raster)), raster)[:, 0]


def _in_raster_crs(areas: gpd.GeoDataFrame, raster: Raster) -> NDArray[np.object_]:
    if not raster.crs:
        raise DataError(problem("space.raster_no_crs", file=raster.file or None, what=raster.file))
    shapes = shapes_of(same_crs(areas, raster.crs))
    boxes = shapely.bounds(shapes)
    lost = ~np.isfinite(boxes).all(axis=1) & ~shapely.is_empty(shapes)
    if lost.any():
        keys = list(areas.index[lost].astype(str))
        raise DataError(problem("space.not_finite", found=name_keys(keys), what=raster.file))
    return shapes


def _steps(xy: NDArray[np.float64], values: NDArray[np.float64], grid: tuple[float, ...]) -> float:
    """Return about how many steps the kernel takes: cells that edges cross, and cells between."""
    columns, rows = np.abs(np.diff(xy, axis=0)).sum(axis=0) * grid[2:]
    return float(columns + 3 * rows + len(xy) + values.size)


def ring_sums(rings: Rings, raster: Raster, *, threads: int | None = None) -> NDArray[np.float64]:
    """Return (n_areas, 3): ``Σ f v``, ``Σ f`` over cells with data, ``Σ f`` over all cells.

    Areas are independent of each other, so the number of threads changes nothing but the time.
    """
    values = raster.values
    if values.dtype != np.float64 or not values.flags.c_contiguous:
        values = as_kernel_array(values)
    n = len(rings.area) - 1
    out = np.zeros((n, 3))
    if n == 0 or values.size == 0:
        return out
    xy = np.ascontiguousarray(rings.xy)
    grid = (raster.left, raster.top, 1.0 / raster.cell_width, 1.0 / raster.cell_height)
    little = _steps(xy, values, grid) <= _LITTLE
    sign = (uncompiled(ring_signs) if little else ring_signs)(xy, rings.ring, rings.exterior)
    given = (xy, rings.ring, sign, rings.area, *grid, values)
    threads = threads or min(8, os.cpu_count() or 1)
    if little or threads == 1 or n < 64:
        (uncompiled(zonal_sums) if little else zonal_sums)(*given, 0, n, out)
        return out
    cuts = np.linspace(0, n, threads * 8 + 1).astype(np.int64)
    with ThreadPoolExecutor(threads) as pool:
        list(
            pool.map(lambda k: zonal_sums(*given, cuts[k], cuts[k + 1], out), range(len(cuts) - 1))
        )
    return out
