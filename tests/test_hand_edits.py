"""Catchments changed by hand: the page works by keyboard alone, and the plan reads its file again."""

import base64
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sozialraum.model.errors import DataError
from sozialraum.planning.districting.catchment_task import catchment_task
from sozialraum.workflows.plan import edit_data
from sozialraum.workflows.plan.decision import decide
from sozialraum.workflows.plan.plan_checking import check_plan

ROOT = Path(__file__).parents[1]
BUILD = (ROOT / "config" / "musterstadt.toml").as_posix()
DATA = ROOT / "shapes" / "musterstadt"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PLAN = f"""
title = "Probe"
build = "{BUILD}"
draws = 0
[demand]
areas = "bloecke"
persons = "kinder_u15"
pupils = "kinder_6_9"
in_need = "sgb2_u15"
[schools]
file = "schulen.gpkg"
key = "schule"
name = "name"
size = "schueler_2024"
capacity = "kapazitaet"
current = "sprengel"
[catchments]
proposals = 2000
"""
FIGURES = (
    "mean_metres", "largest_metres", "pupils_beyond_limit", "over_capacity", "pupils_moved",
    "blocks_moved", "dissimilarity", "dissimilarity_by_chance", "extra_pieces",
)  # fmt: skip


def written(folder, text):
    path = folder / "plan_probe.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A copy of the example city's data, a plan on it, and its page for the office."""
    folder = tmp_path_factory.mktemp("stadt")
    shutil.copytree(DATA, folder / "daten")
    path = written(folder, PLAN)
    made = decide(path, data=folder / "daten", office=True)
    made.save(folder / "oeffentlich", office=folder / "amt")
    return folder, made


def test_the_page_with_counts_of_blocks_is_for_the_office_alone(city):
    folder, _ = city
    assert not (folder / "oeffentlich" / "bearbeiten.html").exists()
    page = (folder / "amt" / "bearbeiten.html").read_text(encoding="utf-8")
    assert "nicht weitergeben" in page and "$" not in page.split("<script")[0]


