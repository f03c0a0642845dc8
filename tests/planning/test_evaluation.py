"""Before and after against published and hand-computed figures."""

import math

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.planning.evaluation import (
    changes_by_year,
    compare_areas,
    compare_change,
    nearest_comparison,
)


def cells(p0, p1, c0, c1):
    names = [
        ("programme", "before"),
        ("programme", "after"),
        ("comparison", "before"),
        ("comparison", "after"),
    ]
    return pd.DataFrame(
        [
            {"group": g, "period": t, "cases": x, "base": n}
            for (g, t), (x, n) in zip(names, (p0, p1, c0, c1), strict=True)
        ]
    )


def test_card_and_krueger_find_2_75_jobs_per_restaurant():
    case = pd.read_csv(shared("cases/did_card_krueger.csv")).pivot_table(
        index="group", columns="period", values="mean_fte"
    )
    change = compare_areas(case["before"], case["after"], pd.Series({"NJ": True, "PA": False}))
    assert change.difference == pytest.approx(2.753605783, abs=1e-8)
    assert change.p == 1.0  # two areas prove nothing


def test_additive_and_relative_are_both_told_when_they_disagree():
    # design notes: +7.0 points [-0.5, 14.5], ratio 1.48 [1.06, 2.09]
    found = compare_change(cells((60, 400), (92, 400), (180, 600), (186, 600)))
    assert [round(100 * v, 1) for v in (found.difference, found.low, found.high)] == [
        7.0,
        -0.5,
        14.5,
    ]
    assert [round(v, 2) for v in (found.ratio, found.ratio_low, found.ratio_high)] == [
        1.48,
        1.06,
        2.09,
    ]
    assert "ein Unterschied ist nicht gezeigt" in found.sentences[0]
    assert (
        found.sentences[2] == "Die beiden Maße sagen nicht dasselbe; beide gehören in die Vorlage."
    )
    assert not any("Wirkung" in s for s in found.sentences)


def test_a_cell_without_cases_has_no_ratio_but_a_difference():
    found = compare_change(cells((0, 50), (5, 50), (10, 50), (10, 50)))
    assert found.difference == pytest.approx(0.1) and math.isnan(found.ratio)
    assert "kein" in found.sentences[1]


def test_rows_of_one_cell_are_added_up():
    once = cells((60, 400), (92, 400), (180, 600), (186, 600))
    twice = pd.concat([once, once]).assign(
        cases=lambda t: t["cases"] / 2, base=lambda t: t["base"] / 2
    )
    assert compare_change(once).difference == compare_change(twice).difference


@pytest.mark.parametrize("wrong", [(5, 0), (9, 8)])
def test_impossible_cells_are_named(wrong):
    with pytest.raises(DataError, match="programme/before"):
        compare_change(cells(wrong, (1, 2), (1, 2), (1, 2)))
    with pytest.raises(DataError, match="comparison/after"):
        compare_change(cells((1, 2), (1, 2), (1, 2), (1, 2)).iloc[:3])


def test_the_permutation_p_counts_all_ways_to_choose_the_areas():
    # changes 5, 4 against 1, 0, 0: of the ten pairs only the own one is as far apart
    before = pd.Series(0.0, index=list("abcde"))
    after = pd.Series([5.0, 4.0, 1.0, 0.0, 0.0], index=list("abcde"))
    programme = pd.Series({"a": True, "b": True, "c": False, "d": False, "e": False})
    found = compare_areas(before, after, programme)
    assert found.difference == pytest.approx(4.5 - 1 / 3)
    assert found.p == pytest.approx(0.1)
    drawn = compare_areas(before, after, programme, permutations=5)
    assert 0 < drawn.p <= 1 and drawn == compare_areas(before, after, programme, permutations=5)


def test_areas_without_both_years_are_left_out_and_a_missing_group_is_told():
    before = pd.Series({"a": 1.0, "b": np.nan, "c": 1.0})
    after = pd.Series({"a": 2.0, "b": 9.0, "c": 1.0})
    programme = pd.Series({"a": True, "b": True, "c": False})
    assert compare_areas(before, after, programme).difference == 1.0
    with pytest.raises(DataError, match="Vergleichsgebiete"):
        compare_areas(before, after, programme & (programme.index == "b"))
    with pytest.raises(ValueError, match=r"unknown \['zz'\] and none of \['a', 'b', 'c'\]"):
        compare_areas(before, after, pd.Series({"zz": True}))


def test_years_before_the_programme_are_a_placebo():
    panel = pd.DataFrame({2021: [1.0, 2.0], 2022: [2.0, 3.0], 2023: [5.0, 3.0]}, index=["p", "c"])
    table = changes_by_year(panel, pd.Series({"c": False, "p": True}), base_year=2022)
    assert table["difference"].to_dict() == {2021: 0.0, 2023: 3.0}


def test_comparison_areas_are_the_nearest_in_need_and_none_twice():
    need = pd.Series({"a": 0.9, "b": 0.8, "c": 0.75, "d": 0.7, "e": 0.1})
    assert nearest_comparison(need, need > 0.75) == ["c", "d"]


def test_an_area_without_a_need_chooses_no_comparison_area_and_is_none():
    need = pd.Series([9.0, np.nan, 8.0, np.nan, 1.0], list("abcde"))
    programme = pd.Series([True, True, False, False, False], list("abcde"))
    assert nearest_comparison(need, programme) == ["c"]
