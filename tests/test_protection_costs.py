"""What `check` says each attacker and each profile costs is what a build under it really costs."""

import pytest
from test_plans_protected import ARM, write

from sozialraum.workflows.build.building import build
from sozialraum.workflows.compare.protections import compare_profiles

SMALL = [n % 7 for n in range(24)]  # most of them in the lowest window


def classes(folder, more):
    """Return the classes of a build with other lines in its file."""
    file = write(folder, SMALL, more=more) / "b.toml"
    made = build(file)
    return made.scored["2024-12-31"]["index"].classes.astype(float)


@pytest.fixture(scope="module")
def costs(tmp_path_factory):
    file = write(tmp_path_factory.mktemp("p") / "ort", SMALL) / "b.toml"
    return compare_profiles(file).table


@pytest.mark.parametrize(
    ("row", "key"),
    [(f'attacker = "{a}"', f'attacker = "{a}"') for a in ("outsider", "totals", "insider")]
    + [("ba-akg", 'profile = "ba-akg"'), ("ba-standard", 'profile = "ba-standard"')],
)
def test_the_classes_said_to_move_are_those_that_differ_from_a_build_of_true_counts(
    tmp_path, costs, row, key
):
    true = classes(tmp_path / "wahr", '[disclosure]\npublished_input = true\nreason = "Test"\n')
    own = classes(tmp_path / "eigen", f"[disclosure]\n{key}\n")
    both = own.notna() & true.notna()
    assert costs.moved[row] == pytest.approx((own != true)[both].mean())
    assert costs.no_class[row] == pytest.approx(own[true.notna()].isna().mean())


def test_the_attackers_stand_after_the_profiles(costs):
    assert list(costs.index[-3:]) == [
        f'attacker = "{a}"' for a in ("outsider", "totals", "insider")
    ]
    assert len(ARM) == 24 and costs.moved.max() > 0
