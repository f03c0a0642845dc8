"""The data a plan names, held against what is there: columns, layers, keys, numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.errors import SozialraumError
from sozialraum.model.problem import Problem
from sozialraum.planning.allocation.allocation_sections import Allocate
from sozialraum.planning.allocation.apportionment import apportion
from sozialraum.planning.checks import listed, number_problems
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.planning.point_columns import point_columns
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.texts import number, problem
from sozialraum.workflows.plan.catchment_lists import list_problems, years_problems
from sozialraum.workflows.plan.demand_counts import columns_of_persons, unknown_cases, with_derived
from sozialraum.workflows.plan.people_tables import people_inputs
from sozialraum.workflows.plan.plan_layers import POINTS, houses_of, line_layer, points_of
from sozialraum.workflows.plan.plan_words import words_unknown_to_points

_NUMBERS = ("capacity", "minimum", "cost", "size")


def data_problems(plan: PlanFile, build: Plan, delivery: Delivery, file: str) -> list[Problem]:
    """Return what a plan names in the data and is not there, or is no number.

    Parameters
    ----------
    plan : the plan
    build, delivery : the build it stands on, and its files as read
    file : name of the plan file
    """
    found = list(_demand(plan, build, delivery, file))
    layers: dict[str, gpd.GeoDataFrame] = {}
    for name in POINTS:
        section = getattr(plan, name)
        if section is not None:
            layers[name], wrong = _read(partial(points_of, section, build), file, name)
            found += wrong
    for name in ("distances", "crossings"):
        section = getattr(plan, name)
        if section is not None and section.file is not None:
            found += _read(partial(line_layer, section, build), file, name)[1]
    asked = plan.forecast
    if asked is not None and (asked.areas or build.join.target) in delivery.areas:
        people, wrong = _read(lambda: people_inputs(plan, build, delivery), file, "forecast")
        found += wrong
        if people is not None and plan.catchments is not None and plan.catchments.on_forecast:
            found += [replace(p, file=file) for p in years_problems(plan, people.register)]
    around = delivery.areas.get(build.join.target)
    for name, layer in layers.items():
        if layer is not None:
            found += list(_numbers(plan, name, layer, file))
            found += list(_far_away(getattr(plan, name).file, layer, around, name))
    blocks = None if plan.demand is None else delivery.areas.get(plan.demand.areas)
    schools = layers.get("schools")
    if plan.catchments is not None and blocks is not None and schools is not None:
        found += _listed(lambda: list_problems(plan, build, blocks, schools), file)
    if (houses := plan.houses) is not None:
        found += _read(lambda: houses_of(houses, build), file, "houses")[1]
    unknown = list(_keys(plan, layers, file))
    unknown += words_unknown_to_points(plan, build, layers, file)
    return [*found, *unknown, *([] if unknown else _room(plan, layers.get("schools"), file))]


def _read(work: Callable[[], Any], file: str, name: str) -> tuple[Any, list[Problem]]:
    """Return a layer, or None and what is wrong with it."""
    try:
        return work(), []
    except SozialraumError as error:
        return None, [p if p.file else replace(p, file=file, key=name) for p in error.problems]


def _listed(work: Callable[[], Iterator[Problem]], file: str) -> list[Problem]:
    """Return what is wrong with the lists of ``[catchments]``, or why they cannot be read."""
    told, wrong = _read(lambda: list(work()), file, "catchments")
    return [*wrong, *(told or ())]


def _far_away(
    file: str, layer: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None, name: str
) -> Iterator[Problem]:
    """Yield points that lie farther from the town than it is wide; they may be mixed up."""
    if areas is None or areas.empty or layer.empty:
        return
    left, bottom, right, top = areas.total_bounds
    wide = max(right - left, top - bottom)
    x, y = layer.geometry.x.to_numpy(), layer.geometry.y.to_numpy()
    away = np.maximum.reduce([left - x, x - right, bottom - y, y - top])
    if (far := layer.index[away > wide]).size:
        words: dict[str, Any] = {
            "n": len(far),
            "keys": listed(far),
            "km": number(float(wide) / 1000, 1),
        }
        yield problem("planning.far_points", "warning", file=file, key=name, **words)


def _demand(plan: PlanFile, build: Plan, delivery: Delivery, file: str) -> Iterator[Problem]:
    demand = plan.demand
    if demand is None or demand.areas not in build.areas:
        return
    table = delivery.tables.get(build.stichtag.isoformat(), {}).get(demand.areas)
    if table is None:
        yield problem("planning.no_table", file=file, key="demand.areas", found=demand.areas)
        return
    try:
        table = with_derived(build, demand.areas, table)
    except SozialraumError:  # what is wrong with a formula, the check of the build tells
        return
    columns, made = [str(c) for c in table.columns], {rule.name for rule in build.derived}
    for key, column in columns_of_persons(plan).items():
        if column not in columns:
            yield _unknown(column, columns, file, key)
        elif column in made:  # no number was checked on delivery
            told = number_problems(table[column], column)
            yield from (replace(p, file=file, key=key) for p in told)
    yield from unknown_cases(plan, build, table, file)


def _unknown(name: str, known: list[str], file: str, key: str) -> Problem:
    return problem(
        "planning.unknown_name",
        file=file,
        key=key,
        found=f"„{name}“",
        known=listed(known),
        hint=did_you_mean(name, known),
    )


def _numbers(plan: PlanFile, name: str, layer: gpd.GeoDataFrame, file: str) -> Iterator[Problem]:
    section = getattr(plan, name)
    needed = {
        "offers": {"capacity"} if plan.gap else set(),
        "schools": ({"size"} if any(p.units == "schools" for p in plan.allocate) else set())
        | ({"capacity"} if plan.catchments else set()),
        "sites": {"cost"} if plan.locate and any(q.budget for q in plan.locate.each()) else set(),
    }[name]
    try:
        table = point_columns(section, layer)
    except SozialraumError as error:
        yield from error.problems
        return
    assert table is not None  # section and layer are there
    for word in _NUMBERS:
        if word in table:
            values = table[word] if word in needed else table[word].dropna()
            told = number_problems(values, getattr(section, word))
            yield from (replace(p, file=section.file) for p in told)


def _keys(plan: PlanFile, layers: dict[str, Any], file: str) -> Iterator[Problem]:
    """Yield keys of sites and schools that the plan names and no layer has."""
    for place, name, keys in _named(plan):
        layer = layers.get(name)
        if layer is None:
            continue
        known = [str(k) for k in layer.index]
        for key in keys:
            if key not in known:
                yield _unknown(key, known, file, place)


def _room(plan: PlanFile, schools: gpd.GeoDataFrame | None, file: str) -> list[Problem]:
    """Return what no rule can divide: floors above the total, ceilings below it."""
    return [
        one for n, pot in enumerate(plan.allocate, 1) for one in _pot_room(pot, n, schools, file)
    ]


def _pot_room(
    asked: Allocate, n: int, schools: gpd.GeoDataFrame | None, file: str
) -> list[Problem]:
    if asked.units != "schools" or asked.kinds or asked.total is None:
        return []
    if schools is None or schools.empty:
        return []
    bounds = {
        word: pd.Series(bound, dtype=float) if isinstance(bound, dict) else bound
        for word, bound in (("floors", asked.floors), ("ceilings", asked.ceilings))
    }
    even = pd.Series(1.0, schools.index)
    try:
        apportion(even, total=asked.total, unit=asked.unit, method=asked.method, **bounds)
    except SozialraumError as error:
        place = "allocate" if n == 1 else f"allocate[{n}]"
        return [replace(p, file=file, key=place) for p in error.problems]
    return []


def _named(plan: PlanFile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if plan.locate is not None:
        stated = bool(plan.locate.variants)
        for n, one in enumerate(plan.locate.each(), 1):
            place = f"locate.variants[{n}]" if stated else "locate"
            yield f"{place}.fixed", "sites", one.fixed
            yield f"{place}.banned", "sites", one.banned
    for pot in plan.allocate:
        for word in ("floors", "ceilings", "last_year"):
            bound = getattr(pot, word)
            if isinstance(bound, dict) and pot.units != "areas":
                yield f"allocate.{word}", pot.units, tuple(bound)
