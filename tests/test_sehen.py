"""``sozialraum sehen``: the same reading as in a build, before there is a build file."""

import json

import pytest
from invented_city import csv_table, delivery, town
from test_cli import run

from sozialraum.sources.tabular.tables import read_table
from sozialraum.workflows.see.seeing import see


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sehen")
    delivery(place)
    return place


def test_the_terminal_shows_sheet_key_day_columns_and_sums(folder):
    done = run("sehen", folder.as_posix())
    assert done.returncode == 0, done.stderr
    for words in (
        "Jugendamt Zahlen.xlsx, Blatt „Sprengel 2023“: Tabelle, 16 Zeilen",
        "16 von 16 Gebieten über „SPR_NR“", "Stand: 31.12.2023 (steht über der Tabelle)",
        "Summenzeile in Zeile 22", "Schulsprengel.geojson: 16 Gebiete",
    ):  # fmt: skip
        assert words in done.stdout


def test_programs_get_the_sums_that_the_reader_of_a_build_reads(folder):
    seen = json.loads(run("sehen", folder.as_posix(), "--json").stdout)
    table = next(t for t in seen["tables"] if t["columns"])
    counts = {c["title"]: c["total"] for c in table["columns"] if c["kind"] == "count"}
    where = {"key": table["key"], "sheet": table["sheet"], "columns": {t: t for t in counts}}
    read = read_table(folder / table["file"], **where).frame
    assert len(counts) == 7
    assert counts == {title: read[title].sum() for title in counts}


def test_the_findings_are_those_of_the_reader(folder):
    sight = see([folder / "Jugendamt Zahlen.xlsx"])
    codes = {p.code for p in sight.problems}
    assert {"sources.total_found", "sources.remark_skipped", "sources.recognised"} <= codes


def test_another_key_column_is_taken_where_it_is_named(folder):
    sight = see([folder / "Jugendamt Zahlen.xlsx"], key="Name", sheet="Sprengel 2023")
    assert [t.key for t in sight.folder.tables] == ["Name"]
    wrong = see([folder / "Jugendamt Zahlen.xlsx"], key="Nome", sheet="Sprengel 2023")
    assert "sources.no_key_column" in {p.code for p in wrong.problems}


def test_what_is_not_there_is_an_error_and_what_is_unreadable_ends_with_1(tmp_path):
    done = run("sehen", "nirgends.csv", cwd=tmp_path)
    assert done.returncode == 1 and "nirgends.csv" in done.stderr
    (tmp_path / "x.csv").write_bytes(b"%PDF-1.4")
    done = run("sehen", "x.csv", cwd=tmp_path)
    assert done.returncode == 1 and "PDF" in done.stderr


def test_no_cell_of_a_list_of_persons_is_shown(tmp_path):
    lines = ["Vorname;Nachname;Geburtsdatum;Sprengel", "Klaudine;Beispielhuber;01.02.2017;001"]
    (tmp_path / "liste.csv").write_text("\n".join(lines * 4), encoding="utf-8")
    done = run("sehen", "liste.csv", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert "Klaudine" not in done.stdout + done.stderr and "Beispielhuber" not in done.stdout
    assert json.loads(done.stdout)["tables"][0]["kind"] == "personal"


def test_a_file_is_left_as_it_is(tmp_path):
    path = csv_table(town(6), tmp_path / "t.csv", {"Einwohner": "people"})
    before = path.read_bytes()
    see([path])
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["t.csv"]
