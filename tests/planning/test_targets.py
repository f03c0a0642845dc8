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


def test_rates_and_counts_have_the_exact_interval_of_poisson():
    # Garwood 1936 in Fisher & Yates' table: 10 -> 4.795, 18.390; 0 -> 0, 3.689
    def goal(kind, value):
        return Target(id="x", label="x", indicator="x", value=value, deadline=END, kind=kind)

    counted = judge(goal("count", 4.0), 10, 500, day=END)
    assert (counted.low, counted.high) == pytest.approx((4.795, 18.390), abs=1e-3)
    assert counted.status == "reached"  # more is better, and even the lower end is above 4
    rate = judge(goal("rate", 40.0), 10, 500, day=END)
    assert (rate.share, rate.low, rate.high) == pytest.approx((20.0, 9.590, 36.781), abs=1e-3)
    assert rate.status == "missed" and "20,0 je 1.000" in rate.sentence
    nobody = judge(goal("count", 3.0), 0, 500, day=END)
    assert (nobody.low, nobody.high) == pytest.approx((0.0, 3.689), abs=5e-4)
    assert judge(goal("rate", 3000.0), 700, 500, day=END).share == pytest.approx(1400.0)
    with pytest.raises(ValueError, match=r"within 0\.\.base"):
        judge(GOAL, 700, 500, day=END)


def test_counts_are_told_in_tens_and_each_kind_has_its_columns():
    goals = [
        GOAL,
        Target(id="n", label="Fälle", indicator="ferien", group="5", value=200.0, deadline=END, kind="count",
               responsible="Jugendamt", measures=("Kurs", "Fahrdienst")),
    ]  # fmt: skip
    counts = pd.DataFrame(
        {"cases": [123.0], "base": [400.0]}, pd.MultiIndex.from_tuples([("ferien", "5")])
    )
    table = judge_all(goals, counts, day=END)
    assert "120 (sicher zwischen 100 und 150), Ziel war 200" in table.loc["n", "sentence"]
    assert table.loc["n", "measured"] == 123.0 and math.isnan(table.loc["n", "share"])
    assert table.loc["t1", "share"] == pytest.approx(123 / 400)
    assert table.loc["n", "measures"] == "Kurs; Fahrdienst"


def test_a_share_above_one_is_refused_and_a_rate_is_not():
    with pytest.raises(ValueError, match=r"a share 0\.\.1"):
        Target(id="x", label="x", indicator="x", value=12.0, deadline=END)
    with pytest.raises(ValueError, match="at least 0"):
        Target(id="x", label="x", indicator="x", value=-1.0, deadline=END, kind="rate")
