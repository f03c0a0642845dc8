"""What is shown beside the areas: sites as points, districts as outlines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.model.problem import Severity
from sozialraum.sources.spatial.geometry import name_words, read_shapes, require_columns, states_crs
from sozialraum.sources.spatial.soundness import far_problem, impossible, surfaces_of
from sozialraum.sources.spatial.systems import settle_crs, transform_layer
from sozialraum.sources.tabular.tables import read_plain
from sozialraum.texts import number, problem, text


def read_points(
    path: str | Path,
    *,
    name: str | None = None,
    kind: str | None = None,
    crs: str | None = None,
    layer: str | None = None,
    target_crs: str | None = None,
    x: str | None = None,
    y: str | None = None,
) -> gpd.GeoDataFrame:
    """Return sites as points: from a layer, or from a table with two columns of coordinates.

    Parameters
    ----------
    path : layer, or csv, xlsx, ods, parquet with `x`, `y` and `crs` given
    name, kind : columns shown with each point; missing ones become empty text
    x, y : columns of east and north (or longitude and latitude) in a table
    crs, layer, target_crs : as of `load_areas`

    Returns
    -------
    GeoDataFrame with columns ``name``, ``kind``, ``geometry``, in the order of the file. Rows
    without coordinates are left out; ``attrs["problems"]`` lists them.

    Raises
    ------
    DataError
        If there is no point, or the coordinate system is unknown.
    """
    path = Path(path)
    is_table = path.suffix.lower() not in LAYER_SUFFIXES
    points = "sources.no_points"
    raw = _points_of_table(path, x, y) if is_table else read_shapes(path, layer, empty=points)
    require_columns(raw, [c for c in (name, kind) if c is not None], path.name)
    there = ~(raw.geometry.is_empty | raw.geometry.isna())
    missing = int((~there).sum())
    raw = raw[there].reset_index(drop=True)
    if raw.empty:
        raise DataError(problem("sources.no_points", file=path.name))
    stated = not is_table and states_crs(path)
    placed = settle_crs(raw, file=path.name, crs=crs, stated_in_file=stated)
    points = transform_layer(placed.frame, target_crs, file=path.name)
    names = name_words(raw, name)
    refuse_impossible(points, names, file=path.name)
    result = gpd.GeoDataFrame(
        {"name": names, "kind": name_words(raw, kind)},
        geometry=shapely.point_on_surface(points.geometry.to_numpy()),
        crs=points.crs,
    )
    problems = [*placed.problems, *not_points(raw, names, path.name)]
    if missing:
        problems.append(problem("sources.point_missing", "warning", file=path.name, n=missing))
    result.attrs["problems"] = problems
    return result


def read_beside(path: Path, *, target_crs: str, layer: str | None = None) -> gpd.GeoDataFrame:
    """Return a layer that helps to count or measure: residential land, buildings, paths, roads.

    Raises
    ------
    DataError
        If its coordinate system is unknown, a coordinate cannot be, or a surface is drawn wrongly.
    """
    raw = read_shapes(path, layer, empty="sources.no_shapes")
    placed = settle_crs(raw, file=path.name, stated_in_file=states_crs(path))
    there = transform_layer(placed.frame, target_crs, file=path.name)
    shapes, nameless = there.geometry.to_numpy(), [""] * len(there)
    refuse_impossible(there, nameless, file=path.name)
    lands = np.isin(shapely.get_type_id(shapes), (3, 6))
    if lands.any():
        rows = np.flatnonzero(~lands | ~shapely.is_valid(shapes) | shapely.is_empty(shapes))
        if found := _problems_at("sources.land_invalid", "error", rows, nameless, path.name):
            raise DataError(found)
    return there


def refuse_impossible(layer: gpd.GeoDataFrame, names: Sequence[str], *, file: str) -> None:
    """Raise `DataError` with the names of shapes whose coordinates cannot be."""
    degrees = layer.crs is not None and layer.crs.is_geographic
    bad = impossible(layer.geometry.to_numpy(), degrees=degrees)
    if found := far_problem(names, bad, file=file):
        raise DataError(found)


def not_points(raw: gpd.GeoDataFrame, names: Sequence[str], file: str) -> list[Problem]:
    """Return a note that names lines and surfaces; a point in each stands for it."""
    wrong = np.flatnonzero(shapely.get_dimensions(raw.geometry.to_numpy()) > 0)
    return _problems_at("sources.points_inside", "note", wrong, names, file)


def _problems_at(
    code: str, severity: Severity, rows: Sequence[int], names: Sequence[str], file: str
) -> list[Problem]:
    """Return one problem about some shapes of a layer, by name or row; none about no shape."""
    named = [str(names[i]) or text("sources.part.row", n=int(i) + 1) for i in rows]
    if not named:
        return []
    listed = ", ".join(named[:5]) + (", …" if len(named) > 5 else "")
    return [problem(code, severity, file=file, n=len(named), found=listed)]


def far_sites(
    sites: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, file: str, limit: float = 500.0
) -> list[Problem]:
    """Return a warning that names the sites more than `limit` metres from every area.

    A geocode that ended in another town is plotted there and counted nowhere.
    """
    shapes = surfaces_of(areas.geometry.to_numpy())
    places = sites.geometry.to_crs(areas.crs).to_numpy()
    near, _ = shapely.STRtree(shapes).query(places, predicate="dwithin", distance=limit)
    far = np.setdiff1d(np.arange(len(places)), near)
    if not len(far):
        return []
    names = [str(n) or f"Zeile {i + 1}" for i, n in zip(far, sites["name"].iloc[far], strict=True)]
    listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    values = {"n": len(far), "limit": number(limit), "names": listed}
    return [problem("sources.far_sites", "warning", file=file, **values)]


def read_outlines(
    path: str | Path,
    *,
    name: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    target_crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Return outlines shown for orientation, districts for example.

    Parameters
    ----------
    name : column of the name; without it names are empty
    layer, crs, target_crs : as of `sozialraum.sources.spatial.geometry.load_areas`

    Returns
    -------
    GeoDataFrame with columns ``name``, ``geometry``, in the order of the file;
    ``attrs["problems"]``. Rings that cross and collections are shown as the ground they enclose.

    Raises
    ------
    DataError
        If an outline has no surface, or impossible coordinates.
    """
    path = Path(path)
    raw = read_shapes(path, layer)
    require_columns(raw, [name] if name else [], path.name)
    placed = settle_crs(raw, file=path.name, crs=crs, stated_in_file=states_crs(path))
    layer_there = transform_layer(placed.frame, target_crs, file=path.name)
    shapes, named = layer_there.geometry.to_numpy(), name_words(raw, name)
    refuse_impossible(layer_there, named, file=path.name)
    surfaces = surfaces_of(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    without = shapely.is_missing(surfaces) & ~empty
    if without.any():
        rows = np.flatnonzero(without)
        raise DataError(_problems_at("sources.outline_no_surface", "error", rows, named, path.name))
    mended = ~empty & ~(np.isin(shapely.get_type_id(shapes), (3, 6)) & shapely.is_valid(shapes))
    told = [("outline_mended", mended), ("outline_missing", empty)]
    result = gpd.GeoDataFrame({"name": named}, geometry=surfaces, crs=layer_there.crs)
    result = result[~empty].reset_index(drop=True)
    result.attrs["problems"] = list(placed.problems)
    for code, some in told:
        rows = np.flatnonzero(some)
        result.attrs["problems"] += _problems_at(
            f"sources.{code}", "warning", rows, named, path.name
        )
    if result.empty:
        raise DataError(problem("sources.no_areas", file=path.name))
    return result


def _points_of_table(path: Path, x: str | None, y: str | None) -> gpd.GeoDataFrame:
    """Return the rows of a table as points; an empty point where a coordinate is missing."""
    if x is None or y is None:
        raise DataError(problem("sources.no_point_columns", file=path.name))
    frame = read_plain(path, numbers=(x, y))
    shapes = shapely.points(frame[x].to_numpy(), frame[y].to_numpy())
    shapes[frame[[x, y]].isna().any(axis=1).to_numpy()] = shapely.Point()
    return gpd.GeoDataFrame(frame, geometry=shapes)
