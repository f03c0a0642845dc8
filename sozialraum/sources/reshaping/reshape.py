"""rows -> stichtag -> names: one delivered table becomes one table per Stichtag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.model import Period, Problem
from sozialraum.sources.reshaping.body import Body, body_of, column_at
from sozialraum.sources.reshaping.dating import is_pattern, period_of_text, periods_of_rows
from sozialraum.sources.reshaping.selecting import select_rows
from sozialraum.sources.reshaping.shape import LeftRows, Reshaped, Shape, day_of
from sozialraum.sources.reshaping.spreading import (
    Long,
    labels_of,
    long_columns,
    made_wide,
    used_names,
)
from sozialraum.sources.tabular.headers import Header
from sozialraum.sources.tabular.tables import Opened
from sozialraum.texts import problem
from sozialraum.texts.periods import period_label


def reshape(opened: Opened, shape: Shape) -> Reshaped:
    """Return an opened table as one table per Stichtag.

    Parameters
    ----------
    opened : of `open_table`
    shape : what the build file states

    Returns
    -------
    A `Reshaped`; its tables are read by `table_of`, and say of each cell where it stood.
    """
    if shape.changes_nothing or opened.header is None:
        return Reshaped({None: opened})
    if shape.columns is not None:
        return _by_heads(opened, shape)
    body, problems = body_of(opened)
    long, wrong = long_columns(body, shape)
    body, left, told = select_rows(body, shape.rows, _counted(body, long, shape))
    problems += [*wrong, *told]
    if _failed(problems):
        return Reshaped({}, problems, left)
    periods: list[Period] = []
    if shape.column is not None:
        body, periods, told = periods_of_rows(body, shape.column, shape.day)
        problems += told
    if _failed(problems):
        return Reshaped({}, problems, left)
    return _parts(body, long, periods, shape, problems, left)


def _failed(problems: list[Problem]) -> bool:
    return any(p.severity == "error" for p in problems)


def _counted(body: Body, long: Long, shape: Shape) -> list[int]:
    """Return the columns whose numbers are told where rows are left out."""
    if long.values:
        return long.values
    wanted = shape.wanted or frozenset(body.header.titles())
    places = [place for name in sorted(wanted) for place in body.header.find(name)[:1]]
    return [place for place in places if place != body.opened.place]


def _parts(
    body: Body,
    long: Long,
    periods: list[Period],
    shape: Shape,
    problems: list[Problem],
    left: list[LeftRows],
) -> Reshaped:
    """Return the tables of the Stichtage, oldest first."""
    parts: dict[Period | None, Opened] = {}
    labels = np.empty(0, dtype=object)
    if shape.names:
        labels = labels_of(body, long)
        used, kept = used_names(body, long, labels, shape.wanted)
        problems += _unused(body, labels, kept)
        body, labels = body.kept(used), labels[used]
        periods = [p for p, u in zip(periods, used.tolist(), strict=bool(periods)) if u]
    days = sorted(set(periods))
    number = {period: n for n, period in enumerate(days)}
    numbers = np.array([number[period] for period in periods], dtype=np.intp)
    for period in days or [None]:
        here = slice(None) if period is None else numbers == number[period]
        rows = replace(body, rows=body.rows[here])
        if shape.names:
            when = "–" if period is None else period_label(period)
            made, wrong = made_wide(rows, long, labels[here], when)
            problems += wrong
            if made is None:
                return Reshaped({}, problems, left)
            parts[period] = made
        else:
            parts[period] = _same_columns(rows)
    return Reshaped(parts, problems, left)


def _unused(body: Body, labels: NDArray[np.object_], kept: list[str]) -> list[Problem]:
    """Tell how many names of a long table no column takes."""
    names, known = list(dict.fromkeys(labels.tolist())), set(kept)
    unused = [name for name in names if name not in known]
    if not unused:
        return []
    listed = ", ".join(f"„{n}“" for n in unused[:8]) + (", …" if len(unused) > 8 else "")
    said = {"n": len(unused), "of": len(names), "names": listed}
    return [problem("sources.names_unused", "note", file=body.opened.file, **said)]


def _same_columns(body: Body) -> Opened:
    """Return some rows of a table under its own head."""
    opened, grid = body.opened, body.opened.grid
    head = body.header.last + 1
    lines = np.concatenate([np.arange(1, head + 1), body.lines()])
    rows = [*grid.rows[:head], *(grid.rows[i] for i in body.rows.tolist())]
    made = replace(grid, rows=rows, joined=(), lines=lines.astype(np.int64))
    return replace(opened, grid=made)


def _by_heads(opened: Opened, shape: Shape) -> Reshaped:
    """Return one table per period in the heads of the columns; other columns belong to none."""
    header, pattern = opened.header, str(shape.columns)
    assert header is not None
    where = {"file": opened.file, "pattern": pattern}
    if not is_pattern(pattern):
        return Reshaped({}, [problem("sources.no_period_pattern", **where)])  # type: ignore[arg-type]
    found: dict[Period, dict[int, str]] = {}
    for j in range(len(header.names)):
        for title in (header.paths[j], header.names[j], *header.titled[j : j + 1]):
            read = period_of_text(pattern, title) if j != opened.place else None
            if read is not None:
                found.setdefault(day_of(read[1], shape.day), {})[j] = read[0]
                break
    if not found:
        near = ", ".join(f"„{p}“" for p in header.paths if p)[:200]
        return Reshaped({}, [problem("sources.no_period_in_heads", found=near, **where)])  # type: ignore[arg-type]
    body, problems = body_of(opened)
    body, left, told = select_rows(body, shape.rows, sorted(j for n in found.values() for j in n))
    problems += told
    base = _same_columns(body)
    kept, wrong = _kept_columns(body, shape)
    parts = {
        period: replace(base, header=_renamed(header, found[period], kept))
        for period in sorted(found)
    }
    problems += wrong
    if _failed(problems):
        return Reshaped({}, problems, left)
    return _spread(parts, kept, shape, problems, left) if shape.names else Reshaped(
        dict(parts), problems, left
    )  # fmt: skip


def _kept_columns(body: Body, shape: Shape) -> tuple[list[int], list[Problem]]:
    """Return the columns that every period has: of the keys, and of names."""
    read = [column_at(body, column, "names") for column in shape.names]
    wrong = [told for _, told in read if told is not None]
    return [body.opened.place, *(place for place, told in read if told is None)], wrong


def _spread(
    parts: dict[Period, Opened],
    kept: list[int],
    shape: Shape,
    problems: list[Problem],
    left: list[LeftRows],
) -> Reshaped:
    """Return the parts with the entries of their columns of names as columns."""
    made: dict[Period | None, Opened] = {}
    for period, part in parts.items():
        assert part.header is not None
        heads = part.header.names
        values = tuple(name for j, name in enumerate(heads) if name and j not in kept)
        names = tuple(heads[j] for j in kept[1:])
        done = reshape(part, Shape(names=names, values=values, wanted=shape.wanted))
        problems += [p for p in done.problems if p not in problems]
        if _failed(problems):
            return Reshaped({}, problems, left)
        made[period] = done.parts[None]
    return Reshaped(made, problems, left)


def _renamed(header: Header, names: dict[int, str], kept: list[int]) -> Header:
    """Return a head in which the columns of one period have names without it, and those kept."""
    line = tuple(
        header.title_of(j) if j in kept else names.get(j, "") for j in range(len(header.names))
    )
    return Header(header.first, header.last, line, line, (line,), line)
