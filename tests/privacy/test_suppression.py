"""Primary suppression: rule on the count, on its complement and on the base."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.privacy.suppression import suppress, suppression_status


def _status(cases, base, **rules):
    base = pd.DataFrame({"armut": np.asarray(base, float)})
    value = pd.DataFrame({"armut": np.asarray(cases, float)}) / base
    ok = pd.DataFrame({"armut": ["ok"] * len(base)})
    return suppression_status(value, base, ok, **rules)["armut"].tolist()


def test_a_share_of_38_in_40_is_as_telling_as_2_in_40():
    value = pd.DataFrame({"armut": [2 / 40, 38 / 40, 20 / 40]})
    base = pd.DataFrame({"armut": [40.0, 40.0, 40.0]})
    shown = suppress(value, base, minimum=5)["armut"]
    assert shown.isna().tolist() == [True, True, False]
    assert shown[2] == 0.5


def test_the_minimum_itself_may_be_told_whatever_the_binary_fraction():
    # 5/b·b is 4.999999999999999 for some b; 5 persons must be 5 persons for every b.
    base = pd.DataFrame({"armut": np.arange(10.0, 2000.0)})
    assert suppress(5 / base, base, minimum=5)["armut"].notna().all()
    assert suppress(4 / base, base, minimum=5)["armut"].isna().all()


def test_a_base_of_29_shows_no_value_and_a_base_of_30_does():
    assert _status([10, 10], [29, 30]) == ["small_base", "ok"]


def test_nobody_lives_there_is_told_as_no_base():
    value = pd.DataFrame({"armut": [0.3]})
    base = pd.DataFrame({"armut": [0.0]})
    ok = pd.DataFrame({"armut": ["ok"]})
    assert suppression_status(value, base, ok)["armut"].tolist() == ["no_base"]


def test_a_counted_zero_is_shown_and_everybody_never_is():
    assert _status([0, 40, 4, 36], [40] * 4, zeros="show") == ["ok"] + ["suppressed"] * 3
    assert _status([0, 40, 20], [40] * 3, zeros="suppress") == ["suppressed"] * 2 + ["ok"]


def test_an_unknown_base_withholds_the_value():
    value = pd.DataFrame({"armut": [0.3]})
    base = pd.DataFrame({"armut": [np.nan]})
    ok = pd.DataFrame({"armut": ["ok"]})
    assert suppression_status(value, base, ok)["armut"].tolist() == ["suppressed"]


def test_what_was_missing_stays_missing():
    value = pd.DataFrame({"armut": [np.nan, np.nan]})
    base = pd.DataFrame({"armut": [40.0, 0.0]})
    given = pd.DataFrame({"armut": ["missing", "no_base"]})
    assert suppression_status(value, base, given)["armut"].tolist() == ["missing", "no_base"]


def test_a_wrong_zero_policy_is_refused():
    frame = pd.DataFrame({"armut": [0.3]})
    with pytest.raises(ValueError, match=r"'zeros' parameter .* \['show', 'suppress'\]"):
        suppression_status(frame, frame, frame, zeros="maybe")
