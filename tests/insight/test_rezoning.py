"""Random zones are zones; the band shows what borders do."""

import numpy as np
import pandas as pd
import pytest
import shapely
from insight.test_autocorrelation import grid
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from sozialraum.insight.rezoning import random_zones, rezoning_band
from sozialraum.kernels.optimisation.rezone import zone_correlation
from sozialraum.space.neighbours import contiguity

AREAS = grid(20, 20)
GRAPH = contiguity(AREAS, rook=True)


def test_every_zone_is_in_one_piece_and_every_area_in_one_zone():
    zones = random_zones(GRAPH, zones=12, draws=30)
    n = len(AREAS)
    matrix = csr_array((GRAPH.weight, GRAPH.other, GRAPH.start), shape=(n, n))
    for draw in zones:
        zone = zones[draw].to_numpy()
        assert sorted(set(zone)) == list(range(12))
        for q in range(12):
            inside = zone == q
            assert connected_components(matrix[inside][:, inside], directed=False)[0] == 1


def test_zonings_are_random_reproducible_and_independent_of_threads(monkeypatch):
    first = random_zones(GRAPH, zones=12, draws=10, seed=3)
    assert first.T.duplicated().sum() == 0
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    pd.testing.assert_frame_equal(first, random_zones(GRAPH, zones=12, draws=10, seed=3))
    assert not first.equals(random_zones(GRAPH, zones=12, draws=10, seed=4))


def test_an_island_gets_a_zone_of_its_own():
    areas = grid(3, 3)
    areas.loc["99"] = shapely.box(9000, 9000, 9100, 9100)
    graph = contiguity(areas)
    zones = random_zones(graph, zones=2, draws=5)
    assert all((zones.loc["99", d] != zones.drop(index="99")[d]).all() for d in zones)
    with pytest.raises(ValueError, match=r"between 2 .* and 10"):
        random_zones(graph, zones=1)


@pytest.mark.parametrize("compiled", [True, False])
def test_weighted_correlation_equals_numpy(compiled):
    rng = np.random.default_rng(0)
    persons = rng.integers(10, 90, 40).astype(float)
    x, y = rng.binomial(persons.astype(int), 0.3), rng.binomial(persons.astype(int), 0.5)
    zone = rng.integers(0, 6, 40)
    total = lambda v: np.bincount(zone, v, minlength=6)  # noqa: E731
    rates = np.array([total(x), total(y)]) / total(persons)
    covariance = np.cov(rates, aweights=total(persons))
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    function = zone_correlation if compiled else zone_correlation.py_func
    found = function(zone, 6, persons, x.astype(float), y.astype(float), np.empty((3, 6)))
    assert found == pytest.approx(expected, rel=1e-10)


def test_coarser_zones_show_a_stronger_relation_of_the_same_people():
    rng = np.random.default_rng(1)
    persons = pd.Series(60.0, AREAS.index)
    east = np.array([p.x for p in AREAS.centroid]) / 2000
    share = np.clip(0.05 + 0.5 * east, 0, 1)
    poor = pd.Series(rng.binomial(60, share).astype(float), AREAS.index)
    taking_part = pd.Series(rng.binomial(60, 0.4 - 0.25 * share).astype(float), AREAS.index)
    bands = {
        k: rezoning_band(taking_part, poor, persons, GRAPH, zones=k, draws=200) for k in (8, 100)
    }
    assert bands[8].median < bands[100].median < bands[8].finest < 0
    assert bands[8].low < bands[8].median < bands[8].high
    rows = pd.Series([k[:2] for k in AREAS.index], AREAS.index)
    placed = rezoning_band(taking_part, poor, persons, GRAPH, zones=20, draws=200, own=rows)
    assert placed.own is not None and placed.own_share == 1.0  # strips across the slope hide it


def test_unknown_areas_do_not_count_and_equal_rates_have_no_relation():
    persons = pd.Series(50.0, AREAS.index)
    x = pd.Series(np.random.default_rng(0).binomial(50, 0.5, 400).astype(float), AREAS.index)
    x.iloc[:5] = np.nan
    assert np.isfinite(rezoning_band(x, x, persons, GRAPH, zones=10, draws=5).median)
    with pytest.raises(ValueError, match="must differ in some zoning"):
        rezoning_band(persons, x, persons, GRAPH, zones=10, draws=5)
