"""Keys of tables against keys of areas: what stands on one side only, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.problem import Severity
from sozialraum.sources.plausibility.left_out import (
    LeftOut,
    count_left_out,
    left_out,
    nobodys,
    parts_of_name,
    persons_words,
)
from sozialraum.sources.plausibility.listing import SHOWN, files_of
from sozialraum.sources.plausibility.notations import notation_problem, other_notation
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery


def check_keys(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Yield keys that stand on one side only; many on both sides mean another Gebietsstand.

    Each cause is told once, with all its keys. Keys that are the same but for leading zeros are one
    error with its way out, and told no more.
    """
    yield from _left_out(delivery, plan)
    for day in sorted(delivery.tables):
        for name in delivery.tables[day]:
            if name in delivery.areas:
                yield from _apart(delivery, plan, day, name)


def unmatched(problems: list[Problem]) -> set[str]:
    """Return the files whose keys do not fit the areas as a whole: they look empty, and are not."""
    codes = {"other_vintage", "zeros_of_table", "zeros_of_areas", "zeros_differ"}
    codes |= {"affix_of_table", "affix_of_areas", "names_of_areas", "ars_of_areas"}
    codes |= {"part_of_cell"}
    return {str(p.file) for p in problems if p.code.removeprefix("check.") in codes}


def _left_out(delivery: Delivery, plan: Plan) -> Iterator[Problem]:
    """Yield persons in rows that the build file leaves out: `drop` must not, [[exclude]] may."""
    for rows in left_out(delivery, plan, dropped=True):
        yield _note(rows, "dropped_people", "error", plan)
    for rows in left_out(delivery, plan, dropped=False):
        yield _note(rows, "excluded_people", "warning", plan)


def _note(rows: LeftOut, code: str, severity: Severity, plan: Plan) -> Problem:
    who = persons_words(rows.persons, rows.share)
    values = {"n": len(rows.keys), "areas": rows.areas, "who": who, "reason": rows.reason}
    keys, first = _listed(rows.keys), rows.keys[0]
    file = files_of(plan, rows.areas, rows.day)
    return problem(f"check.{code}", severity, file=file, keys=keys, first=first, **values)


def _apart(delivery: Delivery, plan: Plan, day: str, name: str) -> Iterator[Problem]:
    """Yield what stands on one side only, in the tables of one Stichtag and set of areas."""
    frame, areas = delivery.tables[day][name], delivery.areas[name]
    file, origin = files_of(plan, name, day), delivery.origins[day][name]
    surplus = delivery.surplus.get(day, {}).get(name, pd.DataFrame())
    stated = {e.key for e in plan.exclude} | set(plan.areas[name].drop)
    stated |= nobodys(delivery, day, name)
    foreign = [str(k) for k in surplus.index if k not in stated]
    empty = frame.isna().all(axis=1) if len(frame.columns) else pd.Series(False, frame.index)
    absent = [str(k) for k in frame.index[empty]]
    pairs = _apart_by_zeros(foreign, [str(k) for k in areas.index])
    if pairs:
        yield _zeros(pairs, _files_with(surplus.loc[list(pairs)], origin, file), name)
        foreign = [k for k in foreign if k not in pairs]
        absent = [k for k in absent if k not in pairs.values()]
    other = other_notation(foreign, areas)
    if other is not None:
        stated_in = _files_with(surplus.loc[list(other.pairs)], origin, file)
        yield notation_problem(other, stated_in, name)
        foreign = [k for k in foreign if k not in other.pairs]
        absent = [k for k in absent if k not in other.pairs.values()]
    joined = {k: parts for k in foreign if (parts := parts_of_name(k, list(areas.index)))}
    if joined:
        yield _joined(joined, _files_with(surplus.loc[list(joined)], origin, file), name)
        foreign = [k for k in foreign if k not in joined]
        absent = [k for k in absent if k not in {p for parts in joined.values() for p in parts}]
    unmatched_share = len(foreign) / max(len(foreign) + len(areas) - len(absent), 1)
    if unmatched_share > 0.1 and len(absent) > 0.1 * len(areas):
        yield _other_vintage(file, name, foreign, absent)
        return
    stated_in = _files_with(surplus.loc[foreign], origin, file)
    yield from _foreign_keys(surplus, frame, foreign, stated_in, name, plan)
    if absent:
        alone = absent[0] if len(absent) == 1 else None
        values = {"n": len(absent), "keys": _listed(absent), "areas": name}
        yield problem("check.absent_key", "warning", file=file, key=alone, **values)


def _files_with(rows: pd.DataFrame, origin: dict[str, str], file: str) -> str:
    """Return the files that some rows stand in, by the columns that are filled."""
    named = [origin[c] for c in rows.dropna(axis=1, how="all").columns if c in origin]
    return ", ".join(dict.fromkeys(named)) or file


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
    surplus: pd.DataFrame,
    frame: pd.DataFrame,
    foreign: list[str],
    file: str,
    areas: str,
    plan: Plan,
) -> Iterator[Problem]:
    """Yield table rows without an area; an error where persons would get lost."""
    filled = (surplus.loc[foreign].fillna(0) != 0).any(axis=1)
    lost = [k for k in foreign if filled[k]]
    for keys, code, severity in (
        (lost, "foreign_key", "error"),
        ([k for k in foreign if not filled[k]], "foreign_empty_key", "warning"),
    ):
        if not keys:
            continue
        who = persons_words(*count_left_out(surplus, frame, keys, plan))
        alone = keys[0] if len(keys) == 1 else None
        values = {
            "n": len(keys),
            "keys": _listed(keys),
            "first": keys[0],
            "areas": areas,
            "who": who,
        }
        yield problem(f"check.{code}", severity, file=file, key=alone, **values)


def _joined(joined: dict[str, tuple[str, ...]], file: str, areas: str) -> Problem:
    """Tell rows that stand for several areas, with the merges to write."""
    merges = [
        f"{{ keys = [{', '.join(map(_quoted, parts))}], key = {_quoted(key)} }}"
        for key, parts in joined.items()
    ]
    values = {"n": len(joined), "areas": areas, "merges": ", ".join(merges)}
    return problem("check.joined_rows", file=file, keys=_listed(list(joined)), **values)


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(f"„{k}“" for k in keys[:SHOWN]) + (", …" if len(keys) > SHOWN else "")


def _apart_by_zeros(foreign: list[str], areas: list[str]) -> dict[str, str]:
    """Return table key -> area key of those that differ by nothing but leading zeros."""
    known = {key.lstrip("0"): key for key in areas if key.isdigit()}
    pairs = {key: known.get(key.lstrip("0")) for key in foreign if key.isdigit()}
    return {key: area for key, area in pairs.items() if area is not None}


def _zeros(pairs: dict[str, str], file: str, areas: str) -> Problem:
    """Tell keys without their zeros, and the width that brings them back on the right side."""
    table, area = next(iter(pairs.items()))
    longer = pairs.values() if len(area) > len(table) else pairs.keys()
    widths = {len(key) for key in longer}
    values = {"n": len(pairs), "areas": areas, "table": table, "area": area}
    if len(widths) > 1:
        return problem("check.zeros_differ", file=file, **values)
    code = "zeros_of_table" if len(area) > len(table) else "zeros_of_areas"
    return problem(f"check.{code}", file=file, width=widths.pop(), **values)
