"""Everything that the handbook shows as code is executed: Python, build files, commands."""

import contextlib
import doctest
import io
import re
import runpy
import shlex
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from manual.merging import merged
from sources.test_municipal_keys import county

from sozialraum.manual.pages import read_pages

ROOT = Path(__file__).parents[2]
# how a system is set up, and pictures of words: no program of ours runs them
NOT_RUN = {"bat", "text", "diff"}


def fences(kind):
    """Return page and text of every block of a kind, one entry per page in its order."""
    return [
        (page.name, info, body)
        for page in read_pages()
        for info, body in page.fences()
        if info.split(" ")[0] == kind
    ]


def test_every_block_is_of_a_kind_that_is_executed():
    kinds = {info.split(" ")[0] for page in read_pages() for info, _ in page.fences()}
    assert kinds - NOT_RUN == {"python", "toml", "console"}


@pytest.mark.parametrize(
    ("page", "body"), [(p, b) for p, _, b in fences("python")], ids=lambda v: v[:20]
)
def test_python_gives_what_is_shown(page, body):
    test = doctest.DocTestParser().get_doctest(body, {}, page, page, 0)
    assert test.examples
    told = io.StringIO()
    failed = doctest.DocTestRunner(verbose=False).run(test, out=told.write)
    assert failed.failed == 0, told.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder as after unpacking: shipped build files and data, and one with a slip."""
    folder = tmp_path_factory.mktemp("amt")
    for name in ("config", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    whole = (folder / "config" / "musterstadt.toml").read_text("utf-8")
    slipped = whole.replace("[disclosure]", "[dissclosure]")
    assert slipped != whole
    (folder / "config" / "verschrieben.toml").write_text(slipped, "utf-8", newline="\n")
    (folder / "geheim").mkdir()
    write_long_table(folder / "shapes" / "musterstadt")
    return folder


def write_long_table(folder):
    """Write a long table of the blocks: two years, two groups, one row per block and number."""
    wide = pd.read_csv(folder / "kleinraum_2024.csv", sep=";", dtype=str, encoding="cp1252")
    keys = wide[wide.columns[0]]
    rows = [
        f"{key};{year};{group};hunde;{n % 7}\n"
        for n, key in enumerate(keys)
        for year in (2019, 2020)
        for group in ("insgesamt", "steuerfrei")
    ]
    text = "block;jahr;gruppe;indikator;wert\n" + "".join(rows)
    (folder / "kleinraeumig.csv").write_text(text, encoding="utf-8", newline="\n")


def by_page(kind):
    found = {}
    for page, info, body in fences("toml"):
        if info.removeprefix("toml").strip() == kind:
            found.setdefault(page, []).append(body)
    return sorted(found.items())


@pytest.mark.parametrize(("page", "bodies"), by_page(""), ids=lambda v: v if type(v) is str else "")
def test_pieces_of_a_build_file_pass_check(page, bodies, office):
    from sozialraum.workflows.check.checking import check_build

    given = (office / "config" / "musterstadt.toml").read_text("utf-8")
    for body in bodies:
        given = merged(given, body)
    file = office / "config" / f"{page}.toml"
    file.write_text(given, encoding="utf-8", newline="\n")
    errors = [str(p) for p in check_build(file) if p.severity == "error"]
    assert errors == []


@pytest.mark.parametrize(
    ("page", "bodies"), by_page("plan"), ids=lambda v: v if type(v) is str else ""
)
def test_pieces_of_a_plan_file_are_read(page, bodies, office):
    from sozialraum.planning.plan_file import read_plan

    given = (office / "config" / "plan_musterstadt.toml").read_text("utf-8")
    for body in bodies:
        given = merged(given, body)
    file = office / "config" / f"plan_{page}.toml"
    file.write_text(given, encoding="utf-8", newline="\n")
    assert read_plan(file).verbs


@pytest.mark.parametrize("body", [b for _, b in by_page("rezept")], ids=lambda v: "")
def test_a_method_of_ones_own_is_taken_by_a_build(body, office):
    from sozialraum.config import read_build

    (office / "config" / "mein.toml").write_text(body[0], encoding="utf-8", newline="\n")
    given = (office / "config" / "musterstadt.toml").read_text("utf-8")
    file = office / "config" / "eigene.toml"
    named = merged(given, 'recipe = "mein.toml"\norientation = "deprivation"')
    file.write_text(named, encoding="utf-8", newline="\n")
    assert read_build(file).aggregation.method == "geometric"


@pytest.mark.parametrize("body", [b for _, bs in by_page("liste") for b in bs], ids=lambda v: "")
def test_a_list_of_builds_is_read(body, office):
    from sozialraum.config.batch_file import read_batch

    (office / "config" / "liste.toml").write_text(body, encoding="utf-8", newline="\n")
    listed = read_batch(office / "config" / "liste.toml")
    assert listed.builds or (listed.template and listed.table)


@pytest.mark.parametrize("body", [b for _, bs in by_page("vorlage") for b in bs], ids=lambda v: "")
def test_a_template_is_a_build_file_once_it_is_filled(body, office):
    from sozialraum.config import read_build

    given = (office / "config" / "musterstadt.toml").read_text("utf-8")
    values = {"gemeinde": "Adorf", "ags": "09999000"}
    filled = re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], merged(given, body))
    plan = read_build(office / "config" / "vorlage.toml", text=filled)
    assert (plan.place, plan.ags, plan.root.name) == ("Adorf", ("09999000",), "09999000")


@pytest.mark.parametrize("body", [b for _, bs in by_page("kreis") for b in bs], ids=lambda v: "")
def test_a_piece_for_a_county_passes_check_with_its_files(body, tmp_path):
    from sozialraum.workflows.check.checking import check_build

    file = county(tmp_path, tables="")
    (tmp_path / "raum.gpkg").rename(tmp_path / "sozialraeume.gpkg")
    given = file.read_text("utf-8").replace('ags = "09473"\n', "")
    start, end = given.index("[areas.raum]"), given.index("[join]")
    file.write_text(f"{given[:start]}{body}\n{given[end:]}", encoding="utf-8", newline="\n")
    assert [str(p) for p in check_build(file) if p.severity == "error"] == []


def test_no_piece_of_toml_is_of_an_unknown_kind():
    kinds = {info.removeprefix("toml").strip() for _, info, _ in fences("toml")}
    assert kinds == {"", "plan", "rezept", "liste", "vorlage", "kreis"}


def run(command, monkeypatch):
    """Run one command as the terminal does; its exit code and what it said come back."""
    words = shlex.split(command)
    told = io.StringIO()
    if words[:2] == ["python", "-m"]:
        monkeypatch.setattr(sys, "argv", words[2:])
        with contextlib.redirect_stdout(told):
            runpy.run_module(words[2], run_name="__main__")
        return 0, told.getvalue()
    from sozialraum.cli.printing.german import speak_german
    from sozialraum.cli.running import run as run_cli

    speak_german()
    monkeypatch.setattr(sys, "argv", words)
    with (
        contextlib.redirect_stdout(told),
        contextlib.redirect_stderr(told),
        pytest.raises(SystemExit) as ended,
    ):
        run_cli()
    return ended.value.code or 0, told.getvalue()


def plain(said):
    """Return output without the lines that make tables, and with single blanks."""
    return re.sub(r"[\s─━│┃┏┓┗┛┡┩└┘╇┿┼╭╮╰╯]+", " ", said)


def wrong_in(said, lines):
    """Return the first shown line that the output does not have, in its order."""
    place = plain(said)
    for line in lines:
        parts = [re.escape(plain(part.strip())) for part in line.split("…")]
        found = re.search(".*?".join(parts), place)
        if not found:
            return line
        place = place[found.end() :]
    return None


def test_every_command_ends_and_says_what_is_shown(office, monkeypatch):
    monkeypatch.chdir(office)
    monkeypatch.setenv("COLUMNS", "200")
    shown, wrong = fences("console"), []
    assert len(shown) > 10
    for page, info, body in shown:
        first, *lines = body.strip().splitlines()
        code, said = run(first.removeprefix("$ "), monkeypatch)
        wanted = int(info.partition("exit=")[2] or 0)
        missed = wrong_in(said, lines)
        if code != wanted or missed:
            wrong.append(f"{page}: {first}\nexit {code}, missed: {missed}\n{said}")
    assert not wrong, "\n\n".join(wrong)


def test_who_follows_the_first_page_alone_has_a_map(office, monkeypatch):
    monkeypatch.chdir(office)
    page = next(p for p in read_pages() if p.name == "start")
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", page.body, re.MULTILINE)
    file = office / "config" / "Neustadt.toml"
    file.unlink(missing_ok=True)
    assert run("sozialraum new Neustadt", monkeypatch)[0] == 0
    filled = file.read_text("utf-8")
    for before, after in rows:
        assert before in filled, before
        filled = filled.replace(before, after, 1)
    file.write_text(filled, encoding="utf-8", newline="\n")
    code, said = run("sozialraum check config/Neustadt.toml", monkeypatch)
    assert code == 0, said
    code, said = run("sozialraum build config/Neustadt.toml -o out/2024", monkeypatch)
    assert code == 0, said
    assert (office / "out" / "2024" / "karte.html").is_file()
