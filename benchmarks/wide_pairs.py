"""Pairs of deliveries by an attacker who only knows windows and totals: the public bytes are equal.

``python benchmarks/wide_pairs.py RECORD [PAIRS]`` appends one line per pair to RECORD (JSON lines)
and goes on where it stopped. Unlike `build_pairs` nothing of the program says which two deliveries
are alike: persons are moved between blocks so that every sum stays in the window told of it and
every total is the same. Counts of rows that belong to no area and of columns that nobody uses are
drawn anew. Builds ask for any of the sections and files.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from build_pairs import public_bytes
from shapely.geometry import box

from sozialraum.config import read_build
from sozialraum.model.errors import SozialraumError
from sozialraum.model.protected import Protected, ProtectedTable
from sozialraum.workflows.build.building import build
from sozialraum.workflows.build.counts.counting import counted_columns

RECIPES = ("equal_width_k", "five_types", "hagen_style", "minmax_mean", "nrw_density_style")
DAYS = ("2023-12-31", "2024-12-31")
FILES = ("karte", "xlsx", "geopackage", "methode", "kommonitor", "metadaten", "vorlage", "folien")
NOBODYS = "b900"  # the row of a table that belongs to no area
# a count and the persons it is of; a part moves with its whole
COLUMNS = {
    "v0": "kinder", "v1": "kinder", "v2": "einwohner", "teil": "kinder", "wechsel": "kinder",
    "wechsel_j": "jungen", "wechsel_m": "maedchen", "kita_j": "jungen", "kita_m": "maedchen",
    "mig": "kinder", "hilfe": "mig",
}  # fmt: skip
SECTIONS = {
    "uncertainty": "[uncertainty]\ndraws = 40\nseed = 3\nvariance_draws = 0\n",
    "clusters": "[clusters]\npermutations = 99\n",
    "space": "[space_statistics]\npermutations = 99\nsegregation = ['v0']\n"
    "rezoning = ['v0', 'v1']\nzones = 4\ndraws = 100\n",
    "teil": "[participation]\nlabel = 'Ferien'\nparticipants = 'teil'\nchildren = 'kinder'\n",
    "wechsel": "[transitions]\nlabel = 'ein Wechsel'\ncases = 'wechsel'\nchildren = 'kinder'\n"
    "[[outcomes.strata]]\nlabel = 'Jungen'\ncases = 'wechsel_j'\nchildren = 'jungen'\n"
    "[[outcomes.strata]]\nlabel = 'Mädchen'\ncases = 'wechsel_m'\nchildren = 'maedchen'\n",
    "smoothing": "[smoothing]\n",
    "typology": "[typology]\nk = 3\ndraws = 4\n",
    "screening": "[screening]\nmin_nonzero = 0.4\n",
    "chain": "[chain]\nlabel = 'Kette'\ngroups = { j = 'Jungen', m = 'Mädchen' }\n"
    "[[chain.stations]]\nid = 'a'\nlabel = 'A'\nreached = 'kita_{group}'\n"
    "eligible = 'alle_{group}'\n"
    "[[chain.stations]]\nid = 'b'\nlabel = 'B'\nreached = 'wechsel_{group}'\n"
    "eligible = 'alle_{group}'\n",
    "population": "[population]\nvariable = 'einwohner'\nminimum = 200\nshown = 'kinder'\n"
    "shown_label = 'Kinder'\n",
    "exclude": "[[exclude]]\nkey = 'z03'\nreason = 'Gewerbe'\n",
}


def write_city(folder: Path, seed: int) -> Path:
    """Write areas, tables and a build file of any sections; return it."""
    rng = np.random.default_rng((seed, 99))
    areas, per = int(rng.integers(8, 26)), int(rng.choice([1, 2, 3]))
    number = areas * per
    keys = [f"b{n:03d}" for n in range(number)]
    shapes = [box(400 * (n % 6), 400 * (n // 6), 400 * (n % 6 + 1), 400 * (n // 6 + 1))
              for n in range(number)]  # fmt: skip
    blocks = gpd.GeoDataFrame(
        {"nr": keys, "ziel": [f"z{n // per:02d}" for n in range(number)]},
        geometry=gpd.GeoSeries(shapes).translate(690_000, 5_330_000), crs=25832,
    )  # fmt: skip
    blocks.to_file(folder / "bloecke.gpkg")
    zones = blocks.dissolve("ziel").reset_index().drop(columns="nr").rename(columns={"ziel": "nr"})
    zones.assign(name="Viertel " + zones["nr"]).to_file(folder / "ziele.gpkg")
    days = DAYS if rng.random() < 0.4 else DAYS[1:]
    few = 5 if rng.random() < 0.3 else 30
    nobodys = rng.random() < 0.4
    for day in days:
        table = _table(rng, keys, few)
        if nobodys:
            table.loc[NOBODYS] = 20
        table.rename_axis("nr").reset_index().to_csv(
            folder / f"zahlen_{day[:4]}.csv", sep=";", index=False
        )
    return _build_file(folder, rng, days, nobodys=nobodys)


def _table(rng: np.random.Generator, keys: list[str], few: int) -> pd.DataFrame:
    children = rng.integers(few, 300, len(keys))
    table = pd.DataFrame(
        {"kinder": children, "einwohner": 6 * children + np.arange(len(keys)) % 5}, keys
    )
    table["jungen"] = table["alle_j"] = children // 2
    table["maedchen"] = table["alle_m"] = children - children // 2
    for name, base in COLUMNS.items():
        share = np.clip(rng.beta(1.5, 6) * rng.lognormal(0, 0.6, len(keys)), 0, 1)
        table[name] = rng.binomial(table[base], 0.5 if name == "mig" else share)
    table["wechsel"] = table["wechsel_j"] + table["wechsel_m"]
    table["euro"] = rng.integers(0, 400, len(keys)) * children
    table["rezepte"] = rng.poisson(2.0 * children)
    table["ungenutzt"] = rng.integers(0, 30, len(keys))
    return table


def _build_file(
    folder: Path, rng: np.random.Generator, days: tuple[str, ...], *, nobodys: bool
) -> Path:
    said = [
        f"title = 'Probe'\nplace = 'Ort'\nags = '09999000'\nrecipe = '{rng.choice(RECIPES)}'\n"
        f"stichtag = {days[-1]}\ncrs = 'EPSG:25832'\norientation = 'deprivation'\ndata = '.'\n"
        "sources = ['erfunden']\n[areas.bloecke]\nfile = 'bloecke.gpkg'\nkey = 'nr'\n"
        "parents = { ziele = 'ziel' }\n[areas.ziele]\nfile = 'ziele.gpkg'\nkey = 'nr'\n"
        "name = 'name'\n[join]\nsource = 'bloecke'\ntarget = 'ziele'\n"
        + ("method = 'areal'\n" if rng.random() < 0.5 else "method = 'nested'\nparent = 'ziele'\n")
    ]
    said += [
        f"[[tables]]\nfile = 'zahlen_{d[:4]}.csv'\nareas = 'bloecke'\nkey = 'nr'\nstichtag = {d}\n"
        for d in days
    ]
    said += [f"[[exclude]]\nkey = '{NOBODYS}'\nreason = 'nicht zuzuordnen'\n"] * nobodys
    for name in ("v0", "v1", *(n for n in ("v2", "mig", "hilfe") if rng.random() < 0.4)):
        said.append(_indicator(name, name, COLUMNS[name]))
        said.append("confidential_base = true\n" if rng.random() < 0.15 else "")
    if rng.random() < 0.2:
        said.append(_indicator("euro", "euro", "kinder") + "kind = 'mean'\nmost = 400.0\n")
    if rng.random() < 0.2:
        said.append(_indicator("rez", "rezepte", "kinder") + "kind = 'rate'\nunit = 'number'\n")
    outsider = "attacker = 'outsider'\ntotals = 'recoded'\n" if rng.random() < 0.2 else ""
    said.append(
        f"[disclosure]\nminimum = {rng.choice([3, 5])}\n"
        f"zeros = '{rng.choice(['show', 'suppress'])}'\n{outsider}"
    )
    asked = [name for name in SECTIONS if rng.random() < 0.35]
    if "smoothing" in asked:
        asked = [name for name in asked if name != "clusters"]
    said += [SECTIONS[name] for name in asked]
    files = ["csv", *(f for f in FILES if rng.random() < 0.6)]
    listed = ", ".join(f"'{f}'" for f in files)
    said.append(f"[output]\nfiles = [{listed}]\n")
    path = folder / "bau.toml"
    path.write_text("".join(said), encoding="utf-8")
    return path


def _indicator(name: str, cases: str, base: str) -> str:
    return (
        f"[[indicators]]\nid = '{name}'\nlabel = 'Merkmal {name}'\nnumerator = '{cases}'\n"
        f"denominator = '{base}'\ndirection = 'burden'\n"
    )


def move_persons(
    folder: Path, file: Path, protected: Protected, seed: int, tries: int = 300
) -> int:
    """Move persons within all windows told; return how many moved."""
    rng, moved = np.random.default_rng((seed, 5)), 0
    zones = gpd.read_file(folder / "bloecke.gpkg").set_index("nr")["ziel"]
    used: dict[str, list[str]] = {}
    for variable, (cases, _) in counted_columns(read_build(file)).items():
        used.setdefault(cases, []).append(variable)
    free = [name for name in COLUMNS if name in used]
    for (day, _), told in protected.tables.items():
        path = folder / f"zahlen_{day}.csv"
        path = path if path.exists() else folder / f"zahlen_{day[:4]}.csv"
        table = pd.read_csv(path, sep=";").set_index("nr")
        done = 0
        for _ in range(tries):
            if done >= 8:
                break
            name, (one, other) = rng.choice(free), rng.choice(zones.index, 2, replace=False)
            changed = table.copy()
            for column in _together(str(name)):
                changed.loc[one, column] -= 1
                changed.loc[other, column] += 1
            if _possible(changed) and _inside(changed, zones, told, used):
                table, done = changed, done + 1
        if "ungenutzt" in table:
            table["ungenutzt"] = rng.integers(0, 99, len(table))
        if NOBODYS in table.index:
            table.loc[NOBODYS, ["v0", "v1", "v2", "teil"]] = rng.integers(1, 9, 4)
        table.reset_index().to_csv(path, sep=";", index=False)
        moved += done
    return moved


def _together(name: str) -> tuple[str, ...]:
    """Return the columns that a person of one column is in."""
    if name in ("wechsel", "wechsel_j"):
        return "wechsel", "wechsel_j"
    return ("wechsel", name) if name == "wechsel_m" else (name,)


def _possible(table: pd.DataFrame) -> bool:
    names = [name for name in COLUMNS if name in table]
    base = table[[COLUMNS[name] for name in names]].to_numpy()
    return bool(((table[names] >= 0) & (table[names].to_numpy() <= base)).all(axis=None))


def _inside(
    table: pd.DataFrame, zones: pd.Series, told: ProtectedTable, used: dict[str, list[str]]
) -> bool:
    sums = table.loc[zones.index].groupby(zones).sum()
    for cases, variables in used.items():
        for name in (v for v in variables if v in told.low):
            x = sums[cases].reindex(told.low.index)
            if ((x < told.low[name]) | (x > told.high[name])).any():
                return False
    return True


def compare_pair(seed: int) -> dict[str, object]:
    """Build a city twice, the second time with persons moved within what was told."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write_city(folder, seed)
        try:
            protected = build(file).protected
        except SozialraumError as error:
            codes = sorted({p.code for p in error.problems if p.severity == "error"})
            return {"seed": seed, "stopped": codes}
        assert protected is not None
        first = public_bytes(file, folder / "eins")
        moved = move_persons(folder, file, protected, seed)
        second = public_bytes(file, folder / "zwei")
    different = sorted(n for n in {*first, *second} if first.get(n) != second.get(n))
    return {"seed": seed, "moved": moved, "files": len(first), "different": different}


def run_pairs(compare: Callable[[int], dict[str, object]], usual: int) -> int:
    """Run the pairs that the record does not hold yet, and print what was found."""
    record, wanted = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else usual
    lines = record.read_text("utf-8").splitlines() if record.exists() else []
    done = {line["seed"]: line for line in map(json.loads, lines)}
    seed = 0
    while sum(bool(one.get("moved")) for one in done.values()) < wanted:
        if seed not in done:
            done[seed] = compare(seed)
            with record.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(done[seed], ensure_ascii=False) + "\n")
        seed += 1
    pairs = [one for one in done.values() if one.get("moved")]
    wrong = sum(bool(one["different"]) for one in pairs)
    print(f"{len(pairs)} pairs, {wrong} with other bytes, {len(done) - len(pairs)} stopped")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(run_pairs(compare_pair, 300))
