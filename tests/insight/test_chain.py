"""Gaps, ratios, steps of a cohort and breaks against answers on paper and exact distributions."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sozialraum.insight import chain_breaks, cohort_steps, first_break, group_gaps
from sozialraum.insight.chain import COUNTS


def table(*rows, keys=None):
    return pd.DataFrame(list(rows), keys or range(len(rows)), list(COUNTS), dtype=float)


def test_two_published_gaps_with_their_intervals():
    found = group_gaps(table((300, 400, 540, 600), (24, 400, 60, 600), keys=["kita", "wb"]))
    wanted = pd.DataFrame(
        {
            "gap": [-0.15, -0.04], "gap_low": [-0.1996, -0.0729], "gap_high": [-0.1020, -0.0049],
            "ratio": [0.8333, 0.6], "ratio_low": [0.7828, 0.3802], "ratio_high": [0.8871, 0.9468],
        },
        ["kita", "wb"],
    )  # fmt: skip
    np.testing.assert_allclose(found[wanted.columns], wanted, atol=6e-5)
    assert found["rate_first"].tolist() == [0.75, 0.06]


def test_the_steps_of_a_cohort_multiply_to_its_whole_way():
    found = cohort_steps(
        table((340, 400, 546, 600), (238, 340, 491, 546), (119, 238, 393, 491))
    )  # fmt: skip
    np.testing.assert_allclose(found["ratio"], [0.9341, 0.7784, 0.6247], atol=6e-5)
    np.testing.assert_allclose(
        found[["ratio_low", "ratio_high"]].loc[2], [0.5461, 0.7146], atol=6e-5
    )
    assert found["so_far"].iloc[-1] == pytest.approx((119 / 400) / (393 / 600))
    assert found["so_far"].iloc[-1] == pytest.approx(0.4542, abs=5e-5)
    assert found["most"].tolist() == [False, False, True]


def test_of_steps_that_chance_explains_none_loses_most():
    assert not cohort_steps(table((50, 100, 51, 100), (25, 50, 26, 51)))["most"].any()


def test_nobody_reached_it_leaves_a_gap_and_no_ratio():
    row = group_gaps(table((0, 40, 30, 60))).loc[0]
    assert row["gap"] == -0.5
    assert row[["ratio", "ratio_low", "ratio_high"]].isna().all()


def test_a_group_that_is_not_recorded_has_neither():
    row = group_gaps(table((np.nan, np.nan, 30, 60))).loc[0]
    assert row["rate_second"] == 0.5
    assert row.drop("rate_second").isna().all()


def test_more_than_could_and_missing_columns_are_refused():
    with pytest.raises(ValueError, match="must have reached_first of 0 to eligible_first"):
        group_gaps(table((41, 40, 30, 60)))
    with pytest.raises(ValueError, match="must have the columns"):
        group_gaps(table((4, 40, 30, 60)).drop(columns="eligible_second"))


def test_places_are_those_of_the_exact_binomial_after_benjamini_and_hochberg():
    rng = np.random.default_rng(4)
    base = pd.DataFrame(rng.integers(8, 150, (30, 4)), columns=list("abcd")).astype(float)
    city = pd.Series({"a": 0.9, "b": 0.5, "c": 0.3, "d": 0.06})
    reached = pd.DataFrame(rng.binomial(base.astype(int), city), columns=base.columns).astype(float)
    reached.loc[3, "b"] = np.floor(0.2 * base.loc[3, "b"])
    reached.loc[5, "d"] = np.ceil(0.4 * base.loc[5, "d"])
    p = pd.DataFrame(index=base.index, columns=base.columns, dtype=float)
    for key, name in [(k, c) for k in base.index for c in base]:
        law = stats.binom(int(base.loc[key, name]), city[name])
        x = reached.loc[key, name]
        up, down = law.sf(x) + law.pmf(x) / 2, law.cdf(x) - law.pmf(x) / 2
        p.loc[key, name] = min(1.0, 2 * min(up, down))
    flat = p.to_numpy().ravel()
    order = np.sort(flat)
    passed = np.flatnonzero(order <= 0.1 * np.arange(1, 121) / 120)
    limit = order[passed[-1]] if len(passed) else -1.0
    wanted = p.le(limit)
    found = chain_breaks(reached, reached, base, city)
    assert found.ne("inside").equals(wanted)
    assert found.loc[3, "b"] == "low"
    assert found.loc[5, "d"] == "high"


def test_an_area_stands_out_only_with_both_ends_of_its_window():
    base, city = pd.DataFrame({"s": [100.0]}), pd.Series({"s": 0.5})
    low, high = pd.DataFrame({"s": [30.0]}), pd.DataFrame({"s": [49.0]})
    assert chain_breaks(low, low, base, city).loc[0, "s"] == "low"
    assert chain_breaks(low, high, base, city).loc[0, "s"] == "inside"


def test_without_children_nothing_is_known_and_nothing_stands_out():
    base = pd.DataFrame({"s": [0.0, np.nan, 50.0], "t": [np.nan] * 3})
    found = chain_breaks(base * 0, base * 0, base, pd.Series({"s": 0.02, "t": np.nan}))
    assert found["s"].tolist() == ["unknown", "unknown", "inside"]
    assert found["t"].tolist() == ["unknown"] * 3


def test_the_first_bad_station_is_the_break_and_what_is_bad_depends_on_the_station():
    places = pd.DataFrame(
        {"kita": ["inside", "low", "high"], "gym": ["low", "low", "inside"], "ohne": ["high", "high", "low"]},
        ["07", "08", "09"],
    )  # fmt: skip
    better = pd.Series({"ohne": "lower", "kita": "higher", "gym": "higher"})
    assert first_break(places, better).to_dict() == {"07": "gym", "08": "kita", "09": None}
    assert first_break(places[["ohne", "kita"]], better)["07"] == "ohne"
