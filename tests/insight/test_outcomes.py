"""Transitions by type: rates, ratios, trend, standardisation, model, and the sentence."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.insight.outcomes import (
    FALLACY,
    OutcomeCounts,
    check_outcome,
    describe_ratio,
    rate_ratio,
    standardised_rates,
    transition_rates,
    trend_test,
)
from sozialraum.insight.regression import logistic
from sozialraum.model import Indicator
from sozialraum.model.errors import ConfigError
from sozialraum.texts import text

KEYS = [f"{i:02d}" for i in range(6)]
TYPES = pd.Series([1, 1, 3, 3, 5, 5], KEYS)
OUTCOME = OutcomeCounts(
    "hauptschule",
    pd.Series([5.0, 7, 12, 10, 30, 24], KEYS),
    pd.Series([100.0, 100, 100, 80, 110, 90], KEYS),
    "eine Hauptschulempfehlung",
)  # 12 of 200 = 6 %, 22 of 180, 54 of 200 = 27 %


def test_rates_of_types_are_rates_of_sums():
    table = transition_rates(OUTCOME, TYPES)
    assert table["cases"].to_dict() == {1: 12.0, 3: 22.0, 5: 54.0}
    assert table["rate"].tolist() == [12 / 200, 22 / 180, 54 / 200]
    assert table["areas"].tolist() == [2, 2, 2]
    assert ((table["rate_low"] < table["rate"]) & (table["rate"] < table["rate_high"])).all()


def test_the_ratio_has_three_intervals_and_the_odds_overstate():
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = rate_ratio(OUTCOME, TYPES, 5, 1)
    assert found.ratio == pytest.approx(4.5)
    for method, ours in (
        ("score", (found.low, found.high)),
        ("log", (found.katz_low, found.katz_high)),
    ):
        peer = confint_proportions_2indep(54, 200, 12, 200, compare="ratio", method=method)
        np.testing.assert_allclose(ours, peer, rtol=1e-5)
    assert found.odds == pytest.approx(54 * 188 / (146 * 12)) and found.odds > found.ratio
    with pytest.raises(ValueError, match="Got no area of"):
        rate_ratio(OUTCOME, TYPES, 4, 1)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ((60, 15), "mehr als doppelt so hoch wie"),
        ((30, 16), "höher als"),
        ((20, 16), "lassen die Zahlen offen"),
        ((16, 40), "niedriger als"),
        ((5, 60), "weniger als halb so hoch"),
        ((0, 60), "weniger als halb so hoch"),
    ],
)
def test_the_sentence_says_no_more_than_the_interval_bears(cases, expected):
    keys = ["a", "b"]
    outcome = OutcomeCounts("h", pd.Series(cases, keys, dtype=float), pd.Series([200.0, 200], keys))
    found = rate_ratio(outcome, pd.Series([5, 1], keys), 5, 1)
    words = describe_ratio(
        found, "eine Hauptschulempfehlung", group="Gebieten mit hoher Belastung",
        reference="Gebieten mit niedriger Belastung",
    )  # fmt: skip
    assert "für eine Hauptschulempfehlung" in words
    assert expected in words and "95-%-Bereich" in words and words.endswith(").")


def test_more_than_doubles_needs_a_lower_limit_above_two():
    keys = ["a", "b"]
    # ratio 2.4, but the interval 1.39 to 4.20 reaches below 2
    outcome = OutcomeCounts("h", pd.Series([30.0, 15], keys), pd.Series([100.0, 120], keys))
    found = rate_ratio(outcome, pd.Series([5, 1], keys), 5, 1)
    words = describe_ratio(found, "eine Hauptschulempfehlung", group="Typ 5", reference="Typ 1")
    assert "höher als" in words and "doppelt" not in words and "1,4 bis 4,2" in words


def test_trend_test_equals_statsmodels():
    from statsmodels.stats.contingency_tables import Table

    rates = transition_rates(OUTCOME, TYPES)
    table = np.column_stack([rates["cases"], rates["children"] - rates["cases"]])
    peer = Table(table).test_ordinal_association(
        row_scores=np.array([1.0, 3, 5]), col_scores=np.array([1.0, 0])
    )
    n = table.sum()
    z, p = trend_test(OUTCOME, TYPES)
    # the peer's variance has N - 1 where Cochran and Armitage have N
    assert z == pytest.approx(peer.zscore * np.sqrt(n / (n - 1)), rel=1e-10)
    assert z > 0 and p < 1e-6
    with pytest.raises(ValueError, match="two types"):
        trend_test(OUTCOME, pd.Series(1, KEYS))


def test_standardisation_takes_the_composition_out_by_hand():
    # same rates per stratum in both types, other composition: .1 and .3
    strata = pd.DataFrame(
        {
            "type": [1, 1, 5, 5], "stratum": ["a", "b", "a", "b"],
            "cases": [8.0, 6, 2, 24], "children": [80.0, 20, 20, 80],
        }
    )  # fmt: skip
    table = standardised_rates(strata)
    assert table["rate"].tolist() == [0.14, 0.26]
    assert table["standardised"].tolist() == pytest.approx([0.2, 0.2])
    # .5² (.1·.9/80 + .3·.7/20) and .5² (.1·.9/20 + .3·.7/80)
    for type_, sd in (
        (1, np.sqrt(0.25 * (0.09 / 80 + 0.21 / 20))),
        (5, np.sqrt(0.25 * (0.09 / 20 + 0.21 / 80))),
    ):
        assert table.loc[type_, "high"] - 0.2 == pytest.approx(1.959963985 * sd)
    other = standardised_rates(strata, standard=pd.Series({"a": 3.0, "b": 1.0}))
    assert other["standardised"].tolist() == pytest.approx([0.15, 0.15])
    gap = standardised_rates(strata.iloc[:3])
    assert np.isnan(gap.loc[5, "standardised"]) and gap.loc[5, "rate"] == 0.1


def grouped_schools(seed=0, schools=40, effect=0.8):
    rng = np.random.default_rng(seed)
    burden = rng.normal(size=schools)
    school = 0.5 * rng.normal(size=schools)
    n = rng.integers(20, 80, schools)
    cases = rng.binomial(n, 1 / (1 + np.exp(1.5 - effect * burden - school)))
    keys = [f"s{i}" for i in range(schools)]
    frame = lambda a: pd.Series(a, keys, dtype=float)  # noqa: E731
    return frame(cases), frame(n), pd.DataFrame({"burden": burden}, keys), pd.Series(keys, keys)


def test_logistic_model_equals_statsmodels():
    import statsmodels.api as sm

    cases, n, terms, _ = grouped_schools()
    clusters = pd.Series([f"c{i // 2}" for i in range(40)], cases.index)
    found = logistic(cases, n, terms, clusters)
    both = np.column_stack([cases, n - cases])
    peer = sm.GLM(both, sm.add_constant(terms), family=sm.families.Binomial()).fit()
    np.testing.assert_allclose(found.table["estimate"], peer.params, rtol=1e-8)
    # clustered errors: the same fit on single children
    rows = np.repeat(np.arange(40), n.astype(int))
    y = np.concatenate(
        [np.repeat([1.0, 0], [int(c), int(m - c)]) for c, m in zip(cases, n, strict=True)]
    )
    single = sm.GLM(
        y, sm.add_constant(terms["burden"].to_numpy()[rows]), family=sm.families.Binomial()
    ).fit(cov_type="cluster", cov_kwds={"groups": rows // 2, "df_correction": False})
    # statsmodels multiplies by G/(G-1) · (N-1)/(N-k), we by G/(G-1)
    children = len(y)
    factor = np.sqrt((children - 2) / (children - 1))
    np.testing.assert_allclose(found.table["error"], single.bse * factor, rtol=1e-5)
    assert found.clusters == 20


def test_clustered_intervals_hold_the_truth_and_naive_ones_would_not():
    hits = 0
    for seed in range(150):
        cases, n, terms, clusters = grouped_schools(seed)
        found = logistic(cases, n, terms, clusters).table.loc["burden"]
        # the marginal effect is .8 shrunk by the school's own spread (Zeger et al. 1988)
        marginal = 0.8 / np.sqrt(1 + 0.346 * 0.25)
        hits += found["low"] <= np.exp(marginal) <= found["high"]
    assert hits / 150 >= 0.89


def test_a_separating_term_and_too_few_clusters_are_refused():
    keys = list("abcd")
    cases, n = pd.Series([0.0, 0, 5, 5], keys), pd.Series([5.0, 5, 5, 5], keys)
    terms, clusters = pd.DataFrame({"x": [0.0, 0, 1, 1]}, keys), pd.Series(keys, keys)
    with pytest.raises(ValueError, match="separates"):
        logistic(cases, n, terms, clusters)
    with pytest.raises(ValueError, match="more clusters than terms"):
        logistic(cases, n, terms, pd.Series("one", keys))


def test_an_outcome_can_never_be_an_input():
    poverty = Indicator(
        id="armut", label="Armut", numerator="sgb2", denominator="kinder", direction="burden"
    )
    circular = Indicator(
        id="uebergang", label="Übergang auf die Hauptschule", numerator="hauptschule",
        denominator="kinder", direction="burden",
    )  # fmt: skip
    check_outcome(OUTCOME, [poverty])
    with pytest.raises(
        ConfigError, match="steckt aber im Indikator „Übergang auf die Hauptschule“"
    ):
        check_outcome(OUTCOME, [poverty, circular])
    with pytest.raises(ConfigError):
        check_outcome("gymnasium", [circular], also=["uebergang"])


def test_the_ecological_note_exists_and_impossible_outcomes_are_refused():
    assert "nicht einzelne Kinder" in text(FALLACY)
    with pytest.raises(ValueError, match="between 0 and children"):
        OutcomeCounts("x", pd.Series([3.0]), pd.Series([2.0]))
