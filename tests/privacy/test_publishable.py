"""Scale constants and class limits are no backdoor to one area's exact share."""

import pandas as pd
import pytest
from privacy import tiny_city as city

from sozialraum.model import Breaks, Scale
from sozialraum.privacy.publishable import (
    publishable_breaks,
    publishable_scale,
    unpublishable,
    without_references,
)
from sozialraum.privacy.rules import DisclosureRules


def _scale(**params):
    return Scale("minmax", ("armut",), (1,), {"armut": params})


def _published(scale, share, base, rules=None, indicator=city.INDICATORS[0]):
    value, persons = pd.DataFrame({"armut": share}), pd.DataFrame({"armut": base})
    rules = rules or DisclosureRules()
    return publishable_scale(scale, value, persons, rules, indicators=[indicator]).params["armut"]


def test_both_ends_of_a_range_go_outward_to_the_step_of_their_area():
    # base 100: step 0.05; base 1000: step 0.005 (see test_rounding)
    found = _published(_scale(low=0.13, high=0.4567), [0.13, 0.4567, 0.2], [100.0, 1000.0, 50.0])
    assert found == {"low": 0.1, "high": 0.46}


def test_a_limit_on_a_step_stays_where_it_is():
    assert _published(_scale(low=0.15, high=0.4), [0.15, 0.4], [100.0, 100.0]) == {
        "low": 0.15,
        "high": 0.4,
    }


def test_centre_and_spread_are_rounded_and_the_output_range_is_not_touched():
    scale = _scale(centre=0.123456, spread=0.0987654, output=[0.0, 1.0], n=26, step=1.23456)
    found = _published(scale, [0.1, 0.2], [100.0, 100.0])
    assert found == {
        "centre": 0.123,
        "spread": 0.099,
        "output": [0.0, 1.0],
        "n": 26,
        "step": 1.23456,
    }


def test_stated_goalposts_and_open_data_are_left_alone():
    stated = Scale("goalposts", ("armut",), (1,), {"armut": {"low": 0.12345, "high": 0.9}})
    assert _published(stated, [0.12345], [100.0])["low"] == 0.12345
    rules = DisclosureRules(published_input=True, reason="open data")
    assert _published(_scale(low=0.12345, high=0.9), [0.12345], [100.0], rules)["low"] == 0.12345


def test_per_cent_are_rounded_as_shares_are():
    percent = city.INDICATORS[0].__class__(
        id="armut", label="", direction="burden", numerator="a", denominator="b", unit="percent"
    )
    found = _published(_scale(low=13.0, high=45.67), [13.0, 45.67], [100.0, 1000.0], None, percent)
    assert found == {"low": 10.0, "high": 46.0}


def test_the_gate_recognises_a_scale_that_was_not_rounded():
    rules = DisclosureRules()
    assert unpublishable({"index": _scale(low=0.12345, high=0.9)}, city.INDICATORS, rules) == [
        "armut"
    ]
    assert unpublishable({"index": _scale(low=0.12, high=0.9)}, city.INDICATORS, rules) == []


def test_the_list_of_all_shares_behind_ranks_is_not_released():
    scale = Scale("rank", ("armut",), (1,), {"armut": {"reference": [0.1, 0.2], "ties": "min"}})
    assert without_references(scale, city.INDICATORS, DisclosureRules()).params["armut"] == {
        "ties": "min"
    }


@pytest.mark.parametrize(
    ("limits", "expected"),
    [((0.12345, 0.5), (0.123, 0.5)), ((0.12341, 0.12342), (0.12341, 0.12342))],
)
def test_class_limits_keep_three_decimals_unless_two_would_become_one(limits, expected):
    assert publishable_breaks(Breaks("jenks", limits), DisclosureRules()).inner == expected


def test_class_limits_of_open_data_are_left_alone():
    rules = DisclosureRules(published_input=True, reason="open data")
    assert publishable_breaks(Breaks("jenks", (0.123456,)), rules).inner == (0.123456,)
