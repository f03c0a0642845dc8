"""Each school has a block of its own that it may have, whatever the order of their keys."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.model.errors import DataError
from sozialraum.planning.districting.catchment_task import catchment_task
from sozialraum.planning.districting.catchments import redraw

BLOCKS, SCHOOLS = ["a", "b", "c"], ["S0", "S1", "S2"]
METRES = pd.DataFrame([[500.0, 1500, 0], [0, 1000, 500], [1000, 0, 1500]], BLOCKS, SCHOOLS)


def asked(may):
    return catchment_task(
        METRES,
        pd.Series(5.0, index=BLOCKS),
        [("a", "b")],
        capacity=pd.Series(9.0, index=SCHOOLS),
        allowed=pd.DataFrame(may, BLOCKS, SCHOOLS),
    )


def test_no_block_goes_to_a_school_it_must_not_have_though_others_stand_in_the_better_ones():
    # S2 may have b and c, where S0 and S1 stand: one of them takes the block S2 must not have
    may = np.array([[True, True, False], [True, True, True], [True, True, True]])
    task = asked(may)
    assert may[task.seat, [0, 1, 2]].all() and sorted(task.seat) == [0, 1, 2]
    plan = redraw(task, proposals=2000).school
    assert all(may[BLOCKS.index(block), SCHOOLS.index(school)] for block, school in plan.items())


def test_schools_that_may_only_have_the_same_block_are_named():
    may = np.array([[True, True, True], [True, False, False], [True, False, False]])
    with pytest.raises(DataError, match="kein Block erlaubt: S"):
        asked(may)
