"""What town halls send by mistake: read exactly right, or refused with file, place and way out."""

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import rasterio
import shapely
from sources.small_build import LAST_YEAR, NUMBERS, TABLE, small_build, squares

from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import read_delivery
from sozialraum.sources.spatial.geometry import load_areas
from sozialraum.sources.spatial.rasters import read_raster
from sozialraum.sources.tabular.tables import read_table


def told(plan):
    delivery = read_delivery(plan, plan.root)
    return [*delivery.problems, *check_delivery(delivery, plan)]


def codes(problems, *severities):
    return [p.code for p in problems if p.severity in (severities or ("error", "warning"))]


def refused(read):
    with pytest.raises(DataError) as caught:
        read()
    (found,) = caught.value.problems
    return found


NAMES = ["Königshain", "Brückenfeld", "Südmauer", "Ährenfeld"]


def shapefile(folder, encoding="UTF-8"):
    """Four areas with umlauts; the table says no encoding of its own."""
    layer = squares(["01", "02", "03", "04"], "nr", 100).assign(name=NAMES)
    path = folder / "gebiete.shp"
    layer.to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0
    path.with_suffix(".dbf").write_bytes(dbf)
    return path


# --- layers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_a_part_names_the_part(tmp_path, part):
    path = shapefile(tmp_path)
    path.with_suffix(part).unlink()
    found = refused(lambda: load_areas(path, key="nr"))
    assert found.code == "sources.shapefile_part" and f"gebiete{part}" in found.found


@pytest.mark.parametrize("encoding", ["UTF-8", "cp1252"])
def test_umlauts_of_a_shapefile_that_names_no_encoding_are_read(tmp_path, encoding):
    path = shapefile(tmp_path, encoding)
    assert load_areas(path, key="nr", name="name").areas["name"].tolist() == NAMES


def test_umlauts_of_dos_in_a_shapefile_are_refused_until_it_names_its_encoding(tmp_path):
    path = shapefile(tmp_path, "cp850")
    found = refused(lambda: load_areas(path, key="nr", name="name"))
    assert found.code == "sources.foreign_umlaut_layer" and ".cpg" in found.action
    # what the message says is what helps
    path.with_suffix(".cpg").write_text("850")
    assert load_areas(path, key="nr", name="name").areas["name"].tolist() == NAMES


def placed_wrong(change, crs=25833):
    layer = squares(["A", "B"], "nr", 200)
    shapes = shapely.transform(layer.geometry.to_numpy(), change)
    return layer.set_geometry(shapes).set_crs(crs, allow_override=True)


@pytest.mark.parametrize(
    ("layer", "code", "way_out"),
    [
        (placed_wrong(lambda c: c + np.array([33e6, 0.0])), "crs_impossible", "EPSG:5650"),
        (squares(["A", "B"], "nr", 200).to_crs(31468).set_crs(25833, allow_override=True),
         "crs_impossible", "EPSG:31468"),
        (squares(["A", "B"], "nr", 200).to_crs(4326).set_crs(25833, allow_override=True),
         "crs_impossible", "EPSG:4326"),
        (placed_wrong(lambda c: c[:, ::-1]), "axes_turned", "tauschen"),
    ],
)  # fmt: skip
def test_coordinates_of_another_system_are_refused_with_its_code(tmp_path, layer, code, way_out):
    plan = small_build(tmp_path)
    layer.to_file(tmp_path / "sprengel.gpkg")
    errors = [p for p in told(plan) if p.severity == "error"]
    assert [p.code for p in errors] == [f"sources.{code}"]
    assert errors[0].file == "sprengel.gpkg" and way_out in errors[0].action


def test_latitude_before_longitude_is_said_to_be_turned(tmp_path):
    layer = squares(["A", "B"], "nr", 200).to_crs(4326)
    turned = shapely.transform(layer.geometry.to_numpy(), lambda c: c[:, ::-1])
    path = tmp_path / "sprengel.geojson"
    layer.set_geometry(turned).set_crs(4326, allow_override=True).to_file(path)
    assert refused(lambda: load_areas(path, key="nr")).code == "sources.axes_turned"


def test_areas_elsewhere_are_one_error_without_a_list_of_far_schools(tmp_path):
    more = '[[points]]\nfile = "schulen.gpkg"\nlabel = "Schulen"\n'
    plan = small_build(tmp_path, tables=TABLE + more)
    squares(["A"], "nr", 10).set_geometry(
        [shapely.Point(400_010.0, 5_800_010.0)], crs="EPSG:25833"
    ).to_file(tmp_path / "schulen.gpkg")
    far = squares(["A", "B"], "nr", 200).translate(30_000, 0)
    gpd.GeoDataFrame({"nr": ["A", "B"]}, geometry=far).to_file(tmp_path / "sprengel.gpkg")
    assert codes(told(plan)) == ["sources.away_from_outline"]


