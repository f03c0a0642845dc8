"""Beispiel: vergleichbar machen."""

import pandas as pd

import sozialraum as sr

POOR = sr.Indicator(id="armut", label="Armut", direction="burden", value="armut")
KITA = sr.Indicator(id="kita", label="Kita", direction="resource", value="kita")


def test_minmax_stretches_from_the_lowest_to_the_highest_area(spec):
    """`minmax` streckt vom niedrigsten zum höchsten Gebiet auf 0 bis 1. Ein Indikator, bei dem
    viel etwas Gutes ist, wird dabei gedreht: Danach heißt ein hoher Wert überall mehr Belastung.
    """
    shares = pd.DataFrame(
        {"armut": [0.1, 0.2, 0.3], "kita": [0.9, 0.7, 0.8]}, index=["Nord", "Mitte", "Süd"]
    )
    spec.shows("Anteil", shares)
    scale = sr.index.fit_scale(shares, [POOR, KITA], method="minmax", orientation="deprivation")
    z = sr.index.standardise(shares, scale)
    spec.shows("vergleichbar", z)
    # (0.2 - 0.1) / 0.2 = 0.5; kita turned round: (0.9 - 0.8) / 0.2 = 0.5
    assert z["armut"].round(12).tolist() == [0.0, 0.5, 1.0]
    assert z["kita"].round(12).tolist() == [0.0, 1.0, 0.5]


def test_a_scale_that_is_kept_measures_the_next_year(spec):
    """Der Maßstab ist ein fester Wert. Ein neues Jahr wird mit ihm gemessen und nicht neu
    gestreckt; ein Wert über dem höchsten von damals liegt dann über 1.
    """
    first = pd.DataFrame({"armut": [0.1, 0.2, 0.3]}, index=["Nord", "Mitte", "Süd"])
    spec.shows("Anteil 2023", first)
    scale = sr.index.fit_scale(first, [POOR], method="minmax", orientation="deprivation")
    later = pd.DataFrame({"armut": [0.1, 0.25, 0.34]}, index=["Nord", "Mitte", "Süd"])
    spec.shows("Anteil 2024", later)
    z = sr.index.standardise(later, scale)
    spec.shows("vergleichbar", z)
    # (0.25 - 0.1) / 0.2 and (0.34 - 0.1) / 0.2
    assert z["armut"].round(12).tolist() == [0.0, 0.75, 1.2]
