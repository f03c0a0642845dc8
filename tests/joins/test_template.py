"""What the template of `sozialraum new` says about joins is what a build file understands."""

import re
import tomllib

import pytest

from sozialraum.config import joining
from sozialraum.config.deliveries import Repair
from sozialraum.config.recipe_file import recipe_names
from sozialraum.config.sections import NeighboursSection
from sozialraum.config.template import template

SECTIONS = {
    "join.addresses": joining.Addresses,
    "join.rules": joining.HouseRules,
    "join.nearest": joining.Nearest,
    "join.density": joining.Density,
    "areas.sprengel.repair": Repair,
}


def commented_out(text: str) -> dict:
    """Return the sections that a planner gets by deleting "# " in front of the lines."""
    lines = text.splitlines()
    first = next(n for n, row in enumerate(lines) if row.startswith("# [join.addresses]"))
    rows = [re.sub(r"^# ", "", row) for row in lines[first:] if row.startswith("# ")]
    last = next(n for n, row in enumerate(rows) if row.startswith("unchanged"))
    return tomllib.loads("\n".join(rows[: last + 1]))


def test_every_commented_section_is_valid_once_its_marks_are_deleted():
    found = commented_out(template("Probe", recipe="augsburg_style", file="probe.toml"))
    for place, section in SECTIONS.items():
        told = found
        for part in place.split("."):
            told = told[part]
        section.model_validate(told)
    joining.Reform.model_validate(found["reforms"][0])


def test_the_template_shows_neighbours_as_they_are_without_the_section():
    lines = template("Probe", recipe="augsburg_style", file="probe.toml").splitlines()
    first = lines.index(next(row for row in lines if row.startswith("# [neighbours]")))
    rows = [row.removeprefix("# ") for row in lines[first : first + 7]]
    told = tomllib.loads("\n".join(rows))["neighbours"]
    assert told == NeighboursSection().model_dump()


def test_the_template_names_every_method_of_the_join():
    text = template("Probe", recipe="augsburg_style", file="probe.toml")
    methods = joining.Join.model_fields["method"].annotation.__args__
    assert all(f'"{method}"' in text for method in methods)


@pytest.mark.parametrize("recipe", recipe_names())
def test_every_template_is_a_build_file(recipe):
    assert tomllib.loads(template("Probe", recipe=recipe, file="p.toml"))["join"]["target"]
