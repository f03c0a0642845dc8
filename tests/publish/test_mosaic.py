"""Borders that miss one another by a hair are healed; what fits is left to the bit."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shared_data import shared

from sozialraum.publish.graphics.borders import join_borders
from sozialraum.publish.graphics.coverage_simplify import build_coverage

HAIR = 0.1
TOWN = Path(__file__).parents[2] / "shapes/musterstadt/sprengel.gpkg"


def digitised_again(areas, every=4, miss=0.02, thinned=0.0):
    """Redraw each `every`-th area by another hand: all its corners some centimetres off."""
    shapes = areas.geometry.to_numpy().copy()
    for k in range(0, len(shapes), every):
        drawn = shapely.transform(shapes[k], lambda xy: xy + miss * np.sin(1.7 * xy))
        shapes[k] = shapely.simplify(drawn, thinned) if thinned else drawn
    return areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))


def town():
    """The districts of the shipped city, whose borders wind as real ones do, and fit."""
    return gpd.read_file(TOWN).set_index("sprengel")


def holes(shapes):
    return int(shapely.get_num_interior_rings(shapely.get_parts(shapely.union_all(shapes))).sum())


@pytest.mark.parametrize("thinned", [0.0, 0.05])
def test_a_town_of_which_every_fourth_area_was_digitised_again_is_gap_free(thinned):
    areas = digitised_again(town(), thinned=thinned)
    assert not shapely.coverage_is_valid(areas.geometry.to_numpy())
    mosaic = build_coverage(areas, tolerance=5)
    assert mosaic.gap_free
    assert shapely.coverage_is_valid(mosaic.shapes, gap_width=HAIR)
    assert holes(mosaic.shapes) == 0


def test_no_corner_moves_further_than_a_hair_and_far_ones_not_at_all():
    areas = town()
    shapes = areas.geometry.to_numpy()
    redrawn = shapes.copy()
    redrawn[20] = shapely.transform(shapes[20], lambda xy: xy + 0.03)
    joined = join_borders(redrawn, hair=HAIR)
    assert shapely.hausdorff_distance(shapes, joined).max() <= 0.03 * np.sqrt(2) + 1e-6
    far = ~shapely.intersects(shapes, shapely.buffer(shapes[20], 0.1))
    assert far.sum() > 15
    assert shapely.equals_exact(
        shapely.normalize(shapely.multipolygons(shapes[far][:, None])),
        shapely.normalize(joined[far]),
        tolerance=0,
    ).all()


def test_what_fits_is_only_simplified():
    shapes = town().geometry.to_numpy()
    mosaic = build_coverage(town(), tolerance=5)
    assert shapely.equals_exact(mosaic.shapes, shapely.coverage_simplify(shapes, 5)).all()


def test_a_gap_that_opens_to_the_outside_is_closed_too():
    left = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    right = shapely.Polygon([(10.04, 0), (20, 0), (20, 10), (10.04, 10)])
    areas = gpd.GeoDataFrame(geometry=[left, right], index=["a", "b"], crs=25832)
    mosaic = build_coverage(areas, tolerance=0.5)
    assert mosaic.gap_free
    assert shapely.union_all(mosaic.shapes).geom_type == "Polygon"


def test_a_wide_overlap_is_named_and_nothing_is_simplified():
    areas = town()
    shapes = areas.geometry.to_numpy().copy()
    shapes[20] = shapely.buffer(shapes[20], 3)
    wide = areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))
    mosaic = build_coverage(wide, tolerance=5)
    assert areas.index[20] in mosaic.faulty
    assert not shapely.touches(shapes[20], shapely.union_all(np.delete(shapes, 20)))
    assert shapely.equals_exact(mosaic.shapes, shapes).all()


def test_berlin_of_which_one_border_runs_to_and_fro_is_drawn_without_gaps():
    areas = gpd.read_file(shared("data/berlin_lor/berlin_plr.shp")).to_crs(25833)
    assert not shapely.coverage_is_valid(areas.geometry.to_numpy())
    mosaic = build_coverage(areas, tolerance=8)
    assert mosaic.gap_free
    assert shapely.coverage_is_valid(mosaic.shapes)
