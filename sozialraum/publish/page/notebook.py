"""Maps inside a notebook: the committee page in a frame, or folium's map; no requests."""

from __future__ import annotations

import html
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.model.alignment import NAMED_KEYS, in_key_order, refuse_doubled
from sozialraum.publish.escape import markup, visible
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.page.folium_maps.background_map import Drawing, drawing_html
from sozialraum.publish.page.map_page import map_html

_MISSING = "#ffffff"


def notebook_html(release: Release, *, height: int = 720) -> str:
    """Return the committee page as a frame of a notebook.

    The page stands inside the frame with its own policy, so neither its style nor its script
    touches the notebook, and the notebook's do not touch it.
    """
    title = f"{release.facts.title} – {release.facts.place}"
    return _frame(map_html(release), title, height)


def _frame(page: str, title: str, height: int) -> str:
    inside = html.escape(page, quote=True)
    return (
        f'<iframe title="{markup(title)}" sandbox="allow-scripts allow-modals" srcdoc="{inside}" '
        f'width="100%" height="{height}" style="border:1px solid #999"></iframe>'
    )


@dataclass(frozen=True)
class Picture:
    """A map that a notebook shows by itself, without any request.

    Parameters
    ----------
    page : folium's map as a page in one file
    title : shown above it
    legend : per entry its colour, label and number of areas
    """

    page: str
    title: str = ""
    legend: tuple[tuple[str, str, int], ...] = ()

    def _repr_html_(self) -> str:
        return _frame(self.page, self.title, 560)


def choropleth(
    areas: gpd.GeoDataFrame, table: pd.DataFrame, *, column: str = "class", title: str = ""
) -> Picture:
    """Draw classes on areas, for looking at while working. Nothing is written.

    Parameters
    ----------
    areas : index = area key, projected CRS; a column ``name`` is shown under the mouse, else the
        key
    table : index = area key; `column` holds class numbers
    column : which column is drawn; areas without a class are white
    title : shown above the drawing

    Returns
    -------
    Picture, folium's map, shown by the notebook without any request.

    Raises
    ------
    ValueError
        If the table has no such column, holds no whole numbers or more than nine classes, a key
        stands twice, or the table has areas that are not drawn.
    """
    numbers = _class_numbers(areas, table, column)
    areas = areas.iloc[in_key_order(areas.index)]  # the order of rows is no input
    numbers = numbers.reindex(areas.index)
    classes = sorted(int(n) for n in numbers.dropna().unique())
    colour = dict(zip(classes, palette("blues", len(classes)) if classes else (), strict=True))
    counts = numbers.value_counts()
    missing = int(np.sum(numbers.isna()))
    legend = [(colour[n], str(n), int(counts[n])) for n in classes[::-1]]
    legend += [(_MISSING, "–", missing)] if missing else []
    names = areas.get("name", areas.index)
    shown = ["–" if pd.isna(n) else str(int(n)) for n in numbers]
    drawing = Drawing(
        areas=areas,
        fills=[_MISSING if pd.isna(n) else colour[int(n)] for n in numbers],
        words=[visible(f"{name}: {n}") for name, n in zip(names, shown, strict=True)],
        legend=legend,
        title=title,
    )
    return Picture(drawing_html(drawing), title, tuple(legend))


def _class_numbers(areas: gpd.GeoDataFrame, table: pd.DataFrame, column: str) -> pd.Series:
    """Return the class numbers of a table by key, or refuse what cannot be drawn."""
    if column not in table:
        message = (
            f"The 'column' parameter of choropleth must be one of {list(table.columns)}. "
            f"Got {column!r} instead."
        )
        raise ValueError(message)
    refuse_doubled("choropleth", areas=areas, table=table)
    strange = table.index[~table.index.isin(areas.index)]
    if len(strange):
        message = (
            "The 'table' parameter of choropleth must have keys of 'areas' only. "
            f"Got unknown {[str(k) for k in strange[:NAMED_KEYS]]} instead."
        )
        raise ValueError(message)
    numbers = pd.to_numeric(table[column], errors="coerce")
    broken = (numbers.isna() & table[column].notna()) | (numbers.notna() & (numbers % 1 != 0))
    if broken.any():
        message = (
            "The 'column' parameter of choropleth must name a column of class numbers. "
            f"Got {column!r} with {table[column][broken].iloc[0]!r} instead."
        )
        raise ValueError(message)
    return numbers
