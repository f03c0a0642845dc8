"""What the headline of a release is made of: its published figures in one small frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.publish.axes import axis_columns, second_axis
from sozialraum.publish.headline.rules import Headline, HeadlineFacts, headline
from sozialraum.publish.layer_facts import rank_interval
from sozialraum.publish.layers import city_rate, since
from sozialraum.publish.published_numbers import class_positions
from sozialraum.texts import text

if TYPE_CHECKING:
    from sozialraum.model import Indicator, Release

_SHARES = {"share": 1.0, "percent": 0.01}  # what a published value is multiplied with


def headline_of(release: Release) -> Headline:
    """Return the headline of a release; the same on the page, on paper and in the terminal."""
    if "index" not in release.breaks:  # nobody is ranked
        return Headline()
    return headline(figures(release), facts_of_headline(release))


def leading_indicator(release: Release) -> Indicator | None:
    """Return the indicator the headline speaks of: the one the build names, or its first burden."""
    shares = [
        i for i in release.indicators
        if i.unit in _SHARES and i.direction == "burden" and i.use == "index"
    ]  # fmt: skip
    named = release.details.get("people", {}).get("leading", "")
    return next((i for i in shares if i.id == named), shares[0] if shares else None)


def facts_of_headline(release: Release) -> HeadlineFacts:
    """Return what the sentences need to know of the build."""
    leading, told = leading_indicator(release), release.details.get("people", {})
    people = str(told.get("label", ""))
    city = np.nan if leading is None else float(release.current.city.get(leading.id, np.nan))
    label = "" if leading is None else leading.label
    return HeadlineFacts(
        areas=release.facts.areas_called,
        people=people,
        leading=label,
        living=label.removeprefix(people).strip() if people and label.startswith(people) else "",
        leading_city=city * _SHARES[leading.unit] if leading else np.nan,
        reached_by=release.facts.called.get("participation", ""),
        reach_city=city_rate(release, "participation"),
        since=since(release),
        level=_level(release),
    )


def figures(release: Release) -> pd.DataFrame:
    """Return one row per area with the columns of `headline`, as far as they are published."""
    areas, table = release.areas.index, release.current.table
    frame = pd.DataFrame({"name": release.areas["name"].astype(str)}, index=areas)
    frame["rank"] = table["rank"].astype(float)
    frame["burden_class"] = _burden_class(release, "index")
    frame[["rank_low", "rank_high"]] = rank_interval(release).reindex(areas)
    for column, (layer, of_layer) in _FROM_LAYERS.items():
        found = release.layers.get(layer)
        frame[column] = np.nan if found is None or of_layer not in found else (
            found[of_layer].reindex(areas)
        )  # fmt: skip
    turned = -1.0 if release.facts.orientation == "participation" else 1.0
    frame["burden_change"] = frame["burden_change"].astype(float) * turned
    leading = leading_indicator(release)
    if leading is not None:
        frame["leading"] = release.current.values[leading.id] * _SHARES[leading.unit]
    if _level(release):
        _add_two_axes(frame, release)
    return frame


_FROM_LAYERS = {
    "p_class": ("certainty", "class_probability"),
    "reach": ("participation", "rate"),
    "reach_high": ("participation", "rate_high"),
    "burden_change": ("change", "change"),
    "change_sure": ("change", "sure"),
    "district": ("districts", "district"),
    "higher": ("districts", "district"),
    "people": ("people", "count"),
    "reach_people": ("people", "reach_count"),
}


def _burden_class(release: Release, axis: str) -> pd.Series:
    """Return the place of each class, higher = more burden; NaN where there is none."""
    table, breaks = release.current.table, release.breaks[axis]
    place = class_positions(table[axis_columns(axis)[1]], breaks.numbers, breaks.k).astype(float)
    if release.facts.orientation == "participation":
        place = np.where(place < 0, -1, breaks.k - 1 - place)
    return pd.Series(np.where(place < 0, np.nan, place), table.index)


def _level(release: Release) -> str:
    """Return the worst level of the first axis in words, where two axes are combined."""
    labels = release.breaks["index"].labels
    if not second_axis(release) or not labels:
        return ""
    return str(labels[0 if release.facts.orientation == "participation" else -1])


def _add_two_axes(frame: pd.DataFrame, release: Release) -> None:
    """Order the combined classes: the level first, then falling before stable before rising."""
    second = second_axis(release)
    frame["level"] = frame["burden_class"]
    frame["burden_class"] = frame["level"] * release.breaks[second].k + _burden_class(
        release, second
    )
    names: Any = release.current.table["total_class_label"].astype(object)
    frame["class_name"] = names.map(lambda name: _sign(name) if isinstance(name, str) else "")


def _sign(name: str) -> str:
    return text("publish.headline.minus_of", name=name[:-1]) if name.endswith("-") else name
