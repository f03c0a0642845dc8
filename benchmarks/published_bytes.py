"""Builds from published input by two versions of the program: the same tables and shapes.

    python benchmarks/published_bytes.py cases CASES
    PYTHONPATH=OLD python benchmarks/published_bytes.py build OLD/config CASES DATA OUT/old
    PYTHONPATH=NEW python benchmarks/published_bytes.py build NEW/config CASES DATA OUT/new
    python benchmarks/published_bytes.py compare OUT/old OUT/new

CASES get a made-up city and a build file for every recipe; DATA is the folder of the published
tables that the example builds name. One line per build is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

NOISE = 1e-12
FILES = ("csv", "parquet", "geopackage")
BERLIN = ("berlin_mss_2013", "berlin_mss_2015", "berlin_mss_2017", "berlin_gssa_2013",
          "berlin_einschulung")  # fmt: skip


def write_cases(folder: Path) -> None:
    """Write areas, a table and a build file for every recipe."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from test_recipes_in_builds import CASES, write_case

    for title, (recipe, changed) in CASES.items():
        place = folder / title.replace(" ", "_")
        place.mkdir(parents=True, exist_ok=True)
        write_case(place, recipe, changed)


def build_all(config: Path, cases: Path, data: Path, out: Path) -> None:
    """Build the examples and all cases with the version that is imported."""
    import sozialraum

    files = {name: (config / f"{name}.toml", data) for name in BERLIN}
    files |= {p.parent.name: (p, None) for p in sorted(cases.glob("*/bau.toml"))}
    for name, (file, root) in files.items():
        try:
            sozialraum.build(file, data=root).save(out / name, files=FILES)
        except Exception as error:  # another version may not know a recipe
            print(f"{name}: {type(error).__name__}: {error}")


def differences(one: Path, other: Path) -> tuple[list[str], list[str]]:
    """Return what of two results differs, and what is new in the other.

    Classes, ranks, names, signs and shapes are compared by byte. Numbers may differ by `NOISE` of
    the largest of their column: the digits that only say in which order a computer added are not
    written any more.
    """
    then, now = (pd.read_parquet(p / "index.parquet") for p in (one, other))
    found = [f"column {name} is gone" for name in then if name not in now]
    for name in (c for c in then if c in now):
        apart = _apart(then[name], now[name])
        if apart.any():
            found.append(f"{name} ({int(apart.sum())} areas)")
    shapes = [
        gpd.read_file(p / "index.gpkg", layer="gebiete").set_index("key").geometry
        for p in (one, other)
    ]
    if shapes[0].to_wkb().to_dict() != shapes[1].to_wkb().to_dict():
        found.append("geometry")
    return found, [name for name in now if name not in then]


def _apart(then: pd.Series, now: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(then):
        noise = NOISE * max(then.abs().max(), 1.0)
        return ((then - now).abs() > noise) | (then.isna() != now.isna())
    return then.astype(object).fillna("") != now.astype(object).fillna("")


def main(arguments: list[str]) -> int:
    """Do one step; the last returns 1 if anything differs."""
    step, *places = arguments
    folders = [Path(p).resolve() for p in places]
    if step == "cases":
        write_cases(*folders)
    elif step == "build":
        build_all(*folders)
    else:
        one, other = folders
        names = sorted({p.name for p in (*one.iterdir(), *other.iterdir())})
        both = [n for n in names if (one / n).is_dir() and (other / n).is_dir()]
        found = {name: differences(one / name, other / name) for name in both}
        for name in both:
            wrong, new = found[name]
            print(f"{name}: {', '.join(wrong) or 'equal'}; new columns: {', '.join(new) or 'none'}")
        differ = sum(bool(wrong) for wrong, _ in found.values())
        print(f"{len(both)} builds in both, {len(names) - len(both)} in one alone, {differ} differ")
        return int(differ > 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
