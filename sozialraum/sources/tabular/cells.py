"""The grammar of German numbers and statistics signs: text cells in, numbers with a status out.

Which decimal mark a column has is settled before (`sozialraum.sources.tabular.styles`). Signs
follow the list that Destatis and the statistical offices of the Länder print below their tables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sozialraum.sources.tabular.shapes import CellTexts, is_bare

# sign -> (value, status, mark); the mark is what the reader of the check report is told
SIGNS: dict[str, tuple[float, str, str]] = {
    "-": (0.0, "ok", "nothing"),
    "–": (0.0, "ok", "nothing"),
    "—": (0.0, "ok", "nothing"),
    ".": (np.nan, "suppressed", "secret"),
    "•": (np.nan, "suppressed", "secret"),
    "·": (np.nan, "suppressed", "secret"),
    "*": (np.nan, "suppressed", "secret"),
    "/": (np.nan, "small_base", "unreliable"),
    "( )": (np.nan, "small_base", "unreliable"),
    "()": (np.nan, "small_base", "unreliable"),
    "x": (np.nan, "missing", "blocked"),
    "X": (np.nan, "missing", "blocked"),
    "...": (np.nan, "missing", "later"),
    "…": (np.nan, "missing", "later"),
}
_ABSENT = {"k.a.", "k. a.", "na", "n/a", "n.a.", "nan", "null", "#nv", "#n/a"}

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\u2212": "-"})
_LOOSE_MINUS = re.compile(r"(?am)^[-–] *(?=[\d.,])")
# what `tidy` changes, in cells set apart by the unit separator
_UNTIDY = re.compile(r"[\u00a0\u202f\u2009\t\r\n\u2212]|\x1f | \x1f|  |\x1f(?:- |–)[ \d.,]")

_NUMBER = {
    ",": re.compile(
        r"(?a)[+-]?(?=[\d,])(?:[1-9]\d{0,2}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+)?"
        r"(?:,\d+)?"
    ),
    ".": re.compile(
        r"(?a)[+-]?(?=[\d.])(?:[1-9]\d{0,2}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?"
        r"(?:\.\d+)?(?:[eE]-\d+)?"
    ),
    "": re.compile(r"(?a)[+-]?(?:\d{1,3}(?: \d{3})+|\d+)"),
}
_ANY_NUMBER = re.compile(r"(?a)\(?[+-]?(?=[\d.,]*\d)[\d., ]*\d(?:[eE]-\d+)?\)?(?: ?%| ?[rps])?")
# From here on not every whole number has a float64 of its own.
_EXACT = 2.0**53
_DATE = re.compile(r"(?a)\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})")
_CODE = re.compile(r"(?am)^0\d+$")


@dataclass(frozen=True)
class Column:
    """A column of numbers as read.

    Parameters
    ----------
    values : float64, NaN where the status is not "ok"
    status : labels of `sozialraum.model.STATUS`
    style : decimal mark, "," or "."; "" where the column holds whole numbers only
    marks : what was recognised ("nothing", "secret", "percent", …) with the positions
    bad : positions whose cells are no numbers
    """

    values: NDArray[np.float64]
    status: NDArray[np.object_]
    style: str = ""
    marks: dict[str, list[int]] = field(default_factory=dict)
    bad: tuple[int, ...] = ()


class Percent(float):
    """A number that a workbook shows as per cent, as it is shown: 22.3 for "22,3 %"."""

    def __str__(self) -> str:
        return f"{float(self):.15g} %".replace(".", ",")


def tidy(cell: object) -> str:
    """Return a cell as trimmed text with plain blanks and one kind of minus.

    Examples
    --------
    >>> tidy("-  23"), tidy("1\u00a0675"), tidy(None), tidy(7)
    ('-23', '1 675', '', '7')
    """
    if cell is None:
        return ""
    text = " ".join(str(cell).translate(_SPACES).split())
    return _LOOSE_MINUS.sub("-", text)


def tidy_column(column: Sequence[object]) -> CellTexts:
    """Return the cells of a column tidied; numbers and dates of a workbook stay as they are.

    Most columns need nothing: one search over all of their text finds that out.

    Examples
    --------
    >>> tidy_column([" 7", "8", 9.5, None])
    ['7', '8', 9.5, '']
    """
    cells = CellTexts(column)
    if cells.joined.isascii() and not any(blank in cells.joined for blank in " \t\r\x0b\x0c"):
        return cells if cells.joined else _tidy_each(cells)
    return _tidy_each(cells)


def _tidy_each(column: CellTexts) -> CellTexts:
    texts = {c for c in column if isinstance(c, str)}
    if not _UNTIDY.search("\x1f".join(["", *texts, ""])):
        return column if column.joined else CellTexts("" if c is None else c for c in column)
    tidied = {text: tidy(text) for text in texts}
    return CellTexts(tidied[c] if isinstance(c, str) else "" if c is None else c for c in column)


def looks_like_number(cell: object) -> bool:
    """Tell whether a cell can be a number in any style; signs alone are none.

    Examples
    --------
    >>> [looks_like_number(c) for c in ("1.234,5", "(12)", "113%", "14.12.17", "-", "A1", 3.5)]
    [True, True, True, False, False, False, True]
    """
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return True
    return _is_number_text(tidy(cell))


def _is_number_text(text: str) -> bool:
    return bool(_ANY_NUMBER.fullmatch(text)) and not _DATE.fullmatch(text)


def is_sign(cell: object) -> bool:
    """Tell whether a cell is one of the statistics signs or a usual word for "not there"."""
    return isinstance(cell, str) and (cell in SIGNS or cell.casefold() in _ABSENT)


def kind_of(texts: Sequence[object]) -> str:
    """Tell what a column holds: "number", "code" (digits with leading zeros), "text" or "empty".

    A column counts as numbers when at least half of its cells that are neither empty nor a sign are
    numbers; the remaining words in it are then errors, not a reason to read the column as text.

    Examples
    --------
    >>> kind_of(["12", "-", ""]), kind_of(["01", "12"]), kind_of(["+/-", "-", "+"]), kind_of([""])
    ('number', 'code', 'text', 'empty')
    """
    if isinstance(texts, np.ndarray):
        return "number"
    cells = CellTexts.of(texts)
    if cells.bare:
        return "number" if any(cells) else "empty"
    counted = Counter(cells.shapes or cells)
    counted.pop("", None)
    if not counted:
        return "empty"
    spoken = {t: n for t, n in counted.items() if not is_sign(t)}
    numbers = sum(
        n
        for t, n in spoken.items()
        if (_is_number_text(t) if isinstance(t, str) else looks_like_number(t))
    )
    if 2 * numbers < sum(spoken.values()):
        return "text"
    if any(isinstance(t, str) and _CODE.match(t) for t in spoken):
        return "code"
    return "number"


def parse_column(
    texts: Sequence[object], style: str, *, sentinels: Sequence[object] = ()
) -> Column:
    """Read the tidy cells of a column in a known decimal style.

    Parameters
    ----------
    texts : cells after `tidy`, or numbers, dates and truth values as a workbook holds them; float64
        where all are known to be whole numbers
    style : ",", "." or ""
    sentinels : stated marks for "not there" (``-9999``, ``"-"``); they go before the signs

    Examples
    --------
    >>> read = parse_column(["1.234,5", "-", ".", "(7)", "viel"], ",")
    >>> read.values.tolist(), read.status.tolist(), read.bad
    ([1234.5, 0.0, nan, 7.0, nan], ['ok', 'ok', 'suppressed', 'ok', 'missing'], (4,))
    """
    words = {tidy(s) for s in sentinels}
    if isinstance(texts, np.ndarray):
        return _blank_sentinels(Column(texts + 0.0, all_ok(len(texts)), style), words)
    values = None if words and words.intersection(map(str, texts)) else _fast(texts, style)
    if values is not None:
        gaps = np.isnan(values)
        labels = np.where(gaps, "missing", "ok").astype(object) if gaps.any() else all_ok(len(gaps))
        column = Column(values, labels, style)
    else:
        column = _parse_each(texts, style, words)
    return _exact(_blank_sentinels(column, words))


@lru_cache(maxsize=8)
def all_ok(n: int) -> NDArray[np.object_]:
    """Return `n` labels "ok" that nobody may change: those of a column that is all there."""
    labels = np.full(n, "ok", dtype=object)
    labels.flags.writeable = False
    return labels


def _exact(column: Column) -> Column:
    """Refuse numbers that are too large to be kept exactly; write minus nothing as nothing."""
    values = column.values + 0.0
    large = np.flatnonzero(np.abs(values) >= _EXACT)
    if not len(large):
        return replace(column, values=values)
    status = column.status.copy()
    values[large], status[large] = np.nan, "missing"
    bad = tuple(sorted({*column.bad, *map(int, large)}))
    return replace(column, values=values, status=status, bad=bad)


def _floats(texts: Sequence[str], style: str) -> NDArray[np.float64]:
    """Return bare numbers of a style as `float` reads them; NaN where a cell is empty."""
    if style == "," and texts:
        texts = "\n".join(texts).replace(".", "").replace(",", ".").split("\n")
    full = texts if "" not in texts else [t or None for t in texts]
    parsed = pa.array(full, pa.string()).cast(pa.float64())
    return np.array(parsed.to_numpy(zero_copy_only=False))


def _fast(texts: Sequence[object], style: str) -> NDArray[np.float64] | None:
    """Read a column without signs at once, or return None."""
    cells = CellTexts.of(texts)
    if (style or ".") not in cells.bare or (style == "" and "." in cells.joined):
        return None
    return _floats(cells, style)  # type: ignore[arg-type]


def _parse_each(texts: Sequence[object], style: str, words: set[str]) -> Column:
    """Read a column with signs: every distinct cell once, bare numbers among them at once."""
    cells = CellTexts.of(texts)
    place, distinct = _distinct(cells)
    values = np.full(len(distinct), np.nan)
    status = np.full(len(distinct), "ok", dtype=object)
    marks = np.full(len(distinct), "", dtype=object)
    bare = _bare_texts(CellTexts.of(distinct), style, words)
    values[bare] = _floats([c for c, b in zip(distinct, bare, strict=True) if b], style)
    for k in np.flatnonzero(~bare):
        values[k], status[k], marks[k] = _parse_cell(distinct[k], style, words)
    at_mark = {m: np.isin(place, np.flatnonzero(marks == m)) for m in dict.fromkeys(marks) if m}
    at = {m: np.flatnonzero(found).tolist() for m, found in at_mark.items()}
    bad = tuple(at.pop("bad", ()))
    first = dict(sorted(at.items(), key=lambda item: item[1][0]))
    return Column(values[place], status[place], style, first, bad)


def _distinct(cells: CellTexts) -> tuple[NDArray[np.intp], Sequence[Any]]:
    """Return where each cell stands among the distinct ones, and these."""
    if cells.shapes:
        found = pa.array(cells, pa.string()).dictionary_encode()
        return found.indices.to_numpy().astype(np.intp), found.dictionary.to_pylist()
    # a workbook's TRUE is equal to its 1, but no number
    known: dict[tuple[type, object], int] = {}
    place = [known.setdefault((type(cell), cell), len(known)) for cell in cells]
    return np.array(place, np.intp), [cell for _, cell in known]


def _bare_texts(cells: CellTexts, style: str, words: set[str]) -> NDArray[np.bool_]:
    """Tell which cells are bare numbers of a style; none where not all of them are texts."""
    if not cells.shapes:
        return np.zeros(len(cells), bool)
    bare = {shape for shape in cells.distinct_shapes if shape and is_bare(shape, style)}
    found = np.array([shape in bare for shape in cells.shapes], bool)
    if words:
        found &= [cell not in words for cell in cells]
    return found


def _parse_cell(cell: object, style: str, words: set[str]) -> tuple[float, str, str]:
    """Return value, status and mark of one cell; the mark "bad" says that it is no number."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        return np.nan, "missing", "bad"
    if isinstance(cell, int | float):
        mark = "percent" if isinstance(cell, Percent) else ""
        return (float(cell), "ok", mark) if np.isfinite(cell) else (np.nan, "missing", "bad")
    text = str(cell)
    if text == "":
        return np.nan, "missing", ""
    if text in words:
        return np.nan, "missing", "sentinel"
    if text in SIGNS:
        return SIGNS[text]
    if text.casefold() in _ABSENT:
        return np.nan, "missing", "absent"
    bare, mark = strip_mark(text)
    if not _NUMBER[style].fullmatch(bare):
        return np.nan, "missing", "bad"
    return _to_float(bare, style), "ok", mark


def strip_mark(text: str) -> tuple[str, str]:
    """Take brackets, per cent and r, p, s (revised, preliminary, estimated) off a number."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), "bracket"
    if text.endswith("%"):
        return text[:-1].strip(), "percent"
    if len(text) > 1 and text[-1] in "rps" and text[-2] in "0123456789 ":
        return text[:-1].strip(), {"r": "revised", "p": "preliminary", "s": "estimated"}[text[-1]]
    return text, ""


def _to_float(text: str, style: str) -> float:
    text = text.replace(" ", "")
    if style == ",":
        return float(text.replace(".", "").replace(",", "."))
    return float(text.replace(",", ""))


def _blank_sentinels(column: Column, words: set[str]) -> Column:
    numbers = [float(w) for w in words if re.fullmatch(r"-?\d+(\.\d+)?", w)]
    hits = np.isin(column.values, numbers) if numbers else np.zeros(len(column.values), bool)
    if not hits.any():
        return column
    values, status = column.values.copy(), column.status.copy()
    values[hits], status[hits] = np.nan, "missing"
    marks = {**column.marks, "sentinel": [*column.marks.get("sentinel", []), *np.flatnonzero(hits)]}
    return Column(values, status, column.style, marks, column.bad)
