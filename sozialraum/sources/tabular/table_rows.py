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
_RULE = re.compile(r"_{5,}")
_UNPLACED = re.compile(
    r"\b(?:nicht|un)\s*zu(?:zuordnen|zuordenbar|ordenbar|geordnet)|\bohne\s+(?:\w+\s+)?zuordnung"
    r"|\bkeine\s+(?:\w+\s+)?zuordnung|\bzuordnung\s+nicht\s+m[öo]glich|\bnicht\s+zuordenbar"
    r"|\bnicht\s+(?:\w+\s+)?lokalisierbar|\b(?:adresse|anschrift|wohnort|gebiet)\w*\s+unbekannt"
    r"|\bunbekannte[rs]?\s+(?:adresse|anschrift|wohnort|gebiet)|\bohne\s+(?:feste\w*\s+)?"
    r"(?:wohnsitz|anschrift|adresse)\b|\bnicht\s+verortbar",
    re.I,
)


@dataclass(frozen=True)
class Rows:
    """Rows of a grid below its head, sorted by what they are; numbers count from 0."""

    data: list[int]
    totals: list[int]
    problems: list[Problem]
    unnamed: frozenset[int] = frozenset()
    unplaced: tuple[int, ...] = ()


def sort_rows(grid: Grid, header: Header, key: int, file: str) -> Rows:
    """Tell areas, totals and remarks apart; rows longer or shorter than the head are errors."""
    below = range(header.last + 1, len(grid.rows))
    keys = {i: key_text(cells.tidy(cell_of(grid.rows[i], key))) for i in below}
    # GENESIS rules off its notes
    ruled = next((i for i in below if _RULE.fullmatch(keys[i])), len(grid.rows))
    pattern = key_pattern([k for i, k in keys.items() if i < ruled])
    kinds = ("data", "total", "unplaced", "remark", "blank")
    sorted_rows: dict[str, list[int]] = {kind: [] for kind in kinds}
    for i in below:
        kind = _kind_of_row(grid.rows[i], keys[i], key, pattern)
        sorted_rows["remark" if i >= ruled and kind != "blank" else kind].append(i)
    data, totals = sorted_rows["data"], sorted_rows["total"]
    problems = _row_notes(grid, totals, sorted_rows["remark"], file)
    width = len(header.names)
    if not grid.typed:
        ragged = [i for i in data if _is_ragged(grid.rows[i], width)]
        problems += [_ragged(file, grid.line(i), len(grid.rows[i]), width) for i in ragged[:_SHOWN]]
    unnamed = {i for i in totals if not any(map(is_total_word, grid.rows[i]))}
    return Rows(data, totals, problems, frozenset(unnamed), tuple(sorted_rows["unplaced"]))


def _kind_of_row(row: Sequence[object], own: str, key: int, pattern: re.Pattern[str]) -> str:
    """Return "data", "total", "unplaced", "remark" or "blank"; most keys alone tell which."""
    digits = pattern.pattern == DIGITS and pattern.fullmatch(own) is not None
    if digits and not any(map(is_total_word, row[key + 1 : key + 4])):
        return "data"
    tidied = [cells.tidy(c) for c in row]
    if not any(tidied):
        return "blank"
    if is_footnote(tidied, key, pattern):
        return "remark"
    if own == "" and unplaced_label(row, key):
        return "unplaced"
    named = own == "" or is_total_word(own) or any(map(is_total_word, tidied[:key]))
    return "total" if digits or named else "data"


def unplaced_label(row: Sequence[object], key: int) -> str:
    """Return what a row of people of no area is called; "" for any other row.

    Examples
    --------
    >>> unplaced_label(["99", "nicht zuzuordnen", 12], 0), unplaced_label(["01", "Unbesandten"], 0)
    ('nicht zuzuordnen', '')
    """
    words = (cells.tidy(c) for c in row[: key + 4] if isinstance(c, str))
    return next((word for word in words if _UNPLACED.search(word)), "")


def _row_notes(grid: Grid, totals: list[int], remarks: list[int], file: str) -> list[Problem]:
    notes = []
    if totals:
        rows = ", ".join(str(grid.line(i)) for i in totals[:_SHOWN])
        notes.append(problem("sources.total_found", "note", file=file, found=rows))
    if remarks:
        rows = ", ".join(str(grid.line(i)) for i in remarks[:_SHOWN])
        notes.append(problem("sources.remark_skipped", "note", file=file, found=rows))
    return notes


def _is_ragged(row: Sequence[object], width: int) -> bool:
    return len(row) < width or any(map(cells.tidy, row[width:]))


def _ragged(file: str, row: int, found: int, width: int) -> Problem:
    return problem("sources.ragged", file=file, row=row, found=found, width=width)


def cell_of(row: Sequence[object], place: int) -> object:
    """Return a cell of a row; what a short row lacks is empty."""
    return row[place] if place < len(row) else ""
