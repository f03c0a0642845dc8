"""A protected number of persons that a formula multiplies or shifts is refused, by check as well."""

import pytest
from test_plans_protected import ARM, write

from sozialraum.config import read_build
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.build.building import build
from sozialraum.workflows.check.checking import check_build

REFUSED = (
    "100 * arm", "arm * 1000", "arm / 0.01", "arm + 1000", "arm - 1", "2 * (arm + hz)",
    "arm + arm", "zwei + arm",
)  # fmt: skip
PLAIN = ("arm", "arm + hz", "kinder - arm", "arm + hz - arm", "(2 * arm) / 2", "100 * arm / 100")


def with_formula(folder, formula, disclosure=""):
    """Write a build whose second indicator counts what a formula makes."""
    file = write(folder / "ort", ARM, more=disclosure) / "b.toml"
    rules = "".join(
        f'[[derived]]\nname = "{name}"\nareas = "g"\nformula = "{words}"\n'
        for name, words in (("zwei", "hz + hz"), ("neu", formula), ("viele", "2000 * kinder"))
    )
    shown = """[[indicators]]
id = "neu"
label = "Neu"
numerator = "neu"
denominator = "viele"
direction = "burden"
"""
    file.write_text(file.read_text("utf-8") + rules + shown, encoding="utf-8")
    return file


def codes(problems):
    return {p.code for p in problems if p.severity == "error"}


@pytest.mark.parametrize("formula", REFUSED)
def test_what_no_window_protects_is_refused(formula, tmp_path):
    file = with_formula(tmp_path, formula)
    assert "pipeline.scaled_count" in codes(check_build(file))
    with pytest.raises(SozialraumError) as refused:
        build(read_build(file))
    assert "pipeline.scaled_count" in codes(refused.value.problems)


@pytest.mark.parametrize("formula", PLAIN)
def test_sums_and_differences_are_not(formula, tmp_path):
    assert "pipeline.scaled_count" not in codes(check_build(with_formula(tmp_path, formula)))


def test_of_what_is_published_any_formula_may_be_shown(tmp_path):
    open_data = '[disclosure]\npublished_input = true\nreason = "steht im Jahrbuch"\n'
    file = with_formula(tmp_path, "100 * arm", open_data)
    assert "pipeline.scaled_count" not in codes(check_build(file))
