"""Files that version 0.1.0 wrote are read by this one, or refused with the way out.

`v0_1` holds a result folder and a ledger as 0.1.0 left them, and the build file they came from.
"""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from wrong_values import write_city

import sozialraum
from sozialraum.model.errors import ConfigError, DataError, DisclosureError
from sozialraum.privacy.ledger import open_ledger
from sozialraum.workflows.compare import compare
from sozialraum.workflows.ledger import import_ledger, list_releases, make_ledger
from sozialraum.workflows.show import area_profile, open_result
from sozialraum.workflows.verify import verify

STORED = Path(__file__).parent / "v0_1"
RESULT, LEDGER = STORED / "ergebnis", STORED / "freigaben.jsonl"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """The town of the stored result, with its ledger taken over."""
    folder = tmp_path_factory.mktemp("amt")
    town = folder / "stadt"
    town.mkdir()
    write_city(town)
    (folder / "geheim").mkdir()
    make_ledger(town / "neu.jsonl", folder / "geheim" / "neu.key")
    before = (STORED / "stadt.toml").read_text("utf-8")
    (town / "alt.toml").write_text(before, "utf-8")
    now = before.replace(
        'ledger = "freigaben.jsonl"', 'ledger = "neu.jsonl"\nkey = "../geheim/neu.key"'
    )
    (town / "stadt.toml").write_text(now, "utf-8")
    return folder


def test_the_stored_files_are_of_version_0_1():
    manifest = json.loads((RESULT / "manifest.json").read_text("utf-8"))
    assert manifest["versions"]["sozialraum"] == "0.1.0"
    assert "candidates" in manifest["plan"]["disclosure"] and "intern" in manifest["plan"]


def test_a_result_of_0_1_is_shown_area_by_area():
    saved = open_result(RESULT)
    assert len(saved.table) == 25 and saved.table["class"].notna().all()
    written = pd.read_csv(RESULT / "index.csv", sep=";", dtype=str, index_col="key")
    for key in saved.table.index:
        profile = area_profile(saved, key)
        assert profile.index == written.at[key, "index"]
        assert written.at[key, "class"] in profile.outcome
        parts = sum(part for part in profile.parts.values() if part == part)
        assert parts == pytest.approx(saved.table.at[key, "index"], abs=0.011)


def test_a_result_of_0_1_is_whole_and_a_changed_one_is_found(tmp_path):
    assert [p for p in verify(RESULT).problems if p.severity == "error"] == []
    copy = shutil.copytree(RESULT, tmp_path / "ergebnis")
    (copy / "methode.md").write_text("anders", encoding="utf-8")
    assert [p.code for p in verify(copy).problems if p.severity == "error"] == [
        "pipeline.changed_file"
    ]


def test_a_result_of_0_1_is_compared_with_one_of_today(office):
    folder = office / "heute"
    build = (
        (office / "stadt" / "alt.toml").read_text("utf-8").replace('ledger = "freigaben.jsonl"', "")
    )
    (office / "stadt" / "ohne.toml").write_text(build, "utf-8")
    sozialraum.build(office / "stadt" / "ohne.toml").save(folder)
    found = compare(open_result(RESULT), open_result(folder))
    assert len(found.table) == 25 and found.table["total"].notna().all()


def test_a_build_file_with_a_ledger_of_0_1_is_refused_and_the_way_out_works(office):
    with pytest.raises(ConfigError) as caught:
        sozialraum.build(office / "stadt" / "alt.toml")
    assert "sozialraum ledger new" in str(caught.value)

    taken = import_ledger(LEDGER, office / "stadt" / "neu.jsonl", office / "geheim" / "neu.key")
    assert taken.imported == (1, 1)
    sozialraum.build(office / "stadt" / "stadt.toml").save(office / "oeffentlich")
    listed = list_releases(office / "stadt" / "neu.jsonl", office / "geheim" / "neu.key")
    assert [one["number"] for one in listed.releases] == [1, 2]
    assert (
        verify(
            office / "oeffentlich",
            ledger=office / "stadt" / "neu.jsonl",
            key=office / "geheim" / "neu.key",
        ).release["number"]
        == 2
    )


def test_a_ledger_of_0_1_is_not_opened_as_one_of_today(office):
    with pytest.raises(DisclosureError) as caught:
        open_ledger(LEDGER, office / "geheim" / "neu.key")
    (found,) = caught.value.problems
    assert "sozialraum ledger import freigaben.jsonl" in found.action


def test_a_result_of_a_later_version_says_which_one_wrote_it(tmp_path):
    copy = shutil.copytree(RESULT, tmp_path / "ergebnis")
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["plan"]["kartenspiel"] = True
    manifest["versions"]["sozialraum"] = "9.0"
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        open_result(copy)
    (found,) = caught.value.problems
    assert found.code == "pipeline.other_version" and found.found == "9.0" and found.action
