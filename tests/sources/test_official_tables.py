"""Official tables as delivered: every number of every sample right by key."""

import math
import zipfile

import openpyxl
import pytest
from shared_data import shared

from sozialraum.model import Period
from sozialraum.sources.reshaping.reading import read_tables
from sozialraum.sources.reshaping.shape import Shape

SAMPLES = "sketches/turn2/forms/samples/"
DAY = Period.parse("2022-12-31")


def read(path, **options):
    tables, problems, _ = read_tables(path, **options)
    wrong = [p for t in tables.values() for p in t.errors]
    assert [str(p) for p in (*problems, *wrong) if p.severity == "error"] == []
    return tables


def numbers(table) -> dict:
    """Return column -> key -> number; None where there is none."""
    frame = table.frame.astype(object).where(table.frame.notna(), None)
    return {str(c): dict(frame[c].items()) for c in frame}


GENESIS = """GENESIS-Tabelle: 12411-01-01-4
Bevölkerungsstand: Bevölkerung nach Geschlecht;;;;
regionale Tiefe: Kreise und krfr. Städte;;;;
;;31.12.2021;31.12.2022;31.12.2022
;;Insgesamt;Insgesamt;weiblich
DG;Deutschland;390;400;210
09761;      Augsburg, Landeshauptstadt;99;100;52
09763;      Kempten (Allgäu);69;70;-
__________
Hinweis:;;;;
Stand: 30.11.2026 / 09:22:01
"""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_a_table_of_genesis_is_read_by_the_dates_in_its_head(tmp_path, encoding):
    (tmp_path / "g.csv").write_bytes(GENESIS.encode(encoding))
    tables = read(tmp_path / "g.csv", key=1, shape=Shape(columns="{dd}.{mm}.{yyyy} {name}"))
    assert [str(p) for p in tables] == ["2021-12-31", "2022-12-31"]
    assert numbers(tables[DAY]) == {
        "Insgesamt": {"09761": 100, "09763": 70, "DG": 400},
        "weiblich": {"09761": 52, "09763": 0, "DG": 210},
    }
    assert numbers(tables[Period.parse("2021-12-31")]) == {
        "Insgesamt": {"09761": 99, "09763": 69, "DG": 390}
    }


def test_a_stichtag_in_a_row_of_its_own_belongs_to_the_rows_below(tmp_path):
    text = "GENESIS-Tabelle: 1\nTitel;;;\n;;Insgesamt;weiblich\n"
    text += "31.12.2021;;;\n09761;Augsburg;99;50\n31.12.2022;;;\n09761;Augsburg;100;52\n"
    (tmp_path / "g.csv").write_text(text, "utf-8")
    tables = read(tmp_path / "g.csv", key=1, shape=Shape(column=1))
    assert numbers(tables[DAY])["Insgesamt"] == {"09761": 100}
    assert numbers(tables[Period.parse("2021-12-31")])["weiblich"] == {"09761": 50}


def test_the_sample_of_genesis():
    path = shared(SAMPLES + "genesis_12411-01-01-4.csv")
    (table,) = read(path, key=1, shape=Shape(columns="{dd}.{mm}.{yyyy} {name}")).values()
    assert numbers(table) == {
        "Insgesamt": {"09": 300, "09761": 100, "09762": 50, "09763": 70, "DG": 400},
        "männlich": {"09": 140, "09761": 48, "09762": 24, "09763": None, "DG": 190},
        "weiblich": {"09": 160, "09761": 52, "09762": 26, "09763": 0, "DG": 210},
    }
    # a dot is unknown or secret, never zero
    assert table.status.loc["09763", "männlich"] == "suppressed"


FLAT = {
    "Insgesamt": {"09761": 100, "09762": 50, "09763": 70},
    "unter 18 Jahre": {"09761": 17, "09762": 9, "09763": 12},
}


def test_the_samples_of_both_flat_files_give_the_same_numbers():
    old = Shape(
        names=("2_Auspraegung_Label",),
        values=("BEVSTD__Bevoelkerungsstand__Anzahl",),
        column="Zeit",
    )
    tables = read(shared(SAMPLES + "genesis_flat_alt.csv"), key="1_Auspraegung_Code", shape=old)
    assert [str(p) for p in tables] == ["2021-12-31", "2022-12-31"]
    assert {p: numbers(t) for p, t in tables.items()} == dict.fromkeys(tables, FLAT)
    new = Shape(names=("2_variable_attribute_label",), values=("value",), column="time")
    for file in ("genesis_flat_neu.csv", "genesis_flat_neu.zip"):
        tables = read(shared(SAMPLES + file), key="1_variable_attribute_code", shape=new)
        assert {str(p): numbers(t) for p, t in tables.items()} == {"2022-12-31": FLAT}


