"""Points and areas: which area holds which point; crosswalks by points, and of points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.model.options import Overlaps
from sozialraum.space.areas import (
    area_keys,
    name_keys,
    refuse_disjoint,
    refuse_no_overlap,
    refuse_unusable,
    same_crs,
    shapes_of,
)
from sozialraum.space.crosswalk import Crosswalk, sources_without_target
from sozialraum.space.crosswalks.assembly import Pieces, assemble_crosswalk
from sozialraum.space.crosswalks.overlay import intersection_areas, uncovered_targets
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

NOWHERE = -1
# Making a point object costs more than looking a point up; below this, loading the kernel costs
# more.
POINTS_FOR_KERNEL = 50_000


@dataclass(frozen=True, eq=False)
class Located:
    """Where points lie.

    Parameters
    ----------
    area : (n_points,) row of the area that holds the point, -1 where none does
    on_border : (n_points,) True where the point lies exactly on the border of its area
    several : (n_points,) True where more than one area holds the point (on a shared border, or
        areas overlap); `area` is then the first of them
    """

    area: NDArray[np.int64]
    on_border: NDArray[np.bool_]
    several: NDArray[np.bool_]


_POINT = int(shapely.GeometryType.POINT)


def areas_at(
    x: NDArray[np.float64], y: NDArray[np.float64], shapes: NDArray[np.object_]
) -> Located:
    """Find the area of each point; on a border it is the first area touched, and marked.

    Parameters
    ----------
    x, y : (n_points,) coordinates in the CRS of the shapes
    shapes : (Multi)Polygons, overlapping or not

    Notes
    -----
    Many points are looked up in a grid; points on borders and in overlaps, and small tables, go
    through a tree. The answer is the same.
    """
    known = np.isfinite(x) & np.isfinite(y)
    if len(x) < POINTS_FOR_KERNEL:
        return _locate_by_tree(x, y, shapes, np.flatnonzero(known))
    from sozialraum.space.grids.labelgrid import LabelGrid

    label = LabelGrid.over(shapes).locate(x, y)
    unclear = _locate_by_tree(x, y, shapes, np.flatnonzero(label < NOWHERE))
    area = np.where(label < NOWHERE, unclear.area, label)
    return Located(area.astype(np.int64), unclear.on_border, unclear.several)


def _locate_by_tree(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    shapes: NDArray[np.object_],
    asked: NDArray[np.int64],
) -> Located:
    """Locate the asked points; the others stay NOWHERE."""
    area = np.full(len(x), NOWHERE, np.int64)
    several, border = np.zeros(len(x), bool), np.zeros(len(x), bool)
    points = shapely.points(x[asked], y[asked])
    p, a = shapely.STRtree(shapes).query(points, predicate="intersects")
    order = np.lexsort((a, p))
    p, a = p[order], a[order]
    found, first, times = np.unique(p, return_index=True, return_counts=True)
    where = asked[found]
    area[where] = a[first]
    several[where] = times > 1
    border[where] = ~shapely.contains_properly(shapes[area[where]], points[found])
    return Located(area, border, several)


def area_of_points(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the key of the area each point lies in.

    Returns
    -------
    Index as `points`; columns ``key`` (missing where no area holds the point), ``on_border``
    (exactly on the border: the first area in the order of `areas` was taken) and ``several``.
    """
    refuse_unusable(areas=areas)
    where = areas_at(*_coordinates(points, areas), shapes_of(areas))
    keys = np.array([*area_keys(areas), None], dtype=object)
    table = {"key": keys[where.area], "on_border": where.on_border, "several": where.several}
    return pd.DataFrame(table, index=points.index)


