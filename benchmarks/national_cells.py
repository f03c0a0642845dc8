"""A made-up grid of Germany's size summed for as many areas as it has municipalities.

    python benchmarks/national_cells.py [--variables 172] [--cluster] [--folder FOLDER]

3.1 million cells of 100 m in groups of rows, as one Parquet file; 11,025 areas. Prints processor
seconds, the largest memory, and with ``--cluster`` the greatest difference to a LocalCluster of two
workers. Bars: 4 GB, 1e-9.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
from pyarrow import parquet
from shapely import box

from sozialraum.workflows.cells import sum_cells

CELLS, SIDE, GROUP = 3_100_000, 100, 50_000
LEFT, BOTTOM, COLUMNS, ROWS = 4_031_300, 2_684_000, 6_400, 8_700
ACROSS = 105  # areas per side


def write_grid(path: Path, variables: int) -> None:
    """Write the grid in the order of the census: row by row from the south."""
    rng = np.random.default_rng(7)
    place = np.sort(rng.choice(COLUMNS * ROWS, CELLS, replace=False))
    row, column = np.divmod(place, COLUMNS)
    names = [f"v{k:03d}" for k in range(variables)]
    head = ("GITTER_ID_100m", "x_mp_100m", "y_mp_100m")
    schema = pa.schema(
        [(head[0], pa.string()), *((n, pa.int32()) for n in head[1:])]
        + [(n, pa.int16()) for n in names]
    )
    with parquet.ParquetWriter(path, schema) as file:
        for start in range(0, CELLS, GROUP):
            east = LEFT + SIDE * column[start : start + GROUP]
            north = BOTTOM + SIDE * row[start : start + GROUP]
            counts = rng.integers(0, 300, (variables, len(east)), dtype=np.int16)
            ids = [f"CRS3035RES100mN{n}E{e}" for n, e in zip(north, east, strict=True)]
            columns = [ids, (east + 50).astype(np.int32), (north + 50).astype(np.int32), *counts]
            file.write_table(pa.table(columns, schema=schema))


def municipalities() -> gpd.GeoDataFrame:
    """Return areas whose borders cut cells."""
    x = np.linspace(LEFT - 37, LEFT + SIDE * COLUMNS + 37, ACROSS + 1)
    y = np.linspace(BOTTOM - 37, BOTTOM + SIDE * ROWS + 37, ACROSS + 1)
    west, south = (a.ravel() for a in np.meshgrid(x[:-1], y[:-1]))
    east, north = (a.ravel() for a in np.meshgrid(x[1:], y[1:]))
    keys = [f"{k:08d}" for k in range(ACROSS**2)]
    return gpd.GeoDataFrame(index=keys, geometry=box(west, south, east, north), crs=3035)


def measured(path: Path, areas: gpd.GeoDataFrame, scheduler: str | None = None):
    """Return the sums, and print what they cost here."""
    wall, busy = time.perf_counter(), time.process_time()
    found = sum_cells([path], areas, scheduler=scheduler)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    where = "cluster" if scheduler else "here"
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    print(f"{where}: {wall:.1f} s, processor {busy:.1f} s, {memory:.2f} GiB", flush=True)
    return found


def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--variables", type=int, default=172)
    asked.add_argument("--cluster", action="store_true")
    asked.add_argument("--folder", type=Path)
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        path = (args.folder or Path(made)) / "gitter.parquet"
        if not path.exists():
            write_grid(path, args.variables)
        areas = municipalities()
        here = measured(path, areas)
        if args.cluster:
            from distributed import LocalCluster

            with LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
            ) as two:
                there = measured(path, areas, two.scheduler_address)
            gap = np.abs(there.sums.to_numpy() - here.sums.to_numpy()).max()
            print(f"greatest difference {gap:.1e}")


if __name__ == "__main__":
    main()
