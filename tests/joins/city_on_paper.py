"""A city of four blocks and two catchments, small enough to check on paper, as a delivery.

y=100  +---01---+---02---+---03---+---04---+
       |        |   A | B |        |        |      A ends in the middle of block 02
y=0    +--------+--------+--------+--------+
       0       100      200      300      400      metres
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
from shapely import LineString, MultiPolygon, Point, Polygon, box

from sozialraum.config import read_build

X, Y = 400_000.0, 5_800_000.0
NUMBERS = "block;kinder;arm\n01;100;13\n02;200;30\n03;150;15\n04;50;5\n"
# street, number, dwellings, block, catchment, metres from the left edge
HOUSES = [
    ("Lange Straße", "1", 1, "01", "A", 50),
    ("Lange Straße", "2", 3, "02", "A", 120),
    ("Lange Straße", "3", 1, "02", "B", 160),
    ("Lange Straße", "4", 1, "02", "B", 180),
    ("Lange Straße", "5", 2, "03", "B", 250),
    ("Lange Straße", "6", 2, "04", "B", 350),
]
BUILD = """
title = "Probe"
stichtag = 2024-12-31
crs = "EPSG:25833"
orientation = "deprivation"
{top}
[areas.bloecke]
file = "bloecke.gpkg"
key = "block"
width = 2
[areas.sprengel]
file = "sprengel.gpkg"
key = "nr"
{areas}
[[tables]]
file = "zahlen.csv"
areas = "bloecke"
key = "block"
width = 2
{tables}
[join]
source = "bloecke"
target = "sprengel"
{join}
[[indicators]]
id = "armut"
label = "Kinder in Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"
[disclosure]
published_input = true
reason = "erfundene Zahlen"
"""


def areas(column: str, shapes: dict[str, Polygon | MultiPolygon]) -> gpd.GeoDataFrame:
    moved = gpd.GeoSeries(list(shapes.values())).translate(X, Y)
    return gpd.GeoDataFrame({column: list(shapes)}, geometry=moved, crs="EPSG:25833")


BLOCKS = {f"0{n + 1}": box(n * 100, 0, n * 100 + 100, 100) for n in range(4)}
CATCHMENTS = {"A": box(0, 0, 150, 100), "B": box(150, 0, 400, 100)}


def points(columns: dict[str, list], at: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    shapes = [Point(X + x, Y + y) for x, y in at]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:25833")


def lines(*paths: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    shapes = [LineString([(X + x, Y + y) for x, y in path]) for path in paths]
    return gpd.GeoDataFrame({"nr": range(len(shapes))}, geometry=shapes, crs="EPSG:25833")


def register(houses: list[tuple] = HOUSES, extra: str = "") -> str:
    """Return the houses as a town hall's csv."""
    rows = [
        f"{street};{number};{flats};{block};{area};{X + east:.0f};{Y + 50:.0f}"
        for street, number, flats, block, area, east in houses
    ]
    head = "strasse;hausnummer;wohnungen;block;sprengel;ost;nord"
    return "\n".join([head, *rows]) + "\n" + extra


def plan(
    folder: Path,
    join: str,
    *,
    blocks: dict = BLOCKS,
    catchments: dict = CATCHMENTS,
    numbers: str = NUMBERS,
    top: str = "",
    areas_more: str = "",
    tables: str = "",
    layers: dict[str, gpd.GeoDataFrame] | None = None,
    **lists: str,
):
    """Write the delivery and return its plan; `lists` are further csv files by stem."""
    areas("block", blocks).to_file(folder / "bloecke.gpkg")
    areas("nr", catchments).to_file(folder / "sprengel.gpkg")
    for stem, layer in (layers or {}).items():
        layer.to_file(folder / f"{stem}.gpkg")
    for stem, content in {"zahlen": numbers, **lists}.items():
        (folder / f"{stem}.csv").write_text(content, encoding="utf-8")
    build = folder / "probe.toml"
    build.write_text(
        BUILD.format(join=join, top=top, areas=areas_more, tables=tables), encoding="utf-8"
    )
    return read_build(build)
