"""Rows of a delivered table, told apart: areas, totals, remarks, rows of another length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.model import Problem
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.headers import (
    DIGITS,
    Header,
    is_footnote,
    is_total_word,
    key_pattern,
)
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.texts import problem

_SHOWN = 20


@dataclass(frozen=True)
class Rows:
    """Rows of a grid below its head, sorted by what they are; numbers count from 0."""

    data: list[int]
    totals: list[int]
    problems: list[Problem]
    unnamed: frozenset[int] = frozenset()


def sort_rows(grid: Grid, header: Header, key: int, file: str) -> Rows:
    """Tell areas, totals and remarks apart; rows longer or shorter than the head are errors."""
    below = range(header.last + 1, len(grid.rows))
    keys = {i: key_text(cells.tidy(cell_of(grid.rows[i], key))) for i in below}
    pattern = key_pattern(list(keys.values()))
    sorted_rows: dict[str, list[int]] = {"data": [], "total": [], "remark": [], "blank": []}
    for i in below:
        sorted_rows[_kind_of_row(grid.rows[i], keys[i], key, pattern)].append(i)
    data, totals = sorted_rows["data"], sorted_rows["total"]
    problems = _row_notes(totals, sorted_rows["remark"], file)
    width = len(header.names)
    if not grid.typed:
        ragged = [i for i in data if _is_ragged(grid.rows[i], width)]
        problems += [_ragged(file, i, len(grid.rows[i]), width) for i in ragged[:_SHOWN]]
    unnamed = {i for i in totals if not any(map(is_total_word, grid.rows[i]))}
    return Rows(data, totals, problems, frozenset(unnamed))


def _kind_of_row(row: Sequence[object], own: str, key: int, pattern: re.Pattern[str]) -> str:
    """Return "data", "total", "remark" or "blank"; most rows are told by their key alone."""
    digits = pattern.pattern == DIGITS and pattern.fullmatch(own) is not None
    if digits and not any(map(is_total_word, row[key + 1 : key + 4])):
        return "data"
    tidied = [cells.tidy(c) for c in row]
    if not any(tidied):
        return "blank"
    if is_footnote(tidied, key, pattern):
        return "remark"
    named = own == "" or is_total_word(own) or any(map(is_total_word, tidied[:key]))
    return "total" if digits or named else "data"


def _row_notes(totals: list[int], remarks: list[int], file: str) -> list[Problem]:
    notes = []
    if totals:
        rows = ", ".join(str(i + 1) for i in totals[:_SHOWN])
        notes.append(problem("sources.total_found", "note", file=file, found=rows))
    if remarks:
        rows = ", ".join(str(i + 1) for i in remarks[:_SHOWN])
        notes.append(problem("sources.remark_skipped", "note", file=file, found=rows))
    return notes


def _is_ragged(row: Sequence[object], width: int) -> bool:
    return len(row) < width or any(map(cells.tidy, row[width:]))


def _ragged(file: str, index: int, found: int, width: int) -> Problem:
    return problem("sources.ragged", file=file, row=index + 1, found=found, width=width)


def cell_of(row: Sequence[object], place: int) -> object:
    """Return a cell of a row; what a short row lacks is empty."""
    return row[place] if place < len(row) else ""
