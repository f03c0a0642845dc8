"""Where the numbers of a table begin, and how the head above them is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sozialraum.sources.tabular.cells import tidy
from sozialraum.sources.tabular.head_by_place import header_by_place
from sozialraum.sources.tabular.headers import (
    Header,
    Row,
    find_header,
    is_value,
    numbers_columns,
    tidy_name,
)

_SEARCHED_ROWS = 400
_RULE = re.compile(r"_{5,}")


def data_start(rows: Sequence[Row]) -> int:
    """Return the first row with at least half as many numbers as rows with numbers have.

    A line that numbers the columns is head.

    Examples
    --------
    >>> data_start([["Titel"], ["Nr", "alle"], ["1", "2"], ["01", "7"], ["02", "9"]])
    3
    """
    many = [sum(map(is_value, row)) for row in rows[:_SEARCHED_ROWS]]
    filled = [n for n in many if n]
    if not filled:
        return 0
    enough = max(1.0, 0.5 * float(np.median(filled)))
    for i, n in enumerate(many):
        if n >= enough and not (i < 40 and numbers_columns(rows[i], rows[i + 1 : i + 2])):
            return i
    return 0


def data_end(rows: Sequence[Row], start: int) -> int:
    """Return the row after the last one of numbers: a rule or the end of the file."""
    ruled = (i for i in range(start, len(rows)) if rows[i] and _RULE.fullmatch(tidy(rows[i][0])))
    return next(ruled, len(rows))


def head_of(rows: Sequence[Row], start: int, place: int) -> tuple[Header | None, str | int]:
    """Return the head of a table as its reader will find it, and the key by name or by number.

    Parameters
    ----------
    start : of `data_start`
    place : column of the keys
    """
    for i in range(start - 1, max(start - 6, -1), -1):
        row = rows[i]
        own = tidy_name(row[place]) if place < len(row) else ""
        if not own or sum(bool(tidy(c)) for c in row) < 2:
            continue
        header = find_header(rows, own)
        if header is not None and header.first <= i <= header.last and header.find(own) == [place]:
            return header, own
    return header_by_place(rows, place), place + 1


def title_above(rows: Sequence[Row], header: Header) -> str:
    """Return what stands above the head, in one line."""
    cells = (tidy(c) for row in rows[: header.first] for c in row)
    return " | ".join(c for c in cells if c)
