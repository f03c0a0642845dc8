"""The charts of the report: how many people, how many reached, how sure, class by class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.axes import axis_columns
from sozialraum.publish.escape import visible
from sozialraum.publish.grammar import legend_order
from sozialraum.publish.graphics.bars import Bar, draw_bars
from sozialraum.publish.headline.words import two_digits, weighted, whole_percent
from sozialraum.publish.layers import layer_views
from sozialraum.publish.map_layers import UNKNOWN
from sozialraum.publish.published_numbers import class_positions
from sozialraum.publish.view import View
from sozialraum.texts import text

_DIGITS = "0123456789abcdef"


def charts(release: Release, view: View) -> list[dict[str, Any]]:
    """Return the charts a release has numbers for: title, drawing, words for who does not see it.

    Parameters
    ----------
    release : its published layers; counts of people are summed as they are published
    view : of the index, whose classes and colours are used
    """
    found = [_people(release, view), _reached(release, view), _sure(release)]
    return [
        {"title": title, "drawing": draw_bars(bars), "alt": f"{title}: {_in_words(bars)}."}
        for title, bars in found
        if any(bar.value > 0 for bar in bars)
    ]


def _in_words(bars: list[Bar]) -> str:
    return "; ".join(f"{bar.label} {bar.shown}" for bar in bars)


def _classes(release: Release, view: View) -> list[tuple[str, str, pd.Index]]:
    """Return label, colour and areas of each class, the strong end first; none without classes."""
    breaks, column = release.breaks.get(view.id), axis_columns(view.id)[1]
    if breaks is None or column not in release.current.table:
        return []
    classes = release.current.table[column]
    place = class_positions(classes, breaks.numbers, breaks.k)
    numbers = view.numbers(release)
    return [
        (_class_label(view, numbers[i], i), view.colours[i], classes.index[place == i])
        for i in legend_order(view)
    ]


def _class_label(view: View, number: str, place: int) -> str:
    label = visible(view.classes[place])
    return number if label in ("", number) else f"{number} {label}"


def _people(release: Release, view: View) -> tuple[str, list[Bar]]:
    people = str(release.details.get("people", {}).get("label", ""))
    layer = release.layers.get("people")
    if layer is None or "count" not in layer or not people:
        return "", []
    count = layer["count"].astype(float).reindex(release.areas.index)
    everyone, bars = float(count.sum()), []
    for label, colour, areas in _classes(release, view):
        here = float(count[areas].sum())
        share = whole_percent(here / everyone) if everyone else "0"
        shown = text("publish.paper.chart_share", n=two_digits(here) if here else "0", share=share)
        bars.append(Bar(label, here, shown, colour))
    return text("publish.paper.chart_people", people=visible(people)), bars


def _reached(release: Release, view: View) -> tuple[str, list[Bar]]:
    layer, people = release.layers.get("participation"), release.layers.get("people")
    if layer is None or people is None or "reach_count" not in people:
        return "", []
    rate = layer["rate"].astype(float).reindex(release.areas.index)
    count = people["reach_count"].astype(float).reindex(release.areas.index)
    bars = []
    for label, colour, areas in _classes(release, view):
        reached = weighted(rate[areas], count[areas])
        if np.isfinite(reached):
            shown = text("publish.paper.chart_of_hundred", n=whole_percent(reached))
            bars.append(Bar(label, reached, shown, colour))
    called = release.facts.called.get("participation", "")
    return text("publish.paper.chart_reached", label=visible(called)), bars


def _sure(release: Release) -> tuple[str, list[Bar]]:
    view = next((v for v in layer_views(release) if v.id == "certainty"), None)
    if view is None:
        return "", []
    known = "".join(code for code in view.codes[-1] if code not in UNKNOWN)
    bars = [
        Bar(view.classes[i], float(n), str(n), view.colours[i])
        for i in legend_order(view)
        for n in (known.count(_DIGITS[i]),)
    ]
    return text("publish.paper.chart_sure"), bars
