"""``new --aus`` on folders in the forms in which German towns publish and hand over their numbers."""

import zipfile

import geopandas as gpd
import openpyxl
import pytest
from invented_city import layer, town
from shapely.geometry import box
from test_new_from_folder import answered, errors

from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.new.adding import add_deliveries
from sozialraum.workflows.new.making import draft, look_below

POOR = "Kinder unter 15 in Bedarfsgemeinschaften"


def built(folder, **replies):
    """Return the build file of a folder, saved and free of errors."""
    path = folder / "bau.toml"
    answered(folder, path, **replies).save(folder)
    assert errors(path) == []
    return read_build(path)


def numbers(plan, day, title):
    """Return area -> number of the column with a title, as the build reads it."""
    frames = read(plan).tables[day].values()
    names = [new for t in plan.tables for new, old in t.columns.items() if old == title]
    (column,) = [frame[name] for frame in frames for name in names if name in frame]
    return {str(key): float(value) for key, value in column.items()}


def true(made, count, keys=None):
    return dict(zip(keys or made.keys, map(float, made.counts[count]), strict=True))


def test_key_and_name_in_one_cell_are_read_by_the_key(tmp_path):
    made = town(12, first=11)
    made.keys = [k.lstrip("0") for k in made.keys]
    layer(made, tmp_path / "bezirke.gpkg", key="NR", name="NAME")
    lines = ["ZEIT;RAUM;MERKMAL;WERT"]
    kinds = {"Einwohner": "people", "Einwohner unter 15": "under_15", POOR: "poor"}
    for title, count in kinds.items():
        cells = zip(made.keys, made.names, made.counts[count], strict=True)
        lines += [f"31.12.2023;{key} {name};{title};{n}" for key, name, n in cells]
        lines.append(f"31.12.2023;Stadt Neuburg;{title};{sum(made.counts[count])}")
    (tmp_path / "csv_einwohner.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    plan = built(tmp_path)
    assert plan.tables[0].by == "part"
    assert numbers(plan, "2023-12-31", POOR) == true(made, "poor")
    assert numbers(plan, "2023-12-31", "Einwohner") == true(made, "people")


def test_names_in_cells_with_foreign_codes_are_no_rows_of_the_level_above(tmp_path):
    made = town(12)
    made.names[0] = "Mitte"
    layer(made, tmp_path / "b.geojson", key="fid", name="bezirksname", crs="EPSG:4326")
    frame = gpd.read_file(tmp_path / "b.geojson")
    frame[["bezirksname", "geometry"]].to_file(tmp_path / "b.geojson")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Bevölkerung am 31.12.2023"])
    sheet.append(["Gebiet", "insgesamt", "unter 15", "SGB II unter 15"])
    rows = list(zip(*(made.counts[c] for c in ("people", "under_15", "poor")), strict=True))
    for part, first in (("Mitte", 0), ("Nord", 6)):
        for i in range(first, first + 6):
            sheet.append([f"Stadtbezirk {110 + i} – {made.names[i]}", *rows[i]])
        total = [sum(column) for column in zip(*rows[first : first + 6], strict=True)]
        sheet.append([f"Stadtteil {first + 1} – {part}", *total])
    book.save(tmp_path / "Tabelle.xlsx")
    plan = built(tmp_path)
    assert numbers(plan, "2023-12-31", "SGB II unter 15") == true(made, "poor", made.names)


def test_indicators_in_rows_and_years_in_heads_are_both_taken_apart(tmp_path):
    made = town(14)
    layer(made, tmp_path / "s.gpkg", key="Nummer", name="Stadtteil")
    kinds = {"Einwohner insgesamt": "people", "Kinder unter 15": "under_15", POOR: "poor"}
    lines = ["Stadt;Merkmal;Stadtteilnummer;Stadtteil;2022;2023"]
    for title, count in kinds.items():
        for i, n in enumerate(made.counts[count]):
            lines.append(f"Neuburg;{title};{i + 1};{made.names[i]};{n - 1};{n}")
    (tmp_path / "bevoelkerung.csv").write_text("\n".join(lines), encoding="cp1252")
    plan = built(tmp_path)
    assert plan.tables[0].stichtag.columns == "{yyyy}" and plan.tables[0].names == ("Merkmal",)
    assert numbers(plan, "2023-12-31", POOR) == true(made, "poor")
    before = {key: n - 1 for key, n in true(made, "under_15").items()}
    assert numbers(plan, "2022-12-31", "Kinder unter 15") == before


def test_cases_find_their_persons_in_the_file_of_another_office(tmp_path):
    made = town(16)
    layer(made, tmp_path / "s.gpkg")
    own = zip(made.keys, made.counts["people"], made.counts["under_15"], strict=True)
    lines = ["Sprengel;Einwohner;davon unter 15 Jahre", *(f"{k};{a};{b}" for k, a, b in own)]
    (tmp_path / "Einwohner_31.12.2023.csv").write_text("\n".join(lines), encoding="cp1252")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Kinder in Bedarfsgemeinschaften"], ["Dezember 2023, Datenstand: April 2024"], [],
                ["Sprengel", "RLB unter 15 Jahre"], [1, 2]):  # fmt: skip
        sheet.append(row)
    for key, n in zip(made.keys, made.counts["poor"], strict=True):
        sheet.append([key, n])
    sheet.append(["keine Zuordnung möglich", 17])
    book.save(tmp_path / "SGB_II.xlsx")
    plan = built(tmp_path)
    pairs = {(i.numerator, i.denominator) for i in plan.indicators}
    assert ("rlb_unter_15_jahre", "davon_unter_15_jahre") in pairs
    assert numbers(plan, "2023-12-31", "RLB unter 15 Jahre") == true(made, "poor")
    assert read(plan).unplaced["2023-12-31"]["s"] == {"keine Zuordnung möglich"}


