"""Crosswalks of builds are kept between runs: same bytes, no geometry, no counts in the cache."""

from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import box
from small_build import write_build, write_town
from test_cli import run

from sozialraum import check_build
from sozialraum.config import read_build
from sozialraum.space.crosswalks import cache, overlay, store
from sozialraum.workflows.build import build_for_office
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.geography import joining

CITY = Path(__file__).parents[1] / "config/musterstadt.toml"


@pytest.fixture
def town(tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    folder = write_town(tmp_path / "town")
    file = write_build(folder, target="C", ledger="")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('method = "nested"\nparent = "C"', 'method = "areal"'), "utf-8")
    return file


def files(file, out):
    build_for_office(file).save(out)
    return {f.relative_to(out): f.read_bytes() for f in sorted(out.rglob("*")) if f.is_file()}


def test_kept_crosswalks_change_no_byte_and_spare_the_geometry(town, tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, "")
    fresh = files(town, tmp_path / "fresh")
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    first = files(town, tmp_path / "first")
    monkeypatch.setattr(joining, "make_crosswalk", lambda *_, **__: pytest.fail("made again"))
    second = files(town, tmp_path / "second")
    assert fresh == first == second
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 1


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(cache, "_LATEST", {})


def test_a_crosswalk_by_persons_is_made_once_in_a_process_and_never_written(tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    check_build(CITY)
    monkeypatch.setattr(joining, "make_crosswalk", lambda *_, **__: pytest.fail("made again"))
    build_for_office(CITY)
    assert {f.suffix for f in (tmp_path / "cache").iterdir()} == {".npy"}


def test_of_a_crosswalk_by_persons_the_overlay_of_outlines_alone_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    plan = read_build(CITY)
    delivery = read(plan)
    first = joining.join(plan, delivery).crosswalk
    (kept,) = (tmp_path / "cache").iterdir()
    target, source, square_metres = np.load(kept)
    blocks = delivery.areas["bloecke"].geometry.area.to_numpy()
    inside = np.bincount(source.astype(int), square_metres, minlength=len(blocks))
    assert kept.suffix == ".npy" and (inside <= blocks * (1 + 1e-9)).all()
    assert len(np.unique(target)) == len(delivery.areas["sprengel"])
    monkeypatch.setattr(overlay, "_overlay", lambda *_: pytest.fail("made again"))
    cache._LATEST.clear()
    again = joining.join(plan, delivery).crosswalk
    assert first.content_hash == again.content_hash


def test_check_pays_for_the_overlay_and_the_build_after_it_does_not(tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    check_build(CITY)
    cache._LATEST.clear()
    monkeypatch.setattr(overlay, "_overlay", lambda *_: pytest.fail("made again"))
    build_for_office(CITY)


def test_a_damaged_overlay_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    first = joining.join(plan := read_build(CITY), delivery := read(plan)).crosswalk
    for file in (tmp_path / "cache").iterdir():
        file.write_bytes(file.read_bytes()[:100])
    cache._LATEST.clear()
    assert joining.join(plan, delivery).crosswalk.content_hash == first.content_hash


def test_a_notebook_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "cache"))
    squares = np.array([box(0, 0, 1, 1)])
    assert overlay.intersection_areas(squares, squares).mass.tolist() == [1.0]
    assert not (tmp_path / "cache").exists()


def test_no_cache_keeps_nothing(town, tmp_path):
    done = run("build", str(town), "-o", str(tmp_path / "out"), "--no-cache")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "cache").exists()
