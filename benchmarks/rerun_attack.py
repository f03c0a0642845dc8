"""The attacker who knows the program: every count vector that gives the very same publication.

One variable, one set of areas, bases and exact total known. Whatever all those vectors have in
common is told, by a table that is published and by one that is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from random_cities import DAY

from sozialraum.model.protected import Partition
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.partitions import choose_partition
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recoding import recode, smallest_base
from sozialraum.privacy.refusals import least_room, refuses
from sozialraum.privacy.rules import DisclosureRules

Floats = NDArray[np.float64]
MOST_VECTORS = 400_000


@dataclass(frozen=True)
class Attacked:
    """One table: whether it was told, in how many vectors it ends, what they all tell.

    Parameters
    ----------
    reason : why nothing is told, whatever the counts; "audit" where that depends on them; "" where
        the table is published
    vectors : count vectors with the same publication; 0 where there are too many to list, or where
        what is published does not depend on them
    few : cells that are given away
    """

    reason: str
    vectors: int
    few: int


def random_table(seed: int) -> tuple[Floats, Floats, DisclosureRules]:
    """Return counts, bases and rules of 3 to 8 areas; counts lie at low ends, where leaks are."""
    rng = np.random.default_rng((seed, 6))
    areas, k = int(rng.choice([3, 4, 5, 5, 6, 6, 7, 8])), int(rng.choice([3, 3, 5]))
    base = rng.integers(8, 70 if areas < 7 else 50, areas).astype(float)
    rules = DisclosureRules(minimum=k)
    if rng.random() < 0.3:
        return rng.binomial(base.astype(int), rng.beta(2, 4)).astype(float), base, rules
    rough = rng.integers(base * rng.choice([0.0, 0.2]), base * 0.95 + 1).astype(float)
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
    reason = made.protected.unpublished.get(("x", DAY, "a"), "")
    if reason not in ("", "audit"):
        return Attacked(reason, 0, 0)
    partition = choose_partition(int((base > 0).sum()), total, base.sum(), rules)
    if reason == "audit":
        vectors = _near_the_ends(base, total, int(least_room(base, rules.k)), partition)
    else:
        shown = table.status.x.eq("ok").to_numpy()
        low = np.where(shown, table.low.x.fillna(0), 0.0)
        high = np.where(shown, table.high.x.fillna(0), base)
        vectors = _vectors(low, high, total)
    if vectors is None:
        return Attacked(reason, 0, 0)
    same = vectors[:, _audited(vectors, base, rules, partition) == (reason == "audit")]
    few = (cases >= 1) & (cases < rules.k)
    few &= same.max(axis=1) < np.minimum(np.minimum(rules.k, base), total)
    others = base - cases < rules.k
    rest = base.sum() - total
    others &= base - same.min(axis=1) < np.minimum(np.minimum(rules.k, base), rest)
    return Attacked(reason, same.shape[1], int((few | others).sum()))


def _audited(
    vectors: Floats, base: Floats, rules: DisclosureRules, partition: Partition
) -> NDArray[np.bool_]:
    """Return per vector whether the audit would refuse it."""
    low, high = np.empty_like(vectors), np.empty_like(vectors)
    for own, persons, bottom, top in zip(vectors, base, low, high, strict=True):
        bottom[:], top[:] = 0.0, persons
        if persons >= smallest_base(rules.k):
            every = np.arange(persons + 1)
            window = recode(every, np.full(every.size, persons), partition)
            x = own.astype(np.intp)
            bottom[:], top[:] = window.low[x], window.high[x]
    b = np.broadcast_to(base[:, None], vectors.shape)
    return refuses(low, high, b, vectors.sum(axis=0), rules.k)


def _near_the_ends(base: Floats, total: float, room: int, partition: Partition) -> Floats | None:
    """Return all vectors of a sum that lie together less than `room` from the ends of windows.

    No other vector is refused. A vector near both ends is in the list twice.
    """
    found = [_near_one_end(base, total, room, partition, low=low) for low in (True, False)]
    if any(vectors is None for vectors in found):
        return None
    return np.hstack(found)


def _near_one_end(
    base: Floats, total: float, room: int, partition: Partition, *, low: bool
) -> Floats | None:
    steps, away = [], []
    for b in base:
        x = np.arange(b + 1)
        window = recode(x, np.full(x.size, b), partition)
        apart = x - window.low if low else window.high - x
        steps.append(x[apart < room])
        away.append(apart[apart < room])
    most = np.append(np.cumsum([x.max() for x in steps[::-1]])[::-1], 0.0)
    found, sums, apart = np.zeros((0, 1)), np.zeros(1), np.zeros(1)
    for n, (x, own) in enumerate(zip(steps, away, strict=True)):
        now, far = (sums[:, None] + x).ravel(), (apart[:, None] + own).ravel()
        kept = np.flatnonzero((far < room) & (now <= total) & (now + most[n + 1] >= total))
        if kept.size > MOST_VECTORS:
            return None
        found = np.vstack([found[:, kept // x.size], x[kept % x.size]])
        sums, apart = now[kept], far[kept]
    return found


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
