"""Backgrounds a town hall may switch on by name; without a name no map loads anything.

Tiles are fetched by the reader's browser when the page is opened, so a page with a background is no
longer silent: it says so in its foot, and its policy allows pictures from this one host and nothing
else.
"""

from __future__ import annotations

from dataclasses import dataclass

_HOST = "https://sgx.geodatenzentrum.de"
_SOURCES = f"{_HOST}/web_public/gdz/datenquellen/datenquellen_topplusopen.html"
_TOPPLUS = f"Kartendarstellung: © BKG ({{year}}) dl-de/by-2-0, Datenquellen: {_SOURCES}"
_BASEMAP = "© basemap.de / BKG {month}/{year}"


@dataclass(frozen=True)
class Basemap:
    """A background service of the public administration.

    Parameters
    ----------
    host : the one host the page may ask for pictures
    url : address of a tile, as Leaflet fills it in
    credit : line to print; ``{month}`` and ``{year}`` are filled in when the page is opened
    """

    host: str
    url: str
    credit: str


def _tiles(service: str, layer: str, grid: str) -> str:
    return f"{_HOST}/{service}/tile/1.0.0/{layer}/default/{grid}/{{z}}/{{y}}/{{x}}.png"


def _topplus(layer: str) -> Basemap:
    return Basemap(_HOST, _tiles("wmts_topplus_open", layer, "WEBMERCATOR"), _TOPPLUS)


def _basemap(colour: str) -> Basemap:
    layer = f"de_basemapde_web_raster_{colour}"
    return Basemap(_HOST, _tiles("wmts_basemapde", layer, "GLOBAL_WEBMERCATOR"), _BASEMAP)


BASEMAPS = {
    "topplus_grau": _topplus("web_grau"),
    "topplus_farbe": _topplus("web"),
    "basemap_grau": _basemap("grau"),
    "basemap_farbe": _basemap("farbe"),
}


def find_basemap(name: str | None) -> Basemap | None:
    """Return the background called `name`; None for None.

    Raises
    ------
    ValueError
        If there is no such background.
    """
    if name is None:
        return None
    if name not in BASEMAPS:
        message = (
            f"The 'basemap' parameter of write_background must be one of {sorted(BASEMAPS)}. "
            f"Got {name!r} instead."
        )
        raise ValueError(message)
    return BASEMAPS[name]
