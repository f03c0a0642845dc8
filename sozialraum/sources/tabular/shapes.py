"""The shapes of cells: what a column of thousands of cells is asked, once per kind of cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

_SHAPE = str.maketrans("23456789", "11111111")
_DIGITS = set("0123456789\n")
_LEADING_ZERO = re.compile(r"(?a)\n0\d")
_FAST_PLAIN = re.compile(r"(?a:(?:-?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+))?\n)*")
_FAST_COMMA = re.compile(r"(?a:(?:-?(?:[1-9]\d{0,2}(?:\.\d{3})+|0|[1-9]\d*)(?:,\d+)?)?\n)*")


class CellTexts(list[object]):
    """The tidy cells of a column, with what is asked of all of them, found once.

    A shape is a cell with every digit from 1 to 9 written as 1: whether it is a number, in which
    style and with which sign, depends on its shape alone, and thousands of cells have a few dozens.
    """

    @classmethod
    def of(cls, texts: Sequence[object]) -> CellTexts:
        """Return `texts` as cells; cells stay as they are."""
        return texts if isinstance(texts, CellTexts) else cls(texts)

    @cached_property
    def joined(self) -> str:
        """All cells as one text, a line per cell; "" if one of them is no text or has lines."""
        try:
            joined = "\n".join(self) + "\n"  # type: ignore[arg-type]
        except TypeError:
            return ""
        return joined if joined.count("\n") == len(self) else ""

    @cached_property
    def shapes(self) -> list[str]:
        """The shape of each cell; empty if one of them is no text."""
        return self.joined.translate(_SHAPE).split("\n")[:-1]

    @cached_property
    def distinct_shapes(self) -> frozenset[str]:
        """Every shape once."""
        return frozenset(self.shapes)

    @cached_property
    def bare(self) -> str:
        """The styles, "." or ",", in which every cell is a bare number or empty."""
        if set(self.joined) <= _DIGITS and not _LEADING_ZERO.search(f"\n{self.joined}"):
            return ".," if self.joined else ""
        shapes = "".join(f"{shape}\n" for shape in self.distinct_shapes)
        styles = {".": _FAST_PLAIN, ",": _FAST_COMMA}
        return "".join(m for m, pattern in styles.items() if shapes and pattern.fullmatch(shapes))


def shape_of(text: str) -> str:
    """Return a text with every digit from 1 to 9 as 1.

    Examples
    --------
    >>> shape_of("1.905,60")
    '1.101,10'
    """
    return text.translate(_SHAPE)


def is_bare(shape: str, style: str) -> bool:
    """Tell whether cells of a shape are bare numbers of a style, or empty."""
    if style == "" and "." in shape:
        return False
    return bool((_FAST_COMMA if style == "," else _FAST_PLAIN).fullmatch(f"{shape}\n"))
