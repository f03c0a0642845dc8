"""Pupils to come: rates by hand, classes by law, and a corridor that holds what it says."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.planning.demography.class_rules import class_count
from sozialraum.planning.demography.one_catchment import (
    class_chances,
    forecast_pupils,
    forecast_sentence,
    rates,
)

YEARS = [2021, 2022, 2023, 2024]
REGISTER = pd.Series([57.0, 50.0, 61.0, 54.0], index=YEARS)
ROLLS = pd.DataFrame(
    [[70, 66, 64, 60], [61, 75, 65, 63], [75, 65, 74, 64], [66, 80, 64, 73]],
    index=YEARS,
    columns=[1, 2, 3, 4],
).astype(float)


def test_entry_rates_of_the_shared_case():
    case = pd.read_csv(shared("cases/schoolroll_hand.csv"))
    entry, _ = rates(REGISTER, ROLLS)
    np.testing.assert_allclose(entry, case["eingangsquote"], atol=5e-5)


def test_the_weighted_means_of_the_last_three_years_carry_the_grades():
    _, passage = rates(REGISTER, ROLLS)
    weights = np.array([1, 2, 3]) / 6
    forecast = forecast_pupils(REGISTER, ROLLS, pd.Series({2025: 55, 2026: 58}))
    expected_entry = weights @ [61 / 50, 75 / 61, 66 / 54]
    assert forecast.entry_rate == pytest.approx(expected_entry)
    second = weights @ [75 / 70, 65 / 61, 80 / 75]
    assert forecast.passage_rates[2] == pytest.approx(second)
    assert forecast.expected.loc[2025, 1] == pytest.approx(55 * expected_entry)
    assert forecast.expected.loc[2025, 2] == pytest.approx(66 * second)
    assert forecast.expected.loc[2026, 2] == pytest.approx(55 * expected_entry * second)
    assert passage.loc[2022, 2] == 75 / 70


def test_classes_follow_the_law_of_north_rhine_westphalia():
    for _, row in pd.read_csv(shared("cases/nrw_par6a_classes.csv")).iterrows():
        assert class_count(row["pupils"]) == row["classes"], row["pupils"]
    with pytest.raises(ValueError, match="'rule' parameter of class_count"):
        class_count(3, rule="bayern")


def test_the_corridor_holds_what_it_says():
    # a world whose entry rate is 1.1 and passage .95, with binomial chance: 80 of 100 futures inside
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(150):
        register = rng.integers(40, 90, 7).astype(float)
        grades, table = np.array([60.0, 57.0, 54.0]), []
        for children in register:
            first = rng.binomial(int(children * 1.1), 0.9) / 0.9
            grades = np.r_[round(first), rng.binomial(grades[:-1].astype(int), 0.95)].astype(float)
            table.append(grades)
        rolls = pd.DataFrame(table, index=range(7), columns=[1, 2, 3])
        forecast = forecast_pupils(
            pd.Series(register[:5], index=range(5)),
            rolls.iloc[:5],
            pd.Series(register[5:], index=[5, 6]),
            draws=400,
        )
        row = forecast.corridor.loc[6]
        inside.append(row["low"] <= rolls.loc[6].sum() <= row["high"])
    assert 0.68 <= np.mean(inside) <= 0.92


def test_the_same_seed_gives_the_same_corridor_and_chances_add_up():
    coming = pd.Series({2025: 55.0, 2026: 58.0})
    one, two = (forecast_pupils(REGISTER, ROLLS, coming) for _ in range(2))
    pd.testing.assert_frame_equal(one.corridor, two.corridor)
    assert (one.corridor["low"] <= one.corridor["middle"]).all()
    chances = class_chances(one)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert forecast_sentence(one, 2025).startswith("2025 werden 6")


def test_no_children_in_one_year_and_two_years_alone_still_have_an_answer():
    register = pd.Series({2023: 0.0, 2024: 10.0})
    rolls = pd.DataFrame([[0.0, 0.0], [11.0, 0.0]], index=[2023, 2024], columns=[1, 2])
    forecast = forecast_pupils(register, rolls, pd.Series({2025: 20.0}))
    assert forecast.entry_rate == pytest.approx(1.1)
    assert forecast.expected.loc[2025].tolist() == [pytest.approx(22.0), 0.0]


@pytest.mark.parametrize(
    "change",
    [
        {"register": REGISTER.where(REGISTER.index != 2024)},
        {"rolls": ROLLS.iloc[:1], "register": REGISTER.iloc[:1]},
        {"coming": pd.Series({2025: -1.0})},
    ],
)
def test_incomplete_rolls_are_told(change):
    with pytest.raises(DataError, match="mindestens zwei Jahre"):
        forecast_pupils(
            **({"register": REGISTER, "rolls": ROLLS, "coming": pd.Series({2025: 50.0})} | change)
        )


def test_a_register_of_other_years_is_refused():
    with pytest.raises(ValueError, match=r"keys of 'rolls'.* none of \['2024'\]"):
        forecast_pupils(REGISTER.drop(2024), ROLLS, pd.Series({2025: 50.0}))
