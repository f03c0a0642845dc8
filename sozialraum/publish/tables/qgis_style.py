"""QGIS styles (QML): the same classes, colours, labels and hatches as the map page.

One style per index and indicator. The rules of a style are filters over the columns of the layer,
so a value on a limit falls into the class the map puts it in; QGIS's graduated renderer would put
it into the class below.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.axes import axis_columns
from sozialraum.publish.grammar import legend_order
from sozialraum.publish.graphics.colours import DOT, STRIPE, rgb
from sozialraum.publish.map_layers import MARKS, make_views
from sozialraum.publish.tables.table_columns import SIGN_SUFFIX
from sozialraum.publish.view import Stripes, View
from sozialraum.publish.wording import class_in_legend
from sozialraum.texts import catalogue, text

LEGEND_COLUMN = "legend"
_HATCHES = {"s": "b_diagonal", "k": "diagonal_x", "m": "dense6", "u": "horizontal", "n": "dense7"}
_PAPER = {"u": "#e3e3e3", "n": "#f2f2f2"}


def legend_entries(release: Release) -> list[str]:
    """Return the legend entry of each area: its class, or why there is none."""
    table, names = release.current.table, class_names(release)
    words = []
    for number, status in zip(table["class"], table["status"].astype(str), strict=True):
        mark = text(f"publish.page.mark_{MARKS.get(status, 'm')}")
        words.append(mark if pd.isna(number) else names[int(number)])
    return words


def class_names(release: Release) -> dict[int, str]:
    """Return per class number its name, lowest index value first."""
    breaks = release.breaks["index"]
    numbers = breaks.numbers or tuple(range(1, breaks.k + 1))
    labels = breaks.labels or ("",) * breaks.k
    return {n: f"{n} {label}".strip() for n, label in zip(numbers, labels, strict=True)}


def styles(release: Release) -> dict[str, str]:
    """Return per style name its QML, the index first: the one QGIS shows by itself."""
    return {
        (text("publish.book.class") if view.id == "index" else view.label): qml(view, release)
        for view in make_views(release)
    }


def qml(view: View, release: Release) -> str:
    """Return the style of one view as QGIS reads it from the table ``layer_styles``."""
    places = legend_order(view)
    rules = [
        (class_in_legend(view, release, i), _class_filter(view, release, i), _plain_fill(colour))
        for i in places
        for colour in (view.colours[i],)
    ]
    over = ((view.stripes, STRIPE, "stripes_of"), (view.dots, DOT, "dots_of"))
    rules += [
        (text(f"publish.page.{word}", label=mark.label), _marked(mark), _over(colour, word))
        for mark, colour, word in over
        if mark is not None and mark.column
    ]
    rules += [
        (text(f"publish.page.mark_{mark}"), _mark_filter(view, mark), _pattern_fill(mark))
        for mark in _HATCHES
    ]
    entries = "".join(
        f'<rule key="{i}" filter={quoteattr(where)} label={quoteattr(label)} symbol="{i}"/>'
        for i, (label, where, _) in enumerate(rules)
    )
    symbols = "".join(
        f'<symbol type="fill" name="{i}" alpha="1" clip_to_extent="1">{fill}{_casing()}</symbol>'
        for i, (_, _, fill) in enumerate(rules)
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22" styleCategories="Symbology|Labeling" labelsEnabled="1">'
        '<renderer-v2 type="RuleRenderer" symbollevels="0">'
        f'<rules key="all">{entries}</rules><symbols>{symbols}</symbols></renderer-v2>'
        f"{_names(view)}</qgis>"
    )


def _names(view: View) -> str:
    """Return what stands on the map: the number of the class, below it the name of the area."""
    klass = _column(axis_columns(view.id)[1])
    number = f"coalesce({klass}, '')" if view.group == "index" else "''"
    written = f"trim({number} || '\\n' || {_column('name')})"
    buffer = (
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" '
        'bufferColor="255,255,255,200"/>'
    )
    style = (
        f'<text-style fieldName={quoteattr(written)} isExpression="1" fontSize="8" '
        f'fontSizeUnit="Point" textColor="17,17,17,255">{buffer}</text-style>'
    )
    return (
        f'<labeling type="simple"><settings>{style}'
        '<placement placement="1" centroidInside="1" fitInPolygonOnly="1"/>'
        '<rendering fontLimitPixelSize="0" obstacle="1"/></settings></labeling>'
    )


def _class_filter(view: View, release: Release, place: int) -> str:
    """Return which areas are of a class, as an expression over the columns of the layer."""
    if view.group == "index":
        numbers = release.breaks[view.id].numbers or tuple(range(1, len(view.colours) + 1))
        return f"{_column(axis_columns(view.id)[1])} = {numbers[place]}"
    # Limits and values are whole units of the last digit; half a unit lies safely between them.
    half = 0.5 / (view.figure.factor * 10**view.figure.digits)
    ends = []
    if place:
        ends.append(f"{_column(view.id)} >= {view.limits[place - 1] - half - 1e-11:.12f}")
    if place < len(view.limits):
        ends.append(f"{_column(view.id)} < {view.limits[place] - half - 1e-11:.12f}")
    return " AND ".join(ends) or f"{_column(view.id)} IS NOT NULL"


def _marked(mark: Stripes) -> str:
    """Return which areas have stripes or dots over their colour."""
    return f"{_column(mark.column)} = {mark.value}"


def _mark_filter(view: View, mark: str) -> str:
    """Return which areas have no class for one reason."""
    reasons = [status for status, sign in MARKS.items() if sign == mark]
    if view.group == "index":
        known, column, signs = axis_columns(view.id)[1], "status", reasons
    else:
        shown = catalogue("publish")["signs"]
        known, column, signs = view.id, view.id + SIGN_SUFFIX, [shown[r] for r in reasons]
    listed = ", ".join(f"'{sign}'" for sign in dict.fromkeys(signs))
    return f"{_column(known)} IS NULL AND {_column(column)} IN ({listed})"


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _layer(kind: str, within: str = "", **options: str) -> str:
    """Return a layer of a symbol; `within` is the symbol of which a pattern is made."""
    inside = "".join(f'<Option type="QString" name="{k}" value="{v}"/>' for k, v in options.items())
    options_map = f'<Option type="Map">{inside}</Option>'
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0">{options_map}{within}</layer>'


def _plain_fill(colour: str) -> str:
    return _layer("SimpleFill", color=_rgba(colour), style="solid", outline_style="no")


def _over(colour: str, word: str) -> str:
    """Return stripes or dots that leave the colour below to be seen."""
    if word == "stripes_of":
        stroke = _layer("SimpleLine", line_color=_rgba(colour), line_width="1.1")
        line = f'<symbol type="line" name="over" alpha="1">{stroke}</symbol>'
        return _layer("LinePatternFill", line, angle="45", distance="2.8", line_width="1.1")
    dot = _layer(
        "SimpleMarker",
        name="circle",
        size="1.5",
        color=_rgba(colour),
        outline_color=_rgba("#ffffff"),
    )
    marker = f'<symbol type="marker" name="over" alpha="1">{dot}</symbol>'
    return _layer("PointPatternFill", marker, distance_x="2.6", distance_y="2.6")


def _pattern_fill(mark: str) -> str:
    """Return the hatch of a mark on the paper it has on the page."""
    paper = _plain_fill(_PAPER.get(mark, "#ffffff"))
    hatch = _layer("SimpleFill", color=_rgba("#555555"), style=_HATCHES[mark], outline_style="no")
    return paper + hatch


def _casing() -> str:
    """Two-tone outline: white under dark reads on the lightest and on the darkest blue."""
    white = _layer(
        "SimpleLine", line_color=_rgba("#ffffff"), line_width="0.7", line_width_unit="MM"
    )
    dark = _layer(
        "SimpleLine", line_color=_rgba("#333333"), line_width="0.25", line_width_unit="MM"
    )
    return white + dark


def _rgba(colour: str) -> str:
    return ",".join(map(str, rgb(colour))) + ",255"
