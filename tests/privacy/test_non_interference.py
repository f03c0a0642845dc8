"""Two deliveries with equal protected counts give the same public bytes, whatever the build."""

import pytest
from build_pairs import compare_pair


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_what_is_protected_alike_is_published_alike(seed):
    """A seeded slice of the three hundred pairs of benchmarks/build_pairs."""
    pair = compare_pair(seed)
    assert pair["moved"] > 0 and pair["files"] > 5 and not pair["stopped"]
    assert pair["different"] == []
