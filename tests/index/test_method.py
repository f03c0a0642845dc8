"""A whole method: learnt once, used again, and honest about filled values."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sozialraum.index
from sozialraum.index.method import fit_index, fit_recipe, score_imputed
from sozialraum.model import Indicator
from sozialraum.texts import catalogue

SECTIONS = {
    "scaling": {"method": "zscore"},
    "restandardise": {"method": "zscore"},
    "classes": {"k": 3},
}


def burdens(ids):
    return [Indicator(id=i, label=i, direction="burden", value=i) for i in ids]


def city(n=80):
    rng = np.random.default_rng(3)
    base = rng.normal(size=(n, 1))
    keys = [f"{i:02d}" for i in range(n)]
    return pd.DataFrame(base + 0.6 * rng.normal(size=(n, 3)), columns=list("abc"), index=keys)


def test_another_year_is_scored_on_the_scale_of_the_first():
    value = city()
    fitted = fit_index(value, burdens("abc"), sections=SECTIONS)
    worse = fitted.score(value + 0.5)["index"]
    assert (worse > fitted.score(value)["index"]).all()  # a new scale would hide that all got worse
    assert fitted.score(value.loc[["07"]])["index"].iloc[0] == fitted.score(value)["index"]["07"]


def test_outliers_are_pulled_in_by_limits_that_stay():
    value = city()
    value.loc["00", "a"] = 60.0
    fitted = fit_index(
        value, burdens("abc"), sections={**SECTIONS, "treatment": {"rule": "winsorise"}}
    )
    assert fitted.treatment.record["a"]["pulled_in"] == 1
    limit = value["a"].drop("00").max()
    again = value.copy()
    again.loc["00", "a"] = limit
    assert fitted.score(value)["index"]["00"] == fitted.score(again)["index"]["00"]


def test_filled_values_make_ranks_and_classes_less_sure():
    value = city()
    holed = value.copy()
    holed.loc[["05", "06"], "b"] = np.nan
    fitted = fit_index(value, burdens("abc"), sections=SECTIONS)
    found = score_imputed(holed, fitted, draws=30, seed=1)
    pd.testing.assert_frame_equal(found, score_imputed(holed, fitted, draws=30, seed=1))
    assert found["imputed"][["05", "06"]].tolist() == [1, 1]
    assert found["index_sd"][["05", "06"]].min() > 0.05
    assert found["index_sd"].drop(["05", "06"]).max() < 1e-12
    assert (found["rank_low"] <= found["rank_high"]).all()
    assert found["class_probability"].between(1 / 3, 1).all()
    sure = fitted.score(value)
    assert (found["class"] == sure["class"]).drop(["05", "06"]).all()


def test_what_is_changed_of_a_recipe_is_used():
    value = city()
    five = fit_recipe(
        value,
        burdens("abc"),
        "five_types",
        changed={"classes": {"limits": [0.0], "labels": ["a", "b"], "numbers": [1, 2]}},
    )
    assert five.breaks.inner == (0.0,)
    with pytest.raises(ValueError, match="The 'sections' parameter of fit_index"):
        fit_recipe(value, burdens("abc"), "five_types", changed={"klassen": {}})
    with pytest.raises(ValueError, match="The 'persons' parameter of fit_index"):
        fit_recipe(
            value, burdens("abc"), "five_types", changed={"scaling": {"weights": "population"}}
        )


def test_every_sentence_the_room_says_stands_in_the_catalogue_and_none_stands_there_unused():
    folder = Path(sozialraum.index.__file__).parent
    code = "\n".join(p.read_text(encoding="utf-8") for p in folder.rglob("*.py"))
    named = set(re.findall(r'[\'"]index\.([a-z_]+)[\'".]', code)) | set(
        re.findall(r'f"index\.([a-z_]+)', code)
    )
    texts = set(catalogue("index"))
    spans = {n for n in texts if n.startswith("span_")}
    assert named - texts - {"span_first_", "span_middle_", "span_last_"} == set()
    assert texts - named - spans == set()


def test_problems_say_what_to_do():
    for name, entry in catalogue("index").items():
        if isinstance(entry, dict) and "message" in entry:
            assert entry.get("action"), name


def test_everything_learnt_goes_to_json_and_back_and_gives_the_same_index():
    value = city()
    value["a"] = np.exp(3 * value["a"])
    dimensions = [
        Indicator(id=i, label=i, direction="burden", value=i, dimension="x" if i < "c" else "y")
        for i in "abc"
    ]
    sections = {
        **SECTIONS, "treatment": {"rule": "winsorise_then_log"}, "weighting": {"method": "pca"},
        "dimension_scaling": {"method": "minmax"}, "aggregation": {"method": "sum"},
    }  # fmt: skip
    fitted = fit_index(value, dimensions, sections=sections)
    assert fitted.treatment.params["a"]["action"] == "log"

    def again(learnt):
        return type(learnt).from_dict(json.loads(json.dumps(learnt.to_dict())))

    names = ("treatment", "scale", "weights", "node_scale", "restandard", "breaks")
    copies = {name: again(getattr(fitted, name)) for name in names}
    assert copies["scale"] == fitted.scale
    assert copies["weights"] == fitted.weights
    pd.testing.assert_frame_equal(replace(fitted, **copies).score(value), fitted.score(value))
    parts = fitted.contributions(value)
    assert np.abs(parts.sum(axis=1) - fitted.score(value)["index"]).max() <= 1e-12


def test_rank_1_of_imputed_tables_is_the_highest_burden_whichever_end_is_high():
    arm = Indicator(id="arm", label="Armut", direction="burden", value="arm")
    value = pd.DataFrame({"arm": [0.1, 0.5, 0.3, 0.2]}, index=["01", "02", "03", "04"])
    for orientation in ("deprivation", "participation"):
        found = score_imputed(
            value, fit_index(value, [arm], orientation=orientation), draws=2, seed=1
        )
        assert found["rank_low"].to_dict() == {"01": 4.0, "02": 1.0, "03": 2.0, "04": 3.0}
