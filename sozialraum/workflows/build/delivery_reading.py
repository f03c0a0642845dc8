"""The delivery of a build: read, repaired where the build file says so, on the present keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Problem, status_frame
from sozialraum.model.errors import DataError
from sozialraum.sources.delivering.merging import merge_rows, merge_tree
from sozialraum.sources.delivery import Delivery, read_delivery
from sozialraum.texts import date, problem

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.config.deliveries import AreaSet
    from sozialraum.space.crosswalk import Crosswalk

# What a moved cell is told as, where several old areas give to it: the first that occurs.
_REASONS = ("suppressed", "small_base", "missing")


def read(plan: Plan) -> Delivery:
    """Return everything a build file names; what is wrong with it stands in its problems."""
    return carry_over(plan, read_delivery(plan, plan.root, mend=mend))


def mend(
    areas: gpd.GeoDataFrame, section: AreaSet
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, tuple[Problem, ...]]:
    """Return a set of areas repaired as its section asks, and the record of every repair."""
    from sozialraum.space.repair import repair_areas

    asked = {} if section.repair is None else section.repair.model_dump()
    repaired = repair_areas(areas, **asked)
    return repaired.areas, repaired.repairs, repaired.problems


def carry_over(plan: Plan, delivery: Delivery) -> Delivery:
    """Return the delivery with the tables of before a reform on the present keys.

    Counts move by the conversion tables, the oldest reform first. A number that rests on a missing
    or withheld one is missing too, with that reason; words stay with areas that kept their key.
    """
    if not plan.reforms:
        return delivery
    found = list(delivery.problems)
    for day in sorted(delivery.tables):
        for name in sorted(delivery.tables[day]):
            walk, notes = _way(plan, delivery, name, day)
            found += [p for p in notes if p not in found]
            if notes:
                del delivery.tables[day][name]
            if walk is not None and name in delivery.areas:
                tree = merge_tree(plan.areas[name])
                found += [p for p in _move(delivery, day, name, walk, tree) if p not in found]
    return replace(delivery, problems=found)


def _way(
    plan: Plan, delivery: Delivery, name: str, day: str
) -> tuple[Crosswalk | None, list[Problem]]:
    """Return the chain of reforms between a Stichtag and today, and what is wrong with them."""
    from sozialraum.space.crosswalks.vintages import chain_vintages, vintage_crosswalk

    numbered = [(r.since, n) for n, r in enumerate(plan.reforms, 1) if r.areas == name]
    steps, keys = [], set(delivery.tables[day][name].index)
    for since, n in sorted(numbered):
        reform, table = plan.reforms[n - 1], delivery.lists.get(f"reforms[{n}]")
        if day >= since.isoformat() or table is None:
            continue
        stated = set(table[reform.old])
        lost = sorted(keys - stated)
        if lost and not reform.unchanged:
            incomplete = problem(
                "pipeline.reform_incomplete",
                file=reform.file,
                n=len(lost),
                keys=", ".join(lost[:5]),
                date=date(since.isoformat()),
            )
            return None, [incomplete]
        try:
            step = vintage_crosswalk(
                table, old=reform.old, new=reform.new, share=reform.share, unchanged=lost
            )
        except DataError as error:
            return None, [replace(p, file=reform.file) for p in error.problems]
        steps.append(step)
        keys = set(step.target_keys)
    return (chain_vintages(steps) if steps else None), []


def _move(
    delivery: Delivery, day: str, name: str, walk: Crosswalk, tree: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Put the tables of one Stichtag on the present keys; keys that no area has are surplus."""
    frame, status = delivery.tables[day][name], delivery.status[day][name]
    counts = walk.apply(frame)
    keys = delivery.areas[name].index
    why = pd.DataFrame("ok", index=counts.index, columns=counts.columns, dtype=object)
    why = why.mask(counts.isna(), "missing")
    for reason in reversed(_REASONS):
        touched = walk.apply(status.astype(object).eq(reason).astype(float)) > 0
        why = why.mask(touched & counts.isna(), reason)
    words = delivery.text[day][name].reindex(counts.index, fill_value="")
    counts, why, words, notes = merge_rows(counts, status_frame(why), words, tree)
    delivery.surplus[day][name] = counts.loc[~counts.index.isin(keys)]
    delivery.tables[day][name] = counts.reindex(keys).rename_axis(keys.name)
    listed = why.astype(object).reindex(keys, fill_value="missing").rename_axis(keys.name)
    delivery.status[day][name] = status_frame(listed)
    delivery.text[day][name] = words.reindex(keys, fill_value="")
    return notes
