"""Periods: every grain begins and ends where the calendar says, and is ordered by time."""

import datetime as dt
from itertools import pairwise

import pytest

from sozialraum.model.dates.period import GRAINS, Period
from sozialraum.sources.tabular.periods import read_period, read_periods
from sozialraum.texts.periods import period_label


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29", "29.02.2024"),
        ("2024-02", "2024-02-01", "2024-02-29", "Februar 2024"),
        ("2023-12", "2023-12-01", "2023-12-31", "Dezember 2023"),
        ("2024-Q3", "2024-07-01", "2024-09-30", "3. Quartal 2024"),
        ("2024-H1", "2024-01-01", "2024-06-30", "1. Halbjahr 2024"),
        ("2024", "2024-01-01", "2024-12-31", "2024"),
        ("2023/24", "2023-08-01", "2024-07-31", "Schuljahr 2023/24"),
        ("1999/00", "1999-08-01", "2000-07-31", "Schuljahr 1999/00"),
        ("2023-2024", "2023-01-01", "2024-12-31", "2023–2024"),
    ],
)
def test_a_period_begins_and_ends_where_the_calendar_says(text, start, end, label):
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert (str(period), period_label(period)) == (text, label)


@pytest.mark.parametrize("grain", GRAINS)
def test_periods_of_a_grain_follow_each_other_without_gap(grain):
    row = [Period.of(dt.date(2023, 11, 30), grain).shift(n) for n in range(-30, 40)]
    for a, b in pairwise(row):
        assert (b.start - a.end).days == 1
        assert a < b
        assert a.steps_to(b) == 1
        assert Period.parse(str(a)) == a
    assert row[0].steps_to(row[-1]) == 69


def test_order_is_by_time_and_not_by_text():
    # as text, "29.02.2024" comes before "30.04.2023"
    days = [read_period(t) for t in ("29.02.2024", "30.04.2023")]
    assert [str(p) for p in sorted(days)] == ["2023-04-30", "2024-02-29"]
    mixed = [Period.parse(t) for t in ("2024", "2024-12-31", "2023/24", "2024-H1")]
    # ends: 31.12. (from 1.1.), 31.12., 31.07., 30.06.
    assert [str(p) for p in sorted(mixed)] == ["2024-H1", "2023/24", "2024", "2024-12-31"]


@pytest.mark.parametrize(
    "text", ["2024-13", "2023-02-29", "2024-Q5", "2023/25", "2023-2025", "2324", "24", "", "heute"]
)
def test_a_text_that_names_no_period_is_refused(text):
    with pytest.raises(ValueError, match="must be"):
        Period.parse(text)


def test_another_grain_is_no_step_away():
    with pytest.raises(ValueError, match="of grain month"):
        Period.parse("2024-01").steps_to(Period.parse("2024"))
    with pytest.raises(ValueError, match="whole steps"):
        Period.parse("2022-2023").steps_to(Period.parse("2023-2024"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("31.01.2023", "2023-01-31"), ("1. 2. 2023", "2023-02-01"), ("01/2023", "2023-01"),
        ("1.2023", "2023-01"), ("Januar 2023", "2023-01"), ("Mrz. 2023", "2023-03"),
        ("MÄRZ 2023", "2023-03"), ("Dez 2024", "2024-12"), ("31. Dezember 2022", "2022-12-31"),
        ("Q3 2024", "2024-Q3"), ("3. Quartal 2024", "2024-Q3"), ("2024/Q3", "2024-Q3"),
        ("3. Vj. 2024", "2024-Q3"), ("1. Halbjahr 2024", "2024-H1"), ("2024 HJ 2", "2024-H2"),
        ("2023/24", "2023/24"), ("SJ 23/24", "2023/24"), ("Schuljahr 2023/2024", "2023/24"),
        ("99/00", "1999/00"), (2023, "2023"), (2023.0, "2023"), (dt.date(2023, 5, 1), "2023-05-01"),
        (dt.datetime(2023, 5, 1), "2023-05-01"), ("2023-05-01 00:00:00", "2023-05-01"),
    ],
)  # fmt: skip
def test_periods_are_read_as_german_files_write_them(cell, text):
    assert str(read_period(cell)) == text


@pytest.mark.parametrize(
    "cell",
    ["2324", "03.04.23", "1 2024", "31.02.2023", "2023/12", "23/25", "Frühling 2023", "12", 45291,
     23.5, True, None, "", "13/2023", "0.2023", "5. Quartal 2024"],
)  # fmt: skip
def test_what_names_no_period_or_could_be_two_is_none(cell):
    assert read_period(cell) is None


def test_a_column_says_what_is_no_period_and_which_grains_it_mixes():
    read = read_periods(["01/2023", "2023", "01/2023", "bald"])
    assert {c: str(p) for c, p in read.found.items()} == {"01/2023": "2023-01", "2023": "2023"}
    assert read.unread == ["bald"]
    assert read.grains == ("month", "year")
