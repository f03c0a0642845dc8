import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from space.areas_on_paper import CRS, EAST, NORTH, areas, keyed, mosaic, persons

from sozialraum.model import Raster
from sozialraum.model.errors import DataError
from sozialraum.space.making import make_crosswalk


def grid(values, side=100.0, left=EAST, bottom=NORTH, crs=CRS, file="kinder.tif") -> Raster:
    values = np.asarray(values, float)
    return Raster(values, left, bottom + len(values) * side, side, side, crs, file)


def strip(start: float, stop: float):
    return box(EAST + start, NORTH, EAST + stop, NORTH + 100)


def test_persons_go_where_the_cells_are_inhabited():
    # one source of four cells 6 0 1 1; the target border cuts the third cell in half
    walk = make_crosswalk(
        areas(s=strip(0, 400)),
        areas(W=strip(0, 250), O=strip(250, 400)),
        method="dasymetric",
        raster=grid([[6.0, 0.0, 1.0, 1.0]]),
    )
    np.testing.assert_allclose(walk.matrix.toarray().ravel(), [6.5 / 8, 1.5 / 8], rtol=1e-12)


def test_a_binary_mask_asks_only_whether_a_cell_is_inhabited():
    walk = make_crosswalk(
        areas(s=strip(0, 400)),
        areas(W=strip(0, 250), O=strip(250, 400)),
        method="dasymetric",
        raster=grid([[6.0, 0.0, 1.0, 1.0]]),
        mask="binary",
    )
    np.testing.assert_allclose(walk.matrix.toarray().ravel(), [1.5 / 3, 1.5 / 3], rtol=1e-12)


def test_cells_without_data_weigh_nothing():
    walk = make_crosswalk(
        areas(s=strip(0, 200)),
        areas(W=strip(0, 100), O=strip(100, 200)),
        method="dasymetric",
        raster=grid([[np.nan, 3.0]]),
    )
    assert walk.matrix.toarray().ravel().tolist() == [0.0, 1.0]


def test_several_rasters_are_added():
    walk = make_crosswalk(
        areas(s=strip(0, 200)),
        areas(W=strip(0, 100), O=strip(100, 200)),
        method="dasymetric",
        raster=[grid([[1.0, 3.0]]), grid([[4.0, 0.0]])],
    )
    np.testing.assert_allclose(walk.matrix.toarray().ravel(), [5 / 8, 3 / 8], rtol=1e-12)


def test_a_source_without_an_inhabited_cell_falls_back_to_areas_and_is_listed():
    walk = make_crosswalk(
        areas(s=strip(0, 200), empty=strip(200, 400)),
        areas(W=strip(0, 300), O=strip(300, 400)),
        method="dasymetric",
        raster=grid([[1.0, 1.0, 0.0, 0.0]]),
    )
    np.testing.assert_allclose(walk.matrix.toarray(), [[1, 0.5], [0, 0.5]], atol=1e-7)
    assert walk.details["areal_fallback"] == ["empty"]


@settings(max_examples=20, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["weighted", "binary"]))
def test_totals_are_conserved(seed, mask):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((10, 10)) < 0.4, 0, rng.integers(0, 90, (10, 10)))
    blocks, goals = keyed(mosaic(35, seed=seed)), keyed(mosaic(6, seed=seed + 1), prefix="t")
    walk = make_crosswalk(blocks, goals, method="dasymetric", raster=grid(values), mask=mask)
    counts = persons(blocks, seed)
    np.testing.assert_allclose(walk.apply(counts).sum(), counts.sum(), rtol=1e-9)


def test_an_even_raster_gives_areal_weights():
    blocks, goals = keyed(mosaic(35, seed=1)), keyed(mosaic(6, seed=2), prefix="t")
    even = make_crosswalk(blocks, goals, method="dasymetric", raster=grid(np.ones((10, 10))))
    np.testing.assert_allclose(
        even.matrix.toarray(), make_crosswalk(blocks, goals).matrix.toarray(), atol=1e-7
    )


def test_a_raster_in_another_crs_gives_nearly_the_same_shares():
    rng = np.random.default_rng(2)
    field = rng.integers(1, 20, (10, 10)).repeat(20, 0).repeat(20, 1)
    here = grid(field, side=5.0)
    blocks, goals = keyed(mosaic(12, seed=3)), keyed(mosaic(4, seed=4), prefix="t")
    one = make_crosswalk(blocks, goals, method="dasymetric", raster=here)
    two = make_crosswalk(
        blocks.to_crs(25832), goals.to_crs("EPSG:3035"), method="dasymetric", raster=here
    )
    np.testing.assert_allclose(two.matrix.toarray(), one.matrix.toarray(), atol=1e-4)


