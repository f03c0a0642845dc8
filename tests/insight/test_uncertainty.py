"""How sure an index is: the same result as the index room without error, calibrated with it."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from insight.simulated import build_index, make_city

from sozialraum.index.aggregation import aggregate
from sozialraum.index.classes import fit_breaks
from sozialraum.index.preparation.imputation import impute_multiple
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.insight.monte_carlo import draws, simulation, threading
from sozialraum.insight.monte_carlo.class_draws import positions
from sozialraum.insight.monte_carlo.recomputation import Recomputation
from sozialraum.insight.monte_carlo.weighting import drawn_weights
from sozialraum.insight.uncertainty import simulate_index
from sozialraum.model.deciding import ranks
from sozialraum.model.errors import ConfigError, DataError

CITY = make_city()
RECIPES = {
    "augsburg": {},
    "hagen": {
        "scaling": {"method": "zscore"}, "redo": {"method": "zscore"},
        "classes": {"method": "fixed", "limits": [-1, -0.5, 0.5, 1]},
    },
    "berlin": {
        "scaling": {"method": "zscore", "ddof": 0}, "aggregation": {"method": "sum"},
        "redo": {"method": "sd"},
        "classes": {"method": "fixed", "limits": [-1, 1, 1.5]},
    },
    "iod": {"scaling": {"method": "exponential"}, "classes": {"method": "ntile", "k": 10}},
    "ranks": {"scaling": {"method": "rank", "ties": "min"}, "classes": {"method": "quantile", "k": 4}},
    "percentiles": {
        "scaling": {"method": "percentile"}, "classes": {"method": "sd", "limits": [-1, 1]},
    },
    "robust": {
        "scaling": {"method": "robust"},
        "classes": {"method": "quantile", "k": 5, "quantile_type": 9},
    },
    "geometric": {
        "scaling": {"method": "minmax", "output": (1.0, 100.0)},
        "aggregation": {"method": "geometric", "dimension_method": "mean"},
    },
    "harmonic": {
        "scaling": {"method": "minmax", "output": (1.0, 100.0)},
        "aggregation": {"method": "mean", "dimension_method": "harmonic"},
    },
    "power": {"aggregation": {"method": "power", "power": 2.0}},
    "fraction": {"scaling": {"method": "fraction_of_max"}, "redo": {"method": "minmax"}},
    "goalposts": {
        "scaling": {"method": "goalposts", "goalposts": {f"x{j}": (0.0, 0.4) for j in range(4)}},
    },
    "target": {"scaling": {"method": "target", "targets": {"x0": .9, "x1": .9, "x2": .01, "x3": .9}}},
    "participation": {"scaling": {"method": "minmax", "orientation": "participation"}},
}  # fmt: skip


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("name", RECIPES)
def test_without_error_every_recipe_gives_what_the_index_room_gives(name, frozen):
    built = build_index(CITY.value, CITY.indicators, **RECIPES[name])
    found = simulate_index(
        CITY.value, CITY.numerator, CITY.base, CITY.indicators, **built.arguments(),
        counts="none", draws=3, frozen=frozen, variance_draws=4,
    )  # fmt: skip
    table = found.table
    pd.testing.assert_series_equal(table["class"], built.classes, check_names=False)
    assert (table["class_probability"] == 1).all() and (
        table["likely_class"] == table["class"]
    ).all()
    expected = ranks(built.index, ascending=False).astype("Int64")
    for column in ("rank", "rank_low", "rank_high", "rank_median"):
        pd.testing.assert_series_equal(table[column], expected, check_names=False)
    assert table["index_sd"].max() < 1e-7
    assert found.partners.empty and found.variance.empty


def test_the_simulated_index_itself_is_that_of_the_index_room():
    for name, recipe in RECIPES.items():
        built = build_index(CITY.value, CITY.indicators, **recipe)
        model = _model(built, counts="none")
        index, _, _ = model.run(draws.plain_ids(1))
        np.testing.assert_allclose(index[0], built.index, rtol=1e-12, atol=1e-12, err_msg=name)


def _model(built, *, counts="binomial", vary=None, value=None, shrink=False, seed=1):
    from sozialraum.insight.monte_carlo.assumptions import read_assumptions
    from sozialraum.insight.monte_carlo.sampling import sampling_cells

    value = CITY.value if value is None else value
    assumptions = read_assumptions(
        vary or {}, indicators=CITY.indicators, scale=built.scale, breaks=built.breaks,
        aggregation=built.tree[-1].method,
    )  # fmt: skip
    cells = sampling_cells(
        value, CITY.numerator, CITY.base, CITY.indicators, counts=counts, shrink=shrink
    )
    keys, ids = value.index, tuple(built.scale.ids)
    random = draws.Draws(
        keys, ids, np.stack([value.to_numpy(float).T.copy()]), cells, assumptions,
        drawn_weights(built.tree, ids, assumptions.weights), draws.group_starts(keys),
        built.breaks.k, seed,
    )  # fmt: skip
    return simulation.prepare(
        random, base=CITY.base, weights=None, scale=built.scale, tree=built.tree,
        restandard=built.restandard, breaks=built.breaks, frozen=False,
    )  # fmt: skip


def recompute_by_index_room(value, choice):
    """One draw done by the index room: what a build would publish under these choices."""
    kept = [i for i in CITY.indicators if i.id != choice.get("drop")]
    weights = choice.get("weights", {})
    kept = [_reweighted(i, weights) for i in kept]
    scaling = choice["scaling"].method if "scaling" in choice else "minmax"
    scale = fit_scale(value[[i.id for i in kept]], kept, method=scaling)
    of_dimension = {k: v for k, v in weights.items() if k.startswith("d")}
    how = {"dimension_weights": of_dimension} if weights else {}
    method = choice["aggregation"].method if "aggregation" in choice else "mean"
    index = aggregate(standardise(value, scale), kept, method=method, **how)["index"]
    cut = choice["cut"].method if "cut" in choice else "equal"
    breaks = fit_breaks(index, method=cut, k=5)
    return index, pd.Series(positions(index, breaks), index=index.index)


def _reweighted(indicator, weights):
    import dataclasses

    return dataclasses.replace(indicator, weight=weights.get(indicator.id, indicator.weight))


def test_rules_and_index_room_agree_draw_by_draw_when_everything_is_varied():
    vary = {
        "scaling": ["minmax", "percentile"],
        "weights": {"dirichlet": 30},
        "aggregation": ["mean", "geometric"],
        "drop": "each",
        "cut": ["equal", "quantile"],
    }
    built = build_index(CITY.value, CITY.indicators)
    model = _model(built, vary=vary, seed=3)
    index, rank, place = model.run(draws.plain_ids(60))
    oracle = Recomputation(model.draws, recompute_by_index_room)
    expected = oracle.run(draws.plain_ids(60))
    np.testing.assert_allclose(index, expected[0], rtol=1e-10, atol=1e-12)
    assert (rank == expected[1]).all() and (place == expected[2]).all()


def test_a_recipe_without_rules_is_recomputed_or_refused():
    built = build_index(CITY.value, CITY.indicators, classes={"method": "jenks", "k": 4})

    def recompute(value, choice):
        again = build_index(value, CITY.indicators, classes={"method": "jenks", "k": 4})
        return again.index, pd.Series(positions(again.index, again.breaks), index=again.index.index)

    how = {"draws": 40, "seed": 5, "variance_draws": 0}
    data = (CITY.value, CITY.numerator, CITY.base, CITY.indicators)
    with pytest.raises(ValueError, match=r"'recompute' parameter .* must be given for 'jenks'"):
        simulate_index(*data, **built.arguments(), **how)
    found = simulate_index(*data, **built.arguments(), **how, recompute=recompute)
    assert found.details["engine"] == "recompute"
    exact = simulate_index(
        *data, **built.arguments(), **how | {"counts": "none"}, recompute=recompute
    )
    assert (exact.table["class_probability"] == 1).all()
    # frozen limits are plain numbers again
    frozen = simulate_index(*data, **built.arguments(), **how, frozen=True)
    assert frozen.details["engine"] == "rules"


def test_the_result_depends_neither_on_threads_nor_on_the_order_of_rows(monkeypatch):
    built = build_index(CITY.value, CITY.indicators)
    how = {**built.arguments(), "draws": 50, "vary": {"weights": {"uniform": 0.25}}, "seed": 8}
    first = simulate_index(CITY.value, CITY.numerator, CITY.base, CITY.indicators, **how)
    for count in (1, 3):
        monkeypatch.setattr(threading, "threads", lambda count=count: count)
        monkeypatch.setattr(simulation, "threads", lambda count=count: count)
        monkeypatch.setattr(simulation, "_WORTH_THREADS", 1)
        again = simulate_index(CITY.value, CITY.numerator, CITY.base, CITY.indicators, **how)
        pd.testing.assert_frame_equal(first.table, again.table)
        pd.testing.assert_frame_equal(first.variance, again.variance)
    turned = CITY.value.iloc[::-1]
    again = simulate_index(turned, CITY.numerator, CITY.base, CITY.indicators, **how)
    pd.testing.assert_frame_equal(first.table, again.table)
    other = simulate_index(
        CITY.value, CITY.numerator, CITY.base, CITY.indicators, **how | {"seed": 9}
    )
    assert not other.table["rank_mean"].equals(first.table["rank_mean"])


def test_small_batches_change_nothing(monkeypatch):
    built = build_index(CITY.value, CITY.indicators)
    how = {**built.arguments(), "draws": 100}
    whole = simulate_index(CITY.value, CITY.numerator, CITY.base, CITY.indicators, **how)
    monkeypatch.setattr(draws, "BATCH_BYTES", 1)
    pieces = simulate_index(CITY.value, CITY.numerator, CITY.base, CITY.indicators, **how)
    pd.testing.assert_frame_equal(whole.table, pieces.table)


def test_a_suppressed_share_stays_unknown_in_every_draw():
    value = CITY.value.copy()
    value.loc["0003", "x1"] = np.nan
    built = build_index(value, CITY.indicators)
    found = simulate_index(
        value, CITY.numerator, CITY.base, CITY.indicators, **built.arguments(), draws=20
    )
    assert found.table.loc["0003", "no_value"] == 1.0
    assert found.table.loc["0003", ["rank", "rank_low", "likely_class"]].isna().all()
    assert found.table.drop(index="0003")["no_value"].eq(0).all()
    assert found.probabilities.loc["0003"].isna().all()


def test_a_panel_is_ranked_within_each_stichtag():
    later = make_city(seed=1)
    both = {"2020-12-31": CITY, "2022-12-31": later}
    stack = lambda name: pd.concat({d: getattr(c, name) for d, c in both.items()}, names=["d", "k"])  # noqa: E731
    value, numerator, base = stack("value"), stack("numerator"), stack("base")
    built = build_index(CITY.value, CITY.indicators)
    index = aggregate(standardise(value, built.scale), CITY.indicators)["index"]
    how = built.arguments() | {"index": index}
    found = simulate_index(
        value, numerator, base, CITY.indicators, **how, frozen=True, draws=200, variance_draws=0
    )
    for day, city in both.items():
        alone = simulate_index(
            city.value, city.numerator, city.base, CITY.indicators, **how | {"index": index[day]},
            frozen=True, draws=200, variance_draws=0,
        )  # fmt: skip
        assert (found.table.loc[day, "rank"] == alone.table["rank"]).all()
        assert found.table.loc[day, "rank_high"].max() <= 26
        gap = found.table.loc[day, "rank_mean"] - alone.table["rank_mean"]
        assert gap.abs().max() < 1.5
    assert all(a[0] == b[0] for a, b in found.partners[["above", "below"]].itertuples(index=False))


def test_pairs_that_change_places_half_the_time_are_partners():
    keys = pd.Index(["01", "02", "03"])
    base = pd.DataFrame({"x0": [100.0, 100.0, 100.0]}, index=keys)
    numerator = pd.DataFrame({"x0": [30.0, 31.0, 80.0]}, index=keys)
    one = [make_city(n=3, p=1).indicators[0]]
    built = build_index(numerator / base, one, classes={"method": "fixed", "limits": [0.5]})
    found = simulate_index(
        numerator / base,
        numerator,
        base,
        one,
        **built.arguments(),
        draws=4000,
        frozen=True,
        shrink=False,
    )
    assert found.partners[["above", "below"]].to_numpy().tolist() == [["02", "01"]]
    # P(Beta(30.33, 70.33) > Beta(31.33, 69.33)) by normal approximation: sd of the difference 0.0651
    assert found.partners["probability"][0] == pytest.approx(0.4389, abs=0.03)
    assert found.table.loc["03", "class_probability"] == 1.0


def test_imputations_reach_the_result():
    value = CITY.value
    low, high = value.copy(), value.copy()
    low.loc["0003"], high.loc["0003"] = value.min(), value.max()
    built = build_index(value, CITY.indicators)
    found = simulate_index(
        value, None, None, CITY.indicators, **built.arguments(), variants=[low, high], draws=300
    )
    assert found.details["varied"] == ["data"] and found.details["variants"] == 3
    assert found.drivers.loc["0003", "data"] == pytest.approx(1.0, abs=0.2)
    width = found.table["rank_high"] - found.table["rank_low"]
    assert width["0003"] == width.max() > 5
    with pytest.raises(ValueError, match="must have the keys"):
        simulate_index(
            value, None, None, CITY.indicators, **built.arguments(), variants=[low.iloc[1:]]
        )


def test_many_imputed_tables_widen_the_interval_of_the_area_with_the_gap():
    value = CITY.value.copy()
    value.loc["0003", "x1"] = np.nan
    first, *others = impute_multiple(value, draws=20, seed=1)
    built = build_index(first, CITY.indicators)
    found = simulate_index(
        first, None, None, CITY.indicators, **built.arguments(), variants=others, draws=400
    )
    assert found.details["variants"] == 20
    width = found.table["rank_high"] - found.table["rank_low"]
    assert width["0003"] == width.max() > 0
    # what is known stays as it is: two areas far off never change places
    assert width.drop("0003").median() <= 1


def test_memory_stays_below_what_is_stated_however_many_draws():
    rng, keys = np.random.default_rng(0), pd.Index([f"{i:04d}" for i in range(2000)])
    base = pd.DataFrame(rng.integers(50, 500, (2000, 4)), keys, [f"x{j}" for j in range(4)])
    numerator = np.floor(base * rng.uniform(0.05, 0.5, base.shape))
    indicators = make_city(n=5).indicators
    built = build_index(numerator / base, indicators)
    how = {**built.arguments(), "variance_draws": 0}
    stated = 64 * 2**20 + 2 * 16 * 2**20 + 4 * 2000 * 2000 + 300 * 2000 * 4
    peaks = []
    for count in (3000, 12_000):
        tracemalloc.start()
        simulate_index(numerator / base, numerator, base, indicators, **how, draws=count)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < stated
    assert peaks[1] < 1.1 * peaks[0]


def test_the_assumption_that_alone_is_varied_causes_all_the_variance():
    built = build_index(CITY.value, CITY.indicators)
    data = (CITY.value, CITY.numerator, CITY.base, CITY.indicators)
    alone = simulate_index(
        *data, **built.arguments(), counts="none", vary={"drop": "each"}, draws=10
    )
    assert alone.variance.loc["drop", "rank_total"] == pytest.approx(1.0, abs=0.15)
    assert alone.variance.loc["drop", "rank_first"] == pytest.approx(1.0, abs=0.15)
    both = simulate_index(*data, **built.arguments(), vary={"cut": ["equal", "quantile"]}, draws=10)
    # another cut never moves a rank
    assert both.variance.loc["cut", "rank_total"] == 0.0
    assert both.variance.loc["cut", "class_total"] > 0.05
    assert (both.variance["rank_total"] >= both.variance["rank_first"] - 0.15).all()


def test_all_wrong_names_are_told_at_once():
    built = build_index(CITY.value, CITY.indicators)
    vary = {
        "skaling": ["minmax"],
        "scaling": ["zscore", "minmaxx"],
        "weights": {"dirichlet": 5, "uniform": 0.2},
        "drop": ["x9"],
        "aggregation": "mean",
    }
    with pytest.raises(ConfigError) as error:
        simulate_index(
            CITY.value, CITY.numerator, CITY.base, CITY.indicators, **built.arguments(), vary=vary
        )
    codes = sorted(p.code for p in error.value.problems)
    assert codes == sorted(
        ["insight.vary.unknown"] * 3
        + ["insight.vary.stated_missing", "insight.vary.weights", "insight.vary.not_a_list"]
    )
    assert "Gemeint: „scaling“?" in str(error.value)


def test_fixed_limits_and_another_scale_do_not_go_together():
    built = build_index(
        CITY.value, CITY.indicators, classes={"method": "fixed", "limits": [0.3, 0.6]}
    )
    with pytest.raises(ConfigError, match="Feste Klassengrenzen"):
        simulate_index(
            CITY.value, None, None, CITY.indicators, **built.arguments(),
            vary={"scaling": ["minmax", "zscore"]},
        )  # fmt: skip


def test_more_cases_than_persons_is_refused_for_shares_and_fine_for_rates():
    built = build_index(CITY.value, CITY.indicators)
    numerator = CITY.numerator.copy()
    numerator.loc["0002", "x1"] = CITY.base.loc["0002", "x1"] + 5
    data = (CITY.value, numerator, CITY.base, CITY.indicators)
    with pytest.raises(DataError, match="Zähler größer als die Bezugsgröße"):
        simulate_index(*data, **built.arguments(), draws=5)
    assert (
        simulate_index(*data, **built.arguments(), draws=5, counts="poisson").table.shape[0] == 26
    )


@pytest.mark.parametrize(
    ("argument", "found"), [("draws", 0), ("interval", 1.0), ("counts", "normal")]
)
def test_an_impossible_argument_is_a_value_error(argument, found):
    built = build_index(CITY.value, CITY.indicators)
    with pytest.raises(ValueError, match=argument):
        simulate_index(
            CITY.value, None, None, CITY.indicators, **built.arguments(), **{argument: found}
        )
