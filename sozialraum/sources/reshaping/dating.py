"""The Stichtag of each row, of each column, of a file: read where the delivery says it."""

from __future__ import annotations

import re
from pathlib import PurePath

import numpy as np

from sozialraum.model import Period, Problem
from sozialraum.sources.reshaping.body import Body, column_at
from sozialraum.sources.reshaping.shape import day_of
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.periods import read_period, read_periods
from sozialraum.texts import problem

_FORMS = {
    "yyyy": r"(?P<yyyy>(?:19|20)[0-9]{2})", "mm": r"(?P<mm>[0-9]{1,2})",
    "dd": r"(?P<dd>[0-9]{1,2})", "q": r"(?P<q>[1-4])", "h": r"(?P<h>[12])",
    "yy": r"(?P<yy>[0-9]{2})", "name": r"(?P<name>.+?)", "mmm": r"(?P<mmm>[a-zäöü]{3,9}\.?)",
}  # fmt: skip
VALUE = "Wert"  # what a column is called whose head says nothing but a period
_MARK = re.compile(r"\{(\w+)\}")


def periods_of_rows(
    body: Body, column: str | int, day: str
) -> tuple[Body, list[Period], list[Problem]]:
    """Return the rows with the period of each, as one column says.

    Rows of that column which hold nothing but a period are the heads of the rows below them.
    """
    place, wrong = column_at(body, column, "stichtag.column")
    if wrong is not None:
        return body, [], [wrong]
    file, title = body.opened.file, body.header.title_of(place)
    if place == body.opened.place:
        return _below_their_heads(body, place, day)
    raw = body.cells(place).tolist()
    read = read_periods(raw)
    if read.unread:
        at = next(i for i, cell in enumerate(raw) if cell == read.unread[0])
        said = {"n": len(read.unread), "found": ", ".join(f"„{c}“" for c in read.unread[:5])}
        wrong = problem("sources.no_period", file=file, row=body.line(at), column=title, **said)
        return body, [], [wrong]
    if len(read.grains) > 1:
        said = {"found": ", ".join(f"„{_example(read.found, g)}“" for g in read.grains)}
        return body, [], [problem("sources.grains_mixed", file=file, column=title, **said)]
    found = {cell: day_of(period, day) for cell, period in read.found.items()}
    return body, [found[cell] for cell in raw], []


def _example(found: dict[object, Period], grain: str) -> object:
    return next(cell for cell, period in found.items() if period.grain == grain)


def _below_their_heads(
    body: Body, place: int, day: str
) -> tuple[Body, list[Period], list[Problem]]:
    """Return the rows without those that say the period of the rows below them."""
    grid = body.opened.grid
    current = _period_above(body, day)
    keep, periods, orphans = [], [], []
    for at, i in enumerate(body.rows.tolist()):
        filled = [cells.tidy(cell) for cell in grid.rows[i] if cells.tidy(cell)]
        head = read_period(filled[0]) if len(filled) == 1 else None
        keep.append(head is None)
        if head is not None:
            current = day_of(head, day)
        elif current is None:
            orphans.append(at)
        else:
            periods.append(current)
    if not orphans:
        return body.kept(np.array(keep, dtype=bool)), periods, []
    said = {"row": body.line(orphans[0]), "column": body.header.title_of(place)}
    code = "sources.no_period_above"
    return body, [], [problem(code, file=body.opened.file, n=len(orphans), **said)]


def _period_above(body: Body, day: str) -> Period | None:
    """Return the period in a line of its own right above the first row, which ends the head."""
    for row in reversed(body.opened.grid.rows[body.header.first : body.header.last + 1]):
        filled = [cells.tidy(cell) for cell in row if cells.tidy(cell)]
        found = read_period(filled[0]) if len(filled) == 1 else None
        if found is not None:
            return day_of(found, day)
    return None


def period_of_text(pattern: str, text: str) -> tuple[str, Period] | None:
    """Return the name and the period in a text of a form; None where it has another form.

    Parameters
    ----------
    pattern : text with ``{yyyy}`` and, as it needs, ``{mm}``, ``{dd}``, ``{q}``, ``{h}``, ``{yy}``
        (second year of a school year), ``{mmm}`` (a month by its name) and ``{name}``

    Examples
    --------
    >>> name, period = period_of_text("{name}_{yyyy}-{mm}", "einwohner_2023-05")
    >>> name, str(period)
    ('einwohner', '2023-05')
    >>> period_of_text("einwohner_{yyyy}", "kinder_2023") is None
    True
    >>> [str(p) for _, p in [period_of_text("{name} {mmm} {yyyy}", "Arbeitslose Mrz. 2024")]]
    ['2024-03']
    """
    found = _compiled(pattern).fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    name = part.get("name") or _MARK.sub("", pattern).strip(" _-.,/()") or VALUE
    year = part.get("yyyy", "")
    if part.get("mmm"):
        period = read_period(f"{part['mmm']} {year}")
    elif part.get("yy"):
        period = read_period(f"{year}/{part['yy']}")
    elif part.get("q") or part.get("h"):
        period = read_period(f"{year}-Q{part['q']}" if part.get("q") else f"{year}-H{part['h']}")
    else:
        rest = [f"{int(part[p]):02}" for p in ("mm", "dd") if part.get(p)]
        period = read_period("-".join([year, *rest]))
    return None if period is None else (name, period)


def _compiled(pattern: str) -> re.Pattern[str]:
    pieces, at = [], 0
    for mark in _MARK.finditer(pattern):
        form = _FORMS.get(mark[1])
        pieces += [re.escape(pattern[at : mark.start()]), form or re.escape(mark[0])]
        at = mark.end()
    return re.compile("(?i)" + "".join([*pieces, re.escape(pattern[at:])]))


def is_pattern(pattern: str) -> bool:
    """Tell whether a form can say a period: a year in it, no unknown mark, none twice."""
    marks = _MARK.findall(pattern)
    return "yyyy" in marks and set(marks) <= set(_FORMS) and len(set(marks)) == len(marks)


def period_of_file(pattern: str, file: str, day: str) -> tuple[Period | None, Problem | None]:
    """Return the period that the name of a file says, with or without its ending."""
    name = PurePath(file).name
    stems = [name, name.split(".")[0], PurePath(name).stem]
    found = next((f for f in (period_of_text(pattern, stem) for stem in stems) if f), None)
    if found is None:
        return None, problem("sources.no_period_in_name", file=file, found=name, pattern=pattern)
    return day_of(found[1], day), None
