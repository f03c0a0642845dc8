"""Rounding of counts, and counts that refuse to leave."""

import copy
import csv
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.perturbation.count_rounding import controlled_rounding, round_counts
from sozialraum.privacy.raw_counts import RawCounts


def test_the_ons_10_5_rule_for_counts_1_to_60():
    with shared("cases/sdc/05_ons_10_5_rule.csv").open() as file:
        lines = list(csv.DictReader(file))
    counts = pd.Series([int(line["count"]) for line in lines])
    expected = [
        np.nan if line["published"] == "suppressed" else float(line["published"]) for line in lines
    ]
    assert len(lines) == 60
    np.testing.assert_array_equal(round_counts(counts, multiple=5, minimum=10), expected)


def test_rounding_to_5_is_off_by_at_most_2():
    counts = pd.Series(range(200))
    rounded = round_counts(counts, multiple=5)
    assert (rounded % 5 == 0).all()
    assert (rounded - counts).abs().max() == 2
    assert round_counts(pd.Series([5]), multiple=10).tolist() == [10.0]


def test_controlled_rounding_keeps_every_sum_within_one_multiple():
    rng = np.random.default_rng(3)
    for _ in range(30):
        units = [f"u{n}" for n in range(24)]
        counts = pd.Series(rng.integers(0, 12, 24).astype(float), units)
        places = {
            "Bezirk": pd.Series(rng.choice(["D1", "D2", "D3"], 24), units),
            "Sprengel": pd.Series(rng.choice(["C1", "C2", "C3", "C4"], 24), units),
            "Stadt": pd.Series("S", units),
        }
        rounded = controlled_rounding(counts, places, multiple=5)
        assert (rounded % 5 == 0).all()
        assert (rounded - counts).abs().max() < 5
        assert (rounded[counts % 5 == 0] == counts[counts % 5 == 0]).all()
        for zones in places.values():
            off = rounded.groupby(zones).sum() - counts.groupby(zones).sum()
            assert off.abs().max() < 5


def test_rounding_one_by_one_would_not_add_up():
    counts = pd.Series([2.0, 2.0, 2.0], ["a", "b", "c"])
    assert round_counts(counts).sum() == 0
    assert controlled_rounding(counts, {"Stadt": pd.Series("S", counts.index)}).sum() == 5


def test_raw_counts_show_nothing_and_cannot_be_written():
    raw = RawCounts(pd.DataFrame({"armut_n": [31337, 4]}))
    for text in (repr(raw), str(raw), f"{raw}", f"{raw:>80}", raw._repr_html_(), format(raw)):
        assert "31337" not in text and "values not shown" in text
    for way in (
        "to_csv",
        "to_json",
        "to_excel",
        "plot",
        "explore",
        "__geo_interface__",
        "__array__",
    ):
        assert not hasattr(raw, way)
    with pytest.raises(DisclosureError, match="protect"):
        pickle.dumps(raw)
    with pytest.raises(DisclosureError, match="protect"):
        copy.deepcopy(raw)
    with pytest.raises(TypeError):
        json.dumps(raw)
    assert not hasattr(raw, "__dict__")


def test_raw_counts_give_a_copy_to_calculations():
    raw = RawCounts(pd.DataFrame({"armut_n": [1, 2]}))
    given = raw.inside()
    given.loc[:, "armut_n"] = 0
    assert raw.inside()["armut_n"].tolist() == [1, 2]
    assert len(raw) == 2
