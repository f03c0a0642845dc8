"""The kernels without compilation: the Python text must say what the machine code does."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from space.areas_on_paper import CRS, EAST, NORTH, mosaic

from sozialraum.kernels.spatial.zonal import zonal_sums
from sozialraum.kernels.uncompiled import uncompiled
from sozialraum.model import Raster
from sozialraum.space.grids import zonal
from sozialraum.space.ring_arrays import rings_of

ROOT = Path(__file__).parents[2]

WORK = """
import json, sys
import numpy as np
sys.path.insert(0, {tests!r})
from space.areas_on_paper import CRS, EAST, NORTH, mosaic
from sozialraum.model import Raster
from sozialraum.space.grids.cells import cell_pieces, grid_of
from sozialraum.space.crosswalks.density import density_around
from sozialraum.space.crosswalks.intersection import kernel_pieces
from sozialraum.space.grids.labelgrid import LabelGrid
from sozialraum.space.ring_arrays import rings_of
from sozialraum.space.grids.zonal import ring_sums, zonal_statistics
import geopandas as gpd

a, b = mosaic(9, seed=1), mosaic(4, seed=2, left=EAST + 300)
rng = np.random.default_rng(3)
x, y = EAST + rng.uniform(-50, 1500, 60), NORTH + rng.uniform(-50, 1050, 60)
raster = Raster(np.where(rng.random((8, 8)) < 0.1, np.nan, rng.integers(0, 9, (8, 8)).astype(float)),
                EAST, NORTH + 1000, 125.0, 125.0, CRS)
frame = gpd.GeoDataFrame(geometry=list(a), crs=CRS)
pieces = kernel_pieces(a, b)
squares = cell_pieces(grid_of(EAST + 50 + 100 * np.arange(9.0), NORTH + 50 + 100 * np.arange(9.0), 100.0, ()), a)
found = [
    pieces.mass, pieces.source, pieces.target, squares.mass, squares.source, squares.target,
    LabelGrid.over(a).locate(x, y),
    ring_sums(rings_of(a), raster),
    zonal_statistics(frame, raster, statistics=("min", "max", "majority")).to_numpy(),
    density_around(x, y, np.ones((60, 2)), np.column_stack([x, y])[:9], bandwidth=200.0, kernel="linear"),
]
print(json.dumps([np.asarray(f, float).tolist() for f in found]))
"""


def python(code: str, **environment) -> str:
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True
    )
    return done.stdout


def run(**environment) -> str:
    return python(WORK.format(tests=str(ROOT / "tests")), **environment)


def test_compiled_and_plain_kernels_agree_to_the_last_digit():
    compiled = run()
    assert compiled.count("[") > 20
    assert compiled == run(NUMBA_DISABLE_JIT="1")


def test_little_work_is_done_without_compiling_and_says_the_same(monkeypatch):
    areas = mosaic(9, seed=1)
    values = np.random.default_rng(3).integers(0, 9, (8, 8)).astype(float)
    raster = Raster(values, EAST, NORTH + 1000, 125.0, 125.0, CRS)
    found = []
    for limit in (0, 10**9):
        monkeypatch.setattr(zonal, "_LITTLE", limit)
        found.append(zonal.ring_sums(rings_of(areas), raster).tobytes())
    assert found[0] == found[1]


def test_a_plain_kernel_calls_plain_kernels():
    free = uncompiled(zonal_sums)
    called = ("_window", "_emit_rings", "_order_by_row", "_sort_columns", "_sum_row")
    assert all(hasattr(zonal_sums.py_func.__globals__[name], "py_func") for name in called)
    assert not any(hasattr(free.__globals__[name], "py_func") for name in called)
    assert not hasattr(free.__globals__["_sum_row"].__globals__["_span"], "py_func")


COMPILED = """
from numba.core import event

class Compiled(event.Listener):
    names = []
    def on_start(self, found):
        self.names.append(found.data["dispatcher"].py_func.__name__)
    def on_end(self, found):
        pass

event.register("numba:compile", Compiled())
from sozialraum.workflows.build import build_for_office
build_for_office({city!r}).save({out!r})
print(Compiled.names)
"""


def test_the_example_city_is_built_without_compiling_anything(tmp_path):
    city = str(ROOT / "config/musterstadt.toml")
    code = COMPILED.format(city=city, out=str(tmp_path / "out"))
    assert python(code, NUMBA_CACHE_DIR=str(tmp_path / "cold")).strip() == "[]"
