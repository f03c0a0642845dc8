"""A programme in the release ledger: nothing is told that, with what was told before, gives away."""

import json
from dataclasses import replace

import pytest
from participation.small_programme import CONFIG, assert_no_canary, run

from sozialraum.model.errors import ConfigError, DataError, DisclosureError
from sozialraum.privacy.ledger import new_ledger, open_ledger, verify_release

LEDGER = '[disclosure]\nledger = "buch/freigaben.jsonl"\nkey = "buch/freigaben.key"\n'
SPRENGEL = """
[areas.sprengel]
column = "sprengel"
file = "kinder_sprengel.csv"
key = "sprengel"
children = { "6-14" = "kinder" }
"""


@pytest.fixture
def book(folder):
    new_ledger(folder / "buch" / "freigaben.jsonl", folder / "buch" / "freigaben.key")
    return folder / "buch"


def recorded(folder, config=CONFIG, more=""):
    (folder / "teilnahme.toml").write_text(config + LEDGER + more, encoding="utf-8")
    return run(folder)


def lines_of(book):
    text = (book / "freigaben.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def with_registrations(folder, rows):
    path = folder / "daten" / "anmeldungen.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(rows(lines)) + "\n", encoding="utf-8")


NEW = [f"Ada;Aster{c};2015-05-01;Lange Str.;{n};A1" for n, c in enumerate("abcdefghijklm", 1)]


def test_a_run_is_recorded_with_windows_and_no_count(folder, book):
    recorded(folder).save(folder / "out")
    (line,) = lines_of(book)
    assert line["title"] == "Probe" and line["date"] == "2024-12-31"
    told = {(t["column"][0], t["geography"]): (t["low"], t["high"]) for t in line["told"]["tables"]}
    # 15 children in two areas, of the window 13-19, and 10 in three, of 6-12
    low, high = [13.0, 13.0, 6.0, 6.0, 6.0], [19.0, 19.0, 12.0, 12.0, 12.0]
    assert told["Kinder 6-14", "bezirke"] == (low, high)
    manifest = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))
    ledger = open_ledger(book / "freigaben.jsonl", book / "freigaben.key")
    assert manifest["release"] == {"number": 1, "head": ledger.head[:16]}
    verify_release(ledger, 1, manifest["release"]["head"])


def test_the_same_run_again_writes_the_same_bytes_and_no_second_line(folder, book):
    first = {n: (folder / "out" / n).read_bytes() for n in recorded(folder).save(folder / "out")}
    before = (book / "freigaben.jsonl").read_bytes()
    assert {
        n: (folder / "out" / n).read_bytes() for n in recorded(folder).save(folder / "out")
    } == first
    assert (book / "freigaben.jsonl").read_bytes() == before


def test_other_registrations_of_the_same_day_must_be_told_apart_by_the_office(folder, book):
    recorded(folder).save(folder / "out")
    before = (book / "freigaben.jsonl").read_bytes()
    with_registrations(folder, lambda lines: lines + NEW[:1])
    # 16 instead of 15 in 01: all windows hold the new numbers, too
    with pytest.raises(DisclosureError) as caught:
        recorded(folder)
    assert {p.code for p in caught.value.problems} == {"privacy.similar_counts"}
    assert_no_canary(str(caught.value))
    assert (book / "freigaben.jsonl").read_bytes() == before
    names = [p.column for p in caught.value.problems]
    said = f"corrects = {json.dumps(names, ensure_ascii=False)}\n"
    recorded(folder, more=said).save(folder / "out")
    assert len(lines_of(book)) == 2


def test_sprengel_told_later_of_the_same_children_are_audited_with_the_bezirke(folder, book):
    recorded(folder).save(folder / "out")
    with_sprengel(folder)
    later = recorded(folder, CONFIG + SPRENGEL)
    later.save(folder / "out2")
    areas = later.released.areas.set_index(["area_set", "key", "age"])
    # the Bezirke keep the windows they were told with
    assert areas.loc[("bezirke", "01", "6-14"), ["taking_low", "taking_high"]].tolist() == [13, 19]


