"""Folders in forms that offices deliver every day and that say one thing and mean another."""

import json

import geopandas as gpd
import openpyxl
import pytest
from invented_city import layer, town
from test_city_folders import built, numbers, true
from test_new_from_folder import answered, errors

from sozialraum.sources.tabular.tables import read_table
from sozialraum.workflows.check.checking import check_build

POOR = "Kinder im SGB II unter 15"


def pointed(n):
    return f"{n:,}".replace(",", ".")


def warnings_of(path):
    return [p.code for p in check_build(path) if p.severity == "warning"]


def sheet_of(made, path, heads=("Sprengel", "Einwohner", "Kinder unter 15", POOR), keys=None):
    """Write a workbook of one head line; return its sheet and a function that saves it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Kinder"
    sheet.append(list(heads))
    c = made.counts
    for i, key in enumerate(keys or made.keys):
        sheet.append([key, c["people"][i], c["under_15"][i], c["poor"][i]])
    return sheet, lambda: book.save(path)


def test_a_layer_with_nothing_but_ids_and_counts_shown_as_per_cent(tmp_path):
    made = town(12, seed=24, first=101)
    layer(made, tmp_path / "s.geojson", crs="EPSG:4326")
    plain = json.loads((tmp_path / "s.geojson").read_text("utf-8"))
    for feature, key in zip(plain["features"], made.keys, strict=True):
        feature |= {"id": key, "properties": {}}
    (tmp_path / "s.geojson").write_text(json.dumps(plain), "utf-8")
    sheet, save = sheet_of(made, tmp_path / "Zahlen 31.12.2023.xlsx")
    for row in range(2, 14):
        sheet.cell(row, 4).number_format = "0.0%"
    save()
    plan = built(tmp_path)
    assert numbers(plan, "2023-12-31", POOR) == true(made, "poor")
    assert warnings_of(tmp_path / "bau.toml") == ["sources.percent_of_whole"]


@pytest.mark.parametrize(
    ("cells", "read", "told"),
    [
        ([12, 345, 7], [12, 345, 7], True),
        ([0.12, 0.345, 0.07], [12, 34.5, 7], False),
        ([0, 1, 1], [0, 100, 100], False),
        ([1.5, 2, 3], [150, 200, 300], False),
    ],
)
def test_whole_numbers_above_one_are_no_hundredfold_shares(cells, read, told, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nr", "x"])
    for key, cell in zip(("a1", "a2", "a3"), cells, strict=True):
        book.active.append([key, cell])
        book.active.cell(book.active.max_row, 2).number_format = "0.0 %"
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", key="nr")
    assert table.frame["x"].tolist() == pytest.approx(read, abs=1e-9)
    assert ("sources.percent_of_whole" in [p.code for p in table.problems]) == told


def test_keys_that_are_formulas_of_a_text_need_no_stored_result(tmp_path):
    made = town(12, seed=27)
    layer(made, tmp_path / "ortsteile.geojson", key="schluessel", name="name")
    keys = [f'="{key}"' for key in made.keys]
    _, save = sheet_of(made, tmp_path / "2023-12-31 Kinder.xlsx", keys=keys)
    save()
    assert numbers(built(tmp_path), "2023-12-31", POOR) == true(made, "poor")


TITLE = "Sozialdaten der Stadtbezirke 2023"


@pytest.mark.parametrize("between", [" ", ": ", " – "])
def test_the_title_of_the_sheet_in_every_name_is_in_no_label(between, tmp_path):
    made = town(12, seed=23)
    frame = gpd.GeoDataFrame({"Name": made.names, "Nummer": made.keys})
    layer(made, tmp_path / "b.gpkg", key="Nummer", name="Name")
    shapes = gpd.read_file(tmp_path / "b.gpkg").to_crs("EPSG:4326")
    (tmp_path / "b.gpkg").unlink()
    shapes[[*frame.columns, "geometry"]].to_file(tmp_path / "bezirke.kml", driver="LIBKML")
    heads = [f"{TITLE}{between}{h}" for h in ("Nummer", "Einwohner", "Kinder unter 15", POOR)]
    _, save = sheet_of(made, tmp_path / "Sozialdaten.xlsx", heads)
    save()
    plan = built(tmp_path)
    assert numbers(plan, "2023-12-31", heads[3]) == true(made, "poor")
    assert {i.label for i in plan.indicators} == {POOR}
    plain = read_table(
        tmp_path / "Sozialdaten.xlsx", key="Nummer", columns={"arm": POOR, "alle": "Einwohner"}
    )
    assert plain.frame["arm"].tolist() == made.counts["poor"]


def test_thousands_with_points_beside_sums_of_districts_in_windows_letters(tmp_path):
    made = town(16, seed=22)
    layer(made, tmp_path / "s.gpkg", key="nummer", name="bezeichnung")
    columns = [made.counts[c] for c in ("people", "under_15", "poor")]
    lines = ["Stadtteile: Kinder und Sozialleistungen am 31.12.2022;;;;"]
    lines.append("Nr.;Stadtteil;Einwohner;Einwohner unter 15 Jahre;darunter im SGB-II-Bezug")
    for first in range(0, 16, 4):
        for i in range(first, first + 4):
            cells = [pointed(c[i]) for c in columns]
            lines.append(";".join([made.keys[i], made.names[i], *cells]))
        sums = [pointed(sum(c[first : first + 4])) for c in columns]
        lines.append(";".join(["", f"Stadtbezirk {first // 4 + 1}", *sums]))
    lines.append(";".join(["", "Stadt insgesamt", *(pointed(sum(c)) for c in columns)]))
    (tmp_path / "Kinder_2022.csv").write_bytes("\r\n".join(lines).encode("cp1252"))
    plan = built(tmp_path)
    assert plan.tables[0].decimal == ","
    told = numbers(plan, "2022-12-31", "darunter im SGB-II-Bezug")
    assert told == true(made, "poor")
    (indicator,) = plan.indicators
    assert indicator.denominator == "einwohner_unter_15_jahre"


@pytest.mark.parametrize("elsewhere", [0, 300])
def test_an_official_table_of_a_whole_land_is_read_for_one_kreis(elsewhere, tmp_path):
    made = town(14, seed=21)
    made.keys = [f"03351{i + 1:03d}" for i in range(14)]
    layer(made, tmp_path / "gemeinden.gpkg", key="AGS", name="GEN")
    frame = gpd.read_file(tmp_path / "gemeinden.gpkg").to_crs("EPSG:31467")
    (tmp_path / "gemeinden.gpkg").unlink()
    frame.to_file(tmp_path / "gemeinden.shp")
    c = made.counts
    columns = [c["people"], c["under_15"], c["poor"]]
    heads = ["Insgesamt", "unter 15 Jahre", "unter 15 Jahre mit Leistungen nach SGB II"]
    lines = ["GENESIS-Tabelle: 22811-01-03-5", "Kinder nach Gemeinden - Stichtag 31.12. -"]
    lines += [";;" + ";".join(["31.12.2023"] * 3), ";;" + ";".join(heads)]
    rows = [("03", "Niedersachsen", [90 * sum(x) for x in columns])]
    rows.append(("03351", "  Celle, Landkreis", [sum(x) for x in columns]))
    rows += [
        (key, f"      {made.names[i]}", [x[i] for x in columns]) for i, key in enumerate(made.keys)
    ]
    rows += [(f"03352{i:03d}", f"      Ort {i}", [900, 120, 9]) for i in range(elsewhere)]
    lines += [";".join([key, name, *map(str, cells)]) for key, name, cells in rows]
    lines += ["__________", "(C)opyright Statistisches Landesamt, 2024", "Stand: 12.03.2024"]
    (tmp_path / "22811-01-03-5.csv").write_bytes("\r\n".join(lines).encode("cp1252"))
    plan = built(tmp_path)
    assert plan.tables[0].others == "leave_out"
    assert numbers(plan, "2023-12-31", f"31.12.2023 {heads[2]}") == true(made, "poor")
    told = [p for p in check_build(tmp_path / "bau.toml") if "others_left_out" in p.code]
    assert [p.code for p in told] == ["sources.others_left_out"]


def test_an_area_of_the_same_kreis_that_the_layer_lacks_is_never_left_out(tmp_path):
    made = town(14, seed=21)
    made.keys = [f"03351{i + 1:03d}" for i in range(14)]
    layer(made, tmp_path / "gemeinden.gpkg", key="AGS", name="GEN")
    _, save = sheet_of(made, tmp_path / "31.12.2023.xlsx", keys=[*made.keys[:13], "03351099"])
    save()
    answered(tmp_path, tmp_path / "bau.toml").save(tmp_path)
    assert any("03351099" in told for told in errors(tmp_path / "bau.toml"))
