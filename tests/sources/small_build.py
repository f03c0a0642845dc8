"""A build of four blocks and two catchments, small enough to check on paper."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
from shapely import box

from sozialraum.config import read_build

X, Y = 400_000.0, 5_800_000.0
BUILD = """
title = "Probe"
ags = "11000000"
stichtag = 2024-12-31
crs = "EPSG:25833"
orientation = "deprivation"

[areas.bloecke]
file = "bloecke.gpkg"
key = "block"
width = 2

[areas.sprengel]
file = "sprengel.gpkg"
key = "nr"

{tables}

[join]
source = "bloecke"
target = "sprengel"
method = "areal"

[[indicators]]
id = "armut"
label = "Kinder in Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"
{more}
"""
TABLE = """
[[tables]]
file = "zahlen.csv"
areas = "bloecke"
key = "block"
"""
LAST_YEAR = TABLE.replace("zahlen.csv", "vorjahr.csv") + "stichtag = 2023-12-31\n"
NUMBERS = "block;kinder;arm\n01;100;10\n02;200;30\n03;150;15\n04;50;5\n"


def squares(keys: list[str], column: str, size: float) -> gpd.GeoDataFrame:
    shapes = [box(X + i * size, Y, X + (i + 1) * size, Y + 100) for i in range(len(keys))]
    return gpd.GeoDataFrame({column: keys}, geometry=shapes, crs="EPSG:25833")


def small_build(
    folder: Path, *, numbers: str = NUMBERS, tables: str = TABLE, more: str = "", **files: str
):
    """Write a delivery into a folder and return its plan; `files` are further csv files by stem."""
    squares(["01", "02", "03", "04"], "block", 100).to_file(folder / "bloecke.gpkg")
    squares(["A", "B"], "nr", 200).to_file(folder / "sprengel.gpkg")
    for stem, content in {"zahlen": numbers, **files}.items():
        (folder / f"{stem}.csv").write_text(content, encoding="utf-8")
    build = folder / "probe.toml"
    build.write_text(BUILD.format(tables=tables, more=more), encoding="utf-8")
    return read_build(build)
