"""Keys and names are the same however a program spells them."""

import unicodedata

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import box
from shared_data import shared

from sozialraum.sources.spatial.geometry import read_areas
from sozialraum.sources.tabular.tables import read_counts, read_plain

NAMES = ["Göggingen", "Bärenkeller", "Große Heide", "Überruhr", "São Paulo"]
APART = [unicodedata.normalize("NFD", name) for name in NAMES]


def csv(folder, keys):
    path = folder / "t.csv"
    path.write_text("Ortsteil;ä\n" + "".join(f"{k};{i}\n" for i, k in enumerate(keys)), "utf-8")
    return path


def xlsx(folder, keys):
    book = openpyxl.Workbook()
    for row in (["Ortsteil", "ä"], *([k, i] for i, k in enumerate(keys))):
        book.active.append(row)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def parquet(folder, keys):
    pd.DataFrame({"Ortsteil": keys, "ä": range(len(keys))}).to_parquet(folder / "t.parquet")
    return folder / "t.parquet"


@pytest.mark.parametrize("write", [csv, xlsx, parquet])
@pytest.mark.parametrize("keys", [NAMES, APART])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_umlauts_in_two_pieces_are_the_same_key_and_column(write, keys, form, tmp_path):
    columns = {"n": unicodedata.normalize(form, "ä")}
    counts = read_counts(write(tmp_path, keys), key="Ortsteil", columns=columns)
    assert counts["n"].to_dict() == dict(zip(NAMES, range(5), strict=True))


@pytest.mark.parametrize("keys", [NAMES, APART])
def test_areas_have_the_same_keys_as_tables(keys, tmp_path):
    shapes = [box(4e5 + i, 58e5, 4e5 + i + 1, 58e5 + 1) for i in range(len(keys))]
    layer = gpd.GeoDataFrame({"teil": keys}, geometry=shapes, crs="EPSG:25832")
    layer.to_file(tmp_path / "g.gpkg")
    assert set(read_areas(tmp_path / "g.gpkg", key="teil").index) == set(NAMES)


def test_keys_kept_by_a_formula_keep_their_zeros_and_numbers_count(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('nr;ew\n="01";="7"\n"=""02""";8\n"03";9\n', "utf-8")
    assert read_counts(path, key="nr")["ew"].to_dict() == {"01": 7, "02": 8, "03": 9}
    assert read_plain(path, columns=["nr"])["nr"].tolist() == ["01", "02", "03"]


def test_keys_kept_by_a_formula_as_delivered():
    path = shared("cases/faults/reports_elsewhere/F19_eq_keys.csv")
    counts = read_counts(path, key="schluessel")
    assert counts["kinder"].to_dict() == {"01": 10, "02": 20, "10": 30}


def test_umlauts_in_two_pieces_as_delivered():
    folder = shared("cases/faults/reports_elsewhere/F18_nfd_keys")
    areas = read_areas(folder / "g.gpkg", key="key")
    assert read_counts(folder / "t.csv", key="key").index.equals(areas.index)