def test_a_comma_elsewhere_in_the_file_says_what_the_point_of_a_count_is(tmp_path):
    made = town(12)
    made.counts["people"] = [3000 + 17 * i for i in range(12)]
    layer(made, tmp_path / "s.gpkg")
    lines = ["Sprengel;Arbeitslose;Erwerbsfähige;Anteil in %"]
    for i, key in enumerate(made.keys):
        cases, people = 100 + 7 * i, made.counts["people"][i]
        share = f"{100 * cases / people:.2f}".replace(".", ",")
        lines.append(f"{key};{cases};{people // 1000}.{people % 1000:03d};{share}")
    (tmp_path / "arbeitslose_2023.csv").write_text("\n".join(lines), encoding="cp1252")
    plan = built(tmp_path)
    assert plan.tables[0].decimal == ","
    assert numbers(plan, "2023-12-31", "Erwerbsfähige") == true(made, "people")


def test_flat_file_in_a_zip_days_in_rows_and_a_map_with_waters(tmp_path):
    made = town(10, first=111)
    made.keys = [f"09978{k}" for k in made.keys]
    layer(made, tmp_path / "VG250.gpkg", key="AGS", name="GEN")
    frame = gpd.read_file(tmp_path / "VG250.gpkg").assign(GF=4)
    lake = frame.iloc[[0]].assign(GF=2, geometry=[box(559_000, 5_400_000, 560_000, 5_401_000)])
    gpd.pd.concat([frame, lake]).to_file(tmp_path / "VG250.gpkg")
    head = (
        "statistics_code;time;1_variable_attribute_code;1_variable_attribute_label;"
        "2_variable_attribute_code;2_variable_attribute_label;value;value_variable_label"
    )
    flat = [head]
    for code, label, count in (("", "Insgesamt", "people"), ("A15", "unter 15 Jahre", "under_15")):
        cells = zip(made.keys, made.names, made.counts[count], strict=True)
        flat += [f"12411;2023-12-31;{k};{n};{code};{label};{v};Bevölkerung" for k, n, v in cells]
    with zipfile.ZipFile(tmp_path / "12411_flat.zip", "w") as archive:
        archive.writestr("12411_flat.csv", "\n".join(flat) + "\n")
    own = ["GENESIS-Tabelle: 22811-01", "Leistungsberechtigte;;;"]
    own += [";;Leistungsberechtigte SGB II;Leistungsberechtigte SGB II"]
    own += [";;Insgesamt;unter 15 Jahre", "31.12.2023;;;"]
    cells = zip(made.keys, made.names, made.counts["poor"], strict=True)
    own += [f"{k};  {n};{v + 100 + int(k) % 7};{v}" for k, n, v in cells]
    own += ["__________", "Stand: 11.06.2024 / 09:15:22"]
    (tmp_path / "22811.csv").write_text("\r\n".join(own), encoding="cp1252")
    plan = built(tmp_path)
    assert dict(plan.areas["vg250"].rows) == {"GF": ("4",)}
    assert plan.stichtag.isoformat() == "2023-12-31"
    poor = "Leistungsberechtigte SGB II unter 15 Jahre"
    assert numbers(plan, "2023-12-31", poor) == true(made, "poor")
    assert numbers(plan, "2023-12-31", "Bevölkerung unter 15 Jahre") == true(made, "under_15")


@pytest.mark.parametrize("heads", [("Jan 2024", "Feb 2024"), ("01/2024", "02/2024")])
def test_months_in_heads_are_a_series_of_what_the_table_is_called_after(tmp_path, heads):
    made = town(12)
    layer(made, tmp_path / "s.gpkg")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Arbeitslose nach Sprengeln"])
    sheet.append(["Sprengel", *heads])
    for key, n in zip(made.keys, made.counts["poor"], strict=True):
        sheet.append([key, n + 3, n])
    book.save(tmp_path / "monate.xlsx")
    lines = ["Sprengel;Einwohner", *(f"{k};{n}" for k, n in true(made, "people").items())]
    (tmp_path / "ew.csv").write_text("\n".join(lines).replace(".0", ""), encoding="utf-8")
    plan = built(tmp_path)
    (one,) = plan.indicators
    assert (one.label, one.denominator) == ("Arbeitslose", "einwohner")
    assert numbers(plan, "2024-02-29", "Wert") == true(made, "poor")
    assert numbers(plan, "2024-01-31", "Wert") == {k: n + 3 for k, n in true(made, "poor").items()}


