"""Maps and rankings as vector drawings (SVG) for the report, the profiles and the A3 sheets.

Own code instead of a plotting library: the same areas, colours, hatches and two-tone borders as on
the page, the same bytes each time, and names stay text that a screen reader finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model import Release
from sozialraum.publish.grammar import legend_order
from sozialraum.publish.graphics.colours import ink
from sozialraum.publish.graphics.coverage_simplify import make_mosaic
from sozialraum.publish.graphics.svg import drawing, line, svg_text, tag
from sozialraum.publish.layer_facts import rank_interval
from sozialraum.publish.map_layers import UNKNOWN
from sozialraum.publish.published_numbers import index_digits
from sozialraum.publish.view import View
from sozialraum.publish.wording import class_in_legend
from sozialraum.texts import number, text

STRIPED = "z"  # stands for the stripes, as the other codes for their hatches
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
    """

    paths: tuple[str, ...]
    spots: np.ndarray
    width: float
    height: float
    metres: float
    letter: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing with room for the scale bar below the areas."""
        return self.width, self.height + 1.6 * self.letter + 14


def make_canvas(release: Release, *, width: float = 1000, printed: float = 190) -> MapCanvas:
    """Place the areas of a release on a drawing."""
    return place_areas(release.areas, width=width, printed=printed)


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
    mosaic = make_mosaic(areas, tolerance=metres)
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
    canvas: MapCanvas, view: View, release: Release, *, edition: int = -1, names: bool = False
) -> str:
    """Return a map of one view as SVG.

    Parameters
    ----------
    canvas : of the same release
    view : what is painted
    edition : which of its years
    names : whether area names are written where they fit, and keys where only these do
    """
    painted = view.codes[edition] if len(view.codes) > 1 else view.codes[0]
    labels = view.numbers(release)
    written = written_names(canvas, release) if names else None
    striped = view.stripes.areas if view.stripes else ()
    return draw_areas(canvas, painted, view.colours, labels=labels, names=written, striped=striped)


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
    striped: Sequence[bool] = (),
) -> str:
    """Return areas painted with class codes as SVG.

    Parameters
    ----------
    canvas : the areas
    painted : one code per area, as in `View`
    colours, labels : per class
    names : per area what names it, as of `written_names`; None = no names
    striped : per area whether stripes lie over its colour; () = none
    """
    fills = [
        tag("path", d=path, fill=_fill(colours, code))
        for path, code in zip(canvas.paths, painted, strict=True)
    ]
    fills += [
        tag("path", d=path, fill=_fill(colours, STRIPED))
        for path, over in zip(canvas.paths, striped, strict=False)
        if over
    ]
    border, thin = " ".join(canvas.paths), _thinness(canvas)
    inside = [
        tag("g", "".join(fills), fill_rule="evenodd"),
        line(border, "#fff", 2.4 * thin),
        line(border, "#333", 0.9 * thin),
        *_labels(canvas, painted, colours, labels, names or [""] * len(painted)),
        _scale_bar(canvas),
    ]
    return drawing("".join(inside), *canvas.size)


def draw_highlight(canvas: MapCanvas, place: int) -> str:
    """Return one area's outline on an otherwise empty drawing, to lie over a map."""
    path = canvas.paths[place]
    inside = line(path, "#fff", 14) + line(path, "#111", 7)
    return drawing(inside, *canvas.size)


def draw_swatch(view: View, code: str) -> str:
    """Return the legend box of a class or mark."""
    box = tag("rect", x=1, y=1, width=34, height=20, fill=_fill(view.colours, code), stroke="#333")
    return drawing(box, 36, 22)


