"""A refusal tells nothing of few persons, or it follows from public figures: every count is tried."""

import itertools

import numpy as np
import pandas as pd
import pytest
from crossing_refusals import (
    BOTH,
    NONE,
    ONE,
    every_count,
    leaks,
    outcomes,
    public_reasons,
    random_crossing,
)
from rerun_attack import attack

from sozialraum.model.protected import Partition
from sozialraum.privacy.audit.interval_audit import Attack, breaches, refine
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.partitions import choose_partition, reason_against
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recoding import recode, smallest_base
from sozialraum.privacy.refusals import refusal_discloses
from sozialraum.privacy.rules import DisclosureRules


def refused(vectors, base, partition):
    """Return which (n_areas, n_vectors) counts are refused: by hand, count for count."""
    k, untold = partition.minimum, smallest_base(partition.minimum)
    room = 2 * k if any(k <= b < untold for b in base) else k
    bases = np.repeat(np.asarray(base, float)[:, None], vectors.shape[1], axis=1)
    window, shown = recode(vectors, bases, partition), bases >= untold
    low, high = np.where(shown, window.low, 0), np.where(shown, window.high, bases)
    few = ((low < k) & (high > 0)).any(axis=0)
    others = ((bases - high < k) & (bases > low)).any(axis=0)
    near_low = (vectors - low).sum(axis=0) < room
    return (few & near_low) | (others & ((high - vectors).sum(axis=0) < room))


def every_vector(base):
    return np.array([*itertools.product(*[range(b + 1) for b in base])], float).T


@pytest.mark.parametrize(
    ("base", "k", "width", "zeros"),
    [
        ((12, 13, 15), 3, 5, "suppress"),
        ((8, 13, 22), 3, 5, "suppress"),
        ((8, 2, 17, 19), 3, 5, "suppress"),
        ((10, 10, 10, 11), 2, 3, "suppress"),
        ((10, 11, 14, 5), 2, 3, "show"),
        ((6, 24, 31), 5, 11, "suppress"),
    ],
)
def test_where_a_refusal_is_said_to_tell_nothing_all_refused_counts_together_tell_nothing(
    base, k, width, zeros
):
    partition, vectors = Partition(k, width, zeros), every_vector(base)
    out = refused(vectors, base, partition)
    total, least = vectors.sum(axis=0), np.minimum(k, base)
    said = []
    for n in range(k, sum(base) - k + 1):
        tells = refusal_discloses(base, n, sum(base) - n, partition)
        same = vectors[:, out & (total == n)]
        said.append(tells)
        if tells or not same.shape[1]:
            continue
        assert (same.max(axis=1) >= np.minimum(least, n)).all(), n
        assert (np.array(base) - same.min(axis=1) >= np.minimum(least, sum(base) - n)).all(), n
    assert not all(said)


def test_what_is_not_refused_hides_every_small_count():
    """The room is free for each area alike: whoever has few cases may as well have k."""
    rng, seen = np.random.default_rng(5), 0
    for _ in range(400):
        n, k = int(rng.integers(3, 7)), int(rng.integers(2, 6))
        b = rng.integers(1, 40, n).astype(float)
        x = np.minimum(rng.poisson(4, n), b).astype(float)
        x = b - x if rng.random() < 0.3 else x
        partition = Partition(k, 3, "show")
        found, shown = recode(x, b, partition), b >= smallest_base(k)
        low = np.append(np.where(shown, found.low, 0), x.sum())
        high = np.append(np.where(shown, found.high, b), x.sum())
        attack = Attack(k=k, total=x.sum(), base=b.sum())
        given_away = breaches(refine([np.arange(n)]), x, b, low, high, attack)
        assert refused(x[:, None], b, partition)[0] or not given_away.size
        seen += given_away.size > 0
    assert seen > 20


