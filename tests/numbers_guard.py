"""The tables of four builds, as the version before left them: `python tests/numbers_guard.py NAME`."""

import re
import sys
from pathlib import Path

import pandas as pd

import sozialraum as sr

HERE = Path(__file__).parent / "numbers"
ROOT = HERE.parents[1]
# build file -> whether it needs the shared data
BUILDS = {
    "musterstadt": False,
    "musterstadt_hagen": False,
    "berlin_mss_2015": True,
    "berlin_einschulung": True,
}
TOLERANCE = 1e-9
SECTION = "Changes in numbers"


def table_of(result: sr.Result) -> pd.DataFrame:
    """Return what is published by area: index, class, rank, status, values, contributions."""
    edition = result.current
    parts = [
        edition.table.drop(columns="geometry", errors="ignore"),
        edition.values.add_prefix("value_"),
        edition.contributions.add_prefix("contribution_"),
    ]
    return pd.concat(parts, axis=1).rename_axis("key").sort_index()


def built(name: str, data: Path | None = None) -> pd.DataFrame:
    """Return the table of one of the builds, made now."""
    return table_of(sr.build(ROOT / "config" / f"{name}.toml", data=data))


def recorded(name: str) -> pd.DataFrame:
    """Return the stored table of a build."""
    return pd.read_parquet(HERE / f"{name}.parquet")


def moved(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, str]:
    """Return column -> what moved in it: a value by more than 1e-9, a class, a word, a key."""
    if list(before.index) != list(now.index):
        keys = sorted(set(before.index) ^ set(now.index))[:5]
        return {"key": f"other areas: {keys}"}
    found = {}
    for column in sorted({*before, *now}):
        if column not in before or column not in now:
            found[column] = "gone" if column in before else "new"
            continue
        other = differs(before[column], now[column])
        if other.any():
            first = other.idxmax()
            found[column] = (
                f"{int(other.sum())} areas, first {first}: "
                f"{before.at[first, column]} -> {now.at[first, column]}"
            )
    return found


def differs(before: pd.Series, now: pd.Series) -> pd.Series:
    """Return where two columns of the same areas differ; missing equals missing."""
    both = before.isna() & now.isna()
    if pd.api.types.is_float_dtype(before) and pd.api.types.is_float_dtype(now):
        return ~both & ~((before - now).abs() <= TOLERANCE)
    return ~both & ~before.astype("string").eq(now.astype("string")).fillna(False)


def named(changes: str) -> set[str]:
    """Return the words in backticks of the first section "Changes in numbers" of CHANGES."""
    start = changes.find(f"### {SECTION}")
    rest = changes[start:].split("\n", 1)[1] if start >= 0 else ""
    return set(re.findall(r"`([^`]+)`", re.split(r"\n##+ ", rest)[0]))


def unsaid(differences: dict[str, str], changes: str) -> dict[str, str]:
    """Return the differences whose column no line of "Changes in numbers" names."""
    listed = named(changes)
    return {column: what for column, what in differences.items() if column not in listed}


if __name__ == "__main__":
    for one in sys.argv[1:] or BUILDS:
        shared = Path(__import__("os").environ.get("SOZIALRAUM_SHARED", "")) / "data"
        built(one, shared if BUILDS[one] else None).to_parquet(HERE / f"{one}.parquet")
