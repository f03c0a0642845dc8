"""Areas of delivered layers: keys, coordinate systems, outlines; real layers with their traps and small drawn ones."""

import json
import warnings

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.sources.plausibility.position import check_cover, check_position
from sozialraum.sources.spatial.geometry import inspect_areas, load_areas, read_areas
from sozialraum.sources.spatial.sites import read_outlines, read_points

UTM = "EPSG:25832"
X, Y = 640_000.0, 5_360_000.0  # Augsburg


def square(east, north, size=100.0):
    return box(X + east, Y + north, X + east + size, Y + north + size)


def areas(shapes, crs=UTM):
    return gpd.GeoDataFrame(
        {"name": list(shapes)}, index=list(shapes), geometry=list(shapes.values()), crs=crs
    )


def saved(frame, path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, **options)
    return path


def layer(path, keys=("01", "02"), crs=UTM, column="nr", **options):
    shapes = [square(100 * i, 0) for i in range(len(keys))]
    frame = gpd.GeoDataFrame(
        {column: list(keys), "name": [f"Straße {k}" for k in keys]}, geometry=shapes, crs=UTM
    )
    return saved(frame if crs == UTM else frame.to_crs(crs), path, **options)


def codes(problems, *severities):
    return [p.code.split(".")[1] for p in problems if not severities or p.severity in severities]


# --- real layers ---


def test_planning_areas_come_with_their_keys_names_and_system():
    read = read_areas(
        shared("data/berlin_lor/berlin_plr.shp"), key="SCHLUESSEL", name="PLR_NAME", width=8
    )
    assert len(read) == 447
    assert read.index.is_monotonic_increasing
    assert read.loc["01011101", "name"] == "Stülerstr."
    assert read.crs.to_epsg(min_confidence=25) == 25833


def test_catchments_in_metres_without_system_are_refused_with_the_way_out():
    path = shared("data/berlin_catchments/RBS_OD_ESB_2018_10.geojson")
    with pytest.raises(DataError) as raised:
        read_areas(path, key="ESB")
    (found,) = raised.value.problems
    assert found.code == "sources.no_crs"
    assert "EPSG:25832 oder EPSG:25833" in found.action


def test_the_same_catchments_lie_in_berlin_once_the_system_is_stated():
    path = shared("data/berlin_catchments/RBS_OD_ESB_2018_10.geojson")
    columns = json.loads(path.read_text(encoding="utf-8"))["features"][0]["properties"]
    read = load_areas(path, key=next(iter(columns)), crs="EPSG:25833").areas
    city = gpd.read_file(shared("data/berlin_lor/berlin-lor-city.geojson")).to_crs("EPSG:25833")
    assert check_position(read, city) == []
    wrong_zone = load_areas(path, key=next(iter(columns)), crs="EPSG:25832").areas
    assert codes(check_position(wrong_zone, city)) == ["away_from_outline"]


def test_the_planning_area_that_stands_twice_is_refused_by_its_key():
    path = shared("data/berlin_lor/berlin-lor-planning-areas-until-2020.geojson")
    with pytest.raises(DataError) as raised:
        read_areas(path, key="id", name="name", width=8)
    assert [(p.code, p.key) for p in raised.value.problems] == [("sources.area_twice", "06010102")]


def test_37_municipalities_with_wrong_rings_are_listed_by_key():
    read = read_areas(shared("data/vg250_gemeinden/VG250_GEM.shp"), key="ARS", width=12)
    wrong = [p for p in inspect_areas(read) if p.code == "sources.invalid_ring"]
    oracle = gpd.read_file(shared("data/vg250_gemeinden/VG250_GEM.shp"), encoding="utf-8")
    assert len(wrong) == 37
    assert [p.key for p in wrong] == sorted(oracle.loc[~oracle.is_valid, "ARS"])
    assert {p.severity for p in wrong} == {"error"}


def test_a_zipped_shapefile_is_read_and_its_two_wrong_rings_are_found():
    read = read_areas(
        shared("data/flensburg_sozialatlas/flensburg_stadtbezirke.zip"), key="AREA_ID"
    )
    assert len(read) == 41
    invalid = codes(inspect_areas(read)).count("invalid_ring")
    teile = read_areas(shared("data/flensburg_sozialatlas/flensburg_stadtteile.zip"), key="AREA_ID")
    assert invalid + codes(inspect_areas(teile)).count("invalid_ring") == 2


def test_ortsteile_named_by_a_crs84_urn_are_degrees():
    path = shared("data/leipzig_ortsteile/ortsteile.json")
    read = read_areas(path, key="OT", name="Name", target_crs="EPSG:25833")
    assert len(read) == 63
    assert read.loc["00", "name"] == "Zentrum"
    assert read.crs.to_epsg() == 25833


