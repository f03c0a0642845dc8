"""The attacker who knows the program: every count vector that gives the very same publication.

One variable, one set of areas, bases and exact total known. Whatever all those vectors have in
common is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from random_cities import DAY

from sozialraum.model.protected import Partition
from sozialraum.privacy.audit.interval_audit import Attack, breaches_of_one
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.partitions import choose_partition
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recoding import recode
from sozialraum.privacy.rules import DisclosureRules

Floats = NDArray[np.float64]
MOST_VECTORS = 400_000


@dataclass(frozen=True)
class Attacked:
    """One table: whether it was told, in how many vectors it ends, what they all tell.

    Parameters
    ----------
    told : published
    vectors : count vectors with the same publication; 0 where there are too many to list
    few : cells that are given away
    """

    told: bool
    vectors: int
    few: int


def random_table(seed: int) -> tuple[Floats, Floats, DisclosureRules]:
    """Return counts, bases and rules of 2 to 8 areas; counts lie at low ends, where leaks are."""
    rng = np.random.default_rng((seed, 3))
    areas, k = int(rng.choice([2, 3, 4, 5, 8])), 3
    base = rng.integers(8, 45 if areas < 5 else 80, areas).astype(float)
    rules = DisclosureRules(minimum=k)
    if rng.random() < 0.5:
        return rng.binomial(base.astype(int), rng.beta(1, 4)).astype(float), base, rules
    rough = rng.integers(0, base / 2 + 1).astype(float)
    window = recode(rough, base, choose_partition(areas, 0, 0, rules))
    few = rng.random(areas) < 0.3
    return np.where(few, np.minimum(rng.integers(1, k, areas), base), window.low), base, rules


def attack(cases: Floats, base: Floats, rules: DisclosureRules) -> Attacked:
    """Return what an attacker finds who runs the program on every vector of counts."""
    keys = pd.Index([f"{n}" for n in range(cases.size)])
    frames = [pd.DataFrame({"x": values}, keys) for values in (cases, base)]
    made = protect(
        [CaseCounts(DAY, *frames)], {"a": pd.Series(keys, keys)}, publish=["a"], rules=rules
    )
    table, total = made.protected.tables[DAY, "a"], cases.sum()
    told = not made.protected.unpublished
    partition = choose_partition(int((base > 0).sum()), total, base.sum(), rules)
    if told:
        shown = table.status.x.eq("ok").to_numpy()
        low = np.where(shown, table.low.x.fillna(0), 0.0)
        high = np.where(shown, table.high.x.fillna(0), base)
    else:
        low, high = np.zeros(cases.size), base
    vectors = _vectors(low, high, total)
    if vectors is None:
        return Attacked(told, 0, 0)
    same = vectors[:, _told(vectors, base, rules, partition) == told]
    few = (cases >= 1) & (cases < rules.k)
    few &= same.max(axis=1) < np.minimum(np.minimum(rules.k, base), total)
    others = base - cases < rules.k
    rest = base.sum() - total
    others &= base - same.min(axis=1) < np.minimum(np.minimum(rules.k, base), rest)
    return Attacked(told, same.shape[1], int((few | others).sum()))


def _told(
    vectors: Floats, base: Floats, rules: DisclosureRules, partition: Partition
) -> NDArray[np.bool_]:
    """Return per vector whether the program would publish it."""
    b = np.repeat(base[:, None], vectors.shape[1], axis=1)
    window = recode(vectors, b, partition)
    total = vectors.sum(axis=0)
    found = breaches_of_one(vectors, b, window.low, window.high, total, Attack(k=rules.k))
    small = (total < rules.k) | (base.sum() - total < rules.k)
    return ~(found.any(axis=0) | small)


def _vectors(low: Floats, high: Floats, total: float) -> Floats | None:
    """Return (n_areas, n) all whole vectors of a sum within bounds; None if too many."""
    found = np.zeros((0, 1))
    for n in range(low.size):
        rest_low, rest_high = low[n + 1 :].sum(), high[n + 1 :].sum()
        steps = np.arange(low[n], high[n] + 1)
        if found.shape[1] * steps.size > MOST_VECTORS * 10:
            return None
        grid = np.vstack([np.repeat(found, steps.size, axis=1), np.tile(steps, found.shape[1])])
        sums = grid.sum(axis=0)
        found = grid[:, (sums + rest_low <= total) & (sums + rest_high >= total)]
        if found.shape[1] > MOST_VECTORS:
            return None
    return found
