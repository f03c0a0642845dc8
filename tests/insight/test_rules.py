"""The rules of a draw against the index room, draw by draw: columns, nodes, limits, counters."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.index.aggregation import aggregate
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.insight.monte_carlo import counting
from sozialraum.insight.monte_carlo.assumptions import Assumptions
from sozialraum.insight.monte_carlo.class_limits import cut_draws
from sozialraum.insight.monte_carlo.columns import ColumnRule, standardise_draws
from sozialraum.insight.monte_carlo.counting import Counters, quantiles_of_histograms
from sozialraum.insight.monte_carlo.draw_rules import (
    BuildRounding,
    column_rules,
    cut_rules,
    tree_rules,
)
from sozialraum.insight.monte_carlo.nodes import aggregate_draws
from sozialraum.insight.monte_carlo.ordering import ranks_descending
from sozialraum.kernels import outcomes
from sozialraum.model import Indicator

KEYS = pd.Index([f"{i:02d}" for i in range(20)])
DRAWS = np.random.default_rng(1).uniform(0.05, 0.6, (6, 20))
GAPS = DRAWS.copy()
GAPS[:, 3] = np.nan
SCALINGS = {
    "minmax": {}, "zscore": {"ddof": 1}, "robust": {}, "rank": {"ties": "min"}, "borda": {},
    "percentile": {}, "exponential": {}, "fraction_of_max": {}, "none": {},
    "goalposts": {"goalposts": {"x": (0.1, 0.5)}}, "target": {"targets": {"x": 0.7}},
    "distance": {"references": {"x": 0.7}}, "base100": {"references": {"x": 0.3}},
}  # fmt: skip


def one(direction="burden", unit="share"):
    return Indicator(
        id="x", label="x", numerator="a", denominator="b", direction=direction, unit=unit
    )


@pytest.mark.parametrize("data", [DRAWS, GAPS], ids=["whole", "gaps"])
@pytest.mark.parametrize("direction", ["burden", "resource"])
@pytest.mark.parametrize("method", SCALINGS)
def test_every_normaliser_is_that_of_the_index_room(method, direction, data):
    if method == "target" and direction == "resource":
        pytest.skip("a target lies on the good side only")
    if method == "distance" and direction == "resource":
        pytest.skip("a reference lies on the good side only")
    indicator, how = one(direction), {"method": method, **SCALINGS[method]}
    frames = [pd.DataFrame({"x": row}, KEYS) for row in data]
    expected = [standardise(f, fit_scale(f, [indicator], **how))["x"] for f in frames]
    scale = fit_scale(frames[0], [indicator], **how)
    none = {"base": None, "weights": None, "rounding": BuildRounding()}
    ((rule,),) = column_rules(scale, Assumptions(), KEYS, frozen=False, **none)
    np.testing.assert_allclose(standardise_draws(data, rule), expected, rtol=1e-13, atol=1e-13)
    ((rule,),) = column_rules(scale, Assumptions(), KEYS, frozen=True, **none)
    expected = [standardise(f, scale)["x"] for f in frames]
    np.testing.assert_allclose(standardise_draws(data, rule), expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("centre", ["mean", "zero", "city_rate"])
def test_persons_as_weights_and_the_rate_of_the_city(centre):
    persons = pd.Series(np.arange(20.0) + 5, KEYS, name="persons")
    base = pd.DataFrame({"x": np.arange(20.0) * 7 + 30}, KEYS)
    how = {"method": "zscore", "centre": centre, "weights": persons, "base": base}
    frames = [pd.DataFrame({"x": row}, KEYS) for row in GAPS]
    expected = [standardise(f, fit_scale(f, [one()], **how))["x"] for f in frames]
    ((rule,),) = column_rules(
        fit_scale(frames[0], [one()], **how), Assumptions(), KEYS, frozen=False, base=base,
        weights=persons, rounding=BuildRounding(),
    )  # fmt: skip
    np.testing.assert_allclose(standardise_draws(GAPS, rule), expected, rtol=1e-12, atol=1e-13)


def test_a_row_that_cannot_tell_areas_apart_has_no_value():
    for method in ("minmax", "zscore", "robust"):
        assert np.isnan(standardise_draws(np.full((2, 4), 0.5), ColumnRule(method, 1))).all()
        assert np.isnan(standardise_draws(np.array([[0.5]]), ColumnRule(method, 1))).all()
    assert np.isnan(standardise_draws(np.full((2, 4), np.nan), ColumnRule("minmax", 1))).all()
    # gaps that differ between draws
    mixed = np.array([[1.0, 2.0, np.nan], [np.nan, 2.0, 4.0]])
    found = standardise_draws(mixed, ColumnRule("minmax", 1))
    np.testing.assert_array_equal(found, [[0, 1, np.nan], [np.nan, 0, 1]])


CUTS = {
    "equal": {"k": 4}, "equal between stated ends": {"method": "equal", "lower": 0.0, "upper": 1.0},
    "quantile": {"k": 4}, "ntile": {"k": 3}, "sd": {"limits": (-1.0, 0.5)},
    "fixed": {"limits": (0.2, 0.4)}, "top_share": {"k": 4, "share": 0.1},
    "lowest share": {"method": "top_share", "k": 4, "share": 0.2, "top": "low"},
    **{f"quantile type {t}": {"method": "quantile", "k": 7, "quantile_type": t, "right": t < 4}
       for t in range(1, 10)},
}  # fmt: skip


@pytest.mark.parametrize("data", [DRAWS, GAPS], ids=["whole", "gaps"])
@pytest.mark.parametrize("name", CUTS)
def test_every_cut_is_that_of_the_index_room(name, data):
    how = {"method": name, **CUTS[name]}
    for row in data:
        index = pd.Series(row, KEYS)
        breaks = fit_breaks(index, **how)
        (rule,) = cut_rules(breaks, Assumptions(), frozen=False, decimals=None)
        found = cut_draws(row[None, :], np.sort(row)[None, :], rule)[0]
        expected = classify(index, breaks).fillna(0).astype(int) - 1
        assert found.tolist() == expected.tolist()


IDS = ("a", "b", "c", "d")
INDICATORS = [
    Indicator(id=i, label=i, value=i, direction="burden", dimension="pq"[j % 2], weight=1.0 + j)
    for j, i in enumerate(IDS)
]


@pytest.mark.parametrize("least", [0.5, 1.0])
@pytest.mark.parametrize("method", ["mean", "sum", "geometric", "harmonic", "power", "mpi"])
def test_every_mean_is_that_of_the_index_room_with_gaps_and_zeros(method, least):
    rng = np.random.default_rng(2)
    z = rng.uniform(0.0, 1.0, (5, 4, 20))
    z[:, 1, 2] = z[:, 3, 7] = z[:, 2, 7] = np.nan
    z[:, 0, 4] = 0.0
    how = {"method": method, "min_available": least, "power": 3.0}
    tree = make_tree(INDICATORS, method=method, min_available=least)
    (laid,) = tree_rules(
        tree, Assumptions(), node_scale=None, frozen=False, rounding=BuildRounding(), power=3.0
    )
    weights = {part: np.array([[w]]) for n in tree for part, w in zip(n.parts, n.weights)}  # noqa: B905
    found = aggregate_draws({i: z[:, j] for j, i in enumerate(IDS)}, weights, laid)
    for d in range(len(z)):
        frame = pd.DataFrame(z[d].T, KEYS, list(IDS))
        expected = aggregate(frame, INDICATORS, **how)["index"]
        np.testing.assert_allclose(found[d], expected, rtol=1e-12, atol=1e-13)


def test_negative_parts_have_no_geometric_mean():
    z = {"a": np.array([[-0.1, 0.2]]), "b": np.array([[0.5, 0.2]])}
    tree = make_tree([INDICATORS[0], INDICATORS[2]], method="geometric", dimension_method="mean")
    z = {"a": z["a"], "c": z["b"]}
    (laid,) = tree_rules(
        tree, Assumptions(), node_scale=None, frozen=False, rounding=BuildRounding()
    )
    laid = tuple(type(n)(n.id, n.parts, "geometric", 1.0) for n in laid)
    weights = {part: np.array([[1.0]]) for n in tree for part in n.parts}
    found = aggregate_draws(z, weights, laid)
    assert np.isnan(found[0, 0]) and found[0, 1] == pytest.approx(0.2)


@pytest.mark.parametrize("large", [2**21, 1], ids=["NumPy", "kernel"])
def test_counters_equal_a_count_by_hand(large, monkeypatch):
    monkeypatch.setattr(counting, "LARGE", large)
    rng = np.random.default_rng(0)
    n, m = 130, 25
    index = rng.normal(size=(m, n))
    index[:, 7] = np.nan
    rank, _ = ranks_descending(index)
    place = rng.integers(0, 3, (m, n)).astype(np.int8)
    counters = Counters.empty(rng.normal(size=n), np.array([0, n]), 3, m, 2)
    counters.add(index[:10], rank[:10], place[:10])
    counters.add(index[10:], rank[10:], place[10:])
    away = index - counters.centre
    for i in range(n):
        seen = rank[:, i][rank[:, i] > 0]
        assert counters.histogram[i].tolist() == np.bincount(seen - 1, minlength=n).tolist()
        assert counters.sums[i, 3] == len(seen) and counters.sums[i, 2] == seen.sum()
        if i != 7:
            assert counters.classes[i].tolist() == np.bincount(place[:, i], minlength=3).tolist()
            assert counters.sums[i, 1] == pytest.approx((away[:, i] ** 2).sum())
    for s in range(2):
        for q in range(n - 1 - s):
            a, b = rank[:, counters.order[q]], rank[:, counters.order[q + 1 + s]]
            assert counters.swaps[s, q] == ((b > 0) & (b < a)).sum()


@pytest.mark.parametrize("large", [2**21, 1], ids=["NumPy", "kernel"])
def test_quantiles_of_a_histogram_equal_numpy(large, monkeypatch):
    monkeypatch.setattr(counting, "LARGE", large)
    ranks = np.random.default_rng(1).integers(1, 40, 501)
    histogram = np.bincount(ranks - 1, minlength=40)[None, :].astype(np.uint32)
    asked, seen = np.array([0.05, 0.5, 0.95]), np.array([501.0])
    found = quantiles_of_histograms(histogram, seen, asked, 1)
    assert found[0].tolist() == np.quantile(ranks, asked, method="inverted_cdf").tolist()
    assert np.isnan(quantiles_of_histograms(histogram * 0, np.array([0.0]), asked, 1)).all()
    # ten ranks per bin: right to within the bin
    coarse = histogram.reshape(1, 4, 10).sum(axis=2).astype(np.uint32)
    found = quantiles_of_histograms(coarse, seen, asked, 10)
    assert np.abs(found[0] - np.quantile(ranks, asked)).max() < 4


def test_the_counting_kernels_are_the_same_as_plain_python(monkeypatch):
    rng = np.random.default_rng(4)
    index = rng.normal(size=(9, 70))
    rank, _ = ranks_descending(index)
    place = rng.integers(-1, 3, index.shape).astype(np.int8)
    both = [Counters.empty(index[0], np.array([0, 70]), 3, 9, 2) for _ in range(2)]
    both[0].add(index, rank, place)
    args = both[1].centre, both[1].order, 0, 70, both[1].bin_width
    tables = both[1].histogram, both[1].classes, both[1].sums, both[1].swaps
    outcomes.count_outcomes.py_func(index, rank, place, *args, *tables)
    for name in ("histogram", "classes", "swaps"):
        np.testing.assert_array_equal(getattr(both[0], name), getattr(both[1], name))
    np.testing.assert_allclose(both[0].sums, both[1].sums, rtol=1e-12)
    out, asked = np.empty((70, 2)), np.array([0.1, 0.5])
    outcomes.histogram_quantiles.py_func(both[1].histogram, both[1].sums[:, 3], asked, 1, out)
    found = quantiles_of_histograms(both[0].histogram, both[0].sums[:, 3], asked, 1)
    np.testing.assert_array_equal(out, found)
