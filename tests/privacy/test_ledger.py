"""The release ledger: append-only, hashed, and part of every later audit."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.ledger import (
    append,
    geography_digest,
    next_entry,
    read_ledger,
    record,
    refuse_missing_geographies,
)
from sozialraum.privacy.audit.rows import Term, count_row

UNITS = ["innen", "streifen", "fern"]
PLACES = {
    "alt": pd.Series(["A", "A", "F"], UNITS),
    "neu": pd.Series(["N", np.nan, "M"], UNITS, dtype=object),
}
COUNTS = {("armut", "2023-12-31"): pd.Series([20.0, 2.0, 4.0], UNITS)}


def _count(geography, zone, total):
    return count_row(Term("armut", geography, zone, "2023-12-31"), total)


def _first(path):
    rows = [_count("alt", "A", 22), _count("alt", "F", 4)]
    return record(read_ledger(path), rows, COUNTS, PLACES, title="Bericht 2023", date="2024-03-01")


def test_what_was_written_is_read_back(tmp_path):
    path = tmp_path / "veroeffentlicht.jsonl"
    written = _first(path)
    again = read_ledger(path)
    assert again == written
    assert [row.label for row in again.rows] == ["alt A", "alt F"]
    assert again.rows[1].forms[0].high == np.inf


def test_no_raw_count_of_a_withheld_zone_is_in_the_file(tmp_path):
    path = tmp_path / "l.jsonl"
    _first(path)
    line = json.loads(path.read_text(encoding="utf-8"))
    withheld = line["rows"][1]
    assert (withheld["low"], withheld["high"], withheld["kind"]) == (1.0, None, "suppressed")
    assert "forms" not in withheld


def test_an_edition_that_would_break_an_earlier_one_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "l.jsonl"
    ledger = _first(path)
    before = path.read_bytes()
    rows = [_count("neu", "N", 20)]
    with pytest.raises(DisclosureError, match="kleine Gruppe") as caught:
        record(ledger, rows, COUNTS, PLACES, title="Sprengel", date="2024-06-01")
    assert path.read_bytes() == before
    assert not re.search(r"\b(2|20|22)\b", str(caught.value))
    other = [_count("neu", "M", 4)]
    assert (
        len(record(ledger, other, COUNTS, PLACES, title="Sprengel", date="2024-06-01").entries) == 2
    )


@pytest.mark.parametrize("harm", ["change", "remove", "insert", "garbage"])
def test_a_changed_ledger_is_noticed(tmp_path, harm):
    path = tmp_path / "l.jsonl"
    ledger = _first(path)
    record(ledger, [_count("neu", "M", 4)], COUNTS, PLACES, title="B", date="2024-06-01")
    lines = path.read_text(encoding="utf-8").splitlines()
    harmed = {
        "change": [lines[0].replace("22.0", "23.0"), lines[1]],
        "remove": lines[1:],
        "insert": [lines[0], lines[0], lines[1]],
        "garbage": [lines[0], "{"],
    }[harm]
    path.write_text("\n".join(harmed) + "\n", encoding="utf-8")
    with pytest.raises(DisclosureError, match="Prüfsumme"):
        read_ledger(path)


def test_a_geography_must_come_back_as_it_was(tmp_path):
    ledger = _first(tmp_path / "l.jsonl")
    moved = {**PLACES, "alt": pd.Series(["A", "F", "F"], UNITS)}
    with pytest.raises(DisclosureError, match="anders zugeschnitten"):
        record(ledger, [_count("neu", "M", 4)], COUNTS, moved, title="B", date="2024-06-01")
    assert geography_digest(PLACES["alt"]) == geography_digest(PLACES["alt"].iloc[::-1])


def test_an_absent_file_is_an_empty_ledger(tmp_path):
    assert read_ledger(tmp_path / "none.jsonl").rows == ()


def test_an_entry_audited_before_somebody_else_published_is_not_appended(tmp_path):
    path = tmp_path / "l.jsonl"
    ledger = _first(path)
    told = {"title": "B", "date": "2024-06-01"}
    entry = next_entry(ledger, [_count("neu", "M", 4)], COUNTS, PLACES, **told)
    record(ledger, [_count("alt", "A", 22)], COUNTS, PLACES, title="C", date="2024-05-01")
    before = path.read_bytes()
    with pytest.raises(DisclosureError, match="eine andere Veröffentlichung"):
        append(ledger, entry)
    assert path.read_bytes() == before


def test_a_ledger_knows_what_was_published_already_whatever_its_title(tmp_path):
    ledger = _first(tmp_path / "l.jsonl")
    rows = [_count("alt", "A", 22), _count("alt", "F", 4)]
    assert ledger.holds(rows, PLACES)
    assert not ledger.holds(rows[:1], PLACES)
    assert not ledger.holds([_count("alt", "A", 21), rows[1]], PLACES)
    moved = {**PLACES, "alt": pd.Series(["A", "F", "F"], UNITS)}
    assert not ledger.holds(rows, moved)


def test_a_build_that_splits_areas_is_told_that_it_cannot_be_audited_with_whole_ones(tmp_path):
    ledger = _first(tmp_path / "l.jsonl")
    own = {"sprengel": pd.Series(["S1"], ["S1"])}
    with pytest.raises(DisclosureError, match="nicht gemeinsam prüfen") as caught:
        refuse_missing_geographies(ledger, own, whole=False)
    (found,) = caught.value.problems
    assert found.key == "alt" and "nested" in found.action
