"""What every maker of a crosswalk promises: shape, units, NaN rule, conservation, an error estimate.

One small city for all of them: sixteen blocks of 250 m, four districts whose borders cut half of
the blocks, cells, addresses, paths and schools.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box
from space.areas_on_paper import CRS, EAST, NORTH, areas, chequer, keyed, persons

from sozialraum.model import Raster
from sozialraum.space.addressing.house_numbers import (
    assign_by_rules,
    read_house_number_rules,
    rules_crosswalk,
)
from sozialraum.space.addressing.register import address_crosswalk
from sozialraum.space.crosswalks.dasymetric import dasymetric_crosswalk
from sozialraum.space.crosswalks.density import density_bounds, density_crosswalk
from sozialraum.space.crosswalks.nearest import nearest_crosswalk
from sozialraum.space.crosswalks.nested import nested_crosswalk
from sozialraum.space.crosswalks.overlay import areal_crosswalk
from sozialraum.space.crosswalks.points import place_crosswalk, point_crosswalk
from sozialraum.space.crosswalks.vintages import chain_vintages, share_crosswalk, vintage_crosswalk
from sozialraum.space.disaggregation_error import mask_interval
from sozialraum.space.grids.cells import cells_crosswalk
from sozialraum.space.making import make_crosswalk
from sozialraum.space.network import beeline_distances, walking_distances, walking_network

RNG = np.random.default_rng(12)
BLOCKS = keyed(chequer(4, 250.0), prefix="b")
BLOCKS["district"] = ["d0", "d1"] * 8
# 375 m: every second row and column of blocks is cut in half
DISTRICTS = areas(
    d0=box(EAST, NORTH, EAST + 375, NORTH + 375),
    d1=box(EAST + 375, NORTH, EAST + 1000, NORTH + 375),
    d2=box(EAST, NORTH + 375, EAST + 375, NORTH + 1000),
    d3=box(EAST + 375, NORTH + 375, EAST + 1000, NORTH + 1000),
)
CELLS = [
    Raster(RNG.integers(0, 9, (20, 20)).astype(float), EAST, NORTH + 1000, 50.0, 50.0, CRS, name)
    for name in ("alle.tif", "kinder.tif")
]
HOMES = areas(h=box(EAST + 30, NORTH + 30, EAST + 900, NORTH + 800))
ADDRESSES = gpd.GeoDataFrame(
    {"flats": RNG.integers(1, 9, 200)},
    geometry=gpd.points_from_xy(EAST + RNG.uniform(1, 999, 200), NORTH + RNG.uniform(1, 999, 200)),
    crs=CRS,
)
SCHOOLS = areas(S=Point(EAST + 200, NORTH + 300), T=Point(EAST + 800, NORTH + 600))
RIVER = gpd.GeoDataFrame(geometry=[LineString([(EAST + 510, NORTH), (EAST + 510, NORTH + 1000)])], crs=CRS)  # fmt: skip
PATHS = gpd.GeoDataFrame(
    geometry=[LineString([(EAST + x, NORTH), (EAST + x, NORTH + 1000)]) for x in (125, 625)]
    + [LineString([(EAST, NORTH + 500), (EAST + 125, NORTH + 500), (EAST + 625, NORTH + 500)])],
    crs=CRS,
)


def by_rules():
    register = pd.DataFrame(
        {"street": "Parkstr.", "house_number": [str(n) for n in range(1, 49)], "block": [f"b{k:03d}" for k in range(16)] * 3}
    )  # fmt: skip
    rules = pd.DataFrame(
        {"street": "Parkstr.", "rule": ["ung. 1-47", "ger. 2-30"], "district": ["d0", "d1"]}
    )
    return rules_crosswalk(register["block"], assign_by_rules(register, read_house_number_rules(rules, area="district")))  # fmt: skip


def reform(**new):
    rows = [(old, key, share) for old, to in new.items() for key, share in to.items()]
    return vintage_crosswalk(pd.DataFrame(rows, columns=["old", "new", "share"]))


def two_reforms():
    first = {k: {"x": 0.25, "y": 0.75} if k < "b004" else {"x": 1.0} for k in BLOCKS.index}
    return chain_vintages([reform(**first), reform(x={"d0": 0.5, "d1": 0.5}, y={"d1": 1.0})])


def walks(**options):
    found = walking_distances(BLOCKS, SCHOOLS, network=walking_network(PATHS), snap_limit=250)
    return nearest_crosswalk(found, **options)


def kitas(**options):
    """Sixteen kitas, one near the middle of each block, with counts of their own."""
    points = BLOCKS.set_geometry(BLOCKS.centroid.translate(3.0, 3.0))
    return place_crosswalk(points, DISTRICTS, **options)


MAKERS = {
    "nested": lambda: make_crosswalk(BLOCKS, DISTRICTS, method="nested", parent="district"),
    "areal": lambda: make_crosswalk(BLOCKS, DISTRICTS),
    "cells": lambda: make_crosswalk(BLOCKS, DISTRICTS, method="dasymetric", raster=CELLS[0]),
    "inhabited cells": lambda: make_crosswalk(
        BLOCKS, DISTRICTS, method="dasymetric", raster=CELLS[0], mask="binary"
    ),
    "several rasters": lambda: make_crosswalk(BLOCKS, DISTRICTS, method="dasymetric", raster=CELLS),
    "census cells": lambda: cells_crosswalk(
        BLOCKS.centroid.get_coordinates(), DISTRICTS, size=250.0, crs=CRS
    ),
    "residential land": lambda: make_crosswalk(
        BLOCKS, DISTRICTS, method="dasymetric", residential=HOMES
    ),
    "addresses": lambda: make_crosswalk(
        BLOCKS, DISTRICTS, method="points", points=ADDRESSES, weight="flats"
    ),
    "house numbers": by_rules,
    "dwellings of a register": lambda: (
        address_crosswalk(ADDRESSES, BLOCKS, DISTRICTS, weight="flats").crosswalk
    ),
    "places": kitas,
    "places whose geocodes may be off": lambda: kitas(near=20.0),
    "two reforms": two_reforms,
    "shared by schools": lambda: share_crosswalk(
        BLOCKS.assign(schools=["S", "S,T"] * 8), column="schools", seats=pd.Series({"S": 2, "T": 1})
    ),
    "nearest on foot": walks,
    "nearest in a straight line": lambda: nearest_crosswalk(beeline_distances(BLOCKS, SCHOOLS)),
    "nearest, halfway homes shared": lambda: walks(even=100.0),
    "around schools": lambda: density_crosswalk(BLOCKS, SCHOOLS, bandwidth=400),
    "around schools by a river": lambda: density_crosswalk(
        BLOCKS, SCHOOLS, bandwidth=500, barriers=RIVER
    ),
}
AROUND = [name for name in MAKERS if name.startswith("around")]
EACH = pytest.mark.parametrize("name", MAKERS)


@EACH
def test_targets_are_rows_sources_are_columns_and_weights_are_shares(name):
    walk = MAKERS[name]()
    assert walk.matrix.shape == (len(walk.target_keys), len(walk.source_keys))
    assert set(walk.source_keys) == set(BLOCKS.index) and walk.matrix.dtype == float
    assert walk.matrix.data.min() > 0 and walk.matrix.data.max() <= 1.0
    assert len(walk.mass) == 16 and walk.matrix.nnz > 0


@EACH
def test_every_person_arrives_or_is_outside(name):
    walk, counts = MAKERS[name](), persons(BLOCKS, seed=3)
    arrived = walk.apply(counts).sum() + walk.outside(counts)
    if walk.conserves:
        np.testing.assert_allclose(arrived, counts.sum(), rtol=1e-9)
        listed = (counts.mul(walk.unmatched_source, axis=0)).sum()
        np.testing.assert_allclose(walk.outside(counts), listed, rtol=1e-9)
    else:
        # a child counts at most whole for each of two schools, and outside only if for none
        assert name in AROUND and (arrived <= 2 * counts.sum()).all()
        far = walk.unmatched_source.index
        assert (walk.outside(counts) == counts.loc[far].sum()).all() and len(far) > 0
        nearby_are_nobody = counts.copy()
        nearby_are_nobody.loc[~counts.index.isin(far)] = 0.0
        assert not walk.apply(nearby_are_nobody).to_numpy().any()


@EACH
def test_a_missing_count_is_missing_exactly_where_it_would_have_gone(name):
    walk, counts = MAKERS[name](), persons(BLOCKS, seed=3)
    counts.iloc[5] = np.nan
    touched = walk.matrix[:, [walk.source_keys.index(counts.index[5])]].toarray().ravel() > 0
    moved = walk.apply(counts)
    assert (moved.isna().to_numpy() == touched[:, None]).all()
    share = walk.missing_share(counts)
    assert ((share > 0).to_numpy() == touched[:, None]).all()


@EACH
def test_units_and_order_of_rows_change_nothing(name):
    walk, counts = MAKERS[name](), persons(BLOCKS, seed=3)
    moved = walk.apply(counts)
    pd.testing.assert_frame_equal(walk.apply(counts.sample(frac=1, random_state=1)), moved)
    pd.testing.assert_frame_equal(walk.apply(counts * 1000) / 1000, moved)


# by hand: the share of the first target's count that comes from sources split between targets
@pytest.mark.parametrize(
    ("name", "split"),
    [
        # whole blocks only
        ("nested", [0.0, 0.0]),
        # d0 of 375 m: one block whole, two halves and a quarter: 1.25 of 2.25 blocks
        ("areal", [1.25 / 2.25]),
        ("census cells", [1.25 / 2.25]),
        # S has eight blocks wholly and two thirds of eight, T has a third of eight
        ("shared by schools", [(8 * 2 / 3) / (8 + 8 * 2 / 3), 1.0]),
        # every block passes through x, and x is halved
        ("two reforms", [1.0]),
        ("nearest on foot", [0.0, 0.0]),
        # the middle of every second block lies 3 m behind the border at 375 m
        ("places", [0.0, 0.0, 0.0, 0.0]),
        # d0 holds one place wholly, a half each of two, a quarter of one: 1.25 of 2.25
        ("places whose geocodes may be off", [1.25 / 2.25]),
    ],
)
def test_the_split_share_says_how_much_is_estimated(name, split):
    walk = MAKERS[name]()
    even = pd.DataFrame({"n": 1.0}, index=BLOCKS.index)
    found = walk.split_share(even)["n"].dropna().to_numpy()
    np.testing.assert_allclose(found[: len(split)], split, atol=1e-9)


@EACH
def test_the_split_share_is_a_share_wherever_somebody_is_counted(name):
    walk, counts = MAKERS[name](), persons(BLOCKS, seed=3) + 1
    share, moved = walk.split_share(counts), walk.apply(counts)
    assert (share.isna() == (moved == 0)).all(axis=None)
    assert ((share >= 0) & (share <= 1) | share.isna()).all(axis=None)


def test_masks_span_an_interval_around_the_estimate():
    names = (
        "cells",
        "inhabited cells",
        "several rasters",
        "residential land",
        "addresses",
        "areal",
    )
    counts = persons(BLOCKS, seed=3)
    spans = mask_interval({name: MAKERS[name]() for name in names}, counts)["kinder"]
    assert (spans["low"] <= spans["estimate"]).all() and (spans["estimate"] <= spans["high"]).all()
    # totals hold for each mask, so where one answer is low another is high
    assert spans["low"].sum() < counts["kinder"].sum() < spans["high"].sum()


def test_geocodes_that_may_be_off_span_an_interval():
    counts = persons(BLOCKS, seed=3)
    spans = mask_interval({"as placed": kitas(), "within 20 m": kitas(near=20.0)}, counts)["kinder"]
    assert (spans["low"] < spans["high"]).all()
    assert kitas().apply(counts).sum().equals(counts.sum())


FUNCTIONS = [
    nested_crosswalk, areal_crosswalk, dasymetric_crosswalk, point_crosswalk, place_crosswalk,
    address_crosswalk, rules_crosswalk, cells_crosswalk, vintage_crosswalk, share_crosswalk,
    density_crosswalk, nearest_crosswalk,
]  # fmt: skip


@pytest.mark.parametrize("maker", FUNCTIONS, ids=lambda f: f.__name__)
def test_every_maker_says_what_it_conserves_in_which_unit_and_how_sure_it_is(maker):
    notes = maker.__doc__.split("Notes\n")[1]
    for word in ("Conservation:", "Unit of", "mass", "NaN:", "Error:"):
        assert word in notes, word
    assert "Crosswalk" in maker.__doc__ or "crosswalk" in maker.__doc__


def test_two_conversion_tables_span_an_interval_too():
    by_area = reform(a={"X": 0.5, "Y": 0.5}, b={"Y": 1.0})
    by_people = reform(a={"X": 0.8, "Y": 0.2}, b={"Y": 1.0})
    counts = pd.DataFrame({"n": [100.0, 10.0]}, index=["a", "b"])
    spans = mask_interval({"Einwohner": by_people, "Fläche": by_area}, counts)["n"]
    assert spans.loc["X", ["estimate", "low", "high"]].tolist() == [80.0, 50.0, 80.0]
    assert spans.loc["Y", ["estimate", "low", "high"]].tolist() == [30.0, 30.0, 60.0]


def test_homes_halfway_between_two_schools_span_an_interval():
    metres = pd.DataFrame(
        {"S": [100.0, 500.0, np.nan], "T": [900.0, 540.0, 10.0]}, index=list("abc")
    )
    from sozialraum.space.network import Distances

    found = Distances(metres, "Fußweg")
    one, even = nearest_crosswalk(found), nearest_crosswalk(found, even=50.0)
    counts = pd.DataFrame({"n": [10.0, 20.0, 5.0]}, index=list("abc"))
    assert even.matrix.toarray().tolist() == [[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]]
    spans = mask_interval({"nearest": one, "even": even}, counts)["n"]
    assert spans.loc["S", ["estimate", "low", "high"]].tolist() == [30.0, 20.0, 30.0]
    # 10 of the 20 at S come from the home halfway
    assert even.split_share(counts).loc["S", "n"] == 0.5


@pytest.mark.parametrize("barriers", [None, RIVER])
@pytest.mark.parametrize("kernel", ["uniform", "linear", "epanechnikov", "quartic", "gaussian"])
def test_wherever_people_live_in_their_block_the_density_is_within_its_bounds(kernel, barriers):
    options = {"bandwidth": 450.0, "kernel": kernel, "barriers": barriers}
    low, high = density_bounds(BLOCKS, SCHOOLS, **options)
    rng = np.random.default_rng(5)
    for _ in range(20):
        inside = rng.uniform(0, 1, (16, 2))
        corner = BLOCKS.bounds[["minx", "miny"]].to_numpy()
        homes = gpd.points_from_xy(*(corner + 250 * inside).T)
        lived = density_crosswalk(BLOCKS.set_geometry(homes, crs=CRS), SCHOOLS, **options)
        assert (lived.matrix.toarray() <= high.matrix.toarray() + 1e-12).all()
        assert (lived.matrix.toarray() >= low.matrix.toarray() - 1e-12).all()
    middle = density_crosswalk(BLOCKS, SCHOOLS, **options)
    spans = mask_interval({"middle": middle, "low": low, "high": high}, persons(BLOCKS))["kinder"]
    assert (spans["low"] < spans["estimate"]).all() and (spans["estimate"] < spans["high"]).all()


def test_a_chain_around_schools_lists_only_those_who_count_for_none():
    chain = MAKERS["nested"]().then(density_crosswalk(DISTRICTS, SCHOOLS.iloc[:1], bandwidth=200))
    assert not chain.conserves
    alone = np.flatnonzero(np.asarray(chain.matrix.sum(axis=0)).ravel() == 0)
    assert list(chain.unmatched_source.index) == [chain.source_keys[k] for k in alone]
