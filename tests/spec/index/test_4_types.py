"""Beispiel: Typen statt Klassen."""

import pandas as pd

import sozialraum as sr


def test_areas_with_the_same_index_may_be_of_different_types(spec):
    """B und C haben denselben Index, aber aus verschiedenen Gründen. Eine Klasse sieht das nicht,
    ein Typ schon. Typ 1 hat die geringste mittlere Belastung.
    """
    z = pd.DataFrame(
        {
            "Armut": [-1.0, -0.9, 1.0, 1.1, -0.9, -1.0],
            "Sprache": [-1.0, -1.1, -0.9, -1.0, 1.1, 1.2],
        },
        index=["A1", "A2", "B1", "B2", "C1", "C2"],
    )
    spec.shows("Gebiet", z)
    types = sr.index.fit_typology(z, k=3, draws=0)
    found = sr.index.assign_types(z, types)
    spec.shows("Gebiet", found.rename("Typ"))
    # means of the profiles: A -1, B 0.05, C 0.1
    assert found.tolist() == [1, 1, 2, 2, 3, 3]


def test_areas_with_many_gaps_are_screened_out(spec):
    """`screen_areas` fragt, ob genug Werte vorliegen, und nennt den Grund, wenn nicht."""
    nothing = float("nan")
    values = pd.DataFrame(
        {"Armut": [0.2, nothing, 0.0], "Sprache": [0.3, nothing, 0.0], "Kita": [0.8, 0.7, 0.5]},
        index=["A", "B", "C"],
    )
    spec.shows("Gebiet", values)
    found = sr.index.screen_areas(values, min_available=0.6, min_nonzero=0.6)
    spec.shows(
        "Gebiet",
        found[["included", "reason"]].rename(columns={"included": "dabei", "reason": "Grund"}),
    )
    # B: one value of three is there; C: one of three is above zero
    assert found["included"].tolist() == [True, False, False]
