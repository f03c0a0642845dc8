import pandas as pd
import pytest

from sozialraum.model.errors import DataError
from sozialraum.space.making import make_crosswalk

BLOCKS = pd.DataFrame({"sprengel": ["S1", "S1", "S2"]}, index=["0101", "0102", "0201"])


def targets(*keys):
    return pd.DataFrame(index=list(keys))


def test_a_column_says_where_a_block_belongs():
    walk = make_crosswalk(BLOCKS, targets("S2", "S1"), method="nested", parent="sprengel")
    assert walk.matrix.toarray().tolist() == [[0, 0, 1], [1, 1, 0]]


def test_leading_characters_say_where_a_block_belongs():
    walk = make_crosswalk(BLOCKS, targets("01", "02"), method="nested", parent=2)
    moved = walk.apply(pd.DataFrame({"n": [1.0, 2.0, 4.0]}, index=BLOCKS.index))
    assert moved["n"].to_dict() == {"01": 3.0, "02": 4.0}


def test_a_target_without_sources_is_listed():
    walk = make_crosswalk(BLOCKS, targets("01", "02", "03"), method="nested", parent=2)
    assert walk.unmatched_target.to_dict() == {"03": 1.0}


def test_missing_and_unknown_parents_are_told_together():
    blocks = pd.DataFrame({"sprengel": ["S1", None, "S9"]}, index=["0101", "0102", "0201"])
    with pytest.raises(DataError) as caught:
        make_crosswalk(blocks, targets("S1"), method="nested", parent="sprengel")
    assert [p.code for p in caught.value.problems] == [
        "space.parent_missing",
        "space.parent_unknown",
    ]
    assert "0102" in str(caught.value) and "0201 → S9" in str(caught.value)


def test_a_column_that_is_not_there_is_a_wrong_argument():
    with pytest.raises(ValueError, match="parent"):
        make_crosswalk(BLOCKS, targets("S1"), method="nested", parent="bezirk")
    with pytest.raises(ValueError, match="parent"):
        make_crosswalk(BLOCKS, targets("S1"), method="nested")
