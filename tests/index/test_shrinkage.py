"""Empirical Bayes against R spdep, esda and hand calculation."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.index.preparation.shrinkage import shrink_rates
from sozialraum.model.errors import DataError
from sozialraum.model.neighbours import Neighbours


def sids():
    return pd.read_csv(shared("cases/eb/nc_sids74_spdep.csv"))


def neighbours():
    pairs = pd.read_csv(shared("cases/eb/nc_queen_neighbours_1based.csv")).to_numpy() - 1
    return Neighbours.of_pairs(pd.RangeIndex(100), *pairs.T, kind="queen")


@pytest.mark.parametrize(
    ("method", "column"),
    [
        ("marshall", "eb_global_poisson"),
        ("binomial", "eb_global_binomial"),
        ("local", "eb_local_queen"),
    ],
)
def test_north_carolina_equals_spdep(method, column):
    data = sids()
    how = {"neighbours": neighbours()} if method == "local" else {}
    found = shrink_rates(
        data["SID74"].astype(float), data["BIR74"].astype(float), method=method, **how
    )
    assert np.abs(found - data[column]).max() <= 1e-12


def test_auckland_equals_spdep():
    data = pd.read_csv(shared("cases/eb/auckland_spdep_EBest.csv"))
    found = shrink_rates(data["M77_85"].astype(float), data["pop"].astype(float))
    assert np.abs(found - data["estmm"]).max() <= 1e-12


def test_logit_shrinkage_follows_the_scottish_formula():
    data = pd.read_csv(shared("cases/eb/iod_logit_shrinkage_selfcomputed.csv"))
    found = shrink_rates(data["r"].astype(float), data["n"].astype(float), method="logit")
    assert np.abs(found - data["shrunk"]).max() <= 1e-12


def test_shrunken_rates_stay_between_the_raw_rates_and_the_mean():
    # esda gives −0.09 and 0.29 for this case: its variance between areas is negative
    cases, base = pd.Series([10.0, 11, 9, 10]), pd.Series([100.0] * 4)
    for method in ("marshall", "binomial"):
        assert shrink_rates(cases, base, method=method).tolist() == pytest.approx([0.1] * 4)


def test_equal_rates_stay_equal_and_are_no_nan():
    assert shrink_rates(pd.Series([1.0, 2.0]), pd.Series([10.0, 20.0])).tolist() == [0.1, 0.1]


@pytest.mark.parametrize("method", ["marshall", "binomial", "logit"])
def test_the_order_of_equally_large_areas_is_kept(method):
    cases = pd.Series([2.0, 30, 5, 17, 9])
    found = shrink_rates(cases, pd.Series([60.0] * 5), method=method)
    assert found.rank().tolist() == cases.rank().tolist()


@pytest.mark.parametrize("method", ["marshall", "binomial"])
def test_within_bounds_for_random_counts(method):
    rng = np.random.default_rng(11)
    for _ in range(50):
        base = rng.integers(1, 400, 30).astype(float)
        cases = rng.binomial(base.astype(int), rng.uniform(0, 0.6, 30)).astype(float)
        raw, mean = cases / base, cases.sum() / base.sum()
        found = shrink_rates(pd.Series(cases), pd.Series(base), method=method).to_numpy()
        assert (found >= np.minimum(raw, mean) - 1e-12).all()
        assert (found <= np.maximum(raw, mean) + 1e-12).all()


def test_small_areas_move_more_than_large_ones():
    cases, base = pd.Series([4.0, 400, 1, 100]), pd.Series([10.0, 1000, 10, 1000])
    moved = np.abs(shrink_rates(cases, base) - cases / base)
    assert moved[0] > moved[1]
    assert moved[2] > moved[3]


def test_missing_and_empty_areas_have_no_rate_and_do_not_count():
    cases, base = pd.Series([4.0, np.nan, 3, 9]), pd.Series([10.0, 10, 0, 30])
    found = shrink_rates(cases, base)
    assert found.isna().tolist() == [False, True, True, False]
    alone = shrink_rates(cases[[0, 3]], base[[0, 3]])
    assert found[[0, 3]].tolist() == alone.tolist()


def test_a_group_is_drawn_to_its_own_mean():
    cases, base = pd.Series([1.0, 3, 60, 80]), pd.Series([50.0, 50, 100, 100])
    groups = pd.Series(["nord", "nord", "süd", "süd"])
    found = shrink_rates(cases, base, groups=groups)
    assert found[:2].max() <= 0.06
    assert found[2:].min() >= 0.6


def test_more_cases_than_persons_are_refused_with_the_area():
    with pytest.raises(DataError, match="B7"):
        shrink_rates(
            pd.Series([11.0, 1], index=["B7", "B8"]),
            pd.Series([10.0, 10], index=["B7", "B8"]),
            method="logit",
        )


def test_wrong_arguments_are_told():
    one = pd.Series([1.0, 2.0])
    with pytest.raises(ValueError, match="The 'method' parameter of shrink_rates"):
        shrink_rates(one, one, method="x")
    with pytest.raises(ValueError, match="The 'neighbours' parameter of shrink_rates"):
        shrink_rates(one, one, method="local")
