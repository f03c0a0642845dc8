"""Every command that a message names is typed as it stands there, and ends well."""

import re
import shlex

import pytest
from manual.test_fences import run
from participation.small_programme import write_small
from privacy.test_old_ledger import old_file
from test_commands import TEXTS, texts_of
from wrong_plan_values import PLAN, write_points
from wrong_values import BASE, toml, write_city

from sozialraum.privacy.ledger import new_ledger
from sozialraum.texts import catalogue

BOOK = {"ledger": "buch.jsonl", "key": "geheim/buch.key"}
# what stands for a file, a folder or a name in each of them
FILLED = {
    "build {file} -o ORDNER": "build bau.toml -o neu",
    "check {file}": "check bau.toml",
    "check {word}": "check plan.toml",
    "plan all {file} -o ORDNER": "plan all plan.toml -o planung",
    "participation {file} -o ORDNER": "participation programm/teilnahme.toml --data programm/daten -o teilnahme",
    "ledger import {file} FREIGABEBUCH --key SCHLÜSSEL": "ledger import alt.jsonl buch.jsonl --key geheim/buch.key",
    "verify ERGEBNIS --data ORDNER --ledger FREIGABEBUCH --key SCHLÜSSEL": "verify out --data . --ledger buch.jsonl --key geheim/buch.key",
    "methods NAME": "methods minmax_mean",
    "new NAME": "new Neustadt",
}  # fmt: skip


def told():
    """Return the commands in the German texts, without the program's name."""
    words = [t for file in sorted(TEXTS.glob("*.toml")) for t in texts_of(catalogue(file.stem))]
    found = {c for t in words for c in re.findall(r"„sozialraum ([a-z][^“…]*)“", t)}
    return sorted(found)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("amt")
    write_city(folder)
    write_points(folder)
    new_ledger(folder / "buch.jsonl", folder / "geheim" / "buch.key")
    (folder / "bau.toml").write_text(toml({**BASE, "disclosure": BOOK}), "utf-8")
    (folder / "plan.toml").write_text(toml(PLAN), "utf-8")
    (folder / "programm").mkdir()
    write_small(folder / "programm")
    old_file(folder / "alt.jsonl", [])
    return folder


@pytest.fixture(scope="module")
def built(office):
    """Build once, for the commands that are about a result."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(office)
        assert run("sozialraum build bau.toml -o out", patch)[0] == 0
    return office


@pytest.mark.parametrize("command", told())
def test_a_command_that_a_message_names_ends_well(command, built, monkeypatch):
    monkeypatch.chdir(built)
    typed = FILLED.get(command, command)
    assert not re.search(r"[{}]|\b[A-ZÄÖÜ]{4,}\b", typed), "say in FILLED what stands for it"
    more = "" if len(shlex.split(typed)) > 1 and typed not in ("ledger new",) else " -h"
    code, said = run(f"sozialraum {typed}{more}", monkeypatch)
    assert code == 0, said
    assert said


def test_there_are_commands_in_messages():
    assert len(told()) >= 15
    assert set(FILLED) <= set(told())
