"""Shares estimated from years, related indicators and neighbours together, for ``[smoothing]``.

What goes in is what may be published: the middles of windows, with the variance of a count that
lies anywhere in its window. So everything estimated is a function of published counts, and tells
nothing that they do not. Counted values stay beside the estimates in every output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.config import Plan
from sozialraum.index.indicators import UNIT_FACTOR
from sozialraum.model import Problem, Strength
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import part_of
from sozialraum.texts import problem, text
from sozialraum.workflows.build.counts.protecting import disclosure_rules
from sozialraum.workflows.build.counts.variables import counted_columns, lender
from sozialraum.workflows.build.measuring import Measured, counted_alike
from sozialraum.workflows.show.saved import open_result

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.insight.small_area.strengthened import Strengthened
    from sozialraum.model.neighbours import Neighbours

_OF_PERSONS = ("share", "rate")  # kinds of values whose cases are persons or events
_ESTIMATED = ("counted", "contradicts", "borrowed")
_LOW, _HIGH = 1 / 3, 2 / 3


@dataclass(frozen=True, eq=False, repr=False)
class _Counts:
    """Protected counts of all Stichtage, (Stichtag, area) × indicators."""

    cases: pd.DataFrame
    base: pd.DataFrame
    variance: pd.DataFrame

    def until(self, day: str) -> dict[str, pd.DataFrame]:
        """Return the counts of a Stichtag and those before it, as arguments of the model."""
        return {name: table[table.index.get_level_values(0) <= day]
                for name, table in vars(self).items()}  # fmt: skip

    def only(self, ids: tuple[str, ...]) -> _Counts:
        """Return some columns; one of which nothing is told is empty."""
        return _Counts(*(table.reindex(columns=list(ids)) for table in vars(self).values()))


def smoothed(
    plan: Plan, measured: Mapping[str, Measured], areas: gpd.GeoDataFrame
) -> tuple[dict[str, Measured], tuple[Problem, ...]]:
    """Return every Stichtag with the values its index is computed from, estimated where it pays.

    A Stichtag borrows from those before it, never from later ones. With a reference what years,
    indicators and neighbours have in common is that of the earlier result; only the mean of the
    city is found anew.

    Parameters
    ----------
    plan : with or without ``[smoothing]``
    measured : per Stichtag
    areas : those of the index
    """
    alike = counted_alike(plan, measured)  # what was counted otherwise lends nothing
    counts = _counts(plan, alike) if plan.smoothed else None
    if counts is None or counts.cases.empty:
        return dict(measured), ()
    from sozialraum.insight.small_area.strengthening import fit_strength, strengthen

    section, today = plan.smoothing, plan.stichtag.isoformat()
    assert section is not None
    graph = _neighbours(plan, areas, counts.cases.index.get_level_values(1).unique())
    strength = frozen_strength(plan)
    if strength is None:
        ids = [str(c) for c in counts.cases]
        strength = fit_strength(
            **counts.until(today),
            neighbours=graph,
            borrow=section.borrow,
            auxiliary=[c for c in ids if c in _lenders(plan)],
            rates=[i.id for i in plan.indicators if i.id in ids and i.kind == "rate"],
            years=section.years,
        )
    made, counts = dict(measured), counts.only(strength.ids)
    for day, one in alike.items():
        how: dict[str, Any] = {"estimate_missing": section.estimate_missing}
        found = strengthen(**counts.until(day), strength=strength, neighbours=graph, **how)
        made[day] = replace(one, filled=_filled(plan, one, found), estimated=found)
    return made, _notes(plan, made[today])


def frozen_strength(plan: Plan) -> Strength | None:
    """Return what the earlier result that a build refers to has learnt; None without one.

    Raises
    ------
    ConfigError, DataError
        If there is no such result, or it lent from what this build does not have.
    """
    if plan.reference is None or not plan.smoothed:
        return None
    saved = open_result(plan.file.parent / plan.reference)
    if not saved.plan.smoothed:  # that it has another kind of scale is told with the scales
        return None
    learnt = part_of(saved.manifest, "details").get("learnt", {}).get("smoothing")
    known = sorted(_counted(plan) | _lenders(plan))
    strength = None if learnt is None else Strength.from_dict(learnt)
    if strength is None or not set(strength.ids) <= set(known):
        lent = ", ".join(strength.ids) if strength is not None else "–"
        where: dict[str, Any] = {"file": plan.file.name, "key": "smoothing"}
        where |= {"folder": plan.reference, "expected": lent, "found": ", ".join(known)}
        raise ConfigError(problem("pipeline.smoothing_lenders", **where))
    return strength


def estimates_of(measured: Measured, values: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what an edition tells of estimates: the values and where each comes from.

    Parameters
    ----------
    measured : one Stichtag
    values : as published; only the shape is taken

    Returns
    -------
    ``estimated`` and ``origin`` of `Edition`; empty without ``[smoothing]``.
    """
    found = measured.estimated
    if found is None:
        return {}
    estimated = measured.used.where(_is_estimated(measured, values)).round(6)
    own = found.own_weight.reindex(index=values.index, columns=values.columns)
    origin = found.origin.astype(object).reindex(index=values.index, columns=values.columns)
    said = np.select([own > _HIGH, own >= _LOW], ["counted", "half"], "around")
    words = pd.DataFrame(said, own.index, own.columns, dtype=object)
    words = words.where(origin.eq("counted"), origin)
    return {"estimated": estimated, "origin": words.where(estimated.notna(), None)}


def strength_details(measured: Measured) -> dict[str, Any]:
    """Return what the manifest keeps of the model, for a later year to refer to."""
    found = measured.estimated
    return {} if found is None else {"smoothing": found.strength.to_dict()}


