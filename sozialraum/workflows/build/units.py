"""The smallest areas a count is known for, and which published areas each of them belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.privacy.publishable import UNIT_FACTOR
from sozialraum.workflows.build.measuring import derived_tables

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.sources.delivery import Delivery
    from sozialraum.space.crosswalk import Crosswalk
    from sozialraum.workflows.build.measuring import Measured

_WITHOUT, _WITH = " ohne ", " mit "
_NEARLY = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Units:
    """What the audit stands on; stays inside.

    Parameters
    ----------
    geographies : per set of areas the area of each unit; index = unit key
    frames : per Stichtag the counts per unit, by column
    names : per indicator the counts it tells: those counted ("sgb2"), those not ("kinder ohne
        sgb2"); "sgb2 mit kinder" where some units have no denominator
    whole : True where units are delivered areas with whole counts; False where they are the areas
        of the index, with counts rounded to whole persons
    """

    geographies: Mapping[str, pd.Series]
    frames: Mapping[str, pd.DataFrame]
    names: Mapping[str, tuple[str, str]]
    whole: bool


def units_of(
    plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None, measured: Mapping[str, Measured]
) -> Units:
    """Return the units of a build.

    Delivered areas that lie wholly in one area of the index are the units, if all indicators are
    counted on them in whole persons; otherwise the areas of the index themselves. Geographies are
    the areas of the index, the delivered areas, and the ``parents`` of both.
    """
    target, source = plan.join.target, plan.source_areas
    zones = None if crosswalk is None else _only_area(crosswalk)
    if zones is not None:
        frames = {
            day: tables[source].reindex(zones.index)
            for day in measured
            if source in (tables := derived_tables(plan, delivery, day))
        }
        if len(frames) == len(measured) and _counted_in_whole(plan, frames):
            frames = _with_outreach(plan, frames, zones, measured)
            places = {source: pd.Series(zones.index, zones.index), target: zones}
            places |= _parents(plan, delivery, source, places[source])
            places |= _parents(plan, delivery, target, zones)
            return Units(places, frames, _names(plan, frames), True)
    keys = delivery.areas[target].index
    own = pd.Series(keys, keys, dtype=object)
    frames = {day: _on_target(plan, m) for day, m in measured.items()}
    places = {target: own, **_parents(plan, delivery, target, own)}
    whole = crosswalk is None and _counted_in_whole(
        plan, {d: m.counts for d, m in measured.items()}
    )
    return Units(places, frames, _names(plan, frames), whole)


def counted(units: Units, variable: str, stichtag: str) -> pd.Series | None:
    """Return the count per unit, 0 where it was not delivered; None if no column tells it."""
    frame = units.frames.get(stichtag)
    if frame is None:
        return None
    if variable in frame:
        return frame[variable].fillna(0.0)
    for word in (_WITHOUT, _WITH):
        first, found, second = variable.partition(word)
        if found and {first, second} <= set(frame.columns):
            known = frame[first].notna() & frame[second].notna()
            count = frame[first] - frame[second] if word == _WITHOUT else frame[first]
            return count.where(known, 0.0)
    return None


def _only_area(crosswalk: Crosswalk) -> pd.Series | None:
    """Return the one area each source lies in, NaN = in none; None if a source is split."""
    shares = crosswalk.matrix.tocsc()
    shares.eliminate_zeros()
    number = np.diff(shares.indptr)
    if number.max(initial=0) > 1 or (shares.data < 1 - _NEARLY).any():
        return None
    area = np.full(number.size, None, dtype=object)
    area[number == 1] = np.asarray(crosswalk.target_keys, dtype=object)[shares.indices]
    return pd.Series(area, index=pd.Index(crosswalk.source_keys, dtype=object))


def _parents(plan: Plan, delivery: Delivery, name: str, place: pd.Series) -> dict[str, pd.Series]:
    areas = delivery.areas[name]
    return {level: place.map(areas[level].astype(object)) for level in plan.areas[name].parents}


def _counted_in_whole(plan: Plan, frames: Mapping[str, pd.DataFrame]) -> bool:
    columns = {c for i in plan.indicators if i.value is None for c in (i.numerator, i.denominator)}
    beside = {c for pair in outreach_columns(plan).values() for c in pair}
    for frame in frames.values():
        if not columns <= set(frame.columns):
            return False
        counts = frame[sorted(columns | beside & set(frame.columns))].fillna(0).to_numpy(float)
        if (np.abs(counts - np.round(counts)) > _NEARLY).any():
            return False
    return True


def _on_target(plan: Plan, measured: Measured) -> pd.DataFrame:
    """Return the counts on the areas of the index in whole persons, each indicator's as measured.

    Cases and base of an indicator leave out delivered areas without one of them.
    """
    frame = measured.counts.select_dtypes("number").round()
    own: dict[str | None, pd.Series] = {}
    for i in plan.indicators:
        if i.value is None and i.unit in UNIT_FACTOR:
            base = measured.base[i.id]
            own[i.denominator] = base.round()
            cases = measured.value[i.id] / UNIT_FACTOR[i.unit] * base
            own[i.numerator] = cases.round().clip(upper=base.round())
    columns = list(dict.fromkeys([*frame.columns, *own]))
    rest = frame.drop(columns=[c for c in own if c in frame])
    return pd.concat([rest, pd.DataFrame(own, index=frame.index)], axis=1)[columns]


def outreach_columns(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return per layer of rates the columns of its cases and of its children."""
    pairs = {}
    if plan.participation is not None:
        pairs["participation"] = plan.participation.participants, plan.participation.children
    if plan.transitions is not None:
        pairs["transitions"] = plan.transitions.cases, plan.transitions.children
    return pairs


def _with_outreach(
    plan: Plan,
    frames: Mapping[str, pd.DataFrame],
    zones: pd.Series,
    measured: Mapping[str, Measured],
) -> dict[str, pd.DataFrame]:
    """Return the counts per unit with those that were delivered for the areas of the index only.

    They are put into the first unit of each area: what is told of them is told of whole areas, so
    every way of placing them is audited alike.
    """
    day, first = plan.stichtag.isoformat(), zones.dropna().drop_duplicates()
    frame = frames[day].copy()
    for name in sorted({c for pair in outreach_columns(plan).values() for c in pair}):
        if name not in frame and name in measured[day].counts:
            counts = measured[day].counts[name].round()
            frame[name] = first.map(counts).reindex(frame.index).fillna(0.0)
    return {**frames, day: frame}


def _names(plan: Plan, frames: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    names = {}
    for i in plan.indicators:
        if i.value is not None:
            continue
        lost = any(
            (f[i.numerator].notna() & f[i.denominator].isna()).any()
            for f in frames.values()
            if {i.numerator, i.denominator} <= set(f.columns)
        )
        cases = f"{i.numerator}{_WITH}{i.denominator}" if lost else i.numerator
        names[i.id] = cases, f"{i.denominator}{_WITHOUT}{i.numerator}"
    for layer, (cases, children) in outreach_columns(plan).items():
        names[layer_variable(layer)] = cases, f"{children}{_WITHOUT}{cases}"
    return names


def layer_variable(layer: str) -> str:
    """Return the name of what a layer counts, in `Units.names`; no indicator is called like it."""
    return f"[{layer}]"
