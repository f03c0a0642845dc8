"""Hostile build files and hostile deliveries: nothing is fetched, nothing outside is read, nothing foreign runs."""

import ast
import gzip
import http.server
import io
import json
import os
import random
import sqlite3
import threading
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.small_build import small_build, squares

import sozialraum
from sozialraum.model.errors import ConfigError, DataError, SozialraumError
from sozialraum.sources.delivery import read_delivery
from sozialraum.sources.file_limits import Limits, check_size
from sozialraum.sources.paths import resolve
from sozialraum.sources.spatial.gdal import harden, raster_environment
from sozialraum.sources.spatial.geometry import load_areas
from sozialraum.sources.spatial.layers import read_layer, vertices_of
from sozialraum.sources.spatial.rasters import read_raster
from sozialraum.sources.tabular.tables import read_table

PACKAGE = Path(sozialraum.__file__).parent


@pytest.fixture(scope="module")
def server():
    """A web server on this machine that counts who asks it for something."""
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"type": "FeatureCollection", "features": []}')

        do_HEAD = do_POST = do_GET

        def log_message(self, *args):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{running.server_address[1]}", hits
    running.shutdown()
    running.server_close()


@pytest.fixture
def folder(tmp_path):
    """A data folder with one good file, beside a file that must not be read."""
    data = tmp_path / "daten"
    data.mkdir()
    (data / "gut.csv").write_text("nr;ew\n01;7\n", encoding="utf-8")
    (tmp_path / "geheim.csv").write_text("nr;ew\n01;99\n", encoding="utf-8")
    return data


# --- paths ---

HOSTILE = {
    "/vsicurl/http://{host}/a.gpkg": "address",
    "vsicurl/http://{host}/a.gpkg": "address",
    "/vsizip/gut.zip/a.shp": "address",
    "\\vsicurl_streaming\\a.csv": "address",
    "http://{host}/a.csv": "address",
    "HTTPS://{host}/a.csv": "address",
    "ftp://{host}/a.csv": "address",
    "file:///etc/passwd.csv": "address",
    "<OGRVRTDataSource><SrcDataSource>http:.csv": "characters",
    "CSV:/etc/passwd": "characters",
    "GPKG:gut.gpkg:layer": "characters",
    "gut.csv:stream.csv": "characters",
    "gut\x00.csv": "characters",
    "gut\n.csv": "characters",
    "": "characters",
    "  ": "characters",
    "/etc/passwd.csv": "absolute",
    "//server/a.csv": "absolute",
    "\\\\server\\share\\a.csv": "absolute",
    "~/a.csv": "absolute",
    "../geheim.csv": "outside",
    "..\\geheim.csv": "outside",
    "unter/../../geheim.csv": "outside",
    "NUL.csv": "reserved",
    "con.csv": "reserved",
    "unter/COM1.txt": "reserved",
    "LPT9 .csv": "reserved",
    "karte.vrt": "suffix",
    "daten.pickle": "suffix",
    "daten.csv.exe": "suffix",
    "passwd": "suffix",
    "fehlt.csv": "absent",
}


@pytest.mark.parametrize(("written", "reason"), HOSTILE.items())
def test_a_hostile_path_is_refused_with_its_reason(folder, written, reason):
    with pytest.raises(ConfigError) as raised:
        resolve(written.format(host="127.0.0.1:9"), folder)
    (problem,) = raised.value.problems
    assert problem.code == f"sources.path_{reason}"
    assert problem.message


def test_a_drive_letter_is_refused(folder):
    with pytest.raises(ConfigError, match="Zeichen"):
        resolve("C:\\daten\\a.csv", folder)


def test_a_good_path_is_resolved(folder):
    (folder / "Süd Ost").mkdir()
    (folder / "Süd Ost" / "Zählung 2024.csv").write_text("x", encoding="utf-8")
    assert resolve("gut.csv", folder) == (folder / "gut.csv").resolve()
    assert resolve("Süd Ost/Zählung 2024.csv", folder).name == "Zählung 2024.csv"


def test_a_missing_file_comes_with_close_names(folder):
    with pytest.raises(ConfigError, match=r"gut\.csv"):
        resolve("gutt.csv", folder)


