"""Types of areas in builds: found where they are known, from published values alone, never by guess."""

import json

import numpy as np
import pandas as pd
import pytest
from small_build import BLOCKS, counts, write_build, write_town

import sozialraum
from sozialraum import check_build
from sozialraum.model.errors import ConfigError

# three kinds of districts, a third of the thirty each: by place, not by the order of anything else
KIND = [n // 2 % 3 for n in range(len(BLOCKS))]
POOR, HELPED = (0.08, 0.65, 0.65), (0.10, 0.10, 0.60)


def three_kinds():
    """Return counts in which the first kind has neither need, the second one, the third both."""
    table = counts().assign(kinder=80)
    rng = np.random.default_rng(5)
    for column, shares in (("arm", POOR), ("hz", HELPED)):
        table[column] = [int(80 * shares[k] + rng.integers(-3, 4)) for k in KIND]
    return table


def town_with(tmp_path, more, table=None):
    town = write_town(tmp_path / "stadt", three_kinds() if table is None else table)
    file = write_build(town, ledger="")
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    return town, file


@pytest.mark.parametrize("method", ["kmeans", "ward", "mixture"])
def test_types_are_the_kinds_of_areas_that_the_town_is_made_of(tmp_path, method):
    _, file = town_with(tmp_path, f'[typology]\nk = 3\nmethod = "{method}"\n')
    layer = sozialraum.build(file).release.layers["types"]
    expected = pd.Series([1 + n % 3 for n in range(30)], [f"D{n:02d}" for n in range(30)])
    assert layer["type"].astype(int).to_dict() == expected.to_dict()
    assert layer["label"].tolist() == [f"Typ {t}" for t in expected]
    assert layer["kept"].min() > 0.9


def test_types_follow_from_published_values_alone(tmp_path):
    town, file = town_with(tmp_path, "[typology]\nk = 3\n")
    sozialraum.build(file).save(town / "out", files=("csv", "methode", "karte", "xlsx"))
    table = pd.read_csv(town / "out" / "index.csv", sep=";", decimal=",", dtype={"key": str})
    shares = table[["armut", "hzs"]]
    z = ((shares - shares.min()) / (shares.max() - shares.min())).to_numpy()
    own = table["types_type"].to_numpy()
    centres = np.array([z[own == t].mean(axis=0) for t in (1, 2, 3)])
    nearest = 1 + ((z[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert nearest.tolist() == own.tolist()
    assert centres.mean(axis=1).tolist() == sorted(centres.mean(axis=1))
    learnt = json.loads((town / "out" / "manifest.json").read_text("utf-8"))["details"]["learnt"]
    np.testing.assert_allclose(learnt["index.typology"]["centres"], centres, atol=1e-5)
    method = (town / "out" / "methode.md").read_text("utf-8")
    assert "bilden die Gebiete 3 Typen, mit k-Means gebildet" in method
    assert "Typ 2 (10 Gebiete): im Mittel Armut" in method and "„Typ 2“" not in method
    assert "Typen von Gebieten" in (town / "out" / "karte.html").read_text("utf-8")


def test_a_later_year_has_the_types_of_the_earlier_result(tmp_path):
    town, file = town_with(tmp_path, "[typology]\nk = 3\n")
    sozialraum.build(file).save(town / "alt", files=("csv",))
    # the first district becomes like the third kind; nobody else moves
    later = three_kinds()
    later.loc[["00", "01"], ["arm", "hz"]] = [52, 48]
    later.reset_index().to_csv(town / "daten" / "z.csv", sep=";", index=False)
    text = file.read_text("utf-8").replace("stichtag", 'reference = "alt"\nstichtag', 1)
    file.write_text(text, "utf-8")
    assert [p for p in check_build(file) if p.severity == "error"] == []
    result = sozialraum.build(file)
    expected = [3, *(1 + n % 3 for n in range(1, 30))]
    assert result.release.layers["types"]["type"].astype(int).tolist() == expected
    assert any(
        "Typen sind die des früheren Ergebnisses" in s for s in result.release.details["types"]
    )


def test_a_reference_without_types_is_told_by_check_and_by_build(tmp_path):
    town, file = town_with(tmp_path, "")
    sozialraum.build(file).save(town / "alt", files=("csv",))
    text = file.read_text("utf-8").replace("stichtag", 'reference = "alt"\nstichtag', 1)
    file.write_text(text + "[typology]\nk = 3\n", "utf-8")
    assert [p.code for p in check_build(file) if p.severity == "error"] == [
        "pipeline.reference_untyped"
    ]
    with pytest.raises(ConfigError, match="keine Typen"):
        sozialraum.build(file)


def test_regions_join_neighbours_only(tmp_path):
    # blocks lie in a row, so districts do: a region is a run of districts
    _, file = town_with(tmp_path, '[typology]\nk = 4\nmethod = "contiguous"\n')
    layer = sozialraum.build(file).release.layers["types"]
    types = layer["type"].astype(int)
    runs = (types != types.shift()).sum()
    assert runs == 4 and layer["type"].nunique() == 4 and "kept" not in layer


@pytest.mark.parametrize(
    ("more", "key", "words"),
    [
        ('[typology]\nmethod = "kmean"\n', "typology.method", "kmeans"),
        ("[typology]\nk = 1\n", "typology.k", ""),
        ('[typology]\nk = 3\nlabels = ["a", "b"]\n', "typology", "verschiedene Namen"),
        ("[typology]\nseed = 99999999999\n", "typology.seed", ""),
        ("[typology]\nnumber = 3\n", "typology.number", "method"),
    ],
)
def test_what_is_wrong_with_the_section_is_told_by_check(tmp_path, more, key, words):
    _, file = town_with(tmp_path, more)
    (told,) = (p for p in check_build(file) if p.severity == "error")
    assert str(told.key).startswith(key)
    assert words in f"{told.message} {told.found} {told.expected}"


def test_more_types_than_areas_are_told_by_check(tmp_path):
    town = write_town(tmp_path / "stadt")
    file = write_build(town, "C", ledger="")
    blocks = file.read_text("utf-8").replace("[disclosure]", "[typology]\nk = 10\n[disclosure]")
    file.write_text(blocks, "utf-8")
    import geopandas as gpd

    areas = gpd.read_file(town / "daten" / "C.gpkg")
    assert len(areas) == 24
    few = areas.assign(nr=[f"C{n // 3:02d}" for n in range(24)]).dissolve("nr").reset_index()
    few.to_file(town / "daten" / "C.gpkg")
    links = gpd.read_file(town / "daten" / "b.gpkg")
    links["C"] = [f"C{int(c[1:]) // 3:02d}" for c in links["C"]]
    links.to_file(town / "daten" / "b.gpkg")
    assert "index.too_few_profiles" in [p.code for p in check_build(file)]


def test_areas_of_few_kinds_have_no_types_and_the_build_goes_on(tmp_path):
    table = three_kinds()
    table["arm"] = [10 + 10 * (n // 2 % 6) for n in range(60)]
    table["hz"] = table["arm"]
    _, file = town_with(tmp_path, "[typology]\nk = 10\n", table)
    result = sozialraum.build(file)
    assert "types" not in result.release.layers
    (told,) = (p for p in result.problems if p.code == "index.too_few_profiles")
    assert told.severity == "warning" and told.found == "6 verschiedene Profile"