def draw_ranking(release: Release, *, first: int = 0, rows: int = 45) -> str:
    """Return a dot strip: one line per area, its rank as a dot and, where known, its interval.

    Parameters
    ----------
    first, rows : which part of the ranking, counted from the highest burden
    """
    table, interval = release.current.table, rank_interval(release)
    ranked = table[table["rank"].notna()].sort_values("rank", kind="stable")
    last = last_place(release)
    shown = ranked.index[first : first + rows]
    height = 50 + 24 * len(shown)
    axis = [
        line(f"M{_strip_x(r, last):.1f} 22V{height - 14}", "#ccc", 1)
        + svg_text(r, _strip_x(r, last), 16, text_anchor="middle")
        for r in _axis_ranks(last)
    ]
    strips = [_strip(release, key, interval, last, 40 + 24 * i) for i, key in enumerate(shown)]
    return drawing(tag("g", "".join(axis + strips), font_size=16), 1000, height)


def _strip(release: Release, key: str, interval: pd.DataFrame, last: int, y: int) -> str:
    """One area: its name, its index, where its rank surely lies, and the rank itself."""
    row = release.current.table.loc[key]
    value = number(float(row["index"]), index_digits(release))
    parts = [svg_text(release.areas.at[key, "name"], 250, y + 5, text_anchor="end")]
    parts.append(svg_text(value, 305, y + 5, text_anchor="end"))
    if key in interval.index and interval.loc[key].notna().all():
        low, high = (_strip_x(end, last) for end in interval.loc[key])
        parts.append(line(f"M{low:.1f} {y}H{high:.1f}", "#4e99cb", 7))
    ends = interval.loc[key] if key in interval.index else None
    place = shared_place(release.current.table["rank"], key, ends)
    middle = {"cx": _strip_x(place, last), "cy": y, "r": 6}
    parts.append(tag("circle", **middle, fill="#0a3a77", stroke="#fff", stroke_width=1.5))
    return "".join(parts)


def shared_place(rank: pd.Series, key: str, ends: pd.Series | None = None) -> float:
    """Return where the dot of an area stands: in the middle of the places it shares with others.

    Parameters
    ----------
    rank : published ranks by area key
    ends : lowest and highest rank of the area in the calculations; the dot never leaves them

    Examples
    --------
    >>> shared_place(pd.Series([1, 2, 2, 2], index=list("abcd")), "c")
    3.0
    """
    middle = float(rank[key]) + (int((rank == rank[key]).sum()) - 1) / 2
    if ends is None or ends.isna().any():
        return middle
    return float(np.clip(middle, ends.iloc[0], ends.iloc[1]))


def last_place(release: Release) -> int:
    """Return the last rank of a strip: of the table, or of a rank range that goes beyond."""
    interval = rank_interval(release)
    ranks = int(release.current.table["rank"].notna().sum())
    return max(ranks, 2, int(np.nan_to_num(interval["rank_high"].max())))


def _strip_x(rank: float, last: int) -> float:
    return 330 + (float(rank) - 1) / (last - 1) * 620


def _axis_ranks(last: int) -> list[int]:
    """Return rank 1, the last rank and some multiples of five between.

    Examples
    --------
    >>> _axis_ranks(26), _axis_ranks(6)
    ([1, 5, 10, 15, 20, 26], [1, 2, 3, 4, 5, 6])
    """
    if last < 10:
        return list(range(1, last + 1))
    step = 5 * max(1, round(last / 25))
    return [1, *range(step, last - step // 2, step), last]


def _thinness(canvas: MapCanvas) -> float:
    """Return how thin borders are drawn, so that many small areas keep their colour."""
    across = np.sqrt(canvas.width * canvas.height / len(canvas.paths))
    return float(np.clip(across / 45, 0.35, 1))


def _fill(colours: Sequence[str], code: str) -> str:
    return f"url(#{code})" if code in UNKNOWN + STRIPED else colours[_DIGITS.index(code)]


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
    if view.stripes:
        label = text("publish.page.stripes_of", label=view.stripes.label)
        rows.append((STRIPED, label, sum(view.stripes.areas)))
    return rows + [row for row in marks if row[2]]
