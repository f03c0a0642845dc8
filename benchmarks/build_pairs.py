"""Pairs of deliveries with equal protected counts: their public folders must be the same bytes.

``python benchmarks/build_pairs.py RECORD [PAIRS]`` appends one line per pair to RECORD (JSON
lines); a run that was ended goes on where it stopped. Random cities, build files, recipes and
outputs; the second delivery moves single persons between areas within the windows. Where a build
stops, both must stop with the same message.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from sozialraum.config import read_build
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.build.computing import compute
from sozialraum.workflows.build.counts.counting import count
from sozialraum.workflows.build.counts.protecting import protected_counts
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.finishing import finished
from sozialraum.workflows.build.geography.joining import join

RECIPES = (
    "augsburg_style", "equal_width_k", "five_types", "hagen_style",
    "hamburg_status_sum", "minmax_mean", "muenster_status", "nrw_density_style",
    "top_share_then_equal_width", "imd_2010", "simd_2020", "townsend",
)  # fmt: skip
# they prescribe counted shares
COUNTED = (
    "hamburg_status_sum", "muenster_status", "nrw_density_style", "imd_2010", "simd_2020",
    "townsend",
)  # fmt: skip
OUTPUTS = ("karte", "csv", "parquet", "xlsx", "geopackage", "methode", "kommonitor", "metadaten")
DAY, BEFORE = "2024-12-31", "2023-12-31"
_TRIES = 400


def write_city(folder: Path, seed: int) -> Path:
    """Write a random city and its build file; return the build file."""
    rng = np.random.default_rng((seed, 61))
    blocks, wide = int(rng.integers(3, 7)) * 4, 4
    target = np.arange(blocks) // int(rng.choice([1, 2]))
    shapes = [box(n % wide, n // wide, n % wide + 1, n // wide + 1) for n in range(blocks)]
    keys = [f"b{n:02d}" for n in range(blocks)]
    place = {"crs": 25832}
    units = gpd.GeoDataFrame({"nr": keys, "ziel": [f"z{t:02d}" for t in target]}, geometry=shapes)
    units.geometry = units.scale(400, 400, origin=(0, 0)).translate(690_000, 5_330_000)
    units = units.set_crs(**place)
    units.to_file(folder / "bloecke.gpkg")
    zones = units.dissolve("ziel").reset_index()[["ziel", "geometry"]]
    zones.rename(columns={"ziel": "nr"}).to_file(folder / "ziele.gpkg")
    variables = int(rng.integers(2, 5))
    for day in (BEFORE, DAY):
        people = rng.integers(25, 400, blocks)
        table = {"nr": keys, "kinder": people, "ziel": [f"z{t:02d}" for t in target]}
        for v in range(variables):
            rate = rng.beta(1.5, 6)
            table[f"v{v}"] = rng.binomial(
                people, np.clip(rate * rng.lognormal(0, 0.6, blocks), 0, 1)
            )
        table["teil"] = rng.binomial(people, 0.3)
        table["uebergang"] = rng.binomial(people, 0.4)
        pd.DataFrame(table).to_csv(folder / f"zahlen_{day[:4]}.csv", sep=";", index=False)
    return _build_file(folder, rng, variables, seed)


def _build_file(folder: Path, rng: np.random.Generator, variables: int, seed: int) -> Path:
    several = rng.random() < 0.5
    files = ["csv", "parquet", *rng.choice(OUTPUTS, 3, replace=False)]
    parts = [
        f'title = "Probe"\nplace = "Ort"\nrecipe = "{rng.choice(RECIPES)}"\nstichtag = {DAY}\n'
        'crs = "EPSG:25832"\norientation = "deprivation"\ndata = "."\nsources = ["erfunden"]\n'
        '[areas.bloecke]\nfile = "bloecke.gpkg"\nkey = "nr"\n'
        '[areas.ziele]\nfile = "ziele.gpkg"\nkey = "nr"\n'
    ]
    for day in (BEFORE, DAY) if several else (DAY,):
        parts.append(
            f'[[tables]]\nfile = "zahlen_{day[:4]}.csv"\nareas = "bloecke"\nkey = "nr"\n'
            f"stichtag = {day}\n"
        )
    parts.append('[join]\nsource = "bloecke"\ntarget = "ziele"\nmethod = "areal"\n')
    for v in range(variables):
        parts.append(
            f'[[indicators]]\nid = "v{v}"\nlabel = "Merkmal {v}"\nnumerator = "v{v}"\n'
            f'denominator = "kinder"\ndirection = "burden"\n'
        )
    k = int(rng.choice([3, 5, 10]))
    zeros = rng.choice(["show", "suppress"])
    parts.append(f'[disclosure]\nminimum = {k}\nzeros = "{zeros}"\n')
    if rng.random() < 0.4:
        parts.append("[uncertainty]\ndraws = 40\nseed = 3\nvariance_draws = 0\n")
    if rng.random() < 0.4:
        parts.append("[clusters]\npermutations = 99\n")
    if rng.random() < 0.5:
        parts.append(
            '[participation]\nlabel = "Ferien"\nparticipants = "teil"\nchildren = "kinder"\n'
        )
    if rng.random() < 0.5:
        parts.append(
            '[transitions]\nlabel = "ein Wechsel"\ncases = "uebergang"\nchildren = "kinder"\n'
        )
    parts += _further(np.random.default_rng((seed, 63)), parts)
    listed = ", ".join(f'"{name}"' for name in dict.fromkeys(map(str, files)))
    parts.append(f"[output]\nfiles = [{listed}]\n")
    path = folder / "bau.toml"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def _further(rng: np.random.Generator, parts: list[str]) -> list[str]:
    """Return what half of the builds ask for beyond their index, as far as it goes together."""
    text, found = "".join(parts), []
    forbids = any(f'recipe = "{name}"' in text for name in COUNTED)
    if rng.random() < 0.5 and not forbids and "[clusters]" not in text:
        missing = "true" if rng.random() < 0.5 else "false"
        found.append(f"[smoothing]\nestimate_missing = {missing}\n")
    if rng.random() < 0.5:
        found.append("[typology]\nk = 3\ndraws = 4\n")
    if rng.random() < 0.5:
        found.append("[screening]\nmin_nonzero = 0.4\n")
    if rng.random() < 0.5 and "[transitions]" in text:
        found.append("[outcomes]\n")
    return found


def move_persons(folder: Path, build_file: Path, seed: int) -> int:
    """Change the delivery without changing its protected counts; return how many persons moved."""
    rng, plan = np.random.default_rng((seed, 62)), read_build(build_file)
    delivery = read(plan)
    walk = join(plan, delivery).crosswalk
    table = delivery.tables[DAY]["bloecke"]

    def protected():
        counted = {d: count(plan, delivery, walk, d) for d in sorted(delivery.tables)}
        return protected_counts(plan, delivery, walk, counted).protected

    before, moved = protected(), 0
    columns = [c for c in table if c != "kinder" and c in table.select_dtypes("number")]
    for _ in range(_TRIES):
        if moved >= 6:
            break
        column, (a, b) = rng.choice(columns), rng.choice(len(table), 2, replace=False)
        place, people = table.columns.get_loc(column), table["kinder"]
        if table.iat[a, place] < 1 or table.iat[b, place] >= people.iloc[b]:
            continue
        table.iat[a, place] -= 1
        table.iat[b, place] += 1
        if before is not None and protected().equals(before):
            moved += 1
        else:
            table.iat[a, place] += 1
            table.iat[b, place] -= 1
    file = folder / f"zahlen_{DAY[:4]}.csv"
    written = pd.read_csv(file, sep=";").set_index("nr")
    for column in columns:
        written[column] = table[column].astype(int).reindex(written.index)
    written.reset_index()[["nr", "kinder", "ziel", *columns]].to_csv(file, sep=";", index=False)
    return moved


def public_bytes(build_file: Path, out: Path) -> dict[str, bytes]:
    """Return every file of the public folder of a build, or the message it stops with."""
    try:
        computed, office, problems = compute(read_build(build_file), lambda step: None)
        finished(computed, problems, lambda step: None, safe=office.safe).save(out)
    except SozialraumError as error:
        # findings of the delivery beside it, from true counts, are for the screen of the office
        stops = [str(p) for p in error.problems if p.severity == "error"]
        return {"message": "\n".join(stops).encode()}
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def compare_pair(seed: int) -> dict[str, object]:
    """Build a city twice, the second time with persons moved within the windows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_file = write_city(folder, seed)
        first = public_bytes(build_file, folder / "eins")
        try:
            moved = move_persons(folder, build_file, seed)
        except SozialraumError:
            moved = 0
        second = public_bytes(build_file, folder / "zwei")
        recipe = build_file.read_text("utf-8").split('recipe = "')[1].split('"')[0]
    different = sorted(n for n in {*first, *second} if first.get(n) != second.get(n))
    return {
        "seed": seed, "moved": moved, "recipe": recipe, "files": len(first),
        "stopped": "message" in first, "different": different,
    }  # fmt: skip


def main() -> None:
    """Run the pairs that the record does not hold yet, and print what was found."""
    record, wanted = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300
    lines = record.read_text("utf-8").splitlines() if record.exists() else []
    done = {json.loads(line)["seed"]: json.loads(line) for line in lines}
    seed = 0
    while sum(one["moved"] > 0 for one in done.values()) < wanted:
        if seed not in done:
            done[seed] = compare_pair(seed)
            with record.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(done[seed], ensure_ascii=False) + "\n")
        seed += 1
    pairs = [one for one in done.values() if one["moved"]]
    print(f"{len(pairs)} pairs, {sum(bool(one['different']) for one in pairs)} with other bytes")


if __name__ == "__main__":
    main()
