"""Scales, trees, imputation, screening and higher levels on numbers small enough for paper."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.index.aggregation import (
    aggregate,
    contributions,
    fit_node_scale,
    restandardise,
)
from sozialraum.index.classes import classify, describe_breaks, fit_breaks
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.higher_levels import population_weighted_index, sum_counts
from sozialraum.index.method import fit_recipe
from sozialraum.index.preparation.imputation import (
    impute,
    impute_multiple,
    impute_panel,
    inspect_imputation,
)
from sozialraum.index.preparation.screening import screen_areas
from sozialraum.index.preparation.treatment import transform
from sozialraum.index.recipes import (
    EVIDENCE,
    explain_recipe,
    methods_table,
    read_recipe,
    recipe_names,
)
from sozialraum.index.scaling import ampi_goalposts, fit_scale, standardise
from sozialraum.model import Breaks, Indicator
from sozialraum.model.errors import ConfigError, DataError

KEYS = ["01", "02", "03", "04"]


def burden(i, **how):
    return Indicator(id=i, label=i, direction="burden", value=i, **how)


def frame(**columns):
    return pd.DataFrame(columns, index=KEYS[: len(next(iter(columns.values())))])


class TestScale:
    def test_weighted_moments_count_persons(self):
        # 1 and 3 with 3 and 1 persons: mean 1.5, variance (3·0.25 + 1·2.25)/4 = 0.75
        value, persons = frame(x=[1.0, 3.0]), pd.Series([3.0, 1.0], index=KEYS[:2])
        for unit in (1.0, 1000.0):
            scale = fit_scale(value, [burden("x")], method="zscore", weights=persons * unit)
            assert scale.params["x"]["centre"] == pytest.approx(1.5)
            assert scale.params["x"]["spread"] == pytest.approx(np.sqrt(0.75))

    def test_the_centre_can_be_the_rate_of_the_city(self):
        value, base = frame(x=[0.5, 0.1]), frame(x=[10.0, 90.0])
        scale = fit_scale(value, [burden("x")], method="zscore", centre="city_rate", base=base)
        assert scale.params["x"]["centre"] == pytest.approx(14 / 100)
        assert scale.params["x"]["spread"] == pytest.approx(0.2)

    def test_each_indicator_may_have_its_own_normaliser(self):
        value = frame(x=[1.0, 2.0, 3.0], y=[10.0, 20.0, 40.0])
        scale = fit_scale(
            value,
            [burden("x"), burden("y")],
            method="minmax",
            methods={"y": "base100"},
            references={"y": 20.0},
        )
        z = standardise(value, scale)
        assert z["x"].tolist() == [0.0, 0.5, 1.0]
        assert z["y"].tolist() == [50.0, 100.0, 200.0]

    def test_adjusted_mazziotta_pareto_puts_the_reference_at_100(self):
        value = frame(x=[0.0, 2.0, 4.0])
        ends = ampi_goalposts(value, {"x": 2.0})
        how = {"method": "goalposts", "goalposts": ends, "output": (70.0, 130.0), "cap": False}
        assert standardise(value, fit_scale(value, [burden("x")], **how))["x"].tolist() == [
            70.0,
            100.0,
            130.0,
        ]
        mirrored = fit_scale(value, [burden("x")], orientation="participation", **how)
        assert standardise(value, mirrored)["x"].tolist() == [130.0, 100.0, 70.0]

    def test_a_target_nobody_can_miss_is_refused(self):
        value = frame(x=[1.0, 2.0])
        for orientation, target in (("deprivation", 1.0), ("participation", 2.0)):
            with pytest.raises(DataError, match="Eckwerte"):
                fit_scale(
                    value,
                    [burden("x")],
                    method="target",
                    targets={"x": target},
                    orientation=orientation,
                )

    @pytest.mark.parametrize(
        ("how", "message"),
        [
            ({"method": "nichts"}, "The 'method' parameter of fit_scale must be one of"),
            ({"orientation": "up"}, "The 'orientation' parameter of fit_scale must be one of"),
            ({"centre": "city_rate"}, "The 'base' parameter of fit_scale must be given"),
            ({"centre": "x"}, "The 'centre' parameter of fit_scale"),
            ({"method": "target"}, "The 'targets' parameter of fit_scale must name 'x'"),
            ({"targets": {"q": 1.0}}, "must name indicators of the index"),
            ({"weights": pd.Series([1.0], index=["01"])}, "The 'weights' parameter of fit_scale"),
        ],
    )
    def test_wrong_arguments_are_told(self, how, message):
        with pytest.raises(ValueError, match=message):
            fit_scale(frame(x=[1.0, 2.0]), [burden("x")], **how)


class TestTree:
    def test_nodes_of_any_depth_with_a_method_each(self):
        z = frame(a=[1.0, 4.0], b=[4.0, 4.0], c=[9.0, 1.0])
        indicators = [
            burden("a", dimension="unten"),
            burden("b", dimension="unten"),
            burden("c", dimension="oben"),
        ]
        nodes = [{"id": "unten", "parent": "oben", "method": "geometric", "weight": 3.0}]
        found = aggregate(z, indicators, nodes=nodes)
        assert list(found) == ["unten", "oben", "index"]
        assert found["unten"].tolist() == pytest.approx([2.0, 4.0])
        assert found["oben"].tolist() == pytest.approx([(9 + 3 * 2) / 4, (1 + 3 * 4) / 4])
        assert found["index"].tolist() == found["oben"].tolist()
        parts = contributions(z, indicators, nodes=nodes)
        assert np.allclose(parts.sum(axis=1), found["index"], atol=1e-12)

    def test_size_weights_count_every_indicator_alike(self):
        z = frame(a=[1.0], b=[2.0], c=[6.0])
        indicators = [
            burden("a", dimension="x"),
            burden("b", dimension="x"),
            burden("c", dimension="y"),
        ]
        assert aggregate(z, indicators, dimension_weights="size")["index"].iloc[0] == pytest.approx(
            3.0
        )
        assert aggregate(z, indicators, dimension_weights={"y": 3.0})["index"].iloc[
            0
        ] == pytest.approx((1.5 + 18) / 4)

    def test_a_node_needs_its_share_of_parts(self):
        z = frame(a=[1.0], b=[np.nan], c=[3.0])
        three = [burden(i) for i in "abc"]
        assert aggregate(z, three, min_available=2 / 3)["index"].iloc[0] == pytest.approx(2.0)
        assert np.isnan(aggregate(z, three, min_available=0.7)["index"].iloc[0])
        assert aggregate(z, three, method="sum", min_available=0.5)["index"].iloc[
            0
        ] == pytest.approx(6.0)

    @pytest.mark.parametrize(
        "nodes",
        [
            [{"id": "x", "parent": "y"}, {"id": "y", "parent": "x"}],
            [{"id": "x", "parent": "nirgends"}],
            [{"id": "x"}, {"id": "x"}],
            [{"id": "leer"}],
        ],
    )
    def test_what_is_no_tree_is_refused(self, nodes):
        with pytest.raises(ValueError, match="must"):
            make_tree([burden("a", dimension="x")], nodes=nodes)

    def test_dimensions_on_a_scale_of_their_own_keep_contributions_whole(self):
        z = frame(a=[0.0, 1.0, 2.0, 5.0], b=[1.0, 0.0, 4.0, 2.0], c=[2.0, 2.0, 0.0, 1.0])
        indicators = [
            burden("a", dimension="x"),
            burden("b", dimension="x"),
            burden("c", dimension="y"),
        ]
        scale = fit_node_scale(z, indicators, method="minmax")
        found = aggregate(z, indicators, node_scale=scale)
        assert found["x"].agg(["min", "max"]).tolist() == [0.0, 1.0]
        parts = contributions(z, indicators, node_scale=scale)
        assert np.allclose(parts.sum(axis=1), found["index"], atol=1e-12)

    def test_an_index_by_comparison_has_no_contributions(self):
        with pytest.raises(ValueError, match="must be a mean"):
            contributions(frame(a=[1.0, 2.0]), [burden("a")], method="copeland")

    def test_a_negative_value_has_no_geometric_mean_and_the_area_is_named(self):
        with pytest.raises(DataError, match="02"):
            aggregate(frame(a=[1.0, -2.0]), [burden("a")], method="geometric")

    def test_ordered_weights_look_at_the_size_not_the_name(self):
        z = frame(a=[1.0, 3.0], b=[3.0, 1.0], c=[2.0, 2.0])
        three = [burden(i) for i in "abc"]
        stated = aggregate(z, three, method="owa", owa_weights=(0.5, 0.3, 0.2))["index"]
        assert stated.tolist() == pytest.approx([1.5 + 0.6 + 0.2] * 2)
        even = aggregate(z, three, method="owa", owa_exponent=1.0)["index"]
        assert even.tolist() == pytest.approx([2.0, 2.0])
        worst = aggregate(z, three, method="owa", owa_exponent=1e-9)["index"]
        assert worst.tolist() == pytest.approx([3.0, 3.0], abs=1e-6)


class TestClasses:
    def test_each_cut_rule_by_hand(self):
        x = pd.Series([0.0, 1.0, 2.0, 3.0, 10.0])
        assert fit_breaks(x, method="equal", k=2).inner == (5.0,)
        assert fit_breaks(x, method="equal", k=2, lower=0.0, upper=1.0).inner == (0.5,)
        assert fit_breaks(x, method="quantile", k=2).inner == (2.0,)
        assert fit_breaks(x, method="jenks", k=2).inner == (6.5,)
        assert fit_breaks(x, method="ntile", k=2).inner == (3.0,)  # three and two
        assert fit_breaks(x, method="top_share", k=3, share=0.2).inner == (1.5, 10.0)
        sd = np.sqrt(((x - 3.2) ** 2).mean())
        assert fit_breaks(x, method="sd", limits=[0.0, 1.0]).inner == pytest.approx((3.2, 3.2 + sd))

    def test_the_lowest_share_can_be_the_top(self):
        x = pd.Series(np.arange(20.0))
        breaks = fit_breaks(x, method="top_share", k=3, share=0.05, top="low")
        assert classify(x, breaks).value_counts().sort_index().tolist()[0] == 1

    def test_a_value_on_a_limit_goes_where_the_edge_rule_says(self):
        x = pd.Series([1.0])
        assert classify(x, fit_breaks(x, method="fixed", limits=[1.0], right=False)).tolist() == [2]
        assert classify(x, fit_breaks(x, method="fixed", limits=[1.0], right=True)).tolist() == [1]

    def test_equal_values_are_never_split(self):
        x = pd.Series([1.0, 1.0, 1.0, 2.0, 2.0, 3.0])
        for method in ("quantile", "ntile", "jenks", "equal"):
            classes = classify(x, fit_breaks(x, method=method, k=3))
            assert classes.groupby(x).nunique().max() == 1

    def test_persons_instead_of_areas(self):
        x, persons = pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 1.0, 8.0])
        assert fit_breaks(x, method="quantile", k=2, weights=persons).inner == (3.0,)

    def test_labels_and_numbers_must_fit(self):
        x = pd.Series([1.0, 2.0])
        for how in ({"labels": ["a"]}, {"numbers": [1, 1]}):
            with pytest.raises(ValueError, match="must name 2 different classes"):
                fit_breaks(x, k=2, **how)
        for how in (
            {"method": "x"},
            {"method": "fixed"},
            {"share": 2.0},
            {"lower": 1.0, "upper": 0.0},
            {"k": 0},
        ):
            with pytest.raises(ValueError, match="parameter of fit_breaks"):
                fit_breaks(x, **how)
        with pytest.raises(DataError, match="zu wenige verschiedene"):
            fit_breaks(x, method="jenks", k=3)

    def test_limits_in_words_say_the_edge_rule(self):
        breaks = Breaks("fixed", (1.0,), True, ("tief", "hoch"), (1, 2))
        assert describe_breaks(breaks, 0) == ["tief: bis 1", "hoch: über 1"]

    def test_breaks_survive_their_json_form(self):
        breaks = fit_breaks(pd.Series([1.0, 2.0, 5.0]), k=2)
        again = Breaks.from_dict(breaks.to_dict())
        assert again.inner == breaks.inner
        assert again.labels == breaks.labels


class TestFilling:
    def test_groups_and_their_limits(self):
        value = frame(x=[1.0, np.nan, 5.0, np.nan])
        groups = pd.Series(["n", "n", "s", "leer"], index=KEYS)
        filled, imputed = impute(value, method="group_mean", groups=groups)
        assert filled["x"].tolist()[:3] == [1.0, 1.0, 5.0]
        assert np.isnan(filled["x"].iloc[3])  # an empty group stays empty
        assert imputed["x"].tolist() == [False, True, False, False]
        assert inspect_imputation(imputed)[0].severity == "note"

    def test_years_of_the_same_area(self):
        index = pd.MultiIndex.from_product(
            [[2018, 2020, 2021], ["01", "02"]], names=["stichtag", "key"]
        )
        panel = pd.DataFrame({"x": [1.0, np.nan, np.nan, 4.0, 4.0, np.nan]}, index=index)
        last, _ = impute_panel(panel, method="last")
        assert last["x"].to_numpy().tolist()[2] == 1.0
        assert np.isnan(last["x"].iloc[1])
        assert last["x"].iloc[5] == 4.0
        linear, filled = impute_panel(panel, method="linear")
        assert linear["x"].iloc[2] == pytest.approx(3.0)  # two thirds of the way
        assert linear["x"].iloc[1] == linear["x"].iloc[5] == 4.0
        assert filled["x"].sum() == 3

    def test_regression_on_the_own_mean_and_time_finds_the_line(self):
        # y = mean_i · t/2002: in the span of (t m, t² m), and its mean over 2000..2004 is mean_i
        keys = [f"{i:02d}" for i in range(30)]
        years = [2000, 2001, 2002, 2003, 2004]
        index = pd.MultiIndex.from_product([years, keys], names=["stichtag", "key"])
        level = np.tile(np.arange(1.0, 31), 5)
        t = index.get_level_values(0).to_numpy(float)
        panel = pd.DataFrame({"x": level * t / 2002}, index=index)
        holed = panel.copy()
        holed.iloc[2 * 30 + 4] = np.nan  # the middle year: the own mean stays true
        found, imputed = impute_panel(holed, method="regression")
        assert imputed["x"].sum() == 1
        assert found["x"].iloc[64] == pytest.approx(panel["x"].iloc[64], rel=1e-9)

    @pytest.mark.parametrize("degree", [1, 2])
    @pytest.mark.parametrize("regressors", [(), ("jobless", "leavers")])
    def test_regression_is_the_one_of_the_deprivation_index(self, degree, regressors):
        # lekroll/GISD, Code/GISD_Generate.R: lm(y ~ I(t² m) + I(t m) + jobless + leavers), floor 0.
        # Oracle: normal equations of that model, solved in fractions of the calendar year.
        years, keys = np.arange(1998, 2016), [f"{i:03d}" for i in range(25)]
        index = pd.MultiIndex.from_product([years, keys], names=["stichtag", "key"])
        rng = np.random.default_rng(3)
        level = np.tile(rng.uniform(3, 60, len(keys)), len(years))
        t = index.get_level_values(0).to_numpy(float)
        y = level * (1 + (t - 2008) / 40) + rng.normal(size=len(t))
        helping = rng.uniform(1, 9, (len(t), 2))
        panel = pd.DataFrame({"y": y, "jobless": helping[:, 0], "leavers": helping[:, 1]}, index)
        panel.loc[rng.uniform(size=len(t)) < 0.3, "y"] = np.nan
        panel.loc[[1998, 1999], "y"] = np.nan  # early years that nobody counted
        own = panel["y"].groupby(level="key").transform("mean").to_numpy()
        terms = [np.ones(len(t)), *((t / 2000) ** p * own for p in range(1, degree + 1))]
        design = np.column_stack([*terms, *(panel[r] for r in regressors)])
        known = panel["y"].notna().to_numpy()
        beta = np.linalg.lstsq(design[known], panel["y"].to_numpy()[known], rcond=None)[0]
        expected = np.where(known, panel["y"], np.maximum(design @ beta, 0.0))
        how = {"method": "regression", "degree": degree, "regressors": regressors}
        found, imputed = impute_panel(panel, **how)
        assert (imputed["y"].to_numpy() == ~known).all()
        np.testing.assert_allclose(found["y"], expected, rtol=1e-7)
        dated = panel.set_axis(
            pd.MultiIndex.from_arrays(
                [[f"{y}-12-31" for y in index.get_level_values(0)], index.get_level_values(1)],
                names=index.names,
            )
        )
        by_day, _ = impute_panel(dated, **how)
        np.testing.assert_allclose(by_day["y"], expected, rtol=1e-7)

    def test_the_smallest_panel_with_an_early_gap_is_filled_as_by_hand(self):
        # 1998 of three areas, years 2012–2015 known; least squares on 1, t² m, t m, by SVD
        years = [1998, 2012, 2013, 2014, 2015]
        known = {"01": [5.0, 5.3, 5.4, 5.9], "02": [10.0, 10.5, 11.2, 11.6],
                 "03": [20.0, 21.5, 22.0, 23.9]}  # fmt: skip
        rows = [(t, k, v) for k, own in known.items() for t, v in zip(years[1:], own, strict=True)]
        rows += [(1998, k, np.nan) for k in known]
        panel = pd.DataFrame(rows, columns=["jahr", "key", "a"]).set_index(["jahr", "key"])
        found, _ = impute_panel(panel, method="regression", floor=None)
        m = {k: np.mean(v) for k, v in known.items()}
        y = np.array([r[2] for r in rows[:12]])
        design = np.array([[1.0, (t / 2000) ** 2 * m[k], t / 2000 * m[k]] for t, k, _ in rows])
        beta = np.linalg.lstsq(design[:12], y, rcond=None)[0]
        assert found["a"].to_numpy()[12:] == pytest.approx(design[12:] @ beta, rel=1e-6)
        assert found["a"].to_numpy()[12:].max() < 4.0

    def test_a_further_regressor_helps_where_it_explains_the_rest(self):
        keys = [f"{i:02d}" for i in range(40)]
        index = pd.MultiIndex.from_product([[0, 1, 2], keys], names=["stichtag", "key"])
        rng = np.random.default_rng(1)
        jobless = rng.uniform(size=120)
        panel = pd.DataFrame({"x": 5 + 3 * jobless, "jobless": jobless}, index=index)
        holed = panel.copy()
        holed.iloc[50:55, 0] = np.nan
        helped, _ = impute_panel(holed, method="regression", regressors=["jobless"])
        alone, _ = impute_panel(holed, method="regression")
        gap = slice(50, 55)
        assert np.abs(helped["x"] - panel["x"]).iloc[gap].max() < 1e-9
        assert np.abs(alone["x"] - panel["x"]).iloc[gap].max() > 0.1
        with pytest.raises(ValueError, match="The 'regressors' parameter"):
            impute_panel(holed, method="regression", regressors=["q"])

    def test_multiple_imputation_is_seeded_plausible_and_uncertain(self):
        rng = np.random.default_rng(1)
        a = rng.normal(size=200)
        value = pd.DataFrame(
            {"a": a, "b": a + 0.3 * rng.normal(size=200), "c": rng.normal(size=200)}
        )
        holed = value.copy()
        gap = rng.uniform(size=200) < 0.3
        holed.loc[gap, "b"] = np.nan
        tables = list(impute_multiple(holed, draws=8, seed=5))
        again = list(impute_multiple(holed, draws=8, seed=5))
        assert all(x.equals(y) for x, y in zip(tables, again, strict=True))
        assert all(t.notna().all().all() for t in tables)
        assert all(t.loc[~gap].equals(holed.loc[~gap]) for t in tables)
        mean = sum(t["b"] for t in tables) / 8
        assert np.corrcoef(mean[gap], value["b"][gap])[0, 1] > 0.85
        assert np.std([t["b"][gap] for t in tables], axis=0).mean() > 0.05
        known = set(holed["b"].dropna())
        assert all(set(t["b"]) <= known for t in tables)

    def test_a_column_without_values_cannot_be_filled(self):
        with pytest.raises(DataError, match="zu wenige Werte"):
            list(impute_multiple(frame(x=[np.nan, np.nan]), draws=1, seed=1))

    def test_a_logarithm_of_zero_is_refused_with_the_area(self):
        with pytest.raises(DataError, match="02"):
            transform(frame(x=[1.0, 0.0]), {"x": "log"})


class TestAreasAndLevels:
    def test_every_exclusion_has_its_reason(self):
        value = frame(x=[0.1, np.nan, 0.2, 0.3], y=[0.0, np.nan, 0.1, 0.1])
        persons = pd.Series([4000.0, 500, 180, np.nan], index=KEYS)
        found = screen_areas(
            value, persons=persons, minimum=300, min_available=0.5, exclude={"01": "Ausreißer"}
        )
        assert found["included"].tolist() == [False] * 4
        assert found["reason"]["01"] == "Ausreißer"
        assert "Indikatoren" in found["reason"]["02"]
        assert "weniger als 300" in found["reason"]["03"]
        assert found["reason"]["04"] != ""  # unknown population is not enough

    def test_an_unknown_exclusion_is_refused(self):
        with pytest.raises(ValueError, match="'99'"):
            screen_areas(frame(x=[0.1]), exclude={"99": "?"})

    def test_rates_of_sums_and_means_of_rates_differ(self):
        parent = pd.Series(["X", "X", "Y", "Y"], index=KEYS)
        counts = frame(n=[9.0, 1.0, 2.0, 2.0], d=[10.0, 90.0, 20.0, 20.0])
        above = sum_counts(counts, parent)
        assert (above["n"] / above["d"]).tolist() == [0.1, 0.1]
        assert (counts["n"] / counts["d"]).groupby(parent).mean()["X"] == pytest.approx(
            0.4556, abs=1e-4
        )

    def test_the_weighted_mean_is_restandardised_by_name(self):
        parent = pd.Series(["X", "X", "Y", "Y"], index=KEYS)
        index = pd.Series([0.0, 1.0, 2.0, np.nan], index=KEYS)
        found = population_weighted_index(
            index, parent, pd.Series([3.0, 1.0, 5.0, 5.0], index=KEYS)
        )
        assert found["mean"].tolist() == [0.25, 2.0]
        assert found["index"].tolist() == [-1.0, 1.0]
        assert found["share_of_persons"].tolist() == [1.0, 0.5]
        with pytest.raises(DataError, match="02"):
            population_weighted_index(index, parent.where(parent.index != "02"), index)
        with pytest.raises(ValueError, match=r"'parent' .* none of \['02'\]"):
            population_weighted_index(index, parent.drop("02"), index)


@pytest.mark.parametrize("name", recipe_names())
class TestRecipes:
    def test_it_says_what_it_is(self, name):
        recipe = read_recipe(name)
        assert recipe.evidence in EVIDENCE
        assert all(
            (
                recipe.title,
                recipe.source,
                recipe.paragraph,
                recipe.direction,
                recipe.version,
                recipe.agreement,
            )
        )
        assert recipe.title in explain_recipe(name)
        if recipe.evidence == "reproduced":
            assert recipe.date
        if recipe.evidence == "inferred":
            assert recipe.open
            assert "nach" in recipe.title.lower()

    def test_it_runs_on_a_city_and_its_contributions_add_up(self, name):
        recipe = read_recipe(name)
        axis = next(iter(recipe.defaults.get("axes", {})), "")
        roles = [r for r in recipe.roles if not axis or r.get("axis", axis) == axis]
        roles = roles or [{"id": i, "label": i, "direction": "burden"} for i in "abc"]
        rng = np.random.default_rng(1)
        depth = rng.normal(size=(60, 1))
        sign = np.array([1.0 if r["direction"] == "burden" else -1.0 for r in roles])
        raw = depth * sign + 0.4 * rng.normal(size=(60, len(roles)))
        value = pd.DataFrame(np.exp(0.3 * raw) * 20, columns=[r["id"] for r in roles])
        for i, (low, high) in recipe.section("scaling").get("goalposts", {}).items():
            value[i] = low + (high - low) * value[i].rank(pct=True)
            value[i] = np.exp(value[i]) if i in recipe.section("transform") else value[i]
        indicators = [Indicator(value=r["id"], **r) for r in roles]
        changed = (
            {"scaling": {"references": value.mean().to_dict()}}
            if recipe.section("scaling").get("method") == "base100"
            else None
        )
        fitted = fit_recipe(
            value, indicators, recipe, axis=axis, base=value * 0 + 100.0, changed=changed
        )
        table = fitted.score(value)
        assert table["index"].notna().all()
        assert table["class"].notna().all()
        burden_up = 1 if recipe.orientation == "deprivation" else -1
        assert (burden_up * table["index"]).corr(pd.Series(depth[:, 0]), method="spearman") > 0.7
        scales = [s.method for s in (fitted.node_scale, fitted.restandard) if s is not None]
        if set(scales) <= {"minmax", "zscore"}:
            parts = fitted.contributions(value)
            assert np.abs(parts.sum(axis=1) - table["index"]).max() <= 1e-12 * max(
                1.0, table["index"].abs().max()
            )


def test_the_catalogue_has_every_promised_method():
    promised = {
        "berlin_mss", "berlin_gssa", "gisd_2019", "gisd_2025", "iod_2019", "iod_2025", "hdi", "minmax_mean", "five_types",
        "equal_width_k", "top_share_then_equal_width", "hamburg_status_sum", "muenster_status", "reference_100",
        "base_year_100", "augsburg_style", "hagen_style", "nrw_density_style", "simd_2020", "wimd_2019", "townsend",
        "cdc_svi_2022", "nimdm_2017", "imd_2010",
    }  # fmt: skip
    assert promised <= set(recipe_names())
    table = methods_table()
    assert list(table.columns) == ["title", "source", "evidence", "agreement", "date"]
    assert table.loc["berlin_mss", "evidence"] == "nachgerechnet"


def test_an_unknown_recipe_or_edition_is_told_with_the_known_ones():
    with pytest.raises(ConfigError, match="berlin_mss"):
        read_recipe("berlin")
    assert read_recipe("berlin_mss").ids("2019") == ["s1", "s3", "s4", "d1", "d3", "d4"]
    with pytest.raises(ConfigError, match="2019"):
        read_recipe("berlin_mss").ids("1900")


def test_a_frozen_restandardisation_is_used_as_it_is():
    old, new = pd.Series([0.0, 2.0]), pd.Series([4.0])
    from sozialraum.index.aggregation import fit_restandard

    assert restandardise(new, scale=fit_restandard(old)).tolist() == [3.0]
