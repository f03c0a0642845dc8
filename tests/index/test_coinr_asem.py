"""Every stage of the ASEM example of COINr 1.1.14, on whole tables by country."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.index.aggregation import aggregate, contributions, effective_weights
from sozialraum.index.diagnostics import cronbach_alpha
from sozialraum.index.ordering import copeland
from sozialraum.index.preparation.imputation import impute
from sozialraum.index.preparation.treatment import fit_treatment, treat
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.model import Indicator

FOLDER = "cases/coinr_asem"


def table(name):
    return pd.read_csv(shared(f"{FOLDER}/{name}.csv")).set_index("uCode")


def stage(name):
    return table(f"stage_{name}")


def meta():
    return pd.read_csv(shared(f"{FOLDER}/asem_iMeta.csv")).set_index("iCode")


def indicators():
    """COINr's direction +1 raises the index: a resource under "participation"."""
    known = meta()
    return [
        Indicator(
            id=code,
            label=row.iName,
            value=code,
            dimension=row.Parent,
            weight=float(row.Weight),
            direction="resource" if row.Direction > 0 else "burden",
        )
        for code, row in known[known.Type == "Indicator"].iterrows()
    ]


def nodes():
    known = meta()
    upper = known[(known.Type == "Aggregate") & (known.index != "Index")]
    return [
        {"id": code, "parent": row.Parent.replace("Index", "index"), "weight": row.Weight}
        for code, row in upper.iterrows()
    ]


def relative_gap(found, expected):
    size = np.maximum(np.abs(expected), 1e-300)
    return float((np.abs(found - expected) / size).to_numpy()[expected.to_numpy() != 0].max())


def test_missing_values_are_the_mean_of_the_continent():
    filled, imputed = impute(
        stage("Denominated"), method="group_mean", groups=table("asem_iData")["EurAsia_group"]
    )
    expected = stage("Imputed")
    assert imputed.sum().sum() == stage("Denominated").isna().sum().sum() > 0
    assert relative_gap(filled[expected.columns], expected) <= 1e-9


def test_outliers_are_treated_column_by_column():
    treatment = fit_treatment(stage("Imputed"), rule="winsorise_then_log")
    found, expected = treat(stage("Imputed"), treatment), stage("Treated")
    assert relative_gap(found[expected.columns], expected) <= 1e-9
    record = pd.DataFrame.from_dict(
        {
            name: {"action": treatment.params[name]["action"], **found}
            for name, found in treatment.record.items()
        },
        orient="index",
    )
    published = pd.read_csv(shared(f"{FOLDER}/treat_details.csv")).set_index("iCode")
    assert np.abs(record["skewness"] - published["check_SkewKurt0.Skew"]).max() <= 1e-9
    assert np.abs(record["kurtosis"] - published["check_SkewKurt0.Kurt"]).max() <= 1e-9
    assert (record["pulled_in"] == published["winsorise.nwin"].fillna(0)).all()


def test_normalised_values():
    expected = stage("Normalised")
    scale = fit_scale(
        stage("Treated"),
        indicators(),
        method="minmax",
        orientation="participation",
        output=(0.0, 100.0),
    )
    found = standardise(stage("Treated"), scale)
    assert np.abs(found - expected[found.columns]).max().max() <= 1e-9


def test_all_nodes_of_four_levels_and_their_contributions():
    z, expected = stage("Normalised"), stage("Aggregated")
    found = aggregate(z, indicators(), nodes=nodes())
    named = found.rename(columns={"index": "Index"})
    assert len(named.columns) == 11
    assert np.abs(named - expected[named.columns]).max().max() <= 1e-9
    parts = contributions(z, indicators(), nodes=nodes())
    assert np.abs(parts.sum(axis=1) - found["index"]).max() <= 1e-12 * 100
    ranks = table("results_amean")["Rank"].sort_index()
    assert (named["Index"].rank(ascending=False).astype(int).sort_index() == ranks).all()


