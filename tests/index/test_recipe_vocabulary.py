"""What published indices say and a recipe must be able to say: each against plain NumPy or paper."""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from sozialraum.index.aggregation import contributions, fit_restandard, restandardise
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.method import fit_index
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.index.weighting.weights import fit_weights
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError
from sozialraum.model.learnt import Learnt

KEYS = [f"{n:03d}" for n in range(1, 41)]


def of(ids="abc", direction="burden", **fields):
    return [Indicator(id=i, label=i, direction=direction, value=i, **fields) for i in ids]


def table(seed=1, ids="abc", n=40):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({i: rng.normal(size=n) for i in ids}, index=KEYS[:n])


def scaled(values, direction="burden", **how):
    value = pd.DataFrame({"a": values}, index=KEYS[: len(values)])
    return standardise(value, fit_scale(value, of("a", direction), **how))["a"].tolist()


class TestRanks:
    # Five areas, two of them equal: ascending ranks 1, 2, 3, 4, 5 or with the tie 2.5, 2.5.
    VALUES = (10.0, 20.0, 20.0, 40.0, 50.0)

    @pytest.mark.parametrize(
        ("ties", "expected"),
        [("average", [1, 2.5, 2.5, 4, 5]), ("min", [1, 2, 2, 4, 5]), ("max", [1, 3, 3, 4, 5])],
    )
    def test_equal_values_share_their_mean_lowest_or_highest_rank(self, ties, expected):
        assert scaled(self.VALUES, method="rank", ties=ties) == expected

    def test_the_highest_of_tied_ranks_counts_from_the_other_end_for_a_resource(self):
        # mirrored values −50 −40 −20 −20 −10: ranks 1, 2, 4, 4, 5
        found = scaled(self.VALUES, "resource", method="rank", ties="max")
        assert found == [5, 4, 4, 2, 1]

    @pytest.mark.parametrize(
        ("share", "expected"),
        [
            ("r/n", [0.2, 0.4, 0.6, 0.8, 1.0]),
            ("(r-1)/n", [0.0, 0.2, 0.4, 0.6, 0.8]),
            ("(r-1)/(n-1)", [0.0, 0.25, 0.5, 0.75, 1.0]),
            ("(r-0.5)/n", [0.1, 0.3, 0.5, 0.7, 0.9]),
            ("r/(n+1)", [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]),
            ("(r-0.375)/(n+0.25)", [0.625 / 5.25, 1.625 / 5.25, 0.5, 3.625 / 5.25, 4.625 / 5.25]),
        ],
    )
    def test_every_share_of_a_rank_is_the_one_it_says(self, share, expected):
        found = scaled((1.0, 2.0, 3.0, 4.0, 5.0), method="percentile", rank_share=share)
        assert found == pytest.approx(expected, abs=1e-15)

    def test_wales_counts_from_the_most_deprived_area(self):
        # R = (N − r)/N with r = 1 for the most deprived; X = −23 ln(1 − R (1 − exp(−100/23)))
        deprived_first = np.arange(1, 11)
        share = (10 - deprived_first) / 10
        expected = -23 * np.log(1 - share * (1 - np.exp(-100 / 23)))
        values = -deprived_first.astype(float)  # the most deprived has the highest value
        found = scaled(values, method="exponential", rank_share="(r-1)/n")
        assert found == pytest.approx(expected, abs=1e-12)
        assert min(found) == 0.0
        assert max(scaled(values, method="exponential")) == pytest.approx(100.0, abs=1e-9)

    def test_normal_scores_are_quantiles_of_the_normal_distribution(self):
        expected = [NormalDist().inv_cdf(r / 6) for r in (1, 2.5, 2.5, 4, 5)]
        assert scaled(self.VALUES, method="normal_scores") == pytest.approx(expected, abs=1e-12)
        blom = [NormalDist().inv_cdf((r - 0.375) / 5.25) for r in (1, 2.5, 2.5, 4, 5)]
        how = {"method": "normal_scores", "rank_share": "(r-0.375)/(n+0.25)"}
        assert scaled(self.VALUES, **how) == pytest.approx(blom, abs=1e-12)
        mirrored = scaled(self.VALUES, "resource", method="normal_scores")
        assert mirrored == pytest.approx([-x for x in expected], abs=1e-12)

    def test_a_later_value_beyond_all_ranks_keeps_a_finite_normal_score(self):
        value = pd.DataFrame({"a": self.VALUES}, index=KEYS[:5])
        scale = fit_scale(value, of("a"), method="normal_scores", rank_share="(r-0.5)/n")
        later = standardise(pd.DataFrame({"a": [-1e9, 1e9]}, index=["x", "y"]), scale)["a"]
        assert np.isfinite(later).all()
        assert later["x"] < NormalDist().inv_cdf(0.1)
        assert later["y"] > NormalDist().inv_cdf(0.9)

    def test_a_share_that_reaches_one_is_no_normal_score(self):
        with pytest.raises(ValueError, match="'rank_share' parameter of fit_scale must be one of"):
            scaled(self.VALUES, method="normal_scores", rank_share="r/n")
        with pytest.raises(ValueError, match="'ties' parameter of fit_scale"):
            scaled(self.VALUES, method="rank", ties="highest")
        with pytest.raises(ValueError, match="Got 'n/r' instead"):
            scaled(self.VALUES, method="percentile", rank_share="n/r")

    def test_the_index_itself_may_become_a_rank_or_a_percentile(self):
        index = pd.Series([0.3, -1.0, 2.0, 0.3, np.nan], index=KEYS[:5])
        rank = restandardise(index, method="rank", ties="max")
        assert rank.tolist()[:4] == [3.0, 1.0, 4.0, 3.0]
        percentile = restandardise(index, method="percentile", ties="min", digits=4)
        assert percentile.tolist()[:4] == [0.3333, 0.0, 1.0, 0.3333]
        assert np.isnan(rank.iloc[4])
        assert np.isnan(percentile.iloc[4])
        assert fit_restandard(index, method="rank").params["index"]["reference"][0] == -1.0


