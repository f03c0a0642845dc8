"""The number grammar: what is written German is read German, and nothing is guessed."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.sources.tabular.cells import SIGNS, kind_of, parse_column, tidy, tidy_column
from sozialraum.sources.tabular.columns import read_columns
from sozialraum.sources.tabular.styles import decide_style, evidence
from sozialraum.texts import number

WHOLE = st.integers(-(10**9), 10**9)


def german(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def read(cells, **options):
    tidied = [tidy(c) if isinstance(c, str) else c for c in cells]
    found = read_columns({"x": tidied}, rows=range(2, len(cells) + 2), file="a.csv", **options)
    return found.numbers.get("x"), [
        p.code.split(".")[1] for p in found.problems if p.severity == "error"
    ]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(WHOLE, min_size=1, max_size=20), st.integers(1, 4))
def test_every_number_written_german_is_read_back(values, digits):
    numbers = [v / 10**digits for v in values]
    cells = [german(v, digits) for v in numbers]
    parsed = parse_column(cells, ",")
    assert parsed.bad == ()
    np.testing.assert_array_equal(parsed.values, [float(f"{v:.{digits}f}") for v in numbers])


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_every_float_a_program_writes_is_read_back_exactly(values):
    parsed = parse_column([repr(v) for v in values], ".")
    assert parsed.bad == ()
    np.testing.assert_array_equal(parsed.values, values)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(WHOLE, min_size=1, max_size=20), st.integers(0, 3))
def test_an_undecided_file_is_refused_or_read_as_it_was_written(values, digits):
    """Whatever a German office writes: our reading is right, or there is an error; never a third thing."""
    numbers = [v / 10**digits for v in values]
    found, errors = read([german(v, digits) for v in numbers])
    if not errors:
        np.testing.assert_allclose(found, [float(f"{v:.{digits}f}") for v in numbers], rtol=1e-12)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=20))
def test_numbers_as_our_own_tables_print_them_are_read_back(values):
    found, errors = read([number(v) for v in values], decimal=",")
    assert errors == []
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1", "22", "333"], ""),
        (["1.234", "4,5"], ","),
        (["1.234.567"], ","),
        (["0,123"], ","),
        (["1234,567"], ","),
        (["1.234,567"], ","),
        (["0.123"], "."),
        (["1234.567"], "."),
        (["1.2345", "1.234"], "."),
        (["1,234.5"], "."),
        (["7.5", "8.25"], "."),
        (["7.5", "1.234"], "mixed"),
        (["7.5", "4,5"], "mixed"),
        (["0.1234", "4,5"], "mixed"),
        (["1.234", "1,234"], "mixed"),
        (["1.234"], "open"),
        (["1,234"], "open"),
    ],
)
def test_the_decimal_mark_follows_from_the_cells_alone(cells, style):
    assert decide_style(evidence(cells), frozenset()) == style


def test_other_columns_decide_only_what_a_column_leaves_open():
    comma, point = frozenset({"comma"}), frozenset({"point"})
    assert decide_style(evidence(["1.234"]), comma) == ","
    assert decide_style(evidence(["1.234"]), point) == "."
    assert decide_style(evidence(["1.234"]), comma | point) == "open"
    assert decide_style(evidence(["7.5"]), comma) == "."
    assert decide_style(evidence(["7.5", "1.234"]), comma) == "mixed"


@pytest.mark.parametrize(
    "cell",
    [
        "1,2,3",
        "1.23.4",
        "12.34,5",
        "1 23",
        "1.234.56",
        "--5",
        "5-",
        "1e5",
        "1,5E+06",
        "0x10",
        "1_000",
        "½",
        "١٢",
        "1'000",
        "inf",
        "=1+1",
        "12 1)",
    ],
)
@pytest.mark.parametrize("style", [",", "."])
def test_what_is_no_number_is_never_read_as_one(cell, style):
    parsed = parse_column([cell], style)
    assert parsed.bad == (0,)
    assert np.isnan(parsed.values[0])


@pytest.mark.parametrize(
    "cell", [True, dt.date(2024, 3, 1), dt.datetime(2024, 3, 1), dt.time(1), float("inf")]
)
def test_what_a_workbook_holds_besides_numbers_is_no_number(cell):
    assert parse_column([cell], "").bad == (0,)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_gives_a_number_only_for_exactly_nothing(sign):
    parsed = parse_column([sign], ",")
    assert parsed.bad == ()
    assert (parsed.values[0] == 0.0) == (sign in {"-", "–", "—"})
    assert np.isnan(parsed.values[0]) == (parsed.status[0] != "ok")


def test_a_stated_sentinel_goes_before_the_sign_and_before_the_number():
    parsed = parse_column(["-", "0", "5", "0,0"], ",", sentinels=["-", "0"])
    assert np.isnan(parsed.values).tolist() == [True, True, False, True]
    assert parsed.status.tolist() == ["missing", "missing", "ok", "missing"]


def test_a_sentinel_is_found_in_numbers_of_a_workbook_too():
    parsed = parse_column([-9999.0, 5, 0], "", sentinels=["-9999"])
    assert np.isnan(parsed.values).tolist() == [True, False, False]


def test_half_the_cells_decide_whether_words_are_errors():
    assert kind_of(["1", "2", "viele"]) == "number"
    assert kind_of(["1", "viele", "wenige"]) == "text"
    assert kind_of(["01.02.2024", "03.02.2024"]) == "text"
    assert kind_of([1.0, 2.0, "-"]) == "number"
    assert kind_of(["-", "."]) == "number"


def test_tidying_changes_blanks_and_minus_only():
    assert tidy("  1\u202f234\u00a0567 ") == "1 234 567"
    assert tidy("\u2212 5") == "-5"
    assert tidy("–") == "–"
    assert tidy("Süd - West") == "Süd - West"


CELLS = ["1", "07", "1.234", "1.234,5", "4,5", "7.5", ".707", "-3", "–", ".", "x", "", "(12)", "5 %",
         "11p", "k. A.", "viele", "1 675", "12,", "1..2", "1e-5", 3, 3.0, True, 2.5, None]  # fmt: skip


@given(
    st.lists(st.sampled_from(CELLS), max_size=12),
    st.sampled_from(["", ",", "."]),
    st.sampled_from([(), ("1",), ("-", "7.5")]),
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_a_column_is_read_as_each_of_its_cells_alone(texts, style, sentinels):
    column = tidy_column(texts)
    together = parse_column(column, style, sentinels=sentinels)
    for i, cell in enumerate(column):
        alone = parse_column([cell], style, sentinels=sentinels)
        np.testing.assert_array_equal(together.values[i], alone.values[0])
        assert together.status[i] == alone.status[0]
        assert (i in together.bad) == (0 in alone.bad)
        marked = {mark for mark, places in together.marks.items() if i in places}
        assert marked == {mark for mark, places in alone.marks.items() if 0 in places}
    # what a column proves is what its cells prove, one by one
    assert evidence(column) == frozenset().union(*(evidence([c]) for c in column))


def test_true_in_a_column_of_ones_is_no_number():
    read = parse_column(tidy_column([1, True, 1.0]), "")
    assert read.values.tolist()[::2] == [1.0, 1.0] and read.bad == (1,)


@given(st.lists(st.decimals(-(10**7), 10**7, places=5), max_size=30))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_numbers_of_a_column_are_those_that_float_reads(numbers):
    plain = [f"{n:f}" for n in numbers]
    assert parse_column(plain, ".").values.tolist() == [float(n) for n in plain]
    comma = [f"{n:,.5f}".translate(str.maketrans(",.", ".,")) for n in numbers]
    assert parse_column(comma, ",").values.tolist() == [float(n) for n in plain]