def test_the_total_gives_the_first_area_away():
    """8 areas of base 100, k = 5, total 77: windows of 3 leave area 1 at most 77 − 75 = 2."""
    x, b = np.array([2, 6, 9, 12, 15, 6, 18, 9], float)[:, None], np.full(8, 100.0)
    for partition, out in ((Partition(5, 3, "show"), True), (Partition(5, 9, "suppress"), False)):
        assert refused(x, b, partition).tolist() == [out]


def test_among_many_areas_no_refusal_tells(monkeypatch):
    """The shortcut for many areas, without the shortcut."""
    monkeypatch.setattr("sozialraum.privacy.refusals.MANY_WAYS", 10**9)
    rng = np.random.default_rng(3)
    for _ in range(40):
        k = int(rng.choice([2, 3, 5]))
        n = int(rng.integers(4 * k, 4 * k + 12))
        base = rng.integers(1, rng.choice([20, 60, 120]), n)
        told = base[base >= smallest_base(k)]
        zeros = str(rng.choice(["show", "suppress"]))
        total = int(rng.integers(8 * k, base.sum() - 8 * k + 1))
        others = int(base.sum()) - total
        if told.size >= 4 * k:
            assert not refusal_discloses(base, total, others, Partition(k, 3, zeros)), (base, total)


def test_a_refusal_that_would_tell_is_made_whatever_the_counts_are(monkeypatch):
    """12, 70 and 80 children, 11 cases: all refused counts have 7 of them or more in the first."""
    base, rules = np.array([12.0, 70.0, 80.0]), DisclosureRules()
    for cases in ([3, 8, 0], [11, 0, 0], [0, 6, 5], [4, 4, 3]):
        assert attack(np.array(cases, float), base, rules).reason == "refusal"
    monkeypatch.setattr("sozialraum.privacy.tables.whole_tables.reason_against", lambda *a, **b: "")
    found = attack(np.array([9.0, 2.0, 0.0]), base, rules)
    assert found.reason == "audit" and found.few


def test_the_rule_asks_for_nothing_but_public_figures():
    """Bases, total and rules are all it is given."""
    rules = DisclosureRules()
    for base, total, others in (((60, 70, 80), 100, 110), ((12, 70, 80), 11, 151)):
        partition = choose_partition(3, total, sum(base), rules)
        reason = reason_against(base, total, others, rules, partition)
        assert bool(reason) == refusal_discloses(base, total, others, partition)


def crossings(number):
    """Return tiny cities whose tables may be told, by public figures."""
    every = (random_crossing(seed) for seed in itertools.count())
    return list(itertools.islice((c for c in every if not any(public_reasons(c))), number))


def test_where_areas_cross_no_table_told_gives_anybody_away_and_no_refusal_of_all_tables_does():
    """Whoever runs the program on every count of a tiny city; benchmarks/crossing_refusals."""
    seen = np.zeros(3, int)
    for city in crossings(12):
        what, leak = leaks(city, every_count(city))
        assert not leak[what != ONE].any()
        seen += np.bincount(what, minlength=3)
    assert (seen > 100).all()


def test_the_program_decides_about_crossing_areas_as_by_hand():
    rng, seen = np.random.default_rng(4), set()
    for city in crossings(10):
        counts = every_count(city)
        what = outcomes(city, counts)[0]
        units = pd.Index([f"{n}" for n in range(len(city.base))])
        places = {n: pd.Series(z, units).astype(str) for n, z in zip("ab", city.zones, strict=True)}
        picked = [n for kind in (BOTH, ONE, NONE) for n in np.flatnonzero(what == kind)]
        for n in rng.choice(picked, 4).tolist() + np.flatnonzero(what == ONE)[:2].tolist():
            frames = [pd.DataFrame({"x": v}, units) for v in (counts[:, n], city.base)]
            made = protect(
                [CaseCounts("2024-12-31", *frames)], places, publish=["a", "b"], rules=city.rules
            )
            told = [
                g for g in "ab" if made.protected.tables["2024-12-31", g].status.x.eq("ok").any()
            ]
            assert told == {BOTH: ["a", "b"], ONE: ["a"], NONE: []}[what[n]]
            seen.add(what[n])
    assert seen == {BOTH, ONE, NONE}
