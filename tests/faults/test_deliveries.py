"""Deliveries as cities make them: built, or refused with what is not possible and the way out."""

import pandas as pd
import pytest
from faults.cases import case, codes, listed, refused, warned
from shared_data import shared

import sozialraum as sr
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.error_boundary import FAULT

BUILT = (
    "coburg/ags2", "coburg/ags5", "coburg/one_table", "hagen/both", "hagen/gym", "hagen/hs", "herne/herne", "klar/alter", "klar/euro",
    "klar/euro_pts", "klar/euro_w1", "klar/layers", "lavi_absent/lavi",
    "lup/a", "lup/ok", "lup/s", "lup/s2", "lup/v", "offenbach/l3", "offenbach/one", "offenbach/two",
    "verden/verden",
)  # fmt: skip
REFUSED = {
    "coburg/two_tables": ["sources.tables_of_parts"],
    "herne/einzel": ["sources.rows_per_key"],
    "klar/min_number": ["privacy.no_largest"],
    "verden/ab_number": ["privacy.no_largest"],
    "klar/saldo": ["check.balance"],
    "salzgitter/lang": ["sources.rows_per_key"],
    "verden/ab_per_1000": ["check.cases_above"],
    "verden/ab_percent": ["check.numerator_above"],
    "verden/ab_share": ["check.numerator_above"],
}
# what a build says of these rests on the protection of their finished numbers
EITHER = ("lup/lup", "lup/np", "offenbach/l2", "offenbach/layers", "salzgitter/klein",
          "salzgitter/monate")  # fmt: skip
PLANS = ("herne/plan", "herne/plan_typo", "lup/plan", "lup/plan_ok")
WAYS = {
    "verden/ab_per_1000": [('unit="per_1000"', 'kind="rate"\nunit="number"')],
    "klar/min_number": [('unit="number"', 'unit="number"\nkind="rate"')],
    "verden/ab_number": [('unit="number"', 'unit="number"\nkind="rate"')],
    "verden/ab_percent": [('unit="percent"', 'kind="rate"\nunit="number"')],
    "verden/ab_share": [('unit="share"', 'kind="rate"\nunit="number"')],
}


def delivery(name, folder, *changes):
    return case(f"deliveries/{name}.toml", folder, *changes)


def test_every_case_is_tried_here():
    shared("cases/faults")
    there = {
        p.removeprefix("deliveries/").removesuffix(".toml") for p in listed("deliveries/*/*.toml")
    }
    assert there == {*BUILT, *REFUSED, *EITHER, *PLANS}


@pytest.mark.parametrize("name", BUILT)
def test_a_sound_delivery_is_built(name, tmp_path):
    file = delivery(name, tmp_path)
    assert refused(file) == []
    result = sr.build(file)
    assert result.release is not None
    assert not {c for c in warned(result) if c.startswith("sources.")}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_possible_is_said_once_with_the_way_out(name, tmp_path):
    assert codes(delivery(name, tmp_path)) == REFUSED[name]


@pytest.mark.parametrize("name", WAYS)
def test_the_way_out_leads_on(name, tmp_path):
    file = delivery(name, tmp_path, *WAYS[name])
    assert refused(file) == [] and sr.build(file).release is not None


@pytest.mark.parametrize("name", EITHER)
def test_a_build_ends_in_a_result_or_in_words(name, tmp_path):
    file = delivery(name, tmp_path)
    try:
        assert sr.build(file).release is not None
    except SozialraumError as error:
        wrong = [p for p in error.problems if p.severity == "error"]
        assert wrong and all(p.action and p.code != FAULT for p in wrong)


def test_two_halves_of_a_city_in_one_table_are_built(tmp_path):
    file = delivery("coburg/two_tables", tmp_path)
    halves = [pd.read_csv(tmp_path / f"{n}.csv", sep=";", dtype=str) for n in ("stadt", "kreis")]
    pd.concat(halves).to_csv(tmp_path / "stadt.csv", sep=";", index=False)
    text = file.read_text(encoding="utf-8")
    second = '[[tables]]\nfile="kreis.csv"\nareas="raum"\nkey="gebiet"\n'
    assert second in text
    file.write_text(text.replace(second, ""), encoding="utf-8")
    assert refused(file) == []
    result = sr.build(file)
    whole = sr.build(delivery("coburg/one_table", tmp_path / "eine"))
    pd.testing.assert_frame_equal(result.table, whole.table)


def test_two_outcomes_stand_beside_the_index_each_as_if_alone(tmp_path):
    both = sr.build(delivery("hagen/both", tmp_path / "zwei"))
    one = sr.build(delivery("hagen/gym", tmp_path / "eins"))
    first, second = both.release.layers["transitions"], both.release.layers["transitions.2"]
    pd.testing.assert_frame_equal(first, one.release.layers["transitions"])
    assert not second["rate"].equals(first["rate"])
    assert len(set(both.release.facts.called.values())) == 2


def test_indicators_that_came_later_are_told_once_with_file_and_year(tmp_path):
    result = sr.build(delivery("lavi_absent/lavi", tmp_path))
    told = [p for p in result.problems if p.code == "check.not_collected"]
    files = [file for p in told for file in (p.file or "").split(", ")]
    assert len(files) == len(set(files)) and "jahr_2015.csv" in files
    (first,) = (p for p in told if "jahr_2015.csv" in (p.file or ""))
    assert "31.12.2015" in str(first) and "Indikator 15" in first.message


@pytest.mark.parametrize("mark", ["-9", "-99", "-1"])
def test_one_negative_number_everywhere_is_a_mark_and_the_advice_takes_it(mark, tmp_path):
    file = delivery("coburg/one_table", tmp_path)
    rows = pd.read_csv(tmp_path / "beide.csv", sep=";", dtype=str)
    rows.loc[[2, 5], "arb_z"] = mark
    rows.to_csv(tmp_path / "beide.csv", sep=";", index=False)
    (told,) = refused(file)
    assert told.code == "check.negative" and f'sentinels = ["{mark}"]' in told.action
    text = file.read_text(encoding="utf-8")
    text = text.replace('file="beide.csv"', f'file="beide.csv"\nsentinels = ["{mark}"]')
    file.write_text(text, encoding="utf-8")
    assert refused(file) == []
