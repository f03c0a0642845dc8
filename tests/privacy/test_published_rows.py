"""What a published edition tells about counts: never anything that is not so."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.model import Edition, Indicator, status_frame
from sozialraum.privacy.audit.published_rows import edition_rows
from sozialraum.privacy.edition import Candidate, Withheld, cell_signs
from sozialraum.privacy.rules import DisclosureRules

ARMUT = Indicator(
    id="armut", label="Armut", direction="burden", numerator="n", denominator="d", unit="share"
)
# area: those counted, those not; what a withheld share can be
CELLS = {"wenige": (2, 38), "fast alle": (38, 2), "alle": (40, 0), "kaum wer": (0, 3)}


def _candidate(value, base, **more):
    frame = pd.DataFrame({"armut": value}, index=base.index)
    ok = status_frame(pd.DataFrame("ok", index=base.index, columns=["armut"]))
    table = pd.DataFrame({"index": 0.0, "class": 1}, index=base.index)
    return Candidate(
        stichtag="2024-12-31", table=table, value=frame, base=base.to_frame("armut"), status=ok,
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("zeros", ["show", "suppress"])
def test_rows_of_withheld_shares_hold_for_nobody_and_for_everybody(zeros):
    counts = pd.DataFrame.from_dict(CELLS, orient="index", columns=["in", "out"]).astype(float)
    base = counts.sum(axis=1)
    rules = DisclosureRules(minimum_base=0, value_base=0, zeros=zeros)
    signs = cell_signs(_candidate(counts["in"] / base, base), indicators=[ARMUT], rules=rules)
    assert (signs == "suppressed").all(axis=None)
    empty = pd.DataFrame(np.nan, index=base.index, columns=["armut"])
    edition = Edition(
        stichtag="2024-12-31", table=empty, values=empty, signs=status_frame(signs),
        contributions=empty, city=pd.Series(dtype=float),
    )  # fmt: skip
    rows = edition_rows(
        edition, base.to_frame("armut"), geography="g", indicators=[ARMUT], rules=rules
    )
    assert len(rows) == 2 * len(CELLS)
    for row in rows:
        (term,) = row.terms
        true = counts.at[term.zone, "out" if term.variable.startswith("nicht") else "in"]
        assert row.low <= true <= row.high, row


def test_what_an_earlier_publication_forbids_is_withheld_like_any_other_value():
    base = pd.Series([100.0, 100.0], ["a", "b"])
    held = Withheld(cells=frozenset([("a", "armut")]))
    candidate = _candidate(pd.Series([0.3, 0.4], base.index), base, withheld=held)
    signs = cell_signs(candidate, indicators=[ARMUT], rules=DisclosureRules())
    assert signs["armut"].tolist() == ["suppressed_secondary", "ok"]


def test_what_two_reasons_withhold_is_withheld_for_both():
    both = Withheld(cells=frozenset([("a", "x")])) | Withheld(indices=frozenset("b"))
    assert both == Withheld(frozenset([("a", "x")]), frozenset("b"), frozenset())
