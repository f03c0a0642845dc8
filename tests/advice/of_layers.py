"""Layers, rasters, points and census grids that cannot be read as delivered, and what is advised."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing

import geopandas as gpd
import numpy as np
import rasterio
from advice_joins import raster
from advice_town import Edit, also, areas, kept, limit, put, stored, told
from advice_town import Followed as F
from joins.test_cells_in_builds import listed, write
from rasterio.transform import Affine
from shapely import LineString, Point, Polygon, box
from sources.test_official_lists import house, ra
from sources.test_sound_shapes import UNNAMED
from sources.test_walkable import extract

from sozialraum import check_build
from sozialraum.sources.file_limits import Limits
from sozialraum.sources.official.headless import read_headless
from sozialraum.sources.spatial.census_grid import cells_as_raster, read_cells
from sozialraum.sources.spatial.keyed_points import read_keyed_points
from sozialraum.sources.spatial.sites import read_beside, read_outlines, read_points
from sozialraum.sources.spatial.walkable import read_walkable

CRS = "EPSG:25833"
X, Y = 400_000, 5_800_000
GRS80 = UNNAMED.format(ellipsoid="GRS_1980", axis="6378137.0,298.257222101")
GRS80 = (
    GRS80.replace("4500000", "500000")
    .replace("12.0", "15.0")
    .replace('Factor",1.0', 'Factor",0.9996')
)
SHP = also(areas(lambda a: a, name="f.shp"), put("areas.felder.file", "f.shp"))

GML = also(areas(lambda a: a, name="f.gml"), put("areas.felder.file", "f.gml"))


def as_json(change) -> Edit:
    """Deliver the areas as GeoJSON that `change` altered."""

    def edit(town):
        (town.folder / "f.geojson").unlink(missing_ok=True)
        gpd.read_file(town.folder / "felder.gpkg").to_file(town.folder / "f.geojson")
        content = json.loads((town.folder / "f.geojson").read_text("utf-8"))
        change(content)
        (town.folder / "f.geojson").write_text(json.dumps(content), "utf-8")
        town.given["areas"]["felder"]["file"] = "f.geojson"

    return edit


JSON = as_json(lambda content: None)


def with_view(town) -> None:
    """Make the layer of the areas a view of itself."""
    with closing(sqlite3.connect(town.folder / "felder.gpkg")) as base, base:
        base.execute("ALTER TABLE felder RENAME TO tabelle")
        base.execute("CREATE VIEW felder AS SELECT * FROM tabelle")


def torn(town) -> None:
    """End the file of the areas before its last page, which holds nothing that is read first."""
    with closing(sqlite3.connect(town.folder / "felder.gpkg")) as base, base:
        base.execute("CREATE TABLE bilder (bild BLOB)")
        base.execute("INSERT INTO bilder VALUES (zeroblob(90000))")
    stored("felder.gpkg", lambda content: content[:-5000])(town)


def zipped(*names) -> Edit:
    """Deliver the areas in an archive under these names."""

    def edit(town):
        with zipfile.ZipFile(town.folder / "f.zip", "w") as archive:
            for name in names:
                archive.write(town.folder / "felder.gpkg", name)
        town.given["areas"]["felder"]["file"] = "f.zip"

    return edit


def in_code_page(page: str) -> Edit:
    """Deliver the areas as a Shapefile with umlauts in a code page that it does not name."""

    def edit(town):
        named = areas(lambda a: a.assign(name=[f"Süd {n}" for n in range(25)]), name="f.shp",
                      encoding=page)  # fmt: skip
        named(town)
        (town.folder / "f.cpg").unlink()
        stored("f.dbf", lambda b: b[:29] + b"\0" + b[30:])(town)
        town.given["areas"]["felder"]["file"] = "f.shp"

    return edit


def grid(*, bands=1, crs=CRS, turned=False, east=400_000) -> Edit:
    """Deliver a raster for the join that is laid out in another way."""

    def edit(town):
        raster(1)(town)
        lean = 15 if turned else 0
        place = Affine(100, lean, east, lean, -100, 5_802_500)
        (town.folder / "kinder.tif").unlink()
        size = {"width": 25, "height": 25, "count": bands, "dtype": "float32"}
        with rasterio.open(
            town.folder / "kinder.tif", "w", transform=place, crs=crs, **size
        ) as file:
            file.write(np.ones((bands, 25, 25), "float32"))

    return edit


PLACES = (Point(X, Y), Point(X + 9, Y))


def sites(folder, keys=("A", "B"), places=PLACES, **how):
    """Write sites and read them by their key."""
    given = {"ort": list(keys), "art": ["kita"] * len(keys)}
    layer = gpd.GeoDataFrame(given, geometry=list(places), crs=CRS)
    layer.to_file(folder / "orte.gpkg")
    return read_keyed_points(folder / "orte.gpkg", key="ort", target_crs=CRS, **how)


def shown(*places):
    """Write points and read them as the map shows them."""
    return lambda folder: shapes(folder, read_points, *places)


def shapes(folder, read, *drawn, **how):
    """Write shapes and read them as what is shown or counted beside areas."""
    layer = gpd.GeoDataFrame({"n": range(len(drawn))}, geometry=list(drawn), crs=CRS)
    (folder / "formen.gpkg").unlink(missing_ok=True)
    layer.to_file(folder / "formen.gpkg")
    return read(folder / "formen.gpkg", target_crs=CRS, **how)


BOW = Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])
MENDED, FARM = BOW.buffer(0), box(X + 20, Y, X + 29, Y + 9)


def as_text(words: str, read=read_headless):
    """Write a list of an office and read it."""

    def call(folder):
        (folder / "liste.csv").write_text(words, "utf-8")
        return read(folder / "liste.csv")

    return call


def of_cells(change=lambda table: table):
    """Check a build of census cells whose table `change` altered."""
    return lambda folder: check_build(write(folder, change(listed())))


def weighed(change=lambda table: table):
    """Read the persons of census cells as weights."""

    def call(folder):
        write(folder, change(listed().drop(columns="arm")))
        return cells_as_raster(read_cells(folder / "zensus.csv"))

    return call


def census_zip(*names):
    """Read a grid of the census out of its archive."""

    def call(folder):
        write(folder)
        with zipfile.ZipFile(folder / "zensus.zip", "w") as archive:
            for name in names:
                archive.write(folder / "zensus.csv", name)
        return read_cells(folder / "zensus.zip", key="GITTER_ID_100m")

    return call


def without_targets(folder):
    """Check a build of census cells that names no other areas."""
    path = write(folder)
    words = path.read_text("utf-8")
    sprengel = '[areas.sprengel]\nfile = "sprengel.gpkg"\nkey = "nr"\n'
    path.write_text(words.replace(sprengel, "").replace('"sprengel"', '"gitter"'), "utf-8")
    return check_build(path)


def with_short_row(folder):
    """Check a build of census cells whose table ends within a row."""
    path = write(folder)
    words = (folder / "zensus.csv").read_text("utf-8")
    (folder / "zensus.csv").write_text(f"{words}1;2\n", "utf-8")
    return check_build(path)


def moved(table):
    return table.assign(x_mp_100m=table["x_mp_100m"] + 7)


def way(**tags):
    """Write an extract with one way, and read what can be walked."""

    def call(folder):
        path = folder / "ort.osm.pbf"
        path.unlink(missing_ok=True)
        extract(path, {1: (0, 0), 2: (900, 900)}, [((1, 2), tags)])
        return read_walkable(path, target_crs=CRS)

    return call


def no_lines(folder):
    """Read a layer of ways in which none is drawn."""
    path = folder / "wege.gpkg"
    gpd.GeoDataFrame({"name": []}, geometry=[], crs=CRS).to_file(path, geometry_type="LineString")
    return read_beside(path, target_crs=CRS)


OF_LAYERS = (
    F("sources.no_plain_layer", *kept(with_view, "felder.gpkg")),
    F("sources.crs_link", as_json(lambda c: c.update(crs={"type": "link", "properties": {"href": "x"}})),
      JSON),
    F("sources.wrong_content", also(SHP, stored("f.shp", lambda _: b"keine Flaechen")), SHP),
    F("sources.unreadable_layer", also(SHP, stored("f.shx", lambda b: b[:60])), SHP),
    F("sources.broken_off", *kept(torn, "felder.gpkg")),
    F("sources.shapefile_part", also(SHP, lambda t: (t.folder / "f.dbf").unlink()), SHP),
    F("sources.zip_layers", zipped("a.gpkg", "b.gpkg"), zipped("a.gpkg")),
    F("sources.service_error", also(GML, stored("f.gml", lambda _: b"<ServiceExceptionReport/>")), GML),
    F("sources.declared_words", also(GML, stored("f.gml", lambda b: b.replace(b"?>", b"?><!DOCTYPE a>",
      1))), put("areas.felder.file", "felder.gpkg")),
    F("sources.cut_off", as_json(lambda c: c.update(numberMatched=99)),
      as_json(lambda c: c.update(numberMatched=25))),
    F("sources.cut_off_unknown", as_json(lambda c: c.update(exceededTransferLimit=True)), JSON),
    F("sources.foreign_umlaut_layer", in_code_page("cp850"), stored("f.cpg", lambda _: b"850")),
    F("sources.area_twice_of_bkg", also(areas(lambda a: gpd.pd.concat([a.assign(GF=4), a[:1].assign(
      GF=2, geometry=a.geometry[:1].translate(0, -600))]), layer="vg250_gem"), areas(lambda a: a)),
      put("areas.felder.rows", {"GF": ["4"]})),
    F("sources.crs_datum_assumed", also(SHP, stored("f.prj", lambda _: GRS80.encode())),
      put("areas.felder.crs", CRS)),
    F("sources.crs_unusable", also(SHP, stored("f.prj", lambda _: b'LOCAL_CS["frei"]')),
      put("areas.felder.crs", CRS)),
    F("sources.raster_unreadable", also(raster(1), stored("kinder.tif", lambda _: b"kein Raster")),
      raster(1)),
    F("sources.raster_bands", grid(bands=2), grid()),
    F("sources.raster_crs", grid(crs=None), grid()),
    F("sources.raster_rotated", grid(turned=True), grid()),
    F("sources.raster_outside", grid(east=900_000), grid()),
    F("sources.raster_large", also(grid(), limit("sozialraum.sources.spatial.rasters", "LIMITS",
      Limits(cells=20))), lambda t: t.patch.undo()),
    told("sources.no_points", shown(None), shown(PLACES[0])),
    told("sources.no_point_of_kind", lambda f: sites(f, kind="art", kinds=["kitta"]),
      lambda f: sites(f, kind="art", kinds=["kita"])),
    told("sources.no_point_of_kind", lambda f: sites(f, kind="art", kinds=["kitta"]), sites),
    told("sources.point_without_place", lambda f: sites(f, places=(PLACES[0], None)),
      lambda f: sites(f, "A", PLACES[:1])),
    told("sources.point_key_twice", lambda f: sites(f, "AA"), sites),
    told("sources.outline_mended", lambda f: shapes(f, read_outlines, BOW),
      lambda f: shapes(f, read_outlines, MENDED)),
    told("sources.outline_no_surface", lambda f: shapes(f, read_outlines, LineString([(X, Y), (X, Y + 9)])),
      lambda f: shapes(f, read_outlines, MENDED)),
    told("sources.no_shapes", no_lines, lambda f: shapes(f, read_beside, MENDED)),
    told("sources.land_invalid", lambda f: shapes(f, read_beside, BOW, FARM),
      lambda f: shapes(f, read_beside, MENDED, FARM)),
    told("sources.houses_in_zones", as_text(house(1) + house(2, east="33400001,500")), as_text(house(1))),
    told("sources.street_grid_order", as_text(ra("Am Markt", "100100100", (2, 998), (1, 997))),
      as_text(ra("Am Markt", "100100100", (1, 997), (2, 998)))),
    told("sources.street_grid_range", as_text(ra("Am Markt", "100100100", (1, 997), (2, 998))
      + ra("B-Weg", "100100200", ("", ""), ("", ""))), as_text(ra("Am Markt", "100100100", (1, 997),
      (2, 998)) + ra("B-Weg", "100100200", (1, 9), (2, 8)))),
    told("sources.no_extract", as_text("kein Auszug", lambda p: read_walkable(p, target_crs=CRS)),
      way(highway="residential")),
    told("sources.nothing_walkable", way(waterway="river"), way(highway="residential")),
    told("sources.no_census_grid", of_cells(lambda t: t.rename(columns={"GITTER_ID_100m": "Gitter"})),
      of_cells()),
    told("sources.census_empty", weighed(lambda t: t[:0]), weighed()),
    told("sources.census_broken", with_short_row, of_cells()),
    told("sources.census_place", of_cells(moved), of_cells()),
    told("sources.census_twice", of_cells(lambda t: gpd.pd.concat([t, t[:1]])), of_cells()),
    told("sources.census_number", weighed(lambda t: t.assign(kinder="viele")), weighed()),
    told("sources.census_column", weighed(lambda t: t.assign(alte=3)), weighed()),
    told("sources.census_mostly_withheld", of_cells(lambda t: t.assign(arm="–")), of_cells()),
    told("sources.census_levels", census_zip("a_100m.csv", "b_100m.csv"), census_zip("a_100m.csv",
      "a_1km.csv")),
    told("sources.census_without_areas", without_targets, of_cells()),
)  # fmt: skip
