"""Intervals of shares, differences and ratios: published limits, and coverage."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.insight.intervals import byar, katz, newcombe, odds_ratio, score_ratio, wilson

FUNCTIONS = {
    "wilson": lambda x1, n1, x2, n2: wilson(x1, n1),
    "newcombe_diff": newcombe,
    "rr_katz": katz,
    "rr_score_MN": score_ratio,
}


def test_all_published_intervals_to_the_listed_digits():
    case = pd.read_csv(shared("cases/rate_ratio_ci.csv"), dtype={"lower": str, "upper": str})
    for row in case.itertuples():
        found = FUNCTIONS[row.method](row.x1, row.n1, row.x2, row.n2)
        for limit, published in zip(found, (row.lower, row.upper), strict=True):
            digits = len(published.split(".")[1])
            assert round(float(limit), digits) == float(published), row


def test_wilson_and_byar_equal_public_health_england():
    case = pd.read_csv(shared("cases/wilson_byar_phe.csv"))
    for row in case.itertuples():
        level = float(row.confidence.rstrip("%")) / 100
        low, high = (
            wilson(row.x, row.n, level=level)
            if row.method == "Wilson"
            else byar(row.x, level=level)
        )
        if not np.isnan(row.lowercl):
            assert float(low) == pytest.approx(row.lowercl, rel=1e-9)
        assert float(high) == pytest.approx(row.uppercl, rel=1e-9)


def test_newcombe_98_by_hand():
    # 56/70 and 48/80, Newcombe 1998 example (a), method 10
    low, high = newcombe(56, 70, 48, 80)
    assert (round(float(low), 4), round(float(high), 4)) == (0.0524, 0.3339)


def test_score_interval_equals_statsmodels_everywhere():
    from statsmodels.stats.proportion import confint_proportions_2indep

    rng = np.random.default_rng(2)
    for _ in range(25):
        n1, n0 = rng.integers(8, 300, 2)
        x1, x0 = rng.integers(1, n1), rng.integers(1, n0)
        peer = confint_proportions_2indep(x1, n1, x0, n0, compare="ratio", method="score")
        np.testing.assert_allclose(score_ratio(x1, n1, x0, n0), peer, rtol=1e-4)


def test_zero_counts_give_one_finite_limit():
    low, high = score_ratio(0, 20, 5, 30)
    assert low == 0 and 0 < high < 5
    low, high = score_ratio(5, 30, 0, 20)
    assert 0.2 < low < np.inf and high == np.inf
    assert score_ratio(0, 20, 0, 30) == (0.0, np.inf)
    assert all(np.isnan(v) for v in (*katz(0, 20, 5, 30), *odds_ratio(0, 20, 5, 30)))
    low, high = score_ratio(20, 20, 30, 30)  # everybody in both groups
    assert 0 < low < 1 < high < np.inf


def test_turning_the_groups_round_turns_the_ratio_round():
    low, high = score_ratio(9, 40, 12, 210)
    turned = score_ratio(12, 210, 9, 40)
    np.testing.assert_allclose((1 / high, 1 / low), turned, rtol=1e-9)


def test_score_intervals_hold_the_true_ratio_95_times_in_100():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(600):
        low, high = score_ratio(rng.binomial(40, 0.3), 40, rng.binomial(120, 0.12), 120)
        hits += low <= 0.3 / 0.12 <= high
    assert 0.93 <= hits / 600 <= 0.975


def test_odds_ratio_by_hand():
    # 30/70 to 15/105 = 3; se of the log = sqrt(1/30 + 1/70 + 1/15 + 1/105)
    ratio, low, high = odds_ratio(30, 100, 15, 120)
    se = np.sqrt(1 / 30 + 1 / 70 + 1 / 15 + 1 / 105)
    assert ratio == pytest.approx(3.0)
    assert np.log(high / low) / 2 == pytest.approx(1.959963984540054 * se)


def test_impossible_shares_have_no_interval():
    assert np.isnan(wilson([5, 1, np.nan], [4, 0, 3])[0]).all()
    assert wilson(0, 10)[0] == 0 and wilson(10, 10)[1] == 1
    with pytest.raises(ValueError, match="must lie between 0 and n"):
        score_ratio(5, 4, 1, 10)
    with pytest.raises(ValueError, match="level"):
        wilson(1, 2, level=1.0)
