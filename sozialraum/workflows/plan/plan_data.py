"""The data a plan names, held against what is there: columns, layers, keys, numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.errors import SozialraumError
from sozialraum.model.problem import Problem
from sozialraum.planning.allocation.apportionment import apportion
from sozialraum.planning.checks import listed, number_problems
from sozialraum.planning.input_assembly import point_columns
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.texts import problem
from sozialraum.workflows.plan.people_tables import people_inputs
from sozialraum.workflows.plan.plan_layers import POINTS, line_layer, points_of

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
            layers[name], wrong = _read(lambda s=section: points_of(s, build), file, name)
            found += wrong
    for name in ("distances", "crossings"):
        section = getattr(plan, name)
        if section is not None and section.file is not None:
            found += _read(lambda s=section: line_layer(s, build), file, name)[1]
    asked = plan.forecast
    if asked is not None and (asked.areas or build.join.target) in delivery.areas:
        found += _read(lambda: people_inputs(plan, build, delivery), file, "forecast")[1]
    for name, layer in layers.items():
        if layer is not None:
            found += list(_numbers(plan, name, layer, file))
    unknown = list(_keys(plan, layers, file))
    return [*found, *unknown, *([] if unknown else _room(plan, layers.get("schools"), file))]


def _read(work: Callable[[], Any], file: str, name: str) -> tuple[Any, list[Problem]]:
    """Return a layer, or None and what is wrong with it."""
    try:
        return work(), []
    except SozialraumError as error:
        return None, [p if p.file else replace(p, file=file, key=name) for p in error.problems]


def _demand(plan: PlanFile, build: Plan, delivery: Delivery, file: str) -> Iterator[Problem]:
    demand = plan.demand
    if demand is None or demand.areas not in build.areas:
        return
    table = delivery.tables.get(build.stichtag.isoformat(), {}).get(demand.areas)
    if table is None:
        yield problem("planning.no_table", file=file, key="demand.areas", found=demand.areas)
        return
    columns = [str(c) for c in table.columns]
    for word in ("persons", "in_need", "pupils", "siblings"):
        column = getattr(demand, word)
        if column is not None and column not in columns:
            yield _unknown(column, columns, file, f"demand.{word}")


def _unknown(name: str, known: list[str], file: str, key: str) -> Problem:
    said = {"found": f"„{name}“", "known": listed(known), "hint": did_you_mean(name, known)}
    return problem("planning.unknown_name", file=file, key=key, **said)


def _numbers(plan: PlanFile, name: str, layer: gpd.GeoDataFrame, file: str) -> Iterator[Problem]:
    section = getattr(plan, name)
    needed = {
        "offers": {"capacity"} if plan.gap else set(),
        "schools": ({"size"} if plan.allocate else set())
        | ({"capacity"} if plan.catchments else set()),
        "sites": {"cost"} if plan.locate and any(q.budget for q in plan.locate.each()) else set(),
    }[name]
    try:
        table = point_columns(section, layer)
    except SozialraumError as error:
        yield from error.problems
        return
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
    asked = plan.allocate
    if asked is None or asked.total is None or schools is None or schools.empty:
        return []
    bounds = {
        word: pd.Series(bound, dtype=float) if isinstance(bound, dict) else bound
        for word, bound in (("floors", asked.floors), ("ceilings", asked.ceilings))
    }
    even = pd.Series(1.0, schools.index)
    try:
        apportion(even, total=asked.total, unit=asked.unit, method=asked.method, **bounds)
    except SozialraumError as error:
        return [replace(p, file=file, key="allocate") for p in error.problems]
    return []


def _named(plan: PlanFile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if plan.locate is not None:
        stated = bool(plan.locate.variants)
        for n, one in enumerate(plan.locate.each(), 1):
            place = f"locate.variants[{n}]" if stated else "locate"
            yield f"{place}.fixed", "sites", one.fixed
            yield f"{place}.banned", "sites", one.banned
    if plan.allocate is not None:
        for word in ("floors", "ceilings", "last_year"):
            bound = getattr(plan.allocate, word)
            if isinstance(bound, dict):
                yield f"allocate.{word}", "schools", tuple(bound)
