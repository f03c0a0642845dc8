"""Each public function can be reached by a user: by a name, a section of the build file or a verb."""

import pytest
from doors import PACKAGE, STAGES, House, doors

# their rooms are being rebuilt; a line that is no longer needed fails the test
ROOMS_LEFT = {"privacy"}
FUNCTIONS_LEFT = {"sozialraum.publish.bundle.write_all", "sozialraum.publish.grammar.shown_day"}


@pytest.fixture(scope="module")
def house():
    return House()


def test_no_public_function_is_without_a_door(house):
    lonely = house.public_functions() - house.reached(doors(house))
    elsewhere = {f"{m}.{n}" for m, n in lonely if m.split(".")[1] not in ROOMS_LEFT}
    assert elsewhere == FUNCTIONS_LEFT
    assert {m.split(".")[1] for m, _ in lonely} >= ROOMS_LEFT


def test_doors_are_found_where_users_come_in(house):
    found = doors(house)
    assert ("sozialraum.index.scaling", "fit_scale") in found
    assert ("sozialraum.workflows.build.building", "build") in found
    assert any(module.startswith("sozialraum.cli") for module, _ in found)
    assert len(house.public_functions()) > 500
    assert all((PACKAGE / room).is_dir() for room in STAGES)


def test_a_function_that_nobody_names_is_not_reached(house):
    lonely = ("sozialraum.index.scaling", "nobody_names_this")
    house.definitions[lonely] = house.definitions["sozialraum.index.scaling", "fit_scale"]
    try:
        assert lonely not in house.reached(doors(house) - {lonely})
    finally:
        del house.definitions[lonely]
