"""The complete audit: against every possible world of tiny cities, and against published cases."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from privacy.enumeration import breach_atoms, tiny_system, worlds
from shared_data import shared

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.atoms import refine
from sozialraum.privacy.audit.bounds import audit, audit_release, largest
from sozialraum.privacy.audit.network import Network
from sozialraum.privacy.audit.programme import Programme
from sozialraum.privacy.audit.rows import (
    Form,
    Row,
    Term,
    complement_row,
    count_row,
    index_row,
    order_row,
    perturbed_row,
    rate_row,
    rounded_row,
    sum_row,
)
from sozialraum.privacy.audit.system import build_system


def _known_to_all(truth):
    """Return what everyone knows the atoms cannot exceed; it keeps the list of worlds short."""
    return np.maximum(truth, 4.0)


@pytest.mark.parametrize(("geographies", "cities"), [(2, 600), (3, 300), (4, 150)])
def test_the_audit_finds_exactly_what_listing_all_worlds_finds(geographies, cities):
    """Level "population": everyone knows how many live in each atom (about four)."""
    breaches = 0
    for seed in range(cities):
        system, truth, _, *_ = tiny_system(seed, geographies=geographies, zones=2 + seed % 2)
        cap = _known_to_all(truth)
        low, high = system.bounds()
        possible = worlds(system.matrix, low, high, cap)
        expected = breach_atoms(possible, truth, 3)
        found = {
            b.unknown for b in audit(system, truth, minimum=3, level="population", population=cap)
        }
        assert found == expected, seed
        breaches += len(expected)
    assert breaches > cities / 4


def test_bounds_equal_the_extremes_of_all_worlds():
    for seed in range(150):
        system, truth, _, *_ = tiny_system(seed, geographies=2 + seed % 3)
        cap = _known_to_all(truth)
        possible = worlds(system.matrix, *system.bounds(), cap)
        assert largest(system, truth, cap=cap).tolist() == possible.max(axis=0).tolist(), seed
        least = largest(system, truth, cap=cap, upward=False)
        assert least.tolist() == possible.min(axis=0).tolist(), seed


def test_witnesses_spare_searches_and_change_nothing():
    for seed in range(60):
        system, truth, *_ = tiny_system(seed, geographies=2 + seed % 2, units=8, zones=4)
        with_pool = {b.unknown for b in audit(system, truth, minimum=3)}
        without = {b.unknown for b in audit(system, truth, minimum=3, use_pool=False)}
        assert with_pool == without


def test_minimum_cut_and_linear_programme_agree_on_two_geographies():
    for seed in range(60):
        system, truth, *_ = tiny_system(seed, geographies=2, units=10, zones=4, most=6)
        low, high = system.bounds()
        for part in system.parts:
            assert isinstance(part.method, Network)
            inner = system.matrix[part.rows][:, part.unknowns]
            told = (truth[part.unknowns], low[part.rows], high[part.rows])
            every = np.arange(part.unknowns.size)
            cap = np.full(every.size, 50.0)
            goal = np.full(every.size, np.inf)
            cut, _ = part.method.extremes(every, goal, *told, cap)
            linear, _ = Programme(inner, every.size).extremes(every, goal, *told, cap)
            assert np.abs(cut - linear).max() < 1e-6


def test_a_proof_adds_up_to_the_bound():
    """Weak duality: the published figures, with their multipliers, cover the atom and sum to the bound."""
    proofs = 0
    for seed in range(200):
        system, truth, *_ = tiny_system(seed, geographies=2, units=7, zones=3, most=5)
        low, high = system.bounds()
        for breach in audit(system, truth, minimum=5):
            factors = np.zeros(len(system.rows))
            factors[list(breach.proof)] = list(breach.proof.values())
            cover = system.matrix.T @ factors
            assert cover[breach.unknown] >= 1 - 1e-9
            assert (np.delete(cover, breach.unknown) >= -1e-9).all()
            total = sum(f * (high[r] if f > 0 else low[r]) for r, f in breach.proof.items())
            assert total == pytest.approx(breach.bound)
            proofs += 1
    assert proofs > 100


def test_the_brute_forced_overlaps_are_reproduced():
    cases = json.loads(shared("cases/sdc/10_overlap_bruteforce.json").read_text())
    assert len(cases) == 40
    for case in cases:
        rows, places, counts = _overlap(case)
        system = build_system(rows, refine(places))
        truth = system.truth({("x", ""): counts})
        order = [_atom_number(system, d, c) for d, c, _ in case["atoms"]]
        for bound, told in ((True, "hi_primary_only"), (False, "lo_primary_only")):
            ours = largest(system, truth, upward=bound)[order]
            theirs = np.array(case[told])
            theirs[theirs > 9000] = np.inf  # the reference run's stand-in for "no limit"
            assert ours.tolist() == pytest.approx(theirs.tolist()), case["seed"]


def _overlap(case):
    units = [f"u{n}" for n in range(len(case["atoms"]))]
    counts = pd.Series([float(v) for *_, v in case["atoms"]], units)
    places = {
        "Bezirk": pd.Series([f"D{d}" for d, *_ in case["atoms"]], units),
        "Sprengel": pd.Series([f"C{c}" for _, c, _ in case["atoms"]], units),
    }
    totals = [
        *((("Bezirk", f"D{n}"), t) for n, t in enumerate(case["district_totals"])),
        *((("Sprengel", f"C{n}"), t) for n, t in enumerate(case["catchment_totals"])),
    ]
    rows = [
        count_row(Term("x", *zone), total, minimum=case["k"])
        for zone, total in totals
        if zone[1] in set(places[zone[0]])
    ]
    return rows, places, counts


def _atom_number(system, district, catchment):
    labels = system.atoms.labels
    return int(
        np.flatnonzero(
            (labels["Bezirk"] == f"D{district}") & (labels["Sprengel"] == f"C{catchment}")
        )[0]
    )


def test_sdctable_4x4_nine_suppressed_cells_and_one_is_known_exactly():
    table = pd.read_csv(shared("cases/sdc/06_sdctable_problemdata_4x4.csv"))
    for extra, low_column, high_column in (
        ((), "lo", "hi"),
        ((("x", "b"),), "lo_after_xb_suppressed", "hi_after_xb_suppressed"),
    ):
        system, truth = _table_system(table, set(extra))
        high, low = largest(system, truth), largest(system, truth, upward=False)
        for position, cell in table.iterrows():
            if not np.isnan(cell[high_column]):
                assert (low[position], high[position]) == (cell[low_column], cell[high_column])


def _table_system(table, extra):
    """Cells of a two-way table with margins; suppressed cells may be zero (arithmetic attacker)."""
    units = [f"{r}{c}" for r, c in zip(table.row, table.col, strict=True)]
    counts = pd.Series(table.value.to_numpy(float), units)
    places = {
        "Zeile": pd.Series(table.row.to_numpy(), units),
        "Spalte": pd.Series(table.col.to_numpy(), units),
        "Zelle": pd.Series(units, units),
    }
    rows = []
    for name, zone_of in places.items():
        for zone, total in counts.groupby(zone_of).sum().items():
            cell = table[(table.row + table.col) == zone]
            hidden = name == "Zelle" and (bool(cell.suppressed.iat[0]) or tuple(zone) in extra)
            form = Form(0.0, np.inf, "suppressed") if hidden else Form(total, total, "exact")
            rows.append(Row(zone, (Term("x", name, zone),), (form,)))
    system = build_system(rows, refine(places))
    order = {u: n for n, u in enumerate(system.atoms.labels["Zelle"])}
    truth = system.truth({("x", ""): counts})
    reorder = [order[u] for u in units]
    assert reorder == list(range(len(units)))
    return system, truth


def test_sdctable_linked_tables_region_k_is_recalculated_from_county_and_group():
    table = pd.read_csv(shared("cases/sdc/07_sdctable_linked_county_group.csv"))
    counts = pd.Series(table.n.to_numpy(float), table.region)
    places = {
        "Region": pd.Series(table.region.to_numpy(), table.region),
        "Kreis": pd.Series(table.county.to_numpy(), table.region),
        "Gruppe": pd.Series(table.group.to_numpy(), table.region),
    }
    rows = [
        Row(zone, (Term("x", name, zone),), (_hidden_at_most(total, 3, name == "Region"),))
        for name, zone_of in places.items()
        for zone, total in counts.groupby(zone_of).sum().items()
    ]
    system = build_system(rows, refine(places))
    truth = system.truth({("x", ""): counts})
    high, low = largest(system, truth), largest(system, truth, upward=False)
    region = system.atoms.labels["Region"].tolist()
    for _, line in table.dropna(subset=["lo_joint"]).iterrows():
        at = region.index(line.region)
        assert (low[at], high[at]) == (line.lo_joint, line.hi_joint), line.region


def _hidden_at_most(total, limit, is_cell):
    if is_cell and total <= limit:
        return Form(0.0, np.inf, "suppressed")
    return Form(total, total, "exact")


def test_geurts_1992_intervals_of_a_table_rounded_margins():
    """X11 in [3, 6] is published; the table is 2×2 with margins 7, 3 and 6, 4 (all others derived)."""
    expected = {}
    with shared("cases/sdc/09_geurts_1992_feasibility.csv").open() as file:
        for line in csv.DictReader(file):
            expected[line["cell"]] = (float(line["lo"]), float(line["hi"]))
    units = ["X11", "X12", "X21", "X22"]
    places = {
        "Zeile": pd.Series(["1", "1", "2", "2"], units),
        "Spalte": pd.Series(["1", "2", "1", "2"], units),
    }
    # margins that give the published interval: X11 + X12 = 7, X21 + X22 = 3, X11 + X21 = 6
    counts = pd.Series([4.0, 3.0, 2.0, 1.0], units)
    rows = [
        Row(f"{name} {zone}", (Term("x", name, zone),), (Form(total, total, "exact"),))
        for name, zone_of in places.items()
        for zone, total in counts.groupby(zone_of).sum().items()
    ]
    system = build_system(rows, refine(places))
    truth = system.truth({("x", ""): counts})
    high, low = largest(system, truth), largest(system, truth, upward=False)
    assert dict(zip(units, zip(low, high, strict=True), strict=True)) == expected


def test_handbook_two_borders_of_one_area_differenced():
    """Output area of 2001 inside the enumeration district of 1991: the strip between shows 2, 1, 2, 0, 0, 0."""
    table = pd.read_csv(shared("cases/sdc/11_handbook_geographic_differencing.csv"))
    places = {
        "ED1991": pd.Series(["E", "E"], ["innen", "streifen"]),
        "OA2001": pd.Series(["A", np.nan], ["innen", "streifen"], dtype=object),
    }
    for _, line in table.iterrows():
        counts = pd.Series(
            [line.area_2001_OA, line.area_1991_ED - line.area_2001_OA], places["ED1991"].index
        )
        rows = [
            count_row(Term("x", "ED1991", "E"), line.area_1991_ED),
            count_row(Term("x", "OA2001", "A"), line.area_2001_OA),
        ]
        system = build_system(rows, refine(places))
        strip = int(system.atoms.labels["OA2001"].isna().to_numpy().argmax())
        truth = system.truth({("x", ""): counts.astype(float)})
        assert largest(system, truth)[strip] == line.differenced_expected
        found = audit(system, truth, minimum=3)
        assert [b.known for b in found] == [True] * (line.differenced_expected in (1, 2))


def test_rolling_sums_give_a_withheld_year_away():
    """11 (2020–2022) − 10 (2019–2021) + 5 (2019) = 6 children in 2022."""
    table = pd.read_csv(shared("cases/sdc/13_rolling_window_differencing.csv")).set_index("year")
    places = {"Stadt": pd.Series(["S"], ["u"])}
    years = [str(y) for y in table.index]
    counts = {("x", y): pd.Series([float(table.true_count[int(y)])], ["u"]) for y in years}
    year = {y: Term("x", "Stadt", "S", y) for y in years}
    exact = Form(5.0, 5.0, "exact")
    rows = [Row("2019", (year["2019"],), (exact,))]
    for last, total in table.published_3y_sum_ending.dropna().items():
        terms = tuple(year[str(y)] for y in range(last - 2, last + 1))
        rows.append(Row(f"{last - 2}–{last}", terms, (Form(total, total, "exact"),)))
    found = audit_release(rows, counts, places, minimum=10)
    of_2022 = [b for b in found if "2022" in b.name]
    assert [(b.bound, b.known) for b in of_2022] == [(6.0, True)]
    assert "2020–2022 (11)" in of_2022[0].sentence


def test_the_readable_breaches_of_other_tools_are_found_with_their_sentence():
    """Sprengel C25 (6) − Bezirk D38 (5) = 1: both numbers were judged safe by two tools."""
    units = ["a", "b", "c"]
    places = {
        "Bezirk": pd.Series(["D38", "D06", "D06"], units),
        "Sprengel": pd.Series(["C25", "C25", "C24"], units),
    }
    counts = pd.Series([5.0, 1.0, 20.0], units)
    terms = [("Sprengel", "C25"), ("Bezirk", "D38")]
    rows = [
        count_row(Term("x", *zone), total, minimum=3)
        for zone, total in zip(terms, (6, 5), strict=True)
    ]
    found = audit_release(rows, {("x", ""): counts}, places, minimum=3)
    assert [b.sentence for b in found] == ["Sprengel C25 (6) − Bezirk D38 (5) = 1 Person"]
    assert "(" not in repr(found[0]).replace("Breach(", "").rstrip(")")


def test_levels_of_attackers_know_more_and_more():
    units = ["a", "b"]
    places = {"Stadt": pd.Series(["S", "S"], units), "Block": pd.Series(units, units)}
    counts = {("x", ""): pd.Series([2.0, 4.0], units)}
    rows = [
        count_row(Term("x", "Stadt", "S"), 6, minimum=5),
        count_row(Term("x", "Block", "a"), 2, minimum=5),
        count_row(Term("x", "Block", "b"), 4, minimum=5),
    ]

    def atoms_at(level, **more):
        return [b.name for b in audit_release(rows, counts, places, minimum=5, level=level, **more)]

    assert atoms_at("arithmetic") == []  # each block can hold up to 6
    assert atoms_at("rule") == []  # at least 1 elsewhere: up to 5
    assert len(atoms_at("insider")) == 2  # one of the cases: must not be below 6
    assert len(atoms_at("rule", insiders=1)) == 2


def test_who_knows_how_many_live_there_knows_more():
    """A + B = 6 and B + C = 5, but in C lives one person only: so B ≥ 4 and A ≤ 2."""
    units = ["A", "B", "C"]
    places = {
        "links": pd.Series(["L", "L", np.nan], units, dtype=object),
        "rechts": pd.Series([np.nan, "R", "R"], units, dtype=object),
    }
    counts = {("x", ""): pd.Series([2.0, 4.0, 1.0], units)}
    people = {("x", ""): pd.Series([9.0, 9.0, 1.0], units)}
    rows = [count_row(Term("x", "links", "L"), 6), count_row(Term("x", "rechts", "R"), 5)]
    assert audit_release(rows, counts, places) == []
    found = audit_release(rows, counts, places, level="population", population=people)
    assert [b.bound for b in found] == [2.0]


def test_rates_rounded_perturbed_and_index_values_are_rows_of_the_audit():
    places = {"Stadt": pd.Series(["S"], ["u"])}
    counts = {("x", ""): pd.Series([17.0], ["u"])}
    term = Term("x", "Stadt", "S")

    def interval(row):
        system = build_system([row], refine(places))
        truth = system.truth(counts)
        return largest(system, truth, upward=False)[0], largest(system, truth)[0]

    assert interval(rate_row(term, 0.321, base=53, half_step=0.0005)) == (17, 17)
    assert interval(rate_row(term, 0.3, base=53, half_step=0.05)) == (14, 18)
    assert interval(rounded_row(term, 15, multiple=5)) == (13, 17)
    assert interval(perturbed_row(term, 16, deviation=2)) == (14, 18)
    # index = y / 53 / (0.5 - 0.1) - 0.1 / 0.4; 17 → 0.5519, to 2 decimals 0.55 → 16.86..17.07
    share = Term("x", "Stadt", "S", coefficient=1 / 53 / 0.4)
    assert interval(index_row([share], 17 / 53 / 0.4 - 0.25, decimals=2, constant=-0.25)) == (
        17,
        17,
    )
    low, high = interval(index_row([share], 17 / 53 / 0.4 - 0.25, decimals=1, constant=-0.25))
    assert (low, high) == (17, 19)  # 0.55..0.65 → 16.96..19.08


def test_what_was_published_before_counts():
    """Neither edition alone gives the strip away; the second refused edition would."""
    units = ["innen", "streifen"]
    places = {
        "alt": pd.Series(["A", "A"], units),
        "neu": pd.Series(["N", np.nan], units, dtype=object),
    }
    counts = {("x", ""): pd.Series([20.0, 2.0], units)}
    first = [count_row(Term("x", "alt", "A"), 22)]
    second = [count_row(Term("x", "neu", "N"), 20)]
    assert audit_release(second, counts, places) == []
    assert len(audit_release(second, counts, places, earlier=first)) == 1


def test_earlier_figures_that_contradict_the_counts_stop_the_audit():
    places = {"Stadt": pd.Series(["S"], ["u"])}
    counts = {("x", ""): pd.Series([20.0], ["u"])}
    rows = [count_row(Term("x", "Stadt", "S"), 20)]
    wrong = [count_row(Term("x", "Stadt", "S"), 21, label="Bericht 2023")]
    with pytest.raises(DisclosureError, match="Bericht 2023"):
        audit_release(rows, counts, places, earlier=wrong)


def test_arguments_that_cannot_be_meant_are_refused():
    system, truth, *_ = tiny_system(1)
    with pytest.raises(ValueError, match=r"'level' parameter .* 'rule'"):
        audit(system, truth, level="all")
    with pytest.raises(ValueError, match="must be given"):
        system.truth({})
    with pytest.raises(ValueError, match="must have the zone"):
        build_system([count_row(Term("x", "G0", "nirgends"), 3)], system.atoms)
    with pytest.raises(ValueError, match="keys of 'A'"):
        refine({"A": pd.Series(["1"], ["u"]), "B": pd.Series(["1"], ["v"])})


def test_a_breach_that_needs_the_public_rule_that_zeros_are_shown():
    """C13 (11) − D30 (3) − D37 (5) − D11 (withheld, so at least 1) ≤ 2: case 16, ferienprogramm, k = 3."""
    units = ["D30", "D37", "D11", "D34 innen", "D34 außen"]
    places = {
        "Bezirk": pd.Series(["D30", "D37", "D11", "D34", "D34"], units),
        "Sprengel": pd.Series(["C13"] * 4 + ["C14"], units),
    }
    counts = {("x", ""): pd.Series([3.0, 5.0, 1.0, 2.0, 30.0], units)}
    rows = [
        count_row(Term("x", "Sprengel", "C13"), 11, minimum=3),
        count_row(Term("x", "Bezirk", "D30"), 3, minimum=3),
        count_row(Term("x", "Bezirk", "D37"), 5, minimum=3),
        count_row(Term("x", "Bezirk", "D11"), 1, minimum=3),
    ]
    (found,) = audit_release(rows, counts, places, minimum=3)
    assert found.bound == 2.0
    first, *others = found.sentence.removesuffix(" ≤ 2 Personen").split(" − ")
    assert first == "Sprengel C13 (11)"
    assert set(others) == {
        "Bezirk D30 (3)",
        "Bezirk D37 (5)",
        "Bezirk D11 (gesperrt, mindestens 1)",
    }
    assert audit_release(rows, counts, places, minimum=3, level="arithmetic") == []


def test_a_rank_is_a_row_and_so_is_a_sum_of_years():
    """A ranks before B, and both together are 9: A has 5 at least, B 4 at most."""
    units = ["A", "B"]
    places = {"Block": pd.Series(units, units), "Stadt": pd.Series(["S", "S"], units)}
    counts = {("x", ""): pd.Series([6.0, 3.0], units)}
    a, b = Term("x", "Block", "A"), Term("x", "Block", "B", coefficient=-1.0)
    total = Row("Stadt S", (Term("x", "Stadt", "S"),), (Form(9.0, 9.0, "exact"),))
    system = build_system([order_row([a, b], label="A vor B"), total], refine(places))
    truth = system.truth(counts)
    assert largest(system, truth).tolist() == [9.0, 4.0]
    assert largest(system, truth, upward=False).tolist() == [5.0, 0.0]
    years = [count_row(Term("x", "Stadt", "S", year), 9) for year in ("2022", "2023")]
    both = sum_row(years, label="2022–2023")
    assert (both.low, both.high, len(both.terms)) == (18.0, 18.0, 2)


def test_the_others_of_a_row_are_its_mirror():
    row = complement_row(rate_row(Term("x", "Stadt", "S"), 0.3, base=50, half_step=0.05), 50)
    assert (row.low, row.high) == (33.0, 37.0)  # 13..17 of 50 are counted
