"""What is wrong with the areas themselves: invalid rings, overlaps, gaps, slivers; all in m²."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.surfaces import unite
from sozialraum.sources.plausibility.position import (
    NOISE,
    check_outline,
    check_position,
    square_metres,
    surfaces,
    whole_of,
)
from sozialraum.sources.spatial.soundness import (
    collections,
    far_problem,
    impossible,
    parts_of,
)
from sozialraum.texts import number, problem

_SAME = 0.99  # of the larger area; two areas drawn twice rather than overlapping


def inspect_areas(
    areas: gpd.GeoDataFrame,
    *,
    outline: gpd.GeoDataFrame | None = None,
    sliver: float = 100.0,
    file: str | None = None,
    apart: Collection[str] = (),
) -> list[Problem]:
    """Return what is wrong with the geometry of a set of areas; nothing is changed.

    Parameters
    ----------
    areas : index = key; any coordinate system in metres
    outline : what the areas should fill, for example the city's outline
    sliver : square metres below which an overlap or a gap is drawing noise: told in one note, not
        listed
    file : where they stand, for messages
    apart : keys of areas that truly lie far from all others: an island, an exclave

    Returns
    -------
    Errors for areas without a surface and invalid rings, warnings for overlaps, gaps and a shift
    against the outline, notes for slivers.

    Raises
    ------
    DataError
        If the coordinate system has no metres.
    """
    if areas.crs is None or not areas.crs.is_projected:
        raise DataError(
            problem("sources.crs_impossible", file=file, crs="–", found="Grad", guess="EPSG:25832")
        )
    far = impossible(areas.geometry.to_numpy(), areas=True)
    far &= ~areas.index.isin(list(apart)) | impossible(areas.geometry.to_numpy())
    problems = [*_no_surface(areas, file), *far_problem(areas.index, far, file=file)]
    problems += _invalid(areas[~far], file)
    valid = areas.set_geometry(surfaces(areas))[~far]
    valid = valid[shapely.get_dimensions(valid.geometry.to_numpy()) == 2]
    if valid.empty:
        return problems
    problems += _tiny_parts(valid, sliver, file)
    shapes = valid.geometry.to_numpy()
    union = unite(shapes)
    if not shapely.coverage_is_valid(shapes):
        problems += _overlaps(valid, sliver, file)
    problems += _gaps(valid, union, sliver, file)
    if outline is not None:
        moved = check_position(areas, outline, file=file)
        problems += moved or check_outline(valid, union, whole_of(outline, areas), sliver, file)
    return problems


def check_schools(
    areas: gpd.GeoDataFrame, column: str, *, file: str | None = None
) -> list[Problem]:
    """Return the areas that several schools share, and those without one, with square metres.

    Parameters
    ----------
    areas : index = key; coordinate system in metres
    column : the schools of each area, with a comma between them

    Raises
    ------
    DataError
        If there is no such column.
    """
    if column not in areas.columns:
        known = ", ".join(areas.columns.drop("geometry"))
        raise DataError(problem("sources.no_geometry_column", column=column, found=known))
    found = []
    for key, named, shape in zip(areas.index, areas[column], areas.geometry, strict=True):
        schools = [s.strip() for s in str(named or "").split(",") if s.strip()]
        values = {"file": file, "key": str(key), "found": square_metres(float(shapely.area(shape)))}
        if len(schools) > 1:
            listed = ", ".join(schools)
            found.append(problem("sources.shared_area", "note", schools=listed, **values))
        elif not schools:
            found.append(problem("sources.area_without_school", "warning", **values))
    return found


def _no_surface(areas: gpd.GeoDataFrame, file: str | None) -> list[Problem]:
    found = []
    mixes = collections(areas.geometry.to_numpy())
    for key, shape, mixed in zip(areas.index, areas.geometry, mixes, strict=True):
        if shape is None or shape.is_empty:
            found.append(problem("sources.empty_geometry", file=file, key=str(key)))
        elif mixed:
            kind = parts_of(shape)
            found.append(problem("sources.collection", file=file, key=str(key), found=kind))
        elif shape.geom_type not in {"Polygon", "MultiPolygon"}:
            found.append(problem("sources.no_polygon", file=file, key=str(key), found=_kind(shape)))
    return found


def _kind(shape: shapely.Geometry) -> str:
    return parts_of(shapely.GeometryCollection([shape]))


def _invalid(areas: gpd.GeoDataFrame, file: str | None) -> list[Problem]:
    shapes = areas.geometry.to_numpy()
    wrong = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    found = []
    for i in wrong:
        reason, _, place = shapely.is_valid_reason(shapes[i]).partition("[")
        found.append(
            problem(
                "sources.invalid_ring",
                file=file,
                key=str(areas.index[i]),
                reason=_REASONS.get(reason.strip(), reason.strip()),
                found=_place(place.rstrip("]")),
            )
        )
    return found


_REASONS = {
    "Self-intersection": "sie kreuzt sich selbst",
    "Ring Self-intersection": "ein Ring berührt sich selbst",
    "Hole lies outside shell": "ein Loch liegt außerhalb der Fläche",
    "Holes are nested": "Löcher liegen ineinander",
    "Interior is disconnected": "die Fläche ist in sich getrennt",
    "Nested shells": "Teilflächen liegen ineinander",
    "Duplicate Rings": "ein Ring ist doppelt",
    "Too few points in geometry component": "ein Ring hat zu wenige Punkte",
    "Invalid Coordinate": "eine Koordinate ist keine Zahl",
    "Ring is not closed": "ein Ring ist nicht geschlossen",
}


def _place(text: str) -> str:
    parts = text.split()
    return " / ".join(number(float(p), 1) for p in parts[:2]) if len(parts) >= 2 else "–"


def _tiny_parts(valid: gpd.GeoDataFrame, sliver: float, file: str | None) -> list[Problem]:
    parts, owner = shapely.get_parts(valid.geometry.to_numpy(), return_index=True)
    surfaces = shapely.get_dimensions(parts) == 2
    parts, owner = parts[surfaces], owner[surfaces]
    several = np.bincount(owner, minlength=len(valid))[owner] > 1
    tiny = pd.Series(owner[several & (shapely.area(parts) < sliver)]).value_counts().sort_index()
    return [
        problem(
            "sources.tiny_parts",
            "note",
            file=file,
            key=str(valid.index[i]),
            n=int(n),
            limit=number(sliver),
        )
        for i, n in tiny.items()
    ]


def _overlaps(valid: gpd.GeoDataFrame, sliver: float, file: str | None) -> list[Problem]:
    """Return pairs of areas with common surface: each large one, and one note on the slivers."""
    shapes = valid.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    order = np.lexsort((second, first, -common))
    keys = valid.index
    sizes = shapely.area(shapes)
    larger = np.maximum(sizes[first], sizes[second])
    large = [
        problem(
            "sources.same_area" if common[i] > _SAME * larger[i] else "sources.overlap",
            "warning",
            file=file,
            key=str(keys[first[i]]),
            other=str(keys[second[i]]),
            found=square_metres(common[i]),
        )
        for i in order
        if common[i] >= sliver
    ]
    small = [i for i in order if NOISE < common[i] < sliver]
    if not small:
        return large
    worst = str(keys[first[small[0]]]), str(keys[second[small[0]]])
    return [*large, _slivers("overlap", sliver, common[small], file, *worst)]


def _slivers(
    kind: str, limit: float, sizes: NDArray[np.float64], file: str | None,
    key: str | None = None, other: str | None = None,
) -> Problem:  # fmt: skip
    """Tell how many thin overlaps or gaps there are, and how large they are together."""
    return problem(
        f"sources.{kind}_slivers", "note", file=file, key=key, other=other, n=len(sizes),
        limit=number(limit), found=square_metres(sizes.sum()),
    )  # fmt: skip


def _gaps(
    valid: gpd.GeoDataFrame, union: shapely.Geometry, sliver: float, file: str | None
) -> list[Problem]:
    """Return holes between areas: each large one with its neighbours, one note on slivers."""
    rings = [
        shapely.Polygon(r)
        for part in shapely.get_parts(union)
        for r in getattr(part, "interiors", ())
    ]
    sizes = np.array([r.area for r in rings])
    order = sorted(range(len(rings)), key=lambda i: (-sizes[i], rings[i].bounds))
    found = []
    for i in [i for i in order if sizes[i] >= sliver]:
        around = valid.index[valid.geometry.intersects(rings[i])]
        listed = ", ".join(map(str, around[:4])) + (" …" if len(around) > 4 else "")
        found.append(
            problem(
                "sources.gap",
                "warning",
                file=file,
                key=str(around[0]) if len(around) else None,
                other=listed,
                found=square_metres(sizes[i]),
            )
        )
    small = [i for i in order if NOISE < sizes[i] < sliver]
    return [*found, _slivers("gap", sliver, sizes[small], file)] if small else found