class TestRounding:
    def test_halves_are_rounded_away_from_zero_on_what_is_written(self):
        # 0.285 lies a little below the half in binary, 1.005 too; 2.5 and −2.5 are exact halves.
        value = pd.DataFrame({"a": [0.285, 1.005, -0.285, 0.28499999]}, index=KEYS[:4])
        scale = fit_scale(value, of("a"), method="none", digits=2)
        assert standardise(value, scale)["a"].tolist() == [0.29, 1.01, -0.29, 0.28]

    def test_steps_are_rounded_in_between_and_later_years_alike(self):
        value = table()
        how = {"scaling": {"method": "percentile", "ties": "min", "digits": 4},
               "aggregation": {"method": "sum"},
               "restandardise": {"method": "percentile", "ties": "min", "digits": 4}}  # fmt: skip
        fitted = fit_index(value, of(), sections=how)
        shares = (value.rank(method="min") - 1) / 39
        parts = np.floor(shares * 1e4 + 0.5) / 1e4
        total = parts.sum(axis=1).round(10)
        expected = np.floor((total.rank(method="min") - 1) / 39 * 1e4 + 0.5) / 1e4
        found = fitted.score(value)["index"]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
        np.testing.assert_allclose(fitted.score(value.iloc[:3])["index"], expected[:3], atol=1e-12)

    @pytest.mark.parametrize("method", ["zscore", "minmax", "sd"])
    def test_contributions_add_up_to_an_index_that_was_rounded(self, method):
        value = table(3)
        how = {"scaling": {"method": "zscore", "digits": 3},
               "dimension_scaling": {"method": "minmax", "digits": 2},
               "restandardise": {"method": method, "digits": 1}}  # fmt: skip
        two = of("ab", dimension="x") + of("c", dimension="y")
        fitted = fit_index(value, two, sections=how)
        found = fitted.score(value)["index"]
        assert (found - found.round(1)).abs().max() < 1e-12
        parts = fitted.contributions(value)
        np.testing.assert_allclose(parts.sum(axis=1), found, rtol=0, atol=1e-12)

    def test_an_index_of_ranks_is_no_sum_of_contributions(self):
        z = table()
        with pytest.raises(ValueError, match="must be one of"):
            contributions(z, of(), restandard=fit_restandard(z["a"], method="rank"))


