"""A small town whose indicators are layers: shares, euros, balances, votes, three years."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

KEYS = [f"{n:02d}" for n in range(1, 15)]
HEAD = """
title = "Stadtteilcockpit"
place = "Musterstadt"
ags = "09999000"
stichtag = 2023-12-31
crs = "EPSG:25833"
area_word = "Stadtteil"
area_words = "Stadtteile"
sources = ["erfunden"]
[areas.st]
file = "stadtteile.gpkg"
key = "stadtteil"
name = "name"
[join]
target = "st"
method = "nested"
[population]
variable = "einwohner"
"""
TABLE = """
[[tables]]
file = "jahr_{year}.csv"
areas = "st"
key = "stadtteil"
stichtag = {year}-12-31
"""
SHARE = {"id": "al", "label": "Arbeitslose", "direction": "burden", "use": "layer", "numerator": "arbeitslose",
             "denominator": "erw"}  # fmt: skip
EURO = {"id": "eur", "label": "Hilfen zur Erziehung", "kind": "euro", "direction": "neutral",
            "numerator": "ausgaben", "denominator": "u18", "most": 60_000.0, "price_year": 2023}  # fmt: skip
BALANCE = {"id": "saldo", "label": "Wanderungssaldo", "kind": "balance", "direction": "neutral",
               "incoming": "zu", "outgoing": "fort", "denominator": "einwohner"}  # fmt: skip
COUNT = {
    "id": "hze",
    "label": "Hilfen",
    "kind": "count",
    "direction": "neutral",
    "numerator": "hze",
}
VOTE = {"id": "liste", "label": "Stimmen Liste A", "kind": "vote", "direction": "neutral",
            "numerator": "stimmen", "denominator": "gueltig"}  # fmt: skip
RATIO = {"id": "plaetze", "label": "Plätze je Kind", "kind": "ratio", "direction": "resource", "use": "layer",
             "numerator": "plaetze", "denominator": "u18"}  # fmt: skip
LAYERS = (SHARE, EURO, BALANCE, COUNT, VOTE, RATIO)


def years(seed=4):
    """Return the table of each year."""
    rng = np.random.default_rng(seed)
    einwohner = rng.integers(1500, 6000, len(KEYS))
    found = {}
    for year in (2021, 2022, 2023):
        found[year] = pd.DataFrame({
            "einwohner": einwohner, "erw": einwohner * 6 // 10, "u18": einwohner // 6,
            "arbeitslose": rng.binomial(einwohner * 6 // 10, 0.09),
            "ausgaben": np.round(rng.gamma(3.0, 90_000.0, len(KEYS)), 2),
            "zu": rng.binomial(einwohner, 0.08), "fort": rng.binomial(einwohner, 0.09),
            "hze": rng.binomial(einwohner // 6, 0.03), "stimmen": rng.binomial(einwohner // 2, 0.25),
            "gueltig": einwohner // 2, "plaetze": rng.integers(40, 900, len(KEYS)),
        }, pd.Index(KEYS, name="stadtteil"))  # fmt: skip
    return found


def toml(value):
    """Return a value as it stands in a build file."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else f'"{value}"'


def sections(indicators):
    """Return indicators as sections of a build file."""
    return "\n".join(
        "[[indicators]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in one.items())
        for one in indicators
    )


def write_town(folder, *, indicators=LAYERS, tables=None, more="", head=HEAD):
    """Write areas, a table per year and a build file; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = years() if tables is None else tables
    squares = [box(4e5 + n % 4 * 800, 5.8e6 + n // 4 * 800, 4e5 + n % 4 * 800 + 800,
                   5.8e6 + n // 4 * 800 + 800) for n in range(len(KEYS))]  # fmt: skip
    names = [f"Stadtteil {key}" for key in KEYS]
    areas = gpd.GeoDataFrame({"stadtteil": KEYS, "name": names}, geometry=squares, crs=25833)
    areas.to_file(folder / "stadtteile.gpkg")
    for year, table in tables.items():
        table.to_csv(folder / f"jahr_{year}.csv", sep=";", decimal=",")
    file = folder / "stadtteile.toml"
    text = head + "".join(TABLE.format(year=year) for year in tables) + sections(indicators) + more
    file.write_text(text, encoding="utf-8")
    return file
