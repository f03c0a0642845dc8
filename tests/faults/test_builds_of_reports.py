"""Faults that users of other software reported: a right value, or a message that leads on."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from faults.cases import case, codes, counted, listed, refused, warned
from shared_data import shared

import sozialraum as sr
from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.geometry import read_areas
from sozialraum.space.neighbours import find_neighbours

TRIED = {
    "F01_class_edges", "F02_population_missing_quantile", "F02b_population_missing_zscore",
    "F03_gap_5mm_moran", "F05_geometrycollection", "F06_merged_value", "F07_percent_format",
    "F09_raster_offset", "F10_prj_without_datum", "F12_mpi_zero", "F16_half_covered",
    "F18_nfd_keys",
}  # fmt: skip


def report(name, folder, *changes):
    return case(f"reports_elsewhere/{name}/b.toml", folder, *changes)


def test_every_case_is_tried_here():
    shared("cases/faults")
    assert {path.split("/")[1] for path in listed("reports_elsewhere/*/b.toml")} == TRIED


def test_areas_of_the_same_index_are_in_the_same_class(tmp_path):
    file = report("F01_class_edges", tmp_path)
    result = sr.build(file)
    rows = pd.read_csv(tmp_path / "t.csv", sep=";", dtype={"key": str}).set_index("key")
    # the shares run from 0 to 1, so the scale is the share itself, and so are the five classes
    for key, row in rows.iterrows():
        index = Fraction(int(row.a + row.b + row.c), 3 * int(row.n))
        assert result.table.at[key, "class"] == min(5, 1 + math.floor(5 * index)), key
    on_a_limit = [k for k, r in rows.iterrows() if 5 * (r.a + r.b + r.c) == 2 * 3 * r.n]
    assert len(on_a_limit) == 6 and result.table.loc[on_a_limit, "class"].nunique() == 1


@pytest.mark.parametrize(
    "name", ["F02_population_missing_quantile", "F02b_population_missing_zscore"]
)
def test_an_area_without_persons_has_no_weight(name, tmp_path):
    file = report(name, tmp_path)
    found = refused(file)
    assert [p.code for p in found] == ["check.weights_unknown"] and "05" in found[0].message
    without = file.read_text(encoding="utf-8").replace('weights="population"', "")
    file.write_text(without, encoding="utf-8")
    assert refused(file) == []


def test_a_gap_of_five_millimetres_parts_no_neighbours(tmp_path):
    file = report("F03_gap_5mm_moran", tmp_path)
    assert "Moran" in method_sheet(sr.build(file), tmp_path / "out")
    areas = read_areas(tmp_path / "g.gpkg", key="key", width=2)
    whole = areas.set_geometry(areas.geometry.buffer(0.01, join_style="mitre"))
    parted, joined = (set(find_neighbours(a).pairs) for a in (areas, whole))
    assert parted == joined and len(parted) >= 30


def method_sheet(result, folder):
    result.save(folder)
    return (folder / "methode.md").read_text(encoding="utf-8")


def test_a_collection_with_a_line_is_no_area_until_it_is_asked_to_be(tmp_path):
    file = report("F05_geometrycollection", tmp_path)
    assert codes(file) == ["sources.collection"]
    repaired = file.read_text(encoding="utf-8").replace(
        "[[tables]]", "[areas.g.repair]\ninvalid = true\n[[tables]]"
    )
    file.write_text(repaired, encoding="utf-8")
    assert refused(file) == []


def test_a_number_in_joined_cells_belongs_to_nobody_knows_which_area(tmp_path):
    found = refused(report("F06_merged_value", tmp_path))
    assert [p.code for p in found] == ["sources.joined_cells"] and "B6:B7" in found[0].found


def test_shares_half_with_and_half_without_a_per_cent_sign_are_refused(tmp_path):
    found = refused(report("F07_percent_format", tmp_path))
    assert [p.code for p in found] == ["sources.percent_mixed"]
    assert "%" in found[0].found and "12.5" in found[0].found


def test_the_offset_of_a_raster_counts(tmp_path):
    file = report("F09_raster_offset", tmp_path)
    result = sr.build(file)
    rows = pd.read_csv(tmp_path / "t.csv", sep=";", dtype={"key": str}).set_index("key")
    cells = np.tile([1200.0, 1005.0, 1005.0], (12, 4))  # raw 200, 5, 5 and an offset of 1,000
    part, share = np.indices((12, 12)) // 4, np.zeros((4, 9))
    source = part[0] * 3 + part[1]
    target = (np.indices((12, 12)) // 6)[0] * 2 + (np.indices((12, 12)) // 6)[1]
    for area in range(9):
        weights = np.bincount(target[source == area], cells[source == area], minlength=4)
        share[:, area] = weights / weights.sum()
    measured = counted(file)
    told = next(p for p in result.problems if p.code == "sources.raster_scaled")
    assert "mal 1,000, plus 1.000,000" in told.message
    for column in ("a", "b", "n", "ew"):
        expected = share @ rows[column].to_numpy(float)
        assert measured[column].tolist() == pytest.approx(expected.tolist(), rel=1e-9)


def test_a_system_without_datum_is_refused_with_what_it_would_cost(tmp_path):
    file = report("F10_prj_without_datum", tmp_path)
    found = refused(file)
    assert [p.code for p in found] == ["sources.crs_without_datum"] and "142 m" in found[0].message
    stated = file.read_text(encoding="utf-8").replace(
        'file="g.shp"', 'file="g.shp"\ncrs="EPSG:31468"'
    )
    file.write_text(stated, encoding="utf-8")
    assert refused(file) == []


def test_the_penalised_mean_of_nothing_is_nothing(tmp_path):
    # (0, 0): mean 0, no spread, no penalty
    result = sr.build(report("F12_mpi_zero", tmp_path))
    assert result.table.at["08", "index"] == 0.0 and result.table["index"].notna().all()
    assert result.table.at["08", "rank"] == 20
    assert "check.zero_everywhere" in warned(result)


def test_half_an_area_without_numbers_is_told_in_square_metres_and_persons(tmp_path):
    result = sr.build(report("F16_half_covered", tmp_path))
    told = next(p for p in result.problems if p.code == "sources.partly_covered")
    assert "04: 360.000 m² (50 %)" in told.found and "2.300" in told.found


def test_umlauts_in_two_spellings_are_one_key(tmp_path):
    result = sr.build(report("F18_nfd_keys", tmp_path))
    assert len(result.table) == 20 and result.table["index"].notna().all()
    assert "Göggingen" in result.table.index


# --- files alone ----------------------------------------------------------------------------------


def file_of(name):
    return shared("cases/faults/reports_elsewhere") / name


def test_keys_behind_an_equals_sign_are_keys():
    frame = sr.read_counts(file_of("F19_eq_keys.csv"), key="schluessel")
    assert frame["kinder"].to_dict() == {"01": 10, "02": 20, "10": 30}


def test_a_long_table_is_not_read_as_a_wide_one():
    with pytest.raises(DataError, match="mehrmals"):
        sr.read_counts(file_of("G1_ffcsv_long.csv"), key="1_Auspraegung_Code")


@pytest.mark.parametrize("name", ["formula_attr.xlsx", "shared_formula_only.xlsx"])
def test_a_formula_without_its_result_is_no_empty_cell(name):
    with pytest.raises(DataError, match="Formeln ohne gespeichertes Ergebnis") as raised:
        sr.read_counts(file_of(name), key=1)
    assert "B3" in raised.value.problems[0].found
