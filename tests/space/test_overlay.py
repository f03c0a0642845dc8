import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from space.areas_on_paper import EAST, NORTH, areas, chequer, keyed, mosaic, persons

from sozialraum.model.errors import DataError
from sozialraum.space.making import make_crosswalk


def table_by_overlay(source, target) -> pd.Series:
    """Oracle: geopandas.overlay, square metres by pair of keys."""
    left, right = source.reset_index(names="s"), target.reset_index(names="t")
    cut = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
    return cut.area.groupby([cut["t"], cut["s"]]).sum()


def test_a_block_cut_in_half_gives_half():
    blocks = areas(b1=box(0, 0, 1, 1), b2=box(1, 0, 3, 1))
    goals = areas(W=box(0, 0, 2, 1), O=box(2, 0, 3, 1))
    walk = make_crosswalk(blocks, goals)
    np.testing.assert_allclose(walk.matrix.toarray(), [[1, 0.5], [0, 0.5]], atol=1e-6)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 15))
def test_totals_are_conserved_and_shares_equal_geopandas_overlay(seed, n, m):
    blocks, goals = keyed(mosaic(n, seed=seed)), keyed(mosaic(m, seed=seed + 1), prefix="t")
    walk = make_crosswalk(blocks, goals)
    counts = persons(blocks, seed)
    np.testing.assert_allclose(walk.apply(counts).sum(), counts.sum(), rtol=1e-9)
    expected = table_by_overlay(blocks, goals)
    dense = pd.DataFrame(walk.matrix.toarray(), index=walk.target_keys, columns=walk.source_keys)
    area = blocks.area
    for (t, s), square_metres in expected.items():
        assert dense.loc[t, s] * area[s] == pytest.approx(square_metres, abs=2e-3)


