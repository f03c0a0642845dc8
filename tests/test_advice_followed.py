"""Who does what a message advises has one message less and none more."""

import ast
import shutil
from pathlib import Path

import pytest
from advice.tables import ALL
from advice.untried import MOST_UNTRIED, UNTRIED
from advice_not_followed import MOST, NOT_FOLLOWED, REASONS, ROOMS
from advice_town import Town
from wrong_values import write_city

import sozialraum
from sozialraum.texts import catalogue


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stadt")
    write_city(folder)
    return folder


@pytest.mark.parametrize("advice", ALL, ids=lambda a: a.code)
def test_the_advice_of_a_message_leads_on(advice, delivered, tmp_path):
    for name in ("felder.gpkg", "zahlen.csv"):
        shutil.copy(delivered / name, tmp_path / name)
    town = Town(tmp_path)
    with pytest.MonkeyPatch.context() as town.patch:
        advice.wrong(town)
        before = {p.code: p for p in advice.ask(town)}
        assert advice.code in before and before[advice.code].action
        advice.right(town)
        left = [str(p) for p in advice.ask(town) if "error" in p.severity or p.code == advice.code]
    assert left == []


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
    followed = {a.code for a in ALL}
    print(f"{len(followed & known)} of {len(known)} pieces of advice are followed")
    assert (followed | set(NOT_FOLLOWED)) & known == known
    assert followed & set(NOT_FOLLOWED) == set()
    assert set(NOT_FOLLOWED) <= known
    listed = [n for rooms in REASONS.values() for names in rooms.values() for n in names.split()]
    assert len(NOT_FOLLOWED) == len(listed)
    assert len(NOT_FOLLOWED) <= MOST


def test_what_is_not_tried_in_the_other_rooms_does_not_grow():
    rooms = {key for room in UNTRIED for key in advised(catalogue(room), room)}
    listed = {f"{room}.{name}" for room, names in UNTRIED.items() for name in names.split()}
    followed = {a.code for a in ALL}
    print(f"{len(rooms & followed)} of {len(rooms)} pieces of advice of other rooms are followed")
    assert listed <= rooms and listed & followed == set()
    assert rooms - followed - listed == {"publish.check"}  # an example, no message
    assert len(listed) <= MOST_UNTRIED


def test_no_message_is_left_that_nothing_tells():
    words = set()
    for file in Path(sozialraum.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    silent = {code for code in NOT_FOLLOWED if code not in words}
    made = {code for code in silent if code.rpartition(".")[2] in words}
    assert silent - made == set()
