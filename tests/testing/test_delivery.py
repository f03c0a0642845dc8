"""The files of Musterstadt: the same bytes everywhere, and readable by everyone."""

import re
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio

from sozialraum.sources.tabular.tables import read_table
from sozialraum.testing import write_city
from sozialraum.testing.counts import VARIABLES

SHIPPED = Path(__file__).parents[2] / "shapes" / "musterstadt"
NOW = "2024-12-31"


@pytest.fixture(scope="module")
def folder(city, tmp_path_factory):
    folder = tmp_path_factory.mktemp("musterstadt")
    write_city(city, folder)
    return folder


# written by hand for the account of measures, and what a run of the year before released
NOT_MADE = {"massnahmen.csv", "texte/01_vorwort.md", "teilnahme_2023/manifest.json",
            "teilnahme_2023/teilnahme.json"}  # fmt: skip


def files_of(folder):
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_the_shipped_files_are_made_again_byte_by_byte(folder):
    made, shipped = files_of(folder), files_of(SHIPPED)
    assert {*made, *NOT_MADE} == set(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_shipped_files_stay_below_eight_megabytes():
    assert sum(map(len, files_of(SHIPPED).values())) <= 8_000_000


@pytest.mark.parametrize(
    ("file", "attribute", "key"),
    [
        ("bloecke", "blocks", "block"),
        ("bezirke", "bezirke", "bezirk"),
        ("stadtteile", "stadtteile", "stadtteil"),
        ("sprengel", "sprengel", "sprengel"),
        ("schulen", "schools", "schule"),
        ("angebote", "offers", "angebot"),
    ],
)
def test_a_geopackage_holds_what_the_city_has(city, folder, file, attribute, key):
    read = gpd.read_file(folder / f"{file}.gpkg").set_index(key)
    expected = getattr(city, attribute)
    assert read.crs.to_epsg() == 25833
    assert list(read.index) == list(expected.index)
    assert read.geometry.geom_equals_exact(expected.geometry, 0.0).all()
    for column in expected.columns.drop("geometry"):
        assert list(read[column]) == list(expected[column])


def test_a_geopackage_is_sound_sqlite_and_names_no_time_of_today(folder):
    connection = sqlite3.connect(folder / "sprengel.gpkg")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert connection.execute("SELECT last_change FROM gpkg_contents").fetchall() == [
        ("2025-01-15T00:00:00.000Z",)
    ]
    connection.close()


def test_the_geotiff_is_the_grid(city, folder):
    with rasterio.open(folder / "kinder_100m.tif") as source:
        assert source.crs.to_epsg() == 3035
        assert source.nodata == 65535
        assert source.res == (100.0, 100.0)
        assert (source.bounds.left, source.bounds.top) == (
            city.children_grid.left,
            city.children_grid.top,
        )
        np.testing.assert_array_equal(source.read(1), city.children_grid.values)


def test_the_small_area_table_is_german_and_reads_as_the_counts(city, folder):
    raw = (folder / "kleinraum_2024.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    lines = raw.decode("cp1252").split("\r\n")
    assert lines[0].startswith("block;bezirk_name;flaeche_ha;einwohner;")
    assert any(re.search(r";\d\.\d{3};", line) for line in lines)  # thousands dot
    table = read_table(folder / "kleinraum_2024.csv", key="block", width=7, text=["bezirk_name"])
    assert table.errors == []
    names = [v.name for v in VARIABLES if v.delivery == "kleinraum"]
    pd.testing.assert_frame_equal(
        table.frame[names],
        city.counts.loc[NOW, names].astype(float),
        check_names=False,
        check_index_type=False,
    )


def test_the_workbook_looks_like_one_of_a_statistics_office(folder):
    sheet = openpyxl.load_workbook(folder / "sozialdaten_2024.xlsx")["Blöcke"]
    assert sheet["A1"].value == "Stadt Musterstadt · Amt für Statistik"
    assert sheet["A4"].value == "Baublock"
    assert sheet["D4"].value == "Jugendamt"
    assert sheet["D5"].value == "Hilfen zur Erziehung"
    assert sheet["A6"].value == 101001  # the key 0101001 as a number
    assert sheet["A1606"].value == "Musterstadt insgesamt"
    cells = {c.value for row in sheet.iter_rows(6, 1605, 3) for c in row}
    assert {"–", "."} < cells
    assert 0 not in cells


def test_the_workbook_reads_as_the_counts_with_secret_ones_and_twos(city, folder):
    table = read_table(
        folder / "sozialdaten_2024.xlsx",
        key="Baublock",
        width=7,
        columns={"hze_u18": "Hilfen zur Erziehung", "inobhutnahmen": "Inobhutnahmen 1)"},
    )
    assert table.errors == []
    expected = city.counts.loc[NOW]
    assert (table.frame["hze_u18"] == expected["hze_u18"]).all()
    secret = expected["inobhutnahmen"].between(1, 2)
    assert secret.sum() > 50
    assert table.frame["inobhutnahmen"].isna().equals(secret)


def test_the_dbase_file_of_last_year_reads_as_the_counts(city, folder):
    table = read_table(folder / "sozialdaten_2023.dbf", key="BLOCK", width=7)
    assert table.errors == []
    expected = city.counts.loc["2023-12-31"]
    assert (table.frame["HZE_U18"] == expected["hze_u18"]).all()
    assert (table.frame["SPRACHFOER"] == expected["sprachfoerderung"]).all()


def test_the_data_dictionary_names_every_delivered_column(folder):
    words = pd.read_csv(folder / "datenkatalog.csv", sep=";", dtype=str)
    assert list(words.columns) == ["datei", "name", "bezeichnung", "einheit", "quelle", "stichtag"]
    assert words.notna().all(axis=None)
    for file, key in (
        ("kleinraum_2024.csv", "block"),
        ("sozialdaten_2023.dbf", "BLOCK"),
        ("sozialdaten_2024.xlsx", "Baublock"),
    ):
        table = read_table(
            folder / file, key=key, width=7, text=["bezirk_name", "Statistischer Bezirk"]
        )
        named = set(words.loc[words["datei"] == file, "name"])
        assert set(table.frame.columns) - {"flaeche_ha"} == named
