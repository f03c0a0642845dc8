import pandas as pd
import pytest

from sozialraum.model.errors import DataError
from sozialraum.space.crosswalks.vintages import chain_vintages, share_crosswalk, vintage_crosswalk


def table(*rows):
    return pd.DataFrame(rows, columns=["old", "new", "share"])


def test_a_reform_moves_counts_and_keeps_the_total():
    walk = vintage_crosswalk(
        table(("1", "A", 0.3), ("1", "B", 0.7), ("2", "B", 1)), unchanged=["9"]
    )
    counts = pd.DataFrame({"n": [10.0, 5.0, 2.0]}, index=["1", "2", "9"])
    assert walk.apply(counts)["n"].to_dict() == {"9": 2.0, "A": 3.0, "B": 12.0}


def test_two_reforms_are_a_chain():
    first = vintage_crosswalk(table(("1", "A", 0.25), ("1", "B", 0.75), ("2", "B", 1)))
    second = vintage_crosswalk(table(("A", "X", 1), ("B", "X", 0.5), ("B", "Y", 0.5)))
    chained = chain_vintages([first, second])
    counts = pd.DataFrame({"n": [8.0, 4.0]}, index=["1", "2"])
    # B gets 6 + 4 = 10; X = A (2) + half of B (5), Y = half of B
    assert chained.apply(counts)["n"].to_dict() == {"X": 7.0, "Y": 5.0}
    assert chained.method == "vintage > vintage"


def test_rounded_factors_are_closed_and_listed():
    walk = vintage_crosswalk(table(("1", "A", 0.333), ("1", "B", 0.333), ("1", "C", 0.333)))
    assert walk.matrix.sum() == pytest.approx(1.0, abs=1e-15)
    assert walk.details["closed"] == pytest.approx({"1": 0.999})


def test_shares_that_lose_persons_are_refused():
    with pytest.raises(DataError, match="1: 0,900"):
        vintage_crosswalk(table(("1", "A", 0.3), ("1", "B", 0.6)))
    with pytest.raises(DataError, match="außerhalb"):
        vintage_crosswalk(table(("1", "A", 30.0), ("1", "B", 70.0)))


def test_merged_areas_need_no_shares():
    walk = vintage_crosswalk(pd.DataFrame({"old": ["1", "2"], "new": ["A", "A"]}), share=None)
    assert walk.matrix.toarray().tolist() == [[1.0, 1.0]]


def test_an_empty_chain_is_a_wrong_argument():
    with pytest.raises(ValueError, match="crosswalks"):
        chain_vintages([])


def test_a_catchment_of_two_schools_is_shared_by_seats():
    areas = pd.DataFrame({"BSN": ["01G42, 01G40", "01G40", None]}, index=["a", "b", "c"])
    even = share_crosswalk(areas, column="BSN")
    counts = pd.DataFrame({"n": [30.0, 10.0, 5.0]}, index=["a", "b", "c"])
    assert even.apply(counts)["n"].to_dict() == {"01G40": 25.0, "01G42": 15.0}
    assert even.unmatched_source.to_dict() == {"c": 1.0} and even.details["shared"] == {"a": 2}
    seats = pd.Series({"01G42": 20.0, "01G40": 40.0})
    by_seats = share_crosswalk(areas, column="BSN", seats=seats)
    assert by_seats.apply(counts)["n"].to_dict() == {"01G40": 30.0, "01G42": 10.0}


def test_a_school_without_seats_is_refused():
    areas = pd.DataFrame({"BSN": ["01G42,01G40"]}, index=["a"])
    with pytest.raises(ValueError, match="01G40"):
        share_crosswalk(areas, column="BSN", seats=pd.Series({"01G42": 20.0}))
