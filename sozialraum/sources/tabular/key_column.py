"""The key column of a delivered table: keys as text, zeros restored if the width is known."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sozialraum.model import Problem
from sozialraum.model.keys import clean_key, plain_text, restore_key
from sozialraum.sources.tabular.encodings import lost_umlaut
from sozialraum.sources.tabular.key_translation import Translation
from sozialraum.texts import problem

# So many findings of one kind are listed one by one; of more the first, and how many there are.
_SHOWN = 3
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
# how Excel is made to keep the zeros of a csv
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_FRACTION = re.compile(r"[0-9]+[.,]0+")
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.I)


@dataclass(frozen=True)
class Keys:
    """Keys of the rows of a table.

    Parameters
    ----------
    keys : one per row; "" where a row has none
    problems : padded, ambiguous, doubled, wrong in length
    """

    keys: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)


def key_text(cell: object) -> str:
    """Return a cell of a key column as text; a workbook's number 9761001.0 becomes "9761001".

    Examples
    --------
    >>> key_text(9761001.0), key_text(" 0101 "), key_text(None), key_text(12.5), key_text('="01"')
    ('9761001', '0101', '', '12.5', '01')
    """
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, str):
        if cell.isascii() and cell.isalnum():
            return cell
        text = _QUOTED_FORMULA.sub(r"\1", cell.strip())
        return _INVISIBLE.sub("", plain_text(text)).replace("\u00a0", " ").strip()
    return clean_key(cell)


def read_keys(
    cells: Sequence[object],
    rows: Sequence[int],
    *,
    file: str,
    column: str,
    width: int | None = None,
    translate: Translation | None = None,
) -> Keys:
    """Return the keys of the data rows of a table.

    Parameters
    ----------
    cells : cells of the key column, data rows only
    rows : their rows as the spreadsheet shows them
    width : declared number of characters; None = keys stay as they are
    translate : what makes a delivered key one of the areas

    Examples
    --------
    >>> read_keys([1011101.0, 12304314.0], [2, 3], file="a.xlsx", column="PLR", width=8).keys
    ('01011101', '12304314')
    """
    digits = _all_digits(cells)
    raw = list(cells) if digits else [key_text(c) for c in cells]  # type: ignore[arg-type]
    problems: list[Problem] = []
    if not digits:
        problems += [*_unreadable(cells, raw, rows, file, column), *_lost(raw, rows, file, column)]
    if raw and not digits and all(_FRACTION.fullmatch(key) for key in raw):
        # only where all keys end so; "2.0" between "1.1" and "1.2" is a key of its own
        raw = [clean_key(key) for key in raw]
        problems.append(problem("sources.key_fraction", "note", file=file, column=column))
    if width is None:
        keys = raw
        problems += _width_unknown(cells, raw, file, column)
    else:
        keys = [restore_key(k, width) for k in raw]
        problems += _padding(raw, keys, rows, file, column, width)
        problems += _wrong_width(keys, rows, file, column, width)
    problems += _other_form(keys, rows, file, column)
    if translate is not None:
        keys, said = translate.keys_of(keys, file, column)
        problems += said
    problems += _duplicates(keys, rows, file, column)
    return Keys(tuple(keys), _first_of_each(problems, file, column))


def _all_digits(cells: Sequence[object]) -> bool:
    """Tell whether all keys are texts of the digits 0 to 9, whose form cannot be wrong."""
    try:
        joined = "".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return False
    return joined.isascii() and joined.isdecimal() and "" not in cells


def _first_of_each(problems: list[Problem], file: str, column: str) -> list[Problem]:
    """Return the first findings of each kind, and how many more there are of it."""
    stated: list[Problem] = []
    for code, severity in dict.fromkeys((p.code, p.severity) for p in problems):
        alike = [p for p in problems if (p.code, p.severity) == (code, severity)]
        shown = len(alike) if len(alike) <= _SHOWN else 1
        stated += alike[:shown]
        if len(alike) > _SHOWN:
            notes = {"n": len(alike) - shown, "like": alike[0].message}
            stated.append(problem("sources.more_keys", severity, file=file, column=column, **notes))
    return stated


def _unreadable(
    cells: Sequence[object], raw: list[str], rows: Sequence[int], file: str, column: str
) -> list[Problem]:
    """Return cells that were keys once: 9,76E+06 lost its digits, from 2⁵³ on all are rounded."""
    found = []
    for cell, key, row in zip(cells, raw, rows, strict=True):
        fraction = isinstance(cell, float) and not cell.is_integer()
        rounded = isinstance(cell, int | float) and abs(cell) >= 2**53
        # 1-2 becomes the first of February in a workbook
        dated = isinstance(cell, bool | dt.date | dt.time | dt.timedelta)
        if fraction or rounded or dated or _SCIENTIFIC.fullmatch(key):
            found.append(
                problem("sources.key_number", file=file, row=row, column=column, found=key)
            )
        elif isinstance(cell, str) and _INVISIBLE.search(cell):
            found.append(
                problem(
                    "sources.key_invisible", "warning", file=file, row=row, column=column, key=key
                )
            )
    return found


def _lost(keys: Sequence[str], rows: Sequence[int], file: str, column: str) -> list[Problem]:
    """Return one problem for all keys whose umlauts were lost: they can match no area."""
    lost = [(row, key) for row, key in zip(rows, keys, strict=True) if lost_umlaut(key)]
    if not lost:
        return []
    row, key = lost[0]
    say = {"n": len(lost), "found": key}
    return [problem("sources.lost_umlaut_keys", file=file, row=row, column=column, **say)]


def _width_unknown(
    cells: Sequence[object], raw: list[str], file: str, column: str
) -> list[Problem]:
    """Note numbers as keys without a declared width: nobody can tell whether zeros are lost."""
    numbers = any(isinstance(c, int | float) for c in cells)
    lengths = sorted({len(k) for k in raw if k.isdigit()})
    if not numbers and len(lengths) < 2:
        return []
    if numbers and raw and len(lengths) > 1:
        found = ", ".join(map(str, lengths))
        return [problem("sources.key_width_open", "warning", file=file, column=column, found=found)]
    return [problem("sources.key_as_number", "note", file=file, column=column)] if numbers else []


def _padding(
    raw: list[str], keys: list[str], rows: Sequence[int], file: str, column: str, width: int
) -> list[Problem]:
    padded = [i for i, (old, new) in enumerate(zip(raw, keys, strict=True)) if old != new]
    if not padded:
        return []
    doubtful = _doubtful(raw, padded, width)
    if doubtful:
        return [
            problem(
                "sources.key_ambiguous",
                file=file,
                row=rows[i],
                column=column,
                key=raw[i],
                found=raw[i],
                width=width,
            )
            for i in doubtful
        ]
    first = padded[0]
    return [
        problem(
            "sources.key_padded",
            "note",
            file=file,
            column=column,
            n=len(padded),
            width=width,
            before=raw[first],
            after=keys[first],
        )
    ]


def _doubtful(raw: list[str], padded: list[int], width: int) -> list[int]:
    """Return short keys that may not have lost zeros.

    Two signs of it: other keys of the same column kept their zeros, so zeros do not get lost here;
    or nearly all keys lack at most one digit and a few lack more, so that those may belong to
    another level (a Bezirk among blocks).
    """
    full_with_zero = any(len(k) == width and k.startswith("0") and k.isdigit() for k in raw)
    if full_with_zero:
        return padded
    lengths = Counter(len(k) for k in raw if k.isdigit())
    much_shorter = [i for i in padded if len(raw[i]) < width - 1]
    regular = lengths[width] + lengths[width - 1]
    return much_shorter if 10 * len(much_shorter) <= regular else []


def _wrong_width(
    keys: Sequence[str], rows: Sequence[int], file: str, column: str, width: int
) -> list[Problem]:
    return [
        problem(
            "sources.key_width",
            file=file,
            row=row,
            column=column,
            key=key,
            found=len(key),
            width=width,
        )
        for key, row in zip(keys, rows, strict=True)
        if key and len(key) != width
    ]


def _other_form(keys: Sequence[str], rows: Sequence[int], file: str, column: str) -> list[Problem]:
    """Return keys with letters where nearly all keys are digits: "00Nummer"."""
    if _all_digits(keys):
        return []
    digits = sum(k.isdigit() for k in keys)
    if 10 * digits < 9 * len(keys) or digits == len(keys):
        return []
    return [
        problem("sources.key_form", "warning", file=file, row=row, column=column, key=key)
        for key, row in zip(keys, rows, strict=True)
        if key and not key.isdigit()
    ]


def _duplicates(keys: Sequence[str], rows: Sequence[int], file: str, column: str) -> list[Problem]:
    if len(set(keys)) == len(keys):
        return []
    places: dict[str, list[int]] = {}
    for key, row in zip(keys, rows, strict=True):
        places.setdefault(key, []).append(row)
    there = [lines for key, lines in places.items() if key]
    several = [lines for lines in there if len(lines) > 1]
    if len(several) > max(_SHOWN, len(there) / 2):
        said = {"n": len(several), "m": len(there), "most": max(map(len, several))}
        row = min(lines[1] for lines in several)
        return [problem("sources.rows_per_key", file=file, row=row, column=column, **said)]
    return [
        problem(
            "sources.key_twice",
            file=file,
            row=lines[1],
            column=column,
            key=key,
            found=", ".join(map(str, lines[:8])),
        )
        for key, lines in places.items()
        if key and len(lines) > 1
    ]
