"""A change that the windows of counts do not tell apart is called so, in table, page and sentence."""

import json

import openpyxl
import pytest
from small_build import BLOCKS, counts, write_build, write_table, write_town

import sozialraum
from sozialraum.cli.printing.comparisons import print_comparison
from sozialraum.model.errors import DataError
from sozialraum.workflows.compare.comparing import compare
from sozialraum.workflows.show.saved import open_result

WORD = "nicht unterscheidbar"
TWO_DAYS = """stichtag = 2024-12-31
[[tables]]
file = "alt.csv"
areas = "b"
key = "block"
stichtag = 2023-12-31
"""


def build_of(town, title, old, new, **more):
    """Build two days of the small town without a ledger; return the result."""
    write_table(town, new)
    write_table(town, old, "alt.csv")
    file = write_build(town, title=title, derived=TWO_DAYS, ledger="", **more)
    said = file.read_text("utf-8").replace('"csv", "parquet"', '"csv", "parquet", "xlsx", "karte"')
    file.write_text(said, "utf-8")
    return sozialraum.build(file)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("stadt"))


@pytest.fixture(scope="module")
def result(town):
    """In D00 28 more children are poor, in D02 one more: its window, or the next one."""
    old, new = counts(), counts()
    new.loc[["00", "01"], "arm"] += 14
    new.loc["04", "arm"] += 1
    return build_of(town, "zwei", old, new)


def test_a_change_within_both_windows_is_not_distinguishable_in_the_layer(result):
    layer = result.release.layers["change"]
    then, now = result.release.editions
    apart = (now.values - then.values).abs() - now.half_width - then.half_width
    never = (apart <= 1e-9).all(axis=1)
    assert layer["distinct"]["D00"] == 1 and layer["distinct"]["D02"] == 0
    assert (layer["distinct"][never] == 0).all() and never.sum() > 20


def test_table_page_and_sentence_say_so(result, town):
    result.save(town / "out")
    (found,) = [s for s in result.release.facts.findings if WORD in s]
    same = int((result.release.layers["change"]["distinct"] == 0).sum())
    assert f"In {same} von 30 Gebieten" in found
    page = (town / "out" / "karte.html").read_text("utf-8")
    assert WORD in page
    book = openpyxl.load_workbook(town / "out" / "index.xlsx", read_only=True)
    cells = {c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row}
    assert WORD in cells


def test_two_results_whose_values_stay_in_their_windows_did_not_change_distinctly(town, capsys):
    old, new = counts(), counts()
    new.loc[["00", "01"], "arm"] += 14
    write_table(town, old)
    first = write_build(town, title="erst", ledger="", day="2023-12-31")
    sozialraum.build(first).save(town / "erst")
    write_table(town, new)
    second = write_build(town, title="zweit", ledger="")
    sozialraum.build(second).save(town / "zweit")
    compared = compare(open_result(town / "erst"), open_result(town / "zweit"))
    assert compared.table["distinct"]["D00"] and not compared.table["distinct"]["D05"]
    assert (~compared.changed["distinct"]).any()
    print_comparison(compared, as_json=False)
    assert WORD in capsys.readouterr().out
    print_comparison(compared, as_json=True)
    assert json.loads(capsys.readouterr().out)["changed"][0]["distinct"] in (True, False)


def test_days_on_which_other_indicators_are_published_are_not_compared(town):
    """Before, hardly anybody had help: fewer than the minimum in the whole town."""
    old = counts()
    old["hz"] = 0
    old.loc[BLOCKS[:3], "hz"] = 1
    made = build_of(town, "selten", old, counts())
    assert "change" not in made.release.layers
    (said,) = [s for s in made.release.facts.findings if "Veränderung" in s]
    assert "nicht dieselben Indikatoren" in said and "„Hilfen“" in said


def test_results_that_publish_other_indicators_are_not_compared(town):
    rare = counts()
    rare["hz"] = 0
    rare.loc[BLOCKS[:3], "hz"] = 1  # fewer than the minimum in all
    for title, table in (("viele", counts()), ("wenige", rare)):
        write_table(town, table)
        sozialraum.build(write_build(town, title=title, ledger="")).save(town / title)
    with pytest.raises(DataError, match="Hilfen") as caught:
        compare(open_result(town / "viele"), open_result(town / "wenige"))
    assert [p.code for p in caught.value.problems] == ["pipeline.other_indicators"]
