"""One city under several methods: counted again from the classes, and nothing hidden in them."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from publish.grammar_of_sections import check_grammar

import sozialraum
from sozialraum.index.method import fit_recipe
from sozialraum.model.errors import ConfigError
from sozialraum.workflows.compare.methods import compare_methods

ROOT = Path(__file__).parents[1]
RECIPES = ("minmax_mean", "five_types", "berlin_mss", "hdi")


@pytest.fixture(scope="module")
def city():
    return sozialraum.build(ROOT / "config" / "musterstadt.toml")


@pytest.fixture(scope="module")
def compared(city):
    return compare_methods(city, recipes=RECIPES)


def test_each_method_each_indicator_left_out_is_a_variant(compared):
    assert list(compared.variants) == [
        "build", "minmax_mean", "five_types", "berlin_mss", "without_armut", "without_krisen",
        "without_kita", "without_migration",
    ]  # fmt: skip
    # the HDI needs fixed ends for each indicator: said, not guessed
    assert [p.code for p in compared.problems] == ["pipeline.method_not_possible"]


def test_the_build_counts_its_classes_from_the_lowest_burden(city, compared):
    # class 5 of the example city is the highest participation: the lowest burden
    shown = compared.steps["build"].dropna()
    assert (shown == 6 - city.table["class"].reindex(shown.index)).all()


def test_a_method_puts_each_area_where_it_would_by_itself(city, compared):
    # 26 values on a grid of 0.001 of an SD: only an area at a limit could differ by the rounding
    value = city.measured["2024-12-31"].value
    alone = fit_recipe(value, city.plan.indicators, "five_types").score(value)
    limits = np.array([-1.0, -0.5, 0.5, 1.0])
    far = alone["index"].map(lambda x: np.abs(limits - x).min() > 0.02)
    steps = compared.steps["five_types"].dropna()
    both = steps.index.intersection(far.index[far])
    assert len(both) >= 20
    assert (steps[both] == alone["class"][both]).all()


def test_changes_are_the_counted_differences(compared):
    steps, found = compared.steps.dropna(), compared.changes()
    for variant in ("minmax_mean", "five_types", "without_armut"):
        gap = (steps[variant] - steps["build"]).abs()
        assert found.at[variant, "changed"] == sum(g > 0 for g in gap)
        assert found.at[variant, "by_two"] == sum(g > 1 for g in gap)
    assert pd.isna(found.at["berlin_mss", "changed"])  # four classes against five
    top = (
        (steps["five_types"] == 5).sum(),
        ((steps[["five_types", "build"]] == 5).all(axis=1)).sum(),
    )
    assert (found.at["five_types", "top"], found.at["five_types", "top_both"]) == top


def test_areas_with_a_withheld_value_get_no_class_by_any_method():
    hagen = sozialraum.build(ROOT / "config" / "musterstadt_hagen.toml")
    found = compare_methods(hagen, recipes=["five_types", "augsburg_style"])
    hidden = hagen.current.signs.isin(["small_base", "suppressed"])
    hidden = hidden.any(axis=1) | hagen.table["class"].isna()
    assert hidden.any() and not hidden.all()
    assert found.steps[hidden].isna().all(axis=None)
    assert found.steps[~hidden].notna().all(axis=None)
    # z-values can count persons instead of areas; min–max ranges cannot
    assert "persons" in found.variants
    for record in found.summary()["variants"]:
        assert record["areas"] == int((~hidden).sum())


def test_page_and_file_hold_classes_and_counts_only(city, compared, tmp_path):
    assert compared.save(tmp_path) == ["methodenvergleich.html", "methodenvergleich.json"]
    page = (tmp_path / "methodenvergleich.html").read_text("utf-8")
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/", "")
    section = json.loads(re.search(r'id="daten">(.*?)</script>', page, re.DOTALL)[1])["sections"][0]
    assert len(section["variants"]) == len(compared.variants) == page.count("<button") - 1
    for name, shown in zip(compared.variants, section["variants"], strict=True):
        steps = compared.steps[name]
        assert shown["codes"] == "".join("n" if pd.isna(n) else f"{n - 1:x}" for n in steps)
        if compared.variants[name]["k"] == compared.variants["build"]["k"] and name != "build":
            worse = (steps > compared.steps["build"]).fillna(False)
            assert shown["stripes"] == "".join("01"[int(one)] for one in worse)
    told = json.loads((tmp_path / "methodenvergleich.json").read_text("utf-8"))
    numbers = [v for row in told["moved"] for v in row.values() if not isinstance(v, str)]
    assert numbers and all(isinstance(v, int) for v in numbers)
    told = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.DOTALL)
    for share in city.measured["2024-12-31"].value.to_numpy().ravel():
        assert f"{share:.6g}" not in told or share in (0.0, 1.0)


def test_the_page_speaks_the_grammar_of_the_map(compared, tmp_path):
    compared.save(tmp_path)
    page = (tmp_path / "methodenvergleich.html").read_text("utf-8")
    told = check_grammar(page, days=["31.12.2024"])
    assert len(told) == len(compared.variants)
    assert told["verfahren", 0] == "Dunkel = sehr niedrige Teilhabe, hell = sehr hohe Teilhabe."
    assert "orange gestreift = stärker belastet als bei „Wie gebaut“" in told["verfahren", 1]


def test_the_headline_counts_the_areas_all_methods_agree_on(compared, tmp_path):
    compared.save(tmp_path)
    page = (tmp_path / "methodenvergleich.html").read_text("utf-8")
    alike = [v for v, about in compared.variants.items() if about["k"] == 5]
    known = compared.steps[alike].dropna()
    same = known[known.nunique(axis=1) == 1]
    told = re.search(r'<div id="kern"><h2>(.*?)</h2>', page)[1]
    assert told.startswith(f"{len(same)} von {len(known)} Gebieten kommen unter allen {len(alike)}")
    for key in same.index[same["build"] == 5]:
        assert compared.release.areas["name"][key] in told


def test_an_unknown_method_is_named(city):
    with pytest.raises(ConfigError, match="hdx"):
        compare_methods(city, recipes=["hdx"])
