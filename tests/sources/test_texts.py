"""Every finding has its words, every word its finding, and the words are German for people."""

import ast
import re
from pathlib import Path

import pytest

import sozialraum
from sozialraum.texts import catalogue

SOURCES = Path(sozialraum.__file__).parent / "sources"
COMPOSED = {  # made with an f-string: the family and its members
    "sources.path_": {
        "address",
        "characters",
        "absolute",
        "outside",
        "reserved",
        "suffix",
        "absent",
        "no_file",
    },
    "sources.": {
        "password",
        "broken_archive",
        "outline_mended",
        "outline_missing",
    },
    "sources.mark_": {
        *("nothing", "secret", "unreliable", "blocked", "later", "absent", "sentinel"),
        *("bracket", "percent", "revised", "preliminary", "estimated"),
    },
    "sources.decimal_": {"mixed", "open"},
    "sources.no_": {"source", "target"},
    "sources.gap_": {"slivers"},
    "sources.overlap_": {"slivers"},
    "sources.column_is_": {"text", "code"},
    "check.": {
        *("foreign_key", "foreign_empty_key", "zeros_of_table", "zeros_of_areas"),
        *("dropped_people", "excluded_people", "weights_unknown", "weights_without_minimum"),
        *("not_collected", "collected_outside"),
        "fewer_areas",  # told where the index is
    },
}
# parts of sentences, not findings
ELSEWHERE = {"sources.read_as", "sources.covering", "sources.part", "check.who", "check.and_more",
             "check.at_day", "check.at_days", "check.seldom"}  # fmt: skip


def used():
    found = {f"{family}{member}" for family, members in COMPOSED.items() for member in members}
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"(sources|check)\.[a-z_]+", node.value)
                if match and not node.value.endswith(("_", ".")):
                    found.add(node.value)
    return found


def written():
    rooms = ("sources", "check")
    return {f"{room}.{key}" for room in rooms for key in catalogue(room)} - ELSEWHERE


def test_every_finding_has_its_words_and_every_word_its_finding():
    assert used() - written() - ELSEWHERE == set()
    assert written() - used() == set()


@pytest.mark.parametrize("name", sorted(written()))
def test_a_finding_is_a_german_sentence_with_known_parts(name):
    room, key = name.split(".")
    entry = catalogue(room)[key]
    assert set(entry) <= {"message", "expected", "found", "action"}
    assert entry["message"].rstrip().endswith((".", "?"))
    assert '"' not in entry["message"]
    english = r"\b(the|file|error|warning|key|column|row|invalid|string|float|None|NaN)\b"
    assert not re.search(english, re.sub(r"\{.*?\}", "", entry["message"]))
    if "action" in entry:
        assert entry["action"].rstrip().endswith((".", "?"))


def test_an_error_always_says_what_to_do():
    # continuations of a list carry the action of its first entries
    lists = {
        "more_no_numbers",
        "more_numerators",
        "more_jumps",
        "more_uncovered",
    }
    notes = {
        k
        for k in written()
        if re.search(
            r"_left_out|_unused|_of_other_days|_widened|_translated|census_(cells|withheld|uncertain|absent|outside)|cases_counted"
            r"|streamed$|houses_read|street_grid_read"
            r"|mark_|column_is_|_found$|_skipped$|_padded|_replaced|_recognised|areas_merged|name_not_there|area_dropped|put_together|_added|repaired|recognised|key_fraction",
            k,
        )
    }
    told_only = {
        "sources.key_invisible",
        "sources.beyond_outline",
        "sources.point_missing",
        "sources.offer_nowhere",
        "sources.offer_area",
        "sources.offer_days",
        "sources.offer_contact",
        "check.foreign_empty_key",
        "sources.points_inside",
        "sources.outline_missing",
    }
    for name in (
        written() - notes - told_only - {f"{r}.{k}" for r in ("sources", "check") for k in lists}
    ):
        room, key = name.split(".")
        assert "action" in catalogue(room)[key], name