@pytest.mark.parametrize(
    ("raster", "code"),
    [
        (None, "space.raster_missing"),
        (grid([[1.0]], crs=""), "space.raster_no_crs"),
        (grid([[-9.0]]), "space.raster_negative"),
        (grid([[1.0]], left=EAST + 9000), "space.raster_no_overlap"),
    ],
)
def test_rasters_that_cannot_be_used_are_refused(raster, code):
    with pytest.raises(DataError) as caught:
        make_crosswalk(
            areas(s=strip(0, 200)), areas(T=strip(0, 200)), method="dasymetric", raster=raster
        )
    assert [p.code for p in caught.value.problems] == [code]


def test_an_unknown_mask_is_a_wrong_argument():
    with pytest.raises(ValueError, match="mask"):
        make_crosswalk(
            areas(s=strip(0, 1)),
            areas(T=strip(0, 1)),
            method="dasymetric",
            mask="fuzzy",
            raster=grid([[1.0]]),
        )


def test_a_missing_uninhabited_source_still_makes_its_target_missing():
    walk = make_crosswalk(
        areas(s=strip(0, 200), empty=strip(200, 400)),
        areas(W=strip(0, 300), O=strip(300, 400)),
        method="dasymetric",
        raster=grid([[1.0, 1.0, 0.0, 0.0]]),
    )
    moved = walk.apply(pd.DataFrame({"n": [5.0]}, index=["s"]))
    assert moved["n"].isna().all()


def test_persons_live_on_residential_land_only():
    # 100 m of housing in W, 50 m in O; the cells say 6 persons live on W's housing and 2 x 0.5 on O's
    homes = areas(h=strip(0, 100), i=strip(250, 300), twice=strip(0, 50))
    source, goals = areas(s=strip(0, 400)), areas(W=strip(0, 250), O=strip(250, 400))
    by_land = make_crosswalk(source, goals, method="dasymetric", residential=homes)
    np.testing.assert_allclose(by_land.matrix.toarray().ravel(), [2 / 3, 1 / 3], rtol=1e-9)
    cells = grid([[6.0, 9.0, 2.0, 9.0]])
    both = make_crosswalk(source, goals, method="dasymetric", residential=homes, raster=cells)
    np.testing.assert_allclose(both.matrix.toarray().ravel(), [6 / 7, 1 / 7], rtol=1e-9)
    assert both.details["residential"] is True


def test_a_source_without_residential_land_falls_back_to_areas():
    source, goals = (
        areas(s=strip(0, 200), t=strip(200, 400)),
        areas(W=strip(0, 300), O=strip(300, 400)),
    )
    walk = make_crosswalk(source, goals, method="dasymetric", residential=areas(h=strip(0, 100)))
    assert walk.details["areal_fallback"] == ["t"]
    np.testing.assert_allclose(walk.matrix.toarray(), [[1, 0.5], [0, 0.5]], atol=1e-6)


@settings(max_examples=10, derandomize=True, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_the_order_of_areas_nor_the_unit_of_the_raster_matters(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 30, (10, 10)).astype(float)
    blocks, goals = keyed(mosaic(20, seed=seed)), keyed(mosaic(5, seed=seed + 1), prefix="t")
    counts = persons(blocks, seed)
    straight = make_crosswalk(blocks, goals, method="dasymetric", raster=grid(values)).apply(counts)
    mixed = make_crosswalk(
        blocks.sample(frac=1, random_state=rng),
        goals.iloc[::-1],
        method="dasymetric",
        raster=grid(values * 1000),
    ).apply(counts)
    pd.testing.assert_frame_equal(mixed.loc[straight.index], straight, rtol=1e-8, atol=1e-7)


@settings(max_examples=10, derandomize=True, deadline=None)
@given(st.integers(0, 10_000))
def test_shares_equal_cells_cut_one_by_one(seed):
    import shapely

    rng = np.random.default_rng(seed)
    values = rng.integers(0, 30, (10, 10)).astype(float)
    blocks, goals = keyed(mosaic(6, seed=seed)), keyed(mosaic(3, seed=seed + 1), prefix="t")
    found = make_crosswalk(blocks, goals, method="dasymetric", raster=grid(values)).matrix.toarray()
    j, i = np.meshgrid(np.arange(10), np.arange(10))
    x, y = EAST + 100.0 * j, NORTH + 900.0 - 100.0 * i
    cells = shapely.box(x, y, x + 100, y + 100)
    expected = np.zeros((3, 6))
    for s, source in enumerate(blocks.geometry):
        for t, target in enumerate(goals.geometry):
            piece = shapely.intersection(source, target)
            expected[t, s] = (shapely.area(shapely.intersection(cells, piece)) * values).sum()
    np.testing.assert_allclose(found, expected / expected.sum(axis=0), atol=1e-8)