FLAT_NEW = (
    "statistics_code;time;1_variable_attribute_code;value;value_unit;value_variable_label\n"
    "61111;2022;09761;104,2;2020=100;Index\n61111;2022;09761;6,9;Prozent;Index\n"
    "61111;2022;09762;...;2020=100;Index\n61111;2022;09762;-;Prozent;Index\n"
)


def test_the_unit_of_a_measure_belongs_to_its_name(tmp_path):
    (tmp_path / "f.csv").write_text(FLAT_NEW, "utf-8")
    shape = Shape(names=("value_variable_label",), values=("value",), column="time")
    tables, problems, _ = read_tables(
        tmp_path / "f.csv", key="1_variable_attribute_code", shape=shape
    )
    assert tables == {}
    (found,) = [p for p in problems if p.severity == "error"]
    assert "„value_unit“" in found.found
    both = Shape(names=("value_variable_label", "value_unit"), values=("value",), column="time")
    (table,) = read(tmp_path / "f.csv", key="1_variable_attribute_code", shape=both).values()
    assert numbers(table) == {
        "Index 2020=100": {"09761": 104.2, "09762": None},
        "Index Prozent": {"09761": 6.9, "09762": 0},
    }


def test_a_zip_with_one_table_is_that_table_and_one_with_two_is_none(tmp_path):
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("61111_de_flat.csv", FLAT_NEW)
    both = Shape(names=("value_variable_label", "value_unit"), values=("value",), column="time")
    read(tmp_path / "f.zip", key="1_variable_attribute_code", shape=both)
    with zipfile.ZipFile(tmp_path / "f.zip", "a") as archive:
        archive.writestr("b.csv", FLAT_NEW)
    ((table,), *_) = (t.values() for t in read_tables(tmp_path / "f.zip", key="x")[:1])
    assert [p.code for p in table.errors] == ["sources.zip_layers"]


def test_the_sample_of_a_table_of_inkar_has_its_years_below_the_names():
    path = shared(SAMPLES + "inkar_tabelle.csv")
    tables = read(path, key="Kennziffer", shape=Shape(columns="{name} {yyyy}"))
    assert {str(p): numbers(t) for p, t in tables.items()} == {
        "2021": {"Kinderarmut": {"09761": 17.1, "09762": 11.0, "09763": 12.9}},
        "2022": {
            "Kinderarmut": {"09761": 17.4, "09762": 11.2, "09763": 13.3},
            "Bevölkerung gesamt": {"09761": 100, "09762": 50, "09763": 70},
        },
    }


def test_the_sample_of_the_whole_file_of_inkar_is_filtered_by_its_level():
    shape = Shape({"Raumbezug": ("Kreise",)}, ("Indikator",), ("Wert",), "Zeitbezug")
    path = shared(SAMPLES + "inkar_gesamt.csv")
    (table,) = read(path, key="Kennziffer", width=5, shape=shape).values()
    assert numbers(table) == {"Bevölkerung gesamt": {"09761": 100, "09762": 50, "09763": 70}}


def test_the_sample_workbook_of_the_employment_agency():
    (table,) = read(shared(SAMPLES + "ba_akg.xlsx"), key="Schlüssel").values()
    assert numbers(table) == {
        "Insgesamt": {"100100100": 120, "100100200": 66, "100200100": 51, "100200200": 9},
        "SGB III": {"100100100": 40, "100100200": None, "100200100": 20, "100200200": 0},
        "SGB II": {"100100100": 80, "100100200": None, "100200100": 31, "100200200": 9},
    }
    assert set(table.status.loc["100100200", ["SGB III", "SGB II"]]) == {"suppressed"}
    assert table.totals.to_numpy().tolist() == [[246.0, 89.0, 157.0]]


def test_an_area_whose_numbers_count_on_is_no_line_of_column_numbers(tmp_path):
    for first, second in (("1;2;3", "2;7;8"), ("01;2;3", "02;7;8")):
        (tmp_path / "t.csv").write_text(f"nr;kinder;arm\n{first}\n{second}\n3;4;5\n", "utf-8")
        (table,) = read(tmp_path / "t.csv", key="nr").values()
        assert math.isclose(table.frame["kinder"].sum(), 13)
    book = openpyxl.Workbook()
    for row in (["Nr", "kinder", "arm"], ["(1)", "(2)", "(3)"], ["0101", 7, 8], ["0102", 4, 5]):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    (table,) = read(tmp_path / "b.xlsx", key="Nr").values()
    assert numbers(table)["kinder"] == {"0101": 7, "0102": 4}
