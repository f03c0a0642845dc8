"""The sentences say what the numbers say."""

import dataclasses
import re
import tomllib
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from insight.simulated import build_index, make_city

from sozialraum.insight.equity import concentration_index
from sozialraum.insight.monte_carlo.streams import PURPOSES
from sozialraum.insight.participation import Reach
from sozialraum.insight.sensitivity import WhatIf
from sozialraum.insight.uncertainty import Certainty, simulate_index
from sozialraum.insight.words import (
    describe_area,
    describe_certainty,
    describe_concentration,
    describe_reach,
    describe_turning,
    describe_what_if,
)
from sozialraum.texts import text

NAMES = {"01": "Nordend", "02": "Altstadt", "03": "Hafen", "04": "Au"}


def certainty():
    keys = list(NAMES)
    whole = lambda values: pd.array(values, dtype="Int64")  # noqa: E731
    table = pd.DataFrame(
        {
            "rank": whole([1, 2, 3, None]), "rank_low": whole([1, 2, 2, None]),
            "rank_high": whole([1, 3, 3, None]), "class": whole([5, 3, 2, None]),
            "class_probability": [0.999, 0.62, 0.41, np.nan],
            "likely_class": whole([5, 3, 3, None]),
            "likely_probability": [0.999, 0.62, 0.55, np.nan],
        },
        index=keys,
    )  # fmt: skip
    partners = pd.DataFrame({"above": ["02"], "below": ["03"], "probability": [0.45]})
    variance = pd.DataFrame({"rank_total": [0.71, 0.4, 0.01]}, ["sampling", "weights", "scaling"])
    details = {"draws": 2000, "interval": 0.9, "varied": ["sampling", "weights", "scaling"]}
    return Certainty(table, pd.DataFrame(), partners, variance, pd.DataFrame(), details)


def test_the_build_says_how_many_are_sure_and_names_the_others():
    assert describe_certainty(certainty(), NAMES) == [
        "Der Index wurde 2.000-mal gerechnet, jedes Mal unter etwas anderen Annahmen: Die Anteile "
        "schwanken so, wie es der Zufall bei kleinen Zahlen erwarten lässt, die Gewichte sind "
        "verschoben und die Indikatoren sind auf andere Weise vergleichbar gemacht.",
        "Von 3 Gebieten ist 1 in mindestens 95 von 100 Rechnungen in derselben Klasse; unsicher "
        "sind Hafen und Altstadt.",
        "In einer anderen als der veröffentlichten Klasse liegt häufiger: Hafen.",
        "Bei mindestens der Hälfte der Gebiete bleibt der Rang in 90 von 100 Rechnungen innerhalb "
        "von 2 Plätzen.",
        "Das lässt die Ränge schwanken: der Zufall kleiner Zahlen (71 %) und die Gewichte (40 %). "
        "Was zusammenwirkt, ist mehrfach gezählt.",
        "Offen ist, in welcher Reihenfolge Altstadt und Hafen stehen.",
    ]


def test_one_and_none_are_said_as_one_and_none():
    found = certainty()
    one = dataclasses.replace(found, table=found.table.loc[["01", "02"]])
    assert "unsicher ist Altstadt." in describe_certainty(one, NAMES)[1]
    none = dataclasses.replace(found, table=found.table.loc[["02", "03"]])
    assert describe_certainty(none, NAMES)[1] == (
        "Keines der 2 Gebiete ist in mindestens 95 von 100 Rechnungen in derselben Klasse; am "
        "unsichersten sind Hafen und Altstadt."
    )
    fixed = dataclasses.replace(found, table=found.table.loc[["01"]])
    assert "auf demselben Platz" in describe_certainty(fixed, NAMES)[2]
    several = dataclasses.replace(found, partners=pd.concat([found.partners] * 2))
    assert describe_certainty(several, NAMES)[-1].startswith("Bei 2 Paaren von Gebieten ist")


@pytest.mark.parametrize("name", PURPOSES)
def test_what_was_computed_is_a_sentence_for_each_assumption_alone(name):
    alone = dataclasses.replace(certainty(), details={**certainty().details, "varied": [name]})
    first = describe_certainty(alone, NAMES)[0]
    assert re.search(r"Annahmen: (Die|Ein|Fehlende) [^:;]*(sind|bleibt|schwanken)[^:;]*\.$", first)


def test_an_area_says_its_class_its_ranks_and_its_partners():
    found = certainty()
    assert describe_area(found, "03", NAMES) == [
        "Hafen liegt in Klasse 2; so kommt es in 41 von 100 Rechnungen heraus.",
        "In 90 von 100 Rechnungen liegt der Rang zwischen 2 und 3.",
        "Häufiger kommt Klasse 3 heraus.",
        "Ob das Gebiet vor oder hinter Altstadt steht, ist offen.",
    ]
    # 99.9 of 100 is not 100
    assert describe_area(found, "01", NAMES) == [
        "Nordend liegt in Klasse 5; so kommt es in allen oder fast allen Rechnungen heraus.",
        "In mindestens 90 von 100 Rechnungen ist der Rang 1.",
    ]
    assert describe_area(found, "04", NAMES) == [
        "Für Au gibt es keinen Index und deshalb keine Aussage zur Sicherheit."
    ]
    found.table.loc["02", "class_probability"] = 0.001
    assert "so kommt es in kaum einer Rechnung heraus" in describe_area(found, "02", NAMES)[0]
    with pytest.raises(KeyError):
        describe_area(found, "99", NAMES)