def test_fewer_areas_later_are_told_with_the_windows_of_before(folder, book):
    with_sprengel(folder)
    first = recorded(folder, CONFIG + SPRENGEL)
    first.save(folder / "out")
    windows = [
        made.released.areas.set_index(["area_set", "key", "age"]).loc["bezirke"]
        for made in (first, recorded(folder))
    ]
    ends = ["taking_low", "taking_high", "status"]
    assert windows[0][ends].to_dict() == windows[1][ends].to_dict()


def with_sprengel(folder):
    """Give every house a Sprengel: six of them, across the Bezirke."""
    path = folder / "daten" / "adressen.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [f"{lines[0]};sprengel", *(f"{line};S{n // 10}" for n, line in enumerate(lines[1:]))]
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    (folder / "daten" / "kinder_sprengel.csv").write_text(
        "sprengel;kinder\n" + "".join(f"S{n};60\n" for n in range(6)), encoding="utf-8"
    )


def test_a_changed_ledger_is_noticed(folder, book):
    recorded(folder).save(folder / "out")
    path = book / "freigaben.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Probe", "Probf"), encoding="utf-8")
    with pytest.raises(DisclosureError, match="freigaben"):
        recorded(folder)


@pytest.mark.parametrize("lacking", ["ledger", "key"])
def test_ledger_and_key_belong_together(folder, lacking):
    alone = "\n".join(line for line in LEDGER.splitlines() if not line.startswith(lacking))
    (folder / "teilnahme.toml").write_text(CONFIG + alone + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        run(folder)
    assert [p.code for p in caught.value.problems] == ["participation.ledger_alone"]


def test_former_keys_are_answered_with_what_takes_their_place(folder):
    former = '[disclosure]\nprogramme = "x"\nvalue_base = 30\ncandidates = 3\n'
    (folder / "teilnahme.toml").write_text(CONFIG + former, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        run(folder)
    assert {p.key for p in caught.value.problems} == {
        "disclosure.programme", "disclosure.value_base", "disclosure.candidates",
    }  # fmt: skip


def test_a_key_in_the_result_is_refused_and_nothing_is_written(folder, book):
    result = recorded(folder)
    with pytest.raises(ConfigError):
        result.save(book)
    assert {p.name for p in book.iterdir()} == {"freigaben.jsonl", "freigaben.key"}
    assert lines_of(book) == []


def test_a_file_of_registrations_named_as_ledger_is_refused_unquoted(folder, book):
    told = LEDGER.replace("buch/freigaben.jsonl", "daten/anmeldungen.csv")
    (folder / "teilnahme.toml").write_text(CONFIG + told, encoding="utf-8")
    before = (folder / "daten" / "anmeldungen.csv").read_bytes()
    with pytest.raises(DisclosureError) as caught:
        run(folder)
    assert_no_canary(str(caught.value), repr(caught.value.problems))
    assert (folder / "daten" / "anmeldungen.csv").read_bytes() == before


def test_what_could_not_be_written_is_not_recorded(folder, book, monkeypatch):
    result = recorded(folder)
    monkeypatch.setattr("sozialraum.publish.participation._manifest", lambda *a: 1 / 0)
    with pytest.raises(DataError, match="ZeroDivisionError"):
        result.save(folder / "out")
    assert lines_of(book) == [] and not (folder / "out").exists()


def test_two_runs_at_once_leave_one_release(folder, book):
    one, other = recorded(folder), recorded(folder)
    one.save(folder / "out")
    late = replace(other, draft=replace(other.draft, statements={**other.draft.statements, "x": 1}))
    with pytest.raises(DisclosureError):
        late.save(folder / "out2")
    assert len(lines_of(book)) == 1 and not (folder / "out2").exists()
