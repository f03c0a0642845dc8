"""Segregation by hand, against pysal, and against chance."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.insight.segregation import (
    dissimilarity,
    entropy,
    exposure,
    isolation,
    segregation_indices,
)

FUNCTIONS = {
    "dissimilarity": dissimilarity,
    "isolation": isolation,
    "exposure": exposure,
    "entropy": entropy,
}


def test_the_hand_case():
    case = pd.read_csv(shared("cases/dissimilarity_hand.csv"))
    a, b = case["group_a"].to_numpy(), case["group_b"].to_numpy()
    found = {name: round(float(f(a, b)), 10) for name, f in FUNCTIONS.items()}
    assert found == {
        "dissimilarity": 0.4,
        "isolation": 0.6,
        "exposure": 0.4,
        "entropy": 0.1535606553,
    }


def test_all_apart_and_all_mixed():
    apart = np.array([10.0, 0.0]), np.array([0.0, 10.0])
    mixed = np.array([5.0, 10.0, 0.0]), np.array([15.0, 30.0, 0.0])  # one empty unit
    assert [f(*apart) for f in FUNCTIONS.values()] == pytest.approx([1, 1, 0, 1])
    assert [f(*mixed) for f in FUNCTIONS.values()] == pytest.approx([0, 0.25, 0.75, 0])


def test_random_mixing_of_small_cohorts_has_the_known_chance_level():
    # 40 schools of 50, 20 % poor: D = 0.138 by chance alone, 95 % up to 0.167
    total = pd.Series([50.0] * 40)
    rng = np.random.default_rng(3)
    poor = pd.Series(rng.multivariate_hypergeometric([50] * 40, 400).astype(float))
    table = segregation_indices(poor, total)
    assert table.loc["dissimilarity", "chance"] == pytest.approx(0.138, abs=0.003)
    assert table.loc["dissimilarity", "chance_high"] == pytest.approx(0.167, abs=0.004)
    assert abs(table.loc["dissimilarity", "above_chance"]) < 0.04
    assert (table["p"] > 0.01).all()


def test_real_separation_lies_above_chance():
    total = pd.Series([50.0] * 20)
    poor = pd.Series([25.0] * 10 + [5.0] * 10)
    table = segregation_indices(poor, total)
    assert (table.loc[["dissimilarity", "isolation", "entropy"], "p"] < 0.001).all()
    assert table.loc["exposure", "p"] < 0.001 and table.loc["exposure", "above_chance"] < 0
    pd.testing.assert_frame_equal(table, segregation_indices(poor, total))


def test_units_without_numbers_are_left_out_and_impossible_ones_refused():
    total, poor = pd.Series([50.0, 40, 0, 30]), pd.Series([10.0, 4, 0, np.nan])
    assert segregation_indices(poor, total, draws=50)["units"].unique().tolist() == [2]
    with pytest.raises(ValueError, match="must be a part of 'total'"):
        segregation_indices(pd.Series([60.0, 1]), pd.Series([50.0, 50]))
    with pytest.raises(ValueError, match="must be a part of 'total'"):
        segregation_indices(pd.Series([0.0, 0]), pd.Series([50.0, 50]))
