"""City minus areas, and an edition as rows of the ledger."""

import numpy as np
import pandas as pd
import pytest
from privacy import tiny_city as city

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.bounds import audit_release
from sozialraum.privacy.audit.city_total import withhold_for_city
from sozialraum.privacy.audit.ledger import read_ledger, record
from sozialraum.privacy.audit.published_rows import edition_rows
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.rounding import count_window, round_shares
from sozialraum.privacy.rules import DisclosureRules


def test_a_window_holds_exactly_the_counts_that_are_published_alike():
    for base in (30, 53, 100, 753, 1000):
        counts = np.arange(5, base - 4)
        share = pd.DataFrame({"a": counts / base})
        shown = round_shares(share, pd.DataFrame({"a": np.full(counts.size, float(base))}))["a"]
        for value, same in pd.Series(counts).groupby(shown.to_numpy()):
            assert count_window(value, base) == (same.min(), same.max()), (base, value)


def _withhold(cases, persons, shares, signs, minimum=5):
    keys = [f"{n:02d}" for n in range(len(cases))]
    return withhold_for_city(
        pd.Series(signs, keys, dtype=object),
        pd.Series(cases, keys, dtype=float),
        pd.Series(persons, keys, dtype=float),
        pd.Series(shares, keys, dtype=float),
        DisclosureRules(minimum=minimum, candidates=1),
    )


def test_nothing_withheld_needs_nothing_more():
    signs, safe = _withhold([10, 20], [100, 100], [0.1, 0.2], ["ok", "ok"])
    assert (signs.tolist(), safe) == (["ok", "ok"], True)


def test_one_withheld_area_beside_exact_neighbours_takes_the_smallest_with_it():
    signs, safe = _withhold(
        [3, 20, 30], [100, 90, 200], [np.nan, 20 / 90, 0.15], ["suppressed", "ok", "ok"]
    )
    assert (signs.tolist(), safe) == (["suppressed", "suppressed_secondary", "ok"], True)


def test_where_all_others_are_zero_the_city_must_not_be_shown():
    signs, safe = _withhold([3, 0], [100, 100], [np.nan, 0.0], ["suppressed", "ok"])
    assert (signs.tolist(), safe) == (["suppressed", "ok"], False)


def test_those_not_counted_are_protected_as_well():
    """98 of 100 are counted: the 2 others must not follow from the city's others (2 + 40 = 42)."""
    signs, safe = _withhold([98, 60], [100, 100], [np.nan, 0.6], ["suppressed", "ok"])
    assert (signs.tolist(), safe) == (["suppressed", "suppressed_secondary"], True)


def test_moved_counts_may_be_fractions_of_persons():
    signs, safe = _withhold(
        [3.4, 20.2, 30.1], [100.5, 90, 200], [np.nan, 0.224, 0.15], ["suppressed", "ok", "ok"]
    )
    assert safe and signs.tolist()[1] == "suppressed_secondary"


def test_rows_of_an_edition_hold_the_true_counts_and_their_complements():
    release = city.protected()
    value, base, _ = city.counts()
    rows = edition_rows(
        release.current,
        base,
        geography="Sprengel",
        indicators=city.INDICATORS,
        rules=DisclosureRules(),
    )
    counts = (value * base).round()
    assert len(rows) == 2 * 3 * 8
    for row in rows:
        (term,) = row.terms
        others = term.variable.startswith("nicht ")
        column = term.variable.removeprefix("nicht ")
        true = counts.at[term.zone, column]
        true = base.at[term.zone, column] - true if others else true
        assert row.low <= true <= row.high, row


def test_a_released_edition_passes_the_audit_and_enters_the_ledger(tmp_path):
    release = city.protected()
    value, base, _ = city.counts()
    rules = DisclosureRules()
    rows = edition_rows(
        release.current, base, geography="Sprengel", indicators=city.INDICATORS, rules=rules
    )
    counted = (value * base).round()
    truth = {(c, "2024-12-31"): counted[c] for c in counted}
    truth |= {(f"nicht {c}", "2024-12-31"): base[c] - counted[c] for c in counted}
    places = {"Sprengel": pd.Series(city.KEYS, city.KEYS)}
    assert audit_release(rows, truth, places) == []
    ledger = record(
        read_ledger(tmp_path / "l.jsonl"),
        rows,
        truth,
        places,
        title="Index 2024",
        date="2025-01-31",
    )
    assert len(ledger.rows) == len(rows)
    assert "0.015" not in (tmp_path / "l.jsonl").read_text(encoding="utf-8")


def test_an_exact_table_of_another_office_would_break_the_edition(tmp_path):
    """The city's exact counts and all other areas exactly: area 01 has 3 children with help."""
    release = city.protected()
    value, base, _ = city.counts()
    rules = DisclosureRules()
    rows = edition_rows(
        release.current, base, geography="S", indicators=city.INDICATORS, rules=rules
    )
    counted = (value * base).round()
    truth = {(c, "2024-12-31"): counted[c] for c in counted}
    truth |= {(f"nicht {c}", "2024-12-31"): base[c] - counted[c] for c in counted}
    others = pd.Series(["rest", *["x"] * 7], city.KEYS, dtype=object)
    places = {
        "S": pd.Series(city.KEYS, city.KEYS),
        "Stadt": pd.Series("Stadt", city.KEYS),
        "Bezirk": others.where(others == "x"),
    }
    # 3 + 20 + 9 + 0 + 25 + 1 + 1 + 15 = 74 in the city, 71 without area 01
    exact = [
        Row(zone, (Term("hilfe", geography, zone, "2024-12-31"),), (Form(n, n, "exact"),))
        for geography, zone, n in (("Stadt", "Stadt", 74.0), ("Bezirk", "x", 71.0))
    ]
    with pytest.raises(DisclosureError, match="kleine Gruppe"):
        record(
            read_ledger(tmp_path / "l.jsonl"),
            [*rows, *exact],
            truth,
            places,
            title="t",
            date="2025-01-31",
        )
    assert not (tmp_path / "l.jsonl").exists()
