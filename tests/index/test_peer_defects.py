"""Defects found in other packages for composite indicators: one test each that they are absent here.

The numbers are those of the list of defects the project keeps; each docstring says what went wrong
elsewhere.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sozialraum.index.aggregation import aggregate, contributions, restandardise
from sozialraum.index.classes import class_counts, classify, fit_breaks, inspect_classes
from sozialraum.index.diagnostics import cronbach_alpha
from sozialraum.index.indicators import compute_indicators
from sozialraum.index.means import MEANS
from sozialraum.index.method import fit_index
from sozialraum.index.normalisers import NORMALISERS
from sozialraum.index.ordering import copeland, outranking
from sozialraum.index.preparation.imputation import impute
from sozialraum.index.preparation.shrinkage import shrink_rates
from sozialraum.index.preparation.treatment import fit_treatment, transform, treat
from sozialraum.index.quantiles import weighted_quantiles
from sozialraum.index.scaling import fit_scale, outside_range, standardise
from sozialraum.index.weighting.weight_rules import optimised_weights
from sozialraum.index.weighting.weights import fit_weights
from sozialraum.model import Indicator, Scale
from sozialraum.model.errors import DataError

PROPERTY = settings(max_examples=40, derandomize=True, deadline=None)
SHARES = arrays(np.float64, (8, 3), elements=st.integers(0, 1000).map(lambda n: n / 1000))
ANCHORS = {"goalposts": {"goalposts": {"x": (0.0, 1.0)}}, "target": {"targets": {"x": 0.5}},
           "distance": {"references": {"x": 0.5}}, "base100": {"references": {"x": 0.5}}}  # fmt: skip
MEAN_NAMES = sorted(MEANS)


def one(direction="burden"):
    return [Indicator(id="x", label="x", direction=direction, value="x")]


def burdens(ids, **how):
    return [Indicator(id=i, label=i, direction="burden", value=i, **how) for i in ids]


def normalised(x, method, direction, orientation="deprivation"):
    how = ANCHORS.get(method, {})
    frame = pd.DataFrame({"x": x})
    scale = fit_scale(frame, one(direction), method=method, orientation=orientation, **how)
    return standardise(frame, scale)["x"].to_numpy()


def test_1_every_transformation_changes_a_skewed_column():
    """COINr's log_GII computes the logarithm and returns the values as they were."""
    skewed = pd.DataFrame({"x": np.exp(np.linspace(0, 8, 30)) + 1})
    for function in ("log", "log1p", "sqrt"):
        assert not np.allclose(transform(skewed, {"x": function}), skewed)
    for rule in ("winsorise", "winsorise_then_log", "winsorise_then_boxcox", "log", "boxcox"):
        assert not np.allclose(treat(skewed, fit_treatment(skewed, rule=rule)), skewed)


@pytest.mark.parametrize("method", sorted(NORMALISERS))
@PROPERTY
@given(x=SHARES)
def test_2_turning_the_direction_reverses_the_order(method, x):
    """COINr's n_fracmax gives the worst unit the best score if the direction is negative."""
    x = np.append(x[:, 0] + np.arange(8) / 1000, [0.0001, 1.1])
    up, down = normalised(x, method, "burden"), normalised(x, method, "resource")
    # Capped normalisers may join values, no normaliser may turn them round.
    order = np.sign(np.subtract.outer(x, x))
    assert (np.sign(np.round(np.subtract.outer(up, up), 12)) * order >= 0).all()
    assert (np.sign(np.round(np.subtract.outer(down, down), 12)) * order <= 0).all()
    assert up[-1] > up[-2]
    assert down[-1] < down[-2]
    both = normalised(x, method, "resource", "participation")
    assert np.array_equal(both, up)


@PROPERTY
@given(x=SHARES, order=st.permutations(range(8)), columns=st.permutations(range(3)))
def test_3_the_order_of_rows_and_columns_does_not_matter(x, order, columns):
    """COINr's outranking depends on the order of rows where values are missing."""
    holes = np.where(x < 0.05, np.nan, x)
    score = copeland(holes, np.ones(3))
    turned = copeland(holes[order][:, columns], np.ones(3))
    assert np.array_equal(turned, score[order], equal_nan=True)
    both = outranking(holes, np.ones(3))
    assert np.allclose((both + both.T)[~np.eye(8, dtype=bool)], 1.0)
    frame = pd.DataFrame(x + 0.01, columns=list("abc"))
    for method in MEAN_NAMES:
        plain = aggregate(frame, burdens("abc"), method=method)["index"].to_numpy()
        named = [list("abc")[c] for c in columns]
        again = aggregate(frame.iloc[order][named], burdens(named), method=method)[
            "index"
        ].to_numpy()
        assert np.allclose(again, plain[order], rtol=1e-12)


