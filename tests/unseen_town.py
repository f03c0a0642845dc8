"""A small town nobody planned with before: its files, written anew for every plan."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, box

KEYS = [f"{n:02d}" for n in range(1, 13)]
SIDE = 800  # metres of a square area, four in a row
MIDDLE = {k: np.array([SIDE * (n % 4 + 0.5), SIDE * (n // 4 + 0.5)]) for n, k in enumerate(KEYS)}
KINDER = dict(zip(KEYS, (80, 112, 64, 96, 120, 72, 88, 104, 60, 128, 76, 68), strict=True))
SCHOOLS = {"S1": "01", "S2": "03", "S3": "10", "S4": "12"}
PLACES = {"S1": 150, "S2": 140, "S3": 170, "S4": 150}
ALL_DAY = {"S1": 90, "S2": 70, "S3": 60, "S4": 50}
KITAS = {"K1": ("01", 60, 15), "K2": ("03", 80, 20), "K3": ("10", 50, 10), "K4": ("12", 40, 8)}
GRADE = 40  # pupils of every grade of every school, in every year
COHORT = 10  # children of every age in every area, in every year
BUILD = """
title = "Kleinstadt"
place = "Kleinstadt"
ags = "09999000"
stichtag = 2024-12-31
crs = "EPSG:25832"
orientation = "deprivation"
recipe = "minmax_mean"
sources = ["erfunden"]
[areas.g]
file = "g.gpkg"
key = "key"
name = "name"
width = 2
[[tables]]
file = "z.csv"
areas = "g"
key = "key"
width = 2
[join]
target = "g"
[classes]
method = "ntile"
k = 3
labels = ["niedrig", "mittel", "hoch"]
numbers = [1, 2, 3]
[[indicators]]
id = "armut"
label = "Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"
[[indicators]]
id = "hz"
label = "Hilfe"
numerator = "hz"
denominator = "kinder"
direction = "burden"
"""
PUBLISHED = '[disclosure]\npublished_input = true\nreason = "Alles steht im Amtsblatt."\n'
HEAD = 'title = "Plan"\nbuild = "b.toml"\ndraws = 0\n'
DEMAND = '[demand]\nareas = "g"\npersons = "kinder"\nin_need = "arm"\npupils = "schulkinder"\n'
SCHOOL_KEYS = '[schools]\nfile = "schulen.gpkg"\nkey = "id"\nname = "name"\ncurrent = "gebiet"\n'
OFFERS = '[offers]\nfile = "kitas.gpkg"\nkey = "id"\nname = "name"\ncapacity = "plaetze"\n'
SITES = '[sites]\nfile = "orte.gpkg"\nkey = "id"\nname = "name"\ncapacity = "plaetze"\n'


def write_town(folder, *, schools=3, published=True, derived="", **numbers):
    """Write the files of the town; `numbers` are columns of the table by area that differ."""
    squares = [
        box(x - SIDE / 2, y - SIDE / 2, x + SIDE / 2, y + SIDE / 2) for x, y in MIDDLE.values()
    ]
    names = [f"Ort {k}" for k in KEYS]
    gpd.GeoDataFrame({"key": KEYS, "name": names}, geometry=squares, crs=25832).to_file(
        folder / "g.gpkg"
    )
    _table(numbers).to_csv(folder / "z.csv", sep=";", index=False)
    there = dict(list(SCHOOLS.items())[:schools])
    rows = {
        "id": list(there), "name": [f"Schule {s}" for s in there], "gebiet": list(there.values()),
        "plaetze": [PLACES[s] for s in there], "ganztag": [ALL_DAY[s] for s in there],
        "kinder": [160, 120, 130, 90][:schools], "lmb": [0.8, 0.3, 0.55, 0.76][:schools],
        "aktion": ["nein", "nein", "ja", "ja"][:schools],
    }  # fmt: skip
    write_points(folder / "schulen.gpkg", rows, [MIDDLE[k] for k in there.values()])
    kitas = {"id": list(KITAS), "name": [f"Kita {k}" for k in KITAS]}
    kitas |= {"plaetze": [n for _, n, _ in KITAS.values()], "u3": [u for *_, u in KITAS.values()]}
    write_points(folder / "kitas.gpkg", kitas, [MIDDLE[k] for k, *_ in KITAS.values()])
    write_years(folder, there)
    text = BUILD.replace("[join]", f"{derived}[join]") + (PUBLISHED if published else "")
    (folder / "b.toml").write_text(text, encoding="utf-8")


def _table(numbers):
    kinder = pd.Series(KINDER, name="kinder")
    table = pd.DataFrame({"kinder": kinder, "schulkinder": kinder // 4 * 2})
    part = np.arange(len(KEYS)) % 4 + 1
    table["arm"], table["hz"] = kinder * part // 8, kinder * (5 - part) // 16
    for column, values in numbers.items():
        table.loc[list(values), column] = list(values.values())
    return table.rename_axis("key").reset_index()


def write_points(path, rows, at):
    gpd.GeoDataFrame(rows, geometry=[Point(*p) for p in at], crs=25832).to_file(path)


def write_years(folder, schools, *, ages=range(11), years=range(2019, 2025), missing=()):
    """Write a register and rolls in which no year differs from another."""
    rows = [(f"{y}-12-31", k, a, COHORT) for y in years for k in KEYS for a in ages
            if (y, a) not in missing]  # fmt: skip
    register = pd.DataFrame(rows, columns=["stichtag", "gebiet", "alter", "anzahl"])
    register.to_csv(folder / "register.csv", sep=";", index=False)
    rows = [(f"{y}/{(y + 1) % 100:02d}", s, g, GRADE) for y in years for s in schools
            for g in range(1, 5)]  # fmt: skip
    rolls = pd.DataFrame(rows, columns=["schuljahr", "schule", "klasse", "anzahl"])
    rolls.to_csv(folder / "schueler.csv", sep=";", index=False)


def metres(points):
    """Return (areas, points) how far the middle of each area is."""
    return np.array([[np.hypot(*(MIDDLE[k] - np.array(p))) for p in points] for k in KEYS])
