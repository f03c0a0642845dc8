"""Crosswalks of builds are kept between runs: same bytes, no geometry, no counts in the cache."""

from pathlib import Path

import pytest
from small_build import write_build, write_town
from test_cli import run

from sozialraum.space.crosswalks import cache
from sozialraum.workflows.build import build_for_office
from sozialraum.workflows.build.geography import joining

CITY = Path(__file__).parents[1] / "config/musterstadt.toml"


@pytest.fixture
def town(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    folder = write_town(tmp_path / "town")
    file = write_build(folder, target="C", ledger="")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('method = "nested"\nparent = "C"', 'method = "areal"'), "utf-8")
    return file


def files(file, out):
    build_for_office(file).save(out)
    return {f.relative_to(out): f.read_bytes() for f in sorted(out.rglob("*")) if f.is_file()}


def test_kept_crosswalks_change_no_byte_and_spare_the_geometry(town, tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, "")
    fresh = files(town, tmp_path / "fresh")
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    first = files(town, tmp_path / "first")
    monkeypatch.setattr(joining, "make_crosswalk", lambda *_, **__: pytest.fail("made again"))
    second = files(town, tmp_path / "second")
    assert fresh == first == second
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 1


def test_a_crosswalk_by_persons_is_never_kept(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    build_for_office(CITY)
    assert not (tmp_path / "cache").exists()


def test_no_cache_keeps_nothing(town, tmp_path):
    done = run("build", str(town), "-o", str(tmp_path / "out"), "--no-cache")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "cache").exists()
