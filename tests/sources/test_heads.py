"""Heads without a title over the keys, titles of sheets, and words whose umlauts are lost."""

import openpyxl
import pytest
from shared_data import shared
from sources.test_merging import delivered, problems

from sozialraum.sources.tabular.tables import read_counts, read_table
from sozialraum.workflows.check.checking import check_build


def csv(folder, text, encoding="utf-8"):
    path = folder / "t.csv"
    path.write_bytes(text.encode(encoding))
    return path


GENESIS = """GENESIS-Tabelle: 12411-02-03-5
Bevölkerung nach Geschlecht - Stichtag 31.12. - ;;;;;;
regionale Ebenen;;;;;;
Bevölkerungsstand (Anzahl);;;;;;
;;Insgesamt;Insgesamt;Insgesamt;unter 18;unter 18
;;Insgesamt;männlich;weiblich;Insgesamt;in SGB II
{day}09761001;    Gemeinde 1;3949;1974;1975;671;247
09761002;    Gemeinde 2;6854;3427;3427;1165;.
__________
Hinweis zum Jahr 2022:;;;;;;
(C)opyright Statistische Ämter des Bundes und der Länder, 2024
Stand: 30.11.2026 / 09:22:01
"""


@pytest.mark.parametrize("day", ["", "31.12.2022;;;;;;\n", "2022;;;;;;\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_genesis_table_is_read_by_the_number_of_its_key_column(day, encoding, tmp_path):
    path = csv(tmp_path, GENESIS.format(day=day), encoding)
    read = read_table(path, key=1)
    assert read.errors == []
    assert read.frame.loc["09761001"].to_dict() == {
        "Insgesamt": 3949, "männlich": 1974, "weiblich": 1975,
        "unter 18 Insgesamt": 671, "in SGB II": 247,
    }  # fmt: skip
    assert read.status.loc["09761002", "in SGB II"] == "suppressed"
    named = {"ew": "Insgesamt", "u18": "unter 18 Insgesamt", "m": "Insgesamt männlich"}
    assert read_counts(path, key=1, columns=named).loc["09761002"].tolist() == [6854, 1165, 3427]


def test_a_genesis_table_as_delivered_is_read():
    path = shared("cases/faults/planner/genesis/genesis.csv")
    counts = read_counts(path, key=1, columns={"kinder": "unter 18 Insgesamt", "arm": "in SGB II"})
    assert len(counts) == 12
    assert counts.loc["09761001"].tolist() == [671, 247]
    assert counts.loc["09761012"].tolist() == [358, 133]


def test_an_empty_corner_as_delivered_is_read():
    path = shared("cases/faults/planner/genesis/ecke.csv")
    counts = read_counts(path, key=1)
    assert (
        counts["Kinder"].sum()
        == 671 + 1165 + 1097 + 521 + 855 + 1180 + 1000 + 1211 + 1148 + 431 + 1183 + 358
    )
    assert counts.loc["09761012"].to_dict() == {"Kinder": 358, "SGB II": 133}


def test_an_area_is_no_head_as_delivered():
    found = [
        p
        for p in check_build(shared("cases/faults/planner/genesis/t.toml"))
        if p.severity == "error"
    ]
    assert [p.code for p in found] == ["sources.key_is_value"]
    assert "key = 1" in found[0].action


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (";Kinder;Arme\n01;7;2\n02;8;3\n", 1),
        (";;Kinder;Arme\n01;Nord;7;2\n02;Süd;8;3\n", 1),
        (";;Kinder;Arme\n2022;01;7;2\n2022;02;8;3\n", 2),
        ("Titel;;\n;;\n;Kinder;Arme\n01;7;2\n02;8;3\nQuelle: Amt;;\n", 1),
        (";Personen;Personen\n;Kinder;Arme\n01;7;2\n02;8;3\n", 1),
        (";Kinder;Arme\n01;7;2\n02;8;3\nInsgesamt;15;5\n", 1),
    ],
)
def test_a_key_column_without_a_title_is_named_by_its_number(text, place, tmp_path):
    read = read_table(csv(tmp_path, text), key=place, columns={"a": "Kinder", "b": "Arme"})
    assert read.errors == []
    assert read.frame.T.to_dict("list") == {"01": [7, 2], "02": [8, 3]}