@PROPERTY
@given(seed=st.integers(0, 10_000))
def test_4_learnt_weights_are_never_negative_and_add_up_to_one(seed):
    """COINr's optimised weights come out at −0.20."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, 4)) + rng.normal(size=(40, 1)) * rng.uniform(-0.5, 1, 4)
    stretched = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    frame = pd.DataFrame(stretched, columns=list("abcd"))
    for method in ("equal", "entropy", "critic", "factor"):
        weights = list(fit_weights(frame, burdens("abcd"), method=method).by_node["index"].values())
        assert min(weights) >= 0
        assert sum(weights) == pytest.approx(1.0, abs=1e-12)
    best = optimised_weights(x, np.ones(4))
    assert best.min() >= 0
    assert best.sum() == pytest.approx(1.0, abs=1e-12)


def test_5_an_indicator_against_its_direction_is_never_turned_silently():
    """COINr uses components of mixed signs as weights; the GISD of 2019 shipped an inverted part."""
    rng = np.random.default_rng(1)
    a = rng.normal(size=80)
    frame = pd.DataFrame({"a": a, "b": a + rng.normal(size=80), "c": rng.normal(size=80) - a})
    with pytest.raises(DataError, match="nie still umgedreht"):
        fit_weights(frame, burdens("abc"), method="pca")


@pytest.mark.parametrize("method", MEAN_NAMES)
def test_7_every_mean_keeps_the_same_promise_about_missing_values(method):
    """COINr's general mean returns NA although its documentation says missing values are skipped."""
    z = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": [3.0, np.nan, np.nan], "c": [2.0, 2.0, np.nan]})
    strict = aggregate(z, burdens("abc"), method=method)["index"]
    assert strict.notna().tolist() == [True, False, False]
    loose = aggregate(z, burdens("abc"), method=method, min_available=0.6)["index"]
    assert loose.notna().tolist() == [True, True, False]
    assert loose[0] == strict[0]
    two = aggregate(z[["a", "c"]], burdens("ac"), method=method)["index"][1]
    assert loose[1] == pytest.approx(two * (1.5 if method == "sum" else 1.0))


def test_7_rare_and_constant_columns_pass_through_the_outlier_rule():
    """COINr's winsorise stops with an error on an indicator of a rare event."""
    rare = pd.DataFrame({"rare": [0.0] * 40 + [1.0], "same": [3.0] * 41, "gap": [np.nan] * 41})
    for rule in ("winsorise", "winsorise_then_log", "winsorise_then_boxcox"):
        treatment = fit_treatment(rare, rule=rule)
        found = treat(rare, treatment)
        assert found["rare"].nunique() == 2  # not made constant
        assert found["same"].eq(3.0).all()
        assert found["gap"].isna().all()


def test_8_alpha_does_not_depend_on_units():
    """COINr takes covariances of raw, undirected data: alpha between −0.55 and 0.62."""
    rng = np.random.default_rng(2)
    f = rng.normal(size=100)
    x = pd.DataFrame({i: f + rng.normal(size=100) for i in "abc"})
    assert cronbach_alpha(x * [1, 1000, 0.01]).alpha == pytest.approx(cronbach_alpha(x).alpha)


def test_9_a_frozen_reference_is_a_value_that_stays_usable():
    """COINr cannot regenerate, vary or compare a panel that was normalised together."""
    old = pd.DataFrame({"x": [0.1, 0.2, 0.4]}, index=["01", "02", "03"])
    new = pd.DataFrame({"x": [0.05, 0.3, 0.6, np.nan]}, index=["01", "02", "03", "04"])
    for method in sorted(NORMALISERS):
        scale = fit_scale(old, one(), method=method, **ANCHORS.get(method, {}))
        kept = Scale.from_dict(scale.to_dict())
        assert kept == scale
        found = standardise(new, kept)["x"]
        assert found.isna().tolist() == [False, False, False, True]
        assert all(a <= b for a, b in pairwise(found.dropna()))
    stretched = fit_scale(old, one(), method="minmax")
    found = standardise(new, stretched)
    assert found["x"].round(4).tolist()[:3] == [-0.1667, 0.6667, 1.6667]  # kept, not clipped
    assert outside_range(found, stretched)["x"].tolist() == [True, False, True, False]


