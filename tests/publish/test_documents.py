"""Report, profiles and A3 sheets: tagged, reproducible, with the same numbers as everywhere."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
from publish.sample import HOSTILE, sample_release

from sozialraum.model.errors import ConfigError
from sozialraum.publish.graphics.drawing import draw_map, legend_rows, make_canvas
from sozialraum.publish.graphics.ranking import draw_ranking
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.papers.documents import (
    SHEETS,
    write_profiles,
    write_report,
    write_sheets,
)
from sozialraum.publish.papers.report_data import report_data, summary_sentences
from sozialraum.publish.papers.sheet_data import map_sheet
from sozialraum.texts import catalogue, number

pytest.importorskip("typst")
TAGS = ("{http://www.w3.org/2000/svg}path", "{http://www.w3.org/2000/svg}text")


@pytest.fixture(scope="module")
def release():
    return sample_release(years=2, layers=True)


@pytest.fixture(scope="module")
def report(release, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "bericht.pdf"
    write_report(release, path)
    return path


@pytest.fixture(scope="module")
def profiles(release, tmp_path_factory):
    path = tmp_path_factory.mktemp("profiles") / "steckbriefe.pdf"
    write_profiles(release, path)
    return path


def pages(path):
    return [
        re.sub(r"\s+", " ", page.extract_text().replace("\xad", "-"))
        for page in pypdf.PdfReader(path).pages
    ]


def test_the_report_is_tagged_german_pdf_ua_with_embedded_fonts_only(report):
    reader = pypdf.PdfReader(report)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "de"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert reader.metadata.title == "Sozialraumindex 2024" and reader.metadata.creation_date is None
    fonts = [
        f.get_object()
        for page in reader.pages
        for f in page["/Resources"].get("/Font", {}).values()
    ]
    embedded = [f["/DescendantFonts"][0]["/FontDescriptor"] for f in fonts]
    assert embedded and all("/FontFile3" in d or "/FontFile2" in d for d in embedded)


def test_the_report_tells_result_method_certainty_limits_and_sources(report, release):
    text = " ".join(pages(report))
    for words in (
        "Dunkel = sehr hoch (mehr Belastung)", "Alle Gebiete", "Wie sicher ist das?",
        "kann nicht allein anhand des Index beurteilt werden", "Quellen und Lizenzen", "dl-de/by-2-0", "Was nicht gezeigt wird und warum",
    ):  # fmt: skip
        assert words.replace(" ", "").replace("-", "") in text.replace("-", "").replace(
            "- ", ""
        ).replace(" ", "").replace("\xad", "-")
    for key in release.areas.index:
        assert key in text


def test_the_summary_counts_by_hand(release):
    table = release.current.table
    known, worst = int(table["class"].notna().sum()), int((table["class"] == 5).sum())
    first, second, third = summary_sentences(release)
    assert first == f"Für {known} von 26 Gebieten (Grundschulsprengel) liegt ein Ergebnis vor."
    assert second.startswith(f"Zur Klasse „sehr hoch“ gehören {worst}: ")
    assert third.startswith(f"Ohne Ergebnis sind {26 - known};")


def test_the_ranking_of_the_report_has_the_numbers_of_the_table(release):
    rows = {row["key"]: row for row in report_data(release)["rows"]}
    for key, row in release.current.table.iterrows():
        expected = "" if row.isna()["index"] else number(row["index"], 2)
        assert rows[key]["index"] == expected
        assert rows[key]["rank"] == ("" if row.isna()["rank"] else str(row["rank"]))


def test_each_area_has_one_profile_page_by_name(profiles, release):
    found = pages(profiles)
    assert len(found) == 26
    for page, name in zip(found, release.areas["name"].sort_values(), strict=True):
        assert page.startswith(name)


def test_a_profile_shows_value_last_year_city_and_contribution(profiles, release):
    page = next(p for p in pages(profiles) if "Schlüssel 09760001" in p)
    now, before = release.current, release.editions[-2]
    for value in (
        now.values.at["09760001", "kita"],
        before.values.at["09760001", "armut"],
        now.city["kita"],
    ):
        assert number(value * 100, 1) in page
    assert number(now.table.at["09760001", "index"], 2) in page
    assert (
        "Grundschule 1" in page
        and "Familienzentrum ausbauen" in page
        and "Beteiligung an Angeboten" in page
    )


def test_only_the_wanted_profiles_are_written_in_the_wanted_order(release, tmp_path):
    write_profiles(release, tmp_path / "x.pdf", keys=["09760003", "09760001"])
    assert [
        "09760003" in pages(tmp_path / "x.pdf")[0],
        "09760001" in pages(tmp_path / "x.pdf")[1],
    ] == [True, True]
    with pytest.raises(ValueError, match="99"):
        write_profiles(release, tmp_path / "y.pdf", keys=["99"])


def test_hostile_names_are_set_as_they_are(tmp_path):
    release = sample_release(hostile=True)
    write_report(release, tmp_path / "x.pdf")
    write_profiles(release, tmp_path / "y.pdf", keys=list(release.areas.index[:6]))
    text = " ".join(pages(tmp_path / "y.pdf"))
    assert "{{7*7}}" in text and "<img" in text and HOSTILE[4][:12] in text
    assert not [a for p in pypdf.PdfReader(tmp_path / "y.pdf").pages for a in p.get("/Annots", ())]


def test_an_internal_report_says_so_on_every_page(tmp_path):
    write_report(sample_release(level="intern"), tmp_path / "x.pdf")
    told = pages(tmp_path / "x.pdf")
    assert len(told) > 1 and all("nicht zur Weitergabe" in page for page in told)


def test_two_processes_set_the_same_bytes(tmp_path):
    code = "import sys; sys.path.insert(0, sys.argv[1]); from publish.sample import sample_release; from sozialraum.publish.papers.documents import *\n"
    code += "r = sample_release(layers=True); write_report(r, sys.argv[2] + '.pdf'); write_sheets(r, sys.argv[2], formats=('pdf', 'svg'))"
    found = []
    for seed in ("1", "9"):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parents[1]), str(out)],
            check=True,
            env={**__import__("os").environ, "PYTHONHASHSEED": seed},
        )
        found.append(
            [out.with_suffix(".pdf").read_bytes(), *(p.read_bytes() for p in sorted(out.iterdir()))]
        )
    assert found[0] == found[1] and len(found[0]) == 3


def test_a_sheet_is_one_page_of_a3_in_three_formats(release, tmp_path):
    written = write_sheets(release, tmp_path / "karten", views=("index", "armut", "certainty"))
    assert [p.name for p in written[:3]] == [
        "karte_index.pdf",
        "karte_index.svg",
        "karte_index.png",
    ]
    page = pypdf.PdfReader(written[0]).pages[0]
    assert [round(float(v) * 25.4 / 72) for v in page.mediabox[2:]] == [420, 297]
    assert written[2].read_bytes()[16:24] == (4961).to_bytes(4, "big") + (3508).to_bytes(4, "big")
    with pytest.raises(ValueError, match="gibtsnicht"):
        write_sheets(release, tmp_path, views=("gibtsnicht",))


def test_the_drawn_map_has_every_area_once_in_the_colour_of_its_class(release):
    view = make_views(release)[0]
    root = ElementTree.fromstring(draw_map(make_canvas(release), view, release))
    fills = [p.get("fill") for p in root.findall(f"./{{*}}g/{TAGS[0]}")]
    assert len(fills) == 26
    for code, _words, n in legend_rows(view, release):
        wanted = f"url(#{code})" if code in "smkun" else view.colours[int(code)]
        assert fills.count(wanted) == n


def test_the_dot_strip_places_rank_and_interval_on_one_axis(release):
    root = ElementTree.fromstring(draw_ranking(release))
    ranks = release.current.table["rank"].dropna().astype(int).sort_values(kind="stable")
    # areas of one rank share their places; the dot stands in the middle of these
    middle = ranks.rank(method="average")
    assert (middle != ranks).any()
    last = max(len(ranks), int(release.layers["certainty"]["rank_high"].max()))
    dots = [
        float(c.get("cx"))
        for c in root.iter("{http://www.w3.org/2000/svg}circle")
        if c.get("fill") == "#0a3a77"
    ]
    assert dots == [pytest.approx(330 + (r - 1) / (last - 1) * 620, abs=0.06) for r in middle]


def test_the_strip_of_the_report_stands_on_the_same_axis_as_its_numbers(release):
    rows = report_data(release)["rows"]
    last = int(report_data(release)["last"])
    for row in rows:
        if row["interval"] and row["rank"]:
            low, high = (int(end) for end in row["interval"].split("–"))
            start, length = row["bar"]
            assert start == pytest.approx((low - 1) / (last - 1) * 100, abs=0.01)
            assert start + length == pytest.approx((high - 1) / (last - 1) * 100, abs=0.02)
        assert (row["dot"] is None) == (row["rank"] == "")


def test_no_heading_of_the_report_stands_alone_at_the_end_of_a_page(report, release):
    heads = [catalogue("publish")["paper"][h] for h in (
        "findings", "limits", "ranking", "indicators", "multiples", "method", "certainty",
        "withheld", "sources",
    )]  # fmt: skip
    for page in pypdf.PdfReader(report).pages:
        body = page.extract_text().split(release.facts.title + " · Musterstadt")[0]
        lines = [line.strip() for line in body.splitlines() if line.strip()]
        assert lines[-1] not in heads and len(lines) > 4


def test_all_indicators_and_the_ranking_come_as_sheets_of_a3(release, tmp_path):
    written = write_sheets(release, tmp_path, views=tuple(SHEETS), formats=("pdf",))
    assert [p.name for p in written] == ["indikatoren.pdf", "rangfolge.pdf"]
    for path, told in zip(written, ("Kinder unter 15 Jahren", "Der Balken"), strict=True):
        [page] = pypdf.PdfReader(path).pages
        assert [round(float(v) * 25.4 / 72) for v in page.mediabox[2:]] == [420, 297]
        assert told in " ".join(page.extract_text().split())
    names = pages(written[1])[0]
    ranked = release.current.table["rank"].dropna().index
    assert all(release.areas.at[key, "name"] in names for key in ranked)


def test_every_area_of_a_sheet_is_named_on_the_map_or_in_the_list_beside_it(release):
    data = map_sheet(release, make_views(release)[0], accent="#0c4a8d", logo=None)
    on_map = set(re.findall(r">([^<>]+)</text>", data["map"]))
    listed = {row["key"]: row["name"] for row in data["named"]}
    for key, name in release.areas["name"].items():
        assert name in on_map or (key in on_map and listed[key] == name), name


def test_the_logo_stands_on_report_profiles_and_sheets(release, tmp_path):
    logo = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#8a1c0b"/></svg>'
    write_report(release, tmp_path / "b.pdf", logo=logo)
    write_profiles(release, tmp_path / "s.pdf", keys=["09760001"], logo=logo)
    [sheet] = write_sheets(release, tmp_path, formats=("pdf",), logo=logo)
    for path in (tmp_path / "b.pdf", tmp_path / "s.pdf", sheet):
        assert "Musterstadt" in alternatives(path), path.name
    write_report(release, tmp_path / "b.pdf")
    assert "Musterstadt" not in alternatives(tmp_path / "b.pdf")


def alternatives(path):
    """Return the words for those who do not see a picture, of all pictures of a PDF."""
    found, left = [], [pypdf.PdfReader(path).trailer["/Root"]["/StructTreeRoot"]]
    while left:
        node = left.pop()
        if "/Alt" in node:
            found.append(node["/Alt"])
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            inside = child.get_object()
            if hasattr(inside, "get") and inside.get("/Type") != "/OBJR":
                left.append(inside)
    return found


def test_without_typst_the_error_names_the_next_step(release, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ConfigError, match=r'pip install "\.\[bericht\]"'):
        write_report(release, tmp_path / "x.pdf")
