"""``[measures]`` and ``[report]`` in a build: an honest comparison, or the reason for none."""

import io
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader
from small_months import KEYS, write_months

from sozialraum.model.errors import DataError
from sozialraum.planning.evaluation import pre_trend, staggered_change
from sozialraum.publish.papers.account import Words, markdown_blocks
from sozialraum.workflows.build.building import build
from sozialraum.workflows.build.further.measures import measure_outcomes
from sozialraum.workflows.check.checking import check

OPEN = '[disclosure]\npublished_input = true\nreason = "erfunden"\n'
HEAD = (
    "id;bedarf;massnahme;zustaendig;kennzahl;gebiete;vergleich;gewaehlt_nach;beginn;ende;"
    "mittel_euro;beschluss;ziel;frist;stand"
)
DAYS = [f"{year}-12-31" for year in range(2018, 2025)]
TREATED, OTHERS = KEYS[:5], KEYS[5:10]


def row(**cells):
    said = {
        "id": "M1", "massnahme": "Beratung", "kennzahl": "zu", "gebiete": ",".join(TREATED),
        "vergleich": ",".join(OTHERS), "gewaehlt_nach": "2021", "beginn": "2023-03",
    }  # fmt: skip
    return ";".join((said | cells).get(c, "") for c in HEAD.split(";"))


def town(folder, *rows, cases=None, more="", words=None):
    """Write a town of seven years: 500 children per area, 100 cases each, and a register."""
    counted = np.full((len(DAYS), len(KEYS)), 100) if cases is None else cases
    text = '[measures]\nfile = "m.csv"\n' + more
    file = write_months(folder, counted, counts="", watch="", disclosure=text + OPEN, days=DAYS)
    lines = "\n".join((HEAD, *rows))
    (folder / "daten" / "m.csv").write_text(f"{lines}\n", "utf-8")
    if words is not None:
        (folder / "daten" / "v.md").write_text(words, "utf-8")
    return file


def fallen(by, *, from_year=2023, before=0):
    """Return cases in which those of the treated areas fall, with a little of everybody's own."""
    cases = np.full((len(DAYS), len(KEYS)), 100) + np.arange(len(KEYS)) % 3
    for n, day in enumerate(DAYS):
        cases[n, : len(TREATED)] -= by if int(day[:4]) >= from_year else before * n
    return cases


def told(file):
    (outcome,) = measure_outcomes(build(file))
    return outcome


def test_a_difference_is_told_when_both_ways_of_reckoning_see_it(tmp_path):
    outcome = told(town(tmp_path, row(), cases=fallen(40)))
    # five areas of 500: 100 or 101 or 102 cases before, 40 fewer after; nothing changes elsewhere
    before, after = 504 / 2500, 304 / 2500
    assert outcome.days == ("2022-12-31", "2024-12-31")
    assert outcome.change.difference == pytest.approx(after - before)
    assert any("Beide Rechnungen" in s for s in outcome.sentences)
    assert any("nicht erkennbar auseinander" in s for s in outcome.sentences)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"gewaehlt_nach": "2022"}, "ausgewählt"),
        ({"gewaehlt_nach": "2024"}, "ausgewählt"),
        ({"gewaehlt_nach": ""}, "gewaehlt_nach"),
        ({"beginn": "2025"}, "noch nicht gemessen"),
        ({"beginn": "2018-01"}, "Vor dem Beginn"),
        ({"vergleich": "", "gewaehlt_nach": "2017"}, "zu dem ausgewählt wurde"),
        ({"gebiete": "00,01,02"}, "zu wenige Gebiete"),
    ],
)
def test_where_a_difference_would_mislead_there_is_none_but_the_reason(tmp_path, changed, reason):
    outcome = told(town(tmp_path, row(**changed), cases=fallen(40)))
    assert outcome.change is None
    assert any(reason in s for s in outcome.sentences)


def test_areas_that_moved_apart_before_are_not_compared(tmp_path):
    outcome = told(town(tmp_path, row(), cases=fallen(60, before=8)))
    assert outcome.change is None
    assert any("schon vorher auseinander" in s for s in outcome.sentences)


def test_without_stated_areas_those_nearest_in_need_are_taken_none_with_a_measure(tmp_path):
    cases = np.tile(np.arange(24) * 4 + 60, (len(DAYS), 1))
    file = town(
        tmp_path, row(vergleich=""), row(id="M2", gebiete="05,06,07,08", vergleich="20,21,22,23"),
        cases=cases,
    )  # fmt: skip
    first, _ = measure_outcomes(build(file))
    # the poorest without a measure are 09 to 13: 24 areas whose cases rise with their number
    row_ = first.cells.query("group == 'comparison' and period == 'before'").iloc[0]
    assert row_["cases"] == sum(60 + 4 * n for n in range(9, 14))


def test_a_goal_is_judged_by_the_areas_of_the_measure(tmp_path):
    outcome = told(town(tmp_path, row(ziel="15 %", frist="2024"), cases=fallen(60)))
    assert outcome.target.status == "reached" and outcome.target.light == "green"


