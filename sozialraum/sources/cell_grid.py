"""The cells of a table as they stand in its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    """

    rows: list[Sequence[object]] = field(default_factory=list)
    recognised: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    typed: bool = False
    joined: tuple[CellBlock, ...] = ()
