"""Tables read back by other programs than the one that wrote them."""

import csv
import sqlite3
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyogrio
import pytest
from publish.sample import HOSTILE, sample_release

from sozialraum.publish.graphics.colours import rgb
from sozialraum.publish.graphics.drawing import legend_rows
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.tables.csv_parquet import write_csv, write_parquet
from sozialraum.publish.tables.geopackage import write_geopackage
from sozialraum.publish.tables.workbook import write_xlsx


@pytest.fixture(scope="module")
def release():
    return sample_release(years=2)


@pytest.fixture(scope="module")
def written(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_csv(release, folder / "index.csv")
    write_parquet(release, folder / "index.parquet")
    write_xlsx(release, folder / "index.xlsx")
    write_geopackage(release, folder / "index.gpkg")
    return folder


def test_csv_is_what_a_german_excel_expects(written):
    raw = (written / "index.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 27
    assert b'"09760001";"Altstadt 1";"2024-12-31";0,' in raw


def test_csv_read_back_gives_every_published_value_and_every_sign(written, release):
    with (written / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["key"]: row for row in csv.DictReader(stream, delimiter=";")}
    edition = release.current
    for key in edition.table.index:
        for indicator in release.indicators:
            text, value = rows[key][indicator.id], edition.values.at[key, indicator.id]
            assert (text == "") if pd.isna(value) else float(text.replace(",", ".")) == value
    assert rows["09760004"]["armut_zeichen"] == "."  # withheld
    assert rows["09760006"]["armut_zeichen"] == "/"  # too few for a value
    assert rows["09760008"]["hze_zeichen"] == "…"  # not delivered
    assert rows["09760026"]["armut_zeichen"] == "x"  # nobody there
    assert rows["09760001"]["armut_zeichen"] == ""


def test_parquet_holds_the_same_numbers(written, release):
    table = pd.read_parquet(written / "index.parquet").set_index("key")
    pd.testing.assert_series_equal(
        table["index"], release.current.table["index"], check_names=False
    )
    pd.testing.assert_series_equal(table["kita"], release.current.values["kita"], check_names=False)


def test_xlsx_keeps_keys_as_text_and_values_as_numbers(written, release):
    book = openpyxl.load_workbook(written / "index.xlsx")
    assert book.sheetnames[:4] == ["Inhalt", "Index", "Indikatoren", "Beiträge"]
    assert {"Methode", "Quellen", "Zeichenerklärung"} <= set(book.sheetnames)
    sheet = book["Index"]
    assert sheet["A6"].value == "09760001" and sheet["A6"].number_format == "@"
    assert sheet["C6"].value == release.current.table.at["09760001", "index"]
    assert sheet["C6"].number_format == "#,##0.00"
    assert sheet.freeze_panes == "C6"
    assert book["Indikatoren"]["C6"].number_format == "0.0%"
    assert book.properties.created.isoformat() == "2024-12-31T00:00:00"


def test_xlsx_contributions_add_up_to_the_index(written, release):
    sheet = openpyxl.load_workbook(written / "index.xlsx")["Beiträge"]
    rows = list(sheet.iter_rows(min_row=6, min_col=3, values_only=True))
    told = [row for row in rows if isinstance(row[-1], float)]
    assert len(told) == release.current.table["index"].notna().sum()
    for row in told:
        parts = [v for v in row[:-1] if isinstance(v, float)]
        assert sum(parts) == pytest.approx(row[-1], abs=1e-12)


def test_no_cell_of_a_workbook_with_hostile_names_is_a_formula_or_a_link(tmp_path):
    write_xlsx(sample_release(hostile=True), tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(HOSTILE[4] in str(cell.value) for cell in cells)
    for cell in cells:
        assert cell.data_type != "f" and cell.hyperlink is None


def test_no_field_of_a_csv_with_hostile_names_starts_like_a_formula(tmp_path):
    write_csv(sample_release(hostile=True), tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert len(rows) == 27 and len({len(r) for r in rows}) == 1
    assert rows[5][1] == "'" + HOSTILE[4]
    assert not [
        f
        for row in rows
        for f in row
        if f.startswith(("=", "+", "@")) or (f[:1] == "-" and f[1:2].isalpha())
    ]


def test_the_geopackage_opens_with_areas_points_outlines_in_the_crs_of_the_build(written, release):
    layers = dict(pyogrio.list_layers(written / "index.gpkg"))
    assert (
        layers["gebiete"] == "MultiPolygon"
        and layers["schulen"] == "Point"
        and "stadtteile" in layers
    )
    areas = pyogrio.read_dataframe(written / "index.gpkg", layer="gebiete")
    assert areas.crs.to_epsg() == 25832
    assert list(areas["key"]) == list(release.areas.index)
    assert areas.geometry.area.sum() == pytest.approx(release.areas.geometry.area.sum())


def qgis_styles(path):
    with sqlite3.connect(path) as database:
        rows = list(database.execute("select * from layer_styles"))
        columns = [c[1:3] for c in database.execute("pragma table_info(layer_styles)")]
    database.close()
    return columns, [dict(zip([name for name, _ in columns], row, strict=True)) for row in rows]


def test_the_style_table_has_the_structure_that_qgis_gives_it(written, release):
    columns, rows = qgis_styles(written / "index.gpkg")
    assert columns == [
        ("id", "INTEGER"), ("f_table_catalog", "TEXT"), ("f_table_schema", "TEXT"),
        ("f_table_name", "TEXT"), ("f_geometry_column", "TEXT"), ("styleName", "TEXT"),
        ("styleQML", "TEXT"), ("styleSLD", "TEXT"), ("useAsDefault", "BOOLEAN"),
        ("description", "TEXT"), ("owner", "TEXT"), ("ui", "TEXT"), ("update_time", "DATETIME"),
    ]  # fmt: skip
    assert len(rows) == 1 + len(release.indicators)
    assert [row["useAsDefault"] for row in rows] == [1, 0, 0, 0, 0]
    assert {(row["f_table_name"], row["f_geometry_column"]) for row in rows} == {
        ("gebiete", "geom")
    }
    assert len({row["styleName"] for row in rows}) == len(rows)  # whole names, none cut alike
    assert {row["update_time"] for row in rows} == {"2024-12-31T00:00:00Z"}


def test_each_qgis_style_paints_every_area_as_the_map_does(written, release):
    # the filters of the rules are also SQL: each area must be found by exactly one of them
    _, rows = qgis_styles(written / "index.gpkg")
    hatches = {"s": "b_diagonal", "k": "diagonal_x", "m": "dense6", "u": "horizontal"}
    for row, view in zip(rows, make_views(release), strict=True):
        root = ElementTree.fromstring(row["styleQML"])
        painted = {}
        symbols = {s.get("name"): s for s in root.iter("symbol")}
        legend = {code: words for code, words, _ in legend_rows(view, release)}
        with sqlite3.connect(written / "index.gpkg") as database:
            for rule in root.iter("rule"):
                options = [
                    {o.get("name"): o.get("value") for o in layer.iter("Option")}
                    for layer in symbols[rule.get("symbol")].iter("layer")
                ]
                found = database.execute(f"select key from gebiete where {rule.get('filter')}")
                for (key,) in found:
                    assert key not in painted, (view.id, key)
                    painted[key] = (options, rule.get("label"))
        database.close()
        assert set(painted) == set(release.areas.index), view.id
        for key, code in zip(release.areas.index, view.codes[-1], strict=True):
            options, label = painted[key]
            assert label == legend[code], (view.id, key)
            if code in hatches:
                assert options[1]["style"] == hatches[code]
            else:
                red, green, blue = rgb(view.colours[int(code)])
                assert options[0]["color"] == f"{red},{green},{blue},255"
                assert options[0]["style"] == "solid"


def test_xlsx_describes_every_column_of_the_csv_and_puts_the_years_side_by_side(written, release):
    book = openpyxl.load_workbook(written / "index.xlsx")
    described = {
        r[0]: r[1]
        for r in book["Datenbeschreibung"].iter_rows(min_row=6, max_col=2, values_only=True)
    }
    assert set(described) == set(pd.read_parquet(written / "index.parquet").columns)
    assert described["armut"].startswith("Kinder unter 15") and all(described.values())
    heads = [c.value for c in book["Zeitreihe"][5]]
    assert heads == [
        "Schlüssel",
        "Gebiet",
        "Index 31.12.2023",
        "Index 31.12.2024",
        "Klasse 31.12.2023",
        "Klasse 31.12.2024",
    ]
    rows = {r[0]: r for r in book["Zeitreihe"].iter_rows(min_row=6, values_only=True)}
    assert rows["09760001"][2:4] == tuple(e.table.at["09760001", "index"] for e in release.editions)


def test_every_sheet_of_the_workbook_explains_itself(tmp_path):
    release = sample_release(years=2, layers=True)
    write_xlsx(release, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    listed = [row[0] for row in book["Inhalt"].iter_rows(min_row=5, values_only=True)]
    assert listed[: len(book.sheetnames) - 1] == book.sheetnames[1:]
    assert "Bitte beachten" in listed and "Herausgegeben von" in listed
    for sheet in book:
        assert sheet["A1"].value.startswith("Sozialraumindex 2024 – ")
        assert sheet["A2"].value == "Musterstadt, Stand 31.12.2024"
        assert sheet["A3"].value == release.facts.direction
    for name in ("Index", "Indikatoren", "Beiträge", "Zeitreihe", "Sicherheit", "Beteiligung"):
        sheet = book[name]
        heads = [cell.value for cell in sheet[5]]
        assert heads[:2] == ["Schlüssel", "Gebiet"] and all(heads), name
        assert not [head for head in heads if "_" in head], name
        assert sheet.freeze_panes == "C6" and sheet.auto_filter.ref, name
        assert sheet.print_title_rows == "$5:$5" and sheet.page_setup.paperSize == 9
        assert all(sheet.column_dimensions[c].width >= 8 for c in ("A", "B"))
    assert book["Indikatoren"]["C5"].value.endswith("(mehr = höhere Belastung)")


def test_every_sheet_of_an_internal_workbook_says_that_it_must_not_be_passed_on(tmp_path):
    for level, told in (("intern", 1), ("public", 0)):
        write_xlsx(sample_release(level=level), tmp_path / f"{level}.xlsx")
        for sheet in openpyxl.load_workbook(tmp_path / f"{level}.xlsx"):
            assert str(sheet["A4"].value).count("nicht zur Weitergabe") == told
            assert (sheet.oddHeader.center.text or "").count("nicht zur Weitergabe") == told


def test_the_sheets_of_the_layers_have_the_released_numbers(tmp_path):
    release = sample_release(years=2, layers=True)
    write_xlsx(release, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sure = {row[0]: row for row in book["Sicherheit"].iter_rows(min_row=6, values_only=True)}
    taken = {row[0]: row for row in book["Beteiligung"].iter_rows(min_row=6, values_only=True)}
    assert set(sure) == set(taken) == set(release.areas.index)
    for key, row in release.layers["certainty"].iterrows():
        assert [x for x in sure[key][2:] if x != "."] == list(row.dropna())
    for key, row in release.layers["participation"].iterrows():
        shown = [x for x in taken[key][2:5] if not isinstance(x, str)]
        assert shown == list(row[["rate", "rate_low", "rate_high"]].dropna())
    assert book["Beteiligung"]["C6"].number_format.endswith("%")


def test_a_python_program_reads_the_same_workbook_as_excel(written):
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(written / "index.xlsx")
    theirs = openpyxl.load_workbook(written / "index.xlsx", data_only=True)
    assert book.sheet_names == theirs.sheetnames
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        same = [["" if v is None else v for v in r] for r in theirs[name].values]
        assert rows == same, name


def test_no_withheld_value_stands_in_any_table(written, release):
    gone = [
        (k, i.id)
        for i in release.indicators
        for k in release.areas.index
        if release.current.signs.at[k, i.id] in ("suppressed", "small_base")
    ]
    assert len(gone) >= 5
    areas = pyogrio.read_dataframe(written / "index.gpkg", layer="gebiete").set_index("key")
    table = pd.read_parquet(written / "index.parquet").set_index("key")
    sheet = openpyxl.load_workbook(written / "index.xlsx")["Indikatoren"]
    place = {row[0].value: row for row in sheet.iter_rows(min_row=6)}
    ids = [i.id for i in release.indicators]
    for key, column in gone:
        assert pd.isna(areas.at[key, column]) and pd.isna(table.at[key, column])
        assert place[key][2 + ids.index(column)].value in (".", "/")
