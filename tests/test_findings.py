"""What a sentence may say about a class: enough cases, and enough others."""

import pandas as pd

from sozialraum.privacy.rules import DisclosureRules
from sozialraum.workflows.build.words.findings import _enough

LABELS = pd.Series("hoch", ["01", "02", "03"])
COUNTS = pd.DataFrame({"cases": [30.0, 3.0, 4.0], "all": [100.0, 50.0, 60.0]}, LABELS.index)


def test_a_class_is_spoken_of_where_enough_are_counted_and_enough_are_not():
    # 37 cases and 173 others
    assert _enough(COUNTS, LABELS, "hoch", DisclosureRules(minimum=37))
    assert not _enough(COUNTS, LABELS, "hoch", DisclosureRules(minimum=38))
    others = COUNTS.assign(cases=COUNTS["all"] - COUNTS["cases"])
    assert not _enough(others, LABELS, "hoch", DisclosureRules(minimum=38))
    assert not _enough(COUNTS, LABELS, "niedrig", DisclosureRules())
