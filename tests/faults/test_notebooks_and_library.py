"""What analysts found in notebooks, and library calls that other software got wrong, with right values."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from faults.cases import listed
from shapely import Point, box
from shared_data import shared
from wrong_values import BASE, toml, write_city

import sozialraum as sr
from sozialraum.index.preparation.shrinkage import shrink_rates
from sozialraum.insight.autocorrelation import global_moran, standardise_rates
from sozialraum.insight.equity import slope_index
from sozialraum.insight.regression import logistic
from sozialraum.insight.segregation import segregation_indices
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError
from sozialraum.planning.districting.catchment_task import catchment_task
from sozialraum.planning.districting.catchments import redraw
from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import site_task
from sozialraum.planning.monitoring import funnel
from sozialraum.space.addressing.house_numbers import parse_rule
from sozialraum.space.neighbours import contiguity, find_neighbours, from_pairs

ANALYST = {"direction_typo", "misaligned_rows", "neighbours_do_not_fit",
           "node_and_dimension_typos", "rank_direction", "segregation_misaligned",
           "suppress_percent_leak"}  # fmt: skip
KEYS = list("abcdef")
CASES = pd.Series([5.0, 9, 2, 7, 4, 8], KEYS)
PERSONS = pd.Series([40.0, 60, 90, 50, 80, 200], KEYS)
BURDEN = pd.Series([0.9, 0.7, 0.1, 0.5, 0.3, 0.2], KEYS)
TURNED = PERSONS.iloc[::-1]


def test_every_case_is_tried_here():
    shared("cases/faults")
    assert {
        p.removeprefix("analyst/").removesuffix(".py") for p in listed("analyst/*.py")
    } == ANALYST


# --- notebooks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["Burden", 1, -1, "belastung", None])
def test_a_direction_that_is_none_is_refused(direction):
    with pytest.raises(ValueError, match="direction"):
        Indicator(id="armut", label="x", direction=direction, value="armut")


def test_a_burden_points_the_way_the_orientation_says():
    value = pd.DataFrame({"armut": [0.1, 0.2, 0.5]}, ["01", "02", "03"])
    poor = [Indicator(id="armut", label="x", direction="burden", value="armut")]
    up, down = (
        sr.index.standardise(value, sr.index.fit_scale(value, poor, orientation=way))["armut"]
        for way in ("deprivation", "participation")
    )
    assert up.is_monotonic_increasing and down.is_monotonic_decreasing


def test_rows_in_another_order_change_no_number():
    rate = CASES / PERSONS
    slopes = [vars(slope_index(rate, n, BURDEN)) for n in (PERSONS, TURNED)]
    assert slopes[0] == pytest.approx(slopes[1], abs=1e-12, nan_ok=True)
    one, other = (standardise_rates(CASES, n) for n in (PERSONS, TURNED))
    pd.testing.assert_series_equal(one, other)
    odds = [
        logistic(CASES, n, BURDEN.to_frame("b"), pd.Series(KEYS, KEYS)).table["estimate"]
        for n in (PERSONS, TURNED)
    ]
    pd.testing.assert_series_equal(*odds)


def test_the_rate_of_the_city_is_its_cases_over_its_persons_in_any_order():
    rates = [Indicator(id="a", label="a", direction="burden", value="a")]
    value = (CASES / PERSONS).to_frame("a")
    for base in (PERSONS, TURNED):
        found = sr.index.fit_scale(
            value, rates, method="zscore", centre="city_rate", base=base.to_frame("a")
        )
        assert found.params["a"]["centre"] == pytest.approx(35 / 520, abs=1e-12)


def test_segregation_asks_for_no_order():
    group, total = pd.Series([10.0, 1, 5], list("abc")), pd.Series([50.0, 10, 20], list("abc"))
    one, other = (segregation_indices(group, t, draws=50) for t in (total, total.loc[list("cab")]))
    pd.testing.assert_series_equal(one["value"], other["value"])
    # D = ½ Σ |g/16 - (t-g)/64|: |10/16-40/64| + |1/16-9/64| + |5/16-15/64| = 0.15625
    assert one["value"].iloc[0] == pytest.approx(0.078125, abs=1e-12)


def test_neighbours_of_areas_fit_the_shrinking_of_rates():
    areas = gpd.GeoDataFrame(
        index=list("abc"), geometry=[box(i, 0, i + 1, 1) for i in range(3)], crs="EPSG:25833"
    )
    cases, persons = pd.Series([1.0, 2, 3], areas.index), pd.Series([10.0, 20, 30], areas.index)
    found = shrink_rates(cases, persons, method="local", neighbours=contiguity(areas))
    # every area has the rate 0.1, so has every neighbourhood
    assert np.allclose(found, 0.1)


TWO = [Indicator(id=k, label=k, direction="burden", value=k, dimension=k.upper()) for k in "ab"]
Z = pd.DataFrame({"a": [0.1], "b": [0.9]}, ["01"])


def test_weights_of_dimensions_and_nodes_count_or_are_refused():
    def index(**how):
        return float(sr.index.aggregate(Z, TWO, **how)["index"].iloc[0])

    assert index() == pytest.approx(0.5)
    assert index(dimension_weights={"A": 3, "B": 1}) == pytest.approx((3 * 0.1 + 0.9) / 4)
    nodes = [{"id": "A", "parent": "index", "weight": 3}]
    assert index(nodes=nodes) == pytest.approx((3 * 0.1 + 0.9) / 4)
    with pytest.raises(ValueError, match="dimension_weights"):
        index(dimension_weights={"a": 3, "b": 1})
    with pytest.raises((ValueError, TypeError), match="wieght"):
        index(nodes=[{"id": "A", "parent": "index", "wieght": 3}])


def test_ranks_of_table_and_certainty_point_the_same_way(tmp_path):
    write_city(tmp_path)
    file = tmp_path / "bau.toml"
    file.write_text(toml(BASE | {"uncertainty": {"draws": 60}}), encoding="utf-8")
    result = sr.build(file)
    ranks = result.table["rank"].astype(float)
    ends = result.release.layers["certainty"][["rank_low", "rank_high"]].astype(float)
    assert ranks.corr(ends.mean(axis=1), method="spearman") > 0.8
    first = ranks.idxmin()
    assert ends.at[first, "rank_low"] == 1


@pytest.mark.parametrize("unit", ["share", "percent", "per_1000"])
def test_no_unit_shows_two_of_four_hundred(unit, tmp_path):
    write_city(tmp_path)
    rows = pd.read_csv(tmp_path / "zahlen.csv", sep=";", dtype=str)
    rows.loc[3, ["arm", "kinder"]] = ["2", "400"]
    rows.to_csv(tmp_path / "zahlen.csv", sep=";", index=False)
    given = BASE | {"indicators": [BASE["indicators"][0] | {"unit": unit}, BASE["indicators"][1]]}
    (tmp_path / "bau.toml").write_text(toml(given), encoding="utf-8")
    result = sr.build(tmp_path / "bau.toml")
    edition = result.release.current
    told, half = edition.values["armut"].iloc[3], edition.half_width["armut"].iloc[3]
    assert pd.isna(told) or (half > 0 and told != 2 / 400)


# --- library calls --------------------------------------------------------------------------------


def test_values_on_a_limit_belong_to_the_class_above():
    x = pd.Series([0.1, 0.3, 0.6, 0.2, 0.4])
    found = sr.index.classify(x, sr.index.fit_breaks(x, method="equal", k=5))
    assert found.tolist() == [1, 3, 5, 2, 4]
    on = pd.Series([29 / 100 * 100, 57 / 100 * 100])
    cut = sr.index.fit_breaks(on, method="fixed", limits=[29, 57])
    assert sr.index.classify(on, cut).tolist() == [2, 3]


def test_a_weight_that_is_missing_is_refused_or_left_out():
    x, weights = pd.Series([1.0, 2, 3, 4]), pd.Series([np.nan, 1, 1, 1])
    try:
        found = sr.index.fit_breaks(x, method="quantile", k=2, weights=weights)
    except (ValueError, DataError):
        return
    assert found.inner == (3.0,)


@pytest.mark.parametrize("gap", [0, 12])
def test_streets_between_blocks_keep_no_child_from_a_place(gap):
    step = 100 + gap
    corners = {f"{r}{c}": (c * step, r * step) for r in range(8) for c in range(8)}
    blocks = gpd.GeoDataFrame(
        index=list(corners), geometry=[box(x, y, x + 100, y + 100) for x, y in corners.values()],
        crs="EPSG:25832",
    )  # fmt: skip
    schools = {"A": (1, 1), "B": (1, 6), "C": (6, 4)}
    inner = blocks.representative_point()
    distance = pd.DataFrame(
        {k: inner.distance(Point(c * step + 50, r * step + 50)) for k, (r, c) in schools.items()}
    )
    dense = [12.0 if int(k[0]) < 4 and int(k[1]) < 4 else 4.0 for k in blocks.index]
    pupils = pd.Series(dense, blocks.index)
    places = pd.Series(150.0, list("ABC"))
    graph = find_neighbours(blocks)  # across streets of up to 50 m
    task = catchment_task(distance, pupils, graph, capacity=places, limit=5000)
    plan = redraw(task, bound=False)
    assert plan.figures["over_capacity"] == 0  # 384 pupils, 450 places
    assert plan.figures["extra_pieces"] == 0


@pytest.mark.parametrize(
    ("written", "side", "first", "last"),
    [("1-25 u", "odd", 1, 25), ("2-38 g", "even", 2, 38), ("83-95 ung.", "odd", 83, 95),
     ("54-60 ger.", "even", 54, 60)],
)  # fmt: skip
def test_a_side_behind_the_range_is_that_side(written, side, first, last):
    ((found, low, _, high, *_),) = parse_rule(written)
    assert (found, low, high) == (side, first, last)


def test_a_relative_index_that_crosses_zero_is_none():
    found = slope_index(pd.Series([0.0, 0, 0.5]), pd.Series([100.0] * 3), pd.Series([3.0, 2, 1]))
    assert np.isnan([found.rii, found.rii_low, found.rii_high]).all()


def test_persons_of_areas_without_cases_are_not_in_the_rate_of_the_city():
    areas = list("abc")
    found = funnel(pd.Series([10.0, 20, np.nan], areas), pd.Series([100.0, 200, 300], areas))
    centre = (found["low_95"] + found["high_95"]).iloc[1] / 2
    assert centre == pytest.approx(0.1, abs=0.02)  # 30 of 300; 30 of 600 would be 0.05
    assert found["place"].iloc[0] == found["place"].iloc[1]


def test_nobody_is_covered_without_a_place():
    metres = pd.DataFrame({"A": [100.0] * 3, "B": [100.0, 900, 900]}, list("xyz"))
    places = pd.Series({"A": 60.0, "B": 60.0})
    task = site_task(
        metres, pd.Series(50.0, list("xyz")), model="mclp", radius=500, number=2, capacity=places
    )
    # B is within 500 m of x alone: 50 children there, 60 at A
    assert locate(task).figures["persons_covered"] == 110


def test_an_area_is_not_its_own_neighbour_and_a_pair_counts_once():
    chain = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "c"), ("d", "e"),
             ("e", "d")]  # fmt: skip
    value = pd.Series([1.0, 2, 3, 4, 10], list("abcde"))

    def moran(pairs):
        graph = from_pairs(list("abcde"), pd.DataFrame(pairs, columns=["area", "neighbour"]))
        return global_moran(value, graph, permutations=99).value

    # z = -3 -2 -1 0 6: rows weighted 1/n; I = Σ z_i·mean(z of neighbours) / Σ z² = 11 / 50
    assert moran(chain) == pytest.approx(0.22, abs=1e-12)
    for extra in ([("a", "a"), ("b", "b")], [("a", "b"), ("b", "a")]):
        with pytest.raises(DataError):
            moran(chain + extra)
