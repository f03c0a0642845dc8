"""Polygons as the flat arrays that kernels read: vertices, rings, areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

MULTIPOLYGON = shapely.GeometryType.MULTIPOLYGON


@dataclass(frozen=True, eq=False)
class Rings:
    """The rings of some polygons.

    Parameters
    ----------
    xy : (n_vertices, 2) coordinates; every ring is closed (its last vertex repeats the first)
    ring : (n_rings + 1,) where each ring starts in `xy`
    area : (n_areas + 1,) where each area starts in `ring`
    exterior : (n_rings,) True for outer rings, False for holes
    """

    xy: NDArray[np.float64]
    ring: NDArray[np.int64]
    area: NDArray[np.int64]
    exterior: NDArray[np.bool_]


def rings_of(shapes: NDArray[np.object_]) -> Rings:
    """Return the rings of Polygons and MultiPolygons; an empty polygon has none.

    Examples
    --------
    >>> rings_of(np.array([shapely.box(0, 0, 1, 1)])).ring.tolist()
    [0, 5]
    """
    if len(shapes) == 0:
        nothing = np.zeros(1, np.int64)
        return Rings(np.empty((0, 2)), nothing, nothing, np.empty(0, bool))
    kind, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    ring, part, *whole = (np.asarray(o, dtype=np.int64) for o in offsets)
    exterior = np.zeros(len(ring) - 1, bool)
    exterior[part[:-1][np.diff(part) > 0]] = True
    if kind != MULTIPOLYGON:
        return Rings(xy, ring, part, exterior)
    return Rings(xy, ring, part[whole[0]], exterior)
