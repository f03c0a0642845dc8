"""Dasymetric weights: persons live where the cells of a raster are inhabited.

``share[t, s] = Σ_c f(c, s ∩ t) v_c / Σ_c f(c, s) v_c`` with the exact covered fraction f of every
cell c and its value v; "binary" takes ``v > 0`` for v. Cells on a border are split by area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from sozialraum.model.errors import DataError
from sozialraum.model.options import Mask, Overlaps
from sozialraum.model.raster import Raster
from sozialraum.space.areas import (
    area_keys,
    refuse_disjoint,
    refuse_no_overlap,
    refuse_unusable,
    same_crs,
    shapes_of,
)
from sozialraum.space.crosswalks.assembly import Pieces, assemble_crosswalk
from sozialraum.space.crosswalks.overlay import intersection_areas, uncovered_targets
from sozialraum.space.grids.zonal import zone_sums
from sozialraum.texts import number, problem, text

if TYPE_CHECKING:
    from sozialraum.space.crosswalk import Crosswalk

MASKS = ("weighted", "binary")
# A source of which this share lies in one target is not split: no cell has to be cut.
WHOLE = 1.0 - 1e-9


def dasymetric_crosswalk(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    raster: Raster | Sequence[Raster] | None,
    mask: Mask = "weighted",
    residential: gpd.GeoDataFrame | None = None,
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
) -> Crosswalk:
    """Make a crosswalk by raster cells, residential land, or both; see `make_crosswalk`.

    Sources in which no cell is inhabited fall back to areal weights and are listed in
    ``details["areal_fallback"]``.

    Raises
    ------
    DataError
        If areas or rasters cannot be used.

    Notes
    -----
    Conservation: as of areal weights, whatever the mask. Unit of ``mass``: persons in the raster
    (of a binary mask: inhabited cells; of residential land alone: m²). NaN: a cell without a value
    counts as uninhabited; a source without a count makes the targets it gives to NaN. Error:
    `Crosswalk.split_share`, and `error.mask_interval` over several masks.
    """
    _refuse_unknown_mask(mask)
    refuse_unusable(source=source, target=target)
    rasters = _checked(raster, needed=residential is None)
    homes = None if residential is None else _homes(residential, target)
    source = same_crs(source, target.crs)
    refuse_no_overlap(source, target)
    shapes, goals = shapes_of(source), shapes_of(target)
    areal = intersection_areas(shapes, goals)
    refuse_disjoint(len(areal.mass), shapes, goals)
    persons, total = _weigh(areal, shapes, goals, source.crs, rasters, mask, homes)
    if not (total > 0).any():
        name = ", ".join(r.file for r in rasters) or "residential"
        raise DataError(problem(_why_nobody(rasters, shapes), what=name))
    pieces, whole, empty = _areal_where_nobody(areal, persons, shapes, total)
    crosswalk = assemble_crosswalk(
        pieces,
        whole,
        target_keys=area_keys(target),
        source_keys=area_keys(source),
        method="dasymetric",
        border=border,
        overlaps=overlaps,
        unmatched_target=uncovered_targets(areal, goals, area_keys(target)),
        details={
            "rasters": [r.file for r in rasters],
            "mask": mask,
            "residential": residential is not None,
            "areal_fallback": [
                key for key, none in zip(area_keys(source), empty, strict=True) if none
            ],
        },
    )
    return replace(crosswalk, mass=total)


def _refuse_unknown_mask(mask: str) -> None:
    if mask not in MASKS:
        message = (
            f"The 'mask' parameter of make_crosswalk must be one of {list(MASKS)}. "
            f"Got {mask!r} instead."
        )
        raise ValueError(message)


def _why_nobody(rasters: Sequence[Raster], shapes: NDArray[np.object_]) -> str:
    """Return why nobody lives in the areas: the rasters lie elsewhere, or hold no one."""
    if rasters and not any((one.values > 0).any() for one in rasters):
        return "space.raster_nobody"
    return "space.raster_no_overlap"


def _homes(residential: gpd.GeoDataFrame, target: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return residential land as parts that do not overlap, in the CRS of the targets."""
    refuse_unusable(residential=residential)
    land = shapes_of(same_crs(residential, target.crs))
    return shapely.get_parts(shapely.union_all(land))


