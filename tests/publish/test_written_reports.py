"""Method note and check report: complete, sorted, and safe."""

import json
from dataclasses import replace

import pytest
from publish.sample import HOSTILE, sample_release

from sozialraum.model import Breaks, Problem
from sozialraum.publish.method import class_range, method_text
from sozialraum.publish.page.report_check import check_html, check_json, sort_problems

PROBLEMS = [
    Problem("check.note", "note", "Zeichensatz cp1252 erkannt.", file="a.csv"),
    Problem(
        "check.b",
        "error",
        "Schlüssel doppelt.",
        file="b.csv",
        row=3,
        key="07",
        expected="einmal",
        found="zweimal",
        action="Zeile löschen",
    ),
    Problem("check.w", "warning", "Sprung gegenüber dem Vorjahr.", file="a.csv", column="kinder"),
    Problem("check.a", "error", "Anteil über 1.", file="a.csv", row=9),
    Problem("check.a", "error", "Anteil über 1.", file="a.csv", row=2),
]


def test_the_method_note_names_each_indicator_its_formation_and_direction():
    note = method_text(sample_release())
    assert (
        "| Kinder unter 15 Jahren in SGB-II-Bedarfsgemeinschaften | armut\\_z ÷ armut\\_n | mehr = höhere Belastung |"
        in note
    )
    assert "kita\\_z ÷ kita\\_n | mehr = bessere Lage" in note
    assert "kann nicht allein anhand des Index beurteilt werden" in note


@pytest.mark.parametrize(
    ("kind", "unit", "told"),
    [("share", "percent", "Anteil"), ("rate", "per_1000", "Rate"), ("mean", "number", "Mittelwert"),
     ("difference", "points", "Veränderung")],
)  # fmt: skip
def test_the_method_note_tells_what_each_value_is(kind, unit, told):
    release = sample_release()
    first = replace(release.indicators[0], kind=kind, unit=unit)
    note = method_text(replace(release, indicators=(first, *release.indicators[1:])))
    [head] = [line for line in note.split("\n") if "| Art |" in line]
    [row] = [line for line in note.split("\n") if "armut\\_z ÷" in line]
    assert row.split(" | ")[head.split(" | ").index("Art")] == told


def test_class_limits_say_which_class_a_limit_belongs_to():
    left, right = Breaks("fixed", (-1.0, 0.5)), Breaks("fixed", (-1.0, 0.5), right=True)
    assert [class_range(left, i) for i in range(3)] == [
        "unter −1,0",
        "−1,0 bis unter 0,5",
        "0,5 und mehr",
    ]
    assert [class_range(right, i) for i in range(3)] == [
        "bis −1,0",
        "über −1,0 bis 0,5",
        "über 0,5",
    ]


def test_a_hostile_name_cannot_break_out_of_a_table_cell_of_the_method_note():
    note = method_text(sample_release(hostile=True))
    assert "<img" not in note and "<script" not in note
    rows = [line for line in note.split("\n") if "armut\\_z" in line]
    assert len(rows) == 1 and rows[0].count(" | ") == 6


def test_the_worst_findings_come_first_then_file_and_row():
    order = [(p.severity, p.file, p.row) for p in sort_problems(PROBLEMS)]
    assert order == [
        ("error", "a.csv", 2),
        ("error", "a.csv", 9),
        ("error", "b.csv", 3),
        ("warning", "a.csv", None),
        ("note", "a.csv", None),
    ]


def test_a_report_without_findings_says_so():
    page = check_html([])
    assert "Es wurde nichts beanstandet." in page and "<table" not in page
    assert json.loads(check_json([])) == {
        "counts": {"error": 0, "warning": 0, "note": 0},
        "problems": [],
    }


def test_each_finding_says_where_what_was_expected_found_and_to_do():
    page = check_html(PROBLEMS, title="Musterstadt")
    for word in (
        "3 Fehler, 1 Warnung, 1 Hinweis.",
        "b.csv",
        "<td>3</td>",
        "<td>07</td>",
        "einmal",
        "zweimal",
        "Zeile löschen",
    ):
        assert word in page
    assert json.loads(check_json(PROBLEMS))["counts"] == {"error": 3, "warning": 1, "note": 1}


def test_the_check_page_has_a_policy_no_script_and_no_address():
    page = check_html(
        [Problem("x.y", "error", text, file=text, found=text) for text in HOSTILE], title=HOSTILE[3]
    )
    assert "default-src 'none'" in page and "script-src 'none'" in page
    assert (
        "<script" not in page
        and "<img" not in page
        and "http://" not in page.replace("=HYPERLINK(&quot;http://example.org&quot;)", "")
    )


def test_a_report_says_for_whom_it_is(tmp_path):
    assert "nur im Prüfbericht des Amts" in check_html(PROBLEMS, scope="public")
    assert "nicht weitergeben" in check_html(PROBLEMS, scope="office")
    for_all = check_html(PROBLEMS)
    assert "Amt" not in for_all
    assert check_html([], scope="public") != check_html([])
