"""The handbook explains everything there is, and names nothing that is not."""

import re

import pytest
from manual.record_notebooks import TARGET, notebooks, shown_cells, written_cells

from sozialraum.config.participation import ParticipationOutput
from sozialraum.config.sections import Output
from sozialraum.index.recipes import methods_table
from sozialraum.manual.document import handbook_html, reference_html
from sozialraum.manual.key_tables import FILES, key_table, sections_of
from sozialraum.manual.markdown import slug
from sozialraum.manual.pages import read_pages
from sozialraum.manual.reference import ROOMS, public_names
from sozialraum.manual.tables import group_of

PREFIX = {"build": "", "plan": "plan ", "teilnahme": "teilnahme "}


@pytest.fixture(scope="module")
def handbook():
    return handbook_html()


def about(kind):
    return {entry for page in read_pages() for entry in page.about if group_of(entry) == kind}


def test_every_command_has_its_page_and_its_heading(handbook):
    from sozialraum.cli.running import VERBS

    assert about("verbs") == {f"sozialraum {verb}" for verb in VERBS}
    for verb in VERBS:
        assert f'id="befehle.sozialraum-{slug(verb)}"' in handbook, verb


@pytest.mark.parametrize("file", sorted(FILES))
def test_every_section_of_every_file_has_its_page(file):
    # what stands inside [axes.NAME] is what stands at the top
    named = {"[transform]"} if file == "build" else set()
    sections = {s for s in sections_of(file) if not s.startswith("axes.")}
    assert about(file) == {f"{PREFIX[file]}[{section}]" for section in sections} | {
        f"{PREFIX[file]}{name}" for name in named
    }


@pytest.mark.parametrize("file", sorted(FILES))
def test_every_key_of_every_section_is_shown(file, handbook):
    asked = {tuple(re.findall(r'"([^"]*)"', call)) for page in read_pages()
             for call in re.findall(r"\{\{ keys\((.*?)\) \}\}", page.body)}  # fmt: skip
    shown = {call[1] for call in asked if call[0] == file and len(call) > 1}
    wanted = {s for s in sections_of(file) if not s.startswith("axes")}
    assert shown == wanted
    assert (file,) in asked or file == "plan"
    for section in sorted(wanted):
        for line in key_table(file, section).splitlines()[2:]:
            key = line.split("`")[1]
            assert f"<td><code>{key}</code></td>" in handbook, (section, key)


def test_every_output_has_its_page():
    words = {
        word
        for model in (Output, ParticipationOutput)
        for word in re.findall(r"'(\w+)'", str(model.model_fields["files"].annotation))
    }
    assert len(words) > 10
    assert about("output") == {f"output {word}" for word in words}


def test_every_method_of_the_catalogue_has_its_line(handbook):
    for name in methods_table().index:
        assert f'id="methoden.recipe-{slug(name)}"' in handbook, name


def test_every_public_name_has_its_entry_and_no_other_is_mentioned():
    names = {
        f"sr.{room}.{name}".replace("..", ".") for room in ROOMS for name in public_names(room)
    }
    assert about("names") <= names
    html = reference_html()
    for name in names:
        assert f">{name}</h3>" in html, name


def test_every_link_leads_to_a_place_in_the_document(handbook):
    places = set(re.findall(r'id="([^"]+)"', handbook))
    links = set(re.findall(r'href="#([^"]+)"', handbook))
    assert links <= places and len(links) > 20
    assert len(places) == len(re.findall(r'id="([^"]+)"', handbook))


def test_no_picture_is_without_words_and_none_lies_unused(handbook):
    from importlib import resources

    folder = resources.files("sozialraum.manual").joinpath("pictures")
    notes = resources.files("sozialraum.manual").joinpath("notebooks")
    bodies = [p.body for p in read_pages()] + [f.read_text("utf-8") for f in notes.iterdir()]
    used = [m for body in bodies for m in re.findall(r'picture\("([^"]+)", "([^"]+)"\)', body)]
    assert {f.name for f in folder.iterdir()} == {name for name, _ in used}
    assert all(len(words) > 20 for _, words in used)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_the_handbook_shows_every_notebook_as_it_is_written(path, handbook):
    shown = TARGET / "notebooks" / f"{path.stem}.md"
    assert shown_cells(shown.read_text("utf-8")) == written_cells(path)
    assert f'{{{{ notebook("{path.stem}") }}}}' in "".join(p.body for p in read_pages())
    heading = next(cell for cell in written_cells(path) if cell.startswith("### "))
    assert f">{heading.splitlines()[0].removeprefix('### ')}</h3>" in handbook


def test_every_notebook_that_draws_is_shown_with_its_pictures():
    drawn = {p.name[:12] for p in (TARGET / "pictures").glob("notizbuch_*.png")}
    assert drawn == {
        f"notizbuch_{path.stem[:2]}"
        for path in notebooks()
        if ".plot(" in path.read_text("utf-8") or "plt." in path.read_text("utf-8")
    }


@pytest.mark.parametrize("write", [handbook_html, reference_html])
def test_the_same_document_twice_and_nothing_from_outside(write):
    html = write()
    assert html == write()
    assert "<script src" not in html and "<link" not in html and "http-equiv" in html
    assert not re.findall(r'src="(?!data:)', html)
    assert "{{" not in re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)


def test_every_formula_of_every_docstring_is_understood():
    from pathlib import Path

    import sozialraum
    from sozialraum.manual.docstrings import markdown_of

    found = 0
    for file in Path(sozialraum.__file__).parent.rglob("*.py"):
        for formula in re.findall(r":math:`[^`]+`", file.read_text("utf-8")):
            if "manual" not in file.parts:
                assert markdown_of(formula).startswith("<math>"), (file.name, formula)
                found += 1
    assert found > 30


def test_the_diff_of_the_next_capability_is_what_stands_in_the_files():
    from pathlib import Path

    import sozialraum

    root = Path(sozialraum.__file__).parents[1]
    page = next(p for p in read_pages() if p.name == "mitbauen")
    diffs = [body for kind, body in page.fences() if kind == "diff"]
    assert len(diffs) >= 5
    for diff in diffs:
        head, *lines = diff.splitlines()
        text = (root / head.removeprefix("+++ ")).read_text("utf-8")
        for line in lines:
            assert line.removeprefix("+") in text.splitlines(), (head, line)


def test_citation_and_publiccode_name_this_version():
    from importlib import resources

    from sozialraum import __version__

    package = resources.files("sozialraum")
    citation = package.joinpath("CITATION.cff").read_text("utf-8")
    assert f"version: {__version__}\n" in citation
    public = package.joinpath("publiccode.yml").read_text("utf-8")
    assert f"softwareVersion: {__version__}\n" in public
    assert "license: Apache-2.0" in citation and "license: Apache-2.0" in public


def test_the_readme_is_short_and_its_links_lead_to_files():
    from pathlib import Path

    root = Path(__file__).parents[2]
    readme = (root / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 200
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    assert len(links) > 10
    assert [link for link in links if not (root / link).exists()] == []
