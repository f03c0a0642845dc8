"""What every maker of a crosswalk asks of its areas, asked once, at the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from sozialraum.model.errors import DataError
from sozialraum.texts import problem, text

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

    from sozialraum.model.problem import Problem

NAMED_KEYS = 5


def name_keys(keys: Sequence[str]) -> str:
    """Return a few keys for a message: the first five, and how many there are.

    Examples
    --------
    >>> name_keys(["01", "02"])
    '2 Gebiete (01, 02)'
    """
    shown = ", ".join(map(str, keys[:NAMED_KEYS])) + (", …" if len(keys) > NAMED_KEYS else "")
    return text("space.parts.areas", n=len(keys), keys=shown)


def area_problems(areas: gpd.GeoDataFrame, name: str) -> list[Problem]:
    """List everything that keeps `areas` from being laid over others.

    Parameters
    ----------
    areas : GeoDataFrame, index = area key
    name : what the areas are called in the messages

    Returns
    -------
    Problems of severity "error": no areas, repeated keys, no CRS, degrees instead of metres,
    infinite coordinates, rows without an area, invalid rings.
    """
    if len(areas) == 0:
        return [problem("space.empty", what=name)]
    found = list(_crs_problems(areas, name))
    keys = areas.index.astype(str)
    twice = keys[keys.duplicated()].unique()
    if len(twice):
        found.append(problem("space.duplicate_keys", found=name_keys(list(twice)), what=name))
    shapes = areas.geometry.to_numpy()
    polygons = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    valid = shapely.is_valid(shapes)
    for code, bad in (
        ("space.not_polygons", ~polygons),
        ("space.not_finite", polygons & ~finite),
        ("space.invalid_geometry", polygons & finite & ~valid),
    ):
        if bad.any():
            found.append(problem(code, found=name_keys(list(keys[bad])), what=name))
    return found


def _crs_problems(areas: gpd.GeoDataFrame, name: str) -> list[Problem]:
    if areas.crs is None:
        return [problem("space.no_crs", what=name)]
    if areas.crs.is_geographic:
        return [problem("space.not_projected", found=areas.crs.name, what=name)]
    return []


def refuse_unusable(**areas: gpd.GeoDataFrame) -> None:
    """Raise one `DataError` with all problems of all the named areas.

    Raises
    ------
    DataError
        If any of them cannot be laid over another (see `area_problems`).
    """
    found = [one for name, frame in areas.items() for one in area_problems(frame, name)]
    if found:
        raise DataError(found)


def same_crs(areas: gpd.GeoDataFrame, crs: CRS | str) -> gpd.GeoDataFrame:
    """Return `areas` in `crs`, untouched where the transformation would move nothing.

    A ``.prj`` without an authority code often describes the very CRS of the other file;
    transforming it would only add rounding noise to borders that fit exactly (1 µm is the limit).
    """
    if areas.crs is None or areas.crs == crs:
        return areas
    x0, y0, x1, y1 = areas.total_bounds
    corners = areas.iloc[[0]].set_geometry([shapely.box(x0, y0, x1, y1)], crs=areas.crs)
    moved = corners.to_crs(crs).geometry.iloc[0]
    there, here = shapely.get_coordinates(moved), shapely.get_coordinates(corners.geometry.iloc[0])
    if np.allclose(there, here, rtol=0, atol=1e-6):
        return areas
    return areas.to_crs(crs)


def refuse_no_overlap(source: gpd.GeoDataFrame, target: gpd.GeoDataFrame) -> None:
    """Raise a `DataError` where the boxes of two sets of areas do not even touch."""
    here, there = shapely.box(*source.total_bounds), shapely.box(*target.total_bounds)
    if not here.intersects(there):
        distance = f"{here.distance(there):.0f}"
        raise DataError(
            problem("space.no_overlap", source="source", target="target", distance=distance)
        )


def refuse_disjoint(pieces: int, source: NDArray[np.object_], target: NDArray[np.object_]) -> None:
    """Raise a `DataError` where boxes meet but no area has any ground in common with another."""
    if pieces:
        return
    _, metres = shapely.STRtree(target).query_nearest(source, return_distance=True)
    distance = f"{metres.min():.0f}"
    raise DataError(
        problem("space.no_overlap", source="source", target="target", distance=distance)
    )


def area_keys(areas: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Return the keys of `areas` as text, in their order."""
    return tuple(areas.index.astype(str).tolist())


def shapes_of(areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the geometries of `areas` as a plain array of two-dimensional shapes."""
    shapes = areas.geometry.to_numpy()
    return shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
