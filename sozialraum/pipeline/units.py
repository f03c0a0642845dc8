"""The smallest areas a count is known for, and which published areas each of them belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.pipeline.measuring import derived_tables
from sozialraum.privacy.publishable import UNIT_FACTOR

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.pipeline.measuring import Measured
    from sozialraum.sources.delivery import Delivery
    from sozialraum.space.crosswalk import Crosswalk

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
    for frame in frames.values():
        if not columns <= set(frame.columns):
            return False
        counts = frame[sorted(columns)].to_numpy(dtype=float)
        if (np.abs(counts - np.round(counts)) > _NEARLY).any():
            return False
    return True


def _on_target(plan: Plan, measured: Measured) -> pd.DataFrame:
    """Return the counts on the areas of the index in whole persons, each indicator's as measured.

    Cases and base of an indicator leave out delivered areas without one of them.
    """
    frame = measured.counts.select_dtypes("number").round()
    for i in plan.indicators:
        if i.value is None and i.unit in UNIT_FACTOR:
            base = measured.base[i.id]
            frame[i.denominator] = base.round()
            cases = measured.value[i.id] / UNIT_FACTOR[i.unit] * base
            frame[i.numerator] = cases.round().clip(upper=base.round())
    return frame


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
    return names
