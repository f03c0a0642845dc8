"""The few elements our drawings are made of."""

from __future__ import annotations

from sozialraum.publish.escape import markup
from sozialraum.publish.graphics.colours import DOT, STRIPE

FONT = "Libertinus Serif"


def tag(name: str, inside: str = "", **attributes: object) -> str:
    """Return an element; ``_`` in a name becomes ``-``, numbers get one decimal.

    Examples
    --------
    >>> tag("circle", cx=1.25, cy=2, stroke_width=1.5)
    '<circle cx="1.2" cy="2" stroke-width="1.5"/>'
    """
    shown = "".join(f' {k.replace("_", "-")}="{_value(v)}"' for k, v in attributes.items())
    return f"<{name}{shown}>{inside}</{name}>" if inside else f"<{name}{shown}/>"


def svg_text(text: object, x: float, y: float, **attributes: object) -> str:
    """Return a line of text; markup in it stays text."""
    return tag("text", markup(text), x=x, y=y, **attributes)


def line(path: str, colour: str, width: float, **attributes: object) -> str:
    """Return a path that is drawn and not filled."""
    joined = {"stroke_linejoin": "round", "stroke_linecap": "round"} | attributes
    return tag("path", d=path, fill="none", stroke=colour, stroke_width=width, **joined)


def drawing(inside: str, width: float, height: float) -> str:
    """Return a whole drawing with a margin of 8 units and the hatches of the legend."""
    box = f"-8 -8 {width + 16:.1f} {height + 16:.1f}"
    size = {"width": f"{width + 16:.0f}", "height": f"{height + 16:.0f}"}
    name = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box}
    return tag("svg", _HATCHES + inside, **name, **size, font_family=FONT)


def _value(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _hatch(name: str, width: int, height: int, inside: str, **attributes: object) -> str:
    size = {"width": width, "height": height, "patternUnits": "userSpaceOnUse"}
    return tag("pattern", inside, id=name, **size, **attributes)


def _paper(width: int, height: int, colour: str = "#fff") -> str:
    return tag("rect", width=width, height=height, fill=colour)


_TURNED = {"patternTransform": "rotate(45)"}
_HATCHES = tag(
    "defs",
    _hatch("s", 7, 7, _paper(7, 7) + tag("rect", width=2.4, height=7, fill="#555"), **_TURNED)
    + _hatch("k", 8, 8, _paper(8, 8) + line("M0 1h8M1 0v8", "#666", 1.4), **_TURNED)
    + _hatch("m", 8, 8, _paper(8, 8) + tag("circle", cx=4, cy=4, r=1.5, fill="#555"))
    + _hatch("z", 9, 9, tag("rect", width=3.2, height=9, fill=STRIPE), **_TURNED)
    + _hatch("y", 9, 9, tag("circle", cx=4.5, cy=4.5, r=2.3, fill=DOT, stroke="#fff"))
    + _hatch("u", 10, 5, _paper(10, 5, "#e3e3e3") + _paper(10, 1, "#bdbdbd"))
    + _hatch("n", 12, 12, _paper(12, 12, "#f2f2f2") + line("M2 6h8", "#777", 1.2)),
)
