import os

import numpy as np
import pytest
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic

from sozialraum.model import Raster
from sozialraum.space.crosswalks import cache, store
from sozialraum.space.crosswalks.cache import cached_crosswalk, input_hash, kept
from sozialraum.space.making import make_crosswalk

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


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    made = [keyed(mosaic(n, seed=n)) for n in (6, 7, 8)]
    for age, blocks in enumerate(made[:2]):
        kept(str(age), lambda blocks=blocks: make_crosswalk(blocks, GOALS), tmp_path)
        for file in tmp_path.iterdir():
            stamp = file.stat().st_mtime - 1000
            os.utime(file, (stamp, stamp))
    size = sum(f.stat().st_size for f in tmp_path.iterdir())
    again = kept("0", lambda: pytest.fail("made again"), tmp_path)  # used, so the youngest now
    kept("2", lambda: make_crosswalk(made[2], GOALS), tmp_path, most=size + 200)
    assert kept("0", lambda: pytest.fail("thrown away"), tmp_path).content_hash == (
        again.content_hash
    )
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= size + 200
    assert kept("1", lambda: again, tmp_path) is again


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    made = make_crosswalk(BLOCKS, GOALS)
    assert kept("x", lambda: made, blocked / "below") is made
    assert kept("x", lambda: made, None) is made


def test_the_folder_is_the_environments_or_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv(store.FOLDER, str(tmp_path))
    assert store.cache_folder() == tmp_path
    monkeypatch.setenv(store.FOLDER, " ")
    assert store.cache_folder() is None
    monkeypatch.delenv(store.FOLDER)
    assert store.cache_folder().name == "crosswalks"
