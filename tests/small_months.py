"""A small town of 24 districts with a delivery every month: arrivals (flow) and pupils (stock)."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

KEYS = [f"{n:02d}" for n in range(24)]
BUILD = """
title = "Monatsbericht"
place = "Musterstadt"
ags = "09999000"
recipe = "minmax_mean"
stichtag = {last}
crs = "EPSG:25833"
data = "daten"
sources = ["erfunden"]
orientation = "deprivation"
area_word = "Stadtteil"
area_words = "Stadtteile"
[areas.st]
file = "st.gpkg"
key = "nr"
name = "name"
[join]
target = "st"
method = "nested"
{tables}
[[indicators]]
id = "zu"
label = "Zugänge in Kitas"
numerator = "zugaenge"
denominator = "kinder"
direction = "burden"
[[indicators]]
id = "da"
label = "Kinder in Kitas"
numerator = "bestand"
denominator = "kinder"
direction = "resource"
{counts}
{watch}
{disclosure}
[output]
files = ["csv"]
"""
COUNTS = '[[counts]]\nname = "zugaenge"\nmeasure = "flow"\n[[counts]]\nname = "bestand"\nmeasure = "stock"\n'
WATCH = '[watch]\nindicators = ["zu"]\ndraws = 40\n'
TABLE = '[[tables]]\nfile = "m{n}.csv"\nareas = "st"\nkey = "nr"\nstichtag = {day}\n'


def month_ends(months):
    """Return ISO dates, the first in January 2022."""
    return [str(d.date()) for d in pd.date_range("2022-01-31", periods=months, freq="ME")]


def arrivals(months=30, mean=20, seed=7):
    """Return (months, 24) arrivals in which nothing happens."""
    return np.random.default_rng(seed).poisson(mean, (months, len(KEYS)))


def write_months(
    folder, cases, *, counts=COUNTS, watch=WATCH, disclosure="", days=None, skip=(), stock=None
):
    """Write areas, a table per month and the build file; return it."""
    data = folder / "daten"
    data.mkdir(parents=True, exist_ok=True)
    squares = [box(n * 100, 0, n * 100 + 100, 100) for n in range(len(KEYS))]
    names = [f"Viertel {k}" for k in KEYS]
    gpd.GeoDataFrame({"nr": KEYS, "name": names}, geometry=squares, crs=25833).to_file(
        data / "st.gpkg"
    )
    days, sections = days or month_ends(len(cases)), []
    rng = np.random.default_rng(5)
    for n, day in enumerate(days):
        if n in skip:
            continue
        table = {
            "nr": KEYS,
            "kinder": 500,
            "zugaenge": cases[n],
            "bestand": rng.integers(180, 220, len(KEYS)) if stock is None else stock[n],
        }
        pd.DataFrame(table).to_csv(data / f"m{n}.csv", sep=";", index=False)
        sections.append(TABLE.format(n=n, day=day))
    file = folder / "monate.toml"
    file.write_text(
        BUILD.format(
            last=days[-1], tables="".join(sections), counts=counts, watch=watch,
            disclosure=disclosure,
        ),
        encoding="utf-8",
    )  # fmt: skip
    return file
