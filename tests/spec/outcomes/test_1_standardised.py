"""Beispiel: liegt es an der Zusammensetzung?"""

import pandas as pd

import sozialraum as sr


def test_a_difference_can_be_one_of_composition_alone(spec):
    """Jungen gehen hier überall zu 30 %, Mädchen zu 50 % aufs Gymnasium. Klasse 5 hat mehr Jungen,
    deshalb ist ihr Anteil niedriger. Wären die Gruppen gleich verteilt, gäbe es keinen Unterschied.
    """
    strata = pd.DataFrame(
        {"type": [1, 1, 5, 5], "stratum": ["Jungen", "Mädchen"] * 2,
         "cases": [30, 50, 60, 25], "children": [100, 100, 200, 50]},
    )  # fmt: skip
    spec.shows(
        "Zeile",
        strata.rename(
            columns={"type": "Klasse", "stratum": "Gruppe", "cases": "Fälle", "children": "Kinder"}
        ),
    )
    found = sr.insight.standardised_rates(strata)
    spec.shows(
        "Klasse",
        found[["rate", "standardised"]].rename(
            columns={"rate": "gezählt", "standardised": "gleich zusammengesetzt"}
        ),
    )
    # 80 of 200 and 85 of 250; all children: 300 boys, 150 girls -> (300·0.3 + 150·0.5) / 450
    assert found["rate"].tolist() == [0.4, 0.34]
    assert found["standardised"].round(10).tolist() == [round(165 / 450, 10)] * 2
