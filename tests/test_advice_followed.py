"""Who does what a message advises has one message less and none more."""

import shutil

import pytest
from advice_followed import FOLLOWED
from advice_not_followed import NOT_FOLLOWED, REASONS, ROOMS
from advice_town import Town
from wrong_values import write_city

from sozialraum.texts import catalogue


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stadt")
    write_city(folder)
    return folder


@pytest.mark.parametrize("advice", FOLLOWED, ids=lambda a: a.code)
def test_the_advice_of_a_message_leads_on(advice, delivered, tmp_path):
    for name in ("felder.gpkg", "zahlen.csv"):
        shutil.copy(delivered / name, tmp_path / name)
    town = Town(tmp_path)
    advice.wrong(town)
    before = {p.code: p for p in town.check()}
    assert advice.code in before and before[advice.code].action
    advice.right(town)
    assert [str(p) for p in town.check() if p.severity == "error" or p.code == advice.code] == []


@pytest.mark.parametrize("content", [b"", b"PKxxx"])
def test_of_areas_that_cannot_be_read_nothing_is_said_but_why(content, delivered, tmp_path):
    shutil.copy(delivered / "zahlen.csv", tmp_path / "zahlen.csv")
    (tmp_path / "felder.gpkg").write_bytes(content)
    wrong = [p for p in Town(tmp_path).check() if p.severity == "error"]
    assert {p.file for p in wrong} == {"felder.gpkg"}


def advised(table, place):
    """Return the names of all messages that advise something."""
    for key, entry in table.items():
        if isinstance(entry, dict):
            yield from advised(entry, f"{place}.{key}")
        elif key == "action":
            yield place


def test_every_advice_is_followed_or_has_its_reason():
    known = {key for room in ROOMS for key in advised(catalogue(room), room)}
    followed = {a.code for a in FOLLOWED}
    assert followed | set(NOT_FOLLOWED) == known
    assert followed & set(NOT_FOLLOWED) == set()
    assert len(followed) > 170
    listed = [n for rooms in REASONS.values() for names in rooms.values() for n in names.split()]
    assert len(NOT_FOLLOWED) == len(listed)
