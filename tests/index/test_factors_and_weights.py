"""Weights, factors, benefit of the doubt against the OECD/JRC Handbook and R (psych, factanal)."""

import json

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.index.weighting.benefit_of_the_doubt import benefit_of_the_doubt
from sozialraum.index.weighting.factors import (
    correlation,
    factor_weights,
    ml_factors,
    principal_components,
    varimax,
)
from sozialraum.index.weighting.weight_rules import (
    critic_weights,
    entropy_weights,
    optimised_weights,
)
from sozialraum.index.weighting.weights import (
    ahp_weights,
    fit_weights,
    inspect_weights,
)
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError


def tai():
    return pd.read_csv(shared("cases/oecd_tai/tai23_raw.csv"), index_col="country")


def burdens(ids, dimension=""):
    return [Indicator(id=i, label=i, direction="burden", value=i, dimension=dimension) for i in ids]


def test_the_handbook_s_judgements_give_its_weights_and_consistency():
    toy = json.loads(shared("cases/social_choice/handbook_toy_cases.json").read_text())
    case = toy["ahp_table20"]
    weight, consistency = ahp_weights(np.array(case["matrix"], dtype=float))
    assert np.abs(weight - case["computed_weights"]).max() <= 5.1e-5
    assert consistency["lambda_max"] == pytest.approx(case["lambda_max"], abs=1e-8)
    assert consistency["ci"] == pytest.approx(case["CI"], abs=1e-7)
    assert consistency["cr"] == pytest.approx(case["CR_RI1.41"], abs=1e-6)


def test_contradicting_judgements_are_told():
    circle = {"index": [[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]]}
    weights = fit_weights(
        pd.DataFrame(np.zeros((2, 3)), columns=list("abc")),
        burdens("abc"),
        method="ahp",
        judgements=circle,
    )
    assert [p.code for p in inspect_weights(weights)] == ["index.inconsistent"]


def test_eigenvalues_of_the_handbook():
    published = pd.read_csv(shared("cases/oecd_tai/tai23_eigen.csv"))
    found = principal_components(correlation(tai().to_numpy(float)))
    assert np.abs(found.eigenvalues - published["eigen"]).max() <= 1e-9
    stated = published["published_pct"].notna()
    assert (
        np.abs(found.eigenvalues / 8 * 100 - published["published_pct"])[stated].max() <= 0.12
    )  # inputs are printed rounded


def test_varimax_gives_the_handbook_s_loadings_and_nicoletti_weights():
    found = principal_components(correlation(tai().to_numpy(float)))
    rotated = varimax(found.loadings[:, :4])
    published = pd.read_csv(shared("cases/oecd_tai/tai23_varimax4_computed.csv"), index_col=0)
    for factor in published:
        distance = [
            min(np.abs(rotated[:, k] - s * published[factor]).max() for s in (1, -1))
            for k in range(4)
        ]
        assert min(distance) <= 2e-3
    weights = factor_weights(rotated)
    expected = [0.16, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16]  # Handbook, table 18 within .01
    assert np.abs(weights - expected).max() <= 0.0101


def test_benefit_of_the_doubt_gives_the_handbook_s_scores():
    published = pd.read_csv(shared("cases/oecd_tai/tai23_bod.csv"), index_col="country")
    raw = tai()
    stretched = (raw - raw.min()) / (raw.max() - raw.min())
    score, _ = benefit_of_the_doubt(stretched.to_numpy(float), weight_shares=(0.10, 0.15))
    found = pd.Series(score, index=raw.index).reindex(published.index)
    gap = np.abs(found - published["bod_published_table19"])
    assert np.abs(found - published["bod_share10_15_computed"]).max() <= 1e-7
    assert gap.max() <= 0.0075
    free, _ = benefit_of_the_doubt(stretched.to_numpy(float))
    free = pd.Series(free, index=raw.index).reindex(published.index)
    assert np.abs(free - published["bod_unconstrained"]).max() <= 1e-7


