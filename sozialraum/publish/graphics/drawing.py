"""Maps and rankings as vector drawings (SVG) for the report, the profiles and the A3 sheets.

Own code instead of a plotting library: the same areas, colours, hatches and two-tone borders as on
the page, the same bytes each time, and names stay text that a screen reader finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from sozialraum.model import Release
from sozialraum.publish.grammar import legend_order
from sozialraum.publish.graphics.colours import CONTOUR, ink
from sozialraum.publish.graphics.coverage_simplify import build_coverage
from sozialraum.publish.graphics.svg import drawing, line, svg_text, tag
from sozialraum.publish.map_layers import UNKNOWN
from sozialraum.publish.view import Stripes, View
from sozialraum.publish.wording import class_in_legend
from sozialraum.texts import text

STRIPED, DOTTED = "z", "y"  # stand for stripes and dots, as the other codes for their hatches
_DIGITS = "0123456789abcdef"
_LETTER = 2.7  # millimetres: the smallest letters that print well
_SCALE_STEPS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, eq=False)
class MapCanvas:
    """Areas placed on a drawing of `width` × `height` units, north up.

    Parameters
    ----------
    paths : SVG path of each area
    spots : (n_areas, 3) middle of the largest circle inside each area and its radius, in units
    width, height : units
    metres : metres of a unit
    letter : height of letters, in units
    lines : SVG paths of outlines that lie over the areas, districts for example
    """

    paths: tuple[str, ...]
    spots: np.ndarray
    width: float
    height: float
    metres: float
    letter: float
    lines: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing with room for the scale bar below the areas."""
        return self.width, self.height + 1.6 * self.letter + 14


def make_canvas(release: Release, *, width: float = 1000, printed: float = 190) -> MapCanvas:
    """Place the areas of a release on a drawing."""
    canvas = place_areas(release.areas, width=width, printed=printed)
    left, _, _, top = release.areas.total_bounds
    over = [
        shapely.simplify(layer.geometry.to_crs(release.areas.crs).to_numpy(), canvas.metres)
        for layer in release.outlines.values()
    ]
    paths = (_path(shape, left, top, canvas.metres) for shapes in over for shape in shapes)
    return replace(canvas, lines=tuple(path for path in paths if path))


def place_areas(areas: gpd.GeoDataFrame, *, width: float = 1000, printed: float = 190) -> MapCanvas:
    """Place areas on a drawing.

    Parameters
    ----------
    areas : projected CRS, index = area key
    width : of the drawing, in units; detail finer than a unit is left out
    printed : millimetres the drawing is wide on paper, so that letters come out readable
    """
    left, bottom, right, top = areas.total_bounds
    metres = (right - left) / width
    mosaic = build_coverage(areas, tolerance=metres)
    # Where borders do not fit, a gap of half a unit disappears under the border lines.
    shapes = mosaic.shapes if mosaic.gap_free else shapely.simplify(mosaic.shapes, metres / 2)
    circles = shapely.maximum_inscribed_circle(shapes, tolerance=metres * 2)
    middle = shapely.get_coordinates(shapely.get_point(circles, 0))
    radius = shapely.length(circles)
    spots = np.column_stack([(middle - [left, top]) * [1, -1], radius]) / metres
    paths = tuple(_path(shape, left, top, metres) for shape in shapes)
    letter = _LETTER * width / printed
    return MapCanvas(paths, spots, width, (top - bottom) / metres, metres, letter)


def draw_map(
    canvas: MapCanvas,
    view: View,
    release: Release,
    *,
    edition: int = -1,
    names: bool = False,
    focus: Mapping[str, str] | None = None,
) -> str:
    """Return a map of one view as SVG.

    Parameters
    ----------
    canvas : of the same release
    view : what is painted
    edition : which of its years
    names : whether area names are written where they fit, and keys where only these do
    focus : letter of each area that the headline names, by key
    """
    painted = view.codes[edition] if len(view.codes) > 1 else view.codes[0]
    labels = view.numbers(release)
    written = written_names(canvas, release) if names else None
    return draw_areas(
        canvas,
        painted,
        view.colours,
        labels=labels,
        names=written,
        over={c: mark.areas for c, mark in _overlaid(view)},
        focus=_letters(release, focus),
    )