def test_programmes_that_begin_one_after_the_other_give_the_known_answer():
    years = list(range(2020, 2025))
    t = np.arange(5)
    panel = pd.DataFrame(
        [10 + t + [0, 0, 2, 4, 6], 12 + t + [0, 0, 0, 2, 4], 11 + t, 13 + t],
        index=[*"ABCD"], columns=years, dtype=float,
    )  # fmt: skip
    starts = pd.Series({"A": 2022, "B": 2023, "C": None, "D": None}, dtype=object)
    table = staggered_change(panel, starts).set_index(["start", "period"])["change"]
    assert table.loc[2022].tolist() == pytest.approx([2, 4, 6])
    assert table.loc[2023].tolist() == pytest.approx([2, 4])
    assert table.mean() == pytest.approx(3.6)  # two-way fixed effects: 3.142857


def test_with_one_earlier_period_nothing_is_tested():
    panel = pd.DataFrame(np.ones((8, 2)), columns=["2021", "2022"])
    assert np.isnan(pre_trend(panel, pd.Series([True] * 4 + [False] * 4), base_period="2022"))


def test_the_most_apart_of_seventy_divisions_has_p_two_in_seventy():
    # four rising by 1 a year, four still: of C(8,4) = 70 divisions this one and its mirror
    rise = np.outer([1.0] * 4 + [0.0] * 4, np.arange(3)) + np.linspace(0, 1e-3, 8)[:, None]
    programme = pd.Series([True] * 4 + [False] * 4)
    p = pre_trend(pd.DataFrame(rise, columns=[*"abc"]), programme, base_period="c")
    assert p == pytest.approx(2 / 70)


CHAPTER = """# Vorwort
Es sind {{kennzahl:zu}} im Ganzen, {{kennzahl:zu:03}} in 03; siehe **{{massnahme:M1}}** <b>.

- eins
- zwei
"""
REPORT = '[report]\ntitle = "Bericht"\nchapters = ["v.md"]\n'


def test_both_papers_hold_chapters_figures_and_register_as_headings_and_tables(tmp_path):
    file = town(
        tmp_path, row(ziel="15", frist="2026"), cases=fallen(40), more=REPORT, words=CHAPTER
    )
    build(file).save(tmp_path / "out")
    written = (tmp_path / "out" / "rechenschaft.docx").read_bytes()
    document = Document(io.BytesIO(written))
    heads = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert heads[:2] == ["Vorwort", "Zahlen"] and "M1 Beratung" in heads
    words = "\n".join(p.text for p in document.paragraphs)
    # 24 areas with 100, 101, 102 cases in turn of 500 children, 40 fewer in five of them
    assert re.search(r"Es sind 18,[56].% im Ganzen, 12,0.% in 03", words)
    assert "Beratung (M1)" in words and "<b>" in words and "{{" not in words
    assert len(document.tables) >= 3 and document.tables[1].rows[1].cells[0].text == "M1"
    assert any(p.style.name == "List Bullet" and p.text == "zwei" for p in document.paragraphs)
    pdf = PdfReader(tmp_path / "out" / "rechenschaft.pdf")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "Vorwort" in text and "Beratung" in text
    build(file).save(tmp_path / "zwei")
    for name in ("rechenschaft.docx", "rechenschaft.pdf", "massnahmen.csv"):
        again = (tmp_path / "zwei" / name).read_bytes()
        assert again == (tmp_path / "out" / name).read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(written))


def test_the_small_markdown_knows_headings_lists_and_emphasis_and_nothing_else():
    blocks = list(markdown_blocks("# A\nb *c*\nd\n1. e\n   f\n## G\n<i>h</i>", str))
    assert [(b.kind, b.level) for b in blocks] == [
        ("heading", 1), ("paragraph", 1), ("list", 1), ("heading", 2), ("paragraph", 1),
    ]  # fmt: skip
    assert blocks[1].items == ((Words("b "), Words("c", slanted=True), Words(" d")),)
    assert blocks[2].items == ((Words("e f"),),) and blocks[4].items == ((Words("<i>h</i>"),),)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"kennzahl": "zuu"}, "indicator"), ({"gebiete": "00,99"}, "area"),
        ({"gebiete": ""}, "incomplete"), ({"beginn": "Frühling"}, "period"),
        ({"ende": "2020"}, "turned"), ({"ziel": "15"}, "goal"), ({"vergleich": "00,20"}, "both"),
        ({"mittel_euro": "viel"}, "number"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_line_by_check_and_build(tmp_path, cells, code):
    file = town(tmp_path, row(), row(id="M2", **cells))
    found = [p for p in check(file).problems if p.severity == "error"]
    assert f"planning.register.{code}" in {p.code for p in found}
    assert {p.row for p in found} == {3} and all(p.file == "m.csv" for p in found)
    with pytest.raises(DataError):
        build(file)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("{{kennzahl:zuu}}", "reference"), ("{{kennzahl:zu:99}}", "reference_area"),
        ("{{zahl:zu}}", "reference_kind"), ("{{massnahme:M9}}", "reference"),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_told_with_its_line(tmp_path, words, code):
    file = town(tmp_path, row(), more=REPORT, words=f"gut\n\n{words}\n")
    (found,) = [p for p in check(file).problems if p.severity == "error"]
    assert (found.code, found.row, found.file) == (f"planning.register.{code}", 3, "v.md")
    assert "{{{" not in str(found.expected)


def test_the_same_id_twice_and_a_missing_chapter_are_told_together(tmp_path):
    file = town(tmp_path, row(), row(), more=REPORT)
    codes = {p.code for p in check(file).problems if p.severity == "error"}
    assert codes == {"planning.register.twice", "sources.path_absent"}
