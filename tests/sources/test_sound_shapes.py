"""Shapes that are none are found by `check`, all at once and by name; the advice printed works."""

import shutil

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.model.surfaces import unite
from sozialraum.sources.plausibility.coverage import inspect_areas
from sozialraum.sources.spatial.datum import datum_problems
from sozialraum.sources.spatial.geometry import load_areas
from sozialraum.sources.spatial.rasters import read_raster
from sozialraum.sources.spatial.sites import read_beside, read_outlines, read_points
from sozialraum.sources.spatial.soundness import impossible, surface_of
from sozialraum.sources.spatial.systems import settle_crs
from sozialraum.space.repair import repair_areas
from sozialraum.workflows.build.building import build
from sozialraum.workflows.check.checking import check_build

CRS = "EPSG:25833"
FAULTS = "cases/faults/reports_elsewhere"
X, Y = 380_000.0, 5_820_000.0
SQUARE = shapely.box(X, Y, X + 100, Y + 100)


def row(*shapes):
    keys = [f"{k:02d}" for k in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame(index=keys, geometry=list(shapes), crs=CRS)


def beside(k):
    return shapely.box(X + 100 * k, Y, X + 100 * (k + 1), Y + 100)


def moved(corner):
    ring = shapely.get_coordinates(SQUARE)
    ring[1] = corner
    with np.errstate(invalid="ignore"):
        return shapely.Polygon(ring)


BOW_TIE = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
LINE = shapely.LineString([(X, Y), (X + 100, Y + 100)])
MIXED = shapely.GeometryCollection([SQUARE, LINE, shapely.Point(X, Y)])
BAD = {
    "null": (None, "empty_geometry"),
    "empty": (shapely.Polygon(), "empty_geometry"),
    "nan": (moved((np.nan, Y)), "impossible_place"),
    "infinite": (moved((np.inf, Y)), "impossible_place"),
    "far": (moved((1e9, Y)), "impossible_place"),
    "a digit lost": (moved((X / 10, Y)), "impossible_place"),
    "line": (LINE, "no_polygon"),
    "point": (shapely.Point(X, Y), "no_polygon"),
    "lines only": (shapely.GeometryCollection([LINE]), "no_polygon"),
    "bow-tie": (BOW_TIE, "invalid_ring"),
    "collection": (MIXED, "collection"),
}


@pytest.mark.parametrize("kind", BAD)
def test_each_shape_that_is_no_area_is_an_error_with_its_key(kind):
    shape, code = BAD[kind]
    found = inspect_areas(row(*map(beside, range(1, 5)), shape), file="g.gpkg")
    errors = [p for p in found if p.severity == "error"]
    assert [p.code for p in errors] == [f"sources.{code}"]
    assert "05" in (errors[0].key or errors[0].found)


def test_all_of_them_are_told_at_once():
    shapes = [shape for shape, _ in BAD.values()]
    found = inspect_areas(row(*map(beside, range(1, 12)), *shapes), file="g.gpkg")
    codes = {p.code.removeprefix("sources.") for p in found if p.severity == "error"}
    assert codes == {code for _, code in BAD.values()}


def test_an_exclave_is_no_slip_and_a_layer_of_all_germany_has_no_far_corner():
    # Hamburg and its Neuwerk, 100 km down the Elbe: the districts lie 10 km from the middle
    centres = [(X + 10_000 * np.cos(a), Y + 10_000 * np.sin(a)) for a in np.arange(0, 6, 0.5)]
    town = [shapely.box(x, y, x + 3000, y + 3000) for x, y in centres]
    far = shapely.box(X - 100_000, Y, X - 99_000, Y + 1000)
    assert not impossible(np.array([*town, far]), areas=True).any()
    gemeinden = gpd.read_file(shared("data/vg250_gemeinden/VG250_GEM.shp"))
    shapes = gemeinden.to_crs(25832).geometry.dropna().to_numpy()
    assert not impossible(shapes, areas=True).any()


def test_the_surface_of_a_collection_is_taken_out_where_the_build_file_asks_and_nothing_is_lost():
    areas = row(beside(1), MIXED)
    done = repair_areas(areas, invalid=True)
    assert done.areas.geometry["02"].equals(SQUARE)
    assert done.repairs[["key", "repair"]].values.tolist() == [["02", "invalid"]]
    assert surface_of(MIXED).area == SQUARE.area
    line = repair_areas(row(beside(1), LINE), invalid=True)  # no surface: it stays, to be told
    assert line.areas.geometry["02"].equals(LINE)


def with_lines(case, tmp_path, lines=""):
    folder = shutil.copytree(shared(f"{FAULTS}/{case}"), tmp_path / "case")
    file = folder / "b.toml"
    file.write_text(file.read_text("utf-8") + lines, encoding="utf-8")
    return file


def test_the_advice_about_a_collection_works(tmp_path):
    file = with_lines("F05_geometrycollection", tmp_path)
    told = [p for p in check_build(file) if p.severity == "error"]
    assert [(p.code, p.key) for p in told] == [("sources.collection", "05")]
    assert "invalid = true" in told[0].action and "[areas." in told[0].action
    file = with_lines(
        "F05_geometrycollection", tmp_path / "b", "\n[areas.g.repair]\ninvalid = true\n"
    )
    assert not [p for p in check_build(file) if p.severity == "error"]
    assert len(build(file).release.current.table)


@pytest.mark.parametrize("name", ["C2_prj", "C7_collection"])
def test_blocks_of_a_town_with_broken_files_are_refused_with_a_way_out(name):
    told = check_build(shared(f"cases/faults/attack/{name}/x.toml"))
    wanted = {"C2_prj": "sources.crs_unusable", "C7_collection": "sources.collection"}[name]
    errors = [p for p in told if p.severity == "error"]
    assert {p.code for p in errors} == {wanted}
    way = {"C2_prj": "EPSG:25833", "C7_collection": "invalid = true"}[name]
    assert all(way in p.action for p in errors)


# ---- outlines and points ------------------------------------------------------------------------------


def layer(path, *shapes):
    names = [f"Ort {k}" for k in range(1, len(shapes) + 1)]
    gpd.GeoDataFrame({"name": names}, geometry=list(shapes), crs=CRS).to_file(path)
    return path


@pytest.mark.parametrize("kind", ["nan", "infinite", "far", "line", "point"])
def test_an_outline_that_cannot_be_drawn_is_refused_by_name(kind, tmp_path):
    file = layer(tmp_path / "o.gpkg", beside(1), BAD[kind][0])
    with pytest.raises(DataError, match="Ort 2"):
        read_outlines(file, name="name", target_crs=CRS)


def test_an_outline_without_shape_is_left_out_and_a_broken_one_mended_and_both_are_told(tmp_path):
    file = layer(tmp_path / "o.gpkg", beside(1), None, BOW_TIE, MIXED)
    found = read_outlines(file, name="name", target_crs=CRS)
    assert found["name"].tolist() == ["Ort 1", "Ort 3", "Ort 4"]
    assert found.geometry.is_valid.all()
    # the two triangles of a bow-tie are half the square
    assert found.geometry.area.tolist() == pytest.approx([10_000, 5_000, 10_000])
    told = {p.code: p.message for p in found.attrs["problems"]}
    assert "Ort 3, Ort 4" in told["sources.outline_mended"]
    assert "Ort 2" in told["sources.outline_missing"]


def test_sites_a_thousand_kilometres_off_are_refused_and_lines_are_told(tmp_path):
    near = shapely.Point(X, Y)
    with pytest.raises(DataError, match="Ort 2"):
        read_points(layer(tmp_path / "f.gpkg", near, shapely.Point(1e9, 1e9)), name="name")
    found = read_points(layer(tmp_path / "p.gpkg", near, LINE), name="name")
    assert "sources.points_inside" in {p.code for p in found.attrs["problems"]}
    assert np.isfinite(shapely.get_coordinates(found.geometry.to_numpy())).all()


@pytest.mark.parametrize("kind", ["bow-tie", "line", "empty", "far"])
def test_residential_land_that_is_none_is_refused_by_its_row(kind, tmp_path):
    file = layer(tmp_path / "w.gpkg", beside(1), BAD[kind][0])
    with pytest.raises(DataError, match="Zeile 2"):
        read_beside(file, target_crs=CRS)
    sound = read_beside(layer(tmp_path / "v.gpkg", beside(1), beside(2)), target_crs="EPSG:25832")
    assert len(sound) == 2 and sound.crs.to_epsg() == 25832


# ---- rasters --------------------------------------------------------------------------------------------


def raster(path, values, *, mask=None, nodata=None, scale=1.0, offset=0.0, crs="EPSG:25833"):
    import rasterio

    grid = rasterio.Affine(100.0, 0.0, X, 0.0, -100.0, Y + 200.0)
    shape = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
    options = {"driver": "GTiff", "crs": crs, "transform": grid, "nodata": nodata, **shape}
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "w", **options) as file:
        file.write(values, 1)
        file.scales, file.offsets = (scale,), (offset,)
        if mask is not None:
            file.write_mask(mask)
    return path


