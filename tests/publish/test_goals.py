"""Lights stand only where a goal was decided: in page, workbook and paper alike, as shape and word."""

import json
import re
from io import BytesIO

import openpyxl
import pytest
from monitor_town import EURO, SHARE, write_town, years
from scipy.stats import binomtest

import sozialraum as sr
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.publish.cockpit.panel import panel_of
from sozialraum.publish.cockpit.paper import paper_data
from sozialraum.workflows.build.further.cockpit import cockpit_files

OPEN = '[disclosure]\npublished_input = true\nreason = "erfunden"\n'
LAYERS = (SHARE, EURO)


def goal(**more):
    told = {"indicator": "al", "value": 0.05, "deadline": "2027", **more}
    lines = (f"{k} = {v if isinstance(v, float) else json.dumps(v)}" for k, v in told.items())
    return "[[goals]]\n" + "\n".join(lines) + "\n"


def fallen(shares):
    """Return three years in which the unemployed are these shares everywhere."""
    tables = years()
    for year, share in zip(tables, shares, strict=True):
        tables[year]["arbeitslose"] = (tables[year]["erw"] * share).round().astype(int)
    return tables


def town(folder, goals, shares=(0.10, 0.09, 0.08), indicators=LAYERS):
    return write_town(folder, indicators=indicators, tables=fallen(shares), more=OPEN + goals)


def judged(folder, goals, shares=(0.10, 0.09, 0.08)):
    return sr.build(town(folder, goals, shares)).release


@pytest.mark.parametrize(
    ("shares", "stated", "light"),
    [
        # the straight way from 10 % (2021) to 5 % (2027) is at 8.33 % in 2023
        ((0.10, 0.09, 0.070), {}, "on_path"),
        ((0.10, 0.09, 0.100), {}, "behind"),
        ((0.10, 0.09, 0.0833), {}, "open"),
        ((0.10, 0.09, 0.040), {}, "reached"),
        ((0.10, 0.09, 0.100), {"deadline": "2022"}, "missed"),
        # from 9 % (2022) the way is at 8.2 % in 2023
        ((0.10, 0.09, 0.075), {"baseline": "2022"}, "on_path"),
        ((0.10, 0.09, 0.040), {"better": "higher", "value": 0.2}, "behind"),
    ],
)
def test_a_light_says_only_what_the_whole_interval_says(tmp_path, shares, stated, light):
    release = judged(tmp_path, goal(**stated), shares)
    (found,) = release.details["goals"]
    assert found["light"] == light
    tables = fallen(shares)
    cases, base = tables[2023]["arbeitslose"].sum(), tables[2023]["erw"].sum()
    wilson = binomtest(int(cases), int(base)).proportion_ci(method="wilson")
    assert found["low"] == pytest.approx(wilson.low, abs=2e-4)
    assert found["high"] == pytest.approx(wilson.high, abs=2e-4)


def told(files, word):
    page = files["cockpit.html"].decode("utf-8")
    data = re.search(r'<script type="application/json" id="daten">(.*?)</script>', page, re.S)
    book = openpyxl.load_workbook(BytesIO(files["cockpit.xlsx"]))
    cells = [str(c.value) for sheet in book for row in sheet for c in row if c.value]
    rows = [one["g"] for one in json.loads(data[1])["indicators"] if "g" in one]
    return rows, [c for c in cells if word in c], book.sheetnames


def test_page_workbook_and_paper_show_the_same_light(tmp_path):
    release = judged(tmp_path, goal(responsible="Jobcenter"), (0.10, 0.09, 0.07))
    rows, cells, sheets = told(cockpit_files(release), "▲ auf dem Weg")
    ((light,),) = rows
    assert light[:3] == ["on_path", "▲ auf dem Weg", "Ziel 5,0\xa0% bis 31.12.2027"]
    assert light[3].startswith("Arbeitslose: noch offen. 7,0")
    assert len(cells) == 1
    assert "Ziele" in sheets
    paper = paper_data(panel_of(release), accent="#000000", logo=None)
    lines = [one["goals"] for t in paper["themes"] for page in t["pages"] for one in page]
    assert sorted(lines) == [[], ["▲ auf dem Weg – Ziel 5,0\xa0% bis 31.12.2027"]]


def test_without_a_goal_there_is_no_light_anywhere(tmp_path):
    release = judged(tmp_path, "")
    assert "goals" not in release.details
    rows, cells, sheets = told(cockpit_files(release), "auf dem Weg")
    assert (rows, cells) == ([], [])
    assert "Ziele" not in sheets
    paper = paper_data(panel_of(release), accent="#000000", logo=None)
    assert not any(one["goals"] for t in paper["themes"] for page in t["pages"] for one in page)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"indicator": "eur"}, "config.goals.kind"),
        ({"value": 5.0}, "config.goals.share"),
        ({"baseline": "2028"}, "config.goals.turned"),
        ({"indicator": "nichts"}, "config.unknown_name"),
    ],
)
def test_a_goal_that_cannot_be_judged_is_refused(tmp_path, stated, code):
    with pytest.raises(ConfigError) as error:
        sr.build(town(tmp_path, goal(**stated)))
    assert code in [p.code for p in error.value.problems]


def test_a_neutral_indicator_has_no_goal(tmp_path):
    neutral = {**SHARE, "direction": "neutral"}
    with pytest.raises(ConfigError) as error:
        sr.build(town(tmp_path, goal(), indicators=(neutral,)))
    assert [p.code for p in error.value.problems] == ["config.goals.neutral"]


def test_the_way_to_a_goal_begins_at_a_delivered_day_and_after_a_break(tmp_path):
    with pytest.raises(DataError) as error:
        sr.build(town(tmp_path, goal(baseline="2019")))
    wrong = [p.code for p in error.value.problems if p.severity == "error"]
    assert wrong == ["check.goal_baseline"]
    broken = {**SHARE, "break_at": "2022"}
    with pytest.raises(ConfigError) as refused:
        sr.build(town(tmp_path, goal(baseline="2021"), indicators=(broken,)))
    assert [p.code for p in refused.value.problems] == ["config.goals.broken"]
    # without a stated beginning the way starts at the first day of the new count: 9 % in 2022
    release = sr.build(town(tmp_path, goal(), (0.30, 0.09, 0.089), indicators=(broken,))).release
    assert release.details["goals"][0]["light"] == "behind"