def _checked(raster: Raster | Sequence[Raster] | None, *, needed: bool) -> tuple[Raster, ...]:
    rasters = (raster,) if isinstance(raster, Raster) else tuple(raster or ())
    problems = [problem("space.raster_missing")] if needed and not rasters else []
    for one in rasters:
        if not one.crs:
            problems.append(problem("space.raster_no_crs", file=one.file or None, what=one.file))
        endless = int(np.isinf(one.values).sum())
        if endless:
            problems.append(
                problem(
                    "space.raster_infinite", file=one.file or None, found=endless, what=one.file
                )
            )
        below = one.values[one.values < 0]
        if below.size and not endless:
            found = text("space.parts.cells", n=below.size, lowest=number(float(below.min())))
            problems.append(
                problem("space.raster_negative", file=one.file or None, found=found, what=one.file)
            )
    if problems:
        raise DataError(problems)
    return rasters


def mask_areas(raster: Raster, mask: Mask) -> Raster:
    """Return the raster as weights: its values, or 1 where a cell is inhabited ("binary")."""
    if mask == "weighted":
        return raster
    return replace(raster, values=(raster.values > 0).astype(float))


def _weigh(
    areal: Pieces,
    source: NDArray[np.object_],
    target: NDArray[np.object_],
    crs: object,
    rasters: Sequence[Raster],
    mask: Mask,
    homes: NDArray[np.object_] | None,
) -> tuple[Pieces, NDArray[np.float64]]:
    """Return persons per piece and per whole source; only split sources are cut."""
    whole = areal.mass >= WHOLE * shapely.area(source)[areal.source]
    cut = np.flatnonzero(~whole)
    parts = shapely.intersection(source[areal.source[cut]], target[areal.target[cut]])
    together = np.concatenate([source, _polygons_of(parts)])
    zone = np.arange(len(together))
    if homes is not None:
        zone, land = shapely.STRtree(homes).query(together, predicate="intersects")
        together = _polygons_of(shapely.intersection(together[zone], homes[land]))
        flat = shapely.get_dimensions(together) == 2
        zone, together = zone[flat], together[flat]
    weight = np.zeros(len(together)) if rasters else shapely.area(together)
    for one in rasters:
        weight += zone_sums(gpd.GeoDataFrame(geometry=together, crs=crs), mask_areas(one, mask))
    persons = np.bincount(zone, weight, minlength=len(source) + len(cut))
    total = persons[: len(source)]
    mass = np.empty(len(areal.mass))
    mass[whole] = total[areal.source[whole]]
    mass[cut] = persons[len(source) :]
    return Pieces(areal.target, areal.source, mass), total


def _polygons_of(parts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep what has an area: an intersection may bring points and lines along."""
    mixed = shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION
    if not mixed.any():
        return parts
    kept = parts.copy()
    for k in np.flatnonzero(mixed):
        pieces = shapely.get_parts(parts[k])
        kept[k] = shapely.union_all(pieces[shapely.get_dimensions(pieces) == 2])
    return kept


def _areal_where_nobody(
    areal: Pieces,
    persons: Pieces,
    source: NDArray[np.object_],
    total: NDArray[np.float64],
) -> tuple[Pieces, NDArray[np.float64], NDArray[np.bool_]]:
    """Take areal masses for sources without any inhabited cell, so that nobody gets lost."""
    empty = total <= 0
    mass = np.where(empty[areal.source], areal.mass, persons.mass)
    whole = np.where(empty, shapely.area(source), total)
    return Pieces(areal.target, areal.source, mass), whole, empty
