"""One city, several methods: counted by hand on a few areas, and on Berlin's published shares."""

import numpy as np
import pandas as pd
import pytest
from index import mss

from sozialraum.index.comparison import compare_recipes, population_weighted
from sozialraum.index.method import fit_index, fit_recipe
from sozialraum.insight.sensitivity import leave_one_out
from sozialraum.model import Indicator


def burdens(ids):
    return [Indicator(id=i, label=i, direction="burden", value=i) for i in ids]


def city():
    rng = np.random.default_rng(7)
    base = rng.normal(size=40)
    return pd.DataFrame(
        {i: base + 0.8 * rng.normal(size=40) for i in "abc"}, index=[f"{n:02d}" for n in range(40)]
    )


def test_methods_that_are_mirror_images_agree_in_rank_and_class():
    # augsburg_style counts participation upwards, minmax_mean burden: the same order of burden
    value = city()
    found = compare_recipes(
        value,
        burdens("abc"),
        ["augsburg_style", "minmax_mean"],
        changed={"classes": {"method": "equal", "k": 5, "lower": 0.0, "upper": 1.0}},
    )
    assert (found.rank["augsburg_style"] == found.rank["minmax_mean"]).all()
    pair = found.changes().iloc[0]
    assert pair["moved"] == 0
    assert pair["class_changes"] == 0
    assert np.allclose(found.index["augsburg_style"], 1 - found.index["minmax_mean"])


def test_changes_without_an_indicator_are_counted_as_by_hand():
    value = pd.DataFrame({"a": [0.0, 1.0, 2.0, 9.0], "b": [0.0, 3.0, 1.0, 9.0]}, index=list("wxyz"))
    how = {"classes": {"k": 2, "lower": 0.0, "upper": 1.0}}

    def without(left: str | None):
        rest = [i for i in burdens("ab") if i.id != left]
        scored = fit_index(value, rest, sections=how).score(value)
        return scored["index"], scored["class"]

    found = leave_one_out(without, ["a", "b"])
    # both: z x y w; b alone, without a, ranks z x y w, too; without b: z y x w: x and y swap
    assert found.loc["a", "rank_shift"] == 0
    assert found.loc["b", "rank_shift"] == 0.5
    assert found.loc["b", "rank_shift_most"] == 1
    assert found.loc["b", "most_moved"] in ("x", "y")
    assert found["class_changes"].tolist() == [0, 0]


def test_population_weighted_moments_change_the_number_of_berlin_classes_that_was_found():
    # methods.md 6.4: 29 areas of 2013 change their status class with population-weighted moments
    classes = mss.published_classes("2013")
    used = classes.index[classes.status_index.astype(str) != "0"]
    shares = mss.shares("2013").loc[used]
    indicators = mss.indicators(list(mss.STATUS))
    fitted = fit_recipe(shares, indicators, "berlin_mss", axis="status")
    found = population_weighted(shares, fitted, shares["inhabitants"].astype(float))
    assert found.changes().iloc[0]["class_changes"] == 29


def test_areas_with_the_widest_span_come_first():
    value = city()
    found = compare_recipes(value, burdens("abc"), ["minmax_mean", "five_types", "equal_width_k"])
    areas = found.areas()
    assert areas["rank_span"].is_monotonic_decreasing
    assert (areas["rank_worst"] <= areas["rank_best"]).all()
    assert found.changes()["class_changes"].isna().sum() == 2  # nine classes against five


def test_a_recipe_named_twice_is_refused():
    with pytest.raises(ValueError, match="The 'recipes' parameter of compare_recipes"):
        compare_recipes(city(), burdens("abc"), ["five_types", "five_types"])
