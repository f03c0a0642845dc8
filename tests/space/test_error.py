import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.disaggregation_error import mask_interval, misplaced_share


def walk(*rows, targets=("A", "B")):
    return Crosswalk(sparse.csr_array(list(rows)), targets, ("1", "2"), "x")


COUNTS = pd.DataFrame({"n": [10.0, 20.0]}, index=["1", "2"])


def test_the_interval_spans_what_the_masks_say():
    masks = {
        "Kinder": walk([0.8, 0.0], [0.2, 1.0]),
        "Fläche": walk([0.5, 0.1], [0.5, 0.9]),
        "Wohnungen": walk([0.6, 0.0], [0.4, 1.0]),
    }
    found = mask_interval(masks, COUNTS)["n"]
    assert found["estimate"].tolist() == [8.0, 22.0]
    assert found["low"].tolist() == [6.0, 22.0] and found["high"].tolist() == [8.0, 24.0]
    assert found["lowest_by"].tolist() == ["Wohnungen", "Kinder"]


def test_masks_of_other_targets_are_refused():
    with pytest.raises(ValueError, match="targets"):
        mask_interval(
            {"a": walk([1.0, 1.0], [0.0, 0.0]), "b": walk([1.0, 1.0], targets=("A",))}, COUNTS
        )
    with pytest.raises(ValueError, match="crosswalks"):
        mask_interval({}, COUNTS)


def test_misplaced_persons_are_counted_once():
    truth = pd.Series({"A": 50.0, "B": 30.0, "C": 20.0})
    assert misplaced_share(truth, truth) == 0.0
    assert misplaced_share(pd.Series({"C": 30.0, "A": 40.0, "B": 30.0}), truth) == 0.1


def test_a_target_without_a_count_has_no_split_share():
    found = walk([0.5, 0.0], [0.5, 1.0]).split_share(COUNTS * [0.0])
    assert np.isnan(found.to_numpy()).all()


def test_a_border_drawn_metres_off_splits_nobody():
    nearly = walk([0.995, 0.4], [0.005, 0.6])
    assert nearly.split_share(COUNTS)["n"].to_dict() == {
        "A": 8.0 / (9.95 + 8.0),
        "B": 12.0 / (0.05 + 12.0),
    }
    assert nearly.split_share(COUNTS, whole=1.0)["n"].to_dict() == {"A": 1.0, "B": 1.0}
