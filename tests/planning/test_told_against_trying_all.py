"""A slice of ``benchmarks/plan_truth.py``: what plans tell is what trying all of it says."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from plan_truth import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_of_small_cases_is_what_trying_all_of_it_says(kind):
    told = {seed: KINDS[kind](seed) for seed in range(1000, 1025)}
    assert {seed: lines for seed, lines in told.items() if lines} == {}
