"""Plausibility of a delivery: what every file alone may say, but all together cannot.

Keys against areas, shares above 1, numerators above denominators, jumps against the year before,
sums of one variable on two sets of areas. Errors are impossible numbers; warnings are numbers
somebody should look at.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.errors import ConfigError
from sozialraum.model import Indicator, Problem
from sozialraum.sources.coverage import check_cover, check_position
from sozialraum.sources.delivery import Delivery
from sozialraum.sources.formula import evaluate, names
from sozialraum.sources.headers import did_you_mean
from sozialraum.sources.sites import far_sites
from sozialraum.sources.totals import is_whole
from sozialraum.texts import date, number, percent, problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan

_SHOWN = 10
_LIMIT = {"share": 1.0, "percent": 100.0, "per_1000": 1000.0}
_JUMP_OF_COUNT = 0.3  # of last year's persons
_JUMP_OF_SHARE = 0.1  # percentage points / 100
_CLEAR = 4.0  # standard errors: chance alone makes one such jump in 16,000 comparisons


def check_delivery(delivery: Delivery, plan: Plan) -> list[Problem]:
    """Return what is implausible about the files of a build, taken together.

    Parameters
    ----------
    delivery : as `read_delivery` made it; what could not be read is skipped here, its errors stand
        there
    plan : the build file as understood
    """
    frames = {day: _with_derived(delivery, plan, day) for day in sorted(delivery.tables)}
    problems = [*_check_keys(delivery, plan), *_check_positions(delivery, plan)]
    problems += _check_sites(delivery, plan)
    problems += _check_names(delivery, plan, frames)
    for day, sets in frames.items():
        for name, frame in sets.items():
            where = {"file": _files(plan, name, day)}
            problems += _check_counts(frame, plan, where)
            problems += _check_shares(frame, plan.indicators, where)
            problems += _check_gaps(frame, plan, where)
        problems += _check_sums(sets, plan, day)
    problems += _check_jumps(frames, plan)
    return problems


def _files(plan: Plan, areas: str, day: str) -> str:
    """Return the files behind one set of areas and Stichtag, for messages."""
    stichtag = plan.stichtag
    files = [
        t.file
        for t in plan.tables
        if t.areas == areas and (t.stichtag or stichtag).isoformat() == day
    ]
    return ", ".join(dict.fromkeys(files))


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


# --- keys and places ------------------------------------------------------------------------------


def _check_keys(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Yield keys that stand on one side only; many on both sides mean another Gebietsstand."""
    for day in sorted(delivery.tables):
        for name, frame in delivery.tables[day].items():
            areas = delivery.areas.get(name)
            if areas is None:
                continue
            file = _files(plan, name, day)
            surplus = delivery.surplus.get(day, {}).get(name, pd.DataFrame())
            stated = {e.key for e in plan.exclude} | set(plan.areas[name].drop)
            foreign = [str(k) for k in surplus.index if k not in stated]
            absent = (
                [str(k) for k in frame.index[frame.isna().all(axis=1)]]
                if len(frame.columns)
                else []
            )
            unmatched = len(foreign) / max(len(foreign) + len(areas) - len(absent), 1)
            if unmatched > 0.1 and len(absent) > 0.1 * len(areas):
                yield _other_vintage(file, name, foreign, absent)
                continue
            yield from _foreign_keys(surplus, foreign, file, name)
            yield from _absent_keys(absent, file, name)


def _other_vintage(file: str, areas: str, foreign: list[str], absent: list[str]) -> Problem:
    return problem(
        "check.other_vintage",
        file=file,
        areas=areas,
        foreign=len(foreign),
        absent=len(absent),
        found=f"in der Tabelle zum Beispiel {foreign[0]}, bei den Gebieten {absent[0]}",
    )


def _foreign_keys(
    surplus: pd.DataFrame, foreign: list[str], file: str, areas: str
) -> Iterator[Problem]:
    """Yield table rows without an area; an error where persons would get lost."""
    for key in foreign[:_SHOWN]:
        row = surplus.loc[key]
        persons = bool((row.fillna(0) != 0).any())
        code, severity = ("foreign_key", "error") if persons else ("foreign_empty_key", "warning")
        yield problem(f"check.{code}", severity, file=file, key=key, areas=areas)
    if len(foreign) > _SHOWN:
        yield problem("check.more_foreign_keys", file=file, n=len(foreign) - _SHOWN)


def _absent_keys(absent: list[str], file: str, areas: str) -> Iterator[Problem]:
    for key in absent[:_SHOWN]:
        yield problem("check.absent_key", "warning", file=file, key=key, areas=areas)
    if len(absent) > _SHOWN:
        yield problem("check.more_absent_keys", "warning", file=file, n=len(absent) - _SHOWN)


