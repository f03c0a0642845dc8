"""Recipes of other countries against their published formulas, coded here in plain NumPy.

No published vector of these indices lies here: what is shown is that a recipe computes the formula
that was published, ties and edges included, and what of it can be checked on paper.
"""

import numpy as np
import pandas as pd
import pytest

from sozialraum.index.method import fit_recipe
from sozialraum.index.recipes import read_recipe
from sozialraum.model import Indicator

# Domain weights as published by the offices, in the order of the roles.
WEIGHTS = {
    "imd_2010": (0.225, 0.225, 0.135, 0.135, 0.093, 0.093, 0.093),
    "simd_2020": (0.28, 0.28, 0.14, 0.14, 0.09, 0.05, 0.02),
    "nimdm_2017": (0.25, 0.25, 0.15, 0.15, 0.10, 0.05, 0.05),
    "wimd_2019": (0.22, 0.22, 0.15, 0.14, 0.10, 0.07, 0.05, 0.05),
}
OTHERS = (*WEIGHTS, "townsend", "cdc_svi_2022")


def indicators(recipe):
    return [Indicator(value=role["id"], **role) for role in recipe.roles]


def areas(recipe, n=203, seed=1):
    """Return made-up values with many equal ones, as small areas have them."""
    rng = np.random.default_rng(seed)
    need = rng.normal(size=n)
    columns = {r["id"]: np.round(50 + 12 * (need + rng.normal(size=n)), 0) for r in recipe.roles}
    value = pd.DataFrame(columns, index=[f"{k:04d}" for k in range(n)])
    return value.clip(0, 100)


def ranks(x, ties):
    """Return ascending ranks, counted pair by pair."""
    below = (x[:, None] > x[None, :]).sum(axis=1)
    equal = (x[:, None] == x[None, :]).sum(axis=1)
    return {"average": below + (equal + 1) / 2, "min": below + 1, "max": below + equal}[ties]


def exponential(share):
    return -23.0 * np.log(1.0 - share * (1.0 - np.exp(-100.0 / 23.0)))


def score(name, value):
    recipe = read_recipe(name)
    return fit_recipe(value, indicators(recipe), recipe).score(value)


@pytest.mark.parametrize("name", WEIGHTS)
def test_domains_are_transformed_and_added_with_the_published_weights(name):
    recipe = read_recipe(name)
    value = areas(recipe)
    offset = 1 if name == "wimd_2019" else 0
    expected = np.zeros(len(value))
    for column, weight in zip(value, WEIGHTS[name], strict=True):
        rank = ranks(value[column].to_numpy(), "average")
        expected += weight * exponential((rank - offset) / len(value))
    found = score(name, value)["index"]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert [r["weight"] for r in recipe.roles] == list(WEIGHTS[name])


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_most_deprived_tenth_of_a_domain_lies_above_half_of_its_range(name):
    # The constant 23 is chosen so that the most deprived tenth lies between 50 and 100. On paper:
    # X = 50 at R = 1/(1 + e^(−50/23)) = 0.8979.
    recipe = read_recipe(name)
    n = 1000
    value = pd.DataFrame({r["id"]: np.arange(float(n)) for r in recipe.roles})
    z = fit_recipe(value, indicators(recipe), recipe).standardise(value).iloc[:, 0]
    assert z.nlargest(n // 10).min() > 50
    assert (z > 50).sum() == pytest.approx(n * (1 - 1 / (1 + np.exp(-50 / 23))), abs=2)
    top = exponential((n - 1) / n) if name == "wimd_2019" else 100.0
    assert z.max() == pytest.approx(top, abs=1e-9)
    if name == "wimd_2019":
        assert z.min() == 0.0


@pytest.mark.parametrize(("name", "n"), [("simd_2020", 6976), ("nimdm_2017", 890)])
def test_tenths_that_do_not_divide_evenly_are_larger_at_the_deprived_end(name, n):
    recipe = read_recipe(name)
    rng = np.random.default_rng(2)
    value = pd.DataFrame({r["id"]: rng.normal(size=n) for r in recipe.roles})
    sizes = score(name, value)["class"].value_counts().sort_index().tolist()
    expected = [n // 10 + (k < n % 10) for k in range(10)]  # class 1 = most deprived
    assert sizes == expected


def test_the_groups_of_wales_are_three_tenths_a_fifth_and_a_half():
    recipe = read_recipe("wimd_2019")
    rng = np.random.default_rng(3)
    value = pd.DataFrame({r["id"]: rng.normal(size=1909) for r in recipe.roles})
    found = score("wimd_2019", value)
    assert found["class"].value_counts().sort_index().tolist() == [191, 191, 191, 381, 955]
    deprived = found["index"].rank(ascending=False)
    assert (found["class"].eq(1) == (deprived <= 191)).all()


def test_the_tenths_of_england_in_2010_are_cut_by_rank():
    recipe = read_recipe("imd_2010")
    rng = np.random.default_rng(4)
    value = pd.DataFrame({r["id"]: rng.normal(size=2000) for r in recipe.roles})
    found = score("imd_2010", value)
    deprived = found["index"].rank(ascending=False)
    assert (found["class"].astype(int) == np.ceil(deprived / 200).astype(int)).all()


def test_townsend_adds_four_standardised_shares_two_of_them_as_logarithms():
    value = areas(read_recipe("townsend"))
    expected = np.zeros(len(value))
    for column in value:
        x = value[column].to_numpy()
        x = np.log(x + 1.0) if column in ("arbeitslos", "ueberbelegt") else x
        expected += (x - x.mean()) / np.sqrt(((x - x.mean()) ** 2).sum() / (len(x) - 1))
    found = score("townsend", value)["index"]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert abs(found.mean()) < 1e-12


def test_the_american_index_is_the_percentile_of_a_sum_of_rounded_percentiles():
    value = areas(read_recipe("cdc_svi_2022"), n=401)
    n = len(value)
    # In ten-thousandths, as whole numbers: sums of equal parts are equal.
    parts = [np.floor((ranks(value[c].to_numpy(), "min") - 1) * 10_000 / (n - 1) + 0.5)
             for c in value]  # fmt: skip
    total = np.sum(parts, axis=0).astype(int)
    expected = np.floor((ranks(total, "min") - 1) * 10_000 / (n - 1) + 0.5) / 10_000
    found = score("cdc_svi_2022", value)
    np.testing.assert_allclose(found["index"], expected, rtol=0, atol=1e-12)
    quarter = 1 + (expected > 0.25).astype(int) + (expected > 0.5) + (expected > 0.75)
    assert found["class"].astype(int).tolist() == quarter.tolist()
    assert len(value.columns) == 16


@pytest.mark.parametrize("name", OTHERS)
def test_what_was_not_computed_again_from_published_figures_does_not_claim_it(name):
    recipe = read_recipe(name)
    assert recipe.evidence != "reproduced"
    assert "nicht nachgerechnet" in recipe.agreement
    assert recipe.open
