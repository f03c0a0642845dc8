"""Fingerprints find renamed, copied, summed and subtracted columns, and nothing else."""

from itertools import combinations, product

import numpy as np

from sozialraum.privacy.links import (
    PRIME,
    Finder,
    coefficients,
    fingerprints,
    keys_digest,
)

UNITS = [f"{n:05d}" for n in range(200)]
COEFFICIENTS = coefficients(b"x" * 32, UNITS)


def fingerprint(coefficient, column):
    (found,) = fingerprints(coefficient, np.asarray(column, float)[:, None])
    return found


def relations(known, new):
    """Return which new fingerprints are sums ± of up to three known ones."""
    finder = Finder()
    for name, value in known.items():
        finder.add(name, value)
    found = {name: finder.find(value) for name, value in new.items()}
    return {name: relation for name, relation in found.items() if relation is not None}


def prints(columns):
    return {name: fingerprint(COEFFICIENTS, x) for name, x in columns.items()}


def tried(known, column, most=3):
    """The oracle: every sum of up to three columns, compared count by count."""
    for size in range(1, most + 1):
        for names in combinations(sorted(known), size):
            for signs in product((1, -1), repeat=size):
                if np.array_equal(
                    sum(s * known[n] for n, s in zip(names, signs, strict=True)), column
                ):
                    return tuple(zip(names, signs, strict=True))
    return None


def test_a_fingerprint_is_the_sum_of_products():
    """By hand with c = (3, 5, 7): 6 + 7, 3 + 20, and their sum."""
    c = np.array([3, 5, 7])
    assert (fingerprint(c, [2, 0, 1]), fingerprint(c, [1, 4, 0])) == (13, 23)
    assert fingerprint(c, [3, 4, 1]) == 36


def test_fingerprints_are_exact_for_large_counts():
    """Against arithmetic on Python's own integers."""
    rng = np.random.default_rng(2)
    counts = rng.integers(0, 2_000_000, (200, 5))
    expected = [
        sum(int(c) * int(x) for c, x in zip(COEFFICIENTS, col, strict=True)) % PRIME
        for col in counts.T
    ]
    assert fingerprints(COEFFICIENTS, counts.astype(float)) == expected


def test_the_order_of_rows_plays_no_part():
    x = np.arange(200)
    order = np.random.default_rng(1).permutation(200)
    shuffled = coefficients(b"x" * 32, [UNITS[i] for i in order])
    assert fingerprint(shuffled, x[order]) == fingerprint(COEFFICIENTS, x)


def test_another_secret_gives_other_fingerprints():
    other = coefficients(b"y" * 32, UNITS)
    assert fingerprint(other, np.arange(200)) != fingerprint(COEFFICIENTS, np.arange(200))


def test_renamed_summed_and_subtracted_columns_are_found():
    rng = np.random.default_rng(3)
    c = {f"c{j}": rng.poisson(20 * rng.random(), 200) for j in range(9)}
    new = {
        "renamed": c["c4"],
        "sum": c["c1"] + c["c2"],
        "rest": c["c7"] - c["c8"],
        "three": c["c5"] + c["c6"] + c["c7"],
        "mixed": c["c5"] - c["c6"] + c["c0"],
        "other": rng.poisson(5, 200),
        "off_by_one": c["c4"] + (np.arange(200) == 17),
    }
    found = relations(prints(c), prints(new))
    assert found == {name: r for name, x in new.items() if (r := tried(c, x)) is not None}
    assert set(found) == {"renamed", "sum", "rest", "three", "mixed"}


def test_relations_agree_with_every_sum_tried():
    """300 random sets of columns of three units, where relations are frequent by chance."""
    rng = np.random.default_rng(11)
    c3 = coefficients(b"z" * 32, ["1", "2", "3"])
    for _ in range(300):
        known = {n: rng.integers(0, 4, 3) for n in "abcd"}
        known = {n: x for n, x in known.items() if x.any()}
        column = rng.integers(0, 6, 3)
        if not column.any():
            continue
        found = relations(
            {n: fingerprint(c3, x) for n, x in known.items()}, {"new": fingerprint(c3, column)}
        )
        expected = tried(known, column)
        assert ("new" in found) == (expected is not None)
        if expected is not None:
            assert len(found["new"]) == len(expected)
            assert np.array_equal(sum(s * known[n] for n, s in found["new"]), column)


def test_a_column_of_zeros_is_related_to_nothing():
    assert relations({"zero": 0, "a": 5}, {"b": 0, "c": 5}) == {"c": (("a", 1),)}


def test_the_hash_of_keys_knows_no_order():
    assert keys_digest(["b", "a"]) == keys_digest(["a", "b"]) != keys_digest(["a", "c"])
