"""Spatial association: published values, brute force, and nothing silent about missing areas."""

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shared_data import shared

from sozialraum.insight.autocorrelation import (
    benjamini_hochberg,
    getis_ord,
    global_geary,
    global_moran,
    local_moran,
    standardise_rates,
)
from sozialraum.insight.permutation import common_random_numbers
from sozialraum.kernels import grouping
from sozialraum.kernels import moran as kernels
from sozialraum.model.errors import DataError
from sozialraum.space import shared_edges
from sozialraum.space.neighbours import contiguity, from_pairs, nearest, within_distance


def grid(rows=6, columns=6, size=100.0):
    boxes = [
        shapely.box(c * size, r * size, (c + 1) * size, (r + 1) * size)
        for r in range(rows)
        for c in range(columns)
    ]
    width = len(str(max(rows, columns) - 1))
    keys = [f"{r:0{width}d}{c:0{width}d}" for r in range(rows) for c in range(columns)]
    return gpd.GeoDataFrame(geometry=boxes, index=pd.Index(keys), crs="EPSG:25833")


def pairs_of(found):
    owner = np.repeat(np.arange(len(found.keys)), found.counts)
    return {(found.keys[i], found.keys[j]) for i, j in zip(owner, found.other, strict=True)}


def nc_sids():
    table = pd.read_csv(shared("cases/eb/nc_sids74_spdep.csv"))
    pairs = pd.read_csv(shared("cases/eb/nc_queen_neighbours_1based.csv"))
    keys = [f"{i:03d}" for i in range(1, len(table) + 1)]
    table.index = pd.Index(keys)
    named = pd.DataFrame(
        {"area": [f"{i:03d}" for i in pairs["i"]], "neighbour": [f"{j:03d}" for j in pairs["j"]]}
    )
    return table, from_pairs(keys, named)


# ---- neighbours ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rook", [True, False])
def test_contiguity_of_a_grid_equals_counting_by_hand(rook):
    found = contiguity(grid(3, 3), rook=rook)
    assert found.counts.tolist() == (
        [2, 3, 2, 3, 4, 3, 2, 3, 2] if rook else [3, 5, 3, 5, 8, 5, 3, 5, 3]
    )
    assert (("00", "11") in pairs_of(found)) is not rook


