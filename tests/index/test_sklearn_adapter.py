"""The adapter keeps scikit-learn's contract: its own checks run over it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

import sozialraum as sr
from sozialraum.model.protected import RawCounts
from sozialraum.sklearn import SocialSpaceIndex


@parametrize_with_checks([SocialSpaceIndex(), SocialSpaceIndex(method="zscore", ddof=1)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learn_s_own_checks(estimator, check):
    check(estimator)


def test_it_gives_the_mean_of_stretched_columns_with_resources_mirrored():
    x = np.array([[0.0, 10.0], [1.0, 0.0], [0.5, 5.0]])
    found = SocialSpaceIndex(directions=["burden", "resource"]).fit_transform(x)
    assert found[:, 0].tolist() == [0.0, 1.0, 0.5]


def test_it_works_in_a_pipeline():
    rng = np.random.default_rng(1)
    x = rng.uniform(size=(50, 3))
    y = x.mean(axis=1)
    fitted = make_pipeline(SocialSpaceIndex(method="none"), LinearRegression()).fit(x, y)
    assert fitted.score(x, y) == pytest.approx(1.0)


def test_wrong_lengths_are_told():
    with pytest.raises(ValueError, match="one entry per column"):
        SocialSpaceIndex(weights=[1.0]).fit(np.eye(3))


def protected(cases):
    keys = pd.Index([f"{n:02d}" for n in range(24)])
    frames = (
        pd.DataFrame({"a": cases, "b": np.arange(24) * 2 + 8}, keys),
        pd.DataFrame({"a": 100.0, "b": 90.0}, keys),
    )
    made = sr.privacy.protect(
        [sr.privacy.CaseCounts("2024-12-31", *(f.astype(float) for f in frames))],
        {"g": pd.Series(keys, keys)}, publish=["g"], rules=sr.privacy.DisclosureRules(),
    )  # fmt: skip
    return made.protected.on("g")["2024-12-31"]


def test_protected_counts_go_in_and_two_deliveries_that_look_alike_give_one_index():
    one = np.arange(24) % 8 * 3 + 6.0  # low ends of 6-8, 9-11, …
    other = one.copy()
    other[[0, 5]] += 1, -0.0
    other[1], one[1] = one[1], one[1] + 1  # the total is the same
    tables = protected(one), protected(other)
    assert tables[0].middle.equals(tables[1].middle) and not np.array_equal(one, other)
    found = [SocialSpaceIndex().fit_transform(t) for t in tables]
    assert np.array_equal(*found)
    by_hand = tables[0].middle / tables[0].base
    assert np.array_equal(found[0], SocialSpaceIndex().fit_transform(by_hand))


def test_true_counts_are_refused():
    with pytest.raises(TypeError, match="protect them first"):
        SocialSpaceIndex().fit(RawCounts(pd.DataFrame({"a": [1.0, 2.0]})))