def written_names(canvas: MapCanvas, release: Release) -> list[str]:
    """Return what names each area: its name where it fits, else its key, else nothing."""
    found = []
    for key, name, free in zip(
        release.areas.index, release.areas["name"], canvas.spots[:, 2], strict=True
    ):
        fitting = [word for word in (str(name), str(key)) if _fits(word, free, canvas.letter)]
        found.append(fitting[0] if fitting else "")
    return found


def draw_areas(
    canvas: MapCanvas,
    painted: str,
    colours: Sequence[str],
    *,
    labels: Sequence[str],
    names: Sequence[str] | None = None,
    over: Mapping[str, Sequence[bool]] | None = None,
    focus: Mapping[int, str] | None = None,
) -> str:
    """Return areas painted with class codes as SVG.

    Parameters
    ----------
    canvas : the areas
    painted : one code per area, as in `View`
    colours, labels : per class
    names : per area what names it, as of `written_names`; None = no names
    over : `STRIPED` and `DOTTED` with, per area, whether they lie over its colour
    focus : letter of each area that the headline names, by place
    """
    fills = [
        tag("path", d=path, fill=_fill(colours, code))
        for path, code in zip(canvas.paths, painted, strict=True)
    ]
    fills += [
        tag("path", d=path, fill=_fill(colours, mark))
        for mark, areas in (over or {}).items()
        for path, marked in zip(canvas.paths, areas, strict=True)
        if marked
    ]
    border, thin = " ".join(canvas.paths), _thinness(canvas)
    inside = [
        tag("g", "".join(fills), fill_rule="evenodd"),
        line(border, "#fff", 2.4 * thin),
        line(border, "#333", 0.9 * thin),
        *_outlines(canvas),
        *_contours(canvas, focus or {}),
        *_labels(canvas, painted, colours, labels, names or [""] * len(painted)),
        *_badges(canvas, focus or {}),
        _scale_bar(canvas),
    ]
    return drawing("".join(inside), *canvas.size)


def _overlaid(view: View) -> list[tuple[str, Stripes]]:
    """Return what lies over the colours of a view, with the code of its hatch."""
    return [(c, m) for c, m in ((STRIPED, view.stripes), (DOTTED, view.dots)) if m is not None]


def _outlines(canvas: MapCanvas) -> list[str]:
    """Return the dashed borders of larger areas, two-tone as the others."""
    if not canvas.lines:
        return []
    path, thick = " ".join(canvas.lines), 0.14 * canvas.letter
    dashes = {"stroke_dasharray": f"{6 * thick:.1f} {3 * thick:.1f}", "stroke_linecap": "butt"}
    return [line(path, "#fff", 2.2 * thick), line(path, "#1a1a1a", 1.1 * thick, **dashes)]


def _letters(release: Release, focus: Mapping[str, str] | None) -> dict[int, str]:
    place = {key: i for i, key in enumerate(release.areas.index)}
    return {place[key]: letter for key, letter in (focus or {}).items()}


def _contours(canvas: MapCanvas, focus: Mapping[int, str]) -> list[str]:
    """Return the two-tone outline of each area that the headline names."""
    return [
        line(canvas.paths[place], colour, wide * canvas.letter)
        for place in focus
        for colour, wide in (("#fff", 0.5), (CONTOUR, 0.28))
    ]


def _badges(canvas: MapCanvas, focus: Mapping[int, str]) -> list[str]:
    """Return the letter of each named area, above its class number."""
    found, size = [], canvas.letter
    for place, letter in focus.items():
        x, y, free = canvas.spots[place]
        top = y - min(size * 1.6, max(free - size * 0.8, 0))
        circle = {"cx": x, "cy": top, "r": size * 0.72, "fill": CONTOUR, "stroke": "#fff"}
        style = {"font_size": size, "font_weight": "bold", "fill": "#fff", "text_anchor": "middle"}
        found.append(tag("circle", **circle, stroke_width=1.2))
        found.append(svg_text(letter, x, top + size * 0.35, **style))
    return found


