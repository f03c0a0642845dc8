"""A city for `door_pairs`: build files, a plan of every decision, places, register and rolls."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import wide_pairs
from shapely.geometry import Point

CASES = {"v0": "kinder", "v1": "kinder", "v2": "einwohner", "mig": "kinder", "hilfe": "mig"}
HEAD = (
    "title = 'Probe'\nplace = 'Ort'\nags = '09999000'\nrecipe = 'minmax_mean'\n"
    "crs = 'EPSG:25832'\norientation = 'deprivation'\ndata = '.'\nsources = ['erfunden']\n"
    "[areas.bloecke]\nfile = 'bloecke.gpkg'\nkey = 'nr'\nparents = {{ ziele = 'ziel' }}\n"
    "[areas.ziele]\nfile = 'ziele.gpkg'\nkey = 'nr'\nname = 'name'\n"
    "parents = {{ bezirke = 'bezirk' }}\n"
    "[join]\nsource = 'bloecke'\ntarget = 'ziele'\nmethod = 'nested'\nparent = 'ziele'\n"
)
TABLE = "[[tables]]\nfile = '{file}'\nareas = 'bloecke'\nkey = 'nr'\nstichtag = {day}\n"
CHAIN = wide_pairs.SECTIONS["chain"]
TWO = (
    "[[participation]]\nid = 'a'\nlabel = 'Ferien'\nparticipants = 'teil'\nchildren = 'kinder'\n"
    "[[participation]]\nid = 'b'\nlabel = 'Kita'\nparticipants = 'kita_j'\nchildren = 'jungen'\n"
)


def build_text(rng: np.random.Generator, *days: str, more: str = "", files: str = "'csv'") -> str:
    """Return a build file of some indicators with sections and files."""
    head = HEAD.replace("{{", "{").replace("}}", "}")
    said = [head.replace("recipe =", f"stichtag = {days[-1]}\nrecipe =", 1)]
    said += [TABLE.format(file=f"zahlen_{day[:4]}.csv", day=day) for day in days]
    for name, base in CASES.items():
        if name in ("v0", "v1", "mig") or rng.random() < 0.6:
            said.append(wide_pairs._indicator(name, name, base))
            said.append("confidential_base = true\n" * (name == "v1" and rng.random() < 0.3))
    said.append(f"[disclosure]\nminimum = {rng.choice([3, 5])}\n")
    return "".join([*said, more, f"[output]\nfiles = [{files}]\n"])


PLAN = """title = 'Plan'
build = 'bau.toml'
draws = 15
[demand]
areas = 'bloecke'
persons = '{persons}'
in_need = '{in_need}'
pupils = 'jungen'
[offers]
file = 'orte.gpkg'
key = 'nr'
capacity = 'plaetze'
under3 = 'klein'
[gap]
persons = '{gap}'
[sites]
file = 'orte.gpkg'
key = 'nr'
[locate]
radius = 900
number = 2
[[locate.variants]]
name = 'nach Bedarf'
[[locate.variants]]
name = 'alle'
need_power = 0.0
[schools]
file = 'orte.gpkg'
key = 'nr'
size = 'groesse'
capacity = 'plaetze'
current = 'ziel'
all_day = 'klein'
[allocate]
total = 6.0
unit = 0.25
[[allocate.rules]]
name = 'Bedarf'
form = 'linear'
slope = 3.0
[[allocate.rules]]
name = 'Stufen'
form = 'steps'
limits = [0.3, 0.6]
amounts = [0.25, 0.5, 1.0]
[catchments]
proposals = 300
mix = 1.0
files = true
[houses]
file = 'haeuser.csv'
crs = 'EPSG:25832'
street = 'strasse'
house_number = 'nummer'
x = 'ost'
y = 'nord'
[forecast]
register = 'register.csv'
rolls = 'schueler.csv'
classes = 'nw_6a'
horizon = 4
[ganztag]
today = 0.5
[kita]
quotas = {{ '1' = 0.4, '3-5' = 0.9 }}
radius = 1500
[[targets]]
id = 'a'
label = 'Anteil'
indicator = '{in_need}'
better = 'lower'
value = 0.1
deadline = 2027-12-31
[[targets]]
id = 'b'
label = 'Teilnahme'
indicator = 'participation'
value = 0.3
deadline = 2027-12-31
"""


def write_places(
    folder: Path, rng: np.random.Generator, blocks: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> None:
    number = min(4, len(zones))
    at = [zones.geometry.iloc[i].representative_point() for i in range(number)]
    layer = {
        "nr": [f"o{n}" for n in range(number)], "name": [f"Ort {n}" for n in range(number)],
        "plaetze": rng.integers(2000, 4000, number), "klein": rng.integers(5, 40, number),
        "groesse": rng.integers(80, 300, number), "ziel": zones.index[:number],
    }  # fmt: skip
    gpd.GeoDataFrame(layer, geometry=[Point(p.x, p.y) for p in at], crs=25832).to_file(
        folder / "orte.gpkg"
    )
    inside = blocks.geometry.representative_point()
    houses = {
        "strasse": [f"Weg {n // 3}" for n in range(len(blocks))],
        "nummer": [n % 3 * 2 + 1 for n in range(len(blocks))], "ost": inside.x, "nord": inside.y,
    }  # fmt: skip
    pd.DataFrame(houses).to_csv(folder / "haeuser.csv", sep=";", index=False, decimal=",")


def write_people(folder: Path, rng: np.random.Generator, zones: gpd.GeoDataFrame) -> None:
    rows = [
        (f"{year}-12-31", zone, age, int(rng.integers(5, 40)))
        for year in range(2020, 2025) for zone in zones.index for age in range(12)
    ]  # fmt: skip
    pd.DataFrame(rows, columns=["stichtag", "gebiet", "alter", "anzahl"]).to_csv(
        folder / "register.csv", sep=";", index=False
    )
    pupils = [
        (f"{year}/{(year + 1) % 100}", f"o{n}", grade, int(rng.integers(20, 70)))
        for year in range(2020, 2025) for n in range(4) for grade in range(1, 5)
    ]  # fmt: skip
    pd.DataFrame(pupils, columns=["schuljahr", "schule", "klasse", "anzahl"]).to_csv(
        folder / "schueler.csv", sep=";", index=False
    )
