"""Two deliveries with equal protected counts give the same public bytes, whatever the build."""

import door_pairs
import pytest
import wide_pairs
from build_pairs import compare_pair


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_what_is_protected_alike_is_published_alike(seed):
    """A seeded slice of the three hundred pairs of benchmarks/build_pairs."""
    pair = compare_pair(seed)
    assert pair["moved"] > 0 and pair["files"] > 5 and not pair["stopped"]
    assert pair["different"] == []


@pytest.mark.parametrize("seed", [0, 2])
def test_persons_moved_by_somebody_who_knows_only_the_windows_change_no_byte(seed):
    """A seeded slice of benchmarks/wide_pairs: chain, strata, means, shares of shares, papers."""
    pair = wide_pairs.compare_pair(seed)
    assert pair["moved"] > 0 and pair["files"] > 5
    assert pair["different"] == []


@pytest.mark.parametrize("door", ["plan", "measures", "methods"])
def test_the_same_holds_at_every_door_but_the_build(door):
    """A seeded slice of benchmarks/door_pairs."""
    pair = door_pairs.compare_pair(18 + [*door_pairs.DOORS].index(door))
    assert pair["door"] == door and pair["moved"] > 0 and pair["files"] > 1
    assert pair["different"] == []
