"""Persons whose number is taken as known are no protected count under another name."""

import numpy as np
import pandas as pd
import pytest
from test_plans_protected import ARM, KEYS, write

from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.privacy.links import divided
from sozialraum.workflows.build.building import build
from sozialraum.workflows.build.counts.counted_heads import counted_heads
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.plan.decision import decide
from sozialraum.workflows.plan.plan_checking import check_plan

OTHER_NAMES = {
    "kopie": "arm",
    "rest": "arm",  # all children less those counted
    "beide": "arm",
    "umgestellt": "arm",
    "hundertfach": "arm",
    "rest_mal_zehn": "arm",
    "kinder": "",
    "wohnungen": "",
    "doppelt": "",  # twice the children: of nobody counted
}


def table():
    kinder = np.array([60 + 3 * n for n in range(24)], float)
    arm, hz = np.array(ARM, float), np.array([7 + (5 * n) % 31 for n in range(24)], float)
    made = {
        "kinder": kinder, "arm": arm, "hz": hz, "kopie": arm, "rest": kinder - arm,
        "beide": arm + hz, "wohnungen": np.arange(24.0) ** 2 + 11, "doppelt": 2 * kinder,
    }  # fmt: skip
    found = pd.DataFrame(made, pd.Index(KEYS, name="key"))
    return found.assign(
        umgestellt=found["kopie"].iloc[::-1],
        hundertfach=100 * arm,
        rest_mal_zehn=10 * (kinder - arm),
    )


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return read_build(write(tmp_path_factory.mktemp("k") / "ort", ARM) / "b.toml")


def test_a_column_that_holds_a_count_its_rest_or_a_sum_is_found_whatever_its_name(plan):
    frame = table()
    found = counted_heads(plan, frame.sample(frac=1, random_state=2), list(OTHER_NAMES))
    assert {c: found.get(c, "") for c in OTHER_NAMES} == OTHER_NAMES


def test_a_column_of_one_huge_number_has_few_divisors_tried_and_ends():
    assert len(divided(1, np.array([9e18, 0.0]))) < 2000
    assert divided(8, np.array([4.0, 0.0, np.nan])) == [8, 4, 2]


def test_persons_whose_number_the_build_file_calls_confidential_are_nothing_that_is_known(tmp_path):
    file = write(tmp_path / "ort", ARM) / "b.toml"
    text = file.read_text("utf-8").replace(
        'numerator = "arm"', 'numerator = "arm"\nconfidential_base = true', 1
    )
    file.write_text(text, encoding="utf-8")
    assert counted_heads(read_build(file), table(), ["kinder", "wohnungen"]) == {"kinder": "arm"}


def test_of_open_data_no_column_is_anything_to_protect(tmp_path):
    more = '[disclosure]\npublished_input = true\nreason = "steht im Jahrbuch"\n'
    folder = write(tmp_path / "ort", ARM, more=more)
    assert counted_heads(read_build(folder / "b.toml"), table(), list(OTHER_NAMES)) == {}


@pytest.mark.parametrize("column", ["kopie", "rest"])
def test_a_population_that_is_a_protected_count_is_refused_by_check_and_build(tmp_path, column):
    more = f'[population]\nvariable = "{column}"\n'
    folder = write(tmp_path / "ort", ARM, more=more)
    table().to_csv(folder / "z.csv", sep=";")
    (found,) = [p for p in check_build(folder / "b.toml") if p.severity == "error"]
    assert found.code == "pipeline.counted_heads" and found.key == "population.variable"
    with pytest.raises(DataError) as caught:
        build(folder / "b.toml")
    assert found in caught.value.problems
    assert build_with_children(folder)


def build_with_children(folder):
    """Follow the advice: persons whose number is known."""
    file = folder / "b.toml"
    text = file.read_text("utf-8").replace('"kopie"', '"kinder"').replace('"rest"', '"kinder"')
    file.write_text(text, encoding="utf-8")
    return build(file)


@pytest.mark.parametrize("key", ["persons", "pupils", "gap"])
@pytest.mark.parametrize("column", ["kopie", "rest"])
def test_a_plan_takes_no_protected_count_for_children_who_live_there(tmp_path, key, column):
    folder = write(tmp_path / "ort", ARM)
    table().to_csv(folder / "z.csv", sep=";")
    file = folder / "p.toml"
    text = file.read_text("utf-8")
    if key == "persons":
        text = text.replace('persons = "kinder"', f'persons = "{column}"')
    elif key == "pupils":
        text = text.replace("[demand]\n", f'[demand]\npupils = "{column}"\n')
    else:
        text += (
            '[offers]\nfile = "orte.gpkg"\nkey = "ort"\ncapacity = "plaetze"\n'
            f'[gap]\npersons = "{column}"\n'
        )
    file.write_text(text, encoding="utf-8")
    assert "planning.cases_unknown" in [p.code for p in check_plan(file)]
    with pytest.raises(DataError) as caught:
        decide(file)
    assert "planning.cases_unknown" in [p.code for p in caught.value.problems]
