"""What rests on areas that had to be split is told, and what another way to split would change."""

import json

import pandas as pd
import pytest
from joins.city_on_paper import BLOCKS, plan, register
from joins.test_join_methods import BY_KEYS
from shapely import box

import sozialraum
from sozialraum.index.scaling import standardise
from sozialraum.workflows.build.geography.split_areas import Split, split_of

AREAL = 'method = "areal"'
# a third catchment, so that the middle one is neither best nor worst
GOALS = {"A": box(0, 0, 150, 100), "B": box(150, 0, 300, 100), "C": box(300, 0, 400, 100)}


def test_the_share_of_split_blocks_is_told_per_area(tmp_path):
    result = sozialraum.build(plan(tmp_path, AREAL, catchments=GOALS).file)
    share = result.measured["2024-12-31"].split
    # A: 100 children of its own, 100 of block 02; B: 100 of block 02, 150 of its own; C: 50
    assert share.to_dict() == pytest.approx({"A": 100 / 200, "B": 100 / 250, "C": 0.0})
    told = result.release.layers["join"]["split_share"]
    assert told.to_dict() == pytest.approx({"A": 0.5, "B": 0.4, "C": 0.0})


def test_it_reaches_table_method_and_manifest(tmp_path):
    built = plan(tmp_path, AREAL + '\nmasks = ["areal"]', catchments=GOALS)
    sozialraum.build(built.file).save(tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / "index.parquet").set_index("key")
    column = next(c for c in table.columns if c.endswith("split_share"))
    assert table[column].to_dict() == pytest.approx({"A": 0.5, "B": 0.4, "C": 0.0})
    csv = (tmp_path / "out" / "index.csv").read_text("utf-8-sig")
    assert column in csv.splitlines()[0]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    sentence = (
        "Im mittleren Gebiet stammen 40\u00a0% der gezählten Menschen aus Ausgangsgebieten, die "
        "auf mehrere Gebiete aufgeteilt werden mussten, höchstens 50\u00a0%."
    )
    assert manifest["details"]["split"][0].startswith(sentence)
    assert sentence in (tmp_path / "out" / "methode.md").read_text("utf-8")


def test_nested_areas_have_nothing_to_be_split(tmp_path):
    goals = {"A": box(0, 0, 200, 100), "B": box(200, 0, 400, 100)}
    result = sozialraum.build(plan(tmp_path, AREAL, catchments=goals).file)
    assert result.measured["2024-12-31"].split.to_dict() == {"A": 0.0, "B": 0.0}


def test_another_way_to_split_shows_what_hangs_on_it(tmp_path):
    how = BY_KEYS.replace('method = "addresses"', 'method = "addresses"\nmasks = ["areal"]')
    how += 'weight = "wohnungen"\n'
    numbers = "block;kinder;arm\n01;100;5\n02;200;80\n03;150;30\n04;50;20\n"
    built = plan(tmp_path, how, numbers=numbers, adressen=register())
    result = sozialraum.build(built.file)
    measured = result.measured["2024-12-31"]
    # by dwellings three fifths of block 02 are in A, by area a half
    assert measured.value["armut"]["A"] == pytest.approx((5 + 48) / 220)
    assert measured.by_mask["areal"]["armut"]["A"] == pytest.approx((5 + 40) / 200)
    split = split_of(
        result.plan, measured, result.scored["2024-12-31"]["index"], result.fitted_by_day["index"]
    )
    # both ways are measured with the same scale
    scale = result.fitted_by_day["index"].scale
    ways = pd.concat(
        [standardise(v, scale)["armut"] for v in (measured.value, measured.by_mask["areal"])],
        axis=1,
    )
    assert split.ranges["index_low"].to_dict() == pytest.approx(ways.min(axis=1).to_dict())
    assert split.ranges["index_high"].to_dict() == pytest.approx(ways.max(axis=1).to_dict())


def test_the_sentences_count_areas_and_name_none():
    split = Split(
        share=pd.Series({"A": 0.2, "B": 0.75, "C": None, "D": 0.0}),
        ranges=pd.DataFrame(
            {
                "index_low": [0.1, 0.40, None, 0.9],
                "index_high": [0.1, 0.61, None, 0.9],
                "class_low": [1.0, 2.0, None, 5.0],
                "class_high": [1.0, 3.0, None, 5.0],
            },
            index=list("ABCD"),
        ),
        masks=("areal",),
    )
    first, second = split.sentences("Sprengel", decimals=1)
    assert "20\u00a0%" in first and "höchstens 75\u00a0%" in first and "In 1 von 3" in first
    # 0.21 is rounded up: nothing is said to be steadier than it is
    assert "In 1 von 3 Gebieten" in second and second.endswith("um höchstens 0,3.")
    layer = split.layer()
    assert layer["split_classes"].tolist() == ["1", "2–3", None, "5"]


def test_without_a_way_to_compare_no_classes_are_told(tmp_path):
    result = sozialraum.build(plan(tmp_path, AREAL, catchments=GOALS).file)
    assert list(result.release.layers["join"].columns) == ["split_share"]
    assert set(BLOCKS) == set(result.crosswalk.source_keys)
