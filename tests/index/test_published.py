"""Published indices computed again from published inputs: whole vectors by key."""

import json

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.index.aggregation import aggregate, contributions, restandardise
from sozialraum.index.classes import class_counts, classify, fit_breaks
from sozialraum.index.method import fit_index, fit_recipe
from sozialraum.index.recipes import read_recipe
from sozialraum.index.scaling import standardise
from sozialraum.index.weighting.weights import Weights
from sozialraum.model import Indicator, Scale


def made(roles, ids=None):
    chosen = [r for r in roles if ids is None or r["id"] in ids]
    return [Indicator(value=r["id"], **r) for r in chosen]


@pytest.mark.parametrize("edition", ["GESIx", "ESIx"])
def test_berlin_health_atlas_is_the_first_component_of_its_parts(edition):
    path = shared("data/berlin_gssa/gssa_2013_planungsraeume.csv")
    table = pd.read_csv(path, dtype={"plrID": str}).set_index("plrID")
    recipe = read_recipe("berlin_gssa")
    value = table[["DI_2013", "DII_2013", "DIII_2013"]].set_axis(["di", "dii", "diii"], axis=1)
    fitted = fit_recipe(value.dropna(), made(recipe.roles, recipe.ids(edition)), recipe)
    found, published = fitted.score(value)["index"], table[f"{edition}_2013"]
    assert (found.isna() == published.isna()).all()
    assert found.notna().sum() == 421
    assert np.abs(found - published).max() <= 2e-6


def gisd_frozen():
    """The reference as published: means, SDs, eigenvectors, ends; every sign as in the source."""
    known = json.loads(shared("cases/gisd2019_reference_params.json").read_text())
    params, indicators, by_node, ends = {}, [], {}, {}
    for dimension, part in known["dims"].items():
        for i, mean, sd in zip(part["indicators"], part["mean"], part["sd"], strict=True):
            params[i] = {
                "method": "zscore",
                "centre": mean,
                "spread": sd,
                "location": 0.0,
                "step": 1.0,
            }
            indicators.append(
                Indicator(id=i, label=i, direction="burden", value=i, dimension=dimension)
            )
        by_node[dimension] = dict(zip(part["indicators"], part["eigenvector"], strict=True))
        ends[dimension] = {
            "method": "minmax",
            "low": part["score_min"],
            "high": part["score_max"],
            "output": [0.0, 1.0],
        }
    ids = tuple(i.id for i in indicators)
    scale = Scale("zscore", ids, (1,) * 9, params)
    node_scale = Scale("minmax", tuple(ends), (1, 1, 1), ends)
    total = {
        "index": {
            "method": "minmax",
            "low": known["sum_min"],
            "high": known["sum_max"],
            "output": [0.0, 1.0],
        }
    }
    return (
        indicators,
        scale,
        Weights("pca", by_node),
        node_scale,
        Scale("minmax", ("index",), (1,), total),
    )


def test_gisd_2019_components_and_score_of_the_saarland():
    table = pd.read_csv(shared("cases/gisd2019_saarland_2015.csv"), dtype={"gkz": str}).set_index(
        "gkz"
    )
    indicators, scale, weights, node_scale, restandard = gisd_frozen()
    z = standardise(table, scale)
    how = {"method": "sum", "weights": weights, "node_scale": node_scale}
    nodes = aggregate(z, indicators, **how)
    for dimension in ("arbeitswelt", "einkommen", "bildung"):
        assert np.abs(nodes[dimension.capitalize()] - table[f"ts_{dimension}_pub"]).max() <= 1e-10
    index = restandardise(nodes["index"], scale=restandard)
    assert np.abs(index - table["gisd_pub"]).max() <= 1e-10
    parts = contributions(z, indicators, restandard=restandard, **how)
    assert np.abs(parts.sum(axis=1) - index).max() <= 1e-12


def test_gisd_recipe_fits_the_reference_it_applies():
    # The Saarland alone as reference: components by an independent singular value decomposition.
    table = pd.read_csv(shared("cases/gisd2019_saarland_2015.csv"), dtype={"gkz": str}).set_index(
        "gkz"
    )
    recipe = read_recipe("gisd_2019")
    order = ["Beschaeftigtenquote", "Arbeitslosigkeit", "Bruttoverdienst", "Einkommenssteuer",
             "Haushaltseinkommen", "Schuldnerquote", "BeschaeftigtemitakadAbschluss",
             "BeschaeftigteohneAbschluss", "SchulabgaengerohneAbschluss"]  # fmt: skip
    # Wages and shares of a Kreis repeat in its Gemeinden; a little noise keeps every column usable.
    rng = np.random.default_rng(1)
    value = table[order].set_axis([r["id"] for r in recipe.roles], axis=1)
    value = value * rng.uniform(0.99, 1.01, value.shape)
    fitted = fit_recipe(value, made(recipe.roles), recipe)
    found = fitted.score(value)
    total = 0.0
    jobless = value["arbeitslosigkeit"]
    for at in (0, 3, 6):
        own = value.iloc[:, at : at + 3]
        scaled = (own - own.mean()) / own.std(ddof=1)
        first = np.linalg.svd(scaled.to_numpy(), full_matrices=False)[2][0]
        score = pd.Series(scaled.to_numpy() @ first, index=value.index)
        score = score if score.corr(jobless) >= 0 else -score
        total = total + (score - score.min()) / (score.max() - score.min())
    expected = (total - total.min()) / (total.max() - total.min())
    assert np.abs(found["index"] - expected).max() <= 1e-10


