"""Hostile words in every text field of a release: they stand in every file and do nothing."""

import csv
import json
import sqlite3
from dataclasses import replace
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyogrio
import pypdf
import pytest
from publish.folders import write_all
from publish.sample import HOSTILE, sample_release

from sozialraum.cli.terminal import print_prose, print_table
from sozialraum.publish.design import Design

pytest.importorskip("typst")
PAYLOADS = (
    *HOSTILE,
    '#read("/etc/passwd") #eval("1+1") $x^2$ *fett* _kursiv_ @quelle <marke> \\u{41}',
    "]; #panic() // /* = Kopf",
    "+cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd",
    "'; DROP TABLE gebiete; --",
    "]]></qgis>&amp;\"'<rule filter='1=1'/>",
    "\x1b[31mrot\x1b]0;titel\x07\t\r\nzweite Zeile",
    "日本語 🙂 \u202etrebor",
)
FILES = (
    "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe", "karten",
    "kommonitor", "metadaten",
)  # fmt: skip


def hostile_release():
    """The sample with a payload in every field that comes from outside, keys too."""
    release = sample_release(years=2, layers=True)
    payload = iter(PAYLOADS * 40)
    keys = {key: f"{next(payload)} {nr}" for nr, key in enumerate(release.areas.index)}
    areas = release.areas.rename(index=keys)
    areas["name"] = [next(payload) for _ in areas.index]
    texts = {
        name: next(payload)
        for name in ("title", "place", "area_word", "direction", "method", "department", "recipe")
    }
    several = dict.fromkeys(("sources", "limits", "findings", "changed"), PAYLOADS)
    editions = tuple(
        replace(e, **{n: t.rename(index=keys) for n, t in vars(e).items() if hasattr(t, "rename")})
        for e in release.editions
    )
    indicators = tuple(
        replace(i, label=next(payload), source=next(payload), note=next(payload))
        for i in release.indicators
    )
    layers = {name: frame.rename(index=keys) for name, frame in release.layers.items()}
    layers["measures"] = layers["measures"].assign(label=[next(payload) for _ in areas.index])
    layers["districts"] = layers["districts"].assign(district=[next(payload) for _ in areas.index])
    points = {
        PAYLOADS[nr]: layer.assign(name=next(payload), kind=next(payload))
        for nr, layer in enumerate(release.points.values())
    }
    outlines = {
        PAYLOADS[-1 - nr]: layer.assign(name=next(payload))
        for nr, layer in enumerate(release.outlines.values())
    }
    breaks = {a: replace(b, labels=PAYLOADS[: b.k]) for a, b in release.breaks.items()}
    return replace(
        release, areas=areas, facts=replace(release.facts, **texts, **several), editions=editions,
        indicators=indicators, layers=layers, points=points, outlines=outlines, breaks=breaks,
        notes=PAYLOADS, words=dict.fromkeys(areas.index, PAYLOADS),
    )  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feindlich") / "out"
    write_all(hostile_release(), folder, files=FILES, design=Design())
    return folder


def test_papers_show_hostile_words_as_words(out):
    for name in ("bericht.pdf", "steckbriefe.pdf", "karten/karte_index.pdf"):
        reader = pypdf.PdfReader(out / name)
        text = "".join("".join(page.extract_text().split()) for page in reader.pages)
        assert '#read("/etc/passwd")' in text and "root:" not in text, name
        assert "{{7*7}}" in text and "$x^2$" in text and "*fett*" in text, name
        root = reader.trailer["/Root"]
        assert "/OpenAction" not in root and "/AA" not in root and "/Names" not in root, name
        assert not [a for page in reader.pages for a in page.get("/Annots", ())], name


def test_drawings_hold_nothing_that_runs_or_loads(out):
    for path in out.rglob("*.svg"):
        for node in ElementTree.fromstring(path.read_bytes()).iter():
            assert node.tag.rpartition("}")[2] not in ("script", "foreignObject", "iframe", "a")
            for name, value in node.attrib.items():
                assert not name.rpartition("}")[2].startswith("on"), path.name
                if name.endswith("href"):
                    assert value.startswith(("#", "data:image/")), path.name


def test_no_cell_of_any_table_is_a_formula_or_a_link(out):
    book = openpyxl.load_workbook(out / "index.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
    assert any(str(c.value).startswith("=HYPERLINK") for c in cells)  # as text, in a text cell
    for path in (out / "index.csv", *sorted((out / "kommonitor").glob("*.csv"))):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, delimiter=";"))
        assert len(rows) == 27 and len({len(row) for row in rows}) == 1, path.name
        risky = [f for row in rows for f in row if f[:1] in ("=", "+", "@", "\t", "\r", "\n")]
        assert risky == [], path.name
        minus = [f for row in rows for f in row if f[:1] == "-" and not f[1:2].isdigit()]
        assert [f for f in minus if f != "-"] == [], path.name


def test_tables_for_programs_and_maps_read_whole(out):
    assert len(pd.read_parquet(out / "index.parquet")) == 26
    layers = dict(pyogrio.list_layers(out / "index.gpkg"))
    assert "gebiete" in layers
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in layers)
    assert len(pyogrio.read_dataframe(out / "index.gpkg", layer="gebiete")) == 26
    with sqlite3.connect(out / "index.gpkg") as database:
        styles = [row[0] for row in database.execute("select styleQML from layer_styles")]
    database.close()
    for style in styles:
        rules = list(ElementTree.fromstring(style).iter("rule"))
        assert len(rules) >= 6 and all(rule.get("filter") != "1=1" for rule in rules)
    for name in ("metadaten.json", "manifest.json", "kommonitor/gebiete.geojson"):
        assert json.loads((out / name).read_text(encoding="utf-8"))
    note = (out / "methode.md").read_text(encoding="utf-8")
    assert "<script" not in note and "<img" not in note


def test_no_sign_that_steers_a_terminal_or_turns_the_reading_stands_in_any_text(out, capsys):
    for path in (out / "index.csv", out / "methode.md", out / "karte.html"):
        text = path.read_text(encoding="utf-8-sig")
        assert not [sign for sign in "\x1b\x07\u202e\u2066" if sign in text], path.name
    print_prose(*PAYLOADS)
    print_table(PAYLOADS[:3], [PAYLOADS[3:6], PAYLOADS[-3:]], title=PAYLOADS[-2])
    shown = capsys.readouterr().out
    assert "\x1b[31m" not in shown and "\u202e" not in shown and "rot" in shown