class TestClasses:
    def test_the_larger_groups_lie_where_it_is_said(self):
        index = pd.Series(np.arange(11.0), index=KEYS[:11])
        low = classify(index, fit_breaks(index, method="ntile", k=4))
        high = classify(index, fit_breaks(index, method="ntile", k=4, larger="high"))
        assert low.value_counts(sort=False).tolist() == [3, 3, 3, 2]
        assert high.value_counts(sort=False).tolist() == [2, 3, 3, 3]

    def test_classes_of_uneven_size_hold_the_areas_they_say(self):
        # Wales: most deprived tenth, second, third tenth, then 30–50 %, then the other half
        shares = [0.5, 0.2, 0.1, 0.1, 0.1]
        index = pd.Series(np.random.default_rng(1).permutation(1909).astype(float))
        for method in ("ntile", "quantile"):
            breaks = fit_breaks(index, method=method, shares=shares)
            counts = classify(index, breaks).value_counts().sort_index()
            cumulated = np.floor(np.cumsum(shares) * 1909 + 0.5)
            assert breaks.k == 5
            assert np.abs(counts.cumsum() - cumulated).max() <= 1
        exact = classify(index, fit_breaks(index, method="ntile", shares=shares))
        assert exact.value_counts().sort_index().tolist() == [955, 381, 191, 191, 191]

    def test_uneven_shares_may_be_shares_of_persons(self):
        index = pd.Series([1.0, 2.0, 3.0, 4.0], index=list("abcd"))
        persons = pd.Series([10.0, 10.0, 10.0, 70.0], index=list("abcd"), name="einwohner")
        breaks = fit_breaks(
            index, method="quantile", shares=[0.2, 0.8], weights=persons, right=True
        )
        assert classify(index, breaks).tolist() == [1, 1, 2, 2]

    @pytest.mark.parametrize("shares", [[0.5, 0.6], [1.0], [0.5, 0.5, 0.0], [1.2, -0.2]])
    def test_shares_that_are_no_parts_of_a_whole_are_refused(self, shares):
        with pytest.raises(ValueError, match="'shares' parameter of fit_breaks"):
            fit_breaks(pd.Series([1.0, 2, 3]), method="ntile", shares=shares)
        with pytest.raises(ValueError, match="'shares' parameter of fit_breaks"):
            fit_breaks(pd.Series([1.0, 2, 3]), method="equal", shares=[0.5, 0.5])
        with pytest.raises(ValueError, match="'larger' parameter of fit_breaks"):
            fit_breaks(pd.Series([1.0, 2, 3]), method="ntile", larger="burden")


class TestWeights:
    def test_a_component_over_persons_is_the_one_of_repeated_areas(self):
        z = table(4)
        persons = pd.Series(np.random.default_rng(2).integers(1, 6, 40), KEYS, name="einwohner")
        repeated = z.loc[z.index.repeat(persons)]
        by_hand = np.linalg.svd((repeated - repeated.mean()) / repeated.std(ddof=0))[2][0]
        found = fit_weights(z, of(), method="pca", against="keep", weights=persons)
        vector = np.array([found.by_node["index"][i] for i in "abc"])
        np.testing.assert_allclose(vector * np.sign(vector @ by_hand), by_hand, atol=1e-12)
        alike = fit_weights(z, of(), method="pca", against="keep")
        assert found.by_node != alike.by_node
        assert found.options["weights"] == "einwohner"
        assert isinstance(found, Learnt)

    def test_an_area_without_persons_shapes_no_component(self):
        z = table(5)
        persons = pd.Series(1.0, KEYS)
        persons.iloc[[3, 7]], z.iloc[3] = 0.0, 900.0
        persons.iloc[7] = np.nan
        rest = z.drop(index=[KEYS[3], KEYS[7]])
        found = fit_weights(z, of(), method="factor", weights=persons)
        alone = fit_weights(rest, of(), method="factor")
        assert found.by_node["index"] == pytest.approx(alone.by_node["index"], abs=1e-12)

    def test_published_coefficients_give_the_published_score(self):
        # score = 0.5 a + 1.25 b with no weights made to add up to 1
        value = table(6, "ab")
        how = {"scaling": {"method": "none"}, "aggregation": {"method": "sum"},
               "weighting": {"method": "published", "coefficients": {"a": 0.5, "b": 1.25}}}  # fmt: skip
        found = fit_index(value, of("ab"), sections=how).score(value)["index"]
        np.testing.assert_allclose(found, 0.5 * value["a"] + 1.25 * value["b"], atol=1e-12)

    def test_a_coefficient_against_the_declared_direction_is_said(self):
        how = {"method": "published", "coefficients": {"a": 0.5, "b": -1.0, "c": 1.0}}
        with pytest.raises(DataError, match="erklärte Richtung"):
            fit_weights(table(), of(), **how)
        kept = fit_weights(table(), of(), **how, against="keep")
        assert kept.by_node["index"]["b"] == -1.0

    def test_wrong_coefficients_and_persons_are_refused(self):
        for coefficients in ({"a": 1.0}, {"a": 1.0, "b": 1.0, "c": 1.0, "q": 1.0}, None):
            with pytest.raises(ValueError, match="'coefficients' parameter of fit_weights"):
                fit_weights(table(), of(), method="published", coefficients=coefficients)
        with pytest.raises(ValueError, match="'weights' parameter of fit_weights must be None"):
            fit_weights(table(), of(), method="critic", weights=pd.Series(1.0, KEYS))
        for wrong in (0.0, -1.0, np.inf):
            with pytest.raises(ValueError, match="'weights' parameter of fit_weights must hold"):
                fit_weights(table(), of(), method="pca", weights=pd.Series(wrong, KEYS))