def draw_highlight(canvas: MapCanvas, place: int) -> str:
    """Return one area's outline on an otherwise empty drawing, to lie over a map."""
    path = canvas.paths[place]
    inside = line(path, "#fff", 14) + line(path, "#111", 7)
    return drawing(inside, *canvas.size)


def draw_swatch(view: View, code: str) -> str:
    """Return the legend box of a class or mark."""
    box = tag("rect", x=1, y=1, width=34, height=20, fill=_fill(view.colours, code), stroke="#333")
    return drawing(box, 36, 22)


def plain_colour(view: View, code: str) -> str:
    """Return the colour of a class; "" for a mark, which is drawn as a hatch."""
    return "" if code in UNKNOWN + STRIPED + DOTTED else view.colours[_DIGITS.index(code)]


def _thinness(canvas: MapCanvas) -> float:
    """Return how thin borders are drawn, so that many small areas keep their colour."""
    across = np.sqrt(canvas.width * canvas.height / len(canvas.paths))
    return float(np.clip(across / 45, 0.35, 1))


def _fill(colours: Sequence[str], code: str) -> str:
    return f"url(#{code})" if code in UNKNOWN + STRIPED + DOTTED else colours[_DIGITS.index(code)]


def _labels(
    canvas: MapCanvas,
    painted: str,
    colours: Sequence[str],
    labels: Sequence[str],
    names: Sequence[str],
) -> list[str]:
    found, size = [], canvas.letter
    for (x, y, free), code, name in zip(canvas.spots, painted, names, strict=True):
        place = None if code in UNKNOWN else _DIGITS.index(code)
        written = [] if place is None or free < size * 0.75 else [labels[place]]
        if name and _fits(name, free, size):
            written.append(name)
        colour = "#111" if place is None else ink(colours[place])
        for row, word in enumerate(written):
            top = y + size / 3 + (row - (len(written) - 1) / 2) * size * 1.08
            weight = "bold" if place is not None and row == 0 else "normal"
            style = {"font_size": size, "fill": colour, "font_weight": weight}
            found.append(svg_text(word, x, top, text_anchor="middle", **style))
    return found


def _fits(word: str, free: float, size: float) -> bool:
    """Whether a word of this letter size fits into a circle of the radius, under a class number."""
    return bool(free > max(len(word) * size / 4.2, size * 1.2))


def _scale_bar(canvas: MapCanvas) -> str:
    wanted = [s for s in _SCALE_STEPS if s / canvas.metres <= canvas.width / 5] or [_SCALE_STEPS[0]]
    length, y = wanted[-1] / canvas.metres, canvas.height + canvas.letter + 8
    shown = f"{wanted[-1] // 1000} km" if wanted[-1] >= 1000 else f"{wanted[-1]} m"
    bar = line(f"M4 {y - 8:.1f}V{y:.1f}H{4 + length:.1f}V{y - 8:.1f}", "#111", 1.5)
    return bar + svg_text(shown, 12 + length, y + 1, font_size=canvas.letter)


def _path(shape: shapely.Geometry, left: float, top: float, metres: float) -> str:
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            xy = (shapely.get_coordinates(ring)[:-1] - [left, top]) / metres * [1, -1]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy) + "Z")
    return "".join(parts)


def legend_rows(view: View, release: Release, *, edition: int = -1) -> list[tuple[str, str, int]]:
    """Return code, words and number of areas per legend entry, the strong end first."""
    painted = view.codes[edition] if len(view.codes) > 1 else view.codes[0]
    classes = [_DIGITS[i] for i in legend_order(view)]
    rows = [
        (c, class_in_legend(view, release, _DIGITS.index(c)), painted.count(c)) for c in classes
    ]
    marks = [(m, str(text(f"publish.page.mark_{m}")), painted.count(m)) for m in UNKNOWN]
    for code, mark in _overlaid(view):
        word = "stripes_of" if code == STRIPED else "dots_of"
        rows.append((code, text(f"publish.page.{word}", label=mark.label), sum(mark.areas)))
    return rows + [row for row in marks if row[2]]
