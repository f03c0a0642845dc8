"""Beispiel: ganze Stellen verteilen."""

import pandas as pd

import sozialraum as sr


def test_the_method_decides_whom_the_last_seats_go_to(spec):
    """Stellen sind unteilbar, also wird gerundet, und die Regel des Rundens entscheidet. Sainte-Laguë
    hält die Verhältnisse am besten ein, d’Hondt zieht die Großen vor.
    """
    need = pd.Series([100, 80, 30, 20], index=["Nord", "Süd", "Ost", "West"], name="Bedarf")
    spec.shows("Schule", need)
    webster = sr.planning.apportion(need, total=8, method="sainte_lague")
    dhondt = sr.planning.apportion(need, total=8, method="dhondt")
    spec.shows("Stellen", pd.DataFrame({"Sainte-Laguë": webster, "d’Hondt": dhondt}))
    # divisors 1, 3, 5: quotients down to 20 win; divisors 1, 2, 3, 4: quotients down to 25
    assert webster.tolist() == [3, 3, 1, 1]
    assert dhondt.tolist() == [4, 3, 1, 0]


def test_a_floor_is_kept_and_paid_by_the_others(spec):
    """Ein Sockel gilt für alle, die weniger hätten; was er kostet, fehlt den anderen."""
    need = pd.Series([70, 25, 6], index=["Nord", "Süd", "Ost"], name="Bedarf")
    spec.shows("Schule", need)
    free = sr.planning.apportion(need, total=10)
    floor = sr.planning.apportion(need, total=10, floors=2)
    spec.shows("Stellen", pd.DataFrame({"ohne Sockel": free, "mindestens 2": floor}))
    # quotients 70/(1, 3, … 13) down to 5.4, 25/(1, 3), 6/1; with the floor eight are left for two
    assert free.tolist() == [7, 2, 1]
    assert floor.tolist() == [6, 2, 2]
