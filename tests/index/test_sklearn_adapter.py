"""The adapter keeps scikit-learn's contract: its own checks run over it."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

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
