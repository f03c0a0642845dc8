"""How a town wants its papers: what cannot be used is found by `check`, and told with a way out."""

from pathlib import Path

import pytest

from sozialraum.model.errors import SozialraumError
from sozialraum.model.options import BasemapName
from sozialraum.publish.page.folium_maps.basemaps import BASEMAPS
from sozialraum.workflows.build.building import build
from sozialraum.workflows.check.checking import check_build

ROOT = Path(__file__).parents[1]
DATA = ROOT / "shapes" / "musterstadt"
GIVEN = (ROOT / "config" / "musterstadt.toml").read_text("utf-8")

WRONG = [
    ('accent = "#ffff00"', "pipeline.pale_accent"),
    ('basemap = "osm"', "config.not_allowed"),
    ('logo = "fehlt.svg"', "sources.path_absent"),
    ('logo = "kleinraum_2024.csv"', "pipeline.no_drawing"),
    ('template_docx = "kleinraum_2024.csv"', "pipeline.no_docx"),
    ('template_docx = "fehlt.docx"', "sources.path_absent"),
    ('template_pptx = "sprengel.gpkg"', "pipeline.no_pptx"),
]


def build_file(folder, line):
    file = folder / "x.toml"
    file.write_text(f"{GIVEN}\n[output]\n{line}\n", "utf-8")
    return file


@pytest.mark.parametrize(("line", "code"), WRONG)
def test_what_cannot_be_used_is_found_by_check_and_stops_the_build_with_the_same_words(
    tmp_path, line, code
):
    file = build_file(tmp_path, line)
    found = [p for p in check_build(file, data=DATA) if p.severity == "error"]
    assert [p.code for p in found] == [code]
    assert found[0].action
    with pytest.raises(SozialraumError) as stopped:
        build(file, data=DATA).save(tmp_path / "out")
    assert code in [p.code for p in stopped.value.problems]
    assert not (tmp_path / "out").exists()


def test_backgrounds_that_a_build_file_may_name_are_those_there_are():
    assert set(BasemapName.__args__) == set(BASEMAPS)


def test_the_files_to_go_on_writing_in_come_with_the_build(tmp_path):
    pytest.importorskip("docx")
    pytest.importorskip("pptx")
    file = build_file(tmp_path, 'files = ["csv", "vorlage", "folien"]')
    written = build(file, data=DATA).save(tmp_path / "out")
    assert {"vorlage.docx", "folien.pptx"} <= set(written)
