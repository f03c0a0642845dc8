"""The overlay kernel against GEOS: borders that coincide are the normal case, not the exception."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial import Delaunay
from shapely import MultiPolygon, Polygon, box
from space.areas_on_paper import EAST, NORTH, chequer, keyed, mosaic, persons

from sozialraum.kernels.spatial import overlay as kernels
from sozialraum.space.crosswalks import intersection, overlay
from sozialraum.space.crosswalks.intersection import kernel_pieces
from sozialraum.space.crosswalks.overlay import geos_pieces
from sozialraum.space.making import make_crosswalk


def table(pieces, source, target):
    shape = (len(target), len(source))
    return sparse.coo_array((pieces.mass, (pieces.target, pieces.source)), shape=shape).toarray()


def assert_same(source, target, **options):
    found = table(kernel_pieces(source, target, **options), source, target)
    expected = table(geos_pieces(source, target), source, target)
    # the kernel shifts the targets by 1.5e-7 m: the error is at most shift x border
    tolerance = 2e-7 * (shapely.length(source).max() + shapely.length(target).max()) + 1e-9
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def polygons(*shapes):
    return np.array(shapes, dtype=object)


def at(x0, y0, x1, y1):
    return box(EAST + x0, NORTH + y0, EAST + x1, NORTH + y1)


RING = Polygon(at(0, 0, 1000, 1000).exterior, [at(300, 300, 700, 700).exterior])
ISLAND = at(300, 300, 700, 700)
SQUARES = chequer(20, 50.0)
EXCLAVE = polygons(
    MultiPolygon([at(0, 0, 500, 1000), at(700, 200, 800, 300)]),
    Polygon(at(500, 0, 1000, 1000).exterior, [at(700, 200, 800, 300).exterior]),
)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        pytest.param(chequer(8, 100.0), chequer(8, 100.0), id="the same squares"),
        pytest.param(SQUARES, chequer(10, 100.0), id="four in one"),
        pytest.param(chequer(5, 200.0), SQUARES, id="one over sixteen"),
        pytest.param(SQUARES, chequer(20, 50.0, left=EAST + 25, bottom=NORTH + 25), id="half a square off"),
        pytest.param(SQUARES, chequer(20, 50.0, left=EAST + 37), id="off along one axis"),
        pytest.param(chequer(3, 10.0, left=EAST + 400), polygons(at(-500, -500, 2000, 2000)), id="far inside"),
        pytest.param(polygons(at(-500, -500, 2000, 2000)), chequer(3, 10.0, left=EAST + 400), id="far around"),
        pytest.param(chequer(3, 10.0), chequer(3, 10.0, left=EAST + 1000), id="apart"),
        pytest.param(SQUARES, polygons(RING, ISLAND), id="ring and island as targets"),
        pytest.param(SQUARES, polygons(RING), id="a hole nobody fills"),
        pytest.param(polygons(RING, ISLAND), chequer(7, 143.0), id="ring and island as sources"),
        pytest.param(SQUARES, EXCLAVE, id="exclave as target"),
        pytest.param(EXCLAVE, SQUARES, id="exclave as source"),
        pytest.param(mosaic(60, seed=1), mosaic(9, seed=2, left=EAST + 500), id="half beside each other"),
        pytest.param(polygons(at(0, 0, 9, 9), Polygon()), polygons(Polygon(), at(3, 3, 20, 20)), id="empty shapes"),
        pytest.param(SQUARES, polygons(at(0, 0, 600, 1000), at(400, 0, 1000, 1000)), id="targets overlap"),
        pytest.param(SQUARES, polygons(at(-9, -9, 2000, 2000), at(400, 0, 1000, 1000)), id="a target in a target"),
        pytest.param(polygons(at(-9, -9, 2000, 2000), at(400, 0, 430, 30)), SQUARES, id="a source in a source"),
    ],
)  # fmt: skip
def test_the_kernel_agrees_with_geos(source, target):
    assert_same(source, target)


def lattice(rng, step):
    """Random polygons with vertices on a coarse lattice: many shared vertices and collinear edges."""
    p = np.unique(
        np.rint(rng.uniform(0, 1000, (int(rng.integers(8, 60)), 2)) / step) * step, axis=0
    )
    triangles = shapely.polygons(p[Delaunay(p, qhull_options="QJ").simplices] + [EAST, NORTH])
    triangles = triangles[shapely.area(triangles) > 1e-3]
    group = rng.integers(0, max(2, len(triangles) // 4), len(triangles))
    return polygons(*(shapely.union_all(triangles[group == g]) for g in np.unique(group)))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([1, 10, 25, 50, 100]))
def test_random_polygons_on_a_lattice_agree_with_geos(seed, step):
    rng = np.random.default_rng(seed)
    source, target = lattice(rng, step), lattice(rng, step)
    assume(shapely.is_valid(source).all() and shapely.is_valid(target).all())
    assert_same(source, target)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.integers(0, 100_000), st.integers(3, 80), st.integers(1, 20))
def test_random_mosaics_agree_with_geos(seed, n, m):
    assert_same(mosaic(n, seed=seed), mosaic(m, seed=seed + 1))


def test_threads_change_no_digit():
    source, target = mosaic(400, seed=1), mosaic(40, seed=2)
    one, four = (kernel_pieces(source, target, threads=k) for k in (1, 4))
    assert np.array_equal(one.mass, four.mass) and np.array_equal(one.source, four.source)


def test_crosswalks_by_kernel_and_by_geos_move_the_same(monkeypatch):
    blocks, goals = keyed(mosaic(80, seed=3)), keyed(mosaic(12, seed=4), prefix="t")
    counts = persons(blocks)
    by_geos = make_crosswalk(blocks, goals).apply(counts)
    monkeypatch.setattr(overlay, "VERTICES_FOR_KERNEL", 0)
    by_kernel = make_crosswalk(blocks, goals).apply(counts)
    np.testing.assert_allclose(by_kernel, by_geos, rtol=1e-6)
    np.testing.assert_allclose(by_kernel.sum(), counts.sum(), rtol=1e-12)


def test_an_impossible_area_is_computed_again_by_geos(monkeypatch):
    source, target = polygons(at(0, 0, 50, 50), at(50, 0, 100, 50)), polygons(at(0, 0, 75, 50))
    true_walk = intersection._walk

    def walk_gone_wrong(*given):
        own, other, area = true_walk(*given)
        return own, other, area + 2000.0

    monkeypatch.setattr(intersection, "_walk", walk_gone_wrong)
    found = intersection.kernel_pieces(source, target)
    assert found.mass.tolist() == [2500.0, 1250.0]


def test_a_target_of_a_million_vertices_is_cut_by_squares():
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    disc = Polygon(
        np.column_stack([EAST + 500 + 400 * np.cos(angle), NORTH + 500 + 400 * np.sin(angle)])
    )
    pieces = kernel_pieces(chequer(4, 250.0), polygons(disc))
    assert pieces.mass.sum() == pytest.approx(disc.area, rel=1e-9)
    corners = pieces.mass[np.isin(pieces.source, (0, 3, 12, 15))]
    np.testing.assert_allclose(corners, corners[0], rtol=0, atol=1e-3)


def test_one_edge_across_thousands_of_teeth():
    teeth = 3000
    x = EAST + np.repeat(np.linspace(0, 1000, 2 * teeth), 2)[1:-1]
    # teeth reach from 400 to 600, the edge of the target lies at 500
    y = NORTH + np.tile([400.0, 400.0, 600.0, 600.0], teeth)[: len(x)]
    comb = Polygon([*zip(x, y, strict=True), (EAST + 1000, NORTH), (EAST, NORTH)])
    halves = polygons(at(-5, -5, 1005, 500), at(-5, 500, 1005, 1005))
    assert comb.is_valid
    assert_same(polygons(comb), halves)
    assert_same(halves, polygons(comb))


def test_crossings_are_ordered_along_each_edge_by_the_python_too():
    edge = np.array([2, 2, 2, 5, 5])
    position = np.array([0.9, 0.1, 0.5, 0.2, 0.1])
    for order_along in (kernels.order_along, kernels.order_along.py_func):
        order = np.arange(5)
        order_along(edge, position, order)
        assert order.tolist() == [1, 2, 0, 4, 3]


def test_nested_areas_with_wiggly_borders_are_never_split(monkeypatch):
    blocks = mosaic(120, seed=8)
    group = np.arange(120) % 7
    unions = polygons(*(shapely.coverage_union_all(blocks[group == g]) for g in range(7)))
    monkeypatch.setattr(overlay, "VERTICES_FOR_KERNEL", 0)
    walk = make_crosswalk(keyed(blocks), keyed(unions, prefix="t"))
    assert walk.matrix.nnz == 120 and (walk.matrix.data == 1.0).all()
    np.testing.assert_array_equal(walk.matrix.tocsc().indices, group)
