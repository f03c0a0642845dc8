"""The head of a table whose key column has no title: upwards from its first row of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sozialraum.sources.tabular.cells import tidy
from sozialraum.sources.tabular.headers import Header, Row, header_of_lines, is_value

_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|(?:19|20)[0-9]{2}")
_SEARCHED_ROWS = 200
_LINES = 5


def header_by_place(rows: Sequence[Row], key: int) -> Header | None:
    """Return the head above the first row of numbers, or None where there is none.

    Titles stand alone in their row and are no head; so does a date between head and numbers.

    Parameters
    ----------
    key : column of the keys, from 0

    Examples
    --------
    >>> rows = [["Bevölkerung"], ["", "", "unter 18", "unter 18"], ["", "", "alle", "Mädchen"]]
    >>> header_by_place([*rows, ["31.12.2022"], ["01", "Nord", "7", "2"]], 0).paths
    ('', '', 'unter 18 alle', 'unter 18 Mädchen')
    """
    begin = _first_of_numbers(rows, key)
    if begin is None:
        return None
    top = begin
    while top > 0 and _is_pause(rows[top - 1]):
        top -= 1
    last = top
    while top > 0 and last - top < _LINES and _is_head(rows[top - 1], len(rows[begin])):
        top -= 1
    return None if top == last else header_of_lines(rows, top, last - 1, begin - 1)


def _first_of_numbers(rows: Sequence[Row], key: int) -> int | None:
    """Return the first row with a key and at least half as many numbers as such rows have."""
    many = {
        i: sum(is_value(cell) for j, cell in enumerate(row) if j != key)
        for i, row in enumerate(rows[:_SEARCHED_ROWS])
        if key < len(row) and tidy(row[key])
    }
    filled = [n for n in many.values() if n]
    if not filled:
        return None
    enough = max(1.0, float(np.median(filled)) / 2)
    return next(i for i, n in many.items() if n >= enough)


def _is_pause(row: Row) -> bool:
    filled = [tidy(cell) for cell in row if tidy(cell)]
    return not filled or (len(filled) == 1 and _DATE.fullmatch(filled[0]) is not None)


def _is_head(row: Row, width: int) -> bool:
    filled = [cell for cell in row if tidy(cell)]
    return len(filled) >= min(2, width - 1) and not any(map(is_value, filled))
