"""The layers a plan file names beside those of its build: points, footpaths, unsafe roads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.config.plan import Plan
from sozialraum.model.errors import DataError
from sozialraum.planning.input_assembly import Distance, FindNeighbours
from sozialraum.planning.plan_sections import (
    CrossingSection,
    DistanceSection,
    HouseList,
    PlanFile,
    PlanPoints,
)
from sozialraum.planning.point_columns import COLUMNS
from sozialraum.publish.manifest import sha256
from sozialraum.sources.paths import resolve
from sozialraum.sources.spatial.keyed_points import read_keyed_points
from sozialraum.sources.spatial.sites import read_beside
from sozialraum.sources.spatial.walkable import SUFFIX, read_walkable
from sozialraum.sources.tabular.lists import read_list
from sozialraum.space.neighbours import find_neighbours
from sozialraum.space.network import beeline_distances, walking_distances, walking_network
from sozialraum.texts import problem

POINTS = ("offers", "sites", "schools")


def point_layers(plan: PlanFile, build: Plan) -> dict[str, gpd.GeoDataFrame]:
    """Return the points of each section that the plan has, with the columns it names."""
    sections = {name: getattr(plan, name) for name in POINTS}
    return {name: points_of(one, build) for name, one in sections.items() if one is not None}


def points_of(section: PlanPoints, build: Plan) -> gpd.GeoDataFrame:
    """Return the points of one section in the coordinates of the build; index = key."""
    wanted = [getattr(section, column) for column in COLUMNS]
    return read_keyed_points(
        resolve(section.file, build.root),
        key=section.key,
        columns=[column for column in wanted if column is not None],
        kind=section.kind,
        kinds=section.kinds,
        layer=section.layer,
        crs=section.crs,
        target_crs=build.crs,
    )


def houses_of(section: HouseList, build: Plan) -> gpd.GeoDataFrame:
    """Return the list of houses in the coordinates of the build, with the columns it names."""
    words = [section.street, section.house_number, section.suffix, section.postcode]
    points, _ = read_list(
        resolve(section.file, build.root),
        columns=[word for word in words if word is not None],
        x=section.x,
        y=section.y,
        crs=section.crs,
        layer=section.layer,
        target_crs=build.crs,
    )
    return points


def line_layer(
    section: DistanceSection | CrossingSection | None, build: Plan
) -> gpd.GeoDataFrame | None:
    """Return the lines of a section in the coordinates of the build; None where it has no file."""
    if section is None or section.file is None:
        return None
    path = resolve(section.file, build.root)
    if path.suffix.lower() == SUFFIX and isinstance(section, DistanceSection):
        return read_walkable(path, target_crs=build.crs)
    lines = read_beside(path, target_crs=build.crs, layer=section.layer)
    if not (shapely.get_dimensions(shapely.get_parts(lines.geometry.to_numpy())) == 1).any():
        kinds = ", ".join(sorted(set(lines.geom_type.dropna())))
        raise DataError(problem("space.no_lines", file=path.name, found=kinds or "–", what="paths"))
    return lines


def distance_of(plan: PlanFile, build: Plan) -> Distance:
    """Return how the plan measures ways: along its footpaths, or Luftlinie times its detour.

    A block is never too far from a footpath to walk there: a plan needs a way to every school.
    """
    how = plan.distances
    if how.method == "luftlinie":
        return lambda areas, points: beeline_distances(areas, points, detour=how.detour).metres
    network = walking_network(line_layer(how, build))
    limit = np.inf if how.limit is None else how.limit

    def walk(areas: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.DataFrame:
        found = walking_distances(areas, points, network=network, limit=limit, snap_limit=np.inf)
        return found.metres.fillna(np.inf)

    return walk


def neighbours_of(plan: PlanFile, build: Plan) -> FindNeighbours:
    """Return how the plan tells neighbours: by its own section, else by that of the build file."""
    section = build.neighbours if plan.neighbours is None else plan.neighbours
    return partial(find_neighbours, **section.model_dump())


def layer_hashes(plan: PlanFile, build: Plan, lists: Sequence[str] = ()) -> dict[str, str]:
    """Return the SHA-256 of every layer the plan names, and of its `lists`, by name in the plan."""
    sections = (getattr(plan, name) for name in (*POINTS, "distances", "crossings"))
    files = [one.file for one in sections if one is not None and one.file is not None]
    files += lists
    return {file: sha256(resolve(file, build.root)) for file in files}
