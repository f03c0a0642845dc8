"""Published numbers in words: classes, limits, values with units, sentences about one area."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Edition, Indicator, Release
from sozialraum.publish.map_layers import MARKS
from sozialraum.publish.periods import names_of
from sozialraum.publish.published_numbers import Figure, index_digits
from sozialraum.publish.view import View
from sozialraum.texts import catalogue, number, text

HELD = "sfkmun"
# Of indicators that are delivered without counts: nobody knows how many persons stand behind.
UNCOUNTED = "f"


def direction_words(release: Release, lang: str = "de") -> str:
    """Return which end is which: of the classes, and of the index where its numbers say otherwise.

    A direction that speaks of the index ("1 = hohe, 0 = niedrige Teilhabe") would be misread on a
    map that shows the classes 1 to 5; the ends of the classes are then said first.
    """
    if "index" not in release.breaks:
        return release.facts.direction
    return ends_in_words(release.facts.direction, release.breaks["index"], lang)


def ends_in_words(stated: str, breaks: Breaks, lang: str = "de") -> str:
    """Return `stated`, the direction of a build, after the ends of its classes where needed."""
    numbers = breaks.numbers or tuple(range(1, breaks.k + 1))
    ends = {str(numbers[-1]), str(numbers[0])}
    named = set(re.findall(r"(\S+) =", stated))
    if not breaks.labels or ends <= named:
        return stated
    values = {"high": numbers[-1], "low": numbers[0]}
    values |= {"high_label": breaks.labels[-1], "low_label": breaks.labels[0]}
    classes = text("publish.head.class_ends", lang, **values)
    numeric = re.match(r"-?\d+(,\d+)? =", stated)
    return f"{classes} {text('publish.head.index_ends', lang, ends=stated) if numeric else stated}"


def class_in_legend(view: View, release: Release, place: int) -> str:
    """Return number, label and limits of a class, as the legend shows them."""
    shown = view.numbers(release)[place]
    label = view.classes[place] if view.classes else ""
    limits = limit_words(view, place)
    name = shown if label in ("", shown) else f"{shown} {label}".strip()
    if not label and limits:
        return limits
    return f"{name} ({limits})" if limits else name


def limit_words(view: View, place: int) -> str:
    """Return the values that belong to a class, in German; empty where limits say nothing."""
    if not view.limits:
        return ""
    low = number(view.limits[place - 1] * view.figure.factor, view.figure.digits) if place else ""
    high = ""
    if place < len(view.limits):
        high = shown_number(view.limits[place], view.figure)
    if not low:
        return text("publish.page.up_to" if view.right else "publish.page.below", high=high)
    if not high:
        low = shown_number(view.limits[place - 1], view.figure)
        return text("publish.page.above" if view.right else "publish.page.from", low=low)
    return text(
        "publish.page.above_up_to" if view.right else "publish.page.from_below", low=low, high=high
    )


def shown_number(value: float, figure: Figure) -> str:
    r"""Return a published value with its unit.

    Examples
    --------
    >>> shown_number(0.125, Figure(100, 1, "percent"))
    '12,5\xa0%'
    """
    if value is None or np.isnan(value):
        return number(None)
    return text(f"publish.page.unit_{figure.unit}", n=number(value * figure.factor, figure.digits))


def value_words(edition: Edition, key: str, indicator: Indicator, figure: Figure) -> str:
    """Return an area's value with its unit, or the word for why there is none."""
    value = edition.values.at[key, indicator.id]
    if pd.notna(value):
        spread = spread_words(edition, key, indicator.id, figure)
        return " ".join(filter(None, (shown_number(float(value), figure), spread)))
    return text(f"publish.page.sign_{MARKS[str(edition.signs.at[key, indicator.id])]}")