def test_links_may_point_inside_but_not_outside(folder):
    (folder / "innen.csv").symlink_to(folder / "gut.csv")
    (folder / "aussen.csv").symlink_to(folder.parent / "geheim.csv")
    (folder / "ordner").symlink_to(folder.parent)
    assert resolve("innen.csv", folder).name == "gut.csv"
    for written in ("aussen.csv", "ordner/geheim.csv"):
        with pytest.raises(ConfigError, match="führt aus dem Datenordner hinaus"):
            resolve(written, folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_folders_are_no_files(folder):
    os.mkfifo(folder / "rohr.csv")
    (folder / "ordner.csv").mkdir()
    for written in ("rohr.csv", "ordner.csv"):
        with pytest.raises(ConfigError, match="sondern ein Ordner oder Gerät"):
            resolve(written, folder)


SECTIONS = {
    "areas": '[areas.fremd]\nfile = {file}\nkey = "nr"\n',
    "tables": '[[tables]]\nfile = {file}\nareas = "bloecke"\nkey = "block"\n',
    "points": '[[points]]\nfile = {file}\nlabel = "Orte"\n',
    "outlines": '[[outlines]]\nfile = {file}\nlabel = "Umriss"\n',
}


@pytest.mark.parametrize("section", [*SECTIONS, "raster"])
def test_no_section_of_a_build_file_reaches_the_network_or_the_outside(tmp_path, server, section):
    host, hits = server
    written = [w.format(host=host) for w, reason in HOSTILE.items() if reason != "absent"]
    blocks = (
        ""
        if section == "raster"
        else "".join(
            SECTIONS[section].replace("fremd", f"f{i}").format(file=json.dumps(w))
            for i, w in enumerate(written[:12])
        )
    )
    plan = small_build(tmp_path, more=f"\n{blocks}")
    if section == "raster":
        plan = plan.model_copy(update={"join": plan.join.model_copy(update={"raster": written[0]})})
    delivery = read_delivery(plan, tmp_path)
    refused = [p for p in delivery.problems if p.code.startswith("sources.path_")]
    assert len(refused) == (1 if section == "raster" else 12)
    assert hits == []


# --- files that point somewhere else ---

VRT_LAYER = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/http://{host}/{name}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
VRT_RASTER = (
    '<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
    "<SourceFilename>/vsicurl/http://{host}/{name}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.json"])
def test_a_virtual_layer_under_another_name_is_refused_unopened(tmp_path, server, name):
    host, hits = server
    path = tmp_path / name
    path.write_text(VRT_LAYER.format(host=host, name=name), encoding="utf-8")
    with pytest.raises(DataError):
        load_areas(path, key="nr")
    assert hits == []


def test_a_virtual_raster_under_another_name_is_refused_unopened(tmp_path, server):
    host, hits = server
    path = tmp_path / "a.tif"
    path.write_text(VRT_RASTER.format(host=host, name="r.tif"), encoding="utf-8")
    with pytest.raises(DataError, match="lässt sich nicht lesen"):
        read_raster(path)
    assert hits == []


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://{host}/link", "type": "proj4"}},
        {"type": "url", "properties": {"url": "http://{host}/url"}},
        {"type": "name", "properties": {"name": "http://{host}/name"}},
        "http://{host}/text",
        ["http://{host}/list"],
    ],
)
def test_a_coordinate_system_behind_a_link_is_not_fetched(tmp_path, server, crs):
    host, hits = server
    squares(["01"], "nr", 100).to_file(tmp_path / "a.geojson")
    content = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    content["crs"] = json.loads(json.dumps(crs).replace("{host}", host))
    (tmp_path / "a.geojson").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError, match="Netzverweis"):
        load_areas(tmp_path / "a.geojson", key="nr")
    assert hits == []