@PROPERTY
@given(x=SHARES)
def test_11_the_penalty_has_two_directions(x):
    """Compind's AMPI overwrites its argument: both directions give the same."""
    z = pd.DataFrame(70 + 60 * x, columns=list("abc"))
    mean = aggregate(z, burdens("abc"))["index"]
    for method in ("mpi", "mean_min"):
        more = aggregate(z, burdens("abc"), method=method, penalty="add")["index"]
        less = aggregate(z, burdens("abc"), method=method, penalty="subtract")["index"]
        assert (more >= mean - 1e-9).all()
        assert (less <= mean + 1e-9).all()
        uneven = z.std(axis=1) > 1e-6
        assert (more > less)[uneven].all()


def test_12_mean_min_subtracts_each_area_s_own_mean():
    """Compind recycles a vector down the columns: 313 instead of 103.6."""
    z = pd.DataFrame([[100.0, 110.0, 90.0], [120.0, 80.0, 100.0]], columns=list("abc"))
    found = aggregate(z, burdens("abc"), method="mean_min", alpha=1.0, beta=0.0, penalty="subtract")
    assert found["index"].tolist() == pytest.approx([90.0, 80.0])  # alpha = 1: the minimum
    half = aggregate(z, burdens("abc"), method="mean_min", alpha=0.5, beta=0.0, penalty="subtract")
    assert half["index"].tolist() == pytest.approx([95.0, 90.0])


def test_13_mazziotta_pareto_uses_the_population_deviation_and_says_so():
    """Compind uses the sample deviation in both steps; the index differs by up to 2.95 points."""
    z = pd.DataFrame([[90.0, 100.0, 110.0]], columns=list("abc"))
    # M = 100, S² = (100 + 0 + 100)/3, M ± S²/M
    for penalty, sign in (("add", 1), ("subtract", -1)):
        found = aggregate(z, burdens("abc"), method="mpi", penalty=penalty)["index"][0]
        assert found == pytest.approx(100 + sign * (200 / 3) / 100, abs=1e-12)
    value = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    scale = fit_scale(value, one(), method="zscore", ddof=0, location=100.0, step=10.0)
    expected = 100 + 10 * np.array([-1, 0, 1]) / np.sqrt(2 / 3)
    assert standardise(value, scale)["x"].tolist() == pytest.approx(expected.tolist())
    assert scale.options["ddof"] == 0


@PROPERTY
@given(seed=st.integers(0, 10_000))
def test_18_shrunken_rates_stay_within_bounds(seed):
    """esda's empirical Bayes gives negative rates where the variance between areas is negative."""
    rng = np.random.default_rng(seed)
    base = pd.Series(rng.integers(5, 200, 12).astype(float))
    cases = pd.Series(rng.binomial(base.astype(int), 0.1).astype(float))
    raw, mean = cases / base, cases.sum() / base.sum()
    found = shrink_rates(cases, base)
    assert (found >= np.minimum(raw, mean) - 1e-12).all()
    assert (found <= np.maximum(raw, mean) + 1e-12).all()


def test_19_a_gap_in_one_area_changes_no_other():
    """esda's local Moran turns every area into NaN and significant because of one gap."""
    rng = np.random.default_rng(3)
    value = pd.DataFrame(rng.uniform(size=(64, 3)), columns=list("abc"))
    value.iloc[7, 1] = np.nan
    fitted = fit_index(value, burdens("abc"), sections={"classes": {"k": 5}})
    table = fitted.score(value)
    assert table["index"].isna().sum() == table["class"].isna().sum() == 1
    without = fitted.score(value.drop(index=7))
    assert (without["index"] == table["index"].drop(7)).all()


def test_20_tied_quantiles_leave_an_empty_class_that_is_reported():
    """mapclassify returns four classes, one of them empty, and a NaN break."""
    index = pd.Series([0.0] * 30 + list(np.linspace(0.1, 1, 20)) + [np.nan])
    breaks = fit_breaks(index, method="quantile", k=5)
    assert breaks.k == 5
    assert np.isfinite(breaks.inner).all()
    counts = class_counts(classify(index, breaks), breaks)
    assert counts.sum() == 50
    empty = int((counts == 0).sum())
    assert empty > 0
    assert len(inspect_classes(classify(index, breaks), breaks)) == empty


def test_21_no_base_is_missing_and_not_zero():
    """ndi turns the infinite rate of an area without a base into "not deprived"."""
    counts = pd.DataFrame({"n": [0.0, 5.0, 0.0], "d": [0.0, 10.0, 10.0]})
    arm = [Indicator(id="x", label="x", direction="burden", numerator="n", denominator="d")]
    value, _, status = compute_indicators(counts, arm)
    assert value["x"].isna().tolist() == [True, False, False]
    assert status["x"].tolist() == ["no_base", "ok", "ok"]
    assert value["x"][2] == 0.0


