"""Steps that were not told, options that passed, deliveries as planners get them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from faults.cases import case, codes, counted, listed, refused, warned
from shared_data import shared

import sozialraum as sr
from sozialraum.index import impute_panel

ROOT = Path(__file__).parents[2]
METHODS = {
    "classes_k4": ["config.class_names"],
    "scaling_output_rev": ["config.wrong_type"],
    "transform_typo": ["config.unknown_name"],
    "transform_untold": [],
    "treatment_untold": [],
}
PLANNER = {"drop/drop.toml", "genesis/t.toml", "no_parquet/b.toml", "nur_prozent/p.toml",
           "subtotal_secret/geheim.toml", "subtotal_secret/offen.toml"}  # fmt: skip


def method_case(name, folder):
    for part in ("config", "shapes"):
        shutil.copytree(ROOT / part, folder / part)
    source = shared("cases/faults/methods") / f"{name}.toml"
    former = ("value_base", "minimum_base")  # keys that a build file no longer has
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    file = folder / "config" / source.name
    file.write_text("".join(x for x in lines if not x.startswith(former)), encoding="utf-8")
    return file


def test_every_case_is_tried_here():
    shared("cases/faults")
    assert {Path(p).stem for p in listed("methods/*.toml")} == set(METHODS)
    assert {p.removeprefix("planner/") for p in listed("planner/*/*.toml")} == PLANNER


@pytest.mark.parametrize("name", [n for n, found in METHODS.items() if found])
def test_wrong_options_are_refused(name, tmp_path):
    file = method_case(name, tmp_path)
    assert codes(file) == METHODS[name]
    if name == "transform_typo":
        assert "armut" in str(refused(file)[0]) and "Gemeint ist vielleicht" in str(
            refused(file)[0]
        )


@pytest.mark.parametrize(
    ("name", "line"), [("transform_untold", "Umgeformt"), ("treatment_untold", "Ausreißer")]
)
def test_every_step_that_ran_is_in_the_method_sheet(name, line, tmp_path):
    file = method_case(name, tmp_path)
    said = sheet(sr.build(file), tmp_path / "out")
    assert [words for words in said.splitlines() if line in words and "logarithm" in words.lower()]


def sheet(result, folder):
    result.save(folder)
    return (folder / "methode.md").read_text(encoding="utf-8")


def test_a_panel_is_filled_by_the_formula_that_gisd_documents():
    # OLS on 1 + year² · m + year · m (lekroll/GISD, GISD_Generate.R, my_ts_imputer)
    years = [1998, 2012, 2013, 2014, 2015]
    rows = {"01": [np.nan, 5.0, 5.3, 5.4, 5.9], "02": [np.nan, 10.0, 10.5, 11.2, 11.6],
            "03": [np.nan, 20.0, 21.5, 22.0, 23.9]}  # fmt: skip
    long = pd.DataFrame(
        [(t, k, v) for k, vs in rows.items() for t, v in zip(years, vs, strict=True)],
        columns=["jahr", "key", "a"],
    )
    filled = impute_panel(long.set_index(["jahr", "key"]), method="regression", floor=None)[0]
    m = long.groupby("key").a.transform("mean").to_numpy()
    t, known = long.jahr.to_numpy(float), long.a.notna().to_numpy()
    x = np.column_stack([np.ones(len(t)), t**2 * m, t * m])
    scale = np.abs(x).max(axis=0)
    beta = np.linalg.lstsq(x[known] / scale, long.a[known], rcond=None)[0]
    oracle = pd.Series((x / scale) @ beta, long.key)[(t == 1998)]
    got = filled.a.xs(1998, level="jahr")
    assert got.to_dict() == pytest.approx(oracle.to_dict(), rel=1e-6)


# --- planner --------------------------------------------------------------------------------------


def test_people_of_a_dropped_row_are_counted_and_the_way_out_keeps_their_number(tmp_path):
    file = case("planner/drop/drop.toml", tmp_path)
    (found,) = refused(file)
    assert found.code == "check.dropped_people" and "358" in found.message
    assert "09761012" in found.found and "[[exclude]]" in found.action
    text = file.read_text(encoding="utf-8").replace('drop=["09761012"]\n', "")
    text = text.replace('"g11.gpkg"', '"g.gpkg"')
    text += '\n[[exclude]]\nkey = "09761012"\nreason = "Gewerbegebiet"\n'
    file.write_text(text, encoding="utf-8")
    result = sr.build(file)
    assert len(result.table) == 12 and pd.isna(result.table.at["09761012", "index"])


def test_a_key_of_an_area_is_no_column_and_the_number_of_the_column_is(tmp_path):
    (found,) = refused(case("planner/genesis/t.toml", tmp_path))
    assert found.code == "sources.key_is_value" and "key = 1" in found.action
    file = case("planner/genesis/t.toml", tmp_path, ('key="09761001"', "key=1"),
                ('"247"', '"in SGB II"'), ('"671"', '"unter 18 Insgesamt"'))  # fmt: skip
    counts = counted(file)
    assert counts.loc["09761001", ["in SGB II", "unter 18 Insgesamt"]].tolist() == [247, 671]
    assert len(counts) == 12  # no row of remarks, copyright or date


def test_an_empty_corner_over_the_keys_is_column_one(tmp_path):
    file = case("planner/genesis/t.toml", tmp_path, ('key="09761001"', "key=1"),
                ("genesis.csv", "ecke.csv"), ('"247"', '"SGB II"'), ('"671"', '"Kinder"'))  # fmt: skip
    counts = counted(file)
    assert counts.loc["09761012", ["Kinder", "SGB II"]].tolist() == [358, 133]


def test_a_result_that_was_asked_for_two_files_can_be_shown_and_compared(tmp_path):
    result = sr.build(case("planner/no_parquet/b.toml", tmp_path / "in"))
    result.save(tmp_path / "out")
    assert {"karte.html", "index.xlsx"} <= {p.name for p in (tmp_path / "out").iterdir()}
    saved = sr.open_result(tmp_path / "out")
    assert saved.table["index"].notna().any()
    pd.testing.assert_series_equal(saved.table["rank"], result.table["rank"], check_dtype=False)


def test_percentages_without_counts_are_refused_with_their_true_reason_and_two_ways_out(tmp_path):
    file = case("planner/nur_prozent/p.toml", tmp_path / "in")
    (told,) = refused(file)
    assert told.code == "privacy.no_counts" and "zu wenige" not in str(told)
    assert "numerator und denominator" in told.action and "published" in told.action
    stated = '\n[disclosure]\npublished_input = true\nreason = "Strukturdaten 2023, Tabelle 4"\n'
    file.write_text(file.read_text(encoding="utf-8") + stated, encoding="utf-8")
    assert refused(file) == []
    result = sr.build(file)
    said = sheet(result, tmp_path / "out")
    assert "zu wenige" not in said and "Strukturdaten 2023, Tabelle 4" in said
    assert result.table["index"].notna().all()


def test_sums_with_one_secret_cell_are_sums(tmp_path):
    files = [case(f"planner/subtotal_secret/{n}.toml", tmp_path) for n in ("geheim", "offen")]
    for result in map(sr.build, files):
        assert not {c for c in warned(result) if c.startswith(("sources.", "check."))}
        assert len(result.table) == 12
    one, other = map(counted, files)
    assert np.isnan(one.at["04", "arm"]) and other.at["04", "arm"] == 19
    assert one.drop(index="04").equals(other.drop(index="04"))
