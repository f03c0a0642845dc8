"""Larger areas from the same counts: protected counts summed, shares formed after.

Never a mean of shares or of indices. Scale and classes are those of the build, so a Gemeinde and
its Kreis stand on one scale.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.index.indicators import UNIT_FACTOR
from sozialraum.model.errors import DataError
from sozialraum.workflows.build.scoring import score

if TYPE_CHECKING:
    from sozialraum.config.sections import Level
    from sozialraum.workflows.build.computed import Computed
    from sozialraum.workflows.build.measuring import Measured

LEAST_TOLD = 0.9  # of the persons of a larger area, for its share to be told
_PER_CLASS = 2  # larger areas per class, for classes to be told


def summed_levels(computed: Computed, level: Level) -> pd.DataFrame:
    """Return the larger areas of one level at every Stichtag.

    A part that was not delivered makes its sum unknown. Areas of too few persons to tell anything
    are left out, with their persons; where more than a tenth is, the share is not told.

    Returns
    -------
    Columns: ``stichtag``, ``key``, ``areas`` (how many), per indicator its value and
    ``<id>_told`` (share of the persons whose area is told, 0..1), ``index``, ``class``,
    ``class_label``, ``missing`` (keys of areas that were not delivered). Classes are told from two
    larger areas per class on.
    """
    areas = computed.delivery.areas[computed.plan.join.target]
    parent = areas[level.parent].astype(str)
    days = [_of_day(computed, one, parent).assign(stichtag=day)
            for day, one in sorted(computed.measured.items())]  # fmt: skip
    table = pd.concat(days).rename_axis("key").reset_index()
    first = ["stichtag", "key", "areas"]
    return table[[*first, *(c for c in table if c not in first)]]


def _of_day(computed: Computed, measured: Measured, parent: pd.Series) -> pd.DataFrame:
    keys = pd.Index(sorted(parent.unique()), name="key")
    table = pd.DataFrame({"areas": parent.value_counts().reindex(keys)})
    values = pd.DataFrame(index=keys)
    for name, share, told in _summed(computed, measured, parent, keys):
        values[name] = share
        table[name], table[f"{name}_told"] = share.round(6), told.round(3)
    scored = _scored(computed, values, keys)
    absent = _absent(measured, parent)
    return table.join(scored).assign(missing=absent.reindex(keys).fillna(""))


def _summed(
    computed: Computed, measured: Measured, parent: pd.Series, keys: pd.Index
) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    """Yield per indicator with counts its share of the sums, and how much of them is told."""
    counts = measured.table
    for i in computed.plan.indicators:
        if i.value is not None or i.id not in counts.middle:
            continue
        status = counts.status[i.id].astype(object).reindex(parent.index)
        middle, base = (f[i.id].reindex(parent.index) for f in (counts.middle, counts.base))
        told = status.eq("ok") & middle.notna()
        sums = pd.DataFrame({"x": middle.where(told, 0.0), "n": base.where(told, 0.0), "all": base})
        sums = sums.groupby(parent).sum().reindex(keys)
        part = sums["n"] / sums["all"].where(sums["all"] > 0)
        lost = _undelivered(measured, parent)[i.id].groupby(parent).any().reindex(keys)
        share = sums["x"] / sums["n"].where(sums["n"] > 0) * UNIT_FACTOR[i.unit]
        yield i.id, share.where((part >= LEAST_TOLD) & ~lost), part


def _scored(computed: Computed, values: pd.DataFrame, keys: pd.Index) -> pd.DataFrame:
    """Return index and classes of the values under what the build has learnt of its areas."""
    empty = pd.DataFrame({"index": np.nan, "class": pd.NA, "class_label": None}, index=keys)
    axis = computed.main
    wanted = [i.id for i in computed.scoring.indicators_of(axis)] if axis else []
    if not wanted or not set(wanted) <= set(values) or not values[wanted].notna().any(axis=None):
        return empty
    fitted = computed.fitted_by_day[axis]
    try:
        scored = score(computed.scoring, axis, values, fitted)
    except DataError:  # a method that measures areas by each other, and these are too few
        return empty
    known = scored.index.where(values[wanted].notna().all(axis=1))
    enough = len(keys) >= _PER_CLASS * fitted.limits.k
    shown = known.notna() & enough
    return pd.DataFrame({
        "index": known.round(4), "class": scored.classes.astype("Int64").where(shown),
        "class_label": scored.labels.astype(object).where(shown, None),
    })  # fmt: skip


def _absent(measured: Measured, parent: pd.Series) -> pd.Series:
    """Return per larger area the keys of areas of which an indicator was not delivered."""
    lost = _undelivered(measured, parent).any(axis=1)
    keys = pd.Series(parent.index.astype(str), parent.index)[lost]
    return keys.groupby(parent[lost]).agg(", ".join)


def _undelivered(measured: Measured, parent: pd.Series) -> pd.DataFrame:
    """Return where a value rests on counts of which too many were not delivered."""
    status = measured.status.reindex(parent.index).astype(object)
    return status.isin(["missing", "not_collected"])
