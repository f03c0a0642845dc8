"""The folder of a build: whole or not at all, the same bytes twice, and no word that was withheld."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from publish.folders import FILES, write_all
from publish.sample import sample_release

from sozialraum.model.errors import DataError
from sozialraum.publish import bundle
from sozialraum.publish.design import Design
from sozialraum.publish.manifest import sha256

EXPECTED = {
    "index.csv",
    "index.parquet",
    "index.gpkg",
    "index.xlsx",
    "karte.html",
    "methode.md",
    "manifest.json",
    "pruefbericht.html",
    "pruefbericht.json",
}
BUILD = """
import sys
sys.path.insert(0, sys.argv[1])
from publish.sample import sample_release
from publish.folders import write_all
write_all(sample_release(years=2), sys.argv[2], facts={"inputs": {"b": "2", "a": "1"}})
"""


def digests(folder):
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(Path(folder).iterdir())
    }


def test_a_build_writes_every_file_and_the_manifest_knows_their_hashes(tmp_path):
    written = write_all(sample_release(), tmp_path / "out", facts={"inputs": {"a.csv": "00"}})
    assert {p.name for p in written} == EXPECTED
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["outputs"] == {p.name: sha256(p) for p in written if p.name != "manifest.json"}
    assert manifest["inputs"] == {"a.csv": "00"}
    assert manifest["breaks"]["index"]["inner"] == list(sample_release().breaks["index"].inner)
    assert manifest["details"]["disclosure"]["minimum"] == 5


def test_nothing_of_this_machine_stands_in_the_manifest(tmp_path):
    write_all(sample_release(), tmp_path / "out")
    text = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text and str(Path.home()) not in text


def test_two_processes_with_other_hash_seeds_write_the_same_bytes(tmp_path):
    found = []
    for seed in ("1", "77"):
        out = tmp_path / f"seed{seed}" / "out"
        subprocess.run(
            [sys.executable, "-c", BUILD, str(Path(__file__).parents[1]), str(out)],
            check=True,
            env={**__import__("os").environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        )
        found.append(digests(out))
    assert found[0] == found[1] and set(found[0]) == EXPECTED


def test_a_build_that_breaks_leaves_the_old_folder_as_it_was(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_all(sample_release(), out)
    before = digests(out)

    def broken(release, path):
        path.write_text("halb", encoding="utf-8")
        raise OSError(28, "Datenträger voll")

    monkeypatch.setitem(bundle.WRITERS, "xlsx", ("index.xlsx", broken))
    with pytest.raises(DataError, match="kein Platz"):
        write_all(sample_release(40), out)
    assert digests(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_new_build_replaces_an_old_one_and_leaves_nothing_beside_it(tmp_path):
    out = tmp_path / "Ergebnis für die Ämter"
    write_all(sample_release(), out)
    write_all(sample_release(40), out, files=("csv",))
    assert {p.name for p in out.iterdir()} == {
        "index.csv",
        "manifest.json",
        "pruefbericht.html",
        "pruefbericht.json",
    }
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_a_folder_that_cannot_be_renamed_stays_and_the_error_says_what_to_close(
    tmp_path, monkeypatch
):
    out = tmp_path / "out"
    write_all(sample_release(), out)
    before = digests(out)

    def in_use(self, target):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "rename", in_use)
    with pytest.raises(DataError, match="geöffnet"):
        write_all(sample_release(40), out)
    monkeypatch.undo()
    assert digests(out) == before


def test_if_the_second_rename_fails_the_old_folder_comes_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_all(sample_release(), out)
    before, real = digests(out), Path.rename

    def second_fails(self, target):
        if self.name.endswith(".neu"):
            raise PermissionError(13, "used by another process")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(DataError):
        write_all(sample_release(40), out)
    monkeypatch.undo()
    assert digests(out) == before and [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_foreign_files_is_not_touched(tmp_path):
    (tmp_path / "meine.docx").write_text("wichtig", encoding="utf-8")
    with pytest.raises(DataError, match="nicht aus einem früheren Lauf"):
        write_all(sample_release(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["meine.docx"]


def test_a_file_in_place_of_the_folder_is_not_touched(tmp_path):
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="kein Ordner"):
        write_all(sample_release(), tmp_path / "out")


def test_an_unknown_word_for_a_file_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match="kartenspiel"):
        write_all(sample_release(), tmp_path / "out", files=("kartenspiel",))
    assert not (tmp_path / "out").exists()


def test_facts_that_are_no_plain_values_are_refused(tmp_path):
    with pytest.raises(ValueError, match="plain values"):
        write_all(sample_release(), tmp_path / "out", files=(), facts={"x": object()})
    assert write_all(
        sample_release(), tmp_path / "out", files=("csv",), facts={"x": np.float64(1.5)}
    )


def test_the_words_for_files_are_those_of_the_build_file():
    from sozialraum.config.sections import Output

    assert set(Output().files) <= set(FILES)


def test_a_design_reaches_page_and_papers(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    logo = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#8a1c0b"/></svg>'
    design = Design(accent="#8a1c0b", logo=logo, lang="en")
    write_all(
        sample_release(), tmp_path / "out", files=("karte", "bericht", "steckbriefe"), design=design
    )
    page = (tmp_path / "out" / "karte.html").read_text(encoding="utf-8")
    assert (
        '<img src="data:image/svg+xml;base64,' in page
        and 'alt="Musterstadt"' in page
        and '<html lang="en">' in page
    )
    assert len(pypdf.PdfReader(tmp_path / "out" / "steckbriefe.pdf").pages) == 26


def test_a_pale_heading_and_a_logo_that_is_no_drawing_are_refused():
    with pytest.raises(ValueError, match="contrast"):
        Design(accent="#9fc8e4")
    with pytest.raises(ValueError, match="SVG"):
        Design(logo="logo.png")
