"""Tables with several rows or columns per area: how they become one table per day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from sozialraum.model.dates.period import Period
from sozialraum.sources.recognise.seen import LongForm, Pair
from sozialraum.sources.reshaping.body import Body, body_of
from sozialraum.sources.reshaping.dating import period_of_text, periods_of_rows
from sozialraum.sources.reshaping.reshape import reshape
from sozialraum.sources.reshaping.shape import Shape
from sozialraum.sources.reshaping.spreading import labels_of, long_columns
from sozialraum.sources.tabular.cells import tidy
from sozialraum.sources.tabular.headers import tidy_name
from sozialraum.sources.tabular.periods import read_period
from sozialraum.sources.tabular.tables import Opened

_DATED = re.compile(r"(?<![0-9])[0-9]{1,2}\.[0-9]{1,2}\.(?:19|20)[0-9]{2}(?![0-9])")
_YEAR = re.compile(r"(?<![0-9])(?:19[89]|20[0-4])[0-9](?![0-9/])")
_NUMBERED = re.compile(r"(?<![0-9])(?:0?[1-9]|1[0-2])([/.])(?:19[89]|20[0-4])[0-9](?![0-9/])")
_BACKWARDS = re.compile(r"(?<![0-9])(?:19[89]|20[0-4])[0-9]([-/_.])(?:0[1-9]|1[0-2])(?![0-9/-])")
_MONTH = re.compile(
    r"\b(?:jan|feb|mär|mrz|maerz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-z]*\.?"
    r"( ?)(?:19[89]|20[0-4])[0-9](?![0-9/])", re.I,
)  # fmt: skip
_MOST_HEADS = 0.8


def head_form(titles: Iterable[str], *, several: bool = True) -> str:
    """Return the form in which heads of columns of numbers say their day; "" where they do not.

    The same name must stand under several days, and nearly all heads must have the form.

    Parameters
    ----------
    several : heads must say a name beside their day; False = days alone are enough

    Examples
    --------
    >>> head_form(["Einwohner 2022", "Kinder 2022", "Einwohner 2023", "Kinder 2023"])
    '{name} {yyyy}'
    >>> head_form(["Einwohner 2022", "Kinder 2022"]), head_form(["Einwohner", "Kinder"])
    ('', '')
    >>> head_form(["2022", "2023"], several=False), head_form(["Jan 24", "Jan 2024", "Feb 2024"])
    ('{yyyy}', '')
    """
    known = list(titles)
    forms = Counter(form for title in known for form in [_form_of(title)] if form)
    for form, n in forms.most_common(1):
        read = [r for r in (period_of_text(form, title) for title in known) if r is not None]
        often = Counter(name for name, _ in read)
        days = {period for _, period in read}
        named = "{name}" in form or not several
        if named and len(days) > 1 and n >= _MOST_HEADS * len(known) and min(often.values()) > 1:
            return form
    return ""


def _form_of(title: str) -> str:
    """Return a head with marks in the place of its day and of the rest."""
    forms = (
        (_DATED, "{dd}.{mm}.{yyyy}"), (_NUMBERED, "{mm}%s{yyyy}"), (_BACKWARDS, "{yyyy}%s{mm}"),
        (_MONTH, "{mmm}%s{yyyy}"), (_YEAR, "{yyyy}"),
    )  # fmt: skip
    for pattern, written in forms:
        found = list(pattern.finditer(title))
        if len(found) == 1 and "{" not in title:
            mark = written.replace("%s", found[0].group(1)) if "%s" in written else written
            if found[0].group() == title:
                return mark
            before, behind = title[: found[0].start()], title[found[0].end() :]
            if re.search(r"\w", before) and not re.search(r"\w", behind):
                return _named(before, first=True) + mark + behind
            if re.search(r"\w", behind) and not re.search(r"\w", before):
                return before + mark + _named(behind, first=False)
    return ""


def _named(words: str, *, first: bool) -> str:
    """Return words as one mark, with the signs that stand between them and the day."""
    if first:
        return "{name}" + words[len(words.rstrip(" _-,;:|/()")) :]
    return words[: len(words) - len(words.lstrip(" _-,;:|/()"))] + "{name}"


def parts_by_day(opened: Opened, form: LongForm) -> tuple[dict[Period | None, Opened], list[str]]:
    """Return the tables of all days of a form, oldest first, each with one row per area.

    Entries that stand twice for one area and day are no columns, for what they count is not said:
    they are returned as well.

    Parameters
    ----------
    opened : the table as its file has it
    """
    if form.heads:
        return reshape(opened, Shape(columns=form.heads, names=form.names)).parts, []
    body, _ = body_of(opened)
    periods: list[Period] = []
    if form.column:
        body, periods, wrong = periods_of_rows(body, form.column, "")
        if wrong:
            return {}, []
    shape = Shape(names=form.names, values=form.values, column=form.column or None)
    wanted, twice = _unique(body, shape, periods)
    return (reshape(opened, replace(shape, wanted=wanted)).parts if wanted else {}), twice


def flat_names(opened: Opened, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of names of a flat file of GENESIS, with what is counted before them."""
    assert opened.header is not None
    measure = "value_variable_label"
    known = measure in opened.header.titles() and measure not in names
    return (measure, *names) if known else tuple(names)