@pytest.mark.parametrize(("method", "file"), [("geometric", "gmean"), ("harmonic", "hmean")])
def test_geometric_and_harmonic_nodes(method, file):
    expected = table(f"agg_a_{file}_minmax1_100")
    scale = fit_scale(
        stage("Treated"),
        indicators(),
        method="minmax",
        orientation="participation",
        output=(1.0, 100.0),
    )
    z = standardise(stage("Treated"), scale)
    found = aggregate(z, indicators(), nodes=nodes(), method=method).rename(
        columns={"index": "Index"}
    )
    assert np.abs(found[expected.columns] - expected).max().max() <= 1e-9
    parts = contributions(z, indicators(), nodes=nodes(), method=method)
    assert np.abs(parts.sum(axis=1) - found["Index"]).max() <= 1e-10


@pytest.mark.parametrize(
    ("column", "how"),
    [
        ("minmax", {"method": "minmax", "output": (0.0, 100.0)}),
        ("zscore", {"method": "zscore", "ddof": 1}),
        ("dist2max", {"method": "minmax"}),
        ("dist2targ4", {"method": "target", "targets": {"x": 4.0}}),
        ("fracmax", {"method": "fraction_of_max"}),
        ("prank", {"method": "percentile", "ties": "min"}),
        ("rank", {"method": "rank", "ties": "min"}),
        ("borda", {"method": "borda", "ties": "min"}),
    ],
)
def test_normalisers_on_one_column(column, how):
    expected = table("normalisers_LPI")
    one = [Indicator(id="x", label="x", direction="resource", value="x")]
    scale = fit_scale(expected[["x"]], one, orientation="participation", **how)
    assert np.abs(standardise(expected[["x"]], scale)["x"] - expected[column]).max() <= 1e-9


def test_distance_to_a_reference_country():
    expected = table("normalisers_LPI")
    one = [Indicator(id="x", label="x", direction="resource", value="x")]
    reference = float(expected["x"].iloc[9])
    scale = fit_scale(
        expected[["x"]],
        one,
        orientation="participation",
        method="distance",
        references={"x": reference},
    )
    assert np.abs(standardise(expected[["x"]], scale)["x"] - expected["dist2ref10"]).max() <= 1e-9


def test_copeland_scores():
    expected = table("copeland_cols12_16")
    x = expected.drop(columns="copeland").to_numpy(float)
    assert (copeland(x, np.ones(x.shape[1])) == expected["copeland"]).all()


def test_effective_weights():
    expected = pd.read_csv(shared(f"{FOLDER}/effective_weights.csv")).set_index("iCode")
    found = effective_weights(indicators(), nodes=nodes())
    assert (
        np.abs(found - expected.loc[expected.Level == 1, "EffWeight"].reindex(found.index)).max()
        <= 1e-12
    )


def test_leaving_out_a_pillar_moves_the_ranks():
    z, all_nodes = stage("Normalised"), nodes()
    full = aggregate(z, indicators(), nodes=all_nodes)["index"].rank(ascending=False)
    expected = pd.read_csv(shared(f"{FOLDER}/remove_elements_level2.csv")).set_index("removed")
    for pillar in expected.index.drop("Nominal"):
        kept = [i for i in indicators() if i.dimension != pillar]
        rest = [n for n in all_nodes if n["id"] != pillar]
        ranks = aggregate(z, kept, nodes=rest)["index"].rank(ascending=False)
        assert (ranks - full).abs().mean() == pytest.approx(
            expected.at[pillar, "mean_abs_rank_diff"], abs=1e-9
        )


@pytest.mark.parametrize(
    ("file", "source", "column"),
    [("cronbach_raw", "Raw", "alpha_raw"), ("cronbach_normalised", "Normalised", "alpha_norm")],
)
def test_alpha_of_each_pillar(file, source, column):
    expected = pd.read_csv(shared(f"{FOLDER}/{file}.csv")).set_index("pillar")[column]
    data, known = stage(source), meta()
    for pillar, alpha in expected.items():
        members = known.index[known.Parent == pillar]
        found = cronbach_alpha(data[list(members)], standardised=False)
        assert found.alpha == pytest.approx(alpha, abs=1e-9)
