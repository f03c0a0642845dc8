"""Merging zones until nothing is given away."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.privacy.audit.bounds import audit_release
from sozialraum.privacy.audit.coarsening import coarsen
from sozialraum.privacy.audit.complementary import NotProtectable
from sozialraum.privacy.audit.rows import Form, Row, Term


def _exact(variable, counts, places):
    return [
        Row(zone, (Term(variable, name, zone),), (Form(total, total, "exact"),))
        for name, zone_of in places.items()
        for zone, total in counts.groupby(zone_of).sum().items()
    ]


def test_merged_zones_pass_the_audit_beside_a_crossing_geography():
    rng = np.random.default_rng(11)
    merges = 0
    for _ in range(15):
        units = [f"u{n}" for n in range(40)]
        counts = pd.Series(rng.poisson(2.0, 40).astype(float), units)
        places = {
            "Bezirk": pd.Series(rng.choice(["D1", "D2", "D3"], 40), units),
            "Sprengel": pd.Series(rng.choice([f"C{n}" for n in range(8)], 40), units),
        }
        found = coarsen({"x": counts}, places, geography="Sprengel", minimum=5)
        now = {**places, "Sprengel": found.zones}
        assert audit_release(_exact("x", counts, now), {("x", ""): counts}, now, minimum=5) == []
        assert found.zones.groupby(places["Sprengel"]).nunique().max() == 1  # zones are not torn
        merges += len(found.merged)
    assert merges > 0


def test_only_neighbours_are_merged():
    """A (2 children) touches B only, although C is smaller."""
    units = ["a", "b", "c"]
    zones = {"Sprengel": pd.Series(["A", "B", "C"], units)}
    counts = {"x": pd.Series([2.0, 30.0, 7.0], units)}
    near = {"A": ["B"], "B": ["A", "C"], "C": ["B"]}
    assert coarsen(counts, zones, geography="Sprengel", neighbours=near).merged == (("A", "B"),)
    assert coarsen(counts, zones, geography="Sprengel").merged == (("A", "C"),)


def test_a_breach_of_the_other_geography_cannot_be_merged_away():
    units = ["a", "b"]
    places = {"Bezirk": pd.Series(["D1", "D2"], units), "Sprengel": pd.Series(["A", "B"], units)}
    with pytest.raises(NotProtectable):
        coarsen({"x": pd.Series([2.0, 9.0], units)}, places, geography="Sprengel")