def test_pie_shares_hold_in_every_area():
    x = np.random.default_rng(1).uniform(0.1, 1, (30, 4))
    score, weight = benefit_of_the_doubt(x, pie_shares=(0.1, 0.5))
    pie = weight * x / score[:, None]
    assert pie.min() >= 0.1 - 1e-7
    assert pie.max() <= 0.5 + 1e-7
    assert score.max() == pytest.approx(1.0)
    assert score.max() <= 1 + 1e-9


def test_first_component_of_attitude_equals_r():
    items = pd.read_csv(shared("cases/diagnostics/attitude_reference_items.csv"))
    data = pd.read_csv(shared("cases/diagnostics/attitude_R.csv")).to_numpy(float)
    r = correlation(data)
    found = principal_components(r)
    assert np.abs(found.eigenvalues - items["pca_eig"]).max() <= 1e-9
    assert np.abs(found.loadings[:, 0] - items["pca_loading"]).max() <= 1e-9
    factors = ml_factors(r)
    assert np.abs(factors.loadings[:, 0] - items["ml_fa_loading"]).max() <= 1e-4
    assert np.abs(factors.uniqueness - items["ml_uniq"]).max() <= 1e-4


@pytest.mark.parametrize("pillar", ["Environ", "Social", "SusEcFin"])
def test_first_component_of_coinr_up_to_its_unset_sign(pillar):
    published = pd.read_csv(shared(f"cases/coinr_asem/pca_raw_PC1_{pillar}.csv")).set_index("iCode")
    raw = pd.read_csv(shared("cases/coinr_asem/stage_Raw.csv")).set_index("uCode")
    data = raw[list(published.index)].to_numpy(float)
    found = principal_components(correlation(data)).vectors[:, 0]
    sign = np.sign(found @ published["PC1"])
    assert np.abs(found * sign - published["PC1"]).max() <= 1e-9
    assert found.sum() >= 0


def test_entropy_gives_no_weight_to_an_indicator_that_is_the_same_everywhere():
    # p = (1/4, 3/4): e = −(¼ ln ¼ + ¾ ln ¾)/ln 2 = .8112781; a constant column has e = 1
    x = np.array([[1.0, 2.0, 1.0], [3.0, 2.0, 3.0]])
    assert entropy_weights(x) == pytest.approx([0.5, 0.0, 0.5])


def test_critic_gives_a_repeated_indicator_less_than_a_new_one():
    rng = np.random.default_rng(3)
    a, c = rng.uniform(size=200), rng.uniform(size=200)
    w = critic_weights(np.column_stack([a, a, c]))
    assert w[2] > w[0] == pytest.approx(w[1])
    assert w.sum() == pytest.approx(1.0)


def test_optimised_weights_reach_the_target_and_are_never_negative():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(300, 4)) @ np.array(
        [[1, 0.8, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    )
    w = optimised_weights(x, np.ones(4))
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1.0, abs=1e-12)
    r = [np.corrcoef(x[:, i], x @ w)[0, 1] for i in range(4)]
    assert np.ptp(r) < 1e-3


def test_a_loading_against_the_declared_direction_is_refused_by_name():
    rng = np.random.default_rng(7)
    a = rng.normal(size=100)
    z = pd.DataFrame({"a": a, "b": a + rng.normal(size=100), "c": -a + rng.normal(size=100)})
    with pytest.raises(DataError, match="gegen seine erklärte Richtung") as told:
        fit_weights(z, burdens("abc"), method="pca")
    assert [p.column for p in told.value.problems] == ["c"]
    kept = fit_weights(z, burdens("abc"), method="pca", against="keep")
    assert kept.by_node["index"]["c"] < 0


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"method": "x"}, "The 'method' parameter of fit_weights"),
        ({"method": "ahp"}, "The 'judgements' parameter of fit_weights"),
        ({"against": "flip"}, "The 'against' parameter of fit_weights"),
    ],
)
def test_wrong_arguments_are_told(how, message):
    with pytest.raises(ValueError, match=message):
        fit_weights(pd.DataFrame({"a": [0.0, 1.0]}), burdens("a"), **how)
