"""Areas as the map page carries them: simplified without gaps, in degrees, as small whole numbers.

Areas are simplified together (see `sozialraum.publish.graphics.coverage_simplify`). Every
coordinate is then rounded to 5 decimals (about 1 m), shared vertices alike, so no gap opens.
A ring travels as ``[x, y, dx, dy, dx, dy, …]`` in units of 1e-5 degrees: a third of the bytes of
GeoJSON.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from sozialraum.publish.graphics.coverage_simplify import build_coverage

DEGREES = 1e-5
_POINTS_ACROSS = 3000


@dataclass(frozen=True, eq=False)
class Shapes:
    """Geometry ready for the page.

    Parameters
    ----------
    geometry : simplified areas in EPSG:4326, in the order of the release
    gap_free : whether the areas were a valid coverage and were simplified together
    faulty : keys of the areas at whose edges the coverage is not valid
    """

    geometry: gpd.GeoSeries
    gap_free: bool
    faulty: tuple[str, ...] = ()


def simplify_areas(areas: gpd.GeoDataFrame, *, tolerance: float | None = None) -> Shapes:
    """Simplify areas without tearing them apart.

    Parameters
    ----------
    areas : projected CRS, index = area key
    tolerance : metres; None = a three-thousandth of the extent, finer than a screen shows

    Returns
    -------
    Where neighbours do not share their borders exactly nothing is simplified, and `faulty` names
    the areas.
    """
    mosaic = build_coverage(
        areas, tolerance=_default_tolerance(areas) if tolerance is None else tolerance
    )
    drawn = gpd.GeoSeries(mosaic.shapes, index=areas.index, crs=areas.crs).to_crs(4326)
    return Shapes(drawn, gap_free=mosaic.gap_free, faulty=mosaic.faulty)


def _default_tolerance(areas: gpd.GeoDataFrame) -> float:
    left, bottom, right, top = areas.total_bounds
    return float(max(right - left, top - bottom)) / _POINTS_ACROSS


def encode_areas(geometry: gpd.GeoSeries) -> list[list[list[list[int]]]]:
    """Return per area its polygons, per polygon its rings, each as whole numbers."""
    return [
        [[_encode_line(ring) for ring in _rings(part)] for part in _parts(shape)]
        for shape in geometry
    ]


def encode_lines(geometry: gpd.GeoSeries) -> list[list[list[int]]]:
    """Return per outline its lines as whole numbers, interior rings included."""
    return [
        [_encode_line(ring) for part in _parts(shape) for ring in _rings(part)]
        for shape in geometry
    ]


def label_points(areas: gpd.GeoDataFrame) -> list[list[float]]:
    """Return per area where its name may stand: latitude, longitude and the metres free around it.

    The middle of the largest circle that fits into the area, so a label of an L-shaped area stands
    inside it.
    """
    shapes = areas.geometry.to_numpy()
    extent = np.sqrt(np.maximum(shapely.area(shapes), 1.0))
    circles = shapely.maximum_inscribed_circle(shapes, tolerance=extent / 50)
    middle = gpd.GeoSeries(shapely.get_point(circles, 0), crs=areas.crs).to_crs(4326)
    return [
        [round(p.y, 5), round(p.x, 5), round(float(r))]
        for p, r in zip(middle, shapely.length(circles), strict=True)
    ]


def encode_points(points: gpd.GeoDataFrame) -> list[list[object]]:
    """Return points as ``[latitude, longitude, name, kind]``."""
    spots = points.geometry.to_crs(4326)
    names = points["name"].astype(str)
    kinds = points["kind"].astype(str) if "kind" in points else [""] * len(points)
    return [
        [round(p.y, 5), round(p.x, 5), name, kind]
        for p, name, kind in zip(spots, names, kinds, strict=True)
    ]


def encode_located(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> list[list[object]]:
    """Return points as ``[latitude, longitude, name, kind, place of its area or -1]``."""
    inside = points.to_crs(areas.crs).geometry
    point, area = areas.sindex.query(inside, predicate="intersects")
    home = dict(zip(point[::-1].tolist(), area[::-1].tolist(), strict=True))
    return [[*spot, home.get(i, -1)] for i, spot in enumerate(encode_points(points))]


def _parts(shape: shapely.Geometry) -> list[shapely.Polygon]:
    return [
        p
        for p in shapely.get_parts(shape)
        if p.geom_type in ("Polygon", "LineString") and not p.is_empty
    ]


def _rings(part: shapely.Polygon) -> list[shapely.LineString]:
    return [part] if part.geom_type == "LineString" else [part.exterior, *part.interiors]


def _encode_line(line: shapely.LineString) -> list[int]:
    units = np.round(shapely.get_coordinates(line) / DEGREES).astype(np.int64)
    moved = np.ones(len(units), dtype=bool)
    moved[1:] = np.any(np.diff(units, axis=0) != 0, axis=1)
    kept = units[moved] if moved.sum() >= 4 else units
    steps = np.diff(kept, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return steps.ravel().tolist()
