"""The join of a build: which maker of crosswalks it names, and what that left open."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.census_grid import centres_of
from sozialraum.sources.spatial.sites import not_points
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.crosswalks.cache import input_hash, kept, remembered
from sozialraum.space.crosswalks.store import cache_folder, keeping_pieces
from sozialraum.space.making import make_crosswalk
from sozialraum.texts import number, percent, problem
from sozialraum.workflows.build.geography.joining_sites import Joined, by_density, by_nearest

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.sources.delivery import Delivery

_SHOWN = 10
# Borders drawn differently put a few inner points on the other side; more is another geography.
_FEW = 0.05
# The methods that split a source area between targets: only there is something to be wrong by.
# many source areas lie in part outside by their nature: one sum is told, no single ones
_EVERYWHERE = {"density", "cells"}
SPLITTING = ("areal", "dasymetric", "points", "addresses", "rules", "cells")


def join(plan: Plan, delivery: Delivery) -> Joined:
    """Return the crosswalk that ``[join]`` describes."""
    how = plan.join
    if how.source is None or how.source == how.target:
        return Joined(None)
    makers = {
        "addresses": _by_addresses,
        "rules": _by_rules,
        "nearest": by_nearest,
        "density": by_density,
        "cells": _by_cells,
    }
    files = f"{plan.areas[how.source].file}, {plan.areas[how.target].file}"
    try:
        with keeping_pieces(cache_folder()):
            made = makers.get(how.method, _by_area)(plan, delivery)
    except DataError as error:
        raise DataError([_placed(p, files) for p in error.problems]) from None
    assert made.crosswalk is not None
    found = [*made.problems, *_left_open(plan, delivery, made.crosswalk)]
    return Joined(made.crosswalk, tuple(_placed(p, files) for p in found))


def _placed(found: Problem, files: str) -> Problem:
    """Return a finding with a place: the two sets of areas, where it names no file of its own."""
    return found if found.file else replace(found, file=files)


def with_mask(plan: Plan, delivery: Delivery, mask: str) -> Crosswalk:
    """Return the crosswalk by another way to split: "areal", or "binary" or "weighted" cells."""
    method = "areal" if mask == "areal" else "dasymetric"
    update = {"method": method} if mask == "areal" else {"method": method, "mask": mask}
    other = plan.join.model_copy(update=update)
    found = _by_area(plan.model_copy(update={"join": other}), delivery).crosswalk
    assert found is not None
    return found


def _by_area(plan: Plan, delivery: Delivery) -> Joined:
    """Nested keys, areas, raster cells, buildings."""
    how = plan.join
    rasters = [delivery.rasters[file] for file in how.rasters]
    source, target = delivery.areas[plan.source_areas], delivery.areas[how.target]
    if how.method == "nested":
        refuse_no_parent(plan, source)
    options = {
        "method": how.method,
        "raster": rasters or None,
        "mask": how.mask,
        "residential": delivery.layers.get(how.residential or ""),
        "points": weighed_points(plan, delivery),
        "weight": how.weight,
        "parent": how.parent,
        "border": how.border,
        "overlaps": how.overlaps,
    }
    walk = _made_or_kept(source, target, options)
    doubts = _elsewhere(plan, walk, source, target) if how.method == "nested" else ()
    doubts += _outlines_as_points(plan, options["points"]) if how.method == "points" else ()
    return Joined(walk, doubts)


def _outlines_as_points(plan: Plan, points: gpd.GeoDataFrame | None) -> tuple[Problem, ...]:
    """Tell buildings that came as outlines: a point inside each stands for it."""
    file = plan.join.points or ""
    return () if points is None else tuple(not_points(points, [""] * len(points), file))


def _made_or_kept(
    source: gpd.GeoDataFrame, target: gpd.GeoDataFrame, options: dict[str, object]
) -> Crosswalk:
    """Return the crosswalk; one that rests on outlines alone is made once for all builds.

    Keys alone ("nested") are quicker than a look into the cache. Of one that rests on persons the
    overlay of the outlines is kept, and no count.
    """
    by_persons = {
        "areal": False,
        "dasymetric": bool(options["raster"]) and options["mask"] == "weighted",
        "points": options["weight"] is not None,
    }
    make = partial(make_crosswalk, source, target, **options)  # type: ignore[arg-type]
    if options["method"] == "nested":
        return make()
    source_shape, target_shape = (areas[[areas.geometry.name]] for areas in (source, target))
    name = input_hash(source_shape, target_shape, options)
    if by_persons[str(options["method"])]:
        return remembered(name, make)
    with keeping_pieces(None):  # the crosswalk is kept itself
        return kept(name, make, cache_folder())


def refuse_no_parent(plan: Plan, source: gpd.GeoDataFrame) -> None:
    """Refuse a join by keys that does not say where the keys of the target areas stand."""
    parent = plan.join.parent
    if isinstance(parent, int) or parent in source.columns:
        return
    known = ", ".join(map(str, source.columns.drop("geometry", errors="ignore")))
    values: dict[str, Any] = {"key": "join.parent", "found": known, "source": plan.source_areas}
    raise DataError(problem("pipeline.no_parent", file=plan.file.name, **values))


def _elsewhere(
    plan: Plan, walk: Crosswalk, source: gpd.GeoDataFrame, target: gpd.GeoDataFrame
) -> tuple[Problem, ...]:
    """Tell areas that lie outside the area their key says they belong to."""
    from sozialraum.space.crosswalks.points import area_of_points

    if source.crs is None or source.crs != target.crs or not target.is_valid.all():
        return ()
    inner = source.geometry.representative_point().to_frame("geometry")
    lies_in = area_of_points(inner, target)["key"].to_numpy()
    stated = np.array(walk.target_keys, dtype=object)[walk.matrix.tocsc().indices]
    wrong = [k for k, a, b in zip(walk.source_keys, stated, lies_in, strict=True) if a != b]
    if len(wrong) <= _FEW * len(stated):
        return ()
    values: dict[str, Any] = {"n": len(wrong), "all": len(stated), "keys": _named(wrong)}
    return (problem("pipeline.nested_elsewhere", "warning", **values),)


def weighed_points(plan: Plan, delivery: Delivery) -> gpd.GeoDataFrame | None:
    """Return the buildings of the join with their weight as numbers."""
    how = plan.join
    layer = delivery.layers.get(how.points or "")
    if layer is None or how.weight is None:
        return layer
    if how.weight not in layer.columns:
        known = ", ".join(map(str, layer.columns.drop("geometry", errors="ignore")))
        values: dict[str, Any] = {"column": how.weight, "found": known}
        raise DataError(problem("sources.no_geometry_column", file=how.points, **values))
    heavy = pd.to_numeric(layer[how.weight], errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~(heavy >= 0) | ~np.isfinite(heavy))
    if len(wrong):
        counted: dict[str, Any] = {"column": how.weight, "n": len(wrong), "row": int(wrong[0]) + 1}
        raise DataError(problem("addresses.bad_weight", file=how.points, **counted))
    return layer.assign(**{how.weight: heavy})


def _by_cells(plan: Plan, delivery: Delivery) -> Joined:
    """Cells of a grid: whole where they lie in one area, cut where a border crosses them."""
    from sozialraum.space.grids.cells import cells_crosswalk

    centres, size = centres_of(delivery.areas[plan.source_areas])
    how = plan.join
    walk = cells_crosswalk(
        centres,
        delivery.areas[how.target],
        size=size,
        border=how.border,
        overlaps=how.overlaps,
    )
    return Joined(walk)


def _by_addresses(plan: Plan, delivery: Delivery) -> Joined:
    from sozialraum.space.addressing.register import address_crosswalk

    houses = plan.join.addresses
    assert houses is not None
    made = address_crosswalk(
        delivery.lists["addresses"],
        delivery.areas[plan.source_areas],
        delivery.areas[plan.join.target],
        source_key=houses.source,
        target_key=houses.target,
        weight=houses.weight,
        border=plan.join.border,
        overlaps=plan.join.overlaps,
        file=houses.file,
    )
    return Joined(made.crosswalk, made.problems)


def _by_rules(plan: Plan, delivery: Delivery) -> Joined:
    """House numbers decide: rules give each house of the register its district."""
    from sozialraum.space.addressing.house_numbers import assign_by_rules, read_house_number_rules
    from sozialraum.space.addressing.register import address_crosswalk

    houses, stated = plan.join.addresses, plan.join.rules
    assert houses is not None and stated is not None
    columns = stated.model_dump(exclude={"file"})
    rules = read_house_number_rules(delivery.lists["rules"], **columns, file=stated.file)
    register = delivery.lists["addresses"]
    assigned = assign_by_rules(
        register,
        rules,
        street=str(houses.street),
        house_number=str(houses.house_number),
        suffix=houses.suffix,
        postcode=houses.postcode,
        file=stated.file,
    )
    problems = (*rules.problems, *assigned.problems)
    if any(p.severity == "error" for p in problems):
        raise DataError(problems)
    made = address_crosswalk(
        register.assign(**{_DISTRICT: assigned.area}),
        delivery.areas[plan.source_areas],
        delivery.areas[plan.join.target],
        source_key=houses.source,
        target_key=_DISTRICT,
        weight=houses.weight,
        border=plan.join.border,
        overlaps=plan.join.overlaps,
        file=houses.file,
        method="rules",
    )
    return Joined(made.crosswalk, (*problems, *made.problems))


_DISTRICT = "district by rules"


def _left_open(plan: Plan, delivery: Delivery, crosswalk: Crosswalk) -> list[Problem]:
    """Tell what was not split as asked, what lies in no target, and what two targets share."""
    persons = _persons(plan, delivery)
    source = delivery.areas[plan.source_areas]
    file, how = plan.areas[plan.source_areas].file, crosswalk.method
    found = []
    fallback = [k for k in crosswalk.details.get("areal_fallback", ()) if persons.get(k, 0) > 0]
    if fallback:
        values: dict[str, Any] = {
            "n": len(fallback),
            "keys": _named(fallback),
            "found": number(persons[fallback].sum()),
        }
        found.append(problem("pipeline.join_fallback", "warning", file=file, **values))
    lost = crosswalk.unmatched_source
    lost = lost[persons.reindex(lost.index).fillna(0.0) > 0]
    if how not in _EVERYWHERE:
        for key in lost.sort_values(ascending=False, kind="stable").index[:_SHOWN]:
            values = {"share": percent(lost[key]), "found": number(lost[key] * persons[key])}
            area = number(source.geometry.area[key])
            found.append(
                problem("pipeline.join_outside", "warning", file=file, key=key, area=area, **values)
            )
    if len(lost) > (0 if how in _EVERYWHERE else _SHOWN):
        total = number((lost * persons.reindex(lost.index)).sum())
        found.append(
            problem("pipeline.join_outside_all", "warning", file=file, n=len(lost), found=total)
        )
    shared = crosswalk.details.get("shared_overlap", {})
    for key in sorted(shared, key=lambda k: (-shared[k], k))[:_SHOWN]:
        area = number(shared[key] * source.geometry.area[key], 1)
        found.append(problem("pipeline.join_shared", "note", file=file, key=key, found=area))
    return found


def _persons(plan: Plan, delivery: Delivery) -> pd.Series:
    """Return the persons of each source area at the build's Stichtag, as far as delivered."""
    tables = delivery.tables.get(plan.stichtag.isoformat(), {})
    table = tables.get(plan.source_areas)
    if table is None:
        return pd.Series(dtype=float)
    return persons_of(plan, table)


def persons_of(plan: Plan, table: pd.DataFrame) -> pd.Series:
    """Return the persons the index speaks of: the population, else the bases of all indicators."""
    if plan.population is not None and plan.population.variable in table:
        return table[plan.population.variable].fillna(0.0)
    bases = {i.denominator for i in plan.indicators if i.denominator is not None}
    return table[sorted(bases & set(table))].fillna(0.0).sum(axis=1)


def _named(keys: list[str]) -> str:
    return ", ".join(keys[:5]) + (", …" if len(keys) > 5 else "")
