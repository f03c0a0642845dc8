import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from space.areas_on_paper import CRS, areas

from sozialraum.kernels import density as kernels
from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.space.crosswalks.density import (
    KERNELS,
    density_around,
    density_crosswalk,
    density_of_raster,
)


def points(xy, keys=None, crs=CRS):
    xy = np.asarray(xy, float)
    keys = keys or [f"p{k}" for k in range(len(xy))]
    return gpd.GeoDataFrame(index=keys, geometry=shapely.points(xy), crs=crs)


def brute_force(xy, w, schools, h, kernel):
    u = np.hypot(*(schools[:, None] - xy[None]).transpose(2, 0, 1)) / h
    k = {
        "uniform": np.ones_like(u),
        "linear": 1 - u,
        "epanechnikov": 1 - u**2,
        "quartic": (1 - u**2) ** 2,
        "gaussian": np.exp(-(u**2) / 2),
    }[kernel]
    return np.where(u <= (3 if kernel == "gaussian" else 1), k, 0) @ w


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(KERNELS), st.floats(10, 3000))
def test_binned_sums_equal_brute_force(seed, kernel, h):
    rng = np.random.default_rng(seed)
    xy, schools = rng.uniform(0, 5000, (300, 2)), rng.uniform(-1000, 6000, (20, 2))
    w = rng.integers(0, 9, (300, 2)).astype(float)
    found = density_around(xy[:, 0], xy[:, 1], w, schools, bandwidth=h, kernel=kernel)
    np.testing.assert_allclose(found, brute_force(xy, w, schools, h, kernel), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_crosswalk_counts_like_brute_force(kernel):
    rng = np.random.default_rng(1)
    xy, schools = rng.uniform(0, 5000, (80, 2)), rng.uniform(0, 5000, (6, 2))
    walk = density_crosswalk(points(xy), points(schools), bandwidth=900, kernel=kernel)
    ones = np.ones(80)
    np.testing.assert_allclose(
        walk.matrix @ ones, brute_force(xy, ones, schools, 900, kernel), atol=1e-9
    )


def test_a_child_at_the_gate_counts_whole_and_one_at_the_bandwidth_not():
    homes = points([(0, 0), (500, 0), (1000, 0), (2000, 0)], ["gate", "half", "edge", "far"])
    walk = density_crosswalk(homes, points([(0, 0)], ["S"]), bandwidth=1000)
    assert walk.matrix.toarray().ravel().tolist() == [1.0, 0.75, 0.0, 0.0]
    assert walk.unmatched_source.to_dict() == {"edge": 1.0, "far": 1.0}


def test_a_child_between_two_schools_counts_for_both():
    walk = density_crosswalk(
        points([(0, 0)]), points([(-100, 0), (100, 0)]), bandwidth=200, kernel="linear"
    )
    assert walk.matrix.toarray().ravel().tolist() == [0.5, 0.5]


def test_nobody_crosses_a_river():
    homes, school = points([(-100, 0), (100, 0)], ["west", "east"]), points([(-200, 0)], ["S"])
    river = gpd.GeoDataFrame(geometry=[LineString([(0, -500), (0, 500)])], crs=CRS)
    walk = density_crosswalk(homes, school, bandwidth=1000, kernel="uniform", barriers=river)
    assert walk.matrix.toarray().ravel().tolist() == [1.0, 0.0]
    assert walk.unmatched_source.to_dict() == {"east": 1.0}


def test_areas_stand_at_an_inner_point():
    walk = density_crosswalk(
        areas(a=shapely.box(-10, -10, 10, 10)), points([(0, 0)]), bandwidth=100
    )
    assert walk.matrix.toarray()[0, 0] == 1.0


def test_a_raster_counts_at_its_cell_centres():
    raster = Raster(np.array([[4.0, np.nan], [0.0, 8.0]]), 0.0, 200.0, 100.0, 100.0, CRS)
    found = density_of_raster(raster, points([(50, 150), (9000, 0)], ["S", "T"]), bandwidth=200)
    # 4 at the school, 8 at distance sqrt(2) * 100 m: 1 - 0.5
    assert found.to_dict() == pytest.approx({"S": 8.0, "T": 0.0})


@pytest.mark.parametrize("wrong", [{"kernel": "cosine", "bandwidth": 1}, {"bandwidth": 0}])
def test_wrong_arguments_are_told(wrong):
    with pytest.raises(ValueError, match="parameter must be"):
        density_crosswalk(points([(0, 0)]), points([(0, 0)]), **wrong)


def test_degrees_are_refused():
    with pytest.raises(DataError, match="Längen"):
        density_crosswalk(points([(0, 0)], crs="EPSG:4326"), points([(0, 0)]), bandwidth=1)


def test_nobody_is_no_error():
    none = np.empty(0)
    assert density_around(none, none, none, np.zeros((2, 2)), bandwidth=5).tolist() == [0.0, 0.0]


def test_the_kernel_says_what_its_python_says():
    squares = np.array([0.0, 0.25, 1.0, 1.0001, 9.0, 9.1])
    for kind in range(5):
        for square in squares:
            assert kernels.kernel_weight(square, kind) == pytest.approx(
                kernels.kernel_weight.py_func(square, kind), abs=1e-15
            )


def test_places_without_coordinates_are_refused():
    nowhere = np.array([np.nan])
    with pytest.raises(ValueError, match="finite"):
        density_around(nowhere, nowhere, np.ones(1), np.zeros((1, 2)), bandwidth=5)
