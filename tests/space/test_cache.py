import numpy as np
import pytest
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic

from sozialraum.model import Raster
from sozialraum.space.crosswalks import cache
from sozialraum.space.crosswalks.cache import cached_crosswalk, input_hash

BLOCKS, GOALS = keyed(mosaic(20, seed=1)), keyed(mosaic(5, seed=2), prefix="t")


def raster(seed=0):
    values = np.random.default_rng(seed).integers(0, 9, (10, 10)).astype(float)
    return Raster(values, EAST, NORTH + 1000, 100.0, 100.0, CRS)


def test_the_second_time_no_geometry_is_touched(tmp_path, monkeypatch):
    options = {"method": "dasymetric", "raster": raster()}
    first = cached_crosswalk(BLOCKS, GOALS, folder=tmp_path, **options)
    monkeypatch.setattr(cache, "make_crosswalk", lambda *_, **__: pytest.fail("made again"))
    second = cached_crosswalk(BLOCKS.copy(), GOALS, folder=tmp_path, **options)
    assert second.content_hash == first.content_hash


def test_a_damaged_file_is_made_again(tmp_path):
    first = cached_crosswalk(BLOCKS, GOALS, folder=tmp_path)
    for file in tmp_path.glob("*.npz"):
        file.write_bytes(b"")
    again = cached_crosswalk(BLOCKS, GOALS, folder=tmp_path)
    assert again.content_hash == first.content_hash


def test_everything_that_matters_changes_the_hash():
    moved = BLOCKS.copy()
    moved.geometry = moved.geometry.translate(1e-6)
    same = input_hash(BLOCKS, GOALS, {"raster": [raster()]})
    others = [
        input_hash(moved, GOALS, {"raster": [raster()]}),
        input_hash(BLOCKS.rename(index={"a000": "z"}), GOALS, {"raster": [raster()]}),
        input_hash(BLOCKS, GOALS.set_crs(25832, allow_override=True), {"raster": [raster()]}),
        input_hash(BLOCKS, GOALS, {"raster": [raster(1)]}),
        input_hash(BLOCKS, GOALS, {"raster": [raster()], "border": 0.0}),
        input_hash(BLOCKS.assign(parent="x"), GOALS, {"raster": [raster()]}),
    ]
    assert same == input_hash(BLOCKS.copy(), GOALS.copy(), {"raster": [raster()]})
    assert len({same, *others}) == 7