# --- keys and names ---


def test_keys_stored_as_numbers_get_their_zeros_back_and_it_is_said(tmp_path):
    path = layer(tmp_path / "a.gpkg", keys=(1, 12))
    loaded = load_areas(path, key="nr", width=2)
    assert list(loaded.areas.index) == ["01", "12"]
    assert "key_padded" in codes(loaded.problems, "note")


def test_a_missing_key_is_an_error(tmp_path):
    path = layer(tmp_path / "a.gpkg", keys=("01", None))
    with pytest.raises(DataError, match="Dem Gebiet fehlt der Schlüssel"):
        read_areas(path, key="nr")


def test_a_wrong_column_name_comes_with_close_ones(tmp_path):
    with pytest.raises(DataError, match="Sprengel"):
        read_areas(layer(tmp_path / "a.gpkg", column="Sprengel"), key="sprengl")


def test_parts_of_an_area_are_joined_only_on_request(tmp_path):
    path = layer(tmp_path / "a.gpkg", keys=("01", "02", "01"))
    with pytest.raises(DataError, match="mehrmals"):
        read_areas(path, key="nr")
    merged = load_areas(path, key="nr", parts="merge")
    assert merged.areas.area.to_dict() == {"01": 20_000.0, "02": 10_000.0}
    assert codes(merged.problems) == ["crs_recognised", "areas_merged"]


def test_an_area_dropped_on_purpose_is_noted(tmp_path):
    loaded = load_areas(layer(tmp_path / "a.gpkg"), key="nr", drop=("02",))
    assert list(loaded.areas.index) == ["01"]
    assert "area_dropped" in codes(loaded.problems, "note")


def test_a_wrong_parts_argument_is_the_callers_mistake(tmp_path):
    with pytest.raises(ValueError, match="'parts' parameter of load_areas must be one of"):
        load_areas(layer(tmp_path / "a.gpkg"), key="nr", parts="join")


@pytest.mark.parametrize("encoding", ["UTF-8", "cp1252"])
def test_umlauts_of_a_shapefile_without_cpg_are_read_right(tmp_path, encoding):
    path = layer(tmp_path / "a.shp", encoding=encoding)
    path.with_suffix(".cpg").unlink()
    assert read_areas(path, key="nr", name="name")["name"].tolist() == ["Straße 01", "Straße 02"]


def test_names_broken_before_delivery_are_refused(tmp_path):
    frame = gpd.GeoDataFrame(
        {"nr": ["01"], "name": ["GÃ¶ggingen"]}, geometry=[square(0, 0)], crs=UTM
    )
    path = saved(frame, tmp_path / "a.gpkg")
    with pytest.raises(DataError, match="Umlaute sind entstellt"):
        read_areas(path, key="nr", name="name")


# --- coordinate systems ---


def test_gauss_krueger_is_transformed_and_its_error_told(tmp_path):
    path = layer(tmp_path / "a.gpkg", crs="EPSG:31468")
    loaded = load_areas(path, key="nr", target_crs=UTM)
    assert "crs_gauss_krueger" in codes(loaded.problems, "warning")
    # without the grid the way there and back is exact; what is uncertain is the way itself
    assert np.allclose(loaded.areas.total_bounds, [X, Y, X + 200, Y + 100], atol=0.01)


