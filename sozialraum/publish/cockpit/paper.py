"""``cockpit.pdf``: the indicators of each theme as small pictures, two by four on a page of A4."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from sozialraum.publish.cockpit.comparison import comparison_tables
from sozialraum.publish.cockpit.goals import goals_lines
from sozialraum.publish.cockpit.page import counts_words
from sozialraum.publish.cockpit.panel import Panel, PanelRow
from sozialraum.publish.escape import visible
from sozialraum.publish.graphics.svg import FONT, line, svg_text, tag
from sozialraum.publish.papers.documents import typeset
from sozialraum.publish.periods import as_of
from sozialraum.publish.wording import shown_number
from sozialraum.texts import catalogue, text

_WIDTH, _HEIGHT = 300.0, 132.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 4.0, 4.0, 16.0, 18.0
_PER_PAGE = 8
_AREA, _CITY, _AXIS, _WORDS = "#8fb3d6", "#0a3a77", "#767676", "#3d3d3d"


def cockpit_paper(panel: Panel, *, accent: str = "#0c4a8d", logo: str | None = None) -> bytes:
    """Return the paper as bytes, the same every time.

    Parameters
    ----------
    panel : as on the page
    accent : colour of headings
    logo : SVG text of the town's logo, or None
    """
    return typeset("cockpit.typ", paper_data(panel, accent=accent, logo=logo))


def paper_data(panel: Panel, *, accent: str, logo: str | None) -> dict[str, Any]:
    """Return what the template sets: words and drawings."""
    facts, words = panel.release.facts, catalogue("publish")
    told = words["cockpit"]
    stand = told["as_of"].format(date=as_of(panel.release))
    intern = text("publish.plain.intern") if panel.release.level == "intern" else ""
    return {
        "title": visible(facts.title),
        "subtitle": " · ".join(filter(None, (visible(facts.place), stand))),
        "place": visible(facts.place),
        "author": visible(facts.department),
        "accent": accent,
        "logo": logo,
        "intern": intern,
        "foot": f"{visible(facts.title)} · {stand}",
        "counts": counts_words(panel),
        "how": told["paper"]["how"],
        "themes": [_theme(panel, theme) for theme in panel.themes],
        "compare": comparison_tables(panel),
        "method": [
            *told["method_lines"][:1],
            *told["method_lines"][-1:],
            *map(visible, (*panel.release.notes, *facts.limits)),
        ],
        "sources": [visible(s) for s in facts.sources],
        "words": {
            "page": words["paper"]["page"],
            "of": words["paper"]["of"],
            "compare": told["views"]["compare"],
            "method": told["views"]["method"],
            "sources": text("publish.plain.sources"),
        },
    }


def _theme(panel: Panel, theme: str) -> dict[str, Any]:
    rows = [_one(panel, row) for row in panel.rows if row.theme == theme]
    pages = [rows[n : n + _PER_PAGE] for n in range(0, len(rows), _PER_PAGE)]
    return {"name": visible(theme) or text("publish.cockpit.no_theme"), "pages": pages}


def _one(panel: Panel, row: PanelRow) -> dict[str, Any]:
    sentence = _sentence(panel, row)
    label = visible(row.indicator.label)
    alt = text("publish.cockpit.paper.alt", label=label, n=row.values.shape[1], said=sentence)
    goals = goals_lines(panel, row.indicator)
    told = {"label": label, "alt": alt, "said": sentence, "goals": goals}
    return {**told, "picture": picture(panel, row)}


def _sentence(panel: Panel, row: PanelRow) -> str:
    """Return the value of all areas together today, and what it was; or why there is none."""
    known = row.alike(np.isfinite(row.city))
    if not len(known):
        return text("publish.cockpit.paper.none")
    first, last = int(known[0]), int(known[-1])
    values = {
        "now": _words(row, row.city[last]), "last": panel.periods[last],
        "then": _words(row, row.city[first]), "first": panel.periods[first],
    }  # fmt: skip
    said = text(f"publish.cockpit.paper.{'then' if first != last else 'once'}", **values)
    if row.new_from is None:
        return said
    return f"{said} {text('publish.cockpit.page.broken', period=panel.periods[row.new_from])}"


def _words(row: PanelRow, steps: float) -> str:
    return shown_number(steps * row.step, row.figure)


def picture(panel: Panel, row: PanelRow) -> str:
    """Return the drawing of an indicator: a thin line per area, a thick one for all together."""
    shown = row.values if row.indicator.is_absolute else np.column_stack([row.values, row.city])
    low, high = _ends(shown)
    xs, parts = _places(panel), []

    def y(steps: float) -> float:
        return _HEIGHT - _BOTTOM - (steps - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    zero = y(max(low, 0.0))
    parts.append(line(f"M{_LEFT:.1f} {zero:.1f}H{_WIDTH - _RIGHT:.1f}", _AXIS, 0.7))
    parts += [
        _line(xs, row.values[:, a], y, _AREA, 0.9, row.new_from) for a in range(row.values.shape[1])
    ]
    if row.new_from is not None:
        at = (xs[row.new_from - 1] + xs[row.new_from]) / 2
        parts.append(line(f"M{at:.1f} {_TOP:.1f}V{_HEIGHT - _BOTTOM:.1f}", _AXIS, 0.7))
    if not row.indicator.is_absolute:
        parts.append(_line(xs, row.city, y, _CITY, 2.4, row.new_from))
    style = {"font_size": 10, "fill": _WORDS}
    parts.append(svg_text(_words(row, high), _LEFT, 10.0, **style))
    parts.append(svg_text(panel.periods[0], _LEFT, _HEIGHT - 5, **style))
    right = {**style, "text_anchor": "end"}
    parts.append(svg_text(panel.periods[-1], _WIDTH - _RIGHT, _HEIGHT - 5, **right))
    size = {"width": f"{_WIDTH:.0f}", "height": f"{_HEIGHT:.0f}"}
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    name = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box}
    return tag("svg", "".join(filter(None, parts)), **name, **size, font_family=FONT)


def _ends(shown: np.ndarray) -> tuple[float, float]:
    known = shown[np.isfinite(shown)]
    low = min(0.0, float(known.min())) if known.size else 0.0
    high = float(known.max()) if known.size else 1.0
    high = max(high, -low)
    low = -high if low < 0 else 0.0
    return low, high if high > low else low + 1.0


def _places(panel: Panel) -> list[float]:
    days = [dt.date.fromisoformat(d).toordinal() for d in panel.days]
    span, room = max(days[-1] - days[0], 1), _WIDTH - _LEFT - _RIGHT
    if len(days) == 1:
        return [_LEFT + room / 2]
    return [_LEFT + (d - days[0]) / span * room for d in days]


def _line(
    xs: list[float], values: np.ndarray, y: Any, colour: str, width: float, new_from: int | None
) -> str:
    """Return a line through the known values; a gap where there is none, a dot where it is one."""
    path, pen = "", False
    for n, (x, steps) in enumerate(zip(xs, values, strict=True)):
        pen = pen and n != new_from
        if np.isfinite(steps):
            path += f"{'L' if pen else 'M'}{x:.1f} {y(float(steps)):.1f}"
            path += "" if pen else "h0.1"
            pen = True
        else:
            pen = False
    return line(path, colour, width) if path else ""