@pytest.mark.browser
def test_keys_alone_change_blocks_and_the_saved_file_gives_the_same_figures(
    city, chromium, tmp_path
):
    folder, _ = city
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(
        viewport={"width": 1400, "height": 900}, offline=True, accept_downloads=True
    )
    page, requests, console = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda line: console.append(line.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto((folder / "amt" / "bearbeiten.html").as_uri())
    press = page.keyboard.press
    press("Tab")
    for _ in range(3):
        press("ArrowDown")
        press("Tab")
        press("ArrowDown")  # the next school of the list
        press("Tab")
        press("Enter")
        press("Shift+Tab")
        press("Shift+Tab")
    changes = page.locator("#changes li").count()
    assert changes == 3
    for _ in range(3):
        press("Tab")
    press("Enter")  # undo
    assert page.locator("#changes li").count() == 2
    assert page.evaluate("document.activeElement.id") == "undo"
    press("Tab")
    with page.expect_download() as waiting:
        press("Enter")
    saved = folder / "daten" / "aenderungen.csv"
    waiting.value.save_as(saved)
    told = page.evaluate("({ ...count.figures(), rows: count.rows })")
    for width in (1400, 400):
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert [v["id"] for v in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [r for r in requests if not r.startswith("blob:")] == requests[:1] and console == []
    context.close()

    path = written(tmp_path, PLAN + 'edits = "aenderungen.csv"\n')
    assert not [p for p in check_plan(path, data=folder / "daten") if p.severity == "error"]
    made = decide(path, data=folder / "daten", office=True)
    by_hand = made.internal.result.scenarios["catchments"].variants[-1]
    assert by_hand.name == "von Hand" and by_hand.figures["blocks_moved"] == 2
    for figure in FIGURES:
        # the page works with ways in whole decimetres
        assert told[figure] == pytest.approx(by_hand.figures[figure], abs=0.05), figure
    rows = {row["name"]: row for row in told["rows"]}
    names = made.internal.release.points["catchments"]["name"]
    for school, row in by_hand.table.iterrows():
        assert rows[names[school]]["most"] == pytest.approx(row["pupils"])
    # what is told publicly is the same plan, from protected cases and in tens
    public = made.result.scenarios["catchments"].variants[-1]
    pd.testing.assert_series_equal(public.assignment, by_hand.assignment)


def opened(folder, chromium):
    page = chromium.new_context(viewport={"width": 1400, "height": 900}, offline=True).new_page()
    page.goto((folder / "amt" / "bearbeiten.html").as_uri())
    return page


SOME_EDITS = """edits => {
  const wanted = edits.map(([b, s]) => [b % d.blocks.length, s % m]);
  for (const [i, j] of wanted) {
    at("block").selectedIndex = i; choose();
    at("school").selectedIndex = j; at("assign").click();
  }
  for (let k = 0; k < 3; k++) at("undo").click();
  const anew = makeCount({ ...d, start: [...plan] });
  return [count.figures(), anew.figures(), count.rows, anew.rows];
}"""


@pytest.mark.browser
def test_after_many_changes_the_figures_are_those_of_a_count_from_the_start(city, chromium):
    page, rng = opened(city[0], chromium), np.random.default_rng(18)
    kept, anew, rows, rows_anew = page.evaluate(
        SOME_EDITS, rng.integers(0, 10**6, (60, 2)).tolist()
    )
    assert kept == anew and rows == rows_anew and kept["blocks_moved"] > 40


WORK_OF_AN_EDIT = """() => {
  const read = { pupils: 0, neighbours: 0 }, changes = { nodes: 0 };
  for (const name of Object.keys(read))
    d[name] = new Proxy(d[name], { get: (list, key) => { read[name]++; return list[key]; } });
  const seen = new MutationObserver(() => {});
  seen.observe(document.body, { childList: true, subtree: true, attributes: true });
  const i = 700, to = (plan[i] + 1) % m, two = [plan[i], to];
  const members = plan.filter(j => two.includes(j)).length;
  at("block").selectedIndex = i; choose();
  at("school").selectedIndex = to; at("assign").click();
  return { ...read, members, moved: plan[i] === to, changed: seen.takeRecords().length };
}"""


@pytest.mark.browser
def test_a_change_looks_at_the_blocks_of_two_schools_and_touches_their_cells_alone(city, chromium):
    page = opened(city[0], chromium)
    work = page.evaluate(WORK_OF_AN_EDIT)
    blocks = page.evaluate("d.blocks.length")
    assert work["moved"] and work["members"] < blocks / 4
    # once per block of the two schools, and once for the line about the block
    assert work["members"] <= work["pupils"] <= work["members"] + 2
    assert work["neighbours"] <= work["members"]
    # nine figures, two rows, the list, two lines of words, the shape, the ring: not the page anew
    assert work["changed"] < 50


@pytest.mark.browser
def test_schools_stand_on_the_map_with_the_numbers_of_the_table(city, chromium):
    page = opened(city[0], chromium)
    signs = page.locator("#seats g")
    told = page.evaluate(
        "[...document.querySelectorAll('#seats g')].map(g => [...g.children].map(c => c.textContent))"
    )
    rows = page.locator("#schools th[scope=row]").all_text_contents()
    assert signs.count() == len(rows) > 20
    assert [f"{number} {name}" for name, _, number in told] == rows
    inside = page.evaluate(
        "(() => { const s = document.querySelector('svg').getBoundingClientRect();"
        " return [...document.querySelectorAll('#seats circle')].every(c => {"
        " const r = c.getBoundingClientRect(); return r.left >= s.left - 1 && r.right <= s.right + 1"
        " && r.top >= s.top - 1 && r.bottom <= s.bottom + 1; }); })()"
    )
    assert inside


@pytest.mark.parametrize("longest", [1500.0, 40_000.0])
def test_ways_of_the_page_are_short_and_on_the_same_side_of_the_limit(longest):
    metres = pd.DataFrame(
        {"A": [1000.0, 1000.04, 999.96, 0.0], "B": [longest, 1000.0000001, 12.34, 5.0]},
        index=list("wxyz"),
    )
    task = catchment_task(
        metres,
        pd.Series(1.0, index=list("wxyz")),
        [],
        capacity=pd.Series(9.0, index=["A", "B"]),
        limit=1000.0,
    )
    sent = edit_data._ways(task)
    steps = np.frombuffer(base64.b64decode(sent["metres"]), "<u2").reshape(4, 2)
    read = steps / sent["per_metre"]
    np.testing.assert_array_equal(read > 1000 * (1 + 1e-12), task.metres > 1000 * (1 + 1e-12))
    np.testing.assert_allclose(read, task.metres, atol=1.01 / sent["per_metre"])
    assert 0.09 < 1 / sent["per_metre"] < 0.7


def test_changes_of_another_plan_are_told_and_leave_everything_as_it_is(city, tmp_path):
    folder, made = city
    rows = made.internal.result.scenarios["catchments"].variants[0].assignment
    block, school = rows.index[0], rows.iloc[0]
    other = next(s for s in sorted(set(rows)) if s != school)
    text = f"# plan 000000000000\nblock;von;nach\n{block};{school};{other}\n"
    (folder / "daten" / "fremd.csv").write_text(text, encoding="utf-8")
    plan = written(tmp_path, PLAN + 'edits = "fremd.csv"\n')
    by_hand = decide(plan, data=folder / "daten").result.scenarios["catchments"].variants[-1]
    assert by_hand.figures["blocks_moved"] == 0
    assert any("anderen Fassung" in said and block in said for said in by_hand.sentences)


def test_what_is_laid_down_holds_in_every_variant_and_nonsense_is_named_by_check(city, tmp_path):
    folder, made = city
    rows = made.internal.result.scenarios["catchments"].variants[0].assignment
    block, school = rows.index[5], rows.iloc[5]
    lines = f"block;schule;art;grund\n{block};{school};fest;Ratsbeschluss\n"
    (folder / "daten" / "fest.csv").write_text(lines, encoding="utf-8")
    plan = written(tmp_path, PLAN + 'fixed = "fest.csv"\n')
    drawn = decide(plan, data=folder / "daten").result.scenarios["catchments"].variants[-1]
    assert drawn.assignment[block] == school
    assert any("Ratsbeschluss" in said for said in drawn.sentences)
    wrong = lines + f"{block};{school};verboten;\n0000000;{school};fest;\n"
    (folder / "daten" / "fest.csv").write_text(wrong, encoding="utf-8")
    found = {p.code for p in check_plan(plan, data=folder / "daten")}
    assert {"planning.fixed_and_forbidden", "planning.unknown_key"} <= found
    with pytest.raises(DataError, match="zugleich fest und verboten"):
        decide(plan, data=folder / "daten")
