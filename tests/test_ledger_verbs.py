"""``ledger new | show | import`` and ``verify --ledger``: what the office does with its ledger."""

import hashlib
import json
import sys

import pytest

from sozialraum.cli.printing.german import speak_german
from sozialraum.privacy.ledger import open_ledger
from sozialraum.privacy.recording import recording

DAY = "2024-12-31"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Give back a function that runs the command line: exit code, output, messages."""
    speak_german()
    from sozialraum.cli.running import run as run_once

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words):
        monkeypatch.setattr(sys, "argv", ["sozialraum", *words])
        with pytest.raises(SystemExit) as ended:
            run_once()
        told = capsys.readouterr()
        return ended.value.code, told.out, " ".join(told.err.split())

    return command


@pytest.fixture
def made(run):
    """Make a ledger and its key."""
    assert run("ledger", "new", "freigaben.jsonl", "--key", "geheim/f.key")[0] == 0
    return "freigaben.jsonl", "geheim/f.key"


def result(folder, release=None, inputs=None):
    """Write a result folder as a build does."""
    folder.mkdir()
    (folder / "index.csv").write_bytes(b"key;class\n01;2\n")
    outputs = {"index.csv": hashlib.sha256(b"key;class\n01;2\n").hexdigest()}
    manifest = {"title": "T", "outputs": outputs} | ({"release": release} if release else {})
    manifest |= {"inputs": inputs} if inputs else {}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def recorded(files, told, **more):
    """Record a release; return number and head as a manifest has them."""
    place = recording(open_ledger(*files), told, title="Titel", date=DAY, **more)
    place.record()
    return place.release


def test_a_new_ledger_is_empty_and_says_what_to_do_with_it(run, made):
    code, out, _ = run("ledger", "show", made[0], "--key", made[1])
    assert code == 0
    assert "unversehrt" in out
    code, _, err = run("ledger", "new", *made[:1], "--key", made[1])
    assert code == 1
    assert "nie überschrieben" in err


def test_files_of_the_office_are_not_made_in_a_result(run, tmp_path):
    result(tmp_path / "karte")
    code, _, err = run("ledger", "new", "karte/f.jsonl", "--key", "karte/geheim/f.key")
    assert code == 1
    assert "Das Freigabebuch liegt im Ergebnisordner" in err
    assert "Der Schlüssel des Freigabebuchs liegt im Ergebnisordner" in err
    assert sorted(p.name for p in (tmp_path / "karte").iterdir()) == ["index.csv", "manifest.json"]


def test_all_releases_are_listed_without_what_they_tell(run, made):
    first = recorded(made, {"tables": ["geheimes Fenster"]})
    recorded(made, {}, audience="intern", inputs={"a.csv": b"1"})
    code, out, _ = run("ledger", "show", made[0], "--key", made[1])
    assert code == 0
    assert "2 Veröffentlichungen" in out
    assert first["head"] in out
    assert "31.12.2024" in out
    assert "Fenster" not in out
    code, out, _ = run("ledger", "show", made[0], "--key", made[1], "--json")
    assert [(e["number"], e["audience"]) for e in json.loads(out)] == [(1, "public"), (2, "intern")]


def test_a_cut_ledger_is_not_listed(run, made, tmp_path):
    recorded(made, {"tables": [1]})
    (tmp_path / made[0]).write_bytes(b"")
    code, out, err = run("ledger", "show", made[0], "--key", made[1])
    assert (code, out) == (1, "")
    assert "Es fehlen Einträge" in err


def test_a_ledger_that_is_not_there_is_a_message(run, made, tmp_path):
    (tmp_path / made[0]).unlink()
    assert "gibt es nicht" in run("ledger", "show", made[0], "--key", made[1])[2]
    assert "fehlt der Schlüssel" in run("ledger", "show", made[0], "--key", "nirgends")[2]


def test_an_old_ledger_is_taken_over_once(run, made, tmp_path):
    plain = {"number": 1, "title": "alt", "date": DAY, "previous": "0" * 64, "geographies": {},
             "rows": []}  # fmt: skip
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    line = json.dumps({**plain, "digest": hashlib.sha256(text.encode()).hexdigest()})
    (tmp_path / "alt.jsonl").write_text(line + "\n", "utf-8")
    for _ in range(2):
        code, out, _ = run("ledger", "import", "alt.jsonl", made[0], "--key", made[1])
        assert code == 0
        assert "1 Veröffentlichungen aus alt.jsonl, als Eintrag Nummer 1" in out
    (tmp_path / "alt.jsonl").write_text(line.replace("alt", "neu") + "\n", "utf-8")
    code, _, err = run("ledger", "import", "alt.jsonl", made[0], "--key", made[1])
    assert code == 1
    assert "alt.jsonl" in err
    assert open_ledger(*made).number == 1


def test_a_result_of_the_ledger_is_verified_with_its_inputs(run, made, tmp_path):
    (tmp_path / "daten").mkdir()
    (tmp_path / "daten" / "a.csv").write_bytes(b"1;2")
    digest = hashlib.sha256(b"1;2").digest()
    result(tmp_path / "out", recorded(made, {"tables": [1]}, inputs={"a.csv": digest}))
    words = ("verify", "out", "--data", "daten", "--ledger", made[0], "--key", made[1])
    code, out, _ = run(*words)
    assert code == 0
    assert "steht im Freigabebuch: Nummer 1" in out
    (tmp_path / "daten" / "a.csv").write_bytes(b"1;3")
    code, out, err = run(*words)
    assert code == 1
    assert "a.csv" in err
    assert "nicht die, aus der" in err
    assert "Nummer 1" not in out
    (tmp_path / "daten" / "a.csv").unlink()
    assert "Die Datei fehlt" in run(*words)[2]


def test_a_result_that_the_ledger_does_not_hold_is_refused(run, made, tmp_path):
    release = recorded(made, {"tables": [1]})
    result(tmp_path / "other", release | {"head": "0" * 16})
    result(tmp_path / "later", release | {"number": 2})
    result(tmp_path / "none")
    code = {}
    for name in ("other", "later", "none"):
        code[name], _, err = run("verify", name, "--ledger", made[0], "--key", made[1])
        expected = "keine Nummer" if name == "none" else "steht nicht im Freigabebuch"
        assert expected in err
    assert set(code.values()) == {1}
    assert run("verify", "none", "--key", made[1])[0] == 2


def test_inputs_of_0_1_are_compared_by_the_manifest_and_secret_ones_need_the_key(run, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"1;2")
    result(tmp_path / "old", inputs={"a.csv": hashlib.sha256(b"1;2").hexdigest()})
    assert run("verify", "old", "--data", ".")[:2] == (
        0, "Alle 2 Dateien stimmen mit dem Manifest überein.\n"
    )  # fmt: skip
    result(tmp_path / "new")
    code, _, err = run("verify", "new", "--data", ".")
    assert code == 1
    assert "sagt nicht, wie seine Eingaben aussahen" in err
    assert "--ledger FREIGABEBUCH --key SCHLÜSSEL" in err
