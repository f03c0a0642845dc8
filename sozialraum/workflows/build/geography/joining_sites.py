"""Joins by the sites of the target areas: the nearest one, or all around with falling weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sozialraum.config.plan import Plan
from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.keys import clean_key, restore_key
from sozialraum.sources.delivering.merging import merge_tree, merged_keys
from sozialraum.sources.spatial.sites import not_points
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import date, number, problem, text

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.config.joining import Nearest
    from sozialraum.sources.delivery import Delivery


@dataclass(frozen=True, eq=False)
class Joined:
    """How counts come to the areas of the index.

    Parameters
    ----------
    crosswalk : None where the tables stand on these areas already
    problems : what could not be placed, shared or matched, with keys
    """

    crosswalk: Crosswalk | None
    problems: tuple[Problem, ...] = ()


def by_nearest(plan: Plan, delivery: Delivery) -> Joined:
    """Every source belongs to the area whose site is nearest, on foot or as the crow flies."""
    from sozialraum.space.crosswalks.nearest import nearest_crosswalk
    from sozialraum.space.network import beeline_distances, walking_distances, walking_network

    how = plan.join.nearest
    assert how is not None
    source = delivery.areas[plan.source_areas]
    sites, problems = sites_of(plan, delivery, how.file, how.key)
    limit, law, doubts = walking_limit_of(plan, how)
    if how.network is None:
        found = beeline_distances(source, sites, detour=how.detour, limit=limit)
    else:
        try:
            network = walking_network(delivery.layers[how.network])
        except DataError as error:
            named = [replace(p, file=how.network) for p in error.problems]
            raise DataError(named) from None
        found = walking_distances(
            source, sites, network=network, limit=limit, snap_limit=how.snap_limit
        )
    walk = nearest_crosswalk(replace(found, basis=_stated_basis(found.basis, limit, law)))
    problems = [*problems, *doubts, *found.problems]
    return Joined(_of_areas(walk, sites, plan, delivery), tuple(problems))


def walking_limit_of(plan: Plan, how: Nearest) -> tuple[float, str, list[Problem]]:
    """Return the limit in metres, where it is written, and what is doubtful about it."""
    if how.limit != "Land":
        return how.limit or np.inf, "", []
    from sozialraum.space.walking_limits import walking_limit

    law = walking_limit(plan.ags[0] if plan.ags else "", level=how.level)
    if not plan.ags or law.metres is None:
        raise DataError(problem("pipeline.no_walking_limit", found=law.citation))
    if not law.verified:
        doubt = problem("pipeline.walking_limit_unverified", "warning", found=law.citation)
        return law.metres, law.citation, [doubt]
    stand = "" if law.as_of is None else ", Stand " + date(law.as_of)
    return law.metres, law.citation + stand, []


def _stated_basis(basis: str, limit: float, law: str) -> str:
    """Return what was measured and how far: "Fußweg, höchstens 2.000 m (§ 5 …)"."""
    if np.isinf(limit):
        return basis
    within = text("space.distance.within", basis=basis, limit=number(limit))
    return f"{within} nach {law}" if law else within


def by_density(plan: Plan, delivery: Delivery) -> Joined:
    """Everybody around a site counts for its area, those nearby most."""
    from sozialraum.space.crosswalks.density import density_crosswalk

    how = plan.join.density
    assert how is not None
    sites, problems = sites_of(plan, delivery, how.file, how.key)
    walk = density_crosswalk(
        delivery.areas[plan.source_areas],
        sites,
        bandwidth=how.bandwidth,
        kernel=how.kernel,
        barriers=delivery.layers.get(how.barriers or ""),
    )
    return Joined(_of_areas(walk, sites, plan, delivery), tuple(problems))


def sites_of(
    plan: Plan, delivery: Delivery, file: str, key: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return the sites of the target areas with the column ``area``, and those of no area."""
    layer = delivery.layers[file]
    there = ~(layer.geometry.isna() | layer.geometry.is_empty)
    if key not in layer.columns:
        known = ", ".join(map(str, layer.columns.drop("geometry", errors="ignore")))
        values: dict[str, Any] = {"column": key, "found": known}
        raise DataError(problem("sources.no_geometry_column", file=file, **values))
    width = plan.areas[plan.join.target].width
    keys = layer[key].map(lambda k: "" if pd.isna(k) else clean_key(k))
    keys = keys if width is None else keys.map(lambda k: restore_key(k, width))
    wholes = merged_keys(merge_tree(plan.areas[plan.join.target]))
    keys = keys.map(lambda k: wholes.get(k, k))
    inside = keys.isin(delivery.areas[plan.join.target].index)
    if not (inside & there).any():
        raise DataError(problem("pipeline.no_site", file=file, column=key))
    lost = sorted(set(keys[~inside]))
    named = ", ".join(f"„{k}“" for k in lost[:5])
    notes = [problem("pipeline.sites_elsewhere", "warning", file=file, n=int((~inside).sum()),
                    keys=named)] if lost else []  # fmt: skip
    if not there.all():
        n = int((~there).sum())
        notes.append(problem("pipeline.site_without_place", "warning", file=file, n=n))
    sites = layer[inside & there].assign(area=keys[inside & there])
    notes += not_points(sites, list(sites["area"]), file)
    sites = sites.set_geometry(shapely.point_on_surface(sites.geometry.to_numpy()), crs=sites.crs)
    sites.index = pd.Index([f"{n}" for n in range(len(sites))])
    return sites, notes


def _of_areas(
    walk: Crosswalk, sites: gpd.GeoDataFrame, plan: Plan, delivery: Delivery
) -> Crosswalk:
    """Return the crosswalk of sites as one of areas; the nearest site of an area counts."""
    from scipy import sparse

    areas = delivery.areas[plan.join.target].index
    row = areas.get_indexer(sites["area"])
    cells = walk.matrix.tocoo()
    table = pd.DataFrame({"t": row[cells.row], "s": cells.col, "w": cells.data})
    best = table.groupby(["t", "s"])["w"].max()
    place = (best.index.get_level_values(0), best.index.get_level_values(1))
    shape = (len(areas), walk.matrix.shape[1])
    matrix = sparse.csr_array(sparse.coo_array((best.to_numpy(), place), shape=shape))
    alone = areas[np.diff(matrix.indptr) == 0]
    return replace(
        walk,
        matrix=matrix,
        target_keys=tuple(areas),
        unmatched_target=pd.Series(1.0, index=alone, dtype=float),
    )
