"""What a cell more costs: counted calls and memory, never a time; objects per cell would show."""

import sys
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.sources.tabular.tables import read_table

CALLS = 0.25  # per cell; one call per cell would be 1
BYTES = 512  # per area × indicator × year, at the peak


def calls_of(work):
    """Return how many functions, of Python and of C, are called meanwhile."""
    count = 0

    def seen(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def protecting(areas, indicators, years=2):
    """Return the work of protecting so many cells."""
    rng = np.random.default_rng(areas)
    keys = pd.Index([f"{n:05d}" for n in range(areas)])
    base = pd.DataFrame(rng.integers(40, 400, (areas, indicators)), keys, dtype=float)
    base = base.set_axis([f"v{n}" for n in range(indicators)], axis=1)
    cases = (base * rng.uniform(0.02, 0.6, base.shape)).round()
    days = [f"20{n}-12-31" for n in range(20, 20 + years)]
    counts = [CaseCounts(day, cases, base) for day in days]
    places = {"Gebiet": pd.Series(keys, keys)}
    rules = DisclosureRules(minimum=5)
    return lambda: protect(counts, places, publish=["Gebiet"], rules=rules)


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    """Return the work of reading a German table of so many rows and columns."""
    folder = tmp_path_factory.mktemp("tabellen")

    def made(rows, columns):
        path = folder / f"{rows}_{columns}.csv"
        rng = np.random.default_rng(rows)
        numbers = rng.integers(0, 90_000, (rows, columns)) / 100
        lines = [
            ";".join([f"{n:06d}", *(f"{v:.2f}".replace(".", ",") for v in row)])
            for n, row in enumerate(numbers)
        ]
        head = ";".join(["nr", *(f"s{n}" for n in range(40))])
        path.write_text("\n".join([head, *lines]), encoding="utf-8")
        return lambda: read_table(path, key="nr", width=6)

    return made


def calls_per_cell(make, rows, columns):
    """Return the calls that grow with rows times columns, not with either alone."""
    sizes = [(r, c) for r in (rows, 2 * rows) for c in (columns, 3 * columns)]
    make(*sizes[0])()  # what is compiled, imported and looked up once does not count
    small, wide, long, both = (calls_of(make(*size)) for size in sizes)
    return (both - wide - (long - small)) / (rows * 2 * columns)


def test_protecting_calls_nothing_for_each_cell():
    assert calls_per_cell(protecting, 1000, 10) == 0


def test_reading_calls_nothing_for_each_cell(reading):
    assert calls_per_cell(reading, 1000, 20) <= CALLS


def test_a_protected_cell_takes_half_a_kilobyte_at_most():
    work = protecting(2000, 10)
    protecting(200, 10)()
    tracemalloc.start()
    try:
        work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak / (2000 * 10 * 2) <= BYTES


def test_a_call_for_each_cell_would_be_seen():
    def careless(rows, columns):
        return lambda: [value.item() for value in np.ones(rows * columns)]

    assert calls_per_cell(careless, 100, 10) == pytest.approx(1)
