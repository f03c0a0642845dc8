"""Shares, bases and statuses, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.index.indicators import compute_indicators
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError


def share(**how):
    return Indicator(
        **{
            "id": "arm",
            "label": "Armut",
            "direction": "burden",
            "numerator": "n",
            "denominator": "d",
            **how,
        }
    )


def counts(**columns):
    return pd.DataFrame(
        columns, index=[f"{i:02d}" for i in range(len(next(iter(columns.values()))))]
    )


@pytest.mark.parametrize(
    ("unit", "value"),
    [("share", 0.25), ("percent", 25.0), ("per_1000", 250.0), ("points", 25.0), ("number", 0.25)],
)
def test_the_unit_is_a_factor(unit, value):
    found, base, status = compute_indicators(counts(n=[10.0], d=[40.0]), [share(unit=unit)])
    assert found["arm"].tolist() == [value]
    assert base["arm"].tolist() == [40.0]
    assert status["arm"].tolist() == ["ok"]


def test_five_statuses_are_told_apart():
    table = counts(n=[0.0, 5, 0, np.nan, 2, 3], d=[40.0, 40, 0, 40, np.nan, 8])
    value, base, status = compute_indicators(table, [share(minimum_base=10)])
    assert status["arm"].tolist() == ["ok", "ok", "no_base", "missing", "missing", "small_base"]
    assert value["arm"].isna().tolist() == [False, False, True, True, True, True]
    assert value["arm"].iloc[0] == 0.0
    assert base["arm"].iloc[5] == 8.0


def test_a_delivered_value_is_taken_as_it_is_and_has_no_base():
    given = Indicator(id="x", label="x", direction="burden", value="rate", unit="percent")
    value, base, status = compute_indicators(counts(rate=[12.5, np.nan, -3.0]), [given])
    assert value["x"].tolist()[::2] == [12.5, -3.0]  # a change may be negative
    assert base["x"].isna().all()
    assert status["x"].tolist() == ["ok", "missing", "ok"]


def test_everything_wrong_is_told_at_once_and_the_input_is_left_alone():
    table = counts(n=[-1.0, np.inf], d=[1.0, 2.0])
    before = table.copy()
    other = share(id="b", numerator="fehlt")
    with pytest.raises(DataError) as told:
        compute_indicators(table, [share(), share(), other])
    codes = sorted(p.code for p in told.value.problems)
    assert codes == ["index.bad_number", "index.bad_number", "index.no_column", "index.repeated_id"]
    pd.testing.assert_frame_equal(table, before)
