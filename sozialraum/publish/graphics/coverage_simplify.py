"""Neighbouring areas made simpler together, so that no gap opens between them.

Simplifying each polygon for itself tears a city apart (some 360 holes in 500 areas);
`shapely.coverage_simplify` moves a shared border once. It needs areas that share their borders
vertex by vertex. Delivered borders often miss one another by a hair: those are made one first, see
`sozialraum.publish.graphics.borders`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from sozialraum.publish.graphics.borders import give_slivers, join_borders

_HAIR = 0.1  # metres; finer than any screen or page shows


@dataclass(frozen=True, eq=False)
class Coverage:
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


def build_coverage(areas: gpd.GeoDataFrame, *, tolerance: float) -> Coverage:
    """Simplify areas together.

    Parameters
    ----------
    areas : projected CRS, index = area key
    tolerance : metres

    Returns
    -------
    Where neighbours miss one another by more than a decimetre nothing is simplified, and `faulty`
    names the areas.

    Examples
    --------
    A border of which one side crosses the other by 3 cm is one border; by 3 m it is not.

    >>> left = shapely.box(0, 0, 10, 10)
    >>> for miss in (0.03, 3.0):
    ...     right = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10 - miss, 5)])
    ...     town = gpd.GeoDataFrame(geometry=[left, right], index=["a", "b"], crs=25832)
    ...     build_coverage(town, tolerance=1).gap_free
    True
    False
    """
    shapes = areas.geometry.to_numpy()
    for repair in (join_borders, give_slivers):
        if (faulty := _faulty(shapes)).any():
            shapes = _repaired(shapes, faulty, repair)
    if (faulty := _faulty(shapes)).any():
        return Coverage(areas.geometry.to_numpy(), faulty=tuple(areas.index[faulty]))
    return Coverage(shapely.coverage_simplify(shapes, tolerance))


def _repaired(shapes: np.ndarray, faulty: np.ndarray, repair: Callable) -> np.ndarray:
    """Repair the areas at fault together with their neighbours; the rest stays as it is."""
    _, beside = shapely.STRtree(shapes).query(shapes[faulty], predicate="intersects")
    beside = np.unique(beside)
    repaired = shapes.copy()
    repaired[beside] = repair(shapes[beside], hair=_HAIR)
    return repaired


def _faulty(shapes: np.ndarray) -> np.ndarray:
    """Return which areas do not fit their neighbours, or leave a gap thinner than a hair."""
    edges = shapely.coverage_invalid_edges(shapes, gap_width=_HAIR)
    return ~(shapely.is_empty(edges) | shapely.is_missing(edges))