def spread_words(
    edition: Edition, key: str, indicator: str, figure: Figure, lang: str = "de"
) -> str:
    r"""Return how far a value may be off: "± 1,2 %", of few cases "(1 bis 5 von 60)".

    Where few persons stand behind it, it says so, and where the index takes an estimate instead,
    that. Empty where the value is exact.
    """
    estimate = estimate_words(edition, key, indicator, figure, lang)
    window = _window_words(edition, key, indicator, figure, lang)
    return ", ".join(filter(None, (window, estimate)))


def estimate_words(
    edition: Edition, key: str, indicator: str, figure: Figure, lang: str = "de"
) -> str:
    """Return the estimate the index takes and how much of it is counted; "" without one."""
    if edition.estimated is None or edition.origin is None:
        return ""
    value, origin = edition.estimated.at[key, indicator], edition.origin.at[key, indicator]
    return estimate_shown(float(value), origin, figure, lang)


def estimate_shown(value: float, origin: object, figure: Figure, lang: str = "de") -> str:
    """Return an estimate as it stands behind the counted value; "" where there is none.

    Parameters
    ----------
    value : in the unit of the indicator
    origin : of `Edition.origin`
    """
    if not np.isfinite(value):
        return ""
    words = _page_words(lang)
    shown = _number(value * figure.factor, figure.digits, lang)
    n = words[f"unit_{figure.unit}"].format(n=shown)
    return str(words["estimated"]).format(n=n, origin=words[f"origin_{origin}"])


def _window_words(edition: Edition, key: str, indicator: str, figure: Figure, lang: str) -> str:
    if edition.half_width is None or edition.low is None or edition.high is None:
        return ""
    low, high = edition.low.at[key, indicator], edition.high.at[key, indicator]
    half, said = edition.half_width.at[key, indicator], []
    words = _page_words(lang)
    if high > low and low <= 1:
        persons = edition.persons.at[key, indicator]  # type: ignore[union-attr]
        ends = {"low": np.ceil(max(low, 0)), "high": np.floor(high), "persons": persons}
        shown = {name: _number(float(n), 0, lang) for name, n in ends.items()}
        said.append(words["spread_low"].format(**shown))
    elif half > 0:
        said.append(half_words(float(half), figure, lang))
    if edition.few is not None and edition.few.at[key, indicator]:
        said.append(words["small_base"])
    return ", ".join(said)


def half_words(half: float, figure: Figure, lang: str = "de") -> str:
    r"""Return how far a value may be off to either side, rounded up; "" where it is exact.

    Examples
    --------
    >>> half_words(0.0121, Figure(100, 1, "percent")), half_words(0.0, Figure(100, 1, "percent"))
    ('±\xa01,3\xa0%', '')
    """
    if not half > 0:
        return ""
    most = _number(float(half_steps(half, figure)) / 10**figure.digits, figure.digits, lang)
    return "±\u00a0" + str(_page_words(lang)[f"unit_{figure.unit}"]).format(n=most)


def half_steps(half: float | np.ndarray, figure: Figure) -> np.ndarray:
    """Return half widths in units of the last shown digit, rounded up.

    Examples
    --------
    >>> half_steps(np.array([0.0121, 0.0]), Figure(100, 1, "percent")).tolist()
    [13.0, 0.0]
    """
    return np.maximum(np.ceil(np.asarray(half) * figure.factor * 10**figure.digits - 1e-9), 0.0)


@cache
def _page_words(lang: str) -> dict[str, Any]:
    return catalogue("publish", lang)["page"]


def _number(n: float, digits: int, lang: str) -> str:
    shown = number(n, digits)
    return shown if lang == "de" else shown.translate(str.maketrans(",.", ".,"))


def rank_words(table: pd.DataFrame, key: str) -> str:
    """Return the rank of an area, of how many, and how many share it.

    Examples
    --------
    >>> table = pd.DataFrame({"rank": [1, 2, 2, None]}, index=["a", "b", "c", "d"])
    >>> rank_words(table, "a"), rank_words(table, "c")
    ('1 von 3', '2 von 3, geteilt mit 1 Gebiet')
    """
    rank, ranks = table.at[key, "rank"], table["rank"]
    others = int((ranks == rank).sum()) - 1
    words = text("publish.page.rank_of", rank=int(rank), of=int(ranks.notna().sum()))
    return words if others == 0 else f"{words}, {text('publish.page.rank_shared', n=others)}"


