"""What became of the index since the Stichtag before, as far as windows of counts tell it apart.

Two windows that overlap may hold the same share. A change that is no larger than the half widths of
both days together is not distinguishable, and a change between days on which other indicators are
published is none of the areas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Release
from sozialraum.privacy.release import Layer
from sozialraum.texts import text
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.editions import index_decimals
from sozialraum.workflows.build.further.otherwise_counted import counted_otherwise
from sozialraum.workflows.build.scoring import contributor

Contribute = Callable[[pd.DataFrame], pd.DataFrame]
_CLOSE = 1e-9


def change_layer(computed: Computed) -> Layer | None:
    """Return the change of the published index; None without an earlier day like today."""
    if not computed.main or len(computed.measured) < 2 or other_indicators(computed):
        return None
    if _broken(computed):
        return None
    if computed.plan.smoothed:  # estimates of two days draw on each other: they tell too little
        return None
    digits, main = index_decimals(computed.plan), computed.main
    contribute = contributor(computed.scoring, main, computed.fitted_by_day[main])
    ids = [i.id for i in computed.scoring.indicators]
    return partial(_change, 15 if digits is None else digits, contribute, ids)


def other_indicators(computed: Computed) -> tuple[str, ...]:
    """Return the labels of indicators that are published on one of the last two days alone."""
    days = sorted(computed.measured)[-2:]
    of_days = [computed.measured[day] for day in days]
    hidden = [{*one.unpublished, *one.not_collected} for one in of_days]
    odd = set.symmetric_difference(*hidden) if len(days) == 2 else set()
    own = (i for i in computed.plan.indicators if i.use == "index")
    return tuple(i.label for i in own if i.id in odd)


def _broken(computed: Computed) -> list[str]:
    """Return the indicators of the index that were counted otherwise on the day before."""
    days = sorted(computed.measured)[-2:]
    own = (i for i in computed.plan.indicators if i.use == "index")
    return counted_otherwise(own, *days) if len(days) == 2 else []


def change_words(computed: Computed, release: Release) -> tuple[str, ...]:
    """Return the sentences on the change that the windows ask for."""
    if computed.plan.smoothed:
        return ()
    if labels := other_indicators(computed):
        shown = ", ".join(f"„{label}“" for label in labels)
        return (text("pipeline.change.other_indicators", labels=shown),)
    if broken := _broken(computed):
        return (text("pipeline.change.broken", labels=", ".join(broken)),)
    layer = release.layers.get("change")
    if layer is None or "distinct" not in layer:
        return ()
    known = layer["change"].notna()
    same = int((layer["distinct"].eq(False) & known).sum())
    return (text("pipeline.change.indistinct", n=same, of=int(known.sum())),) if same else ()


def _change(
    digits: int, contribute: Contribute | None, ids: Sequence[str], editions: Sequence[Edition]
) -> pd.DataFrame:
    """Return ``change`` and, where counts were put into windows, ``distinct``.

    There is none where one of the two days has no index.
    """
    then, now = editions[-2:]
    change = now.table["index"].astype(float) - then.table["index"].astype(float)
    layer = pd.DataFrame({"change": change.round(digits)})
    widths = [e.half_width for e in (then, now)]
    if any(w is None or not (w > 0).any(axis=None) for w in widths):
        return layer
    if contribute is None:
        own = list(ids)
        distinct = distinct_values(then.values[own], now.values[own], *widths).any(axis=1)
    else:
        apart = sum(index_width(contribute, e.values, e.half_width) for e in (then, now))
        distinct = change.abs() > apart + 10.0**-digits + _CLOSE
    return layer.assign(distinct=distinct.astype("Int64").where(change.notna()))


def distinct_values(
    then: pd.DataFrame, now: pd.DataFrame, width_then: pd.DataFrame, width_now: pd.DataFrame
) -> pd.DataFrame:
    """Tell which values differ by more than the half widths of both days together.

    Parameters
    ----------
    then, now : (n_areas, n_indicators) published values
    width_then, width_now : half the width of their windows; NaN where a value is exact
    """
    widths = width_then.fillna(0.0).add(width_now.fillna(0.0)).reindex_like(now).fillna(0.0)
    return (now - then.reindex_like(now)).abs() > widths + _CLOSE


def index_width(
    contribute: Contribute, values: pd.DataFrame, half_width: pd.DataFrame | None
) -> pd.Series:
    """Return how far the index of each area may be off: the widths of its parts together."""
    half = (values * np.nan if half_width is None else half_width).fillna(0.0)
    up, down = contribute(values + half), contribute(values - half)
    return (up - down).abs().sum(axis=1) / 2
