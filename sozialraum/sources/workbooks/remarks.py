"""What a workbook says about its cells beyond their values: joined, shown as per cent, unworked.

A reader of values sees 0.223 where a person sees "22,3 %", an empty cell where one number is meant
for two rows, and nothing at all where a formula has no stored result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_FORMULA = re.compile(
    r'(?a)(?:of:)?=?\s*(?:"(?P<text>(?:[^"]|"")*)"|(?P<number>[+-]?\d+(?:\.\d+)?))\s*'
)


class CellBlock(NamedTuple):
    """A rectangle of cells, rows and columns from 0, both ends part of it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def several(self) -> bool:
        """Whether it holds more than one cell."""
        return self.top != self.bottom or self.left != self.right


@dataclass
class Remarks:
    """What a sheet says about its cells.

    Parameters
    ----------
    joined : blocks of cells that are one cell to the reader
    percent : blocks of numbers that are shown as per cent
    unworked : formulas whose result was never stored
    spelled : formulas without a stored result that are nothing but a text or a number, and that one
    faulty : cells with an error of the spreadsheet, and the error
    """

    joined: list[CellBlock] = field(default_factory=list)
    percent: list[CellBlock] = field(default_factory=list)
    unworked: list[tuple[int, int]] = field(default_factory=list)
    spelled: list[tuple[int, int, str | float]] = field(default_factory=list)
    faulty: list[tuple[int, int, str]] = field(default_factory=list)


def cell_address(row: int, column: int) -> str:
    """Return a cell as a spreadsheet names it.

    Examples
    --------
    >>> cell_address(0, 0), cell_address(9, 27)
    ('A1', 'AB10')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def spelled_out(formula: str) -> str | float | None:
    """Return the text or number that a formula is, without anything to work out; else None.

    Examples
    --------
    >>> spelled_out('"01"'), spelled_out('="a""b"'), spelled_out("of:=12"), spelled_out("A1")
    ('01', 'a"b', 12.0, None)
    """
    said = _FORMULA.fullmatch(formula.strip())
    if said is None:
        return None
    return said["text"].replace('""', '"') if said["text"] is not None else float(said["number"])


def block_name(block: CellBlock) -> str:
    """Return a block as a spreadsheet names it: "B6:B7"."""
    first, last = cell_address(block.top, block.left), cell_address(block.bottom, block.right)
    return f"{first}:{last}" if block.several else first
