"""The real geometry of Berlin: 447 Planungsräume, 138 Bezirksregionen, 346 Einschulungsbereiche, census cells."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shared_data import shared

from sozialraum.model import Raster
from sozialraum.space.crosswalks.points import area_of_points
from sozialraum.space.crosswalks.vintages import share_crosswalk
from sozialraum.space.disaggregation_error import misplaced_share
from sozialraum.space.grids.zonal import zone_sums
from sozialraum.space.making import make_crosswalk

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def planungsraeume():
    frame = gpd.read_file(shared("data/berlin_lor/berlin_plr.shp"))
    return frame.set_index("SCHLUESSEL").sort_index()


@pytest.fixture(scope="module")
def einschulungsbereiche():
    frame = gpd.read_file(shared("data/berlin_catchments/berlin_ezb.geojson"))
    return frame.set_axis([f"{k:03d}" for k in range(len(frame))], axis=0)


@pytest.fixture(scope="module")
def kinder() -> Raster:
    with rasterio.open(shared("data/zensus2011_grid/berlin_u10_100m.tif")) as file:
        return Raster(
            file.read(1).astype(float), file.bounds.left, file.bounds.top, 100.0, 100.0,
            file.crs.to_wkt(), "berlin_u10_100m.tif",
        )  # fmt: skip


@pytest.fixture(scope="module")
def einwohner(planungsraeume):
    file = shared("data/berlin_population/berlin-lor-population-2018-02-t2-planning-areas.csv")
    table = pd.read_csv(file, dtype={"id": str}).set_index("id")
    return table.loc[planungsraeume.index, ["inhabitants", "inhabitants_age_below_6"]].astype(float)


def test_bezirksregionen_by_keys_and_by_geometry_agree(planungsraeume, einwohner):
    file = shared("data/berlin_lor/berlin-lor-district-regions-until-2020.geojson")
    regions = gpd.read_file(file).set_index("id").sort_index().to_crs(25833)
    regions.geometry = regions.geometry.make_valid()
    by_keys = make_crosswalk(planungsraeume, regions, method="nested", parent=6)
    by_area = make_crosswalk(planungsraeume, regions)
    assert by_keys.matrix.shape == (138, 447)
    largest = by_area.matrix.max(axis=0).toarray().ravel()
    rows = np.asarray(by_area.matrix.argmax(axis=0)).ravel()
    np.testing.assert_array_equal(rows, np.asarray(by_keys.matrix.argmax(axis=0)).ravel())
    # the shapefile and the geojson draw seven Planungsräume differently by more than 1,000 m² (data/README.md, trap 3);
    # three of them at the border of a Bezirksregion
    drawn_differently = {
        k for k, top in zip(by_area.source_keys, largest, strict=True) if top < 0.995
    }
    assert drawn_differently == {"01033201", "09041301", "09041501"}
    alike = einwohner.copy()
    alike.loc[sorted(drawn_differently)] = 0.0
    one, two = by_keys.apply(alike), by_area.apply(alike)
    pd.testing.assert_frame_equal(two, one, rtol=0, atol=0.1, check_names=False)


def test_bezirksregionen_dissolved_from_planungsraeume_agree_to_the_person(
    planungsraeume, einwohner
):
    regions = planungsraeume.dissolve(planungsraeume.index.str[:6])[["geometry"]]
    by_keys = make_crosswalk(planungsraeume, regions, method="nested", parent=6)
    by_area = make_crosswalk(planungsraeume, regions)
    pd.testing.assert_frame_equal(
        by_area.apply(einwohner), by_keys.apply(einwohner), rtol=0, atol=0.001
    )


def test_planungsraeume_added_up_by_keys_equal_the_published_bezirksregionen(einwohner):
    file = shared("data/berlin_population/berlin-lor-population-2018-02-t2-district-regions.csv")
    published = pd.read_csv(file, dtype={"id": str}).set_index("id").sort_index()
    walk = make_crosswalk(einwohner, published, method="nested", parent=6)
    pd.testing.assert_series_equal(
        walk.apply(einwohner)["inhabitants"],
        published["inhabitants"].astype(float),
        check_names=False,
    )


@pytest.mark.parametrize("mask", ["weighted", "binary"])
def test_every_total_arrives_in_the_einschulungsbereiche(
    planungsraeume, einschulungsbereiche, kinder, einwohner, mask
):
    walk = make_crosswalk(
        planungsraeume, einschulungsbereiche, method="dasymetric", raster=kinder, mask=mask
    )
    moved = walk.apply(einwohner)
    np.testing.assert_allclose(moved.sum(), einwohner.sum(), rtol=1e-9)
    assert len(walk.unmatched_source) == 0 and (moved >= 0).all().all()


def test_children_of_the_census_per_einschulungsbereich_equal_exactextract(
    einschulungsbereiche, kinder
):
    exactextract = pytest.importorskip("exactextract")
    from exactextract.raster import NumPyRasterSource

    rows, columns = kinder.values.shape
    source = NumPyRasterSource(
        kinder.values, kinder.left, kinder.top - rows * 100, kinder.left + columns * 100, kinder.top
    )
    there = einschulungsbereiche.to_crs(kinder.crs)
    expected = exactextract.exact_extract(source, there, ["sum"], output="pandas")["sum"]
    found = zone_sums(einschulungsbereiche, kinder)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-3)


def test_cells_place_people_better_than_areas_do(planungsraeume, kinder, einwohner):
    # truth: the published counts of the Planungsräume, of which we pretend to know only the sums by Bezirksregion
    regions = planungsraeume.dissolve(planungsraeume.index.str[:6])[["geometry"]]
    known = make_crosswalk(planungsraeume, regions, method="nested", parent=6).apply(einwohner)
    ways = {
        "areal": {"method": "areal"},
        "binary": {"method": "dasymetric", "raster": kinder, "mask": "binary"},
        "weighted": {"method": "dasymetric", "raster": kinder},
    }
    wrong = {}
    for name, way in ways.items():
        moved = make_crosswalk(regions, planungsraeume, **way).apply(known)
        np.testing.assert_allclose(moved.sum(), einwohner.sum(), rtol=1e-9)
        wrong[name] = misplaced_share(moved["inhabitants"], einwohner["inhabitants"])
    assert wrong["binary"] < wrong["areal"] / 2
    assert wrong["weighted"] < wrong["binary"] < 0.08


def test_shared_einschulungsbereiche_and_those_without_a_school(einschulungsbereiche):
    walk = share_crosswalk(einschulungsbereiche, column="BSN")
    assert len(walk.details["shared"]) == 23 and set(walk.details["shared"].values()) == {2, 3}
    assert len(walk.unmatched_source) == 5


def test_schools_of_berlin_lie_in_one_planungsraum_each(planungsraeume):
    schools = gpd.read_file(shared("data/berlin_facilities/schulen.geojson"))
    found = area_of_points(schools, planungsraeume)
    joined = gpd.sjoin(schools.to_crs(25833), planungsraeume.to_crs(25833), predicate="within")
    assert found["key"].dropna().to_dict() == joined["SCHLUESSEL"].to_dict()
    assert len(found) == 902 and not found["on_border"].any()