def test_a_block_outside_all_catchments_is_told_with_the_file_of_the_blocks(tmp_path):
    plan = small_build(tmp_path)
    squares(["A"], "nr", 200).to_file(tmp_path / "sprengel.gpkg")
    lost = [p for p in told(plan) if p.code == "sources.no_target"]
    assert [(p.file, p.key) for p in lost] == [("bloecke.gpkg", "03"), ("bloecke.gpkg", "04")]


# --- tables -------------------------------------------------------------------------------------


def test_hundreds_of_broken_keys_are_told_as_the_first_and_how_many_more(tmp_path):
    rows = "".join(f"1,0{n % 10}E+05;1\n" for n in range(300))
    path = tmp_path / "zahlen.csv"
    path.write_text("block;kinder\n" + rows, encoding="utf-8")
    found = [p for p in read_table(path, key="block", width=6).problems if p.severity == "error"]
    assert found[0].code == "sources.key_number" and found[0].row == 2
    more = next(p for p in found if p.code == "sources.more_keys")
    assert more.message.startswith("Weitere 299 Schlüssel")


def test_a_few_missing_numbers_are_told_with_their_areas_and_their_own_file(tmp_path):
    other = TABLE.replace("zahlen", "familien")
    plan = small_build(
        tmp_path, numbers=NUMBERS.replace("03;150;15", "03;150;"), tables=TABLE + other,
        familien="block;alleinerziehende\n01;3\n02;4\n03;5\n04;6\n",
    )  # fmt: skip
    (found,) = [p for p in told(plan) if p.code == "check.some_missing"]
    assert (found.file, found.column, found.severity) == ("zahlen.csv", "arm", "note")
    assert found.message == "Für 1 Gebiet fehlt die Angabe: 03."


def test_a_jump_names_the_file_that_delivers_the_column(tmp_path):
    other = TABLE.replace("zahlen", "familien")
    last = "block;kinder;arm\n01;600;60\n02;200;30\n03;150;15\n04;50;5\n"
    plan = small_build(
        tmp_path, tables=TABLE + other + LAST_YEAR, vorjahr=last,
        familien="block;alleinerziehende\n01;3\n02;4\n03;5\n04;6\n",
    )  # fmt: skip
    jumps = [p for p in told(plan) if p.code == "check.jump_count"]
    assert [(p.file, p.key) for p in jumps] == [("zahlen.csv", "01")]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "Excel-"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "alten Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html><html>Sitzung abgelaufen</html>", "Internetseite"),
        (b"\n<html><table></table>", "Internetseite"),
    ],
)
def test_a_file_that_was_only_renamed_says_what_it_is(tmp_path, start, kind):
    path = tmp_path / "zahlen.csv"
    path.write_bytes(start + b"\x00" * 20)
    (found,) = read_table(path, key="block").problems
    assert found.code == "sources.other_kind" and kind in found.message


# --- rasters ------------------------------------------------------------------------------------


def raster(path, values, **profile):
    values = np.array(values)
    at = rasterio.Affine(100.0, 0.0, 400_000.0, 0.0, -100.0, 5_800_100.0)
    rows, columns = values.shape
    shape = {"height": rows, "width": columns, "count": 1, "dtype": values.dtype, "transform": at}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:25833", **shape, **profile) as file:
        file.write(values, 1)
    return path


@pytest.mark.parametrize(
    "values",
    [
        np.array([[3, 7, 255, 0]], np.uint8),
        np.array([[3, 27, 65535, 65535]], np.uint16),
        np.array([[3.0, 27.0, 3.4028234663852886e38, 1.0]], np.float32),
        np.array([[3.0, 27.0, 9999.0, 1.0]], np.float32),
    ],
)
def test_a_raster_that_forgot_its_nodata_value_does_not_invent_people(tmp_path, values):
    path = raster(tmp_path / "kinder.tif", values)
    found = refused(lambda: read_raster(path))
    assert found.code == "sources.raster_sentinel" and found.file == "kinder.tif"
    assert "Kein Datenwert" in found.action
    mark = float(values.max())
    # the way out, in the file or in the call
    known = read_raster(raster(tmp_path / "mit.tif", values, nodata=mark)).values
    stated = read_raster(path, nodata=mark).values
    assert np.isnan(known).sum() == (values == mark).sum()
    np.testing.assert_array_equal(known, stated)


@pytest.mark.parametrize(
    "values",
    [
        np.array([[0, 255]], np.uint8),  # a mask: here or not here
        np.array([[90, 255]], np.uint8),
        np.array([[3, 500]], np.uint16),
        np.array([[0, 0]], np.uint8),
        np.array([[255, 255]], np.uint8),
    ],
)
def test_high_numbers_are_no_marks(tmp_path, values):
    read = read_raster(raster(tmp_path / "kinder.tif", values))
    np.testing.assert_array_equal(read.values, values)


