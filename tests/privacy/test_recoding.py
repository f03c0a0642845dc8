"""Windows of counts: known answers, and the laws that hold for every base."""

import numpy as np
import pytest
from window_laws import broken_laws, every_count

from sozialraum.model.protected import Partition, Recoded
from sozialraum.privacy.partitions import choose_partition, coarsest, is_union
from sozialraum.privacy.recoding import (
    recode,
    recode_open,
    recode_sums,
    recode_within,
    windows,
)
from sozialraum.privacy.rules import DisclosureRules

KNOWN = [
    (30, 5, 3, "show", "0 1-5 6-8 9-11 12-14 15-17 18-20 21-24 25-30"),
    (30, 5, 9, "show", "0 1-5 6-14 15-24 25-30"),
    (30, 5, 9, "suppress", "0-5 6-14 15-24 25-30"),
    (12, 5, 3, "show", "0 1-6 7-12"),
    (11, 5, 3, "show", "0-11"),
    (40, 3, 3, "show", "0 1-3 " + " ".join(f"{a}-{a + 2}" for a in range(4, 36, 3)) + " 37-40"),
]


def listed(words: str) -> tuple[tuple[int, int], ...]:
    ends = [word.split("-") for word in words.split()]
    return tuple((int(e[0]), int(e[-1])) for e in ends)


@pytest.mark.parametrize(("b", "k", "width", "zeros", "expected"), KNOWN)
def test_the_windows_of_the_design_are_these(b, k, width, zeros, expected):
    assert windows(b, k, width, zeros) == listed(expected)


@pytest.mark.parametrize("k", [1, 3, 5, 10])
def test_windows_keep_their_laws(k):
    """A slice of every base up to 2,000, which benchmarks/attack_counts tries."""
    bases = [*range(160), *range(163, 2001, 131)]
    assert broken_laws(*every_count(bases), k) == []


def test_the_laws_are_broken_by_windows_that_tell_too_much(monkeypatch):
    """Windows of their own for 1 and for 2: the check must see it."""
    import window_laws

    def telling(x, b, partition):
        return Recoded(x, x, x)

    monkeypatch.setattr(window_laws, "recode", telling)
    broken = " ".join(window_laws.broken_laws(*every_count(range(60)), 5))
    assert "small count" in broken
    assert "small complement" in broken
    assert "width" in broken


@pytest.mark.parametrize("k", [1, 3, 5, 10])
@pytest.mark.parametrize("width", [1, 3])
def test_windows_three_times_as_wide_are_unions(k, width):
    for b in range(200):
        fine, coarse = windows(b, k, width), windows(b, k, 3 * width, "suppress")
        starts = {low for low, _ in fine}
        assert {low for low, _ in coarse} <= starts | {0}, b


def test_an_unknown_count_has_no_window():
    found = recode([np.nan, 4.0], [30.0, np.nan], Partition(5, 3, "show"))
    assert np.isnan(found.low).all()
    assert np.isnan(found.middle).all()


def test_the_middle_is_half_way():
    found = recode([0.0, 2.0, 7.0], [30.0] * 3, Partition(5, 3, "show"))
    assert found.middle.tolist() == [0.0, 3.0, 7.0]


def test_a_confidential_base_is_a_window_without_end():
    base = recode_open(np.arange(60), Partition(5, 3, "show"))
    assert (base.low[:1].tolist(), base.high[:1].tolist()) == ([0.0], [0.0])
    assert set(zip(base.low[1:12], base.high[1:12], strict=True)) == {(1.0, 11.0)}
    assert (base.high[12:] - base.low[12:] == 2).all()


def test_a_share_of_a_confidential_base_never_passes_one():
    b = np.arange(12, 60)
    base = recode_open(b, Partition(5, 3, "show"))
    for x in range(61):
        ok = x <= b
        found = recode_within(np.full(b.size, x), base, Partition(5, 3, "show"))
        assert (found.low[ok] <= x).all()
        assert (found.high[ok] >= x).all()
        assert (found.middle[ok] <= base.middle[ok]).all()


def test_sums_have_windows_of_minimum_times_the_largest_amount():
    found = recode_sums([0.0, 499.0, 500.0], [12, 12, 11], Partition(5, 3, "show"), most=100.0)
    assert found.low[:2].tolist() == [0.0, 0.0]
    assert found.high[:2].tolist() == [500.0, 500.0]
    assert np.isnan(found.middle[2])
    with pytest.raises(ValueError, match="most"):
        recode_sums([1.0], [20], Partition(5, 3, "show"), most=0)


@pytest.mark.parametrize(("areas", "width"), [(3, 11), (5, 7), (7, 5), (8, 9), (19, 9), (20, 3)])
def test_the_partition_follows_from_the_number_of_areas(areas, width):
    """k = 5: ⌈20/(n − 1)⌉ + 1, odd, below eight areas; three times the width below 4k; as set."""
    zeros = "show" if width == 3 else "suppress"
    assert choose_partition(areas, 900, 5000, DisclosureRules()) == Partition(5, width, zeros)


def test_a_rare_count_told_twice_has_wider_windows():
    rules = DisclosureRules()
    assert choose_partition(60, 899, 5000, rules, linked=True).width == 9
    assert choose_partition(60, 900, 5000, rules, linked=True).width == 3
    assert choose_partition(60, 4101, 5000, rules, linked=True).width == 9
    assert choose_partition(60, 500, 5000, rules).width == 3


def test_who_knows_no_totals_gets_the_windows_as_set():
    rules = DisclosureRules(attacker="outsider")
    assert choose_partition(3, 20, 5000, rules, linked=True) == Partition(5, 3, "show")


def test_an_insider_counts_as_one_more():
    assert choose_partition(60, 900, 5000, DisclosureRules(attacker="insider")).minimum == 6
    assert choose_partition(60, 900, 5000, DisclosureRules(insiders=2)).minimum == 7


def test_a_series_has_the_coarsest_partition_of_its_days():
    days = [Partition(5, 7, "suppress"), Partition(5, 9, "suppress"), Partition(5, 3, "show")]
    assert coarsest(days) == Partition(5, 9, "suppress")
    assert is_union(Partition(5, 9, "suppress"), Partition(5, 3, "show"))
    assert not is_union(Partition(5, 7, "suppress"), Partition(5, 3, "show"))
    assert not is_union(Partition(6, 9, "suppress"), Partition(5, 3, "show"))


def test_recoded_shows_no_value():
    assert "array" not in repr(Recoded(np.array([3.0]), np.array([1.0]), np.array([5.0])))
