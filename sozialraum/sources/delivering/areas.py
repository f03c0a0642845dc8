"""The sets of areas of a build: read, merged and repaired as the build file says, with parents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.keys import restore_key
from sozialraum.sources.delivering.area_names import check_names, with_names
from sozialraum.sources.delivering.census import read_cell_areas
from sozialraum.sources.delivering.merging import merge_areas, merge_tree, merged_keys
from sozialraum.sources.delivering.notes import note
from sozialraum.sources.plausibility.coverage import check_schools, inspect_areas
from sozialraum.sources.spatial.geometry import load_areas
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import AreaSet
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

    Mended = tuple[gpd.GeoDataFrame, pd.DataFrame, Iterable[Problem]]
    Mend = Callable[[gpd.GeoDataFrame, AreaSet], Mended]


def read_set(
    path: Path,
    name: str,
    section: AreaSet,
    plan: Plan,
    delivery: Delivery,
    mend: Mend | None,
    names: pd.Series | None = None,
) -> gpd.GeoDataFrame | None:
    """Return a set of areas with its parents as columns, and note what is wrong with it.

    `names` are names by key from another file.
    """
    if section.grid is not None:
        return read_cell_areas(path, section, plan, delivery)
    read = load_areas(
        path,
        key=section.key,
        name=section.name,
        crs=section.crs,
        layer=section.layer,
        width=section.width,
        target_crs=plan.crs,
        drop=section.drop,
        parts=section.parts,
        rows=section.rows,
        prefix=section.prefix,
        suffix=section.suffix,
    )
    note(delivery, section.file, read.problems)
    if any(p.severity == "error" for p in read.problems):
        return None
    whole = _under_names(read.areas, section, names, delivery)
    areas, messages = merge_areas(whole, section)
    note(delivery, section.file, messages)
    if any(p.severity == "error" for p in messages):
        return None
    if mend is not None and section.repair is not None:
        areas, delivery.repairs[name], messages = mend(areas, section)
        note(delivery, section.file, messages)
    note(delivery, section.file, inspect_areas(areas, apart=section.apart))
    if section.schools is not None:
        note(delivery, section.file, check_schools(areas, section.schools))
    return _with_merged_parent(_with_parents(areas, section, plan, delivery), name, plan)


def _under_names(
    areas: gpd.GeoDataFrame, section: AreaSet, names: pd.Series | None, delivery: Delivery
) -> gpd.GeoDataFrame:
    """Return areas under the names of the build, and note which of these are cut off."""
    file, column = section.file, section.name
    if names is not None and section.names is not None:
        file, column = section.names.file, section.names.name
        areas, messages = with_names(areas, names)
        note(delivery, file, messages)
    note(delivery, file, check_names(areas, column))
    return areas


def _with_parents(
    areas: gpd.GeoDataFrame, section: AreaSet, plan: Plan, delivery: Delivery
) -> gpd.GeoDataFrame:
    """Return areas with one column per higher level, named as in the build file.

    Where that level is a set of areas of the build, its keys get back the zeros they lost here.
    """
    missing = [
        problem("sources.no_geometry_column", column=old, found=", ".join(areas.columns[:-1]))
        for old in section.parents.values()
        if old not in areas.columns
    ]
    if missing:
        raise DataError(missing)
    for new, old in section.parents.items():
        width = plan.areas[new].width if new in plan.areas else None
        keys = areas[old] if width is None else areas[old].map(lambda k, w=width: restore_key(k, w))
        changed = np.flatnonzero((keys != areas[old]).to_numpy())
        if len(changed):
            before, after = areas[old].iloc[changed[0]], keys.iloc[changed[0]]
            messages = {"n": len(changed), "width": width, "before": before, "after": after}
            padded = problem("sources.key_padded", "note", column=old, **messages)
            note(delivery, section.file, [padded])
        wholes = merged_keys(merge_tree(plan.areas[new])) if new in plan.areas else {}
        areas = areas.assign(**{new: keys.map(lambda k, w=wholes: w.get(k, k))})
    return areas


def _with_merged_parent(areas: gpd.GeoDataFrame, name: str, plan: Plan) -> gpd.GeoDataFrame:
    """Return the areas of the counts with the merged target in place of its parts, as parents."""
    parent = plan.join.parent
    wholes = merged_keys(merge_tree(plan.areas[plan.join.target]))
    if name != plan.source_areas or not wholes or parent not in areas.columns:
        return areas
    return areas.assign(**{parent: areas[parent].map(lambda k: wholes.get(k, k))})