def test_a_shapefile_without_prj_is_refused(tmp_path):
    path = layer(tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(DataError, match="nennt kein Koordinatensystem"):
        read_areas(path, key="nr")
    assert read_areas(path, key="nr", crs=UTM).crs.to_epsg() == 25832


def test_degrees_in_a_geojson_without_system_are_degrees(tmp_path):
    path = layer(tmp_path / "a.geojson", crs="EPSG:4326")
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("crs", None)
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_areas(path, key="nr").crs.to_epsg() == 4326


def test_metres_called_degrees_are_refused(tmp_path):
    frame = gpd.read_file(layer(tmp_path / "a.gpkg")).set_crs("EPSG:4326", allow_override=True)
    path = saved(frame, tmp_path / "b.gpkg")
    with pytest.raises(DataError, match="passen nicht zum Koordinatensystem EPSG:4326"):
        read_areas(path, key="nr")


def test_a_stated_system_stands_before_the_files_own_and_it_is_said(tmp_path):
    loaded = load_areas(layer(tmp_path / "a.gpkg"), key="nr", crs="EPSG:25833")
    assert loaded.areas.crs.to_epsg() == 25833
    assert "crs_replaced" in codes(loaded.problems, "note")


def test_areas_beyond_germany_are_warned_of(tmp_path):
    frame = gpd.read_file(layer(tmp_path / "a.gpkg")).set_crs("EPSG:25829", allow_override=True)
    loaded = load_areas(saved(frame, tmp_path / "b.gpkg"), key="nr")
    assert "crs_elsewhere" in codes(loaded.problems, "warning")


def test_a_polygon_over_the_date_line_is_refused(tmp_path):
    shape = box(179.5, 50, 180.5, 51)
    frame = gpd.GeoDataFrame({"nr": ["01"]}, geometry=[shape], crs="EPSG:4326")
    with pytest.raises(DataError, match="passen nicht zum Koordinatensystem EPSG:4326"):
        read_areas(saved(frame, tmp_path / "a.gpkg"), key="nr")


def test_an_unknown_system_is_refused(tmp_path):
    with pytest.raises(DataError, match="ist nicht bekannt"):
        read_areas(layer(tmp_path / "a.gpkg"), key="nr", crs="EPSG:99")


def test_a_datum_read_wrong_shows_as_a_shift_against_the_outline():
    city = areas({"stadt": square(0, 0, 2000)})
    shifted = areas(
        {"01": shapely.transform(square(0, 0, 2000), lambda c: c + np.array([-113.0, 95.0]))}
    )
    (found,) = inspect_areas(shifted, outline=city)
    assert found.code == "sources.datum_shift"
    assert found.found == "148 m (Ost −113,0 m, Nord 95,0 m)"


def test_a_border_drawn_differently_on_one_side_is_no_shift():
    city = areas({"stadt": square(0, 0, 2000)})
    wider = areas({"01": box(X, Y, X + 2300, Y + 2000)})
    assert codes(inspect_areas(wider, outline=city)) == ["beyond_outline"]


# --- outlines of areas ---


def test_a_clean_coverage_has_nothing_to_tell():
    assert inspect_areas(areas({"01": square(0, 0), "02": square(100, 0)})) == []


def test_an_overlap_is_told_with_both_keys_and_its_size():
    (found,) = inspect_areas(areas({"01": square(0, 0), "02": square(95, 0), "03": square(300, 0)}))
    assert (found.code, found.severity, found.key) == ("sources.overlap", "warning", "01")
    assert found.found == "500 m² mit 02"


def test_one_area_drawn_for_two_schools_is_told_as_such():
    (found,) = inspect_areas(areas({"01": square(0, 0), "02": square(0, 0), "03": square(100, 0)}))
    assert (found.code, found.key, found.found) == (
        "sources.same_area",
        "01",
        "10.000 m² gemeinsam mit 02",
    )


def test_sources_without_target_and_targets_without_source_are_listed_in_square_metres():
    blocks = areas({"b1": square(0, 0), "b2": square(100, 0), "b3": square(240, 0)})
    catchments = areas({"A": square(0, 0, 200), "B": square(300, 0), "C": square(900, 0)})
    # b3 reaches from 240 to 340: 40 % of it lie in B
    found = check_cover(blocks, catchments)
    assert [(p.code, p.key, p.found) for p in found] == [
        ("sources.no_target", "b3", "6.000 m² ohne Zielgebiet"),
        ("sources.no_source", "C", "10.000 m²"),
        (
            "sources.partly_covered",
            None,
            "A: 20.000 m² (50 %) ohne Zahlen; B: 6.000 m² (60 %) ohne Zahlen",
        ),
    ]
    assert check_cover(blocks.loc[["b1"]], areas({"A": square(0, 0)})) == []


def test_overlaps_below_the_limit_are_one_note():
    found = inspect_areas(
        areas({"01": square(0, 0), "02": square(99.5, 0), "03": square(199.2, 0)})
    )
    # 0.5 m × 100 m and 0.3 m × 100 m
    assert [(p.code, p.severity, p.found) for p in found] == [
        ("sources.overlap_slivers", "note", "zusammen 80 m²")
    ]


def test_a_hole_between_areas_is_told_with_its_neighbours():
    ring = square(0, 0, 300).difference(square(100, 100, 50))
    west, east = (ring.intersection(box(X + e, Y, X + e + 125, Y + 300)) for e in (0, 125))
    (found,) = inspect_areas(areas({"01": west, "02": east}))
    assert found.code == "sources.gap"
    assert found.found == "2.500 m² zwischen 01, 02"


def test_a_gap_below_the_limit_is_a_note():
    ring = square(0, 0, 300).difference(square(100, 100, 5))
    assert codes(inspect_areas(areas({"01": ring})), "note") == ["gap_slivers"]


def test_an_area_in_a_hole_of_another_is_no_gap():
    outer, inner = square(0, 0, 300).difference(square(100, 100)), square(100, 100)
    assert inspect_areas(areas({"01": outer, "02": inner})) == []


def test_several_parts_are_fine_and_tiny_ones_are_noted():
    island = areas({"01": shapely.union_all([square(0, 0), square(500, 0)])})
    assert inspect_areas(island) == []
    crumb = areas({"01": shapely.union_all([square(0, 0), square(500, 0, 3)])})
    assert codes(inspect_areas(crumb), "note") == ["tiny_parts"]


def test_a_ring_that_crosses_itself_is_told_with_the_place():
    bow = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    found = inspect_areas(areas({"01": bow}), sliver=1.0)
    assert (found[0].code, found[0].severity) == ("sources.invalid_ring", "error")
    assert found[0].found == "bei 640.005,0 / 5.360.005,0"


def test_no_surface_and_points_are_errors():
    odd = areas({"01": None, "02": shapely.Point(X, Y), "03": square(0, 0)})
    assert codes(inspect_areas(odd), "error") == ["empty_geometry", "no_polygon"]


def test_degrees_cannot_be_measured_in_square_metres():
    with pytest.raises(DataError):
        inspect_areas(areas({"01": square(0, 0)}).to_crs("EPSG:4326"))


def test_uncovered_parts_of_the_outline_are_told_in_square_metres():
    city = areas({"stadt": square(0, 0, 200)})
    three = {f"0{i}": square(100 * (i % 2), 100 * (i // 2)) for i in range(3)}
    (found,) = inspect_areas(areas(three), outline=city)
    assert (found.code, found.found) == ("sources.uncovered_outline", "10.000 m²")


def test_inspection_does_not_depend_on_the_order_of_the_areas():
    shapes = {"01": square(0, 0), "02": square(95, 0), "03": square(189, 0), "04": square(600, 0)}
    one = inspect_areas(areas(shapes))
    other = inspect_areas(areas(dict(reversed(shapes.items()))).sort_index())
    assert one == other


# --- files ---


def test_a_geopackage_with_two_layers_needs_the_layers_name(tmp_path):
    path = layer(tmp_path / "a.gpkg", layer="alt")
    layer(path, keys=("07",), layer="neu")
    with pytest.raises(DataError, match="alt, neu"):
        read_areas(path, key="nr")
    assert list(read_areas(path, key="nr", layer="neu").index) == ["07"]
    with pytest.raises(DataError, match="gibt es in der Datei nicht"):
        read_areas(path, key="nr", layer="mitte")


def test_an_empty_layer_is_refused(tmp_path):
    frame = gpd.GeoDataFrame({"nr": ["01"]}, geometry=[square(0, 0)], crs=UTM).iloc[:0]
    with pytest.raises(DataError, match="kein Gebiet"):
        read_areas(saved(frame, tmp_path / "a.gpkg"), key="nr")


def test_heights_are_left_behind(tmp_path):
    flat = square(0, 0)
    frame = gpd.GeoDataFrame({"nr": ["01"]}, geometry=[shapely.force_3d(flat, 512.0)], crs=UTM)
    read = read_areas(saved(frame, tmp_path / "a.gpkg"), key="nr")
    assert not read.geometry.iloc[0].has_z
    assert read.geometry.iloc[0].equals(flat)


# --- points and outlines ---


def test_schools_are_points_with_name_and_kind():
    path = shared("data/berlin_catchments/berlin_pubschools.geojson")
    points = read_points(path, name="NAME", kind="SCHULART", target_crs="EPSG:25833")
    assert list(points.columns) == ["name", "kind", "geometry"]
    assert points.geom_type.eq("Point").all()
    assert points.crs.to_epsg() == 25833


def test_sites_of_a_table_need_columns_and_a_system(tmp_path):
    path = tmp_path / "orte.csv"
    path.write_text(f"name;ost;nord\nHort;{X:.0f};{Y:.0f}\nKita;;\n", encoding="cp1252")
    with pytest.raises(DataError, match="Spalten der Koordinaten"):
        read_points(path, name="name")
    with pytest.raises(DataError, match="nennt kein Koordinatensystem"):
        read_points(path, name="name", x="ost", y="nord")
    points = read_points(path, name="name", x="ost", y="nord", crs=UTM)
    assert points["name"].tolist() == ["Hort"]
    assert points.geometry.iloc[0].equals(shapely.Point(X, Y))
    assert codes(points.attrs["problems"]) == ["point_missing"]


def test_official_school_points_are_read_from_a_table():
    path = shared("data/nrw_schools/schulen_official_utm.csv")
    points = read_points(path, name="schulname", x="utm_rechtswert", y="utm_hochwert", crs=UTM)
    assert len(points) == 4142


def test_districts_are_outlines_with_names(tmp_path):
    path = shared("data/berlin_lor/berlin-lor-districts.geojson")
    outlines = read_outlines(path, name="name", target_crs="EPSG:25833")
    assert len(outlines) == 12
    assert list(outlines.columns) == ["name", "geometry"]