def days_in_rows(opened: Opened) -> bool:
    """Tell whether rows of the key column hold nothing but a day: that of the rows below them."""
    assert opened.header is not None
    rows = opened.grid.rows[opened.header.first :]
    filled = ([tidy(cell) for cell in row if tidy(cell)] for row in rows)
    alone = [cells[0] for cells in filled if len(cells) == 1]
    return any(read_period(cell) is not None for cell in alone) and bool(
        periods_of_rows(body_of(opened)[0], opened.place + 1, "")[1]
    )


def across_measures(
    pairs: Mapping[str, tuple[Pair, ...]], values: Sequence[str]
) -> dict[str, tuple[Pair, ...]]:
    """Return pairs of two measures of one group: poor women are a part of all women.

    Parameters
    ----------
    pairs : numerator -> what it may be a part of
    values : columns with numbers of a long table; its columns are "VALUE ENTRY"

    Examples
    --------
    >>> women = Pair("arm w", "arm alle", 5.0), Pair("arm w", "Kinder w", 4.0)
    >>> [p.denominator for p in across_measures({"arm w": women}, ["arm", "Kinder"])["arm w"]]
    ['Kinder w']
    """
    if len(values) < 2:
        return dict(pairs)
    told = {
        one: tuple(p for p in own if _entry(p.denominator, values) == _entry(one, values))
        for one, own in pairs.items()
    }
    return {one: own for one, own in told.items() if own}


def _entry(title: str, values: Sequence[str]) -> str:
    """Return the entry that a column of a long table stands for."""
    measure = max((v for v in values if title.startswith(f"{v} ")), key=len, default="")
    return title.removeprefix(measure)


def _unique(
    body: Body, shape: Shape, periods: Sequence[Period]
) -> tuple[frozenset[str], list[str]]:
    """Return the columns that have one number per area and day, and entries that have more."""
    long, wrong = long_columns(body, shape)
    if wrong:
        return frozenset(), []
    keys = body.words(body.opened.place)
    labels = labels_of(body, long) if shape.names else [""] * len(keys)
    days = [str(p) for p in periods] or [""] * len(keys)
    frame = pd.DataFrame({"key": keys, "label": labels, "day": days})
    frame = frame[frame["key"] != ""]
    twice = set(frame["label"][frame.duplicated()])
    kept = [label for label in dict.fromkeys(frame["label"]) if label not in twice]
    several = len(long.values) > 1
    titles = body.header.titles()
    places = long.values or [body.opened.place]
    names = (f"{titles[j]} {n}" if several else n for n in kept for j in places)
    return frozenset(map(tidy_name, names)), sorted(twice)
