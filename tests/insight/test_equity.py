"""Concentration and slope indices: World Bank, Public Health England, by hand, and coverage."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.insight.equity import (
    concentration_curve,
    concentration_index,
    grouped_standard_error,
    individual_concentration,
    mid_ranks,
    slope_index,
)


def world_bank():
    case = pd.read_csv(shared("cases/concentration_index_worldbank_india.csv"))
    persons, share = case["births"], case["u5mr_per_1000"] / 1000
    return share * persons, persons, pd.Series(range(len(case), 0, -1)), case


def test_concentration_index_of_the_world_bank():
    cases, persons, burden, case = world_bank()
    found = concentration_index(cases, persons, burden)
    assert round(found.index, 4) == -0.1694
    curve = concentration_curve(cases, persons, burden)
    p, q = curve["persons_share"].to_numpy(), curve["cases_share"].to_numpy()
    terms = p[1:-1] * q[2:] - p[2:] * q[1:-1]
    assert terms.round(4).tolist() == case["ci_term"].tolist()[:4]
    assert terms.sum() == pytest.approx(found.index, abs=1e-12)
    # own figure in planning.md for a sample of T = 5 groups
    assert grouped_standard_error(cases / persons, persons, burden) == pytest.approx(
        0.0616, abs=5e-5
    )


def test_erreygers_and_wagstaff_by_hand():
    # two halves, 20 % and 40 %: mu = .3, R = .25 and .75
    # C = 2/.3 (.5·.2·.25 + .5·.4·.75) - 1 = 1/6; E = 4·.3/6 = .2; W = (1/6)/.7
    found = concentration_index(
        pd.Series([20.0, 40.0]), pd.Series([100.0, 100.0]), pd.Series([2.0, 1.0])
    )
    assert found.index == pytest.approx(1 / 6)
    assert found.erreygers == pytest.approx(0.2)
    assert found.wagstaff == pytest.approx(1 / 6 / 0.7)
    # E = 4 (2 Σ f y R - mu) = y2 - y1 here: its variance is that of the difference
    step = (found.erreygers_high - found.erreygers_low) / 2
    assert step == pytest.approx(1.959964 * np.sqrt(0.16 / 100 + 0.24 / 100), rel=1e-6)


def test_single_persons_give_what_their_groups_give():
    cases, persons, burden = (
        pd.Series([3.0, 5, 9]),
        pd.Series([10.0, 10, 12]),
        pd.Series([3.0, 2, 1]),
    )
    outcome = np.concatenate(
        [np.repeat([1.0, 0.0], [x, n - x]) for x, n in zip([3, 5, 9], [10, 10, 12], strict=True)]
    )
    worse = np.repeat([3.0, 2, 1], [10, 10, 12])
    index, low, high = individual_concentration(pd.Series(outcome), pd.Series(worse))
    assert index == pytest.approx(concentration_index(cases, persons, burden).index, abs=1e-12)
    assert low < index < high


def test_intervals_from_a_sample_of_persons_hold_the_truth():
    rng = np.random.default_rng(7)
    burden = np.arange(5.0)
    share, chance = np.full(5, 0.2), np.array([0.5, 0.4, 0.3, 0.25, 0.1])
    weight = pd.Series(share)
    truth = concentration_index(pd.Series(share * chance), weight, pd.Series(burden)).index
    hits = 0
    for _ in range(300):
        area = rng.integers(0, 5, 400)
        outcome = pd.Series(rng.binomial(1, chance[area]).astype(float))
        _, low, high = individual_concentration(outcome, pd.Series(burden[area]))
        hits += low <= truth <= high
    assert 0.915 <= hits / 300 <= 0.985


def test_equal_burden_shares_a_rank_and_order_of_rows_does_not_matter():
    persons, burden = pd.Series([10.0, 20, 10]), pd.Series([3.0, 1, 3])
    assert mid_ranks(persons, burden).tolist() == [0.25, 0.75, 0.25]
    cases = pd.Series([1.0, 9, 3])
    first = concentration_index(cases, persons, burden)
    turned = concentration_index(cases[::-1], persons[::-1], burden[::-1])
    assert first.index == pytest.approx(turned.index, abs=1e-14) and first.groups == 2


def test_intervals_of_the_concentration_index_hold_the_truth():
    rng = np.random.default_rng(0)
    persons = pd.Series(rng.integers(40, 200, 26).astype(float))
    burden = pd.Series(rng.normal(size=26))
    true_share = 1 / (1 + np.exp(1.0 + 0.5 * burden))
    truth = concentration_index(true_share * persons, persons, burden)
    hits = np.zeros(3)
    for _ in range(400):
        cases = pd.Series(rng.binomial(persons.astype(int), true_share).astype(float))
        c = concentration_index(cases, persons, burden)
        hits += [
            c.low <= truth.index <= c.high,
            c.erreygers_low <= truth.erreygers <= c.erreygers_high,
            c.wagstaff_low <= truth.wagstaff <= c.wagstaff_high,
        ]
    assert ((hits / 400 >= 0.925) & (hits / 400 <= 0.975)).all(), hits / 400


@pytest.mark.parametrize("area", ["area1", "area2"])
def test_slope_and_relative_index_of_public_health_england(area):
    case = pd.read_csv(shared("cases/sii_phe_area1_area2.csv"))
    one = case[case["Area"] == area].reset_index(drop=True)
    found = slope_index(
        one["Value"], one["Population"], -one["Quantile"].astype(float),
        standard_error=one["StandardError"],
    )  # fmt: skip
    expected = one.loc[0]
    assert found.sii == pytest.approx(expected["sii"], rel=1e-12)
    assert found.rii == pytest.approx(expected["rii"], rel=1e-12)
    # their limits are simulated, ours analytic
    assert found.sii_low == pytest.approx(expected["sii_lowercl_1"], abs=0.06)
    assert found.sii_high == pytest.approx(expected["sii_uppercl_1"], abs=0.06)
    assert found.rii_low == pytest.approx(expected["rii_lowercl_1"], abs=0.002)
    assert found.rii_high == pytest.approx(expected["rii_uppercl_1"], abs=0.002)


def test_slope_intervals_of_shares_hold_the_truth():
    rng = np.random.default_rng(4)
    persons, burden = pd.Series([200.0] * 12), pd.Series(np.arange(12.0))
    rank = mid_ranks(persons, burden)
    share = 0.2 + 0.3 * rank  # on the line: SII .3, RII .5/.2
    hits = np.zeros(2)
    for _ in range(400):
        rate = pd.Series(rng.binomial(200, share) / 200)
        s = slope_index(rate, persons, burden)
        hits += [s.sii_low <= 0.3 <= s.sii_high, s.rii_low <= 2.5 <= s.rii_high]
    assert ((hits / 400 >= 0.925) & (hits / 400 <= 0.975)).all(), hits / 400


def test_without_different_burdens_there_is_no_inequality():
    same = pd.Series([1.0, 1.0])
    with pytest.raises(ValueError, match="at least two groups apart"):
        concentration_index(pd.Series([1.0, 2]), pd.Series([5.0, 5]), same)
    with pytest.raises(ValueError, match="at least two groups apart"):
        slope_index(pd.Series([0.1, 0.2]), pd.Series([5.0, 5]), same)
    with pytest.raises(ValueError, match="not more cases than persons"):
        concentration_index(pd.Series([9.0, 2]), pd.Series([5.0, 5]), pd.Series([1.0, 2]))


def test_persons_of_whom_something_is_not_known_are_left_out():
    outcome = pd.Series([1.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    burden = pd.Series([3.0, 1.0, 2.0, 1.0, 3.0, 2.0])
    plain = individual_concentration(outcome, burden)
    more = pd.Series([*outcome, np.nan, 1.0]), pd.Series([*burden, 9.0, np.nan])
    assert individual_concentration(*more) == plain
