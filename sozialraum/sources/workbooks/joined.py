"""Cells that are one cell to the reader of a workbook, among the rows of areas."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sozialraum.model import Problem
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.tabular.cells import is_sign, looks_like_number, tidy
from sozialraum.sources.workbooks.remarks import CellBlock, block_name
from sozialraum.texts import problem

_SHOWN = 10


def spread_joined(
    grid: Grid, data: Collection[int], columns: Collection[int], key: int, file: str
) -> tuple[Grid, list[Problem]]:
    """Return the grid with words and signs of joined cells in each of their rows.

    A number that stands in one cell for two areas, or for two columns, is refused: nobody says how
    much of it belongs to whom.

    Parameters
    ----------
    grid : the sheet
    data : rows of areas, from 0
    columns : columns that are read, from 0
    key : column of the keys; joined keys stay as they are, their lower rows have none
    """
    if not grid.joined:
        return grid, []
    rows, areas, wanted = list(grid.rows), set(data), set(columns) - {key}
    shared: list[CellBlock] = []
    for block in grid.joined:
        over = [i for i in range(block.top, block.bottom + 1) if i in areas]
        across = [j for j in range(block.left, block.right + 1) if j in wanted]
        if not over or not across:
            continue
        cell = _cell(rows, block.top, block.left)
        if looks_like_number(cell):
            shared.append(block)
        elif is_sign(tidy(cell)):
            _fill(rows, over, across, cell)
        elif block.left in across:
            _fill(rows, over, [block.left], cell)
    if not shared:
        return replace(grid, rows=rows), []
    found = ", ".join(map(block_name, shared[:_SHOWN])) + (", …" if len(shared) > _SHOWN else "")
    row = min(i + 1 for b in shared for i in range(b.top, b.bottom + 1) if i in areas)
    notes = {"n": len(shared), "file": file, "row": row, "found": found}
    return replace(grid, rows=rows), [problem("sources.joined_cells", **notes)]


def _cell(rows: list, row: int, column: int) -> object:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _fill(rows: list, over: list[int], across: list[int], cell: object) -> None:
    for i in over:
        row = [*rows[i], *[""] * (max(across) + 1 - len(rows[i]))]
        for j in across:
            row[j] = cell
        rows[i] = row
