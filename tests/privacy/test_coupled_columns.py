"""Columns tied together by earlier figures, against every whole count that fits."""

import itertools

import numpy as np
import pytest

from sozialraum.model.protected import Recoded
from sozialraum.privacy.audit.coupled_columns import Coupled, sum_rows
from sozialraum.privacy.audit.interval_audit import refine


def window(rng, sums, most):
    low = np.maximum(sums - rng.integers(0, 3, sums.size), 0)
    high = np.minimum(sums + rng.integers(0, 3, sums.size), most)
    return Recoded((low + high) / 2, low.astype(float), high.astype(float))


def tiny(seed):
    """Two columns and their sum over four units; the sum told on one pair of areas, parts on another."""
    rng = np.random.default_rng(seed)
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    base = rng.integers(1, 4, (4, 2)).astype(float)
    parts = rng.binomial(base.astype(int), 0.4).astype(float)
    cases = np.column_stack([parts, parts.sum(axis=1)])
    most = np.column_stack([base, base.sum(axis=1)])
    told = (
        {"b": window(rng, np.bincount(b, cases[:, 0]), np.bincount(b, most[:, 0]))},
        {"b": window(rng, np.bincount(b, cases[:, 1]), np.bincount(b, most[:, 1]))},
        {"a": window(rng, np.bincount(a, cases[:, 2]), np.bincount(a, most[:, 2]))},
    )
    system = refine([a, b])
    return Coupled(
        system, ("a", "b"), cases, most, told, sum_rows(cases, np.ones(2)), (True, True, False)
    ), (a, b)


def enumerated(coupled, codes, k, totals):
    a, b = codes
    grid = np.array(
        list(itertools.product(*[range(int(m) + 1) for m in coupled.base[:, :2].T.ravel()])), float
    )
    x = np.stack([grid[:, :4], grid[:, 4:], grid[:, :4] + grid[:, 4:]])
    fits = np.ones(len(grid), dtype=bool)
    for n in range(3):
        for place, code in (("a", a), ("b", b)):
            for area in range(2) if place in coupled.windows[n] else ():
                sums = x[n][:, code == area].sum(axis=1)
                one = coupled.windows[n][place]
                fits &= (sums >= one.low[area]) & (sums <= one.high[area])
        if totals:
            fits &= x[n].sum(axis=1) == coupled.cases[:, n].sum()
    found = set()
    for n, unit in itertools.product(range(3), range(4)):
        true, base = coupled.cases[unit, n], coupled.base[unit, n]
        total = coupled.cases[:, n].sum() if totals else np.inf
        others = coupled.base[:, n].sum() - total if totals else np.inf
        possible = x[n][fits, unit]
        if 1 <= true < k and possible.max() < min(k, base, total):
            found.add((4 * n + unit, False))
        if n < 2 and base - true < k and base - possible.min() < min(k, base, others):
            found.add((4 * n + unit, True))
    return found


@pytest.mark.parametrize("totals", [True, False])
def test_tied_columns_are_audited_as_if_every_count_were_tried(totals):
    some = tied = 0
    for seed in range(60):
        coupled, codes = tiny(seed)
        expected = enumerated(coupled, codes, 2, totals)
        assert coupled.given_away(2, totals=totals) == expected, seed
        some += bool(expected)
        free = Coupled(**{**vars(coupled), "windows": (*coupled.windows[:2], {})})
        tied += enumerated(free, codes, 2, totals) != expected
    assert some > 5
    assert tied > 5, "the earlier sum must make a difference somewhere"
