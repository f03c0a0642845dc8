"""The command line as a planner types it: exit codes, German words, JSON for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = (ROOT / "config" / "musterstadt.toml").as_posix()


def run(*words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "sozialraum", *words],
        capture_output=True,
        cwd=cwd,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    place = tmp_path_factory.mktemp("cli") / "musterstadt"
    done = run("build", BUILD, "-o", str(place))
    assert done.returncode == 0, done.stderr
    assert "karte.html" in done.stdout
    return place


def test_help_is_german():
    text = run("--help").stdout
    assert "Befehle" in text and "Sozialraumindizes" in text
    for command in ("new", "check", "build", "show", "compare", "verify", "methods"):
        assert command in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bild"], "Den Befehl 'bild' gibt es nicht."),
        (["build"], "Es fehlt die Angabe 'BUILD.toml'."),
        (["build", "x.toml"], "Es fehlt der Schalter '-o' / '--out'."),
        (["build", "x.toml", "-o"], "Nach dem Schalter '-o' fehlt eine Angabe."),
        (["build", "--foo"], "Unbekannter Schalter: --foo"),
        (["show", "a", "b"], "Überzählige Angaben: b"),
    ],
)
def test_a_wrong_word_ends_with_2_and_german_words(words, said):
    answer = run(*words)
    assert answer.returncode == 2
    assert f"Fehler: {said}" in answer.stderr
    for english in ("Usage", "Missing", "No such", "Try "):
        assert english not in answer.stderr


def test_check_on_the_example_city_finds_no_error():
    done = run("check", BUILD)
    assert done.returncode == 0, done.stderr
    assert "0 Fehler" in done.stderr


def test_check_tells_all_problems_and_ends_with_1(tmp_path):
    text = Path(BUILD).read_text("utf-8").replace('"sgb2_u15"', '"sgb2_u51"')
    data = (ROOT / "shapes" / "musterstadt").as_posix()
    build = tmp_path / "bau.toml"
    build.write_text(text.replace("../shapes/musterstadt", data), encoding="utf-8")
    done = run("check", str(build), "-o", str(tmp_path / "pruefung"), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert any("sgb2_u51" in json.dumps(p, ensure_ascii=False) for p in found)
    assert (tmp_path / "pruefung" / "pruefbericht.html").is_file()


def test_a_broken_build_file_is_an_answer_not_a_traceback(tmp_path):
    build = tmp_path / "bau.toml"
    build.write_text("titel = 1\n[areas\n", encoding="utf-8")
    done = run("build", str(build), "-o", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Zeile 2" in done.stderr
    assert not (tmp_path / "out").exists()


def test_show_prints_the_ranking_and_one_area(out):
    ranking = run("show", str(out)).stdout
    assert "Rang" in ranking and "Klasse" in ranking
    area = run("show", str(out), "--area", "02").stdout
    assert "Klasse" in area and "Beitrag" in area and "Index (Summe)" in area


def test_show_gives_programs_the_same_numbers(out):
    table = json.loads(run("show", str(out), "--json").stdout)
    area = json.loads(run("show", str(out), "--area", "02", "--json").stdout)
    row = next(r for r in table if r["key"] == "02")
    assert row["index"] == area["index"]
    assert sum(area["contributions"].values()) == pytest.approx(area["index"], abs=1e-12)


def test_an_unknown_area_names_the_closest(out):
    done = run("show", str(out), "--area", "Lindenschul")
    assert done.returncode == 1
    assert "Lindenschule" in done.stderr


def test_compare_of_a_result_with_itself_finds_no_change(out):
    done = run("compare", str(out), str(out))
    assert done.returncode == 0
    assert "Alle 26" in done.stdout


def test_verify_says_whether_files_are_as_written(out):
    assert run("verify", str(out)).returncode == 0
    done = run("verify", str(out), "--data", str(ROOT / "shapes" / "musterstadt"))
    assert done.returncode == 1
    assert "--ledger FREIGABEBUCH --key SCHLÜSSEL" in " ".join(done.stderr.split())


def test_new_writes_a_build_file_that_check_understands(tmp_path):
    done = run("new", "Übersee", "--recipe", "hagen_style", cwd=tmp_path)
    assert done.returncode == 0
    path = tmp_path / "config" / "Übersee.toml"
    assert 'recipe      = "hagen_style"' in path.read_text("utf-8")
    assert run("new", "Übersee", cwd=tmp_path).returncode == 1
    first = run("check", str(path))
    assert first.returncode == 1
    assert "Gemeindeschlüssel" in first.stderr


def test_methods_lists_and_explains_the_catalogue():
    assert "berlin_mss" in run("methods").stdout
    assert "Augsburg" in run("methods", "augsburg_style").stdout
    unknown = run("methods", "augsburg")
    assert unknown.returncode == 1
    assert "Traceback" not in unknown.stderr


def test_a_cp1252_console_does_not_stop_the_program(out):
    done = subprocess.run(
        [sys.executable, "-m", "sozialraum", "show", str(out), "--area", "02"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("cp1252")


def test_compare_puts_a_build_under_several_methods(tmp_path):
    done = run("compare", BUILD, "--recipes", "minmax_mean, five_types", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [v["variant"] for v in told["variants"]][:3] == ["build", "minmax_mean", "five_types"]
    shown = run("compare", BUILD, "--recipes", "minmax_mean", "-o", str(tmp_path / "out"))
    assert "methodenvergleich.html" in shown.stdout
    assert (tmp_path / "out" / "methodenvergleich.html").is_file()


def test_compare_of_one_folder_alone_asks_for_the_other(tmp_path):
    assert run("compare", str(tmp_path)).returncode == 2


def test_profile_writes_the_pages_that_were_asked_for(tmp_path):
    from pypdf import PdfReader

    path = tmp_path / "steckbriefe.pdf"
    done = run("profile", BUILD, "--area", "02", "--area", "Lindenschule", "-o", str(path))
    assert done.returncode == 0, done.stderr
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert len(pages) == 2
    assert "Ährenfeld" in pages[0] and "Lindenschule" in pages[1]
    unknown = run("profile", BUILD, "--area", "Lindenschul", "-o", str(tmp_path / "x.pdf"))
    assert unknown.returncode == 1 and "Lindenschule" in unknown.stderr


def test_map_writes_a_sheet_or_names_what_there_is(tmp_path):
    done = run("map", BUILD, "--variable", "participation", "-o", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "karte_participation.pdf").is_file()
    unknown = run("map", BUILD, "--variable", "armutt", "-o", str(tmp_path / "x"))
    assert unknown.returncode == 1 and "armut" in unknown.stderr


def test_participation_goes_from_registrations_to_rates_and_says_no_name(tmp_path):
    from sozialraum.testing import programme_files

    data = tmp_path / "daten"
    made = subprocess.run(
        [sys.executable, "-m", programme_files.__name__, str(data)], check=True, capture_output=True
    )
    assert made.returncode == 0
    plan = (ROOT / "config" / "ferienprogramm_musterstadt.toml").as_posix()
    out = tmp_path / "teilnahme"
    done = run("participation", plan, "--data", str(data), "-o", str(out))
    assert done.returncode == 0, done.stderr
    surnames = {
        line.split(";")[1].strip('"')
        for line in (data / "anmeldungen.csv").read_text("utf-8").splitlines()[1:200]
    }
    told = done.stdout + done.stderr + "".join(p.read_text("utf-8") for p in out.iterdir())
    assert not [name for name in surnames if len(name) > 5 and f" {name}" in told]


def test_an_interruption_is_said_in_german_and_leaves_nothing(tmp_path, monkeypatch, capsys):
    from sozialraum import cli
    from sozialraum.workflows import build as building

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "build_for_office", interrupted)
    monkeypatch.setattr(sys, "argv", ["sozialraum", "build", BUILD, "-o", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    said = capsys.readouterr().err
    assert "Abgebrochen. Das frühere Ergebnis ist unverändert." in said
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_an_answer_not_a_traceback(tmp_path, monkeypatch, capsys):
    from sozialraum import cli
    from sozialraum.workflows import build as building

    def full(*_, **__):
        raise OSError(28, "No space left on device", str(tmp_path / "out" / "karte.html"))

    monkeypatch.setattr(building, "build_for_office", full)
    monkeypatch.setattr(sys, "argv", ["sozialraum", "build", BUILD, "-o", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "karte.html (No space left on device)" in said
    assert tmp_path.name not in said


def test_compare_shows_what_each_profile_of_disclosure_control_would_do(tmp_path):
    told = json.loads(run("compare", BUILD, "--profiles", "--json").stdout)
    # noise needs the key of a ledger, which this build has not: its profile is left out
    profiles = {row["profile"] for row in told}
    assert profiles >= {"ba-standard", "ba-akg", "kommunal-5", "ons-10-5"} and "ckm" not in profiles
    withheld = {row["profile"]: row["withheld"] for row in told}
    assert withheld["ba-standard"] <= withheld["kommunal-5"] <= withheld["ba-akg"]
    shown = run("compare", BUILD, "--profiles", COLUMNS="160")
    assert shown.returncode == 0 and "ba-akg" in shown.stdout and "andere Klasse" in shown.stdout


def test_show_compare_and_reference_work_on_whatever_the_build_wrote(tmp_path):
    text = (
        Path(BUILD)
        .read_text("utf-8")
        .replace("../shapes/musterstadt", (ROOT / "shapes" / "musterstadt").as_posix())
    )
    (tmp_path / "bau.toml").write_text(text + '\n[output]\nfiles = ["karte"]\n', encoding="utf-8")
    small = tmp_path / "klein"
    assert run("build", str(tmp_path / "bau.toml"), "-o", str(small)).returncode == 0
    assert "Rang" in run("show", str(small)).stdout
    assert "Beitrag" in run("show", str(small), "--area", "02").stdout
    assert "Alle 26" in run("compare", str(small), str(small)).stdout
    following = text.replace("title       =", 'reference   = "klein"\ntitle       =', 1)
    (tmp_path / "danach.toml").write_text(following, encoding="utf-8")
    done = run("check", str(tmp_path / "danach.toml"))
    assert done.returncode == 0, done.stderr


NOISY = """
import ctypes, os, sys
from sozialraum.cli import terminal
library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
print("before")
with terminal.progress():
    library.puts(b"a solver speaks")
    os.write(1, b"and past every buffer")
terminal.print_json({"after": 1})
"""


def test_what_a_compiled_solver_prints_does_not_reach_the_results():
    done = subprocess.run(
        [sys.executable, "-c", NOISY], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.startswith("before\n")
    assert json.loads(done.stdout.removeprefix("before\n")) == {"after": 1}


def test_check_prints_its_findings_where_they_are_asked_for():
    done = run("check", BUILD, "--stdout")
    assert "0 Fehler" in done.stdout and "0 Fehler" not in done.stderr


@pytest.mark.parametrize("verb", ["build", "batch", "fetch", "participation", "watch"])
def test_what_stops_a_verb_is_json_where_json_is_asked_for(verb, tmp_path):
    (tmp_path / "falsch.toml").write_text('title = "Probe"\nfalsch = 5\n', encoding="utf-8")
    done = run(verb, str(tmp_path / "falsch.toml"), "-o", str(tmp_path / "out"), "--json")
    if "-o" in done.stderr and done.returncode == 2:  # a verb that writes no folder
        done = run(verb, str(tmp_path / "falsch.toml"), "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1 and told["errors"] is True
    assert "falsch" in str(told["problems"]) and "falsch.toml" in done.stderr
