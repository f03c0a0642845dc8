"""Which shapes of a layer are none: without coordinates, with impossible ones, of another kind."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.texts import problem, text

# Nothing in Germany is that far from the middle of its layer: such a place is a slip of a digit.
_FAR_METRES, _FAR_DEGREES = 1_000_000.0, 12.0
# An area's corner 20 times as far out as the areas themselves lie (half of them), and 50 km at
# least: Neuwerk (100 km) still belongs to Hamburg, a corner without its last digit to no town.
_SPREAD, _LEAST_METRES = 20.0, 50_000.0
_SHOWN = 5
_SURFACES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_DIMENSIONS = ("point", "line", "surface")


def impossible(
    shapes: NDArray[np.object_], *, degrees: bool = False, areas: bool = False
) -> NDArray[np.bool_]:
    """Tell which shapes have a coordinate that is no number, or lies far from all others.

    Parameters
    ----------
    shapes : (n,) geometries; missing and empty ones are possible
    degrees : the coordinates are longitude and latitude, not metres
    areas : the shapes lie side by side; a corner far outside their spread is a slip as well
    """
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    bad = np.zeros(len(shapes), bool)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    finite = np.isfinite(coordinates).all(axis=1)
    bad[owner[~finite]] = True
    if finite.any():
        # corners of one area may be many: the middle is that of areas, not of corners
        sound = there & ~bad
        boxes = shapely.bounds(shapes[sound]) if sound.any() else np.empty((0, 4))
        if len(boxes):
            centres = (boxes[:, :2] + boxes[:, 2:]) / 2
            middle = np.median(centres, axis=0)
            # a layer of metres that is called degrees is told by its system, not here
            degrees = degrees and bool(np.abs(middle).max() <= 360)
            limit = _FAR_DEGREES if degrees else _FAR_METRES
            if areas and not degrees and len(boxes) > 2:
                spread = float(np.median(np.abs(centres - middle).max(axis=1)))
                limit = min(limit, max(_SPREAD * spread, _LEAST_METRES))
            off = np.abs(coordinates[finite] - middle).max(axis=1) > limit
            bad[owner[finite][off]] = True
    # a point without a number is an empty one for GEOS
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    return bad & ~(points & shapely.is_empty(shapes))


def placed_bounds(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the bounds of the shapes whose coordinates are possible; NaN where there is none."""
    shapes = frame.geometry.to_numpy()
    degrees = frame.crs is not None and frame.crs.is_geographic
    kept = shapes[~impossible(shapes, degrees=degrees)]
    return np.asarray(shapely.total_bounds(kept) if len(kept) else np.full(4, np.nan))


def collections(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which shapes are collections of several kinds that hold at least one surface."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    mixed[mixed] = [bool(_parts(s)["surface"]) for s in shapes[mixed]]
    return mixed


def parts_of(shape: shapely.Geometry) -> str:
    """Return what a collection holds, in words: "1 Fläche, 2 Linien"."""
    counted = _parts(shape)
    return ", ".join(
        text(f"sources.part.{kind}", n=n) for kind, n in reversed(counted.items()) if n
    )


def _parts(shape: shapely.Geometry) -> dict[str, int]:
    open_, found = [shape], dict.fromkeys(_DIMENSIONS, 0)
    while open_:
        parts = shapely.get_parts(open_.pop())
        inner = shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION
        open_ += list(parts[inner])
        for d in shapely.get_dimensions(parts[~inner & ~shapely.is_empty(parts)]):
            found[_DIMENSIONS[d]] += 1
    return found


def surface_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the surfaces of a shape as one; what is line or point in it goes.

    Examples
    --------
    >>> mixed = shapely.GeometryCollection([shapely.box(0, 0, 2, 1), shapely.Point(5, 5)])
    >>> surface_of(mixed).area
    2.0
    """
    if shapely.get_type_id(shape) in _SURFACES and shapely.is_valid(shape):
        return shape
    sound = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(sound)
    while (shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _SURFACES)])


def surfaces_of(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return valid surfaces; None for what has none or has impossible coordinates."""
    found = shapes.copy()
    coordinates, owner = shapely.get_coordinates(found, return_index=True)
    found[owner[~np.isfinite(coordinates).all(axis=1)]] = None
    whole = np.isin(shapely.get_type_id(found), _SURFACES) & shapely.is_valid(found)
    for k in np.flatnonzero(~whole & ~shapely.is_missing(found)):
        found[k] = surface_of(found[k])
    found[shapely.is_empty(found)] = None
    return found


def far_problem(names: Sequence[str], bad: NDArray[np.bool_], *, file: str | None) -> list[Problem]:
    """Return the error about shapes with impossible coordinates, by name; none where all are fine.

    Parameters
    ----------
    names : of every shape; an empty one is told by its row
    bad : of `impossible`
    """
    if not bad.any():
        return []
    named = [str(names[i]) or text("sources.part.row", n=int(i) + 1) for i in np.flatnonzero(bad)]
    listed = ", ".join(named[:_SHOWN]) + (", …" if len(named) > _SHOWN else "")
    return [problem("sources.impossible_place", file=file, n=len(named), found=listed)]
