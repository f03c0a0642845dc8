"""Diagnostics against R's psych and car, the Handbook, and defects put in on purpose."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.index.diagnostics import (
    bartlett_test,
    cronbach_alpha,
    eigenvalues,
    inspect_index,
    sampling_adequacy,
    variance_inflation,
)
from sozialraum.index.preparation.treatment import kurtosis, skewness
from sozialraum.model import Indicator

FOLDER = "cases/diagnostics"


def attitude():
    return pd.read_csv(shared(f"{FOLDER}/attitude_R.csv")).astype(float)


def scalars():
    return pd.read_csv(shared(f"{FOLDER}/attitude_reference_scalars.csv")).set_index("stat")[
        "value"
    ]


def items():
    return pd.read_csv(shared(f"{FOLDER}/attitude_reference_items.csv")).set_index("item")


def test_alpha_equals_psych():
    raw = cronbach_alpha(attitude(), standardised=False)
    assert raw.alpha == pytest.approx(scalars()["alpha_raw"], abs=1e-9)
    assert cronbach_alpha(attitude()).alpha == pytest.approx(scalars()["alpha_std"], abs=1e-9)
    assert raw.mean_correlation == pytest.approx(scalars()["avg_r"], abs=1e-9)
    assert np.abs(raw.items["alpha_if_dropped"] - items()["alpha_if_dropped"]).max() <= 1e-9
    assert np.abs(raw.items["item_rest"] - items()["item_rest_r"]).max() <= 1e-9


def test_alpha_of_the_handbook_s_table_11():
    raw = pd.read_csv(shared("cases/oecd_tai/tai23_raw.csv"), index_col="country").astype(float)
    published = pd.read_csv(shared("cases/oecd_tai/tai23_cronbach_table11.csv")).set_index(
        "deleted"
    )
    found = cronbach_alpha(raw)
    assert found.alpha == pytest.approx(0.70, abs=0.005)
    assert np.abs(found.items["alpha_if_dropped"] - published["alpha_published"]).max() <= 0.0015
    assert np.abs(found.items["item_rest"] - published["published"]).max() <= 0.006


def test_sampling_adequacy_and_bartlett_equal_psych():
    overall, each = sampling_adequacy(attitude())
    assert overall == pytest.approx(scalars()["KMO_overall"], abs=1e-9)
    assert np.abs(each - items()["MSA"]).max() <= 1e-9
    statistic, freedom, p = bartlett_test(attitude())
    assert statistic == pytest.approx(scalars()["bartlett_chisq"], abs=1e-9)
    assert freedom == 21
    assert p == pytest.approx(scalars()["bartlett_p"], rel=1e-6)


def test_variance_inflation_equals_car():
    # car::vif of a regression of rating on the six others: the others' correlations alone
    found = variance_inflation(attitude().drop(columns="rating"))
    assert np.abs(found - items()["vif_vs_rating"].dropna()).max() <= 1e-9


def test_eigenvalues_skewness_and_kurtosis_equal_r():
    assert np.abs(eigenvalues(attitude()).to_numpy() - items()["pca_eig"].to_numpy()).max() <= 1e-9
    for name, row in items().iterrows():
        x = attitude()[name].to_numpy()
        assert skewness(x) == pytest.approx(row["skew_type2"], abs=1e-9)
        assert kurtosis(x) == pytest.approx(row["kurt_type2"], abs=1e-9)


def test_an_indicator_that_is_the_sum_of_two_has_infinite_inflation():
    rng = np.random.default_rng(1)
    x = pd.DataFrame(rng.normal(size=(50, 3)), columns=list("abd"))
    x["c"] = x["a"] + x["b"]
    found = variance_inflation(x)
    assert np.isinf(found[["a", "b", "c"]]).all()
    assert np.isfinite(found["d"])


def made(ids, **how):
    return [Indicator(id=i, label=f"Merkmal {i}", direction="burden", value=i, **how) for i in ids]


def test_each_defect_is_told_in_a_sentence():
    rng = np.random.default_rng(2)
    base = rng.normal(size=200)
    z = pd.DataFrame(
        {
            "a": base + 0.3 * rng.normal(size=200),
            "b": base + 0.3 * rng.normal(size=200),
            "gegen": -base + rng.normal(size=200),
            "null": (rng.uniform(size=200) > 0.8) * rng.uniform(size=200),
        }
    )
    z["doppelt"] = z["a"] * 1.001
    found = inspect_index(z, z, made(z.columns), outcomes=["b"], allocation=["a"])
    told = {(p.code, p.column) for p in found}
    assert ("index.outcome_as_input", "b") in told
    assert ("index.allocation_uses_input", "a") in told
    assert ("index.against_direction", "gegen") in told
    assert ("index.mostly_zero", "null") in told
    assert ("index.redundant", "a") in told
    assert {p.severity for p in found if p.code == "index.outcome_as_input"} == {"error"}
    assert all(p.action for p in found)


def test_two_things_in_one_group_and_too_few_areas_are_told():
    rng = np.random.default_rng(3)
    f, g = np.tile([1.0, -1.0], 4), np.repeat([1.0, -1.0], 4)  # uncorrelated
    z = pd.DataFrame(
        {"a": f, "b": f + 0.1 * rng.normal(size=8), "c": g, "d": g + 0.1 * rng.normal(size=8)}
    )
    codes = {p.code for p in inspect_index(z, z, made("abcd"))}
    assert {"index.few_areas", "index.second_dimension"} <= codes


def test_a_sound_index_gives_no_warning():
    rng = np.random.default_rng(4)
    base = rng.normal(size=300)
    z = pd.DataFrame({i: base + 0.7 * rng.normal(size=300) for i in "abcd"})
    assert inspect_index(z, z, made("abcd")) == []
