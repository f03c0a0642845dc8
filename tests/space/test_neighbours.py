"""Who touches whom: one tolerance, gaps and streets, and the same graph for every method."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shared_data import shared

import sozialraum as sr
from sozialraum.index.preparation.shrinkage import shrink_rates
from sozialraum.index.typology import assign_types, fit_typology
from sozialraum.model.errors import DataError
from sozialraum.planning.districting.catchment_task import catchment_task
from sozialraum.planning.districting.catchments import redraw
from sozialraum.space.neighbour_findings import neighbour_findings
from sozialraum.space.neighbours import ACROSS, contiguity, find_neighbours, from_pairs, voronoi
from sozialraum.workflows.check.checking import check_build

CRS = "EPSG:25833"


def blocks(rows, columns, gap=0.0, size=100.0):
    step = size + gap
    keys = [f"{r}{c}" for r in range(rows) for c in range(columns)]
    boxes = [shapely.box(c * step, r * step, c * step + size, r * step + size)
             for r in range(rows) for c in range(columns)]  # fmt: skip
    return gpd.GeoDataFrame(index=keys, geometry=boxes, crs=CRS)


def king_moves(rows, columns, rook=False):
    """Return the pairs of fields of a board that a king (rook: without diagonals) joins."""
    fields = [(r, c) for r in range(rows) for c in range(columns)]
    return {
        (f"{a}{b}", f"{c}{d}")
        for a, b in fields
        for c, d in fields
        if (a, b) < (c, d) and max(abs(a - c), abs(b - d)) == 1
        and not (rook and abs(a - c) + abs(b - d) == 2)
    }  # fmt: skip


@pytest.mark.parametrize("rook", [False, True])
@pytest.mark.parametrize("gap", [0.0, 0.005, 0.3, -0.005, -0.3])
def test_areas_that_miss_each_other_by_less_than_the_tolerance_touch(gap, rook):
    assert set(contiguity(blocks(4, 5, gap), rook=rook).pairs) == king_moves(4, 5, rook)


@pytest.mark.parametrize("rook", [False, True])
@pytest.mark.parametrize("gap", [2.0, 12.0, 30.0])
def test_blocks_are_neighbours_across_a_street_where_nothing_lies_between(gap, rook):
    assert not contiguity(blocks(4, 5, gap), rook=rook).pairs
    found = contiguity(blocks(4, 5, gap), rook=rook, across=50.0)
    assert set(found.pairs) == king_moves(4, 5, rook)
    straight = np.isin(found.gap.round(9), [gap])
    assert straight.sum() == 2 * len(king_moves(4, 5, rook=True))


def test_a_block_hides_what_lies_behind_it_and_a_river_divides():
    row = [(0, 10), (12, 22), (24, 34), (95, 105)]
    strip = gpd.GeoDataFrame(
        index=list("abcd"), geometry=[shapely.box(x, 0, y, 10) for x, y in row], crs=CRS
    )
    found = contiguity(strip, across=50.0)
    assert found.pairs == (("a", "b"), ("b", "c"))
    assert found.islands == ["d"]


def test_overlapping_and_offset_borders_of_two_sources_touch():
    left = shapely.Polygon([(0, 0), (10, 0), (10.2, 5), (10, 10), (0, 10)])
    right = shapely.Polygon([(9.9, 0), (20, 0), (20, 10), (10.1, 10)])
    both = gpd.GeoDataFrame(index=["l", "r"], geometry=[left, right], crs=CRS)
    assert contiguity(both).pairs == contiguity(both, rook=True).pairs == (("l", "r"),)


def test_random_boxes_equal_asking_every_pair():
    rng = np.random.default_rng(11)
    corner = rng.uniform(0, 400, (60, 2))
    size = rng.uniform(5, 60, (60, 2))
    shapes = [shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corner, size, strict=True)]
    areas = gpd.GeoDataFrame(index=[f"{k:02d}" for k in range(60)], geometry=shapes, crs=CRS)
    expected = set()
    for i, one in enumerate(shapes):
        for j in range(i + 1, len(shapes)):
            gap = one.distance(shapes[j])
            way = shapely.shortest_line(one, shapes[j])
            inside = sum(
                way.intersection(s).length for k, s in enumerate(shapes) if k not in (i, j)
            )
            if gap <= 0.5 or (gap <= 30 and inside <= 0.5):
                expected.add((areas.index[i], areas.index[j]))
    assert set(contiguity(areas, across=30.0).pairs) == expected


@pytest.mark.parametrize(
    ("layer", "known"),
    [("berlin_lor/berlin_plr.shp", 1325), ("leipzig_ortsteile/ortsteile.json", 172)],
)
def test_real_districts_have_the_neighbours_that_libpysal_finds(layer, known):
    from libpysal.graph import Graph

    areas = gpd.read_file(shared(f"data/{layer}")).to_crs(CRS)
    areas = areas.set_geometry(shapely.make_valid(areas.geometry.to_numpy()))
    areas.index = [f"{k:03d}" for k in range(len(areas))]
    peer = Graph.build_contiguity(areas, rook=False).adjacency.index
    expected = {(str(i), str(j)) for i, j in peer if i < j}
    # borders are shared to the millimetre and nothing is left open: tolerance and streets add none
    for how in ({"tolerance": 0.0}, {}, {"across": ACROSS}):
        assert set(contiguity(areas, **how).pairs) == expected
    assert len(expected) == known


def test_voronoi_neighbours_are_the_cells_that_meet():
    rng = np.random.default_rng(5)
    points = rng.uniform(0, 1000, (40, 2))
    shapes = shapely.buffer(shapely.points(points), 1.0)
    areas = gpd.GeoDataFrame(index=[f"{k:02d}" for k in range(40)], geometry=shapes, crs=CRS)
    inner = shapely.point_on_surface(shapes)
    # an envelope so wide that every cell edge lies in it
    wide = shapely.box(-1e7, -1e7, 1e7, 1e7)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(inner), extend_to=wide))
    owner = shapely.STRtree(cells).query(inner, predicate="within")[1]
    ordered = cells[owner]
    expected = {
        (areas.index[i], areas.index[j])
        for i in range(40)
        for j in range(i + 1, 40)
        if ordered[i].intersection(ordered[j]).length > 1e-6
    }
    assert set(voronoi(areas).pairs) == expected
    assert voronoi(areas.iloc[:2]).pairs == (("00", "01"),)
    line = blocks(1, 4, 3000.0)
    assert voronoi(line).pairs == (("00", "01"), ("01", "02"), ("02", "03"))


def test_neighbours_of_a_file_have_no_doubled_pair_and_nobody_is_his_own():
    pairs = pd.DataFrame({"area": ["a", "a", "a"], "neighbour": ["b", "b", "a"]})
    with pytest.raises(DataError) as caught:
        from_pairs(list("ab"), pairs)
    codes = {p.code for p in caught.value.problems}
    assert codes == {"space.neighbours.own_area", "space.neighbours.pair_twice"}


def test_degrees_are_no_metres_and_wrong_calls_are_named():
    areas = blocks(2, 2)
    with pytest.raises(DataError, match="Breitengrade"):
        contiguity(areas.to_crs(4326))
    with pytest.raises(ValueError, match="'tolerance' parameter of contiguity"):
        contiguity(areas, tolerance=float("nan"))
    with pytest.raises(ValueError, match="'method' parameter of find_neighbours"):
        find_neighbours(areas, method="beruehrung")


# ---- one graph everywhere ---------------------------------------------------------------------------


def test_a_graph_in_another_order_gives_every_area_the_same_rate():
    areas = blocks(3, 3)
    rng = np.random.default_rng(2)
    persons = pd.Series(rng.integers(50, 400, 9), areas.index).astype(float)
    cases = (persons * rng.uniform(0.1, 0.4, 9)).round()
    graph, mixed = contiguity(areas), contiguity(areas.sample(frac=1, random_state=3))
    one = shrink_rates(cases, persons, method="local", neighbours=graph)
    two = shrink_rates(cases, persons, method="local", neighbours=mixed)
    pd.testing.assert_series_equal(one, two)
    # Marshall over each area and its neighbours, written out
    around = {
        k: [k, *[b if a == k else a for a, b in graph.pairs if k in (a, b)]] for k in areas.index
    }
    mean = pd.Series({k: cases[v].sum() / persons[v].sum() for k, v in around.items()})
    rate = cases / persons
    spread = persons * (rate - mean) ** 2
    for k, v in around.items():
        between = max(0.0, spread[v].sum() / persons[v].sum() - mean[k] / persons[v].mean())
        chance = mean[k] / persons[k]
        expected = mean[k] + between / (between + chance) * (rate[k] - mean[k])
        assert one[k] == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ValueError, match="'neighbours' parameter of shrink_rates"):
        shrink_rates(cases, persons, method="local", neighbours=contiguity(areas.iloc[1:]))


def test_regions_of_a_typology_follow_the_map():
    areas = blocks(1, 6, 12.0)
    z = pd.DataFrame({"arm": [0.0, 0.1, 5.0, 5.1, 0.0, 0.1]}, index=areas.index)
    types = fit_typology(z, method="contiguous", k=3, neighbours=contiguity(areas, across=50.0))
    assert assign_types(z, types, as_found=True).nunique() == 3


@pytest.mark.parametrize("gap", [0.0, 0.005, 12.0])
def test_nobody_is_beyond_capacity_where_streets_divide_the_blocks(gap):
    town = blocks(8, 8, gap)
    schools = {"A": (1, 1), "B": (1, 6), "C": (6, 4)}
    points = town.representative_point()
    step = 100 + gap
    distance = pd.DataFrame(
        {k: points.distance(shapely.Point(c * step + 50, r * step + 50))
         for k, (r, c) in schools.items()}
    )  # fmt: skip
    crowded = [int(k[0]) < 4 and int(k[1]) < 4 for k in town.index]
    pupils = pd.Series(np.where(crowded, 12.0, 4.0), town.index)
    capacity = pd.Series(150.0, index=list("ABC"))
    graph = find_neighbours(town, across=ACROSS)
    task = catchment_task(distance, pupils, graph, capacity=capacity, limit=5000)
    plan = redraw(task, bound=False)
    assert plan.figures["over_capacity"] == 0.0
    assert pupils.sum() == 384
    # one piece each, counted by the shapes themselves with every street filled
    for own in plan.school.unique():
        filled = shapely.buffer(
            town.geometry[plan.school == own],
            gap / 2 + 0.01,
            cap_style="square",
            join_style="mitre",
        )
        assert shapely.get_num_geometries(shapely.union_all(filled)) == 1


def test_blocks_without_a_way_to_a_school_are_told():
    town = blocks(1, 4, 500.0)
    distance = pd.DataFrame({"A": [0.0, 600.0, 1200.0, 1800.0]}, index=town.index)
    pupils = pd.Series(5.0, town.index)
    task = catchment_task(distance, pupils, contiguity(town), capacity=pd.Series({"A": 90.0}))
    plan = redraw(task, bound=False, proposals=10)
    assert plan.slacks["blocks_apart"] == 3.0
    assert any("[neighbours]" in sentence for sentence in plan.sentences)


# ---- what the check report says -----------------------------------------------------------------------


def test_the_report_tells_pairs_gaps_and_areas_alone():
    areas = blocks(1, 3, 0.02)
    areas.loc["far"] = [shapely.box(9000, 0, 9100, 100)]
    found = neighbour_findings(contiguity(areas), method="contact", tolerance=0.5, file="g.gpkg")
    said = {p.code: p.message + (p.found or "") for p in found}
    assert "4 Gebiete haben zusammen 2 Nachbarpaare" in said["space.neighbours.found"]
    assert "bis zu 0,02" in said["space.neighbours.gaps"]
    assert "far" in said["space.neighbours.alone"]
    assert [p.severity for p in found] == ["note", "note", "warning"]
    town = contiguity(blocks(2, 2, 12.0), across=50.0)
    told = neighbour_findings(town, method="contact", tolerance=0.5, file="g.gpkg")
    street = next(p for p in told if p.code == "space.neighbours.across")
    assert "6 Nachbarpaaren" in street.message
    assert "bis zu 17,0 m" in street.message  # the diagonal: 12 m times the root of two


def test_a_build_with_borders_that_miss_each_other_says_what_lies_together(tmp_path):
    case = shared("cases/faults/reports_elsewhere/F03_gap_5mm_moran/b.toml")
    found = {p.code: p for p in check_build(case)}
    assert not [p for p in found.values() if p.severity == "error"]
    # a town of 4 times 5 squares, as on a board: 55 pairs
    assert "55 Nachbarpaare" in found["space.neighbours.found"].message
    assert "space.neighbours.alone" not in found
    sr.build(case).save(tmp_path / "out")
    page = (tmp_path / "out" / "methode.md").read_text(encoding="utf-8")
    assert "Moran-Maß" in page and "20 Gebiete" in page
