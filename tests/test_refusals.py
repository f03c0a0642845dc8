"""What a step refuses is told in German, with the key it is about and without English words."""

import re

import pytest
from wrong_values import BASE, Wrong, corpus, toml, without_effect, write_city

from sozialraum.config import read_build
from sozialraum.config.findings.refusals import in_german
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.build.trial import trial_run

ENGLISH = re.compile(r"\b(must|should|Value error|parameter|Input|instead|Got|Missing|shape)\b")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stadt")
    write_city(folder)
    return folder


def said(city, given):
    file = city / "bau.toml"
    file.write_text(toml(given), encoding="utf-8")
    try:
        return trial_run(read_build(file))
    except SozialraumError as error:
        return list(error.problems)


def test_no_finding_about_a_build_file_speaks_english(city):
    tried = [*corpus(), *(wrong for wrong, _ in without_effect())][::3]
    found = [p for wrong in tried for p in said(city, wrong.build_file())]
    assert len(found) > 200
    assert [str(p) for p in found if ENGLISH.search(str(p))] == []


@pytest.mark.parametrize(
    ("section", "given", "key", "wanted"),
    [
        ("classes", {"lower": 2.0, "upper": 1.0}, "classes.lower", "weniger als upper"),
        (
            "classes",
            {"method": "quantile", "shares": [0.5, 0.1]},
            "classes.shares",
            "Teile über 0, die zusammen 1 ergeben",
        ),
        (
            "aggregation",
            {"method": "owa", "owa_weights": [1.0]},
            "aggregation.owa_weights",
            "2 Gew",
        ),
        ("aggregation", {"nodes": [{"id": "leer"}]}, "aggregation.nodes", "„leer“ hat keinen"),
        (
            "aggregation",
            {"nodes": [{"id": "geld", "parent": "lernen"}, {"id": "lernen", "parent": "geld"}]},
            "aggregation.nodes",
            "ein Baum",
        ),
        (
            "aggregation",
            {"dimension_weights": {"geld": 0.0, "lernen": 0.0}},
            "aggregation",
            "nicht alle 0",
        ),
        ("weighting", {"method": "ahp"}, "weighting.judgements", "es fehlen: geld, lernen"),
        (
            "weighting",
            {"method": "ahp", "judgements": {"geld": [[1.0, 2.0]], "lernen": [[1.0]]}},
            "weighting.judgements",
            "als Quadrat",
        ),
        ("weighting", {"method": "published"}, "weighting.coefficients", "ein Koeffizient je"),
    ],
)
def test_a_refusal_names_its_key_and_what_is_wanted(section, given, key, wanted, city):
    (found,) = [p for p in said(city, BASE | {section: given}) if p.severity == "error"]
    assert found.key == key and wanted in found.expected and f"[{section}]" in found.message


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("weight", "3", "eine Zahl"),
        ("weight", True, "eine Zahl"),
        ("weight", float("inf"), "eine Zahl; nan und inf sind keine"),
        ("minimum_base", "viel", "eine Zahl"),
        ("price_year", 2.5, "eine ganze Zahl"),
        ("survey", 1, "true oder false"),
        ("confidential_base", "true", "true oder false"),
    ],
)
def test_no_value_of_an_indicator_is_turned_into_another(name, value, wanted, city):
    given = Wrong(("indicators", 0, name), value, "").build_file()
    given["indicators"][0][name] = value
    given["indicators"] = given["indicators"][:2]
    (found,) = said(city, given)
    assert found.key == f"indicators[1].{name}" and found.expected == wanted


def test_a_notation_that_does_not_fit_the_kind_is_told_with_those_that_do(city):
    given = BASE | {"indicators": [BASE["indicators"][0] | {"unit": "points", "kind": "share"}]}
    (found,) = said(city, given)
    assert "unit = points, kind = share" in found.found and "difference" in found.expected


@pytest.mark.parametrize("entries", [[], [0.5], [0.1, 0.2, 0.3]])
def test_a_list_of_another_length_is_told_and_stops_nothing(entries, city):
    given = BASE | {"scaling": {"method": "goalposts", "goalposts": {"armut": entries}}}
    found = said(city, given)
    assert found and all("scaling.goalposts" in p.key for p in found)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("The 'p' parameter of half must be a number, at least 0, at most 1. Got 2 instead.",
         "eine Zahl; nan und inf sind keine, mindestens 0, höchstens 1"),
        ("The 'a' and 'b' parameter of f must be odd. Got 2 instead.",
         "Angaben, die zueinander und zu den Daten passen"),
        ("Something else altogether.", "Angaben, die zueinander und zu den Daten passen"),
    ],
)  # fmt: skip
def test_words_that_are_not_known_are_left_out(message, wanted):
    told = in_german(message)
    assert told.wanted == wanted and not ENGLISH.search(f"{told.found}")
