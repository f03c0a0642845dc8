"""Ten times as many persons and cases: every share stays what it is."""

import inspect
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from laws.compare import assert_same, each_keyed
from laws.makers import arguments_of
from laws.test_laws import FUNCTIONS, TESTED, run

# parameters that are numbers of persons, cases or places
COUNTS = {"counted", "persons", "base", "cases", "counts", "numerator", "weights", "group", "total",
          "pupils", "places", "weight", "size", "population", "people", "children", "in_need",
          "capacity", "denominator", "siblings", "minimum"}  # fmt: skip
_CHANCE = "tells what chance alone does, which is less among more persons"
_PERSONS = (
    "gives back persons or cases, ten times as many; its shares are tested where they are made"
)
_ONE_SIDE = "its other counts stand in objects of their own, which are not made tenfold here"
# what is left of a result that is made of shares alone
SHARES: dict[str, Callable[[Any], Any]] = {
    "index.compute_indicators": lambda found: found[0],
    "index.population_weighted_index": lambda found: found["index"],
    "index.sum_counts": lambda found: found / found.sum(),
    "space.move_counts": lambda found: found / found.sum(),
    "insight.segregation_indices": lambda found: found["value"],
    "insight.concentration_index": lambda found: (found.index, found.erreygers, found.mean),
    "planning.floating_catchments": lambda found: found.areas["access"],
    "planning.staggered_change": lambda found: found.drop(columns="weight"),
    "planning.judge_all": lambda found: found["share"],
}
OTHER: dict[str, str] = {
    **dict.fromkeys(
        ["index.shrink_rates", "index.shrink_rates#local", "insight.apply_watch",
         "insight.chain_breaks", "insight.cohort_steps", "insight.fit_strength", "insight.wilson",
         "insight.fit_watch", "insight.group_gaps", "insight.standardise_rates",
         "insight.strengthen", "insight.watch_city", "planning.compare_change",
         "planning.funnel", "space.mask_interval", "insight.logistic"], _CHANCE,
    ),
    **dict.fromkeys(
        ["index.person_weights", "index.population_weighted", "insight.count_cells",
         "insight.what_if", "planning.catchment_task", "planning.duplicates",
         "planning.gains_and_losses", "planning.places_per_child", "planning.site_task"], _PERSONS,
    ),
    **dict.fromkeys(
        ["insight.expected_participation", "insight.participation_rate",
         "insight.rate_difference", "insight.use_quotient"], _ONE_SIDE,
    ),
}  # fmt: skip


def counts_of(name: str) -> list[str]:
    return [p for p in inspect.signature(FUNCTIONS[name]).parameters if p in COUNTS]


def has_makers(name: str) -> bool:
    """Tell whether the function can be called here; the other laws say so where it cannot."""
    try:
        arguments_of(name, FUNCTIONS[name])
    except LookupError:
        return False
    return True


COUNTING = [n for n in TESTED if counts_of(n) and has_makers(n)]


def tenfold(one):
    if isinstance(one, pd.DataFrame):
        numbers = one.select_dtypes("number").columns
        return one.assign(**{c: one[c] * 10 for c in numbers}) if len(numbers) else one
    return one * 10 if one.dtype.kind in "fiu" else one


def both(name: str) -> tuple[Any, Any]:
    """Return the result of a function, and that of ten times the counts."""
    given = arguments_of(name, FUNCTIONS[name])
    many = {p: each_keyed(given[p], tenfold) for p in counts_of(name) if p in given}
    return run(name, given), run(name, {**given, **many})


def test_every_exemption_is_of_a_function_that_counts_and_says_why():
    assert set(SHARES) | set(OTHER) <= set(COUNTING) and not set(SHARES) & set(OTHER)
    assert all(len(reason) > 30 for reason in OTHER.values())
    assert len(COUNTING) - len(OTHER) >= 35


@pytest.mark.parametrize("name", [n for n in COUNTING if n not in OTHER])
def test_ten_times_the_persons_have_the_same_shares(name):
    one, ten = both(name)
    part = SHARES.get(name, lambda found: found)
    assert_same(part(one), part(ten), name)


def test_chance_says_less_where_there_are_more_persons():
    one, ten = both("insight.concentration_index")
    assert one.index == pytest.approx(ten.index, rel=1e-9)
    assert ten.high - ten.low < one.high - one.low
