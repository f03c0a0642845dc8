"""Neighbouring areas made simpler together, so that no gap opens between them.

Simplifying each polygon for itself tears a city apart (some 360 holes in 500 areas);
`shapely.coverage_simplify` moves a shared border once. It needs areas that share their borders
exactly. Delivered borders often miss one another by a hair: those are first put on a grid of a
decimetre, finer than any screen or page shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

_HAIR = 0.1  # metres


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Areas as they are drawn.

    Parameters
    ----------
    shapes : one shape per area, in the order and the CRS of the areas
    faulty : keys of the areas whose borders do not fit their neighbours'; empty = simplified
        together, without gaps
    """

    shapes: np.ndarray
    faulty: tuple[str, ...] = ()

    @property
    def gap_free(self) -> bool:
        """Whether all areas share their borders exactly."""
        return not self.faulty


def make_mosaic(areas: gpd.GeoDataFrame, *, tolerance: float) -> Mosaic:
    """Simplify areas together.

    Parameters
    ----------
    areas : projected CRS, index = area key
    tolerance : metres

    Returns
    -------
    Where neighbours do not fit, even on a grid of a decimetre, nothing is simplified, and `faulty`
    names the areas.

    Examples
    --------
    A border of which one side crosses the other by 3 cm is one border; by 3 m it is not.

    >>> left = shapely.box(0, 0, 10, 10)
    >>> for miss in (0.03, 3.0):
    ...     right = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10 - miss, 5)])
    ...     town = gpd.GeoDataFrame(geometry=[left, right], index=["a", "b"], crs=25832)
    ...     make_mosaic(town, tolerance=1).gap_free
    True
    False
    """
    shapes = areas.geometry.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        snapped = _without_hairs(shapes)
        if snapped is None:
            return Mosaic(shapes, faulty=_faulty(areas, shapes))
        shapes = snapped
    return Mosaic(shapely.coverage_simplify(shapes, tolerance))


def _without_hairs(shapes: np.ndarray) -> np.ndarray | None:
    """Return shapes on a grid of a decimetre, or None where that does not make them fit."""
    snapped = shapely.set_precision(shapes, _HAIR)
    kept = ~shapely.is_empty(snapped) & (shapely.get_dimensions(snapped) == 2)
    return snapped if kept.all() and shapely.coverage_is_valid(snapped) else None


def _faulty(areas: gpd.GeoDataFrame, shapes: np.ndarray) -> tuple[str, ...]:
    edges = shapely.coverage_invalid_edges(shapes)
    return tuple(areas.index[~(shapely.is_empty(edges) | shapely.is_missing(edges))])
