"""Repairing messy geometry, only on request, every repair recorded with key and square metres.

Nothing here runs by itself: the build file asks for each repair by name. Overlaps that stay are
refused by the crosswalk, gaps and slivers are listed by the check of the delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model.options import NotNegative, Winner
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model.problem import Problem

WINNERS = ("first", "larger", "smaller")
COLUMNS = ("key", "repair", "square_metres", "other")
# Overlaps and gaps below this are rounding of coordinates, not worth a record (0.01 m²).
ROUNDING = 1e-2


@dataclass(frozen=True, eq=False)
class Repaired:
    """Areas after repair, and what was done.

    Parameters
    ----------
    areas : as given, in the same order, with repaired geometry
    repairs : one row per repair: ``key``, ``repair`` ("invalid", "overlap", "part", "gap"),
        ``square_metres`` (that the area lost, gained or changed), ``other`` (the area that kept an
        overlap)
    """

    areas: gpd.GeoDataFrame
    repairs: pd.DataFrame

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The repairs as notes for the report."""
        return tuple(
            problem(
                f"space.repair.{row.repair}",
                "note",
                key=row.key,
                found=f"{number(row.square_metres, 1)} m²",
                winner=row.other,
            )
            for row in self.repairs.itertuples()
        )


def repair_areas(
    areas: gpd.GeoDataFrame,
    *,
    invalid: bool = False,
    overlaps: Winner | None = None,
    parts_below: NotNegative = 0.0,
    gaps_below: NotNegative = 0.0,
) -> Repaired:
    """Repair what the build file names, in this order, and record it.

    Parameters
    ----------
    areas : areas in a CRS in metres, index = key
    invalid : rings that cross themselves are made valid (``make_valid``), surfaces are taken out
        of collections; points and lines are dropped. What has no surface stays as it is.
    overlaps : which area keeps ground that two areas claim: the "first" in the order of the file,
        the "larger" or the "smaller"; None leaves overlaps alone
    parts_below : further parts of an area below so many square metres are deleted; its largest part
        stays
    gaps_below : holes between areas below so many square metres go to the neighbour with the
        longest common border

    Returns
    -------
    `Repaired`. Without any request the areas come back as they are and nothing is recorded.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> boxes = [box(0, 0, 6, 9), box(5, 0, 9, 9)]
    >>> two = gpd.GeoDataFrame(index=["a", "b"], geometry=boxes, crs=25833)
    >>> repair_areas(two, overlaps="first").repairs
      key   repair  square_metres other
    0   b  overlap            9.0     a
    """
    if overlaps is not None and overlaps not in WINNERS:
        message = (
            f"The 'overlaps' parameter of repair_areas must be one of {[*WINNERS, None]}. "
            f"Got {overlaps!r} instead."
        )
        raise ValueError(message)
    keys = areas.index.astype(str).to_numpy()
    given = areas.geometry.to_numpy()
    # what has no possible place is told by the inspection, not repaired
    lost = ~np.isfinite(shapely.bounds(given)).all(axis=1)
    shapes = np.where(lost, None, given)
    log: list[tuple[str, str, float, str]] = []
    if invalid:
        _make_valid(shapes, keys, log)
    if overlaps is not None:
        _separate(shapes, keys, overlaps, log)
    if parts_below > 0:
        _drop_small_parts(shapes, keys, parts_below, log)
    if gaps_below > 0:
        _fill_gaps(shapes, keys, gaps_below, log)
    repaired = areas.set_geometry(np.where(lost, given, shapes), crs=areas.crs)
    return Repaired(repaired, pd.DataFrame(log, columns=list(COLUMNS)))


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _make_valid(shapes: NDArray, keys: NDArray, log: list) -> None:
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for k in np.flatnonzero((mixed | ~shapely.is_valid(shapes)) & ~shapely.is_missing(shapes)):
        # "structure": ground that loops of one ring cover twice stays ground and becomes no hole
        mended = _polygonal(shapely.make_valid(shapes[k], method="structure", keep_collapsed=False))
        if mended.is_empty:
            continue
        log.append((keys[k], "invalid", abs(mended.area - shapes[k].area), ""))
        shapes[k] = mended


def _separate(shapes: NDArray, keys: NDArray, winner: Winner, log: list) -> None:
    """Take the ground that two areas claim from one of them."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    area = shapely.area(shapes)
    for i, j in sorted((int(i), int(j)) for i, j in zip(a, b, strict=True) if i < j):
        common = shapely.area(shapely.intersection(shapes[i], shapes[j]))
        if common <= ROUNDING:
            continue
        first_keeps = winner == "first" or (area[i] >= area[j]) == (winner == "larger")
        keeps, gives = (i, j) if first_keeps else (j, i)
        shapes[gives] = _polygonal(shapely.difference(shapes[gives], shapes[keeps]))
        log.append((keys[gives], "overlap", float(common), keys[keeps]))


def _drop_small_parts(shapes: NDArray, keys: NDArray, smallest: float, log: list) -> None:
    for k in np.flatnonzero(shapely.get_num_geometries(shapes) > 1):
        parts = shapely.get_parts(shapes[k])
        size = shapely.area(parts)
        kept = (size >= smallest) | (np.arange(len(parts)) == size.argmax())
        if kept.all():
            continue
        log.extend((keys[k], "part", float(lost), "") for lost in size[~kept])
        shapes[k] = shapely.union_all(parts[kept])


def _fill_gaps(shapes: NDArray, keys: NDArray, largest: float, log: list) -> None:
    """Give every small hole between areas to the neighbour with the longest common border."""
    together = shapely.get_parts(shapely.union_all(shapes))
    rings = [ring for whole in together for ring in whole.interiors]
    if not rings:
        return
    gaps = shapely.polygons(rings)
    size = shapely.area(gaps)
    small = gaps[(size < largest) & (size > ROUNDING)]
    gap, near = shapely.STRtree(shapes).query(small, predicate="dwithin", distance=1e-6)
    for g in range(len(small)):
        neighbours = near[gap == g]
        # by length of the gap's own border along each neighbour; borders may miss by rounding
        along = shapely.length(
            shapely.intersection(small[g].boundary, shapely.buffer(shapes[neighbours], 1e-6))
        )
        taker = int(neighbours[along.argmax()])
        shapes[taker] = _polygonal(shapely.union(shapes[taker], small[g]))
        log.append((keys[taker], "gap", float(small[g].area), ""))
