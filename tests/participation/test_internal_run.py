"""A run for the office: exact counts in a folder of its own, and nothing of them in the public one."""

import json

import pytest
from participation.small_programme import CONFIG, assert_no_canary_below, run

from sozialraum.model.errors import DataError
from sozialraum.privacy.ledger import new_ledger, open_ledger

LEDGER = '[disclosure]\nledger = "buch/freigaben.jsonl"\nkey = "buch/freigaben.key"\n'
# 30 children: houses 1 to 15 lie in Bezirk 01, the other 14 and the one with canaries in 02
TAKING = {"01": 15, "02": 15}


def counts(release):
    areas = release.areas
    own = areas[(areas["area_set"] == "bezirke") & (areas["age"] == "6-14")].set_index("key")
    return own[["taking_low", "taking_high"]]


def test_the_office_sees_exact_counts_and_everybody_else_windows(folder):
    result = run(folder, office=True)
    exact, shown = counts(result.internal), counts(result.released)
    for key, taking in TAKING.items():
        assert tuple(exact.loc[key]) == (taking, taking)
        assert shown.at[key, "taking_low"] < taking < shown.at[key, "taking_high"]
    assert run(folder).internal is None


def test_every_page_of_the_office_says_so_and_none_of_the_public_does(folder):
    run(folder, office=True).save(folder / "out", office=folder / "amt")
    for name in ("teilnahme.html", "methode.md"):
        assert "Interne Fassung, nicht weitergeben" in (folder / "amt" / name).read_text("utf-8")
        assert "Interne Fassung" not in (folder / "out" / name).read_text("utf-8")
    for path in (folder / "amt").glob("*.csv"):
        head, *rows = path.read_text("utf-8-sig").splitlines()
        assert head.endswith(";Fassung") and rows
        assert all(row.endswith(";Interne Fassung, nicht weitergeben") for row in rows)
        assert "Fassung" not in (folder / "out" / path.name).read_text("utf-8-sig")
    levels = [
        json.loads((folder / place / "manifest.json").read_text("utf-8"))["level"]
        for place in ("out", "amt")
    ]
    assert levels == ["public", "intern"]
    assert_no_canary_below(folder, but=("daten",))


def test_the_public_folder_is_the_same_with_and_without_the_other(folder):
    run(folder, office=True).save(folder / "out", office=folder / "amt")
    run(folder).save(folder / "alone")
    one, other = (
        {p.name: p.read_bytes() for p in (folder / place).iterdir()} for place in ("out", "alone")
    )
    assert one == other


def test_both_are_recorded_and_the_paper_of_the_office_binds_nobody(folder):
    files = folder / "buch" / "freigaben.jsonl", folder / "buch" / "freigaben.key"
    new_ledger(*files)
    (folder / "teilnahme.toml").write_text(CONFIG + LEDGER, encoding="utf-8")
    for _ in range(2):  # a repeated run adds nothing
        run(folder, office=True).save(folder / "out", office=folder / "amt")
    entries = open_ledger(*files).entries
    assert [e["audience"] for e in entries] == ["public", "intern"]
    assert entries[1]["told"] == {}


@pytest.mark.parametrize(("out", "amt"), [("x", "x/amt"), ("x/out", "x")])
def test_folders_that_lie_in_each_other_are_refused(folder, out, amt):
    with pytest.raises(DataError, match="würde mit veröffentlicht"):
        run(folder, office=True).save(folder / out, office=folder / amt)
    assert not (folder / "x").exists()
