"""Bars: one line per entry with its label, its length and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sozialraum.publish.graphics.svg import drawing, svg_text, tag

_LABEL, _START, _LONGEST, _ROW = 350, 366, 440, 38


class Bar(NamedTuple):
    """A line of a bar chart: what it is, how long, what is written behind it, its colour."""

    label: str
    value: float
    shown: str
    colour: str


def draw_bars(bars: Sequence[Bar]) -> str:
    """Return bars below each other as SVG, the longest over the whole width; all start at zero."""
    longest = max((bar.value for bar in bars), default=0.0) or 1.0
    parts = []
    for i, (label, value, shown, colour) in enumerate(bars):
        y, length = 6 + i * _ROW, value / longest * _LONGEST
        box = {"x": _START, "y": y, "width": float(length), "height": _ROW - 12}
        parts.append(svg_text(label, _LABEL, y + 20, text_anchor="end", font_size=20))
        parts.append(tag("rect", **box, fill=colour, stroke="#333", stroke_width=0.8))
        parts.append(svg_text(shown, _START + length + 12, y + 20, font_size=20))
    return drawing("".join(parts), 1000, _ROW * len(bars))
