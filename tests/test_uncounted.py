"""Shares delivered without counts: told what they are, with two ways out that work."""

import json
import re
from collections import Counter

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

import sozialraum as sr
from sozialraum.model.errors import DataError
from sozialraum.publish.page.page_data import page_data
from sozialraum.workflows.show.profiles import area_profile
from sozialraum.workflows.show.saved import open_result

FEW = re.compile(r"zu wenige Personen|zu wenige Menschen|zu klein")
BUILD = """
title = "Anteile"
place = "Rechtecken"
recipe = "minmax_mean"
ags = "09761000"
stichtag = 2022-12-31
crs = "EPSG:25832"
orientation = "deprivation"
area_word = "Gebiet"
data = "."
sources = ["erfunden"]
[areas.g]
file = "g.gpkg"
key = "nr"
[[tables]]
file = "t.csv"
areas = "g"
key = "nr"
[join]
target = "g"
[[indicators]]
id = "arm"
label = "Kinderarmut"
value = "arm"
unit = "percent"
direction = "burden"
[[indicators]]
id = "alq"
label = "Arbeitslosenquote"
value = "alq"
unit = "percent"
direction = "burden"
"""
COUNTED = """
[[indicators]]
id = "enge"
label = "Beengtes Wohnen"
numerator = "eng"
denominator = "alle"
direction = "burden"
"""


def write(folder, more="", alq="3,0"):
    keys = [f"{n:02d}" for n in range(1, 13)]
    shapes = [box(500000 + 1000 * n, 5400000, 501000 + 1000 * n, 5401000) for n in range(12)]
    layer = gpd.GeoDataFrame({"nr": keys}, geometry=shapes, crs="EPSG:25832")
    layer.to_file(folder / "g.gpkg")
    rows = [
        f"{k};{10 + n},4;{alq if n == 3 else f'{n},5'};{200 + 20 * n};1000"
        for n, k in enumerate(keys)
    ]
    (folder / "t.csv").write_text("\n".join(["nr;arm;alq;eng;alle", *rows]), encoding="utf-8")
    path = folder / "b.toml"
    path.write_text(BUILD + more, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def uncounted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ohne")
    result = sr.build(write(folder, COUNTED))
    result.save(folder / "out")
    return result, folder


def no_counts(problems):
    return [p for p in problems if p.code == "privacy.no_counts"]


def test_check_and_build_say_once_that_counts_are_lacking(uncounted):
    result, folder = uncounted
    for problems in (sr.check_build(folder / "b.toml"), result.problems):
        (found,) = no_counts(problems)
        assert found.severity == "warning"
        assert "„Kinderarmut“, „Arbeitslosenquote“" in found.message


def test_a_build_of_nothing_but_values_without_counts_is_refused_by_check_and_build(tmp_path):
    (found,) = no_counts(sr.check_build(write(tmp_path)))
    assert found.severity == "error" and "nicht in den Index" in found.message
    with pytest.raises(DataError) as caught:
        sr.build(tmp_path / "b.toml")
    assert found in caught.value.problems


def test_no_output_claims_few_persons_where_no_base_is_known(uncounted):
    result, folder = uncounted
    listed = pd.read_csv(folder / "out" / "gesperrt.csv", sep=";")
    assert len(listed) == 24
    assert listed["reason"].str.contains("ohne Fallzahlen").all()
    told = [*listed["reason"], (folder / "out" / "methode.md").read_text("utf-8")]
    saved = open_result(folder / "out")
    told += area_profile(saved, "01").suppressed
    explained = saved.explain("01")["contribution"]
    assert explained[["arm", "alq"]].isna().all()
    # of one indicator the whole index: 0 in the area with the lowest share
    assert explained["enge"] == saved.table.at["01", "index"] == 0
    assert not [line for line in saved.counterfactuals("02") if "Arbeitslosenquote" in line]
    assert any("ohne Fallzahlen" in line for line in told)
    assert not [line for line in told if FEW.search(line)]
    page = page_data(result.release)
    signs = [sign for signs in page["editions"][0]["signs"] for sign in signs]
    assert Counter(signs) == {"f": 24, "o": 12}


def test_a_method_speaks_of_rounded_shares_only_where_shares_are_shown(uncounted):
    _, folder = uncounted
    assert "Anteile sind so gerundet" not in (folder / "out" / "methode.md").read_text("utf-8")


def test_the_way_out_that_is_printed_works(uncounted, tmp_path):
    result, _ = uncounted
    listed = re.search(r"published = \[[^]]*\]", no_counts(result.problems)[0].action).group()
    build = write(tmp_path, f'{COUNTED}[disclosure]\n{listed}\nreason = "Statistik, Tafel 7"\n')
    assert not no_counts(sr.check_build(build))
    after = sr.build(build)
    assert not no_counts(after.problems)
    assert after.current.values["arm"].tolist() == [10.4 + n for n in range(12)]
    assert any("Statistik, Tafel 7" in note for note in after.release.notes)


def test_nothing_is_called_unwithheld_beside_values_withheld_by_the_deliverer(tmp_path):
    more = '[disclosure]\npublished_input = true\nreason = "Statistik, Tafel 7"\n'
    build = write(tmp_path, more, alq=".")
    result = sr.build(build)
    result.save(tmp_path / "out")
    notes = " ".join(result.release.notes)
    assert "nichts gesperrt" not in notes
    assert "Schon in der Lieferung gesperrt: einzelne Werte bei „Arbeitslosenquote“" in notes
    reasons = pd.read_csv(tmp_path / "out" / "gesperrt.csv", sep=";")["reason"]
    assert reasons.str.contains("schon in der Lieferung gesperrt").any()
    assert not reasons.str.contains(FEW).any()
    whole = tmp_path / "ganz"
    whole.mkdir()
    assert "nichts gesperrt" in " ".join(sr.build(write(whole, more)).release.notes)


def test_the_manifest_names_what_has_no_counts(uncounted):
    _, folder = uncounted
    manifest = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["details"]["uncounted"] == ["arm", "alq"]
