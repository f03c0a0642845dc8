"""Sentences about estimated shares say what was really used."""

import pytest
from random_shares import random_shares

from sozialraum.insight import describe_strength, fit_strength, strengthen

CITY = random_shares((5, 6), indicators=2, years=2, cohort=30, corr=0.6, space=0.0, seed=4)


def said(**how):
    cases, base = how.pop("tables", (CITY.cases, CITY.base))
    graph = how.get("neighbours")
    learnt = fit_strength(cases, base, **how)
    found = strengthen(cases, base, learnt, neighbours=graph)
    return describe_strength(found), found


@pytest.mark.parametrize(
    ("borrow", "expected"),
    [
        (
            ["years", "indicators"],
            " dieses Gebiets, aus früheren Jahren und aus verwandten Merkmalen.",
        ),
        (["indicators"], " dieses Gebiets und aus verwandten Merkmalen."),
        ([], " dieses Gebiets."),
    ],
)
def test_the_first_sentence_names_what_was_borrowed_from(borrow, expected):
    sentences, _ = said(borrow=borrow)
    assert expected in sentences[0]
    assert "Nachbar" not in sentences[0]


def test_neighbours_are_named_only_where_they_help():
    _, found = said(neighbours=CITY.neighbours)
    sentences, _ = said(neighbours=CITY.neighbours)
    helps = any(amount > 0 for _, amount in found.strength.spatial)
    assert ("aus den Nachbargebieten" in sentences[0]) == helps


def test_every_share_is_counted_in_one_of_three_words():
    sentences, found = said()
    numbers = [int(word) for word in sentences[1].replace(",", "").split() if word.isdigit()]
    assert sum(numbers) == found.value.size


def test_too_few_areas_are_told_with_the_number_needed():
    cases, base = (t.xs("2011", level=0).iloc[:9] for t in (CITY.cases, CITY.base))
    sentences, _ = said(tables=(cases, base))
    assert len(sentences) == 1
    assert "9 Gebiete" in sentences[0]
    assert "mindestens 15" in sentences[0]


def test_a_single_indicator_without_help_says_that_the_order_hardly_changes():
    cases, base = (t.xs("2011", level=0)[["x0"]] for t in (CITY.cases, CITY.base))
    sentences, _ = said(tables=(cases, base))
    assert any("Reihenfolge" in s for s in sentences)
