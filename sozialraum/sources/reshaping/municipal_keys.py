"""Keys that are unique only within a Gemeinde: its AGS before them, "09473112-01".

Where several municipalities deliver, a Sozialraum 01 exists in each. The AGS stands in a column
"ags" of the file, or in the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from sozialraum.model import Problem
from sozialraum.model.keys import restore_key
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.sources.tabular.tables import Opened
from sozialraum.texts import problem

AGS = "ags"
GEMEINDE = 8  # digits
_DIGITS = re.compile(r"(?<!\d)(?:\d{8}|\d{5})(?!\d)")


def municipal_key(ags: str, key: str, width: int | None) -> str:
    """Return the key of an area under its Gemeinde.

    Examples
    --------
    >>> municipal_key("9473112", "1", 2), municipal_key("09463000", "Nord", None)
    ('09473112-01', '09463000-Nord')
    """
    return f"{restore_key(ags, GEMEINDE)}-{restore_key(key, width or 0)}"


def ags_of_file(name: str, known: Sequence[str]) -> str:
    """Return the AGS in the name of a file: of a Gemeinde of the build, or in one of its Kreise.

    Examples
    --------
    >>> ags_of_file("raum_09473112_2024.csv", ["09473"]), ags_of_file("2024.csv", ["09473"])
    ('09473112', '')
    """
    found = [ags for ags in _DIGITS.findall(PurePath(name).stem) if ags.startswith(tuple(known))]
    return found[0] if len(found) == 1 else ""


def with_municipality(
    opened: Opened, known: Sequence[str], width: int | None
) -> tuple[Opened, list[Problem]]:
    """Return a table whose keys begin with the AGS; rows without key or AGS stay as they are.

    Parameters
    ----------
    opened : a table file with its head
    known : the AGS of the build
    width : characters of a key within its Gemeinde
    """
    header, place = opened.header, opened.place
    if header is None:
        return opened, []
    at = next(iter(header.find(AGS)), None)
    of_file = ags_of_file(opened.file, known) if at is None else ""
    if at is None and not of_file:
        said = {"file": opened.file, "known": ", ".join(known), "near": ", ".join(header.titles())}
        return opened, [problem("sources.no_ags", **said)]
    rows, first = [], header.last + 1
    for n, row in enumerate(opened.grid.rows):
        cell = cells.tidy(row[place]) if n >= first and place < len(row) else ""
        ags = of_file if at is None else key_text(row[at]) if at < len(row) else ""
        joined = bool(cell) and ags.isdigit() and (at is not None or any(map(str.isdigit, cell)))
        made = municipal_key(ags, key_text(row[place]), width) if joined else None
        rows.append(row if made is None else [*row[:place], made, *row[place + 1 :]])
    return replace(opened, grid=replace(opened.grid, rows=rows)), []
