"""The interval audit against every whole count that fits: two and three crossing sets of areas."""

import numpy as np
import pytest
from tiny_windows import enumerated_breaches, tiny_city

from sozialraum.privacy.audit.integer_programme import LinearBounds
from sozialraum.privacy.audit.interval_audit import Attack, breaches, refine
from sozialraum.privacy.audit.network import FlowNetwork


def audited(city):
    system = refine(city.zones)
    x, b = system.sums(city.cases), system.sums(city.base)
    return breaches(system, x, b, city.low, city.high, city.attack)


@pytest.mark.parametrize("sets", [2, 3])
def test_crossing_areas_are_audited_as_if_every_count_were_tried(sets):
    """A seeded slice of the thousand tiny cities of benchmarks/attack_counts."""
    some = 0
    for seed in range(60):
        city = tiny_city(seed, sets)
        expected = enumerated_breaches(city)
        assert audited(city).tolist() == expected, seed
        some += bool(expected)
    assert some > 5, "the cities must hold breaches, or nothing was tested"


def test_two_crossing_sets_are_a_network_and_three_a_programme():
    three = [np.array(z) for z in ([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0])]
    assert isinstance(refine(three[:2]).bounds, FlowNetwork)
    assert isinstance(refine(three).bounds, LinearBounds)


def test_a_unit_in_no_area_is_in_no_atom():
    system = refine([np.array([0, 0, -1, 1])])
    assert system.of_unit.tolist() == [0, 0, -1, 1]
    assert system.sums(np.array([1.0, 2.0, 50.0, 4.0])).tolist() == [3.0, 4.0]


def test_a_search_that_does_not_end_counts_as_given_away():
    """No whole counts exist with the goal: x1 + x2 = 2·x3 + 1 has none for x1 = x2."""
    import scipy.sparse as sp

    matrix = sp.csr_array(np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0]]))
    found = LinearBounds(matrix).reaches(
        np.array([0]), np.array([3.0]), np.array([2.0, 2.0, 0.0]),
        np.array([5.0 - 1.0, 0.0, 0.0]), np.array([5.0, 0.0, 0.0]), np.array([9.0, 9.0, 0.0]),
    )  # fmt: skip
    assert found.tolist() == [False]


@pytest.mark.parametrize(("bases", "given_away"), [(True, []), (False, [])])
def test_a_base_that_everybody_knows_is_no_breach(bases, given_away):
    """An atom of two children cannot hide five: what its base tells was known before."""
    system = refine([np.array([0, 0]), np.array([0, 1])])
    low, high = system.open_rows()
    low[0], high[0] = 1.0, 5.0
    attack = Attack(k=5, bases=bases, total=40.0, base=400.0)
    found = breaches(system, np.array([1.0, 3.0]), np.array([2.0, 38.0]), low, high, attack)
    assert found.tolist() == given_away


def test_a_zero_is_a_secret_where_the_rules_say_so():
    """Exact total 5, the other area at least 5: the first is known to be 0."""
    system = refine([np.array([0, 1])])
    low, high = np.array([0.0, 5.0, 5.0]), np.array([9.0, 9.0, 5.0])
    counts, base = np.array([0.0, 5.0]), np.array([30.0, 30.0])
    for zeros, expected in ((False, []), (True, [0])):
        attack = Attack(k=5, total=5.0, base=60.0, zeros=zeros)
        assert breaches(system, counts, base, low, high, attack).tolist() == expected
