"""The cells of a table as they stand in its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.sources.workbooks.remarks import CellBlock


@dataclass(frozen=True)
class Grid:
    """Cells of a table.

    Parameters
    ----------
    rows : cells as in the file; row 1 of the spreadsheet is ``rows[0]``
    recognised : encoding, delimiter, sheet
    problems : what was noticed while opening; with an error there are no rows
    typed : True if numbers come as numbers (workbook, dbf, parquet)
    joined : blocks of cells that are one cell to the reader of a workbook
    lines : where rows were put in another order or next to each other: the row of the file that
        each cell comes from, one number per row or one per cell; 0 = none. None = as in the file
    """

    rows: Sequence[Sequence[object]] = field(default_factory=list)
    recognised: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    typed: bool = False
    joined: tuple[CellBlock, ...] = ()
    lines: NDArray[np.int64] | None = None

    def line(self, row: int, column: int | None = None) -> int:
        """Return the row of the file, from 1, that a cell comes from; of a row its first."""
        if self.lines is None:
            return row + 1
        if self.lines.ndim == 1:
            return int(self.lines[row])
        if column is not None and self.lines[row, column]:
            return int(self.lines[row, column])
        there = self.lines[row][self.lines[row] > 0]
        return int(there.min()) if len(there) else 0