def yearly(made, folder, year, *, title, sheet=None, book=None):
    """Write the counts of one year, as a sheet of a workbook or as a file of its own."""
    own = book or openpyxl.Workbook()
    page = own.create_sheet(sheet) if sheet else own.active
    page.append([title])
    page.append(["Nr.", "Einwohner", "unter 15", "SGB II unter 15"])
    for row in zip(
        made.keys, *(made.counts[c] for c in ("people", "under_15", "poor")), strict=True
    ):
        page.append(
            [int(row[0]), *(n + 2023 - year if i == 2 else n for i, n in enumerate(row[1:]))]
        )
    if book is None:
        own.save(folder / f"bestand_{year}.xlsx")


@pytest.mark.parametrize("form", ["sheets", "files"])
def test_sheets_and_files_of_several_years_become_one_series(tmp_path, form):
    made = town(12)
    layer(made, tmp_path / "s.gpkg")
    book = openpyxl.Workbook() if form == "sheets" else None
    for year in (2021, 2022, 2023):
        sheet = str(year) if book is not None else None
        yearly(made, tmp_path, year, title="Bestand", sheet=sheet, book=book)
    if book is not None:
        book.remove(book.active)
        book.save(tmp_path / "bestand.xlsx")
    plan = built(tmp_path)
    (section,) = plan.tables
    stated = section.stichtag.sheets if book is not None else section.stichtag.name
    days = {str(year): str(year) + "-12-31" for year in (2021, 2022, 2023)}
    assert stated == (days if book is not None else "bestand_{yyyy}")
    for year in (2021, 2022, 2023):
        wanted = {k: n + 2023 - year for k, n in true(made, "poor").items()}
        assert numbers(plan, f"{year}-12-31", "SGB II unter 15") == wanted


def test_a_file_of_the_same_name_and_another_form_is_never_taken_into_a_series(tmp_path):
    made = town(12)
    layer(made, tmp_path / "s.gpkg")
    for year in (2022, 2023):
        yearly(made, tmp_path, year, title="Bestand")
    (tmp_path / "bestand_2019.xlsx").write_bytes((tmp_path / "bestand_2022.xlsx").read_bytes())
    book = openpyxl.load_workbook(tmp_path / "bestand_2019.xlsx")
    book.active.delete_cols(4)
    book.save(tmp_path / "bestand_2019.xlsx")
    assert [t.file for t in built(tmp_path).tables] == ["bestand_2023.xlsx"]


def test_a_later_file_of_a_series_moves_the_day_of_the_build(tmp_path):
    made = town(12)
    layer(made, tmp_path / "s.gpkg")
    for year in (2022, 2023):
        yearly(made, tmp_path, year, title="Bestand")
    built(tmp_path)
    yearly(made, tmp_path, 2024, title="Bestand")
    added = add_deliveries(tmp_path / "bau.toml", tmp_path)
    assert added.deliveries == () and added.stichtag.isoformat() == "2024-12-31"


@pytest.mark.parametrize("answer", ["ja", "nein"])
def test_an_island_is_asked_about_and_an_error_where_nobody_says_it_is_one(tmp_path, answer):
    made = town(12)
    path = layer(made, tmp_path / "s.gpkg")
    frame = gpd.read_file(path)
    frame.loc[11, "geometry"] = box(480_000, 5_470_000, 481_000, 5_471_000)
    frame.to_file(path)
    yearly(made, tmp_path, 2023, title="Bestand")
    first = draft(look_below(tmp_path), "N", folder=tmp_path, path=tmp_path / "bau.toml")
    (asked,) = [q for q in first.proposal.questions if q.id == "apart:s.gpkg"]
    assert made.names[11] in asked.text and asked.proposal == ""
    if answer == "ja":
        assert built(tmp_path, **{asked.id: "ja"}).areas["s"].apart == (made.keys[11],)
    else:
        answered(tmp_path, tmp_path / "bau.toml", **{asked.id: "nein"}).save(tmp_path)
        (told,) = errors(tmp_path / "bau.toml")
        assert "apart" in told and made.keys[11] in told


def test_a_folder_with_nothing_but_census_cells_says_how_they_are_read(tmp_path):
    layer(town(6), tmp_path / "s.gpkg")
    cells = "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\n"
    cells += "CRS3035RES100mN2689100E4337000;4337050;2689150;12\n"
    (tmp_path / "Zensus_100m.csv").write_text(cells, encoding="utf-8")
    with pytest.raises(DataError, match=r'grid = "Zensus_100m.csv"'):
        draft(look_below(tmp_path), "N", folder=tmp_path, path=tmp_path / "bau.toml")
