import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box
from space.areas_on_paper import CRS, areas, keyed, mosaic

from sozialraum.errors import DataError
from sozialraum.space.crosswalk import make_crosswalk
from sozialraum.space.points import area_of_points


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
