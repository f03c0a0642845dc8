"""A slice of ``benchmarks/median_networks.py``: what is told of networks is so, and in time."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from median_networks import SIZES, least_longest, least_mean, network, solved, wrong


def test_the_forty_sizes_are_those_of_the_published_instances():
    assert len(SIZES) == 40 and SIZES[0] == (100, 5) and SIZES[-1] == (900, 90)
    assert {n: [p for m, p in SIZES if m == n][-1] for n in (300, 600, 700, 800)} == {
        300: 100, 600: 200, 700: 140, 800: 80,
    }  # fmt: skip


@pytest.mark.parametrize("p", [5, 14])
@pytest.mark.parametrize(
    ("model", "exactly"), [("pmedian", least_mean), ("pcenter", least_longest)]
)
def test_what_is_told_of_a_small_network_is_the_optimum_of_another_program(model, exactly, p):
    ways = network(60, 7)
    plan = solved(ways, p, model, 30.0)
    assert wrong(plan, ways, p, exactly(ways, p)) == [] and plan.gap < 1e-6


@pytest.mark.parametrize("model", ["pmedian", "pcenter"])
def test_a_large_network_without_time_gives_a_plan_and_is_never_called_proven(model):
    ways = network(400, 3)
    plan = solved(ways, 40, model, 1e-3)
    assert wrong(plan, ways, 40, np.nan) == []
    assert np.isfinite(plan.value) and len(plan.sites) == 40
    if "time" in plan.slacks:
        assert "nicht bewiesen" in " ".join(plan.sentences)