@pytest.mark.parametrize("write", ["csv", "xlsx"])
def test_a_workbook_is_read_by_number_too(write, tmp_path):
    rows = [["", "", "Kinder", "Arme"], ["01", "Nord", 7, 2], ["02", "Süd", 8, 3]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    counts = read_counts(tmp_path / "t.xlsx", key=1, columns={"k": "Kinder"})
    assert counts["k"].to_dict() == {"01": 7, "02": 8}


@pytest.mark.parametrize("place", [3, 9])
def test_a_number_that_is_no_key_column_is_refused(place, tmp_path):
    read = read_table(csv(tmp_path, ";Kinder\n01;7\n02;8\n"), key=place)
    assert [p.code for p in read.errors] == ["sources.no_key_place"]


@pytest.mark.parametrize("place", [0, -1, True])
def test_a_number_below_one_is_a_wrong_call(place, tmp_path):
    with pytest.raises(ValueError, match="'key' parameter of read_table"):
        read_table(csv(tmp_path, ";Kinder\n01;7\n"), key=place)


def test_a_build_file_names_the_key_column_by_number_and_nothing_below_one(tmp_path):
    build = delivered(tmp_path)
    named = build.read_text("utf-8")
    profile = (tmp_path / "profil.csv").read_text("utf-8").replace("Stadtteil;", ";", 1)
    (tmp_path / "profil.csv").write_text(profile, "utf-8")
    (lost, *_) = problems(build)
    assert lost.code == "sources.no_key_column" and "key = 1" in lost.action
    build.write_text(named.replace('key = "Stadtteil"', "key = 1"), "utf-8")
    assert {p.code for p in problems(build)} == {"check.joined_rows"}
    for wrong in ("0", "1.5", "true"):
        build.write_text(named.replace('key = "Stadtteil"', f"key = {wrong}"), "utf-8")
        assert {p.code.partition(".")[0] for p in problems(build)} == {"config"}


# --- titles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", [["", "Bevölkerung am 31.12.2023", "", ""],
                                   ["Bevölkerung am 31.12.2023", "", "", ""]])  # fmt: skip
def test_the_title_of_the_sheet_is_in_no_name_of_a_column(title, tmp_path):
    rows = [title, ["nr", "Kinder", "", "Arme"], ["", "alle", "Mädchen", "alle"]]
    text = "\n".join(";".join(row) for row in [*rows, ["01", "7", "3", "2"], ["02", "8", "4", "3"]])
    read = read_table(csv(tmp_path, text + "\n"), key="nr")
    assert list(read.frame.columns) == ["Kinder alle", "Mädchen", "Arme alle"]
    again = read_table(csv(tmp_path, text + "\n"), key="nr", columns={"k": "Kinder alle"})
    assert again.frame["k"].tolist() == [7, 8]


def test_a_name_that_was_written_with_the_title_is_still_found(tmp_path):
    text = ";Einwohner;;\nnr;alle;weiblich;unter 15\n01;7;4;1\n"
    columns = {"a": "Einwohner alle", "b": "unter 15"}
    assert read_counts(csv(tmp_path, text), key="nr", columns=columns).loc["01"].tolist() == [7, 1]


def test_a_group_over_some_columns_stays_in_their_names(tmp_path):
    text = ";;Kinder;;Arme;\nnr;ew;alle;weiblich;alle;weiblich\n01;9;7;4;1;0\n"
    columns = {"a": "Kinder alle", "b": "Arme alle"}
    assert read_counts(csv(tmp_path, text), key="nr", columns=columns).loc["01"].tolist() == [7, 1]


# --- lost umlauts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["?", "\ufffd"])
def test_a_head_with_a_lost_umlaut_is_told_and_can_be_written_as_it_is(sign, tmp_path):
    path = csv(tmp_path, f"Z{sign}hlbezirk;Geb{sign}ude\n01;7\n02;8\n")
    (found,) = read_table(path, key="Zählbezirk").errors
    assert (found.code, found.found) == ("sources.lost_umlaut_head", f"„Z{sign}hlbezirk“")
    columns = {"g": "Gebäude"}
    (found,) = read_table(path, key=f"Z{sign}hlbezirk", columns=columns).errors
    assert found.code == "sources.lost_umlaut_head"
    written = {"g": f"Geb{sign}ude"}
    assert read_counts(path, key=f"Z{sign}hlbezirk", columns=written)["g"].tolist() == [7, 8]


@pytest.mark.parametrize("sign", ["?", "\ufffd"])
def test_keys_with_lost_umlauts_are_one_error(sign, tmp_path):
    names = ["G{}ggingen", "B{}renkeller", "Lechhausen", "K{}nigsbrunn"]
    text = "".join(f"{name.format(sign)};{i}\n" for i, name in enumerate(names))
    (found,) = read_table(csv(tmp_path, f"Ortsteil;ew\n{text}"), key="Ortsteil").errors
    assert found.code == "sources.lost_umlaut_keys" and found.message.startswith("In 3 Schlüsseln")


def test_names_with_lost_umlauts_are_one_warning(tmp_path):
    path = csv(tmp_path, "nr;name;ew\n01;G?ggingen;7\n02;B?renkeller;8\n")
    read = read_table(path, key="nr")
    assert read.errors == []
    (found,) = [p for p in read.problems if p.code == "sources.lost_umlaut_words"]
    assert found.severity == "warning" and found.message.startswith("In 2 Zellen")


@pytest.mark.parametrize(
    "word", ["Warum?", "Wer? Was?", "seite.php?id=1", "https://x.de/a?b=c", "?"]
)
def test_a_question_is_no_lost_umlaut(word, tmp_path):
    read = read_table(csv(tmp_path, f"nr;name;ew\n01;{word};7\n02;Süd;8\n"), key="nr")
    assert "sources.lost_umlaut_words" not in {p.code for p in read.problems}