def test_a_build_with_such_a_raster_is_refused(tmp_path):
    plan = small_build(tmp_path)
    raster(tmp_path / "kinder.tif", np.array([[3, 7, 65535, 1]], np.uint16))
    text = plan.file.read_text("utf-8").replace(
        'method = "areal"', 'method = "dasymetric"\nraster = "kinder.tif"'
    )
    plan.file.write_text(text, "utf-8")
    (found,) = [p for p in told(read_build(plan.file)) if p.severity == "error"]
    assert found.code == "sources.raster_sentinel" and "nodata = 65535" in found.action
    # what the message says is what helps
    plan.file.write_text(text.replace("[join]", "[join]\nnodata = 65535"), "utf-8")
    delivery = read_delivery(read_build(plan.file), plan.root)
    assert codes(delivery.problems) == []
    assert np.isnan(delivery.rasters["kinder.tif"].values).sum() == 1


# --- workbooks, build file ----------------------------------------------------------------------


def test_a_workbook_with_a_password_is_not_called_damaged(tmp_path):
    path = tmp_path / "zahlen.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    (found,) = read_table(path, key="block").problems[:1]
    assert found.code == "sources.password" and "Kennwort" in found.message


@pytest.mark.parametrize("first", [True, False])
def test_a_hidden_sheet_with_old_numbers_is_left_alone_and_named(tmp_path, first):
    book = openpyxl.Workbook()
    sheet, old = book.active, book.create_sheet("Stand 2019", 0 if first else None)
    for row in (("block", "kinder"), ("01", 100), ("02", 200)):
        sheet.append(row)
    for row in (("block", "kinder"), ("01", 7), ("02", 7)):
        old.append(row)
    old.sheet_state = "hidden"
    book.active = book.index(sheet)
    book.save(tmp_path / "zahlen.xlsx")
    read = read_table(tmp_path / "zahlen.xlsx", key="block")
    assert read.frame["kinder"].to_dict() == {"01": 100.0, "02": 200.0}
    (note,) = [p for p in read.problems if p.code == "sources.hidden_sheets"]
    assert "Stand 2019" in note.message
    stated = read_table(tmp_path / "zahlen.xlsx", key="block", sheet="Stand 2019")
    assert stated.frame["kinder"].to_dict() == {"01": 7.0, "02": 7.0}


def with_system(tmp_path, crs):
    plan = small_build(tmp_path)
    raster(tmp_path / "kinder.tif", np.array([[3, 7, 1, 1]], np.uint16))
    text = plan.file.read_text("utf-8").replace(
        'method = "areal"', 'method = "dasymetric"\nraster = "kinder.tif"'
    )
    plan.file.write_text(text.replace('crs = "EPSG:25833"', f'crs = "{crs}"'), "utf-8")
    return read_build(plan.file)


@pytest.mark.parametrize(
    ("crs", "code"), [("EPSG:4326", "crs_of_build"), ("EPSG:99999", "crs_unknown")]
)
def test_a_system_of_degrees_in_the_build_file_is_told_there(tmp_path, crs, code):
    errors = [p for p in told(with_system(tmp_path, crs)) if p.severity == "error"]
    assert errors[0].code == f"sources.{code}"
    assert (errors[0].file, errors[0].key) == ("probe.toml", "crs")


def test_a_code_without_its_register_is_understood(tmp_path):
    assert codes(told(with_system(tmp_path, "25833")), "error") == []


def test_a_second_table_without_zeros_is_named_with_its_width(tmp_path):
    other = TABLE.replace("zahlen", "familien")
    plan = small_build(
        tmp_path, tables=TABLE + other, familien="block;alleinerziehende\n1;3\n2;4\n3;5\n4;6\n"
    )
    errors = [p for p in told(plan) if p.severity == "error"]
    assert [(p.code, p.file) for p in errors] == [("check.zeros_of_table", "familien.csv")]


def test_source_and_target_the_wrong_way_round_are_pointed_at(tmp_path):
    plan = small_build(tmp_path)
    squares([f"{n:02d}" for n in range(1, 9)], "block", 50).to_file(tmp_path / "bloecke.gpkg")
    text = plan.file.read_text("utf-8").replace('source = "bloecke"', 'source = "sprengel"', 1)
    text = text.replace('target = "sprengel"', 'target = "bloecke"', 1)
    plan.file.write_text(text, "utf-8")
    (found,) = [p for p in told(read_build(plan.file)) if p.code == "check.upside_down"]
    assert found.file == "probe.toml" and "8" in found.message and "vertauschen" in found.action