@pytest.mark.parametrize("rook", [True, False])
def test_contiguity_equals_libpysal_on_a_random_coverage(rook):
    from libpysal.graph import Graph

    rng = np.random.default_rng(3)
    points = shapely.MultiPoint(rng.uniform(0, 1000, (150, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    areas = gpd.GeoDataFrame(
        geometry=cells, index=pd.Index([f"{i:03d}" for i in range(len(cells))])
    )
    peer = Graph.build_contiguity(areas, rook=rook)
    expected = {(i, j) for (i, j), w in peer.adjacency.items() if w}
    assert pairs_of(contiguity(areas, rook=rook)) == expected


def voronoi(n=150, seed=3):
    """Return a coverage with a lake (a hole), an area of two parts and rings turned either way."""
    points = shapely.MultiPoint(np.random.default_rng(seed).uniform(0, 1000, (n, 2)))
    cells = list(shapely.get_parts(shapely.voronoi_polygons(points)))
    x, y = shapely.get_coordinates(shapely.centroid(cells)).T
    middle = int(np.hypot(x - x.mean(), y - y.mean()).argmin())
    around = [i for i, c in enumerate(cells) if i != middle and c.touches(cells[middle])]
    ring = shapely.union_all([cells[i] for i in around])  # around the middle one, which stays
    apart = [i for i in range(len(cells)) if i not in (*around, middle)]
    apart = [i for i in apart if not cells[i].intersects(ring)]
    two = shapely.MultiPolygon([cells[apart[0]], cells[apart[-1]]])
    others = [c for i, c in enumerate(cells) if i not in (*around, apart[0], apart[-1])]
    shapes = np.array([ring, two, *others])
    shapes[::2] = shapely.reverse(shapes[::2])
    keys = pd.Index([f"{i:03d}" for i in range(len(shapes))])
    return gpd.GeoDataFrame(geometry=shapes, index=keys)


@pytest.mark.parametrize("rook", [True, False])
@pytest.mark.parametrize("large", [0, 10**9], ids=["hash table", "sorting"])
def test_holes_parts_and_either_turn_equal_asking_every_pair(large, rook, monkeypatch):
    areas = voronoi()
    assert any(len(getattr(s, "interiors", ())) for s in areas.geometry)
    expected = set()
    for i, one in areas.geometry.items():
        for j, other in areas.geometry.items():
            common = one.intersection(other)
            if i != j and not common.is_empty and (not rook or common.length > 0):
                expected.add((i, j))
    monkeypatch.setattr(shared_edges, "_LARGE", large)
    monkeypatch.setattr(shapely.STRtree, "query", _only_the_rim(shapely.STRtree.query, len(areas)))
    assert pairs_of(contiguity(areas, rook=rook)) == expected


def _only_the_rim(query, everything):
    """Return the query of a tree, which must not be asked for every area."""

    def limited(tree, shapes, **how):
        assert len(shapes) < everything, "the coverage was not recognised"
        return query(tree, shapes, **how)

    return limited


@pytest.mark.parametrize("run", [lambda kernel: kernel, lambda kernel: kernel.py_func])
def test_equal_rows_are_grouped_in_order_of_appearance(run):
    rows = np.array([[3, 1], [0, 0], [3, 1], [1, 3], [0, 0], [3, 1]], np.uint64)
    for many, expected in ((6, [0, 1, 0, 2, 1, 0]), (1, [0])):
        number, slots = np.empty(many, np.int64), np.full(8, -1, np.int32)
        with np.errstate(over="ignore"):
            count = run(grouping.number_rows)(rows[:many], slots, number)
        assert number.tolist() == expected and count == max(expected) + 1
        first, order = np.zeros(count + 1, np.int64), np.empty(many, np.int64)
        run(grouping.order_by_number)(number, first, order)
        assert order.tolist() == np.argsort(number, kind="stable").tolist()
        assert first.tolist() == [0, *np.cumsum(np.bincount(number))]


def test_a_layer_that_is_no_coverage_is_asked_pair_by_pair():
    # 01 overlaps 00 by a metre, 02 touches 01 at a vertex-free place, 03 lies apart
    shapes = [
        shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10), shapely.box(20, 3, 30, 7),
        shapely.box(50, 50, 60, 60),
    ]  # fmt: skip
    areas = gpd.GeoDataFrame(geometry=shapes, index=pd.Index(["00", "01", "02", "03"]))
    found = contiguity(areas)
    assert pairs_of(found) == {("00", "01"), ("01", "00"), ("01", "02"), ("02", "01")}
    assert found.islands == ["03"]
    assert pairs_of(contiguity(areas, rook=True)) == pairs_of(found)


def test_distance_and_nearest_neighbours():
    areas = grid(1, 4)
    near = within_distance(areas, metres=100.0)
    assert near.counts.tolist() == [1, 2, 2, 1]
    inverse = within_distance(areas, metres=200.0, decay="inverse")
    assert inverse.weight[:2].tolist() == [0.01, 0.005]
    assert pairs_of(nearest(areas, k=1)) >= {("00", "01"), ("03", "02")}
    with pytest.raises(ValueError, match=r"1\.\.3"):
        nearest(areas, k=4)
    with pytest.raises(ValueError, match="decay"):
        within_distance(areas, metres=1.0, decay="gauss")
    areas.loc["00", "geometry"] = None
    with pytest.raises(DataError, match="00"):
        contiguity(areas)
    with pytest.raises(DataError, match="99"):
        from_pairs(["01"], pd.DataFrame({"area": ["01"], "neighbour": ["99"]}))


# ---- published values -------------------------------------------------------------------------------


def test_moran_of_nc_sids_as_spdep_gives_it():
    table, graph = nc_sids()
    rate = table["SID74"] / table["BIR74"]
    assert global_moran(rate, graph).value == pytest.approx(0.23091044884586, abs=1e-12)


def test_eb_standardised_moran_of_nc_sids_as_spdep_gives_it():
    table, graph = nc_sids()
    z = standardise_rates(table["SID74"], table["BIR74"])
    np.testing.assert_allclose(z, table["eb_standardised_z"], rtol=1e-12)
    found = global_moran(z, graph, permutations=9999)
    assert found.value == pytest.approx(0.248746214264, abs=1e-12)
    assert found.p <= 0.002  # spdep's one-sided p is 0.001


def test_local_moran_of_nc_sids_as_spdep_gives_it():
    table, graph = nc_sids()
    found = local_moran(standardise_rates(table["SID74"], table["BIR74"]), graph, permutations=99)
    # spdep divides by Σz²/n, we (as esda) by Σz²/(n - 1)
    n = len(table)
    raw = local_moran(table["SID74"] / table["BIR74"], graph, permutations=99)
    best = min(
        np.abs(f["local"] * n / (n - 1) - table["local_moran_Ii"]).max() for f in (found, raw)
    )
    assert best < 1e-12


def test_benjamini_hochberg_rejects_the_four_of_1995():
    case = pd.read_csv(shared("cases/bh1995.csv"))
    assert (
        benjamini_hochberg(case["p"])["reject"].astype(int).tolist()
        == case["reject_bh_q05"].tolist()
    )


def test_adjusted_p_values_equal_scipy_and_skip_missing_ones():
    from scipy.stats import false_discovery_control

    p = pd.Series(np.random.default_rng(0).random(50))
    p[7] = np.nan
    found = benjamini_hochberg(p)
    np.testing.assert_allclose(found["p_adjusted"].dropna(), false_discovery_control(p.dropna()))
    assert np.isnan(found["p_adjusted"][7]) and not found["reject"][7]


# ---- against esda -----------------------------------------------------------------------------------


def wavy(areas, seed=0):
    rng = np.random.default_rng(seed)
    x = np.array([p.x + p.y for p in areas.centroid]) / 300
    return pd.Series(np.sin(x) + 0.4 * rng.normal(size=len(areas)), areas.index)


def test_geary_and_getis_ord_equal_esda():
    import esda
    from libpysal.weights import Queen

    areas = grid()
    x, graph = wavy(areas), contiguity(areas)
    w = Queen.from_dataframe(areas, use_index=True, silence_warnings=True)
    g = esda.G_Local(x.to_numpy(), w, star=True, permutations=0, transform="B").Zs
    np.testing.assert_allclose(getis_ord(x, graph)["g"], g, rtol=1e-10)
    w.transform = "r"
    c = esda.Geary(x.to_numpy(), w, permutations=0).C
    assert global_geary(x, graph).value == pytest.approx(c, rel=1e-12)


def test_local_moran_equals_esda_up_to_the_chance_of_permutations():
    import esda
    from libpysal.weights import Queen

    areas = grid(10, 10)
    x, graph = wavy(areas), contiguity(areas)
    w = Queen.from_dataframe(areas, use_index=True, silence_warnings=True)
    with warnings.catch_warnings():
        # esda announces that its one-sided p becomes the two-sided one that we give
        warnings.simplefilter("ignore", DeprecationWarning)
        peer = esda.Moran_Local(x.to_numpy(), w, permutations=9999, seed=1, n_jobs=1)
    found = local_moran(x, graph, permutations=9999)
    np.testing.assert_allclose(found["local"], peer.Is, rtol=1e-10)
    # four standard errors of the difference of two doubled tail shares
    assert np.abs(found["p"] - np.minimum(2 * peer.p_sim, 1)).max() < 4 * np.sqrt(
        2 * 4 * 0.25 / 9999
    )


# ---- kernels against brute force --------------------------------------------------------------------


def test_common_random_numbers_count_exactly_what_brute_force_counts():
    areas = grid(5, 5)
    graph = contiguity(areas)
    z = np.random.default_rng(5).normal(size=25).round(1)  # ties
    ids = np.empty((400, 8), np.int64)
    kernels.sample_ids(ids, 25, 3, 0)
    assert ids.min() >= 0 and ids.max() <= 23
    assert all(len(set(row)) == 8 for row in ids)
    above, under = np.zeros(25, np.int64), np.zeros(25, np.int64)
    common_random_numbers(z, graph, ids, above, under)
    for i in range(25):
        neighbours = graph.other[graph.start[i] : graph.start[i + 1]]
        drawn = np.where(ids == i, 24, ids)[:, : len(neighbours)]
        sums, seen = z[drawn].sum(axis=1), z[neighbours].sum()
        assert above[i] == (sums >= seen - 1e-10).sum()
        assert under[i] == (sums <= seen + 1e-10).sum()
    general = np.zeros(25, np.int64), np.zeros(25, np.int64)
    parts = z, 0, 25, graph.start, graph.other, graph.weight, ids
    kernels.count_weighted(*parts, *general)
    assert (general[0] == above).all() and (general[1] == under).all()
    plain = np.zeros(25, np.int64), np.zeros(25, np.int64)
    kernels.count_weighted.py_func(*parts, *plain)
    assert (plain[0] == above).all()


def test_kernel_and_python_give_the_same_cross_products():
    graph = contiguity(grid(3, 3))
    x = np.arange(9.0)
    args = x, graph.start, graph.other, graph.weight
    expected = sum(
        x[i] * x[j] for i in range(9) for j in graph.other[graph.start[i] : graph.start[i + 1]]
    )
    assert kernels.cross_products(*args)[0] == expected
    assert kernels.cross_products(*args) == kernels.cross_products.py_func(*args)


# ---- what others get wrong --------------------------------------------------------------------------


def test_one_missing_value_does_not_make_every_area_low_low():
    areas = grid(8, 8)
    x, graph = wavy(areas), contiguity(areas)
    x["33"] = np.nan
    found = local_moran(x, graph)
    assert found.loc["33", "cluster"] == "no_value"
    assert found["local"].notna().sum() == 63
    assert found["cluster"].eq("none").sum() > 10
    whole = global_moran(x, graph)
    assert whole.missing == ("33",) and whole.areas == 63 and not np.isnan(whole.value)


def test_random_values_show_no_cluster_under_fdr():
    areas = grid(12, 12)
    graph = contiguity(areas)
    named = 0
    for seed in range(20):
        x = pd.Series(np.random.default_rng(seed).normal(size=144), areas.index)
        named += local_moran(x, graph, permutations=9999, seed=seed)["cluster"].ne("none").any()
    # at q = 5 % one map in twenty may name an area by chance
    assert named <= 4
    flat = [
        local_moran(pd.Series(1.0, areas.index), graph, permutations=99),
        getis_ord(pd.Series(1.0, areas.index), graph),
    ]
    assert (flat[0]["cluster"] == "no_spread").all() and (flat[1]["spot"] == "no_spread").all()


def test_an_island_is_named_and_not_tested():
    areas = grid(4, 4)
    areas.loc["99"] = shapely.box(9000, 9000, 9100, 9100)
    x, graph = wavy(areas), contiguity(areas)
    assert local_moran(x, graph, permutations=99).loc["99", "cluster"] == "no_neighbour"
    assert getis_ord(x, graph).loc["99", "spot"] == "no_neighbour"
    assert global_moran(x, graph, permutations=99).islands == ("99",)
    # an area whose only neighbour has no value becomes an island too
    chain = from_pairs(
        ["a", "b", "c", "d", "e"],
        pd.DataFrame({"area": list("abbccdde"), "neighbour": list("bacbdced")}),
    )
    values = pd.Series([1.0, np.nan, 2, 3, 5], list("abcde"))
    assert local_moran(values, chain, permutations=99).loc["a", "cluster"] == "no_neighbour"
    with pytest.raises(ValueError, match="at least 4 areas"):
        global_moran(values, chain)
    with pytest.raises(ValueError, match=r"'neighbours', each once.* none of \['c'\]"):
        global_moran(values.drop("c"), chain)


def test_results_do_not_depend_on_the_number_of_threads(monkeypatch):
    areas = grid()
    x, graph = wavy(areas), contiguity(areas)
    near = within_distance(areas, metres=250, decay="inverse")
    first = global_moran(x, graph), local_moran(x, near, permutations=499)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    again = global_moran(x, graph), local_moran(x, near, permutations=499)
    assert first[0] == again[0]
    pd.testing.assert_frame_equal(first[1], again[1])


def test_an_area_without_persons_has_no_rate():
    z = standardise_rates(
        pd.Series([1.0, 2, 0], list("abc")), pd.Series([10.0, 20, 0], list("abc"))
    )
    assert z.isna().tolist() == [False, False, True]
