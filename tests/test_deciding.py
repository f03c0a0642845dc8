"""Plans of the example city from file to page: what is told, what is not, and what bad input does."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from publish.grammar_of_sections import check_grammar, luminance
from shapely import LineString, Point

from sozialraum.model.errors import ConfigError, DataError
from sozialraum.planning.decision_tables import DECIMALS, PERSON_COUNTS, RATIOS
from sozialraum.planning.head_counts import children
from sozialraum.planning.plan_file import read_plan
from sozialraum.privacy.plan_gate import protect_plan
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.publish.graphics.plan_map import Canvas
from sozialraum.publish.graphics.plan_views import class_colours
from sozialraum.publish.page.sections.scenario_page import plan_html, plan_json
from sozialraum.workflows.plan.decision import decide, verify_decision
from sozialraum.workflows.plan.plan_layers import distance_of, layer_hashes
from sozialraum.workflows.verify.verifying import verify_folder

ROOT = Path(__file__).parents[1]
BUILD = (ROOT / "config" / "musterstadt.toml").as_posix()
DATA = ROOT / "shapes" / "musterstadt"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SITES = f"""
title = "Probe"
build = "{BUILD}"
draws = 0
[demand]
areas = "bloecke"
persons = "kinder_u15"
pupils = "kinder_6_9"
needy = [1, 2]
[sites]
file = "schulen.gpkg"
key = "schule"
name = "name"
"""
SCHOOLS = """
[schools]
file = "schulen.gpkg"
key = "schule"
name = "name"
size = "schueler_2024"
current = "sprengel"
"""
LOCATE = """
[locate]
radius = 1000
number = 3
next_best = 2
plan_b = false
"""


def written(folder, text):
    path = folder / "plan_probe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def decided(folder, text, **options):
    return decide(written(folder, text), **options)


def delivered():
    """Return the delivered numbers of the blocks: a result for the public does not hold them."""
    file = DATA / "kleinraum_2024.csv"
    known = {"sep": ";", "decimal": ",", "encoding": "cp1252", "dtype": {"block": str}}
    return pd.read_csv(file, **known).set_index("block")


def changed_data(folder, change):
    """A copy of the example city whose schools were changed."""
    data = folder / "daten"
    shutil.copytree(DATA, data)
    schools = gpd.read_file(data / "schulen.gpkg")
    (data / "schulen.gpkg").unlink()
    change(schools).to_file(data / "schulen.gpkg", driver="GPKG")
    return data


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The shipped plan with fewer draws and proposals: same steps, less time."""
    text = (ROOT / "config" / "plan_musterstadt.toml").read_text(encoding="utf-8")
    text = text.replace('"musterstadt.toml"', f'"{BUILD}"').replace("draws = 200", "draws = 30")
    text = text.replace("[catchments]", "[catchments]\nproposals = 20000")
    path = written(tmp_path_factory.mktemp("plan"), text)
    decision = decide(path)
    folder = tmp_path_factory.mktemp("ergebnis") / "plan"
    decision.save(folder)
    return path, decision, folder


