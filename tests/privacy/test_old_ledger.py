"""Ledgers of the time before: their rows join the audit of new releases."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import new_ledger, open_ledger
from sozialraum.privacy.old_ledger import import_old
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.rules import DisclosureRules

DAY = "2024-12-31"
UNITS = [f"{n:02d}" for n in range(48)]
PLACES = {
    "sprengel": pd.Series([f"S{n // 2:02d}" for n in range(48)], UNITS),
    "bezirk": pd.Series([f"B{n % 24:02d}" for n in range(48)], UNITS),
}
COLUMNS = {"armut": ("sgb2", "kinder"), "migration": ("mig", "kinder")}


def digest_of(plain):
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def zones_of(place):
    """The hash that old ledgers hold of a set of areas."""
    lines = [f"{unit}\t{zone}" for unit, zone in sorted(PLACES[place].items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def old_file(path, rows, places=("sprengel",)):
    """Write a ledger as it was written then: one line, chained by plain hashes."""
    plain = {
        "number": 1, "title": "alt", "date": DAY, "previous": "0" * 64,
        "geographies": {place: zones_of(place) for place in places},
        "rows": [{"label": "x", "kind": "exact", "low": low, "high": high, "terms": terms}
                 for low, high, terms in rows],
    }  # fmt: skip
    path.write_text(json.dumps({**plain, "digest": digest_of(plain)}) + "\n", "utf-8")
    return path


@pytest.fixture
def counts():
    rng = np.random.default_rng(3)
    base = rng.integers(40, 90, 48)
    cases = {"armut": rng.binomial(base, 0.2), "migration": rng.binomial(base, 0.4)}
    return pd.DataFrame(cases, UNITS).astype(float), pd.DataFrame(
        {"armut": base, "migration": base}, UNITS
    ).astype(float)


def released(tmp_path, counts, rows, *, publish="bezirk", places=("sprengel",), **more):
    new_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger = open_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    old = old_file(tmp_path / "alt.jsonl", rows, places)
    ledger, _ = import_old(old, ledger)
    return protect(
        [CaseCounts(DAY, *counts)], PLACES, publish=[publish], rules=DisclosureRules(),
        columns=COLUMNS, ledger=ledger, **more,
    )  # fmt: skip


def exact(counts, column, name, place, others=False):
    """Rows that tell the exact count of every area."""
    cases, base = counts
    told = (base - cases if others else cases)[column].groupby(PLACES[place]).sum()
    return [(x, x, [[name, place, zone, DAY, 1.0]]) for zone, x in told.items()]


@pytest.mark.parametrize("others", [False, True])
def test_exact_counts_of_pairs_bound_what_may_be_told_of_single_units(tmp_path, counts, others):
    """Pairs told exactly; one pair has 3 and 2: single windows beside it would tell the 2."""
    cases, base = counts
    cases.loc[["00", "01"], "armut"] = [6, 1]
    name = "kinder ohne sgb2" if others else "sgb2"
    rows = exact(counts, "armut", name, "sprengel", others)
    places = {**PLACES, "einheit": pd.Series(UNITS, UNITS)}
    new_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger = open_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger, _ = import_old(old_file(tmp_path / "alt.jsonl", rows), ledger)
    told = {"publish": ["einheit"], "rules": DisclosureRules(), "columns": COLUMNS}
    beside = protect([CaseCounts(DAY, cases, base)], places, ledger=ledger, **told)
    alone = protect([CaseCounts(DAY, cases, base)], places, **told)
    key = ("armut", DAY, "einheit")
    # window of 6 is 6-8, of 1 is 1-5; 7 together leaves the second exactly 1
    assert beside.protected.unpublished == {key: "audit"}
    assert not alone.protected.unpublished


def test_what_old_rows_alone_give_away_is_told_to_the_office_and_blocks_nothing(tmp_path, counts):
    cases, _ = counts
    cases.loc[["00", "01"], "armut"] = [1, 0]
    made = released(tmp_path, counts, exact(counts, "armut", "sgb2", "sprengel"),
                    publish="sprengel")  # fmt: skip
    assert "privacy.earlier_breach" in [p.code for p in made.problems]
    assert not made.protected.unpublished


def test_an_old_index_ties_counts_together(tmp_path, counts):
    """An index of both counts, told exactly for every pair, with the migration told as well."""
    cases, base = counts
    cases.loc[["00", "01"], "armut"] = [6, 1]
    sums = {name: cases[name].groupby(PLACES["sprengel"]).sum() for name in cases}
    index = sums["armut"] + 0.5 * sums["migration"]
    rows = exact(counts, "migration", "mig", "sprengel")
    rows += [
        (x, x, [["sgb2", "sprengel", z, DAY, 1.0], ["mig", "sprengel", z, DAY, 0.5]])
        for z, x in index.items()
    ]
    places = {**PLACES, "einheit": pd.Series(UNITS, UNITS)}
    new_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger = open_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger, _ = import_old(old_file(tmp_path / "alt.jsonl", rows), ledger)
    made = protect(
        [CaseCounts(DAY, cases, base)], places, publish=["einheit"], rules=DisclosureRules(),
        columns=COLUMNS, ledger=ledger,
    )  # fmt: skip
    assert ("armut", DAY, "einheit") in made.protected.unpublished


def test_old_areas_must_be_given(tmp_path, counts):
    rows = [(5.0, 9.0, [["sgb2", "wahlkreis", "W1", DAY, 1.0]])]
    with pytest.raises(DisclosureError, match="wahlkreis"):
        released(tmp_path, counts, rows)


def test_counts_outside_an_old_row_contradict_it(tmp_path, counts):
    rows = [(0.0, 0.0, [["sgb2", "sprengel", "S00", DAY, 1.0]])]
    with pytest.raises(DisclosureError, match="passt nicht"):
        released(tmp_path, counts, rows)


def test_a_correction_the_office_has_named_leaves_the_old_row_out(tmp_path, counts):
    rows = [(0.0, 0.0, [["sgb2", "sprengel", "S00", DAY, 1.0]])]
    assert not released(tmp_path, counts, rows, accepted=["armut"]).protected.unpublished


def test_rows_of_other_counts_and_days_say_nothing(tmp_path, counts):
    rows = [
        (0.0, 0.0, [["andere", "wahlkreis", "W1", DAY, 1.0]]),
        (0.0, 0.0, [["sgb2", "sprengel", "S00", "2020-12-31", 1.0]]),
    ]
    assert not released(tmp_path, counts, rows).protected.unpublished


def test_an_old_ledger_that_was_changed_is_refused(tmp_path, counts):
    old = old_file(tmp_path / "alt.jsonl", exact(counts, "armut", "sgb2", "sprengel"))
    old.write_text(old.read_text("utf-8").replace('"alt"', '"neu"'), "utf-8")
    new_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    ledger = open_ledger(tmp_path / "f.jsonl", tmp_path / "f.key")
    with pytest.raises(DisclosureError, match="verändert"):
        import_old(old, ledger)
