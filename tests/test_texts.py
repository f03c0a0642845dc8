"""The words: every text that the code names exists, and every text can be filled in."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import sozialraum
from sozialraum.texts import catalogue, problem, text

PACKAGE = Path(sozialraum.__file__).parent
GERMAN = PACKAGE / "texts" / "de"
_NAME = re.compile(r"[a-z_]+(\.\w+)+")
ROOMS = sorted(p.stem for p in GERMAN.glob("*.toml"))


def named_texts() -> list[tuple[str, str]]:
    """Return every literal name given to `text` or `problem`, with the file it stands in."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            literal = getattr(first, "value", None)
            if (
                name in ("text", "problem")
                and isinstance(literal, str)
                and _NAME.fullmatch(literal)
            ):
                found.append((literal, file.relative_to(PACKAGE).as_posix()))
    return found


def test_every_text_the_code_names_is_in_the_catalogue():
    missing = []
    for name, file in named_texts():
        room, *path = name.split(".")
        entry = catalogue(room)
        for part in path:
            entry = entry.get(part) if isinstance(entry, dict) else None
        if entry is None:
            missing.append(f"{name} ({file})")
    assert not missing
    assert len(named_texts()) > 50


@pytest.mark.parametrize("room", ROOMS)
def test_every_problem_says_what_it_is_and_what_to_do(room):
    for name, entry in catalogue(room).items():
        if isinstance(entry, dict) and "message" in entry:
            assert set(entry) <= {"message", "expected", "found", "action"}, f"{room}.{name}"


@pytest.mark.parametrize("room", ROOMS)
def test_german_quotation_marks_are_german(room):
    raw = (GERMAN / f"{room}.toml").read_text(encoding="utf-8")
    tomllib.loads(raw)
    assert raw.count("„") == raw.count("“"), room


def test_a_text_is_filled_in_and_an_unknown_one_is_an_error():
    assert text("cli.checked.build", file="bau.toml").startswith("Keine Fehler")
    with pytest.raises(KeyError, match=r"no text 'cli\.nirgends'"):
        text("cli.nirgends")
    with pytest.raises(KeyError):
        text("cli.checked.build")


def test_a_text_that_counts_has_two_forms():
    one, many = (
        problem("sources.far_sites", n=n, limit="500", names="Swisttal").message for n in (1, 1200)
    )
    assert one == "1 Standort liegt mehr als 500 m von allen Gebieten entfernt: Swisttal."
    assert many.startswith("1.200 Standorte liegen")


@pytest.mark.parametrize("room", ROOMS)
def test_forms_of_one_and_many_come_in_pairs(room):
    raw = (GERMAN / f"{room}.toml").read_text(encoding="utf-8")
    for forms in re.findall(r"\{\w+:([^{}]*(?:\{\w+\}[^{}]*)*)\}", raw):
        if "|" in forms or "#" in forms:
            assert forms.count("|") == 1 and "#" not in forms.split("|")[0], forms


def test_a_problem_prints_place_expected_found_and_action():
    found = problem("config.not_allowed", file="a.toml", key="crs", found="x", allowed="y", hint="")
    assert str(found) == (
        "a.toml, Schlüssel crs: Dieser Wert ist nicht vorgesehen. Erwartet: y. Gefunden: x. "
        "→ Einen der erlaubten Werte einsetzen."
    )
    assert found.to_dict()["code"] == "config.not_allowed"