def _check_positions(delivery: Delivery, plan: Plan) -> list[Problem]:
    """Return where source and target areas do not lie on each other."""
    source, target = plan.join.source, plan.join.target
    if source is None or source == target or not {source, target} <= set(delivery.areas):
        return []
    file = plan.areas[target].file
    sources, targets = delivery.areas[source], delivery.areas[target]
    moved = check_position(targets, sources, file=file)
    return moved or check_cover(sources, targets, file=file)


def _check_sites(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Yield layers of points with sites far from all areas of the index."""
    areas = delivery.areas.get(plan.join.target)
    for section in plan.points:
        if areas is not None and section.label in delivery.points:
            yield from far_sites(delivery.points[section.label], areas, file=section.file)


# --- names ----------------------------------------------------------------------------------------


def _check_names(
    delivery: Delivery, plan: Plan, frames: dict[str, dict[str, pd.DataFrame]]
) -> Iterator[Problem]:
    """Yield variables that an indicator, the population or a formula needs and nobody delivers."""
    today = frames.get(plan.stichtag.isoformat(), {})
    known = {c for frame in today.values() for c in frame.columns}
    words = {
        c for f in delivery.text.get(plan.stichtag.isoformat(), {}).values() for c in f.columns
    }
    unread = any(p.severity == "error" for p in delivery.problems)
    for place, variable in _needed(plan):
        if variable in known or unread:
            continue
        if variable in words:
            yield problem(
                "check.variable_is_text", file=plan.file.name, column=variable, place=place
            )
        else:
            near = did_you_mean(variable, sorted(known))
            yield problem(
                "check.variable_unknown",
                file=plan.file.name,
                column=variable,
                place=place,
                found=near,
            )


def _needed(plan: Plan) -> Iterator[tuple[str, str]]:
    for i in plan.indicators:
        for variable in (i.numerator, i.denominator, i.value):
            if variable is not None:
                yield f"Indikator „{i.label}“", variable
    if plan.population is not None:
        yield "Bevölkerung", plan.population.variable
    for rule in plan.derived:
        for variable in names(rule.formula):
            yield f"Formel „{rule.name}“", variable


# --- values ---------------------------------------------------------------------------------------


def _count_columns(frame: pd.DataFrame, plan: Plan) -> list[str]:
    used = [v for i in plan.indicators for v in (i.numerator, i.denominator)]
    used += [plan.population.variable] if plan.population is not None else []
    return [c for c in dict.fromkeys(used) if c is not None and c in frame.columns]


def _check_counts(frame: pd.DataFrame, plan: Plan, where: dict[str, str]) -> Iterator[Problem]:
    """Yield counts of persons that are negative or not whole."""
    derived = {rule.name for rule in plan.derived}
    for column in _count_columns(frame, plan):
        values = frame[column].dropna()
        for key, value in values[values < 0].head(_SHOWN).items():
            yield problem(
                "check.negative", **where, column=column, key=str(key), found=number(value, 2)
            )
        broken = values[(values >= 0) & (values != values.round())]
        if len(broken) and column not in derived:
            key, value = str(broken.index[0]), number(float(broken.iloc[0]), 2)
            yield problem(
                "check.not_whole",
                "warning",
                **where,
                column=column,
                key=key,
                found=value,
                n=len(broken),
            )


def _check_shares(
    frame: pd.DataFrame, indicators: tuple[Indicator, ...], where: dict[str, str]
) -> Iterator[Problem]:
    for i in indicators:
        if i.value is not None and i.value in frame.columns and i.unit in _LIMIT:
            yield from _delivered_share(frame[i.value].dropna(), i, where)
        elif i.numerator in frame.columns and i.denominator in frame.columns and i.unit in _LIMIT:
            yield from _formed_share(frame, i, where)


def _delivered_share(values: pd.Series, i: Indicator, where: dict[str, str]) -> Iterator[Problem]:
    """Yield delivered shares outside their range; a share written as per cent is told once."""
    limit = _LIMIT[i.unit]
    outside = values[(values < 0) | (values > limit)]
    if i.unit == "share" and len(outside) > 0.2 * len(values) and values.min() >= 0:
        found = number(float(values.max()), 1)
        yield problem("check.per_cent", **where, column=str(i.value), label=i.label, found=found)
        return
    for key, value in outside.head(_SHOWN).items():
        yield problem(
            "check.share_outside",
            **where,
            column=str(i.value),
            key=str(key),
            label=i.label,
            limit=number(limit),
            found=number(float(value), 3),
        )


def _formed_share(frame: pd.DataFrame, i: Indicator, where: dict[str, str]) -> Iterator[Problem]:
    """Yield areas with more persons counted than there are."""
    above = frame[frame[i.numerator] > frame[i.denominator] + 1e-6]
    for key, row in above.head(_SHOWN).iterrows():
        yield problem(
            "check.numerator_above",
            **where,
            key=str(key),
            column=str(i.numerator),
            denominator=i.denominator,
            label=i.label,
            limit=number(row[i.denominator], _digits(row[i.denominator])),
            found=number(row[i.numerator], _digits(row[i.numerator])),
        )
    if len(above) > _SHOWN:
        rest = len(above) - _SHOWN
        yield problem("check.more_numerators", **where, column=str(i.numerator), n=rest)


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 2


def _check_gaps(frame: pd.DataFrame, plan: Plan, where: dict[str, str]) -> Iterator[Problem]:
    """Yield needed columns that are empty, mostly empty, or the same everywhere."""
    needed = dict.fromkeys(v for _, v in _needed(plan) if v in frame.columns)
    for column in needed:
        missing = float(frame[column].isna().mean())
        if missing == 1.0:
            yield problem("check.all_missing", **where, column=column)
        elif missing > 0.5:
            yield problem(
                "check.mostly_missing", "warning", **where, column=column, found=percent(missing, 0)
            )
        elif len(frame) > 2 and frame[column].nunique() == 1:
            value = number(float(frame[column].dropna().iloc[0]), 2)
            yield problem("check.constant", "warning", **where, column=column, found=value)


def _check_sums(sets: dict[str, pd.DataFrame], plan: Plan, day: str) -> Iterator[Problem]:
    """Yield variables whose sums differ between two sets of areas of the same city."""
    listed = list(sets)
    for i, first in enumerate(listed):
        for second in listed[i + 1 :]:
            for column in sets[first].columns.intersection(sets[second].columns):
                one, other = sets[first][column], sets[second][column]
                complete = not (one.isna().any() or other.isna().any())
                if complete and is_whole(one) and is_whole(other) and one.sum() != other.sum():
                    yield problem(
                        "check.sums_differ",
                        "warning",
                        file=_files(plan, second, day),
                        column=column,
                        first=first,
                        second=second,
                        expected_sum=number(one.sum()),
                        found=number(other.sum()),
                    )


# --- years ----------------------------------------------------------------------------------------


def _check_jumps(frames: dict[str, dict[str, pd.DataFrame]], plan: Plan) -> Iterator[Problem]:
    """Yield areas whose base or share jumps against the Stichtag before."""
    days = sorted(frames)
    for before, after in itertools.pairwise(days):
        for name in [n for n in frames[after] if n in frames[before]]:
            old, new = frames[before][name], frames[after][name]
            said = {"file": _files(plan, name, after), "day": date(before)}
            bases = dict.fromkeys(
                i.denominator for i in plan.indicators if i.denominator is not None
            )
            for base in [b for b in bases if b in old.columns and b in new.columns]:
                yield from _jumps_of_count(old[base], new[base], base, said)
            for i in plan.indicators:
                if {i.numerator, i.denominator} <= set(old.columns) & set(new.columns):
                    yield from _jumps_of_share(old, new, i, said)


def _jumps_of_count(
    old: pd.Series, new: pd.Series, column: str, said: dict[str, str]
) -> Iterator[Problem]:
    """Yield areas whose number of persons changed by more than 30 % and more than chance explains.

    Chance: two Poisson counts differ with standard error √(a + b).
    """
    change = (new - old).abs()
    jumps = change[(change > _JUMP_OF_COUNT * old) & (change > _CLEAR * np.sqrt(old + new))]
    for key in jumps.sort_values(ascending=False).index[:_SHOWN]:
        yield problem(
            "check.jump_count",
            "warning",
            **said,
            column=column,
            key=str(key),
            before=number(old[key]),
            found=number(new[key]),
        )
    yield from _more_jumps(len(jumps), column, said)


def _jumps_of_share(
    old: pd.DataFrame, new: pd.DataFrame, i: Indicator, said: dict[str, str]
) -> Iterator[Problem]:
    """Yield areas whose share changed by over 10 percentage points and more than by chance.

    Chance: the pooled test of two shares, standard error √(p(1 − p)(1/n₁ + 1/n₂)).
    """
    base_old, base_new = (
        old[i.denominator].where(lambda n: n > 0),
        new[i.denominator].where(lambda n: n > 0),
    )
    share_old, share_new = old[i.numerator] / base_old, new[i.numerator] / base_new
    pooled = ((old[i.numerator] + new[i.numerator]) / (base_old + base_new)).clip(0, 1)
    error = np.sqrt(pooled * (1 - pooled) * (1 / base_old + 1 / base_new))
    change = (share_new - share_old).abs()
    jumps = change[(change > _JUMP_OF_SHARE) & (change > _CLEAR * error)]
    for key in jumps.sort_values(ascending=False).index[:_SHOWN]:
        yield problem(
            "check.jump_share",
            "warning",
            **said,
            column=str(i.numerator),
            key=str(key),
            label=i.label,
            before=percent(share_old[key]),
            found=percent(share_new[key]),
        )
    yield from _more_jumps(len(jumps), str(i.numerator), said)


def _more_jumps(n: int, column: str, said: dict[str, str]) -> Iterator[Problem]:
    if n > _SHOWN:
        yield problem("check.more_jumps", "warning", **said, column=column, n=n - _SHOWN)
