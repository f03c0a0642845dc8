"""`check` finds every wrong value of a generated corpus, and `build` dies of none of them."""

import os

import pytest
from wrong_values import BASE, Wrong, corpus, toml, without_effect, write_city

import sozialraum
from sozialraum import check_build
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.error_boundary import FAULT


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stadt")
    write_city(folder)
    return folder


def write(city, given):
    file = city / "bau.toml"
    file.write_text(toml(given), encoding="utf-8")
    return file


def test_the_file_that_the_corpus_starts_from_is_right(city):
    file = write(city, BASE)
    assert [str(p) for p in check_build(file) if p.severity != "note"] == []
    assert sozialraum.build(file).release is not None


def missed(wrong: Wrong, city) -> str:
    """Return what is not as it should be about one wrong value; "" if all is."""
    file = write(city, wrong.build_file())
    found = [p for p in check_build(file) if p.severity == "error"]
    section = str(wrong.place[0])
    there = [p for p in found if section in (p.key or "")]
    if not there:
        return f"check does not find {wrong}: {[str(p) for p in found]}"
    if len({p.key for p in there}) < len(there) or any(
        c in str(p.key) for p in there for c in ",-'"
    ):
        return f"not one message with a key of the file about {wrong}: {[str(p) for p in there]}"
    try:
        sozialraum.build(file)
    except SozialraumError as error:
        faults = [str(p) for p in error.problems if p.code == FAULT]
        return f"build dies of {wrong}: {faults}" if faults else ""
    return f"build takes {wrong}"


# every third value with each run, all of them where SOZIALRAUM_FULL is set
CASES = corpus()
TRIED = CASES if os.environ.get("SOZIALRAUM_FULL") else CASES[::3]
BATCHES = [TRIED[n::4] for n in range(4)]


def test_the_corpus_is_large_and_wrong_in_every_way():
    assert len(CASES) >= 700 and len(TRIED) >= 200
    assert len({w.how for w in CASES}) >= 12
    assert len({w.place[0] for w in CASES}) >= 25


@pytest.mark.parametrize("batch", range(len(BATCHES)))
def test_check_finds_every_wrong_value_and_build_refuses_it(batch, city):
    assert [said for wrong in BATCHES[batch] if (said := missed(wrong, city))] == []


def test_a_key_that_the_method_never_reads_is_told_and_changes_nothing(city):
    odd, silent = without_effect(), []
    assert len(odd) >= 35
    for wrong, key in odd:
        file = write(city, wrong.build_file())
        told = [p.key for p in check_build(file) if p.code == "config.no_effect"]
        if told != [key]:
            silent.append((str(wrong), told))
    assert silent == []


def test_a_build_tells_keys_without_effect_too(city):
    file = write(city, BASE | {"scaling": {"method": "minmax", "factor": 99.0}})
    assert "config.no_effect" in [p.code for p in sozialraum.build(file).problems]
