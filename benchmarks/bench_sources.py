"""Reading a cockpit table: 86 columns of German numbers and signs, keys with leading zeros.

pandas is told everything (delimiter, decimal mark, thousands mark, encoding, signs, key as text);
sozialraum is told the name of the key column only, and checks every cell.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from measure import Case

from sozialraum.sources.tabular.tables import read_table

SIGNS = ["-", "."]


def _german(value: float) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _cells(rng: np.random.Generator, column: int) -> str:
    if column % 3 == 0:
        return _german(rng.uniform(0, 5000))
    if column % 3 == 1:
        return str(rng.integers(0, 900))
    return SIGNS[int(rng.integers(2))] if rng.random() < 0.2 else str(rng.integers(3, 99))


@cache
def cockpit(rows: int, columns: int) -> Path:
    """Write a cp1252 csv of German numbers into a folder of its own and return its path."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rng = np.random.default_rng(1)
    head = ["nr", "name", *(f"s{i}" for i in range(columns))]
    lines = [
        [f"{row:05d}", f"Göggingen {row}", *(_cells(rng, c) for c in range(columns))]
        for row in range(rows)
    ]
    path = folder / "cockpit.csv"
    path.write_text("\n".join(";".join(line) for line in [head, *lines]), encoding="cp1252")
    return path


def _pandas(path: Path) -> pd.DataFrame:
    return pd.read_csv(
        path,
        sep=";",
        decimal=",",
        thousands=".",
        encoding="cp1252",
        dtype={"nr": str},
        na_values=["."],
        keep_default_na=False,
    )


def cases(small: bool = False) -> list[Case]:
    """Return the timed pieces of work; small ones for the normal test run."""
    rows, columns = (60, 9) if small else (4000, 86)
    path = cockpit(rows, columns)
    return [
        Case(
            name="read a German table",
            ours=lambda: read_table(path, key="nr", width=5),
            peers={"pandas, told everything, checking nothing": lambda: _pandas(path)},
            goal="well under a second",
            size=f"{rows} × {columns}",
        )
    ]


def test_both_read_the_same_numbers_where_there_are_numbers():
    table = read_table(cockpit(60, 9), key="nr", width=5)
    told = _pandas(cockpit(60, 9)).set_index("nr").drop(columns="name")
    numbers = told.replace("-", "0").apply(pd.to_numeric, errors="coerce").astype(float)
    np.testing.assert_allclose(table.frame.to_numpy(), numbers.to_numpy(), equal_nan=True)


def test_the_benchmark_runs():
    for case in cases(small=True):
        case.ours()
        for peer in case.peers.values():
            peer()
