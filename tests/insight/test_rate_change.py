"""What a change is made of: splits that leave nothing over, a test of two periods, bivariate Moran."""

from dataclasses import replace

import esda
import libpysal
import numpy as np
import pandas as pd
import pytest
from random_shares import grid
from shared_data import shared

from sozialraum.insight import (
    bivariate_moran,
    compare_concentration,
    concentration_index,
    decompose_rate_change,
    theil,
)
from sozialraum.model.neighbours import Neighbours


def counts(*numbers):
    return pd.Series(numbers, list("abc")[: len(numbers)], dtype=float)


def test_rates_and_composition_add_up_to_the_difference():
    old, new = (counts(30, 20, 8), counts(100, 200, 40)), (counts(45, 12, 8), counts(220, 90, 50))
    found = decompose_rate_change(*old, *new)
    difference = new[0].sum() / new[1].sum() - old[0].sum() / old[1].sum()
    assert found.to_numpy().sum() == pytest.approx(difference, abs=1e-15)


def test_each_part_is_zero_where_only_the_other_changes():
    same_rates = decompose_rate_change(
        counts(10, 60), counts(100, 200), counts(30, 30), counts(300, 100)
    )
    assert same_rates["rates"].tolist() == pytest.approx([0, 0], abs=1e-15)
    # 0.1 and 0.3: from one third to three quarters of group a, 5/12 · (0.1 - 0.3)
    assert same_rates["composition"].sum() == pytest.approx(-5 / 12 * 0.2)
    same_size = decompose_rate_change(
        counts(10, 60), counts(100, 200), counts(20, 60), counts(100, 200)
    )
    assert same_size["composition"].tolist() == pytest.approx([0, 0], abs=1e-15)
    assert same_size["rates"].tolist() == pytest.approx([0.1 / 3, 0], abs=1e-15)


# Das Gupta (1993), example 5.3: deaths in the United States by two groups and eleven ages, persons
# in thousands and deaths per thousand
PERSONS = {
    1985: "3041 11577 27450 32711 35480 27411 19555 19795 15254 8022 2472 "
    "707 2692 6473 6841 6547 4352 3034 2540 1749 804 236",
    1970: "2968 11484 34614 30992 21983 20314 20928 16897 11339 5720 1315 "
    "535 2162 6120 4781 3096 2718 2363 1767 1149 448 117",
}
DEATHS = {
    1985: "9.163 0.462 0.248 0.929 1.084 1.810 4.715 12.187 27.728 64.068 157.570 "
    "17.208 0.738 0.328 1.103 2.045 3.724 8.052 17.812 34.128 68.276 125.161",
    1970: "18.469 0.751 0.391 1.146 1.287 2.672 6.636 15.691 34.723 79.763 176.837 "
    "36.993 1.352 0.541 2.040 3.523 6.746 12.967 24.471 45.091 74.902 123.205",
}


def test_the_published_change_of_the_death_rate_of_the_united_states():
    persons, rates = (
        {year: pd.Series(words.split(), dtype=float) for year, words in table.items()}
        for table in (PERSONS, DEATHS)
    )
    pairs = {year: (persons[year] * rates[year], persons[year]) for year in (1970, 1985)}
    found = decompose_rate_change(*pairs[1970], *pairs[1985]).sum()
    # to three digits; composition is the effects of age and of group together
    assert found["rates"] == pytest.approx(-2.228, abs=5e-4)
    assert found["composition"] == pytest.approx(1.522 + 0.020, abs=1e-3)


def test_theil_of_two_areas_is_the_formula_on_paper():
    # shares of the amount 1/4 and 3/4, of persons 1/2 each: ¼ ln ½ + ¾ ln 3/2
    found = theil(counts(1, 3), counts(1, 1), pd.Series(["x", "y"], list("ab")))
    assert found["total"] == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5), abs=1e-15)
    assert found["within"] == pytest.approx(0, abs=1e-15)


def test_the_published_theil_of_regional_incomes_in_mexico():
    """Between-region parts of 32 states, as PySAL's documentation prints them (Rey 2004)."""
    states = pd.read_csv(libpysal.examples.get_path("mexico.csv")).set_index("State")
    published = {
        1940: 0.0345889, 1950: 0.02816853, 1960: 0.05260921, 1970: 0.05931219,
        1980: 0.03205257, 1990: 0.02963731, 2000: 0.03635872,
    }  # fmt: skip
    one = pd.Series(1.0, states.index)
    for year, between in published.items():
        found = theil(states[f"pcgdp{year}"].astype(float), one, states["hanson98"].astype(str))
        assert found["between"] == pytest.approx(between, abs=5e-9)
        assert found["between"] + found["within"] == pytest.approx(found["total"], abs=1e-15)


def test_theil_within_is_that_of_the_groups_weighted_by_their_amounts():
    amount, persons = counts(2, 6, 4), counts(10, 10, 20)
    found = theil(amount, persons, pd.Series(["x", "x", "y"], list("abc")))
    one = theil(amount[:2], persons[:2], pd.Series("x", list("ab")))
    assert found["within"] == pytest.approx(8 / 12 * one["total"], abs=1e-15)
    assert found["between"] + found["within"] == pytest.approx(found["total"], abs=1e-15)


def test_equal_means_have_a_theil_of_zero():
    assert theil(counts(1, 2, 4), counts(10, 20, 40), counts(1, 1, 2))["total"] == pytest.approx(0)


