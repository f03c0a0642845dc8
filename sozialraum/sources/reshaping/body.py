"""The rows of a table below its head, without blank lines and remarks, as columns of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.headers import Header, is_footnote, key_pattern
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.sources.tabular.table_rows import cell_of
from sozialraum.sources.tabular.tables import Opened
from sozialraum.texts import problem

_RULE = re.compile(r"_{5,}")
_SHOWN = 20


@dataclass(frozen=True, eq=False)
class Body:
    """Rows of a table to be reshaped.

    Parameters
    ----------
    opened : the table
    header : its head
    rows : (n_rows,) int, positions in the grid
    read : columns already read, of all rows of the grid
    """

    opened: Opened
    header: Header
    rows: NDArray[np.intp]
    read: dict[tuple[str, int], NDArray[np.object_]] = field(default_factory=dict)

    def cells(self, place: int) -> NDArray[np.object_]:
        """Return the cells of a column as they stand in the file."""
        return self._column("cells", place)[self.rows]

    def words(self, place: int) -> NDArray[np.object_]:
        """Return the cells of a column as words; a workbook's 4.0 becomes "4"."""
        return self._column("words", place)[self.rows]

    def _column(self, kind: str, place: int) -> NDArray[np.object_]:
        """Return a column of the whole grid, read once."""
        if (kind, place) not in self.read:
            raw = [cell_of(row, place) for row in self.opened.grid.rows]
            if kind == "words":
                # a workbook's TRUE is equal to its 1, but another word
                word = {c: cells.tidy(key_text(c[1])) for c in {(type(c), c) for c in raw}}
                raw = [word[type(cell), cell] for cell in raw]
            made = np.empty(len(raw), dtype=object)
            made[:] = raw
            self.read[kind, place] = made
        return self.read[kind, place]

    def kept(self, keep: NDArray[np.bool_]) -> Body:
        """Return some of the rows."""
        return replace(self, rows=self.rows[keep])

    def line(self, at: int) -> int:
        """Return where the row at a position stands in the file, from 1."""
        return self.opened.grid.line(int(self.rows[at]))

    def lines(self) -> NDArray[np.int64]:
        """Return where the rows stand in the file, from 1."""
        own = self.opened.grid.lines
        return self.rows + 1 if own is None else own[self.rows]


def body_of(opened: Opened) -> tuple[Body, list[Problem]]:
    """Return the rows below the head of an opened table, and what was left out of them."""
    grid, header, key = opened.grid, opened.header, opened.place
    assert header is not None
    below = range(header.last + 1, len(grid.rows))
    whole = Body(opened, header, np.arange(len(grid.rows)))
    keys = whole.words(key)
    ruled = next((i for i in below if _RULE.fullmatch(keys[i])), len(grid.rows))
    pattern = key_pattern(list(dict.fromkeys(keys[header.last + 1 : ruled].tolist())))
    width, kept, remarks, problems = len(header.names), [], [], []
    for i in below:
        row = grid.rows[i]
        if i < ruled and _is_full(row, width, grid.typed):
            kept.append(i)
            continue
        tidied = [cells.tidy(cell) for cell in row]
        if not any(tidied):
            continue
        if i >= ruled or is_footnote(tidied, key, pattern):
            remarks.append(i)
            continue
        kept.append(i)
        if not grid.typed and (len(row) < width or any(tidied[width:])):
            said = {"found": len(row), "width": width}
            problems.append(problem("sources.ragged", file=opened.file, row=i + 1, **said))
    if remarks:
        listed = ", ".join(str(grid.line(i)) for i in remarks[:_SHOWN])
        problems.append(problem("sources.remark_skipped", "note", file=opened.file, found=listed))
    return replace(whole, rows=np.array(kept, dtype=np.intp)), problems[:_SHOWN]


def _is_full(row: Sequence[object], width: int, typed: bool) -> bool:
    """Tell whether a row has all of its cells and a last one that is filled: no remark."""
    return len(row) == width and row[-1] not in ("", None) and (typed or row[0] != "")


def column_at(body: Body, column: str | int, where: str) -> tuple[int, Problem | None]:
    """Return the place of a column named in the build file, from 0; -1 with the problem.

    Parameters
    ----------
    where : key of the build file that names it
    """
    file, header = body.opened.file, body.header
    if isinstance(column, int):
        if column <= len(header.names):
            return column - 1, None
        said = {"column": str(column), "found": len(header.names), "where": where}
        return -1, problem("sources.reshape_no_place", file=file, **said)
    found = header.find(column)
    if len(found) == 1:
        return found[0], None
    if found:
        paths = ", ".join(dict.fromkeys(header.paths[i] for i in found))
        return -1, problem("sources.column_twice", file=file, column=column, found=paths)
    said = {"found": header.near(column), "where": where}
    return -1, problem("sources.reshape_no_column", file=file, column=column, **said)
