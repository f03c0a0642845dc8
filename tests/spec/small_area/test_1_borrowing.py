"""Beispiel: wer wenig zählt, leiht viel."""

import numpy as np
import pandas as pd

import sozialraum as sr


def quarter(children):
    """Return cases and persons of twenty areas; a quarter is poor, in the last one a half."""
    base = pd.DataFrame({"arm": float(children)}, index=[f"{n:02d}" for n in range(1, 21)])
    cases = (base["arm"] * np.where(np.arange(20) % 2 == 0, 0.2, 0.3)).round().to_frame()
    cases.loc["20"] = children / 2
    return cases, base


def test_the_fewer_persons_the_more_is_borrowed(spec):
    """Zwanzig Gebiete, in jedem ist etwa ein Viertel der Kinder arm, im letzten die Hälfte. Mit
    1.000 Kindern bleibt dessen Anteil, wie er gezählt ist. Mit 10 rückt er zu den anderen: 5 von 10
    kommen auch durch Zufall vor.
    """
    few, many = quarter(10), quarter(1000)
    spec.shows(
        "Gebiet 20", pd.DataFrame({"arm": [5, 500], "Kinder": [10, 1000]}, index=["klein", "groß"])
    )
    small = sr.insight.strengthen(*few, sr.insight.fit_strength(*few), contradictions=False)
    large = sr.insight.strengthen(*many, sr.insight.fit_strength(*many), contradictions=False)
    shares = pd.DataFrame(
        {"gezählt": [one.raw.at["20", "arm"] for one in (small, large)],
         "geschätzt": [one.value.at["20", "arm"].round(2) for one in (small, large)]},
        index=["klein", "groß"],
    )  # fmt: skip
    spec.shows("Gebiet 20", shares)
    moved = shares["gezählt"] - shares["geschätzt"]
    assert moved["klein"] > 0.1
    assert abs(moved["groß"]) < 0.02