def test_addresses_in_prj_cpg_and_the_systems_of_a_geopackage_are_not_fetched(tmp_path, server):
    host, hits = server
    squares(["01"], "nr", 100).to_file(tmp_path / "a.shp")
    squares(["01"], "nr", 100).to_file(tmp_path / "a.gpkg")
    (tmp_path / "a.prj").write_text(f"http://{host}/prj", encoding="utf-8")
    (tmp_path / "a.cpg").write_text(f"http://{host}/cpg", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base, base:
        base.execute(
            "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'X'",
            (f"http://{host}/srs",),
        )
    for name in ("a.shp", "a.gpkg"):
        try:
            load_areas(tmp_path / name, key="nr")
        except SozialraumError as error:
            assert error.problems
    assert hits == []


def test_gdal_itself_is_locked_should_a_path_get_through(tmp_path, server):
    import pyogrio
    import rasterio

    host, hits = server
    harden()
    for source in (f"/vsicurl/http://{host}/x.geojson", f"http://{host}/y.geojson"):
        with pytest.raises(pyogrio.errors.DataSourceError):
            pyogrio.read_info(source)
    with raster_environment(), pytest.raises(rasterio.errors.RasterioIOError):
        rasterio.open(f"/vsicurl/http://{host}/z.tif")
    assert hits == []


def test_reading_leaves_no_file_behind(tmp_path):
    plan = small_build(tmp_path)
    before = sorted(p.name for p in tmp_path.iterdir())
    read_delivery(plan, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


# --- bombs ---


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.zip"])
def test_an_archive_that_swells_is_refused_before_it_is_read(tmp_path, name, monkeypatch):
    path = zipped(tmp_path / name, {"xl/worksheets/sheet1.xml": b"0" * 21_000_000})
    assert path.stat().st_size < 60_000
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *a: pytest.fail("was unpacked"))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *a: pytest.fail("was unpacked"))
    assert [p.code for p in check_size(path)] == ["sources.bomb"]
    if name.endswith(".zip"):
        with pytest.raises(DataError, match="ungewöhnlich groß"):
            load_areas(path, key="nr")
    else:
        assert [p.code for p in read_table(path, key="nr").errors] == ["sources.bomb"]


def test_a_gzip_that_swells_is_refused(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"nr;ew\n" + b"\n" * 21_000_000))
    assert [p.code for p in read_table(path, key="nr").errors] == ["sources.bomb"]


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path):
    content = json.dumps({"type": "FeatureCollection", "features": []}).encode() + b" " * 5_000_000
    path = zipped(tmp_path / "a.zip", {"a.geojson": content})
    raw = bytearray(path.read_bytes())
    true_size = len(content).to_bytes(4, "little")
    while (at := raw.find(true_size)) >= 0:
        raw[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(DataError):
        load_areas(path, key="nr")


@pytest.mark.parametrize("kind", ["view", "virtual"])
def test_a_geopackage_layer_that_is_no_plain_table_is_refused_uncounted(tmp_path, kind):
    path = tmp_path / "a.gpkg"
    squares(["01"], "nr", 100).to_file(path, layer="a")
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT i AS fid FROM n"
    make = (
        f"CREATE VIEW viele AS {rows}"
        if kind == "view"
        else "CREATE VIRTUAL TABLE viele USING rtree(id, a, b)"
    )
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(make)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('viele', 'features', 'v', 25833)"
        )
    assert [p.code for p in check_size(path)] == ["sources.no_plain_layer"]
    with pytest.raises(DataError, match="keine einfache Tabelle"):
        load_areas(path, key="nr", layer="a")


@pytest.mark.parametrize("name", ["gpkg_contents", "GPKG_GEOMETRY_COLUMNS", "gpkg_spatial_ref_sys"])
def test_a_geopackage_whose_list_of_layers_never_ends_is_refused_unread(tmp_path, name):
    path = tmp_path / "a.gpkg"
    squares(["01"], "nr", 100).to_file(path, layer="a")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA legacy_alter_table=ON")
        base.execute(f"ALTER TABLE {name} RENAME TO alt")
        base.execute(f"CREATE VIEW {name} AS {endless} SELECT alt.* FROM n LEFT JOIN alt")
    assert [p.code for p in check_size(path)] == ["sources.no_plain_layer"]
    with pytest.raises(DataError, match="keine einfache Tabelle"):
        load_areas(path, key="nr")


def test_limits_hold_for_bytes_members_features_and_vertices(tmp_path):
    path = tmp_path / "a.gpkg"
    squares(["01", "02"], "nr", 100).to_file(path)
    assert [p.code for p in check_size(path, Limits(features=1))] == ["sources.too_many_features"]
    assert [p.code for p in check_size(path, Limits(file_bytes=10))] == ["sources.too_large"]
    archive = zipped(tmp_path / "a.zip", {"a": b"1", "b": b"2"})
    assert [p.code for p in check_size(archive, Limits(members=1))] == ["sources.too_many_members"]
    assert [p.code for p in check_size(archive, Limits(unpacked_bytes=1))] == ["sources.too_large"]
    with pytest.raises(DataError, match="Stützpunkte"):
        vertices_of(read_layer(path), Limits(vertices=9))
    assert vertices_of(read_layer(path)) == 10


