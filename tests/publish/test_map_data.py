"""Geometry of the page: simplified together, rounded alike, never torn."""

import geopandas as gpd
import numpy as np
import shapely
from publish.sample import sample_areas

from sozialraum.publish.page.map_data import (
    DEGREES,
    encode_areas,
    encode_points,
    label_points,
    simplify_areas,
)


def decode(area):
    """The page's own decoding, written again from its description."""
    polygons = []
    for rings in area:
        lines = [np.cumsum(np.array(r).reshape(-1, 2), axis=0) * DEGREES for r in rings]
        polygons.append(shapely.Polygon(lines[0], lines[1:]))
    return shapely.MultiPolygon(polygons)


def wiggly(n=30):
    """A city whose borders have many vertices, shared exactly because each border is bent once."""
    areas = sample_areas(n)
    borders = shapely.segmentize(shapely.union_all(shapely.boundary(areas.geometry.to_numpy())), 20)
    xy = shapely.get_coordinates(borders)
    bent = shapely.set_coordinates(borders, xy + 4 * np.sin(xy[:, ::-1] / 30))
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(bent)))
    assert len(cells) == n
    return gpd.GeoDataFrame(
        {"name": list("x" * n)}, geometry=list(cells), index=areas.index, crs=areas.crs
    )


def test_after_simplification_and_rounding_the_city_has_no_gap_and_no_overlap():
    areas = wiggly()
    shapes = simplify_areas(areas, tolerance=10)
    assert shapes.gap_free
    decoded = np.array([decode(a) for a in encode_areas(shapes.geometry)])
    assert shapely.coverage_is_valid(decoded)
    assert not shapely.get_parts(shapely.coverage_union_all(decoded))[0].interiors
    assert (
        shapely.get_num_coordinates(decoded).sum() < 0.5 * areas.geometry.count_coordinates().sum()
    )


def test_rounding_moves_no_point_by_more_than_half_a_hundred_thousandth_of_a_degree():
    geometry = sample_areas(12).geometry.to_crs(4326)
    decoded = np.array([decode(a) for a in encode_areas(geometry)])
    assert shapely.hausdorff_distance(geometry.to_numpy(), decoded).max() <= DEGREES * 0.75


def test_areas_that_overlap_are_left_as_they_are_and_named():
    areas = sample_areas(9)
    areas.loc["09760003", "geometry"] = areas.geometry["09760003"].buffer(40)
    shapes = simplify_areas(areas, tolerance=50)
    assert not shapes.gap_free
    assert "09760003" in shapes.faulty
    assert shapes.geometry.count_coordinates().sum() == areas.geometry.count_coordinates().sum()


def test_a_hole_in_an_area_stays_a_hole():
    ring = shapely.box(0, 0, 900, 900).difference(shapely.box(300, 300, 600, 600))
    areas = gpd.GeoDataFrame(
        {"name": ["a", "b"]},
        geometry=[ring, shapely.box(300, 300, 600, 600)],
        index=["1", "2"],
        crs=25832,
    )
    areas.geometry = areas.translate(691000, 5334000)
    encoded = encode_areas(simplify_areas(areas).geometry)
    assert [len(rings) for rings in encoded[0]] == [2]
    assert decode(encoded[0]).area < shapely.Polygon(decode(encoded[0]).geoms[0].exterior).area


def test_a_label_stands_inside_its_area_even_if_the_area_is_a_horseshoe():
    shoe = shapely.box(0, 0, 900, 900).difference(shapely.box(200, 0, 700, 700))
    areas = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shoe], index=["1"], crs=25832).translate(
        691000, 5334000
    )
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=areas, index=["1"])
    [[lat, lon, free]] = label_points(frame)
    assert areas.to_crs(4326).iloc[0].contains(shapely.Point(lon, lat))
    assert 90 <= free <= 145  # the arms are 200 m wide, the corners a little roomier


def test_points_keep_name_and_kind():
    points = gpd.GeoDataFrame(
        {"name": ["Schule"], "kind": ["Grundschule"]},
        geometry=gpd.points_from_xy([11.5], [48.1]),
        crs=4326,
    )
    assert encode_points(points) == [[48.1, 11.5, "Schule", "Grundschule"]]
