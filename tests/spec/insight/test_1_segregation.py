"""Beispiel: wohnen Gruppen getrennt?"""

import pandas as pd

import sozialraum as sr


def test_the_share_that_would_have_to_move(spec):
    """Der Index der Unähnlichkeit sagt, welcher Teil der Gruppe umziehen müsste, damit ihr Anteil
    überall gleich wäre. 0 heißt: überall gleich; 1 heißt: nirgends gemischt.
    """
    people = pd.DataFrame(
        {"Gruppe": [10, 1, 5], "alle": [50, 10, 20]}, index=["Nord", "Süd", "Ost"]
    )
    spec.shows("gezählt", people)
    found = sr.insight.segregation_indices(people["Gruppe"], people["alle"], draws=200)
    value = found.loc["dissimilarity", "value"]
    spec.shows("Maß", pd.DataFrame({"Wert": {"Unähnlichkeit": value}}))
    # (|10/16 - 40/64| + |1/16 - 9/64| + |5/16 - 15/64|) / 2
    assert round(value, 12) == 0.078125


def test_a_share_of_few_is_uncertain_even_if_it_is_zero(spec):
    """Null von zehn heißt nicht, dass es niemanden geben kann: Das Intervall reicht bis 28 Prozent.
    Bei null von tausend reicht es bis 0,4 Prozent.
    """
    counted = pd.DataFrame({"gezählt": [0, 0], "von": [10, 1000]}, index=["klein", "groß"])
    spec.shows("Gebiet", counted)
    low, high = sr.insight.wilson(counted["gezählt"], counted["von"])
    spec.shows("Anteil", pd.DataFrame({"ab": low, "bis": high}, index=counted.index).round(4))
    # with x = 0 the interval ends at z² / (n + z²), z = 1.959964
    assert [round(float(x), 4) for x in (*low, *high)] == [0.0, 0.0, 0.2775, 0.0038]
