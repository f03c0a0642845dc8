"""A Sozialraum 01 in every Gemeinde: the AGS before each key, from a column or a file name."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import sozialraum as sr
from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.sources.delivery import read_delivery
from sozialraum.workflows.check.checking import check_build

GEMEINDEN = ("09473112", "09473121", "09473132")
BUILD = """
title = "Kreis"
place = "Landkreis Coburg"
ags = "09473"
recipe = "minmax_mean"
stichtag = 2024-12-31
crs = "EPSG:25832"
orientation = "deprivation"
area_word = "Sozialraum"
area_words = "Sozialräume"
sources = ["erfunden"]
[areas.raum]
file = "raum.gpkg"
key = "nr"
name = "name"
width = 2
prefix = "ags"
parents = {{ gemeinde = "ags" }}
[join]
target = "raum"
method = "nested"
{tables}
[[levels]]
parent = "gemeinde"
of = "counts"
[[indicators]]
id = "arm"
label = "Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"
[disclosure]
published_input = true
reason = "erfunden"
"""
TABLE = '[[tables]]\n{file}\nareas = "raum"\nkey = "nr"\nwidth = 2\nprefix = "ags"\n'
SPLIT = TABLE.format(file='files = ["raum_*.csv"]')
WHOLE = TABLE.format(file='file = "alle.csv"')


def numbers():
    """Return children and poor children of eight areas in each Gemeinde; all differ."""
    rows = [
        (ags, n, 400 + 10 * n + place, 30 + 7 * n + 20 * place)
        for place, ags in enumerate(GEMEINDEN)
        for n in range(1, 9)
    ]
    return pd.DataFrame(rows, columns=["ags", "nr", "kinder", "arm"])


def county(folder, tables=SPLIT, ags="ags"):
    table = numbers()
    squares = [box(6e5 + n * 500, 5.5e6, 6e5 + n * 500 + 500, 5.5e6 + 500) for n in range(24)]
    names = [f"Raum {a[-3:]}/{n}" for a, n in zip(table["ags"], table["nr"], strict=True)]
    frame = {"nr": table["nr"], "name": names, ags: table["ags"].astype(int)}
    gpd.GeoDataFrame(frame, geometry=squares, crs=25832).to_file(folder / "raum.gpkg")
    for gemeinde, part in table.groupby("ags"):
        plain = part.drop(columns="ags")
        sums = ";".join(map(str, plain[["kinder", "arm"]].sum()))
        text = f"{plain.to_csv(sep=';', index=False)}Summe;{sums}\n"
        (folder / f"raum_{gemeinde}.csv").write_text(text, encoding="utf-8")
    whole = table.assign(ags=table["ags"].astype(int))  # the zeros in front are lost
    whole.to_csv(folder / "alle.csv", sep=";", index=False)
    file = folder / "kreis.toml"
    file.write_text(BUILD.format(tables=tables), encoding="utf-8")
    return file


def delivered(file):
    plan = read_build(file)
    return read_delivery(plan, plan.root)


@pytest.mark.parametrize("tables", [SPLIT, WHOLE], ids=["files", "column"])
def test_every_number_reaches_the_area_of_its_gemeinde(tmp_path, tables):
    delivery = delivered(county(tmp_path, tables))
    assert [str(p) for p in delivery.problems if p.severity == "error"] == []
    frame = delivery.tables["2024-12-31"]["raum"]
    expected = {f"{a}-{n:02d}": (k, p) for a, n, k, p in numbers().itertuples(index=False)}
    assert {key: (row.kinder, row.arm) for key, row in frame.iterrows()} == expected


def test_rows_per_gemeinde_are_sums_of_their_areas(tmp_path):
    result = sr.build(county(tmp_path))
    rows = result.levels()["gemeinde"].set_index("key")["arm"]
    sums = numbers().groupby("ags")[["arm", "kinder"]].sum()
    assert rows.to_dict() == pytest.approx((sums["arm"] / sums["kinder"]).to_dict(), abs=1e-6)


def test_a_gemeinde_without_a_file_leaves_its_areas_missing_and_is_named(tmp_path):
    file = county(tmp_path)
    (tmp_path / "raum_09473121.csv").unlink()
    told = " ".join(str(p) for p in check_build(file) if p.severity != "note")
    assert "09473121-0" in told
    values = sr.build(file).release.current.values["arm"]
    assert set(values.index[values.isna()]) == {f"09473121-{n:02d}" for n in range(1, 9)}


def test_a_file_that_names_no_gemeinde_is_refused_with_the_way_out(tmp_path):
    file = county(tmp_path)
    (tmp_path / "raum_09473121.csv").rename(tmp_path / "raum_ahorn.csv")
    with pytest.raises(DataError) as error:
        sr.build(file)
    (told,) = [p for p in error.value.problems if p.severity == "error"]
    assert (told.code, told.file) == ("sources.no_ags", "raum_ahorn.csv")
    assert "09473" in told.expected
    (tmp_path / "raum_ahorn.csv").rename(tmp_path / "raum_09473121.csv")
    sr.build(file)


def test_areas_without_the_column_are_refused(tmp_path):
    with pytest.raises(DataError) as error:
        sr.build(county(tmp_path, ags="gemeindenummer"))
    assert "sources.no_ags_of_areas" in [p.code for p in error.value.problems]
