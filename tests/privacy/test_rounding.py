"""Rounding against the fraction-recovery attack: share and base known, which counts are possible?"""

from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from sozialraum.privacy.rounding import STEPS, round_shares, rounding_grid


def _published(base, minimum=5, candidates=3):
    """Return the published share of every count that may be told, for one base."""
    counts = np.arange(minimum, base - minimum + 1)
    share = pd.DataFrame({"a": counts / base})
    bases = pd.DataFrame({"a": np.full(len(counts), float(base))})
    return counts, round_shares(share, bases, minimum=minimum, candidates=candidates)["a"]


@pytest.mark.parametrize("minimum", [3, 5, 10])
def test_the_fraction_recovery_attack_finds_no_count(minimum):
    """The attacker knows base, rule and rounding, and lists every count that gives the published share."""
    recovered = shown = 0
    for base in [*range(30, 400), 447, 753, 999, 1000, 1001, 2500, 4001]:
        _, published = _published(base, minimum)
        size = Counter(published.dropna())
        recovered += sum(n < 3 for n in size.values())
        shown += len(size)
    assert shown > 3000
    assert recovered == 0


def test_the_same_attack_succeeds_on_shares_to_a_tenth_of_a_per_cent():
    # Published example: 32.07547 % is 17/53 and nothing else; even 32.1 % is.
    fits = [(a, b) for b in (53,) for a in range(b + 1) if round(a / b, 3) == 0.321]
    assert fits == [(17, 53)]
    assert Fraction(17, 53).limit_denominator(60) == Fraction(17, 53)
    assert round_shares(pd.DataFrame({"a": [17 / 53]}), pd.DataFrame({"a": [53]})).at[0, "a"] == 0.3


def test_the_step_depends_on_the_base_alone():
    for base in (60, 100, 750):
        step, _, _ = rounding_grid(base)
        multiples = _published(base)[1] / step
        assert np.allclose(multiples, multiples.round())
        assert step in STEPS


def test_a_published_share_is_near_the_true_one():
    # half a step, plus one and a half where an end is drawn to its neighbour
    for base in (30, 53, 100, 1000):
        counts, published = _published(base)
        step, _, _ = rounding_grid(base)
        error = np.abs(published.to_numpy() - counts / base)
        assert error.max() <= 1.5 * step + 1e-9
        assert np.median(error) <= step / 2 + 1e-9


def test_a_counted_share_never_becomes_nobody_or_everybody():
    counts, published = _published(20_000)
    assert published.between(0, 1, inclusive="neither").all()
    assert len(counts) == len(published)


def test_no_base_no_share_no_step_give_no_value():
    share = pd.DataFrame({"a": [0.5, np.nan, 0.5, 0.5, 0.0]})
    base = pd.DataFrame({"a": [np.nan, 100.0, 0.0, 12.0, 100.0]})
    assert round_shares(share, base)["a"].isna().tolist() == [True, True, True, True, False]


def test_rounding_keeps_the_order_of_shares_with_one_base():
    for base in (31, 40, 77, 250):
        _, published = _published(base)
        assert (published.diff().dropna() >= 0).all()
