"""Exact overlay: how many square metres of each source area lie in each target area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model.options import Overlaps
from sozialraum.space.areas import (
    area_keys,
    refuse_disjoint,
    refuse_no_overlap,
    refuse_unusable,
    same_crs,
    shapes_of,
)
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.crosswalks.assembly import Pieces, assemble_crosswalk
from sozialraum.space.crosswalks.store import is_keeping, keep_pieces, kept_pieces, pieces_name

if TYPE_CHECKING:
    import geopandas as gpd

# Official borders are exact to centimetres: what is thinner than a micrometre along a source's
# whole border is rounding.
THINNEST = 1e-6
VERTICES_FOR_KERNEL = 100_000


def intersection_areas(source: NDArray[np.object_], target: NDArray[np.object_]) -> Pieces:
    """Return the pieces of two sets of polygons, in square metres.

    Parameters
    ----------
    source, target : valid (Multi)Polygons in one CRS in metres; those of one side may overlap

    Returns
    -------
    `Pieces`, sorted by target, then source; pieces thinner than 1 µm along the source's border are
    left out. Large inputs go through the kernel, small ones through GEOS: loading compiled code
    takes longer than a few thousand intersections. Both agree to 1e-3 m².
    """
    if not is_keeping():
        return _overlay(source, target)
    name = pieces_name(source, target)
    made = kept_pieces(name)
    if made is None:
        made = _overlay(source, target)
        keep_pieces(name, made)
    return made


def _overlay(source: NDArray[np.object_], target: NDArray[np.object_]) -> Pieces:
    """Return the pieces, newly made."""
    vertices = int(
        shapely.get_num_coordinates(source).sum() + shapely.get_num_coordinates(target).sum()
    )
    if vertices < VERTICES_FOR_KERNEL:
        pieces = geos_pieces(source, target)
    else:
        from sozialraum.space.crosswalks.intersection import kernel_pieces

        pieces = kernel_pieces(source, target)
    noise = THINNEST * shapely.length(source)
    kept = pieces.mass > noise[pieces.source]
    order = np.lexsort((pieces.source[kept], pieces.target[kept]))
    return Pieces(*(a[kept][order] for a in (pieces.target, pieces.source, pieces.mass)))


def geos_pieces(source: NDArray[np.object_], target: NDArray[np.object_]) -> Pieces:
    """Return all pieces by building every intersection with GEOS."""
    s, t = shapely.STRtree(target).query(source, predicate="intersects")
    area = shapely.area(shapely.intersection(source[s], target[t]))
    return Pieces(t.astype(np.int64), s.astype(np.int64), area)


def areal_crosswalk(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    border: float = 0.01,
    overlaps: Overlaps = "refuse",
) -> Crosswalk:
    """Make a crosswalk by area: ``share[t, s] = area(s ∩ t) / area(s)``.

    Assumes that persons live evenly in each source. See `make_crosswalk` for `border` and
    `overlaps`.

    Notes
    -----
    Conservation: columns add up to 1, less the part outside all targets (``unmatched_source``).
    Unit of ``mass``: m² of the whole source. NaN: a source without a count makes the targets it
    gives to NaN. Error: `Crosswalk.split_share` is the part that rests on split sources;
    `error.mask_interval` with a dasymetric crosswalk tells what the even spread costs.
    """
    refuse_unusable(source=source, target=target)
    source = same_crs(source, target.crs)
    refuse_no_overlap(source, target)
    shapes, goals = shapes_of(source), shapes_of(target)
    pieces = intersection_areas(shapes, goals)
    refuse_disjoint(len(pieces.mass), shapes, goals)
    return assemble_crosswalk(
        pieces,
        shapely.area(shapes),
        target_keys=area_keys(target),
        source_keys=area_keys(source),
        method="areal",
        border=border,
        overlaps=overlaps,
        unmatched_target=uncovered_targets(pieces, goals, area_keys(target)),
    )


def uncovered_targets(
    pieces: Pieces, target: NDArray[np.object_], keys: tuple[str, ...]
) -> pd.Series:
    """Return by target key the share of its area (above 1e-6) that no source covers."""
    covered = np.bincount(pieces.target, pieces.mass, minlength=len(target))
    bare = 1.0 - covered / shapely.area(target)
    listed = np.flatnonzero(bare > 1e-6)
    return pd.Series(bare[listed], index=[keys[k] for k in listed], dtype=float)
