"""Maps inside a notebook: the committee page in a frame, or a plain drawing; no requests."""

from __future__ import annotations

import html
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import markup
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.graphics.drawing import draw_areas, place_areas
from sozialraum.publish.page.map_page import map_html

_DIGITS = "0123456789abcdef"


def notebook_html(release: Release, *, height: int = 720) -> str:
    """Return the committee page as a frame of a notebook.

    The page stands inside the frame with its own policy, so neither its style nor its script
    touches the notebook, and the notebook's do not touch it.
    """
    page = html.escape(map_html(release), quote=True)
    title = markup(f"{release.facts.title} – {release.facts.place}")
    return (
        f'<iframe title="{title}" sandbox="allow-scripts allow-modals" srcdoc="{page}" '
        f'width="100%" height="{height}" style="border:1px solid #999"></iframe>'
    )


@dataclass(frozen=True)
class Picture:
    """A drawing that a notebook shows by itself.

    Parameters
    ----------
    svg : the drawing
    title : shown above it
    legend : per entry its colour, label and number of areas
    """

    svg: str
    title: str = ""
    legend: tuple[tuple[str, str, int], ...] = ()

    def _repr_html_(self) -> str:
        inline = "display:inline-block;margin-right:"
        entries = "".join(
            f'<span style="{inline}1.2em"><span style="{inline}.4em;width:1.6em;height:1em;'
            f'border:1px solid #333;background:{colour}"></span>{markup(label)} ({n})</span>'
            for colour, label, n in self.legend
        )
        heading = f"<strong>{markup(self.title)}</strong>" if self.title else ""
        caption = f"<figcaption>{entries}</figcaption>"
        return f'<figure style="max-width:52em;margin:0">{heading}{self.svg}{caption}</figure>'


def choropleth(
    areas: gpd.GeoDataFrame, table: pd.DataFrame, *, column: str = "class", title: str = ""
) -> Picture:
    """Draw classes on areas, for looking at while working. Nothing is written.

    Parameters
    ----------
    areas : index = area key, projected CRS
    table : index = area key; `column` holds class numbers
    column : which column is drawn; areas without a class are dotted
    title : shown above the drawing

    Returns
    -------
    Picture, shown by the notebook without any request.

    Raises
    ------
    ValueError
        If the table has no such column or holds more than nine classes.
    """
    if column not in table:
        message = (
            f"The 'column' parameter of choropleth must be one of {list(table.columns)}. "
            f"Got {column!r} instead."
        )
        raise ValueError(message)
    numbers = table[column].reindex(areas.index)
    classes = sorted(int(n) for n in numbers.dropna().unique())
    colours = palette("blues", len(classes)) if classes else ()
    place = {n: i for i, n in enumerate(classes)}
    codes = "".join("m" if pd.isna(n) else _DIGITS[place[int(n)]] for n in numbers)
    canvas = place_areas(areas)
    svg = draw_areas(canvas, codes, colours, labels=[str(n) for n in classes])
    counts = numbers.value_counts()
    legend = [(colours[place[n]], str(n), int(counts[n])) for n in classes[::-1]]
    missing = int(np.sum(numbers.isna()))
    return Picture(svg, title, (*legend, *([("#fff", "–", missing)] if missing else ())))