def test_22_what_is_learnt_depends_on_stated_rules_alone():
    """The GISD's code picks outliers by hand per Land and year."""
    rng = np.random.default_rng(4)
    value = pd.DataFrame({"x": np.append(rng.normal(size=50), [40.0, 50.0])})
    treatment = fit_treatment(value)
    assert treatment == fit_treatment(value.sample(frac=1.0, random_state=1))
    assert treatment.record["x"]["pulled_in"] == (treat(value, treatment) != value).sum().sum() == 2


def test_filled_values_are_marked():
    """geosnap and others fill gaps with zero and say nothing."""
    value = pd.DataFrame({"x": [1.0, np.nan, 3.0]})
    filled, imputed = impute(value, method="mean")
    assert filled["x"].tolist() == [1.0, 2.0, 3.0]
    assert imputed["x"].tolist() == [False, True, False]
    assert value["x"].isna().sum() == 1


def test_weighted_quantiles_do_not_depend_on_the_unit_of_weights():
    """Hmisc's weighted quantiles are wrong for small weights."""
    rng = np.random.default_rng(5)
    x, w = rng.normal(size=50), rng.uniform(1, 9, 50)
    at = [0.2, 0.4, 0.6, 0.8]
    assert np.array_equal(weighted_quantiles(x, w, at), weighted_quantiles(x, w * 1e-6, at))
    assert np.array_equal(
        weighted_quantiles(x, np.ones(50), at), np.quantile(x, at, method="inverted_cdf")
    )


@PROPERTY
@given(x=SHARES, factor=st.sampled_from([100.0, 1000.0, 0.001]))
def test_units_do_not_change_the_index(x, factor):
    """Per cent or per mille: the same index, class by class."""
    value = pd.DataFrame(np.vstack([x, [0.0] * 3, [1.0] * 3]), columns=list("abc"))
    for method in ("minmax", "zscore", "rank", "percentile", "exponential"):
        how = {"scaling": {"method": method}}
        plain = fit_index(value, burdens("abc"), sections=how).score(value)["index"]
        other = fit_index(value * [factor, 1, 1], burdens("abc"), sections=how)
        assert np.allclose(other.score(value * [factor, 1, 1])["index"], plain, atol=1e-9)


@pytest.mark.parametrize("method", [m for m in MEAN_NAMES if m not in ("mpi", "mean_min")])
@PROPERTY
@given(x=SHARES, column=st.integers(0, 2), rise=st.floats(0.0, 0.5))
def test_raising_a_burden_never_lowers_the_index(method, x, column, rise):
    z = pd.DataFrame(0.01 + x, columns=list("abc"))
    raised = z.copy()
    raised.iloc[0, column] += rise
    before = aggregate(z, burdens("abc"), method=method)["index"]
    after = aggregate(raised, burdens("abc"), method=method)["index"]
    assert after[0] >= before[0] - 1e-12
    assert (after[1:] == before[1:]).all()


@pytest.mark.parametrize("method", MEAN_NAMES)
@PROPERTY
@given(x=SHARES)
def test_contributions_add_up_for_every_mean_at_every_level(method, x):
    z = pd.DataFrame(x, columns=list("abc")).assign(d=0.5)
    three = [*burdens("ab", dimension="eins"), *burdens("c", dimension="zwei"), *burdens("d")]
    how = {"method": method, "nodes": [{"id": "zwei", "weight": 2.0}]}
    if method == "mpi":
        z = z + 1.0  # a mean of 0 has no coefficient of variation
    index = aggregate(z, three, **how)["index"]
    parts = contributions(z, three, **how)
    assert np.abs(parts.sum(axis=1) - index).max() <= 1e-12 * max(1.0, index.abs().max())


def test_a_constant_column_is_refused_by_name():
    value = pd.DataFrame({"a": [0.1, 0.2], "b": [0.3, 0.3], "c": [0.1 + 0.2, 0.3]})
    with pytest.raises(DataError) as told:
        fit_scale(value, burdens("abc"))
    assert [p.column for p in told.value.problems] == ["b", "c"]  # c differs by rounding alone


def test_a_restandardised_index_keeps_the_ranks():
    index = pd.Series([3.0, 1.0, 2.0, np.nan])
    for method in ("zscore", "sd", "minmax", "none"):
        again = restandardise(index, method=method)
        assert again.rank().equals(index.rank())
