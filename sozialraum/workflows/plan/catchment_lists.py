"""The lists that ``[catchments]`` names: what is laid down, and changes by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model.problem import Problem
from sozialraum.planning.demography.cohorts import YearTable
from sozialraum.planning.districting.edits import HandEdits, edit_problems, read_edits
from sozialraum.planning.districting.stipulations import (
    COLUMNS,
    allowed_pairs,
    stipulation_problems,
    stranded_blocks,
)
from sozialraum.planning.plan_file import catchment_hash
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.sources.paths import resolve
from sozialraum.sources.tabular.lists import read_list
from sozialraum.texts import problem
from sozialraum.workflows.plan.plan_layers import distance_of


def catchment_lists(plan: PlanFile) -> list[str]:
    """Return the lists that ``[catchments]`` names, for the manifest."""
    section = plan.catchments
    named = () if section is None else (section.fixed, section.edits)
    return [file for file in named if file is not None]


def stipulations_of(plan: PlanFile, build: Plan) -> pd.DataFrame | None:
    """Return what is laid down, row by row; None where the plan names no list."""
    section = plan.catchments
    if section is None or section.fixed is None:
        return None
    path = resolve(section.fixed, build.root)
    keys = [(name, None) for name in ("block", "schule")]
    rows, _ = read_list(path, columns=list(COLUMNS), keys=keys)
    rows = rows[list(COLUMNS)].fillna("")
    return rows.map(lambda word: str(word).strip()).assign(art=lambda r: r["art"].str.lower())


def edits_of(plan: PlanFile, build: Plan) -> HandEdits | None:
    """Return the changes by hand; None where the plan names no list."""
    section = plan.catchments
    if section is None or section.edits is None:
        return None
    path = resolve(section.edits, build.root)
    return read_edits(path.read_bytes(), file=path.name, question=catchment_hash(plan))


def list_problems(
    plan: PlanFile, build: Plan, blocks: gpd.GeoDataFrame, schools: gpd.GeoDataFrame
) -> Iterator[Problem]:
    """Yield what contradicts itself or the layers in the lists of ``[catchments]``.

    Parameters
    ----------
    plan, build : the plan file, and the build it stands on
    blocks, schools : as read, index = key
    """
    section = plan.catchments
    known = pd.Index(blocks.index.astype(str)), pd.Index(schools.index.astype(str))
    rows = stipulations_of(plan, build)
    if section is not None and rows is not None and section.fixed is not None:
        found = stipulation_problems(rows, *known, file=section.fixed)
        yield from found
        if not found and len(rows):
            told = rows["block"].unique()
            ways = distance_of(plan, build)(blocks.loc[told], schools)
            may = allowed_pairs(rows, *known)
            limit = max(one.limit for one in section.each())
            yield from stranded_blocks(may, ways, limit=limit, file=section.fixed)
    edits = edits_of(plan, build)
    if edits is not None:
        yield from edit_problems(edits, *known)


def years_problems(plan: PlanFile, register: YearTable) -> list[Problem]:
    """Return whether the years and ages that catchments are drawn for are projected.

    Parameters
    ----------
    plan : with ``[forecast]`` and ``[catchments]`` on it
    register : what is projected
    """
    section, first = plan.catchments, register.years[-1] + 1
    if section is None or plan.forecast is None:
        return []
    last = register.years[-1] + plan.forecast.horizon
    stated = section.years or (first, last)
    some = stated[0] <= last and stated[1] >= first
    if some and register.steps[0] <= section.ages[0] and section.ages[1] <= register.steps[-1]:
        return []
    words: dict[str, Any] = {"years": f"{first} bis {last}"}
    words |= {"ages": f"{register.steps[0]} bis {register.steps[-1]}"}
    return [problem("planning.not_projected", key="catchments", **words)]
