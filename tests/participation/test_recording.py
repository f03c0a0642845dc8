"""A programme in the release ledger: nothing is told that, with what was told before, gives away."""

import json

import numpy as np
import pandas as pd
import pytest
from participation.attack import Attack
from participation.small_programme import CONFIG, assert_no_canary, run
from participation.test_protection import counts_of, status, table

from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.privacy.audit.bounds import audit_release
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.participation.protection import protect_participation
from sozialraum.privacy.participation.windows import MEASURES
from sozialraum.privacy.rules import DisclosureRules

LEDGER = '[disclosure]\nledger = "freigaben.jsonl"\nprogramme = "Ferien 2024"\n'
SPRENGEL = """
[areas.sprengel]
column = "sprengel"
file = "kinder_sprengel.csv"
key = "sprengel"
children = { "6-14" = "kinder" }
"""
ROWS = [
    ("B1", "S1", "6-14", 20),
    ("B1", "S2", "6-14", 2),
    ("B2", "S2", "6-14", 30),
    ("B2", "S3", "6-14", 40),
]
BEZIRKE = {"bezirke": table(B1=200, B2=300)}
SPRENGEL_TOO = {**BEZIRKE, "sprengel": table(S1=180, S2=200, S3=120)}
FINE = DisclosureRules(candidates=1)


def recorded(folder, config=CONFIG):
    (folder / "teilnahme.toml").write_text(config + LEDGER, encoding="utf-8")
    return run(folder)