def test_scale_and_offset_of_a_raster_are_applied_and_no_data_is_none(tmp_path):
    stored = np.array([[-32768, 0], [5, 200]], np.int16)
    file = raster(tmp_path / "r.tif", stored, nodata=-32768, scale=0.5, offset=10.0)
    np.testing.assert_allclose(read_raster(file).values, [[np.nan, 10.0], [12.5, 110.0]])
    np.testing.assert_allclose(read_raster(file, nodata=5).values, [[np.nan, 10], [np.nan, 110]])


def test_cells_behind_the_mask_of_a_raster_are_unknown(tmp_path):
    stored = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    mask = np.array([[255, 0], [255, 255]], np.uint8)
    found = read_raster(raster(tmp_path / "r.tif", stored, mask=mask))
    np.testing.assert_allclose(found.values, [[1.0, np.nan], [3.0, 4.0]])


def test_persons_go_where_the_raster_with_an_offset_says():
    # every third column of cells holds 1200 persons (stored 200, offset 1000), the others 1005
    case = shared(f"{FAULTS}/F09_raster_offset")
    found = read_raster(case / "r.tif")
    assert set(np.unique(found.values)) == {1005.0, 1200.0}


# ---- coordinate systems without a way -------------------------------------------------------------------

UNNAMED = (
    'PROJCS["Gauss_Krueger_4",GEOGCS["unnamed",DATUM["unknown",SPHEROID["{ellipsoid}",{axis}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",4500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",12.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
BESSEL = UNNAMED.format(ellipsoid="Bessel_1841", axis="6377397.155,299.1528128")
GRS80 = UNNAMED.format(ellipsoid="GRS_1980", axis="6378137.0,298.257222101")
MUNICH = np.array([4_460_000.0, 5_330_000.0, 4_480_000.0, 5_350_000.0])


def told(system, guess="EPSG:31468 oder EPSG:5678"):
    import pyproj

    return datum_problems(pyproj.CRS(system), MUNICH, file="g.shp", guess=guess)


def test_a_system_without_datum_is_refused_with_the_size_of_the_error():
    (problem,) = told(BESSEL)
    assert problem.severity == "error" and problem.code == "sources.crs_without_datum"
    # Bessel against GRS 80 without the shift between their centres: 130 to 150 m in Bavaria
    import re

    size = int(re.search(r"um (\d+) m", problem.message).group(1))
    assert 120 <= size <= 160
    assert "EPSG:31468" in problem.action


@pytest.mark.parametrize(
    "system", ["EPSG:31468", "EPSG:5684", "EPSG:25832", "EPSG:4326", "EPSG:3857", "EPSG:2398"]
)
def test_systems_with_a_known_way_are_taken(system):
    assert told(system) == []


def test_a_system_that_only_names_the_ellipsoid_of_etrs89_is_told():
    assert [(p.code, p.severity) for p in told(GRS80)] == [("sources.crs_datum_assumed", "warning")]


def test_the_advice_about_the_datum_works(tmp_path):
    case = shared(f"{FAULTS}/F10_prj_without_datum")
    (error,) = [p for p in check_build(case / "b.toml") if p.severity == "error"]
    assert error.code == "sources.crs_without_datum" and "EPSG:31468" in error.action
    folder = shutil.copytree(case, tmp_path / "case")
    text = (folder / "b.toml").read_text("utf-8")
    text = text.replace('file="g.shp"', 'file="g.shp"\ncrs="EPSG:31468"')
    (folder / "b.toml").write_text(text, encoding="utf-8")
    assert not [p for p in check_build(folder / "b.toml") if p.severity == "error"]
    placed = load_areas(folder / "g.shp", key="key", crs="EPSG:31468", target_crs="EPSG:25832")
    assert len(placed.areas)
    with pytest.raises(DataError, match="Datum"):
        settle_crs(gpd.read_file(folder / "g.shp"), file="g.shp")


# ---- covered in part ------------------------------------------------------------------------------------


def test_a_target_that_is_covered_in_part_is_told_in_square_metres_and_persons():
    found = {p.code: p for p in check_build(shared(f"{FAULTS}/F16_half_covered/b.toml"))}
    said = found["sources.partly_covered"]
    # 600 m × 600 m of target 04 lie beyond the sources, whose rows 11, 12, 15, 16 hold 2305 persons
    assert "04: 360.000 m² (50 %)" in said.found and "2.300 Menschen" in said.found
    assert said.severity == "warning"


# ---- slivers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "berlin_lor/berlin_plr.shp", "leipzig_ortsteile/ortsteile.json",
        "berlin_catchments/RBS_OD_ESB_2016_06.geojson", "flensburg_sozialatlas/flensburg_stadtteile.zip",
    ],
)  # fmt: skip
def test_real_layers_with_slivers_are_united_without_loss(name):
    areas = gpd.read_file(shared(f"data/{name}"))
    areas = areas.set_crs(CRS, allow_override=True) if "ESB" in name else areas.to_crs(CRS)
    shapes = shapely.make_valid(areas.geometry.to_numpy())
    whole = unite(shapes)
    assert whole.is_valid
    # 0.1 m² in a city of 900 km²: rounding of coordinates; the area is that of the plain union
    assert whole.area == pytest.approx(shapely.union_all(shapes).area, abs=0.1)
    assert inspect_areas(areas.set_geometry(shapes)) is not None