def test_a_change_of_concentration_has_the_error_of_both_periods():
    burden = counts(3, 2, 1)
    old = concentration_index(counts(40, 30, 20), counts(100, 100, 100), burden)
    new = concentration_index(counts(80, 45, 15), counts(200, 200, 200), burden)
    found = compare_concentration(old, new)
    errors = [(one.high - one.index) / 1.959963984540054 for one in (old, new)]
    assert found.difference == pytest.approx(new.index - old.index)
    assert found.standard_error == pytest.approx(np.hypot(*errors))
    assert found.z == pytest.approx(found.difference / np.hypot(*errors))


# concentration index and its standard error in towns and in the country, and the z of their
# difference (J Egypt Public Health Assoc 95:9, 2020, table 2: children in Egypt, DHS 2008-2017)
PRINTED = {
    "stunting": ((-0.1194, 0.0036), (-0.0472, 0.0018), 17.79, None),
    "underweight": ((-0.1304, 0.0055), (-0.0816, 0.0028), 7.90, None),
    "wasting": ((-0.0493, 0.0074), (-0.0581, 0.0045), -1.02, 0.309),
    "overweight": ((0.0144, 0.0017), (0.0093, 0.0011), -2.53, 0.012),
    "anemia": ((-0.0486, 0.0024), (-0.0264, 0.0013), 8.19, None),
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_test_of_two_concentrations_is_the_published_one(name):
    (old, old_error), (new, new_error), z, p = PRINTED[name]
    width = 1.959963984540054
    some = concentration_index(counts(40, 30, 20), counts(100, 100, 100), counts(3, 2, 1))
    found = compare_concentration(
        replace(some, index=old, low=old - width * old_error, high=old + width * old_error),
        replace(some, index=new, low=new - width * new_error, high=new + width * new_error),
    )
    # the inputs are printed to four decimals: their rounding bounds how near z can be
    rounding = 0.0001 / found.standard_error + abs(found.z) * 0.00005 * (
        (old_error + new_error) / found.standard_error**2
    )
    assert abs(found.z - z) < rounding + 0.005
    assert rounding < 0.06 * max(abs(z), 1)
    if p is not None:
        assert found.p == pytest.approx(p, abs=0.006)


def test_no_change_is_rejected_as_often_as_the_level_says():
    rng = np.random.default_rng(3)
    persons, share, burden = counts(400, 500, 600), np.array([0.5, 0.4, 0.25]), counts(3, 2, 1)
    drawn = [
        concentration_index(
            pd.Series(rng.binomial(persons.astype(int), share), persons.index, dtype=float),
            persons,
            burden,
        )
        for _ in range(800)
    ]
    p = np.array(
        [compare_concentration(a, b).p for a, b in zip(drawn[::2], drawn[1::2], strict=True)]
    )
    # 400 tests at 10 %: 40 on average, standard error 6
    assert 22 <= (p < 0.1).sum() <= 58


def test_bivariate_moran_equals_esda_on_north_carolina():
    data = pd.read_csv(shared("cases/eb/nc_sids74_spdep.csv"), index_col="NAME")
    pairs = pd.read_csv(shared("cases/eb/nc_queen_neighbours_1based.csv")).to_numpy().T - 1
    graph = Neighbours.of_pairs(data.index, *pairs, kind="queen")
    near = {
        i: [int(j) for j in graph.other[graph.start[i] : graph.start[i + 1]]] for i in range(100)
    }
    weights = libpysal.weights.W(near, silence_warnings=True)
    rate, births = data["SID74"] / data["BIR74"], data["BIR74"].astype(float)
    found = bivariate_moran(rate, births, graph, permutations=999)
    oracle = esda.Moran_BV(rate.to_numpy(), births.to_numpy(), weights, permutations=0)
    assert found.value == pytest.approx(oracle.I, abs=1e-12)


def test_a_value_and_that_of_its_neighbours_are_told_from_chance():
    rng = np.random.default_rng(0)
    keys = pd.Index([f"{k:02}" for k in range(49)])
    graph = Neighbours.of_pairs(keys, *grid(7, 7), kind="queen")
    around = pd.Series(rng.normal(size=49), keys)
    lag = pd.Series(graph.row_standardised().matrix() @ around.to_numpy(), keys)
    assert bivariate_moran(lag, around, graph).p <= 0.01
    noise = [
        bivariate_moran(pd.Series(rng.normal(size=49), keys), around, graph, permutations=199).p
        for _ in range(100)
    ]
    assert (np.array(noise) <= 0.1).sum() <= 20


def test_groups_without_persons_and_constant_values_are_refused():
    with pytest.raises(ValueError, match="'old_persons' and 'new_persons'"):
        decompose_rate_change(counts(1, 0), counts(10, 0), counts(1, 2), counts(10, 10))
    with pytest.raises(ValueError, match="'amount' parameter of theil"):
        theil(counts(-1, 2), counts(10, 10), counts(1, 1))
    graph = Neighbours.of_pairs(pd.RangeIndex(9), *grid(3, 3), kind="queen")
    with pytest.raises(ValueError, match="bivariate_moran must have at least 4 areas"):
        bivariate_moran(pd.Series(1.0, range(9)), pd.Series(range(9), dtype=float), graph)
