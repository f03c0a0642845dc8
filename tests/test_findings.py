"""What a sentence may say about a class whose areas are partly withheld."""

import pandas as pd

from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.build.words.findings import _enough

LABELS = pd.Series("hoch", ["01", "02", "03"])


def counts(withheld):
    return pd.DataFrame(
        {"cases": [30.0, 3.0, 4.0], "all": [100.0, 50.0, 60.0], "withheld": withheld}, LABELS.index
    )


def test_a_class_with_one_withheld_area_is_not_spoken_of():
    # 37 of 210 in the class minus 34 of 160 shown would be 3 of 50
    assert not _enough(counts([False, True, False]), LABELS, "hoch", DisclosureRules())


def test_a_class_is_spoken_of_where_nothing_or_enough_together_is_withheld():
    assert _enough(counts([False, False, False]), LABELS, "hoch", DisclosureRules())
    assert _enough(counts([False, True, True]), LABELS, "hoch", DisclosureRules(minimum=7))
    assert not _enough(counts([False, True, True]), LABELS, "hoch", DisclosureRules(minimum=8))
    assert not _enough(counts([False, False, False]), LABELS, "niedrig", DisclosureRules())
