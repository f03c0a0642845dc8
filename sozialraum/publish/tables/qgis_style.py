"""A QGIS style (QML) with our classes: the same colours, labels and hatches as the map page."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.colours import palette, rgb
from sozialraum.publish.views import MARKS
from sozialraum.texts import text

LEGEND_COLUMN = "legend"


def legend_words(release: Release) -> list[str]:
    """Return the legend entry of each area: its class, or why there is none."""
    table, names = release.current.table, class_names(release)
    words = []
    for number, status in zip(table["class"], table["status"].astype(str), strict=True):
        mark = text(f"publish.page.mark_{MARKS.get(status, 'm')}")
        words.append(mark if pd.isna(number) else names[int(number)])
    return words


def class_names(release: Release) -> dict[int, str]:
    """Return per class number its legend entry, lowest index value first."""
    breaks = release.breaks["index"]
    numbers = breaks.numbers or tuple(range(1, breaks.k + 1))
    labels = breaks.labels or ("",) * breaks.k
    return {n: f"{n} {label}".strip() for n, label in zip(numbers, labels, strict=True)}


def qml(release: Release) -> str:
    """Return the style of the areas as QGIS reads it from the table ``layer_styles``."""
    names = list(class_names(release).values())
    fills = [
        (name, _plain_fill(colour))
        for name, colour in zip(names, palette("blues", len(names)), strict=True)
    ]
    fills = fills[::-1] + [(text(f"publish.page.mark_{m}"), _pattern_fill(m)) for m in "skmu"]
    categories = "".join(
        f'<category value={quoteattr(name)} label={quoteattr(name)} symbol="{i}" '
        'type="string" render="true"/>'
        for i, (name, _) in enumerate(fills)
    )
    symbols = "".join(
        f'<symbol type="fill" name="{i}" alpha="1">{fill}{_casing()}</symbol>'
        for i, (_, fill) in enumerate(fills)
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.28" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr="{LEGEND_COLUMN}" symbollevels="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _layer(kind: str, **options: str) -> str:
    inside = "".join(f'<Option type="QString" name="{k}" value="{v}"/>' for k, v in options.items())
    options_map = f'<Option type="Map">{inside}</Option>'
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0">{options_map}</layer>'


def _plain_fill(colour: str) -> str:
    return _layer("SimpleFill", color=_rgba(colour), style="solid", outline_style="no")


def _pattern_fill(mark: str) -> str:
    style = {"s": "b_diagonal", "k": "diagonal_x", "m": "dense6", "u": "horizontal"}[mark]
    return _layer("SimpleFill", color=_rgba("#555555"), style=style, outline_style="no")


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
