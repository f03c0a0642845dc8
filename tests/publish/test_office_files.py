"""Word and PowerPoint: native headings, tables and pictures, in the looks of the town's template."""

import io
import re
import zipfile

import pytest
from publish.sample import HOSTILE, sample_release

from sozialraum.publish.papers.office_files import opens_as
from sozialraum.publish.papers.report_data import report_data
from sozialraum.publish.papers.slides import write_slides
from sozialraum.publish.papers.word_report import write_word_report

docx = pytest.importorskip("docx")
pptx = pytest.importorskip("pptx")
pytest.importorskip("typst")
WRITERS = {"docx": write_word_report, "pptx": write_slides}


@pytest.fixture(scope="module")
def release():
    return sample_release(years=2, layers=True)


@pytest.fixture(scope="module")
def said(release):
    return report_data(release)


@pytest.fixture(scope="module")
def written(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("amt")
    for kind, write in WRITERS.items():
        write(release, folder / f"x.{kind}")
    return folder


@pytest.fixture(scope="module")
def report(written):
    return docx.Document(str(written / "x.docx"))


@pytest.fixture(scope="module")
def show(written):
    return pptx.Presentation(str(written / "x.pptx"))


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def shapes(show, kind):
    return [s for slide in show.slides for s in slide.shapes if getattr(s, f"has_{kind}", False)]


def test_headings_of_the_report_are_words_own(report):
    heads = [p.text for p in report.paragraphs if p.style.name.startswith("Heading")]
    assert {"Auf einen Blick", "Karte", "Alle Gebiete", "Was der Index nicht sagt"} <= set(heads)
    assert report.paragraphs[0].style.name == "Title"


def test_the_headline_stands_in_report_and_slides_as_everywhere(report, show, said):
    lines = [p.text for p in report.paragraphs]
    slides = [s.text_frame.text for s in shapes(show, "text_frame")]
    assert said["headline"]
    for sentence in said["headline"]:
        assert sentence in lines
        assert any(sentence in words for words in slides)


def test_every_area_stands_in_the_table_with_the_numbers_of_the_report(report, said):
    table = next(t for t in report.tables if t.rows[0].cells[0].text == "Rang")
    shown = cells(table)[1:]
    assert len(shown) == len(said["rows"])
    for row, wanted in zip(shown, said["rows"], strict=True):
        assert row[0] == wanted["rank"]
        assert f"{wanted['name']} ({wanted['key']})" in row[1]
        assert row[2:4] == [wanted["class"], wanted["index"]]


def test_every_indicator_stands_in_its_table(report, said):
    table = next(t for t in report.tables if t.rows[0].cells[0].text == "Indikator")
    assert [row[0] for row in cells(table)[1:]] == [i["label"] for i in said["indicators"]]


def test_the_head_of_each_table_comes_again_on_every_page(report):
    for table in report.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_the_legend_has_the_colours_of_the_map(report, said):
    table = next(t for t in report.tables if t.rows[0].cells[0].text == "Klasse")
    fills = [r.cells[0]._tc.xpath("./w:tcPr/w:shd/@w:fill") for r in table.rows[1:]]
    wanted = [[row["colour"].lstrip("#")] if row["colour"] else [] for row in said["legend"]]
    assert fills == wanted
    assert any(wanted)


def test_every_picture_says_what_it_shows(report, show, said):
    words = report.element.body.xpath(".//wp:docPr/@descr")
    charts = [chart["alt"] for chart in said["charts"]]
    assert charts and words == [*charts, said["map_alt"]]
    pictures = [s for slide in show.slides for s in slide.shapes if s.shape_type == 13]
    told = [p._element.nvPicPr.cNvPr.get("descr") for p in pictures]
    assert told == [said["map_alt"], *charts]


def test_no_shape_of_a_slide_leaves_it(show):
    for slide in show.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= show.slide_width
            assert shape.top + shape.height <= show.slide_height


def test_the_worst_areas_stand_on_a_slide_in_the_order_of_the_report(show, said):
    tables = [cells(s.table) for s in shapes(show, "table")]
    worst = next(t for t in tables if t[0][0] == "Rang")
    names = [row["name"] for row in said["rows"]][: len(worst) - 1]
    assert [wanted in row[1] for row, wanted in zip(worst[1:], names, strict=True)] == [True] * (
        len(worst) - 1
    )


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_the_same_release_gives_the_same_bytes(release, written, tmp_path, kind):
    WRITERS[kind](release, tmp_path / "y")
    assert (tmp_path / "y").read_bytes() == (written / f"x.{kind}").read_bytes()


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_nothing_of_this_machine_or_day_is_in_the_properties(written, release, kind):
    with zipfile.ZipFile(written / f"x.{kind}") as packed:
        core = packed.read("docProps/core.xml").decode("utf-8")
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {release.facts.stichtag}
    assert "python" not in core


def test_indicators_that_have_no_room_on_the_slide_are_counted(tmp_path):
    many = sample_release(m=10)
    write_slides(many, tmp_path / "f.pptx")
    slides = shapes(pptx.Presentation(str(tmp_path / "f.pptx")), "text_frame")
    labels = [i.label for i in many.indicators]
    words = next(s.text_frame.text for s in slides if labels[0] in s.text_frame.text)
    left = [label for label in labels if label not in words]
    assert len(left) == 2 and "2 weitere Indikatoren" in words


# --- the town's own template ----------------------------------------------------------------------


def town_docx():
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Stadt Beispiel – Jugendamt"
    section.left_margin = section.right_margin = docx.shared.Cm(4)
    document.styles["Heading 1"].font.color.rgb = docx.shared.RGBColor(0xAA, 0, 0x22)
    document.add_paragraph("Hier steht Mustertext, der nicht bleiben darf.")
    return saved(document)


def town_pptx():
    show = pptx.Presentation()
    show.slide_master.background.fill.solid()
    slide = show.slides.add_slide(show.slide_layouts[0])
    slide.shapes.title.text = "Mustertext"
    return saved(show)


def saved(document):
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_letterhead_margins_and_styles_of_the_town_stay_and_its_text_goes(release, tmp_path):
    write_word_report(release, tmp_path / "v.docx", template=town_docx())
    made = docx.Document(str(tmp_path / "v.docx"))
    assert made.sections[0].header.paragraphs[0].text == "Stadt Beispiel – Jugendamt"
    assert made.sections[0].left_margin.cm == pytest.approx(4, abs=0.01)
    assert str(made.styles["Heading 1"].font.color.rgb) == "AA0022"
    assert not [p for p in made.paragraphs if "Mustertext" in p.text]
    (width,) = {shape.width for shape in made.inline_shapes}
    section = made.sections[0]
    assert width <= section.page_width - section.left_margin - section.right_margin


def test_layouts_of_the_town_stay_and_its_slides_go(release, tmp_path):
    write_slides(release, tmp_path / "f.pptx", template=town_pptx())
    made = pptx.Presentation(str(tmp_path / "f.pptx"))
    texts = [s.text_frame.text for s in shapes(made, "text_frame")]
    assert len(made.slides) >= 5
    assert "Mustertext" not in texts
    with zipfile.ZipFile(tmp_path / "f.pptx") as packed:
        assert b"Mustertext" not in b"".join(packed.read(n) for n in packed.namelist())


def test_a_template_with_one_bare_layout_is_enough(release, tmp_path):
    show = pptx.Presentation()
    listed = show.slide_layouts
    for layout in list(listed)[:-1]:
        if layout.name != "Blank":
            listed.remove(layout)
    write_slides(release, tmp_path / "f.pptx", template=saved(show))
    made = pptx.Presentation(str(tmp_path / "f.pptx"))
    assert any("stärksten" in s.text_frame.text for s in shapes(made, "text_frame"))


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_what_is_no_document_is_told_apart(kind):
    town = {"docx": town_docx, "pptx": town_pptx}
    assert opens_as(kind, town[kind]())
    for wrong in (b"", b"PK\x03\x04", b"<svg/>", town[{"docx": "pptx", "pptx": "docx"}[kind]]()):
        assert not opens_as(kind, wrong)


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_hostile_names_stand_there_as_words(tmp_path, kind):
    path = tmp_path / f"x.{kind}"
    WRITERS[kind](sample_release(hostile=True), path)
    made = {"docx": docx.Document, "pptx": pptx.Presentation}[kind](str(path))
    words = all_words(made)
    assert HOSTILE[3][:20] in words and "{{7*7}}" in words
    with zipfile.ZipFile(path) as packed:
        assert not any(b"<script" in packed.read(n) for n in packed.namelist())


def all_words(made):
    if hasattr(made, "paragraphs"):
        return "".join(made.element.body.itertext())
    return "".join("".join(slide._element.itertext()) for slide in made.slides)
