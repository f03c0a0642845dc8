"""Polygons as the flat arrays that kernels read: vertices, rings, areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray


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

    Coordinates come out in the order of parts and rings, so only shapes of several rings have to
    be taken apart: that is four times faster than `shapely.to_ragged_array`.

    Examples
    --------
    >>> rings_of(np.array([shapely.box(0, 0, 1, 1)])).ring.tolist()
    [0, 5]
    """
    xy = shapely.get_coordinates(shapes)
    vertices = shapely.get_num_coordinates(shapes).astype(np.int64)
    plain = shapely.get_num_interior_rings(shapes) == 0
    plain &= shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    size, outer, owner = _taken_apart(shapes, np.flatnonzero(~plain))
    alone = np.flatnonzero(plain & (vertices > 0))
    owner = np.concatenate([owner, alone])
    # stable: the rings of one shape stay in their order
    order = np.argsort(owner, kind="stable")
    size = np.concatenate([size, vertices[alone]])[order]
    exterior = np.concatenate([outer, np.ones(len(alone), bool)])[order]
    rings = np.bincount(owner, minlength=len(shapes))
    return Rings(xy, _starts(size), _starts(rings), exterior)


def _taken_apart(
    shapes: NDArray[np.object_], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return size, whether it is an outer one, and shape of each ring of some shapes."""
    parts, part_of = shapely.get_parts(shapes[chosen], return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    outer = np.ones(len(rings), bool)
    outer[1:] = ring_of[1:] != ring_of[:-1]
    size = shapely.get_num_coordinates(rings).astype(np.int64)
    owner = chosen[part_of[ring_of]]
    known = size > 0
    return size[known], outer[known], owner[known]


def _starts(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of some consecutive pieces starts, and where the last one ends."""
    start = np.zeros(len(size) + 1, np.int64)
    np.cumsum(size, out=start[1:])
    return start