def test_gisd_2025_classes():
    table = pd.read_csv(shared("cases/gisd2025_kreis_classes.csv.gz"), dtype={"kreis_id": str})
    how = read_recipe("gisd_2025").section("classes")
    checked = 0
    for _, year in table.groupby("year"):
        score = year.set_index("kreis_id")["gisd_score"]
        fifths = classify(score, fit_breaks(score, **how))
        tenths = classify(score, fit_breaks(score, method="quantile", k=10, quantile_type=9))
        assert (fifths.astype(int) == year.set_index("kreis_id")["gisd_5"]).all()
        assert (tenths.astype(int) == year.set_index("kreis_id")["gisd_10"]).all()
        three = fifths.map({1: 1, 2: 2, 3: 2, 4: 2, 5: 3}).astype(int)
        assert (three == year.set_index("kreis_id")["gisd_k"]).all()
        checked += len(score)
    assert checked == 9600


def test_english_indices_of_2019():
    table = pd.read_csv(shared("cases/iod/iod2019_lsoa_ranks.csv.gz")).set_index("lsoa11_code")
    recipe = read_recipe("iod_2019")
    domains = [
        "Income",
        "Employment",
        "Education",
        "Health",
        "Crime",
        "Housing_and_Access",
        "Environment",
    ]
    ranks = table[[f"{d}_rank" for d in domains]].set_axis([r["id"] for r in recipe.roles], axis=1)
    # Published are ranks, 1 = most deprived: a high number is good.
    indicators = made([{**r, "direction": "resource"} for r in recipe.roles])
    fitted = fit_recipe(ranks.astype(float), indicators, recipe)
    score = fitted.score(ranks.astype(float))
    found = score["index"].rank(ascending=False, method="min")
    gap = (found - table["IMD_rank"]).abs()
    assert len(gap) == 32844
    assert (gap == 0).mean() >= 0.999
    assert gap.max() <= 1
    deciles = score["class"].astype(int) == table["IMD_decile"]
    assert (deciles | (gap > 0)).all()
    assert sum(i.weight for i in indicators) == pytest.approx(0.999)


def test_exponential_transformation_at_published_points():
    points = pd.read_csv(shared("cases/iod/exponential_transform_points.csv"))
    for _, point in points.iterrows():
        n, rank = int(point["N"]), int(point["rank_1_is_most_deprived"])
        value = pd.DataFrame({"x": np.arange(1.0, n + 1)})
        one = [Indicator(id="x", label="x", direction="resource", value="x")]
        z = fit_index(value, one, sections={"scaling": {"method": "exponential"}}).standardise(
            value
        )
        assert z["x"][rank - 1] == pytest.approx(point["X"], abs=1e-9)


def test_the_worked_example_of_the_hdi():
    # UNDP: (0.6971 · 0.3447 · 0.5506)^(1/3) = 0.510; life expectancy 20 + 65 · 0.6971, …
    recipe = read_recipe("hdi")
    value = pd.DataFrame(
        {
            "lebenserwartung": [20 + 65 * 0.6971, 85.0, 90.0],
            "schuljahre_erwartet": [18 * 0.3447, 18.0, 25.0],
            "schuljahre": [15 * 0.3447, 15.0, 15.0],
            "einkommen": [100 * 750**0.5506, 75000.0, 80000.0],
        },
        index=["a", "b", "c"],
    )
    found = fit_recipe(value, made(recipe.roles), recipe).score(value)["index"]
    assert found["a"] == pytest.approx((0.6971 * 0.3447 * 0.5506) ** (1 / 3), abs=1e-12)
    assert round(found["a"], 3) == 0.510
    assert found[["b", "c"]].tolist() == pytest.approx([1.0, 1.0])  # capped at 1 each


def test_five_per_cent_of_the_schools_come_into_stage_nine():
    # 4,119 schools: 5 % are 205.95, published are 206
    index = pd.Series(np.random.default_rng(1).normal(size=4119))
    breaks = fit_breaks(index, **read_recipe("top_share_then_equal_width").section("classes"))
    counts = class_counts(classify(index, breaks), breaks)
    published = pd.read_csv(shared("cases/nrw_schulsozialindex_24_25.csv"), dtype=str)[
        "Sozialindex"
    ]
    assert counts[9] == (published == "9").sum() == 206
    assert np.ptp(np.diff([index.min(), *breaks.inner[:-1]])) < 1e-12
