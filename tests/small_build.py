"""A small town with a build file that keeps a ledger: 60 blocks in 30 districts and 24 others."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from sozialraum.privacy.ledger import new_ledger

BLOCKS = [f"{n:02d}" for n in range(60)]
DISTRICT = {b: f"D{n // 2:02d}" for n, b in enumerate(BLOCKS)}
OTHER = {b: f"C{n * 24 // 60:02d}" for n, b in enumerate(BLOCKS)}
BUILD = """
title = "{title}"
place = "Musterstadt"
ags = "09999000"
recipe = "minmax_mean"
stichtag = {day}
crs = "EPSG:25833"
data = "daten"
sources = ["erfunden"]
orientation = "deprivation"
[areas.b]
file = "b.gpkg"
key = "block"
parents = {{ D = "D", C = "C" }}
[areas.D]
file = "D.gpkg"
key = "nr"
name = "name"
[areas.C]
file = "C.gpkg"
key = "nr"
name = "name"
[[tables]]
file = "{file}"
areas = "b"
key = "block"
{derived}
[join]
source = "b"
target = "{target}"
method = "nested"
parent = "{target}"
[[indicators]]
id = "armut"
label = "Armut"
numerator = "{column}"
denominator = "kinder"
direction = "burden"
[[indicators]]
id = "hzs"
label = "Hilfen"
numerator = "hz"
denominator = "kinder"
direction = "burden"
[disclosure]
{ledger}
[output]
files = ["csv", "parquet"]
"""
LEDGER = 'ledger = "freigaben.jsonl"\nkey = "geheim/freigaben.key"'


def counts():
    """Return kinder, arm, hz per block."""
    rng = np.random.default_rng(11)
    base = rng.integers(30, 90, len(BLOCKS))
    return pd.DataFrame(
        {"kinder": base, "arm": rng.binomial(base, 0.25), "hz": rng.binomial(base, 0.3)},
        pd.Index(BLOCKS, name="block"),
    )


def write_town(folder, table=None):
    """Write areas, a table and an empty ledger with its key; return the folder."""
    data = folder / "daten"
    data.mkdir(parents=True)
    squares = [box(400000 + n * 100, 5.8e6, 400100 + n * 100, 5.8e6 + 100) for n in range(60)]
    blocks = gpd.GeoDataFrame({"block": BLOCKS}, geometry=squares, crs=25833)
    blocks["D"], blocks["C"] = (blocks["block"].map(zones) for zones in (DISTRICT, OTHER))
    blocks.to_file(data / "b.gpkg")
    for name in ("D", "C"):
        areas = blocks[[name, "geometry"]].dissolve(name).reset_index(names="nr")
        areas.assign(name="Gebiet " + areas["nr"]).to_file(data / f"{name}.gpkg")
    write_table(folder, counts() if table is None else table)
    new_ledger(folder / "freigaben.jsonl", folder / "geheim" / "freigaben.key")
    return folder


def write_table(folder, table, name="z.csv"):
    table.reset_index().to_csv(folder / "daten" / name, sep=";", index=False)


def write_build(folder, target="D", *, column="arm", day="2024-12-31", **more):
    """Write a build file; return its path."""
    said = {"title": f"Bau {target}", "file": "z.csv", "derived": "", "ledger": LEDGER} | more
    path = folder / f"{said['title'].replace(' ', '_')}.toml"
    path.write_text(BUILD.format(target=target, column=column, day=day, **said), "utf-8")
    return path
