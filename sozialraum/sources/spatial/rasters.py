"""Rasters: the part of a GeoTIFF that lies over the areas, with "no data" as NaN."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.sources.file_limits import LIMITS, require_size
from sozialraum.sources.spatial.datum import datum_problems
from sozialraum.sources.spatial.gdal import raster_environment
from sozialraum.sources.spatial.systems import guess_crs, parse_crs
from sozialraum.texts import number, problem

# The largest values of the number types that rasters have: what is put where nothing is known.
_LARGEST = {float(2**bits - 1) for bits in (7, 8, 15, 16, 31, 32)}
_LEAST_MARK = 127.0


def read_raster(
    path: str | Path,
    *,
    bounds: tuple[float, float, float, float] | None = None,
    bounds_crs: str | None = None,
    nodata: float | Sequence[float] | None = None,
) -> Raster:
    """Return the part of a one-band GeoTIFF that covers `bounds`.

    Only that part is read, so that a national grid needs no more memory than a city.

    Parameters
    ----------
    path : GeoTIFF, north up
    bounds : west, south, east, north; None = the whole raster
    bounds_crs : coordinate system of `bounds`; None = that of the raster
    nodata : numbers in the file that mean "no data" besides its own, for example ``(-1, -9)``

    Returns
    -------
    `Raster` with whole cells; NaN where there is no data, by value or by the mask of the file. A 0
    stays 0. Scale and offset of the file are applied: a count of 0 may be stored as 100.

    Raises
    ------
    DataError
        If the file is no plain GeoTIFF with a coordinate system, or does not meet `bounds`.
    """
    import rasterio

    path = Path(path)
    require_size(path)
    with raster_environment(), warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            source = rasterio.open(path, driver="GTiff")
        except rasterio.errors.RasterioIOError:
            raise DataError(problem("sources.raster_unreadable", file=path.name)) from None
        with source:
            _require_plain(source, path.name)
            _require_way(source, path.name)
            window = _window(source, bounds, bounds_crs, path.name)
            try:
                values = source.read(1, window=window, out_dtype="float64")
                known = source.read_masks(1, window=window) > 0
            except rasterio.errors.RasterioIOError:
                raise DataError(problem("sources.raster_unreadable", file=path.name)) from None
            if source.nodata is None:
                _refuse_sentinel(values, nodata, path.name)
            values = _blank(values, source.nodata, nodata)
            values[~known] = np.nan
            return _raster(source, window, _scaled(source, values), path.name)


def _require_plain(source: Any, file: str) -> None:
    if source.crs is None:
        raise DataError(problem("sources.raster_crs", file=file))
    if source.count != 1:
        raise DataError(problem("sources.raster_bands", file=file, found=source.count))
    grid = source.transform
    if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
        raise DataError(problem("sources.raster_rotated", file=file))


def _require_way(source: Any, file: str) -> None:
    """Refuse a raster whose coordinates cannot be brought to ETRS89."""
    box = np.array(source.bounds)
    system = pyproj.CRS.from_wkt(source.crs.to_wkt())
    found = datum_problems(system, box, file=file, guess=guess_crs(box))
    if any(p.severity == "error" for p in found):
        raise DataError(found)


def _window(
    source: Any, bounds: tuple[float, float, float, float] | None, bounds_crs: str | None, file: str
) -> Any:
    """Return the whole cells that meet `bounds`."""
    from rasterio.warp import transform_bounds
    from rasterio.windows import Window

    left, top, right, bottom = 0, 0, source.width, source.height
    if bounds is not None:
        box = (
            bounds
            if bounds_crs is None
            else transform_bounds(
                parse_crs(bounds_crs).to_wkt(), source.crs, *bounds, densify_pts=21
            )
        )
        grid = source.transform
        # a hair less than a cell is rounding of coordinates, not a cell
        left = max(left, math.floor((box[0] - grid.c) / grid.a + 1e-9))
        right = min(right, math.ceil((box[2] - grid.c) / grid.a - 1e-9))
        top = max(top, math.floor((box[3] - grid.f) / grid.e + 1e-9))
        bottom = min(bottom, math.ceil((box[1] - grid.f) / grid.e - 1e-9))
    if right <= left or bottom <= top:
        raise DataError(problem("sources.raster_outside", file=file))
    cells = (right - left) * (bottom - top)
    if cells > LIMITS.cells:
        raise DataError(problem("sources.raster_large", file=file, found=cells, limit=LIMITS.cells))
    return Window(left, top, right - left, bottom - top)


def _refuse_sentinel(
    values: NDArray[np.float64], stated: float | Sequence[float] | None, file: str
) -> None:
    """Refuse a raster without "no data" whose highest value is one, and far above all others."""
    known = _blank(values.copy(), None, stated)
    highest = np.nanmax(known, initial=-np.inf)
    below = known[known < highest]
    second = below.max() if len(below) else 0.0
    if highest >= _LEAST_MARK and second > 0 and highest > 4 * second and _is_mark(highest):
        notes = {"n": int((known == highest).sum()), "second": number(second, 1)}
        found = number(highest) if highest < 1e15 else f"{highest:.4g}"
        value = f"{highest:.17g}"
        raise DataError(
            problem("sources.raster_sentinel", file=file, found=found, value=value, **notes)
        )


def _is_mark(value: float) -> bool:
    """Tell whether a value is the largest of a number type, or nines only."""
    return value in _LARGEST or value > 1e30 or set(f"{value:.0f}") == {"9"}


def _blank(
    values: NDArray[np.float64], own: float | None, stated: float | Sequence[float] | None
) -> NDArray[np.float64]:
    marks = [] if stated is None else list(np.atleast_1d(np.asarray(stated, dtype=float)))
    marks += [] if own is None else [float(own)]
    finite = [m for m in marks if not math.isnan(m)]
    values[np.isin(values, finite)] = np.nan
    return values


def _scaled(source: Any, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the numbers in the file mean: ``value = number · scale + offset``."""
    scale, offset = float(source.scales[0]), float(source.offsets[0])
    return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


def _raster(source: Any, window: Any, values: NDArray[np.float64], file: str) -> Raster:
    grid = source.transform
    authority = source.crs.to_authority()
    return Raster(
        values=values,
        left=grid.c + window.col_off * grid.a,
        top=grid.f + window.row_off * grid.e,
        cell_width=grid.a,
        cell_height=-grid.e,
        crs=":".join(authority) if authority else source.crs.to_wkt(),
        file=file,
        scale=float(source.scales[0]),
        offset=float(source.offsets[0]),
    )
