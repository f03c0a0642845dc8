"""Charts of the report: what they add up to, what they say to whom does not see them."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from publish.sample import sample_release

from sozialraum.publish.graphics.bars import Bar, draw_bars
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.papers.charts import charts
from sozialraum.publish.papers.profile_data import profile_data
from sozialraum.publish.papers.report_data import report_data
from sozialraum.publish.papers.sheet_data import indicator_sheets, map_sheet


@pytest.fixture(scope="module")
def release():
    """The sample with 100 children in every area, of whom 20 in 100 are reached in class 5."""
    made = sample_release(years=2, layers=True)
    areas, classes = made.areas.index, made.current.table["class"]
    people = pd.DataFrame({"count": 100.0, "reach_count": 50.0}, index=areas)
    rate = pd.DataFrame({"rate": np.where(classes.eq(5).fillna(False), 0.2, 0.4)}, index=areas)
    layers = {**made.layers, "people": people, "participation": rate}
    details = {**made.details, "people": {"label": "Kinder unter 15 Jahren", "leading": ""}}
    called = {"participation": "Ferienprogramm"}
    return replace(made, layers=layers, details=details, facts=replace(made.facts, called=called))


def test_a_bar_is_as_long_as_its_number_and_starts_at_zero():
    bars = [
        Bar("a", 10.0, "10", "#111111"),
        Bar("b", 5.0, "5", "#222222"),
        Bar("c", 0.0, "0", "#333333"),
    ]
    boxes = [
        e for e in ElementTree.fromstring(draw_bars(bars)).iter() if e.get("stroke-width") == "0.8"
    ]
    widths = [float(box.get("width")) for box in boxes]
    assert widths == [440.0, 220.0, 0.0] and len({box.get("x") for box in boxes}) == 1
    assert [box.get("fill") for box in boxes] == ["#111111", "#222222", "#333333"]


def test_people_by_class_are_the_areas_of_the_class_times_their_people(release):
    """100 in every area: a class of seven areas has 700, and the classes are all but the others."""
    chart = next(c for c in charts(release, make_views(release)[0]) if "leben" in c["title"])
    assert chart["title"] == "Wie viele Kinder unter 15 Jahren leben in welcher Klasse?"
    counted = release.current.table["class"].value_counts()
    told = dict(re.findall(r"(\d) [^;]*? ([\d.]+) \(", chart["alt"].split(": ", 1)[1]))
    assert {int(k): int(v.replace(".", "")) for k, v in told.items()} == {
        int(k): int(n) * 100 for k, n in counted.items()
    }
    first = chart["alt"].split(": ", 1)[1]
    assert first.startswith("5 sehr hoch")  # the strong end first


def test_the_worst_class_is_reached_as_its_areas_are(release):
    chart = next(c for c in charts(release, make_views(release)[0]) if "erreicht" in c["title"])
    assert "„Ferienprogramm“" in chart["title"]
    assert "5 sehr hoch 20 von 100" in chart["alt"] and "4 hoch 40 von 100" in chart["alt"]


def test_the_chart_of_certainty_counts_every_ranked_area_once(release):
    chart = next(c for c in charts(release, make_views(release)[0]) if "sicher" in c["title"])
    counted = [int(n) for n in re.findall(r" (\d+)(?=[;.])", chart["alt"])]
    assert sum(counted) == int(release.layers["certainty"]["class_probability"].notna().sum())


def test_a_release_without_people_or_certainty_has_no_chart_and_no_gap():
    bare = sample_release()
    bare = replace(
        bare, layers={}, details={k: v for k, v in bare.details.items() if k != "people"}
    )
    assert charts(bare, make_views(bare)[0]) == []
    assert report_data(bare)["charts"] == []


def with_twice_as_many(release):
    """Return a release that has every indicator twice, the second under another name."""
    again = {i.id: f"{i.id}_b" for i in release.indicators}
    frames = ("values", "signs", "low", "high", "half_width", "persons", "few")
    editions = []
    for edition in release.editions:
        wide = {n: getattr(edition, n) for n in frames}
        wide = {
            n: frame.join(frame[list(again)].rename(columns=again)) for n, frame in wide.items()
        }
        editions.append(replace(edition, **wide))
    more = tuple(replace(i, id=again[i.id], label=f"{i.label} (b)") for i in release.indicators)
    return replace(release, editions=tuple(editions), indicators=(*release.indicators, *more))


def test_report_and_sheets_show_every_indicator_however_many():
    """A city with 86 indicators saw the maps of twelve."""
    many = with_twice_as_many(sample_release(m=10))
    assert len(many.indicators) == 20
    wanted = [i.label for i in many.indicators]
    assert [one["label"] for one in report_data(many)["multiples"]] == wanted
    sheets = list(indicator_sheets(many, accent="#0c4a8d", logo=None))
    assert [one["label"] for sheet in sheets for one in sheet["multiples"]] == wanted
    assert [len(sheet["multiples"]) for sheet in sheets] == [8, 8, 4]


def test_steckbriefe_carry_the_headline_and_the_letter_of_a_named_area(release):
    told = headline_of(release)
    key, letter = next(iter(told.letters.items()))
    other = next(k for k in release.areas.index if k not in told.letters)
    data = profile_data(release, [key, other])
    assert data["headline"] == list(told.plain())
    assert [p["letter"] for p in data["profiles"]] == [letter, ""]


def letters_of(release):
    """Return the height of the smallest letters on the sheet of a release, in millimetres."""
    sheet = map_sheet(release, make_views(release)[0], accent="#0c4a8d", logo=None)
    root = ElementTree.fromstring(sheet["map"])
    sizes = {float(e.get("font-size")) for e in root.iter() if e.get("font-size")}
    _, _, width, height = map(float, root.get("viewBox").split())
    return min(sizes) * min(275, 205 * width / height) / width


def test_letters_on_a_sheet_are_large_as_far_as_every_area_keeps_its_name(release):
    """2.7 mm are the smallest that print well on a page in the hand; a sheet hangs on a wall."""
    assert letters_of(sample_release(n=12)) >= 3.6  # wide areas
    assert letters_of(release) >= 2.5  # 26 areas, named each: the margin takes a little
