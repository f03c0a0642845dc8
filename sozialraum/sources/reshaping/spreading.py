"""Long tables made wide: entries of some columns become the names of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.sources.reshaping.body import Body, column_at
from sozialraum.sources.reshaping.shape import Shape
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.headers import Header, tidy_name
from sozialraum.sources.tabular.tables import Opened
from sozialraum.texts import problem

_MOST = 2000  # columns that a table may become
_SHOWN = 5
_WHOLE = "insgesamt"  # what a row is called whose entries are all empty


class Long(NamedTuple):
    """The columns of a long table: of its names, of its numbers, and all that decide on it."""

    names: list[int]
    values: list[int]


def long_columns(body: Body, shape: Shape) -> tuple[Long, list[Problem]]:
    """Return where names and numbers of a long table stand, or what is wrong with that."""
    found = {"names": [], "values": []}  # type: dict[str, list[int]]
    problems = []
    for where in ("names", "values"):
        for column in getattr(shape, where):
            place, wrong = column_at(body, column, where)
            problems += [] if wrong is None else [wrong]
            found[where] += [] if wrong is not None else [place]
    if shape.names and not shape.values and not problems:
        found["values"], problems = _only_numbers(body, shape, set(found["names"]))
    return Long(found["names"], found["values"]), problems


def _only_numbers(body: Body, shape: Shape, used: set[int]) -> tuple[list[int], list[Problem]]:
    """Return the one column of numbers that nothing else uses."""
    taken = {body.opened.place, *used}
    for column in (*shape.rows, shape.column):
        place, _ = (-1, None) if column is None else column_at(body, column, "")
        taken.add(place)
    numeric = [
        j
        for j in range(len(body.header.names))
        if j not in taken and cells.kind_of(cells.tidy_column(body.cells(j).tolist())) == "number"
    ]
    if len(numeric) == 1:
        return numeric, []
    found = ", ".join(f"„{body.header.title_of(j)}“" for j in numeric[:8]) or "–"
    return [], [problem("sources.values_open", file=body.opened.file, found=found, n=len(numeric))]


def labels_of(body: Body, long: Long) -> NDArray[np.object_]:
    """Return what each row is called: the entries of its columns of names."""
    columns = [body.words(j) for j in long.names]
    if len(columns) == 1:
        return np.where(columns[0] == "", _WHOLE, columns[0]).astype(object)
    joined = [" ".join(filter(None, words)) or _WHOLE for words in zip(*columns, strict=True)]
    return np.array([*joined, None], dtype=object)[:-1]


def used_names(
    body: Body, long: Long, labels: NDArray[np.object_], wanted: frozenset[str] | None
) -> tuple[NDArray[np.bool_], list[str]]:
    """Return which rows have a name in use, and the names in use in their order.

    Parameters
    ----------
    wanted : names of columns in use; None, or none that the table has, = all
    """
    names = list(dict.fromkeys(labels.tolist()))
    used = {tidy_name(w).casefold() for w in wanted or ()}
    kept = [
        name
        for name in names
        if any(_title(body, long, name, j).casefold() in used for j in long.values)
    ]
    kept = kept or names
    return np.isin(labels.astype(str), kept), kept


def made_wide(
    body: Body, long: Long, labels: NDArray[np.object_], when: str
) -> tuple[Opened | None, list[Problem]]:
    """Return a long table of one Stichtag as one row per key and one column per name.

    Parameters
    ----------
    labels : name of the column that each row belongs to
    when : the Stichtag in words, for messages
    """
    names = list(dict.fromkeys(labels.tolist()))
    if len(names) * len(long.values) > _MOST:
        found = len(names) * len(long.values)
        return None, [problem("sources.too_many_names", file=body.opened.file, found=found)]
    keys = body.words(body.opened.place)
    twice = _twice(body, long, keys, labels, when)
    if twice:
        return None, twice
    return _wide(body, long, keys, labels, names), []


def _title(body: Body, long: Long, label: str, place: int) -> str:
    """Return the name of a column that came out of an entry; the measure, where there are more."""
    return label if len(long.values) == 1 else f"{body.header.titles()[place]} {label}"


def _twice(
    body: Body, long: Long, keys: NDArray[np.object_], labels: NDArray[np.object_], when: str
) -> list[Problem]:
    """Return the problem of two rows for one key and name, with what they differ in."""
    pairs = pd.DataFrame({"key": keys, "label": labels})
    double = pairs.duplicated(keep=False) & (pairs["key"] != "")
    if not double.any():
        return []
    first = pairs[double].iloc[0]
    same = np.flatnonzero((pairs["key"] == first["key"]) & (pairs["label"] == first["label"]))
    other = [j for j in range(len(body.header.names)) if j not in long.values]
    differ = [j for j in other if len({body.words(j)[at] for at in same}) > 1]
    said = {
        "n": int(double.sum()),
        "key": str(first["key"]),
        "label": str(first["label"]),
        "when": when,
        "names": ", ".join(f"„{n}“" for n in list(dict.fromkeys(pairs["label"][double]))[:_SHOWN]),
        "columns": ", ".join(f"„{body.header.title_of(j)}“" for j in differ),
    }
    code = "sources.names_not_unique" if differ else "sources.names_doubled"
    return [problem(code, file=body.opened.file, row=body.line(int(same[1])), **said)]


def _wide(
    body: Body,
    long: Long,
    keys: NDArray[np.object_],
    labels: NDArray[np.object_],
    names: Sequence[str],
) -> Opened:
    """Return the grid of a spread table, which knows where each of its cells stood."""
    grid = body.opened.grid
    # rows without a key are sums or remarks: each stays one of its own
    marks = [key or f"\x00{at}" for at, key in enumerate(keys)]
    rows, unique = pd.factorize(np.array(marks, dtype=object))
    columns = pd.Index(names).get_indexer(pd.Index(labels))
    lines = body.lines()
    shape = (len(unique) + 1, 1 + len(names) * len(long.values))
    wide, origin = np.full(shape, "", dtype=object), np.zeros(shape, dtype=np.int64)
    first = np.unique(rows, return_index=True)[1]
    wide[1:, 0] = body.cells(body.opened.place)[first]
    origin[1:, 0] = lines[first]
    head = [body.header.title_of(body.opened.place)]
    for n, place in enumerate(long.values):
        at = 1 + n * len(names) + columns
        wide[rows + 1, at] = body.cells(place)
        origin[rows + 1, at] = lines
        head += [tidy_name(_title(body, long, name, place)) for name in names]
    wide[0] = head
    header = Header(0, 0, tuple(head), tuple(head), (tuple(head),), tuple(head))
    made = replace(grid, rows=wide.tolist(), typed=True, joined=(), lines=origin)
    return Opened(body.opened.file, made, header, 0)