def test_a_real_simulation_can_be_put_into_words():
    city = make_city()
    built = build_index(city.value, city.indicators)
    found = simulate_index(
        city.value, city.numerator, city.base, city.indicators, **built.arguments(), draws=200,
        vary={"weights": {"dirichlet": 20}, "drop": "each", "cut": ["equal", "quantile"]},
    )  # fmt: skip
    sentences = describe_certainty(found, {}, sure=0.6)
    counted = re.search(r"Von 26 Gebieten sind (\d+) in mindestens 60", sentences[1])
    assert int(counted[1]) == int((found.table["class_probability"] >= 0.6).sum())
    assert "weitere" in sentences[1]
    exact = simulate_index(
        city.value, None, None, city.indicators, **built.arguments(), draws=5, variance_draws=0
    )
    assert "ohne dass etwas verändert" in describe_certainty(exact, {})[0]
    assert describe_certainty(exact, {})[1].startswith("Alle 26 Gebiete")
    assert all("{" not in s for s in sentences)


def test_what_if_names_values_classes_and_persons():
    found = WhatIf("07", "armut", 0.412, 0.338, 5, 4, -23)
    assert describe_what_if(found, name="Hafen", label="Kinderarmut") == (
        "Bei „Kinderarmut“ müsste der Wert für Hafen von 41,2\u00a0% auf 33,8\u00a0% sinken, damit das "
        "Gebiet aus Klasse 5 in Klasse 4 käme, wenn sonst alles bleibt. Das sind 23 Personen "
        "weniger."
    )
    more = dataclasses.replace(found, needed=0.5, persons=4)
    assert "steigen" in describe_what_if(more, name="Hafen", label="Kinderarmut")
    never = dataclasses.replace(found, needed=np.nan, class_then=None, persons=None)
    assert "allein ändert die Klasse nicht" in describe_what_if(
        never, name="Hafen", label="Kinderarmut"
    )


@pytest.mark.parametrize(
    ("cases", "expected"),
    [([10.0, 40], "geringer"), ([40.0, 10], "höher"), ([25.0, 25], "nicht sicher")],
)
def test_inequality_is_said_without_the_name_of_an_index(cases, expected):
    found = concentration_index(pd.Series(cases), pd.Series([100.0, 100]), pd.Series([2.0, 1.0]))
    words = describe_concentration(found, "die Teilnahme am Ferienprogramm")
    assert expected in words
    assert not re.search("Erreygers|Index|Konzentration", words)


def test_reach_is_said_in_children_of_a_hundred():
    found = Reach(0.354, 0.3, 0.41, 0.67, 0.6, 0.7)
    assert describe_reach(found, "Kindern mit Grundsicherung") == (
        "Von 100 Kindern mit Grundsicherung nehmen 35 teil (30 bis 41); 67 von 100 Teilnehmenden "
        "gehören nicht zu dieser Gruppe."
    )


def test_every_assumption_has_a_german_name():
    for name in PURPOSES:
        assert text(f"insight.assumption.{name}") and text(f"insight.varied.{name}")


def test_no_text_of_this_room_is_without_a_caller():
    path = resources.files("sozialraum.texts").joinpath("de", "insight.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    rooms = [
        Path(str(resources.files(f"sozialraum.{room}")))
        for room in ("insight", "workflows", "publish")
    ]
    files = [f for room in rooms for f in room.rglob("*.py")]
    code = "".join(f.read_text(encoding="utf-8") for f in files)
    for name, entry in tables.items():
        used = f"insight.{name}"
        assert used in code, name
        for key in entry if isinstance(entry, dict) else ():
            plain = f"{used}.{key}"
            assert plain in code or f'f"{used}.{{' in code, plain


def test_a_way_from_one_value_to_another_never_prints_the_same_number_twice():
    close = WhatIf("07", "armut", 0.1151, 0.1149, 4, 3, None)
    told = describe_what_if(close, name="Hafen", label="Kinderarmut")
    assert "von 11,51\u00a0% auf 11,49\u00a0% sinken" in told


def test_the_weight_today_lies_visibly_inside_the_range_that_keeps_the_class():
    points = pd.DataFrame({"stated": [0.25], "below": [0.2484], "above": [0.2512]}, index=["armut"])
    told = describe_turning(points, name="Hafen", class_=3, labels={"armut": "Kinderarmut"})
    assert "(jetzt 25,0 %) zwischen 24,8 und 25,1 % liegt" in told