def place_crosswalk(
    points: gpd.GeoDataFrame, target: gpd.GeoDataFrame, *, near: float | None = None
) -> Crosswalk:
    """Make the crosswalk that gives what is counted at a place to the area the place lies in.

    Parameters
    ----------
    points : kitas, schools, addresses with counts of their own, index = key
    target : areas, index = area key, CRS in metres
    near : metres by which a geocode may be off: a place belongs to all areas within that distance
        alike. None gives every place wholly to the area that holds it, on a border to the first

    Returns
    -------
    `Crosswalk` of method "places". Places in no area are in ``unmatched_source``, areas without
    any in ``unmatched_target``; ``details["on_border"]`` lists the places exactly on a border or in
    two areas.

    Raises
    ------
    DataError
        If areas cannot be used, points say no CRS, or keys repeat.

    Notes
    -----
    Conservation: columns add up to 1, or to 0 for a place in no area. Unit of ``mass``: places, 1
    each. NaN: a place without a count makes its area NaN. Error: `Crosswalk.split_share` and
    `error.mask_interval` of this crosswalk and one with `near`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> two = gpd.GeoDataFrame(index=["k1", "k2"], geometry=[Point(9, 5), Point(30, 5)], crs=25833)
    >>> sides = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    >>> areas = gpd.GeoDataFrame(index=["W", "O"], geometry=sides, crs=25833)
    >>> place_crosswalk(two, areas).matrix.toarray()
    array([[1., 0.],
           [0., 0.]])
    >>> place_crosswalk(two, areas, near=2.0).matrix.toarray()[:, 0]
    array([0.5, 0.5])
    """
    refuse_unusable(target=target)
    keys, goals = tuple(points.index.astype(str)), area_keys(target)
    twice = sorted(points.index[points.index.duplicated()].astype(str).unique())
    if twice:
        raise DataError(problem("space.duplicate_keys", found=name_keys(twice), what="points"))
    x, y = _coordinates(points, target)
    where = areas_at(x, y, shapes_of(target))
    place, area = np.flatnonzero(where.area >= 0), where.area[where.area >= 0]
    if near is not None:
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        asked, tree = shapely.points(x[known], y[known]), shapely.STRtree(shapes_of(target))
        place, area = tree.query(asked, predicate="dwithin", distance=near)
        place = known[place]
    share = 1.0 / np.bincount(place, minlength=len(keys))[place]
    cells = sparse.coo_array((share, (area, place)), shape=(len(goals), len(keys)))
    matrix = sparse.csr_array(cells)
    alone = np.flatnonzero(np.diff(matrix.indptr) == 0)
    doubtful = np.flatnonzero(where.on_border | where.several)
    return Crosswalk(
        matrix=matrix,
        target_keys=goals,
        source_keys=keys,
        method="places",
        unmatched_source=sources_without_target(matrix, keys),
        unmatched_target=pd.Series(1.0, index=[goals[k] for k in alone], dtype=float),
        details={"near": near, "on_border": [keys[k] for k in doubtful]},
    )


def _coordinates(
    points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of points in the CRS of areas; NaN where a point has none."""
    if points.crs is None:
        raise DataError(problem("space.no_crs", what="points"))
    place = points.geometry.to_crs(areas.crs) if points.crs != areas.crs else points.geometry
    inside = place.to_numpy().copy()
    outlined = shapely.get_type_id(inside) != _POINT  # buildings are often delivered as outlines
    inside[outlined] = shapely.point_on_surface(inside[outlined])
    return shapely.get_x(inside), shapely.get_y(inside)


def point_crosswalk(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    points: gpd.GeoDataFrame | None,
    weight: str | None = None,
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
) -> Crosswalk:
    """Make a crosswalk by points: ``share[t, s] = Σ w in s and t / Σ w in s``.

    Sources without any point fall back to areal weights and are listed in
    ``details["areal_fallback"]``; points exactly on a border are counted in
    ``details["on_border"]``.

    Notes
    -----
    Conservation: columns add up to 1, less the points outside all targets. Unit of ``mass``:
    points, or the sum of their `weight`. NaN: a source without a count makes the targets it gives
    to NaN. Error: `Crosswalk.split_share`, and `error.mask_interval` with another weight.
    """
    refuse_unusable(source=source, target=target)
    x, y, heavy = _weighted_points(points, weight, target)
    source = same_crs(source, target.crs)
    refuse_no_overlap(source, target)
    shapes, goals = shapes_of(source), shapes_of(target)
    here, there = areas_at(x, y, shapes), areas_at(x, y, goals)
    total = np.bincount(here.area + 1, heavy, minlength=len(shapes) + 1)[1:]
    both = (here.area >= 0) & (there.area >= 0)
    areal = intersection_areas(shapes, goals)
    refuse_disjoint(len(areal.mass), shapes, goals)
    empty = total <= 0
    counted = Pieces(there.area[both], here.area[both], heavy[both])
    pieces = counted.filled_up(areal, empty[areal.source])
    keys = area_keys(source)
    crosswalk = assemble_crosswalk(
        pieces,
        np.where(empty, shapely.area(shapes), total),
        target_keys=area_keys(target),
        source_keys=keys,
        method="points",
        border=border,
        overlaps=overlaps,
        unmatched_target=uncovered_targets(areal, goals, area_keys(target)),
        details={
            "weight": weight,
            "areal_fallback": [keys[k] for k in np.flatnonzero(empty)],
            "on_border": int(here.on_border.sum() + there.on_border.sum()),
            "outside": int((here.area < 0).sum()),
        },
    )
    return replace(crosswalk, mass=total)


def _weighted_points(
    points: gpd.GeoDataFrame | None, weight: str | None, target: gpd.GeoDataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return coordinates of the points in the system of the target, and what each weighs."""
    if points is None:
        message = (
            "The 'points' parameter of make_crosswalk must be given for method 'points'. "
            "Got None instead."
        )
        raise ValueError(message)
    x, y = _coordinates(points, target)
    return x, y, np.ones(len(x)) if weight is None else points[weight].to_numpy(float)
