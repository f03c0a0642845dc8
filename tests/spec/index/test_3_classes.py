"""Beispiel: in Klassen schneiden."""

import pandas as pd

import sozialraum as sr


def test_a_value_on_a_limit_belongs_to_the_class_above(spec):
    """Ein Wert genau auf der Grenze gehört in die obere Klasse, auch wenn der Rechner ihn als
    0,30000000000000004 hält.
    """
    index = pd.Series({"Nord": 0.1, "Mitte": 0.1 + 0.2, "Süd": 0.9}, name="Index")
    spec.shows("Gebiet", index)
    breaks = sr.index.fit_breaks(index, method="fixed", limits=(0.3, 0.6))
    classes = sr.index.classify(index, breaks)
    spec.shows("Gebiet", classes.rename("Klasse"))
    assert classes.tolist() == [1, 2, 3]


def test_quantiles_put_as_many_areas_into_each_class(spec):
    """`quantile` legt die Grenzen so, dass in jeder Klasse gleich viele Gebiete liegen; `equal`
    macht gleich breite Klassen, und manche bleiben leer.
    """
    index = pd.Series({"A": 0.0, "B": 0.1, "C": 0.2, "D": 1.0}, name="Index")
    spec.shows("Gebiet", index)
    many = sr.index.classify(index, sr.index.fit_breaks(index, method="quantile", k=2))
    wide = sr.index.classify(index, sr.index.fit_breaks(index, method="equal", k=2))
    spec.shows("Gebiet", pd.DataFrame({"quantile": many, "equal": wide}))
    # the median is 0.15; the middle of the range is 0.5
    assert many.tolist() == [1, 1, 2, 2]
    assert wide.tolist() == [1, 1, 1, 2]
