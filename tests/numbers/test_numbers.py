"""No published number of four builds moves unless "Changes in numbers" says so."""

from pathlib import Path

import pandas as pd
import pytest
from numbers_guard import BUILDS, SECTION, built, moved, recorded, unsaid
from shared_data import shared

CHANGES = (Path(__file__).parents[2] / "sozialraum" / "CHANGES.md").read_text("utf-8")


@pytest.mark.parametrize("name", BUILDS)
def test_a_number_that_moves_has_its_line_under_changes_in_numbers(name):
    data = shared("data") if BUILDS[name] else None
    found = unsaid(moved(recorded(name), built(name, data)), CHANGES)
    assert not found, (
        f'{name}: {found}. A number that moves needs a line under "{SECTION}" in '
        "sozialraum/CHANGES.md that names the column in backticks; then record the table again: "
        f"python tests/numbers_guard.py {name}"
    )


@pytest.fixture
def before():
    return pd.DataFrame(
        {
            "index": [0.1, 0.2, None],
            "class": pd.array([1, 2, None], "Int64"),
            "status": list("abc"),
        },
        index=["01", "02", "03"],
    )


def test_a_value_a_class_and_a_word_that_move_are_found(before):
    assert moved(before, before.copy()) == {}
    now = before.assign(index=[0.1 + 2e-9, 0.2 + 5e-10, None])
    assert set(moved(before, now)) == {"index"} and "first 01" in moved(before, now)["index"]
    now = before.assign(**{"class": pd.array([1, None, 2], "Int64"), "status": list("abd")})
    assert set(moved(before, now)) == {"class", "status"}
    assert "2 areas" in moved(before, now)["class"]


def test_a_column_an_area_or_a_value_that_comes_or_goes_is_found(before):
    assert moved(before, before.drop(columns="class")) == {"class": "gone"}
    assert moved(before.drop(columns="class"), before) == {"class": "new"}
    assert set(moved(before, before.drop("02"))) == {"key"}
    assert set(moved(before, before.assign(index=[0.1, 0.2, 0.3]))) == {"index"}
    assert set(moved(before, before.assign(index=[0.1, None, None]))) == {"index"}


def test_only_the_newest_section_excuses_a_column():
    text = (
        f"## 2\n\n### {SECTION}\n\n- `index` moves.\n\n## 1\n\n### {SECTION}\n\n- `class` moves.\n"
    )
    assert unsaid({"index": "", "class": ""}, text) == {"class": ""}
    assert unsaid({"index": ""}, "## 2\n\nNothing.\n") == {"index": ""}