@pytest.mark.browser
@pytest.mark.parametrize("width", [1400, 400])
def test_the_page_asks_nobody_complains_about_nothing_and_passes_axe(shipped, chromium, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, requests, console = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda line: console.append(line.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto((shipped[2] / "szenarien.html").as_uri())
    page.wait_for_selector("html[data-fertig]")
    assert len(requests) == 1 and console == []
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    most = max(len(s["variants"]) for s in shipped[1].release.scenarios.values())
    for tab in range(most):  # every variant once
        for group in page.locator(".reiter").all():
            buttons = group.locator("button")
            buttons.nth(min(tab, buttons.count() - 1)).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert [v["id"] for v in found.response["violations"]] == []
    assert len(requests) == 1 and console == []
    context.close()


@pytest.mark.browser
def test_a_decision_is_map_sentences_and_figures_side_by_side_and_the_rest_is_folded(
    shipped, chromium
):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    page = context.new_page()
    page.goto((shipped[2] / "szenarien.html").as_uri())
    assert page.evaluate("document.documentElement.scrollHeight") <= 2500
    box = """([verb, what]) => { const s = document.querySelector(
        `section[aria-labelledby=${verb}] .drei > ${what}`).getBoundingClientRect();
        return [s.left, s.right, s.top] }"""
    for verb, tabs in {"gap": 0, "locate": 3, "allocate": 4, "catchments": 4}.items():
        figure, said, table = (page.evaluate(box, [verb, w]) for w in ("figure", ".said", ".wide"))
        assert figure[1] <= said[0] and said[1] <= table[0]
        assert figure[2] == said[2] == table[2]
        section = page.locator(f"section[aria-labelledby={verb}]")
        assert section.locator(".reiter button").count() == tabs
        assert section.locator(".said h3:visible").count() == 1
    context.close()


@pytest.mark.browser
def test_a_tab_shows_its_variant_alone_and_paints_its_map(shipped, chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, offline=True)
    page = context.new_page()
    page.goto((shipped[2] / "szenarien.html").as_uri())
    page.wait_for_selector("html[data-fertig]")
    section = page.locator("section[aria-labelledby=catchments]")
    variants = shipped[1].release.scenarios["catchments"]["variants"]
    colours = class_colours(shipped[1].release, "catchments")
    for place, variant in enumerate(variants):
        section.locator(".reiter button").nth(place).click()
        assert section.locator(".said h3:visible").all_inner_texts() == [variant["name"]]
        fills = section.locator(".karte path.gebiet").evaluate_all(
            "all => all.map(path => path.getAttribute('fill'))"
        )
        moved = sum(kind == "moved" for kind in variant["classes"].values())
        assert fills.count(colours["moved"]) == moved
    # one tab stop, arrows move within it
    section.locator(".reiter button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert section.locator(".said h3:visible").all_inner_texts() == [variants[1]["name"]]
    context.close()


def test_the_same_plan_gives_the_same_bytes(shipped, tmp_path):
    path, _, folder = shipped
    decide(path).save(tmp_path / "noch_einmal")
    names = sorted(p.name for p in folder.iterdir())
    assert names == ["karte.html", "manifest.json", "szenarien.html", "szenarien.json"]
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "noch_einmal" / name).read_bytes()


def test_every_file_a_plan_was_computed_from_is_in_its_manifest(shipped):
    path, _, folder = shipped
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["asked"]) == {path.name, "musterstadt.toml"}
    assert {"schulen.gpkg", "angebote.gpkg", "strassen.gpkg"} <= set(manifest["input_files"])
    assert verify_folder(folder, data=DATA, secret=True)[1] == []


def test_verify_finds_nothing_at_first_and_then_names_what_was_changed(tmp_path):
    path = written(tmp_path, SITES + LOCATE)
    decide(path).save(tmp_path / "plan")
    assert verify_decision(tmp_path / "plan", path) == []
    stored = tmp_path / "plan" / "szenarien.json"
    values = json.loads(stored.read_text(encoding="utf-8"))
    values["locate"]["variants"][0]["figures"]["persons_covered"] += 5
    stored.write_text(json.dumps(values), encoding="utf-8")
    (found,) = verify_decision(tmp_path / "plan", path)
    assert found.key == "locate" and "locate" in str(found)


def numbers_of(value, name=""):
    """Every number of a JSON value with the name it stands under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("arguments", "facts"):
                yield from numbers_of(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers_of(inner, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value


def test_counts_of_children_leave_the_house_only_in_tens(shipped):
    folder = shipped[2]
    told = list(numbers_of(json.loads((folder / "szenarien.json").read_text(encoding="utf-8"))))
    counts = [value for name, value in told if name in PERSON_COUNTS]
    assert len(counts) > 100
    assert [value for value in counts if value % 10] == []
    finer = [(n, v) for n, v in told if isinstance(v, float) and round(v, 3) != v]
    assert finer == []
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    sentences = re.findall(r"([\d.]+) Kinder", page)
    assert len(sentences) > 10
    assert [s for s in sentences if int(s.replace(".", "")) % 10] == []
    assert "Zahlen von Kindern sind auf Zehner gerundet" in page


def test_no_exact_count_of_a_block_stands_beside_its_key(shipped):
    _, decision, folder = shipped
    assert decision.base.delivery.tables == {}
    exact = delivered()["kinder_u15"]
    rows = json.loads((folder / "szenarien.json").read_text(encoding="utf-8"))["gap"]["variants"][
        0
    ]["table"]
    odd = [row for row in rows if exact[row["key"]] % 10]
    assert len(odd) > 10
    assert [row for row in odd if row["persons"] == exact[row["key"]]] == []
    few = [row for row in rows if 0 < exact[row["key"]] < 10]
    assert few
    assert [row["persons"] for row in few] == [None] * len(few)
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    for key, count in re.findall(r"Im Gebiet (\d+) mit hohem Bedarf haben ([\d.]+) Kinder", page):
        told = int(count.replace(".", ""))
        assert told % 10 == 0 and abs(told - exact[key]) <= 5


def released(row, which="figures", **rules):
    """One row of figures as the gate tells it."""
    variant = {"figures": row, "table": [row], "classes": {"a": "nobody", "b": "covered"}}
    release = protect_plan(
        {"locate": {"variants": [variant], "details": [{"rows": [row]}]}},
        counts=PERSON_COUNTS, ratios=RATIOS, decimals=DECIMALS, rules=DisclosureRules(**rules),
        title="", place="", legends={}, labels={},
        areas=gpd.GeoDataFrame(geometry=[]), points={},
    )  # fmt: skip
    told = release.scenarios["locate"]
    assert (
        told["variants"][0]["table"]
        == told["details"][0]["rows"]
        == [told["variants"][0]["figures"]]
    )
    return told["variants"][0][which]


def test_plans_that_differ_by_one_child_look_the_same():
    rows = [
        {
            "persons": 20.0, "persons_covered": float(n), "share_covered": n / 20,
            "pupils": float(n), "capacity": 16.0, "utilisation": n / 16, "mean_metres": 500 + n / 1e3,
        }
        for n in (10, 11, 12, 13, 14)
    ]  # fmt: skip
    told = [released(row) for row in rows]
    assert told == [told[0]] * 5
    # quotients are those of the tens: 10 of 20, 10 of 16
    assert told[0] == {
        "persons": 20, "persons_covered": 10, "share_covered": 0.5,
        "pupils": 10, "capacity": 16.0, "utilisation": 0.62, "mean_metres": 500.0,
    }  # fmt: skip


def test_heads_are_told_in_tens_few_are_a_dot_and_nobody_is_told():
    told = released({"persons": 20.0, "persons_covered": 9.0, "share_covered": 0.45})
    assert told == {"persons": 20, "persons_covered": None, "share_covered": None}
    assert released({"persons": 0.0}) == {"persons": 0}
    assert released({"persons": 15.0}) == {"persons": 20}
    assert children(9) == "weniger als 10 Kinder" and children(14) == "10 Kinder"
    assert released({}, which="classes") == {"a": "nobody", "b": "covered"}


def test_what_is_published_already_is_told_as_it_is():
    row = {"persons": 3.0, "persons_covered": 1.0, "share_covered": 1 / 3}
    assert released(row, published_input=True, reason="Open Data") == row


def test_the_maps_of_a_plan_speak_the_grammar_of_the_others(shipped):
    told = check_grammar(
        (shipped[2] / "szenarien.html").read_text(encoding="utf-8"), days=["31.12.2024"]
    )
    assert told["gap", 0] == "Dunkel = Leerstelle: hoher Bedarf, kaum Plätze, hell = versorgt."
    assert told["locate", 0] == "Dunkel = nicht erreicht, hoher Bedarf, hell = erreicht."
    assert "orange gestreift = mehr zu tun als bei „" in told["locate", 1]
    assert told["catchments", 1] == "Dunkel = andere Schule, hell = wie heute."
    dark = {
        verb: max(colours, key=lambda name: -luminance(colours[name]))
        for verb in ("gap", "locate", "catchments")
        for colours in [class_colours(shipped[1].release, verb)]
    }
    assert dark == {"gap": "empty", "locate": "uncovered_needy", "catchments": "moved"}


def test_the_map_on_paper_has_the_colours_of_the_page(shipped):
    release = shipped[1].release
    canvas = Canvas(release)
    for verb in ("gap", "locate", "allocate", "catchments"):
        colours = class_colours(release, verb)
        for variant in release.scenarios[verb]["variants"]:
            drawn, used = canvas.draw(verb, variant), set(variant["classes"].values())
            shown = [c for c in drawn.colours() if c]
            assert {colours[name] for name in used & set(colours)} <= set(shown)
            for name in used & set(colours):
                assert f'fill="{colours[name]}"' in drawn.svg


def test_areas_without_children_are_drawn_as_ground(shipped):
    _, decision, folder = shipped
    blocks = delivered()
    for verb, column in {
        "gap": "kinder_u15",
        "locate": "kinder_u15",
        "catchments": "kinder_6_9",
    }.items():
        for variant in decision.release.scenarios[verb]["variants"]:
            nobody = {key for key, kind in variant["classes"].items() if kind == "nobody"}
            assert nobody == set(blocks.index[blocks[column] == 0])
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    assert re.search(r"muster-u.{0,60}</svg><span>ohne Kinder</span>", page)


def test_the_further_tables_are_on_the_page_under_german_headings(shipped):
    _, decision, folder = shipped
    found = {
        verb: [detail["name"] for detail in scenario["details"]]
        for verb, scenario in decision.release.scenarios.items()
    }
    assert found["gap"] == ["duplicates"]
    assert found["locate"] == ["plan_b", "next_best", "frequency"]
    assert "cliffs_nach Stufen" in found["allocate"]
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    for heading in (
        "Plan B",
        "Die nächstbesten Pläne",
        "Wie sicher jeder Ort ist",
        "Wer an einer Stufe steht",
    ):
        assert f"<summary><h3>{heading}" in page
    labels = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert [label for label in labels if "_" in label] == []


def test_the_next_best_plan_differs_and_is_not_better(shipped):
    _, decision, _ = shipped
    details = {d["name"]: d["rows"] for d in decision.release.scenarios["locate"]["details"]}
    losses = [row["loss"] for row in details["next_best"]]
    assert losses == sorted(losses)
    assert all(row["without"] != row["instead"] for row in details["next_best"])
    shares = [row["chosen_share"] for row in details["frequency"]]
    assert sum(shares) == pytest.approx(8, abs=0.05) and max(shares) <= 1  # eight sites per draw


def test_need_is_told_no_finer_than_the_index(shipped):
    _, decision, _ = shipped
    told = [v for n, v in numbers_of(decision.release.scenarios) if n == "need"]
    assert len(told) > 50 and [v for v in told if round(v, 1) != v] == []


def test_a_decision_saved_alone_is_verified_alone(shipped, tmp_path):
    path = shipped[0]
    decide(path, verb="targets").save(tmp_path / "ziele")
    assert verify_decision(tmp_path / "ziele", path) == []


def target(indicator, group=""):
    return f"""
[[targets]]
id = "t"
label = "Teilnahme"
indicator = "{indicator}"
group = "{group}"
value = 0.5
deadline = 2030-12-31
"""


def test_ways_follow_the_paths_of_the_plan_and_are_infinite_where_there_is_none(tmp_path):
    # 100 m along the path and 300 m up the next; a second path that nothing leads to
    lines = [[(0, 0), (100, 0)], [(100, 0), (100, 300)], [(900, 0), (900, 100)]]
    crs = "EPSG:25833"
    paths = gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs=crs)
    paths.to_file(tmp_path / "wege.gpkg", driver="GPKG")
    text = SITES + LOCATE + '[distances]\nmethod = "wege"\nfile = "wege.gpkg"\n'
    plan = read_plan(written(tmp_path, text))
    build = SimpleNamespace(root=tmp_path, crs=crs)
    homes = gpd.GeoDataFrame(geometry=[Point(0, 10), Point(900, 50)], index=["a", "b"], crs=crs)
    school = gpd.GeoDataFrame(geometry=[Point(100, 300)], index=["S"], crs=crs)
    assert distance_of(plan, build)(homes, school)["S"].to_dict() == {"a": 410.0, "b": float("inf")}
    assert list(layer_hashes(plan.model_copy(update={"sites": None}), build, [])) == ["wege.gpkg"]


def test_a_goal_is_judged_by_the_delivered_participation(tmp_path):
    head = f'title = "Ziele"\nbuild = "{BUILD}"\n'
    decision = decided(tmp_path, head + target("participation"))
    given = pd.read_csv(DATA / "ferienprogramm_2024.csv", sep=None, engine="python")
    taking_part = given[["teilnehmende_6_9", "teilnehmende_10_14"]].sum().sum()
    children = given[["kinder_6_9", "kinder_10_14"]].sum().sum()
    (row,) = decision.release.scenarios["targets"]["variants"][0]["table"]
    table = decision.base.measured["2024-12-31"].table
    low, high = table.low["[participation]"].sum(), table.high["[participation]"].sum()
    # cases are the middles of windows: the true ones lie in them, the share half as wide beside
    assert low <= taking_part <= high and (high - low) / children < 0.02
    assert row["share"] == pytest.approx((low + high) / 2 / children, abs=0.0005)
    assert row["light"] == "yellow"


@pytest.mark.parametrize(("indicator", "group"), [("ferien", ""), ("kita", "hohe Teilnahme")])
def test_a_goal_about_something_unknown_is_told(tmp_path, indicator, group):
    head = f'title = "Ziele"\nbuild = "{BUILD}"\n'
    with pytest.raises(ConfigError, match="gibt es im Build dieses Plans"):
        decided(tmp_path, head + target(indicator, group))


def test_an_unknown_school_is_told(tmp_path):
    with pytest.raises(DataError, match="9999"):
        decided(tmp_path, SITES + LOCATE + 'fixed = ["9999"]\n')


def test_where_no_site_is_in_reach_the_plan_says_so(tmp_path):
    found = decided(tmp_path, SITES + LOCATE.replace("1000", "0"))
    variant = found.release.scenarios["locate"]["variants"][0]
    assert variant["figures"]["persons_covered"] == 0
    assert any("Von keinem der möglichen Standorte" in s for s in variant["sentences"])


def test_a_budget_of_nothing_is_an_answer_and_a_negative_price_is_told(tmp_path):
    data = changed_data(tmp_path, lambda schools: schools.assign(kosten=10.0, schuld=-1.0))
    priced = SITES + LOCATE.replace("number = 3", "budget = 0")
    free = decided(
        tmp_path, priced.replace('name = "name"', 'name = "name"\ncost = "kosten"'), data=data
    )
    variant = free.release.scenarios["locate"]["variants"][0]
    assert variant["points"] == [] and any("Budget" in s for s in variant["sentences"])
    assert plan_html(free.release)
    with pytest.raises(DataError, match="negativ"):
        decided(
            tmp_path, priced.replace('name = "name"', 'name = "name"\ncost = "schuld"'), data=data
        )


def test_schools_too_small_for_all_are_an_answer_and_a_smallest_school_is_read(tmp_path):
    data = changed_data(tmp_path, lambda schools: schools.assign(enge=10, klein=50))
    columns = 'capacity = "enge"\nminimum = "klein"\n'
    catchments = "[catchments]\nproposals = 2000\n"
    found = decided(tmp_path, SITES + SCHOOLS + columns + catchments, data=data)
    drawn = found.release.scenarios["catchments"]["variants"][-1]
    pupils = delivered()["kinder_6_9"].sum()
    assert drawn["figures"]["over_capacity"] == pytest.approx(pupils - 10 * 27, abs=5)
    assert any(s.startswith("Über die Plätze hinaus") for s in drawn["sentences"])
    with pytest.raises((ConfigError, DataError), match="fehlt_hier"):
        decided(
            tmp_path,
            SITES + SCHOOLS + columns.replace('"klein"', '"fehlt_hier"') + catchments,
            data=data,
        )


def test_hostile_names_change_nothing_but_themselves(tmp_path):
    bad = "</title><script>alert(1)</script><img src=x onerror=alert(2)>'\""
    data = changed_data(tmp_path, lambda schools: schools.assign(name=bad))
    honest = decided(tmp_path, SITES + LOCATE)
    hostile = decided(tmp_path, SITES.replace("Probe", "<script>x</script>") + LOCATE, data=data)
    page = plan_html(hostile.release)
    assert page.count("<script") == 2 and "<img" not in page
    before, after = (json.loads(plan_json(d.release))["locate"] for d in (honest, hostile))
    assert after["variants"] == before["variants"]


HOUSES = """
[demand]
areas = "bloecke"
persons = "kinder_u15"
pupils = "kinder_6_9"
[houses]
file = "haeuser.csv"
street = "strasse"
house_number = "nr"
x = "ost"
y = "nord"
crs = "EPSG:25833"
[catchments]
files = true
proposals = 2000
"""


def carried_city(tmp_path):
    """The example city with a house in every block."""
    data = changed_data(tmp_path, lambda schools: schools)
    blocks = gpd.read_file(data / "bloecke.gpkg").to_crs("EPSG:25833")
    place = blocks.geometry.representative_point()
    houses = pd.DataFrame(
        {
            "strasse": [f"Weg {at % 40}" for at in range(len(blocks))],
            "nr": [str(at // 40 + 1) for at in range(len(blocks))],
            "ost": place.x.round(1),
            "nord": place.y.round(1),
        }
    )
    houses.to_csv(data / "haeuser.csv", sep=";", index=False)
    head = f'title = "Probe"\nbuild = "{BUILD}"\ndraws = 0\n'
    return data, blocks, houses, head + SCHOOLS + 'capacity = "kapazitaet"\n' + HOUSES


def test_catchments_are_carried_away_as_files_that_read_back(tmp_path):
    data, blocks, houses, text = carried_city(tmp_path)
    for folder in ("eins", "zwei"):
        decided(tmp_path, text, data=data).save(tmp_path / folder)
    one = tmp_path / "eins"
    names = sorted(p.name for p in one.iterdir())
    assert [n for n in names if n.startswith(("strassen", "zuordnung", "sprengel"))] == [
        "sprengel_heute.gpkg", "sprengel_variante.gpkg", "strassen_heute.csv",
        "strassen_variante.csv", "zuordnung_heute.xlsx", "zuordnung_variante.xlsx",
    ]  # fmt: skip
    for name in names:
        if name != "manifest.json":
            assert (one / name).read_bytes() == (tmp_path / "zwei" / name).read_bytes(), name
    book = pd.read_excel(
        one / "zuordnung_variante.xlsx", sheet_name=None, header=4, dtype=str, engine="openpyxl"
    )
    assert list(book) == ["Blöcke", "Schulen", "Straßenliste", "Lies mich"]
    assigned = book["Blöcke"].set_index("Block")["Schule"]
    assert len(assigned) == len(blocks) and assigned.notna().all()
    layers = gpd.read_file(one / "sprengel_variante.gpkg", layer="bloecke")
    assert dict(zip(layers["block"], layers["schule"], strict=True)) == assigned.to_dict()
    # each district is the ground of its blocks, and no ground is lost
    districts = gpd.read_file(one / "sprengel_variante.gpkg", layer="sprengel")
    ground = layers.assign(area=layers.area).groupby("schule")["area"].sum()
    told = districts.set_index("schule").area
    assert (told / ground.reindex(told.index) - 1).abs().max() < 1e-6
    # what the workbook tells of children is what the page tells
    told = json.loads((one / "szenarien.json").read_text(encoding="utf-8"))
    rows = {row["key"]: row for row in told["catchments"]["variants"][1]["table"]}
    schools = book["Schulen"].set_index("Schule")
    for key, row in rows.items():
        shown = schools["Schulkinder"][key]
        assert shown == ("." if row["pupils"] is None else str(round(row["pupils"])))
    streets = pd.read_csv(one / "strassen_variante.csv", sep=";", dtype=str)
    assert set(streets["schule"]) <= set(assigned)
    page = (one / "szenarien.html").read_text(encoding="utf-8")
    assert f"für alle {len(houses)}" in page.replace(".", "")


def test_a_street_list_that_does_not_read_back_is_not_written(tmp_path):
    data, blocks, houses, text = carried_city(tmp_path)
    decided(tmp_path, text, data=data).save(tmp_path / "eins")
    layers = gpd.read_file(tmp_path / "eins" / "sprengel_variante.gpkg", layer="bloecke")
    school = layers.set_index("block")["schule"]
    # one address twice, in two blocks of two schools: the list is not written, the house is named
    of_house = school.reindex(blocks["block"].astype(str)).reset_index(drop=True)
    apart = [0, int(of_house.index[of_house != of_house.iloc[0]][0])]
    houses.loc[apart, ["strasse", "nr"]] = ["Doppelweg", "7"]
    houses.to_csv(data / "haeuser.csv", sep=";", index=False)
    decided(tmp_path, text, data=data).save(tmp_path / "drei")
    assert not (tmp_path / "drei" / "strassen_variante.csv").exists()
    assert "Doppelweg 7" in (tmp_path / "drei" / "szenarien.html").read_text(encoding="utf-8")
