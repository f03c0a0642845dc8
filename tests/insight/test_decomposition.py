"""What an inequality and a change of segregation are made of, against published and closed forms."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.insight import (
    concentration_index,
    decompose_concentration,
    decompose_segregation_change,
)
from sozialraum.insight.decomposition import _with_margins


def of(*numbers):
    return pd.Series(numbers, list("abcdefgh")[: len(numbers)], dtype=float)


def india():
    """Deaths of children under five by fifth of wealth (World Bank 2008, Analyzing Health Equity)."""
    table = pd.read_csv(shared("cases") / "concentration_index_worldbank_india.csv")
    return table.set_index("group"), pd.Series(range(5, 0, -1), table["group"], dtype=float)


def test_parts_add_up_to_the_published_concentration_index():
    table, poverty = india()
    factors = pd.DataFrame({"arm": poverty, "sehr_arm": (poverty >= 4).astype(float)})
    found = decompose_concentration(table["deaths"], table["births"], poverty, factors)
    assert found["contribution"].sum() == pytest.approx(table["expected_CI"].iloc[0], abs=5e-5)
    # each part by the formula, the regression by the normal equations
    f = (table["births"] / table["births"].sum()).to_numpy()
    y = (table["deaths"] / table["births"]).to_numpy()
    design = np.column_stack([np.ones(5), factors])
    beta = np.linalg.solve(design.T @ (f[:, None] * design), design.T @ (f * y))[1:]
    rank = np.cumsum(f) - f / 2
    mean, centre = f @ y, f @ factors.to_numpy()
    own = 2 * (f * rank) @ factors.to_numpy() / centre - 1
    expected = beta * centre / mean * own
    np.testing.assert_allclose(found["contribution"].iloc[:2], expected, rtol=1e-10)
    np.testing.assert_allclose(found["concentration"].iloc[:2], own, rtol=1e-12)


def test_a_factor_that_the_outcome_follows_exactly_explains_all_and_one_it_ignores_nothing():
    poor, persons = of(0.8, 0.5, 0.4, 0.1), of(100, 50, 200, 150)
    cases = persons * (0.05 + 0.5 * poor)
    noise = of(0.2, 0.6, 0.3, 0.4)
    found = decompose_concentration(
        cases, persons, poor, pd.DataFrame({"poor": poor, "noise": noise})
    )["contribution"]
    whole = concentration_index(cases, persons, poor).index
    assert found.tolist() == pytest.approx([whole, 0, 0], abs=1e-12)


def test_factors_that_say_the_same_are_refused():
    poor, persons = of(0.8, 0.5, 0.4, 0.1), of(100, 50, 200, 150)
    both = pd.DataFrame({"a": poor, "b": 2 * poor})
    with pytest.raises(ValueError, match="must not say the same twice"):
        decompose_concentration(persons * poor, persons, poor, both)
    with pytest.raises(ValueError, match="must be known in every area"):
        decompose_concentration(persons * poor, persons, poor, both.mask(both > 0.7))


def table(*rows):
    return pd.DataFrame(rows, [f"u{n}" for n in range(len(rows))], dtype=float).add_prefix("g")


def test_only_sizes_change_where_odds_ratios_stay():
    # the example of the author's own tests (Elbers, R package segregation): three units, two groups
    old = table((25, 25), (28, 2), (2, 18))
    by_unit = decompose_segregation_change(old, old.mul([1, 1, 2], axis=0))
    by_group = decompose_segregation_change(old, old.mul([1, 2]))
    for found in (by_unit, by_group):
        assert found["structure"] == pytest.approx(0, abs=1e-9)
        assert found["change"] == pytest.approx(found["groups"] + found["units"], abs=1e-9)
    assert abs(by_unit["units"]) > abs(by_unit["groups"])


def test_the_table_with_other_margins_is_that_of_karmel_and_maclachlan():
    # Karmel and MacLachlan (1988): three occupations by men and women, the earlier odds ratios at
    # the later margins, printed to one decimal
    old, new = table((100, 50), (50, 50), (100, 50)), table((125, 100), (100, 100), (100, 75))
    printed = table((134.7, 90.3), (85.5, 114.5), (104.8, 70.2))
    fitted = _with_margins(old.to_numpy(), new.sum(axis=1).to_numpy(), new.sum(axis=0).to_numpy())
    np.testing.assert_allclose(fitted, printed, atol=0.05)
    # so from the earlier table to the printed one only sizes change, but for the printed decimal
    found = decompose_segregation_change(old, printed)
    assert found["structure"] == pytest.approx(0, abs=1e-4)
    assert abs(found["structure"]) < abs(found["change"]) / 50


def closed(a, units, groups):
    """Return the 2 × 2 table with the odds ratio of `a` and other margins (Mosteller 1968)."""
    ratio = a[0, 0] * a[1, 1] / (a[0, 1] * a[1, 0])
    u, g = units[0], groups[0]
    if abs(ratio - 1) < 1e-12:
        x = u * g
    else:
        s = 1 + (ratio - 1) * (u + g)
        x = (s - np.sqrt(s**2 - 4 * ratio * (ratio - 1) * u * g)) / (2 * (ratio - 1))
    return np.array([[x, u - x], [g - x, 1 - u - g + x]])


def information(p):
    return (p * np.log(p / np.outer(p.sum(1), p.sum(0)))).sum()


def test_parts_of_two_units_and_two_groups_are_those_of_the_closed_form():
    tables = [np.array([[40.0, 10], [30, 60]]), np.array([[30.0, 25], [20, 90]])]
    share = [t / t.sum() for t in tables]
    m = {
        (g, u, s): information(closed(share[s], share[u].sum(1), share[g].sum(0)))
        for g in (0, 1) for u in (0, 1) for s in (0, 1)
    }  # fmt: skip
    third, sixth = 1 / 3, 1 / 6
    structure = third * (m[0, 0, 1] - m[0, 0, 0] + m[1, 1, 1] - m[1, 1, 0]) + sixth * (
        m[1, 0, 1] - m[1, 0, 0] + m[0, 1, 1] - m[0, 1, 0]
    )
    groups = third * (m[1, 0, 0] - m[0, 0, 0] + m[1, 1, 1] - m[0, 1, 1]) + sixth * (
        m[1, 1, 0] - m[0, 1, 0] + m[1, 0, 1] - m[0, 0, 1]
    )
    found = decompose_segregation_change(table(*tables[0]), table(*tables[1]))
    assert found["structure"] == pytest.approx(structure, abs=1e-10)
    assert found["groups"] == pytest.approx(groups, abs=1e-10)
    assert found["change"] == pytest.approx(m[1, 1, 1] - m[0, 0, 0], abs=1e-10)


def test_time_turned_round_turns_every_part_round_and_units_and_groups_change_places():
    # the tables of the author's own tests, with their zeros
    one = table((40, 30, 20, 10), (5, 10, 15, 20))
    two = table((20, 20, 20, 15), (5, 10, 10, 15))
    there, back = decompose_segregation_change(one, two), decompose_segregation_change(two, one)
    parts = ["change", "groups", "units", "structure"]
    np.testing.assert_allclose(there[parts], -back[parts], atol=1e-10)
    turned = decompose_segregation_change(one.T, two.T)
    assert turned[["units", "groups", "structure"]].tolist() == pytest.approx(
        there[["groups", "units", "structure"]].tolist(), abs=1e-9
    )
    assert there[["groups", "units", "structure"]].sum() == pytest.approx(there["change"], abs=1e-9)


def test_an_empty_group_is_refused():
    with pytest.raises(ValueError, match="some in every unit and group"):
        decompose_segregation_change(table((1, 0), (2, 0)), table((1, 1), (2, 2)))
