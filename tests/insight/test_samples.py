"""Shares of a sample whose population is not much larger."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from sozialraum.insight.intervals import newcombe, wilson
from sozialraum.insight.samples import sample_gap, sample_interval

NONE = float("nan")


def test_from_a_population_without_end_it_is_the_interval_of_wilson():
    assert np.allclose(sample_interval(0.3, 80, NONE), wilson(24, 80))
    assert np.allclose(sample_interval(0.3, 80, 1e9), wilson(24, 80), atol=1e-6)


def test_where_everybody_answered_nothing_is_left_to_chance():
    low, high = sample_interval(0.3, 80, 80)
    assert low == high == 0.3


def test_half_of_200_tell_as_much_as_199_of_an_endless_population():
    # n (N - 1) / (N - n) = 100 * 199 / 100
    assert np.allclose(sample_interval(0.4, 100, 200), wilson(0.4 * 199, 199))


def test_of_two_samples_without_end_it_is_the_interval_of_newcombe():
    gap = sample_gap((0.8, 70, NONE), (0.6, 80, NONE))
    low, high = newcombe(56, 70, 48, 80)
    assert gap == pytest.approx((0.2, float(low), float(high)))


@pytest.mark.parametrize(("everybody", "answers", "share"), [(200, 100, 0.3), (400, 300, 0.1)])
def test_it_holds_the_share_of_all_in_95_of_100_samples(everybody, answers, share):
    inside = round(everybody * share)
    counts = np.arange(answers + 1)
    chance = hypergeom.pmf(counts, everybody, inside, answers)
    low, high = sample_interval(counts / answers, answers, everybody)
    truth = inside / everybody
    covered = chance[(low <= truth) & (truth <= high)].sum()
    assert 0.93 <= covered <= 0.98
