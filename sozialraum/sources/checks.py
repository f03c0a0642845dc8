"""Plausibility of a delivery: what every file alone may say, but all together cannot.

Keys against areas, shares above 1, numerators above denominators, jumps against the year before,
sums of one variable on two sets of areas. Errors are impossible numbers; warnings are numbers
somebody should look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.sources.plausibility.collected import check_collected
from sozialraum.sources.plausibility.listing import files_of, in_their_files, listing
from sozialraum.sources.plausibility.matching import check_keys, unmatched
from sozialraum.sources.plausibility.position import check_cover, check_position
from sozialraum.sources.plausibility.values import (
    check_all_zero,
    check_counts,
    check_gaps,
    check_shares,
    check_sums,
    needed_variables,
)
from sozialraum.sources.plausibility.years import check_jumps
from sozialraum.sources.spatial.sites import far_sites
from sozialraum.sources.tabular.formula import evaluate, names
from sozialraum.sources.tabular.headers import close_names
from sozialraum.texts import problem
from sozialraum.texts.periods import day_label

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.config.monitoring.offering import OffersSection
    from sozialraum.config.plan import Plan


_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MOST_YEARS = 60  # between the Stichtage of one build
# Methods by which fewer areas can be spread over more: by ground, cells or houses, all guesses.
_DOWNWARD = ("areal", "dasymetric", "points", "addresses", "rules")


def check_delivery(delivery: Delivery, plan: Plan) -> list[Problem]:
    """Return what is implausible about the files of a build, taken together.

    Parameters
    ----------
    delivery : as `read_delivery` made it; what could not be read is skipped here, its errors stand
        there
    plan : the build file as understood
    """
    odd_days = list(_check_days(plan))
    frames = {day: _with_derived(delivery, plan, day) for day in sorted(delivery.tables)}
    places = _check_positions(delivery, plan)
    if not any(p.severity == "error" for p in places):
        places += _check_sites(delivery, plan)
    keys = list(check_keys(delivery, plan))
    problems, apart = [*odd_days, *keys, *places], unmatched(keys)
    problems += [*_check_names(delivery, plan, frames), *check_collected(delivery, plan, frames)]
    problems += [p for p in _unknown_persons(plan, frames) if p.file not in apart]
    for day, sets in frames.items():
        for name, frame in sets.items():
            where, own = {"file": files_of(plan, name, day)}, plan.on_day(day)
            odd = [
                *check_counts(frame, own, where),
                *check_shares(frame, own, where),
                *check_all_zero(frame, own, where),
            ]
            problems += in_their_files(odd, delivery, name, day)
            # what no key brings to an area looks empty, and has been told already
            gaps = in_their_files(check_gaps(frame, own, where), delivery, name, day)
            problems += [p for p in gaps if p.file not in apart and where["file"] not in apart]
        problems += check_sums(sets, plan, day)
    problems += [*check_jumps(frames, plan, delivery), *_check_goals(delivery, plan)]
    return [*problems, *_check_levels(delivery, plan)]


def _check_goals(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Find goals whose way begins at a Stichtag that nothing was delivered of."""
    known = [day_label(day, delivery.spans) for day in sorted(delivery.tables)]
    for n, goal in enumerate(plan.goals, 1):
        if goal.begun and goal.begun not in delivery.tables:
            say = {"key": f"goals[{n}].baseline", "found": goal.baseline}
            yield problem("check.goal_baseline", file=plan.file.name, **say, known=listing(known))