def test_entities_of_a_workbook_are_not_expanded(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["nr", "ew"])
    book.active.append(["01", 7])
    book.save(tmp_path / "gut.xlsx")
    bomb = '<!DOCTYPE x [<!ENTITY a "viel"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(tmp_path / "gut.xlsx") as good:
        members = {n: good.read(n) for n in good.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    members["xl/worksheets/sheet1.xml"] = bomb + sheet.replace("<v>7</v>", "<v>&b;</v>")
    table = read_table(zipped(tmp_path / "boese.xlsx", members), key="nr")
    assert "viel" not in str(table.problems) + table.text.to_string()


# --- damaged files ---

FIELDS = ("csv", "xlsx", "ods", "dbf", "parquet", "gpkg", "shp", "geojson", "zip", "tif", "csv.gz")


def read_any(path):
    if path.suffix in {".gpkg", ".shp", ".geojson", ".zip"}:
        return load_areas(path, key="nr")
    return read_raster(path) if path.suffix == ".tif" else read_table(path, key="nr")


@pytest.mark.parametrize("suffix", FIELDS)
@settings(
    derandomize=True,
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(min_size=0, max_size=300))
def test_random_bytes_are_read_or_refused_in_german(tmp_path, suffix, content):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    try:
        read_any(path)
    except SozialraumError as error:
        assert all(p.message for p in error.problems)


@pytest.fixture(scope="module")
def good_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gut")
    import pandas as pd

    frame = pd.DataFrame({"nr": ["01", "02"], "ew": [7.5, 8.25]})
    frame.to_excel(folder / "a.xlsx", index=False)
    frame.to_excel(folder / "a.ods", index=False, engine="odf")
    frame.to_parquet(folder / "a.parquet")
    frame.to_csv(folder / "a.csv", index=False, sep=";")
    layer = squares(["01", "02"], "nr", 100)
    for name in ("a.gpkg", "a.shp", "a.geojson"):
        layer.to_file(folder / name)
    return {p.suffix: p.read_bytes() for p in sorted(folder.iterdir())}


SUFFIXES = (".xlsx", ".ods", ".parquet", ".csv", ".gpkg", ".shp", ".geojson", ".dbf")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_damaged_on_the_way_are_read_or_refused_in_german(tmp_path, good_files, suffix):
    path = tmp_path / f"a{suffix}"
    for seed in range(40):
        chance = random.Random(seed)
        raw = bytearray(good_files[suffix])
        for _ in range(chance.randint(1, 4)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw[: chance.choice([len(raw), len(raw), len(raw) // 2, len(raw) - 7])])
        try:
            read_any(path)
        except SozialraumError as error:
            assert all(p.message for p in error.problems)


# --- the code itself ---

FORBIDDEN_IMPORTS = {
    *("pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "yaml", "subprocess"),
    *("requests", "httpx", "aiohttp", "urllib3", "socket", "ftplib", "smtplib", "telnetlib"),
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_METHODS = {
    "eval",
    "read_pickle",
    "to_pickle",
    "urlopen",
    "read_html",
    "read_sql",
    "system",
    "popen",
}


# who may do what nobody else may: the one verb that goes to a network, pip where a bundle for other
# machines is made, and the local page, whose
# server answers this machine alone and whose builds run apart (tests/assistant/test_safety.py)
EXEMPT = {
    "workflows/fetch/requests.py": {"urllib.request", "urlopen"},
    "assistant/server.py": {"socket"},
    "assistant/runs.py": {"subprocess"},
    "paket/making.py": {"subprocess"},
    "qgis/plugin/calling.py": {"subprocess"},
}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_unpickles_evaluates_or_phones(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = EXEMPT.get(path.relative_to(PACKAGE).as_posix(), set())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots = {a.name.split(".")[0] for a in node.names}
            assert not roots & FORBIDDEN_IMPORTS - allowed
            assert not {a.name for a in node.names} & {"urllib.request"} - allowed
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in FORBIDDEN_IMPORTS - allowed
            assert node.module not in {"urllib.request", "http.client"} - allowed
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_CALLS, f"{path.name}:{node.lineno}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in FORBIDDEN_METHODS - allowed, f"{path.name}:{node.lineno}"
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


def test_no_reader_passes_sql_to_gdal():
    for path in (PACKAGE / "sources").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.keyword) and node.arg in {"sql", "where"}), path.name


def test_reading_with_warnings_as_errors_in_a_fresh_thread(tmp_path):
    plan = small_build(tmp_path)
    caught = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        thread = threading.Thread(
            target=lambda: caught.write(str(len(read_delivery(plan, tmp_path).areas)))
        )
        thread.start()
        thread.join()
    assert caught.getvalue() == "2"
