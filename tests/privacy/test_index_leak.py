"""Back-calculation through the index: an attacker with weights, scale, bases and all other shares."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from privacy import tiny_city as city

from sozialraum.model import Breaks, Indicator
from sozialraum.privacy.audit.bounds import audit_release
from sozialraum.privacy.audit.index_equation import Affine, equation_of, shown_interval
from sozialraum.privacy.audit.published_rows import index_rows
from sozialraum.privacy.audit.rows import Term, count_row
from sozialraum.privacy.edition import Candidate, cell_signs, protect_edition, published_values
from sozialraum.privacy.gate import disclosure_warnings
from sozialraum.privacy.index_leak import (
    compatible_counts,
    index_leak_warnings,
    leaking_cells,
)
from sozialraum.privacy.rules import DisclosureRules


def test_compatible_counts_are_those_that_trying_all_finds():
    rng = np.random.default_rng(7)
    for _ in range(300):
        hidden = [
            (Affine(rng.normal(), rng.normal()), int(rng.integers(2, 12)))
            for _ in range(rng.integers(1, 3))
        ]
        true = [int(rng.integers(1, base + 1)) for _, base in hidden]
        shown = np.sort(rng.normal(size=2) * 0.05)
        total = shown.mean() + sum(
            a.offset + a.slope * c / b for (a, b), c in zip(hidden, true, strict=True)
        )
        index = (total - 0.05, total + 0.05)
        expected = set()
        for counts in itertools.product(*[range(1, base + 1) for _, base in hidden]):
            rest = sum(a.offset + a.slope * c / b for (a, b), c in zip(hidden, counts, strict=True))
            if index[0] - shown[1] <= rest <= index[1] - shown[0]:
                expected.add(counts[0])
        found = compatible_counts(0, hidden, tuple(shown), index)
        assert set(found.tolist()) == expected
        assert true[0] in expected


def _districts(n_indicators, seed=20260, areas=60):
    """Sixty districts with children of a large city; some counts are 1 to 9."""
    rng = np.random.default_rng(seed)
    ids = [f"i{n}" for n in range(n_indicators)]
    keys = pd.Index([f"{n:02d}" for n in range(areas)])
    level = rng.choice([0.012, 0.025, 0.05, 0.16, 0.45], n_indicators)
    base = pd.DataFrame(rng.integers(200, 1200, (areas, n_indicators)).astype(float), keys, ids)
    spread = 1 / (
        1 + np.exp(-(np.log(level / (1 - level)) + rng.normal(0, 0.6, (areas, n_indicators))))
    )
    count = rng.binomial(base.astype(int), spread)
    value = pd.DataFrame(count, keys, ids) / base
    low, high = value.min().round(3) - 0.001, value.max().round(3) + 0.001

    def contribute(share):
        return (share - low) / (high - low) / n_indicators

    index = contribute(value).sum(axis=1)
    candidate = Candidate(
        stichtag="2024-12-31",
        table=pd.DataFrame({"index": index, "class": np.ones(areas, int)}),
        value=value,
        base=base,
        status=pd.DataFrame("ok", keys, ids),
        contribute=contribute,
    )
    indicators = [
        Indicator(id=i, label=i, direction="burden", numerator=f"{i}_n", denominator="kinder")
        for i in ids
    ]
    return candidate, indicators


def _one_by_one(candidate, indicators, decimals):
    """Withhold each small count alone, publish all other shares to 0.1 %: how many come back exactly?"""
    rules = DisclosureRules(minimum=10, published=tuple(i.id for i in indicators))
    cells = exact = 0
    counts = (candidate.value * candidate.base).round()
    for area, column in itertools.product(counts.index, counts.columns):
        if 1 <= counts.at[area, column] < 10:
            signs = candidate.status.copy()
            signs.loc[area, column] = "suppressed"
            values = candidate.value.where(signs.eq("ok"))
            found = leaking_cells(
                candidate, signs.loc[[area]], values, indicators=indicators, breaks=None,
                rules=rules, decimals=decimals,
            )  # fmt: skip
            cells += 1
            exact += int(found["exact"].sum())
    return cells, exact


@pytest.mark.parametrize("n_indicators", [4, 10])
def test_two_and_three_decimals_give_counts_back_and_one_does_not(n_indicators):
    candidate, indicators = _districts(n_indicators)
    recovered = {d: _one_by_one(candidate, indicators, d) for d in (1, 2, 3)}
    assert recovered[1][0] > 20  # cells tried
    assert recovered[1][1] == 0
    assert recovered[2][1] < recovered[3][1]
    assert recovered[3][1] > recovered[3][0] / 4


def test_the_default_publication_of_a_city_gives_no_count_back():
    rules = DisclosureRules(minimum=10)
    for n_indicators in (4, 10):
        candidate, indicators = _districts(n_indicators)
        edition = protect_edition(
            candidate, indicators=indicators, breaks={}, rules=rules, orientation="deprivation"
        )
        assert edition.signs.isin(["suppressed"]).to_numpy().sum() > 20
        again = leaking_cells(
            candidate, edition.signs.astype(object), edition.values, indicators=indicators, breaks=None,
            rules=rules, decimals=1,
        )  # fmt: skip
        shown = again["area"].isin(edition.table.index[edition.table["index"].notna()])
        assert not shown.any()


def test_more_decimals_are_answered_with_a_warning_and_withheld_indices():
    candidate, indicators = _districts(4)
    rules = DisclosureRules(minimum=10, index_decimals=3, candidates=1)
    signs = cell_signs(candidate, indicators=indicators, rules=rules)
    values = published_values(candidate, signs, indicators=indicators, rules=rules)
    told = {"indicators": indicators, "breaks": None, "rules": rules}
    warnings = index_leak_warnings(candidate, signs, values, **told)
    assert [w.severity for w in warnings] == ["warning"]
    assert "3 Nachkommastellen" in warnings[0].message
    edition = protect_edition(
        candidate, indicators=indicators, breaks={}, rules=rules, orientation="deprivation"
    )
    leaking = leaking_cells(candidate, signs, values, decimals=3, **told)["area"].unique()
    assert len(leaking) > 0
    assert edition.table.loc[leaking, "index"].isna().all()
    assert edition.table.loc[leaking, "status"].eq("suppressed").all()
    assert edition.contributions.loc[leaking].isna().all().all()


def test_the_office_is_told_how_many_values_more_decimals_would_give_back():
    """Shares to 0.1 %, all counts below ten withheld: the more decimals, the more values."""
    candidate, indicators = _districts(4)
    told, exact = [], []
    for decimals in (1, 2, 3):
        rules = DisclosureRules(minimum=10, index_decimals=decimals, candidates=1)
        warnings = disclosure_warnings(candidate, indicators=indicators, breaks={}, rules=rules)
        numbers = [re.findall(r"\d+", w.message) for w in warnings]
        told.append(sum(int(n[1]) for n in numbers))
        exact.append(sum(int(n[3]) for n in numbers))
    assert told[0] <= told[1] <= told[2] and told[2] > told[0]
    assert exact[0] == 0 < exact[2]


def test_no_warning_where_nothing_is_withheld():
    candidate, _, breaks = city.build()
    rules = DisclosureRules(minimum=1)
    signs = candidate.status
    told = {"indicators": city.INDICATORS, "breaks": breaks, "rules": rules}
    assert index_leak_warnings(candidate, signs, candidate.value, **told) == []


def test_an_index_that_is_no_straight_sum_is_not_shown_beside_withheld_cells():
    candidate, indicators = _districts(4)
    bent = Candidate(
        stichtag="2024-12-31",
        table=candidate.table,
        value=candidate.value,
        base=candidate.base,
        status=candidate.status,
        contribute=lambda share: share**2,
    )
    rules = DisclosureRules(minimum=10)
    edition = protect_edition(
        bent, indicators=indicators, breaks={}, rules=rules, orientation="deprivation"
    )
    withheld = edition.signs.isin(["suppressed"]).any(axis=1)
    assert edition.table.loc[withheld, "index"].isna().all()
    assert edition.table.loc[withheld, "class"].notna().all()
    assert edition.table.loc[~withheld, "index"].notna().all()


def test_the_class_alone_can_tell_too_much_and_is_then_withheld():
    """One indicator, weight 1: class 1 ends at 2.4 % of 100 children, so the withheld count is 1 or 2."""
    keys = pd.Index(["a", "b"])
    value = pd.DataFrame({"armut": [0.02, 0.5]}, keys)
    base = pd.DataFrame({"armut": [100.0, 100.0]}, keys)
    candidate = Candidate(
        stichtag="2024-12-31",
        table=pd.DataFrame({"index": value["armut"], "class": [1, 2]}),
        value=value,
        base=base,
        status=pd.DataFrame("ok", keys, ["armut"]),
        contribute=lambda share: share,
    )
    breaks = {"index": Breaks("fixed", (0.024,), numbers=(1, 2), labels=("gering", "hoch"))}
    edition = protect_edition(
        candidate,
        indicators=city.INDICATORS[:1],
        breaks=breaks,
        rules=DisclosureRules(),
        orientation="deprivation",
    )
    assert pd.isna(edition.table.at["a", "class"])
    assert edition.table.at["a", "status"] == "suppressed"


def test_the_index_is_a_row_of_the_complete_audit():
    """All other counts known: three decimals of the index give counts back exactly, one does not."""
    candidate, indicators = _districts(4, areas=12)
    counts = (candidate.value * candidate.base).round()
    places = {"Bezirk": pd.Series(candidate.value.index, candidate.value.index)}
    truth = {(i.id, "2024-12-31"): counts[i.id] for i in indicators}
    shares = [
        count_row(Term(i.id, "Bezirk", area, "2024-12-31"), counts.at[area, i.id], minimum=10)
        for i in indicators
        for area in counts.index
    ]
    breaches = {}
    for decimals in (1, 3):
        rows = index_rows(
            candidate, candidate.table.round(decimals), geography="Bezirk", indicators=indicators,
            breaks=None, decimals=decimals,
        )  # fmt: skip
        assert len(rows) == 12
        found = audit_release([*shares, *rows], truth, places, minimum=10)
        breaches[decimals] = len(found), sum(b.known for b in found)
    assert audit_release(shares, truth, places, minimum=10) == []
    assert breaches[1][1] == 0 < breaches[3][1]  # known exactly
    assert breaches[1][0] <= breaches[3][0]  # known to be below ten


def test_index_rows_need_straight_lines():
    candidate, indicators = _districts(4, areas=12)
    bent = replace(candidate, contribute=lambda share: share**2)
    with pytest.raises(ValueError, match="straight lines"):
        index_rows(
            bent, candidate.table, geography="B", indicators=indicators, breaks=None, decimals=1
        )


def test_published_dimensions_narrow_what_the_shown_shares_leave_open():
    """Index = mean of two dimensions of one indicator each; steps of 0.1 leave ±0.05, a dimension to 1 decimal less."""
    keys = pd.Index(["a", "b", "c"])
    value = pd.DataFrame({"x": [0.05, 0.5, 0.9], "y": [0.31, 0.5, 0.9]}, keys)
    base = pd.DataFrame({"x": [60.0] * 3, "y": [40.0] * 3}, keys)
    indicators = [
        Indicator(
            id=i, label=i, direction="burden", numerator=i + "n", denominator="k", dimension=i
        )
        for i in "xy"
    ]
    candidate = Candidate(
        stichtag="2024-12-31",
        table=pd.DataFrame(
            {"index": value.mean(axis=1), "class": 1, "dim_y": value["y"] * 2}, keys
        ),
        value=value,
        base=base,
        status=pd.DataFrame("ok", keys, ["x", "y"]),
        contribute=lambda share: share / 2,
    )
    rules = DisclosureRules()
    equation = equation_of(candidate, indicators)
    shown = pd.DataFrame({"x": [np.nan, 0.5, 0.9], "y": [0.3, 0.5, 0.9]}, keys)
    low, high = shown_interval("a", equation, indicators[:1], candidate, shown, rules)
    # share 0.25..0.35 → contribution 0.125..0.175; dimension 0.6 ± 0.05 is y 0.275..0.325 → 0.1375..0.1625
    assert (low, high) == (pytest.approx(0.1375), pytest.approx(0.1625))
