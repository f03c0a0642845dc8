"""Funnel and EWMA against NIST and exact binomials."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.planning.monitoring import ewma, funnel


def test_the_ewma_of_nist_and_its_limits():
    case = pd.read_csv(shared("cases/nist_ewma.csv"))
    chart = ewma(case["x"], centre=50, spread=2.0539, weight=0.3, width=3)
    np.testing.assert_allclose(chart["ewma"], case["ewma"], atol=0.0051)
    assert chart["high"].iloc[0] == pytest.approx(52.5884, abs=5e-5)
    assert chart["low"].iloc[0] == pytest.approx(47.4115, abs=1.5e-4)
    assert not chart["outside"].any()


def test_a_missing_month_leaves_the_ewma_where_it_was():
    chart = ewma(pd.Series([10.0, np.nan]), centre=0, spread=1, weight=0.5)
    assert chart["ewma"].tolist() == [5.0, 5.0]
    with pytest.raises(ValueError, match="'weight' parameter of ewma"):
        ewma(pd.Series([1.0]), centre=0, spread=1, weight=0)


def test_funnel_limits_by_the_normal_formula_and_exactly_for_the_small():
    cases = pd.Series({"a": 30.0, "b": 10.0, "c": 5.0, "d": 0.0})
    base = pd.Series({"a": 50.0, "b": 50.0, "c": 10.0, "d": 0.0})
    table = funnel(cases, base, target=0.3)
    assert table.loc["a", "high_95"] == pytest.approx(0.3 + 1.959964 * np.sqrt(0.21 / 50), abs=1e-6)
    assert table.loc["a", "place"] == "very high"  # .6 > .3 + 3.09 · .0648 = .5003
    assert table.loc["b", "place"] == "inside"
    assert table.loc["c", "high_95"] == binom.ppf(0.975, 10, 0.3) / 10
    assert table.loc["d", "place"] == "no base"


def test_the_city_rate_is_the_default_and_overdispersion_only_widens():
    rng = np.random.default_rng(0)
    base = pd.Series(rng.integers(50, 500, 40) * 1.0)
    cases = pd.Series(rng.binomial(base.astype(int), rng.beta(5, 15, 40)) * 1.0)
    plain, wide = funnel(cases, base), funnel(cases, base, overdispersion=True)
    city = cases.sum() / base.sum()
    np.testing.assert_allclose((plain["low_95"] + plain["high_95"]) / 2, city)
    assert (wide["high_95"] > plain["high_95"]).all()
    assert (wide["place"] != "inside").sum() < (plain["place"] != "inside").sum()


def test_more_cases_than_persons_are_named():
    with pytest.raises(DataError, match="a"):
        funnel(pd.Series({"a": 3.0}), pd.Series({"a": 2.0}))
