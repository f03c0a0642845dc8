"""The street grid (Straßenraster) by which the employment agency forms figures for city areas.

Two files of a municipality: ``-zu`` (nine-digit key, name, …, inhabitants) and ``-ra`` (13 columns:
street, postcode, odd from and to, even from and to, key; 997 and 998 are open ends). The order of
the 13 columns stands in no public paper: they are told by what they hold, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.sources.official.semicolons import official_cells
from sozialraum.texts import problem

WIDTH = 13
OPEN = {997: "odd", 998: "even"}
NAMES = ("SCHLUESSEL", "NAME", "AGS", "EINWOHNER")
_KEY, _POSTCODE, _AGS = (re.compile(rf"[0-9]{{{n}}}") for n in (9, 5, 8))
_NUMBER, _LETTER = re.compile(r"[0-9]{1,3}"), re.compile(r"[a-zA-Z]")


class GridColumns(NamedTuple):
    """Where the parts of a row stand, from 0: four ends of two ranges, a letter behind each."""

    street: int
    postcode: int
    key: int
    ends: tuple[int, int, int, int]
    letters: tuple[int, int, int, int]


def is_street_grid(first: Sequence[str]) -> bool:
    """Tell whether the first row of a file is that of a file ``-ra``.

    Examples
    --------
    >>> is_street_grid("12345678;12345;Lindenallee;100100100;1;;997;;2;;998;;".split(";"))
    True
    """
    return len(first) == WIDTH and sum(bool(_KEY.fullmatch(c.strip())) for c in first) == 1


def read_street_grid(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the streets of a file ``-ra`` with rules as ``[join.rules]`` reads them.

    Returns
    -------
    DataFrame, index ``row``, words: ``STRASSE``, ``PLZ``, ``SCHLUESSEL``, ``REGEL``
    ("ung. 1-49; ger. 2-50").

    Raises
    ------
    DataError
        If it cannot be told which column is which, or a row has no range.
    """
    cells = official_cells(path, [str(n) for n in range(WIDTH)])
    places = _places(cells, path.name)
    rules = [_rule(row, places) for row in cells.itertuples(index=False, name=None)]
    empty = [n for n, rule in enumerate(rules, 1) if not rule]
    if empty:
        said = {"row": empty[0], "n": len(empty)}
        raise DataError(problem("sources.street_grid_range", file=path.name, **said))  # type: ignore[arg-type]
    named = {"STRASSE": places.street, "PLZ": places.postcode, "SCHLUESSEL": places.key}
    frame = pd.DataFrame({n: cells[str(at)] for n, at in named.items()}).assign(REGEL=rules)
    note = problem("sources.street_grid_read", "note", file=path.name, n=len(frame))
    return frame, [note]


def _places(cells: pd.DataFrame, file: str) -> GridColumns:
    """Return where what stands, told by the cells of each column."""
    only = {
        "key": _fitting(cells, _KEY),
        "postcode": _fitting(cells, _POSTCODE),
        "street": [j for j in range(WIDTH) if cells[str(j)].str.contains("[^\\W\\d_]{2}").all()],
    }
    ends = _fitting(cells, _NUMBER)
    unclear = [name for name, found in only.items() if len(found) != 1]
    if len(ends) != 4 or not _odd_then_even(cells, ends):
        unclear.append("ranges")
    if unclear:
        raise DataError(problem("sources.street_grid_order", file=file))
    letters = tuple(_letter_behind(cells, j) for j in ends)
    return GridColumns(only["street"][0], only["postcode"][0], only["key"][0], tuple(ends), letters)  # type: ignore[arg-type]


def _fitting(cells: pd.DataFrame, form: re.Pattern[str]) -> list[int]:
    """Return the columns in which every filled cell has a form, and some cell is filled."""
    found = []
    for j in range(WIDTH):
        filled = cells[str(j)][cells[str(j)] != ""]
        if len(filled) and filled.map(lambda c: bool(form.fullmatch(c))).all():
            found.append(j)
    return found


def _odd_then_even(cells: pd.DataFrame, ends: Sequence[int]) -> bool:
    """Tell whether the first two ends are odd and the other two even, in every row."""
    for at, j in enumerate(ends):
        numbers = pd.to_numeric(cells[str(j)][cells[str(j)] != ""])
        if not (numbers[numbers > 0] % 2 == (at < 2)).all():
            return False
    return True


def _letter_behind(cells: pd.DataFrame, place: int) -> int:
    """Return the column of the letters of an end; -1 where the next column holds something else."""
    if place + 1 >= WIDTH:
        return -1
    filled = cells[str(place + 1)][cells[str(place + 1)] != ""]
    return place + 1 if filled.map(lambda c: bool(_LETTER.fullmatch(c))).all() else -1


def _rule(row: Sequence[str], places: GridColumns) -> str:
    """Return the ranges of a row in the words of house-number rules."""
    ends = [
        (int(row[j]) if row[j] else 0, row[letter].lower() if letter >= 0 else "")
        for j, letter in zip(places.ends, places.letters, strict=True)
    ]
    sides = (("ung.", *ends[:2]), ("ger.", *ends[2:]))
    return "; ".join(_side(*side) for side in sides if side[1][0] or side[2][0])


def _side(word: str, first: tuple[int, str], last: tuple[int, str]) -> str:
    begin = f"{first[0]}{first[1]}"
    if last[0] in OPEN or not last[0]:
        return f"{word} ab {begin}"
    return f"{word} {begin}-{last[0]}{last[1]}"


def names_head(first: Sequence[str]) -> list[str] | None:
    """Return the head that a file ``-zu`` lacks, or None where the first row is none of it.

    Examples
    --------
    >>> names_head(["100100100", "Altstadt", "12345678", "2150"])
    ['SCHLUESSEL', 'NAME', 'AGS', 'EINWOHNER']
    >>> names_head(["nr", "name", "ags", "einwohner"])
    """
    cells = [str(cell).strip() for cell in first]
    whole = len(cells) == len(NAMES) and _KEY.fullmatch(cells[0]) and _AGS.fullmatch(cells[2])
    return list(NAMES) if whole else None
