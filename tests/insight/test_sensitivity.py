"""Sobol indices of functions with known answers; leaving out; turning weights; what-if."""

import numpy as np
import pandas as pd
import pytest
from insight.simulated import build_index, make_city
from insight.test_certainty_calibration import asem
from shared_data import shared

from sozialraum.index.aggregation import aggregate
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.insight.sensitivity import leave_one_out, sobol, turning_weights, what_if


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


CASES = {
    # Ishigami, a = 7, b = 0.1: V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2
    "ishigami": (ishigami, [0.31391, 0.44241, 0.0], [0.55759, 0.44241, 0.24368]),
    "linear": (lambda u: u @ [1.0, 2.0, 3.0], [1 / 14, 4 / 14, 9 / 14], [1 / 14, 4 / 14, 9 / 14]),
    "far from zero": (
        lambda u: 1e6 + u @ [1.0, 2.0, 3.0], [1 / 14, 4 / 14, 9 / 14], [1 / 14, 4 / 14, 9 / 14],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_known_indices_lie_in_their_intervals_at_n_1000(name):
    function, first, total = CASES[name]
    table = sobol(function, ["x1", "x2", "x3"], n=1000, seed=4, level=0.99)
    assert ((table["first_low"] <= first) & (first <= table["first_high"])).all(), table
    assert ((table["total_low"] <= total) & (total <= table["total_high"])).all(), table


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    function, first, total = CASES["ishigami"]
    hits = np.zeros((60, 6))
    for seed in range(60):
        t = sobol(function, list("abc"), n=500, seed=seed, replicates=300, level=0.9)
        hits[seed, :3] = (t["first_low"] <= first) & (first <= t["first_high"])
        hits[seed, 3:] = (t["total_low"] <= total) & (total <= t["total_high"])
    assert 0.84 <= hits.mean() <= 0.96


def test_an_offset_does_not_make_the_estimates_scatter():
    # the uncentred estimator scatters 24 times as much at an offset of 20
    at_0 = [
        sobol(lambda u: u @ [1.0, 2, 3], list("abc"), n=300, seed=s, replicates=0)
        for s in range(30)
    ]
    at_20 = [
        sobol(lambda u: 20 + u @ [1.0, 2, 3], list("abc"), n=300, seed=s, replicates=0)
        for s in range(30)
    ]
    for a, b in zip(at_0, at_20, strict=True):
        np.testing.assert_allclose(a["first"], b["first"], atol=1e-9)


def test_a_constant_has_no_indices():
    assert sobol(lambda u: np.full(len(u), 7.0), ["a"], n=50)["total"].isna().all()
    with pytest.raises(ValueError, match="at least 2"):
        sobol(ishigami, ["a"], n=1)


def test_leaving_out_asem_pillars_shifts_ranks_as_coinr_says():
    expected = pd.read_csv(shared("cases/coinr_asem/remove_elements_level2.csv"))
    treated, indicators, nodes = asem()
    how = {"method": "minmax", "orientation": "participation"}

    def without(pillar):
        kept = [i for i in indicators if i.dimension != pillar]
        named = [n for n in nodes if n["id"] != pillar]
        scale = fit_scale(treated[0][[i.id for i in kept]], kept, **how)
        index = aggregate(standardise(treated[0], scale), kept, nodes=named)["index"]
        return index, classify(index, fit_breaks(index))

    pillars = [n["id"] for n in nodes if n["parent"] != "index"]
    shift = leave_one_out(without, pillars)["rank_shift"]
    published = expected.set_index("removed")["mean_abs_rank_diff"]
    for pillar in pillars:
        assert shift[pillar] == pytest.approx(published[pillar], abs=1e-6), pillar


def two_areas(share):
    """Index = share · a + (1 - share) · b, limit 0.5: a = .8/.2, b = .4/.6 turn at 1/4 and 1/4."""
    a, b = pd.Series({"01": 0.8, "02": 0.2}), pd.Series({"01": 0.4, "02": 0.6})
    return (share * a + (1 - share) * b).ge(0.5).astype("Int64") + 1


def test_the_weight_at_which_an_area_turns_is_found():
    table = turning_weights(two_areas, 0.5)
    # area 01: 0.4 + 0.4 w = 0.5 at w = 1/4; area 02: 0.6 - 0.4 w = 0.5 at w = 1/4, ≥ belongs above
    assert table.loc["01", ["class", "class_below"]].tolist() == [2, 1]
    assert table.loc["01", "below"] == pytest.approx(0.25, abs=2e-3)
    assert table.loc["02", "below"] == pytest.approx(0.25, abs=2e-3)
    assert table["above"].isna().all() and table["class_above"].isna().all()
    with pytest.raises(ValueError, match=r"0\.\.1"):
        turning_weights(two_areas, 1.5)


def test_what_if_finds_the_share_at_which_the_class_turns():
    value = pd.DataFrame({"armut": [0.4, 0.1], "x": [0.2, 0.2]}, index=["07", "08"])
    base = pd.DataFrame({"armut": [50.0, 90.0]}, index=["07", "08"])
    classes_of = lambda v: (v["armut"] > 0.3).astype("Int64") + 1  # noqa: E731
    found = what_if(classes_of, value, area="07", indicator="armut", towards=0.0, base=base)
    assert found.needed == pytest.approx(0.3, abs=1e-4)
    assert (found.class_now, found.class_then) == (2, 1)
    assert found.persons in (-5, -6)  # 0.1 of 50 children; the limit itself belongs below
    never = what_if(classes_of, value, area="08", indicator="armut", towards=0.0, base=base)
    assert np.isnan(never.needed) and never.class_then is None and never.persons is None
    with pytest.raises(ValueError, match="Got '99' and 'armut' instead"):
        what_if(classes_of, value, area="99", indicator="armut", towards=0.0)


def test_what_if_moves_the_scale_with_the_value():
    city = make_city()
    classes = build_index(city.value, city.indicators).classes

    def classes_of(value):
        return build_index(value, city.indicators).classes

    turned = 0
    for area in classes.index[:8]:
        found = what_if(
            classes_of, city.value, area=area, indicator="x0", towards=0.0, base=city.base
        )
        assert found.class_now == classes[area]
        moved = city.value.copy()
        moved.loc[area, "x0"] = 0.0 if found.class_then is None else found.needed
        then = found.class_now if found.class_then is None else found.class_then
        assert classes_of(moved)[area] == then
        turned += then != found.class_now
    assert 0 < turned < 8
