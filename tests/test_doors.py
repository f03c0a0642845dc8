"""Each public function can be reached by a user: by a name, a section of a file or a verb."""

import pytest

from sozialraum.cli.running import VERBS
from sozialraum.manual.doors import doors
from sozialraum.manual.key_tables import FILES, sections_of
from sozialraum.manual.pages import read_pages
from sozialraum.manual.reach import PACKAGE, STAGES, House, entrances, without_door
from sozialraum.manual.reference import ROOMS, public_names


@pytest.fixture(scope="module")
def house():
    return House()


@pytest.fixture(scope="module")
def table():
    return doors()


def test_no_public_function_is_without_a_door(house):
    assert without_door(house) == set()


def test_entrances_are_found_where_users_come_in(house):
    found = entrances(house)
    assert ("sozialraum.index.scaling", "fit_scale") in found
    assert ("sozialraum.workflows.build.building", "build") in found
    assert any(module.startswith("sozialraum.cli") for module, _ in found)
    assert len(house.public_functions()) > 500
    assert all((PACKAGE / room).is_dir() for room in STAGES)


def test_a_function_that_nobody_names_is_not_reached(house):
    lonely = ("sozialraum.index.scaling", "nobody_names_this")
    house.definitions[lonely] = house.definitions["sozialraum.index.scaling", "fit_scale"]
    try:
        assert lonely in without_door(house)
    finally:
        del house.definitions[lonely]


def test_the_table_holds_every_name_section_and_verb_once(table):
    names = [d.name for d in table if d.name]
    assert len(names) == len(set(names))
    assert set(names) == {
        f"sr.{room}.{name}".replace("..", ".") for room in ROOMS for name in public_names(room)
    }
    sections = [s for d in table if d.section for s in d.section.split(", ")]
    assert len(sections) == len(set(sections))
    assert set(sections) == {
        f"{'' if file == 'build' else file + ' '}[{section}]"
        for file in FILES
        for section in sections_of(file)
    }
    assert {v for d in table if d.verb for v in d.verb.split(", ")} == set(VERBS)


def test_every_door_has_a_page_and_every_name_a_signature_and_a_version(table):
    written = {page.name for page in read_pages()} | {f"sr-{r}".rstrip("-") for r in ROOMS}
    for door in table:
        assert door.page in written, door
        if door.name:
            assert door.signature.split("(")[0].removeprefix("class ") == door.name, door
            assert door.since in ("0.1", "0.2"), door


def test_a_section_stands_beside_the_function_it_becomes(table):
    found = {d.name: d for d in table if d.name}
    assert found["sr.index.fit_scale"].section.startswith("[scaling]")
    assert found["sr.index.fit_scale"].page == "index"
    assert found["sr.planning.locate"].section == "plan [locate]"
    assert found["sr.open_result"].since == found["sr.index.fit_breaks"].since == "0.1"
    assert found["sr.index.borda"].section == "" and found["sr.index.borda"].since == "0.2"