@settings(max_examples=15, derandomize=True, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_areas_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    blocks, goals = keyed(mosaic(30, seed=seed)), keyed(mosaic(6, seed=seed + 1), prefix="t")
    counts = persons(blocks, seed)
    straight = make_crosswalk(blocks, goals).apply(counts)
    mixed = make_crosswalk(blocks.sample(frac=1, random_state=rng), goals.iloc[::-1]).apply(counts)
    pd.testing.assert_frame_equal(mixed.loc[straight.index], straight, rtol=1e-8, atol=1e-6)


@settings(max_examples=15, derandomize=True, deadline=None)
@given(st.integers(0, 10_000))
def test_splitting_a_block_along_a_line_changes_no_target(seed):
    blocks, goals = keyed(mosaic(12, seed=seed)), keyed(mosaic(4, seed=seed + 1), prefix="t")
    counts = persons(blocks, seed)
    halves, shares = [], []
    for key, shape in blocks.geometry.items():
        x0, y0, x1, y1 = shape.bounds
        west = shape.intersection(box(x0 - 1, y0 - 1, (x0 + x1) / 2, y1 + 1))
        east = shape.intersection(box((x0 + x1) / 2, y0 - 1, x1 + 1, y1 + 1))
        halves += [west, east]
        shares += [counts.loc[key] * part.area / shape.area for part in (west, east)]
    split = keyed(halves, prefix="h")
    split_counts = pd.DataFrame(shares).set_axis(split.index)
    units = dict.fromkeys(counts.columns, "count")
    moved = make_crosswalk(split, goals).apply(split_counts, units=units)
    pd.testing.assert_frame_equal(
        moved, make_crosswalk(blocks, goals).apply(counts), rtol=1e-6, atol=1e-4
    )


def test_another_crs_of_the_source_changes_shares_by_less_than_a_ten_thousandth():
    blocks, goals = keyed(mosaic(20, seed=1)), keyed(mosaic(5, seed=2), prefix="t")
    here = make_crosswalk(blocks, goals).matrix.toarray()
    there = make_crosswalk(blocks.to_crs("EPSG:25832"), goals).matrix.toarray()
    np.testing.assert_allclose(there, here, atol=1e-4)


def test_a_crs_without_a_code_moves_nothing():
    plain = "+proj=utm +zone=33 +ellps=GRS80 +units=m +no_defs"
    blocks, goals = keyed(mosaic(20, seed=1)), keyed(mosaic(5, seed=2), prefix="t")
    esri = blocks.set_crs(plain, allow_override=True)
    assert esri.crs != goals.crs
    assert (make_crosswalk(esri, goals).matrix != make_crosswalk(blocks, goals).matrix).nnz == 0


def test_the_part_outside_all_targets_is_listed_and_goes_to_nobody():
    blocks = areas(a=box(0, 0, 100, 100), b=box(100, 0, 200, 100), c=box(300, 0, 400, 100))
    walk = make_crosswalk(blocks, areas(T=box(0, 0, 150, 100)))
    assert walk.unmatched_source.to_dict() == pytest.approx({"b": 0.5, "c": 1.0}, abs=1e-7)
    counts = pd.DataFrame({"kinder": [10.0, 20.0, 30.0]}, index=["a", "b", "c"])
    moved, lost = walk.apply(counts), walk.outside(counts)
    assert moved.loc["T", "kinder"] == pytest.approx(20.0)
    assert moved["kinder"].sum() + lost["kinder"] == pytest.approx(60.0, rel=1e-12)


def test_a_border_drawn_differently_loses_nobody_and_is_listed():
    blocks = areas(a=box(0, 0, 100, 100))
    walk = make_crosswalk(blocks, areas(T=box(0, 0, 99.5, 100)))
    assert walk.matrix.toarray().tolist() == [[1.0]]
    assert walk.details["given_at_border"] == pytest.approx({"a": 0.005}, abs=1e-7)
    strict = make_crosswalk(blocks, areas(T=box(0, 0, 99.5, 100)), border=0.0)
    assert strict.matrix.toarray()[0, 0] == pytest.approx(0.995)


def test_a_target_that_no_source_covers_is_listed():
    walk = make_crosswalk(
        areas(a=box(0, 0, 100, 100)), areas(T=box(0, 0, 200, 100), U=box(200, 0, 300, 100))
    )
    assert walk.unmatched_target.to_dict() == pytest.approx({"T": 0.5, "U": 1.0}, abs=1e-7)


def test_overlapping_targets_are_refused_because_persons_would_count_twice():
    blocks = areas(a=box(0, 0, 100, 100))
    goals = areas(T=box(0, 0, 60, 100), U=box(40, 0, 100, 100))
    with pytest.raises(DataError, match=r"a in T \+ U"):
        make_crosswalk(blocks, goals)
    walk = make_crosswalk(blocks, goals, overlaps="share")
    np.testing.assert_allclose(walk.matrix.toarray().ravel(), [0.5, 0.5], rtol=1e-6)
    assert walk.details["shared_overlap"] == pytest.approx({"a": 0.2}, abs=1e-6)


def test_targets_that_overlap_by_a_hair_are_shared_and_listed():
    goals = areas(T=box(0, 0, 50.05, 100), U=box(50, 0, 100, 100))
    walk = make_crosswalk(areas(a=box(0, 0, 100, 100)), goals)
    assert walk.matrix.sum() == pytest.approx(1.0, rel=1e-12)
    assert walk.details["shared_overlap"] == pytest.approx({"a": 0.0005}, abs=1e-7)


def test_nested_squares_are_never_split():
    walk = make_crosswalk(keyed(chequer(20, 50.0)), keyed(chequer(10, 100.0), prefix="t"))
    assert walk.matrix.nnz == 400
    np.testing.assert_allclose(walk.matrix.data, 1.0, rtol=1e-12)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (gpd.GeoDataFrame(geometry=[], crs="EPSG:25833"), "space.empty"),
        (areas(a=box(0, 0, 1, 1)).set_crs("EPSG:4326", allow_override=True), "space.not_projected"),
        (areas(a=shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "space.invalid_geometry"),
        (areas(a=shapely.Point(0, 0)), "space.not_polygons"),
        (areas(a=None), "space.not_polygons"),
        (areas(a=box(0, 0, np.inf, 1)), "space.not_finite"),
        (keyed([box(0, 0, 1, 1)] * 2).rename(index={"a001": "a000"}), "space.duplicate_keys"),
    ],
)
def test_areas_that_cannot_be_used_are_refused(bad, code):
    with pytest.raises(DataError) as caught:
        make_crosswalk(bad, areas(T=box(0, 0, 1, 1)))
    assert code in {p.code for p in caught.value.problems}


def test_areas_far_apart_are_refused_with_the_distance():
    here, far = keyed(chequer(2, 100.0)), keyed(chequer(2, 100.0, left=EAST + 10_200, bottom=NORTH))
    with pytest.raises(DataError, match="10000 m"):
        make_crosswalk(here, far)
