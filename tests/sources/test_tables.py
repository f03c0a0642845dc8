"""Reading real delivered tables, and what single steps recognise."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.model.errors import DataError
from sozialraum.sources.tabular.tables import read_counts, read_plain, read_table

MSS = "data/berlin_mss/{0}/berlin-monitoring-social-urban-development-{0}-00-{1}.csv"


def codes(table, severity=None):
    return [p.code.split(".")[1] for p in table.problems if severity in {None, p.severity}]


def csv(folder, content, name="tabelle.csv", encoding="utf-8"):
    path = folder / name
    path.write_text(content, encoding=encoding)
    return path


# --- real files ---


def test_monitoring_shares_are_read_digit_by_digit():
    table = read_table(shared(MSS.format(2013, "2-1-planning-areas")), key="id", width=8)
    assert table.errors == []
    assert table.frame.shape == (447, 9)
    # first lines of the file as printed
    assert table.frame.loc["01011101"].tolist() == [
        *(2930, 6.38298, 2.22222, 7.44027, 20.1087),
        *(-0.82908, -0.14592, 0.10494, -1.44819),
    ]
    plain = pd.read_csv(
        shared(MSS.format(2013, "2-1-planning-areas")), dtype={"id": str}
    ).set_index("id")
    np.testing.assert_array_equal(table.frame.to_numpy(), plain.sort_index().to_numpy(float))


def test_a_stated_zero_is_no_share_and_a_zero_of_the_file_is_one():
    path = shared(MSS.format(2019, "2-1-planning-areas"))
    share = "s1_percentage_unemployed"
    stated = read_table(path, key="id", sentinels=["0"], columns={"s1": share})
    read = read_table(path, key="id", columns={"s1": share})
    assert stated.frame["s1"].isna().sum() == 11
    assert stated.status.loc[stated.frame["s1"].isna(), "s1"].eq("missing").all()
    assert read.frame["s1"].eq(0).sum() == 11


def test_a_column_of_dashes_is_zero_by_the_rule_and_said_aloud():
    path = shared(MSS.format(2017, "4-1-planning-areas"))
    table = read_table(path, key="id", width=8)
    assert table.frame["k02_single_parent_households"].eq(0).all()
    assert "only_dashes" in codes(table, "warning")
    stated = read_table(path, key="id", width=8, sentinels=["-"])
    assert stated.frame["k02_single_parent_households"].isna().all()


def test_the_leftover_row_00nummer_of_2015_is_pointed_at():
    table = read_table(shared(MSS.format(2015, "4-1-planning-areas")), key="id", width=8)
    pointed = [p for p in table.problems if p.code == "sources.key_form"]
    assert [(p.key, p.row) for p in pointed] == [("00Nummer", 2)]


def test_classes_and_words_do_not_become_numbers():
    table = read_table(shared(MSS.format(2013, "1-planning-areas")), key="id", width=8)
    assert set(table.text["dynamic_index"]) == {"+", "-", "+/-", "0"}
    assert "dynamic_index" not in table.frame


def test_the_school_list_with_two_heads_and_broken_names_is_read():
    wanted = {
        "plaetze": "18/19 Plätze",
        "zuege": "18/19 Züge",
        "frequenz": "2018/19 Ø-Frequ. lt. Zügigk.",
    }
    table = read_table(shared("data/berlin_catchments/seats.csv"), key="Nr.", columns=wanted)
    assert table.errors == []
    # line of the Möwensee-Grundschule and of the Anna-Lindh-Schule as printed
    assert table.frame.loc["G40"].tolist() == [432, 3, 27.0]
    assert table.frame.loc["G42"].tolist() == [648, 4.5, 30.2]
    assert table.frame.loc["Gn08"].isna().all()


def test_the_school_list_can_be_read_by_the_english_line_of_its_head():
    wanted = {"plaetze": "seats2018", "frequenz": "classsizes2018"}
    table = read_table(shared("data/berlin_catchments/seats.csv"), key="bsn", columns=wanted)
    assert table.errors == []
    assert table.frame.loc["G40"].tolist() == [432, 27.0]


def test_numbers_without_a_digit_before_the_point_are_numbers():
    table = read_table(
        shared("data/berlin_gssa/gssa_2013_planungsraeume.csv"), key="plrID", width=8
    )
    assert table.frame.loc["01011101", "GESIx_2013"] == 0.70700312
    assert table.status.loc["01011102", "GESIx_2013"] == "missing"
    assert table.text.loc["01011101", "plrNAME"] == "Stülerstr."


def test_a_key_table_with_byte_order_mark_keeps_the_keys_of_all_levels():
    table = read_table(shared("data/berlin_lor/LOR_2021.csv"), key="Planungsraum (Nummer)", width=8)
    assert table.recognised["encoding"] == "utf-8-sig"
    assert len(table.text) == 542
    assert table.text.loc["01100101", "Bezirksregion (Nummer)"] == "011001"
    assert table.frame.loc["01100101", "Fläche in qm"] == 366933.12


def test_a_packed_list_in_long_form_is_refused_as_table_of_areas():
    path = shared("data/leipzig_ortsteile/leipzig_kleinraeumig.csv.gz")
    table = read_table(path, key="ortsteil")
    assert "rows_per_key" in codes(table, "error")
    assert table.frame.empty


# --- steps ---


def test_read_counts_raises_every_error_at_once(tmp_path):
    path = csv(tmp_path, "nr;ew;u15\n01;viele;2\n01;7;keine\n")
    with pytest.raises(DataError) as raised:
        read_counts(path, key="nr")
    assert sorted(p.code for p in raised.value.problems) == [
        *("sources.key_twice", "sources.no_number", "sources.no_number")
    ]


def test_read_counts_of_a_good_file_is_a_frame_by_key(tmp_path):
    frame = read_counts(csv(tmp_path, "nr;ew\n02;8\n01;7\n"), key="nr")
    expected = pd.DataFrame({"ew": [7.0, 8.0]}, index=pd.Index(["01", "02"], dtype=str, name="key"))
    pd.testing.assert_frame_equal(frame, expected)


def test_statistics_signs_become_a_status_of_their_own(tmp_path):
    path = csv(tmp_path, "nr;ew\n01;–\n02;.\n03;/\n04;x\n05;…\n06;12\n07;()\n")
    status = read_table(path, key="nr").status["ew"]
    assert status.to_dict() == {
        "01": "ok",
        "02": "suppressed",
        "03": "small_base",
        "04": "missing",
        "05": "missing",
        "06": "ok",
        "07": "small_base",
    }


def test_a_doubled_key_is_in_no_frame(tmp_path):
    table = read_table(csv(tmp_path, "nr;ew\n01;7\n02;8\n01;7\n"), key="nr")
    assert list(table.frame.index) == ["02"]


def test_the_mixed_column_names_both_kinds_with_their_rows(tmp_path):
    table = read_table(csv(tmp_path, "nr;ew\n01;7.5\n02;3\n03;1.234\n"), key="nr")
    assert "„7.5“ (Zeile 2)" in table.errors[0].found
    assert "„1.234“ (Zeile 4)" in table.errors[0].found


def test_a_column_not_found_comes_with_close_names(tmp_path):
    table = read_table(csv(tmp_path, "nr;Einwohner\n01;7\n"), key="nr", columns={"ew": "Einwoner"})
    assert table.errors[0].code == "sources.no_column"
    assert "Einwohner" in table.errors[0].found


def test_an_ambiguous_short_name_lists_the_whole_ones(tmp_path):
    path = csv(tmp_path, "nr;2023;;2024;\n;alle;Kinder;alle;Kinder\n01;7;1;8;2\n")
    table = read_table(path, key="nr", columns={"ew": "alle"})
    assert table.errors[0].found == "2023 alle, 2024 alle"
    right = read_table(path, key="nr", columns={"ew": "2024 alle"})
    assert right.frame["ew"].tolist() == [8.0]


def test_a_total_below_withheld_parts_is_no_contradiction(tmp_path):
    table = read_table(csv(tmp_path, "nr;ew\n01;7\n02;.\n;9\n"), key="nr")
    assert "total_differs" not in codes(table)
    assert table.totals["ew"].tolist() == [9.0]


def test_shares_are_not_added_up(tmp_path):
    table = read_table(csv(tmp_path, "nr;quote\n01;0,25\n02;0,35\nStadt gesamt;0,31\n"), key="nr")
    assert "total_differs" not in codes(table)


@pytest.mark.parametrize("total", ["Insgesamt", "Stadt gesamt", "Summe", "GESAMT", "Zusammen"])
def test_a_total_is_never_an_area(tmp_path, total):
    table = read_table(csv(tmp_path, f"nr;ew\n01;7\n02;8\n{total};15\n"), key="nr")
    assert list(table.frame.index) == ["01", "02"]


def test_an_area_called_gesamtschule_is_no_total(tmp_path):
    table = read_table(
        csv(tmp_path, "nr;name;ew\n01;Gesamtschule Nord;7\n02;Altstadt;8\n"), key="nr"
    )
    assert list(table.frame.index) == ["01", "02"]


def test_keys_can_be_names(tmp_path):
    path = csv(tmp_path, "ortsteil;ew\nZentrum;7\nZentrum-Ost;8\nQuelle: Amt für Statistik;\n")
    table = read_table(path, key="ortsteil")
    assert list(table.frame.index) == ["Zentrum", "Zentrum-Ost"]


def test_short_keys_among_eight_digit_ones_belong_to_another_level(tmp_path):
    rows = "".join(f"{k};1\n" for k in [*range(10111010, 10111030), 11011102, 9011101, 101111])
    table = read_table(csv(tmp_path, f"nr;ew\n{rows}"), key="nr", width=8)
    assert [(p.code, p.key) for p in table.errors] == [("sources.key_ambiguous", "101111")]


def test_keys_counted_from_one_are_padded_whatever_their_length(tmp_path):
    rows = "".join(f"{k};1\n" for k in range(1, 120))
    table = read_table(csv(tmp_path, f"nr;ew\n{rows}"), key="nr", width=4)
    assert table.errors == []
    assert list(table.frame.index[:2]) == ["0001", "0002"]


def test_the_reader_says_how_it_read(tmp_path):
    path = csv(tmp_path, "nr;ew\n01;1.234,5\n", encoding="cp1252")
    told = [str(p) for p in read_table(path, key="nr").problems if p.code == "sources.recognised"]
    assert told == [
        "tabelle.csv: Gelesen mit Zeichensatz utf-8, Trennzeichen Semikolon, Kopf bis Zeile 1, Dezimalzeichen Komma."
    ]


def test_a_wrong_decimal_argument_is_the_callers_mistake(tmp_path):
    with pytest.raises(ValueError, match="'decimal' parameter of read_table must be"):
        read_table(csv(tmp_path, "nr;ew\n"), key="nr", decimal="komma")


def test_reading_twice_gives_the_same_problems_in_the_same_order(tmp_path):
    path = csv(tmp_path, "nr;a;b\n01;x;viele\n02;.;3\n03;-;4\n03;5;6\n")
    first, second = (read_table(path, key="nr").problems for _ in range(2))
    assert first == second


def test_a_list_without_key_gives_numbers_and_words(tmp_path):
    path = csv(tmp_path, "name;plz;ost;nord\nSchule A;01067;32400000,5;5650000\nSchule B;;;\n")
    frame = read_plain(path, numbers=("ost", "nord"))
    assert frame["plz"].tolist() == ["01067", ""]
    assert frame["ost"].tolist()[0] == 32400000.5
    assert np.isnan(frame["ost"].tolist()[1])


def test_a_list_with_a_word_for_a_coordinate_is_refused(tmp_path):
    path = csv(tmp_path, "name;ost;nord\nA;1;2\nB;3;4\nC;dort;6\n")
    with pytest.raises(DataError, match="Zeile 4, Spalte „ost“"):
        read_plain(path, numbers=("ost", "nord"))