def _check_levels(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Find areas of the index that belong to none of the larger areas of ``[[levels]]``."""
    areas = delivery.areas.get(plan.join.target)
    for level in plan.levels:
        if areas is not None and level.parent in areas:
            lost = areas.index[areas[level.parent].isna()].astype(str)
            file, keys = plan.areas[plan.join.target].file, ", ".join(lost[:5])
            if len(lost):
                yield problem("index.no_parent", file=file, found=len(lost), keys=keys)


def _day(day: dt.date) -> str:
    """Return a day with all four digits of its year."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def _check_days(plan: Plan) -> Iterator[Problem]:
    """Yield Stichtage of another century: of before 1900, or long before or after the build's."""
    file, own = plan.file.name, plan.stichtag
    if not _FIRST_YEAR <= own.year <= _LAST_YEAR:
        yield problem("check.other_century", file=file, key="stichtag", found=_day(own))
        return
    days = dict.fromkeys(
        (t.written, day) for t in plan.tables if t.stichtag for day in t.days(own) or ()
    )
    for table, day in days:
        if abs(day.year - own.year) > _MOST_YEARS:
            say = {"key": "tables.stichtag", "found": _day(day)}
            yield problem("check.other_century", file=table, **say)


def _with_derived(delivery: Delivery, plan: Plan, day: str) -> dict[str, pd.DataFrame]:
    """Return the tables of a Stichtag with the derived columns whose parts are there."""
    sets = {name: frame.copy() for name, frame in delivery.tables[day].items()}
    for rule in plan.derived:
        frame = sets.get(rule.areas)
        try:
            usable = frame is not None and set(names(rule.formula)) <= set(frame.columns)
        except ConfigError:
            continue
        if frame is not None and usable:
            frame[rule.name] = evaluate(rule.formula, frame)
    return sets


def _check_positions(delivery: Delivery, plan: Plan) -> list[Problem]:
    """Return where source and target areas do not lie on each other."""
    source, target = plan.join.source, plan.join.target
    if source is None or source == target or not {source, target} <= set(delivery.areas):
        return []
    files = plan.areas[source].file, plan.areas[target].file
    sources, targets = delivery.areas[source], delivery.areas[target]
    moved = check_position(targets, sources, file=files[1])
    if any(p.severity == "error" for p in moved):
        return moved
    if plan.join.method in _DOWNWARD and len(targets) > 2 * len(sources):
        notes = {"source": source, "target": target, "n": len(sources), "m": len(targets)}
        key, file = "join", plan.file.name
        moved.append(problem("check.upside_down", "warning", file=file, key=key, **notes))
    grid, persons = plan.areas[source].grid is not None, _persons(delivery, plan)
    return moved or check_cover(sources, targets, persons=persons, cells=grid, files=files)


def _persons(delivery: Delivery, plan: Plan) -> pd.Series | None:
    """Return the population of the source areas, where the build names one and it is there."""
    table = delivery.tables.get(plan.stichtag.isoformat(), {}).get(plan.source_areas)
    if plan.population is None or table is None or plan.population.variable not in table:
        return None
    return table[plan.population.variable]


def _check_sites(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Yield layers of points with sites far from all areas of the index."""
    areas = delivery.areas.get(plan.join.target)
    for section in plan.points:
        if areas is not None and section.label in delivery.points:
            yield from far_sites(delivery.points[section.label], areas, file=section.file)
    if areas is not None and plan.offers is not None and delivery.offers is not None:
        yield from _check_offers(delivery.offers, areas, plan.offers)


def _check_offers(
    offers: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, section: OffersSection
) -> Iterator[Problem]:
    """Yield offers that lie far away, are in no known area, or have no place at all."""
    placed = offers[~offers.geometry.is_empty]
    if len(placed):
        yield from far_sites(placed, areas, file=section.file)
    rest = offers[offers.geometry.is_empty]
    unknown = rest[(rest["area"] != "") & ~rest["area"].isin(areas.index)]
    nowhere = rest[rest["area"] == ""]
    for name, some in (("sources.offer_area", unknown), ("sources.offer_nowhere", nowhere)):
        if len(some):
            keys = ", ".join(dict.fromkeys(some["area"])) if name == "sources.offer_area" else None
            yield problem(name, "warning", file=section.file, n=len(some), found=keys)


def _check_names(
    delivery: Delivery, plan: Plan, frames: dict[str, dict[str, pd.DataFrame]]
) -> Iterator[Problem]:
    """Yield variables that an indicator, the population or a formula needs and nobody delivers."""
    today = frames.get(plan.stichtag.isoformat(), {})
    known = _columns(today)
    words = {
        c for f in delivery.text.get(plan.stichtag.isoformat(), {}).values() for c in f.columns
    }
    unread = any(p.severity == "error" for p in delivery.problems)
    for place, variable in needed_variables(plan, known):
        if variable in known or unread:
            continue
        if variable in words:
            yield problem(
                "check.variable_is_text", file=plan.file.name, column=variable, place=place
            )
        else:
            near = close_names(variable, sorted(known))
            yield problem(
                "check.variable_unknown",
                file=plan.file.name,
                column=variable,
                place=place,
                found=near,
            )


def _columns(sets: dict[str, pd.DataFrame]) -> set[str]:
    return {str(column) for frame in sets.values() for column in frame.columns}


def _unknown_persons(plan: Plan, frames: dict[str, dict[str, pd.DataFrame]]) -> Iterator[Problem]:
    """Yield areas with counts whose number of persons nobody knows though the method needs it."""
    if plan.population is None:
        return
    steps = [plan.axis(axis) for axis in plan.axis_names]
    weighed = any(
        part is not None and part.weights == "population"
        for one in steps
        for part in (one.scaling, one.restandardise, one.classes)
    )
    variable, day = plan.population.variable, plan.stichtag.isoformat()
    needed = {c for i in plan.indicators for c in i.columns}
    for name, frame in frames.get(day, {}).items():
        own = [c for c in frame.columns if c in needed and c != variable]
        if variable not in frame or not own or not (weighed or plan.population.minimum > 0):
            continue
        gap = frame[variable].isna() & frame[own].notna().any(axis=1)
        keys = [str(key) for key in frame.index[gap] if key not in {e.key for e in plan.exclude}]
        if keys:
            code, severity = ("unknown", "error") if weighed else ("without_minimum", "warning")
            yield problem(
                f"check.weights_{code}",
                severity,
                file=files_of(plan, name, day),
                column=variable,
                n=len(keys),
                keys=listing(keys),
            )
