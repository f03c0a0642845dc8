"""A change that the windows of counts do not tell apart is called so, in table, page and sentence."""

import json
import re

import openpyxl
import pandas as pd
import pytest
from small_build import BLOCKS, counts, write_build, write_table, write_town

import sozialraum
from sozialraum.cli.printing.comparisons import print_comparison
from sozialraum.model.errors import DataError
from sozialraum.publish.papers.profile_data import profile_data
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


def test_page_table_workbook_and_profile_mark_the_same_areas_as_changed(result, town):
    """An area is marked exactly where its index moved by more than both windows explain."""
    release = result.release
    sure = release.layers["change"]["distinct"].astype(float)
    result.save(town / "gleich")
    page = (town / "gleich" / "karte.html").read_text("utf-8")
    data = json.loads(re.search(r'id="daten">(.*?)</script>', page, re.DOTALL)[1])
    (fact,) = [f for f in data["facts"] if any(WORD in str(v) for v in f["values"])]
    panel = {k: WORD not in v for k, v in zip(data["keys"], fact["values"], strict=True) if v}
    view = next(v for v in data["views"] if v["id"] == "change")
    middle = {key: code == "1" for key, code in zip(data["keys"], view["codes"][-1], strict=True)}
    table = pd.read_csv(
        town / "gleich" / "index.csv",
        sep=";",
        decimal=",",
        dtype={"key": str},
        encoding="utf-8-sig",
    )
    table = table[table["stichtag"] == table["stichtag"].max()].set_index("key")
    known = sure.dropna().index
    profiles = profile_data(release, list(known))["profiles"]
    paper = {p["key"]: WORD not in json.dumps(p, ensure_ascii=False, default=str) for p in profiles}
    for key in known:
        marked = bool(sure[key])
        assert panel[key] == marked == bool(table["change_distinct"][key]) == paper[key], key
        assert middle[key] is not marked, key  # what is not marked is painted as unchanged
    assert 0 < sure[known].sum() < len(known)


def test_the_marks_of_the_page_come_from_the_written_windows_alone(result):
    """Oracle: the values of both days, each with its ±, as intervals that meet or do not."""
    then, now = result.release.editions
    meet = pd.DataFrame(
        {
            name: [
                max(a - wa, b - wb) <= min(a + wa, b + wb) + 1e-9
                for a, wa, b, wb in zip(
                    then.values[name], then.half_width[name], now.values[name],
                    now.half_width[name], strict=True,
                )
            ]
            for name in now.values
        },
        now.values.index,
    )  # fmt: skip
    told = result.release.layers["change"]["distinct"]
    # where all intervals meet, nothing may be called a change
    assert (told[meet.all(axis=1)] == 0).all() and meet.all(axis=1).sum() > 20
    assert not meet.loc[told.index[told == 1]].all(axis=1).any()
