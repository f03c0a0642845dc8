"""What brings a message about a delivered file, and the change that the message advises."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from advice_town import Followed as F
from advice_town import also, areas, cell, cut, kept, lines, put, rows, stored
from shapely import GeometryCollection, Polygon, box, transform


def two_layers(town):
    """Add a second layer to the file of the areas."""
    place = town.folder / "felder.gpkg"
    gpd.read_file(place).to_file(place, layer="gewaesser")


def second(name):
    """Name a second table of the same areas."""
    table = {"file": name, "areas": "felder", "key": "feld"}
    return lambda town: town.given["tables"].append(dict(table))


def halves(town):
    """Deliver the areas in two tables."""
    place = town.folder / "zahlen.csv"
    table = place.read_text("utf-8").splitlines()
    (town.folder / "zwei.csv").write_text("\n".join([table[0], *table[13:]]), "utf-8")
    place.write_text("\n".join(table[:13]), "utf-8")


def whole(town):
    """Put the rows of both tables into one file."""
    place = town.folder / "zahlen.csv"
    more = (town.folder / "zwei.csv").read_text("utf-8").splitlines()[1:]
    place.write_text("\n".join([place.read_text("utf-8").rstrip("\n"), *more]), "utf-8")


def book(*sheets, **more):
    """Deliver the table as a workbook with these sheets."""

    def edit(town):
        table = pd.read_csv(town.folder / "zahlen.csv", sep=";", dtype={"feld": str})
        with pd.ExcelWriter(town.folder / "zahlen.xlsx") as writer:
            for sheet in sheets:
                table.assign(**more).to_excel(writer, sheet_name=sheet, index=False)
        town.given["tables"][0]["file"] = "zahlen.xlsx"

    return edit


def offers(*lines):
    """Deliver a list of offers, and name it."""

    def edit(town):
        text = "\n".join(["name;von;bis;feld", *lines])
        (town.folder / "angebote.csv").write_text(text, "utf-8")
        town.given["offers"] = {
            "file": "angebote.csv", "name": "name", "age_from": "von", "age_to": "bis", "area": "feld",
        }  # fmt: skip

    return edit


OF_DELIVERIES = (
    F("sources.no_offers", offers(), cut("offers")),
    F("sources.offer_age", offers("Treff;sechs;10;01"), offers("Treff;6;10;01")),
    F("sources.offer_age_turned", offers("Treff;10;6;01"), offers("Treff;6;10;01")),
    F("sources.no_sheet", also(book("a"), put("tables.0.sheet", "b")), put("tables.0.sheet", "a")),
    F("sources.several_sheets", book("a", "b"), put("tables.0.sheet", "a")),
    F("sources.key_width_open", book("a", feld=range(1, 26)), put("tables.0.width", 2)),
    F("sources.reshape_no_place", put("tables.0.names", [77]), cut("tables.0.names")),
    F("sources.merge_parents", also(areas(lambda a: a.assign(bezirk=[f"B{n}" for n in range(25)])),
      put("areas.felder.parents", {"bezirk": "bezirk"}), put("areas.felder.merge",
      [{"keys": ["01", "02"], "key": "x"}])), also(cut("areas.felder.parents"))),
    F("sources.no_period", also(rows(lambda t: t.assign(jahr=["2024"] * 24 + ["bald"])),
      put("tables.0.stichtag", {"column": "jahr"})), rows(lambda t: t.assign(jahr="2024"))),
    F("sources.no_period_in_name", put("tables.0.stichtag", {"name": "stand_{yyyy}"}),
      cut("tables.0.stichtag")),
    F("sources.no_period_in_heads", put("tables.0.stichtag", {"columns": "{name}_{yyyy}"}),
      cut("tables.0.stichtag")),
    F("sources.no_period_pattern", put("tables.0.stichtag", {"columns": "{name}_{jahr}"}),
      cut("tables.0.stichtag")),
    F("sources.no_crs_degrees", areas(lambda a: a.to_crs(4326).set_crs(None, allow_override=True)),
      put("areas.felder.crs", "EPSG:4326")),
    F("sources.path_address", put("tables.0.file", "https://x.invalid/zahlen.csv"),
      put("tables.0.file", "zahlen.csv")),
    F("sources.path_characters", put("tables.0.file", "zah|len.csv"),
      put("tables.0.file", "zahlen.csv")),
    F("sources.path_absolute", put("tables.0.file", "/daten/zahlen.csv"),
      put("tables.0.file", "zahlen.csv")),
    F("sources.path_outside", put("tables.0.file", "../zahlen.csv"),
      put("tables.0.file", "zahlen.csv")),
    F("sources.path_reserved", put("tables.0.file", "CON.csv"), put("tables.0.file", "zahlen.csv")),
    F("sources.path_suffix", also(stored("zahlen.exe", lambda _: b"MZ"),
      put("tables.0.file", "zahlen.exe")), put("tables.0.file", "zahlen.csv")),
    F("sources.path_absent", put("tables.0.file", "zahl.csv"), put("tables.0.file", "zahlen.csv")),
    F("sources.path_no_file", also(lambda t: (t.folder / "z.csv").mkdir(),
      put("tables.0.file", "z.csv")), put("tables.0.file", "zahlen.csv")),
    F("sources.empty_file", *kept(lines(lambda _: b""), "zahlen.csv")),
    F("sources.broken_geopackage", *kept(stored("felder.gpkg", lambda _: b"PK" + b"x" * 99),
      "felder.gpkg")),
    F("sources.several_layers", two_layers, put("areas.felder.layer", "felder")),
    F("sources.no_layer", put("areas.felder.layer", "flaechen"),
      put("areas.felder.layer", "felder")),
    F("sources.unknown_encoding", put("tables.0.encoding", "utf-99"), cut("tables.0.encoding")),
    F("sources.wrong_encoding", also(lines(lambda b: b.replace(b"arm;", b"\xe4rm;", 1)),
      put("indicators.0.numerator", "ärm"), put("tables.0.encoding", "utf-8")),
      cut("tables.0.encoding")),
    F("sources.ragged", *kept(lines(lambda b: b + b"26;1\n"), "zahlen.csv")),
    F("sources.quotes", *kept(lines(lambda b: b.replace(b"\n05;", b'\n"05;')), "zahlen.csv")),
    F("sources.no_key_column", put("tables.0.key", "nummer"), put("tables.0.key", "feld")),
    F("sources.no_geometry_column", put("areas.felder.name", "namen"), put("areas.felder.name", "name")),
    F("sources.key_is_value", put("tables.0.key", "01"), put("tables.0.key", 1)),
    F("sources.no_key_place", put("tables.0.key", 77), put("tables.0.key", 1)),
    F("sources.no_rows", *kept(rows(lambda t: t.iloc[:0]), "zahlen.csv")),
    F("sources.totals_differ", *kept(lines(lambda b: b + b"Summe;1;2;3;4\n"), "zahlen.csv")),
    F("sources.row_without_key", *kept(lines(lambda b: b + b";11;22;33;44\n"), "zahlen.csv")),
    F("sources.key_width", put("tables.0.width", 1), put("tables.0.width", 2)),
    F("sources.key_twice", *kept(lines(lambda b: b + b"05;11;22;33;44\n"), "zahlen.csv")),
    F("sources.no_number", cell(3, "arm", "keine Angabe"),
      put("tables.0.sentinels", ["keine Angabe"])),
    F("sources.unstated_sentinel", cell(3, "arm", "9999"),
      put("tables.0.sentinels", ["9999"])),
    F("sources.only_dashes", rows(lambda t: t.assign(leer="-", kita="-")),
      also(cut("indicators.1"), put("tables.0.sentinels", ["-"]))),
    F("sources.no_sentinel_column", put("tables.0.sentinels", {"armm": ["-9"]}),
      put("tables.0.sentinels", {"arm": ["-9"]})),
    F("sources.merge_unknown", put("areas.felder.merge", [{"keys": ["01", "77"], "key": "x"}]),
      cut("areas.felder.merge")),
    F("sources.merge_apart", put("areas.felder.merge", [{"keys": ["01", "25"], "key": "x"}]),
      cut("areas.felder.merge")),
    F("sources.merge_key_taken", put("areas.felder.merge", [{"keys": ["01", "02"], "key": "03"}]),
      cut("areas.felder.merge")),
    F("sources.merge_twice", put("areas.felder.merge", [{"keys": ["01", "02"], "key": "x"},
      {"keys": ["02", "03"], "key": "y"}]),
      put("areas.felder.merge", [{"keys": ["01", "02", "03"], "key": "x"}])),
    F("sources.formula_unreadable", put("derived", [{"name": "x", "formula": "arm +* 2",
      "areas": "felder"}]), put("derived.0.formula", "arm + kita")),
    F("sources.formula_forbidden", put("derived", [{"name": "x", "formula": "sin(arm)",
      "areas": "felder"}]), put("derived.0.formula", "arm + kita")),
    F("sources.area_twice", also(areas(lambda a: a.assign(feld=a["feld"].replace("25", "24"))),
      rows(lambda t: t.iloc[:-1])), put("areas.felder.parts", "merge")),
    F("sources.no_areas", *kept(areas(lambda a: a.iloc[:0]), "felder.gpkg")),
    F("sources.crs_of_build", put("crs", "EPSG:4326"), put("crs", "EPSG:25833")),
    F("sources.crs_unknown", put("crs", "EPSG:999999"), put("crs", "EPSG:25833")),
    F("sources.no_crs", areas(lambda a: a.set_crs(None, allow_override=True)),
      put("areas.felder.crs", "EPSG:25833")),
    F("sources.crs_impossible", areas(lambda a: a.set_crs(4326, allow_override=True)),
      put("areas.felder.crs", "EPSG:25833")),
    F("sources.invalid_ring", areas(lambda a: a.assign(geometry=[
      *a.geometry[:24], Polygon([(402000, 5802000), (402500, 5802500),
      (402500, 5802000), (402000, 5802500)])])), put("areas.felder.repair", {"invalid": True})),
    F("sources.overlap", *kept(areas(lambda a: a.assign(geometry=[a.geometry[0].buffer(100),
      *a.geometry[1:]])), "felder.gpkg")),
    F("sources.gap", *kept(areas(lambda a: a.assign(geometry=[*a.geometry[:12],
      box(401100, 5801100, 401400, 5801400), *a.geometry[13:]])), "felder.gpkg")),
    F("sources.empty_geometry", *kept(areas(lambda a: a.assign(geometry=[None, *a.geometry[1:]])),
      "felder.gpkg")),
    F("sources.no_polygon", *kept(areas(lambda a: a.assign(geometry=a.geometry.centroid)),
      "felder.gpkg")),
    F("sources.no_point_columns", also(stored("orte.csv", lambda _: b"name;x;y\nA;400100;5800100\n"),
      put("points", [{"file": "orte.csv", "label": "Orte", "name": "name"}])),
      also(put("points.0.x", "x"), put("points.0.y", "y"), put("points.0.crs", "EPSG:25833"))),
    F("sources.key_form", *kept(lines(lambda b: b + b"a-7x;1;1;9;60\n"), "zahlen.csv")),
    F("sources.decimal_open", also(rows(lambda t: t.assign(arm=[f"1.{n + 100}" for n in range(25)],
      kinder=[f"2.{n + 300}" for n in range(25)]))),
      put("tables.0.decimal", ",")),
    F("sources.binary_text", *kept(lines(lambda b: b.decode().encode("utf-16-le")), "zahlen.csv")),
    F("sources.other_kind", *kept(lines(lambda b: b"%PDF-1.7 " + b), "zahlen.csv")),
    F("sources.foreign_umlaut", lines(lambda b: b.replace(b"arm;", b"\x81rm;", 1)),
      also(put("tables.0.encoding", "cp850"), put("indicators.0.numerator", "ürm"))),
    F("sources.decimal_mixed", rows(lambda t: t.assign(arm=["1.279", "1.93", *t["arm"][2:]])),
      rows(lambda t: t.assign(arm=["279", "193", *t["arm"][2:]]))),
    F("sources.column_twice", *kept(lines(lambda b: b.replace(b"kita;", b"arm;", 1)),
      "zahlen.csv")),
    F("sources.percent_mixed", rows(lambda t: t.assign(arm=["5 %", "0,05", *t["arm"][2:]])),
      rows(lambda t: t.assign(arm=["50", "51", *t["arm"][2:]]))),
    F("sources.no_files", also(cut("tables.0.file"), put("tables.0.files", ["zahl_*.csv"])),
      put("tables.0.files", ["zahl*.csv"])),
    F("sources.rows_per_key", rows(lambda t: t.loc[[*range(25)] * 2].assign(
      jahr=["2023"] * 25 + ["2024"] * 25)), put("tables.0.stichtag", {"column": "jahr"})),
    F("sources.values_open", also(rows(lambda t: t.melt("feld").assign(quote="7")),
      put("tables.0.names", ["variable"])), put("tables.0.values", ["value"])),
    F("sources.names_doubled", also(rows(lambda t: t.melt("feld")), put("tables.0.names",
      ["variable"]), lines(lambda b: b + b"05;arm;77\n")), rows(lambda t: t.iloc[:-1])),
    F("sources.no_such_entry", put("tables.0.rows", {"feld": ["gibtsnicht"]}),
      cut("tables.0.rows")),
    F("sources.reshape_no_column", put("tables.0.rows", {"jahr": ["2024"]}), cut("tables.0.rows")),
    F("sources.variable_twice", second("zahlen.csv"), put("tables.1.stichtag", "2023-12-31")),
    F("sources.tables_of_parts", also(halves, second("zwei.csv")), also(cut("tables.1"), whole)),
    F("sources.crs_elsewhere", areas(lambda a: a.set_geometry(a.translate(0, -1_500_000))),
      areas(lambda a: a.set_geometry(a.translate(0, 1_500_000)))),
    F("sources.axes_turned", *kept(areas(lambda a: a.assign(geometry=
      transform(a.geometry.to_numpy(), lambda xy: xy[:, ::-1]))), "felder.gpkg")),
    F("sources.no_key", *kept(areas(lambda a: a.assign(feld=[None, *a["feld"][1:]])),
      "felder.gpkg")),
    F("sources.same_area", *kept(areas(lambda a: a.assign(geometry=[a.geometry[1],
      *a.geometry[1:]])), "felder.gpkg")),
    F("sources.name_cut", also(areas(lambda a: a.assign(ort=["platz", *map(str, a["feld"][1:])])),
      put("areas.felder.name", "ort"), stored("namen.csv", lambda _: b"feld;ort\n" + b"".join(
        b"%02d;Feld %d\n" % (n, n) for n in range(1, 26)))),
      put("areas.felder.names", {"file": "namen.csv", "key": "feld", "name": "ort"})),
    F("sources.collection", areas(lambda a: a.assign(geometry=[GeometryCollection([a.geometry[0],
      a.geometry[0].centroid]), *a.geometry[1:]])), put("areas.felder.repair", {"invalid": True})),
    F("sources.impossible_place", *kept(areas(lambda a: a.assign(geometry=[
      a.geometry[0].__class__([(9e9, 9e9), (9e9 + 9, 9e9), (9e9, 9e9 + 9)]), *a.geometry[1:]])),
      "felder.gpkg")),
    F("sources.broken_json", also(lambda t: (t.folder / "f.geojson").write_text("{"),
      put("areas.felder.file", "f.geojson")), areas(lambda a: a, name="f.geojson")),
    F("sources.no_geojson", also(lambda t: (t.folder / "f.geojson").write_text('{"a": 1}'),
      put("areas.felder.file", "f.geojson")), put("areas.felder.file", "felder.gpkg")),
)  # fmt: skip
