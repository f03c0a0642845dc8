"""The smallest areas a count is known for, and which published areas each of them belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.workflows.build.counts.variables import is_beside

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.sources.delivery import Delivery
    from sozialraum.space.crosswalk import Crosswalk
    from sozialraum.workflows.build.counts.counting import TrueCounts

_NEARLY = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Units:
    """What disclosure control stands on; stays inside.

    Parameters
    ----------
    geographies : per set of areas the area of each unit; index = unit key
    pairs : per Stichtag ``<variable>.cases`` and ``<variable>.base`` per unit
    whole : True where units are delivered areas with whole counts; False where they are the areas
        of the index, and counts were split on the way to them
    """

    geographies: Mapping[str, pd.Series]
    pairs: Mapping[str, pd.DataFrame]
    whole: bool


def units_of(
    plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None, counted: Mapping[str, TrueCounts]
) -> Units:
    """Return the units of a build.

    Delivered areas that lie wholly in one area of the index are the units, if all indicators are
    counted on them in whole persons; otherwise the areas of the index themselves. Geographies are
    the areas of the index, the delivered areas, and the ``parents`` of both.
    """
    target, source = plan.join.target, plan.source_areas
    zones = None if crosswalk is None else _only_area(crosswalk)
    moved = {day: one.units.inside() for day, one in counted.items() if one.units is not None}
    on_target = {day: one.pairs.inside() for day, one in counted.items()}
    if zones is not None and len(moved) == len(counted):
        pairs = {
            day: _with_beside(frame.reindex(zones.index), zones, on_target[day])
            for day, frame in moved.items()
        }
        same = all(set(on_target[day]) <= set(frame) for day, frame in pairs.items())
        if same and all(map(_whole, pairs.values())):
            places = {source: pd.Series(zones.index, zones.index), target: zones}
            places |= _parents(plan, delivery, source, places[source])
            places |= _parents(plan, delivery, target, zones)
            return Units(places, pairs, True)
    keys = delivery.areas[target].index
    own = pd.Series(keys, keys, dtype=object)
    places = {target: own, **_parents(plan, delivery, target, own)}
    whole = crosswalk is None and all(map(_whole, on_target.values()))
    return Units(places, on_target, whole)


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


def _whole(pairs: pd.DataFrame) -> bool:
    counts = pairs.fillna(0).to_numpy(float)
    return not (np.abs(counts - np.round(counts)) > _NEARLY).any()


def _with_beside(pairs: pd.DataFrame, zones: pd.Series, on_target: pd.DataFrame) -> pd.DataFrame:
    """Return the counts per unit with those that were delivered for the areas of the index only.

    They are put into the first unit of each area: what is told of them is told of whole areas, so
    every way of placing them is audited alike.
    """
    first, found = zones.dropna().drop_duplicates(), pairs.copy()
    listed = (str(c).removesuffix(".cases") for c in on_target if str(c).endswith(".cases"))
    for name in filter(is_beside, listed):
        columns = [f"{name}.cases", f"{name}.base"]
        if columns[0] not in found:
            for column in columns:
                at = first.map(on_target[column].round()).reindex(found.index)
                found[column] = at.fillna(0.0)
    return found