def _is_estimated(measured: Measured, like: pd.DataFrame) -> pd.DataFrame:
    assert measured.estimated is not None
    origin = measured.estimated.origin.astype(object)
    made = origin.isin(_ESTIMATED)
    made = made.reindex(index=like.index, columns=like.columns, fill_value=False)
    return made & ~measured.status.eq("not_collected").reindex_like(made)


def _counted(plan: Plan) -> set[str]:
    """Return the indicators that are shares of persons or rates of events; no means, no euros."""
    return {i.id for i in plan.indicators if i.value is None and i.kind in _OF_PERSONS}


def _lenders(plan: Plan) -> set[str]:
    assert plan.smoothing is not None
    return {lender(one.label) for one in plan.smoothing.auxiliary}


def _counts(plan: Plan, measured: Mapping[str, Measured]) -> _Counts:
    """Return the protected counts that are told at the build's Stichtag, of all Stichtage."""
    own = _counted(plan)
    tables = {day: _of_day(plan, one, own) for day, one in measured.items()}
    now = tables[plan.stichtag.isoformat()].cases
    ids = tuple(str(c) for c in now.columns[now.notna().any()])
    kept = [t.only(ids) for t in tables.values()]
    # an area of which nothing is told at any Stichtag neither borrows nor lends
    known = pd.concat([t.base.notna().any(axis=1) for t in kept], axis=1).any(axis=1)
    frames = (
        pd.concat(dict(zip(tables, (getattr(t, n)[known] for t in kept), strict=True)))
        for n in ("cases", "base", "variance")
    )
    return _Counts(*frames)


def _of_day(plan: Plan, one: Measured, own: set[str]) -> _Counts:
    """Return the counts of one Stichtag; an area that has no index neither borrows nor lends."""
    table = one.table
    published = [c for c in table.middle if c in own or c in _lenders(plan)]
    shown = table.status[published].eq("ok").to_numpy()
    values = [c for c in published if c in own]
    cases = table.middle[published].where(shown)
    cases[values] = cases[values].where(one.value[values].notna())
    base = _bases(plan, one, published)
    out = [*one.excluded.index, *one.screened]
    cases.loc[out], base.loc[out] = float("nan"), float("nan")
    return _Counts(cases, base, table.variance[published].where(cases.notna()))


def _bases(plan: Plan, one: Measured, published: list[str]) -> pd.DataFrame:
    """Return the persons behind each count; of one that was not delivered those of another.

    Indicators with the same denominator have the same persons, and the population may be one.
    """
    columns, base = counted_columns(plan), one.table.base[published].copy()
    for name in published:
        people = columns[name][1]
        alike = [c for c in published if columns[c][1] == people and c != name]
        for other in alike:
            base[name] = base[name].fillna(one.table.base[other])
        if plan.population is not None and plan.population.variable == people:
            assert one.persons is not None
            base[name] = base[name].fillna(one.persons.reindex(base.index))
    return base


def _filled(plan: Plan, one: Measured, found: Strengthened) -> pd.DataFrame:
    """Return the values the index takes: the estimates in the units of the indicators."""
    factors = pd.Series({i.id: UNIT_FACTOR[i.unit] for i in plan.indicators})
    estimated = (found.value * factors.reindex(found.value.columns)).reindex(
        index=one.value.index, columns=one.value.columns
    )
    return one.used.mask(_is_estimated(replace(one, estimated=found), one.value), estimated)


def _notes(plan: Plan, today: Measured) -> tuple[Problem, ...]:
    """Tell where nothing, or not everything, is estimated."""
    assert today.estimated is not None
    report = today.estimated.report
    labels = {i.id: i.label for i in plan.indicators}
    raw = [labels.get(str(i), str(i)) for i in report.index[report["kept"] == "raw"]]
    if not raw:
        return ()
    where: dict[str, Any] = {"file": plan.file.name, "key": "smoothing"}
    return (problem("pipeline.smoothing_raw", "note", **where, labels=", ".join(raw)),)


def _neighbours(plan: Plan, areas: gpd.GeoDataFrame, keys: pd.Index) -> Neighbours | None:
    """Return the graph of the areas that take part; None where nobody borrows from neighbours."""
    assert plan.smoothing is not None
    if "neighbours" not in plan.smoothing.borrow:
        return None
    from sozialraum.space.neighbours import find_neighbours

    graph = find_neighbours(areas, **plan.neighbours.model_dump())
    return graph.subset(graph.keys.isin(keys))


def tried_smoothing(plan: Plan) -> list[Problem]:
    """Return what contradicts ``[smoothing]`` in the build file: a recipe, a rule, a section."""
    if not plan.smoothed:
        return []
    file, maps = plan.file.name, plan.space_statistics
    found = [
        ("forbidden", plan.recipe_facts.get("smoothing") == "forbidden", "smoothing"),
        ("imputation", plan.imputation is not None, "imputation"),
        ("masks", bool(plan.join.masks), "join.masks"),
        ("counts", not _counted(plan), "smoothing"),
    ]
    words: dict[str, Any] = {"recipe": plan.recipe}
    problems = [
        problem(f"config.smoothing_{name}", file=file, key=key, **words)
        for name, wrong, key in found if wrong
    ]  # fmt: skip
    sections = {
        "clusters": plan.clusters is not None,
        "space_statistics": bool(maps and maps.moran),
    }
    for section in (name for name, asked in sections.items() if asked):
        also = text("config.smoothing_moran") if section == "space_statistics" else ""
        values: dict[str, Any] = {"section": section, "also": also}
        problems.append(problem("config.smoothing_clusters", file=file, key=section, **values))
    if disclosure_rules(plan).noise:
        problems.append(problem("pipeline.smoothing_noise", file=file, key="smoothing"))
    return problems
