"""Areas against other ground: away from an outline, shifted, beyond it, without a counterpart."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.sources.plausibility.covering import (
    aligned_persons,
    partly_covered,
    partly_outside,
)
from sozialraum.sources.spatial.soundness import surfaces_of
from sozialraum.texts import number, problem

_SHOWN = 20
NOISE = 0.01  # m²; less is the rounding of coordinates


def check_position(
    areas: gpd.GeoDataFrame, outline: gpd.GeoDataFrame, *, file: str | None = None
) -> list[Problem]:
    """Return an error if areas lie away from an outline, a warning if they are shifted.

    Parameters
    ----------
    areas, outline : in any coordinate systems; compared in that of `areas`
    """
    shapes, others = surfaces(areas), surfaces(outline.to_crs(areas.crs))
    touching, _ = shapely.STRtree(others).query(shapes, predicate="intersects")
    if len(touching) == 0:
        apart = shapely.distance(shapely.union_all(shapes), shapely.union_all(others))
        distance = number(float(apart) / 1000, 0)
        return [problem("sources.away_from_outline", file=file, found=distance)]
    shift = _shift(shapely.total_bounds(shapes), shapely.total_bounds(others))
    if shift is None:
        return []
    east, north = shift
    length = number(float(np.hypot(east, north)), 0)
    directions = {"east": number(east, 1), "north": number(north, 1)}
    return [problem("sources.datum_shift", "warning", file=file, found=length, **directions)]


def check_cover(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    persons: pd.Series | None = None,
    cells: bool = False,
    files: tuple[str | None, str | None] = (None, None),
) -> list[Problem]:
    """Return what lies outside: sources in no target, targets that no source covers, or in part.

    Parameters
    ----------
    source, target : index = key; one coordinate system in metres
    persons : of each source, to say how many a part holds; they are taken to live evenly
    cells : whether the sources are cells of a grid, of which many lie partly outside by nature
    files : where they stand, for the messages

    Returns
    -------
    Warnings with key, square metres and persons.
    """
    sources, targets = surfaces(source), surfaces(target)
    tree = shapely.STRtree(targets)
    first, second = tree.query(sources, predicate="intersects")
    common = _common(sources, targets, first, second, tree.query(sources, predicate="covered_by"))
    covered = np.bincount(first, common, minlength=len(sources))
    reached = np.bincount(second, common, minlength=len(targets))
    sizes = shapely.area(sources)
    outside = np.flatnonzero(covered <= NOISE if cells else covered < 0.5 * sizes)
    empty = np.flatnonzero(reached <= NOISE)
    found = _uncovered("no_target", source, outside, sizes - covered, files[0])
    found += _uncovered("no_source", target, empty, shapely.area(targets), files[1])
    for file, listed in zip(files, (outside, empty), strict=True):
        more = len(listed) - _SHOWN
        if more > 0:
            found.append(problem("sources.more_uncovered", "warning", file=file, n=more))
    known = aligned_persons(persons, source.index)
    bare, rest = sizes - covered, shapely.area(targets) - reached
    counted = None
    if known is not None:
        counted = np.bincount(second, known[first] * common / sizes[first], minlength=len(targets))
    most = 1.0 if cells else 0.5
    keys = list(map(str, source.index))
    found += partly_outside(keys, sizes, bare, known, most=most, file=files[0])
    if cells:  # where no cell stands nobody lives
        return found
    names = list(map(str, target.index))
    return found + partly_covered(names, shapely.area(targets), rest, counted, file=files[1])


def _uncovered(
    code: str, areas: gpd.GeoDataFrame, at: NDArray[np.int64], bare: NDArray[np.float64],
    file: str | None,
) -> list[Problem]:  # fmt: skip
    """Tell the first areas that have no other side, with their square metres."""
    return [
        problem(
            f"sources.{code}", "warning", file=file, key=str(areas.index[i]),
            found=square_metres(float(bare[i])),
        )
        for i in at[:_SHOWN]
    ]  # fmt: skip


def _common(
    sources: NDArray[np.object_],
    targets: NDArray[np.object_],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    inside: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the common surface of pairs; a source that lies inside a target need not be cut."""
    whole = np.isin(first * len(targets) + second, inside[0] * len(targets) + inside[1])
    common = shapely.area(sources[first])
    cut = shapely.intersection(sources[first[~whole]], targets[second[~whole]])
    common[~whole] = shapely.area(cut)
    return common


def surfaces(areas: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the surfaces with valid rings, None where there is none; most are not touched."""
    return surfaces_of(areas.geometry.to_numpy())


def whole_of(outline: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return all surfaces of `outline` as one, in the coordinate system of `areas`."""
    shapes = surfaces(outline.to_crs(areas.crs))
    return shapely.union_all(shapes[~shapely.is_missing(shapes)])


def check_outline(
    valid: gpd.GeoDataFrame,
    union: shapely.Geometry,
    whole: shapely.Geometry,
    sliver: float,
    file: str | None,
) -> list[Problem]:
    """Return where areas reach beyond an outline, and how much of it they leave bare."""
    found = []
    beyond = shapely.area(shapely.difference(valid.geometry.to_numpy(), whole))
    for i in [i for i in np.argsort(-beyond, kind="stable") if beyond[i] >= sliver][:_SHOWN]:
        key, size = str(valid.index[i]), square_metres(beyond[i])
        found.append(problem("sources.beyond_outline", "warning", file=file, key=key, found=size))
    uncovered = float(shapely.area(shapely.difference(whole, union)))
    if uncovered >= sliver:
        size = square_metres(uncovered)
        found.append(problem("sources.uncovered_outline", "warning", file=file, found=size))
    return found


def _shift(here: NDArray[np.float64], there: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return how far the areas lie off if all four sides moved alike by more than 20 m.

    Gauß-Krüger read without the change of datum lies 100 to 200 m off; different drawing of a
    border moves one side only.

    Parameters
    ----------
    here, there : (4,) bounds of the areas and of the outline
    """
    moved = here - there
    east, north = (moved[0] + moved[2]) / 2, (moved[1] + moved[3]) / 2
    spread = max(abs(moved[0] - moved[2]), abs(moved[1] - moved[3]))
    length = float(np.hypot(east, north))
    return (float(east), float(north)) if length > 20 and spread < 0.2 * length else None


def square_metres(area: float) -> str:
    """Return square metres with as many digits as a small area needs."""
    return number(float(area), 1 if area < 10 else 0)
