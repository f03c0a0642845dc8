"""Lights of goals: the interval decides, not the point."""

import datetime as dt
import math

import pandas as pd
import pytest

from sozialraum.kernels.score_interval import score_interval
from sozialraum.planning.targets import Target, judge, judge_all

END = dt.date(2026, 12, 31)
GOAL = Target(
    id="t1", label="Teilnahme in Typ 5", indicator="ferien", group="5", value=0.2, deadline=END
)


def test_wilson_is_newcombes():
    # Newcombe 1998: 81/263 -> .2553, .3662; 15/148 -> .0624, .1605; 0/20 -> 0, .1611
    for (x, n), expected in {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
    }.items():
        assert score_interval(x, n, 0.95) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("cases", "light", "status"),
    [
        (92, "yellow", "open"),
        (110, "green", "reached"),
        (50, "red", "missed"),
        (float("nan"), "grey", "unknown"),
    ],
)
def test_the_light_needs_the_whole_interval(cases, light, status):
    found = judge(GOAL, cases, 400, day=END)
    assert (found.light, found.status) == (light, status)
    assert found.sentence.startswith("Teilnahme in Typ 5: ")


def test_lower_may_be_better():
    goal = Target(
        id="x", label="Abbruch", indicator="abbruch", value=0.2, deadline=END, better="lower"
    )
    assert [judge(goal, x, 400, day=END).light for x in (50, 92, 110)] == ["green", "yellow", "red"]


def test_before_the_deadline_the_straight_way_decides():
    goal = Target(
        id="x", label="x", indicator="x", value=0.4, deadline=dt.date(2026, 1, 1), baseline=0.2,
        baseline_date=dt.date(2024, 1, 1),
    )  # fmt: skip
    half = dt.date(2025, 1, 1)
    assert goal.path(half) == pytest.approx(0.3, abs=0.001)
    assert judge(goal, 120, 400, day=half).status == "open"
    assert judge(goal, 90, 400, day=half).status == "behind"  # at most .269 < .3
    assert judge(goal, 90, 400, day=dt.date(2026, 1, 1)).status == "missed"
    assert goal.path(dt.date(2020, 1, 1)) == 0.2


def test_without_a_start_there_is_no_way_to_be_behind_on():
    early = dt.date(2024, 12, 31)
    assert math.isnan(GOAL.path(early)) and GOAL.path(END) == 0.2
    assert judge(GOAL, 50, 400, day=early).status == "open"
    assert judge(GOAL, 50, 400, day=END).status == "missed"


def test_few_persons_are_not_judged():
    assert judge(GOAL, 1, 9, day=END).light == "grey"
    assert judge(GOAL, 0, 0, day=END, smallest_base=0).light == "grey"
    with pytest.raises(ValueError, match="'cases' parameter of judge"):
        judge(GOAL, 10, 9, day=END)


def test_all_goals_in_one_table_and_what_is_not_counted_is_unknown():
    counts = pd.DataFrame(
        {"cases": [110.0], "base": [400.0]}, index=pd.MultiIndex.from_tuples([("ferien", "5")])
    )
    other = Target(id="t2", label="Ganztag", indicator="ganztag", value=0.5, deadline=END)
    table = judge_all([GOAL, other], counts, day=END)
    assert table["light"].to_dict() == {"t1": "green", "t2": "grey"}
    assert table.loc["t1", "share"] == 0.275


@pytest.mark.parametrize(
    "arguments",
    [
        {"value": 20},
        {"better": "more"},
        {"baseline": 0.1},
        {"baseline": 0.1, "baseline_date": dt.date(2027, 1, 1)},
    ],
)
def test_goals_that_cannot_be_checked_are_refused(arguments):
    with pytest.raises(ValueError, match="parameter of Target"):
        Target(
            **(
                {"id": "x", "label": "x", "indicator": "x", "value": 0.2, "deadline": END}
                | arguments
            )
        )
