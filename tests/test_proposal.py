"""What is proposed is read first, on the page and in the Vorlage; unknown names are told by check."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from sozialraum.model.errors import ConfigError
from sozialraum.planning.plan_file import read_plan
from sozialraum.workflows.plan.decision import decide

ROOT = Path(__file__).parents[1]
BUILD = (ROOT / "config" / "musterstadt.toml").as_posix()
PLAN = f"""
title = "Probe"
build = "{BUILD}"
draws = 0
[demand]
areas = "bloecke"
persons = "kinder_u15"
[offers]
file = "angebote.gpkg"
key = "angebot"
name = "name"
capacity = "plaetze"
[sites]
file = "schulen.gpkg"
key = "schule"
name = "name"
[schools]
file = "schulen.gpkg"
key = "schule"
name = "name"
size = "schueler_2024"
[locate]
radius = 1000
number = 3
plan_b = false
next_best = 1
[[locate.variants]]
name = "nach Bedarf"
[[locate.variants]]
name = "meiste Kinder"
need_power = 0.0
[allocate]
total = 6.0
[[allocate.rules]]
name = "Köpfe"
form = "heads"
[[allocate.rules]]
name = "Bedarf"
"""
PROPOSAL = """
[proposal]
decision = "Der Ausschuss beschließt drei Standorte & sechs Stellen."
legal = ["§ 79 SGB VIII", "Satzung <2024>"]
costs = "Produkt 1.2.3, 360.000 Euro"
annexes = ["Karte A3"]
[proposal.recommend]
locate = "meiste Kinder"
allocate = "Bedarf"
"""


def drawn_of(page):
    """Return what the page draws, per decision."""
    data = json.loads(re.search(r'id="daten">(.*?)</script>', page, re.DOTALL)[1])
    return {one["id"]: one for one in data["sections"]}


def decided(folder, text):
    path = folder / "plan_probe.toml"
    path.write_text(text, encoding="utf-8")
    return decide(path)


@pytest.fixture(scope="module")
def proposed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vorschlag")
    made = decided(folder, PLAN + PROPOSAL)
    for name in ("eins", "zwei"):
        made.save(folder / name)
    return made, folder / "eins", folder / "zwei"


def test_the_page_begins_with_the_proposal_and_the_names_of_the_sites(proposed):
    made, folder, _ = proposed
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    first = page[page.index("<section") : page.index("</section>")]
    assert "drei Standorte &amp; sechs Stellen" in first
    chosen = made.result.scenarios["locate"].variants[1].points
    names = made.release.points["locate"]["name"]
    assert len(chosen) == 3 and all(names[key] in first for key in chosen)
    assert "Standorte – meiste Kinder" in first
    shown = page[page.index('id="locate"') :]
    pressed = re.search(r'aria-pressed="true">([^<]*)<', shown)
    assert pressed[1] == "Vorschlag: meiste Kinder"


def test_without_a_proposal_the_page_says_so(proposed, tmp_path):
    decided(tmp_path, PLAN).save(tmp_path / "plan")
    page = (tmp_path / "plan" / "szenarien.html").read_text(encoding="utf-8")
    assert "Ohne Vorschlag der Verwaltung" in page
    assert not list((tmp_path / "plan").glob("vorlage*"))


def test_day_source_and_hash_stand_at_the_foot_and_ways_are_called_luftlinie(proposed):
    made, folder, _ = proposed
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    foot = page[page.index("<footer") :]
    assert "31.12.2024" in foot and "Einwohnerstatistik" in foot
    assert made.release.facts.plan_hash in foot and len(made.release.facts.plan_hash) == 12
    told = json.loads((folder / "szenarien.json").read_text(encoding="utf-8"))
    said = [s for v in told["locate"]["variants"] for s in v["sentences"] if "\u00a0m" in s]
    assert said and all(s.count("\u00a0m Luftlinie") == s.count("\u00a0m") for s in said)
    ways = [word for word in made.release.labels.values() if word.split().count("m")]
    assert len(ways) == 5 and all("in m Luftlinie" in word for word in ways)


def test_existing_offers_are_squares_with_an_entry_in_the_legend(proposed):
    made, folder, _ = proposed
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    shown = page[page.index('id="locate"') : page.index('id="allocate"')]
    assert "Angebot, das es gibt" in shown[: shown.index("</figure>")]
    section = drawn_of(page)["locate"]
    layers = [section["points"][k] for k in section["variants"][1]["points"]]
    offers = next(one for one in layers if one["label"] == "Angebot, das es gibt")
    assert len(offers["points"]) == len(made.release.points["offers"]) and offers["sign"] == "◆"


def test_chosen_sites_are_named_on_the_map_and_no_name_is_cut(proposed):
    made, folder, _ = proposed
    section = drawn_of((folder / "szenarien.html").read_text(encoding="utf-8"))["locate"]
    layers = [section["points"][k] for k in section["variants"][1]["points"]]
    sites = next(one for one in layers if one["label"] == "gewählter Ort")
    chosen = made.result.scenarios["locate"].variants[1].points
    names = made.release.points["locate"]["name"]
    assert sorted(sites["words"]) == sorted(names[key] for key in chosen)
    assert [point[2] for point in sites["points"]] == sites["words"]


def test_posts_stand_beside_the_schools(proposed):
    made, folder, _ = proposed
    page = (folder / "szenarien.html").read_text(encoding="utf-8")
    section = drawn_of(page)["allocate"]
    table = made.result.scenarios["allocate"].variants[1].table
    now = dict(zip(table["key"], table["now"], strict=True)) if "key" in table else table["now"]
    layers = [section["points"][k] for k in section["variants"][1]["points"]]
    words = [word for one in layers for word in one["words"]]
    sizes = [size for one in layers for size in one["sizes"]]
    told = [float(word.replace(",", ".")) for word in words]
    assert sorted(told) == sorted(round(float(n), 2) for n in dict(now).values())
    # the area of a sign goes by what its school gets
    largest = max(v.table["now"].max() for v in made.result.scenarios["allocate"].variants)
    assert sizes == pytest.approx([n / largest for n in told], abs=1e-3)


def test_the_vorlage_can_be_edited_and_says_all_parts(proposed):
    docx = pytest.importorskip("docx")
    folder = proposed[1]
    document = docx.Document(str(folder / "vorlage.docx"))
    words = "\n".join(p.text for p in document.paragraphs)
    for part in (
        "Beschlussvorschlag", "drei Standorte & sechs Stellen", "§ 79 SGB VIII", "Satzung <2024>",
        "Produkt 1.2.3", "Karte A3", "Zur Rechnung", "Was die Rechnung nicht weiß",
        "Stand der Zahlen: 31.12.2024", "Kennung des Plans",
    ):  # fmt: skip
        assert part in words, part
    assert document.tables and len(document.inline_shapes) == 2
    with zipfile.ZipFile(io.BytesIO((folder / "vorlage.docx").read_bytes())) as packed:
        assert packed.testzip() is None


def test_the_vorlage_is_one_page_of_a4_and_the_maps_are_a3(proposed):
    pypdf = pytest.importorskip("pypdf")
    paper = pypdf.PdfReader(str(proposed[1] / "vorlage.pdf"))
    assert len(paper.pages) == 1
    box = paper.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    said = paper.pages[0].extract_text()
    assert "Beschlussvorschlag" in said and "Karte A3" in said and "Kennung" in said
    maps = pypdf.PdfReader(str(proposed[1] / "karten_a3.pdf"))
    assert len(maps.pages) == 2 and round(float(maps.pages[0].mediabox.width)) == 1191


def test_a_long_proposal_stays_on_one_page(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    long = PROPOSAL.replace(
        'costs = "', 'costs = "' + "Sehr lange Ausführungen zu den Kosten. " * 60
    )
    decided(tmp_path, PLAN + long).save(tmp_path / "plan")
    paper = pypdf.PdfReader(str(tmp_path / "plan" / "vorlage.pdf"))
    assert len(paper.pages) == 1
    assert "Karte A3" in paper.pages[0].extract_text()


def test_papers_have_the_same_bytes_twice(proposed):
    _, one, two = proposed
    names = {p.name for p in one.iterdir()}
    assert {"vorlage.docx", "vorlage.pdf", "karten_a3.pdf"} <= names
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


@pytest.mark.parametrize(
    ("change", "found"),
    [(('"meiste Kinder"\nallocate', '"meiste Kind"\nallocate'), "meiste Kind"),
     (("locate = ", "catchments = "), "catchments")],
)  # fmt: skip
def test_a_name_that_no_variant_has_is_told_with_the_one_meant(tmp_path, change, found):
    path = tmp_path / "plan_probe.toml"
    path.write_text(PLAN + PROPOSAL.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=found):
        read_plan(path)


def test_everything_but_the_layout_of_a_plan_file_changes_its_hash(proposed, tmp_path):
    made = proposed[0]
    path = tmp_path / "plan_probe.toml"
    path.write_text("# Kopf\n" + PLAN + PROPOSAL, encoding="utf-8")
    from sozialraum.planning.plan_file import plan_hash

    assert plan_hash(read_plan(path)) == made.release.facts.plan_hash
    path.write_text(PLAN.replace("total = 6.0", "total = 6.25") + PROPOSAL, encoding="utf-8")
    assert plan_hash(read_plan(path)) != made.release.facts.plan_hash
