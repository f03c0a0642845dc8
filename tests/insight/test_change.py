"""A change of class is data, scale or cut, and the three add up."""

import pandas as pd
import pytest

from sozialraum.insight.change import (
    change_certainty,
    count_changes,
    describe_change,
    split_change,
)
from sozialraum.model import Breaks

OLD = pd.Series({"01": 0.1, "02": 0.3, "03": 0.6, "04": 0.9, "05": 0.5})
# 01 rose by its data; 02 only under the new scale; 04 stays; 05 has no value now; 06 is new
NEW_OLD_SCALE = pd.Series({"01": 0.6, "02": 0.3, "03": 0.6, "04": 0.9, "05": None, "06": 0.2})
NEW = pd.Series({"01": 0.6, "02": 0.55, "03": 0.6, "04": 0.9, "05": None, "06": 0.2})
OLD_CUT = Breaks("fixed", (0.5,), numbers=(1, 2))
NEW_CUT = Breaks("fixed", (0.58,), numbers=(1, 2))


def split():
    return split_change(OLD, NEW_OLD_SCALE, NEW, old_breaks=OLD_CUT, new_breaks=NEW_CUT)


def test_each_area_tells_what_moved_it():
    table = split()
    assert table.loc["01", ["data", "scale", "cut", "total"]].tolist() == [1, 0, 0, 1]
    assert table.loc["02", ["data", "scale", "cut", "total"]].tolist() == [0, 1, -1, 0]
    assert table.loc["03", ["data", "scale", "cut", "total"]].tolist() == [0, 0, 0, 0]
    assert table.loc["04", ["data", "scale", "cut", "total"]].tolist() == [0, 0, 0, 0]


def test_the_three_effects_add_up_to_the_whole_change():
    table = split().dropna(subset=["total"])
    assert (table["data"] + table["scale"] + table["cut"]).tolist() == table["total"].tolist()


def test_an_area_without_a_value_or_in_one_build_only_is_listed_and_not_counted():
    table = split()
    assert table.loc["05", "total"] is pd.NA
    assert table["areas"].to_dict() == dict.fromkeys(OLD.index, "both") | {"06": "only_new"}
    counts = count_changes(table)
    assert counts.loc["total"].to_dict() == {
        "lower": 0,
        "same": 3,
        "higher": 1,
        "steps": 1,
        "no_class": 2,
    }
    assert counts.loc["cut", "lower"] == 1 and counts.loc["scale", "higher"] == 1


def test_a_limit_belongs_to_the_class_the_breaks_say():
    on_limit = pd.Series({"01": 0.5})
    below = Breaks("fixed", (0.5,), right=True)
    above = Breaks("fixed", (0.5,), right=False)
    table = split_change(on_limit, on_limit, on_limit, old_breaks=below, new_breaks=above)
    assert (table.loc["01", "class_old"], table.loc["01", "class_new"]) == (1, 2)
    assert table.loc["01", "cut"] == 1


def test_the_same_area_twice_in_the_same_class_is_certain_only_if_both_are():
    old = pd.DataFrame({1: [1.0, 0.5], 2: [0.0, 0.5]}, index=["01", "02"])
    new = pd.DataFrame({1: [0.0, 0.5], 2: [1.0, 0.5]}, index=["01", "02"])
    assert change_certainty(old, new).to_dict() == {"01": 1.0, "02": 0.5}
    with pytest.raises(ValueError, match="must have the classes of 'old'"):
        change_certainty(old, new.rename(columns={2: 3}))


def test_the_sentences_name_the_counts():
    sentences = describe_change(split())
    assert (
        sentences[0] == "Von 4 vergleichbaren Gebieten liegt 1 in einer anderen Klasse als zuvor."
    )
    assert "0 Gebiete mit höherer, 1 Gebiet mit niedrigerer" in sentences[3]
    assert sentences[-1].startswith("1 Gebiet gibt es nur in einem")


def test_two_new_indices_on_different_areas_are_refused():
    with pytest.raises(ValueError, match="must have the keys of 'new_index'"):
        split_change(OLD, NEW, OLD, old_breaks=OLD_CUT, new_breaks=NEW_CUT)
