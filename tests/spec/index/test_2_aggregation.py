"""Beispiel: zusammenfassen."""

import pandas as pd

import sozialraum as sr


def indicator(name, weight=1.0):
    return sr.Indicator(id=name, label=name, direction="burden", value=name, weight=weight)


def test_weights_count_relative_to_each_other(spec):
    """Das Mittel ist gewichtet. Ein Gewicht von 3 zählt dreimal so viel wie eines von 1."""
    z = pd.DataFrame({"armut": [0.0, 1.0], "krisen": [1.0, 0.6]}, index=["Nord", "Süd"])
    spec.shows("vergleichbar", z)
    two = [indicator("armut", weight=3.0), indicator("krisen")]
    index = sr.index.aggregate(z, two)["index"]
    spec.shows("Index", index)
    # (3 * 0 + 1) / 4 and (3 * 1 + 0.6) / 4
    assert index.round(12).tolist() == [0.25, 0.9]


def test_an_area_with_a_gap_has_no_index_unless_it_is_said(spec):
    """Fehlt ein Wert, gibt es keinen Index: Eine Lücke ist keine Null. Wer mit weniger rechnen
    will, sagt mit `min_available`, welcher Teil da sein muss.
    """
    z = pd.DataFrame({"armut": [0.2, 1.0], "krisen": [0.4, None]}, index=["Nord", "Süd"])
    spec.shows("vergleichbar", z)
    two = [indicator("armut"), indicator("krisen")]
    strict = sr.index.aggregate(z, two)["index"]
    half = sr.index.aggregate(z, two, min_available=0.5)["index"]
    spec.shows("Index", pd.DataFrame({"alle nötig": strict, "die Hälfte genügt": half}))
    assert strict.isna().tolist() == [False, True]
    assert half.round(12).tolist() == [0.3, 1.0]
