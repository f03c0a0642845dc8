import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.statistics import (
    grouped_median,
    move_means,
    move_standard_errors,
    move_status,
)

NAN, INF = float("nan"), float("inf")
WALK = Crosswalk(
    sparse.csr_array([[1.0, 0.25, 0.0], [0.0, 0.75, 1.0]]), ("A", "B"), ("1", "2", "3"), "areal"
)
KEYS = ["1", "2", "3"]


def test_a_mean_moves_with_its_persons():
    means = pd.DataFrame({"alter": [30.0, 50.0, NAN]}, index=KEYS)
    moved = move_means(WALK, means, pd.Series([10.0, 40.0, 0.0], index=KEYS))["alter"]
    assert moved.to_dict() == {"A": (10 * 30 + 10 * 50) / 20, "B": 50.0}


def test_a_mean_is_missing_where_persons_without_a_mean_live():
    means = pd.DataFrame({"alter": [30.0, 50.0, NAN]}, index=KEYS)
    moved = move_means(WALK, means, pd.Series([10.0, 40.0, 5.0], index=KEYS))["alter"]
    assert moved["A"] == 40.0 and np.isnan(moved["B"])


def test_standard_errors_add_as_squares():
    errors = pd.DataFrame({"n": [3.0, 16.0, 5.0]}, index=KEYS)
    moved = move_standard_errors(WALK, errors)["n"]
    assert moved.to_dict() == {"A": 5.0, "B": 13.0}  # sqrt(9 + 16), sqrt(144 + 25)


def test_standard_errors_agree_with_simulated_counts():
    rng = np.random.default_rng(1)
    errors = np.array([3.0, 16.0, 5.0])
    draws = WALK.matrix @ rng.normal(0, errors[:, None], (3, 200_000))
    moved = move_standard_errors(WALK, pd.DataFrame({"n": errors}, index=KEYS))["n"]
    np.testing.assert_allclose(draws.std(axis=1), moved, rtol=0.01)


@pytest.mark.parametrize(
    ("counts", "median"),
    [
        ([10.0, 20.0, 10.0], 6 + 10 / 20 * 9),
        ([20.0, 0.0, 20.0], 6.0),  # half lies exactly at an edge
        ([0.0, 10.0, 30.0], NAN),  # in the open class
        ([0.0, 0.0, 0.0], NAN),
        ([1.0, NAN, 1.0], NAN),
    ],
)
def test_a_median_comes_from_moved_classes(counts, median):
    table = pd.DataFrame([counts], index=["A"])
    found = grouped_median(table, edges=[0, 6, 15, INF])["A"]
    assert found == pytest.approx(median, nan_ok=True)


def test_class_limits_must_rise():
    with pytest.raises(DataError, match="Klassengrenzen"):
        grouped_median(pd.DataFrame([[1.0, 2.0]]), edges=[0, 6, 6])


def test_a_target_is_as_bad_as_its_worst_source():
    labels = pd.DataFrame(
        {"x": ["ok", "suppressed", "missing"], "y": ["ok", "ok", "no_base"]}, index=KEYS
    )
    moved = move_status(WALK, labels)
    assert moved["x"].tolist() == ["suppressed", "missing"]
    assert moved["y"].tolist() == ["ok", "no_base"]
    assert move_status(WALK, labels.iloc[:2])["y"].tolist() == ["ok", "missing"]


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="status"):
        move_status(WALK, pd.DataFrame({"x": ["gut", "ok", "ok"]}, index=KEYS))
