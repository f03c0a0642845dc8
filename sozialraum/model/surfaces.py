"""Surfaces put together: fast where borders fit, and never a failure where they do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray


def unite(shapes: Sequence[shapely.Geometry] | NDArray[np.object_]) -> shapely.Geometry:
    """Return the union of valid polygons, whether their borders fit or not.

    Borders that fit point by point are only dropped (`coverage_union_all`, many times as fast).
    Real layers have slivers, overlaps and gaps of some square metres; these are united as they are.

    Parameters
    ----------
    shapes : (n,) valid polygons or multipolygons; missing ones are left out

    Examples
    --------
    >>> two = np.array([shapely.box(0, 0, 2, 1), shapely.box(1.999, 0, 3, 1)])
    >>> round(unite(two).area, 6)
    3.0
    """
    shapes = np.asarray(shapes, dtype=object)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if len(shapes) and shapely.coverage_is_valid(shapes):
        try:
            return shapely.coverage_union_all(shapes)
        except shapely.errors.GEOSException:
            pass
    return shapely.union_all(shapes)
