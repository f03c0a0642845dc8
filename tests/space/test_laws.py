"""Laws of every maker that cuts ground, on random coverages of many shapes, by GEOS and by kernel.

Random coverages are mosaics whose cells are put together at random: areas of several parts, with
holes, with enclaves in one another, some of them missing, so that there are gaps.
"""

from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from space.areas_on_paper import CRS, EAST, NORTH, keyed, mosaic, persons

from sozialraum.model import Raster
from sozialraum.space.crosswalks import overlay, points
from sozialraum.space.making import make_crosswalk

SEED = st.integers(0, 1_000_000)
LAW = settings(
    max_examples=12, derandomize=True, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def coverage(seed, n, *, prefix, gaps=0):
    """At most n areas put together from the cells of a mosaic; some cells may belong to none."""
    rng = np.random.default_rng(seed)
    cells = mosaic(3 * n + 2, seed=seed)
    group = rng.integers(0, n, len(cells))
    group[rng.permutation(len(cells))[:gaps]] = -1
    kinds = [g for g in np.unique(group) if g >= 0]
    return keyed([shapely.union_all(cells[group == g]) for g in kinds], prefix=prefix)


def cells(seed):
    rng = np.random.default_rng(seed)
    return Raster(
        rng.integers(0, 6, (25, 25)).astype(float), EAST - 25, NORTH + 1025, 42.0, 42.0, CRS
    )


def homes(seed):
    xy = np.random.default_rng(seed).uniform(1, 999, (300, 2))
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(EAST + xy[:, 0], NORTH + xy[:, 1]), crs=CRS)


WAYS = {
    "areal": lambda seed: {},
    "cells": lambda seed: {"method": "dasymetric", "raster": cells(seed)},
    "inhabited cells": lambda seed: {"method": "dasymetric", "raster": cells(seed), "mask": "binary"},
    "two rasters": lambda seed: {"method": "dasymetric", "raster": [cells(seed), cells(seed + 1)]},
    "addresses": lambda seed: {"method": "points", "points": homes(seed)},
}  # fmt: skip
EACH = pytest.mark.parametrize("by_kernel", [False, True], ids=["GEOS", "kernel"])
WAY = pytest.mark.parametrize("way", WAYS)


@contextmanager
def through(by_kernel):
    """Send small inputs through the kernels for large ones, too."""
    kept = overlay.VERTICES_FOR_KERNEL, points.POINTS_FOR_KERNEL
    overlay.VERTICES_FOR_KERNEL, points.POINTS_FOR_KERNEL = (0, 0) if by_kernel else kept
    try:
        yield
    finally:
        overlay.VERTICES_FOR_KERNEL, points.POINTS_FOR_KERNEL = kept


def close(found, expected, rtol=1e-6, atol=1e-4):
    pd.testing.assert_frame_equal(found, expected, rtol=rtol, atol=atol)


@EACH
@WAY
@LAW
@given(SEED, st.integers(2, 12), st.integers(2, 8), st.integers(0, 4))
def test_nobody_is_lost_and_nobody_counted_twice(by_kernel, way, seed, n, m, gaps):
    source, target = coverage(seed, n, prefix="s"), coverage(seed + 1, m, prefix="t", gaps=gaps)
    counts = persons(source, seed)
    with through(by_kernel):
        walk = make_crosswalk(source, target, **WAYS[way](seed))
    moved, outside = walk.apply(counts), walk.outside(counts)
    np.testing.assert_allclose(moved.sum() + outside, counts.sum(), rtol=1e-9)
    assert (moved >= 0).all(axis=None) and (outside >= 0).all()
    if not gaps:
        np.testing.assert_allclose(moved.sum(), counts.sum(), rtol=1e-9)


@EACH
@WAY
@LAW
@given(SEED)
def test_the_order_of_rows_changes_nothing(by_kernel, way, seed):
    rng = np.random.default_rng(seed)
    source, target = coverage(seed, 9, prefix="s"), coverage(seed + 1, 5, prefix="t")
    counts = persons(source, seed)
    with through(by_kernel):
        straight = make_crosswalk(source, target, **WAYS[way](seed)).apply(counts)
        mixed = make_crosswalk(
            source.sample(frac=1, random_state=rng), target.iloc[::-1], **WAYS[way](seed)
        ).apply(counts.sample(frac=1, random_state=rng))
    close(mixed.loc[straight.index], straight)


@EACH
@WAY
@LAW
@given(SEED)
def test_a_target_cut_in_two_gets_the_same_in_sum(by_kernel, way, seed):
    source, target = coverage(seed, 9, prefix="s"), coverage(seed + 1, 5, prefix="t")
    counts = persons(source, seed)
    line = EAST + 500.123  # no address and no border lies exactly on it
    west = shapely.box(EAST - 1000, NORTH - 1000, line, NORTH + 3000)
    parts = [target.intersection(west), target.difference(west)]
    halves = pd.concat(
        [p[~p.is_empty].rename(lambda k, i=i: f"{k}{i}") for i, p in enumerate(parts)]
    )
    with through(by_kernel):
        whole = make_crosswalk(source, target, **WAYS[way](seed)).apply(counts)
        cut = make_crosswalk(source, halves.to_frame("geometry"), **WAYS[way](seed)).apply(counts)
    close(cut.groupby(cut.index.str[:-1]).sum(), whole)


@EACH
@WAY
@LAW
@given(SEED)
def test_another_coordinate_system_moves_the_same_people(by_kernel, way, seed):
    source, target = coverage(seed, 9, prefix="s"), coverage(seed + 1, 5, prefix="t")
    counts = persons(source, seed)
    with through(by_kernel):
        here = make_crosswalk(source, target, **WAYS[way](seed)).apply(counts)
        there = make_crosswalk(
            source.to_crs("EPSG:3035"), target.to_crs("EPSG:25832"), **WAYS[way](seed)
        ).apply(counts)
    # straight borders bend a little on their way: millimetres on a kilometre
    close(there, here, rtol=1e-3, atol=0.5)


@EACH
@LAW
@given(SEED)
def test_kernel_and_geos_and_geopandas_cut_the_same_ground(by_kernel, seed):
    source = coverage(seed, 12, prefix="s", gaps=3)
    target = coverage(seed + 1, 6, prefix="t", gaps=2)
    with through(by_kernel):
        pieces = overlay.intersection_areas(source.geometry.to_numpy(), target.geometry.to_numpy())
    cut = gpd.overlay(source.reset_index(names="s"), target.reset_index(names="t"))
    square_metres = cut.area.groupby([cut["t"], cut["s"]]).sum()
    square_metres = square_metres[square_metres > 0.01]
    found = pd.Series(pieces.mass, index=[target.index[pieces.target], source.index[pieces.source]])
    found = found[found > 0.01]
    np.testing.assert_allclose(found.sort_index(), square_metres.sort_index(), atol=5e-3)
    assert list(found.sort_index().index) == list(square_metres.sort_index().index)