def area_sentences(release: Release, key: str) -> list[str]:
    """Return what the numbers say about one area, in German sentences; the same as on the page."""
    edition = release.current
    row = edition.table.loc[key]
    if pd.isna(row["class"]):
        return [text(f"publish.page.why_{MARKS[str(row['status'])]}")]
    listed = [] if pd.notna(row["index"]) else [text("publish.page.class_only")]
    same, of = int((edition.table["class"] == row["class"]).sum()), len(edition.table)
    listed.append(
        text(
            "publish.page.class_alone" if same == 1 else "publish.page.class_shared", n=same, of=of
        )
    )
    listed += _unlike_others(release, edition, key)
    return listed + _since_last(release, key)


def suppression_sentences(release: Release, key: str, lang: str = "de") -> list[str]:
    """Return which indicators of an area have no value, and why; the same as on the page."""
    edition = release.current
    signs, values = edition.signs.loc[key], edition.values.loc[key]
    uncounted = release.details.get("uncounted", ())
    missing = {
        i.label: mark_of(str(signs[i.id]), uncounted=i.id in uncounted)
        for i in release.indicators
        if pd.isna(values[i.id])
    }
    return reason_sentences(missing, of=len(release.indicators), lang=lang)


def mark_of(status: str, *, uncounted: bool) -> str:
    """Return the mark that says why there is no value.

    Examples
    --------
    >>> mark_of("suppressed", uncounted=False), mark_of("suppressed", uncounted=True)
    ('s', 'f')
    """
    mark = MARKS[status]
    return UNCOUNTED if uncounted and mark == "s" else mark


def reason_sentences(missing: Mapping[str, str], *, of: int, lang: str = "de") -> list[str]:
    """Return one sentence per reason; none where all `of` indicators are missing for one reason.

    That reason says already why the area has no result; only missing counts leave it one.

    Parameters
    ----------
    missing : per label of an indicator without value its mark of `MARKS`
    """
    marks = set(missing.values())
    if len(marks) == 1 and len(missing) == of and marks != {UNCOUNTED}:
        return []
    listed = []
    for mark in HELD:
        labels = [
            text("publish.page.quoted", lang, label=x) for x, m in missing.items() if m == mark
        ]
        if labels:
            listed.append(text(f"publish.page.held_{mark}", lang, labels=", ".join(labels)))
    return listed


def _unlike_others(release: Release, edition: Edition, key: str) -> list[str]:
    parts = edition.contributions.drop(columns="rest", errors="ignore")
    apart = (parts.loc[key] - parts.mean()).dropna()
    labels = {i.id: i.label for i in release.indicators}
    found = []
    if len(apart) and apart.max() > 0:
        found.append(text("publish.page.lifts", label=labels[str(apart.idxmax())]))
    if len(apart) and apart.min() < 0:
        word = "lowers" if found else "lowers_only"
        found.append(text(f"publish.page.{word}", label=labels[str(apart.idxmin())]))
    return found


def _since_last(release: Release, key: str) -> list[str]:
    if len(release.editions) < 2:
        return []
    before, now = release.editions[-2], release.current
    then, today = before.table["index"].get(key, np.nan), now.table.at[key, "index"]
    if pd.isna(then) or pd.isna(today):
        return []
    digits = index_digits(release)
    step = round(float(today) * 10**digits) - round(float(then) * 10**digits)
    word = "rose" if step > 0 else "fell" if step < 0 else "stayed"
    values = {"from": number(float(then), digits), "to": number(float(today), digits)}
    earlier = names_of(release)[-2]
    return [text(f"publish.page.{word}", year=earlier, **values)]
