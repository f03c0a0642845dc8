import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from space.areas_on_paper import CRS, areas, keyed, mosaic

from sozialraum.kernels.spatial import edgegrid
from sozialraum.model.errors import DataError
from sozialraum.space.crosswalks import points as points_module
from sozialraum.space.crosswalks.points import NOWHERE, area_of_points, areas_at, place_crosswalk
from sozialraum.space.grids.labelgrid import LabelGrid
from sozialraum.space.making import make_crosswalk


def points(x, y, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapely.points(x, y), crs=CRS)


def test_points_inside_on_the_border_and_outside():
    squares = areas(a=box(0, 0, 10, 10), b=box(10, 0, 20, 10))
    found = area_of_points(points([5.0, 10.0, 20.0, 30.0], [5.0] * 4), squares)
    assert found["key"].tolist()[:3] == ["a", "a", "b"] and found["key"].isna().tolist()[3]
    assert found["on_border"].tolist() == [False, True, True, False]
    assert found["several"].tolist() == [False, True, False, False]


def test_two_thousand_points_agree_with_sjoin():
    shapes = keyed(mosaic(30, seed=1))
    rng = np.random.default_rng(2)
    x0, y0, x1, y1 = shapes.total_bounds
    cloud = points(rng.uniform(x0 - 50, x1 + 50, 2000), rng.uniform(y0 - 50, y1 + 50, 2000))
    joined = gpd.sjoin(cloud, shapes, predicate="within")
    found = area_of_points(cloud, shapes)
    assert found["key"].dropna().to_dict() == joined["index_right"].to_dict()


def test_addresses_split_a_source_by_their_dwellings():
    source, goals = areas(s=box(0, 0, 20, 10)), areas(W=box(0, 0, 10, 10), O=box(10, 0, 20, 10))
    houses = points([1.0, 2.0, 15.0], [1.0, 2.0, 5.0], dwellings=[1.0, 2.0, 9.0])
    walk = make_crosswalk(source, goals, method="points", points=houses, weight="dwellings")
    assert walk.matrix.toarray().ravel().tolist() == [0.25, 0.75]
    plain = make_crosswalk(source, goals, method="points", points=houses)
    np.testing.assert_allclose(plain.matrix.toarray().ravel(), [2 / 3, 1 / 3], rtol=1e-12)


def test_a_source_without_an_address_falls_back_to_areas():
    source = areas(s=box(0, 0, 20, 10), empty=box(0, 10, 20, 20))
    goals = areas(W=box(0, 0, 5, 20), O=box(5, 0, 20, 20))
    walk = make_crosswalk(source, goals, method="points", points=points([1.0], [1.0]))
    np.testing.assert_allclose(walk.matrix.toarray(), [[1, 0.25], [0, 0.75]], atol=1e-6)
    assert walk.details["areal_fallback"] == ["empty"]


def test_points_without_a_crs_are_refused():
    squares = areas(a=box(0, 0, 10, 10))
    nowhere = points([1.0], [1.0]).set_crs(None, allow_override=True)
    with pytest.raises(DataError, match="Koordinatensystem"):
        area_of_points(nowhere, squares)
    with pytest.raises(DataError, match="Koordinatensystem"):
        make_crosswalk(squares, squares, method="points", points=nowhere)
    with pytest.raises(ValueError, match="points"):
        make_crosswalk(squares, squares, method="points")


def everywhere(n, seed, shapes):
    rng = np.random.default_rng(seed)
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    return rng.uniform(x0 - 50, x1 + 50, n), rng.uniform(y0 - 50, y1 + 50, n)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 60), st.booleans())
def test_grid_and_tree_give_the_same_answer(seed, n, on_lattice):
    shapes = mosaic(n, seed=seed)
    x, y = everywhere(3000, seed, shapes)
    if on_lattice:  # many points exactly on the outer border
        x, y = np.round(x, -2), np.round(y, -2)
    tree = areas_at(x, y, shapes)
    label = LabelGrid.over(shapes).locate(x, y)
    sure = label >= NOWHERE
    np.testing.assert_array_equal(label[sure], tree.area[sure])
    assert not tree.on_border[sure].any() and tree.on_border[~sure].all()


def test_grid_and_tree_agree_where_areas_overlap(monkeypatch):
    shapes = np.array([box(0, 0, 60, 100), box(40, 0, 100, 100), box(10, 10, 20, 20)], dtype=object)
    x, y = everywhere(4000, 1, shapes)
    tree = areas_at(x, y, shapes)
    monkeypatch.setattr(points_module, "POINTS_FOR_KERNEL", 0)
    grid = areas_at(x, y, shapes)
    for name in ("area", "on_border", "several"):
        np.testing.assert_array_equal(getattr(grid, name), getattr(tree, name))


def test_points_without_coordinates_lie_nowhere(monkeypatch):
    shapes = np.array([box(0, 0, 60, 100)], dtype=object)
    x, y = np.array([np.nan, 5.0, np.inf, 5.0]), np.array([5.0, 5.0, 5.0, -np.inf])
    assert areas_at(x, y, shapes).area.tolist() == [-1, 0, -1, -1]
    monkeypatch.setattr(points_module, "POINTS_FOR_KERNEL", 0)
    assert areas_at(x, y, shapes).area.tolist() == [-1, 0, -1, -1]


def test_the_kernel_locates_what_its_python_says():
    shapes = mosaic(5, seed=2)
    x, y = everywhere(40, 3, shapes)
    grid = LabelGrid.over(shapes)
    out = np.empty(40, np.int32)
    edgegrid.locate_points.py_func(grid.grid, x, y, *grid.origin, 0, 40, out)
    np.testing.assert_array_equal(out, grid.locate(x, y))


def test_threads_locate_the_same():
    shapes = mosaic(5, seed=2)
    x, y = everywhere(5000, 3, shapes)
    grid = LabelGrid.over(shapes)
    np.testing.assert_array_equal(grid.locate(x, y, threads=3), grid.locate(x, y))


def test_a_place_belongs_to_the_area_that_holds_it_and_doubts_are_listed():
    squares = areas(a=box(0, 0, 10, 10), b=box(10, 0, 20, 10), c=box(40, 0, 50, 10))
    kitas = points([5.0, 10.0, 30.0, np.nan], [5.0] * 4).set_index(pd.Index(list("klmn")))
    walk = place_crosswalk(kitas, squares)
    children = pd.DataFrame({"n": [10.0, 20.0, 30.0, 40.0]}, index=list("klmn"))
    assert walk.apply(children)["n"].to_dict() == {"a": 30.0, "b": 0.0, "c": 0.0}
    assert walk.outside(children)["n"] == 70.0 and list(walk.unmatched_source.index) == ["m", "n"]
    assert walk.details["on_border"] == ["l"] and list(walk.unmatched_target.index) == ["b", "c"]
    both = place_crosswalk(kitas, squares, near=1.0)
    assert both.apply(children)["n"].to_dict() == {"a": 20.0, "b": 10.0, "c": 0.0}


def test_a_place_listed_twice_is_refused():
    twice = points([5.0, 6.0], [5.0, 5.0]).set_index(pd.Index(["k", "k"]))
    with pytest.raises(DataError, match="mehrfach"):
        place_crosswalk(twice, areas(a=box(0, 0, 10, 10)))
