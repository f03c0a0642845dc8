"""Estimated shares of cities whose truth is known, and of Berlin's planning areas: a small slice.

All kinds with all draws: ``python benchmarks/small_area_tables.py``.
"""

import numpy as np
import pytest
from shared_data import SHARED, shared
from small_area_tables import berlin_line, berlin_truth, one_city

MAIN = [
    {"cohort": 20, "corr": 0.0, "space": 0.6},
    {"cohort": 65, "corr": 0.5, "space": 0.0},
    {"cohort": 300, "corr": 0.9, "space": 0.6},
]


@pytest.mark.parametrize("kind", MAIN, ids=str)
def test_shares_of_a_known_city_are_nearer_to_the_truth_and_told_with_the_right_doubt(kind):
    lines = [one_city(kind, seed) for seed in (500, 501)]
    assert max(line["worst_column"] for line in lines) <= 1.0  # per cent above the counted error
    # 3,200 shares; those of an area go together, so that the standard error is about 1 point
    assert 87 <= np.mean([line["shares_held"] for line in lines]) <= 93
    assert np.mean([line["fifth"] - line["fifth_raw"] for line in lines]) > 0
    told, true = (np.mean([line[name] for line in lines]) for name in ("told", "true"))
    assert abs(told - true) <= 5


def test_neighbours_dealt_out_at_random_lend_nothing():
    assert one_city({"wrong_neighbours": True}, 500)["a"] == 0.0


def test_indicators_that_hardly_differ_come_close_to_the_city_share():
    line = one_city({"spread": 0.05, "space": 0.0}, 500)
    assert line["rmse"] <= 0.25 * line["rmse_raw"]


def test_berlin_child_poverty_is_put_in_the_right_fifth_by_indicators_neighbours_and_years():
    shared("data/berlin_mss")
    truth = berlin_truth(SHARED)
    lines = [line for seed in (101, 103) for line in berlin_line(seed, SHARED, truth)]

    def mean(kind, name):
        return np.mean([line[name] for line in lines if line["kind"] == kind])

    # bars of 25 draws; two draws are off by a tenth of a point
    assert mean("indicators + neighbours", "rmse") <= 3.6
    assert mean("all three", "rmse") <= 3.3
    assert mean("all three", "fifth") >= 80
    assert mean("migration", "rmse") <= 5.3
    assert mean("raw", "rmse") >= 5.5
