"""Results of two axes, as Berlin's status and dynamics: one map of all classes, and their words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.publish.escape import visible
from sozialraum.publish.grammar import index_ends
from sozialraum.publish.graphics.colours import DIVERGING, PALETTES, palette
from sozialraum.publish.published_numbers import class_positions, index_digits
from sozialraum.publish.view import Stripes, View
from sozialraum.texts import catalogue, signed

if TYPE_CHECKING:
    from sozialraum.model import Release

TOTAL = "total_class_label"


def axis_columns(axis: str) -> tuple[str, str]:
    """Return the names of the value and the class of an axis in ``Edition.table``."""
    return ("index", "class") if axis == "index" else (f"{axis}_index", f"{axis}_class")


def axis_label(release: Release, axis: str) -> str:
    """Return what an axis is called; the name of its section where nobody has said it."""
    return str(release.details.get("axes", {}).get(axis) or axis)


def second_axis(release: Release) -> str:
    """Return the second axis of a result whose groups combine two; "" where there is one axis."""
    others = [axis for axis in release.breaks if axis != "index"]
    total = TOTAL in release.current.table
    return others[0] if total and len(others) == 1 else ""


def with_second_axis(view: View, release: Release, lang: str = "de") -> View:
    """Return the view of the first axis with the second one over it: stripes worse, dots better.

    The stripes are of one Stichtag; a view that holds several is returned as it is.
    """
    second = second_axis(release)
    if not second or len(view.codes) > 1:
        return view
    words = catalogue("publish", lang)["layers"]["two_axes"]
    named = {"first": axis_label(release, "index"), "second": axis_label(release, second)}
    breaks = release.breaks[second]
    last = breaks.k - 1
    worse, better = (0, last) if _turned(release) else (last, 0)
    return replace(
        view,
        label=words["label"].format(**named),
        stripes=_marked(release, second, worse, words),
        dots=_marked(release, second, better, words),
    )


def _turned(release: Release) -> bool:
    """Whether a low index is the burdened end."""
    return release.facts.orientation == "participation"


def _marked(release: Release, axis: str, place: int, words: dict[str, Any]) -> Stripes:
    breaks, column = release.breaks[axis], axis_columns(axis)[1]
    classes = release.current.table[column]
    here = class_positions(classes, breaks.numbers, breaks.k) == place
    number = (breaks.numbers or tuple(range(1, breaks.k + 1)))[place]
    label = breaks.labels[place] if breaks.labels else str(number)
    told = words["of_axis"].format(axis=axis_label(release, axis), label=label)
    areas = tuple(bool(one) for one in here)
    return Stripes(label=told, areas=areas, column=column, value=int(number))


def as_change(view: View, release: Release, lang: str = "de") -> View:
    """Return the view of the second axis in the colours of a change: orange is worse."""
    k, breaks = len(view.colours), release.breaks[view.id]
    label = axis_label(release, view.id)
    if view.id != second_axis(release) or k not in PALETTES[DIVERGING[0]]:
        return replace(view, label=label)
    middle = view.classes[k // 2]
    colours = palette(DIVERGING[0], k, midpoint=middle)
    turned = _turned(release)
    return replace(
        view,
        label=label,
        kind="change",
        colours=colours if turned else colours[::-1],
        ends=index_ends(breaks, replace(release.facts, strong="burden"), lang),
        strong_first=turned,
    )


def attention(release: Release) -> np.ndarray | None:
    """Return which areas are of a group that needs special attention; None without such groups."""
    groups = release.details.get("recipe", {}).get("attention", ())
    if not groups or TOTAL not in release.current.table:
        return None
    return release.current.table[TOTAL].isin(list(groups)).to_numpy()


def axis_facts(release: Release, lang: str = "de") -> list[dict[str, Any]]:
    """Return what the profile and the tables say of the second axis and of both together."""
    second, table = second_axis(release), release.current.table
    if not second:
        return []
    words = catalogue("publish", lang)["layers"]["two_axes"]
    value, klass = axis_columns(second)
    digits, values = index_digits(release, value), table[value].astype(float)
    texts = [
        _class_words(label, number, digits)
        for label, number in zip(table[f"{klass}_label"], values, strict=True)
    ]
    named = {"first": axis_label(release, "index"), "second": axis_label(release, second)}
    groups = [visible(g) if isinstance(g, str) else "" for g in table[TOTAL]]
    order = {group: float(place) for place, group in enumerate(sorted(set(groups) - {""}))}
    facts = [
        _fact(named["second"], texts, values),
        _fact(words["label"].format(**named), groups, [order.get(g) for g in groups]),
    ]
    needed = attention(release)
    if needed is not None:
        said = [words["attention_yes"] if one else "" for one in needed]
        facts.append(_fact(words["attention_fact"], said, needed.astype(float)))
    return facts


def _class_words(label: object, value: float, digits: int) -> str:
    if not isinstance(label, str):
        return ""
    return f"{visible(label)} ({signed(value, digits)})" if np.isfinite(value) else visible(label)


def _fact(label: str, texts: list[str], order: Any) -> dict[str, Any]:
    known = [None if pd.isna(one) else float(one) for one in order]
    return {"label": label, "values": texts, "order": known}
