"""What contradicts itself in ``[watch]``, ``[[counts]]``, ``[chain]`` and beside the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sozialraum.config.further import GROUP
from sozialraum.config.plan import Plan
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

_ID = re.compile(r"[a-z][a-z0-9_]*")


def watch_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find columns counted twice, and watched indicators that say not what they count."""
    names = [c.name for c in plan.counts]
    for doubled in sorted({n for n in names if names.count(n) > 1}):
        yield problem("config.watch.counts_twice", file=file, key="counts", found=doubled)
    if plan.watch is None:
        return
    by_id = {i.id: i for i in plan.indicators}
    for name in dict.fromkeys(plan.watch.indicators):
        place: dict[str, Any] = {"file": file, "key": "watch.indicators", "found": name}
        if name not in by_id:
            continue  # told where names are held against each other
        numerator = by_id[name].numerator
        if numerator is None:
            yield problem("config.watch.no_counts", **place)
        elif numerator not in names:
            yield problem("config.watch.no_measure", **place, column=numerator)


def chain_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find stations that are there twice, and columns that do not say of which group they are."""
    if plan.chain is None:
        return
    ids = [s.id for s in plan.chain.stations]
    for doubled in sorted({i for i in ids if ids.count(i) > 1}):
        yield problem("config.chain.station_twice", file=file, key="chain.stations", found=doubled)
    for n, station in enumerate(plan.chain.stations, 1):
        for key in ("reached", "eligible"):
            column = getattr(station, key)
            if GROUP not in column:
                place: dict[str, Any] = {"file": file, "key": f"chain.stations[{n}].{key}"}
                first, second = (column + f"_{g}" for g in plan.chain.groups)
                yield problem(
                    "config.chain.no_group", **place, found=column, first=first, second=second
                )


def beside_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find sections with the same id, and ids that are no name of a column."""
    for kind in ("participation", "transitions"):
        ids = [section.id for section in getattr(plan, kind) if section.id]
        for doubled in sorted({i for i in ids if ids.count(i) > 1}):
            yield problem("config.beside_twice", file=file, key=kind, section=kind, found=doubled)
        for n, section in enumerate(getattr(plan, kind), 1):
            if section.id and not _ID.fullmatch(section.id):
                place = f"{kind}[{n}].id"
                yield problem("config.beside_id", file=file, key=place, found=section.id)
