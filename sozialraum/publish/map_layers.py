"""What the map can colour: one `View` per entry of its list, the class of each area decided here.

The page only paints codes. A code is one character per area: a class as a hexadecimal digit, lowest
class first, or one of `MARKS` where there is no class. So the legend, the counts behind its entries
and the colours cannot disagree, and the limits of a class stay the same over all years.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Release
from sozialraum.publish.axes import as_change, axis_columns, with_second_axis
from sozialraum.publish.grammar import (
    index_ends,
    indicator_ends,
    level_colours,
    strong_is_low,
)
from sozialraum.publish.graphics.colours import DIVERGING, palette
from sozialraum.publish.published_numbers import (
    Figure,
    class_positions,
    decimals,
    index_digits,
    indicator_figures,
)
from sozialraum.publish.view import Ends, View
from sozialraum.texts import text

MARKS = {
    "suppressed": "s",
    "small_base": "k",
    "missing": "m",
    "no_base": "u",
    "not_collected": "n",
    "ok": "m",
}
UNKNOWN = "skmun"  # the codes of areas without a class
_DIGITS = "0123456789abcdef"


def make_views(release: Release, lang: str = "de") -> list[View]:
    """Return every view the release has numbers for, the index first."""
    return [*_index_views(release, lang), *_indicator_views(release, lang)]


def days_of(release: Release) -> tuple[str, ...]:
    """Return the Stichtage of a release, oldest first."""
    return tuple(edition.stichtag for edition in release.editions)


def codes(positions: np.ndarray, status: pd.Series) -> str:
    """Return one character per area: its class, or why there is none.

    Examples
    --------
    >>> codes(np.array([0, 4, -1, -1]), pd.Series(["ok", "ok", "suppressed", "no_base"]))
    '04su'
    """
    marks = {one: MARKS.get(str(one), "m") for one in status.unique()}
    signs = status.astype(object).map(marks).to_numpy(object)
    places = np.asarray(positions, dtype=int)
    digits = np.array(list(_DIGITS), dtype=object)[np.maximum(places, 0)]
    return "".join(np.where(places >= 0, digits, signs))


def _index_views(release: Release, lang: str) -> list[View]:
    views = [
        index_view(release, axis, breaks, lang)
        for axis, breaks in release.breaks.items()
        if _has_class(release, axis)
    ]
    return [
        with_second_axis(view, release, lang)
        if view.id == "index"
        else as_change(view, release, lang)
        for view in views
    ]


def _has_class(release: Release, axis: str) -> bool:
    return axis_columns(axis)[1] in release.current.table


def index_view(release: Release, axis: str, breaks: Breaks, lang: str = "de") -> View:
    """Return the view of an axis: its published classes, dark where there is more to do."""
    value, klass = axis_columns(axis)
    painted = []
    for edition in release.editions:
        numbers = edition.table.get(klass, pd.Series(pd.NA, index=edition.table.index))
        positions = class_positions(numbers, breaks.numbers, breaks.k)
        painted.append(codes(positions, edition.table["status"]))
    high = release.facts.orientation != "participation"
    strong_low = strong_is_low(release.facts, high_is_burden=high)
    # A limit of 1.5 is not printed as 1.5000 because the index has four decimals.
    limit_digits = decimals(breaks.inner, most=index_digits(release, value) + 1)
    return View(
        id=axis,
        group="index",
        label=release.facts.title if axis == "index" else axis,
        codes=tuple(painted),
        classes=breaks.labels or tuple(str(n) for n in breaks.numbers),
        limits=breaks.inner,
        right=breaks.right,
        colours=level_colours(breaks.k, strong_low=strong_low),
        ends=index_ends(breaks, release.facts, lang),
        days=days_of(release),
        strong_first=strong_low,
        figure=Figure(1, limit_digits, "number"),
        note="note_class",
    )


def _indicator_views(release: Release, lang: str) -> list[View]:
    facts, figures = release.facts, indicator_figures(release)
    return [
        value_view(
            [e.values[i.id] for e in release.editions],
            [e.signs[i.id] for e in release.editions],
            id=i.id,
            group="indicators",
            label=i.label,
            figure=figures[i.id],
            ends=indicator_ends(i, facts, lang),
            days=days_of(release),
            strong_low=strong_is_low(facts, high_is_burden=i.direction != "resource"),
            neutral=i.direction == "neutral",
            change=i.direction if i.unit == "points" and i.direction != "neutral" else "",
            lang=lang,
        )
        for i in release.indicators
    ]


def value_view(
    values: list[pd.Series],
    status: list[pd.Series],
    *,
    id: str,
    group: str,
    label: str,
    figure: Figure,
    ends: Ends | None = None,
    days: tuple[str, ...] = (),
    strong_low: bool = False,
    neutral: bool = False,
    k: int = 5,
    note: str = "note_quantile",
    change: Literal["", "burden", "resource"] = "",
    lang: str = "de",
) -> View:
    """Return a view of one published number, cut into `k` classes of about equally many areas.

    The limits come from all editions together, so a colour means the same in every year. They are
    rounded to the digits shown, and classes are made in whole units of the last digit: what the
    legend says is exactly what is painted. A `change` is cut alike on both sides of zero, and its
    colours part there: orange where it is a worse one.
    """
    unit = figure.factor * 10**figure.digits
    # half a unit goes upwards, as the styles for QGIS take it
    shown = [np.floor(v.to_numpy(float) * unit + 0.5 + 1e-9) for v in values]
    everywhere = np.concatenate(shown)
    limits = _around_zero(everywhere) if change else _limits(everywhere, k=k)
    painted = []
    for numbers, sign in zip(shown, status, strict=True):
        place = np.searchsorted(limits, np.nan_to_num(numbers), side="right")
        painted.append(codes(np.where(np.isfinite(numbers), place, -1), sign))
    view = View(
        id=id,
        group=group,
        label=label,
        codes=tuple(painted),
        classes=("",) * (len(limits) + 1),
        limits=tuple(float(limit / unit) for limit in limits),
        colours=level_colours(len(limits) + 1, strong_low=strong_low, neutral=neutral),
        ends=ends,
        days=days,
        strong_first=strong_low,
        figure=figure,
        note=note,
    )
    return _parted(view, change, lang) if change else view


def _parted(view: View, direction: str, lang: str) -> View:
    """Return the view of a change in colours that part at zero."""
    burden = direction == "burden"
    colours = palette(DIVERGING[0], len(view.colours), midpoint="0")
    more, less = (text(f"publish.grammar.{end}", lang) for end in ("more", "less"))
    named = {"rising": more if burden else less, "falling": less if burden else more}
    rising, falling = (
        text(f"publish.grammar.{way}", lang, direction=named[way]) for way in ("rising", "falling")
    )
    return replace(
        view,
        kind="change",
        colours=colours[::-1] if burden else colours,
        ends=Ends(strong=rising, weak=falling) if burden else Ends(strong=falling, weak=rising),
        strong_first=not burden,
        note="note_around_zero",
    )


def _around_zero(values: np.ndarray) -> np.ndarray:
    """Return four limits alike on both sides of zero: a fifth of the values changed least."""
    size = np.abs(values[np.isfinite(values)])
    few, most = np.round(np.quantile(size, [0.2, 0.6])) if size.size else (1.0, 2.0)
    few = max(few, 1.0)
    most = max(most, few + 1)
    return np.array([-most, -few, few, most])


def _limits(values: np.ndarray, *, k: int) -> np.ndarray:
    """Return up to `k` - 1 different limits, each reached by a value, none the lowest."""
    values = values[np.isfinite(values)]
    if len(np.unique(values)) < 2:
        return np.array([])
    limits = np.unique(np.round(np.quantile(values, np.arange(1, k) / k)))
    return limits[(limits > values.min()) & (limits <= values.max())]
