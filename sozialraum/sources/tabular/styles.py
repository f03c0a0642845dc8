"""Comma or point: which decimal mark a column was written with, proved by its own cells.

Never guessed: ``1.234,5`` proves the comma, ``0.7071`` the point, ``1.234`` proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sozialraum.sources.tabular.cells import strip_mark
from sozialraum.sources.tabular.shapes import CellTexts, shape_of

_EVIDENCE = {
    "comma": re.compile(
        r"(?am)^[+-]?(?:(?:\d{1,3}(?:[. ]\d{3})*|\d+),(?:\d{1,2}|\d{4,})"
        r"|\d{1,3}(?:[. ]\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|0,\d+|\d{4,},\d+)$"
    ),
    "point": re.compile(
        r"(?am)^[+-]?(?:\d*\.\d{4,}|0?\.\d{3,}|\d{4,}\.\d+"
        r"|\d{1,3}(?:[, ]\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,})$"
    ),
    "weak_point": re.compile(r"(?am)^[+-]?\d{0,3}\.\d{1,2}$"),
    "open_point": re.compile(r"(?am)^[+-]?[1-9]\d{0,2}\.\d{3}$"),
    "open_comma": re.compile(r"(?am)^[+-]?[1-9]\d{0,2},\d{3}$"),
}


def evidence(texts: Sequence[object]) -> frozenset[str]:
    """Return what the cells of a column prove about its decimal mark.

    "comma" and "point" are proofs, "weak_point" is one or two digits behind a point (somebody may
    have typed it into a German column), "open_point" and "open_comma" are cells like ``1.234`` and
    ``1,234`` that read both ways.

    Examples
    --------
    >>> sorted(evidence(["7.5", "1.234"])), sorted(evidence(["1.234", "4,5"]))
    (['open_point', 'weak_point'], ['comma', 'open_point'])
    """
    cells = CellTexts.of(texts)
    if cells.joined and "." not in cells.joined and "," not in cells.joined:
        return frozenset()
    shapes = cells.distinct_shapes or {shape_of(t) for t in cells if isinstance(t, str)}
    joined = "\n".join(_bare(t) for t in shapes)
    marks = {"comma": ",.", "point": ".,", "weak_point": ".", "open_point": ".", "open_comma": ","}
    possible = [name for name, signs in marks.items() if any(sign in joined for sign in signs)]
    return frozenset(name for name in possible if _EVIDENCE[name].search(joined))


def decide_style(own: frozenset[str], others: frozenset[str], stated: str | None = None) -> str:
    """Return the decimal mark of a column: ",", ".", "" (whole numbers), "mixed" or "open".

    Parameters
    ----------
    own : `evidence` of the column
    others : union of the evidence of the other columns of the file
    stated : mark given in the build file; it decides

    Examples
    --------
    >>> decide_style(frozenset({"weak_point", "open_point"}), frozenset())
    'mixed'
    >>> decide_style(frozenset({"open_point"}), frozenset({"comma"}))
    ','
    """
    if stated is not None:
        return stated
    if "comma" in own:
        return "mixed" if own & {"point", "weak_point"} else ","
    if "point" in own:
        return "."
    file_style = _file_style(others)
    if "weak_point" in own:
        return "." if file_style == "." or "open_point" not in own else "mixed"
    if own >= {"open_point", "open_comma"}:
        return "mixed"
    return (file_style or "open") if own else ""


def _bare(text: str) -> str:
    return strip_mark(text)[0]


def _file_style(others: frozenset[str]) -> str:
    """Return the mark the other columns prove, or "" where they prove none or both."""
    if "comma" in others:
        return "" if others & {"point", "weak_point"} else ","
    return "." if "point" in others else ""