def lines_of(folder):
    text = (folder / "freigaben.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_is_recorded_with_windows_and_no_count(folder):
    recorded(folder).save(folder / "out")
    (line,) = lines_of(folder)
    assert line["title"] == "Probe" and line["date"] == "2024-12-31"
    told = {(r["label"], r["terms"][0][0]): (r["low"], r["high"]) for r in line["rows"]}
    # 15 children of 100 and of 80, 40 bookings by 30 children: each inside, none alone
    true = {
        ("bezirke 01", "Ferien 2024: Kinder"): 15,
        ("bezirke 02", "Ferien 2024: Kinder"): 15,
        ("bezirke 01", "Ferien 2024: Buchungen"): 25,
        ("das ganze Programm", "Ferien 2024: Buchungen"): 40,
    }
    for what, count in true.items():
        low, high = told[what]
        assert low <= count <= high and high - low >= 2, what
    assert not any(low == high != 0 for low, high in told.values())


def test_the_same_run_again_writes_the_same_bytes_and_no_second_line(folder):
    first = {p.name: p.read_bytes() for p in recorded(folder).save(folder / "out")}
    before = (folder / "freigaben.jsonl").read_bytes()
    again = recorded(folder)
    assert again.entry is None
    assert {p.name: p.read_bytes() for p in again.save(folder / "out")} == first
    assert (folder / "freigaben.jsonl").read_bytes() == before


def with_registrations(folder, rows):
    path = folder / "daten" / "anmeldungen.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(rows(lines)) + "\n", encoding="utf-8")


NEW = ["Ada;Aster;2015-05-01;Lange Str.;1;A1", "Cem;Distel;2014-05-01;Lange Str.;2;A1"]


def test_one_more_child_is_not_found_by_comparing_two_publications(folder):
    recorded(folder).save(folder / "out")
    before = (folder / "freigaben.jsonl").read_bytes()
    with_registrations(folder, lambda lines: lines + NEW[:1])
    # 16 of 100 instead of 15: the rounded rate would move
    with pytest.raises(DisclosureError, match="haben sich seit") as caught:
        recorded(folder)
    (told,) = caught.value.problems
    assert told.code == "participation.ledger_changed" and "bezirke 01" in told.message
    assert not any(name in str(caught.value) for name in ("Ada", "Aster"))
    assert (folder / "freigaben.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    "fewer",
    [lambda lines: lines[:-1], lambda lines: lines[:4] + lines[5:15] + lines[16:]],
    ids=["a booking", "two children"],
)
def test_a_change_that_moves_no_published_value_tells_nothing_and_is_the_same_release(
    folder, fewer
):
    recorded(folder).save(folder / "out")
    first = {p.name: p.read_bytes() for p in (folder / "out").iterdir()}
    with_registrations(folder, fewer)
    again = recorded(folder)
    assert again.entry is None
    assert {p.name: p.read_bytes() for p in again.save(folder / "out")} == first
    assert len(lines_of(folder)) == 1


def test_other_registrations_under_a_name_of_their_own_are_another_programme(folder):
    recorded(folder).save(folder / "out")
    with_registrations(folder, lambda lines: lines + NEW)
    (folder / "teilnahme.toml").write_text(
        CONFIG + LEDGER.replace("2024", "2025"), encoding="utf-8"
    )
    run(folder).save(folder / "out2")
    assert len(lines_of(folder)) == 2


def with_sprengel(folder):
    """Give every house a Sprengel: S1 holds the first 13 of the 15 houses of Bezirk 01."""
    houses = pd.read_csv(folder / "daten" / "adressen.csv", sep=";", dtype=str)
    number = houses["nr"].astype(int)
    houses["sprengel"] = np.where(number <= 13, "S1", "S2")
    houses.to_csv(folder / "daten" / "adressen.csv", sep=";", index=False)
    path = folder / "daten" / "kinder_sprengel.csv"
    path.write_text("sprengel;kinder\nS1;80\nS2;100\n", encoding="utf-8")


def test_further_areas_of_the_same_programme_are_audited_with_what_was_told(folder):
    with_sprengel(folder)
    recorded(folder).save(folder / "out")
    second = recorded(folder, CONFIG + SPRENGEL)
    assert second.entry is not None
    second.save(folder / "out2")
    one, two = lines_of(folder)
    assert two["previous"] == one["digest"]
    # and the third run, which is the first again, is in the ledger already
    assert recorded(folder).entry is None


def test_what_was_told_before_makes_more_be_withheld():
    first = protect_participation(counts_of(ROWS), BEZIRKE, rules=FINE)
    assert status(first)["bezirke", "B1", "all"] == "ok"
    second = protect_participation(counts_of(ROWS), SPRENGEL_TOO, rules=FINE, earlier=first.rows)
    units = pd.DataFrame(ROWS, columns=["bezirke", "sprengel", "age", "n"])
    both = [
        Attack(made.release, units, children, FINE)
        for made, children in ((first, BEZIRKE), (second, SPRENGEL_TOO))
    ]
    # B1 - S1 = 22 - 20: an attacker with both releases must reckon with five children
    both[1].rows.A = np.vstack([attack.rows.A for attack in both])
    both[1].rows.lb = np.concatenate([attack.rows.lb for attack in both])
    both[1].rows.ub = np.concatenate([attack.rows.ub for attack in both])
    assert both[1].extreme([1]) >= 5
    assert status(second)["sprengel", "S1", "all"] == "suppressed"
    ground = second.ground
    counts = ground.truth(list(MEASURES.values()))
    assert not audit_release(second.rows, counts, ground.geographies, earlier=first.rows)


def test_a_run_that_cannot_be_made_safe_with_what_was_told_is_refused_with_the_proof():
    first = protect_participation(counts_of(ROWS), SPRENGEL_TOO, rules=FINE)
    place = first.ground.place
    # as an office without an audit told it: B1 has 22, S1 has 20
    told = [
        Row(label, (Term(": Kinder", *place(name, key, "all")),), (Form(n, n, "exact"),))
        for label, name, key, n in (
            ("Bezirk B1", "bezirke", "B1", 22.0),
            ("Sprengel S1", "sprengel", "S1", 20.0),
        )
    ]
    with pytest.raises(DisclosureError, match=r"Bezirk B1.*Sprengel S1") as caught:
        protect_participation(counts_of(ROWS), SPRENGEL_TOO, rules=FINE, earlier=told)
    assert not any(f" {n} " in str(caught.value) for n in (2, 20, 22))


def test_a_refused_run_writes_nothing(folder):
    with_sprengel(folder)
    recorded(folder, CONFIG + SPRENGEL).save(folder / "out")
    before = (folder / "freigaben.jsonl").read_bytes()
    # the same programme without the Sprengel: what was told of them cannot be audited any more
    with pytest.raises(DisclosureError, match="sprengel") as caught:
        recorded(folder)
    assert {p.code for p in caught.value.problems} == {"participation.ledger_areas"}
    other_ages = (CONFIG + SPRENGEL).replace('"6-14"', '"6-13"').replace("[6, 14]", "[6, 13]")
    with pytest.raises(DisclosureError, match="Alter"):
        recorded(folder, other_ages)
    assert (folder / "freigaben.jsonl").read_bytes() == before


def test_another_programme_may_have_other_areas(folder):
    recorded(folder).save(folder / "out")
    with_sprengel(folder)
    other = CONFIG + SPRENGEL + LEDGER.replace("2024", "2025")
    (folder / "teilnahme.toml").write_text(other, encoding="utf-8")
    run(folder).save(folder / "out2")
    assert len(lines_of(folder)) == 2


def test_a_changed_ledger_is_noticed_and_one_elsewhere_is_refused(folder):
    recorded(folder).save(folder / "out")
    path = folder / "freigaben.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Probe", "Probf"), encoding="utf-8")
    with pytest.raises(DisclosureError, match="freigaben"):
        recorded(folder)
    (folder / "weg.jsonl").symlink_to(folder.parent / "anderswo.jsonl")
    for elsewhere in ("../freigaben.jsonl", "weg.jsonl", "/tmp/x.jsonl", "daten", "a\\u0000b"):
        (folder / "teilnahme.toml").write_text(
            CONFIG + LEDGER.replace("freigaben.jsonl", elsewhere), encoding="utf-8"
        )
        with pytest.raises(ConfigError, match="ledger"):
            run(folder)


def test_a_file_of_registrations_named_as_ledger_is_refused_unquoted(folder):
    told = LEDGER.replace("freigaben.jsonl", "daten/anmeldungen.csv")
    (folder / "teilnahme.toml").write_text(CONFIG + told, encoding="utf-8")
    before = (folder / "daten" / "anmeldungen.csv").read_bytes()
    with pytest.raises(DisclosureError) as caught:
        run(folder)
    assert_no_canary(str(caught.value), repr(caught.value.problems))
    assert (folder / "daten" / "anmeldungen.csv").read_bytes() == before


def test_what_could_not_be_written_is_not_recorded(folder, monkeypatch):
    result = recorded(folder)
    monkeypatch.setattr("sozialraum.publish.participation._manifest", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        result.save(folder / "out")
    assert not (folder / "freigaben.jsonl").exists() and not (folder / "out").exists()


def test_a_build_with_the_same_ledger_is_not_hindered_by_a_programme(folder):
    from sozialraum.privacy.audit.ledger import read_ledger

    recorded(folder).save(folder / "out")
    ledger = read_ledger(folder / "freigaben.jsonl")
    # the names of its areas hold what they mean, so no geography is asked of others
    assert ledger.geographies_missing({}) == []
